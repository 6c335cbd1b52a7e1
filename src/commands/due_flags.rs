//! `--due` and `--until`: how a due day is given, by hand or by a term's name.

use anyhow::Result;
use clap::Args;

use crate::cli::DayArg;
use crate::domain::date::{Date, DateError};
use crate::domain::due::{self, Due};
use crate::domain::reference::Urn;
use crate::domain::refusal::refuse;
use crate::domain::words::Scheme;
use crate::store::{Tx, scheme as schemes, term};

/// When the loan is due; without either, by the scheme's rule.
#[derive(Debug, Args)]
pub struct DueFlags {
    /// The day it is due back
    #[arg(long, value_name = "DATE", conflicts_with = "until", allow_hyphen_values = true)]
    pub due: Option<DayArg>,
    /// Due at the end of this term: 2026/27-summer
    #[arg(long, value_name = "TERM")]
    pub until: Option<String>,
}

impl DueFlags {
    /// The due day of a loan handed over on a day, by the calendar of the school it counts for.
    pub fn resolve(&self, tx: &Tx, scheme: Scheme, out_on: Date, school: Option<Urn>, today: Date) -> Result<Due> {
        match self.given(tx, school, today)? {
            Some(due) => Ok(due),
            None => by_rule(tx, scheme, out_on, school),
        }
    }

    /// The day that was given, if any was.
    pub fn given(&self, tx: &Tx, school: Option<Urn>, today: Date) -> Result<Option<Due>> {
        let calendar = term::calendar(tx, school)?;
        if let Some(day) = &self.due {
            return Ok(Some(due::typed(day.on(today)?, &calendar)));
        }
        let Some(label) = &self.until else {
            return Ok(None);
        };
        let term = calendar.named(label).map_err(refuse)?;
        // A term may be entered to end on a weekend; the last school day is the Friday.
        let on = calendar.last_school_day_by(term.last_on).unwrap_or(term.last_on);
        Ok(Some(Due { on, moved_from: (on != term.last_on).then_some(term.last_on), no_school_day: false }))
    }
}

/// The due day by a scheme's rule, in the calendar of the school it counts for.
pub fn by_rule(tx: &Tx, scheme: Scheme, out_on: Date, school: Option<Urn>) -> Result<Due> {
    let (length, calendar) = (schemes::length(tx, scheme)?, term::calendar(tx, school)?);
    let past_the_end = || DateError::OutOfRange(format!("{out_on} and {length}"));
    Ok(due::by_rule(length, out_on, &calendar).ok_or_else(past_the_end)?)
}
