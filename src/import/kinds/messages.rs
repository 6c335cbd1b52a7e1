//! Messages: what was said to whom, known by their reference, so that a hub that moves never repeats itself. A message that
//! was begun and never finished comes across as it is. Where reminders are armed never moves: it ties a file to a place.
//! Addresses and answers are personal: an export of messages is as private as the people's.

use std::collections::BTreeSet;

use anyhow::Result;

use super::{Finish, Intake, Outcome, Round, Row, Terms};
use crate::domain::borrower::BorrowerRef;
use crate::domain::instrument::line_text;
use crate::domain::record::hub::MessageRecord;
use crate::domain::reference::MessageRef;
use crate::domain::reminder::SaidRefusal;
use crate::domain::reminder::said::{Said, moment};
use crate::domain::words::Route;
use crate::import::track::{Numbers, Runs};
use crate::output::listing::Lister;
use crate::store::journal::About;
use crate::store::reminder::record;
use crate::store::{Tx, party, person};

columns! {
    Message = "message", Contact = "contact", Route = "route", Address = "address", ClaimedAt = "claimed_at",
    ClaimedOn = "claimed_on", SettledAt = "settled_at", Answer = "answer", RefusedOn = "refused_on", ToldOn = "told_on",
}

pub const KEY: Option<&str> = Some("message");

/// Why what was said is left as it is.
const SAID: &str = "is not what is on record, and what was said is never rewritten";

struct Messages {
    terms: Terms,
    seen: Numbers,
    highest: i64,
    people: Runs,
    others: BTreeSet<BorrowerRef>,
}

pub fn begin(_tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    let (seen, people, others) = Default::default();
    Ok(Messages { terms, seen, highest: 0, people, others })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    record::each_message(tx, |line| out.row(line))
}

impl Intake for Messages {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let Some(reference) = row.needed::<MessageRef>(Column::Message) else {
            return Ok(Outcome::Rejected);
        };
        if row.repeats(Column::Message, self.seen.first(reference.number(), row.line())) {
            return Ok(Outcome::Rejected);
        }
        let Some(contact) = self.contact(tx, row)? else {
            return Ok(Outcome::Rejected);
        };
        let (address, answer) = (row.verbatim(Column::Address), row.verbatim(Column::Answer));
        if let Err(refusal) = line_text("the address", &address) {
            row.fault(Column::Address, refusal);
        }
        let route = row.needed::<Route>(Column::Route);
        let claimed_at = moment_of(row, Column::ClaimedAt).unwrap_or_default();
        let settled_at = moment_of(row, Column::SettledAt).unwrap_or_default();
        for column in [Column::ClaimedAt, Column::ClaimedOn] {
            if row.text(column).is_empty() {
                row.fault(column, "is missing");
            }
        }
        let claimed_on = row.day(Column::ClaimedOn);
        let (refused_on, told_on) = (row.day(Column::RefusedOn), row.day(Column::ToldOn));
        let Some((route, claimed_on)) = route.zip(claimed_on).filter(|_| row.is_sound()) else {
            return Ok(Outcome::Rejected);
        };
        let new = MessageRecord {
            message: reference,
            contact: Some(contact),
            route,
            address: &address,
            claimed_at: &claimed_at,
            claimed_on,
            settled_at: &settled_at,
            answer: &answer,
            refused_on,
            told_on,
        };
        if !self.is_possible(tx, row, &new)? {
            return Ok(Outcome::Rejected);
        }
        self.highest = self.highest.max(reference.number());
        let on_record = record::one_message(tx, reference, |before| Ok(differences(row, before, &new)))?;
        let Some(fields) = on_record else {
            record::put_message(tx, &new)?;
            self.remember(contact);
            return Ok(Outcome::Created);
        };
        if self.terms.update {
            row.fault_each(COLUMNS, &fields, SAID);
        }
        if !row.is_sound() {
            return Ok(Outcome::Rejected);
        }
        self.terms.settle(reference, fields, || Ok(()))
    }

    fn finish(&mut self, tx: &Tx) -> Result<Finish> {
        if self.highest > 0 {
            record::reserve_message(tx, MessageRef::new(self.highest))?;
        }
        let runs = std::mem::take(&mut self.people).joined();
        let people = runs.into_iter().map(|(first, last)| About::People(first, last));
        let others = std::mem::take(&mut self.others).into_iter().map(About::borrower);
        Ok(Finish { about: people.chain(others).collect(), ..Finish::default() })
    }
}

impl Messages {
    fn remember(&mut self, contact: BorrowerRef) {
        match contact {
            BorrowerRef::Person(person) => self.people.add(person.number()),
            other => {
                self.others.insert(other);
            }
        }
    }

    fn contact(&self, tx: &Tx, row: &mut Row<'_>) -> Result<Option<BorrowerRef>> {
        let text = row.text(Column::Contact);
        if text.is_empty() {
            row.fault(Column::Contact, "is missing");
            return Ok(None);
        }
        row.found(Column::Contact, party::borrower_named(tx, &text, |_| false))
    }

    /// Asks the rules; a refusal is the fault of the column it speaks of.
    fn is_possible(&self, tx: &Tx, row: &mut Row<'_>, new: &MessageRecord<'_>) -> Result<bool> {
        let person = match new.contact {
            Some(BorrowerRef::Person(reference)) => person::find(tx, reference)?.map(|found| (found.id, found.role)),
            _ => None,
        };
        let MessageRecord { route, claimed_on, refused_on, told_on, .. } = *new;
        let said = Said { person, route, claimed_on, refused_on, told_on };
        let Err(refusal) = said.judge(self.terms.today) else {
            return Ok(true);
        };
        let column = match &refusal {
            SaidRefusal::ToPupil(_) => Column::Contact,
            SaidRefusal::RefusedLetter => Column::RefusedOn,
            SaidRefusal::NotYet(day) if *day == claimed_on => Column::ClaimedOn,
            SaidRefusal::NotYet(day) if Some(*day) == refused_on => Column::RefusedOn,
            SaidRefusal::NotYet(_) => Column::ToldOn,
            _ => Column::Route,
        };
        row.fault(column, refusal);
        Ok(false)
    }
}

fn moment_of(row: &mut Row<'_>, column: Column) -> Option<String> {
    row.read(column, moment)
}

/// The columns in which a row says something else than the record. What a file leaves out, it does not say.
fn differences(row: &Row<'_>, before: &MessageRecord<'_>, new: &MessageRecord<'_>) -> Vec<&'static str> {
    let fields = differing!(before, new; contact, route, address, claimed_at, claimed_on, settled_at, answer, refused_on, told_on);
    fields.into_iter().filter(|field| row.has(place_of(field))).collect()
}

fn place_of(field: &str) -> usize {
    COLUMNS.iter().position(|name| *name == field).unwrap_or_default()
}
