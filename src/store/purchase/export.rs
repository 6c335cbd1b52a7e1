//! Purchase lines in full, as an export writes them and an import takes them back.

use anyhow::Result;

use super::coding::{Coding, Codings, First, Firsts};
use super::records::{judged, told_key};
use crate::domain::fund::FundCode;
use crate::domain::record::PurchaseRecord;
use crate::domain::reference::{LineRef, OrderRef};
use crate::domain::shares::Shares;
use crate::store::db::{Row, Tx};

/// An invoice stands in a line's row where it billed all of it, at the price ordered, and nothing else did; a receipt, where it
/// is the only one and of all. What else happened to a line stands in files of its own.
const SQL: &str = r#"
    SELECT l.fund, l.purchase_id, l.line, p.ordered_on, n.invoiced_on, n.number, n.paid_on, s.name, l.description, l.nature,
           l.type, l.size, l.kind, l.category, l."group", l.adapted, l.area, l.qty, l.net_pence, l.vat_pence, l.vat_rate,
           l.vat_recoverable,
           (SELECT CASE WHEN count(*) = 1 AND sum(r.qty) = l.qty THEN max(r.received_on) END FROM receipt r WHERE r.line_id = l.id),
           p.reference, p.off_framework_reason, v.reason, l.id, v.overridden_on, v.rule, l.added_on, n.id, n.number_key,
           o.effective_on, b.is_capital, b.judged_on, l.import_key
    FROM purchase_line l
    JOIN purchase p ON p.id = l.purchase_id
    JOIN supplier s ON s.id = p.supplier_id
    LEFT JOIN invoice_line b ON b.line_id = l.id AND b.qty = l.qty AND b.net_pence = l.net_pence AND b.vat_pence = l.vat_pence
         AND NOT EXISTS (SELECT 1 FROM invoice_line o WHERE o.line_id = l.id AND o.id <> b.id)
    LEFT JOIN invoice n ON n.id = b.invoice_id
    LEFT JOIN policy o ON o.id = b.policy_id
    LEFT JOIN override v ON v.id = (SELECT w.id FROM override w
         WHERE w.line_id = l.id AND w.subject = 'O' || l.purchase_id || '/' || l.line ORDER BY w.id LIMIT 1)"#;

/// Every line of every order, or the one with this number in the file.
pub fn each_record(tx: &Tx, only: Option<i64>, mut take: impl FnMut(&PurchaseRecord<'_>) -> Result<()>) -> Result<()> {
    let (mut codings, mut firsts) = (Codings::of(tx)?, Firsts::of(tx)?);
    let mut handed_over = |row: &Row<'_>| {
        let line_id = row.int(26)?;
        let (coded, first) = (codings.read(line_id)?, firsts.read(line_id)?);
        take(&record(row, coded, first.as_ref())?)
    };
    match only {
        Some(id) => tx.each(&format!("{SQL} WHERE l.id = ?1"), &[id.into()], &mut handed_over),
        None => tx.each(&format!("{SQL} ORDER BY l.purchase_id, l.line"), &[], &mut handed_over),
    }
}

fn record<'a>(row: &'a Row<'_>, coded: Option<&'a Coding>, first: Option<&'a First>) -> Result<PurchaseRecord<'a>> {
    let order = OrderRef::new(row.int(1)?);
    let as_recorded = || Ok::<_, anyhow::Error>((Shares::one(FundCode::from_record(row.text(0)?)), row.text(13)?));
    let as_coded = |(shares, category): &'a Coding| (shares.clone(), category.as_deref().unwrap_or_default());
    let (fund, category) = coded.map(as_coded).map_or_else(as_recorded, Ok)?;
    let first = match first {
        None => None,
        Some(First::Coded(coding)) => Some(as_coded(coding)),
        Some(First::AsRecorded) => Some(as_recorded()?),
    };
    let (first_fund, first_category) = first.unzip();
    let number = row.text(5)?;
    let judgement = row.opt_int(30)?.map(|_| Ok::<_, anyhow::Error>(judged(row.opt_int(33)?))).transpose()?;
    Ok(PurchaseRecord {
        fund,
        order,
        line: LineRef { order, line: row.int(2)? },
        order_date: row.opt_day(3)?,
        invoice_date: row.opt_day(4)?,
        invoice_no: number,
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
        override_on: row.opt_day(27)?,
        override_rule: row.opt_word(28)?,
        added_on: row.opt_day(29)?,
        first_fund,
        first_category: first_category.unwrap_or_default(),
        entry: row.opt_int(30)?,
        number_key: told_key(number, row.text(31)?),
        policy: row.opt_day(32)?,
        judgement,
        judged_on: row.opt_day(34)?,
        recorded: true,
        import_key: row.text(35)?,
    })
}
