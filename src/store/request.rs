//! Requests: the queue for a type and size, and the instruments that are offered to it.

mod record;

use anyhow::Result;

pub use record::{alike, answered_by, each_record, highest, naming, next_reference, put, recorded, reserve};

use super::db::{Row, Tx, Value};
use super::instrument::borrower as borrower_of;
use super::numbering::{self, Noun};
use super::party;
use super::remember::Table;
use crate::args;
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::Date;
use crate::domain::instrument::{Reservation, TypeCode};
use crate::domain::reference::{LoanRef, RequestRef};
use crate::domain::refusal::refuse;
use crate::domain::request::{Offer, Request, RequestLine, RequestRefusal, Wanted, state};
use crate::domain::text::fold;
use crate::domain::words::RequestState;

const OPEN: &str = "q.loan_id IS NULL AND q.cancelled_on IS NULL";

const COLUMNS: &str = "
    SELECT q.id, q.type, t.name, q.size, q.person_id, q.organisation_id, q.school_urn, coalesce(p.name, o.name, s.name),
           q.asked_on, q.note, i.tag, q.offered_on, q.lapses_on, q.loan_id, q.cancelled_on, li.tag
    FROM request q
    JOIN type t ON t.code = q.type
    LEFT JOIN instrument i ON i.id = q.instrument_id
    LEFT JOIN loan l ON l.id = q.loan_id
    LEFT JOIN instrument li ON li.id = l.instrument_id
    LEFT JOIN person p ON p.id = q.person_id
    LEFT JOIN organisation o ON o.id = q.organisation_id
    LEFT JOIN school s ON s.urn = q.school_urn";

fn from_row(row: &Row<'_>) -> Result<Option<Request>> {
    let Some(borrower) = borrower_of(row.opt_int(4)?, row.opt_int(5)?, row.opt_int(6)?) else {
        return Ok(None);
    };
    let wanted =
        Wanted { type_code: TypeCode::from_record(row.text(1)?), type_name: row.string(2)?, size: row.opt_string(3)? };
    let offer = match (row.opt_text(10)?, row.opt_day(12)?) {
        (Some(_), Some(lapses_on)) => Some(Offer { tag: row.tag(10)?, lapses_on }),
        _ => None,
    };
    Ok(Some(Request {
        id: RequestRef::new(row.int(0)?),
        wanted,
        borrower,
        borrower_name: row.string(7)?,
        asked_on: row.day(8)?,
        note: row.opt_string(9)?,
        offer,
        loan: row.opt_int(13)?.map(LoanRef::new),
        cancelled_on: row.opt_day(14)?,
    }))
}

/// The request with a reference, or the refusal that there is none.
pub fn get(tx: &Tx, id: RequestRef) -> Result<Request> {
    let found = tx.one(&format!("{COLUMNS} WHERE q.id = ?1"), args![id], from_row)?.flatten();
    found.ok_or_else(|| refuse(RequestRefusal::Unknown(id)))
}

/// Whether anybody waits, or has an offer.
pub fn any_open(tx: &Tx) -> Result<bool> {
    tx.exists(&format!("SELECT 1 FROM request q WHERE {OPEN}"), &[])
}

/// Whether anybody waits for a type, or has an offer.
pub fn any_open_for(tx: &Tx, type_code: &TypeCode) -> Result<bool> {
    tx.exists(&format!("SELECT 1 FROM request q WHERE q.type = ?1 AND {OPEN}"), args![type_code.as_str()])
}

/// Whether a borrower waits for anything, or has an offer.
pub fn any_open_of(tx: &Tx, borrower: BorrowerRef) -> Result<bool> {
    let (column, number) = match borrower {
        BorrowerRef::Person(person) => ("person_id", person.number()),
        BorrowerRef::Organisation(organisation) => ("organisation_id", organisation.number()),
        BorrowerRef::School(urn) => ("school_urn", urn.number()),
    };
    tx.exists(&format!("SELECT 1 FROM request q WHERE q.{column} = ?1 AND {OPEN}"), args![number])
}

