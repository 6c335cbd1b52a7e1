//! `person`: pupils, teachers, and the adults who sign.

pub mod alike;
mod merge;

use std::str::FromStr;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::{Desk, lookup};
use crate::cli::{Given, given, word};
use crate::domain::date::Date;
use crate::domain::instrument::line_text;
use crate::domain::listing::changes;
use crate::domain::person::{Person as Record, PersonLine, PersonRefusal, YearGroup, check};
use crate::domain::reference::PersonRef;
use crate::domain::refusal::refuse;
use crate::domain::spoilt;
use crate::domain::text::{Email, Name, fold};
use crate::domain::words::Role;
use crate::output::card::Card;
use crate::store::journal::{About, Event};
use crate::store::person::{self as people, PersonFilter};
use crate::store::{Tx, merge as merges, school};

/// Pupils, teachers, and the adults who sign. Only what lending needs is kept.
#[derive(Debug, Args)]
pub struct Person {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Verb {
    /// Add a pupil, a teacher or an adult
    Add(Add),
    /// List people
    List(List),
    /// Show one person
    Show(Show),
    /// Change what is recorded of a person
    Edit(Edit),
    /// Make one of two records of the same person
    Merge(merge::Merge),
}

/// What can be said of a person. An empty text takes a value away.
#[derive(Debug, Args)]
#[command(next_help_heading = "About the person")]
struct Flags {
    /// A pupil's or a teacher's school; a pupil taught at home has none
    #[arg(long, value_name = "URN", allow_hyphen_values = true)]
    school: Option<String>,
    /// A pupil's year group: N1, N2, R, 1 to 14
    #[arg(long, value_name = "N", value_parser = given(YearGroup::from_str))]
    year_group: Option<Given<YearGroup>>,
    /// The adult who signs for a pupil's loans
    #[arg(long, value_name = "PERSON", allow_hyphen_values = true)]
    hirer: Option<String>,
    /// Never a pupil's: a pupil is not written to
    #[arg(long, value_parser = given(Email::from_str))]
    email: Option<Given<Email>>,
    #[arg(long, allow_hyphen_values = true)]
    phone: Option<String>,
    #[arg(long, allow_hyphen_values = true)]
    address: Option<String>,
}

impl Flags {
    /// Writes what the flags say over a person, and judges the whole.
    fn apply(&self, tx: &Tx, person: &mut Record) -> Result<()> {
        match self.school.as_deref() {
            Some("") => person.school = None,
            Some(typed) => person.school = Some(lookup::school(tx, typed)?.urn),
            None => {}
        }
        match self.hirer.as_deref() {
            Some("") => person.hirer = None,
            Some(typed) => person.hirer = Some(lookup::person_at_hand(tx, typed)?.id),
            None => {}
        }
        Given::over(&self.year_group, &mut person.year_group);
        Given::over(&self.email, &mut person.email);
        if let Some(phone) = &self.phone {
            person.phone = spoilt::phone(phone).map_err(refuse)?;
        }
        if let Some(address) = &self.address {
            person.address = line_text("the address", address).map_err(refuse)?;
        }
        let hirer = person.hirer.map(|id| people::find(tx, id)).transpose()?.flatten();
        check(person, hirer.as_ref().map(|hirer| (hirer.role, &hirer.name))).map_err(refuse)
    }
}

/// Add a pupil, a teacher or an adult.
///
/// Example: ledgerline person add "Ana Ruiz" --role pupil --school 100492 --year-group 5 --hirer P1
#[derive(Debug, Args)]
struct Add {
    #[arg(allow_hyphen_values = true)]
    name: Name,
    #[arg(long, value_parser = word::<Role>(), ignore_case = true)]
    role: Role,
    #[command(flatten)]
    flags: Flags,
}

/// Change what is recorded of a person.
///
/// Example: ledgerline person edit P17 --year-group 6
#[derive(Debug, Args)]
struct Edit {
    /// A reference, a name, or a part of a name
    person: String,
    #[arg(long, allow_hyphen_values = true)]
    name: Option<Name>,
    #[arg(long, value_parser = word::<Role>(), ignore_case = true)]
    role: Option<Role>,
    #[command(flatten)]
    flags: Flags,
}

/// List people, by name.
///
/// Example: ledgerline person list --role pupil --school 100492
#[derive(Debug, Args)]
struct List {
    /// Only those with this in their name
    #[arg(allow_hyphen_values = true)]
    name: Option<String>,
    #[arg(long, value_parser = word::<Role>(), ignore_case = true)]
    role: Option<Role>,
    /// Of this school: a URN, a name, or a part of a name
    #[arg(long, value_name = "URN")]
    school: Option<String>,
}

/// Show one person.
///
/// Example: ledgerline person show P17
#[derive(Debug, Args)]
struct Show {
    /// A reference, a name, or a part of a name
    person: String,
}

impl Person {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::Add(add) => add.run(desk),
            Verb::List(list) => list.run(desk),
            Verb::Show(show) => show.run(desk),
            Verb::Edit(edit) => edit.run(desk),
            Verb::Merge(merge) => merge.run(desk),
        }
    }
}

