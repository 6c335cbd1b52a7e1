//! What arrives of a line, and the instruments that are tied to it.

use anyhow::Result;

use crate::args;
use crate::domain::date::Date;
use crate::domain::instrument::{CategoryCode, TypeCode};
use crate::domain::purchase::Line;
use crate::store::db::{Tx, Value, word};
use crate::store::remember::Table;

/// Records that so many of a line arrived on a day.
pub fn receive(tx: &Tx, line_id: i64, on: Date, qty: i64) -> Result<()> {
    let sql = "INSERT INTO receipt (line_id, received_on, qty) VALUES (?1, ?2, ?3)";
    tx.insert(Table::Receipt, sql, args![line_id, on, qty])?;
    Ok(())
}

/// What has arrived of a line, day by day.
pub fn receipts(tx: &Tx, line_id: i64) -> Result<Vec<(Date, i64)>> {
    let sql = "SELECT received_on, qty FROM receipt WHERE line_id = ?1 ORDER BY received_on, id";
    tx.all(sql, args![line_id], |row| Ok((row.day(0)?, row.int(1)?)))
}

/// Records of which type a line is, where nobody knew.
pub fn set_type(tx: &Tx, line_id: i64, type_code: &TypeCode) -> Result<()> {
    let sql = "UPDATE purchase_line SET type = ?2 WHERE id = ?1";
    tx.change(Table::PurchaseLine, line_id, sql, args![line_id, type_code.as_str()])?;
    Ok(())
}

/// Ties an instrument of the stock to the line it was bought on. What is known of it stays; the line fills what is not.
pub fn tie(tx: &Tx, instrument_id: i64, (line_id, line): (i64, &Line), arrived_on: Date) -> Result<()> {
    let sql = r#"UPDATE instrument SET purchase_line_id = ?2, acquired_on = coalesce(acquired_on, ?3),
                   source = CASE source WHEN 'unknown' THEN 'purchase' ELSE source END,
                   category = coalesce(category, ?4), "group" = coalesce("group", ?5), area = coalesce(area, ?6),
                   kind = coalesce(kind, ?7), size = coalesce(size, ?8)
               WHERE id = ?1"#;
    let args = &[
        instrument_id.into(),
        line_id.into(),
        arrived_on.into(),
        line.category.as_ref().map(CategoryCode::as_str).into(),
        line.group.map_or(Value::Null, word),
        line.area.as_ref().into(),
        line.kind.map_or(Value::Null, word),
        line.size.as_ref().into(),
    ];
    tx.change(Table::Instrument, instrument_id, sql, args)?;
    Ok(())
}
