//! Files of rejects: what stands in them beside the cells of the file they came from, and how they are known again.

use std::borrow::Cow;

use super::kinds::Kind;
use super::mapping::Mapping;
use super::reader::{Mark, RawRow};

/// The heading of the column that says why a row was rejected.
const REASON: &str = "reason";

/// The same where the file or the kind has a reason of its own.
const REJECTED_REASON: &str = "rejected_reason";

/// The heading of the column that says the how-manieth of its equals a row is.
const PLACE: &str = "place";

/// The column's heading, its place, and whether rows are told apart by their place among equals.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// How many headings the file has of its own.
    pub own: usize,
    /// How many it has in all; cells beyond them are a fault.
    pub all: usize,
    /// What the column of reasons is called.
    pub reason: &'static str,
    /// What the column of places is called, where rows have one.
    pub place: Option<&'static str>,
    /// Whether the file is one of rejects that comes in again.
    pub is_again: bool,
    /// Where such a file has the places.
    place_at: Option<usize>,
}

impl Layout {
    /// Reads from a file's headings what it is.
    pub fn of(kind: Kind, mapping: &Mapping, headings: &[String]) -> Layout {
        let kind_has_reason = kind.columns().contains(&REASON);
        let all = headings.len();
        let last_is = |among: &[String], name: &str| {
            among.last().is_some_and(|last| last == name) && !mapping.reads(among.len() - 1)
        };
        let is_again = last_is(headings, REJECTED_REASON) || (!kind_has_reason && last_is(headings, REASON));
        let mut own = &headings[..all - usize::from(is_again)];
        let has_places = is_again && kind.counts_equals() && last_is(own, PLACE);
        own = &own[..own.len() - usize::from(has_places)];
        let has_reason = kind_has_reason || own.iter().any(|heading| heading.eq_ignore_ascii_case(REASON));
        Layout {
            own: own.len(),
            all,
            reason: if has_reason { REJECTED_REASON } else { REASON },
            place: kind.counts_equals().then_some(PLACE),
            is_again,
            place_at: has_places.then_some(own.len()),
        }
    }

    /// The place among its equals that a row was rejected with.
    pub fn told_place(&self, row: &RawRow<'_>) -> Option<i64> {
        self.place_at.and_then(|at| row.cell(at).parse().ok()).filter(|place| *place > 0)
    }
}

/// The headings that are left out, but for those that a file of rejects has got from us.
pub fn without_what_was_said(unused: &[String]) -> &[String] {
    match unused {
        [own @ .., place, last] if place == PLACE && (last == REASON || last == REJECTED_REASON) => own,
        [own @ .., last] if last == REASON || last == REJECTED_REASON => own,
        all => all,
    }
}

/// A cell as it is written for a text file: an amount as the map has amounts, an error as what is known for one again.
pub fn cell_in_text<'a>(row: &RawRow<'a>, index: usize, decimal_comma: bool) -> Cow<'a, str> {
    let text = row.raw(index);
    match row.mark(index) {
        Mark::Number if decimal_comma => Cow::Owned(text.replace('.', ",")),
        Mark::Broken if !is_error(text) => Cow::Borrowed("#VALUE!"),
        _ => Cow::Borrowed(text),
    }
}

/// Whether a cell holds one of the errors that spreadsheets show.
pub fn is_error(text: &str) -> bool {
    let known =
        ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"];
    known.contains(&text)
}
