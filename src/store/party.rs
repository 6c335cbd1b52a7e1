//! From what a person types to the school, organisation or person meant: a reference, an exact name, or a part of one.

mod exact;

use anyhow::Result;

use super::db::Tx;
use super::{merge, organisation, person, school};
pub use exact::{borrower_named, organisation_named, person_named};

use crate::args;
use crate::domain::borrower::{BorrowerRef, PartyRefusal};
use crate::domain::loan::Party;
use crate::domain::person::Person;
use crate::domain::privacy::PrivacyRefusal;
use crate::domain::reference::{OrganisationRef, PersonRef, Urn};
use crate::domain::refusal::refuse;
use crate::domain::school::{Organisation, School};
use crate::domain::text::{Name, closest, fold};

/// More candidates than are listed, so that the list can say how many there are beyond it.
const MOST: i64 = 200;

/// The person meant.
pub fn person(tx: &Tx, typed: &str) -> Result<Person> {
    let id = match typed.parse::<PersonRef>() {
        Ok(reference) => Some(reference),
        Err(_) => only(typed, people(tx, typed)?)?,
    };
    match id.map(|id| still_on_record(tx, id)).transpose()?.flatten() {
        Some(found) => Ok(found),
        None => unknown(tx, "person", typed),
    }
}

/// The person with a reference, or whoever that was merged into.
fn still_on_record(tx: &Tx, id: PersonRef) -> Result<Option<Person>> {
    match person::find(tx, id)? {
        Some(found) => Ok(Some(found)),
        None => Ok(merge::led_to(tx, id)?.map(|into| person::find(tx, into)).transpose()?.flatten()),
    }
}

/// The person meant, who is to do something: refused where they were erased.
pub fn person_at_hand(tx: &Tx, typed: &str) -> Result<Person> {
    let found = person(tx, typed)?;
    match found.erased_on {
        Some(on) => Err(refuse(PrivacyRefusal::IsErased { person: found.id, on })),
        None => Ok(found),
    }
}

/// Refuses where a borrower was erased: nothing new is to be written of them.
pub fn refuse_erased(tx: &Tx, borrower: BorrowerRef) -> Result<()> {
    let BorrowerRef::Person(person) = borrower else {
        return Ok(());
    };
    let sql = "SELECT erased_on FROM person WHERE id = ?1 AND erased_on IS NOT NULL";
    match tx.one(sql, args![person], |row| row.day(0))? {
        Some(on) => Err(refuse(PrivacyRefusal::IsErased { person, on })),
        None => Ok(()),
    }
}

/// The school meant.
pub fn school(tx: &Tx, typed: &str) -> Result<School> {
    let urn = match typed.parse::<Urn>() {
        Ok(urn) => Some(urn),
        Err(_) => only(typed, schools(tx, typed)?)?,
    };
    match urn.map(|urn| school::find(tx, urn)).transpose()?.flatten() {
        Some(found) => Ok(found),
        None => unknown(tx, "school", typed),
    }
}

/// The organisation meant.
pub fn organisation(tx: &Tx, typed: &str) -> Result<Organisation> {
    let id = match typed.parse::<OrganisationRef>() {
        Ok(reference) => Some(reference),
        Err(_) => only(typed, organisations(tx, typed)?)?,
    };
    match id.map(|id| organisation::find(tx, id)).transpose()?.flatten() {
        Some(found) => Ok(found),
        None => unknown(tx, "organisation", typed),
    }
}

/// Whoever is meant, of the three kinds that can borrow.
pub fn borrower(tx: &Tx, typed: &str) -> Result<BorrowerRef> {
    if typed.parse::<Urn>().is_ok() {
        return Ok(BorrowerRef::School(school(tx, typed)?.urn));
    }
    if typed.parse::<PersonRef>().is_ok() {
        return Ok(BorrowerRef::Person(person(tx, typed)?.id));
    }
    if typed.parse::<OrganisationRef>().is_ok() {
        return Ok(BorrowerRef::Organisation(organisation(tx, typed)?.id));
    }
    let mut candidates: Vec<Candidate<BorrowerRef>> = Vec::new();
    candidates.extend(people(tx, typed)?.into_iter().map(|found| found.map(BorrowerRef::Person)));
    candidates.extend(schools(tx, typed)?.into_iter().map(|found| found.map(BorrowerRef::School)));
    candidates.extend(organisations(tx, typed)?.into_iter().map(|found| found.map(BorrowerRef::Organisation)));
    let whole: Vec<_> = candidates.iter().filter(|found| found.is_whole_name(typed)).cloned().collect();
    let candidates = if whole.is_empty() { candidates } else { whole };
    match only(typed, candidates)? {
        Some(found) => Ok(found),
        None => unknown(tx, "person, school or organisation", typed),
    }
}

/// Somebody who might be meant, and the line that tells them from namesakes.
#[derive(Clone)]
struct Candidate<T> {
    found: T,
    name: Name,
    line: String,
}

impl<T> Candidate<T> {
    fn map<U>(self, change: impl FnOnce(T) -> U) -> Candidate<U> {
        Candidate { found: change(self.found), name: self.name, line: self.line }
    }

    fn is_whole_name(&self, typed: &str) -> bool {
        self.name.key() == fold(typed)
    }
}

