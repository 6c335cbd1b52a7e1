//! Moving a line to other funds or another category: what the funds that are to bear it say.

use super::judge::Funds;
use super::{OrderLine, Proposal, PurchaseRefusal, Warning};
use crate::domain::date::{Date, in_words};
use crate::domain::fund::FundCode;
use crate::domain::instrument::CategoryCode;
use crate::domain::money::Pence;
use crate::domain::reference::LineRef;
use crate::domain::refusal::Refusal;
use crate::domain::shares::Shares;

/// What bears a line: a category, and funds with what each of them bears.
#[derive(Clone, Copy, Debug)]
pub struct Bearing<'a> {
    pub category: Option<&'a CategoryCode>,
    pub costs: &'a [(FundCode, Pence)],
}

impl Bearing<'_> {
    fn of(&self, fund: &FundCode) -> Option<Pence> {
        self.costs.iter().find(|(code, _)| code == fund).map(|(_, cost)| *cost)
    }
}

impl Funds {
    /// Whether a line may move. A fund that is new to it, or that is to bear more of it, is asked whether it buys such a
    /// line and on that day; every fund, whether what it bears more is within its award; the plan, about what is new to
    /// the category. A move that goes through is taken into account.
    pub fn judge_move(&mut self, from: Bearing<'_>, to: &Proposal<'_>) -> Result<Vec<Warning>, PurchaseRefusal> {
        let after = Bearing { category: to.category, costs: &to.costs };
        let mut warnings = Vec::new();
        for (fund, cost) in &to.costs {
            let before = from.of(fund);
            let more = *cost - before.unwrap_or_default();
            if before.is_none() || more > Pence::ZERO {
                warnings.extend(self.breaches(fund, to, more)?);
            }
        }
        // A fund that loses a credit bears more than before.
        for (fund, cost) in from.costs.iter().filter(|(fund, _)| after.of(fund).is_none()) {
            warnings.extend(self.over_award(fund, -*cost, to.overridden)?);
        }
        for (fund, cost) in from.costs {
            self.take(fund, (from.category, to.area), -*cost);
        }
        for (fund, cost) in &to.costs {
            let is_new = from.category != to.category || *cost > from.of(fund).unwrap_or_default();
            warnings.extend(is_new.then(|| self.over_plan(fund, to, *cost)).into_iter().flatten());
            self.take(fund, (to.category, to.area), *cost);
        }
        Ok(warnings)
    }
}

/// Whether a line may be moved on a day: neither before its order nor before its last move, which would stand in its place.
pub fn judge_move_day(line: &OrderLine, last_moved: Option<Date>, on: Date, today: Date) -> Result<(), RecodeRefusal> {
    let reference = line.reference;
    if on > today {
        return Err(RecodeRefusal::NotYet(on));
    }
    if let Some(ordered_on) = line.ordered_on.filter(|ordered| on < *ordered) {
        return Err(RecodeRefusal::OrderedSince { line: reference, on, ordered_on });
    }
    match last_moved.filter(|last| on < *last) {
        Some(on) => Err(RecodeRefusal::MovedSince { line: reference, on }),
        None => Ok(()),
    }
}

impl OrderLine {
    /// What the funds need to know of it where these are to bear it from now on.
    pub fn moved_to<'c>(
        &'c self,
        shares: &Shares,
        category: Option<&'c CategoryCode>,
        overridden: bool,
    ) -> Proposal<'c> {
        Proposal {
            nature: self.line.nature,
            category,
            area: self.line.area.as_deref(),
            costs: self.costs(shares),
            ordered_on: self.ordered_on,
            invoiced_on: None,
            overridden,
        }
    }
}

/// Why a line was not moved.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecodeRefusal {
    #[error("nothing would change: {line} is borne by {funds} and its category is {category}")]
    Nothing { line: LineRef, funds: String, category: String },
    #[error("{} has not come yet", in_words(*.0))]
    NotYet(Date),
    #[error("{line} was moved on {}, after the day given", in_words(*.on))]
    MovedSince { line: LineRef, on: Date },
    #[error("{line} was not there on {}: its order is of {}", in_words(*.on), in_words(*.ordered_on))]
    OrderedSince { line: LineRef, on: Date, ordered_on: Date },
}

