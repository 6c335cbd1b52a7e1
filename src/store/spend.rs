//! Purchase lines with their money: the one stream from which totals and lists of lines are made.

mod billing;

use std::collections::HashMap;

use anyhow::Result;

use self::billing::{Billings, Depth};
use super::db::{Row, Tx, Value, word};
use super::filter::{Conditions, OfCategory};
use crate::args;
use crate::domain::date::Date;
use crate::domain::fund::FundCode;
use crate::domain::instrument::CategoryCode;
use crate::domain::purchase::grant_cost;
use crate::domain::reference::OrderRef;
use crate::domain::spend::{Billed, LineFacts, LineMoney, Tallies, falls_on};
use crate::domain::words::Group;

/// Which lines count.
#[derive(Clone, Debug, Default)]
pub struct SpendFilter {
    pub fund: Option<FundCode>,
    pub category: Option<OfCategory>,
    pub group: Option<Group>,
    /// The spellings of an area, as [`line_areas`](super::filter::line_areas) finds them.
    pub areas: Option<Vec<String>>,
    pub supplier_id: Option<i64>,
    pub order: Option<OrderRef>,
    /// By the invoice's day, or the order's where there is no invoice yet; both ends count.
    pub from: Option<Date>,
    pub to: Option<Date>,
}

impl SpendFilter {
    /// Whether a category, or the lack of one, is within the filter.
    pub fn takes_category(&self, category: Option<&CategoryCode>) -> bool {
        match &self.category {
            None => true,
            Some(OfCategory::Code(wanted)) => category == Some(wanted),
            Some(OfCategory::None) => category.is_none(),
        }
    }

    /// Whether only a part of a fund's lines can pass.
    pub fn is_partial(&self) -> bool {
        let by_field = self.category.is_some() || self.group.is_some() || self.areas.is_some();
        by_field || self.supplier_id.is_some() || self.order.is_some() || self.has_days()
    }

    fn has_days(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }

    /// A line that has no day of any kind falls in no period.
    fn takes_day(&self, day: Option<Date>) -> bool {
        match day {
            _ if !self.has_days() => true,
            None => false,
            Some(day) => self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to),
        }
    }

    /// The conditions on a line's own columns, `WHERE` and all, with their values.
    fn conditions(&self) -> Result<Conditions<'_>> {
        let mut conditions = Conditions { sql: "WHERE 1 = 1".to_string(), values: Vec::new() };
        conditions.equal("l.fund", self.fund.as_ref().map(|fund| Value::from(fund.as_str())))?;
        conditions.of_category("l.category", self.category.as_ref())?;
        conditions.equal(r#"l."group""#, self.group.map(word))?;
        conditions.equal("p.supplier_id", self.supplier_id.map(Value::Int))?;
        conditions.equal("l.purchase_id", self.order.map(Value::from))?;
        conditions.one_of("l.area", self.areas.as_deref())?;
        Ok(conditions)
    }
}

/// Totals by fund and category of the lines that pass. What is planned is not in them yet.
pub fn tally(tx: &Tx, filter: &SpendFilter) -> Result<Tallies> {
    let depth = if filter.has_days() { Depth::Days } else { Depth::Money };
    let billings = Billings::read(tx, depth)?;
    let instruments = instruments_by_line(tx)?;
    let Conditions { sql: conditions, values } = filter.conditions()?;
    let orders = filter.has_days() || filter.supplier_id.is_some();
    let sql = format!(
        "SELECT l.id, l.fund, l.category, l.qty, l.net_pence, l.vat_pence, l.vat_recoverable, {} FROM purchase_line l {} {conditions}
         ORDER BY l.fund, l.category",
        if orders { "p.ordered_on" } else { "NULL" },
        if orders { "JOIN purchase p ON p.id = l.purchase_id" } else { "" },
    );
    let mut tallies = Tallies::default();
    tx.each(&sql, &values, |row| {
        let id = row.int(0)?;
        let billed = billings.of(id);
        // The order's day is read only where no invoice's is known.
        let ordered_on = if orders && billed.first_on.is_none() { row.opt_day(7)? } else { None };
        if !filter.takes_day(falls_on(billed.first_on, ordered_on)) {
            return Ok(());
        }
        let money = money(tx, row, 3, id, billed)?;
        let count = if instruments.is_empty() { 0 } else { instruments.get(&id).copied().unwrap_or(0) };
        tallies.of(row.text(1)?, row.text(2)?).add(money.sums(), count);
        Ok(())
    })?;
    Ok(tallies)
}

