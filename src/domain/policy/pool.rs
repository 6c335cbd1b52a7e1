//! Pools: lines that are capitalised as one.

use super::{Never, Policy};
use crate::domain::date::{Date, in_words};
use crate::domain::money::Pence;
use crate::domain::reference::LineRef;
use crate::domain::refusal::Refusal;
use crate::domain::text::escape;

/// What all lines of a pool come to, as they stood on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoolTotal {
    pub lines: i64,
    pub cost: Pence,
    /// The latest day on which one of them was invoiced.
    pub invoiced_on: Option<Date>,
}

/// A judgement of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pooling {
    pub name: String,
    pub total: PoolTotal,
    pub policy: Policy,
}

impl Pooling {
    pub fn is_capital(&self) -> bool {
        self.policy.shortfall(self.total.cost).is_none()
    }

    /// The comparison in a clause: `£900.00 in all is at or above £500.00`.
    pub fn because(&self) -> String {
        let stands = if self.is_capital() { "at or above" } else { "below" };
        format!("{} in all is {stands} {}", self.total.cost.in_words(), self.policy.threshold.in_words())
    }
}

/// Why a line does not go into a pool.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PoolRefusal {
    #[error("{line} cannot be capital, in a pool or out of one: {never}")]
    NeverCapital { line: LineRef, never: Never },
    #[error("{line} is in the pool '{}' already", escape(.pool))]
    InAPool { line: LineRef, pool: String, is_this_one: bool },
    #[error("no policy was in force on {}, so there is nothing to judge a pool by", in_words(*.0))]
    NoPolicy(Date),
    #[error("the pool was judged on {}, after the day given", in_words(*.0))]
    JudgedSince(Date),
    #[error("{} has not come yet", in_words(*.0))]
    NotYet(Date),
    #[error("{line} was not there on {}: its order is of {}", in_words(*.on), in_words(*.ordered_on))]
    OrderedSince { line: LineRef, on: Date, ordered_on: Date },
}

impl Refusal for PoolRefusal {
    fn hint(&self) -> Option<String> {
        Some(match self {
            PoolRefusal::NeverCapital { .. } => "leave it out; 'purchase recode' moves it to another fund".into(),
            PoolRefusal::InAPool { line, is_this_one: true, .. } => {
                format!("leave it out; 'ledgerline purchase why {line}' says how the pool was judged")
            }
            PoolRefusal::InAPool { line, is_this_one: false, .. } => {
                format!("a line is in one pool; 'ledgerline purchase why {line}' says how that was judged")
            }
            PoolRefusal::NoPolicy(_) => {
                "'ledgerline policy add' records what the hub capitalises, and from which day".into()
            }
            PoolRefusal::JudgedSince(_) => "give that day or a later one".into(),
            PoolRefusal::NotYet(_) => "give today or a day before it".into(),
            PoolRefusal::OrderedSince { .. } => "give the day of the order or a later one".into(),
        })
    }
}
