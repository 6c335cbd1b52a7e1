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
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    const TODAY: Date = date(2026, 11, 22);

    #[test]
    fn reads_the_ways_people_write_a_day() {
        for (text, day) in [
            ("2026-08-31", date(2026, 8, 31)),
            ("31/08/2026", date(2026, 8, 31)),
            ("31-08-2026", date(2026, 8, 31)),
            ("1/9/2026", date(2026, 9, 1)),
            ("today", TODAY),
            ("yesterday", date(2026, 11, 21)),
            ("+14d", date(2026, 12, 6)),
            ("-22d", date(2026, 10, 31)),
            ("2024-02-29", date(2024, 2, 29)),
        ] {
            assert_eq!(parse(text, TODAY), Ok(day), "{text}");
        }
    }

    #[test]
    fn refuses_days_that_are_none() {
        use DateError::{NoSuchDay, NotADate, OutOfRange, UsOrder};
        assert_eq!(parse("31/02/2024", TODAY), Err(NoSuchDay("31/02/2024".into())));
        assert_eq!(parse("2023-02-29", TODAY), Err(NoSuchDay("2023-02-29".into())));
        assert_eq!(parse("09/13/2024", TODAY), Err(UsOrder("09/13/2024".into())));
        assert_eq!(parse("45536", TODAY), Err(NotADate("45536".into())));
        assert_eq!(parse("never", TODAY), Err(NotADate("never".into())));
        assert_eq!(parse("31/08/26", TODAY), Err(NotADate("31/08/26".into())));
        assert_eq!(parse("0001-01-01", TODAY), Err(OutOfRange("0001-01-01".into())));
    }

    #[test]
    fn years_turn_on_their_days() {
        assert_eq!(AcademicYear::of(date(2026, 8, 31)).to_string(), "2025/26");
        assert_eq!(AcademicYear::of(date(2026, 9, 1)).to_string(), "2026/27");
        assert_eq!(FinancialYear::of(date(2026, 3, 31), YearStart::COUNCIL).to_string(), "2025/26");
        assert_eq!(FinancialYear::of(date(2026, 4, 1), YearStart::COUNCIL).to_string(), "2026/27");
        let year: AcademicYear = "1999/00".parse().expect("a year");
        assert_eq!((year.first_day(), year.last_day()), (date(1999, 9, 1), date(2000, 8, 31)));
        assert!("2026/28".parse::<AcademicYear>().is_err());
        assert!("02-29".parse::<YearStart>().is_err());
    }

    #[test]
    fn a_month_after_the_31st_is_the_last_of_a_short_month() {
        assert_eq!(plus_months(date(2026, 1, 31), 1), Some(date(2026, 2, 28)));
    }

    #[test]
    fn a_month_is_whole_on_its_last_day() {
        assert_eq!(whole_months(date(2026, 1, 31), date(2026, 2, 27)), 0);
        assert_eq!(whole_months(date(2026, 1, 31), date(2026, 2, 28)), 1);
        assert_eq!(whole_months(date(2024, 11, 22), date(2026, 11, 21)), 23);
        assert_eq!(whole_months(date(2024, 11, 22), date(2026, 11, 22)), 24);
        assert_eq!(whole_months(date(2026, 11, 22), date(2026, 10, 1)), 0);
    }

    #[test]
    fn working_days_pass_over_weekends() {
        for (from, days, to) in [
            // A Wednesday, a Friday, a Saturday, a Sunday.
            (date(2026, 11, 18), 5, date(2026, 11, 25)),
            (date(2026, 11, 20), 1, date(2026, 11, 23)),
            (date(2026, 11, 21), 1, date(2026, 11, 23)),
            (date(2026, 11, 21), 5, date(2026, 11, 27)),
            (date(2026, 11, 22), 5, date(2026, 11, 27)),
            // A Wednesday at the year's end, and a leap day.
            (date(2026, 12, 30), 5, date(2027, 1, 6)),
            (date(2024, 2, 28), 2, date(2024, 3, 1)),
            (date(2026, 11, 18), 0, date(2026, 11, 18)),
        ] {
            assert_eq!(plus_working_days(from, days), Some(to), "{from} and {days}");
        }
        assert_eq!(plus_working_days(Date::MAX, 1), None);
    }

    #[test]
    fn years_are_digits_and_days_stay_within_range() {
        for text in ["2006/+7", "+006/07", "2006/7", "2006/08", "20o6/07", "2199/00"] {
            assert_eq!(text.parse::<AcademicYear>(), Err(DateError::NotAYear(text.into())), "{text}");
        }
        for text in ["tomorrow", "+1d", "+36500d"] {
            assert_eq!(parse(text, date(2199, 12, 31)), Err(DateError::OutOfRange(text.into())), "{text}");
        }
        assert_eq!(parse("yesterday", date(1900, 1, 1)), Err(DateError::OutOfRange("yesterday".into())));
    }

    proptest! {
        #[test]
        fn every_day_prints_and_reads(days in -40_000i64..69_000) {
            let day = plus_days(date(2010, 1, 1), days).expect("in range");
            prop_assert_eq!(parse(&day.to_string(), TODAY), Ok(day));
            prop_assert_eq!(String::from_utf8(iso(day).to_vec()), Ok(day.to_string()));
            prop_assert_eq!(from_iso(&day.to_string()), Some(day));
            prop_assert_eq!(parse(&day.strftime("%d/%m/%Y").to_string(), TODAY), Ok(day));
        }

        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = parse(&text, TODAY);
            let _ = text.parse::<AcademicYear>();
            let _ = text.parse::<YearStart>();
        }
    }
}
