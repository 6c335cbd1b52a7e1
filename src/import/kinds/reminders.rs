//! Reminders: what each message said of which loan, known by loan, due day, stage and message. With them a hub that moves
//! never says anything twice. Where reminders are armed never moves: it ties a file to a place.

use anyhow::Result;

use super::{Finish, Intake, Outcome, Round, Row, Terms};
use crate::domain::record::hub::ReminderRecord;
use crate::domain::reference::LoanRef;
use crate::domain::reminder::SaidRefusal;
use crate::domain::reminder::said::{SaidBy, judge};
use crate::domain::words::{ReminderState, Stage};
use crate::import::track::Runs;
use crate::output::listing::Lister;
use crate::store::Tx;
use crate::store::journal::About;
use crate::store::reminder::record;

columns! { Loan = "loan", DueOn = "due_on", Stage = "stage", State = "state", Message = "message" }

pub const KEY: Option<&str> = Some("loan");

struct Reminders {
    terms: Terms,
    /// The message looked up last: the loans of one message stand together.
    said_by: Option<SaidBy>,
    touched: Runs,
}

pub fn begin(_tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Reminders { terms, said_by: None, touched: Runs::default() })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    record::each_reminder(tx, |line| out.row(line))
}

impl Intake for Reminders {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let Some(new) = read(row) else {
            return Ok(Outcome::Rejected);
        };
        if !record::is_loan(tx, new.loan)? {
            row.fault(Column::Loan, "is no loan on record");
        }
        let by = self.said_by(tx, row, &new)?;
        if !row.is_sound() {
            return Ok(Outcome::Rejected);
        }
        if let Err(refusal) = judge(new.due_on, new.stage, new.state, by) {
            row.fault(column_of(&refusal), refusal);
            return Ok(Outcome::Rejected);
        }
        let said = record::said_of(tx, new.loan, new.due_on, new.stage)?;
        if let Some((state, _)) = said.iter().find(|(_, message)| *message == new.message) {
            let fields = if *state == new.state { Vec::new() } else { vec!["state"] };
            if self.terms.update && !fields.is_empty() {
                row.fault(Column::State, format!("is {state} on record, and what was said is never rewritten"));
                return Ok(Outcome::Rejected);
            }
            return self.terms.settle(format!("{} {}", new.loan, new.stage), fields, || Ok(()));
        }
        if let Some((_, by)) = said.into_iter().find(|(state, _)| stands(*state)).filter(|_| stands(new.state)) {
            row.fault(Column::Loan, SaidRefusal::SaidBefore { loan: new.loan, by });
            return Ok(Outcome::Rejected);
        }
        record::put_reminder(tx, &new)?;
        self.touched.add(new.loan.number());
        Ok(Outcome::Created)
    }

    fn finish(&mut self, _tx: &Tx) -> Result<Finish> {
        let runs = std::mem::take(&mut self.touched).joined();
        let about = runs.into_iter().map(|(first, last)| About::Loans(first, last)).collect();
        Ok(Finish { about, ..Finish::default() })
    }
}

impl Reminders {
    fn said_by(&mut self, tx: &Tx, row: &mut Row<'_>, new: &ReminderRecord) -> Result<Option<SaidBy>> {
        let Some(message) = new.message else {
            return Ok(None);
        };
        if self.said_by.is_none_or(|last| last.message != message) {
            self.said_by = record::said_by(tx, message)?;
        }
        if self.said_by.is_none() {
            row.fault(Column::Message, "is no message on record; import the messages first");
        }
        Ok(self.said_by)
    }
}

/// Whether nothing else may be said of the same loan, due day and stage.
fn stands(state: ReminderState) -> bool {
    matches!(state, ReminderState::Waiting | ReminderState::Claimed | ReminderState::Sent)
}

fn read(row: &mut Row<'_>) -> Option<ReminderRecord> {
    let loan = row.needed::<LoanRef>(Column::Loan);
    if row.text(Column::DueOn).is_empty() {
        row.fault(Column::DueOn, "is missing");
    }
    let due_on = row.day(Column::DueOn);
    let (stage, state) = (row.needed::<Stage>(Column::Stage), row.needed::<ReminderState>(Column::State));
    let message = row.parse(Column::Message);
    if !row.is_sound() {
        return None;
    }
    Some(ReminderRecord { loan: loan?, due_on: due_on?, stage: stage?, state: state?, message })
}

/// The column that a refusal speaks of.
fn column_of(refusal: &SaidRefusal) -> Column {
    match refusal {
        SaidRefusal::NoMessage { .. } | SaidRefusal::WaitsWithMessage(_) => Column::Message,
        SaidRefusal::WrongStage { .. } => Column::Stage,
        _ => Column::State,
    }
}
