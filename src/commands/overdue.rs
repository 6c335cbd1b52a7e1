//! `overdue`: what is late.

use anyhow::Result;
use clap::Args;

use super::Desk;
use crate::domain::loan::OverdueLine;
use crate::store::{loan, reminder};

/// List what is late, the longest late first. The due day itself is not late.
///
/// Example: ledgerline overdue --format csv --output late.csv
#[derive(Debug, Args)]
pub struct Overdue {}

impl Overdue {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let db = desk.open()?;
        db.expect_reading()?;
        let late = db.read(|tx| {
            let ladder = reminder::ladder(tx)?;
            desk.list::<OverdueLine<'_>>(|out| loan::each_overdue(tx, &ladder, today, |line| out.row(line)))
        })?;
        desk.say(match late {
            0 => "Nothing is late.".to_string(),
            1 => "One loan is late.".to_string(),
            many => format!("{many} loans are late."),
        })
    }
}
