//! Days: civil dates, the years they fall in, and how people write them.

pub mod named;

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan;
pub use jiff::civil::Date;

/// Why a text is not a day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    #[error("'{0}' is not a date; write 2026-08-31, 31/08/2026, today, yesterday or +14d")]
    NotADate(String),
    #[error("'{0}' is not a day that exists")]
    NoSuchDay(String),
    #[error("'{0}' looks like a US date; write the day first, 31/08/2026, or 2026-08-31")]
    UsOrder(String),
    #[error("'{0}' is outside 1900 to 2199")]
    OutOfRange(String),
    #[error("'{0}' is not a year; write 2025/26")]
    NotAYear(String),
}

/// The order of day, month and year in a file's dates with slashes, dots or hyphens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    #[default]
    Dmy,
    Ymd,
    Mdy,
}

/// The years that a record can speak of.
const YEARS: std::ops::Range<i16> = 1900..2200;

/// Whether a day is one that a record can speak of.
pub fn is_within_range(day: Date) -> bool {
    YEARS.contains(&day.year())
}

/// Reads a day as the command line takes it: ISO, UK order, `today`, `yesterday`, `+14d`, `-3d`.
pub fn parse(text: &str, today: Date) -> Result<Date, DateError> {
    let text = text.trim();
    let days = match text {
        "today" => return Ok(today),
        "yesterday" => Some(-1),
        "tomorrow" => Some(1),
        _ => days_from_today(text),
    };
    match days {
        Some(days) => {
            let day = plus_days(today, days).filter(|day| is_within_range(*day));
            day.ok_or_else(|| DateError::OutOfRange(text.into()))
        }
        None => parse_fixed(text, DateOrder::Dmy),
    }
}

/// Reads a day that a record states: ISO always, else the given order.
pub fn parse_fixed(text: &str, order: DateOrder) -> Result<Date, DateError> {
    // What files mostly hold, read without taking it apart.
    if let Some(day) = from_iso(text).filter(|day| YEARS.contains(&day.year())) {
        return Ok(day);
    }
    let text = text.trim();
    let not_a_date = || DateError::NotADate(text.to_string());
    let (a, b, c) = three_numbers(text).ok_or_else(not_a_date)?;
    let year_first = a.len() == 4;
    let year_last = c.len() == 4;
    let (year, month, day) = match order {
        _ if year_first && !year_last => (a, b, c),
        DateOrder::Dmy if year_last => (c, b, a),
        DateOrder::Mdy if year_last => (c, a, b),
        _ => return Err(not_a_date()),
    };
    if month.len() > 2 || day.len() > 2 || (year_first && (month.len() != 2 || day.len() != 2)) {
        return Err(not_a_date());
    }
    let number = |digits: &str| digits.parse::<i16>().map_err(|_| not_a_date());
    let (year, month, day) = (number(year)?, number(month)?, number(day)?);
    if order == DateOrder::Dmy && year_last && month > 12 && day <= 12 {
        return Err(DateError::UsOrder(text.to_string()));
    }
    if !YEARS.contains(&year) {
        return Err(DateError::OutOfRange(text.to_string()));
    }
    let no_such_day = |_| DateError::NoSuchDay(text.to_string());
    let small = |number: i16| i8::try_from(number).map_err(|_| DateError::NoSuchDay(text.to_string()));
    Date::new(year, small(month)?, small(day)?).map_err(no_such_day)
}

fn three_numbers(text: &str) -> Option<(&str, &str, &str)> {
    let separator = text.chars().find(|c| !c.is_ascii_digit())?;
    if !matches!(separator, '-' | '/' | '.') {
        return None;
    }
    let mut parts = text.split(separator);
    let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (parts.next().is_none() && digits(a) && digits(b) && digits(c)).then_some((a, b, c))
}

/// `+14d` and `-3d` as a number of days.
fn days_from_today(text: &str) -> Option<i64> {
    let digits = text.strip_suffix('d')?;
    let unsigned = digits.strip_prefix(['+', '-'])?;
    if unsigned.is_empty() || !unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().filter(|days: &i64| days.abs() <= 36_500)
}

/// The day so many days later (or earlier); `None` past the calendar's end.
pub fn plus_days(day: Date, days: i64) -> Option<Date> {
    let span = jiff::Span::new().try_days(days).ok()?;
    day.checked_add(span).ok()
}

/// The same day so many months later, or the last of a shorter month.
pub fn plus_months(day: Date, months: i64) -> Option<Date> {
    let span = jiff::Span::new().try_months(months).ok()?;
    day.checked_add(span).ok()
}

/// The day so many working days later, Monday to Friday: five after a Wednesday is the next Wednesday.
pub fn plus_working_days(day: Date, days: i64) -> Option<Date> {
    let mut reached = day;
    for _ in 0..days {
        reached = reached.tomorrow().ok()?;
        while is_weekend(reached) {
            reached = reached.tomorrow().ok()?;
        }
    }
    Some(reached)
}

/// Whether a day is a Saturday or a Sunday.
pub fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday)
}

