//! What of a fund is for a local area, and what of that is used.

use crate::domain::fund::{Fund, FundCode};
use crate::domain::money::Pence;
use crate::domain::refusal::Refusal;
use crate::domain::text::{Name, escape};
use crate::listing;

/// What of a fund is for a local area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaShare {
    /// Its number in the file.
    pub id: i64,
    pub area: Name,
    pub amount: Pence,
}

/// A share, and what is committed or spent of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaFacts {
    pub area: Name,
    pub share: Pence,
    pub used: Pence,
}

impl AreaFacts {
    /// What is left of it; below nought where more was used.
    pub fn left(&self) -> Pence {
        self.share - self.used
    }

    pub fn line(&self) -> ShareLine {
        ShareLine { area: self.area.clone(), share: self.share, used: self.used, left: self.left() }
    }
}

/// Why a share was not set.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShareRefusal {
    #[error("{} is more than {fund} has left to share, which is {}", .amount.in_words(), .left.in_words())]
    OverAward { fund: FundCode, amount: Pence, left: Pence },
    #[error("{fund} has no share for {}", escape(.area.as_str()))]
    NoShare { fund: FundCode, area: Name },
}

impl Refusal for ShareRefusal {
    fn hint(&self) -> Option<String> {
        let (ShareRefusal::OverAward { fund, .. } | ShareRefusal::NoShare { fund, .. }) = self;
        Some(format!("'ledgerline fund show {fund}' lists its shares"))
    }
}

/// Whether an area's share may be set to an amount: all shares together come to no more than the award. What was shared
/// before, if anything; nought takes a share away, of which there must be one.
pub fn check(fund: &Fund, shares: &[AreaShare], area: &Name, amount: Pence) -> Result<Option<AreaShare>, ShareRefusal> {
    let before = shares.iter().find(|share| share.area.key() == area.key());
    if amount == Pence::ZERO && before.is_none() {
        return Err(ShareRefusal::NoShare { fund: fund.code.clone(), area: area.clone() });
    }
    let others: Pence = shares.iter().filter(|share| share.area.key() != area.key()).map(|share| share.amount).sum();
    let left = fund.award - others;
    if amount > Pence::ZERO && amount > left {
        return Err(ShareRefusal::OverAward { fund: fund.code.clone(), amount, left });
    }
    Ok(before.cloned())
}

listing! {
    /// One share of a fund.
    pub struct ShareLine {
        area: Name,
        share: Pence,
        used: Pence,
        left: Pence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::words::FundNature;

    fn fund() -> Fund {
        Fund {
            code: FundCode::from_record("CIP"),
            name: Name::from_record("Capital Grant for Musical Instruments"),
            nature: FundNature::Capital,
            award: Pence::new(1_000),
            from_on: None,
            spend_by: None,
        }
    }

    fn set(area: &str, pence: i64) -> Result<Option<i64>, String> {
        let share = |id, area, pence| AreaShare { id, area: Name::from_record(area), amount: Pence::new(pence) };
        let shares = [share(1, "York", 400), share(2, "Bridlington", 500)];
        let before = check(&fund(), &shares, &Name::from_record(area), Pence::new(pence));
        before.map(|before| before.map(|share| share.id)).map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn shares_come_to_the_award_at_the_most() {
        assert_eq!(set("Leeds", 100), Ok(None));
        let over = "£1.01 is more than CIP has left to share, which is £1.00";
        assert_eq!(set("Leeds", 101), Err(over.into()));
        assert_eq!(set("YÓRK", 500), Ok(Some(1)), "in place of its own");
        assert!(set("york", 501).is_err());
    }

    #[test]
    fn nought_takes_away_what_is_there() {
        assert_eq!(set("york", 0), Ok(Some(1)));
        assert_eq!(set("Leeds", 0), Err("CIP has no share for Leeds".into()));
    }
}
