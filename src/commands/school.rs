//! `school`: schools, by URN.

use std::str::FromStr;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::{Desk, lookup};
use crate::cli::{Given, given, word};
use crate::domain::instrument::{line_text, text_over};
use crate::domain::listing::changes;
use crate::domain::reference::Urn;
use crate::domain::refusal::refuse;
use crate::domain::school::{Percent, School as Record, SchoolLine, SchoolRefusal, laestab};
use crate::domain::text::{Email, Name, fold};
use crate::domain::words::SchoolStatus;
use crate::output::card::Card;
use crate::store::journal::{About, Event};
use crate::store::school::{self as schools, SchoolFilter};

/// Schools, by URN. The whole register comes in with 'ledgerline import schools FILE --profile gias'.
#[derive(Debug, Args)]
pub struct School {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Verb {
    /// Add a school
    Add(Add),
    /// List schools
    List(List),
    /// Show one school
    Show(Show),
    /// Change what is recorded of a school
    Edit(Edit),
}

/// What can be said of a school. An empty text takes a value away.
#[derive(Debug, Args)]
#[command(next_help_heading = "About the school")]
struct Flags {
    /// Authority and establishment number, seven digits
    #[arg(long)]
    laestab: Option<String>,
    /// Local authority
    #[arg(long, allow_hyphen_values = true)]
    la: Option<String>,
    /// Type of establishment, as the register words it
    #[arg(long = "type", value_name = "TYPE", allow_hyphen_values = true)]
    school_type: Option<String>,
    /// Phase, as the register words it
    #[arg(long, allow_hyphen_values = true)]
    phase: Option<String>,
    #[arg(long, value_parser = word::<SchoolStatus>(), ignore_case = true)]
    status: Option<SchoolStatus>,
    #[arg(long)]
    postcode: Option<String>,
    /// Whom to write to about its loans
    #[arg(long, value_parser = given(Email::from_str))]
    email: Option<Given<Email>>,
    #[arg(long, allow_hyphen_values = true)]
    trust: Option<String>,
    /// Pupils on roll
    #[arg(long, value_name = "N", value_parser = given(pupils))]
    roll: Option<Given<i64>>,
    /// Share of pupils with free school meals
    #[arg(long, value_name = "PERCENT", value_parser = given(Percent::from_str))]
    fsm_percent: Option<Given<Percent>>,
    /// The URN of the school it took the place of
    #[arg(long, value_name = "URN", value_parser = given(Urn::from_str))]
    predecessor_urn: Option<Given<Urn>>,
}

/// Pupils on roll: a whole number to 20,000.
fn pupils(text: &str) -> Result<i64, String> {
    let number = text.parse().ok().filter(|pupils| (0..=20_000).contains(pupils));
    number.ok_or_else(|| format!("'{text}' is not a number of pupils"))
}

impl Flags {
    fn apply(&self, school: &mut Record) -> Result<(), SchoolRefusal> {
        text_over("the authority", self.la.as_ref(), &mut school.la)?;
        text_over("the type", self.school_type.as_ref(), &mut school.school_type)?;
        text_over("the phase", self.phase.as_ref(), &mut school.phase)?;
        if let Some(text) = &self.postcode {
            school.postcode = line_text("the postcode", text)?;
        }
        text_over("the trust", self.trust.as_ref(), &mut school.trust)?;
        if let Some(text) = &self.laestab {
            school.laestab = laestab(text)?;
        }
        school.status = self.status.unwrap_or(school.status);
        Given::over(&self.email, &mut school.email);
        Given::over(&self.roll, &mut school.roll);
        Given::over(&self.fsm_percent, &mut school.fsm_percent);
        Given::over(&self.predecessor_urn, &mut school.predecessor);
        if school.predecessor == Some(school.urn) { Err(SchoolRefusal::OwnPredecessor) } else { Ok(()) }
    }
}

/// Add a school.
///
/// Example: ledgerline school add 100492 "St Thomas' CofE Primary School" --phase Primary --email office@example.org
#[derive(Debug, Args)]
struct Add {
    /// Six digits, from the DfE register
    urn: Urn,
    #[arg(allow_hyphen_values = true)]
    name: Name,
    #[command(flatten)]
    flags: Flags,
}

/// Change what is recorded of a school.
///
/// Example: ledgerline school edit 100492 --status closed
#[derive(Debug, Args)]
struct Edit {
    /// Its URN, its name, or a part of its name
    school: String,
    #[arg(long, allow_hyphen_values = true)]
    name: Option<Name>,
    #[command(flatten)]
    flags: Flags,
}

/// List schools, by name.
///
/// Example: ledgerline school list --la Salford --status open
#[derive(Debug, Args)]
struct List {
    /// Only those with this in their name
    #[arg(allow_hyphen_values = true)]
    name: Option<String>,
    #[arg(long, allow_hyphen_values = true)]
    la: Option<String>,
    #[arg(long, allow_hyphen_values = true)]
    phase: Option<String>,
    #[arg(long, value_parser = word::<SchoolStatus>(), ignore_case = true)]
    status: Option<SchoolStatus>,
}

/// Show one school.
///
/// Example: ledgerline school show 100492
#[derive(Debug, Args)]
struct Show {
    /// Its URN, its name, or a part of its name
    school: String,
}

impl School {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::Add(add) => add.run(desk),
            Verb::List(list) => list.run(desk),
            Verb::Show(show) => show.run(desk),
            Verb::Edit(edit) => edit.run(desk),
        }
    }
}

