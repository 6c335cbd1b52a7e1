//! Schools.

use anyhow::Result;

use super::db::{Row, Tx, Value, word};
use super::remember::Table;
use crate::args;
use crate::domain::reference::Urn;
use crate::domain::school::{Percent, School, SchoolLine};
use crate::domain::text::{Email, Name, fold};
use crate::domain::words::SchoolStatus;

/// Writes a school: a new one, or over the one with its URN.
pub fn put(tx: &Tx, school: &School) -> Result<()> {
    tx.change(
        Table::School,
        school.urn,
        "INSERT INTO school (urn, name, name_key, laestab, la, type, phase, status, postcode, email, trust, roll, fsm_hundredths, predecessor_urn)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
         ON CONFLICT (urn) DO UPDATE SET name = excluded.name, name_key = excluded.name_key, laestab = excluded.laestab,
             la = excluded.la, type = excluded.type, phase = excluded.phase, status = excluded.status,
             postcode = excluded.postcode, email = excluded.email, trust = excluded.trust, roll = excluded.roll,
             fsm_hundredths = excluded.fsm_hundredths, predecessor_urn = excluded.predecessor_urn",
        &[
            school.urn.into(),
            (&school.name).into(),
            (&school.name.key()).into(),
            school.laestab.as_ref().into(),
            school.la.as_ref().into(),
            school.school_type.as_ref().into(),
            school.phase.as_ref().into(),
            word(school.status),
            school.postcode.as_ref().into(),
            school.email.as_ref().into(),
            school.trust.as_ref().into(),
            school.roll.into(),
            school.fsm_percent.map(Percent::hundredths).into(),
            school.predecessor.into(),
        ],
    )?;
    Ok(())
}

const COLUMNS: &str =
    "SELECT urn, name, laestab, la, type, phase, status, postcode, email, trust, roll, fsm_hundredths,
    predecessor_urn FROM school";

fn from_row(row: &Row<'_>) -> Result<School> {
    Ok(School {
        urn: Urn::new(row.int(0)?),
        name: row.name(1)?,
        laestab: row.opt_string(2)?,
        la: row.opt_string(3)?,
        school_type: row.opt_string(4)?,
        phase: row.opt_string(5)?,
        status: row.word(6)?,
        postcode: row.opt_string(7)?,
        email: row.opt_text(8)?.map(Email::from_record),
        trust: row.opt_string(9)?,
        roll: row.opt_int(10)?,
        fsm_percent: row.opt_int(11)?.map(Percent::from_hundredths),
        predecessor: row.opt_int(12)?.map(Urn::new),
    })
}

pub fn find(tx: &Tx, urn: Urn) -> Result<Option<School>> {
    tx.one(&format!("{COLUMNS} WHERE urn = ?1"), args![urn], from_row)
}

pub fn exists(tx: &Tx, urn: Urn) -> Result<bool> {
    tx.exists("SELECT 1 FROM school WHERE urn = ?1", args![urn])
}

/// Schools of exactly this name, or else those whose name has it as a part; so many at the most.
pub fn named(tx: &Tx, name: &str, most: i64) -> Result<Vec<(Urn, Name)>> {
    let read = |row: &Row<'_>| Ok((Urn::new(row.int(0)?), row.name(1)?));
    let exact = tx.all(
        "SELECT urn, name FROM school WHERE name_key = ?1 ORDER BY urn LIMIT ?2",
        args![&fold(name), most],
        read,
    )?;
    if !exact.is_empty() {
        return Ok(exact);
    }
    let sql = "SELECT urn, name FROM school WHERE instr(name_key, ?1) > 0 ORDER BY name_key, urn LIMIT ?2";
    tx.all(sql, args![&fold(name), most], read)
}

/// Which schools a list shows.
#[derive(Clone, Debug, Default)]
pub struct SchoolFilter {
    pub status: Option<SchoolStatus>,
    pub la: Option<String>,
    pub phase: Option<String>,
    /// A part of the name, folded.
    pub name_part: Option<String>,
}

pub fn each(tx: &Tx, filter: &SchoolFilter, mut take: impl FnMut(&SchoolLine<'_>) -> Result<()>) -> Result<()> {
    let sql = format!(
        "{COLUMNS} WHERE (?1 IS NULL OR status = ?1) AND (?2 IS NULL OR instr(name_key, ?2) > 0) ORDER BY name_key, urn"
    );
    let same = |wanted: &Option<String>, held: &str| wanted.as_ref().is_none_or(|wanted| fold(wanted) == fold(held));
    let values = [filter.status.map_or(Value::Null, word), filter.name_part.as_ref().into()];
    tx.each(&sql, &values, |row| {
        if !same(&filter.la, row.text(3)?) || !same(&filter.phase, row.text(5)?) {
            return Ok(());
        }
        take(&SchoolLine {
            urn: Urn::new(row.int(0)?),
            name: row.text(1)?,
            laestab: row.text(2)?,
            la: row.text(3)?,
            school_type: row.text(4)?,
            phase: row.text(5)?,
            status: row.word(6)?,
            postcode: row.text(7)?,
            email: row.text(8)?,
            trust: row.text(9)?,
            roll: row.opt_int(10)?,
            fsm_percent: row.opt_int(11)?.map(Percent::from_hundredths),
            predecessor_urn: row.opt_int(12)?.map(Urn::new),
        })
    })
}
