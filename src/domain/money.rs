//! Money: whole pence, never a float.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Neg, Sub};
use std::str::FromStr;

/// The largest amount accepted, either side of nought: a hundred thousand million pounds.
/// Four hundred thousand of them, each with as much VAT, still add up without passing what 64 bits hold.
const MAX_PENCE: i64 = 10_000_000_000_000;

/// An amount of money in whole pence; negative for a credit.
///
/// Prints as `1200.00`, which is what CSV and JSON carry; [`Pence::in_words`] is for people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pence(i64);

impl Pence {
    pub const ZERO: Pence = Pence(0);

    /// An amount read back from the records.
    pub const fn new(pence: i64) -> Pence {
        Pence(pence)
    }

    pub const fn pence(self) -> i64 {
        self.0
    }

    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The amount without its sign.
    pub const fn size(self) -> Pence {
        Pence(self.0.abs())
    }

    /// The pounds, without sign, and the two digits of the pence.
    pub fn digits(self) -> (u64, [u8; 2]) {
        let pence = self.0.unsigned_abs();
        let [hundredths, ..] = (pence % 100).to_le_bytes();
        (pence / 100, [b'0' + hundredths / 10, b'0' + hundredths % 10])
    }

    /// `£1,200.00`, as a person writes it.
    pub fn in_words(self) -> String {
        let pounds = (self.0.unsigned_abs() / 100).to_string();
        let mut grouped = String::new();
        for (place, digit) in pounds.chars().enumerate() {
            if place > 0 && (pounds.len() - place).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let sign = if self.0 < 0 { "-" } else { "" };
        format!("{sign}£{grouped}.{:02}", self.0.unsigned_abs() % 100)
    }

    /// This amount a number of times over; `None` past what may be recorded.
    pub fn times(self, quantity: i64) -> Option<Pence> {
        self.0.checked_mul(quantity).and_then(within_limit)
    }

    /// This amount shared by so many, rounded half up to the penny; nothing among nobody.
    pub fn shared_by(self, number: i64) -> Pence {
        Pence((self.0 + number / 2).checked_div_euclid(number).unwrap_or(0))
    }

    /// The tax on this amount at a whole percentage, rounded half up, away from nought for credits.
    pub fn percent(self, rate: u8) -> Pence {
        let hundredths = i128::from(self.0) * i128::from(rate);
        let rounded = (hundredths.abs() + 50) / 100 * hundredths.signum();
        Pence(i64::try_from(rounded).unwrap_or(MAX_PENCE))
    }
}

fn within_limit(pence: i64) -> Option<Pence> {
    // The lowest number of 64 bits has no size of its own among them.
    (pence.unsigned_abs() <= MAX_PENCE.unsigned_abs()).then_some(Pence(pence))
}

impl fmt::Display for Pence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let pence = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", pence / 100, pence % 100)
    }
}

impl Add for Pence {
    type Output = Pence;
    fn add(self, other: Pence) -> Pence {
        Pence(self.0 + other.0)
    }
}

impl Sub for Pence {
    type Output = Pence;
    fn sub(self, other: Pence) -> Pence {
        Pence(self.0 - other.0)
    }
}

impl Neg for Pence {
    type Output = Pence;
    fn neg(self) -> Pence {
        Pence(-self.0)
    }
}

impl Sum for Pence {
    fn sum<I: Iterator<Item = Pence>>(amounts: I) -> Pence {
        amounts.fold(Pence::ZERO, Add::add)
    }
}

/// Why a text is not an amount of money.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("'{0}' is not an amount of money; write 120, 120.00 or £1,200.00")]
    NotMoney(String),
    #[error("'{0}' has a fraction of a penny; write two decimals at the most")]
    TooFine(String),
    #[error("'{0}' is more money than can be recorded")]
    TooLarge(String),
    #[error("'{0}' is below nought; a price here cannot be negative")]
    Negative(String),
}

impl FromStr for Pence {
    type Err = MoneyError;

    /// Reads `120`, `120.5`, `120.00`, `£1,200.00` and the same with a minus before the amount or before the pound sign.
    fn from_str(text: &str) -> Result<Pence, MoneyError> {
        // As files mostly write it, read without taking it apart.
        if let Some(amount) = plain(text) {
            return Ok(amount);
        }
        let not_money = || MoneyError::NotMoney(text.to_string());
        let (negative, amount) = match text.trim().strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.trim()),
        };
        let amount = amount.strip_prefix('£').unwrap_or(amount);
        let (negative, amount) = match amount.strip_prefix('-') {
            // One minus alone, and behind nothing but a pound sign.
            Some(rest) if !negative => (true, rest),
            _ => (negative, amount),
        };
        let (pounds, fraction) = amount.split_once('.').unwrap_or((amount, "0"));
        if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return Err(not_money());
        }
        let pounds = whole_pounds(pounds).ok_or_else(not_money)?;
        if fraction.len() > 2 {
            return Err(MoneyError::TooFine(text.to_string()));
        }
        let hundredths: i64 = format!("{fraction:0<2}").parse().map_err(|_| not_money())?;
        let too_large = || MoneyError::TooLarge(text.to_string());
        let pounds: i64 = pounds.parse().map_err(|_| too_large())?;
        let pence = pounds.checked_mul(100).and_then(|pence| pence.checked_add(hundredths));
        let amount = pence.and_then(within_limit).ok_or_else(too_large)?;
        Ok(if negative { -amount } else { amount })
    }
}

