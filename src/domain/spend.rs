//! Where the money of purchase lines stands, line by line and summed up.

mod life;
mod line;
mod unexplained;

pub use life::{Bill, Life, Ordered, Part, Pooled, parts};
pub use line::LineMoney;
pub use unexplained::UnexplainedLine;

use std::collections::HashMap;
use std::ops::AddAssign;

use super::date::{AcademicYear, Date, FinancialYear};
use super::money::Pence;
use super::policy::CapitalResult;
use super::reference::{LineRef, OrderRef};
use super::words::{Group, Kind, LineState, Nature, SpendAxis};
use crate::listing;

/// How totals name the lines that bear no category.
pub const UNCATEGORISED: &str = "uncategorised";

/// Grant cost by how far it has gone. `delivered` is a part of `committed`, `paid` a part of `spent`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub committed: Pence,
    pub delivered: Pence,
    pub spent: Pence,
    pub paid: Pence,
}

impl Sums {
    /// Adds a part where it stands.
    pub fn add(&mut self, part: &Part) {
        let (committed, spent) = match part.state {
            LineState::Committed | LineState::Delivered => (part.cost, Pence::ZERO),
            LineState::Spent | LineState::Paid => (Pence::ZERO, part.cost),
        };
        self.committed = self.committed + committed;
        self.spent = self.spent + spent;
        match part.state {
            LineState::Delivered => self.delivered = self.delivered + part.cost,
            LineState::Paid => self.paid = self.paid + part.cost,
            LineState::Committed | LineState::Spent => {}
        }
    }

    /// What no longer can be spent on something else.
    pub fn used(&self) -> Pence {
        self.committed + self.spent
    }
}

impl AddAssign for Sums {
    fn add_assign(&mut self, other: Sums) {
        self.committed = self.committed + other.committed;
        self.delivered = self.delivered + other.delivered;
        self.spent = self.spent + other.spent;
        self.paid = self.paid + other.paid;
    }
}

/// A line as reports read it, borrowed from its record.
#[derive(Clone, Copy, Debug)]
pub struct LineFacts<'a> {
    pub order: OrderRef,
    pub line: i64,
    pub supplier: &'a str,
    pub framework_lot: &'a str,
    pub description: &'a str,
    pub nature: Nature,
    pub type_code: &'a str,
    pub kind: Option<Kind>,
    pub group: Option<Group>,
    pub adapted: bool,
    pub area: &'a str,
    pub money: LineMoney<'a>,
}

impl LineFacts<'_> {
    /// `O12/3`.
    pub fn reference(&self) -> LineRef {
        LineRef { order: self.order, line: self.line }
    }

    /// Whether its pounds are explained: what is billed of instruments, equipment or software has as many tags; the others
    /// are costs by their name. An instrument that was sent back for credit has left the stock and keeps its tag.
    pub fn is_explained(&self) -> bool {
        let life = self.money.life;
        let brings = self.nature.brings_instruments() && life.ordered.qty > 0 && !life.bills.is_empty();
        let expected = life.billed_qty().max(0);
        // What arrived and is not billed yet may have tags too; what was sent back for credit may not.
        let credited = life.ordered.billed(&life.bills) - expected;
        let at_most = (life.ordered.arrived().min(life.ordered.wanted()) - credited).max(expected);
        !brings || (expected <= life.tagged && life.tagged - life.retired <= at_most)
    }
}

/// One row of a total: a category of a fund.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub planned: Pence,
    pub sums: Sums,
    pub lines: i64,
    pub instruments: i64,
}

impl Tally {
    /// Takes a part into account; what it says of a line is counted once a line.
    pub fn add(&mut self, part: &Part, instruments: i64, is_new_line: bool) {
        self.sums.add(part);
        self.lines += i64::from(is_new_line);
        self.instruments += instruments;
    }

    /// Adds another total to this one.
    pub fn merge(&mut self, other: &Tally) {
        self.planned = self.planned + other.planned;
        self.sums += other.sums;
        self.lines += other.lines;
        self.instruments += other.instruments;
    }

    pub fn remaining_plan(&self) -> Pence {
        self.planned - self.sums.used()
    }
}

/// Totals by fund and category. Lines without a category come last in their fund, under the empty code.
#[derive(Debug, Default)]
pub struct Tallies {
    rows: Vec<(String, String, Tally)>,
    /// The row that was asked for last: lines come in runs.
    last: usize,
    /// The place of each row, by fund and category; looked at once there are more than a few.
    places: HashMap<String, HashMap<String, usize>>,
}

/// So many rows are looked through sooner than their hash is made. Categories are a few dozen, suppliers thousands.
const FEW: usize = 32;

impl Tallies {
    /// The total of a fund's category, made if it is not there yet. Nothing is allocated for one that is.
    pub fn of(&mut self, fund: &str, category: &str) -> &mut Tally {
        let is_it = |(held, of, _): &(String, String, Tally)| held == fund && of == category;
        self.last = match () {
            () if self.rows.get(self.last).is_some_and(is_it) => self.last,
            () if self.rows.len() <= FEW => {
                self.rows.iter().position(is_it).unwrap_or_else(|| self.push(fund, category))
            }
            () => {
                let place = self.places.get(fund).and_then(|of_fund| of_fund.get(category)).copied();
                place.unwrap_or_else(|| self.push(fund, category))
            }
        };
        &mut self.rows[self.last].2
    }

