//! People: pupils, teachers, adults.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::db::{Row, Tx, Value, word};
use super::numbering::{self, Noun};
use super::remember::Table;
use crate::args;
use crate::domain::alike;
use crate::domain::date::Date;
use crate::domain::person::{Person, PersonLine};
use crate::domain::reference::{LoanRef, PersonRef, Urn};
use crate::domain::text::{Email, Name, fold};
use crate::domain::words::Role;

/// The next person's reference.
pub fn next_reference(tx: &Tx) -> Result<PersonRef> {
    Ok(PersonRef::new(numbering::take(tx, Noun::Person)?))
}

/// Writes a person: a new one, or over the one with their reference.
pub fn put(tx: &Tx, person: &Person) -> Result<()> {
    reserve(tx, person.id)?;
    write(tx, person)
}

/// Remembers that references up to this one are taken.
pub fn reserve(tx: &Tx, id: PersonRef) -> Result<()> {
    numbering::reserve(tx, Noun::Person, id.number())
}

/// The same as [`put`], where whoever writes many reserves their references once.
pub fn write(tx: &Tx, person: &Person) -> Result<()> {
    with_values(person, |values| {
        let sql =
            "INSERT INTO person (id, name, name_key, role, school_urn, year_group, hirer_id, email, phone, address, erased_on)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key, role = excluded.role,
             school_urn = excluded.school_urn, year_group = excluded.year_group, hirer_id = excluded.hirer_id,
             email = excluded.email, phone = excluded.phone, address = excluded.address, erased_on = excluded.erased_on";
        tx.change(Table::Person, person.id, sql, values)?;
        Ok(())
    })
}

/// The same for somebody who is known not to be on record, whose references whoever writes many reserves once.
pub fn write_new(tx: &Tx, person: &Person) -> Result<()> {
    with_values(person, |values| {
        let sql =
            "INSERT INTO person (id, name, name_key, role, school_urn, year_group, hirer_id, email, phone, address, erased_on)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        tx.make(Table::Person, person.id, sql, values)
    })
}

