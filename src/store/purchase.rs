//! Purchases: orders, their lines, what arrived and what was billed.

use anyhow::Result;

pub mod billing;
pub mod coding;
pub mod crediting;
mod export;
mod lines;
pub mod receiving;
pub mod records;
pub mod story;

pub use export::each_record;
pub use lines::{line, lines, share_out_cost};

use super::db::{Tx, Value, word};
use super::numbering::{self, Noun};
use super::overriding;
use super::policy;
use super::remember::Table;
use crate::args;
use crate::domain::date::Date;
use crate::domain::instrument::{CategoryCode, TypeCode};
use crate::domain::purchase::{ClosedPeriod, Funds, History, Line, NewPurchase, PurchaseRefusal, Recorded, Warning};
use crate::domain::reference::{LineRef, OrderRef};
use crate::domain::refusal::refuse;
use crate::domain::text::Name;

/// Records a line with as much of its life as is known: order, line, receipt and invoice.
/// The caller has judged it. Refused: a line that is taken, an order with another supplier, an invoice of another day.
pub fn record(tx: &Tx, new: &NewPurchase) -> Result<Recorded> {
    let (recorded, _) = record_unjudged(tx, new, &History::default())?;
    policy::judge_line(tx, recorded.line_id)?;
    Ok(recorded)
}

/// The same, for many whose bills are judged by the hub's policies once all of them are in; with the number in the file of the
/// bill, where there is one.
pub fn record_unjudged(tx: &Tx, new: &NewPurchase, history: &History) -> Result<(Recorded, Option<i64>)> {
    let (order, is_new) = order_for(tx, new)?;
    let line = match new.line_number {
        Some(number) => number,
        None if is_new => 1,
        None => next_line(tx, order)?,
    };
    let reference = LineRef { order, line };
    if !is_new && find_line(tx, reference)?.is_some() {
        return Err(refuse(PurchaseRefusal::LineTaken { line: reference }));
    }
    let line_id = add_line(tx, reference, &new.line, new.import_key.as_ref(), history.added_on)?;
    coding::split(tx, line_id, &new.line)?;
    if let Some(on) = new.received_on {
        receiving::receive(tx, line_id, on, new.line.qty)?;
    }
    let bill =
        |invoice| billing::bill_whole(tx, line_id, new.supplier_id, (invoice, history.invoice.as_ref()), &new.line);
    let bill_id = new.invoice.as_ref().map(bill).transpose()?;
    Ok((Recorded { reference, line_id }, bill_id))
}

/// The next free place in an order.
fn next_line(tx: &Tx, order: OrderRef) -> Result<i64> {
    tx.number("SELECT coalesce(max(line), 0) + 1 FROM purchase_line WHERE purchase_id = ?1", args![order])
}

/// The order a line belongs to, and whether it is new; one on record must be with the same supplier.
fn order_for(tx: &Tx, new: &NewPurchase) -> Result<(OrderRef, bool)> {
    let order = match new.order {
        Some(order) => {
            if let Some(supplier_id) = supplier_of(tx, order)? {
                refuse_other_supplier(tx, order, supplier_id, new.supplier_id)?;
                return Ok((order, false));
            }
            numbering::reserve(tx, Noun::Order, order.number())?;
            order
        }
        None => OrderRef::new(numbering::take(tx, Noun::Order)?),
    };
    tx.make(
        Table::Purchase,
        order,
        "INSERT INTO purchase (id, supplier_id, ordered_on, reference, off_framework_reason) VALUES (?1, ?2, ?3, ?4, ?5)",
        args![order, new.supplier_id, new.ordered_on, new.reference.as_ref(), new.off_framework_reason.as_ref()],
    )?;
    Ok((order, true))
}

fn supplier_of(tx: &Tx, order: OrderRef) -> Result<Option<i64>> {
    tx.one("SELECT supplier_id FROM purchase WHERE id = ?1", args![order], |row| row.int(0))
}

fn refuse_other_supplier(tx: &Tx, order: OrderRef, held: i64, wanted: i64) -> Result<()> {
    if held == wanted {
        return Ok(());
    }
    let supplier = supplier_name(tx, held)?;
    Err(refuse(PurchaseRefusal::OtherSupplier { order, supplier }))
}

fn supplier_name(tx: &Tx, id: i64) -> Result<String> {
    Ok(tx.one("SELECT name FROM supplier WHERE id = ?1", args![id], |row| row.string(0))?.unwrap_or_default())
}

