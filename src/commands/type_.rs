//! `type`: what an instrument can be.

use anyhow::Result;
use clap::{Args, Subcommand};

use super::Desk;
use crate::cli::word;
use crate::domain::instrument::{Type as InstrumentType, TypeCode, TypeLine};
use crate::domain::refusal::{Plain, refuse};
use crate::domain::text::Name;
use crate::domain::words::Family;
use crate::store::instrument_type;
use crate::store::journal::Event;

/// The types an instrument can be: some ninety come with the file, and a hub adds its own.
#[derive(Debug, Args)]
pub struct Type {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Verb {
    /// List the types with their families, lives and sizes
    ///
    /// Example: ledgerline type list
    List,
    /// Add a type
    Add(Add),
}

/// Add a type.
///
/// Example: ledgerline type add NYCK nyckelharpa --family strings --sizes "3/4,4/4" --life-months 180
#[derive(Debug, Args)]
struct Add {
    /// Short code, which begins the tags of its instruments
    code: TypeCode,
    /// What people call it
    #[arg(allow_hyphen_values = true)]
    name: Name,
    #[arg(long, value_parser = word::<Family>(), ignore_case = true)]
    family: Family,
    /// Sizes from small to large, separated by commas
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    sizes: Vec<String>,
    /// How long one lasts, in months
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(i64).range(1..=1200))]
    life_months: i64,
}

impl Type {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::List => list(desk),
            Verb::Add(add) => add.run(desk),
        }
    }
}

fn list(desk: &mut Desk<'_, '_>) -> Result<()> {
    let types = desk.open()?.read(instrument_type::all)?;
    desk.list::<TypeLine>(|out| {
        types.into_iter().try_for_each(|each| {
            let sizes = each.sizes.join(", ");
            out.row(&TypeLine {
                code: each.code,
                name: each.name,
                family: each.family,
                life_months: each.life_months,
                sizes,
            })
        })
    })?;
    Ok(())
}

impl Add {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let sizes = self.sizes.iter().map(|size| size.trim().to_string()).filter(|size| !size.is_empty()).collect();
        let new = InstrumentType {
            code: self.code,
            name: self.name,
            family: self.family,
            life_months: self.life_months,
            sizes,
        };
        let mut db = desk.open()?;
        desk.change(&mut db, |tx| {
            for taken in [new.code.as_str(), new.name.as_str()] {
                if let Some(other) = instrument_type::find(tx, taken)? {
                    let sentence = format!("there is a type {} already: {}", other.code, other.name);
                    return Err(refuse(Plain::new(sentence).hint("choose another code and name")));
                }
            }
            instrument_type::add(tx, &new)?;
            let summary = format!("Type {} added: {}, {}", new.code, new.name, new.family);
            Ok((
                (),
                Some(Event { on: today, command: "type add", subject: new.code.to_string(), summary, about: vec![] }),
            ))
        })?;
        desk.print(&new.code)?;
        desk.say(format!("Added the type {}: {}.", new.code, new.name))
    }
}
