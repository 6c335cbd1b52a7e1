//! What an auditor asks about: policies, recodings, overrides, and whether totals equal the lines behind them.

use super::date::Date;
use super::fund::{Fund, FundCode};
use super::money::Pence;
use super::reference::LineRef;
use super::shares::Shares;
use super::spend::{Sums, Tally};
use super::words::{Basis, Rule};
use crate::listing;

listing! {
    /// A policy by which the hub capitalises.
    pub struct PolicyLine {
        effective_on: Date,
        threshold: Pence,
        basis: Basis,
        min_life_months: i64,
    }
}

listing! {
    /// A line that was moved to another fund or category.
    pub struct RecodingLine {
        line: LineRef,
        on: Date,
        fund_before: Shares,
        fund: Shares,
        category_before: Option<String>,
        category: Option<String>,
        grant_cost: Pence,
        reason: String,
    }
}

listing! {
    /// What was recorded against a rule.
    pub struct OverrideLine {
        fund: Option<Shares>,
        subject: String,
        on: Date,
        rule: Option<Rule>,
        reason: String,
        supplier: String,
        description: String,
        grant_cost: Option<Pence>,
    }
}

listing! {
    /// A total of a fund beside the sum of the lines behind it.
    pub struct ReconciliationLine<'a> {
        fund: FundCode,
        category: &'a str,
        category_name: &'a str,
        planned: Pence,
        committed: Pence,
        delivered: Pence,
        spent: Pence,
        paid: Pence,
        /// Committed and spent, added up line by line.
        sum_of_lines: Pence,
        difference: Pence,
        award: Option<Pence>,
        received: Option<Pence>,
        remaining: Option<Pence>,
    }
}

impl<'a> ReconciliationLine<'a> {
    /// A category's total beside its lines.
    pub fn of_category(fund: &Fund, (category, name): (&'a str, &'a str), tally: &Tally, lines: &Sums) -> Self {
        ReconciliationLine {
            fund: fund.code.clone(),
            category,
            category_name: name,
            planned: tally.planned,
            committed: tally.sums.committed,
            delivered: tally.sums.delivered,
            spent: tally.sums.spent,
            paid: tally.sums.paid,
            sum_of_lines: lines.used(),
            difference: tally.sums.used() - lines.used(),
            award: None,
            received: None,
            remaining: None,
        }
    }

    /// The fund's own total, with what was awarded, what has come of that, and what is left of it.
    pub fn of_fund(fund: &Fund, received: Pence, tally: &Tally, lines: &Sums) -> Self {
        ReconciliationLine {
            award: Some(fund.award),
            received: Some(received),
            remaining: Some(fund.remaining(&tally.sums)),
            ..ReconciliationLine::of_category(fund, ("total", ""), tally, lines)
        }
    }
}
