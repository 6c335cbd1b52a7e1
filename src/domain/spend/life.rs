//! The life of a purchase line: ordered, arrived, billed, credited, cancelled; and the parts it falls into.

use crate::domain::date::Date;
use crate::domain::money::Pence;
use crate::domain::policy::Judgement;
use crate::domain::purchase::grant_cost;
use crate::domain::shares::Shares;
use crate::domain::words::LineState;

/// What was ordered of a line, and what of it arrived or will not come. `qty`, `net`, `vat` and `received` are negative
/// for a credit; `cancelled` never is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ordered {
    pub qty: i64,
    pub net: Pence,
    pub vat: Pence,
    pub vat_recoverable: bool,
    pub received: i64,
    pub cancelled: i64,
}

/// What one invoice billed of a line; negative where it gives credit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    /// The invoice's number in the file.
    pub invoice_id: i64,
    /// Empty where it is not known, or where it was not asked for.
    pub number: String,
    pub on: Date,
    pub paid_on: Option<Date>,
    /// Nought where a credit is for the price alone.
    pub qty: i64,
    pub net: Pence,
    pub vat: Pence,
    /// None where no policy has judged it, or where it was not asked for.
    pub judged: Option<Judgement>,
}

/// A part of a line that stands differently from the rest, as far as one fund bears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub state: LineState,
    /// Of the line, whole for each fund that bears it.
    pub qty: i64,
    pub net: Pence,
    pub vat: Pence,
    /// What the fund bears: net if VAT is recovered, gross if not.
    pub cost: Pence,
    /// Its bill by its place among the line's; none for what is not billed.
    pub bill: Option<usize>,
    /// Its fund by its place among those that bear the line.
    pub share: usize,
}

/// The pool a line belongs to, and how its total was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pooled {
    pub name: String,
    pub judged: Judgement,
}

/// All that one line's life has brought, as it stood on the day that was asked for.
#[derive(Clone, Debug, Default)]
pub struct Life {
    pub ordered: Ordered,
    /// In the order of their days.
    pub bills: Vec<Bill>,
    /// The funds of its latest coding, and the category that goes with them; none where it is as first recorded.
    pub coding: Option<(Shares, Option<String>)>,
    pub pool: Option<Pooled>,
    /// The tags of its instruments, in the order in which they were recorded, where they were asked for.
    pub tags: Vec<String>,
    /// How many instruments it has brought, and how many of them have left the stock.
    pub tagged: i64,
    pub retired: i64,
    pub parts: Vec<Part>,
}

impl Bill {
    /// Whether it gives back money or instruments, rather than taking them.
    pub fn is_credit(&self) -> bool {
        self.net.is_negative() || self.qty < 0
    }
}

impl Life {
    /// The funds that bear it since it was coded anew; none where it is as first recorded.
    pub fn shares(&self) -> Option<&Shares> {
        self.coding.as_ref().map(|(shares, _)| shares)
    }

    /// The code of the category it serves, given the one first recorded; empty where there is none.
    pub fn category<'c>(&'c self, first: &'c str) -> &'c str {
        self.coding.as_ref().map_or(first, |(_, coded)| coded.as_deref().unwrap_or(""))
    }

    /// Makes its parts anew from what was ordered, billed and coded.
    pub fn fall_into_parts(&mut self) {
        let mut into = std::mem::take(&mut self.parts);
        parts(&self.ordered, &self.bills, self.shares(), &mut into);
        self.parts = into;
    }

    /// How many were billed, less those that were credited.
    pub fn billed_qty(&self) -> i64 {
        self.bills.iter().map(|bill| bill.qty).sum()
    }

    /// How many of it are to stay with the hub: ordered, neither cancelled nor sent back for credit.
    pub fn kept_qty(&self) -> i64 {
        let credited = self.ordered.billed(&self.bills) - self.billed_qty();
        self.ordered.wanted() - credited.max(0)
    }

    /// What it costs as a whole, as it stands.
    pub fn cost(&self) -> Pence {
        self.ordered.cost(&self.bills)
    }

    /// How many pieces its instruments are, those included that were sent back for credit, and what all of them cost: each
    /// keeps its own until it leaves the stock, so that no later return changes what the others cost.
    pub fn goods(&self) -> (Pence, i64) {
        let returned =
            self.bills.iter().filter(|bill| bill.qty.signum() == -self.ordered.qty.signum() && bill.qty != 0);
        let given_back = returned.map(|bill| grant_cost(bill.net, bill.vat, self.ordered.vat_recoverable)).sum();
        (self.cost() - given_back, self.ordered.wanted())
    }
}

impl Ordered {
    /// Whether the line gives money back, as some imported orders do.
    pub fn is_credit(&self) -> bool {
        self.qty < 0
    }