/// Whole days from one day to a later one; negative if it is earlier.
pub fn days_between(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

/// Whole months from one day to a later one: from 31 January to the last of February is one.
pub fn whole_months(from: Date, to: Date) -> i64 {
    let months = 12 * i64::from(to.year() - from.year()) + i64::from(to.month() - from.month());
    let reached = plus_months(from, months).is_some_and(|day| day <= to);
    (months - i64::from(!reached)).max(0)
}

/// `2026-08-31` as bytes, for the millions of them that a list can hold.
pub fn iso(day: Date) -> [u8; 10] {
    // Of what is below a hundred, which all of these are, the two digits.
    let pair = |number: i16| {
        let number = number.unsigned_abs().min(99).to_le_bytes()[0];
        [b'0' + number / 10, b'0' + number % 10]
    };
    let ([a, b], [c, d]) = (pair(day.year() / 100), pair(day.year() % 100));
    let ([e, f], [g, h]) = (pair(i16::from(day.month())), pair(i16::from(day.day())));
    [a, b, c, d, b'-', e, f, b'-', g, h]
}

/// A day as [`iso`] writes it; `None` for anything else. The quick way in for what the records hold.
pub fn from_iso(text: &str) -> Option<Date> {
    let bytes: &[u8; 10] = text.as_bytes().try_into().ok()?;
    let digit = |place: usize| bytes[place].is_ascii_digit().then(|| i16::from(bytes[place] - b'0'));
    let pair = |place: usize| Some(digit(place)? * 10 + digit(place + 1)?);
    if bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let (month, day) = (i8::try_from(pair(5)?).ok()?, i8::try_from(pair(8)?).ok()?);
    Date::new(pair(0)? * 100 + pair(2)?, month, day).ok()
}

/// `31 Aug 2026`, as tables and sentences print a day.
pub fn in_words(day: Date) -> String {
    day.strftime("%-d %b %Y").to_string()
}

/// A school year, 1 September to 31 August, written `2026/27`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AcademicYear(i16);

impl AcademicYear {
    pub fn of(day: Date) -> AcademicYear {
        AcademicYear(if day.month() >= 9 { day.year() } else { day.year() - 1 })
    }

    pub fn next(self) -> AcademicYear {
        AcademicYear(self.0 + 1)
    }

    pub fn first_day(self) -> Date {
        Date::constant(1, 9, 1).with().year(self.0).build().unwrap_or(Date::MIN)
    }

    pub fn last_day(self) -> Date {
        self.next().first_day().saturating_sub(1.day())
    }
}

/// A financial year, from the day the hub's books open, written `2025/26`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FinancialYear(i16);

impl FinancialYear {
    pub fn of(day: Date, opens: YearStart) -> FinancialYear {
        let opened = (day.month(), day.day()) >= (opens.month, opens.day);
        FinancialYear(if opened { day.year() } else { day.year() - 1 })
    }

    pub fn first_day(self, opens: YearStart) -> Date {
        opens.in_year(self.0)
    }

    pub fn last_day(self, opens: YearStart) -> Date {
        opens.in_year(self.0 + 1).saturating_sub(1.day())
    }
}

/// The month and day on which the hub's financial year opens; `04-01` for councils.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearStart {
    month: i8,
    day: i8,
}

impl YearStart {
    pub const COUNCIL: YearStart = YearStart { month: 4, day: 1 };

    fn in_year(self, year: i16) -> Date {
        Date::new(year, self.month, self.day).unwrap_or(Date::MAX)
    }
}

impl FromStr for YearStart {
    type Err = DateError;

    /// Reads `04-01`; 29 February is refused, since most years have none.
    fn from_str(text: &str) -> Result<YearStart, DateError> {
        let day =
            parse_fixed(&format!("2001-{text}"), DateOrder::Ymd).map_err(|_| DateError::NoSuchDay(text.to_string()))?;
        Ok(YearStart { month: day.month(), day: day.day() })
    }
}

/// Reads `2026/27`: four digits, a slash, and the two of the year after.
fn parse_year_pair(text: &str) -> Result<i16, DateError> {
    let not_a_year = || DateError::NotAYear(text.to_string());
    let (first, second) = text.trim().split_once(['/', '-']).ok_or_else(not_a_year)?;
    let digits = |part: &str, many: usize| part.len() == many && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(first, 4) || !digits(second, 2) {
        return Err(not_a_year());
    }
    let first: i16 = first.parse().map_err(|_| not_a_year())?;
    let second: i16 = second.parse().map_err(|_| not_a_year())?;
    if !(1900..2199).contains(&first) || (first + 1) % 100 != second {
        return Err(not_a_year());
    }
    Ok(first)
}

macro_rules! year_pair {
    ($year:ident) => {
        impl FromStr for $year {
            type Err = DateError;
            fn from_str(text: &str) -> Result<$year, DateError> {
                parse_year_pair(text).map($year)
            }
        }

        impl fmt::Display for $year {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}/{:02}", self.0, (self.0 + 1) % 100)
            }
        }
    };
}

year_pair!(AcademicYear);
year_pair!(FinancialYear);

#[cfg(test)]
mod tests;
