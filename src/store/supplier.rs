//! Suppliers and the spellings that lead to them.

use anyhow::Result;

use super::db::{Row, Tx};
use super::remember::Table;
use crate::args;
use crate::domain::refusal::refuse;
use crate::domain::supplier::{Supplier, SupplierLine, SupplierRefusal, key};
use crate::domain::text::{Name, closest};

/// Adds a supplier whose name leads to nobody yet; its number in the file.
pub fn add(tx: &Tx, name: &Name, framework_lot: Option<&str>) -> Result<i64> {
    let key = key(name.as_str());
    tx.insert(
        Table::Supplier,
        "INSERT INTO supplier (name, name_key, framework_lot) VALUES (?1, ?2, ?3)",
        args![name, &key, framework_lot],
    )
}

/// Adds a spelling that leads to nobody yet.
pub fn add_alias(tx: &Tx, supplier_id: i64, alias: &Name) -> Result<()> {
    let key = key(alias.as_str());
    let sql = "INSERT INTO supplier_alias (name_key, name, supplier_id) VALUES (?1, ?2, ?3)";
    tx.change(Table::SupplierAlias, &key, sql, args![&key, alias, supplier_id])?;
    Ok(())
}

/// The supplier with this name or alias, however it is spelt.
pub fn find(tx: &Tx, typed: &str) -> Result<Option<Supplier>> {
    let key = key(typed);
    let by_name = tx.one("SELECT id, name, framework_lot FROM supplier WHERE name_key = ?1", args![&key], from_row)?;
    if by_name.is_some() {
        return Ok(by_name);
    }
    let sql = "SELECT s.id, s.name, s.framework_lot FROM supplier_alias a JOIN supplier s ON s.id = a.supplier_id
               WHERE a.name_key = ?1";
    tx.one(sql, args![&key], from_row)
}

fn from_row(row: &Row<'_>) -> Result<Supplier> {
    Ok(Supplier { id: row.int(0)?, name: row.name(1)?, framework_lot: row.opt_string(2)? })
}

/// The supplier a person typed, or the refusal that offers the closest.
pub fn get(tx: &Tx, typed: &str) -> Result<Supplier> {
    match find(tx, typed)? {
        Some(found) => Ok(found),
        None => {
            let names =
                tx.all("SELECT name FROM supplier UNION SELECT name FROM supplier_alias", &[], |row| row.string(0))?;
            let nearest = closest(typed, names.iter().map(String::as_str)).map(str::to_string);
            Err(refuse(SupplierRefusal::Unknown { typed: typed.trim().to_string(), nearest }))
        }
    }
}

/// What became one with a supplier: how many orders, and the numbers of invoices that both had sent.
#[derive(Clone, Debug)]
pub struct Merged {
    pub orders: i64,
    pub same_numbers: Vec<String>,
}

/// Makes two suppliers one: what was bought from the first was bought from the second, which is found by all the spellings
/// of both.
pub fn merge(tx: &Tx, from: &Supplier, into: &Supplier) -> Result<Merged> {
    let same_numbers = part_same_numbers(tx, from, into)?;
    let orders = move_rows(tx, Table::Purchase, "purchase", from.id, into.id)?;
    move_rows(tx, Table::Invoice, "invoice", from.id, into.id)?;
    for key in
        tx.all("SELECT name_key FROM supplier_alias WHERE supplier_id = ?1", args![from.id], |row| row.string(0))?
    {
        let sql = "UPDATE supplier_alias SET supplier_id = ?2 WHERE name_key = ?1";
        tx.change(Table::SupplierAlias, &key, sql, args![&key, into.id])?;
    }
    if into.framework_lot.is_none() && from.framework_lot.is_some() {
        set_lot(tx, into.id, from.framework_lot.as_deref())?;
    }
    tx.change(Table::Supplier, from.id, "DELETE FROM supplier WHERE id = ?1", args![from.id])?;
    add_alias(tx, into.id, &from.name)?;
    Ok(Merged { orders, same_numbers })
}

