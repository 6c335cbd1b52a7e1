//! Charges: what is written of them, and the facts they are raised by.

mod ahead;
mod brought_in;
mod hire;
mod list;
mod record;
mod rework;

use anyhow::{Context, Result};

pub use ahead::owed_ahead;
pub use hire::{UnpaidHire, each_open_hire, open_hires, set_remitted, unpaid_hires, years_of_unpaid_hire};
pub use list::{ChargeFilter, Owed, each, owed};
pub use record::{alike, each_record, highest, next_reference, of_period, reserve, settle};
pub use rework::{Reworked, rework};

use super::db::{Row, Tx, word};
use super::instrument::borrower as borrower_of;
use super::numbering::{self, Noun};
use super::remember::Table;
use super::trouble::FileTrouble;
use crate::args;
use crate::domain::borrower::BorrowerRef;
use crate::domain::charge::{Answerable, Charge, ChargeRefusal, ChargedLoan, NewCharge};
use crate::domain::date::Date;
use crate::domain::loan::{LoanRefusal, state};
use crate::domain::money::Pence;
use crate::domain::reference::{ChargeRef, LoanRef, PersonRef, RepairRef, Urn};
use crate::domain::refusal::refuse;
use crate::domain::repair::charge_note;

/// Not settled, one way or another.
const UNSETTLED: &str = "c.paid_on IS NULL AND c.waived_on IS NULL";

/// Writes a new charge under the next reference.
pub fn add(tx: &Tx, new: &NewCharge) -> Result<ChargeRef> {
    let charge = ChargeRef::new(numbering::take(tx, Noun::Charge)?);
    put(tx, charge, new)?;
    Ok(charge)
}

/// Writes many new charges, with references taken all at once; the first of them.
pub fn add_all(tx: &Tx, new: &[NewCharge], mut written: impl FnMut()) -> Result<ChargeRef> {
    let first = numbering::take_run(tx, Noun::Charge, i64::try_from(new.len())?)?;
    for (charge, number) in new.iter().zip(first..) {
        put(tx, ChargeRef::new(number), charge)?;
        written();
    }
    Ok(ChargeRef::new(first))
}

/// Writes a new charge under a reference that came with it.
pub fn put(tx: &Tx, charge: ChargeRef, new: &NewCharge) -> Result<()> {
    let (person, organisation, school) = match new.payer {
        BorrowerRef::Person(person) => (Some(person), None, None),
        BorrowerRef::Organisation(organisation) => (None, Some(organisation), None),
        BorrowerRef::School(urn) => (None, None, Some(urn)),
    };
    tx.make(
        Table::Charge,
        charge,
        "INSERT INTO charge (id, loan_id, person_id, organisation_id, school_urn, charge_type, period, term, academic_year,
             amount_pence, remitted_pence, raised_on, due_on, note)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        &[
            charge.into(),
            new.loan.into(),
            person.into(),
            organisation.into(),
            school.into(),
            word(new.charge_type),
            new.period.as_ref().into(),
            new.term.as_ref().into(),
            (&new.year.to_string()).into(),
            new.amount.into(),
            new.remitted.into(),
            new.raised_on.into(),
            new.due_on.into(),
            new.note.as_ref().into(),
        ],
    )
}

/// The charge with this reference, or the refusal that there is none.
pub fn get(tx: &Tx, charge: ChargeRef) -> Result<Charge> {
    find(tx, charge)?.ok_or_else(|| refuse(ChargeRefusal::Unknown(charge)))
}

/// The charge with this reference.
pub fn find(tx: &Tx, charge: ChargeRef) -> Result<Option<Charge>> {
    const SQL: &str = "
        SELECT c.id, c.loan_id, l.instrument_id, c.person_id, c.organisation_id, c.school_urn, coalesce(p.name, o.name, s.name),
               c.charge_type, c.term, c.period, c.academic_year, c.amount_pence, c.remitted_pence, c.raised_on, c.due_on,
               c.paid_on, c.waived_on, c.note
        FROM charge c JOIN loan l ON l.id = c.loan_id
        LEFT JOIN person p ON p.id = c.person_id
        LEFT JOIN organisation o ON o.id = c.organisation_id
        LEFT JOIN school s ON s.urn = c.school_urn
        WHERE c.id = ?1";
    tx.one(SQL, args![charge], from_row)
}

fn from_row(row: &Row<'_>) -> Result<Charge> {
    let payer = borrower_of(row.opt_int(3)?, row.opt_int(4)?, row.opt_int(5)?);
    Ok(Charge {
        charge: ChargeRef::new(row.int(0)?),
        loan: LoanRef::new(row.int(1)?),
        instrument_id: row.int(2)?,
        payer: payer.ok_or(FileTrouble::Damaged).context("a charge without a payer")?,
        payer_name: row.string(6)?,
        charge_type: row.word(7)?,
        term: row.opt_string(8)?,
        period: row.opt_string(9)?,
        year: row.parsed(10)?,
        amount: row.pence(11)?,
        remitted: row.pence(12)?,
        raised_on: row.day(13)?,
        due_on: row.day(14)?,
        paid_on: row.opt_day(15)?,
        waived_on: row.opt_day(16)?,
        note: row.opt_string(17)?,
    })
}

