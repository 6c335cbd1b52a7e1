//! `loan void`: a loan that never was.

use anyhow::Result;
use clap::Args;

use super::correct::reason;
use crate::commands::Desk;
use crate::domain::loan::void;
use crate::domain::reference::LoanRef;
use crate::domain::refusal::refuse;
use crate::domain::words::LoanState;
use crate::store::journal::{About, Event};
use crate::store::{loan, timeline};

/// Void a loan that was entered by mistake: it counts nowhere any more, and nothing is deleted.
///
/// Example: ledgerline loan void L231 --reason "Wrong tag scanned"
#[derive(Debug, Args)]
pub struct Void {
    /// The loan's reference
    loan: LoanRef,
    /// Why
    #[arg(long, allow_hyphen_values = true)]
    reason: String,
}

impl Void {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let reason = reason(&self.reason)?;
        let mut db = desk.open()?;
        let found = desk.change(&mut db, |tx| {
            let found = loan::get(tx, self.loan)?;
            void(self.loan, found.state, &loan::inside(tx, self.loan)?).map_err(refuse)?;
            loan::void(tx, self.loan, today)?;
            timeline::refuse_clash(tx, found.instrument_id)?;
            let event = Event {
                on: today,
                command: "loan void",
                subject: self.loan.to_string(),
                summary: format!("Voided {} of {} to {} ({reason})", self.loan, found.tag, found.borrower_name),
                about: vec![
                    About::loan(self.loan),
                    About::instrument(found.instrument_id),
                    About::borrower(found.borrower),
                ],
            };
            Ok((found, Some(event)))
        })?;
        desk.say(format!("Voided {}: {} never went to {} on it.", self.loan, found.tag, found.borrower_name))?;
        if found.state == LoanState::Lost {
            desk.say(format!(
                "{0} is still marked as missing; if it is here: ledgerline instrument found {0}",
                found.tag
            ))?;
        }
        Ok(())
    }
}
