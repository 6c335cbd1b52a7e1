//! Billing: how much of a line an invoice may bill, a credit give back and a cancellation release.

mod refusal;
mod wanted;

pub use refusal::{BillingRefusal, PaymentWarning};
pub use wanted::{Extra, Wanted};

use super::{Line, OrderLine, PurchaseRefusal};
use crate::domain::date::Date;
use crate::domain::fund::FundCode;
use crate::domain::money::Pence;
use crate::domain::reference::OrderRef;
use crate::domain::spend::Bill;
use crate::domain::text::fold;

/// What an invoice says of one line; negative where it gives credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Billed {
    /// Nought where a credit is for the price alone.
    pub qty: i64,
    pub net: Pence,
    pub vat: Pence,
}

/// An invoice or a credit, with what it bills of one order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderInvoice {
    /// Its number in the file.
    pub id: i64,
    /// Empty where it is not known.
    pub number: String,
    pub on: Date,
    pub paid_on: Option<Date>,
    pub net: Pence,
    pub vat: Pence,
    /// Whether all that it bills of the order gives something back.
    pub is_credit: bool,
    /// Why it gives credit, where somebody said.
    pub reason: Option<String>,
}

impl OrderInvoice {
    /// What it bills of the order, with the tax.
    pub fn gross(&self) -> Pence {
        self.net + self.vat
    }
}

/// The part of a line that an invoice bills: all that is left unless it says how many, at the price ordered unless it says
/// another for the whole part.
pub fn bill(line: &OrderLine, qty: Option<i64>, net: Option<Pence>) -> Result<Billed, BillingRefusal> {
    let (ordered, bills) = (&line.life.ordered, line.life.bills.as_slice());
    let left = ordered.unbilled(bills);
    let count = qty.unwrap_or(left);
    if left == 0 {
        return Err(BillingRefusal::LineDone(line.reference));
    }
    if count > left {
        return Err(BillingRefusal::MoreThanLeft { line: line.reference, asked: count, left });
    }
    let sign = ordered.qty.signum();
    let (net, vat) = match net {
        Some(net) => {
            let net = if sign < 0 { -net } else { net };
            (net, vat_on(&line.line, net))
        }
        None => {
            let done = ordered.billed(bills);
            ordered.price(done, done + count)
        }
    };
    Ok(Billed { qty: count * sign, net, vat })
}

/// The credit that a supplier gives for a line on a day. What credits all that is left of the price credits all that is left
/// of its VAT, so that no penny stays behind.
pub fn credit(line: &OrderLine, net: Pence, qty: i64, on: Date) -> Result<Billed, BillingRefusal> {
    let (reference, bills) = (line.reference, line.life.bills.as_slice());
    let first = bills.iter().map(|bill| bill.on).min();
    let first = first.ok_or(BillingRefusal::NothingToCredit(reference))?;
    if line.life.ordered.is_credit() {
        return Err(BillingRefusal::IsCredit(reference));
    }
    if on < first {
        return Err(BillingRefusal::CreditedBefore { line: reference, on, first });
    }
    if net == Pence::ZERO {
        return Err(BillingRefusal::CreditOfNothing);
    }
    let net_left: Pence = bills.iter().map(|bill| bill.net).sum();
    let vat_left: Pence = bills.iter().map(|bill| bill.vat).sum();
    let qty_left = line.life.billed_qty();
    if net > net_left {
        return Err(BillingRefusal::CreditOverPrice { line: reference, asked: net, left: net_left });
    }
    if qty > qty_left {
        return Err(BillingRefusal::CreditOverNumber { line: reference, asked: qty, left: qty_left });
    }
    let vat = if net == net_left { vat_left } else { vat_on(&line.line, net).min(vat_left) };
    Ok(Billed { qty: -qty, net: -net, vat: -vat })
}

/// Refuses a credit under an invoice's number of more than that invoice has left, after the credits that bear its number.
pub fn within_invoice(line: &OrderLine, number: &str, net: Pence, qty: i64) -> Result<(), BillingRefusal> {
    let number = fold(number);
    let of_invoice = || line.life.bills.iter().filter(|bill| fold(&bill.number) == number);
    let net_left: Pence = of_invoice().map(|bill| bill.net).sum();
    let qty_left: i64 = of_invoice().map(|bill| bill.qty).sum();
    match (net > net_left, qty > qty_left) {
        (true, _) => Err(BillingRefusal::CreditOverPrice { line: line.reference, asked: net, left: net_left }),
        (_, true) => Err(BillingRefusal::CreditOverNumber { line: line.reference, asked: qty, left: qty_left }),
        _ => Ok(()),
    }
}

