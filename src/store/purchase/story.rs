//! What has happened to an order: its invoices, and what was cancelled.

use anyhow::Result;

use super::billing::is_credit;
use crate::args;
use crate::domain::date::Date;
use crate::domain::purchase::billing::OrderInvoice;
use crate::domain::reference::{LineRef, OrderRef};
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
