//! Funds: money with an award, dates and rules; and the plan of what it should buy.

pub mod deadline;
pub mod extension;
pub mod payment;
pub mod share;

use std::collections::HashMap;

use self::share::AreaFacts;

use super::code::code;
use super::date::{Date, days_between, in_words};
use super::instrument::{CategoryCode, TypeCode};
use super::money::Pence;
use super::refusal::Refusal;
use super::spend::Sums;
use super::text::{Name, escape, fold};
use super::words::FundNature;
use crate::listing;

code!(
    /// A fund's code: `CIP`.
    FundCode
);

/// Money with an award, dates and rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fund {
    pub code: FundCode,
    pub name: Name,
    pub nature: FundNature,
    pub award: Pence,
    /// The first day on which it may be spent; open where absent.
    pub from_on: Option<Date>,
    /// The last day on which it may be spent, that day included; open where absent.
    pub spend_by: Option<Date>,
}

impl Fund {
    /// What may still be ordered: award − committed − spent.
    pub fn remaining(&self, sums: &Sums) -> Pence {
        self.award - sums.used()
    }

    /// Days until the last day to spend: 0 on that day, below nought after it.
    pub fn days_left(&self, today: Date) -> Option<i64> {
        self.spend_by.map(|last| days_between(today, last))
    }

    /// Whether a day falls in the fund's window; both ends do.
    pub fn allows(&self, day: Date) -> bool {
        self.from_on.is_none_or(|first| first <= day) && self.spend_by.is_none_or(|last| day <= last)
    }

    /// `1 Sep 2024 to 31 Aug 2026`.
    pub fn window(&self) -> String {
        match (self.from_on, self.spend_by) {
            (Some(first), Some(last)) => format!("{} to {}", in_words(first), in_words(last)),
            (Some(first), None) => format!("from {}", in_words(first)),
            (None, Some(last)) => format!("until {}", in_words(last)),
            (None, None) => "no dates set".to_string(),
        }
    }

    /// How far off its last day is, as a sentence ends: `; 1 day left, until 31 Aug 2026`.
    pub fn deadline(&self, today: Date) -> String {
        match (self.days_left(today), self.spend_by) {
            (Some(0), Some(_)) => "; today is the last day to spend it".to_string(),
            (Some(1), Some(last)) => format!("; 1 day left, until {}", in_words(last)),
            (Some(days), Some(last)) if days > 0 => format!("; {days} days left, until {}", in_words(last)),
            (Some(_), Some(last)) => format!("; its last day to spend was {}", in_words(last)),
            _ => String::new(),
        }
    }

    /// Where the fund stands, in a sentence: award, remainder, days to the deadline.
    pub fn standing(&self, sums: &Sums, today: Date) -> String {
        let remaining = self.remaining(sums);
        let money = if remaining.is_negative() {
            format!("overspent by {}", (-remaining).in_words())
        } else {
            format!("{} remaining", remaining.in_words())
        };
        let deadline = self.deadline(today);
        format!("{}: award {}, {money}{deadline}.", self.code, self.award.in_words())
    }
}

/// A fund's standing, with what is promised to it and late.
pub fn with_overdue(standing: &str, overdue: i64) -> String {
    let promises = match overdue {
        0 => return standing.to_string(),
        1 => "1 promised payment overdue".to_string(),
        many => format!("{many} promised payments overdue"),
    };
    format!("{} ({promises}).", standing.trim_end_matches('.'))
}

/// What the hub means to spend on a category from a fund; with a type and a quantity, a line of the shopping list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub fund: FundCode,
    pub category: CategoryCode,
    pub type_code: Option<TypeCode>,
    pub qty: Option<i64>,
    pub planned: Pence,
}

/// All that decides whether a fund can bear a purchase. Held in memory, it is brought up to date line by line.
#[derive(Clone, Debug)]
pub struct FundFacts {
    pub fund: Fund,
    /// Committed and spent, together.
    pub used: Pence,
    /// Per category: planned, and used of it. A category without a plan is here once something was spent on it.
    pub categories: HashMap<CategoryCode, CategoryFacts>,
    /// Of each local area that has a share: the share, and used of it.
    pub areas: Vec<AreaFacts>,
}

/// What is planned for a category, and what of it is committed or spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CategoryFacts {
    pub planned: Option<Pence>,
    pub used: Pence,
}

impl FundFacts {
    /// A fund of which nothing is planned, shared or used.
    pub fn new(fund: Fund) -> FundFacts {
        FundFacts { fund, used: Pence::ZERO, categories: HashMap::new(), areas: Vec::new() }
    }

    /// Whether the fund has a plan at all.
    pub fn is_planned(&self) -> bool {
        self.categories.values().any(|category| category.planned.is_some())
    }

    /// The share of an area, however it is spelt; none where it has none.
    pub fn area(&self, area: Option<&str>) -> Option<&AreaFacts> {
        let key = fold(area?);
        self.areas.iter().find(|facts| facts.area.key() == key)
    }

