//! The filters that all reports have in common.

use anyhow::Result;
use clap::Args;

use crate::cli::{DayArg, word};
use crate::commands::lookup;
use crate::domain::date::{AcademicYear, Date, FinancialYear, YearStart};
use crate::domain::fund::FundCode;
use crate::domain::reach::SpanRefusal;
use crate::domain::refusal::refuse;
use crate::domain::spend::UNCATEGORISED;
use crate::domain::words::Group;
use crate::store::filter::{OfCategory, StockFilter, instrument_areas, line_areas};
use crate::store::spend::SpendFilter;
use crate::store::{Tx, fund, supplier};

/// What was bought, whether it is counted line by line or instrument by instrument.
#[derive(Debug, Args)]
pub struct Bought {
    /// Bought from this fund
    #[arg(long, value_name = "CODE")]
    fund: Option<String>,
    /// For this category, or 'uncategorised'
    #[arg(long, value_name = "CODE")]
    category: Option<String>,
    #[arg(long, value_parser = word::<Group>(), ignore_case = true)]
    group: Option<Group>,
    /// Made or changed for a disabled player
    #[arg(long)]
    adapted: bool,
    /// For this local area
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    area: Option<String>,
    /// From this supplier, by any of its names
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    supplier: Option<String>,
}

impl Bought {
    /// Of instruments.
    pub fn stock(&self, tx: &Tx) -> Result<StockFilter> {
        Ok(StockFilter {
            fund: of_fund(tx, self.fund.as_deref())?,
            category: self.category.as_deref().map(|code| of_category(tx, code)).transpose()?,
            group: self.group,
            adapted: self.adapted,
            areas: self.area.as_deref().map(|area| instrument_areas(tx, area)).transpose()?,
            supplier_id: of_supplier(tx, self.supplier.as_deref())?,
        })
    }

    /// Of purchase lines, of which days ever.
    fn lines(&self, tx: &Tx) -> Result<SpendFilter> {
        Ok(SpendFilter {
            fund: of_fund(tx, self.fund.as_deref())?,
            category: self.category.as_deref().map(|code| of_category(tx, code)).transpose()?,
            group: self.group,
            adapted: self.adapted,
            areas: self.area.as_deref().map(|area| line_areas(tx, area)).transpose()?,
            supplier_id: of_supplier(tx, self.supplier.as_deref())?,
            ..SpendFilter::default()
        })
    }
}

/// Which days count; where several flags are given, all of them hold.
#[derive(Debug, Args)]
#[command(next_help_heading = "Only those")]
pub struct Days {
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

impl Days {
    /// The first day and the last that count, with years turned into days.
    pub fn resolve(&self, today: Date, opens: YearStart) -> Result<(Option<Date>, Option<Date>)> {
        let (from, to) = first_and_last(self.from.as_ref(), self.to.as_ref(), today)?;
        let (year, financial) = (self.year, self.financial_year);
        let firsts = [from, year.map(AcademicYear::first_day), financial.map(|year| year.first_day(opens))];
        let lasts = [to, year.map(AcademicYear::last_day), financial.map(|year| year.last_day(opens))];
        Ok((firsts.into_iter().flatten().max(), lasts.into_iter().flatten().min()))
    }
}

/// Which purchase lines a report counts. A line falls in a year by its invoice's day or, without one yet, its order's.
#[derive(Debug, Args)]
#[command(next_help_heading = "Only those")]
pub struct Filters {
    #[command(flatten)]
    bought: Bought,
    #[command(flatten)]
    days: Days,
    /// As the records stood at the end of this day: what is dated later does not count
    #[arg(long, value_name = "DATE")]
    as_at: Option<DayArg>,
}

impl Filters {
    pub fn resolve(&self, tx: &Tx, today: Date, opens: YearStart) -> Result<SpendFilter> {
        let (from, to) = self.days.resolve(today, opens)?;
        let as_at = self.as_at.as_ref().map(|day| day.on(today)).transpose()?;
        Ok(SpendFilter { from, to, as_at, ..self.bought.lines(tx)? })
    }
}

/// Which entries of a list of decisions count: those of a fund, of some days, as recorded by a day.
#[derive(Debug, Args)]
#[command(next_help_heading = "Only those")]
pub struct Dated {
    /// That concern this fund
    #[arg(long, value_name = "CODE")]
    fund: Option<String>,
    /// On or after this day
    #[arg(long, value_name = "DATE")]
    from: Option<DayArg>,
    /// On or before this day
    #[arg(long, value_name = "DATE")]
    to: Option<DayArg>,
    /// As the records stood at the end of this day: what is dated later does not count
    #[arg(long, value_name = "DATE")]
    as_at: Option<DayArg>,
}

/// The same, looked up.
pub struct Entries {
    pub fund: Option<FundCode>,
    pub as_at: Option<Date>,
    from: Option<Date>,
    to: Option<Date>,
}

impl Dated {
    pub fn resolve(&self, tx: &Tx, today: Date) -> Result<Entries> {
        let (from, to) = first_and_last(self.from.as_ref(), self.to.as_ref(), today)?;
        let as_at = self.as_at.as_ref().map(|day| day.on(today)).transpose()?;
        Ok(Entries { fund: of_fund(tx, self.fund.as_deref())?, as_at, from, to })
    }
}

impl Entries {
    pub fn takes(&self, on: Date) -> bool {
        self.from.is_none_or(|from| from <= on) && self.to.is_none_or(|to| on <= to)
    }
}

/// What --from and --to say, of which neither need be given; refused where the last day comes before the first.
pub fn first_and_last(from: Option<&DayArg>, to: Option<&DayArg>, today: Date) -> Result<(Option<Date>, Option<Date>)> {
    let day = |given: Option<&DayArg>| given.map(|day| day.on(today)).transpose();
    match (day(from)?, day(to)?) {
        (Some(from), Some(to)) if to < from => Err(refuse(SpanRefusal::EndsBeforeItBegins { from, to })),
        days => Ok(days),
    }
}

/// A category on the command line: a code, in use or not, or the word for none.
pub fn of_category(tx: &Tx, typed: &str) -> Result<OfCategory> {
    if typed.trim().eq_ignore_ascii_case(UNCATEGORISED) {
        return Ok(OfCategory::None);
    }
    Ok(OfCategory::Code(lookup::category(tx, typed)?.code))
}

pub fn of_fund(tx: &Tx, typed: Option<&str>) -> Result<Option<FundCode>> {
    Ok(typed.map(|code| fund::get(tx, code)).transpose()?.map(|found| found.code))
}

/// A supplier's number, by any of its names.
pub fn of_supplier(tx: &Tx, typed: Option<&str>) -> Result<Option<i64>> {
    Ok(typed.map(|name| supplier::get(tx, name)).transpose()?.map(|found| found.id))
}
