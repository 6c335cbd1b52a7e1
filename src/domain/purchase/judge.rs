//! Whether funds can bear a line: their nature, their days, their award, their plan and their shares.

use std::collections::BTreeMap;

use super::{PurchaseRefusal, Warning};
use crate::domain::date::Date;
use crate::domain::fund::{FundCode, FundFacts};
use crate::domain::instrument::CategoryCode;
use crate::domain::money::Pence;
use crate::domain::words::{FundNature, Nature};

/// What the rules of funds look at in a line.
#[derive(Clone, Debug)]
pub struct Proposal<'a> {
    pub nature: Nature,
    pub category: Option<&'a CategoryCode>,
    /// The local area that benefits.
    pub area: Option<&'a str>,
    /// What each fund is to bear more than before; below nought where it bears less.
    pub costs: Vec<(FundCode, Pence)>,
    pub ordered_on: Option<Date>,
    pub invoiced_on: Option<Date>,
    /// Somebody has given a reason to go against the rules.
    pub overridden: bool,
}

/// The funds that purchases touch, each with all that decides; brought up to date line by line.
#[derive(Clone, Debug, Default)]
pub struct Funds {
    facts: BTreeMap<FundCode, FundFacts>,
}

impl Funds {
    pub fn get(&self, fund: &FundCode) -> Option<&FundFacts> {
        self.facts.get(fund)
    }

    pub fn add(&mut self, facts: FundFacts) {
        self.facts.insert(facts.fund.code.clone(), facts);
    }

    /// Whether each of its funds can bear a line: the warnings, or the first refusal. With a reason to override, what would be
    /// refused is a warning too. Credits and what costs nothing are never over an award or a plan. A line that can be
    /// borne is taken into account.
    pub fn judge(&mut self, proposal: &Proposal<'_>) -> Result<Vec<Warning>, PurchaseRefusal> {
        self.judge_by(proposal, |facts, cost| {
            let breaches = [nature_breach(facts, proposal), window_breach(facts, proposal), award_breach(facts, cost)];
            breaches.into_iter().flatten().collect()
        })
    }

    /// The same for a line on record, whose nature and day were judged when it was ordered: only what it costs more counts.
    pub fn judge_increase(&mut self, proposal: &Proposal<'_>) -> Result<Vec<Warning>, PurchaseRefusal> {
        self.judge_by(proposal, |facts, cost| award_breach(facts, cost).into_iter().collect())
    }

    /// Whether any of its funds has not the money left for a line.
    pub fn lack_money_for(&self, proposal: &Proposal<'_>) -> bool {
        let lacks = |(fund, cost): &(FundCode, Pence)| {
            self.facts.get(fund).and_then(|facts| award_breach(facts, *cost)).is_some()
        };
        proposal.costs.iter().any(lacks)
    }

    fn judge_by(
        &mut self,
        proposal: &Proposal<'_>,
        breaches: impl Fn(&FundFacts, Pence) -> Vec<PurchaseRefusal>,
    ) -> Result<Vec<Warning>, PurchaseRefusal> {
        let mut warnings = Vec::new();
        for (fund, cost) in &proposal.costs {
            if let Some(facts) = self.facts.get(fund) {
                warnings.extend(judge_one(facts, proposal, *cost, breaches(facts, *cost))?);
            }
        }
        for (fund, cost) in &proposal.costs {
            if let Some(facts) = self.facts.get_mut(fund) {
                facts.take(proposal.category, proposal.area, *cost);
            }
        }
        Ok(warnings)
    }
}

impl Funds {
    /// What speaks against a fund's bearing so much more of a line, its plan aside; refused unless overridden.
    pub(super) fn breaches(
        &self,
        fund: &FundCode,
        proposal: &Proposal<'_>,
        more: Pence,
    ) -> Result<Vec<Warning>, PurchaseRefusal> {
        let Some(facts) = self.facts.get(fund) else {
            return Ok(Vec::new());
        };
        let breaches = [nature_breach(facts, proposal), window_breach(facts, proposal), award_breach(facts, more)];
        breaches.into_iter().flatten().map(|breach| breach.unless(proposal.overridden)).collect()
    }

    /// Whether so much more is over a fund's award; refused unless overridden.
    pub(super) fn over_award(
        &self,
        fund: &FundCode,
        more: Pence,
        overridden: bool,
    ) -> Result<Option<Warning>, PurchaseRefusal> {
        let breach = self.facts.get(fund).and_then(|facts| award_breach(facts, more));
        breach.map(|breach| breach.unless(overridden)).transpose()
    }

    /// Whether a fund's plan for the category or its share for the area does not hold so much more.
    pub(super) fn over_plan(&self, fund: &FundCode, proposal: &Proposal<'_>, cost: Pence) -> Vec<Warning> {
        let facts = self.facts.get(fund);
        let warnings = facts
            .map(|facts| [plan_warning(facts, proposal.category, cost), share_warning(facts, proposal.area, cost)]);
        warnings.into_iter().flatten().flatten().collect()
    }

    pub(super) fn take(
        &mut self,
        fund: &FundCode,
        (category, area): (Option<&CategoryCode>, Option<&str>),
        cost: Pence,
    ) {
        if let Some(facts) = self.facts.get_mut(fund) {
            facts.take(category, area, cost);
        }
    }
}

fn judge_one(
    facts: &FundFacts,
    proposal: &Proposal<'_>,
    cost: Pence,
    breaches: Vec<PurchaseRefusal>,
) -> Result<Vec<Warning>, PurchaseRefusal> {
    let breaches = breaches.into_iter().map(|breach| breach.unless(proposal.overridden));
    let mut warnings = breaches.collect::<Result<Vec<_>, _>>()?;
    let order_told =
        warnings.iter().any(|told| matches!(told, Warning::Overridden(PurchaseRefusal::OrderedOutside { .. })));
    let outside = proposal.invoiced_on.filter(|&day| !order_told && !facts.fund.allows(day));
    warnings.extend(outside.map(|on| Warning::InvoicedOutside {
        fund: facts.fund.code.clone(),
        on,
        window: facts.fund.window(),
    }));
    warnings.extend(plan_warning(facts, proposal.category, cost));
    warnings.extend(share_warning(facts, proposal.area, cost));
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

fn award_breach(facts: &FundFacts, cost: Pence) -> Option<PurchaseRefusal> {
    let remaining = facts.fund.award - facts.used;
    let over = cost > Pence::ZERO && cost > remaining;
    over.then(|| PurchaseRefusal::OverAward { fund: facts.fund.code.clone(), cost, remaining })
}

fn plan_warning(facts: &FundFacts, category: Option<&CategoryCode>, cost: Pence) -> Option<Warning> {
    let code = category.filter(|_| cost > Pence::ZERO)?;
    let category = facts.categories.get(code).copied().unwrap_or_default();
    let fund = facts.fund.code.clone();
    match category.planned {
        Some(planned) => {
            let over = category.used + cost - planned;
            let is_over = over > Pence::ZERO;
            is_over.then(|| Warning::OverPlan { fund, category: code.clone(), planned, over })
        }
        None if facts.is_planned() => Some(Warning::NotPlanned { fund, category: code.clone() }),
        None => None,
    }
}

fn share_warning(facts: &FundFacts, area: Option<&str>, cost: Pence) -> Option<Warning> {
    let area = facts.area(area).filter(|_| cost > Pence::ZERO)?;
    let over = cost - area.left();
    let fund = facts.fund.code.clone();
    (over > Pence::ZERO).then(|| Warning::OverShare { fund, area: area.area.clone(), share: area.share, over })
}

#[cfg(test)]
mod tests;
