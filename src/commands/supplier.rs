//! `supplier`: who sells to the hub.

use std::collections::HashSet;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::Desk;
use crate::domain::instrument::free_text;
use crate::domain::refusal::refuse;
use crate::domain::supplier::{self as domain, SupplierLine, SupplierRefusal, key};
use crate::domain::text::Name;
use crate::store::journal::Event;
use crate::store::supplier::Merged;
use crate::store::{Tx, supplier};

/// Who sells to the hub. A name is found without regard to case, accents, spaces and punctuation.
#[derive(Debug, Args)]
pub struct Supplier {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Verb {
    /// List the suppliers with their other spellings
    ///
    /// Example: ledgerline supplier list
    List,
    /// Add a supplier
    Add(Add),
    /// Add another spelling of a supplier's name
    Alias(Alias),
}

/// Add a supplier.
///
/// Example: ledgerline supplier add "Normans Musical Instruments" --alias NORMANS --lot "Lot 2"
#[derive(Debug, Args)]
struct Add {
    #[arg(allow_hyphen_values = true)]
    name: Name,
    /// Another spelling of its name; once for each
    #[arg(long = "alias", value_name = "NAME", allow_hyphen_values = true)]
    aliases: Vec<Name>,
    /// Its lot in the framework
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    lot: Option<String>,
}

/// Add another spelling of a supplier's name; a supplier of that name becomes one with it, orders and all.
///
/// Example: ledgerline supplier alias Normans "NORMANS LTD"
#[derive(Debug, Args)]
struct Alias {
    /// The supplier, by any of its names
    supplier: String,
    #[arg(allow_hyphen_values = true)]
    alias: Name,
}

impl Supplier {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::List => list(desk),
            Verb::Add(add) => add.run(desk),
            Verb::Alias(alias) => alias.run(desk),
        }
    }
}

fn list(desk: &mut Desk<'_, '_>) -> Result<()> {
    let lines = desk.open()?.read(supplier::list)?;
    desk.list::<SupplierLine>(|out| lines.iter().try_for_each(|line| out.row(line)))?;
    Ok(())
}

impl Add {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let lot = self.lot.as_deref().map(|text| free_text("the lot", text)).transpose().map_err(refuse)?.flatten();
        let mut spellings = HashSet::new();
        for name in std::iter::once(&self.name).chain(&self.aliases) {
            if !spellings.insert(key(name.as_str())) {
                return Err(refuse(SupplierRefusal::Twice(name.to_string())));
            }
        }
        let mut db = desk.open()?;
        desk.change(&mut db, |tx| {
            std::iter::once(&self.name).chain(&self.aliases).try_for_each(|name| refuse_taken(tx, name))?;
            let id = supplier::add(tx, &self.name, lot.as_deref())?;
            self.aliases.iter().try_for_each(|alias| supplier::add_alias(tx, id, alias))?;
            let summary = format!("Supplier added: {}", self.name);
            let subject = format!("supplier {id}");
            Ok(((), Some(Event { on: today, command: "supplier add", subject, summary, about: vec![] })))
        })?;
        desk.print(&self.name)?;
        let also: Vec<String> = self.aliases.iter().map(|alias| format!("'{alias}'")).collect();
        let also = if also.is_empty() { String::new() } else { format!(", also found as {}", also.join(", ")) };
        desk.say(format!("Added '{}' to the suppliers{also}.", self.name))
    }
}

/// A name leads to one supplier: refused where it leads to one already.
fn refuse_taken(tx: &Tx, name: &Name) -> Result<()> {
    if name.as_str().contains(';') {
        return Err(refuse(SupplierRefusal::Semicolon(name.clone())));
    }
    match supplier::find(tx, name.as_str())? {
        Some(other) => Err(refuse(SupplierRefusal::Taken { typed: name.to_string(), supplier: other.name })),
        None => Ok(()),
    }
}

impl Alias {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut db = desk.open()?;
        let (found, merged) = desk.change(&mut db, |tx| {
            let found = supplier::get(tx, &self.supplier)?;
            let merged = self.join(tx, &found)?;
            let orders = merged.as_ref().map(|merged| format!(", with its {}", counted(merged.orders)));
            let orders = orders.unwrap_or_default();
            let summary = format!("Supplier {} is also found as {}{orders}", found.name, self.alias);
            let subject = format!("supplier {}", found.id);
            Ok(((found, merged), Some(Event { on: today, command: "supplier alias", subject, summary, about: vec![] })))
        })?;
        desk.say(format!("{} is now also found as '{}'.", found.name, self.alias))?;
        let Some(merged) = merged else {
            return Ok(());
        };
        desk.say(format!("The two were on record as different suppliers; {} moved.", counted(merged.orders)))?;
        if merged.same_numbers.is_empty() {
            return Ok(());
        }
        let numbers = merged.same_numbers.join(", ");
        desk.warn(format!(
            "both had sent an invoice {numbers}; if one was entered twice, 'ledgerline purchase credit' takes it back"
        ))
    }

    /// Adds the spelling; a supplier that bears it as its own name is merged.
    fn join(&self, tx: &Tx, found: &domain::Supplier) -> Result<Option<Merged>> {
        let other = supplier::find(tx, self.alias.as_str())?.filter(|other| other.id != found.id);
        let bears_it = |other: &domain::Supplier| key(other.name.as_str()) == key(self.alias.as_str());
        match other.filter(bears_it) {
            Some(other) => supplier::merge(tx, &other, found).map(Some),
            None => {
                refuse_taken(tx, &self.alias)?;
                supplier::add_alias(tx, found.id, &self.alias)?;
                Ok(None)
            }
        }
    }
}

/// `1 order`, `2 orders`.
fn counted(orders: i64) -> String {
    if orders == 1 { "1 order".to_string() } else { format!("{orders} orders") }
}
