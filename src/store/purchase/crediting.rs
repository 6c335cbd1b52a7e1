//! Which record bears a credit: a note of its own, or the invoice that it is for.

use anyhow::Result;

use super::billing;
use crate::domain::date::Date;
use crate::domain::purchase::billing::BillingRefusal;
use crate::domain::purchase::{OrderLine, PurchaseRefusal};
use crate::domain::refusal::refuse;
use crate::domain::text::fold;
use crate::store::db::Tx;

/// The record that bears a credit.
pub enum Note {
    /// A note of its own, which is not on record yet.
    New,
    /// A note that credits other lines the same day.
    OnRecord(i64),
    /// A credit beside the invoice that billed the line, whose number it bears.
    OfInvoice,
}

/// Which record is to bear a credit of this number, or the refusal.
pub fn note(tx: &Tx, line: &OrderLine, number: &str, on: Date) -> Result<Note> {
    // Two invoices of one number, of suppliers that became one, are told apart by the line.
    if line.life.bills.iter().any(|bill| !bill.is_credit() && fold(&bill.number) == fold(number)) {
        return Ok(Note::OfInvoice);
    }
    let Some(held) = billing::find(tx, line.supplier_id, number)? else {
        return Ok(Note::New);
    };
    let (supplier, number, reference) = (line.supplier.to_string(), number.to_string(), line.reference);
    match line.life.bills.iter().find(|bill| bill.invoice_id == held.id) {
        Some(bill) if bill.is_credit() => {
            Err(refuse(BillingRefusal::CreditedAlready { supplier, number, line: reference }))
        }
        Some(_) => Ok(Note::OfInvoice),
        None if billing::bills_anything(tx, held.id)? => {
            Err(refuse(BillingRefusal::BillsOther { supplier, number, line: reference }))
        }
        None if held.on != on => Err(refuse(PurchaseRefusal::InvoiceOfAnotherDay { supplier, number, on: held.on })),
        None => Ok(Note::OnRecord(held.id)),
    }
}
