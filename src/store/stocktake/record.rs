//! Stocktakes as they stand on record, for whoever takes them to another file.

use anyhow::Result;

use super::{STOCKTAKE, from_row};
use crate::args;
use crate::domain::date::Date;
use crate::domain::record::hub::{CountedRecord, StocktakeRecord};
use crate::domain::stocktake::Stocktake;
use crate::domain::text::fold;
use crate::store::db::{Row, Tx};
use crate::store::remember::Table;

/// Every stocktake, by number.
pub fn each(tx: &Tx, mut take: impl FnMut(&StocktakeRecord<'_>) -> Result<()>) -> Result<()> {
    tx.each(&format!("{STOCKTAKE} ORDER BY id"), &[], |row| {
        take(&StocktakeRecord {
            stocktake: row.int(0)?,
            location: row.text(1)?,
            started_on: row.day(2)?,
            closed_on: row.opt_day(3)?,
        })
    })
}

pub fn find(tx: &Tx, id: i64) -> Result<Option<Stocktake>> {
    tx.one(&format!("{STOCKTAKE} WHERE id = ?1"), args![id], from_row)
}

/// The stocktake of a place with these days.
pub fn alike(tx: &Tx, location: &str, started_on: Date, closed_on: Option<Date>) -> Result<Option<i64>> {
    let sql = "SELECT id FROM stocktake WHERE location_key = ?1 AND started_on = ?2 AND closed_on IS ?3 ORDER BY id";
    tx.one(sql, args![&fold(location), started_on, closed_on], |row| row.int(0))
}

/// The number after all that are on record.
pub fn next_number(tx: &Tx) -> Result<i64> {
    tx.number("SELECT coalesce(max(id), 0) + 1 FROM stocktake", &[])
}

/// Writes a stocktake that nothing is known of yet but its place and days.
pub fn put(tx: &Tx, new: &Stocktake) -> Result<()> {
    tx.make(
        Table::Stocktake,
        new.id,
        "INSERT INTO stocktake (id, location, location_key, started_on, closed_on) VALUES (?1, ?2, ?3, ?4, ?5)",
        args![new.id, &new.location, &fold(&new.location), new.started_on, new.closed_on],
    )
}

/// Each tag of each stocktake: what was expected, with its scan where there is one, and what was scanned besides.
const COUNTED: &str = "
    SELECT stocktake_id, tag, expected, left_since, scanned_on, instrument_id IS NOT NULL FROM (
        SELECT e.stocktake_id, coalesce(c.tag, i.tag) AS tag, i.tag_key, 1 AS expected, e.left_since, c.scanned_on, c.instrument_id
        FROM stocktake_expected e JOIN instrument i ON i.id = e.instrument_id
        LEFT JOIN stocktake_scan c ON c.stocktake_id = e.stocktake_id AND c.tag_key = i.tag_key
        UNION ALL
        SELECT c.stocktake_id, c.tag, c.tag_key, 0, 0, c.scanned_on, c.instrument_id FROM stocktake_scan c
        WHERE NOT EXISTS (SELECT 1 FROM instrument i CROSS JOIN stocktake_expected e
                          WHERE i.tag_key = c.tag_key AND e.stocktake_id = c.stocktake_id AND e.instrument_id = i.id)
    ) AS counted";

/// Each tag of each stocktake, by number and tag.
pub fn each_counted(tx: &Tx, mut take: impl FnMut(&CountedRecord<'_>) -> Result<()>) -> Result<()> {
    tx.each(&format!("{COUNTED} ORDER BY stocktake_id, tag_key"), &[], |row| take(&counted(row)?))
}

fn counted<'a>(row: &'a Row<'_>) -> Result<CountedRecord<'a>> {
    let (scanned_on, known) = (row.opt_day(4)?, row.flag(5)?);
    Ok(CountedRecord {
        stocktake: row.int(0)?,
        tag: row.text(1)?,
        expected: row.flag(2)?,
        left_since: row.flag(3)?,
        scanned_on,
        known: scanned_on.map(|_| known),
    })
}

/// What a stocktake holds of a tag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    pub expected: bool,
    pub left_since: bool,
    pub scanned_on: Option<Date>,
    /// Whether an instrument bore the tag when it was scanned.
    pub known: Option<bool>,
}

/// What a stocktake holds of a tag, and of the instrument that bears it.
pub fn held(tx: &Tx, stocktake: i64, tag: &str, instrument_id: Option<i64>) -> Result<Held> {
    let sql = "SELECT left_since FROM stocktake_expected WHERE stocktake_id = ?1 AND instrument_id = ?2";
    let expected = tx.one(sql, args![stocktake, instrument_id], |row| row.flag(0))?;
    let sql =
        "SELECT scanned_on, instrument_id IS NOT NULL FROM stocktake_scan WHERE stocktake_id = ?1 AND tag_key = ?2";
    let scan = tx.one(sql, args![stocktake, &tag.to_ascii_uppercase()], |row| Ok((row.day(0)?, row.flag(1)?)))?;
    Ok(Held {
        expected: expected.is_some(),
        left_since: expected.unwrap_or(false),
        scanned_on: scan.map(|(on, _)| on),
        known: scan.map(|(_, known)| known),
    })
}

/// Writes down that an instrument was expected when a stocktake began.
pub fn expect(tx: &Tx, stocktake: i64, instrument_id: i64, left_since: bool) -> Result<()> {
    let sql = "INSERT INTO stocktake_expected (stocktake_id, instrument_id, left_since) VALUES (?1, ?2, ?3)";
    tx.change(Table::StocktakeExpected, stocktake, sql, args![stocktake, instrument_id, left_since])?;
    Ok(())
}
