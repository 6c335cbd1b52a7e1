//! Organisations that are not schools.

use anyhow::Result;

use super::db::{Row, Tx, word};
use super::numbering::{self, Noun};
use super::remember::Table;
use crate::args;
use crate::domain::alike::names_alike;
use crate::domain::reference::OrganisationRef;
use crate::domain::school::{Organisation, OrganisationLine};
use crate::domain::text::{Email, Name, fold};

/// The next organisation's reference.
pub fn next_reference(tx: &Tx) -> Result<OrganisationRef> {
    Ok(OrganisationRef::new(numbering::take(tx, Noun::Organisation)?))
}

/// Writes an organisation: a new one, or over the one with its reference.
pub fn put(tx: &Tx, organisation: &Organisation) -> Result<()> {
    numbering::reserve(tx, Noun::Organisation, organisation.id.number())?;
    tx.change(
        Table::Organisation,
        organisation.id,
        "INSERT INTO organisation (id, name, name_key, role, email, phone, address) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key, role = excluded.role,
             email = excluded.email, phone = excluded.phone, address = excluded.address",
        &[
            organisation.id.into(),
            (&organisation.name).into(),
            (&organisation.name.key()).into(),
            word(organisation.role),
            organisation.email.as_ref().into(),
            organisation.phone.as_ref().into(),
            organisation.address.as_ref().into(),
        ],
    )?;
    Ok(())
}

const COLUMNS: &str = "SELECT id, name, role, email, phone, address FROM organisation";

fn from_row(row: &Row<'_>) -> Result<Organisation> {
    Ok(Organisation {
        id: OrganisationRef::new(row.int(0)?),
        name: row.name(1)?,
        role: row.word(2)?,
        email: row.opt_text(3)?.map(Email::from_record),
        phone: row.opt_string(4)?,
        address: row.opt_string(5)?,
    })
}

pub fn find(tx: &Tx, id: OrganisationRef) -> Result<Option<Organisation>> {
    tx.one(&format!("{COLUMNS} WHERE id = ?1"), args![id], from_row)
}

/// The organisation of exactly this name.
pub fn with_name(tx: &Tx, name: &Name) -> Result<Option<Organisation>> {
    tx.one(&format!("{COLUMNS} WHERE name_key = ?1"), args![&name.key()], from_row)
}

/// Organisations of exactly this name, or else those whose name has it as a part; so many at the most.
pub fn named(tx: &Tx, name: &str, most: i64) -> Result<Vec<(OrganisationRef, Name)>> {
    let read = |row: &Row<'_>| Ok((OrganisationRef::new(row.int(0)?), row.name(1)?));
    let exact = tx.all("SELECT id, name FROM organisation WHERE name_key = ?1", args![&fold(name)], read)?;
    if !exact.is_empty() {
        return Ok(exact);
    }
    let sql = "SELECT id, name FROM organisation WHERE instr(name_key, ?1) > 0 ORDER BY name_key, id LIMIT ?2";
    tx.all(sql, args![&fold(name), most], read)
}

/// The name of an organisation that is near enough to be what was meant.
pub fn nearest(tx: &Tx, typed: &Name) -> Result<Option<Name>> {
    let names = tx.all("SELECT name FROM organisation ORDER BY name_key", &[], |row| row.string(0))?;
    Ok(names.iter().find(|name| names_alike(name, typed.as_str())).map(|name| Name::from_record(name)))
}

/// Names of repairers that begin so; so many at the most.
pub fn repairers_beginning(tx: &Tx, typed: &str, most: i64) -> Result<Vec<String>> {
    let from = fold(typed);
    let to = format!("{from}\u{10ffff}");
    let sql = "SELECT name FROM organisation WHERE role = 'repairer' AND name_key >= ?1 AND name_key < ?2 ORDER BY name_key LIMIT ?3";
    tx.all(sql, args![&from, &to, most], |row| row.string(0))
}

pub fn each(tx: &Tx, mut take: impl FnMut(&OrganisationLine<'_>) -> Result<()>) -> Result<()> {
    tx.each(&format!("{COLUMNS} ORDER BY name_key, id"), &[], |row| {
        take(&OrganisationLine {
            organisation: OrganisationRef::new(row.int(0)?),
            name: row.text(1)?,
            role: row.word(2)?,
            email: row.text(3)?,
            phone: row.text(4)?,
            address: row.text(5)?,
        })
    })
}