/// The offer of an instrument that no loan has answered and nobody cancelled, lapsed or not.
pub fn reserved(tx: &Tx, instrument_id: i64) -> Result<Option<Reservation>> {
    let sql = format!(
        "SELECT q.id, q.person_id, q.organisation_id, q.school_urn, q.lapses_on FROM request q WHERE q.instrument_id = ?1 AND {OPEN}"
    );
    let found = tx.one(&sql, args![instrument_id], |row| {
        let borrower = borrower_of(row.opt_int(1)?, row.opt_int(2)?, row.opt_int(3)?);
        let request = RequestRef::new(row.int(0)?);
        Ok(borrower.zip(row.opt_day(4)?).map(|(borrower, lapses_on)| (request, borrower, lapses_on)))
    })?;
    let Some((request, borrower, lapses_on)) = found.flatten() else {
        return Ok(None);
    };
    Ok(Some(Reservation { request, borrower, borrower_name: party::name_of(tx, borrower)?, lapses_on }))
}

/// The open requests for a type: waiting, or with an offer.
pub fn open_for(tx: &Tx, type_code: &TypeCode) -> Result<Vec<Request>> {
    let sql = format!("{COLUMNS} WHERE q.type = ?1 AND {OPEN} ORDER BY q.asked_on, q.id");
    Ok(tx.all(&sql, args![type_code.as_str()], from_row)?.into_iter().flatten().collect())
}

/// The open requests of one borrower.
pub fn open_of(tx: &Tx, borrower: BorrowerRef) -> Result<Vec<Request>> {
    let (column, number) = match borrower {
        BorrowerRef::Person(person) => ("person_id", person.number()),
        BorrowerRef::Organisation(organisation) => ("organisation_id", organisation.number()),
        BorrowerRef::School(urn) => ("school_urn", urn.number()),
    };
    let sql = format!("{COLUMNS} WHERE q.{column} = ?1 AND {OPEN} ORDER BY q.asked_on, q.id");
    Ok(tx.all(&sql, args![number], from_row)?.into_iter().flatten().collect())
}

/// A new place in the queue.
#[derive(Debug)]
pub struct NewRequest<'a> {
    pub wanted: &'a Wanted,
    pub borrower: BorrowerRef,
    pub asked_on: Date,
    pub note: Option<&'a String>,
}

/// Writes a new request under the next reference.
pub fn add(tx: &Tx, new: &NewRequest<'_>) -> Result<RequestRef> {
    let id = RequestRef::new(numbering::take(tx, Noun::Request)?);
    let (person, organisation, school) = match new.borrower {
        BorrowerRef::Person(person) => (Some(person), None, None),
        BorrowerRef::Organisation(organisation) => (None, Some(organisation), None),
        BorrowerRef::School(urn) => (None, None, Some(urn)),
    };
    tx.make(
        Table::Request,
        id,
        "INSERT INTO request (id, type, size, person_id, organisation_id, school_urn, asked_on, note)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        args![
            id,
            new.wanted.type_code.as_str(),
            new.wanted.size.as_ref(),
            person,
            organisation,
            school,
            new.asked_on,
            new.note,
        ],
    )?;
    Ok(id)
}

pub fn cancel(tx: &Tx, id: RequestRef, on: Date) -> Result<()> {
    tx.change(Table::Request, id, "UPDATE request SET cancelled_on = ?2 WHERE id = ?1", args![id, on])?;
    Ok(())
}

/// Offers an instrument to a request, which may have had another before.
pub fn offer(tx: &Tx, id: RequestRef, instrument_id: i64, on: Date, lapses_on: Date) -> Result<()> {
    let sql = "UPDATE request SET instrument_id = ?2, offered_on = ?3, lapses_on = ?4 WHERE id = ?1";
    tx.change(Table::Request, id, sql, args![id, instrument_id, on, lapses_on])?;
    Ok(())
}

/// Takes an instrument off every open request that it was offered to, one aside, lapsed or not; says off which.
/// Of an offer that is cut short no day stays, for it would read as one that stands; one that had lapsed keeps its days.
pub fn withdraw(tx: &Tx, instrument_id: i64, but_from: Option<RequestRef>, today: Date) -> Result<Vec<RequestRef>> {
    let sql = format!("SELECT q.id FROM request q WHERE q.instrument_id = ?1 AND {OPEN} AND q.id IS NOT ?2");
    let found = tx.all(&sql, args![instrument_id, but_from], |row| Ok(RequestRef::new(row.int(0)?)))?;
    for id in &found {
        let sql = "UPDATE request SET instrument_id = NULL, offered_on = CASE WHEN lapses_on < ?2 THEN offered_on END,
                       lapses_on = CASE WHEN lapses_on < ?2 THEN lapses_on END WHERE id = ?1";
        tx.change(Table::Request, *id, sql, args![*id, today])?;
    }
    Ok(found)
}

