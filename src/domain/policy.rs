//! Capitalisation by the hub's own policy: what of a purchase is capital, and why.
//!
//! No threshold is built in: the grant's terms leave it to each body's accounting policies
//! (<https://www.musicmark.org.uk/news/an-update-to-the-capital-grant-for-musical-instruments/>).

use std::borrow::Cow;
use std::fmt;

use super::date::Date;
use super::listing::{Cell, ToCell};

/// How a policy judged a bill, once and for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The day from which the policy was in force: its name.
    pub policy_on: Date,
    pub is_capital: bool,
}

/// What a bill is by the policy that judged it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CapitalResult<'a> {
    Capital,
    Revenue,
    /// Capital as a part of the pool of this name.
    Pooled(&'a str),
}

impl fmt::Display for CapitalResult<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CapitalResult::Capital => f.write_str("capital"),
            CapitalResult::Revenue => f.write_str("revenue"),
            CapitalResult::Pooled(pool) => write!(f, "capital (pool {pool})"),
        }
    }
}

impl ToCell for CapitalResult<'_> {
    fn to_cell(&self) -> Cell<'_> {
        match self {
            CapitalResult::Capital => Cell::Code(Cow::Borrowed("capital")),
            CapitalResult::Revenue => Cell::Code(Cow::Borrowed("revenue")),
            CapitalResult::Pooled(_) => Cell::Text(Cow::Owned(self.to_string())),
        }
    }
}
