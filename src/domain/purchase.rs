//! Purchases: what a line of an order is, and whether its funds can bear it.

pub mod billing;
mod history;
mod judge;
pub mod ordering;
mod period;
pub mod receive;
mod recode;

pub use history::{History, InvoiceName, ToldJudgement};
pub use judge::{Funds, Proposal};
pub use period::{ClosedPeriod, revalued_on, tied_on};
pub use recode::{Bearing, RecodeRefusal, judge_move_day};

use super::date::{Date, in_words};
use super::fund::FundCode;
use super::instrument::{CategoryCode, TypeCode};
use super::money::Pence;
use super::reference::{LineRef, OrderRef};
use super::refusal::Refusal;
use super::shares::Shares;
use super::spend::{Life, parts};
use super::text::{Name, escape};
use super::words::{Group, Kind, LineState, Nature, Rule};
use crate::listing;

/// What is bought on one line of an order. Amounts are for the whole line, negative for a credit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which funds bear it.
    pub shares: Shares,
    pub category: Option<CategoryCode>,
    pub description: String,
    pub nature: Nature,
    pub type_code: Option<TypeCode>,
    pub size: Option<String>,
    pub kind: Option<Kind>,
    pub group: Option<Group>,
    pub adapted: bool,
    pub area: Option<String>,
    /// Never nought; negative for a credit.
    pub qty: i64,
    pub net: Pence,
    pub vat: Pence,
    /// A whole percentage; absent where the source states the tax itself.
    pub vat_rate: Option<u8>,
    pub vat_recoverable: bool,
}

impl Line {
    pub fn grant_cost(&self) -> Pence {
        grant_cost(self.net, self.vat, self.vat_recoverable)
    }

    /// What each of its funds bears.
    pub fn costs(&self) -> Vec<(FundCode, Pence)> {
        let amounts = self.shares.apportion(self.net).zip(self.shares.apportion(self.vat));
        let costs = amounts.map(|(net, vat)| grant_cost(net, vat, self.vat_recoverable));
        self.shares.iter().map(|share| share.fund.clone()).zip(costs).collect()
    }

    /// What the funds' rules need to know of it, ordered and invoiced on these days.
    pub fn proposal(&self, ordered_on: Option<Date>, invoiced_on: Option<Date>, overridden: bool) -> Proposal<'_> {
        Proposal {
            nature: self.nature,
            category: self.category.as_ref(),
            area: self.area.as_deref(),
            costs: self.costs(),
            ordered_on,
            invoiced_on,
            overridden,
        }
    }
}

/// What the fund bears: net if the buyer recovers VAT, gross if not.
pub fn grant_cost(net: Pence, vat: Pence, vat_recoverable: bool) -> Pence {
    if vat_recoverable { net } else { net + vat }
}

/// A supplier's invoice for a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invoice {
    /// Empty where it is not known: then it cannot be told from another.
    pub number: String,
    pub on: Date,
    pub paid_on: Option<Date>,
}

/// A line on record, with its order and all that its life has brought.
#[derive(Clone, Debug)]
pub struct OrderLine {
    pub reference: LineRef,
    /// The line's number in the file.
    pub id: i64,
    pub supplier_id: i64,
    pub supplier: Name,
    pub ordered_on: Option<Date>,
    /// As it was ordered, borne by the funds of its latest coding, in the category of that.
    pub line: Line,
    pub life: Life,
}

impl OrderLine {
    /// What each of these funds bears of it as it stands, or would bear.
    pub fn costs(&self, shares: &Shares) -> Vec<(FundCode, Pence)> {
        let mut all = Vec::new();
        parts(&self.life.ordered, &self.life.bills, Some(shares), &mut all);
        let of = |place: usize| all.iter().filter(|part| part.share == place).map(|part| part.cost).sum();
        shares.iter().enumerate().map(|(place, share)| (share.fund.clone(), of(place))).collect()
    }
}

listing! {
    /// One line of `purchase show`.
    pub struct ShownLine<'a> {
        line: LineRef,
        description: &'a str,
        nature: Nature,
        type_code as "type": &'a str,
        fund: &'a Shares,
        category: &'a str,
        qty: i64,
        cancelled: i64,
        received: i64,
        invoiced: i64,
        credited: i64,
        ordered_cost: Pence,
        cost: Pence,
        state: LineState,
        tags: String,
    }
}

