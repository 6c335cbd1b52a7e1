//! `check`: the file, and every rule over its records.

use anyhow::Result;
use clap::Args;

use super::Desk;
use crate::error::Exit;
use crate::store::check::{self, Fault};

/// Check that the file is whole and that its records keep every rule, whoever wrote them.
///
/// Exit code 1 if anything is off; pounds not yet explained are only a warning.
///
/// Example: ledgerline check
#[derive(Debug, Args)]
pub struct Check {}

impl Check {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let db = desk.open()?;
        db.expect_bulk()?;
        let faults = check::faults(&db, desk.today())?;
        let unexplained = match db.read(check::unexplained_lines) {
            // What keeps the lines from being read is among the faults.
            Err(_) if !faults.is_empty() => 0,
            counted => counted?,
        };
        if !faults.is_empty() {
            desk.list::<Fault>(|out| faults.iter().try_for_each(|fault| out.row(fault)))?;
        }
        if unexplained > 0 {
            let lines = match unexplained {
                1 => "one invoiced line does not have as many tags as it bought".to_string(),
                many => format!("{many} invoiced lines do not have as many tags as they bought"),
            };
            desk.warn(format!("{lines}; 'ledgerline report unexplained' shows which"))?;
        }
        match faults.len() {
            0 => desk.say("The file is whole and its records keep every rule."),
            1 => desk
                .fail(Exit::Refused, "One fault was found; keep this file, and compare it with the last good backup."),
            many => desk.fail(
                Exit::Refused,
                &format!("{many} faults were found; keep this file, and compare it with the last good backup."),
            ),
        }
    }
}
