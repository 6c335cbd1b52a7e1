//! `organisation`: nurseries, ensembles, partners, other hubs, repairers.

use std::str::FromStr;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::{Desk, lookup};
use crate::cli::{Given, given, word};
use crate::domain::date::Date;
use crate::domain::instrument::line_text;
use crate::domain::listing::changes;
use crate::domain::refusal::refuse;
use crate::domain::school::{Organisation as Record, OrganisationLine, SchoolRefusal};
use crate::domain::spoilt::{SpoiltRefusal, phone as phone_number};
use crate::domain::text::{Email, Name};
use crate::domain::words::OrganisationRole;
use crate::output::card::Card;
use crate::store::journal::{About, Event};
use crate::store::{Tx, organisation as organisations};

/// Nurseries without a URN, community ensembles, partners, other hubs, repairers: whoever is neither a school nor a person.
#[derive(Debug, Args)]
pub struct Organisation {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Verb {
    /// Add an organisation
    Add(Add),
    /// List organisations
    ///
    /// Example: ledgerline organisation list --format csv
    List,
    /// Show one organisation
    Show(Show),
    /// Change what is recorded of an organisation
    Edit(Edit),
}

/// How to reach an organisation. An empty text takes a value away.
#[derive(Debug, Args)]
struct Contact {
    #[arg(long, value_parser = given(Email::from_str))]
    email: Option<Given<Email>>,
    #[arg(long, allow_hyphen_values = true)]
    phone: Option<String>,
    #[arg(long, allow_hyphen_values = true)]
    address: Option<String>,
}

/// Add an organisation.
///
/// Example: ledgerline organisation add "Acorn Nursery" --role setting --email office@example.org
#[derive(Debug, Args)]
struct Add {
    #[arg(allow_hyphen_values = true)]
    name: Name,
    #[arg(long, value_parser = word::<OrganisationRole>(), ignore_case = true)]
    role: OrganisationRole,
    #[command(flatten)]
    contact: Contact,
}

/// Show one organisation.
///
/// Example: ledgerline organisation show G3
#[derive(Debug, Args)]
struct Show {
    /// Its reference, its name, or a part of its name
    organisation: String,
}

/// Change what is recorded of an organisation.
///
/// Example: ledgerline organisation edit G3 --phone "01632 960123"
#[derive(Debug, Args)]
struct Edit {
    /// Its reference, its name, or a part of its name
    organisation: String,
    #[arg(long, allow_hyphen_values = true)]
    name: Option<Name>,
    #[arg(long, value_parser = word::<OrganisationRole>(), ignore_case = true)]
    role: Option<OrganisationRole>,
    #[command(flatten)]
    contact: Contact,
}

impl Organisation {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::Add(add) => add.run(desk),
            Verb::List => list(desk),
            Verb::Show(show) => show.run(desk),
            Verb::Edit(edit) => edit.run(desk),
        }
    }
}

impl Contact {
    fn apply(&self, organisation: &mut Record) -> Result<(), SpoiltRefusal> {
        Given::over(&self.email, &mut organisation.email);
        if let Some(phone) = &self.phone {
            organisation.phone = phone_number(phone)?;
        }
        if let Some(address) = &self.address {
            organisation.address = line_text("the address", address)?;
        }
        Ok(())
    }
}

impl Add {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut db = desk.open()?;
        let new = desk.change(&mut db, |tx| {
            refuse_namesake(tx, &self.name)?;
            let id = organisations::next_reference(tx)?;
            let mut new = Record { id, name: self.name, role: self.role, email: None, phone: None, address: None };
            self.contact.apply(&mut new).map_err(refuse)?;
            organisations::put(tx, &new)?;
            let event = event("organisation add", &new, today, format!("Organisation {id} added: {}", new.name));
            Ok((new, Some(event)))
        })?;
        desk.print(new.id)?;
        desk.say(format!("Added {}: {}.", new.id, new.name))
    }
}

/// Two organisations of one name could not be told apart at the desk.
fn refuse_namesake(tx: &Tx, name: &Name) -> Result<()> {
    let namesakes = organisations::named(tx, name.as_str(), 1)?;
    match namesakes.into_iter().find(|(_, other)| other.key() == name.key()) {
        Some((id, other)) => Err(refuse(SchoolRefusal::OrganisationExists(id, other))),
        None => Ok(()),
    }
}

fn event(command: &'static str, organisation: &Record, on: Date, summary: String) -> Event {
    let about = vec![About::Organisation(organisation.id)];
    Event { on, command, subject: organisation.id.to_string(), summary, about }
}

impl Edit {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut db = desk.open()?;
        let (after, changes) = desk.change(&mut db, |tx| {
            let before = lookup::organisation(tx, &self.organisation)?;
            let mut after = before.clone();
            after.role = self.role.unwrap_or(after.role);
            if let Some(name) = self.name.clone().filter(|name| name.key() != before.name.key()) {
                refuse_namesake(tx, &name)?;
            }
            after.name = self.name.clone().unwrap_or(after.name);
            self.contact.apply(&mut after).map_err(refuse)?;
            if after == before {
                return Err(refuse(SchoolRefusal::NothingToChange(before.name.to_string())));
            }
            organisations::put(tx, &after)?;
            let changes = changes(&before.line(), &after.line()).join("; ");
            let event = event("organisation edit", &after, today, format!("Changed {}: {changes}", after.id));
            Ok(((after, changes), Some(event)))
        })?;
        desk.say(format!("Changed {} ({}): {changes}.", after.name, after.id))
    }
}

fn list(desk: &mut Desk<'_, '_>) -> Result<()> {
    let db = desk.open()?;
    db.read(|tx| {
        desk.list::<OrganisationLine<'_>>(|out| organisations::each(tx, |line| out.row(line)))?;
        Ok(())
    })
}

impl Show {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let found = desk.open()?.read(|tx| lookup::organisation(tx, &self.organisation))?;
        let mut card = Card::new();
        card.add("organisation", &found.id)
            .add("name", &found.name)
            .add("role", &found.role)
            .add("email", &found.email)
            .add("phone", &found.phone)
            .add("address", &found.address);
        desk.card(&card)
    }
}
