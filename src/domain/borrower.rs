//! Borrowers: the school, organisation or person answerable for a loan.

use std::fmt;

use super::listing::{Cell, ToCell};
use super::reference::{OrganisationRef, PersonRef, Urn};
use super::refusal::Refusal;
use super::text::escape;

/// Who answers for a loan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BorrowerRef {
    Person(PersonRef),
    School(Urn),
    Organisation(OrganisationRef),
}

impl fmt::Display for BorrowerRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BorrowerRef::Person(person) => person.fmt(f),
            BorrowerRef::School(urn) => urn.fmt(f),
            BorrowerRef::Organisation(organisation) => organisation.fmt(f),
        }
    }
}

impl ToCell for BorrowerRef {
    fn to_cell(&self) -> Cell<'_> {
        match self {
            BorrowerRef::Person(person) => Cell::Numbered('P', person.number()),
            BorrowerRef::School(urn) => Cell::Urn(*urn),
            BorrowerRef::Organisation(organisation) => Cell::Numbered('G', organisation.number()),
        }
    }
}

/// Why a text did not lead to one person, school or organisation.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartyRefusal {
    #[error("there is no {what} {}", quoted(.typed))]
    Unknown { what: &'static str, typed: String, nearest: Option<String> },
    #[error("{} could be {}", quoted(.typed), listed(.candidates))]
    Ambiguous { typed: String, candidates: Vec<String> },
    #[error("{name} is a {found}, and a {wanted} is wanted here")]
    WrongKind { name: String, found: String, wanted: &'static str },
}

/// Why a cell of a file names nobody: it follows the cell, and stands on one line.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameRefusal {
    #[error("is {} on record; write the reference or the whole name{}", nobody(.what), meant(.nearest.as_deref()))]
    Nobody { what: &'static str, nearest: Option<String> },
    #[error("is the name of several; write the reference of the one meant: {}", in_a_line(.0))]
    Several(Vec<String>),
}

impl Refusal for NameRefusal {}

fn nobody(what: &str) -> &'static str {
    if what == "organisation" { "no organisation" } else { "nobody" }
}

fn meant(nearest: Option<&str>) -> String {
    nearest.map(|near| format!("; did you mean {}?", escape(near))).unwrap_or_default()
}

/// Candidates on one line, and how many more there are.
fn in_a_line(candidates: &[String]) -> String {
    const MOST: usize = 8;
    let shown: Vec<String> = candidates.iter().take(MOST).map(|candidate| escape(candidate)).collect();
    let more = candidates.len().saturating_sub(MOST);
    let rest = if more > 0 { format!("; and {more} more") } else { String::new() };
    format!("{}{rest}", shown.join("; "))
}

/// Names in quotes; references and numbers bare.
fn quoted(typed: &str) -> String {
    let is_reference = typed.len() > 1 && typed.chars().skip(1).all(|c| c.is_ascii_digit());
    if is_reference { escape(typed) } else { format!("'{}'", escape(typed)) }
}

/// Candidates one a line, and how many more there are.
fn listed(candidates: &[String]) -> String {
    const MOST: usize = 8;
    let shown = candidates.iter().take(MOST).map(|candidate| format!("\n  {}", escape(candidate)));
    let more = candidates.len().saturating_sub(MOST);
    let rest = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    format!("any of:{}{rest}", shown.collect::<String>())
}

impl Refusal for PartyRefusal {
    fn hint(&self) -> Option<String> {
        match self {
            PartyRefusal::Unknown { nearest: Some(near), .. } => Some(format!("did you mean {near}?")),
            PartyRefusal::Unknown { what: "school", .. } => {
                Some("add it with 'ledgerline school add URN NAME', or import the register".into())
            }
            PartyRefusal::Unknown { what: "organisation", .. } => {
                Some("add it with 'ledgerline organisation add NAME --role setting|partner|hub|repairer'".into())
            }
            PartyRefusal::Unknown { .. } => {
                Some("add them with 'ledgerline person add NAME --role pupil|teacher|adult'".into())
            }
            PartyRefusal::Ambiguous { .. } => Some("say which by the reference".into()),
            PartyRefusal::WrongKind { .. } => None,
        }
    }
}
