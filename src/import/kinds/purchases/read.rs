//! A row of purchases, read into a line to record.

use anyhow::Result;

use super::{Column, Purchases, Row, Told};
use crate::domain::date::Date;
use crate::domain::instrument::{CategoryCode, free_text};
use crate::domain::money::Pence;
use crate::domain::purchase::{Invoice, NewPurchase};
use crate::domain::reference::{LineRef, OrderRef};
use crate::domain::shares::Shares;
use crate::import::kinds::cells::{Price, USUAL_VAT_RATE, category_of, shares_of, vat_rate};
use crate::import::kinds::line::{Amounts, At, Lines};
use crate::store::Tx;

/// The line a row names: `O12/3`, or an order and the number of its line; and the order, where it names that alone.
pub fn reference(row: &mut Row<'_>) -> (Option<OrderRef>, Option<LineRef>) {
    if row.text(Column::Line).contains('/') {
        let line = row.parse::<LineRef>(Column::Line);
        return (line.map(|line| line.order), line);
    }
    let Some(order) = row.parse::<OrderRef>(Column::Order) else {
        return (None, None);
    };
    let line = row.parse::<i64>(Column::Line).filter(|line| *line > 0);
    (Some(order), line.map(|line| LineRef { order, line }))
}

impl Purchases {
    /// The line to record that a row describes; `None` with its faults noted.
    pub(super) fn read(&mut self, tx: &Tx, row: &mut Row<'_>) -> Result<Option<(NewPurchase, Told)>> {
        let supplier_id = self.supplier(tx, row)?;
        let line = self.line(tx, row)?;
        let life = life(row);
        let told = Told::read(row, &self.judgements, life.invoice.as_ref());
        let mut text = |column, what| row.read(column, |text| free_text(what, text)).flatten();
        let reference = text(Column::Reference, "the reference");
        let off_framework_reason = text(Column::OffFramework, "the reason");
        let override_reason = text(Column::Override, "the reason");
        if !row.is_sound() {
            return Ok(None);
        }
        let new = |(supplier_id, line)| NewPurchase {
            order: None,
            line_number: None,
            supplier_id,
            ordered_on: life.ordered_on,
            reference,
            off_framework_reason,
            line,
            received_on: life.received_on,
            invoice: life.invoice,
            override_reason,
            import_key: None,
        };
        Ok(supplier_id.zip(line).map(new).map(|new| (new, told)))
    }
}

impl Lines for Purchases {
    const AT: At = At {
        description: Column::Description as usize,
        nature: Column::Nature as usize,
        type_code: Column::Type as usize,
        size: Column::Size as usize,
        kind: Column::Kind as usize,
        group: Column::Group as usize,
        adapted: Column::Adapted as usize,
        area: Column::Area as usize,
        vat_recoverable: Column::VatRecoverable as usize,
    };

    fn recovers_vat(&self) -> bool {
        self.vat_recoverable
    }

    fn amounts(&self, row: &mut Row<'_>) -> Option<Amounts> {
        amounts(row)
    }

    /// The category as it was at first.
    fn category(&self, tx: &Tx, row: &mut Row<'_>) -> Result<Option<CategoryCode>> {
        let was_moved = !row.text(Column::FirstFund).is_empty();
        category_of(tx, row, if was_moved { Column::FirstCategory } else { Column::Category })
    }

    /// The funds that bore it at first, each with its facts at hand.
    fn shares(&mut self, tx: &Tx, row: &mut Row<'_>, price: Option<Price>) -> Result<Option<Shares>> {
        let was_moved = !row.text(Column::FirstFund).is_empty();
        if !was_moved && row.text(Column::Fund).is_empty() {
            row.fault(Column::Fund, "is missing; --set fund=CODE names one for the whole file");
        }
        shares_of(tx, row, if was_moved { Column::FirstFund } else { Column::Fund }, price, &mut self.funds)
    }
}

/// Quantity, net and tax. A credit is negative in both quantity and amount.
fn amounts(row: &mut Row<'_>) -> Option<Amounts> {
    if row.text(Column::LineNet).is_empty() {
        row.fault(Column::LineNet, "is missing");
    }
    let net = row.amount(Column::LineNet);
    let qty = row.read(Column::Qty, |text| text.parse::<i64>().map_err(|_| "is not a whole number")).unwrap_or(1);
    let rate = row.read(Column::VatRate, |text| {
        vat_rate(text).ok_or("is not a whole percentage from 0 to 100; state the tax itself as line_vat")
    });
    let stated = row.amount(Column::LineVat);
    // All that can be read without the price is read, so that each fault is told.
    let net = net?;
    let qty = if net.is_negative() && qty > 0 { -qty } else { qty };
    if qty == 0 || (net > Pence::ZERO && qty < 0) {
        row.fault(Column::Qty, "does not go with the amount; a credit is negative in both");
    }
    let vat_rate = if stated.is_some() { rate } else { Some(rate.unwrap_or(USUAL_VAT_RATE)) };
    let vat = stated.unwrap_or_else(|| net.percent(vat_rate.unwrap_or_default()));
    Some(Amounts { qty, net, vat, vat_rate })
}

/// When a line was ordered, arrived, and was invoiced and paid.
struct Life {
    ordered_on: Option<Date>,
    received_on: Option<Date>,
    invoice: Option<Invoice>,
}

fn life(row: &mut Row<'_>) -> Life {
    let ordered_on = row.day(Column::OrderDate);
    let invoiced_on = row.day(Column::InvoiceDate);
    let paid_on = row.day(Column::PaidOn);
    let number = row.read(Column::InvoiceNo, |text| free_text("the invoice's number", text)).flatten();
    if row.text(Column::OrderDate).is_empty() && row.text(Column::InvoiceDate).is_empty() {
        row.fault_of_row("the row needs an order_date or an invoice_date");
    }
    if row.text(Column::InvoiceDate).is_empty() && (paid_on.is_some() || number.is_some()) {
        row.fault(Column::InvoiceDate, "is missing, and the row names an invoice or a payment");
    }
    let received = row.day(Column::ReceivedOn);
    // What was invoiced is taken to have arrived, unless the file says when.
    let received_on = if row.has(Column::ReceivedOn) { received } else { invoiced_on };
    let invoice = invoiced_on.map(|on| Invoice { number: number.unwrap_or_default(), on, paid_on });
    Life { ordered_on, received_on, invoice }
}
