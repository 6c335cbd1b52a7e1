//! `report idle`: what could be lent and is not.

use anyhow::Result;
use clap::Args;

use super::filters::Bought;
use crate::cli::DayArg;
use crate::commands::{Desk, lookup};
use crate::domain::idle::{CutOff, IdleLine, in_order};
use crate::domain::refusal::refuse;
use crate::store::instrument::{IdleFilter, idle};
use crate::store::{Tx, term};

/// Available instruments that no loan has touched for two whole terms: what was bought from a fund first, then the longest idle.
///
/// Two terms are the last two of the hub's calendar that have ended; where fewer are entered, eight months.
///
/// Example: ledgerline report idle --fund CIP --since 2026-01-01
#[derive(Debug, Args)]
pub struct Idle {
    /// Not out on this day or later, instead of two terms
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    since: Option<DayArg>,
    #[command(flatten)]
    filters: Filters,
}

/// Which instruments to look at.
#[derive(Debug, Args)]
#[command(next_help_heading = "Only those")]
struct Filters {
    /// Of this type: a code or a name
    #[arg(long = "type", value_name = "TYPE")]
    type_code: Option<String>,
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    location: Option<String>,
    #[command(flatten)]
    bought: Bought,
}

impl Filters {
    fn resolve(&self, tx: &Tx) -> Result<IdleFilter> {
        let type_code = self.type_code.as_deref().map(|text| lookup::instrument_type(tx, text)).transpose()?;
        Ok(IdleFilter {
            type_code: type_code.map(|found| found.code),
            location: self.location.clone(),
            stock: self.bought.stock(tx)?,
        })
    }
}

impl Idle {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (today, db) = (desk.today(), desk.open()?);
        let asked = self.since.as_ref().map(|day| day.on(today)).transpose()?;
        db.expect_bulk()?;
        let (cut_off, lines) = db.read(|tx| {
            let cut_off = CutOff::of(asked, &term::calendar(tx, None)?, today).map_err(refuse)?;
            let mut lines = idle(tx, &self.filters.resolve(tx)?, cut_off.day, today)?;
            in_order(&mut lines);
            Ok((cut_off, lines))
        })?;
        desk.list::<IdleLine>(|out| lines.iter().try_for_each(|line| out.row(line)))?;
        let number = match lines.len() {
            0 => "No available instrument has".to_string(),
            1 => "One available instrument has".to_string(),
            many => format!("{many} available instruments have"),
        };
        desk.say(format!("{number} lain idle since {}.", cut_off.in_words()))
    }
}
