//! What the reports of reach share: which days, and which instruments.

use anyhow::Result;
use clap::Args;

use super::filters::Bought;
use crate::cli::DayArg;
use crate::commands::Desk;
use crate::domain::date::{AcademicYear, Date, FinancialYear};
use crate::domain::reach::{Period, Span};
use crate::domain::refusal::refuse;
use crate::store::filter::StockFilter;
use crate::store::{Tx, setting};

/// The days, asked for in one of three ways, and the instruments whose loans count.
#[derive(Debug, Args)]
pub struct OfPeriod {
    /// Open on any day of this academic year, 2026/27; without any days, of today's
    #[arg(long, help_heading = "Only loans", conflicts_with_all = ["financial_year", "from"])]
    year: Option<AcademicYear>,
    /// Open on any day of this financial year, 2025/26
    #[arg(long, help_heading = "Only loans", value_name = "YEAR", conflicts_with = "from")]
    financial_year: Option<FinancialYear>,
    /// Open on this day or later
    #[arg(long, help_heading = "Only loans", value_name = "DATE")]
    from: Option<DayArg>,
    /// Open on this day or before; without it, today
    #[arg(long, help_heading = "Only loans", value_name = "DATE", requires = "from")]
    to: Option<DayArg>,
    #[command(flatten, next_help_heading = "Of instruments")]
    bought: Bought,
}

impl OfPeriod {
    pub fn span(&self, tx: &Tx, today: Date) -> Result<Span> {
        Span::of(self.period(tx, today)?, today).map_err(refuse)
    }

    fn period(&self, tx: &Tx, today: Date) -> Result<Period> {
        if let Some(from) = &self.from {
            let from = from.on(today)?;
            let to = self.to.as_ref().map(|day| day.on(today)).transpose()?;
            return Ok(Period::Days { from, to: to.unwrap_or(today) });
        }
        Ok(match self.financial_year {
            Some(year) => Period::Financial(year, setting::financial_year_start(tx)?),
            None => Period::Academic(self.year.unwrap_or(AcademicYear::of(today))),
        })
    }

    pub fn filter(&self, tx: &Tx) -> Result<StockFilter> {
        self.bought.stock(tx)
    }

    /// Says which year was taken where no days were asked for.
    pub fn tell(&self, desk: &mut Desk<'_, '_>, span: &Span) -> Result<()> {
        match span.period {
            Period::Academic(year) if self.year.is_none() => {
                desk.say(format!("These are the figures of {year}, this academic year; --year names another."))
            }
            _ => Ok(()),
        }
    }
}
