//! `privacy`: what is held about a person, and erasing it.

mod erase;
mod sweep;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::{Desk, lookup};
use crate::domain::person::Person;
use crate::domain::privacy::{Holding, PrivacyRefusal};
use crate::domain::reference::PersonRef;
use crate::domain::refusal::refuse;
use crate::store::privacy::{self, Mention, Place};
use crate::store::{Db, Tx};

/// What is held about a person, and erasing it. Loans, dates, schools and counts stay; names, addresses and notes go.
#[derive(Debug, Args)]
pub struct Privacy {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Verb {
    /// Print all that is held about a person
    Report(Report),
    /// Erase what is held about a person
    Erase(erase::Erase),
    /// Erase those whose loans all ended long ago
    Sweep(sweep::Sweep),
}

/// Print all that is held about a person, value by value: to be handed to them. Other people stand in it by reference.
///
/// Their record, loans, charges, remissions, requests, holds and messages; what the journal tells of them; what undo keeps
/// of what they were before; and each other text in which their whole name stands. Of somebody who is called or reached the
/// same, what is their own is left out. A reference whose record was undone is taken, too.
///
/// Example: ledgerline privacy report P17 --format csv --output P17.csv
#[derive(Debug, Args)]
pub struct Report {
    /// A reference, a name, or a part of a name
    person: String,
}

impl Privacy {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::Report(report) => report.run(desk),
            Verb::Erase(erase) => erase.run(desk),
            Verb::Sweep(sweep) => sweep.run(desk),
        }
    }
}

impl Report {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let db = desk.open()?;
        db.hold_temporary_in_memory()?;
        let path = desk.path()?;
        let (namesakes, copies) = db.read(|tx| {
            let person = match found(tx, &self.person)? {
                Found::OnRecord(person) => person.id,
                Found::Undone(person) => person,
            };
            let mut namesakes = Vec::new();
            desk.list::<Holding<'_>>(|out| {
                namesakes = privacy::each_holding(tx, person, |line| out.row(line))?;
                Ok(())
            })?;
            Ok((namesakes, privacy::copies(tx, &path)?))
        })?;
        if !namesakes.is_empty() {
            let who: Vec<String> = namesakes.iter().map(PersonRef::to_string).collect();
            desk.warn(format!(
                "called or reached the same, and what is their own was left out: {}; elsewhere a name may mean either",
                who.join(", ")
            ))?;
        }
        if copies.is_empty() {
            return Ok(());
        }
        desk.say(format!("Copies of the file hold records about them, too: {}.", copies.join("; ")))
    }
}

/// Whoever is meant.
enum Found {
    OnRecord(Person),
    /// Their record was undone, and the journal keeps what it was.
    Undone(PersonRef),
}

/// The person meant, on record or in the journal alone.
fn found(tx: &Tx, typed: &str) -> Result<Found> {
    if let Ok(reference) = typed.parse::<PersonRef>()
        && privacy::undone(tx, reference)?
    {
        return Ok(Found::Undone(reference));
    }
    Ok(Found::OnRecord(lookup::person(tx, typed)?))
}

/// Erasing goes by the day of the clock: a day that was only typed would take people who are to be kept.
fn refuse_day_to_come(desk: &Desk<'_, '_>) -> Result<()> {
    let (day, clock) = (desk.today(), desk.world.today);
    if day > clock { Err(refuse(PrivacyRefusal::DayToCome { day, clock })) } else { Ok(()) }
}

/// Says which texts of other records lost a name.
fn tell_of_struck(desk: &mut Desk<'_, '_>, struck: &[Place]) -> Result<()> {
    if struck.is_empty() {
        return Ok(());
    }
    let places: Vec<String> = struck.iter().map(|Place { field, record }| format!("the {field} of {record}")).collect();
    desk.say(format!("What named them was struck out of {}.", places.join(", ")))
}

/// Says where names still stand, and what takes them out.
fn tell_of_mentions(desk: &mut Desk<'_, '_>, mentions: &[Mention]) -> Result<()> {
    for Mention { whose, record, field, mend, .. } in mentions {
        desk.warn(format!(
            "what {whose} was called or reached by still stands in the {field} of {record}; to take it out: {mend}"
        ))?;
    }
    Ok(())
}

/// Says which copies of the file are from before, and still hold what was erased.
fn tell_of_copies(desk: &mut Desk<'_, '_>, db: &Db, letters: i64) -> Result<()> {
    let path = desk.path()?;
    let mut copies = db.read(|tx: &Tx| privacy::copies(tx, &path))?;
    match letters {
        0 => {}
        1 => copies.push("the letter that was written to them".to_string()),
        many => copies.push(format!("the {many} letters that were written to them")),
    }
    if copies.is_empty() {
        return Ok(());
    }
    desk.warn(format!(
        "copies from before still hold what was erased, until they are removed by hand or age out: {}",
        copies.join("; ")
    ))
}

/// Takes what was erased out of the file's free pages and its log, and says so. To run it `again`, anybody who was erased will do.
fn clear(desk: &mut Desk<'_, '_>, db: &Db, erased: &str, again: PersonRef) -> Result<()> {
    desk.change_is_told();
    db.clear_what_is_free().map_err(|error| {
        error.context(format!(
            "{erased} erased, but traces may stay in the file until this is run again: ledgerline privacy erase {again} --yes"
        ))
    })?;
    desk.say("The file's free pages and its log are cleared of what was erased.")
}
