//! Instruments and what belongs to them.

use anyhow::Result;

use super::db::{Row, Tx, Value, word};
use super::numbering;
use super::remember::Table;
use super::{loan, repair, request};
use crate::args;
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::Date;
use crate::domain::instrument::{
    CategoryCode, Details, Instrument, InstrumentRefusal, Reservation, Retirement, Standing, Type, TypeCode,
};
use crate::domain::reference::{LineRef, OrderRef, OrganisationRef, PersonRef, RequestRef, Urn};
use crate::domain::refusal::refuse;
use crate::domain::tag::Tag;
use crate::domain::text::{Name, closest, fold};
use crate::domain::words::Condition;

mod idle;
mod list;
mod register;
mod worth;

pub use idle::{IdleFilter, idle};
pub use list::{InstrumentFilter, each};
pub use register::{AssetFilter, Stock, each_asset};

/// The folded forms that searches compare.
struct Folded {
    serial_key: Option<String>,
    search_key: String,
}

impl Folded {
    fn of(tag: &Tag, details: &Details, type_name: &Name) -> Folded {
        Folded { serial_key: details.serial.as_deref().map(fold), search_key: details.search_key(tag, type_name) }
    }
}

/// Details in the order in which both statements below name their columns.
fn values<'a>(details: &'a Details, folded: &'a Folded) -> Vec<Value<'a>> {
    let mut values = Vec::with_capacity(24);
    values.extend_from_slice(&[
        details.type_code.as_str().into(),
        details.size.as_ref().into(),
        details.kind.map_or(Value::Null, word),
        details.category.as_ref().map(CategoryCode::as_str).into(),
        details.group.map_or(Value::Null, word),
        details.adapted.into(),
        details.make.as_ref().into(),
        details.model.as_ref().into(),
        details.serial.as_ref().into(),
        folded.serial_key.as_ref().into(),
        word(details.condition),
        details.location.as_ref().into(),
        details.owner.into(),
        details.area.as_ref().into(),
        word(details.source),
        details.acquired_on.into(),
        details.cost.into(),
        details.replacement_value.into(),
        details.life_months.into(),
        details.note.as_ref().into(),
        (&folded.search_key).into(),
    ]);
    values
}

/// The purchase line that brought an instrument: its number in the file, and its reference.
pub fn bought_on(tx: &Tx, id: i64) -> Result<Option<(i64, LineRef)>> {
    let sql = "SELECT l.id, l.purchase_id, l.line FROM instrument i JOIN purchase_line l ON l.id = i.purchase_line_id WHERE i.id = ?1";
    tx.one(sql, args![id], |row| Ok((row.int(0)?, LineRef { order: OrderRef::new(row.int(1)?), line: row.int(2)? })))
}

/// Adds an instrument, tied to a purchase line if it was bought on one; its number in the file.
pub fn add(tx: &Tx, tag: &Tag, details: &Details, type_name: &Name, line_id: Option<i64>) -> Result<i64> {
    let (folded, tag_key) = (Folded::of(tag, details, type_name), tag.key());
    let mut values = values(details, &folded);
    values.extend_from_slice(args![tag, &tag_key, line_id]);
    let id = tx.insert(
        Table::Instrument,
        r#"INSERT INTO instrument (type, size, kind, category, "group", adapted, make, model, serial, serial_key,
               condition, location, owner_id, area, source, acquired_on, cost_pence, replacement_value_pence, life_months,
               note, search_key, tag, tag_key, purchase_line_id)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)"#,
        &values,
    )?;
    add_accessories(tx, id, &details.accessories)?;
    Ok(id)
}

fn add_accessories(tx: &Tx, id: i64, accessories: &[String]) -> Result<()> {
    for name in accessories {
        let sql = "INSERT INTO accessory (instrument_id, name) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        tx.change(Table::Accessory, id, sql, args![id, name])?;
    }
    Ok(())
}

