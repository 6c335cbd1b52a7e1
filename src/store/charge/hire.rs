//! Hire: the open loans that a run of a term looks at, and what a remission works anew.

use std::collections::HashMap;

use anyhow::{Context, Result};

use super::{UNSETTLED, answerable, brought_in};
use crate::args;
use crate::domain::charge::{Answerable, Hire};
use crate::domain::date::{AcademicYear, Date};
use crate::domain::money::Pence;
use crate::domain::reference::{ChargeRef, EventRef, LoanRef, PersonRef, Urn};
use crate::domain::term::NamedTerm;
use crate::store::db::{Tx, Value};
use crate::store::journal::{self, About};
use crate::store::remember::Table;

const OPEN: &str = "l.returned_on IS NULL AND l.lost_on IS NULL AND l.voided_on IS NULL";

/// Whether a loan's hire was raised for a term, whatever the unit was: with the term, for its year, for the whole project.
fn raised(loan: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM charge c WHERE c.loan_id = {loan} AND c.charge_type = 'hire'
                 AND (c.term = ?1 OR c.period IN (?1, ?2, 'project')))"
    )
}

/// How many loans are open.
pub fn open_hires(tx: &Tx) -> Result<i64> {
    tx.number(&format!("SELECT count(*) FROM loan l WHERE {OPEN}"), &[])
}

