//! Assets: what the stock is worth as at any day, and how that moved.
//!
//! Book value is computed and never stored: straight line by whole months of life, down to nought.

mod burden;
mod line;
mod movement;
mod register;

pub use burden::Burden;
pub use line::Bearing;
pub use movement::{Movement, MovementLine, MovementRefusal, Span};
pub use register::{Asset, AssetLine, DisposalLine};

use super::date::{Date, in_words};
use super::money::Pence;
use super::reference::LineRef;
use super::refusal::Refusal;
use super::tag::Tag;

/// All that decides what an instrument is worth in the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Worth {
    pub acquired_on: Option<Date>,
    pub cost: Option<Pence>,
    pub life_months: i64,
    pub disposed_on: Option<Date>,
}

impl Worth {
    /// Whether the register of a day names it: what was acquired by then, or nobody knows when.
    pub fn is_in_register(&self, day: Date) -> bool {
        self.acquired_on.is_none_or(|acquired_on| acquired_on <= day)
    }

    pub fn is_disposed_of(&self, day: Date) -> bool {
        self.disposed_on.is_some_and(|disposed_on| disposed_on <= day)
    }

    /// What it stands at in the books at the end of a day. Unknown without a cost or a day of acquisition, and before that
    /// day; nought from the day it left.
    pub fn book_value(&self, day: Date) -> Option<Pence> {
        match self.acquired_on {
            Some(acquired_on) if acquired_on > day => None,
            _ if self.is_disposed_of(day) => Some(Pence::ZERO),
            _ => self.written_down(day),
        }
    }

    /// What it stood at on the day it left, before it was taken off the books.
    pub fn book_value_given_up(&self) -> Option<Pence> {
        self.left_on().and_then(|left_on| self.written_down(left_on))
    }

    /// The day it left the books: never before the one it came onto them.
    fn left_on(&self) -> Option<Date> {
        self.disposed_on
            .map(|disposed_on| self.acquired_on.map_or(disposed_on, |acquired_on| disposed_on.max(acquired_on)))
    }

    /// Cost less depreciation, whether it is still there or not.
    fn written_down(&self, day: Date) -> Option<Pence> {
        let (cost, acquired_on) = (self.cost?, self.acquired_on?);
        Some(cost - depreciation(cost, months_of_life(acquired_on, day), self.life_months))
    }
}

/// Whole months of life by a day: one more each time the day of the month comes round on which it was acquired. Where a
/// month has no such day, it is full on the first of the next: from 31 January, none by 28 February and one by 1 March.
pub fn months_of_life(acquired_on: Date, day: Date) -> i64 {
    let months = 12 * i64::from(day.year() - acquired_on.year()) + i64::from(day.month() - acquired_on.month());
    (months - i64::from(day.day() < acquired_on.day())).max(0)
}

/// What of a cost is written off after so many months of a life, rounded half up to the penny; never more than the cost.
fn depreciation(cost: Pence, months: i64, life_months: i64) -> Pence {
    let life = i128::from(life_months.max(1));
    let months = i128::from(months).min(life);
    let rounded = (2 * i128::from(cost.pence()) * months + life) / (2 * life);
    // A part of a cost is no larger than the cost.
    Pence::new(i64::try_from(rounded).unwrap_or(cost.pence()))
}

/// Why the value of an instrument was not changed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssetRefusal {
    #[error("what {tag} cost comes from {line}, which brought it")]
    CostOfLine { tag: Tag, line: LineRef },
    #[error("{tag} was acquired on {}, after the day given", in_words(*.acquired_on))]
    AcquiredSince { tag: Tag, acquired_on: Date },
}

impl Refusal for AssetRefusal {
    fn hint(&self) -> Option<String> {
        Some(match self {
            AssetRefusal::CostOfLine { line, .. } => {
                format!("an invoice or a credit changes what {line} costs, and its instruments with it")
            }
            AssetRefusal::AcquiredSince { .. } => "give that day or a later one".into(),
        })
    }
}

#[cfg(test)]
mod tests;
