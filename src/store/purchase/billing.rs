//! What is billed, credited, paid and cancelled. Every line of an invoice is written here.

use anyhow::Result;

use super::{add_line, coding, next_line, supplier_name};
use crate::args;
use crate::domain::date::Date;
use crate::domain::purchase::billing::Billed;
use crate::domain::purchase::{Invoice, InvoiceName, Line, OrderLine, PurchaseRefusal};
use crate::domain::reference::{LineRef, OrderRef};
use crate::domain::refusal::refuse;
use crate::domain::text::{Name, fold};
use crate::store::db::{Row, Tx};
use crate::store::journal::About;
use crate::store::remember::{self, Table};

/// Whether a bill `b` gives something back, as [`Bill::is_credit`](crate::domain::spend::Bill::is_credit) has it.
macro_rules! is_credit {
    () => {
        "(b.net_pence < 0 OR b.qty < 0)"
    };
}
pub(in crate::store) use is_credit;

/// An invoice on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnRecord {
    /// Its number in the file.
    pub id: i64,
    pub on: Date,
    pub paid_on: Option<Date>,
}

/// A supplier's invoice of this number. One without a number is never on record: it cannot be told from another.
pub fn find(tx: &Tx, supplier_id: i64, number: &str) -> Result<Option<OnRecord>> {
    by_key(tx, supplier_id, &fold(number))
}

fn by_key(tx: &Tx, supplier_id: i64, key: &str) -> Result<Option<OnRecord>> {
    if key.is_empty() {
        return Ok(None);
    }
    let sql =
        "SELECT id, invoiced_on, paid_on FROM invoice WHERE supplier_id = ?1 AND number_key = ?2 AND number_key <> ''";
    tx.one(sql, args![supplier_id, key], on_record)
}

/// The invoice with this number in the file.
pub fn with_id(tx: &Tx, id: i64) -> Result<Option<OnRecord>> {
    tx.one("SELECT id, invoiced_on, paid_on FROM invoice WHERE id = ?1", args![id], on_record)
}

fn on_record(row: &Row<'_>) -> Result<OnRecord> {
    Ok(OnRecord { id: row.int(0)?, on: row.day(1)?, paid_on: row.opt_day(2)? })
}

/// The same of an invoice as a file names it: by its key or, where that tells nothing, by its entry.
pub fn find_named(tx: &Tx, supplier_id: i64, name: &InvoiceName, on: Date) -> Result<Option<OnRecord>> {
    if !name.key.is_empty() {
        return by_key(tx, supplier_id, &name.key);
    }
    let Some(entry) = name.entry else {
        return Ok(None);
    };
    let sql = "SELECT id, invoiced_on, paid_on FROM invoice
               WHERE id = ?1 AND supplier_id = ?2 AND number = ?3 AND number_key = '' AND invoiced_on = ?4";
    tx.one(sql, args![entry, supplier_id, &name.number, on], on_record)
}

/// A number beyond which no entry is kept: the next invoice takes the one after the highest.
const MOST_ENTRIES: i64 = 1_000_000_000_000;

/// Makes an invoice; its number in the file. It keeps its entry where that is free.
pub fn make(
    tx: &Tx,
    supplier_id: i64,
    name: &InvoiceName,
    (on, paid_on): (Date, Option<Date>),
    reason: Option<&str>,
) -> Result<i64> {
    let (number, key) = (&name.number, &name.key);
    if let Some(entry) = name.entry.filter(|entry| (1..=MOST_ENTRIES).contains(entry))
        && !tx.exists("SELECT 1 FROM invoice WHERE id = ?1", args![entry])?
        && remember::unused(tx, Table::Invoice, entry)? == entry
    {
        let sql = "INSERT INTO invoice (id, supplier_id, number, number_key, invoiced_on, paid_on, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        tx.make(Table::Invoice, entry, sql, args![entry, supplier_id, number, key, on, paid_on, reason])?;
        return Ok(entry);
    }
    tx.insert(
        Table::Invoice,
        "INSERT INTO invoice (supplier_id, number, number_key, invoiced_on, paid_on, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        args![supplier_id, number, key, on, paid_on, reason],
    )
}

/// The number in the file of a supplier's invoice, which is made unless it is on record; refused where that has another day.
pub fn find_or_make(tx: &Tx, supplier_id: i64, invoice: &Invoice) -> Result<i64> {
    find_or_make_named(tx, supplier_id, &InvoiceName::by_number(&invoice.number), (invoice.on, invoice.paid_on))
}

/// The same of an invoice as a file names it.
pub fn find_or_make_named(
    tx: &Tx,
    supplier_id: i64,
    name: &InvoiceName,
    (on, paid_on): (Date, Option<Date>),
) -> Result<i64> {
    match find_named(tx, supplier_id, name, on)? {
        Some(found) if found.on == on => Ok(found.id),
        Some(found) => {
            let (supplier, number) = (supplier_name(tx, supplier_id)?, name.number.clone());
            Err(refuse(PurchaseRefusal::InvoiceOfAnotherDay { supplier, number, on: found.on }))
        }
        None => make(tx, supplier_id, name, (on, paid_on), None),
    }
}

/// Makes a credit note. One that bears but the number of the invoice it is for has an empty key, since it may come again.
pub fn make_credit(
    tx: &Tx,
    supplier_id: i64,
    (number, is_own): (&str, bool),
    on: Date,
    reason: Option<&str>,
) -> Result<i64> {
    let key = if is_own { fold(number) } else { String::new() };
    make(tx, supplier_id, &InvoiceName { number: number.to_string(), key, entry: None }, (on, None), reason)
}

