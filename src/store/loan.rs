//! Loans: the facts a hand-over is judged by, and what is written of it.

use std::cmp::Reverse;

use anyhow::Result;

use super::db::{Row, Tx, Value, word};
use super::instrument::borrower as borrower_of;
use super::numbering::{self, Noun};
use super::party;
use super::remember::Table;
use crate::args;
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::Date;
use crate::domain::loan::{Days, LoanRefusal, NewLoan, OpenLoan, OpenLoans, state};
use crate::domain::reference::{LoanRef, PersonRef, Urn};
use crate::domain::refusal::refuse;
use crate::domain::tag::Tag;
use crate::domain::words::{Condition, LoanState};

mod held;
mod list;

pub use held::{held_terms, outlasted};
pub use list::{LoanFilter, each, each_overdue};

/// The index by which the loans of one instrument are found: an import of loans may have put it aside.
pub(super) const OF_INSTRUMENT: &str = "loan_instrument";

/// By the small indexes of what is open: an instrument's ended loans are not read over. While an import has those put aside,
/// the instrument's number finds them among its own.
const OUTER: &str = "
    SELECT id, NULL, person_id, organisation_id, school_urn, NULL, out_on, due_on FROM loan
    WHERE instrument_id = ?1 AND outer_id IS NULL AND returned_on IS NULL AND lost_on IS NULL AND voided_on IS NULL";

const INNER: &str = "
    SELECT id, NULL, person_id, organisation_id, school_urn, NULL, out_on, due_on FROM loan
    WHERE instrument_id = ?1 AND outer_id = ?2 AND returned_on IS NULL AND lost_on IS NULL AND voided_on IS NULL";

/// The open loans of an instrument.
pub fn open(tx: &Tx, instrument_id: i64) -> Result<OpenLoans> {
    tx.lean_on(OF_INSTRUMENT)?;
    let outer = open_by(tx, OUTER, args![instrument_id])?;
    // Nothing stands inside a person's loan.
    let around = outer.as_ref().filter(|loan| !matches!(loan.borrower, BorrowerRef::Person(_)));
    let inner = around.map(|loan| open_by(tx, INNER, args![instrument_id, loan.loan])).transpose()?.flatten();
    Ok(OpenLoans { inner, outer })
}

