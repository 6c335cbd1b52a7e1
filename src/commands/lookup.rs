//! From what was typed to the record meant, or the refusal that offers the closest.

use anyhow::Result;

use crate::domain::borrower::{BorrowerRef, PartyRefusal};
use crate::domain::instrument::{Category, InstrumentRefusal, Type, TypeCode};
use crate::domain::loan::Party;
use crate::domain::refusal::refuse;
use crate::store::{Tx, category as categories, instrument_type as types, party as parties};

pub use crate::store::party::{borrower, organisation, person, person_at_hand, school};

/// The type with this code or name.
pub fn instrument_type(tx: &Tx, typed: &str) -> Result<Type> {
    match types::find(tx, typed)? {
        Some(found) => Ok(found),
        None => {
            let nearest = types::nearest(tx, typed)?;
            Err(refuse(InstrumentRefusal::UnknownType { typed: typed.to_string(), nearest }))
        }
    }
}

/// The type that an instrument bears; its sizes are not read.
pub fn type_of(tx: &Tx, code: &TypeCode) -> Result<Type> {
    let unknown = || InstrumentRefusal::UnknownType { typed: code.to_string(), nearest: None };
    types::without_sizes(tx, code)?.ok_or_else(|| refuse(unknown()))
}

/// The category with this code, in use or not.
pub fn category(tx: &Tx, typed: &str) -> Result<Category> {
    match categories::find(tx, typed)? {
        Some(found) => Ok(found),
        None => {
            let nearest = categories::nearest(tx, typed)?;
            Err(refuse(InstrumentRefusal::UnknownCategory { typed: typed.to_string(), nearest }))
        }
    }
}

/// The category with this code, for something new to bear: refused once retired.
pub fn category_in_use(tx: &Tx, typed: &str) -> Result<Category> {
    let found = category(tx, typed)?;
    match found.retired_on {
        Some(on) => Err(refuse(InstrumentRefusal::RetiredCategory(found.code, on))),
        None => Ok(found),
    }
}

/// What the rules of lending need to know of a borrower; refused where they were erased.
pub fn party(tx: &Tx, borrower: BorrowerRef) -> Result<Party> {
    parties::refuse_erased(tx, borrower)?;
    let unknown = || PartyRefusal::Unknown { what: "borrower", typed: borrower.to_string(), nearest: None };
    parties::facts(tx, borrower)?.ok_or_else(|| refuse(unknown()))
}
