//! `lend`: hand instruments over.

use anyhow::Result;
use clap::Args;

use super::completions::{borrowers, tags};
use super::{Desk, batch, charge, due_flags::DueFlags, lookup};
use crate::cli::{DayArg, word};
use crate::domain::date::{Date, in_words};
use crate::domain::due::Due;
use crate::domain::instrument::{Instrument, free_text};
use crate::domain::loan::{Hirer, LendFacts, NewLoan, Party, Request, lend};
use crate::domain::person::YearGroup;
use crate::domain::reference::LoanRef;
use crate::domain::refusal::refuse;
use crate::domain::setting::LateBorrowers;
use crate::domain::words::{Condition, Scheme};
use crate::store::journal::{About, Event};
use crate::store::{Tx, instrument, loan, setting};

/// Lend instruments to a person, a school or an organisation.
///
/// A pupil's loan needs an adult who signs, unless it stands inside a loan to the pupil's school.
/// Several tags are lent together or not at all; - reads them from a scanner or a pipe, one a line.
///
/// Example: ledgerline lend VN-0042 --to "Ana Ruiz" --due 17/07/2027
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Lend {
    /// Tags, or - to read them from stdin
    #[arg(required = true, value_name = "TAG", add = tags())]
    tags: Vec<String>,
    /// Who borrows: a reference, a URN, a name, or a part of a name
    #[arg(long, value_name = "BORROWER", allow_hyphen_values = true, add = borrowers())]
    to: String,
    /// The adult who signs, if not the pupil's own
    #[arg(long, value_name = "PERSON", allow_hyphen_values = true)]
    hirer: Option<String>,
    /// The terms it is lent on; else hire for a person, school for a school
    #[arg(long, value_parser = word::<Scheme>(), ignore_case = true)]
    scheme: Option<Scheme>,
    #[command(flatten)]
    due: DueFlags,
    /// The day of the hand-over, today or before
    #[arg(long, default_value = "today", value_name = "DATE")]
    on: DayArg,
    /// How many children will play, where a school borrows
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=5000))]
    pupils: Option<i64>,
    /// Their year group
    #[arg(long, value_name = "N", requires = "pupils")]
    year_group: Option<YearGroup>,
    /// The instrument's condition as it goes out
    #[arg(long, value_parser = word::<Condition>(), ignore_case = true)]
    condition: Option<Condition>,
    #[arg(long, allow_hyphen_values = true)]
    note: Option<String>,
}

/// What a whole batch is judged by, read once.
struct Terms {
    party: Party,
    request: Request,
    late: i64,
    late_borrowers: LateBorrowers,
    /// The condition the instruments go out in, if it is said.
    condition: Option<Condition>,
    today: Date,
}

impl Lend {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut db = desk.open()?;
        if self.tags == ["-"] {
            // Who borrows is settled before the first scan.
            db.read(|tx| self.terms(tx, today))?;
        }
        let tags = batch::tags(desk, &self.tags, |tag| {
            db.read(|tx| {
                let terms = self.terms(tx, today)?;
                let (found, _) = decide(tx, tag, &terms)?;
                let size = found.details.size.map(|size| format!("{size} ")).unwrap_or_default();
                let kind_of = lookup::instrument_type(tx, found.details.type_code.as_str())?;
                Ok(format!("{} {size}{}", found.tag, kind_of.name))
            })
        })?;
        if tags.is_empty() {
            return desk.say("No tag was given, so nothing was lent.");
        }
        let (terms, lent, fees) = desk.change(&mut db, |tx| {
            let terms = self.terms(tx, today)?;
            let mut first = None;
            let lent = batch::all_or_none("lent", &tags, |tag| self.hand_over(tx, tag, &terms, &mut first))?;
            let fees = charge::fees(tx, lent.iter().map(|(loan, _)| *loan), terms.request.on)?;
            let event = event(&terms, &lent);
            Ok(((terms, lent, fees), Some(event)))
        })?;
        for (loan, _) in &lent {
            desk.print(loan)?;
        }
        tell(desk, &terms, &lent)?;
        fees.iter().try_for_each(|fee| desk.say(fee))
    }

    fn terms(&self, tx: &Tx, today: Date) -> Result<Terms> {
        let borrower = lookup::borrower(tx, &self.to)?;
        let party = lookup::party(tx, borrower)?;
        let scheme = self.scheme.unwrap_or(party.usual_scheme());
        let on = self.on.on(today)?;
        let due = self.due.resolve(tx, scheme, on, party.school(), today)?;
        let hirer = self.hirer.as_deref().map(|typed| lookup::person(tx, typed)).transpose()?;
        let hirer =
            hirer.map(|person| Hirer { reference: person.id, name: person.name.to_string(), role: person.role });
        let note = self.note.as_deref().map(|note| free_text("the note", note)).transpose().map_err(refuse)?.flatten();
        let request =
            Request { scheme, hirer, on, due, pupils: self.pupils, year_group: self.year_group, note, set: None };
        let late = loan::late_of(tx, borrower, today)?;
        let (late_borrowers, condition) = (setting::late_borrowers(tx)?, self.condition);
        Ok(Terms { party, request, late, late_borrowers, condition, today })
    }

    /// Writes one loan of the batch; `first` is the batch's first loan, once there is one.
    fn hand_over(
        &self,
        tx: &Tx,
        tag: &str,
        terms: &Terms,
        first: &mut Option<LoanRef>,
    ) -> Result<(LoanRef, Instrument)> {
        let (found, mut new) = decide(tx, tag, terms)?;
        new.batch = *first;
        if let Some(condition) = terms.condition {
            instrument::set_condition(tx, found.id, condition)?;
        }
        let lent = loan::add(tx, &new)?;
        first.get_or_insert(lent);
        Ok((lent, found))
    }
}

