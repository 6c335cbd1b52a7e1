//! `remind log`: what was said to whom, and what became of it.

use std::collections::HashSet;

use anyhow::Result;
use clap::Args;

use crate::cli::{DayArg, word};
use crate::commands::completions::borrowers;
use crate::commands::report::first_and_last;
use crate::commands::{Desk, lookup};
use crate::domain::reference::LoanRef;
use crate::domain::reminder::SaidLine;
use crate::domain::words::ReminderState;
use crate::store::loan;
use crate::store::reminder::{self, SaidFilter};

/// What was said to whom about which loan, and what became of it: the newest last.
///
/// Each line is one loan in one message. 'claimed' is what is being handed over now or, where no run is under way, was begun
/// and never finished. What still waits for a letter has no message and no day yet, and stands at the end.
///
/// Example: ledgerline remind log --loan L231
#[derive(Debug, Args)]
pub struct Log {
    /// About this loan
    #[arg(long)]
    loan: Option<LoanRef>,
    #[arg(long, value_parser = word::<ReminderState>(), ignore_case = true)]
    state: Option<ReminderState>,
    /// To this person, school or organisation
    #[arg(long, value_name = "BORROWER", allow_hyphen_values = true, add = borrowers())]
    contact: Option<String>,
    /// On this day or later
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    from: Option<DayArg>,
    /// On this day or before
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    to: Option<DayArg>,
}

impl Log {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let (from, to) = first_and_last(self.from.as_ref(), self.to.as_ref(), today)?;
        let is_narrowed = self.loan.is_some() || self.state.is_some() || self.contact.is_some();
        let is_narrowed = is_narrowed || from.is_some() || to.is_some();
        let db = desk.open()?;
        let mut unfinished = HashSet::new();
        let listed = db.read(|tx| {
            if let Some(loan) = self.loan {
                loan::get(tx, loan)?;
            }
            let filter = SaidFilter {
                loan: self.loan,
                state: self.state,
                contact: self.contact.as_deref().map(|typed| lookup::borrower(tx, typed)).transpose()?,
                from,
                to,
            };
            desk.list::<SaidLine<'_>>(|out| {
                reminder::each_said(tx, &filter, today, |line| {
                    let is_begun = line.state == ReminderState::Claimed;
                    unfinished.extend(line.message.filter(|_| is_begun).map(|message| message.number()));
                    out.row(line)
                })
            })
        })?;
        match (listed, unfinished.len()) {
            (0, _) if is_narrowed => desk.say("No reminder on record fits that; 'ledgerline remind log' lists them all."),
            (0, _) => desk.say("No reminder has gone out yet, and none waits for a letter."),
            (_, 0) => Ok(()),
            (_, 1) => desk.warn(
                "one message was begun and never finished, unless a run is under way; to send it again: ledgerline remind retry",
            ),
            (_, many) => desk.warn(format!(
                "{many} messages were begun and never finished, unless a run is under way; to send them again: ledgerline remind retry"
            )),
        }
    }
}
