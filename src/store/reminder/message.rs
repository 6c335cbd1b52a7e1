//! Messages: claimed before they are handed over, settled afterwards. Nothing here can be undone: what went out went out.

use anyhow::{Result, ensure};

use crate::args;
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::Date;
use crate::domain::reference::{EventRef, LoanRef, MessageRef};
use crate::domain::reminder::{Contact, Notice};
use crate::domain::words::{ReminderState, Route, Stage};
use crate::store::db::{Tx, word};
use crate::store::journal::{self, About, Event, Stamp};
use crate::store::numbering::{self, Noun};

/// Claims what is to be said of some loans: from here on no other run says it, and none says it again unless it is settled
/// as not sent. Nothing is claimed that another run has claimed first; where that is all of it, there is no message.
pub fn claim(tx: &Tx, stamp: &Stamp, contact: &Contact, route: Route, notices: &[Notice]) -> Result<Option<Claim>> {
    let mut claimed = Vec::new();
    let message = MessageRef::new(numbering::take(tx, Noun::Message)?);
    let (person, organisation, school) = match contact.reference {
        BorrowerRef::Person(person) => (Some(person), None, None),
        BorrowerRef::Organisation(organisation) => (None, Some(organisation), None),
        BorrowerRef::School(urn) => (None, None, Some(urn)),
    };
    tx.execute(
        "INSERT INTO message (id, person_id, organisation_id, school_urn, route, address, claimed_at, claimed_on)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        args![
            message,
            person,
            organisation,
            school,
            word(route),
            contact.reached_at().as_deref(),
            &stamp.at,
            stamp.today
        ],
    )?;
    for notice in notices {
        let added = tx.execute(
            "INSERT INTO reminder (loan_id, due_on, stage, state, message_id) VALUES (?1, ?2, ?3, 'claimed', ?4)
             ON CONFLICT (loan_id, due_on, stage) WHERE state IN ('waiting', 'claimed', 'sent')
             DO UPDATE SET state = 'claimed', message_id = excluded.message_id WHERE reminder.state = 'waiting'",
            args![notice.loan, notice.due_on, word(notice.stage), message],
        )?;
        if added > 0 {
            claimed.push(notice);
        }
    }
    if claimed.is_empty() {
        tx.execute("DELETE FROM message WHERE id = ?1", args![message])?;
        return Ok(None);
    }
    let event = journal::record(tx, stamp, &event(tx, stamp.today, message, (contact, route), &claimed)?, None)?;
    Ok(Some(Claim { message, event }))
}

/// A message that is claimed, and the journal's line about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    pub message: MessageRef,
    event: EventRef,
}

fn event(
    tx: &Tx,
    today: Date,
    message: MessageRef,
    (contact, route): (&Contact, Route),
    notices: &[&Notice],
) -> Result<Event> {
    let said: Vec<String> = notices.iter().map(|notice| format!("{} ({})", notice.tag, notice.stage)).collect();
    let how = if route == Route::Letter { "Letter" } else { "Reminder" };
    let mut about = vec![About::borrower(contact.reference)];
    for notice in notices {
        let instrument = tx.number("SELECT instrument_id FROM loan WHERE id = ?1", args![notice.loan])?;
        about.extend([About::loan(notice.loan), About::instrument(instrument)]);
    }
    Ok(Event {
        on: today,
        command: "remind",
        subject: message.to_string(),
        summary: format!("{how} to {} about {}", contact.name, said.join(", ")),
        about,
    })
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    pub state: ReminderState,
    /// What the mail server said, or the letter's file.
    pub answer: Option<String>,
}

/// Settles what a message still claims. `dropped` are the loans that had settled themselves before it was handed over.
pub fn settle(tx: &Tx, stamp: &Stamp, claim: Claim, dropped: &[LoanRef], settlement: &Settlement) -> Result<()> {
    let Claim { message, event } = claim;
    for loan in dropped {
        let sql = "UPDATE reminder SET state = 'dropped' WHERE message_id = ?1 AND loan_id = ?2 AND state = 'claimed'";
        tx.execute(sql, args![message, *loan])?;
    }
    let sql = "UPDATE reminder SET state = ?2 WHERE message_id = ?1 AND state = 'claimed'";
    tx.execute(sql, args![message, word(settlement.state)])?;
    let refused_on = (settlement.state == ReminderState::Refused).then_some(stamp.today);
    let settled = tx.execute(
        "UPDATE message SET settled_at = ?2, answer = ?3, refused_on = ?4 WHERE id = ?1",
        args![message, &stamp.at, settlement.answer.as_deref(), refused_on],
    )?;
    ensure!(settled == 1, "{message} is no longer on record: another file was put in this one's place");
    if settlement.state != ReminderState::Sent {
        // Whoever reads the journal must not take it for sent.
        let sql = "UPDATE event_text SET summary = summary || ': ' || ?2 WHERE event_id = ?1";
        tx.execute(sql, args![event, word(settlement.state)])?;
    }
    Ok(())
}