/// Loads the facts of one hand-over and asks the rule.
fn decide(tx: &Tx, tag: &str, terms: &Terms) -> Result<(Instrument, NewLoan)> {
    let mut found = instrument::get(tx, tag)?;
    found.details.condition = terms.condition.unwrap_or(found.details.condition);
    let open = loan::open(tx, found.id)?;
    let later_end = loan::ended_after(tx, found.id, open.outer.is_some(), terms.request.on)?;
    let facts = LendFacts {
        instrument: &found,
        open,
        later_end,
        party: &terms.party,
        late: terms.late,
        late_borrowers: terms.late_borrowers,
        today: terms.today,
    };
    let new = lend(&facts, &terms.request).map_err(refuse)?;
    Ok((found, new))
}

/// `VN-0042`, or `30 instruments`.
fn counted(lent: &[(LoanRef, Instrument)]) -> String {
    match lent {
        [(_, only)] => only.tag.to_string(),
        many => format!("{} instruments", many.len()),
    }
}

fn event(terms: &Terms, lent: &[(LoanRef, Instrument)]) -> Event {
    let tags: Vec<&str> = lent.iter().map(|(_, found)| found.tag.as_str()).collect();
    let due = terms.request.due.on;
    let summary = format!("Lent {} to {}, due {}", tags.join(", "), terms.party.name(), in_words(due));
    let mut about: Vec<About> = lent.iter().map(|(loan, _)| About::loan(*loan)).collect();
    about.extend(lent.iter().map(|(_, found)| About::instrument(found.id)));
    about.push(About::borrower(terms.party.reference()));
    Event { on: terms.request.on, command: "lend", subject: counted(lent), summary, about }
}

fn tell(desk: &mut Desk<'_, '_>, terms: &Terms, lent: &[(LoanRef, Instrument)]) -> Result<()> {
    let name = terms.party.name();
    if terms.late > 0 {
        let things = if terms.late == 1 { "one instrument".to_string() } else { format!("{} instruments", terms.late) };
        desk.warn(format!("{name} has {things} late already"))?;
    }
    tell_of_due(desk, &terms.request.due)?;
    desk.say(format!("Lent {} to {name}, due {}.", counted(lent), in_words(terms.request.due.on)))
}

/// Says that a day was moved into term, or warns of a typed one that lies outside it.
pub fn tell_of_due(desk: &mut Desk<'_, '_>, due: &Due) -> Result<()> {
    if let Some(from) = due.moved_from {
        let (from, to) = (in_words(from), in_words(due.on));
        desk.say(format!("{from} is no school day; due on the last one before it, {to}."))?;
    }
    if due.no_school_day {
        desk.warn(format!("{} is no school day", in_words(due.on)))?;
    }
    Ok(())
}