/// Writes changed details over the old ones; the journal keeps what they were.
pub fn update(tx: &Tx, instrument: &Instrument, type_name: &Name) -> Result<()> {
    let folded = Folded::of(&instrument.tag, &instrument.details, type_name);
    let mut values = values(&instrument.details, &folded);
    values.push(instrument.id.into());
    tx.change(
        Table::Instrument,
        instrument.id,
        r#"UPDATE instrument SET type = ?1, size = ?2, kind = ?3, category = ?4, "group" = ?5, adapted = ?6, make = ?7, model = ?8,
               serial = ?9, serial_key = ?10, condition = ?11, location = ?12, owner_id = ?13, area = ?14, source = ?15,
               acquired_on = ?16, cost_pence = ?17, replacement_value_pence = ?18, life_months = ?19, note = ?20, search_key = ?21
           WHERE id = ?22"#,
        &values,
    )?;
    let sql = "DELETE FROM accessory WHERE instrument_id = ?1";
    tx.change(Table::Accessory, instrument.id, sql, args![instrument.id])?;
    add_accessories(tx, instrument.id, &instrument.details.accessories)
}

pub fn retire(tx: &Tx, id: i64, how: &Retirement) -> Result<()> {
    tx.change(
        Table::Instrument,
        id,
        "UPDATE instrument SET retired_on = ?2, disposal = ?3, proceeds_pence = ?4, authorised_by = ?5, crime_ref = ?6 WHERE id = ?1",
        &[
            id.into(),
            how.on.into(),
            word(how.disposal),
            how.proceeds.into(),
            how.authorised_by.as_ref().into(),
            how.crime_ref.as_ref().into(),
        ],
    )?;
    Ok(())
}

/// How a retired instrument left.
pub fn retirement(tx: &Tx, id: i64) -> Result<Option<Retirement>> {
    let sql = "SELECT retired_on, disposal, proceeds_pence, authorised_by, crime_ref FROM instrument
               WHERE id = ?1 AND retired_on IS NOT NULL";
    tx.one(sql, args![id], |row| {
        Ok(Retirement {
            on: row.day(0)?,
            disposal: row.word(1)?,
            proceeds: row.opt_pence(2)?,
            authorised_by: row.opt_text(3)?.map(Name::from_record),
            crime_ref: row.opt_string(4)?,
        })
    })
}

/// Marks an instrument missing since a day, or found with `None`.
pub fn set_missing(tx: &Tx, id: i64, since: Option<Date>) -> Result<()> {
    tx.change(Table::Instrument, id, "UPDATE instrument SET missing_on = ?2 WHERE id = ?1", args![id, since])?;
    Ok(())
}

pub fn set_condition(tx: &Tx, id: i64, condition: Condition) -> Result<()> {
    let sql = "UPDATE instrument SET condition = ?2 WHERE id = ?1";
    tx.change(Table::Instrument, id, sql, &[id.into(), word(condition)])?;
    Ok(())
}

pub fn set_location(tx: &Tx, id: i64, location: &str) -> Result<()> {
    tx.change(Table::Instrument, id, "UPDATE instrument SET location = ?2 WHERE id = ?1", args![id, location])?;
    Ok(())
}

/// One table alone: to plan its join with what is open of it would take longer than a few look-ups.
const DETAILS: &str = r#"
    SELECT id, tag, type, size, kind, category, "group", adapted, make, model, serial, condition,
           location, owner_id, area, source, acquired_on, cost_pence, replacement_value_pence, life_months, note,
           retired_on, disposal, missing_on
    FROM instrument WHERE tag_key = ?1"#;

