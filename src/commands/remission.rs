//! `remission`: what people are let off.

pub mod rework;

use anyhow::Result;
use clap::{Args, Subcommand};

use self::rework::Reworked;
use super::completions::borrowers;
use super::{Desk, lookup};
use crate::cli::DayArg;
use crate::domain::charge::{Remission as LetOff, RemissionLine, RemissionRefusal, check_remission, percent};
use crate::domain::date::{AcademicYear, Date};
use crate::domain::reference::PersonRef;
use crate::domain::refusal::refuse;
use crate::domain::text::Name;
use crate::store::journal::{About, Event};
use crate::store::remission;

/// What people are let off of their hire, by academic year: the pupil's own remission, else that of the adult who signs.
#[derive(Debug, Args)]
pub struct Remission {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Verb {
    /// Record a remission
    Add(Add),
    /// List remissions
    List(List),
    /// Take a remission away
    Remove(Remove),
}

/// Record what a pupil or an adult who signs is let off in an academic year. Hire raised since the evidence was seen,
/// and not yet paid for, is worked out anew.
///
/// The evidence itself is never kept: only the band it puts them in, and the day it was seen.
///
/// Example: ledgerline remission add "Ana Ruiz" --year 2026/27 --percent 50 --band FSM --seen-on 2026-09-03
#[derive(Debug, Args)]
struct Add {
    /// Who: a reference, a name, or a part of a name
    #[arg(add = borrowers())]
    person: String,
    /// Academic year, 1 Sep to 31 Aug
    #[arg(long)]
    year: AcademicYear,
    /// How much they are let off, 0 to 100
    #[arg(long, value_name = "N", value_parser = whole_number, allow_hyphen_values = true)]
    percent: i64,
    /// The hub's word for why
    #[arg(long, allow_hyphen_values = true)]
    band: String,
    /// The day the evidence was seen: hire raised before it stays as it is
    #[arg(long, default_value = "today", value_name = "DATE", allow_hyphen_values = true)]
    seen_on: DayArg,
}

/// List remissions, by year and then by name.
///
/// Example: ledgerline remission list --year 2026/27
#[derive(Debug, Args)]
struct List {
    /// Of this academic year
    #[arg(long)]
    year: Option<AcademicYear>,
    /// Of this person
    #[arg(long, value_name = "PERSON", allow_hyphen_values = true, add = borrowers())]
    person: Option<String>,
}

/// Take a remission away. Hire not yet paid for is worked out anew.
///
/// Example: ledgerline remission remove "Ana Ruiz" --year 2026/27
#[derive(Debug, Args)]
struct Remove {
    /// Whose: a reference, a name, or a part of a name
    #[arg(add = borrowers())]
    person: String,
    /// Academic year, 1 Sep to 31 Aug
    #[arg(long)]
    year: AcademicYear,
}

fn whole_number(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| format!("'{text}' is not a whole number"))
}

impl Remission {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::Add(add) => add.run(desk),
            Verb::List(list) => list.run(desk),
            Verb::Remove(remove) => remove.run(desk),
        }
    }
}

impl List {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let db = desk.open()?;
        db.read(|tx| {
            let person = self.person.as_deref().map(|typed| lookup::person(tx, typed)).transpose()?;
            let person = person.map(|person| person.id);
            desk.list::<RemissionLine<'_>>(|out| remission::each(tx, person, self.year, |line| out.row(line)))?;
            Ok(())
        })
    }
}

impl Add {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let percent = percent(self.percent).map_err(refuse)?;
        let band: Name = match self.band.trim() {
            "" => return Err(refuse(RemissionRefusal::NoBand)),
            text => text.parse()?,
        };
        let seen_on = self.seen_on.on(today)?;
        let mut db = desk.open()?;
        let (name, reworked, stay) = desk.change(&mut db, |tx| {
            let person = lookup::person_at_hand(tx, &self.person)?;
            let new =
                LetOff { person: person.id, year: self.year, percent, band: band.clone(), seen_on: Some(seen_on) };
            let stands = remission::find(tx, new.person, new.year)?;
            check_remission(&new, stands.as_ref(), today).map_err(refuse)?;
            remission::add(tx, &new)?;
            let reworked = rework::rework(tx, new.person, new.year)?;
            let summary = format!("Remission of {percent}% for {} added: {}", new.year, person.name);
            let event = event(today, "remission add", new.person, summary, &reworked);
            let stay = rework::raised_before(tx, new.person, new.year, seen_on)?;
            Ok(((person.name, reworked, stay), Some(event)))
        })?;
        desk.say(format!("{name} is let off {percent}% of the hire for {} ({band}).", self.year))?;
        rework::tell(desk, &reworked)?;
        stay.iter().try_for_each(|charge| {
            desk.say(format!("{charge} was raised before the evidence was seen, and stays as it is; to let it go: ledgerline charge waive {charge} --reason …"))
        })
    }
}

impl Remove {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (today, year) = (desk.today(), self.year);
        let mut db = desk.open()?;
        let (name, removed, reworked) = desk.change(&mut db, |tx| {
            let person = lookup::person(tx, &self.person)?;
            let none = || refuse(RemissionRefusal::None { person: person.id, year });
            let removed = remission::remove(tx, person.id, year)?.ok_or_else(none)?;
            let reworked = rework::rework(tx, person.id, year)?;
            let summary = format!("Remission of {}% for {year} taken away: {}", removed.percent, person.name);
            let event = event(today, "remission remove", person.id, summary, &reworked);
            Ok(((person.name, removed, reworked), Some(event)))
        })?;
        desk.say(format!("{name} has no remission of their own for {year} now (was {}%).", removed.percent))?;
        rework::tell(desk, &reworked)
    }
}

fn event(on: Date, command: &'static str, person: PersonRef, summary: String, reworked: &[Reworked]) -> Event {
    let mut about = vec![About::Person(person)];
    about.extend(rework::about(reworked));
    Event { on, command, subject: person.to_string(), summary, about }
}
