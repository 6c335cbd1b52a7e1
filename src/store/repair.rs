//! Repairs: what is away to be mended, what came back, and what it cost.

use anyhow::Result;

use super::db::{Tx, Value, word};
use super::numbering::{self, Noun};
use super::remember::Table;
use crate::args;
use crate::domain::date::Date;
use crate::domain::money::Pence;
use crate::domain::reference::{LoanRef, OrganisationRef, RepairRef};
use crate::domain::repair::{Away, Repair};
use crate::domain::words::{Payer, RepairOutcome};

mod list;
mod record;

pub use list::{MakeFilter, RepairFilter, each, makes};
pub use record::{alike, beside, each_record, highest, next_reference, put, reserve};

/// The loan behind a repair `r`: the one that is open, else the last that was running when the instrument went;
/// inside a school's loan, the pupil's.
const BEHIND: &str = "
    SELECT l.id FROM loan l
    WHERE l.instrument_id = r.instrument_id AND l.voided_on IS NULL
      AND coalesce((SELECT min(c.event_id) FROM change c WHERE c.record = 'loan' AND c.key = CAST(l.id AS TEXT)), 0)
          < coalesce((SELECT min(c.event_id) FROM change c WHERE c.record = 'repair' AND c.key = CAST(r.id AS TEXT)), 9223372036854775807)
      AND (l.out_on <= r.sent_on OR l.out_on < coalesce(r.back_on, '9999-12-31'))
      AND coalesce(l.returned_on, l.lost_on, '9999-12-31') >= r.sent_on
    ORDER BY coalesce(l.returned_on, l.lost_on, '9999-12-31') DESC, l.outer_id IS NULL, l.out_on DESC, l.id DESC LIMIT 1";

/// The repair that an instrument is away for.
pub fn open(tx: &Tx, instrument_id: i64) -> Result<Option<Away>> {
    const SQL: &str = "
        SELECT r.id, r.repairer_id, o.name, r.sent_on, r.back_by FROM repair r JOIN organisation o ON o.id = r.repairer_id
        WHERE r.instrument_id = ?1 AND r.back_on IS NULL";
    tx.one(SQL, args![instrument_id], |row| {
        Ok(Away {
            repair: RepairRef::new(row.int(0)?),
            repairer: OrganisationRef::new(row.int(1)?),
            repairer_name: row.string(2)?,
            sent_on: row.day(3)?,
            back_by: row.opt_day(4)?,
        })
    })
}

/// The repair that an instrument is away for, and the day it went.
pub fn away_since(tx: &Tx, instrument_id: i64) -> Result<Option<(RepairRef, Date)>> {
    const SQL: &str = "SELECT id, sent_on FROM repair WHERE instrument_id = ?1 AND back_on IS NULL";
    tx.one(SQL, args![instrument_id], |row| Ok((RepairRef::new(row.int(0)?), row.day(1)?)))
}

/// The instrument's latest repair, ended or not.
pub fn last(tx: &Tx, instrument_id: i64) -> Result<Option<RepairRef>> {
    const SQL: &str = "SELECT id FROM repair WHERE instrument_id = ?1 ORDER BY sent_on DESC, id DESC LIMIT 1";
    tx.one(SQL, args![instrument_id], |row| Ok(RepairRef::new(row.int(0)?)))
}

/// The repair with a reference.
pub fn get(tx: &Tx, repair: RepairRef) -> Result<Option<Repair>> {
    const SQL: &str = "
        SELECT i.id, i.tag, r.repairer_id, r.sent_on, r.back_by, r.fault, r.back_on, r.cost_pence, r.outcome, r.payer
        FROM repair r JOIN instrument i ON i.id = r.instrument_id WHERE r.id = ?1";
    tx.one(SQL, args![repair], |row| {
        Ok(Repair {
            id: repair,
            instrument_id: row.int(0)?,
            tag: row.tag(1)?,
            repairer: OrganisationRef::new(row.int(2)?),
            sent_on: row.day(3)?,
            back_by: row.opt_day(4)?,
            fault: row.opt_string(5)?,
            back_on: row.opt_day(6)?,
            cost: row.opt_pence(7)?,
            outcome: row.opt_word(8)?,
            payer: row.opt_word(9)?,
        })
    })
}