/// What says that a credit was recorded before: of the same number and day, so much and so many of the same line.
pub fn credited_before(line: &OrderLine, number: &str, billed: &Billed, on: Date) -> Option<PurchaseRefusal> {
    let number = fold(number);
    let is_same = |bill: &&Bill| {
        let (is_credit, alike) = (bill.is_credit(), (bill.qty, bill.net) == (billed.qty, billed.net));
        is_credit && alike && bill.on == on && fold(&bill.number) == number
    };
    let held = line.life.bills.iter().find(is_same)?;
    Some(PurchaseRefusal::CreditedAlready {
        supplier: line.supplier.to_string(),
        number: held.number.clone(),
        line: line.reference,
        on,
        net: -billed.net,
    })
}

/// How many of a line a cancellation releases: all that is neither invoiced nor here, unless it says how many.
pub fn cancel(line: &OrderLine, qty: Option<i64>) -> Result<i64, BillingRefusal> {
    let ordered = &line.life.ordered;
    let (invoiced, arrived) = (ordered.billed(&line.life.bills), ordered.arrived());
    let open = (ordered.wanted() - invoiced.max(arrived)).max(0);
    let asked = qty.unwrap_or(open);
    if asked > open || open == 0 {
        return Err(BillingRefusal::NotToCancel {
            line: line.reference,
            ordered: ordered.qty.abs(),
            invoiced,
            arrived,
            cancelled: ordered.cancelled,
            open,
        });
    }
    Ok(asked)
}

/// The invoices of an order that a payment settles: those not paid yet, of this number where one is given.
pub fn to_pay<'i>(
    order: OrderRef,
    invoices: &'i [OrderInvoice],
    number: Option<&str>,
) -> Result<Vec<&'i OrderInvoice>, BillingRefusal> {
    if invoices.is_empty() {
        return Err(BillingRefusal::NotInvoiced(order));
    }
    let wanted = number.map(fold);
    let meant = |invoice: &&OrderInvoice| wanted.as_ref().is_none_or(|wanted| fold(&invoice.number) == *wanted);
    let meant: Vec<&OrderInvoice> = invoices.iter().filter(meant).collect();
    if let (Some(number), true) = (number, meant.is_empty()) {
        return Err(BillingRefusal::UnknownInvoice { order, number: number.to_string() });
    }
    let last = meant.iter().filter_map(|invoice| invoice.paid_on).max();
    let unpaid: Vec<&OrderInvoice> = meant.into_iter().filter(|invoice| invoice.paid_on.is_none()).collect();
    match (unpaid.is_empty(), last) {
        (true, Some(on)) => Err(BillingRefusal::PaidAlready { order, number: number.map(str::to_string), on }),
        _ => Ok(unpaid),
    }
}

/// The VAT on a price of a line: by its rate, rounded half up once; in the proportion ordered where the source stated the tax.
fn vat_on(line: &Line, net: Pence) -> Pence {
    if let Some(rate) = line.vat_rate {
        return net.percent(rate);
    }
    let whole = i128::from(line.net.pence());
    if whole == 0 {
        return Pence::ZERO;
    }
    let product = i128::from(net.pence()) * i128::from(line.vat.pence());
    let rounded = (product.abs() * 2 + whole.abs()) / (2 * whole.abs()) * product.signum() * whole.signum();
    Pence::new(i64::try_from(rounded).unwrap_or(line.vat.pence()))
}

/// What each of its funds bears of a line more than before, once it is billed so; below nought where it bears less.
pub fn increase(line: &OrderLine, billed: &Billed, on: Date) -> Vec<(FundCode, Pence)> {
    let mut after = line.clone();
    after.life.bills.push(Bill {
        invoice_id: 0,
        number: String::new(),
        on,
        paid_on: None,
        qty: billed.qty,
        net: billed.net,
        vat: billed.vat,
        judged: None,
    });
    let shares = &line.line.shares;
    let pairs = after.costs(shares).into_iter().zip(line.costs(shares));
    pairs.map(|((fund, after), (_, before))| (fund, after - before)).collect()
}

/// A line that nobody ordered and an invoice bills: borne and taxed as the first line of the order is, and for the area that
/// the whole order is for; where its lines differ in that, for none.
pub fn extra_line(first: &Line, all: &[OrderLine], extra: &Extra) -> Line {
    let key = |line: &Line| line.area.as_deref().map(fold);
    let is_for_one_area = all.iter().all(|other| key(&other.line) == key(first));
    Line {
        shares: first.shares.clone(),
        category: None,
        description: extra.nature.to_string(),
        nature: extra.nature,
        type_code: None,
        size: None,
        kind: None,
        group: None,
        adapted: false,
        area: first.area.clone().filter(|_| is_for_one_area),
        qty: 1,
        net: extra.net,
        vat: vat_on(first, extra.net),
        vat_rate: first.vat_rate,
        vat_recoverable: first.vat_recoverable,
    }
}

#[cfg(test)]
mod tests;