    /// How many are still wanted: ordered and not cancelled.
    pub fn wanted(&self) -> i64 {
        self.qty.abs() - self.cancelled
    }

    /// How many the bills name, credits aside: those do not bring an order back.
    pub fn billed(&self, bills: &[Bill]) -> i64 {
        let bills = bills.iter().filter(|bill| bill.is_credit() == self.is_credit());
        bills.map(|bill| bill.qty.abs()).sum()
    }

    /// How many are still to be billed.
    pub fn unbilled(&self, bills: &[Bill]) -> i64 {
        (self.wanted() - self.billed(bills)).max(0)
    }

    /// How many have arrived.
    pub fn arrived(&self) -> i64 {
        self.received.abs()
    }

    /// The price of those from one count to another, as ordered: the pennies of all the ranges make up the line's.
    pub fn price(&self, from: i64, to: i64) -> (Pence, Pence) {
        let up_to = |amount: Pence, count: i64| {
            let part = i128::from(amount.pence()) * i128::from(count) / i128::from(self.qty.abs().max(1));
            // A part of an amount is no larger than the amount.
            Pence::new(i64::try_from(part).unwrap_or(amount.pence()))
        };
        (up_to(self.net, to) - up_to(self.net, from), up_to(self.vat, to) - up_to(self.vat, from))
    }

    /// What it costs as a whole as it stands: as billed what is billed, as ordered what is not.
    pub fn cost(&self, bills: &[Bill]) -> Pence {
        let billed: Pence = bills.iter().map(|bill| grant_cost(bill.net, bill.vat, self.vat_recoverable)).sum();
        let done = self.billed(bills).min(self.wanted());
        let (net, vat) = self.price(done, self.wanted());
        billed + grant_cost(net, vat, self.vat_recoverable)
    }

    /// How far all of the line has gone.
    pub fn state(&self, bills: &[Bill]) -> LineState {
        let all_billed = !bills.is_empty() && self.unbilled(bills) == 0;
        match () {
            () if all_billed && bills.iter().all(|bill| bill.paid_on.is_some()) => LineState::Paid,
            () if all_billed => LineState::Spent,
            () if self.arrived() != 0 && self.arrived() >= self.wanted() => LineState::Delivered,
            () => LineState::Committed,
        }
    }
}

/// The parts of a line: one for each bill, one for what arrived and is not billed, one for what has not arrived. Each of
/// them again for each fund, and no penny is lost between those. Bills come in the order of their days.
pub fn parts(ordered: &Ordered, bills: &[Bill], shares: Option<&Shares>, into: &mut Vec<Part>) {
    into.clear();
    let (mut net, mut vat) = (Pence::ZERO, Pence::ZERO);
    for (place, bill) in bills.iter().enumerate() {
        let state = if bill.paid_on.is_some() { LineState::Paid } else { LineState::Spent };
        let after = (net + bill.net, vat + bill.vat);
        let whole = Whole { state, qty: bill.qty, bill: Some(place), before: (net, vat), after };
        whole.share_out(ordered.vat_recoverable, shares, into);
        (net, vat) = after;
    }
    let wanted = ordered.wanted();
    let billed = ordered.billed(bills).min(wanted);
    let arrived = ordered.arrived().clamp(billed, wanted);
    for (state, from, to) in [(LineState::Delivered, billed, arrived), (LineState::Committed, arrived, wanted)] {
        if to > from {
            let (before, after) = (ordered.price(0, from), ordered.price(0, to));
            let qty = (to - from) * ordered.qty.signum();
            Whole { state, qty, bill: None, before, after }.share_out(ordered.vat_recoverable, shares, into);
        }
    }
}

/// A part before it is shared out: what the line had come to before it, and with it. What each fund bears is the
/// difference of what it bears of both, so that a line's parts add up to the penny fund by fund.
struct Whole {
    state: LineState,
    qty: i64,
    bill: Option<usize>,
    before: (Pence, Pence),
    after: (Pence, Pence),
}

impl Whole {
    fn share_out(&self, vat_recoverable: bool, shares: Option<&Shares>, into: &mut Vec<Part>) {
        let part = |share: usize, net: Pence, vat: Pence| {
            let cost = grant_cost(net, vat, vat_recoverable);
            Part { state: self.state, qty: self.qty, net, vat, cost, bill: self.bill, share }
        };
        let Some(shares) = shares else {
            into.push(part(0, self.after.0 - self.before.0, self.after.1 - self.before.1));
            return;
        };
        let nets = shares.apportion(self.after.0).zip(shares.apportion(self.before.0));
        let vats = shares.apportion(self.after.1).zip(shares.apportion(self.before.1));
        for (place, ((net, net_before), (vat, vat_before))) in nets.zip(vats).enumerate() {
            into.push(part(place, net - net_before, vat - vat_before));
        }
    }
}

#[cfg(test)]
mod tests;
