//! `report`: figures to publish, to return, to audit. One file a report.

mod idle;
mod lines;
mod reach;
mod repairs;
mod schools;
mod spend;
mod unexplained;
mod year;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::{Desk, lookup};
use crate::cli::{DayArg, word};
use crate::domain::date::{AcademicYear, Date, FinancialYear, YearStart};
use crate::domain::spend::UNCATEGORISED;
use crate::domain::words::Group;
use crate::store::spend::{OfCategory, SpendFilter, areas_like};
use crate::store::{Tx, fund, supplier};

/// Figures to publish, to return, to audit. With --format csv they open in a spreadsheet.
#[derive(Debug, Args)]
pub struct Report {
    #[command(subcommand)]
    which: Which,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Which {
    /// Spend against plan, category by category
    Spend(spend::Spend),
    /// Every purchase line behind the totals
    Lines(lines::Lines),
    /// Invoiced lines that instruments do not account for yet
    Unexplained(unexplained::Unexplained),
    /// Repairs, cost, age and retirements by make and model
    Repairs(repairs::Repairs),
    /// Which schools were reached in an academic year
    Schools(schools::Schools),
    /// Which children were reached, in figures to publish
    Reach(reach::Reach),
    /// What could be lent and is not
    Idle(idle::Idle),
}

impl Report {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.which {
            Which::Spend(spend) => spend.run(desk),
            Which::Lines(lines) => lines.run(desk),
            Which::Unexplained(unexplained) => unexplained.run(desk),
            Which::Repairs(repairs) => repairs.run(desk),
            Which::Schools(schools) => schools.run(desk),
            Which::Reach(reach) => reach.run(desk),
            Which::Idle(idle) => idle.run(desk),
        }
    }
}

/// Which lines a report counts. A line falls in a year by its invoice's day or, without one yet, its order's.
#[derive(Debug, Args)]
#[command(next_help_heading = "Only those")]
pub struct Filters {
    /// Paid from this fund
    #[arg(long, value_name = "CODE")]
    fund: Option<String>,
    /// For this category, or 'uncategorised'
    #[arg(long, value_name = "CODE")]
    category: Option<String>,
    #[arg(long, value_parser = word::<Group>(), ignore_case = true)]
    group: Option<Group>,
    /// For this local area
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    area: Option<String>,
    /// From this supplier, by any of its names
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    supplier: Option<String>,
    /// In this academic year: 2025/26
    #[arg(long)]
    year: Option<AcademicYear>,
    /// In this financial year: 2025/26
    #[arg(long, value_name = "YEAR")]
    financial_year: Option<FinancialYear>,
    /// On or after this day
    #[arg(long, value_name = "DATE")]
    from: Option<DayArg>,
    /// On or before this day
    #[arg(long, value_name = "DATE")]
    to: Option<DayArg>,
}

impl Filters {
    /// What the flags mean, with years turned into days; where several are given, all of them hold.
    pub fn resolve(&self, tx: &Tx, today: Date, opens: YearStart) -> Result<SpendFilter> {
        let day = |given: &Option<DayArg>| given.as_ref().map(|day| day.on(today)).transpose();
        let firsts = [day(&self.from)?, self.year.map(AcademicYear::first_day)];
        let lasts = [day(&self.to)?, self.year.map(AcademicYear::last_day)];
        let financial = self.financial_year;
        Ok(SpendFilter {
            fund: self.fund.as_deref().map(|code| fund::get(tx, code)).transpose()?.map(|fund| fund.code),
            category: self.category.as_deref().map(|code| of_category(tx, code)).transpose()?,
            group: self.group,
            areas: self.area.as_deref().map(|area| areas_like(tx, area)).transpose()?,
            supplier_id: self
                .supplier
                .as_deref()
                .map(|name| supplier::get(tx, name))
                .transpose()?
                .map(|found| found.id),
            order: None,
            from: firsts.into_iter().chain([financial.map(|year| year.first_day(opens))]).flatten().max(),
            to: lasts.into_iter().chain([financial.map(|year| year.last_day(opens))]).flatten().min(),
        })
    }
}

/// A category on the command line: a code, in use or not, or the word for none.
pub fn of_category(tx: &Tx, typed: &str) -> Result<OfCategory> {
    if typed.trim().eq_ignore_ascii_case(UNCATEGORISED) {
        return Ok(OfCategory::None);
    }
    Ok(OfCategory::Code(lookup::category(tx, typed)?.code))
}
