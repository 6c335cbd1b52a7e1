//! Whether totals equal the lines behind them, and the register what was spent on what it names.

use std::ops::AddAssign;

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
        /// What the instruments cost in the register that lines of the category brought.
        register_cost: Pence,
        /// Spent on what brings no instrument: delivery, accessories, services and the like.
        named_costs: Pence,
        /// Spent on neither. Below nought where the register names what is not invoiced yet.
        not_on_register: Pence,
    }
}

/// What the rows of a pack's files say of a category, added up row by row.
#[derive(Clone, Copy, Debug, Default)]
pub struct Audited {
    pub lines: Sums,
    pub register_cost: Pence,
    pub named_costs: Pence,
}

impl AddAssign for Audited {
    fn add_assign(&mut self, other: Audited) {
        self.lines += other.lines;
        self.register_cost = self.register_cost + other.register_cost;
        self.named_costs = self.named_costs + other.named_costs;
    }
}

impl<'a> ReconciliationLine<'a> {
    /// A category's total beside its lines and its instruments.
    pub fn of_category(fund: &Fund, (category, name): (&'a str, &'a str), tally: &Tally, rows: &Audited) -> Self {
        ReconciliationLine {
            fund: fund.code.clone(),
            category,
            category_name: name,
            planned: tally.planned,
            committed: tally.sums.committed,
            delivered: tally.sums.delivered,
            spent: tally.sums.spent,
            paid: tally.sums.paid,
            sum_of_lines: rows.lines.used(),
            difference: tally.sums.used() - rows.lines.used(),
            award: None,
            received: None,
            remaining: None,
            register_cost: rows.register_cost,
            named_costs: rows.named_costs,
            not_on_register: tally.sums.spent - rows.register_cost - rows.named_costs,
        }
    }

    /// The fund's own total, with what was awarded, what has come of that, and what is left of it.
    pub fn of_fund(fund: &Fund, received: Pence, tally: &Tally, rows: &Audited) -> Self {
        ReconciliationLine {
            award: Some(fund.award),
            received: Some(received),
            remaining: Some(fund.remaining(&tally.sums)),
            ..ReconciliationLine::of_category(fund, ("total", ""), tally, rows)
        }
    }
}