    /// Takes a recorded line into account: `cost` is its grant cost.
    pub fn take(&mut self, category: Option<&CategoryCode>, area: Option<&str>, cost: Pence) {
        self.used = self.used + cost;
        let key = area.filter(|_| !self.areas.is_empty()).map(fold);
        if let Some(facts) = self.areas.iter_mut().find(|facts| Some(facts.area.key()) == key) {
            facts.used = facts.used + cost;
        }
        let Some(code) = category else { return };
        match self.categories.get_mut(code) {
            Some(facts) => facts.used = facts.used + cost,
            None => {
                self.categories.insert(code.clone(), CategoryFacts { planned: None, used: cost });
            }
        }
    }
}

/// Why a fund was not found, added or planned.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FundRefusal {
    #[error("there is no fund {}", escape(.typed))]
    Unknown { typed: String, nearest: Option<String> },
    #[error("there is a fund {0} already: {1}")]
    Taken(FundCode, Name),
    #[error("the fund would end on {} before it begins on {}", in_words(*.spend_by), in_words(*.from_on))]
    EndsBeforeItBegins { from_on: Date, spend_by: Date },
}

impl Refusal for FundRefusal {
    fn hint(&self) -> Option<String> {
        Some(match self {
            FundRefusal::Unknown { nearest: Some(near), .. } => format!("did you mean {near}?"),
            FundRefusal::Unknown { nearest: None, .. } => {
                "'ledgerline fund list' names them all; 'fund add' makes one".into()
            }
            FundRefusal::Taken(..) => "choose another code".into(),
            FundRefusal::EndsBeforeItBegins { .. } => "check --from and --spend-by".into(),
        })
    }
}

/// Refuses a fund whose window is turned round; one of a single day is sound.
pub fn check(fund: &Fund) -> Result<(), FundRefusal> {
    match (fund.from_on, fund.spend_by) {
        (Some(from_on), Some(spend_by)) if spend_by < from_on => {
            Err(FundRefusal::EndsBeforeItBegins { from_on, spend_by })
        }
        _ => Ok(()),
    }
}

listing! {
    /// One line of `fund list`.
    pub struct FundLine {
        fund: FundCode,
        name: Name,
        nature: FundNature,
        award: Pence,
        from_on: Option<Date>,
        spend_by: Option<Date>,
        planned: Pence,
        committed: Pence,
        delivered: Pence,
        spent: Pence,
        paid: Pence,
        remaining: Pence,
        days_left: Option<i64>,
        received: Pence,
    }
}

listing! {
    /// One line of a fund's plan.
    pub struct PlanLine {
        fund: FundCode,
        category: CategoryCode,
        category_name: Name,
        type_code as "type": Option<TypeCode>,
        qty: Option<i64>,
        planned: Pence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn fund() -> Fund {
        Fund {
            code: FundCode::from_record("CIP"),
            name: Name::from_record("Capital Grant for Musical Instruments"),
            nature: FundNature::Capital,
            award: Pence::new(31_109_900),
            from_on: Some(date(2024, 9, 1)),
            spend_by: Some(date(2026, 8, 31)),
        }
    }

    #[test]
    fn both_ends_of_the_window_count() {
        for (day, allowed) in
            [(date(2024, 8, 31), false), (date(2024, 9, 1), true), (date(2026, 8, 31), true), (date(2026, 9, 1), false)]
        {
            assert_eq!(fund().allows(day), allowed, "{day}");
        }
        assert!(Fund { from_on: None, spend_by: None, ..fund() }.allows(date(1999, 1, 1)));
    }

    #[test]
    fn the_last_day_is_said_to_be_the_last() {
        let used = Sums { spent: Pence::new(31_109_800), ..Sums::default() };
        for (today, said) in [
            (date(2026, 8, 30), "CIP: award £311,099.00, £1.00 remaining; 1 day left, until 31 Aug 2026."),
            (date(2026, 8, 31), "CIP: award £311,099.00, £1.00 remaining; today is the last day to spend it."),
            (date(2026, 9, 1), "CIP: award £311,099.00, £1.00 remaining; its last day to spend was 31 Aug 2026."),
        ] {
            assert_eq!(fund().standing(&used, today), said);
        }
        let over = Sums { committed: Pence::new(31_110_000), ..Sums::default() };
        assert!(fund().standing(&over, date(2026, 1, 1)).contains("overspent by £1.00"));
    }

    #[test]
    fn a_window_turned_round_is_refused() {
        let one_day = Fund { spend_by: Some(date(2024, 9, 1)), ..fund() };
        assert_eq!(check(&one_day), Ok(()));
        let turned = Fund { spend_by: Some(date(2024, 8, 31)), ..fund() };
        assert!(check(&turned).is_err());
    }
}
