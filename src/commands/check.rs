//! `check`: the file, and every rule over its records.

use anyhow::{Error, Result};
use clap::Args;

use super::Desk;
use crate::domain::date::Date;
use crate::domain::reminder::Ladder;
use crate::domain::words::Scheme;
use crate::error::Exit;
use crate::output::listing::Format;
use crate::store::FileTrouble;
use crate::store::check::{self, Fault, Findings};
use crate::store::{Tx, reminder};
use crate::wording::agreement;
use crate::wording::reminder::Wording;

/// Check that the file is whole and that its records keep every rule, whoever wrote them.
///
/// Exit code 1 if anything is off; pounds not yet explained are only a warning.
///
/// Example: ledgerline check
#[derive(Debug, Args)]
pub struct Check {}

impl Check {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let Findings { faults, unexplained_lines } = look(desk).map_err(cannot_be_checked)?;
        // A table of nothing on stdout would be mailed by cron; a file of last week's faults would be taken for this week's.
        let is_read_on = desk.options().format != Format::Table || desk.options().output.is_some();
        if !faults.is_empty() || is_read_on {
            desk.list::<Fault>(|out| faults.iter().try_for_each(|fault| out.row(fault)))?;
        }
        if unexplained_lines > 0 {
            let lines = match unexplained_lines {
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

fn look(desk: &mut Desk<'_, '_>) -> Result<Findings> {
    let db = desk.open()?;
    db.expect_bulk()?;
    let mut findings = check::findings(&db, desk.today())?;
    // Of a file that lacks its tables no more can be asked.
    if let Ok(of_texts) = db.read(|tx| unusable_texts(tx, desk.today())) {
        findings.faults.extend(of_texts);
    }
    Ok(findings)
}

/// Whoever has just asked for a check is not told to ask for one.
fn cannot_be_checked(error: Error) -> Error {
    match error.downcast_ref() {
        Some(FileTrouble::Damaged) => error.context(FileTrouble::PastChecking),
        _ => error,
    }
}

/// The hub's own texts that could not be filled in: for agreements, and for messages of each stage.
fn unusable_texts(tx: &Tx, today: Date) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    let mut tell = |record: String, tried: Result<()>| {
        faults.extend(
            tried.err().map(|error| Fault::new("the hub's own texts can be filled in", record, error.to_string())),
        );
    };
    for scheme in Scheme::ALL {
        let tried = agreement::in_use(tx, *scheme).and_then(|text| agreement::try_out(&text, *scheme, today));
        tell(format!("scheme {scheme}"), tried);
    }
    let ladder = reminder::ladder(tx)?;
    // The program's own texts stand in for what cannot be used, so that each is judged by itself.
    let wording = Wording::load(tx, &Ladder::default())?;
    for rung in ladder.rungs() {
        tell(format!("stage {}", rung.stage), wording.try_in_use(rung, today));
    }
    Ok(faults)
}
