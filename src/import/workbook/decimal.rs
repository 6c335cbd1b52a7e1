//! Numbers as workbooks hold them: a text such as `199.98999999999998`, worked with by its digits.

/// Spreadsheets hold fifteen digits; what comes after them is the noise of binary fractions.
const SIGNIFICANT: u32 = 15;

/// Digits that are kept while reading.
const KEPT: u32 = 18;

/// Numbers with more digits than this before or after the point are no numbers of a hub.
const LARGEST_EXPONENT: i32 = 30;

/// A number: its digits as one whole number, and how far the point stands from their end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    is_negative: bool,
    digits: u64,
    /// The number is `digits` times ten to this power.
    power: i32,
}

impl Decimal {
    /// Reads `12`, `-1.5`, `1.23E+11`, rounded to fifteen digits; `None` for anything else.
    pub fn read(text: &str) -> Option<Decimal> {
        let (is_negative, text) = match text.trim().as_bytes() {
            [b'-', ..] => (true, &text.trim()[1..]),
            [b'+', ..] => (false, &text.trim()[1..]),
            _ => (false, text.trim()),
        };
        let (number, power) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let mut read =
            Decimal { is_negative, digits: 0, power: power.parse().ok().filter(|power| power_is_sane(*power))? };
        let mut kept = 0;
        for (place, digit) in whole.bytes().chain(fraction.bytes()).enumerate() {
            let is_fraction = place >= whole.len();
            if kept < KEPT {
                read.digits = read.digits * 10 + u64::from(digit - b'0');
                kept += u32::from(read.digits > 0);
                read.power -= i32::from(is_fraction);
            } else {
                read.power += i32::from(!is_fraction);
            }
        }
        let read = read.rounded(kept.saturating_sub(SIGNIFICANT));
        power_is_sane(read.power).then_some(read)
    }

    /// Without its last digits, the next one rounded away from nought; and without noughts at the end of a fraction.
    fn rounded(mut self, drop: u32) -> Decimal {
        if drop > 0 {
            let unit = 10u64.saturating_pow(drop);
            self.digits = self.digits / unit + u64::from(self.digits % unit >= unit / 2);
            self.power += drop.cast_signed();
        }
        if self.digits == 0 {
            return Decimal { is_negative: false, digits: 0, power: 0 };
        }
        while self.power < 0 && self.digits.is_multiple_of(10) {
            self.digits /= 10;
            self.power += 1;
        }
        self
    }

    /// Rounded to so many decimals, as a spreadsheet shows it.
    pub fn to_decimals(self, decimals: u32) -> Decimal {
        let more = u32::try_from(-self.power).unwrap_or(0).saturating_sub(decimals);
        if more > KEPT { Decimal { is_negative: false, digits: 0, power: 0 } } else { self.rounded(more) }
    }

    /// A hundred times as much.
    pub fn percent(self) -> Decimal {
        Decimal { power: self.power + 2, ..self }.rounded(0)
    }

    /// The number, if it is whole and not below nought.
    pub fn whole(self) -> Option<u64> {
        let power = u32::try_from(self.power).ok().filter(|_| !self.is_negative)?;
        self.digits.checked_mul(10u64.checked_pow(power)?)
    }

    /// So many seconds, taking the number for days; `None` below nought.
    pub fn seconds(self) -> Option<u64> {
        if self.is_negative {
            return None;
        }
        let seconds = u128::from(self.digits) * 86_400;
        let unit = 10u128.checked_pow(self.power.unsigned_abs())?;
        let seconds = if self.power < 0 { (seconds + unit / 2) / unit } else { seconds.checked_mul(unit)? };
        u64::try_from(seconds).ok()
    }

    /// In full, without a power.
    pub fn text(self) -> String {
        let sign = if self.is_negative { "-" } else { "" };
        let digits = self.digits.to_string();
        match usize::try_from(self.power) {
            Ok(noughts) => format!("{sign}{digits}{}", "0".repeat(if self.digits == 0 { 0 } else { noughts })),
            Err(_) => {
                let decimals = usize::try_from(self.power.unsigned_abs()).unwrap_or(0);
                let digits = format!("{digits:0>width$}", width = decimals + 1);
                let (whole, fraction) = digits.split_at(digits.len() - decimals);
                format!("{sign}{whole}.{fraction}")
            }
        }
    }
}

fn power_is_sane(power: i32) -> bool {
    (-LARGEST_EXPONENT..=LARGEST_EXPONENT).contains(&power)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> Option<String> {
        Decimal::read(text).map(Decimal::text)
    }

    #[test]
    fn numbers_are_as_a_spreadsheet_holds_them() {
        for (text, found) in [
            ("199.98999999999998", "199.99"),
            ("0.30000000000000004", "0.3"),
            ("1199", "1199"),
            ("1199.0", "1199"),
            ("-5.00", "-5"),
            ("-0.0", "0"),
            ("1.23456789012E+11", "123456789012"),
            ("1E-3", "0.001"),
            ("12345678901234567890", "12345678901234600000"),
            ("0.99999999999999999", "1"),
            (".5", "0.5"),
        ] {
            assert_eq!(shown(text).as_deref(), Some(found), "{text}");
        }
        for text in ["", ".", "NaN", "INF", "1e999", "1,5", "0x10", "1e", "--1", "é"] {
            assert_eq!(shown(text), None, "{text}");
        }
    }

    #[test]
    fn money_is_rounded_as_it_is_shown() {
        let pence = |text| Decimal::read(text).map(|number| number.to_decimals(2).text());
        assert_eq!(pence("33.3333333333333").as_deref(), Some("33.33"));
        assert_eq!(pence("199.995").as_deref(), Some("200"));
        assert_eq!(pence("-1.005").as_deref(), Some("-1.01"));
        assert_eq!(pence("1e-25").as_deref(), Some("0"));
    }

    proptest! {
        #[test]
        fn every_amount_is_read_back(pence in -1_000_000_000_000_i64..1_000_000_000_000) {
            let text = format!("{}{}.{:02}", if pence < 0 { "-" } else { "" }, pence.abs() / 100, pence.abs() % 100);
            let shortest = text.trim_end_matches('0').trim_end_matches('.').to_string();
            prop_assert_eq!(shown(&text), Some(if pence == 0 { "0".into() } else { shortest }));
        }

        #[test]
        fn nothing_panics(text in "[-+0-9.eE]{0,40}") {
            if let Some(number) = Decimal::read(&text) {
                let _ = (number.text(), number.percent().text(), number.to_decimals(2).text(), number.seconds(), number.whole());
            }
        }
    }
}