fn open_by(tx: &Tx, sql: &str, of: &[Value<'_>]) -> Result<Option<OpenLoan>> {
    let found = tx.one(sql, of, open_loan)?.flatten();
    // The name by a look-up of its own: to plan a join takes longer than all the rest.
    let named = |loan: OpenLoan| Ok(OpenLoan { borrower_name: party::name_of(tx, loan.borrower)?, ..loan });
    found.map(named).transpose()
}

/// Whether an instrument is out.
pub fn is_out(tx: &Tx, instrument_id: i64) -> Result<bool> {
    tx.lean_on(OF_INSTRUMENT)?;
    tx.exists(OUTER, args![instrument_id])
}

/// An open loan from a row of: reference, …, person, organisation, school, borrower's name, out, due.
fn open_loan(row: &Row<'_>) -> Result<Option<OpenLoan>> {
    let Some(borrower) = borrower_of(row.opt_int(2)?, row.opt_int(3)?, row.opt_int(4)?) else {
        return Ok(None);
    };
    let (loan, borrower_name) = (LoanRef::new(row.int(0)?), row.string(5)?);
    Ok(Some(OpenLoan { loan, borrower, borrower_name, out_on: row.day(6)?, due_on: row.day(7)? }))
}

/// An ended loan of the instrument, of the same depth, that was still running after a day; with its last day.
pub fn ended_after(tx: &Tx, instrument_id: i64, inside: bool, day: Date) -> Result<Option<(LoanRef, Date)>> {
    const SQL: &str = "
        SELECT id, coalesce(returned_on, lost_on) FROM loan
        WHERE instrument_id = ?1 AND (outer_id IS NOT NULL) = ?2 AND voided_on IS NULL AND coalesce(returned_on, lost_on) > ?3";
    tx.lean_on(OF_INSTRUMENT)?;
    let ended = tx.all(SQL, args![instrument_id, inside, day], |row| Ok((LoanRef::new(row.int(0)?), row.day(1)?)))?;
    Ok(ended.into_iter().max_by_key(|(loan, end)| (*end, Reverse(*loan))))
}

/// How many loans a borrower has, or signed for, that are late on a day.
pub fn late_of(tx: &Tx, borrower: BorrowerRef, today: Date) -> Result<i64> {
    let column = match borrower {
        BorrowerRef::Person(_) => "person_id",
        BorrowerRef::School(_) => "person_id IS NULL AND school_urn",
        BorrowerRef::Organisation(_) => "organisation_id",
    };
    let sql = format!(
        "SELECT count(*) FROM loan WHERE {column} = ?1 AND due_on < ?2
           AND returned_on IS NULL AND lost_on IS NULL AND voided_on IS NULL"
    );
    tx.number(&sql, &[number_of(borrower), today.into()])
}

fn number_of<'a>(borrower: BorrowerRef) -> Value<'a> {
    match borrower {
        BorrowerRef::Person(person) => person.into(),
        BorrowerRef::School(urn) => urn.into(),
        BorrowerRef::Organisation(organisation) => organisation.into(),
    }
}

/// The next loan's reference.
pub fn next_reference(tx: &Tx) -> Result<LoanRef> {
    Ok(LoanRef::new(numbering::take(tx, Noun::Loan)?))
}

/// Remembers that references up to this one are taken.
pub fn reserve(tx: &Tx, loan: LoanRef) -> Result<()> {
    numbering::reserve(tx, Noun::Loan, loan.number())
}

/// Writes a new loan under the next reference.
pub fn add(tx: &Tx, new: &NewLoan) -> Result<LoanRef> {
    let loan = next_reference(tx)?;
    put(tx, loan, new, None)?;
    Ok(loan)
}

/// Writes a loan under a reference that came with it, perhaps ended already.
pub fn put(tx: &Tx, loan: LoanRef, new: &NewLoan, ended: Option<(LoanState, Date)>) -> Result<()> {
    let (person, organisation) = match new.borrower {
        BorrowerRef::Person(person) => (Some(person), None),
        BorrowerRef::Organisation(organisation) => (None, Some(organisation)),
        BorrowerRef::School(_) => (None, None),
    };
    let year_group = new.year_group.map(|year| year.to_string());
    let ended_as = |state: LoanState| ended.filter(|(how, _)| *how == state).map(|(_, day)| day);
    tx.make(
        Table::Loan,
        loan,
        "INSERT INTO loan (id, instrument_id, outer_id, scheme, person_id, organisation_id, school_urn, hirer_id, pupils, year_group,
             out_on, due_on, note, returned_on, lost_on, voided_on, set_id, batch_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
        &[
            loan.into(),
            new.instrument_id.into(),
            new.outer.into(),
            word(new.scheme),
            person.into(),
            organisation.into(),
            new.school.into(),
            new.hirer.into(),
            new.pupils.into(),
            year_group.as_ref().into(),
            new.out_on.into(),
            new.due_on.into(),
            new.note.as_ref().into(),
            ended_as(LoanState::Returned).into(),
            ended_as(LoanState::Lost).into(),
            ended_as(LoanState::Void).into(),
            new.set.into(),
            new.batch.into(),
        ],
    )?;
    Ok(())
}

/// Closes a loan as returned or lost on a day.
pub fn close(tx: &Tx, loan: LoanRef, how: LoanState, on: Date) -> Result<()> {
    let sql = match how {
        LoanState::Returned => "UPDATE loan SET returned_on = ?2 WHERE id = ?1",
        LoanState::Lost => "UPDATE loan SET lost_on = ?2 WHERE id = ?1",
        LoanState::Void => "UPDATE loan SET voided_on = ?2 WHERE id = ?1",
        LoanState::Open => return Ok(()),
    };
    tx.change(Table::Loan, loan, sql, args![loan, on])?;
    Ok(())
}

/// What is remembered of a return: the instrument's state, the place, and which accessories did not come back.
pub fn record_return(
    tx: &Tx,
    loan: LoanRef,
    condition: Option<Condition>,
    at: Option<&str>,
    missing: &[String],
) -> Result<()> {
    let missing = (!missing.is_empty()).then(|| missing.join(", "));
    tx.change(
        Table::Loan,
        loan,
        "UPDATE loan SET returned_condition = ?2, returned_at = ?3, missing = ?4 WHERE id = ?1",
        &[loan.into(), condition.map_or(Value::Null, word), at.into(), missing.as_ref().into()],
    )?;
    Ok(())
}

pub fn set_due(tx: &Tx, loan: LoanRef, due_on: Date) -> Result<()> {
    tx.change(Table::Loan, loan, "UPDATE loan SET due_on = ?2 WHERE id = ?1", args![loan, due_on])?;
    Ok(())
}

/// Open loans of one borrower, or that a person signed for, or due before a day, with their instruments.
pub fn open_of(tx: &Tx, borrower: Option<BorrowerRef>, due_before: Option<Date>) -> Result<Vec<(Tag, i64, OpenLoan)>> {
    let whose = match borrower {
        None => "?1 IS NULL",
        Some(BorrowerRef::Person(_)) => "(l.person_id = ?1 OR l.hirer_id = ?1)",
        Some(BorrowerRef::School(_)) => "l.person_id IS NULL AND l.school_urn = ?1",
        Some(BorrowerRef::Organisation(_)) => "l.organisation_id = ?1",
    };
    let sql = format!(
        "SELECT l.id, i.tag, l.person_id, l.organisation_id, l.school_urn, coalesce(p.name, o.name, s.name), l.out_on, l.due_on, i.id
         FROM loan l JOIN instrument i ON i.id = l.instrument_id
         LEFT JOIN person p ON p.id = l.person_id
         LEFT JOIN organisation o ON o.id = l.organisation_id
         LEFT JOIN school s ON s.urn = l.school_urn
         WHERE {whose} AND (?2 IS NULL OR l.due_on < ?2)
           AND l.returned_on IS NULL AND l.lost_on IS NULL AND l.voided_on IS NULL ORDER BY i.tag_key, l.id"
    );
    let number = borrower.map_or(Value::Null, number_of);
    let found = tx.all(&sql, &[number, due_before.into()], |row| {
        let (tag, instrument_id) = (row.tag(1)?, row.int(8)?);
        Ok(open_loan(row)?.map(|loan| (tag, instrument_id, loan)))
    })?;
    Ok(found.into_iter().flatten().collect())
}

/// One loan as those who put it right see it.
#[derive(Clone, Debug)]
pub struct Found {
    pub instrument_id: i64,
    pub tag: Tag,
    pub borrower: BorrowerRef,
    pub borrower_name: String,
    pub school: Option<Urn>,
    pub state: LoanState,
    pub days: Days,
}

/// The loan with a reference; refused with [`LoanRefusal::Unknown`].
pub fn get(tx: &Tx, loan: LoanRef) -> Result<Found> {
    const SQL: &str = "
        SELECT i.id, i.tag, l.person_id, l.organisation_id, l.school_urn, coalesce(p.name, o.name, s.name),
               l.out_on, l.due_on, l.returned_on, l.lost_on, l.voided_on
        FROM loan l JOIN instrument i ON i.id = l.instrument_id
        LEFT JOIN person p ON p.id = l.person_id
        LEFT JOIN organisation o ON o.id = l.organisation_id
        LEFT JOIN school s ON s.urn = l.school_urn
        WHERE l.id = ?1";
    let found = tx.one(SQL, args![loan], |row| {
        let Some(borrower) = borrower_of(row.opt_int(2)?, row.opt_int(3)?, row.opt_int(4)?) else {
            return Ok(None);
        };
        let (returned_on, lost_on) = (row.opt_day(8)?, row.opt_day(9)?);
        Ok(Some(Found {
            instrument_id: row.int(0)?,
            tag: row.tag(1)?,
            borrower,
            borrower_name: row.string(5)?,
            school: row.opt_int(4)?.map(Urn::new),
            state: state(returned_on, lost_on, row.opt_day(10)?),
            days: Days { out_on: row.day(6)?, due_on: row.day(7)?, returned_on, lost_on },
        }))
    })?;
    found.flatten().ok_or_else(|| refuse(LoanRefusal::Unknown(loan)))
}

/// The pupils' loans inside a school's that count: open or ended, not void.
pub fn inside(tx: &Tx, loan: LoanRef) -> Result<Vec<LoanRef>> {
    let sql = "SELECT n.id FROM loan l JOIN loan n ON n.instrument_id = l.instrument_id AND n.outer_id = l.id
               WHERE l.id = ?1 AND n.voided_on IS NULL ORDER BY n.id";
    tx.all(sql, args![loan], |row| Ok(LoanRef::new(row.int(0)?)))
}

pub fn set_days(tx: &Tx, loan: LoanRef, days: &Days) -> Result<()> {
    let sql = "UPDATE loan SET out_on = ?2, due_on = ?3, returned_on = ?4 WHERE id = ?1";
    tx.change(Table::Loan, loan, sql, args![loan, days.out_on, days.due_on, days.returned_on])?;
    Ok(())
}

/// Voids a loan, however it had ended: it never was.
pub fn void(tx: &Tx, loan: LoanRef, on: Date) -> Result<()> {
    let sql = "UPDATE loan SET voided_on = ?2, returned_on = NULL, lost_on = NULL, returned_condition = NULL,
                   returned_at = NULL, missing = NULL WHERE id = ?1";
    tx.change(Table::Loan, loan, sql, args![loan, on])?;
    Ok(())
}

/// What is shown of one loan.
#[derive(Clone, Debug)]
pub struct LoanDetails {
    pub outer: Option<LoanRef>,
    pub pupils: Option<i64>,
    pub year_group: Option<String>,
    pub note: Option<String>,
    pub hirer: Option<PersonRef>,
    pub lost_on: Option<Date>,
    pub returned_condition: Option<Condition>,
    pub returned_at: Option<String>,
    pub missing: Option<String>,
}

pub fn details(tx: &Tx, loan: LoanRef) -> Result<Option<LoanDetails>> {
    let sql = "SELECT outer_id, pupils, year_group, note, hirer_id, lost_on, returned_condition, returned_at, missing
               FROM loan WHERE id = ?1";
    tx.one(sql, args![loan], |row: &Row<'_>| {
        Ok(LoanDetails {
            outer: row.opt_int(0)?.map(LoanRef::new),
            pupils: row.opt_int(1)?,
            year_group: row.opt_string(2)?,
            note: row.opt_string(3)?,
            hirer: row.opt_int(4)?.map(PersonRef::new),
            lost_on: row.opt_day(5)?,
            returned_condition: row.opt_word(6)?,
            returned_at: row.opt_string(7)?,
            missing: row.opt_string(8)?,
        })
    })
}
