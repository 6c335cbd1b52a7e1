//! `scheme`: the terms loans are made on.

use std::convert::Infallible;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::Desk;
use crate::cli::{Given, given, word};
use crate::domain::due::Length;
use crate::domain::words::Scheme as Terms;
use crate::listing;
use crate::store::journal::Event;
use crate::store::{Tx, scheme};
use crate::wording::agreement;

/// The terms loans are made on: how long each lasts, and what is signed, is the hub's own policy.
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
    /// Change how long a scheme's loans last, or the text that is signed
    Set(Set),
    /// Print the text of a scheme's agreements, to edit it
    Show(Show),
}

/// Change how long a scheme's loans last, or the text that is signed.
///
/// The text is plain, with named fields; 'ledgerline scheme show hire' prints the one in use, which lists them. It is tried
/// before it is kept.
///
/// Example: ledgerline scheme set hire --length term --agreement hire.txt
#[derive(Debug, Args)]
struct Set {
    #[arg(value_parser = word::<Terms>(), ignore_case = true)]
    scheme: Terms,
    #[command(flatten)]
    to: Change,
}

/// What changes: one of them or both.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct Change {
    /// term, year, a number of days (28d) or of months (3m)
    #[arg(long)]
    length: Option<Length>,
    /// A file with the text of its agreements; '' goes back to the program's own
    #[arg(long, value_name = "FILE", value_parser = given(path))]
    agreement: Option<Given<PathBuf>>,
}

fn path(text: &str) -> Result<PathBuf, Infallible> {
    Ok(PathBuf::from(text))
}

/// Print the text of a scheme's agreements, the hub's own or the program's: a template, whose fields are listed at its head.
///
/// Example: ledgerline scheme show hire > hire.txt
#[derive(Debug, Args)]
struct Show {
    #[arg(value_parser = word::<Terms>(), ignore_case = true)]
    scheme: Terms,
}

listing! {
    /// One line of `scheme list`.
    pub struct SchemeLine {
        scheme: Terms,
        length: String,
        /// The hub's own text, or the program's: own or standard.
        agreement: &'static str,
    }
}

impl Scheme {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::List => list(desk),
            Verb::Set(set) => set.run(desk),
            Verb::Show(show) => show.run(desk),
        }
    }
}

fn list(desk: &mut Desk<'_, '_>) -> Result<()> {
    let db = desk.open()?;
    db.read(|tx| {
        desk.list::<SchemeLine>(|out| {
            Terms::ALL.iter().try_for_each(|&scheme| {
                let length = scheme::length(tx, scheme)?.to_string();
                let agreement = if scheme::agreement(tx, scheme)?.is_some() { "own" } else { "standard" };
                out.row(&SchemeLine { scheme, length, agreement })
            })
        })?;
        Ok(())
    })
}

impl Set {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (today, scheme) = (desk.today(), self.scheme);
        let text = match &self.to.agreement {
            Some(Given::Value(path)) => {
                let text = agreement::read(path)?;
                agreement::try_out(&text, scheme, today)?;
                Some(Some(text.text))
            }
            Some(Given::Nothing) => Some(None),
            None => None,
        };
        let mut db = desk.open()?;
        let sentences = desk.change(&mut db, |tx| {
            let length = self.to.length.map(|length| set_length(tx, scheme, length)).transpose()?;
            let agreement = text.map(|text| set_agreement(tx, scheme, text.as_deref())).transpose()?;
            let changes = [length, agreement].into_iter().flatten();
            let (changed, sentences): (Vec<Option<String>>, Vec<String>) = changes.unzip();
            let changed: Vec<String> = changed.into_iter().flatten().collect();
            let summary = format!("Scheme {scheme}: {}", changed.join("; "));
            let event = Event { on: today, command: "scheme set", subject: scheme.to_string(), summary, about: vec![] };
            Ok((sentences, (!changed.is_empty()).then_some(event)))
        })?;
        sentences.into_iter().try_for_each(|sentence| desk.say(sentence))
    }
}

/// What changed, for the journal, if anything did; and the sentence about how it stands now.
type Outcome = (Option<String>, String);

fn set_length(tx: &Tx, scheme: Terms, length: Length) -> Result<Outcome> {
    let before = scheme::length(tx, scheme)?;
    scheme::set_length(tx, scheme, length)?;
    let changed = (before != length).then(|| format!("length changed from {before} to {length}"));
    let now =
        format!("Loans on the scheme {scheme} now last: {length} (was {before}). Loans already made keep their day.");
    Ok((changed, now))
}

fn set_agreement(tx: &Tx, scheme: Terms, text: Option<&str>) -> Result<Outcome> {
    let before = scheme::agreement(tx, scheme)?;
    scheme::set_agreement(tx, scheme, text)?;
    let now = match text {
        Some(_) => format!("Agreements on the scheme {scheme} are now printed from the hub's own text."),
        None => format!("Agreements on the scheme {scheme} are now printed from the program's own text."),
    };
    let what = if text.is_some() { "agreement text changed" } else { "agreement text taken away" };
    Ok(((before.as_deref() != text).then(|| what.to_string()), now))
}

impl Show {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let text = desk.open()?.read(|tx| agreement::in_use(tx, self.scheme))?;
        desk.page(&text.text)
    }
}
