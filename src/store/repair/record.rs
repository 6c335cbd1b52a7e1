//! Repairs in full: as an export lists them, and as an import judges and writes them.

use anyhow::Result;

use crate::args;
use crate::domain::date::Date;
use crate::domain::record::RepairRecord;
use crate::domain::reference::{OrganisationRef, RepairRef};
use crate::domain::repair::{Away, Repair};
use crate::store::db::{Tx, Value, word};
use crate::store::numbering::{self, Noun};
use crate::store::remember::Table;

/// Every repair in order of reference.
pub fn each_record(tx: &Tx, mut take: impl FnMut(&RepairRecord<'_>) -> Result<()>) -> Result<()> {
    const SQL: &str = "
        SELECT r.id, i.tag, o.name, r.sent_on, r.back_by, r.fault, r.back_on, r.cost_pence, r.outcome, r.payer
        FROM repair r JOIN instrument i ON i.id = r.instrument_id JOIN organisation o ON o.id = r.repairer_id
        ORDER BY r.id";
    tx.each(SQL, &[], |row| {
        take(&RepairRecord {
            repair: RepairRef::new(row.int(0)?),
            tag: row.text(1)?,
            repairer: row.text(2)?,
            sent_on: row.day(3)?,
            back_by: row.opt_day(4)?,
            fault: row.text(5)?,
            back_on: row.opt_day(6)?,
            cost: row.opt_pence(7)?,
            outcome: row.opt_word(8)?,
            payer: row.opt_word(9)?,
        })
    })
}

/// Repairs of an instrument that went on a day, by reference.
pub fn alike(tx: &Tx, instrument_id: i64, sent_on: Date) -> Result<Vec<RepairRef>> {
    let sql = "SELECT id FROM repair WHERE instrument_id = ?1 AND sent_on = ?2 ORDER BY id";
    tx.all(sql, args![instrument_id, sent_on], |row| Ok(RepairRef::new(row.int(0)?)))
}

/// Another repair for which an instrument was away while this one ran, if there is one, with its last day if it is over.
/// It may go again the day it came back.
pub fn beside(tx: &Tx, of: &Repair) -> Result<Option<(Away, Option<Date>)>> {
    const SQL: &str = "
        SELECT r.id, r.repairer_id, o.name, r.sent_on, r.back_by, r.back_on
        FROM repair r JOIN organisation o ON o.id = r.repairer_id
        WHERE r.instrument_id = ?1 AND r.id <> ?2
          AND CASE WHEN (r.sent_on, coalesce(r.back_on, '9999-12-31')) < (?3, coalesce(?4, '9999-12-31'))
                   THEN coalesce(r.back_on, '9999-12-31') > ?3
                   ELSE coalesce(?4, '9999-12-31') > r.sent_on END
        ORDER BY r.id LIMIT 1";
    tx.one(SQL, args![of.instrument_id, of.id, of.sent_on, of.back_on], |row| {
        let away = Away {
            repair: RepairRef::new(row.int(0)?),
            repairer: OrganisationRef::new(row.int(1)?),
            repairer_name: row.string(2)?,
            sent_on: row.day(3)?,
            back_by: row.opt_day(4)?,
        };
        Ok((away, row.opt_day(5)?))
    })
}

/// The highest reference of any repair; nought without one.
pub fn highest(tx: &Tx) -> Result<i64> {
    tx.number("SELECT coalesce(max(id), 0) FROM repair", &[])
}

pub fn next_reference(tx: &Tx) -> Result<RepairRef> {
    Ok(RepairRef::new(numbering::take(tx, Noun::Repair)?))
}

/// Remembers that references up to this one are taken.
pub fn reserve(tx: &Tx, id: RepairRef) -> Result<()> {
    numbering::reserve(tx, Noun::Repair, id.number())
}

/// Writes a repair in full: a new one, or over the one with its reference.
pub fn put(tx: &Tx, of: &Repair) -> Result<()> {
    tx.change(
        Table::Repair,
        of.id,
        "INSERT INTO repair (id, instrument_id, repairer_id, sent_on, back_by, fault, back_on, cost_pence, outcome, payer)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (id) DO UPDATE SET back_by = excluded.back_by, fault = excluded.fault, back_on = excluded.back_on,
             cost_pence = excluded.cost_pence, outcome = excluded.outcome, payer = excluded.payer",
        &[
            of.id.into(),
            of.instrument_id.into(),
            of.repairer.into(),
            of.sent_on.into(),
            of.back_by.into(),
            of.fault.as_ref().into(),
            of.back_on.into(),
            of.cost.into(),
            of.outcome.map_or(Value::Null, word),
            of.payer.map_or(Value::Null, word),
        ],
    )?;
    Ok(())
}