/// Every open loan in order of reference, with what was raised for it before.
pub fn each_open_hire(tx: &Tx, term: &NamedTerm, mut take: impl FnMut(&Hire<'_>) -> Result<()>) -> Result<()> {
    let sql = format!(
        "WITH open AS MATERIALIZED (SELECT l.id FROM loan l WHERE {OPEN})
         SELECT l.id, l.instrument_id, l.person_id, l.organisation_id, l.school_urn, l.hirer_id, l.outer_id, l.scheme, t.family,
                l.out_on, l.due_on, s.la, {}
         FROM open JOIN loan l ON l.id = open.id
         JOIN instrument i ON i.id = l.instrument_id JOIN type t ON t.code = i.type
         LEFT JOIN school s ON s.urn = l.school_urn
         ORDER BY l.id",
        raised("l.id")
    );
    let year = term.year.to_string();
    let periods: [Value<'_>; 2] = [(&term.label).into(), (&year).into()];
    let swapped = swapped(tx)?;
    tx.each(&sql, &periods, |row| {
        let loan = LoanRef::new(row.int(0)?);
        let mut hire = Hire {
            loan,
            instrument_id: row.int(1)?,
            who: answerable(row, 2)?,
            scheme: row.word(7)?,
            family: row.word(8)?,
            out_on: row.day(9)?,
            due_on: row.day(10)?,
            school: row.opt_int(4)?.map(Urn::new),
            la: row.opt_text(11)?,
            is_raised: row.flag(12)?,
        };
        // What was swapped is hired on under the same agreement: its period was paid for with the loan before.
        let mut latest = loan;
        while let Some(earlier) = swapped.get(&latest).filter(|earlier| **earlier < latest) {
            latest = *earlier;
            hire.is_raised = hire.is_raised || raised_for(tx, latest, &periods)?;
        }
        take(&hire)
    })
}

fn raised_for(tx: &Tx, loan: LoanRef, periods: &[Value<'_>; 2]) -> Result<bool> {
    let sql = format!("SELECT {}", raised("?3"));
    let found = tx.one(&sql, &[periods[0], periods[1], loan.into()], |row| row.flag(0))?;
    Ok(found.unwrap_or_default())
}

/// That two loans are to the same people, under the same agreement.
pub(super) const SAME_PEOPLE: &str = "old.person_id IS new.person_id AND old.organisation_id IS new.organisation_id
          AND old.school_urn IS new.school_urn AND old.hirer_id IS new.hirer_id";

/// Of each loan that a swap began for the same people, the loan it took the place of. The event is about these two loans and
/// no other, so that it ties them whatever is corrected of their days later.
fn swapped(tx: &Tx) -> Result<HashMap<LoanRef, LoanRef>> {
    let sql = format!(
        "SELECT new.id, old.id
         FROM event e
         JOIN event_subject n ON n.event_id = e.id AND n.noun = 'loan'
         JOIN event_subject b ON b.event_id = e.id AND b.noun = 'loan'
         JOIN loan new ON new.id BETWEEN n.first AND n.last
         JOIN loan old ON old.id BETWEEN b.first AND b.last AND old.id < new.id
         WHERE e.command = 'swap' AND {SAME_PEOPLE}
         ORDER BY e.id, new.id, old.id"
    );
    let pairs = tx.all(&sql, &[], |row| Ok((LoanRef::new(row.int(0)?), LoanRef::new(row.int(1)?))))?;
    // What the journal says stands before what the loans themselves tell.
    Ok(brought_in::swapped(tx)?.into_iter().chain(pairs).collect())
}

/// The same of one loan: by a few looks at indexes, since every return asks.
pub fn swapped_for(tx: &Tx, new: LoanRef) -> Result<Option<LoanRef>> {
    let sql = "SELECT event_id FROM event_subject WHERE noun = 'loan' AND first = ?1 AND last = ?1 ORDER BY event_id";
    for event in tx.all(sql, args![new], |row| Ok(EventRef::new(row.int(0)?)))? {
        if !tx.exists("SELECT 1 FROM event WHERE id = ?1 AND command = 'swap'", args![event])? {
            continue;
        }
        for about in journal::about(tx, event)? {
            let About::Loans(old, _) = about else { continue };
            let sql =
                format!("SELECT 1 FROM loan old JOIN loan new ON new.id = ?2 WHERE old.id = ?1 AND {SAME_PEOPLE}");
            if old < new.number() && tx.exists(&sql, args![old, new])? {
                return Ok(Some(LoanRef::new(old)));
            }
        }
    }
    brought_in::swapped_for(tx, new)
}

/// A hire that is not settled, with who is behind its loan.
#[derive(Clone, Copy, Debug)]
pub struct UnpaidHire {
    pub charge: ChargeRef,
    pub loan: LoanRef,
    pub instrument_id: i64,
    pub who: Answerable,
    pub amount: Pence,
    pub remitted: Pence,
    pub raised_on: Date,
}

/// The academic years for which a person has unpaid hire, or signed for it.
pub fn years_of_unpaid_hire(tx: &Tx, person: PersonRef) -> Result<Vec<AcademicYear>> {
    let sql = format!(
        "SELECT DISTINCT c.academic_year FROM loan l JOIN charge c ON c.loan_id = l.id
         WHERE (l.person_id = ?1 OR l.hirer_id = ?1) AND c.charge_type = 'hire' AND {UNSETTLED} ORDER BY c.academic_year"
    );
    tx.all(&sql, args![person], |row| row.parsed(0))
}

/// The unpaid hire of a year of loans that a person has or signed for.
pub fn unpaid_hires(tx: &Tx, person: PersonRef, year: AcademicYear) -> Result<Vec<UnpaidHire>> {
    let sql = format!(
        "SELECT c.id, l.id, l.instrument_id, l.person_id, l.organisation_id, l.school_urn, l.hirer_id, l.outer_id,
                c.amount_pence, c.remitted_pence, c.raised_on
         FROM loan l JOIN charge c ON c.loan_id = l.id
         WHERE (l.person_id = ?1 OR l.hirer_id = ?1) AND c.charge_type = 'hire' AND c.academic_year = ?2 AND {UNSETTLED}
         ORDER BY c.id"
    );
    tx.all(&sql, args![person, &year.to_string()], |row| {
        Ok(UnpaidHire {
            charge: ChargeRef::new(row.int(0)?),
            loan: LoanRef::new(row.int(1)?),
            instrument_id: row.int(2)?,
            who: answerable(row, 3).context("a hire's loan")?,
            amount: row.pence(8)?,
            remitted: row.pence(9)?,
            raised_on: row.day(10)?,
        })
    })
}

pub fn set_remitted(tx: &Tx, charge: ChargeRef, remitted: Pence) -> Result<()> {
    let sql = "UPDATE charge SET remitted_pence = ?2 WHERE id = ?1";
    tx.change(Table::Charge, charge, sql, args![charge, remitted])?;
    Ok(())
}
