//! What the verbs of billing have in common: numbers, reasons, and what a line is called.

use anyhow::Result;

use crate::domain::instrument::free_text;
use crate::domain::purchase::billing::BillingRefusal;
use crate::domain::refusal::{Plain, refuse};

/// The number of an invoice or a credit note; an empty one is refused.
pub fn number_given(what: &'static str, typed: &str) -> Result<String> {
    let number = free_text("the invoice's number", typed).map_err(refuse)?;
    number.ok_or_else(|| refuse(BillingRefusal::NoNumber { what }))
}

/// A reason that must be given; an empty one is refused.
pub fn reason_given(typed: &str) -> Result<String> {
    let reason = free_text("the reason", typed).map_err(refuse)?;
    reason.ok_or_else(|| refuse(Plain::new("--reason is empty").hint("say why, in words an auditor will read")))
}

/// `1 line`, `2 lines`.
pub fn lines_in_words(count: usize) -> String {
    if count == 1 { "1 line".to_string() } else { format!("{count} lines") }
}

/// `VN-0001, VN-0002`; of many, the first and the last.
pub fn tags_in_words(tags: &[String]) -> String {
    const MOST: usize = 6;
    match tags {
        [first, .., last] if tags.len() > MOST => format!("{first} to {last} ({} instruments)", tags.len()),
        _ => tags.join(", "),
    }
}