impl Refusal for RecodeRefusal {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            RecodeRefusal::Nothing { .. } => "name another fund with --fund or another category with --category",
            RecodeRefusal::NotYet(_) => "give today or a day before it",
            RecodeRefusal::MovedSince { .. } => "give that day or a later one",
            RecodeRefusal::OrderedSince { .. } => "give the day of the order or a later one",
        };
        Some(hint.to_string())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::fund::{CategoryFacts, Fund, FundFacts};
    use crate::domain::text::Name;
    use crate::domain::words::{FundNature, Nature};

    fn code(text: &str) -> FundCode {
        FundCode::from_record(text)
    }

    /// CIP with £100 awarded and £100 spent, all of it on WCET, which it plans £60 for; OWN with £50 and nothing spent.
    fn funds() -> Funds {
        let mut funds = Funds::default();
        for (name, nature, award, used) in
            [("CIP", FundNature::Capital, 10_000, 10_000), ("OWN", FundNature::Revenue, 5_000, 0)]
        {
            let fund = Fund {
                code: code(name),
                name: Name::from_record(name),
                nature,
                award: Pence::new(award),
                from_on: Some(date(2025, 1, 1)),
                spend_by: Some(date(2025, 12, 31)),
            };
            let mut facts = FundFacts::new(fund);
            facts.used = Pence::new(used);
            let planned = (name == "CIP").then(|| Pence::new(6_000));
            facts.categories.insert(category("WCET"), CategoryFacts { planned, used: Pence::new(used) });
            funds.add(facts);
        }
        funds
    }

    fn category(text: &str) -> CategoryCode {
        CategoryCode::from_record(text)
    }

    fn moved(
        from: (&str, &str, i64),
        to: (&str, &str, i64),
        nature: Nature,
        on: Date,
    ) -> Result<Vec<String>, PurchaseRefusal> {
        let (before, after) = (category(from.1), category(to.1));
        let costs = [(code(from.0), Pence::new(from.2))];
        let bearing = Bearing { category: Some(&before), costs: &costs };
        let proposal = Proposal {
            nature,
            category: Some(&after),
            area: None,
            costs: vec![(code(to.0), Pence::new(to.2))],
            ordered_on: Some(on),
            invoiced_on: None,
            overridden: false,
        };
        let warnings = funds().judge_move(bearing, &proposal)?;
        Ok(warnings.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn only_what_a_fund_bears_more_is_asked_about() {
        let (inside, outside) = (date(2025, 6, 1), date(2024, 6, 1));
        let violins = Nature::Instrument;
        // The last day of the window, the last penny of the award.
        assert_eq!(moved(("CIP", "WCET", 5_000), ("OWN", "WCET", 5_000), violins, date(2025, 12, 31)), Ok(vec![]));
        assert!(moved(("CIP", "WCET", 5_001), ("OWN", "WCET", 5_001), violins, inside).is_err());
        assert!(moved(("CIP", "WCET", 10), ("OWN", "WCET", 10), violins, outside).is_err());
        assert!(moved(("OWN", "WCET", 10), ("CIP", "WCET", 10), Nature::Repair, inside).is_err());
        // A repair leaves a capital fund, and a fund that is spent whole may still sort its lines.
        assert_eq!(moved(("CIP", "WCET", 10), ("OWN", "WCET", 10), Nature::Repair, inside), Ok(vec![]));
        assert_eq!(
            moved(("CIP", "WCET", 10), ("CIP", "PROG", 10), violins, outside),
            Ok(vec!["CIP has no plan for PROG".to_string()])
        );
        // The fund that loses a credit bears more.
        assert!(moved(("CIP", "WCET", -10), ("OWN", "WCET", -10), violins, inside).is_err());
    }
}
