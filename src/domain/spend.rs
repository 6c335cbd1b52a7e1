//! Where the money of purchase lines stands, line by line and summed up.

mod unexplained;

pub use unexplained::UnexplainedLine;

use std::collections::BTreeMap;
use std::ops::AddAssign;

use super::date::{AcademicYear, Date, FinancialYear};
use super::money::Pence;
use super::purchase::grant_cost;
use super::reference::OrderRef;
use super::words::{Group, Kind, LineState, Nature};
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

/// What invoices billed of a line, together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Billed {
    pub qty: i64,
    pub net: Pence,
    pub vat: Pence,
    /// Of which on invoices that are paid.
    pub paid_net: Pence,
    pub paid_vat: Pence,
    pub invoices: i64,
    pub unpaid: i64,
    /// The first invoice's day, where it was asked for.
    pub first_on: Option<Date>,
}

/// The money of one line: as ordered, as arrived, as billed. Quantities and amounts are negative for a credit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineMoney {
    /// As ordered, for the whole line.
    pub cost: Pence,
    pub qty: i64,
    pub vat_recoverable: bool,
    pub received: i64,
    pub billed: Billed,
}

impl LineMoney {
    /// Whether invoices have billed all of it.
    pub fn is_billed(&self) -> bool {
        self.billed.invoices > 0 && reaches(self.billed.qty, self.qty)
    }

    /// The part of the ordered cost that belongs to so many of the line.
    fn part(&self, of: i64) -> Pence {
        if self.qty == 0 || reaches(of, self.qty) {
            return self.cost;
        }
        let part = i128::from(self.cost.pence()) * i128::from(of) / i128::from(self.qty);
        Pence::new(i64::try_from(part).unwrap_or(self.cost.pence()))
    }

    /// What is billed counts at the price billed; what is not, at the price ordered.
    pub fn sums(&self) -> Sums {
        let billed = &self.billed;
        let ordered_of_billed = if billed.invoices > 0 { self.part(billed.qty) } else { Pence::ZERO };
        let arrived = if reaches(self.received, billed.qty) { self.part(self.received) } else { ordered_of_billed };
        let none_received = self.received == 0;
        Sums {
            committed: self.cost - ordered_of_billed,
            delivered: if none_received { Pence::ZERO } else { arrived - ordered_of_billed },
            spent: grant_cost(billed.net, billed.vat, self.vat_recoverable),
            paid: grant_cost(billed.paid_net, billed.paid_vat, self.vat_recoverable),
        }
    }

    /// How far all of the line has gone.
    pub fn state(&self) -> LineState {
        if self.is_billed() {
            return if self.billed.unpaid == 0 { LineState::Paid } else { LineState::Spent };
        }
        let all_arrived = self.received != 0 && reaches(self.received, self.qty);
        if all_arrived { LineState::Delivered } else { LineState::Committed }
    }
}

/// Whether a quantity has come to another, on whichever side of nought the line is.
fn reaches(quantity: i64, wanted: i64) -> bool {
    quantity.abs() >= wanted.abs()
}

/// A line as `report lines` and `purchase list` read it, borrowed from its record.
#[derive(Clone, Copy, Debug)]
pub struct LineFacts<'a> {
    pub fund: &'a str,
    pub order: OrderRef,
    pub line: i64,
    pub ordered_on: Option<Date>,
    /// The numbers of its invoices, separated by spaces.
    pub invoice_numbers: &'a str,
    pub supplier: &'a str,
    pub framework_lot: &'a str,
    pub description: &'a str,
    pub nature: Nature,
    pub type_code: &'a str,
    pub kind: Option<Kind>,
    pub category: &'a str,
    pub group: Option<Group>,
    pub adapted: bool,
    pub area: &'a str,
    pub net: Pence,
    pub vat: Pence,
    pub money: LineMoney,
    /// The tags of its instruments, separated by spaces.
    pub tags: &'a str,
}

impl LineFacts<'_> {
    /// How many instruments bear the line.
    pub fn tagged(&self) -> i64 {
        let tags = self.tags.split(", ").filter(|tag| !tag.is_empty()).count();
        i64::try_from(tags).unwrap_or(i64::MAX)
    }

    /// Whether its pounds are explained: a line of instruments, equipment or software that is billed has as many tags
    /// as it bought; the others are costs by their name, and a credit brings nothing.
    pub fn is_explained(&self) -> bool {
        let brings = matches!(self.nature, Nature::Instrument | Nature::Equipment | Nature::Software);
        let billed = self.money.billed.invoices > 0 && self.money.qty > 0;
        !brings || !billed || self.tagged() == self.money.qty
    }

    /// The day by which a line falls in a year: its invoice's, else its order's.
    pub fn falls_on(&self) -> Option<Date> {
        falls_on(self.money.billed.first_on, self.ordered_on)
    }
}

/// The day by which a line falls in a year: its invoice's, else its order's.
pub fn falls_on(invoiced_on: Option<Date>, ordered_on: Option<Date>) -> Option<Date> {
    invoiced_on.or(ordered_on)
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
    pub fn add(&mut self, sums: Sums, instruments: i64) {
        self.sums += sums;
        self.lines += 1;
        self.instruments += instruments;
    }

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
    places: BTreeMap<(String, String), usize>,
    /// Where the last line went: lines come in runs of one category.
    last: usize,
}

impl Tallies {
    /// The total of a fund's category, made if it is not there yet.
    pub fn of(&mut self, fund: &str, category: &str) -> &mut Tally {
        let at_hand = self.rows.get(self.last).is_some_and(|(f, c, _)| f == fund && c == category);
        if !at_hand {
            let key = (fund.to_string(), category.to_string());
            self.last = *self.places.entry(key.clone()).or_insert_with(|| {
                self.rows.push((key.0, key.1, Tally::default()));
                self.rows.len() - 1
            });
        }
        &mut self.rows[self.last].2
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
    /// One line of `report lines`.
    pub struct ReportLine<'a> {
        fund: &'a str,
        order: OrderRef,
        line: super::reference::LineRef,
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
        capital_result: Option<&'a str>,
        policy: Option<&'a str>,
        tags: &'a str,
    }
}

listing! {
    /// One line of `purchase list`.
    pub struct PurchaseLine<'a> {
        order: OrderRef,
        line: super::reference::LineRef,
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
        tags: &'a str,
    }
}

#[cfg(test)]
mod tests;
