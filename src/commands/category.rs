//! `category`: the needs of the National Plan that instruments serve.

use anyhow::Result;
use clap::{Args, Subcommand};

use super::Desk;
use crate::cli::DayArg;
use crate::domain::date;
use crate::domain::instrument::{Category as Need, CategoryCode, CategoryLine, InstrumentRefusal};
use crate::domain::refusal::{Plain, refuse};
use crate::domain::text::Name;
use crate::store::Tx;
use crate::store::category;
use crate::store::journal::Event;

/// The needs of the National Plan that instruments serve. Codes are stable; names are the hub's to change.
#[derive(Debug, Args)]
pub struct Category {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Verb {
    /// List the categories
    ///
    /// Example: ledgerline category list
    List,
    /// Add a category
    Add(Named),
    /// Change the name shown; codes, figures and files already written stay
    Rename(Named),
    /// Take a category out of use; what bears it keeps it
    Retire(Retire),
}

/// Example: ledgerline category add FOLK "Folk and traditional"
#[derive(Debug, Args)]
struct Named {
    code: CategoryCode,
    #[arg(allow_hyphen_values = true)]
    name: Name,
}

/// Example: ledgerline category retire FOLK
#[derive(Debug, Args)]
struct Retire {
    code: CategoryCode,
    /// From which day
    #[arg(long, default_value = "today", value_name = "DATE")]
    on: DayArg,
}

impl Category {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::List => list(desk),
            Verb::Add(named) => add(named, desk),
            Verb::Rename(named) => rename(named, desk),
            Verb::Retire(retire) => retire.run(desk),
        }
    }
}

fn list(desk: &mut Desk<'_, '_>) -> Result<()> {
    let all = desk.open()?.read(category::all)?;
    desk.list::<CategoryLine>(|out| {
        all.into_iter()
            .try_for_each(|Need { code, name, retired_on }| out.row(&CategoryLine { code, name, retired_on }))
    })?;
    Ok(())
}

fn add(Named { code, name }: Named, desk: &mut Desk<'_, '_>) -> Result<()> {
    let today = desk.today();
    let mut db = desk.open()?;
    desk.change(&mut db, |tx| {
        if let Some(other) = category::find(tx, code.as_str())? {
            let sentence = format!("there is a category {} already: {}", other.code, other.name);
            return Err(refuse(
                Plain::new(sentence).hint(format!("to change its name: ledgerline category rename {code} NAME")),
            ));
        }
        category::add(tx, &Need { code: code.clone(), name: name.clone(), retired_on: None })?;
        let summary = format!("Category {code} added: {name}");
        Ok(((), Some(Event { on: today, command: "category add", subject: code.to_string(), summary, about: vec![] })))
    })?;
    desk.print(&code)?;
    desk.say(format!("Added the category {code}: {name}."))
}

fn rename(Named { code, name }: Named, desk: &mut Desk<'_, '_>) -> Result<()> {
    let today = desk.today();
    let mut db = desk.open()?;
    let before = desk.change(&mut db, |tx| {
        let before = get(tx, &code)?;
        category::rename(tx, &code, &name)?;
        let summary = format!("Category {code} renamed from {} to {name}", before.name);
        let event = Event { on: today, command: "category rename", subject: code.to_string(), summary, about: vec![] };
        Ok((before, Some(event)))
    })?;
    desk.say(format!("{code} is now called {name} (was {}).", before.name))
}

impl Retire {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (code, on) = (self.code, self.on.on(desk.today())?);
        let mut db = desk.open()?;
        desk.change(&mut db, |tx| {
            if let Some(since) = get(tx, &code)?.retired_on {
                return Err(refuse(InstrumentRefusal::RetiredCategory(code.clone(), since)));
            }
            category::retire(tx, &code, on)?;
            let summary = format!("Category {code} retired");
            Ok(((), Some(Event { on, command: "category retire", subject: code.to_string(), summary, about: vec![] })))
        })?;
        desk.say(format!("Retired the category {code} on {}; what bears it keeps it.", date::in_words(on)))
    }
}

fn get(tx: &Tx, code: &CategoryCode) -> Result<Need> {
    let unknown = |nearest| refuse(InstrumentRefusal::UnknownCategory { typed: code.to_string(), nearest });
    match category::find(tx, code.as_str())? {
        Some(found) => Ok(found),
        None => Err(unknown(category::nearest(tx, code.as_str())?)),
    }
}
