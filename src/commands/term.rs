//! `term`: the calendar that due days follow.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::import::How;
use super::{Desk, lookup};
use crate::cli::DayArg;
use crate::domain::date::{AcademicYear, in_words};
use crate::domain::instrument::free_text;
use crate::domain::refusal::refuse;
use crate::domain::term::{Scope, Term as SchoolTerm, TermLine, check};
use crate::domain::text::Name;
use crate::import::kinds::Kind;
use crate::store::Tx;
use crate::store::journal::Event;
use crate::store::term;

/// School terms of the hub, of a local authority, or of one school. A school's stand before its authority's,
/// an authority's before the hub's.
#[derive(Debug, Args)]
pub struct Term {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Verb {
    /// Add a term
    Add(Add),
    /// Bring terms in from a file; without --commit, only check it
    Import(FromFile),
    /// List the terms
    ///
    /// Example: ledgerline term list
    List,
}

/// Add a term: the hub's own, unless an authority or a school is named.
///
/// Example: ledgerline term add 2026/27 autumn 2026-09-02 2026-12-18 --la Salford
#[derive(Debug, Args)]
struct Add {
    /// Academic year, 1 Sep to 31 Aug
    #[arg(value_name = "YEAR")]
    year: AcademicYear,
    /// autumn, spring, summer
    name: Name,
    /// First school day
    first: DayArg,
    /// Last school day
    last: DayArg,
    /// The local authority it holds for
    #[arg(long, conflicts_with = "school", allow_hyphen_values = true)]
    la: Option<String>,
    /// The school it holds for
    #[arg(long, value_name = "URN")]
    school: Option<String>,
}

/// Bring terms in from a file with the columns academic_year,name,first_on,last_on,la,school_urn: the same as 'import terms'.
///
/// Example: ledgerline term import terms.csv --commit
#[derive(Debug, Args)]
struct FromFile {
    file: PathBuf,
    #[command(flatten)]
    how: How,
}

impl Term {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::Add(add) => add.run(desk),
            Verb::Import(from) => from.how.import(desk, Kind::Calendar, &from.file),
            Verb::List => list(desk),
        }
    }
}

fn list(desk: &mut Desk<'_, '_>) -> Result<()> {
    let terms = desk.open()?.read(term::all)?;
    desk.list::<TermLine>(|out| terms.into_iter().try_for_each(|term| out.row(&TermLine::from(term))))?;
    Ok(())
}

impl Add {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut db = desk.open()?;
        let new = desk.change(&mut db, |tx| {
            let new = SchoolTerm {
                year: self.year,
                name: self.name.clone(),
                first_on: self.first.on(today)?,
                last_on: self.last.on(today)?,
                scope: self.scope(tx)?,
            };
            check(&new, &term::all(tx)?).map_err(refuse)?;
            term::add(tx, &new)?;
            let summary = format!("Term {} added: {} to {}", new.label(), new.first_on, new.last_on);
            let event = Event { on: today, command: "term add", subject: new.label(), summary, about: vec![] };
            Ok((new, Some(event)))
        })?;
        desk.print(new.label())?;
        let (first, last) = (in_words(new.first_on), in_words(new.last_on));
        desk.say(format!("Added the term {}: {first} to {last}.", new.label()))
    }

    fn scope(&self, tx: &Tx) -> Result<Scope> {
        if let Some(school) = &self.school {
            return Ok(Scope::School(lookup::school(tx, school)?.urn));
        }
        let la = self.la.as_deref().map(|la| free_text("the authority", la)).transpose().map_err(refuse)?.flatten();
        Ok(la.map_or(Scope::Hub, Scope::Authority))
    }
}
