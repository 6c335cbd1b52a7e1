//! Loans: known by their reference, else by instrument, borrower and day. Each is judged by the rules of the desk.

use anyhow::Result;

use super::{Finish, Intake, Outcome, Round, Row, Terms};
use crate::domain::loan::NewLoan;
use crate::domain::reference::LoanRef;
use crate::domain::words::LoanState;
use crate::import::track::{Numbers, Runs};
use crate::output::listing::Lister;
use crate::store::journal::About;
use crate::store::record::Amendment;
use crate::store::{Tx, loan, record, reminder};

mod differ;
mod facts;
mod hand_over;
mod judge;
mod read;

use facts::Facts;
use hand_over::HandOver;
use judge::{Judge, Verdict};
pub use read::COLUMNS;
use read::{Column, Entry};

pub const KEY: Option<&str> = Some("tag");

struct Loans {
    terms: Terms,
    seen: Numbers,
    touched: Runs,
    facts: Facts,
    judge: Judge,
    hand_over: HandOver,
    /// The highest reference on record before the import.
    highest_before: i64,
    /// The highest that came with a row.
    highest: i64,
    /// The first reference that was given to a row without one.
    first_made: Option<i64>,
    has_new: bool,
}

pub fn begin(tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Loans {
        terms,
        seen: Numbers::default(),
        touched: Runs::default(),
        facts: Facts::load(tx)?,
        judge: Judge::new(terms.today),
        hand_over: HandOver::default(),
        highest_before: record::highest_loan(tx)?,
        highest: 0,
        first_made: None,
        has_new: false,
    })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    record::each_loan(tx, |line| out.row(line))
}

impl Intake for Loans {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, round: Round) -> Result<Outcome> {
        let given: Option<LoanRef> = row.parse(Column::Loan);
        if given.is_none() && row.has(Column::Loan) && row.is_sound() && round.first {
            // The references that are given come first, so that none is given out that a later row bears.
            return Ok(Outcome::Waits);
        }
        let entry = read::entry(tx, row, &self.facts, self.terms.today)?;
        let (known, on_record) = match (given, &entry) {
            (Some(given), _) => (Some(given), given.number() <= self.highest_before),
            (None, Some(entry)) => {
                let alike = self.alike(tx, entry)?;
                (alike, alike.is_some())
            }
            (None, None) => (None, false),
        };
        if let Some(known) = known {
            let column = if given.is_some() { Column::Loan } else { Column::Tag };
            row.repeats(column, self.seen.first(known.number(), row.line()));
        }
        let Some(entry) = entry.filter(|_| row.is_sound()) else {
            return Ok(Outcome::Rejected);
        };
        let before = known.filter(|_| on_record);
        if let Some(outcome) = before.map(|known| self.compare(tx, row, known, &entry)).transpose()?.flatten() {
            return Ok(outcome);
        }
        if let Some(outcome) = self.hand_over.judge(tx, row, entry.batch, round)? {
            return Ok(outcome);
        }
        match self.judge.lend(tx, row, &self.facts, &entry, round)? {
            Verdict::Lend(new) => self.write(tx, row, known, &new, &entry),
            Verdict::Waits => Ok(Outcome::Waits),
            Verdict::Rejected => {
                self.name_lines(row);
                Ok(Outcome::Rejected)
            }
        }
    }

    fn finish(&mut self, tx: &Tx) -> Result<Finish> {
        if self.highest > 0 {
            loan::reserve(tx, LoanRef::new(self.highest))?;
        }
        let runs = std::mem::take(&mut self.touched).joined();
        let about: Vec<About> = runs.into_iter().map(|(first, last)| About::Loans(first, last)).collect();
        let mut remarks = Vec::new();
        if self.has_new && reminder::arming(tx)?.is_some() {
            remarks.push("Nobody is reminded of the loans that are new until 'ledgerline remind arm'.".to_string());
        }
        Ok(Finish { about, remarks, ..Finish::default() })
    }
}

