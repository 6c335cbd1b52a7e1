//! What was said to whom: lists, and the last that was said of a loan.

use anyhow::Result;

use super::standing::{STILL_WAITS, days_of_waiting};
use crate::args;
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::Date;
use crate::domain::reference::{LoanRef, MessageRef};
use crate::domain::reminder::SaidLine;
use crate::domain::words::{ReminderState, Stage};
use crate::store::db::{Row, Tx, Value, word};
use crate::store::instrument::borrower as borrower_of;

/// Which reminders the log shows.
#[derive(Clone, Debug, Default)]
pub struct SaidFilter {
    pub loan: Option<LoanRef>,
    pub state: Option<ReminderState>,
    /// To this person, school or organisation.
    pub contact: Option<BorrowerRef>,
    /// Said on or after, and on or before.
    pub from: Option<Date>,
    pub to: Option<Date>,
}

/// What was said, or begun, in the order of the messages.
const SAID: &str = "
    SELECT m.id, m.claimed_at, m.claimed_on, m.person_id, m.organisation_id, m.school_urn, coalesce(p.name, o.name, s.name),
           m.route, m.address, r.loan_id, i.tag, r.due_on, r.stage, r.state, m.settled_at, m.answer
    FROM reminder r
    JOIN message m ON m.id = r.message_id
    JOIN loan l ON l.id = r.loan_id
    JOIN instrument i ON i.id = l.instrument_id
    LEFT JOIN person p ON p.id = m.person_id AND p.role <> 'pupil'
    LEFT JOIN organisation o ON o.id = m.organisation_id
    LEFT JOIN school s ON s.urn = m.school_urn
    WHERE r.message_id IS NOT NULL";

/// What waits for a letter, with whoever answers for the loan: a pupil is never the contact, and is not named. First what is
/// shown, then the joins of those names.
const WAITING: [&str; 2] = [
    "SELECT NULL, NULL, NULL, p.id, o.id, CASE WHEN p.id IS NULL THEN s.urn END, coalesce(p.name, o.name, s.name),
           NULL, NULL, r.loan_id, i.tag, r.due_on, r.stage, r.state, NULL, NULL",
    "JOIN instrument i ON i.id = l.instrument_id
    LEFT JOIN person h ON h.id = l.hirer_id AND h.role <> 'pupil'
    LEFT JOIN person p ON p.id = coalesce(h.id, l.person_id) AND p.role <> 'pupil'
    LEFT JOIN organisation o ON o.id = l.organisation_id
    LEFT JOIN school s ON s.urn = l.school_urn
    WHERE 1 = 1",
];

/// Calls `take` with each reminder, the newest message last, and after them what still waits for a letter.
pub fn each_said(
    tx: &Tx,
    filter: &SaidFilter,
    today: Date,
    mut take: impl FnMut(&SaidLine<'_>) -> Result<()>,
) -> Result<()> {
    if filter.state != Some(ReminderState::Waiting) {
        let (wanted, values) = conditions(filter, Vec::new(), ["m.person_id", "m.organisation_id", "m.school_urn"]);
        tx.each(&format!("{SAID}{wanted} ORDER BY r.message_id, r.id"), &values, |row| take(&line(row)?))?;
    }
    // What waits has no day yet.
    let has_days = filter.from.is_some() || filter.to.is_some();
    if filter.state.is_none_or(|state| state == ReminderState::Waiting) && !has_days {
        let first = days_of_waiting(tx, today)?.map(Value::from).to_vec();
        let (wanted, values) = conditions(filter, first, ["p.id", "o.id", "CASE WHEN p.id IS NULL THEN s.urn END"]);
        let [shown, names] = WAITING;
        tx.each(&format!("{shown} {STILL_WAITS} {names}{wanted} ORDER BY r.id"), &values, |row| take(&line(row)?))?;
    }
    Ok(())
}

/// The conditions of a filter and their values after those given, where the contact stands in these columns.
fn conditions<'a>(
    filter: &SaidFilter,
    mut values: Vec<Value<'a>>,
    [person, organisation, school]: [&str; 3],
) -> (String, Vec<Value<'a>>) {
    let mut wanted = String::new();
    let mut also = |condition: String, value| {
        values.push(value);
        wanted.push_str(&format!(" AND {condition} ?{}", values.len()));
    };
    if let Some(loan) = filter.loan {
        also("r.loan_id =".to_string(), loan.into());
    }
    if let Some(state) = filter.state {
        also("r.state =".to_string(), word(state));
    }
    match filter.contact {
        Some(BorrowerRef::Person(reference)) => also(format!("{person} ="), reference.into()),
        Some(BorrowerRef::Organisation(reference)) => also(format!("{organisation} ="), reference.into()),
        Some(BorrowerRef::School(urn)) => also(format!("{school} ="), urn.into()),
        None => {}
    }
    if let Some(from) = filter.from {
        also("m.claimed_on >=".to_string(), from.into());
    }
    if let Some(to) = filter.to {
        also("m.claimed_on <=".to_string(), to.into());
    }
    (wanted, values)
}

fn line<'a>(row: &'a Row<'_>) -> Result<SaidLine<'a>> {
    Ok(SaidLine {
        message: row.opt_int(0)?.map(MessageRef::new),
        at: row.text(1)?,
        on: row.opt_day(2)?,
        contact: borrower_of(row.opt_int(3)?, row.opt_int(4)?, row.opt_int(5)?),
        contact_name: row.text(6)?,
        route: row.opt_word(7)?,
        address: row.text(8)?,
        loan: LoanRef::new(row.int(9)?),
        tag: row.text(10)?,
        due_on: row.day(11)?,
        stage: row.word(12)?,
        state: row.word(13)?,
        settled_at: row.text(14)?,
        answer: row.text(15)?,
    })
}

/// What was last said of a loan and its present due day: when, and at which stage.
pub fn last_said(tx: &Tx, loan: LoanRef) -> Result<Option<(Date, Stage)>> {
    let sql = "SELECT m.claimed_on, r.stage FROM loan l
               JOIN reminder r ON r.loan_id = l.id AND r.due_on = l.due_on AND r.state IN ('waiting', 'claimed', 'sent')
               JOIN message m ON m.id = r.message_id
               WHERE l.id = ?1 AND r.state = 'sent' ORDER BY m.id DESC LIMIT 1";
    tx.one(sql, args![loan], |row| Ok((row.day(0)?, row.word(1)?)))
}

/// The day of the last reminder of a loan that went out, whichever due day it was about.
pub fn sent_about(tx: &Tx, loan: LoanRef) -> Result<Option<Date>> {
    let sql = "SELECT max(m.claimed_on) FROM reminder r JOIN message m ON m.id = r.message_id
               WHERE r.loan_id = ?1 AND r.state = 'sent'";
    Ok(tx.one(sql, args![loan], |row| row.opt_day(0))?.flatten())
}

/// Whether anything was said of a loan, begun or put off.
pub fn is_spoken_of(tx: &Tx, loan: LoanRef) -> Result<bool> {
    tx.exists("SELECT 1 FROM reminder WHERE loan_id = ?1", args![loan])
}