/// A line to record, with as much of its life as is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPurchase {
    /// The order it belongs to, where the source names it; else the next free number.
    pub order: Option<OrderRef>,
    /// Its place in the order, where the source names it; else the next free one.
    pub line_number: Option<i64>,
    pub supplier_id: i64,
    pub ordered_on: Option<Date>,
    pub reference: Option<String>,
    pub off_framework_reason: Option<String>,
    pub line: Line,
    /// The day on which all of it arrived.
    pub received_on: Option<Date>,
    /// The invoice that bills all of it.
    pub invoice: Option<Invoice>,
    pub override_reason: Option<String>,
    /// Tells apart rows of a file that bears no references.
    pub import_key: Option<String>,
}

/// What was recorded: where it stands, and its number in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub reference: LineRef,
    pub line_id: i64,
}

impl NewPurchase {
    /// What the funds' rules need to know of it.
    pub fn proposal(&self) -> Proposal<'_> {
        let invoiced_on = self.invoice.as_ref().map(|invoice| invoice.on);
        self.line.proposal(self.ordered_on, invoiced_on, self.override_reason.is_some())
    }

    /// The day it is about: its invoice's, else its order's.
    pub fn on(&self) -> Option<Date> {
        self.invoice.as_ref().map(|invoice| invoice.on).or(self.ordered_on)
    }

    /// The first of the days whose figures it tells in: of several, that one says whether their period is closed.
    pub fn first_day(&self) -> Option<Date> {
        let paid_on = self.invoice.as_ref().and_then(|invoice| invoice.paid_on);
        [self.on(), self.received_on, paid_on].into_iter().flatten().min()
    }
}

/// Recorded all the same, but the person should know.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    #[error("{category} is over its plan by {}: {} planned from {fund}", .over.in_words(), .planned.in_words())]
    OverPlan { fund: FundCode, category: CategoryCode, planned: Pence, over: Pence },
    #[error("{fund} has no plan for {category}")]
    NotPlanned { fund: FundCode, category: CategoryCode },
    #[error("{} is over its share by {}: {} of {fund} is for it", escape(.area.as_str()), .over.in_words(), .share.in_words())]
    OverShare { fund: FundCode, area: Name, share: Pence, over: Pence },
    #[error("the invoice of {} falls outside the days of {fund} ({window})", in_words(*.on))]
    InvoicedOutside { fund: FundCode, on: Date, window: String },
    #[error("{0}; recorded for the reason given with --override")]
    Overridden(PurchaseRefusal),
    #[error("the invoice of {} comes before the order of {}", in_words(*.on), in_words(*.ordered_on))]
    InvoicedBeforeOrder { on: Date, ordered_on: Date },
}

impl Warning {
    /// What is to be said of an invoice that comes before its order: one of the two days is likely to be wrong.
    pub fn of_early_invoice(ordered_on: Option<Date>, invoiced_on: Option<Date>) -> Option<Warning> {
        let (ordered_on, on) = ordered_on.zip(invoiced_on)?;
        (on < ordered_on).then_some(Warning::InvoicedBeforeOrder { on, ordered_on })
    }

    /// The rule that it went against, where it went against one.
    pub fn overridden_rule(&self) -> Option<Rule> {
        match self {
            Warning::Overridden(refusal) => refusal.rule(),
            _ => None,
        }
    }
}