/// The money of a line, from four columns: quantity, net, VAT, whether VAT is recovered.
/// What arrived matters only while something is not billed.
fn money(tx: &Tx, row: &Row<'_>, column: usize, line_id: i64, billed: Billed) -> Result<LineMoney> {
    let (qty, net, vat) = (row.int(column)?, row.pence(column + 1)?, row.pence(column + 2)?);
    let cost = grant_cost(net, vat, row.flag(column + 3)?);
    let mut money = LineMoney { cost, qty, vat_recoverable: row.flag(column + 3)?, received: 0, billed };
    if !money.is_billed() {
        money.received = tx.number("SELECT coalesce(sum(qty), 0) FROM receipt WHERE line_id = ?1", args![line_id])?;
    }
    Ok(money)
}

/// How many instruments each line brought.
fn instruments_by_line(tx: &Tx) -> Result<HashMap<i64, i64>> {
    let mut counts = HashMap::new();
    let sql = "SELECT purchase_line_id, count(*) FROM instrument WHERE purchase_line_id IS NOT NULL GROUP BY purchase_line_id";
    tx.each(sql, &[], |row| {
        counts.insert(row.int(0)?, row.int(1)?);
        Ok(())
    })?;
    Ok(counts)
}

/// Lines in order of order and line, each borrowed for the length of the call.
pub fn each(tx: &Tx, filter: &SpendFilter, mut take: impl FnMut(&LineFacts<'_>) -> Result<()>) -> Result<()> {
    let billings = Billings::read(tx, Depth::Numbers)?;
    let Conditions { sql: conditions, values } = filter.conditions()?;
    let sql = format!(
        r#"SELECT l.id, l.fund, l.purchase_id, l.line, p.ordered_on, s.name, s.framework_lot, l.description, l.nature, l.type,
                  l.kind, l.category, l."group", l.adapted, l.area,
                  l.qty, l.net_pence, l.vat_pence, l.vat_recoverable
           FROM purchase_line l
           JOIN purchase p ON p.id = l.purchase_id
           JOIN supplier s ON s.id = p.supplier_id
           {conditions}
           ORDER BY l.purchase_id, l.line"#
    );
    let mut tags = String::new();
    tx.each(&sql, &values, |row| {
        let id = row.int(0)?;
        let (billed, ordered_on) = (billings.of(id), row.opt_day(4)?);
        if !filter.takes_day(falls_on(billed.first_on, ordered_on)) {
            return Ok(());
        }
        tags_of(tx, id, &mut tags)?;
        let money = money(tx, row, 15, id, billed)?;
        take(&facts(row, money, ordered_on, billings.numbers_of(id), &tags)?)
    })
}

fn facts<'a>(
    row: &'a Row<'_>,
    money: LineMoney,
    ordered_on: Option<Date>,
    invoice_numbers: &'a str,
    tags: &'a str,
) -> Result<LineFacts<'a>> {
    Ok(LineFacts {
        fund: row.text(1)?,
        order: OrderRef::new(row.int(2)?),
        line: row.int(3)?,
        ordered_on,
        invoice_numbers,
        supplier: row.text(5)?,
        framework_lot: row.text(6)?,
        description: row.text(7)?,
        nature: row.word(8)?,
        type_code: row.text(9)?,
        kind: row.opt_word(10)?,
        category: row.text(11)?,
        group: row.opt_word(12)?,
        adapted: row.flag(13)?,
        area: row.text(14)?,
        net: row.pence(16)?,
        vat: row.pence(17)?,
        money,
        tags,
    })
}

/// The tags of a line's instruments, separated by spaces, into a text that is used again and again.
fn tags_of(tx: &Tx, line_id: i64, tags: &mut String) -> Result<()> {
    tags.clear();
    let sql = "SELECT tag FROM instrument WHERE purchase_line_id = ?1 ORDER BY tag_key";
    tx.each(sql, args![line_id], |row| {
        if !tags.is_empty() {
            tags.push_str(", ");
        }
        tags.push_str(row.text(0)?);
        Ok(())
    })
}
