//! The days of one instrument's loans, as the rule over all of them reads them.

use anyhow::Result;

use super::db::Tx;
use crate::args;
use crate::domain::reference::LoanRef;
use crate::domain::refusal::refuse;
use crate::domain::timeline::{Span, Timeline, check};

/// Refuses what a change made impossible of an instrument's loans: to be called once it is written, before it is kept.
pub fn refuse_clash(tx: &Tx, instrument_id: i64) -> Result<()> {
    match of(tx, instrument_id)? {
        Some(timeline) => check(&timeline).map_err(refuse),
        None => Ok(()),
    }
}

fn of(tx: &Tx, instrument_id: i64) -> Result<Option<Timeline>> {
    let sql = "SELECT tag, missing_on, retired_on FROM instrument WHERE id = ?1";
    let found = tx.one(sql, args![instrument_id], |row| Ok((row.tag(0)?, row.opt_day(1)?, row.opt_day(2)?)))?;
    let Some((tag, missing_on, retired_on)) = found else {
        return Ok(None);
    };
    let sql = "SELECT id, outer_id, out_on, coalesce(returned_on, lost_on) FROM loan
               WHERE instrument_id = ?1 AND voided_on IS NULL ORDER BY id";
    let spans = tx.all(sql, args![instrument_id], |row| {
        Ok(Span {
            loan: LoanRef::new(row.int(0)?),
            outer: row.opt_int(1)?.map(LoanRef::new),
            out_on: row.day(2)?,
            ended_on: row.opt_day(3)?,
        })
    })?;
    Ok(Some(Timeline { tag, spans, missing_on, retired_on }))
}
