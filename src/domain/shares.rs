//! Which funds bear a line, and what each of them bears: no penny is lost between them.

use std::borrow::Cow;
use std::fmt;

use super::fund::FundCode;
use super::listing::{Cell, ToCell};
use super::money::Pence;
use super::refusal::Refusal;
use super::text::escape;

/// Hundredths of one per cent in a whole.
const WHOLE: i64 = 10_000;

/// A fund and its weight among those that bear a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    pub fund: FundCode,
    pub weight: i64,
}

/// The funds that bear a line, in order of code: one, or several with their weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shares {
    first: Share,
    others: Vec<Share>,
}

/// Why a text does not say which funds bear a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SharesError {
    #[error("'{}' is not a fund, nor a split such as CIP:60%;OWN:40% or CIP:600.00;OWN:400.00", escape(.0))]
    NotShares(String),
    #[error("the split names {0} twice")]
    Twice(FundCode),
    #[error("the split comes to {}.{:02}%, not to 100%", .0 / 100, .0 % 100)]
    NotWhole(i64),
    #[error("the split comes to {}, and the line to {}", .split.in_words(), .line.in_words())]
    NotTheLine { split: Pence, line: Pence },
}

impl Refusal for SharesError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            SharesError::NotShares(_) => "'ledgerline fund list' names every fund".into(),
            SharesError::Twice(_) => "name each fund once".into(),
            SharesError::NotWhole(_) | SharesError::NotTheLine { .. } => "the parts must make up the whole".into(),
        })
    }
}

impl Shares {
    /// A line that one fund bears.
    pub fn one(fund: FundCode) -> Shares {
        Shares { first: Share { fund, weight: 1 }, others: Vec::new() }
    }

    /// Funds with their weights, from the records; `None` where there are none.
    pub fn from_record(mut shares: Vec<Share>) -> Option<Shares> {
        shares.sort_by(|one, other| one.fund.cmp(&other.fund));
        let mut shares = shares.into_iter();
        Some(Shares { first: shares.next()?, others: shares.collect() })
    }

    /// Reads `CIP`, `CIP:60%;OWN:40%`, or amounts that sum exactly to the line's net or to its cost, which is what the funds
    /// bear of it.
    pub fn read(text: &str, net: Pence, cost: Pence) -> Result<Shares, SharesError> {
        let (shares, sum) = Shares::read_with_sum(text)?;
        match sum.filter(|split| *split != net.size() && *split != cost.size()) {
            Some(split) => Err(SharesError::NotTheLine { split, line: net }),
            None => Ok(shares),
        }
    }

    /// The same where the line's price is not known: amounts are compared with nothing.
    pub fn read_unpriced(text: &str) -> Result<Shares, SharesError> {
        Shares::read_with_sum(text).map(|(shares, _)| shares)
    }

    /// The funds that a text names, and what the amounts come to where it states amounts.
    fn read_with_sum(text: &str) -> Result<(Shares, Option<Pence>), SharesError> {
        let not_shares = || SharesError::NotShares(text.to_string());
        if !text.contains([':', ';']) {
            return text.parse().map(|fund| (Shares::one(fund), None)).map_err(|_| not_shares());
        }
        let pairs = text.split(';').map(|pair| pair.split_once(':').ok_or_else(not_shares));
        let pairs = pairs.collect::<Result<Vec<_>, _>>()?;
        let by_percent = pairs.iter().all(|(_, share)| share.trim().ends_with('%'));
        let weight = |share: &str| if by_percent { hundredths(share) } else { amount(share) };
        let mut shares = Vec::new();
        for (fund, share) in pairs {
            let fund: FundCode = fund.parse().map_err(|_| not_shares())?;
            if shares.iter().any(|held: &Share| held.fund == fund) {
                return Err(SharesError::Twice(fund));
            }
            shares.push(Share { fund, weight: weight(share).ok_or_else(not_shares)? });
        }
        let total: i64 = shares.iter().map(|share| share.weight).sum();
        if by_percent && total != WHOLE {
            return Err(SharesError::NotWhole(total));
        }
        let shares = Shares::from_record(shares).ok_or_else(not_shares)?;
        Ok((shares, (!by_percent).then_some(Pence::new(total))))
    }

    /// The same funds, weighed by what each bears of an amount; `None` where they bear nothing, or one of them less.
    pub fn weighed(&self, borne: &[Pence]) -> Option<Shares> {
        let sum: Pence = borne.iter().copied().sum();
        if sum == Pence::ZERO || borne.iter().any(|amount| amount.is_negative()) {
            return None;
        }
        let share = |(share, amount): (&Share, &Pence)| Share { fund: share.fund.clone(), weight: amount.pence() };
        Shares::from_record(self.iter().zip(borne).map(share).collect())
    }

    pub fn iter(&self) -> impl Iterator<Item = &Share> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// The only fund, where there is but one.
    pub fn only(&self) -> Option<&FundCode> {
        self.others.is_empty().then_some(&self.first.fund)
    }

    /// The fund that bears most; the first of those that bear as much.
    pub fn leading(&self) -> &FundCode {
        let most =
            self.others.iter().fold(&self.first, |most, share| if share.weight > most.weight { share } else { most });
        &most.fund
    }

