//! Charges in full: as an export lists them, and as an import writes them.

use anyhow::Result;

use crate::args;
use crate::domain::charge::Charge;
use crate::domain::record::ChargeRecord;
use crate::domain::reference::{ChargeRef, LoanRef};
use crate::store::db::{Tx, word};
use crate::store::instrument::borrower as borrower_of;
use crate::store::numbering::{self, Noun};
use crate::store::remember::Table;

/// Every charge in order of reference.
pub fn each_record(tx: &Tx, mut take: impl FnMut(&ChargeRecord<'_>) -> Result<()>) -> Result<()> {
    const SQL: &str = "
        SELECT id, loan_id, person_id, organisation_id, school_urn, charge_type, period, term, academic_year, amount_pence,
               remitted_pence, raised_on, due_on, paid_on, waived_on, note
        FROM charge ORDER BY id";
    tx.each(SQL, &[], |row| {
        take(&ChargeRecord {
            charge: ChargeRef::new(row.int(0)?),
            loan: LoanRef::new(row.int(1)?),
            payer: borrower_of(row.opt_int(2)?, row.opt_int(3)?, row.opt_int(4)?),
            charge_type: row.word(5)?,
            period: row.text(6)?,
            term: row.text(7)?,
            academic_year: row.parsed(8)?,
            amount: row.pence(9)?,
            remitted: row.pence(10)?,
            raised_on: row.day(11)?,
            due_on: row.day(12)?,
            paid_on: row.opt_day(13)?,
            waived_on: row.opt_day(14)?,
            note: row.text(15)?,
        })
    })
}

/// Charges for the same, of the same amount, from the same day, by reference; a hire is known by what it is for.
pub fn alike(tx: &Tx, like: &Charge) -> Result<Vec<ChargeRef>> {
    let sql = "SELECT id FROM charge
               WHERE loan_id = ?1 AND charge_type = ?2 AND period IS ?3
                 AND (?3 IS NOT NULL OR (amount_pence = ?4 AND raised_on = ?5)) ORDER BY id";
    let values = [
        like.loan.into(),
        word(like.charge_type),
        like.period.as_ref().into(),
        like.amount.into(),
        like.raised_on.into(),
    ];
    tx.all(sql, &values, |row| Ok(ChargeRef::new(row.int(0)?)))
}

/// The charge of a loan for what it was hired for: a term, a year, or the whole project.
pub fn of_period(tx: &Tx, loan: LoanRef, period: &str) -> Result<Option<ChargeRef>> {
    let sql = "SELECT id FROM charge WHERE loan_id = ?1 AND period = ?2";
    tx.one(sql, args![loan, period], |row| Ok(ChargeRef::new(row.int(0)?)))
}

/// The highest reference of any charge; nought without one.
pub fn highest(tx: &Tx) -> Result<i64> {
    tx.number("SELECT coalesce(max(id), 0) FROM charge", &[])
}

pub fn next_reference(tx: &Tx) -> Result<ChargeRef> {
    Ok(ChargeRef::new(numbering::take(tx, Noun::Charge)?))
}

/// Remembers that references up to this one are taken.
pub fn reserve(tx: &Tx, id: ChargeRef) -> Result<()> {
    numbering::reserve(tx, Noun::Charge, id.number())
}

/// How a charge was settled, and what is noted of it: written over the one with its reference.
pub fn settle(tx: &Tx, of: &Charge) -> Result<()> {
    let sql = "UPDATE charge SET paid_on = ?2, waived_on = ?3, note = ?4 WHERE id = ?1";
    tx.change(Table::Charge, of.charge, sql, args![of.charge, of.paid_on, of.waived_on, of.note.as_ref()])?;
    Ok(())
}