fn people(tx: &Tx, typed: &str) -> Result<Vec<Candidate<PersonRef>>> {
    let found = searched(typed).map(|part| person::named(tx, part, MOST)).transpose()?.unwrap_or_default();
    let line = |(id, name, about): (PersonRef, Name, String)| {
        let line = format!("{id} {name} ({about})");
        Candidate { found: id, name, line }
    };
    Ok(found.into_iter().map(line).collect())
}

fn schools(tx: &Tx, typed: &str) -> Result<Vec<Candidate<Urn>>> {
    let found = searched(typed).map(|part| school::named(tx, part, MOST)).transpose()?.unwrap_or_default();
    let line = |(urn, name): (Urn, Name)| Candidate { found: urn, line: format!("{urn} {name}"), name };
    Ok(found.into_iter().map(line).collect())
}

fn organisations(tx: &Tx, typed: &str) -> Result<Vec<Candidate<OrganisationRef>>> {
    let found = searched(typed).map(|part| organisation::named(tx, part, MOST)).transpose()?.unwrap_or_default();
    let line = |(id, name): (OrganisationRef, Name)| Candidate { found: id, line: format!("{id} {name}"), name };
    Ok(found.into_iter().map(line).collect())
}

/// Nothing is a part of every name: an empty text finds nobody.
fn searched(typed: &str) -> Option<&str> {
    Some(typed.trim()).filter(|text| !text.is_empty())
}

/// The one candidate; none is `None`, several are refused with the list.
fn only<T: Clone>(typed: &str, candidates: Vec<Candidate<T>>) -> Result<Option<T>> {
    if candidates.len() > 1 {
        let candidates = candidates.into_iter().map(|candidate| candidate.line).collect();
        return Err(refuse(PartyRefusal::Ambiguous { typed: typed.to_string(), candidates }));
    }
    Ok(candidates.into_iter().next().map(|candidate| candidate.found))
}

/// Nobody is meant: refused, with the closest name on record.
fn unknown<T>(tx: &Tx, what: &'static str, typed: &str) -> Result<T> {
    let nearest = nearest_name(tx, what, typed)?;
    Err(refuse(PartyRefusal::Unknown { what, typed: typed.to_string(), nearest }))
}

/// The closest name among those that share the first letter: a slip rarely changes it.
fn nearest_name(tx: &Tx, what: &str, typed: &str) -> Result<Option<String>> {
    let Some(first) = fold(typed).chars().next().filter(|letter| letter.is_alphabetic()) else {
        return Ok(None);
    };
    let (from, to) = (first.to_string(), format!("{first}\u{10ffff}"));
    let mut names = Vec::new();
    for (table, noun) in [("person", "person"), ("school", "school"), ("organisation", "organisation")] {
        if what.contains(noun) {
            let sql = format!(
                "SELECT name FROM {table} WHERE name_key >= ?1 AND name_key < ?2{} ORDER BY name_key LIMIT 20000",
                on_record(table)
            );
            names.extend(tx.all(&sql, args![&from, &to], |row| row.string(0))?);
        }
    }
    Ok(closest(typed, names.iter().map(String::as_str)).map(str::to_string))
}

/// The condition that leaves out whoever was erased: nobody is to be found by what stands in place of a name.
fn on_record(table: &str) -> &'static str {
    if table == "person" { " AND erased_on IS NULL" } else { "" }
}

/// A borrower's name.
pub fn name_of(tx: &Tx, borrower: BorrowerRef) -> Result<String> {
    let (sql, number) = match borrower {
        BorrowerRef::Person(person) => ("SELECT name FROM person WHERE id = ?1", person.number()),
        BorrowerRef::School(urn) => ("SELECT name FROM school WHERE urn = ?1", urn.number()),
        BorrowerRef::Organisation(organisation) => {
            ("SELECT name FROM organisation WHERE id = ?1", organisation.number())
        }
    };
    Ok(tx.one(sql, args![number], |row| row.string(0))?.unwrap_or_default())
}

/// The facts about a borrower that the rules of lending need; `None` where nobody bears the reference.
pub fn facts(tx: &Tx, borrower: BorrowerRef) -> Result<Option<Party>> {
    Ok(match borrower {
        BorrowerRef::School(urn) => school::find(tx, urn)?.map(|school| Party::School {
            urn,
            name: school.name.to_string(),
            status: school.status,
        }),
        BorrowerRef::Organisation(reference) => organisation::find(tx, reference)?
            .map(|organisation| Party::Organisation { reference, name: organisation.name.to_string() }),
        BorrowerRef::Person(reference) => person::find(tx, reference)?.map(|person| Party::Person {
            reference,
            name: person.name.to_string(),
            role: person.role,
            school: person.school,
            hirer: person.hirer,
        }),
    })
}

/// Names of people, schools and organisations that begin so; so many of each at the most.
pub fn names_beginning(tx: &Tx, typed: &str, most: i64) -> Result<Vec<String>> {
    let from = fold(typed);
    let to = format!("{from}\u{10ffff}");
    let mut names = Vec::new();
    for table in ["person", "school", "organisation"] {
        let who = on_record(table);
        let sql =
            format!("SELECT name FROM {table} WHERE name_key >= ?1 AND name_key < ?2{who} ORDER BY name_key LIMIT ?3");
        names.extend(tx.all(&sql, args![&from, &to, most], |row| row.string(0))?);
    }
    names.sort();
    names.dedup();
    Ok(names)
}