    /// What each fund bears of an amount, in order. What one fund bears never shrinks as the amount grows.
    pub fn apportion(&self, amount: Pence) -> impl Iterator<Item = Pence> {
        let mut rest = i128::from(amount.pence().abs());
        let mut weight_left: i128 = self.iter().map(|share| i128::from(share.weight)).sum();
        let sign = amount.pence().signum();
        self.iter().map(move |share| {
            let part = rest * i128::from(share.weight) / weight_left.max(1);
            rest -= part;
            weight_left -= i128::from(share.weight);
            // A part of an amount is no larger than the amount.
            Pence::new(sign * i64::try_from(part).unwrap_or(amount.pence()))
        })
    }
}

/// `60%`, `33.3%` or `33.33%` in hundredths of one per cent, above nought.
fn hundredths(text: &str) -> Option<i64> {
    let number = text.trim().strip_suffix('%')?;
    amount(number)
}

/// An amount above nought, in pence.
fn amount(text: &str) -> Option<i64> {
    text.trim().parse::<Pence>().ok().map(Pence::pence).filter(|pence| *pence > 0)
}

impl fmt::Display for Shares {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(fund) = self.only() {
            return write!(f, "{fund}");
        }
        let by_percent = self.iter().map(|share| share.weight).sum::<i64>() == WHOLE;
        for (place, share) in self.iter().enumerate() {
            let (fund, weight) = (&share.fund, Pence::new(share.weight));
            let parted = if place == 0 { "" } else { ";" };
            match by_percent {
                true if share.weight % 100 == 0 => write!(f, "{parted}{fund}:{}%", share.weight / 100)?,
                true => write!(f, "{parted}{fund}:{weight}%")?,
                false => write!(f, "{parted}{fund}:{weight}")?,
            }
        }
        Ok(())
    }
}

impl ToCell for Shares {
    fn to_cell(&self) -> Cell<'_> {
        match self.only() {
            Some(fund) => fund.to_cell(),
            None => Cell::Code(Cow::Owned(self.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Result<Shares, SharesError> {
        Shares::read(text, Pence::new(100_000), Pence::new(120_000))
    }

    #[test]
    fn a_split_is_read_and_printed() {
        for (typed, printed, leading) in [
            ("cip", "CIP", "CIP"),
            ("OWN:40%;CIP:60%", "CIP:60%;OWN:40%", "CIP"),
            (" cip : 33.33% ; own:66.67%", "CIP:33.33%;OWN:66.67%", "OWN"),
            ("CIP:£600.00;OWN:400", "CIP:600.00;OWN:400.00", "CIP"),
            ("CIP:700;OWN:500", "CIP:700.00;OWN:500.00", "CIP"),
        ] {
            let shares = read(typed).unwrap_or_else(|error| panic!("{typed}: {error}"));
            assert_eq!((shares.to_string().as_str(), shares.leading().as_str()), (printed, leading), "{typed}");
            assert_eq!(read(printed).as_ref(), Ok(&shares), "{printed} comes back");
        }
    }

    #[test]
    fn a_split_that_is_not_whole_is_refused() {
        for (typed, error) in [
            ("CIP:60%;OWN:30%", "the split comes to 90.00%, not to 100%"),
            ("CIP:600;OWN:300", "the split comes to £900.00, and the line to £1,000.00"),
            ("CIP:60%;cip:40%", "the split names CIP twice"),
            (
                "CIP:60%;OWN:400",
                "'CIP:60%;OWN:400' is not a fund, nor a split such as CIP:60%;OWN:40% or CIP:600.00;OWN:400.00",
            ),
            (
                "CIP:-60%;OWN:160%",
                "'CIP:-60%;OWN:160%' is not a fund, nor a split such as CIP:60%;OWN:40% or CIP:600.00;OWN:400.00",
            ),
            ("CIP:100%;", "'CIP:100%;' is not a fund, nor a split such as CIP:60%;OWN:40% or CIP:600.00;OWN:400.00"),
        ] {
            assert_eq!(read(typed).expect_err(typed).to_string(), error);
        }
    }

    #[test]
    fn amounts_make_up_the_net_or_what_the_funds_bear() {
        let (net, gross) = (Pence::new(100_000), Pence::new(120_000));
        for (typed, cost, is_read) in [
            ("CIP:600;OWN:400", gross, true),
            ("CIP:600;OWN:600", gross, true),
            ("CIP:600;OWN:400", net, true),
            ("CIP:600;OWN:600", net, false),
        ] {
            assert_eq!(Shares::read(typed, net, cost).is_ok(), is_read, "{typed} of a line that costs {cost}");
            assert_eq!(Shares::read_unpriced(typed).map(|shares| shares.to_string().len()), Ok(21), "{typed}");
        }
        assert_eq!(Shares::read_unpriced("CIP:60%;OWN:41%"), Err(SharesError::NotWhole(10_100)));
    }

    proptest! {
        #[test]
        fn no_penny_is_lost(weights in proptest::collection::vec(1_i64..5_000, 1..5), amount in -1_000_000_i64..1_000_000) {
            let share = |(place, weight): (usize, &i64)| Share { fund: FundCode::from_record(&format!("F{place}")), weight: *weight };
            let shares = Shares::from_record(weights.iter().enumerate().map(share).collect()).expect("some");
            let parts: Vec<i64> = shares.apportion(Pence::new(amount)).map(Pence::pence).collect();
            prop_assert_eq!(parts.iter().sum::<i64>(), amount);
            prop_assert!(parts.iter().all(|part| *part == 0 || part.signum() == amount.signum()), "{:?}", parts);
            let more: Vec<i64> = shares.apportion(Pence::new(amount.abs() + 1)).map(Pence::pence).collect();
            prop_assert!(parts.iter().zip(&more).all(|(part, more)| part.abs() <= *more), "{parts:?} {more:?}");
        }
    }
}
