//! What happened to purchase lines, each event as an export writes it and an import takes it back.

use anyhow::Result;

use super::coding;
use crate::args;
use crate::domain::record::money::{
    CancellationRecord, DeliveryRecord, InvoiceRecord, OverrideRecord, PoolRecord, RecodingRecord,
};
use crate::domain::reference::{LineRef, OrderRef};
use crate::domain::spend::UNCATEGORISED;
use crate::domain::text::fold;
use crate::domain::words::Judged;
use crate::store::db::{Row, Tx};

/// From two columns: the order and its line.
fn line(row: &Row<'_>, column: usize) -> Result<LineRef> {
    Ok(LineRef { order: OrderRef::new(row.int(column)?), line: row.int(column + 1)? })
}

fn opt_line(row: &Row<'_>, column: usize) -> Result<Option<LineRef>> {
    row.opt_int(column)?.map(|_| line(row, column)).transpose()
}

/// The judgement of a bill, from the column that says whether it is capital.
pub(super) fn judged(is_capital: Option<i64>) -> Judged {
    match is_capital {
        None => Judged::Unjudged,
        Some(0) => Judged::Revenue,
        Some(_) => Judged::Capital,
    }
}

/// What tells an invoice from another of its number; empty where the number alone does.
pub(super) fn told_key<'r>(number: &str, key: &'r str) -> &'r str {
    if key == fold(number) { "" } else { key }
}

/// All that arrived. Of one line, those of a day keep the order in which they were entered.
pub fn each_delivery(tx: &Tx, mut take: impl FnMut(&DeliveryRecord) -> Result<()>) -> Result<()> {
    let sql =
        "SELECT l.purchase_id, l.line, r.received_on, r.qty FROM receipt r JOIN purchase_line l ON l.id = r.line_id
               ORDER BY l.purchase_id, l.line, r.received_on, r.id";
    tx.each(sql, &[], |row| {
        take(&DeliveryRecord { line: line(row, 0)?, received_on: row.day(2)?, qty: row.int(3)?, recorded: true })
    })
}

