//! `scheme`: the terms loans are made on.

use anyhow::Result;
use clap::{Args, Subcommand};

use super::Desk;
use crate::cli::word;
use crate::domain::due::Length;
use crate::domain::words::Scheme as Terms;
use crate::listing;
use crate::store::journal::Event;
use crate::store::scheme;

/// The terms loans are made on: how long each lasts is the hub's own policy.
#[derive(Debug, Args)]
pub struct Scheme {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Verb {
    /// List the schemes
    ///
    /// Example: ledgerline scheme list
    List,
    /// Change how long a scheme's loans last
    Set(Set),
}

/// Change how long a scheme's loans last.
///
/// Example: ledgerline scheme set hire --length term
#[derive(Debug, Args)]
struct Set {
    #[arg(value_parser = word::<Terms>(), ignore_case = true)]
    scheme: Terms,
    /// term, year, a number of days (28d) or of months (3m)
    #[arg(long)]
    length: Length,
}

listing! {
    /// One line of `scheme list`.
    pub struct SchemeLine {
        scheme: Terms,
        length: String,
    }
}

impl Scheme {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::List => list(desk),
            Verb::Set(set) => set.run(desk),
        }
    }
}

fn list(desk: &mut Desk<'_, '_>) -> Result<()> {
    let db = desk.open()?;
    db.read(|tx| {
        desk.list::<SchemeLine>(|out| {
            Terms::ALL.iter().try_for_each(|&scheme| {
                let length = scheme::length(tx, scheme)?.to_string();
                out.row(&SchemeLine { scheme, length })
            })
        })?;
        Ok(())
    })
}

impl Set {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let Set { scheme, length } = self;
        let mut db = desk.open()?;
        let before = desk.change(&mut db, |tx| {
            let before = scheme::length(tx, scheme)?;
            scheme::set_length(tx, scheme, length)?;
            let summary = format!("Scheme {scheme}: length changed from {before} to {length}");
            let event = Event { on: today, command: "scheme set", subject: scheme.to_string(), summary, about: vec![] };
            Ok((before, (before != length).then_some(event)))
        })?;
        desk.say(format!(
            "Loans on the scheme {scheme} now last: {length} (was {before}). Loans already made keep their day."
        ))
    }
}
