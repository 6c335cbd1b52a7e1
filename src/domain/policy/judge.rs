//! The judgement of one bill by one policy.

use std::fmt;

use crate::domain::date::Date;
use crate::domain::money::Pence;
use crate::domain::words::{Basis, Nature};

/// What a hub capitalises from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub effective_on: Date,
    pub threshold: Pence,
    pub basis: Basis,
    pub min_life_months: i64,
}

/// Every policy with its number in the file, at hand for many judgements.
#[derive(Clone, Debug, Default)]
pub struct Policies {
    /// In order of their days.
    in_order: Vec<(i64, Policy)>,
}

impl Policies {
    pub fn new(mut policies: Vec<(i64, Policy)>) -> Policies {
        policies.sort_by_key(|(_, policy)| policy.effective_on);
        Policies { in_order: policies }
    }

    pub fn is_empty(&self) -> bool {
        self.in_order.is_empty()
    }

    /// The policy in force on a day: the latest that had begun, its first day included.
    pub fn in_force(&self, on: Date) -> Option<(i64, &Policy)> {
        let begun = self.in_order.iter().rev().find(|(_, policy)| policy.effective_on <= on);
        begun.map(|(id, policy)| (*id, policy))
    }

    pub fn with_id(&self, wanted: i64) -> Option<&Policy> {
        self.in_order.iter().find(|(id, _)| *id == wanted).map(|(_, policy)| policy)
    }

    pub fn of_day(&self, on: Date) -> Option<&Policy> {
        self.beginning(on).map(|(_, policy)| policy)
    }

    /// The policy that begins on a day, with its number in the file.
    pub fn beginning(&self, on: Date) -> Option<(i64, &Policy)> {
        self.in_order.iter().find(|(_, policy)| policy.effective_on == on).map(|(id, policy)| (*id, policy))
    }
}

/// What decides, cost aside, whether a line can be capital.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    pub nature: Nature,
    /// The name of its type and how many months one lasts; what names no type is taken to last.
    pub of_type: Option<(String, i64)>,
}

/// Why something is revenue whatever it costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Never {
    Nature(Nature),
    ShortLived { type_name: String, months: i64, min_months: i64 },
}

/// What a judgement rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grounds {
    Never(Never),
    /// By this policy only pools are capital.
    PoolsOnly,
    /// The cost of so many was compared with as many times the threshold.
    Compared {
        cost: Pence,
        qty: i64,
    },
}

/// What a bill is by a policy, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub is_capital: bool,
    pub grounds: Grounds,
}

impl Policy {
    /// What keeps a line from being capital at any cost.
    pub fn never(&self, asset: &Asset) -> Option<Never> {
        if asset.nature.is_always_revenue() {
            return Some(Never::Nature(asset.nature));
        }
        let (name, months) = asset.of_type.as_ref().filter(|(_, months)| *months < self.min_life_months)?;
        Some(Never::ShortLived { type_name: name.clone(), months: *months, min_months: self.min_life_months })
    }

    /// Judges a bill. The cost is what the basis compares: the bill's own of so many, the whole line's, or that of all
    /// lines of the order that can be capital. A credit that stands alone is judged by its size.
    pub fn judge(&self, asset: &Asset, cost: Pence, qty: i64) -> Finding {
        if let Some(never) = self.never(asset) {
            return Finding { is_capital: false, grounds: Grounds::Never(never) };
        }
        let qty = match self.basis {
            Basis::Pool => return Finding { is_capital: false, grounds: Grounds::PoolsOnly },
            Basis::Item => qty.abs().max(1),
            Basis::Line | Basis::Order => 1,
        };
        let wanted = i128::from(self.threshold.pence()) * i128::from(qty);
        let is_capital = i128::from(cost.size().pence()) >= wanted;
        Finding { is_capital, grounds: Grounds::Compared { cost: cost.size(), qty } }
    }

    /// What a pool's total lacks of the threshold; nothing where it is capital.
    pub fn shortfall(&self, total: Pence) -> Option<Pence> {
        (total < self.threshold).then(|| self.threshold - total)
    }
}

impl fmt::Display for Never {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Never::Nature(nature) => write!(f, "what is of nature {nature} is always revenue"),
            Never::ShortLived { type_name, months, min_months } => {
                write!(f, "{} lasts {}, and at least {} are asked for", one(type_name), in_months(*months), min_months)
            }
        }
    }
}

impl Finding {
    /// The comparison that was made, in a clause.
    pub fn because(&self, policy: &Policy, asset: &Asset) -> String {
        match &self.grounds {
            Grounds::Never(never) => never.to_string(),
            Grounds::PoolsOnly => "by that policy only pools are capital".to_string(),
            Grounds::Compared { cost, qty } => {
                let stands = if self.is_capital { "at or above" } else { "below" };
                let compared = compared(policy.basis, *cost, *qty);
                let lasts = if self.is_capital { lasts(policy, asset) } else { String::new() };
                format!("{compared} is {stands} {}{lasts}", policy.threshold.in_words())
            }
        }
    }
}

/// What was compared: `£145.00 an item`.
fn compared(basis: Basis, cost: Pence, qty: i64) -> String {
    let amount = cost.in_words();
    match basis {
        Basis::Item if qty == 1 => format!("{amount} an item"),
        Basis::Item if cost.pence() % qty == 0 => format!("{} an item", Pence::new(cost.pence() / qty).in_words()),
        Basis::Item => format!("{amount} for {qty}, some {} an item,", cost.shared_by(qty).in_words()),
        Basis::Line => format!("{amount} for the whole line"),
        Basis::Order | Basis::Pool => format!("{amount} for all of the order that can be capital"),
    }
}

