//! Days as a file writes them: in an order, perhaps with a time behind them, perhaps rubbish.

use crate::domain::date::named::{self, Named};
use crate::domain::date::{Date, DateError, DateOrder, from_iso, is_within_range, parse_fixed};

/// How a file's days are read.
#[derive(Debug, Default)]
pub struct Days {
    pub order: DateOrder,
    /// Whether any time of day is passed over, and not only midnight.
    pub drop_times: bool,
    /// Days that stand for none where the file comes from.
    pub refused: Vec<Date>,
}

const FOUR_FIGURES: &str = "needs the four figures of its year; format that column as 2025-09-05 and save it again";

impl Days {
    /// The day a cell states, or why it states none.
    pub fn read(&self, text: &str) -> Result<Date, String> {
        let text = self.without_time(text);
        let day = match from_iso(text) {
            Some(day) if is_within_range(day) => day,
            _ => match named::read(text) {
                Some(Named::Day(day)) => day,
                Some(Named::TwoFigures) => return Err(FOUR_FIGURES.to_string()),
                Some(Named::NoSuchDay) => return Err("is not a day that exists".to_string()),
                None => parse_fixed(text, self.order).map_err(|error| self.told(text, error))?,
            },
        };
        if self.refused.contains(&day) {
            return Err("is what programs write where they know no day; put the right one in, or leave the cell empty"
                .to_string());
        }
        Ok(day)
    }

    /// A day without the midnight that spreadsheets add, `16/09/2006 00:00:00`, or with any time where the map drops it.
    fn without_time<'t>(&self, text: &'t str) -> &'t str {
        // A day alone is no longer than this; most cells hold no more.
        if text.len() <= "31/08/2026".len() {
            return text;
        }
        let (day, time) = parted(text).unwrap_or((text, ""));
        let is_midnight = matches!(time, "00:00" | "00:00:00" | "0:00");
        if is_midnight || (self.drop_times && is_time(time)) { day } else { text }
    }

    /// Why a cell is no day, in the terms of a file rather than of the command line.
    fn told(&self, text: &str, error: DateError) -> String {
        let DateError::NotADate(_) = error else {
            return error.to_string();
        };
        if text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return "is a spreadsheet's count of days; format that column as dates and save it again".to_string();
        }
        if has_two_figures(text) {
            return FOUR_FIGURES.to_string();
        }
        if self.order == DateOrder::Ymd
            && parse_fixed(text, DateOrder::Dmy) != Err(DateError::NotADate(text.to_string()))
        {
            return "does not begin with the year, as days do here; --dates dmy says that the day comes first, --dates mdy the month"
                .to_string();
        }
        let is_day = |day: &str| parse_fixed(day, self.order).is_ok() || named::read(day).is_some();
        if parted(text).is_some_and(|(day, time)| is_time(time) && is_day(day)) {
            return "has a time of day; times = \"drop\" under [format] in a map passes over it".to_string();
        }
        let example = match self.order {
            DateOrder::Dmy => "31/08/2026",
            DateOrder::Ymd => "2026/08/31",
            DateOrder::Mdy => "08/31/2026",
        };
        format!("is not a date; write 2026-08-31 or {example}")
    }
}

/// A day and the time of day behind it, the day perhaps in several words.
fn parted(text: &str) -> Option<(&str, &str)> {
    let colon = text.find(':')?;
    let begins = text[..colon].rfind([' ', 'T'])?;
    Some((text[..begins].trim_end(), &text[begins + 1..]))
}

/// `03/09/19`: three numbers of one or two figures each, so that none is a whole year.
fn has_two_figures(text: &str) -> bool {
    let mut parts = text.split(['/', '-', '.']);
    let is_short = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    (0..3).all(|_| parts.next().is_some_and(is_short)) && parts.next().is_none()
}

/// `23:59`, `10:30:00.000`, `3:30 PM`.
fn is_time(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let clock = lower.strip_suffix("am").or(lower.strip_suffix("pm")).unwrap_or(&lower).trim_end();
    let mut parts = clock.split(':');
    let within = |part: Option<&str>, most: u32| {
        let digits =
            part.filter(|part| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()));
        digits.and_then(|digits| digits.parse::<u32>().ok()).is_some_and(|number| number < most)
    };
    let (hours, minutes) = (within(parts.next(), 24), within(parts.next(), 60));
    let seconds = parts.next().is_none_or(|part| {
        let (whole, fraction) = part.split_once('.').unwrap_or((part, ""));
        within(Some(whole), 60) && fraction.bytes().all(|byte| byte.is_ascii_digit())
    });
    hours && minutes && seconds && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(days: &Days, text: &str) -> String {
        days.read(text).map_or_else(|reason| reason, |day| day.to_string())
    }

    #[test]
    fn a_time_of_day_is_passed_over_where_the_map_says_so() {
        let (strict, lax) = (Days::default(), Days { drop_times: true, ..Days::default() });
        assert_eq!(read(&strict, "16/09/2006 00:00:00"), "2006-09-16");
        assert!(read(&strict, "16/09/2006 10:30").starts_with("has a time of day"));
        for text in [
            "16/09/2006 23:59",
            "2006-09-16 23:59:00",
            "2006-09-16T9:05",
            "2006-09-16 03:30 PM",
            "2006-09-16 1:00:00.000",
        ] {
            assert_eq!(read(&lax, text), "2006-09-16", "{text}");
        }
        for text in
            ["16/09/2006 soon", "16/09/2006 25:00", "16/09/2006 9", "16/09/2006 9:00:00:00", "2006-09-16T09:05Z"]
        {
            assert!(read(&lax, text).starts_with("is not a date"), "{text}: {}", read(&lax, text));
        }
    }

    #[test]
    fn an_order_that_is_not_known_is_asked_for() {
        let unknown = Days { order: DateOrder::Ymd, ..Days::default() };
        assert_eq!(read(&unknown, "2026-03-04"), "2026-03-04");
        for text in ["03/04/2026", "13/04/2026", "4/30/2026"] {
            assert!(read(&unknown, text).starts_with("does not begin with the year"), "{text}");
        }
        assert!(read(&unknown, "4 March").starts_with("is not a date"));
        for text in ["05-Sep-2025", "5 September 2025", "5 Sep 2025 00:00:00"] {
            assert_eq!(read(&unknown, text), "2025-09-05", "{text}");
        }
        for text in ["03/09/19", "3.9.19", "05-Sep-25"] {
            for days in [&unknown, &Days::default()] {
                assert!(read(days, text).starts_with("needs the four figures"), "{text}");
            }
        }
        let american = Days { order: DateOrder::Mdy, ..Days::default() };
        assert_eq!(read(&american, "03/04/2026"), "2026-03-04");
    }

    #[test]
    fn days_that_stand_for_none_are_refused_however_they_are_written() {
        let days = Days { refused: vec!["1970-01-01".parse().expect("a day")], ..Days::default() };
        for text in ["1970-01-01", "01/01/1970", "1970-01-01 00:00:00"] {
            assert!(read(&days, text).starts_with("is what programs write"), "{text}");
        }
        assert_eq!(read(&days, "1970-01-02"), "1970-01-02");
    }
}
