//! Instruments and loans in full, for export, and what an import needs to know of them.

use std::collections::HashMap;

use anyhow::Result;

use super::db::{Row, Tx, word};
use super::instrument::borrower;
use super::loan::OF_INSTRUMENT;
use super::remember::Table;
use crate::args;
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::Date;
use crate::domain::instrument::{Retirement, Standing};
use crate::domain::loan::state;
use crate::domain::person::YearGroup;
use crate::domain::record::{InstrumentRecord, LoanRecord, join_names};
use crate::domain::reference::{LineRef, LoanRef, OrderRef, OrganisationRef, PersonRef, Urn};
use crate::domain::text::Name;
use crate::domain::words::{Role, Scheme, SchoolStatus};

mod tags;

use tags::Tags;

/// Every instrument in the order in which they were entered: which of them an invoice of several paid for hangs on it.
pub fn each_instrument(tx: &Tx, mut take: impl FnMut(&InstrumentRecord<'_>) -> Result<()>) -> Result<()> {
    const SQL: &str = r#"
        SELECT i.tag, i.type, i.size, i.kind, i.category, i."group", i.adapted, i.make, i.model, i.serial, i.condition, i.location,
               o.name, i.area, i.source, i.acquired_on, i.cost_pence, i.replacement_value_pence, i.life_months, i.note,
               l.purchase_id, l.line, i.missing_on, i.retired_on, i.disposal, i.proceeds_pence, i.authorised_by, i.crime_ref, i.id
        FROM instrument i
        LEFT JOIN organisation o ON o.id = i.owner_id
        LEFT JOIN purchase_line l ON l.id = i.purchase_line_id
        ORDER BY i.id"#;
    tx.each(SQL, &[], |row| {
        let accessories = join_names(&accessories(tx, row.int(28)?)?);
        take(&instrument(row, &accessories)?)
    })
}

fn accessories(tx: &Tx, instrument_id: i64) -> Result<Vec<String>> {
    let sql = "SELECT name FROM accessory WHERE instrument_id = ?1 ORDER BY name";
    tx.all(sql, args![instrument_id], |row| row.string(0))
}

fn instrument<'a>(row: &'a Row<'_>, accessories: &'a str) -> Result<InstrumentRecord<'a>> {
    let line = row.opt_int(20)?.zip(row.opt_int(21)?);
    Ok(InstrumentRecord {
        tag: row.text(0)?,
        type_code: row.text(1)?,
        size: row.text(2)?,
        kind: row.opt_word(3)?,
        category: row.text(4)?,
        group: row.opt_word(5)?,
        adapted: row.flag(6)?,
        make: row.text(7)?,
        model: row.text(8)?,
        serial: row.text(9)?,
        condition: row.word(10)?,
        location: row.text(11)?,
        owner: row.text(12)?,
        area: row.text(13)?,
        source: row.word(14)?,
        acquired_on: row.opt_day(15)?,
        cost: row.opt_pence(16)?,
        replacement_value: row.opt_pence(17)?,
        life_months: row.opt_int(18)?,
        accessories,
        note: row.text(19)?,
        purchase_line: line.map(|(order, line)| LineRef { order: OrderRef::new(order), line }),
        missing_on: row.opt_day(22)?,
        retired_on: row.opt_day(23)?,
        disposal: row.opt_word(24)?,
        proceeds: row.opt_pence(25)?,
        authorised_by: row.text(26)?,
        crime_ref: row.text(27)?,
    })
}

/// How an instrument left the stock, if it did.
pub fn retirement(tx: &Tx, instrument_id: i64) -> Result<Option<Retirement>> {
    let sql = "SELECT retired_on, disposal, proceeds_pence, authorised_by, crime_ref FROM instrument
               WHERE id = ?1 AND retired_on IS NOT NULL";
    tx.one(sql, args![instrument_id], |row| {
        Ok(Retirement {
            on: row.day(0)?,
            disposal: row.word(1)?,
            proceeds: row.opt_pence(2)?,
            authorised_by: row.opt_text(3)?.map(Name::from_record),
            crime_ref: row.opt_string(4)?,
        })
    })
}

/// The number in the file of an order's line.
pub fn purchase_line(tx: &Tx, line: LineRef) -> Result<Option<i64>> {
    let sql = "SELECT id FROM purchase_line WHERE purchase_id = ?1 AND line = ?2";
    tx.one(sql, args![line.order, line.line], |row| row.int(0))
}

/// Ties an instrument to the line on which it was bought.
pub fn tie(tx: &Tx, instrument_id: i64, line: Option<i64>) -> Result<()> {
    let sql = "UPDATE instrument SET purchase_line_id = ?2 WHERE id = ?1";
    tx.change(Table::Instrument, instrument_id, sql, args![instrument_id, line])?;
    Ok(())
}

const LOANS: &str = "
    SELECT id, instrument_id, scheme, person_id, organisation_id, school_urn, hirer_id, out_on, due_on, returned_on,
           lost_on, voided_on, note, outer_id, pupils, year_group, returned_condition, returned_at, missing, set_id, batch_id
    FROM loan";

