//! `charge list`: what was charged, and who owes.

use anyhow::Result;
use clap::Args;

use crate::cli::{DayArg, word};
use crate::commands::completions::borrowers;
use crate::commands::{Desk, lookup};
use crate::domain::charge::ChargeLine;
use crate::domain::date::Date;
use crate::domain::money::Pence;
use crate::domain::reference::LoanRef;
use crate::domain::words::ChargeState;
use crate::store::charge::{self as charges, ChargeFilter};
use crate::store::term;

/// List charges, in the order they were made; ends with what is owed of them.
///
/// Example: ledgerline charge list --owed
#[derive(Debug, Args)]
pub struct List {
    /// Only those still to be paid
    #[arg(long, conflicts_with = "state")]
    owed: bool,
    /// Theirs to pay, or for a loan of theirs: a person, school or organisation
    #[arg(long, value_name = "BORROWER", allow_hyphen_values = true, add = borrowers())]
    person: Option<String>,
    /// For this loan
    #[arg(long)]
    loan: Option<LoanRef>,
    /// The hire of this term: 2026/27-summer
    #[arg(long, value_name = "TERM")]
    term: Option<String>,
    #[arg(long, value_parser = word::<ChargeState>(), ignore_case = true)]
    state: Option<ChargeState>,
    /// Due on this day or later
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    from: Option<DayArg>,
    /// Due on this day or before
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    to: Option<DayArg>,
}

impl List {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let db = desk.open()?;
        let mut sums = Sums::default();
        let listed = db.read(|tx| {
            let term = self.term.as_deref().map(|label| term::named(tx, label)).transpose()?;
            let loan = self.loan.map(|loan| charges::loan(tx, loan)).transpose()?;
            let filter = ChargeFilter {
                person: self.person.as_deref().map(|typed| lookup::borrower(tx, typed)).transpose()?,
                loan: loan.map(|found| found.loan),
                term: term.map(|term| term.label),
                state: self.state.or(self.owed.then_some(ChargeState::Owed)),
                from: self.from.as_ref().map(|day| day.on(today)).transpose()?,
                to: self.to.as_ref().map(|day| day.on(today)).transpose()?,
            };
            desk.list::<ChargeLine<'_>>(|out| {
                charges::each(tx, &filter, |line| {
                    sums.add(line, today);
                    out.row(line)
                })
            })
        })?;
        match listed {
            0 if self.owed => desk.say("Nothing is owed."),
            0 => desk.say("There are no such charges."),
            _ => desk.say(sums.sentence()),
        }
    }
}

/// What the charges of a list come to.
#[derive(Default)]
struct Sums {
    owing: usize,
    owed: Pence,
    past_due: Pence,
}

impl Sums {
    fn add(&mut self, line: &ChargeLine<'_>, today: Date) {
        if line.state != ChargeState::Owed {
            return;
        }
        let left = line.amount - line.remitted;
        self.owing += 1;
        self.owed = self.owed + left;
        if line.due_on < today {
            self.past_due = self.past_due + left;
        }
    }

    fn sentence(&self) -> String {
        let charges = match self.owing {
            0 => return "Nothing of this is owed.".to_string(),
            1 => "one charge".to_string(),
            many => format!("{many} charges"),
        };
        let past_due = match self.past_due {
            Pence::ZERO => String::new(),
            all if all == self.owed => ", all of it past its day".to_string(),
            some => format!(", {} of it past its day", some.in_words()),
        };
        format!("{} is owed on {charges}{past_due}.", self.owed.in_words())
    }
}
