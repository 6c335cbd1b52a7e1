//! Whether a row may be billed, credited or paid: by the rules of the desk.

use anyhow::Result;

use super::read::{Column, Entry};
use super::{Invoices, Round, Row};
use crate::domain::money::Pence;
use crate::domain::purchase::billing::{self as rules, Billed, BillingRefusal};
use crate::domain::purchase::{InvoiceName, PurchaseRefusal, Warning};
use crate::domain::refusal::refuse;
use crate::import::kinds::money::refuse_closed;
use crate::store::purchase::billing;
use crate::store::purchase::crediting::{self, Note};
use crate::store::{Tx, fund};

/// The invoice that is to bear a bill.
pub enum OnInvoice {
    /// On record, by its number in the file.
    Held(i64),
    New(InvoiceName),
}

pub enum Verdict {
    Bills(Billed, OnInvoice),
    /// It gives back what a row further down may bill.
    Waits,
    /// The row's faults say why.
    Rejected,
}

impl Invoices {
    pub(super) fn judge(&mut self, tx: &Tx, row: &mut Row<'_>, entry: &Entry, round: Round) -> Result<Verdict> {
        refuse_closed(row, Column::InvoiceDate, self.closed, entry.on);
        self.judge_payment(row, entry);
        if !row.is_sound() {
            return Ok(Verdict::Rejected);
        }
        let billed = if entry.gives_back() { credited(entry) } else { billed(entry) };
        let billed = match billed {
            Ok(billed) => Billed { vat: entry.vat.unwrap_or(billed.vat), ..billed },
            Err(_) if entry.gives_back() && !round.last => return Ok(Verdict::Waits),
            Err(refusal) => {
                row.fault(column_of(&refusal), refusal);
                return Ok(Verdict::Rejected);
            }
        };
        let Some(on_invoice) = row.found(Column::InvoiceNo, self.invoice(tx, entry, &billed))? else {
            return Ok(Verdict::Rejected);
        };
        if let OnInvoice::Held(id) = on_invoice {
            let paid_on = billing::with_id(tx, id)?.and_then(|held| held.paid_on);
            if entry.paid_on.is_some() && entry.paid_on != paid_on {
                row.fault(Column::PaidOn, "is not the day on which the invoice was paid, as other rows of it say");
                return Ok(Verdict::Rejected);
            }
        }
        match self.judge_funds(tx, row, entry, &billed)? {
            true => Ok(Verdict::Bills(billed, on_invoice)),
            false => Ok(Verdict::Rejected),
        }
    }

    /// Notes why a payment cannot be recorded.
    pub(super) fn judge_payment(&self, row: &mut Row<'_>, entry: &Entry) {
        let Some(on) = entry.paid_on else { return };
        if on > self.terms.today {
            row.fault(Column::PaidOn, BillingRefusal::NotYet { what: "payment", on });
        }
        refuse_closed(row, Column::PaidOn, self.closed, on);
    }

    /// Whether the funds bear what is billed over the price ordered. Those of a bill that stood on record were asked then.
    fn judge_funds(&mut self, tx: &Tx, row: &mut Row<'_>, entry: &Entry, billed: &Billed) -> Result<bool> {
        let line = &entry.line;
        fund::load(tx, &line.line.shares, &mut self.funds)?;
        let mut proposal = line.line.proposal(line.ordered_on, Some(entry.on), entry.recorded);
        proposal.costs = rules::increase(line, billed, entry.on);
        let Some(mut warnings) = row.judged(self.funds.judge_increase(&proposal).map_err(refuse))? else {
            return Ok(false);
        };
        if !entry.recorded {
            warnings.extend(Warning::of_early_invoice(line.ordered_on, Some(entry.on)));
            self.warnings.add(row.line(), &warnings);
        }
        Ok(true)
    }

    /// The invoice that is to bear it, or the refusal of one that cannot.
    fn invoice(&self, tx: &Tx, entry: &Entry, billed: &Billed) -> Result<OnInvoice> {
        let (line, name) = (&entry.line, &entry.name);
        let known = name.entry.and_then(|entry| self.entries.get(&entry)).copied();
        let name = InvoiceName { entry: known.or(name.entry), ..name.clone() };
        if entry.gives_back() && !entry.tells_key && !name.number.is_empty() {
            match crediting::note(tx, line, &name.number, entry.on)? {
                Note::OnRecord(id) => return Ok(OnInvoice::Held(id)),
                Note::New => return Ok(OnInvoice::New(name)),
                Note::OfInvoice => {}
            }
            if !entry.recorded {
                let (net, qty) = (-billed.net, -billed.qty);
                rules::within_invoice(line, &name.number, net, qty).map_err(refuse)?;
                let before = rules::credited_before(line, &name.number, billed, entry.on);
                before.map_or(Ok(()), |refusal| Err(refuse(refusal)))?;
            }
            return Ok(OnInvoice::New(InvoiceName { key: String::new(), ..name }));
        }
        match billing::find_named(tx, line.supplier_id, &name, entry.on)? {
            None => Ok(OnInvoice::New(name)),
            Some(held) if held.on == entry.on => Ok(OnInvoice::Held(held.id)),
            Some(held) => {
                let (supplier, number) = (line.supplier.to_string(), name.number);
                Err(refuse(PurchaseRefusal::InvoiceOfAnotherDay {
                    supplier,
                    number,
                    on: held.on,
                }))
            }
        }
    }
}

/// The part of the line that a row bills.
fn billed(entry: &Entry) -> Result<Billed, BillingRefusal> {
    rules::bill(&entry.line, entry.qty.map(i64::abs), entry.net.map(Pence::size))
}

/// What a row gives back.
fn credited(entry: &Entry) -> Result<Billed, BillingRefusal> {
    let net = entry.net.unwrap_or_default().size();
    rules::credit(&entry.line, net, entry.qty.unwrap_or(0).abs(), entry.on)
}

/// The column that a refusal speaks of.
fn column_of(refusal: &BillingRefusal) -> Column {
    use BillingRefusal as No;
    match refusal {
        No::MoreThanLeft { .. } | No::CreditOverNumber { .. } => Column::Qty,
        No::CreditOverPrice { .. } | No::CreditOfNothing => Column::LineNet,
        No::CreditedBefore { .. } => Column::InvoiceDate,
        _ => Column::Line,
    }
}
