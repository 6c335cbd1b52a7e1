//! Two records of one person made one: whatever names the one who goes names the other from then on.

use anyhow::Result;

use super::db::Tx;
use super::remember::Table;
use super::remission;
use crate::args;
use crate::domain::charge::Remission;
use crate::domain::date::AcademicYear;
use crate::domain::reference::PersonRef;

/// What names a person: the table as the journal of changes knows it, its name, the column, and what that makes of the person.
const NAMED_IN: [(Table, &str, &str, Part); 8] = [
    (Table::Loan, "loan", "person_id", Part::Borrows),
    (Table::Loan, "loan", "hirer_id", Part::Signs),
    (Table::Request, "request", "person_id", Part::Waits),
    (Table::Charge, "charge", "person_id", Part::Owes),
    (Table::Remission, "remission", "person_id", Part::Remitted),
    (Table::Message, "message", "person_id", Part::WrittenTo),
    (Table::Person, "person", "hirer_id", Part::SignsForPupil),
    (Table::MergedPerson, "merged_person", "into_id", Part::MergedBefore),
];

/// What a record makes of the person it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Borrows,
    Signs,
    Waits,
    Owes,
    Remitted,
    WrittenTo,
    SignsForPupil,
    MergedBefore,
}

/// What both are let off for one and the same academic year, year by year.
pub fn both_remitted(tx: &Tx, one: PersonRef, other: PersonRef) -> Result<Vec<(Remission, Remission)>> {
    let sql = "SELECT a.academic_year FROM remission a JOIN remission b ON b.academic_year = a.academic_year
               WHERE a.person_id = ?1 AND b.person_id = ?2 ORDER BY a.academic_year";
    let years: Vec<AcademicYear> = tx.all(sql, args![one, other], |row| row.parsed(0))?;
    let mut both = Vec::new();
    for year in years {
        both.extend(remission::find(tx, one, year)?.zip(remission::find(tx, other, year)?));
    }
    Ok(both)
}

/// Moves all that names a person to another, and takes the one who goes off the records; says which records were moved.
/// The reference leads to the other from then on.
pub fn merge(tx: &Tx, gone: PersonRef, into: PersonRef) -> Result<Vec<(Part, i64)>> {
    let mut moved = Vec::new();
    for (table, name, column, part) in NAMED_IN {
        let sql = format!("SELECT id FROM {name} WHERE {column} = ?1 ORDER BY id");
        for id in tx.all(&sql, args![gone], |row| row.int(0))? {
            let sql = format!("UPDATE {name} SET {column} = ?2 WHERE id = ?1");
            tx.change(table, id, &sql, args![id, into])?;
            moved.push((part, id));
        }
    }
    tx.change(Table::Person, gone, "DELETE FROM person WHERE id = ?1", args![gone])?;
    lead(tx, gone, into)?;
    Ok(moved)
}

/// Has a reference that nobody on record bears lead to a person.
pub fn lead(tx: &Tx, gone: PersonRef, into: PersonRef) -> Result<()> {
    let sql = "INSERT INTO merged_person (id, into_id) VALUES (?1, ?2)";
    tx.change(Table::MergedPerson, gone, sql, args![gone, into])?;
    Ok(())
}

/// Whom a reference leads to that was merged into another.
pub fn led_to(tx: &Tx, gone: PersonRef) -> Result<Option<PersonRef>> {
    let sql = "SELECT into_id FROM merged_person WHERE id = ?1";
    tx.one(sql, args![gone], |row| Ok(PersonRef::new(row.int(0)?)))
}

/// The references that lead to a person.
pub fn merged_into(tx: &Tx, into: PersonRef) -> Result<Vec<PersonRef>> {
    let sql = "SELECT id FROM merged_person WHERE into_id = ?1 ORDER BY id";
    tx.all(sql, args![into], |row| Ok(PersonRef::new(row.int(0)?)))
}

/// Every reference that leads to another person.
pub fn all(tx: &Tx) -> Result<Vec<(PersonRef, PersonRef)>> {
    let sql = "SELECT id, into_id FROM merged_person ORDER BY id";
    tx.all(sql, &[], |row| Ok((PersonRef::new(row.int(0)?), PersonRef::new(row.int(1)?))))
}