/// Both may have sent an invoice of one number: one entered twice, or two payments that a council numbered alike. They stay
/// two, told apart by where they came from; their numbers, for somebody to look at.
fn part_same_numbers(tx: &Tx, from: &Supplier, into: &Supplier) -> Result<Vec<String>> {
    let both = "SELECT one.id, one.number, one.number_key FROM invoice one
                JOIN invoice other ON other.number_key = one.number_key AND other.supplier_id = ?2
                WHERE one.supplier_id = ?1 AND one.number_key <> '' ORDER BY one.id";
    let read = |row: &Row<'_>| Ok((row.int(0)?, row.string(1)?, row.string(2)?));
    let mut numbers = Vec::new();
    for (id, number, number_key) in tx.all(both, args![from.id, into.id], read)? {
        let parted = format!("{number_key} ({})", from.name.as_str().to_lowercase());
        tx.change(Table::Invoice, id, "UPDATE invoice SET number_key = ?2 WHERE id = ?1", args![id, &parted])?;
        numbers.push(number);
    }
    Ok(numbers)
}

/// Hands the rows of one supplier to another; how many there were.
fn move_rows(tx: &Tx, table: Table, name: &str, from: i64, into: i64) -> Result<i64> {
    let found = format!("SELECT id FROM {name} WHERE supplier_id = ?1 ORDER BY id");
    let sql = format!("UPDATE {name} SET supplier_id = ?2 WHERE id = ?1");
    let ids = tx.all(&found, args![from], |row| row.int(0))?;
    ids.iter().try_for_each(|id| tx.change(table, *id, &sql, args![*id, into]).map(|_| ()))?;
    Ok(i64::try_from(ids.len())?)
}

/// Changes a supplier's framework lot.
pub fn set_lot(tx: &Tx, id: i64, framework_lot: Option<&str>) -> Result<()> {
    let sql = "UPDATE supplier SET framework_lot = ?2 WHERE id = ?1";
    tx.change(Table::Supplier, id, sql, args![id, framework_lot])?;
    Ok(())
}

/// Whether any supplier is on a framework, as far as the hub records it.
pub fn any_on_framework(tx: &Tx) -> Result<bool> {
    tx.exists("SELECT 1 FROM supplier WHERE framework_lot IS NOT NULL", &[])
}

/// Every supplier in order of name, with its other spellings.
pub fn each(tx: &Tx, mut take: impl FnMut(&Supplier, &[String]) -> Result<()>) -> Result<()> {
    for found in tx.all("SELECT id, name, framework_lot FROM supplier ORDER BY name_key", &[], from_row)? {
        take(&found, &aliases(tx, found.id)?)?;
    }
    Ok(())
}

fn aliases(tx: &Tx, id: i64) -> Result<Vec<String>> {
    let sql = "SELECT name FROM supplier_alias WHERE supplier_id = ?1 ORDER BY name_key";
    tx.all(sql, args![id], |row| row.string(0))
}

/// Every supplier in order of name, with its aliases and how many orders it has had.
pub fn list(tx: &Tx) -> Result<Vec<SupplierLine>> {
    let sql = "SELECT s.name, s.framework_lot, s.id,
                      (SELECT count(*) FROM purchase p WHERE p.supplier_id = s.id)
               FROM supplier s ORDER BY s.name_key";
    let mut lines = tx.all(sql, &[], |row| {
        let line = SupplierLine {
            supplier: row.name(0)?,
            aliases: String::new(),
            framework_lot: row.opt_string(1)?,
            orders: row.int(3)?,
        };
        Ok((row.int(2)?, line))
    })?;
    for (id, line) in &mut lines {
        line.aliases = aliases(tx, *id)?.join("; ");
    }
    Ok(lines.into_iter().map(|(_, line)| line).collect())
}
