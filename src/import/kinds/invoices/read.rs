//! A row of invoices, read into what it says.

use anyhow::Result;

use super::{Invoices, Row};
use crate::domain::date::Date;
use crate::domain::instrument::free_text;
use crate::domain::money::Pence;
use crate::domain::purchase::{InvoiceName, OrderLine, PurchaseRefusal, ToldJudgement};
use crate::domain::supplier::Supplier;
use crate::import::kinds::money::{At, line_of, needed_day, was_recorded};
use crate::store::{Tx, supplier};

columns! {
    Supplier = "supplier", InvoiceNo = "invoice_no", InvoiceDate = "invoice_date", PaidOn = "paid_on", Reason = "reason",
    Line = "line", Qty = "qty", LineNet = "line_net", LineVat = "line_vat", Policy = "policy", Judgement = "judgement",
    JudgedOn = "judged_on", Entry = "entry", NumberKey = "number_key", Recorded = "recorded",
}

/// What a row says of a bill.
pub struct Entry {
    pub line: OrderLine,
    /// Its key is by the number, unless the row tells another.
    pub name: InvoiceName,
    pub tells_key: bool,
    pub on: Date,
    pub paid_on: Option<Date>,
    pub reason: Option<String>,
    /// All that is left to bill where it says nothing; nought of a credit for the price alone.
    pub qty: Option<i64>,
    /// At the price ordered where it says nothing.
    pub net: Option<Pence>,
    pub vat: Option<Pence>,
    pub judgement: Option<ToldJudgement>,
    /// It stood on record: the funds were asked when it was recorded.
    pub recorded: bool,
}

impl Entry {
    /// Whether it gives back what another bill of the line took.
    pub fn gives_back(&self) -> bool {
        let says_nothing = self.qty.is_none() && self.net.is_none();
        let is_negative = self.qty.is_some_and(|qty| qty < 0) || self.net.is_some_and(Pence::is_negative);
        !says_nothing && is_negative != self.line.life.ordered.is_credit()
    }
}

impl Invoices {
    pub(super) fn read(&self, tx: &Tx, row: &mut Row<'_>) -> Result<Option<Entry>> {
        let line = line_of(tx, row, Column::Line)?;
        let on = needed_day(row, Column::InvoiceDate);
        let (paid_on, reason) =
            (row.day(Column::PaidOn), row.read(Column::Reason, |text| free_text("the reason", text)).flatten());
        let number = row.read(Column::InvoiceNo, |text| free_text("the invoice's number", text)).flatten();
        let key = row.read(Column::NumberKey, |text| free_text("the key", text)).flatten();
        let (qty, entry) = (row.parse::<i64>(Column::Qty), row.parse::<i64>(Column::Entry));
        let (net, vat) = (row.amount(Column::LineNet), row.amount(Column::LineVat));
        let recorded = was_recorded(row, Column::Recorded);
        let at = At {
            policy: Column::Policy.into(),
            judgement: Column::Judgement.into(),
            judged_on: Column::JudgedOn.into(),
        };
        let judgement = self.judgements.read(row, at, on);
        let typed = row.text(Column::Supplier).into_owned();
        let seller: Option<Supplier> = if typed.is_empty() { None } else { row.found(Column::Supplier, supplier::get(tx, &typed))? };
        if let Some(line) = line.as_ref().filter(|line| seller.as_ref().is_some_and(|seller| seller.id != line.supplier_id)) {
            let (order, supplier) = (line.reference.order, line.supplier.to_string());
            row.fault(Column::Supplier, PurchaseRefusal::OtherSupplier { order, supplier });
        }
        let (Some(line), Some(on), true) = (line, on, row.is_sound()) else {
            return Ok(None);
        };
        let name = InvoiceName::by_number(&number.unwrap_or_default());
        let tells_key = key.is_some();
        let name = InvoiceName { key: key.unwrap_or(name.key), entry, ..name };
        Ok(Some(Entry { line, name, tells_key, on, paid_on, reason, qty, net, vat, judgement, recorded }))
    }
}
