//! Purchase lines in full, as an export writes them and an import takes them back.

use anyhow::Result;

use super::coding::{Coding, Codings};
use crate::domain::fund::FundCode;
use crate::domain::record::PurchaseRecord;
use crate::domain::reference::{LineRef, OrderRef};
use crate::domain::shares::Shares;
use crate::store::db::{Row, Tx};

/// An invoice stands in a line's row where it billed all of it, at the price ordered; a receipt, where all of it arrived.
const SQL: &str = r#"
    SELECT l.fund, l.purchase_id, l.line, p.ordered_on, n.invoiced_on, n.number, n.paid_on, s.name, l.description, l.nature,
           l.type, l.size, l.kind, l.category, l."group", l.adapted, l.area, l.qty, l.net_pence, l.vat_pence, l.vat_rate,
           l.vat_recoverable,
           (SELECT CASE WHEN sum(r.qty) = l.qty THEN max(r.received_on) END FROM receipt r WHERE r.line_id = l.id),
           p.reference, p.off_framework_reason, (SELECT reason FROM override WHERE line_id = l.id ORDER BY id LIMIT 1), l.id
    FROM purchase_line l
    JOIN purchase p ON p.id = l.purchase_id
    JOIN supplier s ON s.id = p.supplier_id
    LEFT JOIN invoice_line b ON b.line_id = l.id AND b.qty = l.qty AND b.net_pence = l.net_pence AND b.vat_pence = l.vat_pence
         AND NOT EXISTS (SELECT 1 FROM invoice_line o WHERE o.line_id = l.id AND o.id <> b.id)
    LEFT JOIN invoice n ON n.id = b.invoice_id"#;

/// Lines with more of a life than a row tells.
const RICHER: &str = "
    SELECT count(*) FROM purchase_line l
    WHERE EXISTS (SELECT 1 FROM invoice_line b WHERE b.line_id = l.id
                  AND (b.qty <> l.qty OR b.net_pence <> l.net_pence OR b.vat_pence <> l.vat_pence))
       OR EXISTS (SELECT 1 FROM receipt r WHERE r.line_id = l.id AND r.qty <> l.qty)
       OR EXISTS (SELECT 1 FROM cancellation c WHERE c.line_id = l.id)
       OR EXISTS (SELECT 1 FROM coding d WHERE d.line_id = l.id AND d.coded_on IS NOT NULL)
       OR EXISTS (SELECT 1 FROM pool_line m WHERE m.line_id = l.id)";

/// How many lines have more of a life than a row of the file tells: part deliveries, part invoices, changed prices,
/// credits, cancellations, moves, pools.
pub fn richer_than_rows(tx: &Tx) -> Result<i64> {
    tx.number(RICHER, &[])
}

/// Every line of every order, or the one with this number in the file.
pub fn each_record(tx: &Tx, only: Option<i64>, mut take: impl FnMut(&PurchaseRecord<'_>) -> Result<()>) -> Result<()> {
    let mut codings = Codings::of(tx)?;
    let mut handed_over = |row: &Row<'_>| {
        let coded = codings.read(row.int(26)?)?;
        take(&record(row, coded)?)
    };
    match only {
        Some(id) => tx.each(&format!("{SQL} WHERE l.id = ?1"), &[id.into()], &mut handed_over),
        None => tx.each(&format!("{SQL} ORDER BY l.purchase_id, l.line"), &[], &mut handed_over),
    }
}

fn record<'a>(row: &'a Row<'_>, coded: Option<&'a Coding>) -> Result<PurchaseRecord<'a>> {
    let order = OrderRef::new(row.int(1)?);
    let (fund, category) = match coded {
        Some((shares, category)) => (shares.clone(), category.as_deref().unwrap_or_default()),
        None => (Shares::one(FundCode::from_record(row.text(0)?)), row.text(13)?),
    };
    Ok(PurchaseRecord {
        fund,
        order,
        line: LineRef { order, line: row.int(2)? },
        order_date: row.opt_day(3)?,
        invoice_date: row.opt_day(4)?,
        invoice_no: row.text(5)?,
        paid_on: row.opt_day(6)?,
        supplier: row.text(7)?,
        description: row.text(8)?,
        nature: row.word(9)?,
        type_code: row.text(10)?,
        size: row.text(11)?,
        kind: row.opt_word(12)?,
        category,
        group: row.opt_word(14)?,
        adapted: row.flag(15)?,
        area: row.text(16)?,
        qty: row.int(17)?,
        line_net: row.pence(18)?,
        line_vat: row.pence(19)?,
        vat_rate: row.opt_int(20)?,
        vat_recoverable: row.flag(21)?,
        received_on: row.opt_day(22)?,
        reference: row.text(23)?,
        off_framework: row.text(24)?,
        override_reason: row.text(25)?,
    })
}