impl Add {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut new = Record::named(self.urn, self.name);
        self.flags.apply(&mut new).map_err(refuse)?;
        let mut db = desk.open()?;
        desk.change(&mut db, |tx| {
            if let Some(other) = schools::find(tx, new.urn)? {
                return Err(refuse(SchoolRefusal::Exists(other.urn, other.name)));
            }
            schools::put(tx, &new)?;
            Ok(((), Some(event("school add", &new, today, format!("School {} added: {}", new.urn, new.name)))))
        })?;
        desk.print(new.urn)?;
        desk.say(format!("Added the school {}: {}.", new.urn, new.name))
    }
}

impl Edit {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut db = desk.open()?;
        let (after, changes) = desk.change(&mut db, |tx| {
            let before = lookup::school(tx, &self.school)?;
            let mut after = before.clone();
            after.name = self.name.clone().unwrap_or(after.name);
            self.flags.apply(&mut after).map_err(refuse)?;
            if after == before {
                return Err(refuse(SchoolRefusal::NothingToChange(before.name.to_string())));
            }
            schools::put(tx, &after)?;
            let changes = changes(&before.line(), &after.line()).join("; ");
            let event = event("school edit", &after, today, format!("Changed {}: {changes}", after.urn));
            Ok(((after, changes), Some(event)))
        })?;
        desk.say(format!("Changed {} ({}): {changes}.", after.name, after.urn))
    }
}

fn event(command: &'static str, school: &Record, on: crate::domain::date::Date, summary: String) -> Event {
    Event { on, command, subject: school.urn.to_string(), summary, about: vec![About::School(school.urn)] }
}

impl List {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let name_part = self.name.as_deref().map(fold);
        let filter = SchoolFilter { status: self.status, la: self.la, phase: self.phase, name_part };
        let db = desk.open()?;
        db.read(|tx| {
            desk.list::<SchoolLine<'_>>(|out| schools::each(tx, &filter, |line| out.row(line)))?;
            Ok(())
        })
    }
}

impl Show {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let found = desk.open()?.read(|tx| lookup::school(tx, &self.school))?;
        let mut card = Card::new();
        card.add("urn", &found.urn)
            .add("name", &found.name)
            .add("laestab", &found.laestab)
            .add("la", &found.la)
            .add("type", &found.school_type)
            .add("phase", &found.phase)
            .add("status", &found.status)
            .add("postcode", &found.postcode)
            .add("email", &found.email)
            .add("trust", &found.trust)
            .add("roll", &found.roll)
            .add("fsm_percent", &found.fsm_percent)
            .add("predecessor_urn", &found.predecessor);
        desk.card(&card)
    }
}