fn add_line(
    tx: &Tx,
    reference: LineRef,
    line: &Line,
    import_key: Option<&String>,
    added_on: Option<Date>,
) -> Result<i64> {
    tx.insert(
        Table::PurchaseLine,
        r#"INSERT INTO purchase_line (purchase_id, line, fund, category, description, nature, type, size, kind, "group", adapted,
               area, qty, net_pence, vat_pence, vat_rate, vat_recoverable, import_key, added_on)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)"#,
        &[
            reference.order.into(),
            reference.line.into(),
            line.shares.leading().as_str().into(),
            line.category.as_ref().map(CategoryCode::as_str).into(),
            (&line.description).into(),
            word(line.nature),
            line.type_code.as_ref().map(TypeCode::as_str).into(),
            line.size.as_ref().into(),
            line.kind.map_or(Value::Null, word),
            line.group.map_or(Value::Null, word),
            line.adapted.into(),
            line.area.as_ref().into(),
            line.qty.into(),
            line.net.into(),
            line.vat.into(),
            line.vat_rate.map(i64::from).into(),
            line.vat_recoverable.into(),
            import_key.into(),
            added_on.into(),
        ],
    )
}

/// Whether a line that nobody has billed may be ordered: by its day and by its funds.
pub fn judge_ordered(tx: &Tx, funds: &mut Funds, line: &Line, on: Date, overridden: bool) -> Result<Vec<Warning>> {
    let mut warnings: Vec<Warning> = overriding::judge_day(tx, on, overridden)?.into_iter().collect();
    warnings.extend(funds.judge(&line.proposal(Some(on), None, overridden)).map_err(refuse)?);
    Ok(warnings)
}

/// Whether a line may be recorded: by its funds, by its invoice, by its days. The warnings, or the first refusal; what goes
/// through is taken into account by the funds, which must have been loaded.
pub fn judge(
    tx: &Tx,
    funds: &mut Funds,
    supplier: (i64, &Name),
    new: &NewPurchase,
    closed: ClosedPeriod,
) -> Result<Vec<Warning>> {
    let overridden = new.override_reason.is_some();
    let mut warnings = Vec::new();
    warnings.extend(new.first_day().map(|on| closed.judge(on, overridden)).transpose().map_err(refuse)?.flatten());
    if let Some(invoice) = &new.invoice {
        warnings.extend(Warning::of_early_invoice(new.ordered_on, Some(invoice.on)));
        let before = billing::billed_before(tx, supplier, invoice, &new.line)?;
        warnings.extend(before.map(|refusal| refusal.unless(overridden)).transpose().map_err(refuse)?);
    }
    warnings.extend(funds.judge(&new.proposal()).map_err(refuse)?);
    Ok(warnings)
}

/// The number in the file of a line.
pub fn find_line(tx: &Tx, line: LineRef) -> Result<Option<i64>> {
    let sql = "SELECT id FROM purchase_line WHERE purchase_id = ?1 AND line = ?2";
    tx.one(sql, args![line.order, line.line], |row| row.int(0))
}

/// The line that came from a row of a file that bears no references.
pub fn find_by_import_key(tx: &Tx, import_key: &str) -> Result<Option<Recorded>> {
    let sql = "SELECT purchase_id, line, id FROM purchase_line WHERE import_key = ?1";
    tx.one(sql, args![import_key], |row| {
        let reference = LineRef { order: OrderRef::new(row.int(0)?), line: row.int(1)? };
        Ok(Recorded { reference, line_id: row.int(2)? })
    })
}

/// What is on record of an order itself.
#[derive(Clone, Debug)]
pub struct Order {
    pub supplier: Name,
    pub ordered_on: Option<Date>,
    pub reference: Option<String>,
    pub off_framework_reason: Option<String>,
}

/// The order with this reference, or the refusal.
pub fn order(tx: &Tx, order: OrderRef) -> Result<Order> {
    let sql = "SELECT s.name, p.ordered_on, p.reference, p.off_framework_reason
               FROM purchase p JOIN supplier s ON s.id = p.supplier_id WHERE p.id = ?1";
    let found = tx.one(sql, args![order], |row| {
        Ok(Order {
            supplier: row.name(0)?,
            ordered_on: row.opt_day(1)?,
            reference: row.opt_string(2)?,
            off_framework_reason: row.opt_string(3)?,
        })
    })?;
    found.ok_or_else(|| refuse(PurchaseRefusal::UnknownOrder(order)))
}
