//! Purchases: what a line of an order is, and whether its fund can bear it.

use super::date::{Date, in_words};
use super::fund::{FundCode, FundFacts};
use super::instrument::{CategoryCode, TypeCode};
use super::money::Pence;
use super::reference::{LineRef, OrderRef};
use super::refusal::Refusal;
use super::text::escape;
use super::words::{FundNature, Group, Kind, Nature};

/// What is bought on one line of an order. Amounts are for the whole line, negative for a credit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub fund: FundCode,
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

/// What a fund's rules look at in a line.
#[derive(Clone, Copy, Debug)]
pub struct Proposal<'a> {
    pub nature: Nature,
    pub category: Option<&'a CategoryCode>,
    pub cost: Pence,
    pub ordered_on: Option<Date>,
    pub invoiced_on: Option<Date>,
    /// Somebody has given a reason to go against the rules.
    pub overridden: bool,
}

impl NewPurchase {
    /// What [`judge`] needs to know of it.
    pub fn proposal(&self) -> Proposal<'_> {
        Proposal {
            nature: self.line.nature,
            category: self.line.category.as_ref(),
            cost: self.line.grant_cost(),
            ordered_on: self.ordered_on,
            invoiced_on: self.invoice.as_ref().map(|invoice| invoice.on),
            overridden: self.override_reason.is_some(),
        }
    }
}

/// Recorded all the same, but the person should know.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    #[error("{category} is over its plan by {}: {} planned from {fund}", .over.in_words(), .planned.in_words())]
    OverPlan { fund: FundCode, category: CategoryCode, planned: Pence, over: Pence },
    #[error("{fund} has no plan for {category}")]
    NotPlanned { fund: FundCode, category: CategoryCode },
    #[error("the invoice of {} falls outside the days of {fund} ({window})", in_words(*.on))]
    InvoicedOutside { fund: FundCode, on: Date, window: String },
    #[error("{0}; recorded for the reason given with --override")]
    Overridden(PurchaseRefusal),
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
}

/// `1 instrument`, `2 instruments`.
fn instruments(count: i64) -> String {
    if count == 1 { "1 instrument".to_string() } else { format!("{count} instruments") }
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
            No::TagCount { .. } => "give a tag for each, or leave --tags out to get the next free ones",
            No::OtherSupplier { .. } => "check the order's reference",
            No::UnknownOrder(_) | No::UnknownLine(_) => "'ledgerline purchase list' shows every order and its lines",
            No::LineTaken { .. } | No::TooMuch { .. } => return None,
        };
        Some(hint.to_string())
    }
}

/// Whether a fund can bear a line: the warnings, or the refusal. With a reason to override, what would be refused is
/// a warning too. Credits and what costs nothing are never over an award or a plan.
pub fn judge(facts: &FundFacts, proposal: &Proposal<'_>) -> Result<Vec<Warning>, PurchaseRefusal> {
    let mut warnings = Vec::new();
    let breaches = [nature_breach(facts, proposal), window_breach(facts, proposal), award_breach(facts, proposal)];
    for breach in breaches.into_iter().flatten() {
        if !proposal.overridden {
            return Err(breach);
        }
        warnings.push(Warning::Overridden(breach));
    }
    let order_told =
        warnings.iter().any(|told| matches!(told, Warning::Overridden(PurchaseRefusal::OrderedOutside { .. })));
    let outside = proposal.invoiced_on.filter(|&day| !order_told && !facts.fund.allows(day));
    warnings.extend(outside.map(|on| Warning::InvoicedOutside {
        fund: facts.fund.code.clone(),
        on,
        window: facts.fund.window(),
    }));
    warnings.extend(plan_warning(facts, proposal));
    Ok(warnings)
}

fn nature_breach(facts: &FundFacts, proposal: &Proposal<'_>) -> Option<PurchaseRefusal> {
    let running_cost = matches!(proposal.nature, Nature::Repair | Nature::Consumable | Nature::Service);
    (facts.fund.nature == FundNature::Capital && running_cost)
        .then(|| PurchaseRefusal::NatureNotBought { fund: facts.fund.code.clone(), nature: proposal.nature })
}

fn window_breach(facts: &FundFacts, proposal: &Proposal<'_>) -> Option<PurchaseRefusal> {
    let outside = proposal.ordered_on.filter(|&day| !facts.fund.allows(day));
    outside.map(|on| PurchaseRefusal::OrderedOutside { fund: facts.fund.code.clone(), on, window: facts.fund.window() })
}

fn award_breach(facts: &FundFacts, proposal: &Proposal<'_>) -> Option<PurchaseRefusal> {
    let remaining = facts.fund.award - facts.used;
    let over = proposal.cost > Pence::ZERO && proposal.cost > remaining;
    over.then(|| PurchaseRefusal::OverAward { fund: facts.fund.code.clone(), cost: proposal.cost, remaining })
}

fn plan_warning(facts: &FundFacts, proposal: &Proposal<'_>) -> Option<Warning> {
    let code = proposal.category.filter(|_| proposal.cost > Pence::ZERO)?;
    let category = facts.categories.get(code).copied().unwrap_or_default();
    let fund = facts.fund.code.clone();
    match category.planned {
        Some(planned) => {
            let over = category.used + proposal.cost - planned;
            let is_over = over > Pence::ZERO;
            is_over.then(|| Warning::OverPlan { fund, category: code.clone(), planned, over })
        }
        None if facts.is_planned() => Some(Warning::NotPlanned { fund, category: code.clone() }),
        None => None,
    }
}

/// An amount shared out over so many instruments without losing a penny: the first ones cost a penny more.
pub fn shared_out(amount: Pence, over: i64) -> impl Iterator<Item = Pence> {
    let over = over.max(1);
    let (each, left) = (amount.pence().div_euclid(over), amount.pence().rem_euclid(over));
    (0..over).map(move |place| Pence::new(if place < left { each + 1 } else { each }))
}

#[cfg(test)]
mod tests;