    fn push(&mut self, fund: &str, category: &str) -> usize {
        let place = self.rows.len();
        self.places.entry(fund.to_string()).or_default().insert(category.to_string(), place);
        self.rows.push((fund.to_string(), category.to_string(), Tally::default()));
        place
    }

    /// Fund by fund, category by category: `(fund, category, total)`.
    pub fn rows(&self) -> Vec<(&str, &str, &Tally)> {
        let mut rows: Vec<_> = self.rows.iter().map(|(f, c, tally)| (f.as_str(), c.as_str(), tally)).collect();
        rows.sort_by_key(|&(fund, category, _)| (fund, category.is_empty(), category));
        rows
    }

    /// A fund's categories together.
    pub fn of_fund(&self, fund: &str) -> Tally {
        let mut total = Tally::default();
        for (_, _, tally) in self.rows.iter().filter(|(held, ..)| held == fund) {
            total.merge(tally);
        }
        total
    }

    pub fn total(&self) -> Tally {
        let mut total = Tally::default();
        self.rows.iter().for_each(|(_, _, tally)| total.merge(tally));
        total
    }
}

listing! {
    /// One line of `report spend`.
    pub struct SpendLine<'a> {
        fund: &'a str,
        category: &'a str,
        category_name: &'a str,
        planned: Pence,
        committed: Pence,
        delivered: Pence,
        spent: Pence,
        paid: Pence,
        remaining_plan: Pence,
        lines: i64,
        instruments: i64,
    }
}

listing! {
    /// One line of `report spend` by another axis than the category.
    pub struct SpendByLine<'a> {
        fund: &'a str,
        by: SpendAxis,
        value: &'a str,
        committed: Pence,
        delivered: Pence,
        spent: Pence,
        paid: Pence,
        lines: i64,
        instruments: i64,
    }
}

listing! {
    /// One line of `report lines`.
    pub struct ReportLine<'a> {
        fund: &'a str,
        order: OrderRef,
        line: LineRef,
        academic_year: Option<AcademicYear>,
        financial_year: Option<FinancialYear>,
        order_date: Option<Date>,
        invoice_date: Option<Date>,
        invoice_no: &'a str,
        supplier: &'a str,
        framework_lot: &'a str,
        description: &'a str,
        nature: Nature,
        type_code as "type": &'a str,
        kind: Option<Kind>,
        category: &'a str,
        group: Option<Group>,
        adapted: bool,
        area: &'a str,
        qty: i64,
        line_net: Pence,
        line_vat: Pence,
        vat_recoverable: bool,
        grant_cost: Pence,
        state: LineState,
        capital_result: Option<CapitalResult<'a>>,
        policy: Option<Date>,
        tags: String,
    }
}

listing! {
    /// One line of `purchase list`.
    pub struct PurchaseLine<'a> {
        order: OrderRef,
        line: LineRef,
        order_date: Option<Date>,
        invoice_date: Option<Date>,
        invoice_no: &'a str,
        supplier: &'a str,
        description: &'a str,
        nature: Nature,
        fund: &'a str,
        category: &'a str,
        qty: i64,
        line_net: Pence,
        line_vat: Pence,
        grant_cost: Pence,
        state: LineState,
        tags: String,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPENT: Part = Part {
        state: LineState::Spent,
        qty: 1,
        net: Pence::new(1),
        vat: Pence::ZERO,
        cost: Pence::new(1),
        bill: Some(0),
        share: 0,
    };

    #[test]
    fn many_totals_are_each_found_again() {
        let mut tallies = Tallies::default();
        let keys: Vec<_> =
            (0..5_000).map(|number| (format!("F{}", number % 3), format!("Supplier {number}"))).collect();
        // Twice in a run, and the whole of it once more: far too long where each is looked for among all.
        for (fund, supplier) in keys.iter().chain(&keys) {
            tallies.of(fund, supplier).add(&SPENT, 0, true);
            tallies.of(fund, supplier).add(&SPENT, 0, true);
        }
        assert_eq!(tallies.rows().len(), 5_000);
        assert!(tallies.rows().iter().all(|(_, _, tally)| tally.lines == 4));
        assert_eq!(tallies.of_fund("F2").lines, 4 * 1_666);
    }

    #[test]
    fn lines_without_a_category_come_last_in_their_fund() {
        let mut tallies = Tallies::default();
        for (fund, category) in [("B", ""), ("A", "WCET"), ("A", ""), ("A", "AMP"), ("B", "")] {
            tallies.of(fund, category).add(&SPENT, 0, true);
        }
        let rows: Vec<_> = tallies.rows().iter().map(|(f, c, tally)| (*f, *c, tally.lines)).collect();
        assert_eq!(rows, [("A", "AMP", 1), ("A", "WCET", 1), ("A", "", 1), ("B", "", 2)]);
        assert_eq!((tallies.of_fund("A").lines, tallies.total().sums.spent), (3, Pence::new(5)));
    }
}