/// A person in the order in which both statements name the columns.
fn with_values(person: &Person, write: impl FnOnce(&[Value<'_>]) -> Result<()>) -> Result<()> {
    let year_group = person.year_group.map(|year| year.to_string());
    write(&[
        person.id.into(),
        (&person.name).into(),
        (&person.name.key()).into(),
        word(person.role),
        person.school.into(),
        year_group.as_ref().into(),
        person.hirer.into(),
        person.email.as_ref().into(),
        person.phone.as_ref().into(),
        person.address.as_ref().into(),
        person.erased_on.into(),
    ])
}

const COLUMNS: &str =
    "SELECT id, name, role, school_urn, year_group, hirer_id, email, phone, address, erased_on FROM person";

fn from_row(row: &Row<'_>) -> Result<Person> {
    let year_group = row.opt_parsed(4)?;
    Ok(Person {
        id: PersonRef::new(row.int(0)?),
        name: row.name(1)?,
        role: row.word(2)?,
        school: row.opt_int(3)?.map(Urn::new),
        year_group,
        hirer: row.opt_int(5)?.map(PersonRef::new),
        email: row.opt_text(6)?.map(Email::from_record),
        phone: row.opt_string(7)?,
        address: row.opt_string(8)?,
        erased_on: row.opt_day(9)?,
    })
}

pub fn find(tx: &Tx, id: PersonRef) -> Result<Option<Person>> {
    tx.one(&format!("{COLUMNS} WHERE id = ?1"), args![id], from_row)
}

/// People on record under exactly this name, or else those whose name has it as a part; so many at the most.
/// Each comes with what tells namesakes apart: the role, the school, the year group.
pub fn named(tx: &Tx, name: &str, most: i64) -> Result<Vec<(PersonRef, Name, String)>> {
    let columns =
        "SELECT p.id, p.name, p.role, s.name, p.year_group FROM person p LEFT JOIN school s ON s.urn = p.school_urn";
    let read = |row: &Row<'_>| {
        let mut about = row.string(2)?;
        if let Some(school) = row.opt_text(3)? {
            about.push_str(&format!(", {school}"));
        }
        if let Some(year) = row.opt_text(4)? {
            about.push_str(&format!(", year {year}"));
        }
        Ok((PersonRef::new(row.int(0)?), row.name(1)?, about))
    };
    let exact = tx.all(
        &format!("{columns} WHERE p.name_key = ?1 AND p.erased_on IS NULL ORDER BY p.id LIMIT ?2"),
        args![&fold(name), most],
        read,
    )?;
    if !exact.is_empty() {
        return Ok(exact);
    }
    let sql =
        format!("{columns} WHERE instr(p.name_key, ?1) > 0 AND p.erased_on IS NULL ORDER BY p.name_key, p.id LIMIT ?2");
    tx.all(&sql, args![&fold(name), most], read)
}

/// Everybody of exactly this name, by reference. Nobody who was erased is known by a name.
pub fn with_name(tx: &Tx, name: &str) -> Result<Vec<Person>> {
    tx.lean_on("person_name")?;
    tx.all(&format!("{COLUMNS} WHERE name_key = ?1 AND erased_on IS NULL ORDER BY id"), args![&fold(name)], from_row)
}

/// Among whom somebody may be who seems new: people whose name begins like a word of theirs, the pupils of their school,
/// and those with their address. By reference.
pub fn near(tx: &Tx, person: &Person) -> Result<Vec<Person>> {
    let words = alike::words(person.name.as_str());
    let initials: BTreeSet<char> = words.iter().filter_map(|word| word.chars().next()).collect();
    let mut found = BTreeMap::new();
    let mut look = |condition: &str, values: &[Value<'_>]| -> Result<()> {
        let sql = format!("{COLUMNS} WHERE erased_on IS NULL AND {condition}");
        found.extend(tx.all(&sql, values, |row| Ok((row.int(0)?, from_row(row)?)))?);
        Ok(())
    };
    for initial in initials {
        let (from, to) = (initial.to_string(), format!("{initial}\u{10ffff}"));
        look("name_key >= ?1 AND name_key < ?2", args![&from, &to])?;
    }
    if let Some(school) = person.school.filter(|_| person.role == Role::Pupil) {
        look("role = ?1 AND school_urn = ?2", &[word(Role::Pupil), school.into()])?;
    }
    if let Some(email) = &person.email {
        look("lower(email) = ?1", args![&email.as_str().to_ascii_lowercase()])?;
    }
    Ok(found.into_values().collect())
}

/// Whether somebody's loans or pupils rest on this person's signature, or this person was written to.
pub fn signs(tx: &Tx, id: PersonRef) -> Result<bool> {
    let sql = "SELECT 1 FROM person WHERE hirer_id = ?1 UNION SELECT 1 FROM loan WHERE hirer_id = ?1
               UNION SELECT 1 FROM message WHERE person_id = ?1";
    tx.lean_on("person_hirer")?;
    tx.exists(sql, args![id])
}

/// A loan that this person has or had in their own name: a pupil's would have to be signed for.
pub fn unsigned_loan(tx: &Tx, id: PersonRef) -> Result<Option<LoanRef>> {
    tx.lean_on("loan_person")?;
    let sql = "SELECT id FROM loan WHERE person_id = ?1 AND hirer_id IS NULL AND outer_id IS NULL AND voided_on IS NULL
               ORDER BY id LIMIT 1";
    tx.one(sql, args![id], |row| Ok(LoanRef::new(row.int(0)?)))
}

/// Which people a list shows.
#[derive(Clone, Debug, Default)]
pub struct PersonFilter {
    pub role: Option<Role>,
    pub school: Option<Urn>,
    /// A part of the name, folded.
    pub name_part: Option<String>,
}

/// Everybody by reference, as an export lists them, with the day on which they were erased.
pub fn each_by_reference(tx: &Tx, mut take: impl FnMut(&PersonLine<'_>, Option<Date>) -> Result<()>) -> Result<()> {
    tx.each(&format!("{COLUMNS} ORDER BY id"), &[], |row| take(&line(row)?, row.opt_day(9)?))
}

/// People by name.
pub fn each(tx: &Tx, filter: &PersonFilter, mut take: impl FnMut(&PersonLine<'_>) -> Result<()>) -> Result<()> {
    let sql = format!(
        "{COLUMNS} WHERE (?1 IS NULL OR role = ?1) AND (?2 IS NULL OR school_urn = ?2)
           AND (?3 IS NULL OR instr(name_key, ?3) > 0) ORDER BY name_key, id"
    );
    let values = [filter.role.map_or(Value::Null, word), filter.school.into(), filter.name_part.as_ref().into()];
    tx.each(&sql, &values, |row| take(&line(row)?))
}

fn line<'a>(row: &'a Row<'_>) -> Result<PersonLine<'a>> {
    Ok(PersonLine {
        person: PersonRef::new(row.int(0)?),
        name: row.text(1)?,
        role: row.word(2)?,
        school_urn: row.opt_int(3)?.map(Urn::new),
        year_group: row.opt_parsed(4)?,
        hirer: row.opt_int(5)?.map(PersonRef::new),
        email: row.text(6)?,
        phone: row.text(7)?,
        address: row.text(8)?,
    })
}
