//! `loan correct`: the days of a loan that was entered wrong.

use anyhow::Result;
use clap::Args;

use crate::cli::DayArg;
use crate::commands::Desk;
use crate::domain::date::{Date, in_words};
use crate::domain::due;
use crate::domain::instrument::free_text;
use crate::domain::loan::{Correction, Days, correct};
use crate::domain::reference::{LoanRef, PersonRef};
use crate::domain::refusal::{Plain, refuse};
use crate::store::journal::{About, Event};
use crate::store::{Tx, loan, privacy, term, timeline};

/// Put the days of a loan right that were entered wrong.
///
/// The journal keeps what stood before, and why; of somebody who was erased the reason is not kept. Days that clash with another
/// loan of the instrument are refused.
///
/// Example: ledgerline loan correct L231 --returned-on 2026-11-20 --reason "Entered a day late"
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("days").required(true).multiple(true).args(["out_on", "due_on", "returned_on"]))]
pub struct Correct {
    /// The loan's reference
    loan: LoanRef,
    /// The day it really went out
    #[arg(long, value_name = "DATE")]
    out_on: Option<DayArg>,
    /// The day it is really due
    #[arg(long, value_name = "DATE")]
    due_on: Option<DayArg>,
    /// The day it really came back
    #[arg(long, value_name = "DATE")]
    returned_on: Option<DayArg>,
    /// Why
    #[arg(long, allow_hyphen_values = true)]
    reason: String,
}

impl Correct {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let reason = reason(&self.reason)?;
        let to = self.correction(today)?;
        let mut db = desk.open()?;
        let (changes, no_school_day, erased) = desk.change(&mut db, |tx| {
            let found = loan::get(tx, self.loan)?;
            let days = correct(self.loan, found.state, found.days, to, today).map_err(refuse)?;
            let changes = differences(&found.days, &days);
            if changes.is_empty() {
                return Ok(((changes, false, None), None));
            }
            loan::set_days(tx, self.loan, &days)?;
            timeline::refuse_clash(tx, found.instrument_id)?;
            let no_school_day = days.due_on != found.days.due_on && is_no_school_day(tx, &found, days.due_on)?;
            let erased = privacy::is_of_erased(tx, self.loan)?;
            let summary = format!("Corrected {} of {}: {changes}{}", self.loan, found.tag, told_why(&reason, erased));
            let event = Event {
                on: today,
                command: "loan correct",
                subject: self.loan.to_string(),
                summary,
                about: vec![
                    About::loan(self.loan),
                    About::instrument(found.instrument_id),
                    About::borrower(found.borrower),
                ],
            };
            Ok(((changes, no_school_day, erased), Some(event)))
        })?;
        if changes.is_empty() {
            return desk.say(format!("{} has those days already.", self.loan));
        }
        tell_of_erased(desk, erased)?;
        if no_school_day {
            desk.warn("the new due day is no school day")?;
        }
        desk.say(format!("Corrected {}: {changes}.", self.loan))
    }

    fn correction(&self, today: Date) -> Result<Correction> {
        let day = |given: &Option<DayArg>| given.as_ref().map(|day| day.on(today)).transpose();
        Ok(Correction { out_on: day(&self.out_on)?, due_on: day(&self.due_on)?, returned_on: day(&self.returned_on)? })
    }
}

/// A reason in words: it is what the auditor reads.
pub fn reason(text: &str) -> Result<String> {
    let reason = free_text("the reason", text).map_err(refuse)?;
    reason.ok_or_else(|| refuse(Plain::new("the reason is empty").hint("say in a few words what was wrong")))
}

/// The reason as the journal tells it: of somebody who was erased nothing more is written in anybody's words.
pub fn told_why(reason: &str, erased: Option<PersonRef>) -> String {
    if erased.is_some() { String::new() } else { format!(" ({reason})") }
}

pub fn tell_of_erased(desk: &mut Desk<'_, '_>, erased: Option<PersonRef>) -> Result<()> {
    erased.map_or(Ok(()), |person| desk.warn(format!("the reason is not kept: {person} was erased")))
}

fn is_no_school_day(tx: &Tx, found: &loan::Found, day: Date) -> Result<bool> {
    Ok(due::typed(day, &term::calendar(tx, found.school)?).no_school_day)
}

/// `out on 1 Oct 2026 (was 2 Oct 2026)`, for each day that changes.
fn differences(before: &Days, after: &Days) -> String {
    let days = [
        ("out on", Some(before.out_on), Some(after.out_on)),
        ("due on", Some(before.due_on), Some(after.due_on)),
        ("returned on", before.returned_on, after.returned_on),
    ];
    let told = days.into_iter().filter_map(|(what, before, after)| {
        let (before, after) = (before?, after?);
        (before != after).then(|| format!("{what} {} (was {})", in_words(after), in_words(before)))
    });
    told.collect::<Vec<_>>().join(", ")
}