pub fn pay(tx: &Tx, charge: ChargeRef, on: Date) -> Result<()> {
    tx.change(Table::Charge, charge, "UPDATE charge SET paid_on = ?2 WHERE id = ?1", args![charge, on])?;
    Ok(())
}

/// Waives a charge; the reason joins what is noted of it.
pub fn waive(tx: &Tx, charge: ChargeRef, on: Date, reason: &str) -> Result<()> {
    let sql = "UPDATE charge SET waived_on = ?2, note = coalesce(note || '; ', '') || ?3 WHERE id = ?1";
    tx.change(Table::Charge, charge, sql, args![charge, on, reason])?;
    Ok(())
}

/// Waives every charge of a loan that is not paid, and says which.
pub fn waive_unpaid_of(tx: &Tx, loan: LoanRef, on: Date, reason: &str) -> Result<Vec<ChargeRef>> {
    let sql = format!("SELECT c.id FROM charge c WHERE c.loan_id = ?1 AND {UNSETTLED} ORDER BY c.id");
    let unpaid = tx.all(&sql, args![loan], |row| Ok(ChargeRef::new(row.int(0)?)))?;
    unpaid.iter().try_for_each(|charge| waive(tx, *charge, on, reason))?;
    Ok(unpaid)
}

/// What was paid for a loan, charge by charge.
pub fn paid_of(tx: &Tx, loan: LoanRef) -> Result<Vec<(ChargeRef, Pence)>> {
    let sql =
        "SELECT id, amount_pence - remitted_pence FROM charge WHERE loan_id = ?1 AND paid_on IS NOT NULL ORDER BY id";
    tx.all(sql, args![loan], |row| Ok((ChargeRef::new(row.int(0)?), row.pence(1)?)))
}

/// The charge for a loan's loss that was not waived, if there is one.
pub fn loss_of(tx: &Tx, loan: LoanRef) -> Result<Option<ChargeRef>> {
    let sql = "SELECT id FROM charge WHERE loan_id = ?1 AND charge_type = 'loss' AND waived_on IS NULL ORDER BY id";
    tx.one(sql, args![loan], |row| Ok(ChargeRef::new(row.int(0)?)))
}

/// The charge for a repair of an instrument that was not waived, if there is one.
pub fn of_repair(tx: &Tx, repair: RepairRef, instrument_id: i64) -> Result<Option<ChargeRef>> {
    let sql = "SELECT c.id FROM loan l JOIN charge c ON c.loan_id = l.id
               WHERE l.instrument_id = ?1 AND c.charge_type = 'damage' AND c.note = ?2 AND c.waived_on IS NULL ORDER BY c.id";
    tx.one(sql, args![instrument_id, &charge_note(repair)], |row| Ok(ChargeRef::new(row.int(0)?)))
}

/// What is owed for a loan; `None` where it never was charged.
pub fn owed_of(tx: &Tx, loan: LoanRef) -> Result<Option<Pence>> {
    let sql = format!(
        "SELECT sum(CASE WHEN {UNSETTLED} THEN c.amount_pence - c.remitted_pence ELSE 0 END) FROM charge c WHERE c.loan_id = ?1"
    );
    Ok(tx.one(&sql, args![loan], |row| row.opt_pence(0))?.flatten())
}

/// A loan as charges see it, or the refusal that there is none.
pub fn loan(tx: &Tx, loan: LoanRef) -> Result<ChargedLoan> {
    const SQL: &str = "
        SELECT l.person_id, l.organisation_id, l.school_urn, l.hirer_id, l.outer_id, l.instrument_id, i.tag, l.scheme, t.family,
               l.returned_on, l.lost_on, l.voided_on, i.replacement_value_pence
        FROM loan l JOIN instrument i ON i.id = l.instrument_id JOIN type t ON t.code = i.type WHERE l.id = ?1";
    let found = tx.one(SQL, args![loan], |row| {
        Ok(ChargedLoan {
            loan,
            instrument_id: row.int(5)?,
            tag: row.tag(6)?,
            who: answerable(row, 0)?,
            scheme: row.word(7)?,
            family: row.word(8)?,
            state: state(row.opt_day(9)?, row.opt_day(10)?, row.opt_day(11)?),
            replacement_value: row.opt_pence(12)?,
        })
    })?;
    found.ok_or_else(|| refuse(LoanRefusal::Unknown(loan)))
}

/// Who is behind a loan, from its columns: person, organisation, school, hirer, outer loan.
fn answerable(row: &Row<'_>, first: usize) -> Result<Answerable> {
    let school = row.opt_int(first + 2)?;
    let borrower = borrower_of(row.opt_int(first)?, row.opt_int(first + 1)?, school);
    let is_inner = row.opt_int(first + 4)?.is_some();
    Ok(Answerable {
        borrower: borrower.ok_or(FileTrouble::Damaged).context("a loan without a borrower")?,
        hirer: row.opt_int(first + 3)?.map(PersonRef::new),
        // An inner loan is to a pupil of the school that has the outer one.
        inside: school.filter(|_| is_inner).map(Urn::new),
    })
}