/// An instrument from its own row: what is open of it is not known yet.
fn from_row(row: &Row<'_>) -> Result<Instrument> {
    let details = Details {
        type_code: TypeCode::from_record(row.text(2)?),
        size: row.opt_string(3)?,
        kind: row.opt_word(4)?,
        category: row.opt_text(5)?.map(CategoryCode::from_record),
        group: row.opt_word(6)?,
        adapted: row.flag(7)?,
        make: row.opt_string(8)?,
        model: row.opt_string(9)?,
        serial: row.opt_string(10)?,
        condition: row.word(11)?,
        location: row.opt_string(12)?,
        owner: row.opt_int(13)?.map(OrganisationRef::new),
        area: row.opt_string(14)?,
        source: row.word(15)?,
        acquired_on: row.opt_day(16)?,
        cost: row.opt_pence(17)?,
        replacement_value: row.opt_pence(18)?,
        life_months: row.opt_int(19)?,
        accessories: Vec::new(),
        note: row.opt_string(20)?,
    };
    let standing = Standing {
        retired: row.opt_day(21)?.zip(row.opt_word(22)?),
        missing_on: row.opt_day(23)?,
        in_repair: None,
        on_loan: false,
        reserved: None,
    };
    Ok(Instrument { id: row.int(0)?, tag: row.tag(1)?, details, standing })
}

/// The offer of an instrument, from its columns: request, person, organisation, school, last day, borrower's name.
pub(super) fn reservation(row: &Row<'_>, first: usize) -> Result<Option<Box<Reservation>>> {
    let borrower = borrower(row.opt_int(first + 1)?, row.opt_int(first + 2)?, row.opt_int(first + 3)?);
    let (Some(request), Some(borrower), Some(lapses_on)) = (row.opt_int(first)?, borrower, row.opt_day(first + 4)?)
    else {
        return Ok(None);
    };
    let (request, borrower_name) = (RequestRef::new(request), row.string(first + 5)?);
    Ok(Some(Box::new(Reservation { request, borrower, borrower_name, lapses_on })))
}

/// The instrument with a tag, accessories and all.
pub fn find(tx: &Tx, tag: &Tag) -> Result<Option<Instrument>> {
    let Some(mut found) = tx.one(DETAILS, args![&tag.key()], from_row)? else {
        return Ok(None);
    };
    let sql = "SELECT name FROM accessory WHERE instrument_id = ?1 ORDER BY name";
    found.details.accessories = tx.all(sql, args![found.id], |row| row.string(0))?;
    found.standing.on_loan = loan::is_out(tx, found.id)?;
    found.standing.in_repair = repair::away_since(tx, found.id)?;
    found.standing.reserved = request::reserved(tx, found.id)?.map(Box::new);
    Ok(Some(found))
}

/// The instrument a person typed or scanned, or the refusal that offers the nearest tag.
pub fn get(tx: &Tx, typed: &str) -> Result<Instrument> {
    let found = typed.parse::<Tag>().ok().map(|tag| find(tx, &tag)).transpose()?.flatten();
    match found {
        Some(instrument) => Ok(instrument),
        None => {
            let nearest = nearest(tx, typed)?;
            Err(refuse(InstrumentRefusal::Unknown { typed: typed.to_string(), nearest }))
        }
    }
}

/// The tag nearest to one that is not on record, among those that begin alike.
fn nearest(tx: &Tx, typed: &str) -> Result<Option<Tag>> {
    let key: String = typed.trim().to_ascii_uppercase();
    let begins: String = key.chars().take(3).collect();
    // What sorts after every tag that begins so.
    let ends = format!("{begins}\u{10ffff}");
    let sql = "SELECT tag FROM instrument WHERE tag_key >= ?1 AND tag_key < ?2 ORDER BY tag_key LIMIT 2000";
    let tags = tx.all(sql, args![&begins, &ends], |row| row.string(0))?;
    Ok(closest(&key, tags.iter().map(String::as_str)).map(Tag::from_record))
}

