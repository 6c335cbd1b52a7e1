//! `privacy erase`: what is held about one person goes, for good.

use anyhow::Result;
use clap::Args;

use super::{Found, clear, found, refuse_day_to_come, tell_of_copies, tell_of_mentions, tell_of_struck};
use crate::commands::remind::steps::Steps;
use crate::commands::{Desk, lookup};
use crate::domain::date::{Date, in_words};
use crate::domain::person::Person;
use crate::domain::privacy::{PrivacyRefusal, may_be_erased};
use crate::domain::reference::PersonRef;
use crate::domain::refusal::refuse;
use crate::store::Tx;
use crate::store::journal::{About, Event};
use crate::store::privacy::{self, Erased};

/// Erase what is held about a person: name, contact, who signs, notes, where messages went, and what the journal tells.
///
/// Their reference stays, with role, school, loans, dates and charges, so that no figure changes. Their whole name, address
/// and number are struck out of notes and faults of other records; where else they stand is told. Open requests of theirs are
/// cancelled, and pupils for whom they sign have nobody who signs. Refused while they have or signed for an instrument, owe
/// something, have a loan on hold, or a message about them was begun and never finished; and on a day after the clock's. It
/// cannot be undone. A reference whose record was undone is taken, too. Nothing is left in the file's free pages; to clear those
/// again, run it again.
///
/// Example: ledgerline privacy erase P17
#[derive(Debug, Args)]
pub struct Erase {
    /// A reference, a name, or a part of a name
    person: String,
}

impl Erase {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        desk.refuse_output()?;
        refuse_day_to_come(desk)?;
        let today = desk.today();
        let mut db = desk.open()?;
        db.hold_temporary_in_memory()?;
        let (id, who, erased_on) = db.read(|tx| {
            let (id, who, erased_on) = match found(tx, &self.person)? {
                Found::OnRecord(Person { id, name, role, erased_on, .. }) => {
                    (id, format!("{id} {name} ({role})"), erased_on)
                }
                Found::Undone(id) => (id, format!("{id}, whose record was undone,"), None),
            };
            if erased_on.is_none() {
                may_be_erased(privacy::standing(tx, id, today)?).map_err(refuse)?;
            }
            Ok((id, who, erased_on))
        })?;
        if let Some(on) = erased_on {
            desk.say(format!("{id} was erased on {} already.", in_words(on)))?;
            return clear(desk, &db, &format!("{id} is"), id);
        }
        if !desk.options().yes {
            let mentions = db.read(|tx| privacy::mentions_left(tx, id))?;
            tell_of_mentions(desk, &mentions)?;
            confirm(desk, id, &who)?;
        }
        let mut steps = Steps::until(desk.world.environment.fault.as_deref());
        let erased = desk.change_for_good(&mut db, |tx| {
            let done = erase(tx, id, today)?;
            steps.reached("erasing");
            Ok((done, Some(event(id, today))))
        })?;
        steps.reached("erased");
        tell(desk, id, &erased)?;
        tell_of_struck(desk, &erased.struck)?;
        tell_of_mentions(desk, &erased.mentions)?;
        tell_of_copies(desk, &db, erased.letters)?;
        clear(desk, &db, &format!("{id} is"), id)
    }
}

/// Asks whoever is at a terminal; nobody else can answer.
fn confirm(desk: &mut Desk<'_, '_>, id: PersonRef, who: &str) -> Result<()> {
    let not_confirmed = || refuse(PrivacyRefusal::NotConfirmed(id));
    if !desk.world.terminal.stdin {
        return Err(not_confirmed());
    }
    let answer =
        desk.ask(&format!("What is held about {who} is erased for good; nothing brings it back. Erase it? [y/N]"))?;
    if matches!(answer.as_str(), "y" | "yes") { Ok(()) } else { Err(not_confirmed()) }
}

/// Judged again under the lock: somebody may have lent them something while the question was asked.
fn erase(tx: &Tx, id: PersonRef, today: Date) -> Result<Erased> {
    if !privacy::undone(tx, id)? {
        lookup::person_at_hand(tx, &id.to_string())?;
    }
    may_be_erased(privacy::standing(tx, id, today)?).map_err(refuse)?;
    privacy::erase(tx, &[id], today)
}

fn event(id: PersonRef, today: Date) -> Event {
    let summary = format!("Erased what was held about {id}");
    Event { on: today, command: "privacy erase", subject: id.to_string(), summary, about: vec![About::Person(id)] }
}

fn tell(desk: &mut Desk<'_, '_>, id: PersonRef, erased: &Erased) -> Result<()> {
    desk.say(format!("Erased {id}: name, contact, notes and what the journal told; loans, dates and school stay."))?;
    for request in &erased.cancelled {
        desk.say(format!("Cancelled {request}: {id} waits no longer."))?;
    }
    for pupil in &erased.unsigned {
        desk.say(format!("{pupil} has nobody who signs now: ledgerline person edit {pupil} --hirer …"))?;
    }
    Ok(())
}
