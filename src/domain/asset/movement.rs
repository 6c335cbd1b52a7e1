//! How book values moved over a period: what the note on assets in the accounts is made from.

use std::ops::AddAssign;

use super::Worth;
use crate::domain::date::{Date, in_words};
use crate::domain::money::Pence;
use crate::domain::reach::Period;
use crate::domain::refusal::Refusal;
use crate::listing;

/// How much, of one instrument or of many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Movement {
    pub opening: Pence,
    pub additions: Pence,
    pub disposals: Pence,
    pub depreciation: Pence,
    /// What came into the figures, or went out of them, and was there all along: moved to another fund, or judged otherwise.
    pub transfers: Pence,
}

impl Movement {
    /// What became of one instrument from a day to another, both included. None where its book value is not known, or it
    /// came later. `cost_before` is what it had cost by the evening before: what a bill or a credit of the period changed
    /// of that counts with the additions.
    pub fn of(worth: &Worth, cost_before: Option<Pence>, first: Date, last: Date) -> Option<Movement> {
        let (cost, acquired_on) = (worth.cost?, worth.acquired_on?);
        let closing = worth.book_value(last)?;
        let eve = first.yesterday().unwrap_or(Date::MIN);
        let before = Worth { cost: Some(cost_before.unwrap_or(cost)), ..*worth };
        let opening = before.book_value(eve).unwrap_or_default();
        let additions = match before.cost {
            _ if acquired_on >= first => cost,
            Some(cost_before) if !worth.is_disposed_of(eve) => cost - cost_before,
            _ => Pence::ZERO,
        };
        let left_in_period = worth.left_on().is_some_and(|left_on| first <= left_on && left_on <= last);
        let disposals = if left_in_period { worth.book_value_given_up()? } else { Pence::ZERO };
        let depreciation = opening + additions - disposals - closing;
        Some(Movement { opening, additions, disposals, depreciation, transfers: Pence::ZERO })
    }

    /// The same where the figures stood at this the evening before: nothing where they did not count the instrument, another
    /// part of it where a fund bore another. What it should have been by today's coding came in by a transfer.
    pub fn opened_at(self, opening: Pence) -> Movement {
        Movement { opening, transfers: self.opening - opening, ..self }
    }

    /// What the books stood at when the period ended.
    pub fn closing(&self) -> Pence {
        self.opening + self.additions + self.transfers - self.disposals - self.depreciation
    }

    pub fn line<'a>(&self, family: &'a str) -> MovementLine<'a> {
        MovementLine {
            family,
            opening: self.opening,
            additions: self.additions,
            disposals: self.disposals,
            depreciation: self.depreciation,
            closing: self.closing(),
            transfers: self.transfers,
        }
    }
}

impl AddAssign for Movement {
    fn add_assign(&mut self, other: Movement) {
        self.opening = self.opening + other.opening;
        self.additions = self.additions + other.additions;
        self.disposals = self.disposals + other.disposals;
        self.depreciation = self.depreciation + other.depreciation;
        self.transfers = self.transfers + other.transfers;
    }
}

listing! {
    /// One line of `report movements`.
    pub struct MovementLine<'a> {
        family: &'a str,
        opening: Pence,
        additions: Pence,
        disposals: Pence,
        depreciation: Pence,
        closing: Pence,
        transfers: Pence,
    }
}

/// The days of a report of movements: a period, as far as it has come by a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub period: Period,
    pub first: Date,
    pub last: Date,
}

/// Why there are no movements to show.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MovementRefusal {
    #[error("the period begins on {}, after {}", in_words(*.first), in_words(*.as_at))]
    NotBegun { first: Date, as_at: Date },
    #[error("the period would end on {}, before it begins on {}", in_words(*.last), in_words(*.first))]
    Backwards { first: Date, last: Date },
}

impl Refusal for MovementRefusal {
    fn hint(&self) -> Option<String> {
        Some(match self {
            MovementRefusal::NotBegun { .. } => "name an earlier period, or a later day with --as-at".to_string(),
            MovementRefusal::Backwards { .. } => "--from is its first day and --to its last".to_string(),
        })
    }
}

impl Span {
    pub fn of(period: Period, as_at: Date) -> Result<Span, MovementRefusal> {
        let (first, last) = (period.first(), period.last());
        if last < first {
            return Err(MovementRefusal::Backwards { first, last });
        }
        if first > as_at {
            return Err(MovementRefusal::NotBegun { first, as_at });
        }
        Ok(Span { period, first, last: last.min(as_at) })
    }

