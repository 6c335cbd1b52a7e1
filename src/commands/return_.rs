//! `return`: take instruments back.

use anyhow::Result;
use clap::Args;

use super::set::{SetFlags, standing_after};
use super::{Desk, batch, charge, completions, repair, request};
use crate::cli::{DayArg, word};
use crate::domain::date::Date;
use crate::domain::due::days_late;
use crate::domain::instrument::{Instrument, free_text};
use crate::domain::loan::{OpenLoan, ReturnTo, missing, take_back};
use crate::domain::money::{Pence, parse_price};
use crate::domain::refusal::refuse;
use crate::domain::words::{Condition, LoanState};
use crate::error::Usage;
use crate::store::journal::{About, Event};
use crate::store::{Tx, instrument, loan, timeline};

/// Take instruments back: they are with the service again, and every open loan of theirs is closed.
///
/// Several tags are taken back together or not at all; - reads them from a scanner or a pipe, one a line.
///
/// Example: ledgerline return VN-0042 --condition worn --missing "bow" --at "Main store"
/// Example: ledgerline return --set "Trumpets A" --except TPT-0003,TPT-0007
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Return {
    /// Tags, or - to read them from stdin
    #[arg(required_unless_present = "set", value_name = "TAG", add = completions::tags())]
    tags: Vec<String>,
    #[command(flatten)]
    set: SetFlags,
    /// The day it came back, today or before
    #[arg(long, default_value = "today", value_name = "DATE")]
    on: DayArg,
    /// The condition it came back in
    #[arg(long, value_parser = word::<Condition>(), ignore_case = true)]
    condition: Option<Condition>,
    /// Which accessories did not come back: "bow,case"
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    missing: Vec<String>,
    /// Where it was handed in, and is kept now
    #[arg(long, value_name = "PLACE", allow_hyphen_values = true)]
    at: Option<String>,
    /// It is back with the school that has it on loan: close the pupil's loan only
    #[arg(long)]
    to_school: bool,
    /// Charge for what is missing or, where nothing is, for the damage
    #[arg(long, value_name = "£", value_parser = parse_price, allow_hyphen_values = true)]
    charge: Option<Pence>,
}

/// One instrument that came back, from whom, and without what.
struct TakenBack {
    instrument: Instrument,
    closed: Vec<OpenLoan>,
    missing: Vec<String>,
}

impl Return {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let on = self.on.on(today)?;
        let at = self.at.as_deref().map(|at| free_text("the place", at)).transpose().map_err(refuse)?.flatten();
        if self.tags == ["-"] && (!self.missing.is_empty() || self.charge.is_some()) {
            let one = "--missing and --charge are about one instrument; name its tag in place of -";
            return Err(Usage(one.into()).into());
        }
        let mut db = desk.open()?;
        let typed = batch::tags(desk, &self.tags, |tag| {
            db.read(|tx| {
                let back = self.decide(tx, tag, on, today)?;
                Ok(format!("{} from {}", back.instrument.tag, back.from()))
            })
        })?;
        if typed.is_empty() && !self.set.given() {
            return desk.say("No tag was taken, so nothing was taken back.");
        }
        let (back, sets, of_return, charged, ahead) = desk.change(&mut db, |tx| {
            let set = self.set.named(tx)?;
            let (tags, elsewhere) = match &set {
                Some(set) => self.set.to_take_back(tx, set, self.to_school)?,
                None => (typed, None),
            };
            if tags.len() > 1 && !self.missing.is_empty() {
                return Err(Usage("--missing is about one instrument; take that one back on its own".into()).into());
            }
            let of_return = charge::OfReturn::new(self.charge, tags.len(), &self.missing, self.condition, today)?;
            let hint = |at_fault: &[String]| self.set.without(at_fault);
            let back = batch::all_or_none_with("taken back", &tags, hint, |tag| {
                let back = self.decide(tx, tag, on, today)?;
                self.write(tx, &back, on, at.as_deref())?;
                if on < today {
                    timeline::refuse_clash(tx, back.instrument.id)?;
                }
                Ok(back)
            })?;
            let charged = of_return.raise(tx, back.iter().flat_map(|each| &each.closed))?;
            let mut event = event(&back, on, self.to_school);
            charge::join(&mut event, charged.as_ref());
            let mut sets = standing_after(tx, back.iter().flat_map(|each| &each.closed).map(|loan| loan.loan))?;
            sets.extend(elsewhere);
            let closed = back.iter().flat_map(|each| &each.closed).map(|loan| loan.loan);
            let ahead = charge::raised_ahead(tx, closed, on, today)?;
            Ok(((back, sets, of_return, charged, ahead), Some(event)))
        })?;
        let told = if self.set.given() {
            together(&back, on, self.to_school, batch::few)
        } else {
            back.iter().map(|each| each.sentence(on, self.to_school)).collect()
        };
        told.iter().chain(&sets).try_for_each(|sentence| desk.say(sentence))?;
        of_return.tell(desk, charged.as_ref(), back.iter().filter_map(|each| each.closed.first()))?;
        ahead.iter().try_for_each(|sentence| desk.say(sentence))?;
        back.iter().try_for_each(|each| repair::tell_if_away(desk, &each.instrument))?;
        request::tell_who_waits(desk, &db, back.iter().map(|each| &each.instrument.tag))
    }

    fn decide(&self, tx: &Tx, tag: &str, on: Date, today: Date) -> Result<TakenBack> {
        let instrument = instrument::get(tx, tag)?;
        let open = loan::open(tx, instrument.id)?;
        let to = if self.to_school { ReturnTo::School } else { ReturnTo::Service };
        let closing = take_back(&instrument.tag, &open, to, on, today).map_err(refuse)?;
        let missing = missing(&instrument, &self.missing).map_err(refuse)?;
        let closed = open.inner.into_iter().chain(open.outer).filter(|loan| closing.contains(&loan.loan)).collect();
        Ok(TakenBack { instrument, closed, missing })
    }

    fn write(&self, tx: &Tx, back: &TakenBack, on: Date, at: Option<&str>) -> Result<()> {
        for each in &back.closed {
            loan::close(tx, each.loan, LoanState::Returned, on)?;
            if self.condition.is_some() || at.is_some() || !back.missing.is_empty() {
                loan::record_return(tx, each.loan, self.condition, at, &back.missing)?;
            }
        }
        if let Some(condition) = self.condition {
            instrument::set_condition(tx, back.instrument.id, condition)?;
        }
        if let Some(place) = at {
            instrument::set_location(tx, back.instrument.id, place)?;
        }
        Ok(())
    }
}

