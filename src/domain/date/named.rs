//! Days with the month's name, as spreadsheets show them: `05-Sep-2025`, `5 September 2025`.

use super::Date;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// What a text with a month's name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    Day(Date),
    /// Its year has two figures, which do not say the century.
    TwoFigures,
    /// It has a day that its month has not.
    NoSuchDay,
}

/// Reads `5 Sep 2025`, `05-Sep-2025`, `Sep 5, 2025`; `None` where the text is nothing of the kind.
pub fn read(text: &str) -> Option<Named> {
    let (day, month, year) = parts(text)?;
    let year = year?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match (year.len(), digits(year)) {
        (2, true) => return Some(Named::TwoFigures),
        (4, true) => {}
        _ => return None,
    }
    let year = year.parse::<i16>().ok().filter(|year| (1900..2200).contains(year))?;
    Some(Date::new(year, month, day).map_or(Named::NoSuchDay, Named::Day))
}

/// Whether a text is a day or a number beside a month's name, with a year or without: `03-Apr`, `Apr-03`.
pub fn has_month(text: &str) -> bool {
    parts(text).is_some()
}

/// The day, the month and, where there is one, the year as it is written.
fn parts(text: &str) -> Option<(i8, i8, Option<&str>)> {
    let mut parts = text.split([' ', '-', '/', '.', ',']).filter(|part| !part.is_empty());
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() {
        return None;
    }
    let (day, month) = match (month(first), month(second)) {
        (None, Some(month)) => (first, month),
        (Some(month), None) => (second, month),
        _ => return None,
    };
    let is_day = (1..=2).contains(&day.len()) && day.bytes().all(|byte| byte.is_ascii_digit());
    Some((day.parse().ok().filter(|_| is_day)?, month, year))
}

/// A month by its whole name, its first three letters, or `Sept`.
fn month(word: &str) -> Option<i8> {
    let word = word.to_ascii_lowercase();
    let is_month = |name: &str| {
        word == name || (word.len() == 3 && name.starts_with(&word)) || (word == "sept" && name == "september")
    };
    MONTHS.iter().position(|name| is_month(name)).and_then(|place| i8::try_from(place + 1).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_months_name_tells_it_from_the_day() {
        let day = Some(Named::Day(Date::constant(2025, 9, 5)));
        for text in
            ["05-Sep-2025", "5 September 2025", "5 Sep 2025", "5-SEPT-2025", "Sep 5, 2025", "5/sep/2025", "05.Sep.2025"]
        {
            assert_eq!(read(text), day, "{text}");
        }
        assert_eq!(read("05-Sep-25"), Some(Named::TwoFigures));
        assert_eq!(read("31 Sep 2025"), Some(Named::NoSuchDay));
        for text in
            ["5 Sep", "Sep 2025", "5 Se 2025", "5 Sep 20255", "Sep Oct 2025", "5 Sep 2025 x", "5 Brumaire 2025", ""]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