impl Loans {
    /// Has the faults of a row name the line of a loan that has no reference yet, as the person knows it.
    fn name_lines(&self, row: &mut Row<'_>) {
        let Some(first_made) = self.first_made else {
            return;
        };
        for fault in &mut row.faults {
            let Some(begin) = fault.reason.rfind("(L") else {
                continue;
            };
            let Some(length) = fault.reason[begin..].find(')') else {
                continue;
            };
            let reference = fault.reason[begin + 1..begin + length].parse::<LoanRef>().ok();
            let made = reference.map(LoanRef::number).filter(|number| *number >= first_made);
            if let Some(line) = made.and_then(|number| self.seen.line_of(number)) {
                fault.reason.replace_range(begin..=begin + length, &format!("(the loan on line {line})"));
            }
        }
    }

    /// The loan of the same instrument to the same borrower from the same day.
    fn alike(&self, tx: &Tx, entry: &Entry) -> Result<Option<LoanRef>> {
        let instrument = self.facts.instrument(entry.instrument);
        if !instrument.has_loans {
            return Ok(None);
        }
        let voided = entry.state() == LoanState::Void;
        record::loan_alike(tx, instrument.id, entry.borrower, entry.out_on, voided)
    }

    fn write(
        &mut self,
        tx: &Tx,
        row: &Row<'_>,
        known: Option<LoanRef>,
        new: &NewLoan,
        entry: &Entry,
    ) -> Result<Outcome> {
        let reference = match known {
            Some(known) => known,
            None => {
                loan::reserve(tx, LoanRef::new(self.highest))?;
                let next = loan::next_reference(tx)?;
                self.seen.first(next.number(), row.line());
                self.first_made.get_or_insert(next.number());
                next
            }
        };
        loan::put(tx, reference, new, entry.ended)?;
        record_return(tx, reference, entry)?;
        self.facts.lent(entry, new.outer.is_some());
        self.highest = self.highest.max(reference.number());
        self.touched.add(reference.number());
        self.has_new = true;
        Ok(Outcome::Created)
    }

    /// What becomes of a row whose loan may be on record; `None` where it is not.
    fn compare(&mut self, tx: &Tx, row: &mut Row<'_>, known: LoanRef, entry: &Entry) -> Result<Option<Outcome>> {
        let found = record::one_loan(tx, known, |record| {
            Ok((differ::differences(row, record, entry, &self.facts), record.scheme, record.hirer, record.state))
        })?;
        let Some((fields, scheme, hirer, state)) = found else {
            return Ok(None);
        };
        let ends = entry.ended.filter(|_| state == LoanState::Open);
        if self.terms.update {
            for field in &fields {
                let column = COLUMNS.iter().position(|name| name == field).unwrap_or_default();
                let of_its_end = matches!(
                    *field,
                    "returned_on" | "lost_on" | "voided_on" | "returned_condition" | "returned_at" | "missing"
                );
                let can_change = matches!(*field, "scheme" | "hirer" | "due_on" | "note" | "pupils" | "year_group");
                let may_change = can_change || (of_its_end && ends.is_some());
                if !may_change {
                    row.fault(column, format!("is not what is on record of {known}, and an import cannot change that"));
                }
            }
        }
        if !row.is_sound() {
            return Ok(Some(Outcome::Rejected));
        }
        let amendment = Amendment {
            scheme: entry.scheme.unwrap_or(scheme),
            hirer: entry.hirer.as_ref().map(|hirer| hirer.reference).or(hirer),
            due_on: entry.due_on,
            pupils: entry.pupils,
            year_group: entry.year_group,
            note: entry.note.as_deref(),
        };
        let outcome = self.terms.settle(known, fields, || {
            record::amend_loan(tx, known, &amendment)?;
            let Some((how, on)) = ends else {
                return Ok(());
            };
            loan::close(tx, known, how, on)?;
            record_return(tx, known, entry)
        })?;
        if matches!(outcome, Outcome::Updated { .. }) {
            self.touched.add(known.number());
        }
        Ok(Some(outcome))
    }
}

fn record_return(tx: &Tx, loan: LoanRef, entry: &Entry) -> Result<()> {
    if !entry.came_back() {
        return Ok(());
    }
    let at = entry.returned_at.as_deref();
    loan::record_return(tx, loan, entry.returned_condition, at, entry.missing.as_slice())
}