impl TakenBack {
    /// Whoever had it.
    fn from(&self) -> &str {
        self.closed.first().map_or("", |loan| loan.borrower_name.as_str())
    }

    fn sentence(&self, on: Date, to_school: bool) -> String {
        format!("Took back {}{}", self.instrument.tag, self.circumstances(on, to_school))
    }

    /// From whom, how late, and without what.
    fn circumstances(&self, on: Date, to_school: bool) -> String {
        let late = self.closed.first().map_or(0, |loan| days_late(loan.due_on, on));
        let late = match late {
            0 => String::new(),
            1 => ", one day late".to_string(),
            days => format!(", {days} days late"),
        };
        let missing =
            if self.missing.is_empty() { String::new() } else { format!(" Missing: {}.", self.missing.join(", ")) };
        let school = match self.closed.get(1) {
            _ if to_school => "; it stays with the school".to_string(),
            Some(outer) => format!(", and so from {}", outer.borrower_name),
            None => String::new(),
        };
        format!(" from {}{late}{school}.{missing}", self.from())
    }
}

/// In a few sentences: what came back from one and the same borrower together, its tags written by `named`.
fn together(back: &[TakenBack], on: Date, to_school: bool, named: fn(&[&str]) -> String) -> Vec<String> {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for each in back {
        let circumstances = each.circumstances(on, to_school);
        let tag = each.instrument.tag.as_str();
        match groups.iter_mut().find(|(other, _)| *other == circumstances) {
            Some((_, tags)) => tags.push(tag),
            None => groups.push((circumstances, vec![tag])),
        }
    }
    groups.iter().map(|(circumstances, tags)| format!("Took back {}{circumstances}", named(tags))).collect()
}

fn event(back: &[TakenBack], on: Date, to_school: bool) -> Event {
    let subject = match back {
        [only] => only.instrument.tag.to_string(),
        many => format!("{} instruments", many.len()),
    };
    let summary = together(back, on, to_school, |tags| tags.join(", ")).join(" ");
    let mut about: Vec<About> = back.iter().map(|each| About::instrument(each.instrument.id)).collect();
    about.extend(back.iter().flat_map(|each| &each.closed).map(|loan| About::loan(loan.loan)));
    about.extend(back.iter().flat_map(|each| &each.closed).map(|loan| About::borrower(loan.borrower)));
    Event { on, command: "return", subject, summary, about }
}
