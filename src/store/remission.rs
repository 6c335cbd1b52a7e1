//! What people are let off, by academic year; never the evidence itself.

use anyhow::{Context, Result};

use super::db::{Row, Tx, Value};
use super::remember::Table;
use super::trouble::FileTrouble;
use crate::args;
use crate::domain::charge::{Remission, RemissionLine, Remissions};
use crate::domain::date::{AcademicYear, Date};
use crate::domain::record::RemissionRecord;
use crate::domain::reference::PersonRef;

const COLUMNS: &str = "SELECT r.id, r.person_id, r.academic_year, r.percent, r.band, r.seen_on, p.name
                       FROM remission r JOIN person p ON p.id = r.person_id";

fn year_of(row: &Row<'_>) -> Result<AcademicYear> {
    row.parsed(2)
}

fn percent(row: &Row<'_>, column: usize) -> Result<u8> {
    u8::try_from(row.int(column)?).map_err(|_| FileTrouble::Damaged).context("a remission's percentage")
}

fn from_row(row: &Row<'_>) -> Result<Remission> {
    Ok(Remission {
        person: PersonRef::new(row.int(1)?),
        year: year_of(row)?,
        percent: percent(row, 3)?,
        band: row.name(4)?,
        seen_on: row.opt_day(5)?,
    })
}

/// What stands for a person and a year, with its number in the file.
fn numbered(tx: &Tx, person: PersonRef, year: AcademicYear) -> Result<Option<(i64, Remission)>> {
    let sql = format!("{COLUMNS} WHERE r.person_id = ?1 AND r.academic_year = ?2");
    tx.one(&sql, args![person, &year.to_string()], |row| Ok((row.int(0)?, from_row(row)?)))
}

/// What stands for a person and a year.
pub fn find(tx: &Tx, person: PersonRef, year: AcademicYear) -> Result<Option<Remission>> {
    Ok(numbered(tx, person, year)?.map(|(_, remission)| remission))
}

pub fn add(tx: &Tx, new: &Remission) -> Result<()> {
    tx.insert(
        Table::Remission,
        "INSERT INTO remission (person_id, academic_year, percent, band, seen_on) VALUES (?1, ?2, ?3, ?4, ?5)",
        args![new.person, &new.year.to_string(), i64::from(new.percent), &new.band, new.seen_on],
    )?;
    Ok(())
}

/// Takes a remission away; what it was, if there was one.
pub fn remove(tx: &Tx, person: PersonRef, year: AcademicYear) -> Result<Option<Remission>> {
    let Some((id, remission)) = numbered(tx, person, year)? else {
        return Ok(None);
    };
    tx.change(Table::Remission, id, "DELETE FROM remission WHERE id = ?1", args![id])?;
    Ok(Some(remission))
}

/// Everybody's percentage of a year.
pub fn of_year(tx: &Tx, year: AcademicYear, seen_by: Option<Date>) -> Result<Remissions> {
    let sql = "SELECT person_id, percent FROM remission
               WHERE academic_year = ?1 AND (?2 IS NULL OR seen_on IS NULL OR seen_on <= ?2)";
    let read = |row: &Row<'_>| Ok((PersonRef::new(row.int(0)?), percent(row, 1)?));
    Ok(tx.all(sql, args![&year.to_string(), seen_by], read)?.into_iter().collect())
}

/// The percentages of these people alone.
pub fn of_people(tx: &Tx, year: AcademicYear, people: impl IntoIterator<Item = PersonRef>) -> Result<Remissions> {
    let mut found = Remissions::new();
    for person in people {
        if let Some(remission) = find(tx, person, year)? {
            found.insert(person, remission.percent);
        }
    }
    Ok(found)
}

/// Every remission, by person and year.
pub fn each_record(tx: &Tx, mut take: impl FnMut(&RemissionRecord) -> Result<()>) -> Result<()> {
    tx.each(&format!("{COLUMNS} ORDER BY r.person_id, r.academic_year"), &[], |row| {
        let Remission { person, year, percent, band, seen_on } = from_row(row)?;
        take(&RemissionRecord { person, academic_year: year, percent: percent.into(), band, seen_on })
    })
}

/// Remissions by year, then by name.
pub fn each(
    tx: &Tx,
    person: Option<PersonRef>,
    year: Option<AcademicYear>,
    mut take: impl FnMut(&RemissionLine<'_>) -> Result<()>,
) -> Result<()> {
    let sql = format!(
        "{COLUMNS} WHERE (?1 IS NULL OR r.person_id = ?1) AND (?2 IS NULL OR r.academic_year = ?2)
         ORDER BY r.academic_year, p.name_key, r.person_id"
    );
    let year = year.map(|year| year.to_string());
    let values: [Value<'_>; 2] = [person.into(), year.as_ref().into()];
    tx.each(&sql, &values, |row| {
        take(&RemissionLine {
            person: PersonRef::new(row.int(1)?),
            person_name: row.text(6)?,
            academic_year: year_of(row)?,
            percent: row.int(3)?,
            band: row.name(4)?,
            seen_on: row.opt_day(5)?,
        })
    })
}
