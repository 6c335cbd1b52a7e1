//! Stocktakes: what was expected at a place, what was scanned there, and where that is by now.

pub mod record;

use anyhow::Result;

use super::db::{Row, Tx};
use super::instrument::reservation;
use super::remember::Table;
use crate::args;
use crate::domain::date::Date;
use crate::domain::instrument::Standing;
use crate::domain::reference::RepairRef;
use crate::domain::stocktake::{Sighting, SightingLine, Stocktake, StocktakeLine, Tally, has_left, is_expected};
use crate::domain::text::fold;

const STOCKTAKE: &str = "SELECT id, location, started_on, closed_on FROM stocktake";

fn from_row(row: &Row<'_>) -> Result<Stocktake> {
    Ok(Stocktake { id: row.int(0)?, location: row.string(1)?, started_on: row.day(2)?, closed_on: row.opt_day(3)? })
}

/// Every open stocktake, by place.
pub fn open(tx: &Tx) -> Result<Vec<Stocktake>> {
    tx.all(&format!("{STOCKTAKE} WHERE closed_on IS NULL ORDER BY location_key"), &[], from_row)
}

/// The last closed stocktake, of one place or of any.
pub fn last_closed(tx: &Tx, location: Option<&str>) -> Result<Option<Stocktake>> {
    let sql = format!(
        "{STOCKTAKE} WHERE closed_on IS NOT NULL AND (?1 IS NULL OR location_key = ?1) ORDER BY closed_on DESC, id DESC LIMIT 1"
    );
    let key = location.map(fold);
    tx.one(&sql, args![key.as_ref()], from_row)
}

/// The places of what is in the stock, each as it is first written.
pub fn places(tx: &Tx) -> Result<Vec<String>> {
    let sql = "SELECT location FROM instrument WHERE location IS NOT NULL AND retired_on IS NULL GROUP BY location ORDER BY min(id)";
    tx.all(sql, &[], |row| row.string(0))
}

/// What an instrument's standing is made of, in the order in which [`standing`] reads it.
const STANDING: &str = "i.retired_on, i.disposal, i.missing_on, r.id, r.sent_on, l.id,
    q.id, q.person_id, q.organisation_id, q.school_urn, q.lapses_on, NULL";

const JOINS: &str = "
    LEFT JOIN repair r ON r.instrument_id = i.id AND r.back_on IS NULL
    LEFT JOIN loan l ON l.instrument_id = i.id AND l.outer_id IS NULL
        AND l.returned_on IS NULL AND l.lost_on IS NULL AND l.voided_on IS NULL
    LEFT JOIN request q ON q.instrument_id = i.id AND q.instrument_id IS NOT NULL AND q.loan_id IS NULL AND q.cancelled_on IS NULL";

fn standing(row: &Row<'_>) -> Result<Standing> {
    Ok(Standing {
        retired: row.opt_day(0)?.zip(row.opt_word(1)?),
        missing_on: row.opt_day(2)?,
        in_repair: row.opt_int(3)?.map(RepairRef::new).zip(row.opt_day(4)?),
        on_loan: row.opt_int(5)?.is_some(),
        reserved: reservation(row, 6)?,
    })
}

/// Begins a stocktake and freezes what should be at the place; says its number and how much that is.
pub fn start(tx: &Tx, location: &str, today: Date) -> Result<(i64, usize)> {
    let key = fold(location);
    let sql = "INSERT INTO stocktake (location, location_key, started_on) VALUES (?1, ?2, ?3)";
    let id = tx.insert(Table::Stocktake, sql, args![location, &key, today])?;
    let sql = format!(
        "SELECT {STANDING}, i.id, i.location FROM instrument i {JOINS} WHERE i.location IS NOT NULL AND i.retired_on IS NULL ORDER BY i.id"
    );
    let mut expected = Vec::new();
    tx.each(&sql, &[], |row| {
        if fold(row.text(13)?) == key && is_expected(&standing(row)?, today) {
            expected.push(row.int(12)?);
        }
        Ok(())
    })?;
    for instrument in &expected {
        let sql = "INSERT INTO stocktake_expected (stocktake_id, instrument_id, left_since) VALUES (?1, ?2, 0)";
        tx.change(Table::StocktakeExpected, id, sql, args![id, *instrument])?;
    }
    Ok((id, expected.len()))
}