fn lasts(policy: &Policy, asset: &Asset) -> String {
    let asked = policy.min_life_months;
    match &asset.of_type {
        _ if asked == 0 => String::new(),
        Some((name, months)) => format!(", and {} lasts {} (at least {asked})", one(name), in_months(*months)),
        None => ", and what names no type is taken to last".to_string(),
    }
}

fn in_months(months: i64) -> String {
    if months == 1 { "1 month".to_string() } else { format!("{months} months") }
}

/// `a violin`, `an oboe`; a ukulele begins like a violin.
fn one(name: &str) -> String {
    let vowel = name.chars().next().is_some_and(|first| "aeioAEIO".contains(first));
    format!("{} {name}", if vowel { "an" } else { "a" })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn policy(basis: Basis) -> Policy {
        Policy { effective_on: date(2024, 4, 1), threshold: Pence::new(10_000), basis, min_life_months: 12 }
    }

    fn violin() -> Asset {
        Asset { nature: Nature::Instrument, of_type: Some(("violin".to_string(), 120)) }
    }

    #[test]
    fn at_or_above_the_threshold_is_capital() {
        for (basis, cost, qty, is_capital, because) in [
            (
                Basis::Item,
                120_000,
                12,
                true,
                "£100.00 an item is at or above £100.00, and a violin lasts 120 months (at least 12)",
            ),
            (Basis::Item, 119_999, 12, false, "£1,199.99 for 12, some £100.00 an item, is below £100.00"),
            (Basis::Item, 9_999, 1, false, "£99.99 an item is below £100.00"),
            (
                Basis::Item,
                -10_000,
                -1,
                true,
                "£100.00 an item is at or above £100.00, and a violin lasts 120 months (at least 12)",
            ),
            (
                Basis::Line,
                10_000,
                12,
                true,
                "£100.00 for the whole line is at or above £100.00, and a violin lasts 120 months (at least 12)",
            ),
            (Basis::Line, 9_999, 12, false, "£99.99 for the whole line is below £100.00"),
            (
                Basis::Order,
                10_000,
                12,
                true,
                "£100.00 for all of the order that can be capital is at or above £100.00, and a violin lasts 120 months (at least 12)",
            ),
            (Basis::Order, 9_999, 1, false, "£99.99 for all of the order that can be capital is below £100.00"),
            (Basis::Pool, 1_000_000, 1, false, "by that policy only pools are capital"),
        ] {
            let (policy, asset) = (policy(basis), violin());
            let finding = policy.judge(&asset, Pence::new(cost), qty);
            assert_eq!(
                (finding.is_capital, finding.because(&policy, &asset).as_str()),
                (is_capital, because),
                "{basis} {cost}"
            );
        }
    }

    #[test]
    fn some_natures_are_always_revenue() {
        for nature in Nature::ALL.iter().copied() {
            let asset = Asset { nature, of_type: None };
            let finding = policy(Basis::Item).judge(&asset, Pence::new(1_000_000), 1);
            let lasting =
                matches!(nature, Nature::Instrument | Nature::Equipment | Nature::Software | Nature::Accessory);
            assert_eq!(finding.is_capital, lasting, "{nature}");
        }
    }

    #[test]
    fn what_does_not_last_is_revenue() {
        for (months, is_capital) in [(11, false), (12, true), (13, true)] {
            let asset = Asset { of_type: Some(("oboe reed case".to_string(), months)), ..violin() };
            let finding = policy(Basis::Line).judge(&asset, Pence::new(1_000_000), 1);
            assert_eq!(finding.is_capital, is_capital, "{months}");
            if !is_capital {
                let said = "an oboe reed case lasts 11 months, and at least 12 are asked for";
                assert_eq!(finding.because(&policy(Basis::Line), &asset), said);
            }
        }
        let untyped = Asset { of_type: None, ..violin() };
        let finding = policy(Basis::Item).judge(&untyped, Pence::new(10_000), 1);
        assert!(finding.because(&policy(Basis::Item), &untyped).ends_with("what names no type is taken to last"));
    }

    #[test]
    fn the_latest_policy_that_has_begun_is_in_force() {
        let from = |id: i64, on| (id, Policy { effective_on: on, ..policy(Basis::Item) });
        let policies = Policies::new(vec![from(2, date(2025, 4, 1)), from(1, date(2024, 4, 1))]);
        for (on, id) in [
            (date(2024, 3, 31), None),
            (date(2024, 4, 1), Some(1)),
            (date(2025, 3, 31), Some(1)),
            (date(2025, 4, 1), Some(2)),
            (date(2030, 1, 1), Some(2)),
        ] {
            assert_eq!(policies.in_force(on).map(|(id, _)| id), id, "{on}");
        }
    }

    #[test]
    fn a_pool_is_judged_by_its_total() {
        let policy = policy(Basis::Item);
        for (total, lacks) in [(10_001, None), (10_000, None), (9_999, Some(1)), (-5, Some(10_005))] {
            assert_eq!(policy.shortfall(Pence::new(total)), lacks.map(Pence::new), "{total}");
        }
    }
}
