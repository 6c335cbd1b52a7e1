//! The fee as it is said at the counter.

use std::collections::BTreeMap;

use super::{Answerable, Rate, Remissions};
use crate::domain::date::AcademicYear;
use crate::domain::money::Pence;
use crate::domain::words::RateUnit;

/// What one unit of a loan costs, and how much of that is let off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fee {
    pub per: RateUnit,
    pub amount: Pence,
    pub percent: u8,
}

impl Fee {
    /// The fee of a loan; `None` where nothing is charged for its hire.
    pub fn of(who: Answerable, rate: Option<&Rate>, remissions: &Remissions) -> Option<Fee> {
        let rate = rate.filter(|_| who.has_hire())?;
        Some(Fee { per: rate.per, amount: rate.amount, percent: who.percent(remissions) })
    }

    /// What is let off, rounded in the payer's favour from half a penny.
    fn remitted(self) -> Pence {
        self.amount.percent(self.percent)
    }
}

/// What the parent at the counter is told, a sentence for each unit: all that one unit of these loans costs.
pub fn fees_in_words(fees: &[Fee], year: AcademicYear) -> Vec<String> {
    let mut units: BTreeMap<RateUnit, Vec<Fee>> = BTreeMap::new();
    for fee in fees {
        units.entry(fee.per).or_default().push(*fee);
    }
    units.into_iter().map(|(per, fees)| sentence(per, &fees, year)).collect()
}

fn sentence(per: RateUnit, fees: &[Fee], year: AcademicYear) -> String {
    let amount: Pence = fees.iter().map(|fee| fee.amount).sum();
    let remitted: Pence = fees.iter().map(|fee| fee.remitted()).sum();
    let what = match fees.len() {
        1 => "The fee is".to_string(),
        many => format!("The fee for {many} instruments is"),
    };
    let percent = fees.iter().map(|fee| fee.percent).max().unwrap_or(0);
    let left = match (percent, amount - remitted) {
        (0, _) => String::new(),
        (_, Pence::ZERO) => format!("; with the remission of {percent}% for {year}: nothing"),
        (_, left) => format!("; with the remission of {percent}% for {year}: {}", left.in_words()),
    };
    format!("{what} {} a {per}{left}.", amount.in_words())
}
