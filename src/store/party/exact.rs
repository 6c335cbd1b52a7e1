//! Whom a cell of a file names: a reference, or an exact name. A part of a name names nobody, since nobody is there to ask.

use anyhow::Result;

use super::{Candidate, borrower, nearest_name, organisation, organisations, people, person, schools};
use crate::domain::borrower::{BorrowerRef, NameRefusal};
use crate::domain::person::Person;
use crate::domain::reference::{OrganisationRef, PersonRef, Urn};
use crate::domain::refusal::refuse;
use crate::domain::school::Organisation;
use crate::domain::text::fold;
use crate::domain::words::Role;
use crate::store::Tx;
use crate::store::person as persons;

/// The person of this reference or exact name; of several, the one who is no pupil where a pupil cannot be meant.
pub fn person_named(tx: &Tx, typed: &str, signs: bool) -> Result<Person> {
    if typed.parse::<PersonRef>().is_ok() {
        return person(tx, typed);
    }
    let found = people(tx, typed)?;
    let nearest = partly(&found);
    let mut bearers = whole(found, typed);
    if signs && bearers.len() > 1 {
        let adults: Vec<PersonRef> = persons::with_name(tx, typed)?
            .into_iter()
            .filter(|person| person.role != Role::Pupil)
            .map(|person| person.id)
            .collect();
        if !adults.is_empty() {
            bearers.retain(|bearer| adults.contains(&bearer.found));
        }
    }
    let id = only(tx, "person", typed, bearers, nearest)?;
    person(tx, &id.to_string())
}

/// The organisation of this reference or exact name.
pub fn organisation_named(tx: &Tx, typed: &str) -> Result<Organisation> {
    if typed.parse::<OrganisationRef>().is_ok() {
        return organisation(tx, typed);
    }
    let found = organisations(tx, typed)?;
    let nearest = partly(&found);
    let id = only(tx, "organisation", typed, whole(found, typed), nearest)?;
    organisation(tx, &id.to_string())
}

/// Whoever borrows, by reference, URN or exact name. `settles` says of one of several whether it is the one meant, by what
/// else the row says.
pub fn borrower_named(tx: &Tx, typed: &str, settles: impl Fn(BorrowerRef) -> bool) -> Result<BorrowerRef> {
    let is_reference =
        typed.parse::<Urn>().is_ok() || typed.parse::<PersonRef>().is_ok() || typed.parse::<OrganisationRef>().is_ok();
    if is_reference {
        return borrower(tx, typed);
    }
    let mut found: Vec<Candidate<BorrowerRef>> = Vec::new();
    found.extend(people(tx, typed)?.into_iter().map(|found| found.map(BorrowerRef::Person)));
    found.extend(schools(tx, typed)?.into_iter().map(|found| found.map(BorrowerRef::School)));
    found.extend(organisations(tx, typed)?.into_iter().map(|found| found.map(BorrowerRef::Organisation)));
    let nearest = partly(&found);
    let bearers = whole(found, typed);
    let mut settled = bearers.iter().filter(|bearer| settles(bearer.found));
    match (bearers.len() > 1, settled.next(), settled.next()) {
        (true, Some(meant), None) => Ok(meant.found),
        _ => only(tx, "person, school or organisation", typed, bearers, nearest),
    }
}

/// Those who bear the name as a whole.
fn whole<T>(found: Vec<Candidate<T>>, typed: &str) -> Vec<Candidate<T>> {
    found.into_iter().filter(|found| found.is_whole_name(typed)).collect()
}

/// The name of the only one of whose name it is a part.
fn partly<T>(found: &[Candidate<T>]) -> Option<String> {
    match found {
        [one] => Some(one.name.to_string()),
        _ => None,
    }
}

fn only<T: Copy>(
    tx: &Tx,
    what: &'static str,
    typed: &str,
    bearers: Vec<Candidate<T>>,
    partly: Option<String>,
) -> Result<T> {
    match bearers.as_slice() {
        [one] => Ok(one.found),
        [] => {
            let nearest = match partly {
                Some(partly) => Some(partly),
                None => nearest_name(tx, what, typed)?.filter(|near| fold(near) != fold(typed)),
            };
            Err(refuse(NameRefusal::Nobody { what, nearest }))
        }
        _ => Err(refuse(NameRefusal::Several(bearers.into_iter().map(|bearer| bearer.line).collect()))),
    }
}
