//! Holds: known by their loan, each judged as it was on the day it was made.
//! The reason is personal: an illness, money. An export of holds is as private as the people's.

use anyhow::Result;

use super::{Finish, Intake, Outcome, Round, Row, Terms};
use crate::domain::date::in_words;
use crate::domain::instrument::free_text;
use crate::domain::reference::LoanRef;
use crate::domain::reminder::{HoldRefusal, hold as rules};
use crate::import::track::{Numbers, Runs};
use crate::output::listing::Lister;
use crate::store::journal::About;
use crate::store::reminder::{self, Hold, record};
use crate::store::{Tx, loan};

columns! { Loan = "loan", Until = "until", Reason = "reason", HeldOn = "held_on" }

pub const KEY: Option<&str> = Some("loan");

struct Holds {
    terms: Terms,
    seen: Numbers,
    touched: Runs,
}

pub fn begin(_tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Holds { terms, seen: Numbers::default(), touched: Runs::default() })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    record::each_hold(tx, |line| out.row(line))
}

impl Intake for Holds {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let Some(reference) = row.needed::<LoanRef>(Column::Loan) else {
            return Ok(Outcome::Rejected);
        };
        if row.repeats(Column::Loan, self.seen.first(reference.number(), row.line())) {
            return Ok(Outcome::Rejected);
        }
        let Some(found) = row.found(Column::Loan, loan::get(tx, reference))? else {
            return Ok(Outcome::Rejected);
        };
        let before = reminder::held(tx, reference)?;
        let Some(after) = self.read(row, before.as_ref()) else {
            return Ok(Outcome::Rejected);
        };
        // What was held while it was out is past; a hold that is new asks whether the loan is open.
        if row.text(Column::HeldOn).is_empty()
            && before.as_ref() != Some(&after)
            && let Err(refusal) = rules::hold(reference, &found.tag, found.state)
        {
            row.fault(Column::Loan, refusal);
            return Ok(Outcome::Rejected);
        }
        let outcome = match before {
            None => {
                reminder::hold(tx, reference, &after)?;
                Outcome::Created
            }
            Some(before) => {
                let fields = differing!(before, after; until, reason, held_on);
                self.terms.settle(reference, fields, || reminder::hold(tx, reference, &after))?
            }
        };
        if matches!(outcome, Outcome::Created | Outcome::Updated { .. }) {
            self.touched.add(reference.number());
        }
        Ok(outcome)
    }

    fn finish(&mut self, _tx: &Tx) -> Result<Finish> {
        let runs = std::mem::take(&mut self.touched).joined();
        let about = runs.into_iter().map(|(first, last)| About::Loans(first, last)).collect();
        Ok(Finish { about, ..Finish::default() })
    }
}

impl Holds {
    /// The hold a row describes, on top of what is on record. One without its day, if it is not the one on record, is of today.
    fn read(&self, row: &mut Row<'_>, before: Option<&Hold>) -> Option<Hold> {
        let today = self.terms.today;
        let until = row.day(Column::Until).or(before.map(|hold| hold.until));
        let reason = row.read(Column::Reason, |text| free_text("the reason", text)).flatten();
        let reason = reason.or(before.map(|hold| hold.reason.clone()));
        let same = before.filter(|hold| Some(hold.until) == until && Some(&hold.reason) == reason.as_ref());
        let held_on = row.day(Column::HeldOn).or(same.map(|hold| hold.held_on)).unwrap_or(today);
        if held_on > today {
            row.fault(Column::HeldOn, format!("{} has not come yet", in_words(held_on)));
        }
        if until.is_none() && row.text(Column::Until).is_empty() {
            row.fault(Column::Until, "is missing");
        }
        if let Some(Err(refusal)) = until.map(|until| rules::last_day(until, held_on)) {
            row.fault(Column::Until, refusal);
        }
        if reason.is_none() {
            row.fault(Column::Reason, HoldRefusal::NoReason);
        }
        let sound = until.zip(reason).filter(|_| row.is_sound());
        sound.map(|(until, reason)| Hold { until, reason, held_on })
    }
}
