//! Loans that nobody is reminded of for a while.

use anyhow::Result;

use crate::args;
use crate::domain::date::Date;
use crate::domain::reference::LoanRef;
use crate::store::db::Tx;
use crate::store::remember::Table;

/// Why a loan is held, and through which day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    pub until: Date,
    pub reason: String,
    pub held_on: Date,
}

/// A loan's hold, also one that is over.
pub fn held(tx: &Tx, loan: LoanRef) -> Result<Option<Hold>> {
    let sql = "SELECT until, reason, held_on FROM hold WHERE loan_id = ?1";
    tx.one(sql, args![loan], |row| Ok(Hold { until: row.day(0)?, reason: row.string(1)?, held_on: row.day(2)? }))
}

/// Holds a loan, or holds it anew.
pub fn hold(tx: &Tx, loan: LoanRef, hold: &Hold) -> Result<()> {
    tx.change(
        Table::Hold,
        loan,
        "INSERT INTO hold (loan_id, until, reason, held_on) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (loan_id) DO UPDATE SET until = excluded.until, reason = excluded.reason, held_on = excluded.held_on",
        args![loan, hold.until, &hold.reason, hold.held_on],
    )?;
    Ok(())
}

/// Lets a loan go.
pub fn release(tx: &Tx, loan: LoanRef) -> Result<()> {
    tx.change(Table::Hold, loan, "DELETE FROM hold WHERE loan_id = ?1", args![loan])?;
    Ok(())
}
