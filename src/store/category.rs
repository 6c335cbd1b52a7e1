//! Categories: the needs of the National Plan, a list the hub edits.

use anyhow::Result;

use super::db::{Row, Tx};
use super::remember::Table;
use crate::args;
use crate::domain::date::Date;
use crate::domain::instrument::{Category, CategoryCode};
use crate::domain::text::{Name, closest};

pub fn add(tx: &Tx, new: &Category) -> Result<()> {
    put(tx, new)
}

/// Writes a category: a new one, or over the one with its code.
pub fn put(tx: &Tx, category: &Category) -> Result<()> {
    tx.change(
        Table::Category,
        category.code.as_str(),
        "INSERT INTO category (code, name, retired_on) VALUES (?1, ?2, ?3)
         ON CONFLICT (code) DO UPDATE SET name = excluded.name, retired_on = excluded.retired_on",
        args![category.code.as_str(), &category.name, category.retired_on],
    )?;
    Ok(())
}

pub fn rename(tx: &Tx, code: &CategoryCode, name: &Name) -> Result<()> {
    let sql = "UPDATE category SET name = ?2 WHERE code = ?1";
    tx.change(Table::Category, code.as_str(), sql, args![code.as_str(), name])?;
    Ok(())
}

pub fn retire(tx: &Tx, code: &CategoryCode, on: Date) -> Result<()> {
    let sql = "UPDATE category SET retired_on = ?2 WHERE code = ?1";
    tx.change(Table::Category, code.as_str(), sql, args![code.as_str(), on])?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> Result<Category> {
    Ok(Category {
        code: CategoryCode::from_record(row.text(0)?),
        name: Name::from_record(row.text(1)?),
        retired_on: row.opt_day(2)?,
    })
}

pub fn find(tx: &Tx, code: &str) -> Result<Option<Category>> {
    let code = code.trim().to_uppercase();
    tx.one("SELECT code, name, retired_on FROM category WHERE code = ?1", args![&code], from_row)
}

pub fn nearest(tx: &Tx, text: &str) -> Result<Option<String>> {
    let categories = all(tx)?;
    Ok(closest(text, categories.iter().map(|category| category.code.as_str())).map(str::to_string))
}

pub fn all(tx: &Tx) -> Result<Vec<Category>> {
    tx.all("SELECT code, name, retired_on FROM category ORDER BY code", &[], from_row)
}
