//! When a loan is due: as typed, at the end of a named term, or by the scheme's rule. The one place that decides it.

use std::fmt;
use std::str::FromStr;

use super::date::{AcademicYear, Date, days_between, plus_days, plus_months};
use super::term::Calendar;

/// How long a scheme's loans last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// To the end of the term.
    Term,
    /// To the end of the academic year.
    Year,
    Days(i64),
    Months(i64),
}

/// Why a text is not a length.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a length; it is term, year, a number of days such as 28d, or of months such as 3m")]
pub struct LengthError(String);

impl FromStr for Length {
    type Err = LengthError;

    fn from_str(text: &str) -> Result<Length, LengthError> {
        let wrong = || LengthError(text.to_string());
        let text = text.trim();
        let number = |digits: &str| match digits.parse::<i64>() {
            Ok(number) if (1..=3650).contains(&number) && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Ok(number)
            }
            _ => Err(wrong()),
        };
        match (text, text.strip_suffix('d'), text.strip_suffix('m')) {
            ("term", ..) => Ok(Length::Term),
            ("year", ..) => Ok(Length::Year),
            (_, Some(days), _) => number(days).map(Length::Days),
            (_, _, Some(months)) => number(months).map(Length::Months),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Length::Term => f.write_str("term"),
            Length::Year => f.write_str("year"),
            Length::Days(days) => write!(f, "{days}d"),
            Length::Months(months) => write!(f, "{months}m"),
        }
    }
}

/// A due day and what the person at the desk should know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    pub on: Date,
    /// The day the rule gave, where it fell outside term or on a weekend and was moved.
    pub moved_from: Option<Date>,
    /// A typed day on which there is no school: kept, with a warning.
    pub no_school_day: bool,
}

/// A day that was typed is kept, whatever the calendar says.
pub fn typed(on: Date, calendar: &Calendar) -> Due {
    Due { on, moved_from: None, no_school_day: calendar.is_school_day(on) == Some(false) }
}

/// The day by a scheme's rule, moved to the last school day before it where the calendar of that year is entered.
/// `None` past the calendar's end.
pub fn by_rule(length: Length, out_on: Date, calendar: &Calendar) -> Option<Due> {
    let on = match length {
        Length::Term => {
            calendar.ending_after(out_on).map_or_else(|| end_of_year(out_on, calendar), |term| term.last_on)
        }
        Length::Year => end_of_year(out_on, calendar),
        Length::Days(days) => plus_days(out_on, days)?,
        Length::Months(months) => plus_months(out_on, months)?,
    };
    let moved = calendar.covers(AcademicYear::of(on)).then(|| calendar.last_school_day_by(on)).flatten();
    // A day moved to before the hand-over would be of no use to anyone.
    let moved = moved.filter(|&moved| moved != on && moved >= out_on);
    Some(Due { on: moved.unwrap_or(on), moved_from: moved.map(|_| on), no_school_day: false })
}

/// The end of the academic year: of its last term where terms are entered, else 31 July; past that, the next year's.
fn end_of_year(out_on: Date, calendar: &Calendar) -> Date {
    let year = AcademicYear::of(out_on);
    let end = |year: AcademicYear| {
        let july = year.last_day().with().month(7).day(31).build().unwrap_or(year.last_day());
        calendar.of_year(year).last().map_or(july, |term| term.last_on)
    };
    if end(year) > out_on { end(year) } else { end(year.next()) }
}

/// How many days late something is on a day: nought on the due day itself and before. The one place for "how late".
pub fn days_late(due_on: Date, today: Date) -> i64 {
    days_between(due_on, today).max(0)
}

#[cfg(test)]
mod tests {
    use super::super::term::{Scope, Term};
    use super::*;
    use jiff::civil::date;

    fn calendar() -> Calendar {
        let term = |name: &str, first_on, last_on| Term {
            year: "2026/27".parse().expect("a year"),
            name: name.parse().expect("a name"),
            first_on,
            last_on,
            scope: Scope::Hub,
        };
        Calendar::new(vec![
            term("autumn", date(2026, 9, 2), date(2026, 12, 18)),
            term("spring", date(2027, 1, 4), date(2027, 3, 25)),
            term("summer", date(2027, 4, 12), date(2027, 7, 21)),
        ])
    }

    #[test]
    fn lengths_read_and_print() {
        for text in ["term", "year", "28d", "3m"] {
            assert_eq!(text.parse::<Length>().map(|length| length.to_string()), Ok(text.to_string()));
        }
        for text in ["", "d", "0d", "-1d", "3", "9999d", "2w"] {
            assert!(text.parse::<Length>().is_err(), "{text}");
        }
    }

    #[test]
    fn without_terms_the_year_ends_on_31_july() {
        let none = Calendar::default();
        let year = |out_on| by_rule(Length::Year, out_on, &none).map(|due| due.on);
        assert_eq!(year(date(2026, 9, 1)), Some(date(2027, 7, 31)));
        assert_eq!(year(date(2027, 7, 30)), Some(date(2027, 7, 31)));
        assert_eq!(year(date(2027, 7, 31)), Some(date(2028, 7, 31)));
        assert_eq!(year(date(2027, 8, 31)), Some(date(2028, 7, 31)));
        // Nothing moves: 31 July 2027 is a Saturday.
        assert_eq!(by_rule(Length::Year, date(2026, 9, 1), &none).and_then(|due| due.moved_from), None);
    }

    #[test]
    fn a_rule_follows_the_terms() {
        let term = |out_on| by_rule(Length::Term, out_on, &calendar()).map(|due| due.on);
        assert_eq!(term(date(2026, 9, 10)), Some(date(2026, 12, 18)));
        assert_eq!(term(date(2026, 12, 18)), Some(date(2027, 3, 25)));
        assert_eq!(by_rule(Length::Year, date(2026, 9, 10), &calendar()).map(|due| due.on), Some(date(2027, 7, 21)));
    }

    #[test]
    fn a_holiday_or_weekend_moves_to_the_last_school_day_before() {
        let days = |out_on, days| by_rule(Length::Days(days), out_on, &calendar()).map(|due| (due.on, due.moved_from));
        let christmas = date(2026, 12, 27);
        assert_eq!(days(date(2026, 12, 1), 26), Some((date(2026, 12, 18), Some(christmas))));
        let sunday = date(2026, 10, 4);
        assert_eq!(days(date(2026, 9, 20), 14), Some((date(2026, 10, 2), Some(sunday))));
        assert_eq!(days(date(2026, 9, 21), 14), Some((date(2026, 10, 5), None)));
        // Handed over in the holidays, due in the holidays: there is no school day between.
        assert_eq!(days(date(2026, 12, 21), 7), Some((date(2026, 12, 28), None)));
    }

    #[test]
    fn a_typed_day_is_kept() {
        assert_eq!(
            typed(date(2026, 12, 27), &calendar()),
            Due { on: date(2026, 12, 27), moved_from: None, no_school_day: true }
        );
        assert!(typed(date(2026, 10, 4), &calendar()).no_school_day, "a Sunday");
        assert!(!typed(date(2026, 10, 5), &calendar()).no_school_day);
        assert!(!typed(date(2030, 12, 27), &calendar()).no_school_day);
    }

    #[test]
    fn the_due_day_itself_is_not_late() {
        assert_eq!(days_late(date(2026, 7, 17), date(2026, 7, 17)), 0);
        assert_eq!(days_late(date(2026, 7, 17), date(2026, 7, 18)), 1);
        assert_eq!(days_late(date(2026, 7, 17), date(2026, 7, 1)), 0);
    }
}