/// Tags that begin so, in order; so many at the most.
pub fn tags_beginning(tx: &Tx, typed: &str, most: i64) -> Result<Vec<String>> {
    let from = typed.to_ascii_uppercase();
    let to = format!("{from}\u{10ffff}");
    let sql = "SELECT tag FROM instrument WHERE tag_key >= ?1 AND tag_key < ?2 AND retired_on IS NULL ORDER BY tag_key LIMIT ?3";
    tx.all(sql, args![&from, &to, most], |row| row.string(0))
}

/// Whether the hub has any instrument at all.
pub fn any(tx: &Tx) -> Result<bool> {
    tx.exists("SELECT 1 FROM instrument", &[])
}

/// Whether a tag was ever given.
pub fn tag_exists(tx: &Tx, tag: &Tag) -> Result<bool> {
    tx.exists("SELECT 1 FROM instrument WHERE tag_key = ?1", args![&tag.key()])
}

/// The next free tag of a type: `VN-0001`, passing over any that was given by hand.
pub fn next_tag(tx: &Tx, of: &TypeCode) -> Result<Tag> {
    loop {
        let number = numbering::take_for_type(tx, of.as_str())?;
        let tag: Tag = format!("{of}-{number:04}").parse()?;
        if !tag_exists(tx, &tag)? {
            return Ok(tag);
        }
    }
}

/// Another instrument of the same make and serial, if there is one: often the same thing entered twice.
pub fn same_serial(tx: &Tx, details: &Details, other_than: Option<i64>) -> Result<Option<Tag>> {
    let (Some(make), Some(serial)) = (&details.make, &details.serial) else {
        return Ok(None);
    };
    let sql = "SELECT tag, make FROM instrument WHERE serial_key = ?1 AND id <> ?2 ORDER BY tag_key";
    let candidates =
        tx.all(sql, args![&fold(serial), other_than.unwrap_or(0)], |row| Ok((row.tag(0)?, row.string(1)?)))?;
    Ok(candidates.into_iter().find(|(_, other)| fold(other) == fold(make)).map(|(tag, _)| tag))
}

/// An instrument of the same type and serial, if there is one: how a doubled one shows where the make is not known yet.
pub fn serial_of_type(tx: &Tx, of: &TypeCode, serial: &str) -> Result<Option<Tag>> {
    let sql = "SELECT tag FROM instrument WHERE serial_key = ?1 AND type = ?2 ORDER BY tag_key LIMIT 1";
    tx.one(sql, args![&fold(serial), of.as_str()], |row| row.tag(0))
}

/// Whether a type comes in this size, as far as its list says.
pub fn size_is_listed(of: &Type, size: &str) -> bool {
    of.sizes.is_empty() || of.sizes.iter().any(|listed| listed.eq_ignore_ascii_case(size))
}

/// Who borrows, from a loan's three columns: a person before the school that a pupil goes to.
pub(super) fn borrower(person: Option<i64>, organisation: Option<i64>, school: Option<i64>) -> Option<BorrowerRef> {
    let person = person.map(|id| BorrowerRef::Person(PersonRef::new(id)));
    let organisation = organisation.map(|id| BorrowerRef::Organisation(OrganisationRef::new(id)));
    person.or(organisation).or(school.map(|urn| BorrowerRef::School(Urn::new(urn))))
}

/// Every word that stands in a type's name, a make, a model or a borrower's name: what a slip is compared with.
pub fn vocabulary(tx: &Tx) -> Result<Vec<String>> {
    let mut words = std::collections::BTreeSet::new();
    let sql = "SELECT name_key FROM type UNION SELECT make FROM instrument UNION SELECT model FROM instrument
               UNION SELECT p.name_key FROM loan l JOIN person p ON p.id = l.person_id
                     WHERE l.returned_on IS NULL AND l.lost_on IS NULL AND l.voided_on IS NULL";
    tx.each(sql, &[], |row| {
        words.extend(fold(row.text(0)?).split(' ').filter(|word| word.len() > 2).map(str::to_string));
        Ok(())
    })?;
    Ok(words.into_iter().collect())
}
