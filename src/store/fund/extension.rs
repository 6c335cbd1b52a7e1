//! Deadlines that were moved.

use anyhow::Result;

use crate::args;
use crate::domain::date::Date;
use crate::domain::fund::FundCode;
use crate::domain::fund::extension::Extension;
use crate::store::db::Tx;
use crate::store::remember::Table;

/// The extensions of a fund up to a day, or all of them; the last one stands.
pub fn list(tx: &Tx, fund: &FundCode, as_at: Option<Date>) -> Result<Vec<Extension>> {
    let sql = "SELECT extended_on, spend_by, reason FROM extension
               WHERE fund = ?1 AND (?2 IS NULL OR extended_on <= ?2) ORDER BY extended_on, id";
    tx.all(sql, args![fund.as_str(), as_at], |row| {
        Ok(Extension { extended_on: row.day(0)?, spend_by: row.day(1)?, reason: row.string(2)? })
    })
}

/// The deadline before anything moved it.
pub fn first_deadline(tx: &Tx, fund: &FundCode) -> Result<Option<Date>> {
    let found = tx.one("SELECT spend_by FROM fund WHERE code = ?1", args![fund.as_str()], |row| row.opt_day(0))?;
    Ok(found.flatten())
}

pub fn add(tx: &Tx, fund: &FundCode, extension: &Extension) -> Result<()> {
    let sql = "INSERT INTO extension (fund, extended_on, spend_by, reason) VALUES (?1, ?2, ?3, ?4)";
    let Extension { extended_on, spend_by, reason } = extension;
    tx.insert(Table::Extension, sql, args![fund.as_str(), *extended_on, *spend_by, reason])?;
    Ok(())
}
