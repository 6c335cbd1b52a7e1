//! Requests in full: as an export lists them, and as an import writes them.

use anyhow::Result;

use crate::args;
use crate::domain::borrower::BorrowerRef;
use crate::domain::instrument::TypeCode;
use crate::domain::record::RequestRecord;
use crate::domain::reference::{LoanRef, RequestRef};
use crate::domain::request::Recorded;
use crate::domain::tag::Tag;
use crate::domain::text::fold;
use crate::store::db::{Row, Tx};
use crate::store::instrument::borrower as borrower_of;
use crate::store::numbering::{self, Noun};
use crate::store::remember::Table;

const RECORDS: &str = "
    SELECT q.id, q.type, q.size, q.person_id, q.organisation_id, q.school_urn, q.asked_on, q.note, i.tag, q.offered_on, q.lapses_on,
           q.loan_id, q.cancelled_on
    FROM request q LEFT JOIN instrument i ON i.id = q.instrument_id";

/// Every request in order of reference.
pub fn each_record(tx: &Tx, mut take: impl FnMut(&RequestRecord<'_>) -> Result<()>) -> Result<()> {
    tx.each(&format!("{RECORDS} ORDER BY q.id"), &[], |row| take(&record(row)?))
}

fn record<'a>(row: &'a Row<'_>) -> Result<RequestRecord<'a>> {
    Ok(RequestRecord {
        request: RequestRef::new(row.int(0)?),
        type_code: row.text(1)?,
        size: row.text(2)?,
        borrower: borrower_of(row.opt_int(3)?, row.opt_int(4)?, row.opt_int(5)?),
        asked_on: row.day(6)?,
        note: row.text(7)?,
        tag: row.text(8)?,
        offered_on: row.opt_day(9)?,
        lapses_on: row.opt_day(10)?,
        loan: row.opt_int(11)?.map(LoanRef::new),
        cancelled_on: row.opt_day(12)?,
    })
}

/// What is recorded of a request, if there is one with this reference.
pub fn recorded(tx: &Tx, id: RequestRef) -> Result<Option<Recorded>> {
    let found = tx.one(&format!("{RECORDS} WHERE q.id = ?1"), args![id], |row| {
        let line = record(row)?;
        let present = |text: &str| (!text.is_empty()).then(|| text.to_string());
        Ok(line.borrower.map(|borrower| Recorded {
            type_code: TypeCode::from_record(line.type_code),
            size: present(line.size),
            borrower,
            asked_on: line.asked_on,
            note: present(line.note),
            tag: present(line.tag).map(|tag| Tag::from_record(&tag)),
            offered_on: line.offered_on,
            lapses_on: line.lapses_on,
            loan: line.loan,
            cancelled_on: line.cancelled_on,
        }))
    })?;
    Ok(found.flatten())
}

/// Requests for the same by the same borrower from the same day, by reference.
pub fn alike(tx: &Tx, like: &Recorded) -> Result<Vec<RequestRef>> {
    let sql = "SELECT id, size, person_id, organisation_id, school_urn FROM request WHERE type = ?1 AND asked_on = ?2 ORDER BY id";
    let size = like.size.as_deref().map(fold);
    let mut found = Vec::new();
    tx.each(sql, args![like.type_code.as_str(), like.asked_on], |row| {
        let same_size = row.opt_text(1)?.map(fold) == size;
        let borrower = borrower_of(row.opt_int(2)?, row.opt_int(3)?, row.opt_int(4)?);
        if same_size && borrower == Some(like.borrower) {
            found.push(RequestRef::new(row.int(0)?));
        }
        Ok(())
    })?;
    Ok(found)
}

/// The open request that names an instrument as offered, lapsed or not; one aside.
pub fn naming(tx: &Tx, instrument_id: i64, but: Option<RequestRef>) -> Result<Option<RequestRef>> {
    let sql = format!("SELECT q.id FROM request q WHERE q.instrument_id = ?1 AND {} AND q.id IS NOT ?2", super::OPEN);
    tx.one(&sql, args![instrument_id, but], |row| Ok(RequestRef::new(row.int(0)?)))
}

/// The request that a loan answered; one aside.
pub fn answered_by(tx: &Tx, loan: LoanRef, but: Option<RequestRef>) -> Result<Option<RequestRef>> {
    let sql = "SELECT id FROM request WHERE loan_id = ?1 AND id IS NOT ?2 ORDER BY id";
    tx.one(sql, args![loan, but], |row| Ok(RequestRef::new(row.int(0)?)))
}

/// The highest reference of any request; nought without one.
pub fn highest(tx: &Tx) -> Result<i64> {
    tx.number("SELECT coalesce(max(id), 0) FROM request", &[])
}

pub fn next_reference(tx: &Tx) -> Result<RequestRef> {
    Ok(RequestRef::new(numbering::take(tx, Noun::Request)?))
}

/// Remembers that references up to this one are taken.
pub fn reserve(tx: &Tx, id: RequestRef) -> Result<()> {
    numbering::reserve(tx, Noun::Request, id.number())
}

/// Writes a request in full: a new one, or over the one with its reference.
pub fn put(tx: &Tx, id: RequestRef, of: &Recorded, instrument_id: Option<i64>) -> Result<()> {
    let (person, organisation, school) = match of.borrower {
        BorrowerRef::Person(person) => (Some(person), None, None),
        BorrowerRef::Organisation(organisation) => (None, Some(organisation), None),
        BorrowerRef::School(urn) => (None, None, Some(urn)),
    };
    tx.change(
        Table::Request,
        id,
        "INSERT INTO request (id, type, size, person_id, organisation_id, school_urn, asked_on, note, instrument_id, offered_on,
             lapses_on, loan_id, cancelled_on)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
         ON CONFLICT (id) DO UPDATE SET instrument_id = excluded.instrument_id, offered_on = excluded.offered_on,
             lapses_on = excluded.lapses_on, loan_id = excluded.loan_id, cancelled_on = excluded.cancelled_on",
        args![
            id,
            of.type_code.as_str(),
            of.size.as_ref(),
            person,
            organisation,
            school,
            of.asked_on,
            of.note.as_ref(),
            instrument_id,
            of.offered_on,
            of.lapses_on,
            of.loan,
            of.cancelled_on,
        ],
    )?;
    Ok(())
}