/// Why a purchase was not recorded.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PurchaseRefusal {
    #[error("a line of nature {nature} cannot be paid from {fund}, which is a capital fund")]
    NatureNotBought { fund: FundCode, nature: Nature },
    #[error("an order of {} falls outside the days of {fund} ({window})", in_words(*.on))]
    OrderedOutside { fund: FundCode, on: Date, window: String },
    #[error("{} is more than {fund} has left, which is {}", .cost.in_words(), .remaining.in_words())]
    OverAward { fund: FundCode, cost: Pence, remaining: Pence },
    #[error("invoice {} of {supplier} is on record with another day, {}", escape(.number), in_words(*.on))]
    InvoiceOfAnotherDay { supplier: String, number: String, on: Date },
    #[error("invoice {} of {supplier} has this line already: {line}", escape(.number))]
    InvoicedAlready { supplier: String, number: String, line: LineRef },
    #[error("{} falls in a period that is closed until {}", in_words(*.on), in_words(*.until))]
    ClosedPeriod { on: Date, until: Date },
    #[error("{given} {} for {}", if *.given == 1 { "tag was given" } else { "tags were given" }, instruments(*.wanted))]
    TagCount { given: usize, wanted: i64 },
    #[error("{line} is recorded already")]
    LineTaken { line: LineRef },
    #[error("{order} is an order with {supplier}, not with this supplier")]
    OtherSupplier { order: OrderRef, supplier: String },
    #[error("there is no order {0}")]
    UnknownOrder(OrderRef),
    #[error("there is no line {0}")]
    UnknownLine(LineRef),
    #[error("{quantity} at {} is more money than can be recorded", .unit.in_words())]
    TooMuch { quantity: i64, unit: Pence },
    #[error("credit {} of {supplier} gives back {} net of {line} on {} already", escape(.number), .net.in_words(), in_words(*.on))]
    CreditedAlready { supplier: String, number: String, line: LineRef, on: Date, net: Pence },
}

/// `1 instrument`, `2 instruments`.
fn instruments(count: i64) -> String {
    if count == 1 { "1 instrument".to_string() } else { format!("{count} instruments") }
}

impl PurchaseRefusal {
    /// The rule behind it, where a reason given with `--override` can go against it.
    pub fn rule(&self) -> Option<Rule> {
        match self {
            PurchaseRefusal::NatureNotBought { .. } => Some(Rule::Nature),
            PurchaseRefusal::OrderedOutside { .. } => Some(Rule::Window),
            PurchaseRefusal::OverAward { .. } => Some(Rule::Award),
            PurchaseRefusal::InvoicedAlready { .. } | PurchaseRefusal::CreditedAlready { .. } => {
                Some(Rule::BilledBefore)
            }
            PurchaseRefusal::ClosedPeriod { .. } => Some(Rule::ClosedPeriod),
            _ => None,
        }
    }

    /// A warning where somebody gave a reason and a reason helps, else the refusal it is.
    pub fn unless(self, overridden: bool) -> Result<Warning, PurchaseRefusal> {
        if overridden && self.rule().is_some() { Ok(Warning::Overridden(self)) } else { Err(self) }
    }
}

impl Refusal for PurchaseRefusal {
    fn hint(&self) -> Option<String> {
        use PurchaseRefusal as No;
        let hint = match self {
            No::NatureNotBought { .. } => "name a revenue fund, or say why with --override",
            No::OrderedOutside { .. } => "check the day (--on) and the fund, or say why with --override",
            No::OverAward { .. } => "'ledgerline report spend' shows where it went; or say why with --override",
            No::InvoiceOfAnotherDay { .. } => "check the number and the day; the same invoice has one day",
            No::InvoicedAlready { .. } => "if it truly bills the same again, say why with --override",
            No::CreditedAlready { .. } => "if the supplier truly gives the same again, say why with --override",
            No::ClosedPeriod { .. } => {
                "give another day, or say why with --override; the setting closed-until says which days are closed"
            }
            No::TagCount { .. } => "give a tag for each, or leave --tags out to get the next free ones",
            No::OtherSupplier { .. } => "check the order's reference",
            No::UnknownOrder(_) | No::UnknownLine(_) => "'ledgerline purchase list' shows every order and its lines",
            No::LineTaken { .. } | No::TooMuch { .. } => return None,
        };
        Some(hint.to_string())
    }
}

/// An amount shared out over so many instruments without losing a penny: the first ones cost a penny more.
pub fn shared_out(amount: Pence, over: i64) -> impl Iterator<Item = Pence> {
    let over = over.max(1);
    let (each, left) = (amount.pence().div_euclid(over), amount.pence().rem_euclid(over));
    (0..over).map(move |place| Pence::new(if place < left { each + 1 } else { each }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_penny_is_lost(amount in 0i64..10_000_000_000, over in 1i64..500) {
            let shares: Vec<Pence> = shared_out(Pence::new(amount), over).collect();
            prop_assert_eq!(shares.len() as i64, over);
            prop_assert_eq!(shares.iter().copied().sum::<Pence>(), Pence::new(amount));
            prop_assert!(shares.iter().all(|share| (share.pence() - amount / over).abs() <= 1));
        }
    }
}
