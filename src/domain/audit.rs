//! Whether totals equal the lines behind them.

use super::fund::{Fund, FundCode};
use super::money::Pence;
use super::spend::{Sums, Tally};
use crate::listing;

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