/// Every loan in order of reference.
pub fn each_loan(tx: &Tx, mut take: impl FnMut(&LoanRecord<'_>) -> Result<()>) -> Result<()> {
    let tags = Tags::load(tx)?;
    let sets: HashMap<i64, String> = tx
        .all("SELECT id, name FROM instrument_set", &[], |row| Ok((row.int(0)?, row.string(1)?)))?
        .into_iter()
        .collect();
    tx.each(&format!("{LOANS} ORDER BY id"), &[], |row| {
        let set = row.opt_int(19)?.and_then(|set| sets.get(&set)).map_or("", String::as_str);
        take(&loan(row, tags.of(row.int(1)?)?, set)?)
    })
}

pub fn count_loans(tx: &Tx) -> Result<i64> {
    tx.number("SELECT count(*) FROM loan", &[])
}

pub fn count_instruments(tx: &Tx) -> Result<i64> {
    tx.number("SELECT count(*) FROM instrument", &[])
}

pub fn count_purchase_lines(tx: &Tx) -> Result<i64> {
    tx.number("SELECT count(*) FROM purchase_line", &[])
}

/// One loan, handed to `read`.
pub fn one_loan<T>(tx: &Tx, id: LoanRef, read: impl FnOnce(&LoanRecord<'_>) -> Result<T>) -> Result<Option<T>> {
    tx.one(&format!("{LOANS} WHERE id = ?1"), args![id], |row| {
        let tag = tx.one("SELECT tag FROM instrument WHERE id = ?1", args![row.int(1)?], |row| row.string(0))?;
        let name = |set| tx.one("SELECT name FROM instrument_set WHERE id = ?1", args![set], |row| row.string(0));
        let set = row.opt_int(19)?.map(name).transpose()?.flatten();
        read(&loan(row, tag.as_deref().unwrap_or_default(), set.as_deref().unwrap_or_default())?)
    })
}

fn loan<'a>(row: &'a Row<'_>, tag: &'a str, set: &'a str) -> Result<LoanRecord<'a>> {
    let (person, school) = (row.opt_int(3)?, row.opt_int(5)?);
    let (returned_on, lost_on, voided_on) = (row.opt_day(9)?, row.opt_day(10)?, row.opt_day(11)?);
    Ok(LoanRecord {
        loan: LoanRef::new(row.int(0)?),
        tag,
        scheme: row.word(2)?,
        borrower: borrower(person, row.opt_int(4)?, school),
        hirer: row.opt_int(6)?.map(PersonRef::new),
        out_on: row.day(7)?,
        due_on: row.day(8)?,
        returned_on,
        state: state(returned_on, lost_on, voided_on),
        note: row.text(12)?,
        outer: row.opt_int(13)?.map(LoanRef::new),
        pupils: row.opt_int(14)?,
        year_group: row.text(15)?,
        school_urn: school.filter(|_| person.is_some()).map(Urn::new),
        lost_on,
        voided_on,
        returned_condition: row.opt_word(16)?,
        returned_at: row.text(17)?,
        missing: row.text(18)?,
        set,
        batch: row.opt_int(20)?.map(LoanRef::new),
    })
}

/// Whether a loan is on record; of one that is, the first loan of its hand-over where that is another.
pub fn hand_over(tx: &Tx, id: LoanRef) -> Result<Option<Option<LoanRef>>> {
    tx.one("SELECT batch_id FROM loan WHERE id = ?1", args![id], |row| Ok(row.opt_int(0)?.map(LoanRef::new)))
}

/// The highest reference of any loan; nought without one.
pub fn highest_loan(tx: &Tx) -> Result<i64> {
    tx.number("SELECT coalesce(max(id), 0) FROM loan", &[])
}

/// The highest number of any instrument; nought without one.
pub fn highest_instrument(tx: &Tx) -> Result<i64> {
    tx.number("SELECT coalesce(max(id), 0) FROM instrument", &[])
}

/// The highest reference of any person; nought without one.
pub fn highest_person(tx: &Tx) -> Result<i64> {
    tx.number("SELECT coalesce(max(id), 0) FROM person", &[])
}

/// The loan of an instrument to a borrower that began on a day.
pub fn loan_alike(
    tx: &Tx,
    instrument_id: i64,
    who: BorrowerRef,
    out_on: Date,
    voided: bool,
) -> Result<Option<LoanRef>> {
    let sql = "SELECT id, person_id, organisation_id, school_urn FROM loan
               WHERE instrument_id = ?1 AND out_on = ?2 AND (voided_on IS NOT NULL) = ?3 ORDER BY id";
    let mut found = None;
    tx.lean_on(OF_INSTRUMENT)?;
    tx.each(sql, args![instrument_id, out_on, voided], |row| {
        if found.is_none() && borrower(row.opt_int(1)?, row.opt_int(2)?, row.opt_int(3)?) == Some(who) {
            found = Some(LoanRef::new(row.int(0)?));
        }
        Ok(())
    })?;
    Ok(found)
}

/// An ended loan of an instrument, of the same depth, that ran at the same time: from a day, to another or still; with its last day.
/// A loan may begin on the day another ended.
pub fn overlapping(
    tx: &Tx,
    instrument_id: i64,
    inside: bool,
    from: Date,
    to: Option<Date>,
) -> Result<Option<(LoanRef, Date)>> {
    let sql = "SELECT id, coalesce(returned_on, lost_on) FROM loan
               WHERE instrument_id = ?1 AND (outer_id IS NOT NULL) = ?2 AND voided_on IS NULL
                 AND coalesce(returned_on, lost_on) > ?3 AND (?4 IS NULL OR out_on < ?4) ORDER BY 2 DESC, 1 LIMIT 1";
    tx.lean_on(OF_INSTRUMENT)?;
    tx.one(sql, args![instrument_id, inside, from, to], |row| Ok((LoanRef::new(row.int(0)?), row.day(1)?)))
}

/// Whether nothing has come into the hub yet but what it was made with.
pub fn is_new_hub(tx: &Tx) -> Result<bool> {
    let tables = ["school", "organisation", "person", "supplier", "fund", "purchase", "instrument"];
    for table in tables {
        if tx.exists(&format!("SELECT 1 FROM {table} LIMIT 1"), &[])? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What an import may change of a loan on record.
#[derive(Clone, Copy, Debug)]
pub struct Amendment<'a> {
    pub scheme: Scheme,
    pub hirer: Option<PersonRef>,
    pub due_on: Date,
    pub pupils: Option<i64>,
    pub year_group: Option<YearGroup>,
    pub note: Option<&'a str>,
}

pub fn amend_loan(tx: &Tx, id: LoanRef, to: &Amendment<'_>) -> Result<()> {
    let year_group = to.year_group.map(|year| year.to_string());
    tx.change(
        Table::Loan,
        id,
        "UPDATE loan SET scheme = ?2, hirer_id = ?3, due_on = ?4, pupils = ?5, year_group = ?6, note = ?7 WHERE id = ?1",
        &[
            id.into(),
            word(to.scheme),
            to.hirer.into(),
            to.due_on.into(),
            to.pupils.into(),
            year_group.as_ref().into(),
            to.note.into(),
        ],
    )?;
    Ok(())
}

/// Each instrument's number, tag in capitals, and whether it has left or is missing.
pub fn each_instrument_fact(tx: &Tx, mut take: impl FnMut(i64, &str, Standing) -> Result<()>) -> Result<()> {
    let sql = "SELECT id, tag_key, retired_on, disposal, missing_on FROM instrument ORDER BY id";
    tx.each(sql, &[], |row| {
        let retired = row.opt_day(2)?.zip(row.opt_word(3)?);
        let standing = Standing { retired, missing_on: row.opt_day(4)?, ..Standing::default() };
        take(row.int(0)?, row.text(1)?, standing)
    })
}

pub fn count_people(tx: &Tx) -> Result<i64> {
    tx.number("SELECT count(*) FROM person", &[])
}

/// Each person's number, role, school and hirer, in order of number.
pub fn each_person_fact(
    tx: &Tx,
    mut take: impl FnMut(i64, Role, Option<Urn>, Option<PersonRef>) -> Result<()>,
) -> Result<()> {
    tx.each("SELECT id, role, school_urn, hirer_id FROM person ORDER BY id", &[], |row| {
        take(row.int(0)?, row.word(1)?, row.opt_int(2)?.map(Urn::new), row.opt_int(3)?.map(PersonRef::new))
    })
}

pub fn each_school_fact(tx: &Tx, mut take: impl FnMut(Urn, SchoolStatus) -> Result<()>) -> Result<()> {
    tx.each("SELECT urn, status FROM school ORDER BY urn", &[], |row| take(Urn::new(row.int(0)?), row.word(1)?))
}

pub fn each_organisation_fact(tx: &Tx, mut take: impl FnMut(OrganisationRef) -> Result<()>) -> Result<()> {
    tx.each("SELECT id FROM organisation ORDER BY id", &[], |row| take(OrganisationRef::new(row.int(0)?)))
}

/// Each loan's instrument, whether it stands inside another, whether it is open, and its last day if it took place and is over.
pub fn each_loan_fact(tx: &Tx, mut take: impl FnMut(i64, bool, bool, Option<Date>) -> Result<()>) -> Result<()> {
    let sql = "SELECT instrument_id, outer_id, returned_on, lost_on, voided_on FROM loan ORDER BY id";
    tx.each(sql, &[], |row| {
        let last_day = row.opt_day(2)?.or(row.opt_day(3)?);
        let is_open = last_day.is_none() && row.opt_text(4)?.is_none();
        take(row.int(0)?, row.opt_int(1)?.is_some(), is_open, last_day)
    })
}