    /// `from 1 Apr 2026 to 22 Nov 2026, the financial year 2026/27 as far as it had come`
    pub fn in_words(&self) -> String {
        let days = format!("from {} to {}", in_words(self.first), in_words(self.last));
        let so_far = if self.last < self.period.last() { " as far as it had come" } else { "" };
        match self.period {
            Period::Academic(year) => format!("{days}, the academic year {year}{so_far}"),
            Period::Financial(year, _) => format!("{days}, the financial year {year}{so_far}"),
            Period::Days { .. } => days,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// £1,200.00 over ten years from 1 Apr 2024, £10.00 a month.
    const HELD: Worth = Worth {
        acquired_on: Some(Date::constant(2024, 4, 1)),
        cost: Some(Pence::new(120_000)),
        life_months: 120,
        disposed_on: None,
    };

    fn of_year(worth: &Worth, before: i64) -> [i64; 5] {
        let moved = Movement::of(worth, Some(Pence::new(before)), date(2025, 4, 1), date(2026, 3, 31)).expect("known");
        let line = moved.line("strings");
        [line.opening, line.additions, line.disposals, line.depreciation, line.closing].map(Pence::pence)
    }

    #[test]
    fn each_instrument_moves_as_the_accounts_have_it() {
        let acquired = |day| Worth { acquired_on: Some(day), ..HELD };
        let disposed = |day| Worth { disposed_on: Some(day), ..HELD };
        let never = [0; 5];
        for (what, worth, before, moved) in [
            ("held", HELD, 120_000, [109_000, 0, 0, 12_000, 97_000]),
            ("came on the first day", acquired(date(2025, 4, 1)), 120_000, [0, 120_000, 0, 11_000, 109_000]),
            ("came on the last", acquired(date(2026, 3, 31)), 120_000, [0, 120_000, 0, 0, 120_000]),
            ("came before", acquired(date(2025, 3, 31)), 120_000, [120_000, 0, 0, 12_000, 108_000]),
            ("left the day before", disposed(date(2025, 3, 31)), 120_000, never),
            ("left on the first day", disposed(date(2025, 4, 1)), 120_000, [109_000, 0, 108_000, 1_000, 0]),
            ("left on the last", disposed(date(2026, 3, 31)), 120_000, [109_000, 0, 97_000, 12_000, 0]),
            ("left later", disposed(date(2026, 4, 1)), 120_000, [109_000, 0, 0, 12_000, 97_000]),
            ("billed for more", HELD, 108_000, [98_100, 12_000, 0, 13_100, 97_000]),
            ("credited after it left", disposed(date(2025, 3, 31)), 150_000, never),
            (
                "came and left",
                Worth { disposed_on: Some(date(2025, 8, 31)), ..acquired(date(2025, 5, 31)) },
                120_000,
                [0, 120_000, 117_000, 3_000, 0],
            ),
        ] {
            assert_eq!(of_year(&worth, before), moved, "{what}");
        }
    }

    #[test]
    fn what_came_later_or_is_not_known_does_not_move() {
        let (first, last) = (date(2023, 4, 1), date(2024, 3, 31));
        assert_eq!(Movement::of(&HELD, None, first, last), None);
        assert_eq!(Movement::of(&Worth { cost: None, ..HELD }, None, first, date(2025, 1, 1)), None);
        assert_eq!(Movement::of(&Worth { acquired_on: None, ..HELD }, None, first, date(2025, 1, 1)), None);
    }

    #[test]
    fn a_period_ends_by_the_day_it_is_looked_at() {
        let days =
            |from, to| Span::of(Period::Days { from, to }, date(2026, 3, 31)).map(|span| (span.first, span.last));
        let (march, april) = (date(2026, 3, 1), date(2026, 4, 1));
        assert_eq!(days(march, april), Ok((march, date(2026, 3, 31))));
        assert_eq!(days(march, march), Ok((march, march)));
        assert_eq!(days(april, april), Err(MovementRefusal::NotBegun { first: april, as_at: date(2026, 3, 31) }));
        assert_eq!(days(april, march), Err(MovementRefusal::Backwards { first: april, last: march }));
    }
}
