//! What has happened to an order: its invoices, and what was cancelled, coded anew or recorded against a rule.

use anyhow::Result;

use super::billing::is_credit;
use crate::args;
use crate::domain::date::Date;
use crate::domain::fund::FundCode;
use crate::domain::instrument::CategoryCode;
use crate::domain::purchase::billing::OrderInvoice;
use crate::domain::reference::{LineRef, OrderRef};
use crate::domain::shares::{Share, Shares};
use crate::domain::words::Rule;
use crate::store::db::Tx;

/// The invoices and credits of an order, in the order of their days, each with what it bills of the order.
pub fn invoices(tx: &Tx, order: OrderRef) -> Result<Vec<OrderInvoice>> {
    let sql = concat!(
        "SELECT n.id, n.number, n.invoiced_on, n.paid_on, sum(b.net_pence), sum(b.vat_pence), n.reason, min(",
        is_credit!(),
        ") FROM purchase_line l JOIN invoice_line b ON b.line_id = l.id JOIN invoice n ON n.id = b.invoice_id
         WHERE l.purchase_id = ?1 GROUP BY n.id ORDER BY n.invoiced_on, n.id"
    );
    tx.all(sql, args![order], |row| {
        Ok(OrderInvoice {
            id: row.int(0)?,
            number: row.string(1)?,
            on: row.day(2)?,
            paid_on: row.opt_day(3)?,
            net: row.pence(4)?,
            vat: row.pence(5)?,
            reason: row.opt_string(6)?,
            is_credit: row.flag(7)?,
        })
    })
}

/// What of a line will not come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cancelled {
    pub line: LineRef,
    pub on: Date,
    pub qty: i64,
    pub reason: String,
}

/// What of an order was cancelled, in the order of the days.
pub fn cancellations(tx: &Tx, order: OrderRef) -> Result<Vec<Cancelled>> {
    let sql =
        "SELECT l.line, c.cancelled_on, c.qty, c.reason FROM cancellation c JOIN purchase_line l ON l.id = c.line_id
               WHERE l.purchase_id = ?1 ORDER BY c.cancelled_on, c.id";
    tx.all(sql, args![order], |row| {
        let line = LineRef { order, line: row.int(0)? };
        Ok(Cancelled { line, on: row.day(1)?, qty: row.int(2)?, reason: row.string(3)? })
    })
}

/// What bears a line since a day, in place of what bore it before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recoded {
    pub line: LineRef,
    pub on: Date,
    pub shares: Option<Shares>,
    pub category: Option<CategoryCode>,
    pub reason: String,
}

/// The moves of an order's lines to other funds or categories, in the order of the days.
pub fn recodings(tx: &Tx, order: OrderRef) -> Result<Vec<Recoded>> {
    let sql =
        "SELECT c.id, l.line, c.coded_on, c.category, c.reason FROM coding c JOIN purchase_line l ON l.id = c.line_id
               WHERE l.purchase_id = ?1 AND c.coded_on IS NOT NULL ORDER BY c.coded_on, c.id";
    let found = tx.all(sql, args![order], |row| {
        let recoded = Recoded {
            line: LineRef { order, line: row.int(1)? },
            on: row.day(2)?,
            shares: None,
            category: row.opt_text(3)?.map(CategoryCode::from_record),
            reason: row.opt_string(4)?.unwrap_or_default(),
        };
        Ok((row.int(0)?, recoded))
    })?;
    found.into_iter().map(|(id, recoded)| Ok(Recoded { shares: shares_of(tx, id)?, ..recoded })).collect()
}

fn shares_of(tx: &Tx, coding_id: i64) -> Result<Option<Shares>> {
    let sql = "SELECT fund, weight FROM coding_fund WHERE coding_id = ?1";
    let share = tx.all(sql, args![coding_id], |row| {
        Ok(Share { fund: FundCode::from_record(row.text(0)?), weight: row.int(1)? })
    })?;
    Ok(Shares::from_record(share))
}

/// What was recorded against a rule. The rule is unknown in older files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overridden {
    pub subject: String,
    pub on: Date,
    pub rule: Option<Rule>,
    pub reason: String,
}

/// What of an order was recorded against a rule, in the order of the days.
pub fn overrides(tx: &Tx, order: OrderRef) -> Result<Vec<Overridden>> {
    let sql =
        "SELECT o.subject, o.overridden_on, o.rule, o.reason FROM override o JOIN purchase_line l ON l.id = o.line_id
               WHERE l.purchase_id = ?1 ORDER BY o.overridden_on, o.id";
    tx.all(sql, args![order], |row| {
        Ok(Overridden { subject: row.string(0)?, on: row.day(1)?, rule: row.opt_word(2)?, reason: row.string(3)? })
    })
}
