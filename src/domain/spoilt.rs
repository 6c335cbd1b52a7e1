//! What a spreadsheet made of a text: a size that became a date or a fraction, a number that became a power of ten.

use super::date::{DateError, DateOrder, named, parse_fixed};
use super::instrument::{InstrumentRefusal, free_text, line_text};
use super::refusal::Refusal;
use super::text::escape;

/// Why a size or a telephone number was not taken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpoiltRefusal {
    #[error("'{}' is a size that a spreadsheet has turned into a date; write 3/4 and format the column as text", escape(.0))]
    SizeAsDate(String),
    #[error("'{}' is a size that a spreadsheet has turned into a number; write 3/4 and format the column as text", escape(.0))]
    SizeAsNumber(String),
    #[error("'{}' is a telephone number that a spreadsheet has destroyed, which kept only its first digits", escape(.0))]
    Phone(String),
    #[error(transparent)]
    Unfit(#[from] InstrumentRefusal),
}

impl Refusal for SpoiltRefusal {
    fn hint(&self) -> Option<String> {
        match self {
            SpoiltRefusal::Phone(_) => Some("ask for it again, and format that column as text".into()),
            SpoiltRefusal::Unfit(refusal) => refusal.hint(),
            SpoiltRefusal::SizeAsDate(_) | SpoiltRefusal::SizeAsNumber(_) => None,
        }
    }
}

/// The size of an instrument: any text but what a spreadsheet makes of 3/4.
pub fn size(text: &str) -> Result<Option<String>, SpoiltRefusal> {
    let Some(size) = free_text("the size", text)? else {
        return Ok(None);
    };
    if is_date(&size) {
        return Err(SpoiltRefusal::SizeAsDate(size));
    }
    if is_fraction(&size) {
        return Err(SpoiltRefusal::SizeAsNumber(size));
    }
    Ok(Some(size))
}

/// A telephone number, on one line.
pub fn phone(text: &str) -> Result<Option<String>, SpoiltRefusal> {
    match line_text("the phone number", text)? {
        Some(phone) if is_power_of_ten(&phone) => Err(SpoiltRefusal::Phone(phone)),
        phone => Ok(phone),
    }
}

/// `03-Apr`, `2026-04-03`, `03/04/2026 00:00:00`, and 45749, which counts the days since 1900.
fn is_date(size: &str) -> bool {
    let day = size.split_once([' ', 'T']).filter(|(_, time)| time.contains(':')).map_or(size, |(day, _)| day);
    let is_count = day.len() == 5 && day.bytes().all(|byte| byte.is_ascii_digit());
    let in_numbers = |order| !matches!(parse_fixed(day, order), Err(DateError::NotADate(_)));
    is_count || named::has_month(day) || in_numbers(DateOrder::Dmy) || in_numbers(DateOrder::Mdy)
}

/// `0.75`: less than one, with a point or a comma.
fn is_fraction(size: &str) -> bool {
    let decimals = size.strip_prefix('0').unwrap_or(size).strip_prefix(['.', ',']);
    decimals.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Digits, a point, digits, `E+` and digits: a number in a spreadsheet's scientific notation.
pub fn is_power_of_ten(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let upper = text.to_ascii_uppercase();
    let Some((number, power)) = upper.split_once("E+") else {
        return false;
    };
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    digits(power) && digits(whole) && digits(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_that_became_something_else_are_refused() {
        for text in [
            "03-Apr",
            "3-Apr",
            "Apr-03",
            "01-Feb",
            "03-Apr-26",
            "3 April 2026",
            "2026-04-03",
            "03/04/2026",
            "4/13/2026",
            "2026-04-03 00:00:00",
            "45749",
        ] {
            assert!(matches!(size(text), Err(SpoiltRefusal::SizeAsDate(_))), "{text}");
        }
        for text in ["0.75", "0.5", ".25", "0,125"] {
            assert!(matches!(size(text), Err(SpoiltRefusal::SizeAsNumber(_))), "{text}");
        }
        for text in
            ["3/4", "1/2", "4/4", "15in", "15.5", "16", "1/4-1/8", "1.0", "Bb/F", "March", "marching", "May", "large"]
        {
            assert_eq!(size(text), Ok(Some(text.to_string())));
        }
        assert_eq!(size(" "), Ok(None));
    }

    #[test]
    fn telephone_numbers_keep_their_digits() {
        assert_eq!(phone("07700 900123"), Ok(Some("07700 900123".to_string())));
        assert_eq!(phone("+44 7700 900123"), Ok(Some("+44 7700 900123".to_string())));
        for text in ["7.7009E+09", "7,7009e+09", "4E+11"] {
            assert!(matches!(phone(text), Err(SpoiltRefusal::Phone(_))), "{text}");
        }
    }
}
