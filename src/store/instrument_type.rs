//! The types an instrument can be, with their families, sizes and lives.

use anyhow::Result;

use super::db::{Row, Tx, word};
use super::remember::Table;
use crate::args;
use crate::domain::date::Date;
use crate::domain::instrument::{Type, TypeCode};
use crate::domain::text::{Name, closest, fold};
use crate::domain::words::Family;

pub fn add(tx: &Tx, new: &Type) -> Result<()> {
    tx.change(
        Table::Type,
        new.code.as_str(),
        "INSERT INTO type (code, name, name_key, family, life_months) VALUES (?1, ?2, ?3, ?4, ?5)",
        &[
            new.code.as_str().into(),
            (&new.name).into(),
            (&new.name.key()).into(),
            word(new.family),
            new.life_months.into(),
        ],
    )?;
    add_sizes(tx, new)
}

fn add_sizes(tx: &Tx, of: &Type) -> Result<()> {
    for (position, size) in (1i64..).zip(&of.sizes) {
        let sql = "INSERT INTO type_size (type, position, size) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        tx.change(Table::TypeSize, of.code.as_str(), sql, args![of.code.as_str(), position, size])?;
    }
    Ok(())
}

/// Writes a type over the one with its code.
pub fn update(tx: &Tx, changed: &Type) -> Result<()> {
    let (code, key) = (changed.code.as_str(), changed.name.key());
    tx.change(
        Table::Type,
        code,
        "UPDATE type SET name = ?2, name_key = ?3, family = ?4, life_months = ?5 WHERE code = ?1",
        &[code.into(), (&changed.name).into(), (&key).into(), word(changed.family), changed.life_months.into()],
    )?;
    tx.change(Table::TypeSize, code, "DELETE FROM type_size WHERE type = ?1", args![code])?;
    add_sizes(tx, changed)
}

const COLUMNS: &str = "SELECT code, name, family, life_months FROM type";

fn from_row(row: &Row<'_>) -> Result<Type> {
    Ok(Type {
        code: TypeCode::from_record(row.text(0)?),
        name: Name::from_record(row.text(1)?),
        family: row.word::<Family>(2)?,
        life_months: row.int(3)?,
        sizes: Vec::new(),
    })
}

fn with_sizes(tx: &Tx, mut found: Type) -> Result<Type> {
    let sql = "SELECT size FROM type_size WHERE type = ?1 ORDER BY position";
    found.sizes = tx.all(sql, args![found.code.as_str()], |row| row.string(0))?;
    Ok(found)
}

/// The type with exactly this code.
pub fn with_code(tx: &Tx, code: &TypeCode) -> Result<Option<Type>> {
    without_sizes(tx, code)?.map(|found| with_sizes(tx, found)).transpose()
}

/// The same where its sizes are not asked for.
pub fn without_sizes(tx: &Tx, code: &TypeCode) -> Result<Option<Type>> {
    tx.one(&format!("{COLUMNS} WHERE code = ?1"), args![code.as_str()], from_row)
}

/// The type with this code or name, without regard to case.
pub fn find(tx: &Tx, text: &str) -> Result<Option<Type>> {
    let sql = format!("{COLUMNS} WHERE code = ?1 OR name_key = ?2");
    let code = text.trim().to_uppercase();
    let found = tx.one(&sql, args![&code, &fold(text)], from_row)?;
    found.map(|found| with_sizes(tx, found)).transpose()
}

/// The code or name nearest to a text that is neither.
pub fn nearest(tx: &Tx, text: &str) -> Result<Option<String>> {
    let types = all(tx)?;
    let candidates = types.iter().flat_map(|each| [each.code.as_str(), each.name.as_str()]);
    Ok(closest(text, candidates).map(str::to_string))
}

pub fn all(tx: &Tx) -> Result<Vec<Type>> {
    let types = tx.all(&format!("{COLUMNS} ORDER BY family, name_key"), &[], from_row)?;
    types.into_iter().map(|found| with_sizes(tx, found)).collect()
}

/// Whether the life of a type tells what instruments were worth by a day.
pub fn tells_worth_by(tx: &Tx, code: &TypeCode, day: Date) -> Result<bool> {
    let sql = "SELECT 1 FROM instrument
               WHERE type = ?1 AND life_months IS NULL AND cost_pence IS NOT NULL AND acquired_on <= ?2 LIMIT 1";
    tx.exists(sql, args![code.as_str(), day])
}
