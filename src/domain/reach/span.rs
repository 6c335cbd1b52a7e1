//! The time that figures of reach are about: an academic year, a financial year, or days from one to another.

use crate::domain::date::{AcademicYear, Date, FinancialYear, YearStart, in_words};
use crate::domain::refusal::Refusal;

/// A stretch of days, by the name it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    Academic(AcademicYear),
    Financial(FinancialYear, YearStart),
    Days { from: Date, to: Date },
}

impl Period {
    pub fn first(self) -> Date {
        match self {
            Period::Academic(year) => year.first_day(),
            Period::Financial(year, opens) => year.first_day(opens),
            Period::Days { from, .. } => from,
        }
    }

    pub fn last(self) -> Date {
        match self {
            Period::Academic(year) => year.last_day(),
            Period::Financial(year, opens) => year.last_day(opens),
            Period::Days { to, .. } => to,
        }
    }

    /// `in 2026/27`, `in the financial year 2025/26`, `from 1 Apr 2026 to 30 Jun 2026`
    pub fn in_words(self) -> String {
        match self {
            Period::Academic(year) => format!("in {year}"),
            Period::Financial(year, _) => format!("in the financial year {year}"),
            Period::Days { from, to } => format!("from {} to {}", in_words(from), in_words(to)),
        }
    }

    fn named(self) -> String {
        match self {
            Period::Academic(year) => format!("the academic year {year}"),
            Period::Financial(year, _) => format!("the financial year {year}"),
            Period::Days { .. } => "the period".to_string(),
        }
    }
}

/// A period, as far as it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub period: Period,
    pub first: Date,
    /// The period's last day, or today.
    pub last: Date,
}

/// Why a period has no figures.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpanRefusal {
    #[error("{} begins on {}, which has not come yet", .period.named(), in_words(.period.first()))]
    NotBegun { period: Period, today: Date },
    #[error("the period would end on {}, before it begins on {}", in_words(*.to), in_words(*.from))]
    EndsBeforeItBegins { from: Date, to: Date },
}

impl Refusal for SpanRefusal {
    fn hint(&self) -> Option<String> {
        Some(match *self {
            SpanRefusal::NotBegun { period: Period::Academic(_), today } => {
                format!("without --year it is {}, the one that is running", AcademicYear::of(today))
            }
            SpanRefusal::NotBegun { period: Period::Financial(_, opens), today } => {
                format!("the one that is running is {}", FinancialYear::of(today, opens))
            }
            SpanRefusal::NotBegun { today, .. } => format!("begin it on {} or before", in_words(today)),
            SpanRefusal::EndsBeforeItBegins { .. } => "--from is its first day and --to its last".to_string(),
        })
    }
}

impl Span {
    pub fn of(period: Period, today: Date) -> Result<Span, SpanRefusal> {
        let (first, last) = (period.first(), period.last());
        if first > today {
            return Err(SpanRefusal::NotBegun { period, today });
        }
        if last < first {
            return Err(SpanRefusal::EndsBeforeItBegins { from: first, to: last });
        }
        Ok(Span { period, first, last: last.min(today) })
    }

    /// Whether more is to come.
    pub fn is_running(&self) -> bool {
        self.last < self.period.last()
    }

    /// Whether a loan was open on any day of it. The day it ended, by return or loss, still counts.
    pub fn takes(&self, out_on: Date, ended_on: Option<Date>) -> bool {
        out_on <= self.last && ended_on.is_none_or(|ended_on| ended_on >= self.first)
    }

    /// The academic year by which a remission band is looked up: that of the last day there are figures of.
    pub fn year_of_bands(&self) -> AcademicYear {
        AcademicYear::of(self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn academic(text: &str) -> Period {
        Period::Academic(text.parse().expect("a year"))
    }

    fn financial(text: &str) -> Period {
        Period::Financial(text.parse().expect("a year"), YearStart::COUNCIL)
    }

    #[test]
    fn a_loan_counts_in_each_period_of_which_it_saw_a_day() {
        let today = date(2028, 3, 1);
        let over_summer = (date(2026, 6, 1), Some(date(2026, 9, 1)));
        let to_the_last_day = (date(2026, 8, 31), Some(date(2026, 8, 31)));
        let week = Period::Days { from: date(2026, 9, 1), to: date(2026, 9, 7) };
        for (period, (out_on, ended_on), counts) in [
            (academic("2025/26"), over_summer, true),
            (academic("2026/27"), over_summer, true),
            (academic("2025/26"), to_the_last_day, true),
            (academic("2026/27"), to_the_last_day, false),
            (academic("2025/26"), (date(2026, 9, 1), None), false),
            (academic("2026/27"), (date(2026, 9, 1), None), true),
            (academic("2027/28"), (date(2026, 9, 1), None), true),
            (academic("2027/28"), (date(2028, 2, 29), Some(date(2028, 2, 29))), true),
            (academic("2026/27"), (date(2028, 2, 29), None), false),
            (financial("2025/26"), (date(2026, 3, 31), None), true),
            (financial("2025/26"), (date(2026, 4, 1), None), false),
            (financial("2026/27"), (date(2025, 1, 1), Some(date(2026, 4, 1))), true),
            (financial("2026/27"), (date(2025, 1, 1), Some(date(2026, 3, 31))), false),
            (week, over_summer, true),
            (week, to_the_last_day, false),
            (week, (date(2026, 9, 7), None), true),
            (week, (date(2026, 9, 8), None), false),
        ] {
            let span = Span::of(period, today).expect("begun");
            assert_eq!(span.takes(out_on, ended_on), counts, "{period:?} {out_on} {ended_on:?}");
        }
    }

    #[test]
    fn a_period_runs_to_today_and_one_to_come_is_refused() {
        let running = Span::of(academic("2026/27"), date(2026, 9, 1)).expect("begun");
        assert_eq!((running.first, running.last, running.is_running()), (date(2026, 9, 1), date(2026, 9, 1), true));
        assert!(!running.takes(date(2026, 9, 2), None));
        assert!(!Span::of(academic("2026/27"), date(2027, 8, 31)).expect("begun").is_running());
        let said = |period, today| {
            let refusal = Span::of(period, today).expect_err("refused");
            format!("{refusal}; {}", refusal.hint().unwrap_or_default())
        };
        assert_eq!(
            said(academic("2026/27"), date(2026, 8, 31)),
            "the academic year 2026/27 begins on 1 Sep 2026, which has not come yet; \
             without --year it is 2025/26, the one that is running"
        );
        assert_eq!(
            said(financial("2026/27"), date(2026, 3, 31)),
            "the financial year 2026/27 begins on 1 Apr 2026, which has not come yet; the one that is running is 2025/26"
        );
        let (from, to) = (date(2026, 4, 2), date(2026, 4, 1));
        assert_eq!(
            said(Period::Days { from, to: from }, to),
            "the period begins on 2 Apr 2026, which has not come yet; begin it on 1 Apr 2026 or before"
        );
        assert_eq!(Span::of(Period::Days { from, to }, from), Err(SpanRefusal::EndsBeforeItBegins { from, to }));
    }

    #[test]
    fn bands_are_those_of_the_last_day_with_figures() {
        let year = |period, today| Span::of(period, today).map(|span| span.year_of_bands().to_string());
        assert_eq!(year(financial("2026/27"), date(2026, 6, 1)), Ok("2025/26".into()));
        assert_eq!(year(financial("2026/27"), date(2028, 1, 1)), Ok("2026/27".into()));
        assert_eq!(year(academic("2026/27"), date(2026, 9, 1)), Ok("2026/27".into()));
    }
}
