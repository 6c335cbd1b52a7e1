//! `report spend`: spend against plan, category by category.

use std::collections::HashMap;

use anyhow::Result;
use clap::Args;

use super::filters::Filters;
use crate::cli::word;
use crate::commands::Desk;
use crate::domain::date::Date;
use crate::domain::fund::Fund;
use crate::domain::spend::{SpendByLine, SpendLine, Tallies, Tally, UNCATEGORISED};
use crate::domain::words::SpendAxis;
use crate::output::listing::Format;
use crate::store::spend::{SpendFilter, tally, tally_by};
use crate::store::{Tx, audit, category, fund, setting};

/// Spend against plan: one row for each category of a fund that has a plan or a line.
///
/// Amounts are what the fund bears: net where VAT is recovered, gross where it is not. Filters choose lines;
/// what is planned is shown whole. A line that two funds bear counts with each of them. Summed up by another axis than
/// the category there is no plan to compare with; a line without a value on it counts as 'none'.
///
/// Example: ledgerline report spend --fund CIP --financial-year 2025/26
#[derive(Debug, Args)]
pub struct Spend {
    /// What to sum up by
    #[arg(long, default_value = "category", value_name = "AXIS", value_parser = word::<SpendAxis>(), ignore_case = true)]
    by: SpendAxis,
    #[command(flatten)]
    filters: Filters,
}

impl Spend {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (db, today) = (desk.open()?, desk.today());
        db.expect_bulk()?;
        db.expect_reading()?;
        let in_table = desk.options().format == Format::Table;
        db.read(|tx| {
            let filter = self.filters.resolve(tx, today, setting::financial_year_start(tx)?)?;
            let tallies = match self.by {
                SpendAxis::Category => list_by_category(desk, tx, &filter)?,
                axis => list_by(desk, tx, &filter, axis)?,
            };
            let sentences = if in_table { standings(tx, &filter, &tallies, today)? } else { Vec::new() };
            sentences.into_iter().try_for_each(|sentence| desk.say(sentence))
        })
    }
}

/// Lists the totals by category, against plan.
fn list_by_category(desk: &mut Desk<'_, '_>, tx: &Tx, filter: &SpendFilter) -> Result<Tallies> {
    let mut tallies = tally(tx, filter)?;
    fund::add_plans(tx, filter, &mut tallies)?;
    let names = category_names(tx)?;
    desk.list::<SpendLine<'_>>(|out| {
        for (fund, category, tally) in tallies.rows() {
            let name = names.get(category).map_or("", String::as_str);
            let category = if category.is_empty() { UNCATEGORISED } else { category };
            out.row(&line(fund, category, name, tally))?;
        }
        out.total(&line("total", "", "", &tallies.total()));
        Ok(())
    })?;
    Ok(tallies)
}

/// Lists the totals by another axis.
fn list_by(desk: &mut Desk<'_, '_>, tx: &Tx, filter: &SpendFilter, axis: SpendAxis) -> Result<Tallies> {
    let tallies = tally_by(tx, filter, axis)?;
    desk.list::<SpendByLine<'_>>(|out| {
        for (fund, value, tally) in tallies.rows() {
            let value = if value.is_empty() { NO_VALUE } else { value };
            out.row(&line_by(fund, axis, value, tally))?;
        }
        out.total(&line_by("total", axis, "", &tallies.total()));
        Ok(())
    })?;
    Ok(tallies)
}

/// How totals name the lines that have no value on an axis.
const NO_VALUE: &str = "none";

fn line_by<'a>(fund: &'a str, by: SpendAxis, value: &'a str, tally: &Tally) -> SpendByLine<'a> {
    SpendByLine {
        fund,
        by,
        value,
        committed: tally.sums.committed,
        delivered: tally.sums.delivered,
        spent: tally.sums.spent,
        paid: tally.sums.paid,
        lines: tally.lines,
        instruments: tally.instruments,
    }
}

fn line<'a>(fund: &'a str, category: &'a str, category_name: &'a str, tally: &Tally) -> SpendLine<'a> {
    SpendLine {
        fund,
        category,
        category_name,
        planned: tally.planned,
        committed: tally.sums.committed,
        delivered: tally.sums.delivered,
        spent: tally.sums.spent,
        paid: tally.sums.paid,
        remaining_plan: tally.remaining_plan(),
        lines: tally.lines,
        instruments: tally.instruments,
    }
}

fn category_names(tx: &Tx) -> Result<HashMap<String, String>> {
    let all = category::all(tx)?;
    Ok(all.into_iter().map(|category| (category.code.to_string(), category.name.to_string())).collect())
}

/// Where each fund stands as a whole, whichever of its lines the table shows.
fn standings(tx: &Tx, filter: &SpendFilter, shown: &Tallies, today: Date) -> Result<Vec<String>> {
    let whole = SpendFilter { fund: filter.fund.clone(), as_at: filter.as_at, ..SpendFilter::default() };
    let all_lines = if filter.is_partial() { Some(tally(tx, &whole)?) } else { None };
    let tallies = all_lines.as_ref().unwrap_or(shown);
    let funds = fund::all_as_at(tx, filter.as_at)?
        .into_iter()
        .filter(|fund| filter.fund.as_ref().is_none_or(|code| *code == fund.code));
    let standing = |fund: Fund| fund.standing(&tallies.of_fund(fund.code.as_str()).sums, filter.as_at.unwrap_or(today));
    let mut sentences: Vec<String> = funds.map(standing).collect();
    sentences.extend(against_the_rules(audit::lines_overridden(tx, filter.fund.as_ref(), filter.as_at)?));
    Ok(sentences)
}

fn against_the_rules(lines: usize) -> Option<String> {
    let lines = match lines {
        0 => return None,
        1 => "1 line".to_string(),
        many => format!("{many} lines"),
    };
    Some(format!("{lines} went against the rules: 'ledgerline report overrides' says why."))
}