impl Add {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut db = desk.open()?;
        let (new, alike) = desk.change(&mut db, |tx| {
            let mut new = Record::new(people::next_reference(tx)?, self.name.clone(), self.role);
            self.flags.apply(tx, &mut new)?;
            let alike = alike::on_record(tx, &new)?;
            people::put(tx, &new)?;
            let event =
                event("person add", &new, today, format!("Person {} added: {}, {}", new.id, new.name, new.role));
            Ok(((new, alike), Some(event)))
        })?;
        desk.print(new.id)?;
        for known in &alike {
            desk.warn(format!("there is also {}", known.line))?;
        }
        desk.say(format!("Added {}: {}, {}.", new.id, new.name, new.role))?;
        if let Some(known) = alike.first() {
            desk.say(format!("If that is the same person: ledgerline person merge {} {}", new.id, known.id))?;
        }
        if new.role == Role::Pupil && new.hirer.is_none() {
            desk.say(format!(
                "A loan to a pupil needs an adult who signs: ledgerline person edit {} --hirer …",
                new.id
            ))?;
        }
        Ok(())
    }
}

fn event(command: &'static str, person: &Record, on: Date, summary: String) -> Event {
    Event { on, command, subject: person.id.to_string(), summary, about: vec![About::Person(person.id)] }
}

impl Edit {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut db = desk.open()?;
        let (after, changes) = desk.change(&mut db, |tx| {
            let before = lookup::person_at_hand(tx, &self.person)?;
            let mut after = before.clone();
            after.name = self.name.clone().unwrap_or(after.name);
            after.role = self.role.unwrap_or(after.role);
            if after.role == Role::Pupil && before.role != Role::Pupil {
                refuse_as_pupil(tx, before.id)?;
            }
            self.flags.apply(tx, &mut after)?;
            if after == before {
                return Err(refuse(PersonRefusal::NothingToChange(before.id)));
            }
            people::put(tx, &after)?;
            let changes = changes(&before.line(), &after.line()).join("; ");
            let event = event("person edit", &after, today, format!("Changed {}: {changes}", after.id));
            Ok(((after, changes), Some(event)))
        })?;
        desk.say(format!("Changed {} ({}): {changes}.", after.name, after.id))
    }
}

/// A pupil signs for nobody, and has nothing that nobody has signed for.
fn refuse_as_pupil(tx: &Tx, id: PersonRef) -> Result<()> {
    if people::signs(tx, id)? {
        return Err(refuse(PersonRefusal::SignsForOthers(id)));
    }
    match people::unsigned_loan(tx, id)? {
        Some(loan) => Err(refuse(PersonRefusal::Borrows(id, loan))),
        None => Ok(()),
    }
}

impl List {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let db = desk.open()?;
        db.read(|tx| {
            let school = self.school.as_deref().map(|typed| lookup::school(tx, typed)).transpose()?;
            let name_part = self.name.as_deref().map(fold);
            let filter = PersonFilter { role: self.role, school: school.map(|school| school.urn), name_part };
            desk.list::<PersonLine<'_>>(|out| people::each(tx, &filter, |line| out.row(line)))?;
            Ok(())
        })
    }
}

impl Show {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (found, card) = desk.open()?.read(|tx| {
            let found = lookup::person(tx, &self.person)?;
            let school = found.school.map(|urn| school::find(tx, urn)).transpose()?.flatten();
            let hirer = found.hirer.map(|id| people::find(tx, id)).transpose()?.flatten();
            let mut card = Card::new();
            card.add("person", &found.id)
                .add("name", &found.name)
                .add("role", &found.role)
                .add("school_urn", &found.school)
                .add("school", &school.map(|school| school.name))
                .add("year_group", &found.year_group)
                .add("hirer", &found.hirer)
                .add("hirer_name", &hirer.map(|hirer| hirer.name))
                .add("email", &found.email)
                .add("phone", &found.phone)
                .add("address", &found.address);
            let merged: Vec<String> = merges::merged_into(tx, found.id)?.iter().map(PersonRef::to_string).collect();
            card.add("merged", &merged.join(", ")).add("erased_on", &found.erased_on);
            Ok((found.id, card))
        })?;
        if let Some(typed) = self.person.parse::<PersonRef>().ok().filter(|typed| *typed != found) {
            desk.say(format!("{typed} was merged into {found}."))?;
        }
        desk.card(&card)
    }
}
