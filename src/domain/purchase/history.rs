//! What a file tells of records that stood before, and that no desk command says: which invoice is which, how it was judged.

use crate::domain::date::Date;
use crate::domain::text::fold;

/// What an invoice is known by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InvoiceName {
    /// Empty where it is not known.
    pub number: String,
    /// What tells it from others of its supplier: the number, folded, or what stands in its place. Empty where it cannot be
    /// told from another by that.
    pub key: String,
    /// Its number in the file it comes from: rows of one entry are one invoice.
    pub entry: Option<i64>,
}

impl InvoiceName {
    /// An invoice that its number tells from others, if it has one.
    pub fn by_number(number: &str) -> InvoiceName {
        InvoiceName { number: number.to_string(), key: fold(number), entry: None }
    }
}

/// How a bill was judged when it was recorded, as its row tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToldJudgement {
    /// By the policy with this number in the file.
    By {
        policy_id: i64,
        is_capital: bool,
        /// Where that was not the invoice's day.
        judged_on: Option<Date>,
    },
    /// No policy has judged it, and none is to now.
    Unjudged,
}

/// What only a record that stood before has of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The day of the invoice that added it, where it was not ordered.
    pub added_on: Option<Date>,
    /// What the invoice that bills all of it is known by; by its number alone where this is absent.
    pub invoice: Option<InvoiceName>,
}
