//! `return`: take instruments back.

use anyhow::Result;
use clap::Args;

use super::{Desk, batch, charge, completions};
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
use crate::store::{Tx, instrument, loan};

/// Take instruments back: they are with the service again, and every open loan of theirs is closed.
///
/// Several tags are taken back together or not at all; - reads them from a scanner or a pipe, one a line.
///
/// Example: ledgerline return VN-0042 --condition worn --missing "bow" --at "Main store"
#[derive(Debug, Args)]
pub struct Return {
    /// Tags, or - to read them from stdin
    #[arg(required = true, value_name = "TAG", add = completions::tags())]
    tags: Vec<String>,
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
        let mut db = desk.open()?;
        let tags = batch::tags(desk, &self.tags, |tag| {
            db.read(|tx| {
                let back = self.decide(tx, tag, on, today)?;
                Ok(format!("{} from {}", back.instrument.tag, back.from()))
            })
        })?;
        if tags.is_empty() {
            return desk.say("No tag was given, so nothing was taken back.");
        }
        if tags.len() > 1 && !self.missing.is_empty() {
            return Err(Usage("--missing is about one instrument; take that one back on its own".into()).into());
        }
        let of_return = charge::OfReturn::new(self.charge, tags.len(), &self.missing, self.condition, today)?;
        let (back, charged) = desk.change(&mut db, |tx| {
            let back = batch::all_or_none("taken back", &tags, |tag| {
                let back = self.decide(tx, tag, on, today)?;
                self.write(tx, &back, on, at.as_deref())?;
                Ok(back)
            })?;
            let charged = of_return.raise(tx, back.iter().flat_map(|each| &each.closed))?;
            let mut event = event(&back, on);
            charge::join(&mut event, charged.as_ref());
            Ok(((back, charged), Some(event)))
        })?;
        back.iter().try_for_each(|each| desk.say(each.sentence(on, self.to_school)))?;
        of_return.tell(desk, charged.as_ref(), back.iter().filter_map(|each| each.closed.first()))
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
            loan::record_return(tx, each.loan, self.condition, at, &back.missing)?;
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
        format!("Took back {} from {}{late}{school}.{missing}", self.instrument.tag, self.from())
    }
}

fn event(back: &[TakenBack], on: Date) -> Event {
    let subject = match back {
        [only] => only.instrument.tag.to_string(),
        many => format!("{} instruments", many.len()),
    };
    let told: Vec<String> = back.iter().map(|each| each.sentence(on, false)).collect();
    let mut about: Vec<About> = back.iter().map(|each| About::instrument(each.instrument.id)).collect();
    about.extend(back.iter().flat_map(|each| &each.closed).map(|loan| About::loan(loan.loan)));
    about.extend(back.iter().flat_map(|each| &each.closed).map(|loan| About::borrower(loan.borrower)));
    Event { on, command: "return", subject, summary: told.join(" "), about }
}