/// A repair of the instrument that ended after a day, with its last day.
pub fn ended_after(tx: &Tx, instrument_id: i64, day: Date) -> Result<Option<(RepairRef, Date)>> {
    const SQL: &str =
        "SELECT id, back_on FROM repair WHERE instrument_id = ?1 AND back_on > ?2 ORDER BY 2 DESC, 1 LIMIT 1";
    tx.one(SQL, args![instrument_id, day], |row| Ok((RepairRef::new(row.int(0)?), row.day(1)?)))
}

/// An instrument sent to be mended.
#[derive(Clone, Debug)]
pub struct NewRepair {
    pub instrument_id: i64,
    pub repairer: OrganisationRef,
    pub sent_on: Date,
    pub back_by: Option<Date>,
    pub fault: Option<String>,
}

/// Writes a new repair under the next reference.
pub fn add(tx: &Tx, new: &NewRepair) -> Result<RepairRef> {
    let repair = RepairRef::new(numbering::take(tx, Noun::Repair)?);
    tx.make(
        Table::Repair,
        repair,
        "INSERT INTO repair (id, instrument_id, repairer_id, sent_on, back_by, fault) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        args![repair, new.instrument_id, new.repairer, new.sent_on, new.back_by, new.fault.as_ref()],
    )?;
    Ok(repair)
}

/// What came of a repair, and who pays for it.
#[derive(Clone, Copy, Debug)]
pub struct Ending {
    pub back_on: Date,
    pub cost: Option<Pence>,
    pub outcome: RepairOutcome,
    pub payer: Option<Payer>,
}

pub fn close(tx: &Tx, repair: RepairRef, how: &Ending) -> Result<()> {
    tx.change(
        Table::Repair,
        repair,
        "UPDATE repair SET back_on = ?2, cost_pence = ?3, outcome = ?4, payer = ?5 WHERE id = ?1",
        &[repair.into(), how.back_on.into(), how.cost.into(), word(how.outcome), how.payer.map_or(Value::Null, word)],
    )?;
    Ok(())
}

/// A repair that is over, for which the instrument was away on a day, with the day it came back: the days on which it went
/// and came are not among them.
pub fn away_on(tx: &Tx, instrument_id: i64, day: Date) -> Result<Option<(RepairRef, Date)>> {
    let sql =
        "SELECT id, back_on FROM repair WHERE instrument_id = ?1 AND sent_on < ?2 AND back_on > ?2 ORDER BY id LIMIT 1";
    tx.one(sql, args![instrument_id, day], |row| Ok((RepairRef::new(row.int(0)?), row.day(1)?)))
}

/// Writes what is recorded anew of a repair; when it went and came back stays.
pub fn update(tx: &Tx, after: &Repair) -> Result<()> {
    tx.change(
        Table::Repair,
        after.id,
        "UPDATE repair SET back_by = ?2, fault = ?3, cost_pence = ?4, outcome = ?5, payer = ?6 WHERE id = ?1",
        &[
            after.id.into(),
            after.back_by.into(),
            after.fault.as_ref().into(),
            after.cost.into(),
            after.outcome.map_or(Value::Null, word),
            after.payer.map_or(Value::Null, word),
        ],
    )?;
    Ok(())
}

/// The loan that goes, or went, on behind a repair: whose damage is mended.
pub fn behind(tx: &Tx, repair: RepairRef) -> Result<Option<LoanRef>> {
    let sql = format!("SELECT ({BEHIND}) FROM repair r WHERE r.id = ?1");
    Ok(tx.one(&sql, args![repair], |row| row.opt_int(0))?.flatten().map(LoanRef::new))
}