/// Bills a part of a line on an invoice: the one place where that is written. The bill's number in the file.
pub fn add(tx: &Tx, invoice_id: i64, line_id: i64, billed: &Billed) -> Result<i64> {
    tx.insert(
        Table::InvoiceLine,
        "INSERT INTO invoice_line (invoice_id, line_id, qty, net_pence, vat_pence) VALUES (?1, ?2, ?3, ?4, ?5)",
        args![invoice_id, line_id, billed.qty, billed.net, billed.vat],
    )
}

/// Bills the whole of a line on an invoice, which a file may name otherwise than by its number; the bill's number in the file.
pub fn bill_whole(
    tx: &Tx,
    line_id: i64,
    supplier_id: i64,
    (invoice, name): (&Invoice, Option<&InvoiceName>),
    line: &Line,
) -> Result<i64> {
    let invoice_id = match name {
        Some(name) => find_or_make_named(tx, supplier_id, name, (invoice.on, invoice.paid_on))?,
        None => find_or_make(tx, supplier_id, invoice)?,
    };
    add(tx, invoice_id, line_id, &Billed { qty: line.qty, net: line.net, vat: line.vat })
}

/// What says that an invoice has billed this before: on another day, or a line of the same words, quantity and price.
pub fn billed_before(
    tx: &Tx,
    supplier: (i64, &Name),
    invoice: &Invoice,
    line: &Line,
) -> Result<Option<PurchaseRefusal>> {
    let Some(found) = find(tx, supplier.0, &invoice.number)? else {
        return Ok(None);
    };
    let (supplier, number) = (supplier.1.to_string(), invoice.number.clone());
    if found.on != invoice.on {
        return Ok(Some(PurchaseRefusal::InvoiceOfAnotherDay { supplier, number, on: found.on }));
    }
    let sql = "SELECT l.purchase_id, l.line, l.description FROM invoice_line b JOIN purchase_line l ON l.id = b.line_id
               WHERE b.invoice_id = ?1 AND b.qty = ?2 AND b.net_pence = ?3 ORDER BY l.purchase_id, l.line";
    let alike = tx.all(sql, args![found.id, line.qty, line.net], |row| {
        let same = fold(row.text(2)?) == fold(&line.description);
        Ok(same.then_some(LineRef { order: OrderRef::new(row.int(0)?), line: row.int(1)? }))
    })?;
    let again = alike.into_iter().flatten().next();
    Ok(again.map(|line| PurchaseRefusal::InvoicedAlready { supplier, number, line }))
}

/// Adds a line that nobody ordered to an order, as of the day of the invoice that bills it.
pub fn add_extra(tx: &Tx, order: OrderRef, line: &Line, on: Date) -> Result<(LineRef, i64)> {
    let reference = LineRef { order, line: next_line(tx, order)? };
    let line_id = add_line(tx, reference, line, None, Some(on))?;
    coding::split(tx, line_id, line)?;
    Ok((reference, line_id))
}

/// Whether an invoice bills anything, rather than giving credit alone.
pub fn bills_anything(tx: &Tx, invoice_id: i64) -> Result<bool> {
    let sql = concat!("SELECT 1 FROM invoice_line b WHERE b.invoice_id = ?1 AND NOT ", is_credit!());
    tx.exists(sql, args![invoice_id])
}

/// The orders an invoice bills lines of.
pub fn orders_of(tx: &Tx, invoice_id: i64) -> Result<Vec<OrderRef>> {
    let sql = "SELECT DISTINCT l.purchase_id FROM invoice_line b JOIN purchase_line l ON l.id = b.line_id
               WHERE b.invoice_id = ?1 ORDER BY l.purchase_id";
    tx.all(sql, args![invoice_id], |row| Ok(OrderRef::new(row.int(0)?)))
}

/// Marks an invoice as paid.
pub fn pay(tx: &Tx, invoice_id: i64, on: Date) -> Result<()> {
    let sql = "UPDATE invoice SET paid_on = ?2 WHERE id = ?1";
    tx.change(Table::Invoice, invoice_id, sql, args![invoice_id, on])?;
    Ok(())
}

/// Releases a part of a line that will not come.
pub fn cancel(tx: &Tx, line_id: i64, qty: i64, on: Date, reason: &str) -> Result<()> {
    let sql = "INSERT INTO cancellation (line_id, cancelled_on, qty, reason) VALUES (?1, ?2, ?3, ?4)";
    tx.insert(Table::Cancellation, sql, args![line_id, on, qty, reason])?;
    Ok(())
}

/// The tags of a line's instruments that are still in the stock.
pub fn tags_in_stock(tx: &Tx, line_id: i64) -> Result<Vec<String>> {
    let sql = "SELECT tag FROM instrument WHERE purchase_line_id = ?1 AND retired_on IS NULL ORDER BY id";
    tx.all(sql, args![line_id], |row| row.string(0))
}

/// The orders and instruments of lines, as what an event is about; instruments as runs of their numbers.
pub fn about<'l>(tx: &Tx, lines: impl IntoIterator<Item = &'l OrderLine>) -> Result<Vec<About>> {
    let mut about = Vec::new();
    for line in lines {
        about.push(About::order(line.reference.order));
        let sql = "SELECT id FROM instrument WHERE purchase_line_id = ?1 ORDER BY id";
        for id in tx.all(sql, args![line.id], |row| row.int(0))? {
            match about.last_mut() {
                Some(About::Instruments(_, last)) if *last + 1 == id => *last = id,
                _ => about.push(About::instrument(id)),
            }
        }
    }
    Ok(about)
}