/// One tag of a stocktake, and what is known of it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The number of its instrument, if one bears it.
    pub instrument_id: Option<i64>,
    pub sighting: Sighting,
    pub line: SightingLine,
}

/// All that was expected or scanned, in order of result and tag: of an open stocktake as things stand today, of a closed
/// one as they stood when it was closed.
pub fn sightings(tx: &Tx, stocktake: &Stocktake, today: Date) -> Result<Vec<Seen>> {
    let sql = format!(
        "WITH seen AS (
             SELECT e.instrument_id, i.tag, i.tag_key, c.scanned_on, 1 AS expected, e.left_since
             FROM stocktake_expected e JOIN instrument i ON i.id = e.instrument_id
             LEFT JOIN stocktake_scan c ON c.stocktake_id = e.stocktake_id AND c.tag_key = i.tag_key
             WHERE e.stocktake_id = ?1
             UNION ALL
             SELECT c.instrument_id, c.tag, c.tag_key, c.scanned_on, 0, 0 FROM stocktake_scan c
             WHERE c.stocktake_id = ?1 AND NOT EXISTS (
                 SELECT 1 FROM stocktake_expected e WHERE e.stocktake_id = ?1 AND e.instrument_id = c.instrument_id)
         )
         SELECT {STANDING}, k.tag, i.type, i.size, i.location, coalesce(np.name, p.name, g.name, s.name),
                k.scanned_on, k.expected, k.left_since, i.id
         FROM seen k LEFT JOIN instrument i ON i.id = k.instrument_id {JOINS}
         LEFT JOIN loan n ON n.outer_id = l.id AND n.outer_id IS NOT NULL
             AND n.returned_on IS NULL AND n.lost_on IS NULL AND n.voided_on IS NULL
         LEFT JOIN person p ON p.id = l.person_id
         LEFT JOIN person np ON np.id = n.person_id
         LEFT JOIN school s ON s.urn = l.school_urn AND l.person_id IS NULL
         LEFT JOIN organisation g ON g.id = l.organisation_id
         ORDER BY k.tag_key"
    );
    let mut seen = tx.all(&sql, args![stocktake.id], |row| one_seen(row, stocktake, today))?;
    seen.sort_by_key(|one| one.line.result);
    Ok(seen)
}

fn one_seen(row: &Row<'_>, stocktake: &Stocktake, today: Date) -> Result<Seen> {
    let (standing, location) = (standing(row)?, row.string(15)?);
    let (scanned_on, instrument_id) = (row.opt_day(17)?, row.opt_int(20)?);
    let has_left = match stocktake.closed_on {
        Some(_) => row.flag(19)?,
        None => has_left(&standing, &location, &stocktake.location, today),
    };
    let sighting = Sighting {
        is_on_record: instrument_id.is_some(),
        was_expected: row.flag(18)?,
        was_scanned: scanned_on.is_some(),
        has_left,
    };
    let line = SightingLine {
        tag: row.string(12)?,
        type_code: row.string(13)?,
        size: row.string(14)?,
        result: sighting.result(),
        location,
        availability: instrument_id.map(|_| standing.availability(today)),
        borrower_name: row.string(16)?,
        scanned_on,
    };
    Ok(Seen { instrument_id, sighting, line })
}

/// How many there are of each result.
pub fn tally(seen: &[Seen]) -> Tally {
    let mut tally = Tally::default();
    seen.iter().for_each(|one| tally.count(one.line.result));
    tally
}

