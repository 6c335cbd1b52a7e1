//! Holds, messages and reminders as they stand on record, for whoever takes them to another file.

use anyhow::Result;

use crate::args;
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::Date;
use crate::domain::record::hub::{HoldRecord, MessageRecord, ReminderRecord};
use crate::domain::reference::{LoanRef, MessageRef};
use crate::domain::reminder::said::SaidBy;
use crate::domain::words::{ReminderState, Stage};
use crate::store::db::{Row, Tx, word};
use crate::store::instrument::borrower as borrower_of;
use crate::store::numbering::{self, Noun};

/// Every hold, also one that is over, by loan.
pub fn each_hold(tx: &Tx, mut take: impl FnMut(&HoldRecord<'_>) -> Result<()>) -> Result<()> {
    tx.each("SELECT loan_id, until, reason, held_on FROM hold ORDER BY loan_id", &[], |row| {
        take(&HoldRecord {
            loan: LoanRef::new(row.int(0)?),
            until: row.day(1)?,
            reason: row.text(2)?,
            held_on: row.day(3)?,
        })
    })
}

const MESSAGES: &str = "
    SELECT id, person_id, organisation_id, school_urn, route, address, claimed_at, claimed_on, settled_at, answer, refused_on, told_on
    FROM message";

/// Every message, by reference.
pub fn each_message(tx: &Tx, mut take: impl FnMut(&MessageRecord<'_>) -> Result<()>) -> Result<()> {
    tx.each(&format!("{MESSAGES} ORDER BY id"), &[], |row| take(&message(row)?))
}

/// One message, handed to `read`.
pub fn one_message<T>(
    tx: &Tx,
    reference: MessageRef,
    read: impl FnOnce(&MessageRecord<'_>) -> Result<T>,
) -> Result<Option<T>> {
    tx.one(&format!("{MESSAGES} WHERE id = ?1"), args![reference], |row| read(&message(row)?))
}

fn message<'a>(row: &'a Row<'_>) -> Result<MessageRecord<'a>> {
    Ok(MessageRecord {
        message: MessageRef::new(row.int(0)?),
        contact: borrower_of(row.opt_int(1)?, row.opt_int(2)?, row.opt_int(3)?),
        route: row.word(4)?,
        address: row.text(5)?,
        claimed_at: row.text(6)?,
        claimed_on: row.day(7)?,
        settled_at: row.text(8)?,
        answer: row.text(9)?,
        refused_on: row.opt_day(10)?,
        told_on: row.opt_day(11)?,
    })
}

/// Writes a message that was said elsewhere.
pub fn put_message(tx: &Tx, new: &MessageRecord<'_>) -> Result<()> {
    let (person, organisation, school) = match new.contact {
        Some(BorrowerRef::Person(person)) => (Some(person), None, None),
        Some(BorrowerRef::Organisation(organisation)) => (None, Some(organisation), None),
        Some(BorrowerRef::School(urn)) => (None, None, Some(urn)),
        None => (None, None, None),
    };
    tx.execute(
        "INSERT INTO message (id, person_id, organisation_id, school_urn, route, address, claimed_at, claimed_on, settled_at,
                              answer, refused_on, told_on)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        args![
            new.message,
            person,
            organisation,
            school,
            word(new.route),
            filled(new.address),
            new.claimed_at,
            new.claimed_on,
            filled(new.settled_at),
            filled(new.answer),
            new.refused_on,
            new.told_on
        ],
    )?;
    Ok(())
}

/// A text that is there at all.
fn filled(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// Remembers that references of messages up to this one are taken.
pub fn reserve_message(tx: &Tx, reference: MessageRef) -> Result<()> {
    numbering::reserve(tx, Noun::Message, reference.number())
}

/// What the rules ask of the message that a reminder names.
pub fn said_by(tx: &Tx, message: MessageRef) -> Result<Option<SaidBy>> {
    let sql = "SELECT claimed_on, settled_at IS NOT NULL FROM message WHERE id = ?1";
    tx.one(sql, args![message], |row| Ok(SaidBy { message, claimed_on: row.day(0)?, is_settled: row.flag(1)? }))
}

/// Every reminder in the order in which they were begun, on which hangs what waits still.
pub fn each_reminder(tx: &Tx, mut take: impl FnMut(&ReminderRecord) -> Result<()>) -> Result<()> {
    tx.each("SELECT loan_id, due_on, stage, state, message_id FROM reminder ORDER BY id", &[], |row| {
        take(&ReminderRecord {
            loan: LoanRef::new(row.int(0)?),
            due_on: row.day(1)?,
            stage: row.word(2)?,
            state: row.word(3)?,
            message: row.opt_int(4)?.map(MessageRef::new),
        })
    })
}

/// Where each reminder of a loan, its due day and a stage stands, and by which message.
pub fn said_of(tx: &Tx, loan: LoanRef, due_on: Date, stage: Stage) -> Result<Vec<(ReminderState, Option<MessageRef>)>> {
    let sql = "SELECT state, message_id FROM reminder WHERE loan_id = ?1 AND due_on = ?2 AND stage = ?3 ORDER BY id";
    tx.all(sql, args![loan, due_on, word(stage)], |row| Ok((row.word(0)?, row.opt_int(1)?.map(MessageRef::new))))
}

/// Writes a reminder that was said elsewhere.
pub fn put_reminder(tx: &Tx, new: &ReminderRecord) -> Result<()> {
    tx.execute(
        "INSERT INTO reminder (loan_id, due_on, stage, state, message_id) VALUES (?1, ?2, ?3, ?4, ?5)",
        args![new.loan, new.due_on, word(new.stage), word(new.state), new.message],
    )?;
    Ok(())
}

pub fn is_loan(tx: &Tx, loan: LoanRef) -> Result<bool> {
    tx.exists("SELECT 1 FROM loan WHERE id = ?1", args![loan])
}