/// Closes a request with the loan that answers it.
pub fn answer(tx: &Tx, id: RequestRef, loan: LoanRef) -> Result<()> {
    tx.change(Table::Request, id, "UPDATE request SET loan_id = ?2 WHERE id = ?1", args![id, loan])?;
    Ok(())
}

/// Opens the request again that a loan answered, if one did: the loan never was.
pub fn reopen(tx: &Tx, loan: LoanRef) -> Result<Option<RequestRef>> {
    let sql = "SELECT id FROM request WHERE loan_id = ?1";
    let answered = tx.one(sql, args![loan], |row| Ok(RequestRef::new(row.int(0)?)))?;
    if let Some(id) = answered {
        let sql = "UPDATE request SET loan_id = NULL, instrument_id = NULL, offered_on = NULL, lapses_on = NULL WHERE id = ?1";
        tx.change(Table::Request, id, sql, args![id])?;
    }
    Ok(answered)
}

/// Which requests a list shows. Sizes compare without regard to case.
#[derive(Clone, Debug, Default)]
pub struct RequestFilter {
    pub request: Option<RequestRef>,
    pub type_code: Option<TypeCode>,
    pub size: Option<String>,
    pub borrower: Option<BorrowerRef>,
    /// Only those not ended.
    pub open: bool,
}

/// Requests in order of reference.
pub fn each(
    tx: &Tx,
    filter: &RequestFilter,
    today: Date,
    mut take: impl FnMut(&RequestLine<'_>) -> Result<()>,
) -> Result<()> {
    let open = if filter.open { OPEN } else { "1 = 1" };
    let sql = format!(
        "{COLUMNS} WHERE {open} AND (?1 IS NULL OR q.type = ?1) AND (?2 IS NULL OR q.person_id = ?2)
           AND (?3 IS NULL OR q.organisation_id = ?3) AND (?4 IS NULL OR q.school_urn = ?4)
           AND (?5 IS NULL OR q.id = ?5) ORDER BY q.id"
    );
    let (mut person, mut organisation, mut school) = (Value::Null, Value::Null, Value::Null);
    match filter.borrower {
        Some(BorrowerRef::Person(id)) => person = id.into(),
        Some(BorrowerRef::Organisation(id)) => organisation = id.into(),
        Some(BorrowerRef::School(urn)) => school = urn.into(),
        None => {}
    }
    let type_code = filter.type_code.as_ref().map(TypeCode::as_str).into();
    let size = filter.size.as_deref().map(fold);
    tx.each(&sql, &[type_code, person, organisation, school, filter.request.into()], |row| {
        let line = line(row, today)?;
        if size.as_ref().is_none_or(|size| *size == fold(line.size)) { take(&line) } else { Ok(()) }
    })
}

fn line<'a>(row: &'a Row<'_>, today: Date) -> Result<RequestLine<'a>> {
    let (loan, lapses_on) = (row.opt_int(13)?.map(LoanRef::new), row.opt_day(12)?);
    let is_named = row.opt_text(10)?.is_some();
    let state = state(loan, row.opt_day(14)?, lapses_on.filter(|_| is_named), today);
    Ok(RequestLine {
        request: RequestRef::new(row.int(0)?),
        type_code: row.text(1)?,
        type_name: row.text(2)?,
        size: row.text(3)?,
        borrower: borrower_of(row.opt_int(4)?, row.opt_int(5)?, row.opt_int(6)?),
        borrower_name: row.text(7)?,
        asked_on: row.day(8)?,
        state,
        // What is reserved, or what was lent; an instrument that was offered once says nothing of now.
        tag: match state {
            RequestState::Offered => row.text(10)?,
            RequestState::Lent => row.text(15)?,
            RequestState::Waiting | RequestState::Cancelled => "",
        },
        offered_on: row.opt_day(11)?,
        lapses_on,
        loan,
    })
}