/// Every stocktake in figures, in the order they were begun.
pub fn list(tx: &Tx, today: Date) -> Result<Vec<StocktakeLine>> {
    let all = tx.all(&format!("{STOCKTAKE} ORDER BY id"), &[], from_row)?;
    let line = |stocktake: Stocktake| {
        let tally = tally(&sightings(tx, &stocktake, today)?);
        Ok(StocktakeLine {
            stocktake: stocktake.id,
            location: stocktake.location,
            started_on: stocktake.started_on,
            closed_on: stocktake.closed_on,
            expected: tally.expected(),
            present: tally.present,
            missing: tally.missing,
            unexpected: tally.unexpected,
            unknown: tally.unknown,
        })
    };
    all.into_iter().map(line).collect()
}

/// Of what is expected, how much was scanned, and how much that is in all.
pub fn progress(tx: &Tx, stocktake: &Stocktake) -> Result<(i64, i64)> {
    const SQL: &str = "
        SELECT count(c.id), count(*) FROM stocktake_expected e
        LEFT JOIN stocktake_scan c ON c.stocktake_id = e.stocktake_id AND c.instrument_id = e.instrument_id
        WHERE e.stocktake_id = ?1";
    Ok(tx.one(SQL, args![stocktake.id], |row| Ok((row.int(0)?, row.int(1)?)))?.unwrap_or_default())
}

/// Whether an instrument was expected when a stocktake began.
pub fn expects(tx: &Tx, stocktake: &Stocktake, instrument_id: i64) -> Result<bool> {
    let sql = "SELECT 1 FROM stocktake_expected WHERE stocktake_id = ?1 AND instrument_id = ?2";
    tx.exists(sql, args![stocktake.id, instrument_id])
}

/// Writes a scan, each tag once; `Some` is the day of an earlier one, which stands. A tag that no instrument bore is
/// scanned anew once one does.
pub fn scan(tx: &Tx, stocktake: &Stocktake, tag: &str, instrument_id: Option<i64>, on: Date) -> Result<Option<Date>> {
    let key = tag.to_ascii_uppercase();
    let sql = "SELECT id, scanned_on, instrument_id FROM stocktake_scan WHERE stocktake_id = ?1 AND tag_key = ?2";
    let read = |row: &Row<'_>| Ok((row.int(0)?, row.day(1)?, row.opt_int(2)?));
    match tx.one(sql, args![stocktake.id, &key], read)? {
        Some((_, earlier, before)) if before == instrument_id => Ok(Some(earlier)),
        Some((id, ..)) => {
            let sql = "UPDATE stocktake_scan SET tag = ?2, instrument_id = ?3, scanned_on = ?4 WHERE id = ?1";
            tx.change(Table::StocktakeScan, id, sql, args![id, tag, instrument_id, on])?;
            Ok(None)
        }
        None => {
            let sql = "INSERT INTO stocktake_scan (stocktake_id, tag, tag_key, instrument_id, scanned_on) VALUES (?1, ?2, ?3, ?4, ?5)";
            tx.insert(Table::StocktakeScan, sql, args![stocktake.id, tag, &key, instrument_id, on])?;
            Ok(None)
        }
    }
}

/// Closes a stocktake, and keeps what had left by then.
pub fn close(tx: &Tx, stocktake: &Stocktake, seen: &[Seen], on: Date) -> Result<()> {
    let id = stocktake.id;
    tx.change(Table::Stocktake, id, "UPDATE stocktake SET closed_on = ?2 WHERE id = ?1", args![id, on])?;
    let left = seen.iter().filter(|one| one.sighting.was_expected && one.sighting.has_left);
    for instrument in left.filter_map(|one| one.instrument_id) {
        let sql = "UPDATE stocktake_expected SET left_since = 1 WHERE stocktake_id = ?1 AND instrument_id = ?2";
        tx.change(Table::StocktakeExpected, id, sql, args![id, instrument])?;
    }
    Ok(())
}
