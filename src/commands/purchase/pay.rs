//! `purchase pay`.

use anyhow::Result;
use clap::Args;

use super::billing::number_given;
use crate::cli::DayArg;
use crate::commands::Desk;
use crate::commands::overriding::Overriding;
use crate::domain::date::{Date, in_words};
use crate::domain::fund::FundCode;
use crate::domain::money::Pence;
use crate::domain::purchase::billing::{BillingRefusal, OrderInvoice, PaymentWarning, to_pay};
use crate::domain::purchase::{OrderLine, Warning};
use crate::domain::reference::OrderRef;
use crate::domain::refusal::refuse;
use crate::store::journal::Event;
use crate::store::overriding::{self, Against};
use crate::store::purchase::{billing, story};
use crate::store::{Tx, fund, purchase};

/// Mark the invoices of an order as paid: all that are not, or the one that is named.
///
/// An invoice is paid whole, also where it bills other orders too. A credit that is not settled yet is settled with the rest.
///
/// Example: ledgerline purchase pay O12 --invoice INV-1042 --on 2026-03-20
#[derive(Debug, Args)]
pub struct Pay {
    order: OrderRef,
    /// Only this invoice
    #[arg(long = "invoice", value_name = "NUMBER", allow_hyphen_values = true)]
    number: Option<String>,
    /// The day it was paid, today or before
    #[arg(long, default_value = "today", value_name = "DATE")]
    on: DayArg,
    #[command(flatten)]
    overriding: Overriding,
}

/// What was paid, and what the person should know of it.
struct Paid {
    invoices: Vec<(OrderInvoice, Vec<OrderRef>)>,
    closed: Option<Warning>,
    warnings: Vec<PaymentWarning>,
}

impl Pay {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let on = self.on.on(today)?;
        if on > today {
            return Err(refuse(BillingRefusal::NotYet { what: "payment", on }));
        }
        let number = self.number.as_deref().map(|number| number_given("invoice", number)).transpose()?;
        let reason = self.overriding.reason()?;
        let mut db = desk.open()?;
        let paid = desk.change(&mut db, |tx| {
            let (paid, lines) = self.pay(tx, number.as_deref(), on, reason.as_deref())?;
            let (subject, about) = (self.order.to_string(), billing::about(tx, &lines)?);
            let summary = paid.summary(self.order, on);
            Ok((paid, Some(Event { on, command: "purchase pay", subject, summary, about })))
        })?;
        paid.tell(desk, self.order, on)
    }

    fn pay(&self, tx: &Tx, number: Option<&str>, on: Date, reason: Option<&str>) -> Result<(Paid, Vec<OrderLine>)> {
        purchase::order(tx, self.order)?;
        let invoices = story::invoices(tx, self.order)?;
        let chosen = to_pay(self.order, &invoices, number).map_err(refuse)?;
        let closed = overriding::judge_day(tx, on, reason.is_some())?;
        let mut warnings = Vec::new();
        let mut paid = Vec::new();
        let mut lines: Vec<OrderLine> = Vec::new();
        for invoice in chosen {
            if on < invoice.on {
                warnings.push(PaymentWarning::BeforeInvoice { on, invoiced_on: invoice.on });
            }
            let orders = billing::orders_of(tx, invoice.id)?;
            for order in &orders {
                let bills = |line: &OrderLine| line.life.bills.iter().any(|bill| bill.invoice_id == invoice.id);
                let is_new = |line: &OrderLine| lines.iter().all(|held| held.reference != line.reference);
                let found: Vec<OrderLine> = purchase::lines(tx, *order)?;
                let found: Vec<OrderLine> = found.into_iter().filter(|line| bills(line) && is_new(line)).collect();
                lines.extend(found);
            }
            billing::pay(tx, invoice.id, on)?;
            paid.push((invoice.clone(), orders.into_iter().filter(|order| *order != self.order).collect()));
        }
        warnings.extend(outside(tx, &lines, on)?);
        for line in &lines {
            let against = Against { subject: &line.reference.to_string(), line_id: Some(line.id), on, reason };
            overriding::keep(tx, against, closed.as_slice())?;
        }
        Ok((Paid { invoices: paid, closed, warnings }, lines))
    }
}

/// The funds whose days a payment for these lines falls outside of.
fn outside(tx: &Tx, lines: &[OrderLine], on: Date) -> Result<Vec<PaymentWarning>> {
    let mut codes: Vec<&FundCode> = Vec::new();
    let mut warnings = Vec::new();
    for share in lines.iter().flat_map(|line| line.line.shares.iter()) {
        if codes.contains(&&share.fund) {
            continue;
        }
        codes.push(&share.fund);
        let found = fund::get(tx, share.fund.as_str())?;
        if !found.allows(on) {
            warnings.push(PaymentWarning::Outside { window: found.window(), fund: found.code, on });
        }
    }
    Ok(warnings)
}

impl Paid {
    /// `Paid invoice N1 of O12 on 20 Mar 2026: £120.00 with VAT`
    fn summary(&self, order: OrderRef, on: Date) -> String {
        let gross: Pence = self.invoices.iter().map(|(invoice, _)| invoice.gross()).sum();
        let (what, on, gross) = (self.what(), in_words(on), gross.in_words());
        format!("Paid {what} of {order} on {on}: {gross} with VAT")
    }

    fn what(&self) -> String {
        let name = |(invoice, _): &(OrderInvoice, Vec<OrderRef>)| match (invoice.is_credit, invoice.number.as_str()) {
            (true, number) => format!("credit {number}"),
            (false, "") => format!("the invoice of {}", in_words(invoice.on)),
            (false, number) => format!("invoice {number}"),
        };
        self.invoices.iter().map(name).collect::<Vec<_>>().join(", ")
    }

    fn tell(&self, desk: &mut Desk<'_, '_>, order: OrderRef, on: Date) -> Result<()> {
        self.closed.iter().try_for_each(|warning| desk.warn(warning))?;
        self.warnings.iter().try_for_each(|warning| desk.warn(warning))?;
        desk.say(format!("{}.", self.summary(order, on)))?;
        for (invoice, others) in self.invoices.iter().filter(|(_, others)| !others.is_empty()) {
            let others: Vec<String> = others.iter().map(OrderRef::to_string).collect();
            let (number, others) = (&invoice.number, others.join(", "));
            desk.say(match invoice.is_credit {
                true => format!("Credit {number} is for {others} too: that is settled with it."),
                false => format!("Invoice {number} bills {others} too: that is paid with it."),
            })?;
        }
        Ok(())
    }
}
