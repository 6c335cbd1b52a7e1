//! Capitalisation by the hub's own policy: what of a purchase is capital, and why.
//!
//! No threshold is built in: the grant's terms leave it to each body's accounting policies
//! (<https://www.musicmark.org.uk/news/an-update-to-the-capital-grant-for-musical-instruments/>).

mod judge;
mod pool;

pub use judge::{Asset, Finding, Grounds, Never, Policies, Policy};
pub use pool::{PoolRefusal, PoolTotal, Pooling};

use std::borrow::Cow;
use std::fmt;

use super::date::{Date, in_words};
use super::listing::{Cell, ToCell};
use super::money::Pence;
use super::reference::LineRef;
use super::refusal::Refusal;
use super::shares::Shares;
use super::words::{Basis, Rule};
use crate::listing;

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

/// Why a policy was not added.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyRefusal {
    #[error("there is a policy from {} already", in_words(*.0))]
    Taken(Date),
}

impl Refusal for PolicyRefusal {
    fn hint(&self) -> Option<String> {
        Some("a policy is never changed; another, with a later day, follows it".to_string())
    }
}

/// A line that is revenue by policy and that a capital fund bears: somebody will ask about it at the year's end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line} is revenue by the policy of {} ({}), and {}; {}", in_words(*.policy_on), .because, capital_funds(.fund), way_out(*.line, *.can_be_pooled))]
pub struct RevenueInCapital {
    pub line: LineRef,
    pub policy_on: Date,
    pub because: String,
    /// The capital funds among those that bear it.
    pub fund: String,
    pub can_be_pooled: bool,
}

fn capital_funds(codes: &str) -> String {
    if codes.contains(',') { format!("{codes} are capital funds") } else { format!("{codes} is a capital fund") }
}

fn way_out(line: LineRef, can_be_pooled: bool) -> String {
    if can_be_pooled {
        format!("lines may reach the threshold together: 'ledgerline purchase pool NAME {line}'")
    } else {
        format!("'ledgerline purchase recode {line} --fund CODE --reason WHY' moves it to another fund")
    }
}

listing! {
    /// One line of `policy list`.
    pub struct PolicyLine {
        effective_on: Date,
        threshold: Pence,
        basis: Basis,
        min_life_months: i64,
        /// How many bills it has judged, how many of them as capital, and how many pools.
        judged: i64,
        capital: i64,
        pools: i64,
    }
}

listing! {
    /// One sentence of `purchase why`.
    pub struct WhyLine {
        line: LineRef,
        /// An invoice's number, or what else it is about.
        about: String,
        on: Option<Date>,
        capital_result: String,
        policy: Option<Date>,
        sentence: String,
    }
}

listing! {
    /// One line of `report recodings`.
    pub struct RecodingLine {
        line: LineRef,
        on: Date,
        fund_before: Shares,
        fund: Shares,
        category_before: String,
        category: String,
        grant_cost: Pence,
        reason: String,
        who: String,
    }
}

listing! {
    /// One line of `report overrides`.
    pub struct OverrideLine {
        fund: String,
        subject: String,
        on: Date,
        rule: Option<Rule>,
        reason: String,
        supplier: String,
        description: String,
        grant_cost: Option<Pence>,
    }
}