/// `1200` or `1200.00`, of no more digits than any honest amount has; `None` for whatever is written otherwise.
fn plain(text: &str) -> Option<Pence> {
    let (pounds, pence) = match text.as_bytes() {
        [pounds @ .., b'.', tens, ones] => (pounds, [*tens, *ones]),
        pounds => (pounds, *b"00"),
    };
    let digits = pounds.iter().chain(&pence);
    let is_plain = (1..=11).contains(&pounds.len()) && digits.clone().all(u8::is_ascii_digit);
    is_plain.then(|| Pence(digits.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'))))
}

/// The digits of the pounds without their thousands commas, which must stand in the right places.
fn whole_pounds(text: &str) -> Option<String> {
    let groups: Vec<&str> = text.split(',').collect();
    let digits_only = groups.iter().all(|group| group.bytes().all(|b| b.is_ascii_digit()));
    let well_grouped =
        groups.len() == 1 || (matches!(groups[0].len(), 1..=3) && groups[1..].iter().all(|group| group.len() == 3));
    (digits_only && well_grouped && !groups[0].is_empty()).then(|| groups.concat())
}

/// Reads an amount that cannot be below nought: a price, an award, a cost.
pub fn parse_price(text: &str) -> Result<Pence, MoneyError> {
    let amount: Pence = text.parse()?;
    if amount.is_negative() {
        return Err(MoneyError::Negative(text.to_string()));
    }
    Ok(amount)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_people_write() {
        for (text, pence) in [
            ("120", 12_000),
            ("120.00", 12_000),
            ("120.5", 12_050),
            ("£1,200.00", 120_000),
            ("-5.01", -501),
            ("-£5", -500),
            ("£-5", -500),
            ("£-1,200.00", -120_000),
            (" 7 ", 700),
            ("0.07", 7),
        ] {
            assert_eq!(text.parse(), Ok(Pence(pence)), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_money() {
        for text in [
            "", "£", "-", "1e3", "NaN", "1,20", "12,34.00", "1.", ".5", "tbc", "1 200", "--5", "-£-5", "£--5", "5-",
            "٣",
        ] {
            assert_eq!(text.parse::<Pence>(), Err(MoneyError::NotMoney(text.into())), "{text}");
        }
        assert_eq!("1.005".parse::<Pence>(), Err(MoneyError::TooFine("1.005".into())));
        for huge in ["99999999999999999999.00", "100000000000.01", "100000000001", "-£100,000,000,000.01"] {
            assert_eq!(huge.parse::<Pence>(), Err(MoneyError::TooLarge(huge.into())));
        }
        assert_eq!("100000000000".parse(), Ok(Pence(MAX_PENCE)));
        // What a bench of large hubs awards, so that its orders never want for money.
        assert_eq!(parse_price("99999999999"), Ok(Pence(9_999_999_999_900)));
        assert_eq!(parse_price("-1"), Err(MoneyError::Negative("-1".into())));
    }

    #[test]
    fn as_many_lines_as_a_hub_ever_has_add_up() {
        let gross = Pence(MAX_PENCE) + Pence(MAX_PENCE).percent(100);
        assert!(gross.pence().checked_mul(400_000).is_some());
        assert_eq!(Pence(1).times(i64::MIN), None);
        assert_eq!(Pence(1).times(-MAX_PENCE), Some(Pence(-MAX_PENCE)));
    }

    #[test]
    fn tax_rounds_half_up_once() {
        assert_eq!(Pence(1_002).percent(20), Pence(200));
        assert_eq!(Pence(1_003).percent(20), Pence(201));
        assert_eq!(Pence(-1_003).percent(20), Pence(-201));
        assert_eq!(Pence(10).percent(5), Pence(1));
    }

    #[test]
    fn a_share_rounds_half_up() {
        assert_eq!(Pence(1_000).shared_by(3), Pence(333));
        assert_eq!(Pence(5).shared_by(2), Pence(3));
        assert_eq!(Pence(5).shared_by(0), Pence::ZERO);
    }

    #[test]
    fn people_read_pounds_with_commas() {
        assert_eq!(Pence(28_666_451).in_words(), "£286,664.51");
        assert_eq!(Pence(-99).in_words(), "-£0.99");
    }

    proptest! {
        #[test]
        fn printing_and_reading_agree(pence in -MAX_PENCE..=MAX_PENCE) {
            prop_assert_eq!(Pence(pence).to_string().parse(), Ok(Pence(pence)));
            prop_assert_eq!(Pence(pence).in_words().parse(), Ok(Pence(pence)));
        }

        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = text.parse::<Pence>();
        }
    }
}
