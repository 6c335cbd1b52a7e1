//! `report idle`: what could be lent and is not.

use anyhow::Result;
use clap::Args;

use crate::cli::{DayArg, word};
use crate::commands::{Desk, lookup};
use crate::domain::idle::{CutOff, IdleLine, in_order};
use crate::domain::refusal::refuse;
use crate::domain::words::Group;
use crate::store::instrument::{IdleFilter, idle};
use crate::store::{Tx, fund, term};

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
    /// For this category
    #[arg(long, value_name = "CODE")]
    category: Option<String>,
    #[arg(long, value_parser = word::<Group>(), ignore_case = true)]
    group: Option<Group>,
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    location: Option<String>,
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    area: Option<String>,
    /// Bought from this fund
    #[arg(long, value_name = "CODE")]
    fund: Option<String>,
}

impl Filters {
    fn resolve(&self, tx: &Tx) -> Result<IdleFilter> {
        let type_code = self.type_code.as_deref().map(|text| lookup::instrument_type(tx, text)).transpose()?;
        let category = self.category.as_deref().map(|text| lookup::category(tx, text)).transpose()?;
        let fund = self.fund.as_deref().map(|code| fund::get(tx, code)).transpose()?;
        Ok(IdleFilter {
            type_code: type_code.map(|found| found.code),
            category: category.map(|found| found.code),
            group: self.group,
            location: self.location.clone(),
            area: self.area.clone(),
            fund: fund.map(|found| found.code),
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