/// What was billed of each line, invoice by invoice in the order in which they were entered.
pub fn each_bill(tx: &Tx, take: impl FnMut(&InvoiceRecord<'_>) -> Result<()>) -> Result<()> {
    bills(tx, None, take)
}

/// What one invoice billed of one line.
pub fn bill(tx: &Tx, invoice_id: i64, line_id: i64, take: impl FnMut(&InvoiceRecord<'_>) -> Result<()>) -> Result<()> {
    bills(tx, Some((invoice_id, line_id)), take)
}

fn bills(tx: &Tx, only: Option<(i64, i64)>, mut take: impl FnMut(&InvoiceRecord<'_>) -> Result<()>) -> Result<()> {
    let condition = if only.is_some() { "WHERE b.invoice_id = ?1 AND b.line_id = ?2" } else { "" };
    let sql = format!(
        "SELECT s.name, n.number, n.invoiced_on, n.paid_on, n.reason, l.purchase_id, l.line, b.qty, b.net_pence, b.vat_pence,
                o.effective_on, b.is_capital, b.judged_on, n.id, n.number_key
         FROM invoice_line b JOIN invoice n ON n.id = b.invoice_id JOIN supplier s ON s.id = n.supplier_id
         JOIN purchase_line l ON l.id = b.line_id LEFT JOIN policy o ON o.id = b.policy_id
         {condition} ORDER BY n.id, l.purchase_id, l.line"
    );
    let told = |row: &Row<'_>| {
        let number = row.text(1)?;
        take(&InvoiceRecord {
            supplier: row.text(0)?,
            invoice_no: number,
            invoice_date: row.day(2)?,
            paid_on: row.opt_day(3)?,
            reason: row.text(4)?,
            line: line(row, 5)?,
            qty: row.int(7)?,
            line_net: row.pence(8)?,
            line_vat: row.pence(9)?,
            policy: row.opt_day(10)?,
            judgement: judged(row.opt_int(11)?),
            judged_on: row.opt_day(12)?,
            entry: row.int(13)?,
            number_key: told_key(number, row.text(14)?),
            recorded: true,
        })
    };
    match only {
        Some((invoice_id, line_id)) => tx.each(&sql, args![invoice_id, line_id], told),
        None => tx.each(&sql, &[], told),
    }
}

/// All that will not come, in the order of the days.
pub fn each_cancellation(tx: &Tx, mut take: impl FnMut(&CancellationRecord<'_>) -> Result<()>) -> Result<()> {
    let sql = "SELECT l.purchase_id, l.line, c.cancelled_on, c.qty, c.reason
               FROM cancellation c JOIN purchase_line l ON l.id = c.line_id ORDER BY c.cancelled_on, c.id";
    tx.each(sql, &[], |row| {
        let (line, cancelled_on) = (line(row, 0)?, row.day(2)?);
        take(&CancellationRecord { line, cancelled_on, qty: row.int(3)?, reason: row.text(4)? })
    })
}

/// Every move of a line, in the order of the days.
pub fn each_recoding(tx: &Tx, mut take: impl FnMut(&RecodingRecord<'_>) -> Result<()>) -> Result<()> {
    let sql = "SELECT l.purchase_id, l.line, c.coded_on, c.category, c.reason, c.id
               FROM coding c JOIN purchase_line l ON l.id = c.line_id WHERE c.coded_on IS NOT NULL ORDER BY c.coded_on, c.id";
    tx.each(sql, &[], |row| {
        let Some(fund) = coding::shares_of(tx, row.int(5)?)? else {
            return Ok(());
        };
        let (line, coded_on, reason) = (line(row, 0)?, row.day(2)?, row.text(4)?);
        // An empty cell would leave a line in the category it has.
        let category = row.opt_text(3)?.unwrap_or(UNCATEGORISED);
        take(&RecodingRecord { line, coded_on, fund, category, reason, recorded: true })
    })
}

/// The lines of every pool, each with the pool's judgement of its day. A row without a line is a judgement that another of
/// the same day took the place of, or on whose day no line has stayed; one that said the same as the next is not told.
pub fn each_pooled(tx: &Tx, mut take: impl FnMut(&PoolRecord<'_>) -> Result<()>) -> Result<()> {
    let sql = "
        SELECT name, purchase_id, line, pooled_on, effective_on, is_capital FROM (
            SELECT p.name, p.name_key, NULL AS purchase_id, NULL AS line, g.pooled_on, o.effective_on, g.is_capital, g.id AS place
            FROM pooling g JOIN pool p ON p.id = g.pool_id JOIN policy o ON o.id = g.policy_id
            LEFT JOIN pooling next ON next.id = (SELECT min(later.id) FROM pooling later
                WHERE later.pool_id = g.pool_id AND later.pooled_on = g.pooled_on AND later.id > g.id)
            WHERE (next.id IS NOT NULL AND (next.policy_id <> g.policy_id OR next.is_capital <> g.is_capital))
               OR (next.id IS NULL AND NOT EXISTS (SELECT 1 FROM pool_line m WHERE m.pool_id = g.pool_id AND m.pooled_on = g.pooled_on))
            UNION ALL
            SELECT p.name, p.name_key, l.purchase_id, l.line, m.pooled_on, o.effective_on, g.is_capital, 0
            FROM pool_line m JOIN pool p ON p.id = m.pool_id JOIN purchase_line l ON l.id = m.line_id
            LEFT JOIN pooling g ON g.id = (SELECT max(last.id) FROM pooling last
                WHERE last.pool_id = m.pool_id AND last.pooled_on = m.pooled_on)
            LEFT JOIN policy o ON o.id = g.policy_id
        ) AS told ORDER BY name_key, pooled_on, coalesce(purchase_id, 0), place, line";
    tx.each(sql, &[], |row| {
        take(&PoolRecord {
            pool: row.text(0)?,
            line: opt_line(row, 1)?,
            pooled_on: row.day(3)?,
            policy: row.opt_day(4)?,
            judgement: row.opt_int(5)?.map(|is_capital| judged(Some(is_capital))),
        })
    })
}

/// Every reason for going against a rule: by day, line and subject, and those of one subject as they were entered.
pub fn each_override(tx: &Tx, mut take: impl FnMut(&OverrideRecord<'_>) -> Result<()>) -> Result<()> {
    let sql = "SELECT o.subject, l.purchase_id, l.line, o.overridden_on, o.rule, o.reason
               FROM override o LEFT JOIN purchase_line l ON l.id = o.line_id
               ORDER BY o.overridden_on, coalesce(l.purchase_id, 0), coalesce(l.line, 0), o.subject, o.id";
    tx.each(sql, &[], |row| {
        take(&OverrideRecord {
            subject: row.text(0)?,
            line: opt_line(row, 1)?,
            overridden_on: row.day(3)?,
            rule: row.opt_word(4)?,
            reason: row.text(5)?,
        })
    })
}