/// Adds to what the mail server said of a message.
pub fn add_to_answer(tx: &Tx, message: MessageRef, answer: &str) -> Result<()> {
    let sql = "UPDATE message SET answer = coalesce(answer || '; ', '') || ?2 WHERE id = ?1";
    tx.execute(sql, args![message, answer])?;
    Ok(())
}

/// Whether any of these loans was written about before and put off.
pub fn was_put_off(tx: &Tx, loans: &[LoanRef]) -> Result<bool> {
    for loan in loans {
        if tx.exists("SELECT 1 FROM reminder WHERE loan_id = ?1 AND state = 'put-off'", args![*loan])? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether somebody was told already that nobody can be reached about a loan at a stage, or that more was said of it.
pub fn is_told(tx: &Tx, notice: &Notice) -> Result<bool> {
    let known = "SELECT stage FROM reminder
                 WHERE loan_id = ?1 AND due_on = ?2 AND state IN ('waiting', 'claimed', 'sent')";
    let known: Vec<Stage> = tx.all(known, args![notice.loan, notice.due_on], |row| row.word(0))?;
    Ok(known.iter().any(|stage| *stage >= notice.stage))
}

/// Remembers that somebody was told so: from here on it waits for a letter, or for an address.
pub fn wait(tx: &Tx, notice: &Notice) -> Result<()> {
    tx.execute(
        "INSERT INTO reminder (loan_id, due_on, stage, state) VALUES (?1, ?2, ?3, 'waiting')
         ON CONFLICT (loan_id, due_on, stage) WHERE state IN ('waiting', 'claimed', 'sent') DO NOTHING",
        args![notice.loan, notice.due_on, word(notice.stage)],
    )?;
    Ok(())
}

/// A message that was begun and is not settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    pub message: MessageRef,
    /// Whether a run has said so already.
    pub is_told: bool,
}

/// Messages that were begun and are not settled: by a run that is under way, or by one that died.
pub fn begun(tx: &Tx) -> Result<Vec<Begun>> {
    let sql = "SELECT DISTINCT m.id, m.told_on IS NOT NULL
               FROM reminder r JOIN message m ON m.id = r.message_id WHERE r.state = 'claimed' ORDER BY m.id";
    tx.all(sql, &[], |row| Ok(Begun { message: MessageRef::new(row.int(0)?), is_told: row.flag(1)? }))
}

/// Which way a message goes.
pub fn route_of(tx: &Tx, message: MessageRef) -> Result<Option<Route>> {
    tx.one("SELECT route FROM message WHERE id = ?1", args![message], |row| row.word(0))
}

/// The loans a message is about, and where each stands.
pub fn rows_of(tx: &Tx, message: MessageRef) -> Result<Vec<(LoanRef, ReminderState)>> {
    let sql = "SELECT loan_id, state FROM reminder WHERE message_id = ?1 ORDER BY id";
    tx.all(sql, args![message], |row| Ok((LoanRef::new(row.int(0)?), row.word(1)?)))
}

/// What tells this file's messages from those of another hub with the same name and the same numbers: the moment of its first
/// event.
pub fn origin(tx: &Tx) -> Result<String> {
    let first = tx.one("SELECT at FROM event ORDER BY id LIMIT 1", &[], |row| row.string(0))?;
    Ok(first.unwrap_or_default())
}

/// Remembers that a run has said of these that they were never finished.
pub fn tell_of_unfinished(tx: &Tx, messages: &[MessageRef], today: Date) -> Result<()> {
    for message in messages {
        tx.execute("UPDATE message SET told_on = ?2 WHERE id = ?1", args![*message, today])?;
    }
    Ok(())
}

/// Gives back what a message claims, so that it can be said again.
pub fn release_claims(tx: &Tx, message: MessageRef, at: &str) -> Result<()> {
    tx.execute("UPDATE reminder SET state = 'put-off' WHERE message_id = ?1 AND state = 'claimed'", args![message])?;
    let sql = "UPDATE message SET settled_at = ?2, answer = 'begun and never finished; tried again' WHERE id = ?1";
    tx.execute(sql, args![message, at])?;
    Ok(())
}

/// Lets mail go again to the address at which a message was refused.
pub fn unmark_refused(tx: &Tx, message: MessageRef) -> Result<()> {
    let sql = "UPDATE message SET refused_on = NULL
               WHERE refused_on IS NOT NULL AND address = (SELECT address FROM message WHERE id = ?1)";
    tx.execute(sql, args![message])?;
    Ok(())
}
