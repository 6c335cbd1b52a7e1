//! Erasing: what is written of people goes, in one transaction that nothing remembers; what counts stays.

use std::collections::{BTreeMap, HashSet};

use anyhow::{Context, Result};
use serde_json::Value as Json;

use super::columns::{DERIVED, ELSEWHERE, Elsewhere, OWN, is_blanked, may_mention, number_of, rows_of, texts_of};
use super::{LEAST_WORDS, LOANS, Mention, Records, mentions, names_of};
use crate::args;
use crate::domain::date::Date;
use crate::domain::privacy::{ERASED, Needles, erased_name};
use crate::domain::reference::{PersonRef, RequestRef};
use crate::domain::text::fold;
use crate::store::db::{Object, Tx};

/// What erasing people brought with it.
#[derive(Clone, Debug, Default)]
pub struct Erased {
    /// Requests of theirs that were open and are cancelled.
    pub cancelled: Vec<RequestRef>,
    /// Pupils for whom they signed, who have no hirer now.
    pub unsigned: Vec<PersonRef>,
    /// Letters that were written to them.
    pub letters: i64,
    /// Texts of other records that a name was struck out of.
    pub struck: Vec<Place>,
    /// Where a name still stands.
    pub mentions: Vec<Mention>,
}

/// A text of a record: `note`, `VN-0042`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub field: &'static str,
    /// As a command names the record: a tag, a reference.
    pub record: String,
}

/// Erases people who may be erased. What was changed of them can be undone no more, and nothing remembers this change.
pub fn erase(tx: &Tx, people: &[PersonRef], today: Date) -> Result<Erased> {
    let mut own = Records::default();
    own.add_all(tx, people)?;
    let (sought, struck) = sought_and_struck(tx, people, &own)?;
    let events = own.events(tx)?;
    strike_out_of_events(tx, &events, &struck)?;
    let mut erased = Erased { struck: strike_out_of_texts(tx, &own, &struck)?, ..Erased::default() };
    erased.mentions = mentions(tx, &sought, &own)?;
    blank_messages(tx, &own, &mut erased)?;
    strike_out_of_changes(tx, &mut own, &struck)?;
    for person in people {
        blank(tx, *person, today, &mut erased)?;
    }
    Ok(erased)
}

/// What people are and were called and reached by, to be looked for; and what of it is nobody else's, to be struck out.
pub(super) fn sought_and_struck(tx: &Tx, people: &[PersonRef], own: &Records) -> Result<(Needles, Needles)> {
    let mut known = Known::new();
    for person in people {
        names_of(tx, *person, &mut |text| match text {
            "" => {}
            text => known.entry(fold(text)).or_default().push((*person, text.to_string())),
        })?;
    }
    // What is a school's or an organisation's stands for them.
    leave_out_of_places(tx, &mut known)?;
    let sought = needles(&known);
    // What somebody else is called, too, stands for them.
    leave_out_of_people(tx, &mut known, own)?;
    Ok((sought, needles(&known)))
}

/// What people are known by, by its folded form.
type Known = BTreeMap<String, Vec<(PersonRef, String)>>;

fn needles(known: &Known) -> Needles {
    let mut needles = Needles::default();
    for (whose, text) in known.values().flatten() {
        needles.add(*whose, text, LEAST_WORDS);
    }
    needles
}

/// Leaves out what schools and organisations are or were called and reached by: a teacher's address at work is the school's.
fn leave_out_of_places(tx: &Tx, known: &mut Known) -> Result<()> {
    const THEIRS: [&str; 4] = ["name", "email", "phone", "address"];
    let now =
        "SELECT name, email, NULL, NULL FROM school UNION ALL SELECT name, email, phone, address FROM organisation";
    tx.each(now, &[], |row| {
        for column in 0..4 {
            known.remove(&fold(row.text(column)?));
        }
        Ok(())
    })?;
    let former = "SELECT before, after FROM change WHERE record = 'school' UNION ALL
                  SELECT before, after FROM change WHERE record = 'organisation'";
    tx.each(former, &[], |row| {
        for image in [row.text(0)?, row.text(1)?] {
            for (_, value) in texts_of(image)?.iter().filter(|(column, _)| THEIRS.contains(&column.as_str())) {
                known.remove(&fold(value));
            }
        }
        Ok(())
    })
}

/// Leaves out what somebody who stays is called or reached by, too.
fn leave_out_of_people(tx: &Tx, known: &mut Known, own: &Records) -> Result<()> {
    tx.each("SELECT id, name, email, phone, address FROM person WHERE erased_on IS NULL", &[], |row| {
        if !own.people.contains(&row.int(0)?) {
            for column in 1..5 {
                known.remove(&fold(row.text(column)?));
            }
        }
        Ok(())
    })
}

/// Blanks where messages to them went and what was answered, and counts the letters among them.
fn blank_messages(tx: &Tx, own: &Records, erased: &mut Erased) -> Result<()> {
    let letter = "SELECT count(*) FROM message WHERE id = ?1 AND route = 'letter' AND answer IS NOT NULL";
    for message in &own.messages {
        erased.letters += tx.number(letter, args![*message])?;
        tx.execute("UPDATE message SET address = NULL, answer = NULL WHERE id = ?1", args![*message])?;
    }
    Ok(())
}

/// Blanks what is on record now of one person.
fn blank(tx: &Tx, person: PersonRef, today: Date, erased: &mut Erased) -> Result<()> {
    let open = "SELECT id FROM request WHERE person_id = ?1 AND loan_id IS NULL AND cancelled_on IS NULL ORDER BY id";
    erased.cancelled.extend(tx.all(open, args![person], |row| Ok(RequestRef::new(row.int(0)?)))?);
    let pupils = "SELECT id FROM person WHERE hirer_id = ?1 AND erased_on IS NULL ORDER BY id";
    erased.unsigned.extend(tx.all(pupils, args![person], |row| Ok(PersonRef::new(row.int(0)?)))?);
    for sql in [
        format!("UPDATE loan SET note = NULL WHERE note IS NOT NULL AND id IN ({LOANS})"),
        format!("UPDATE charge SET note = NULL WHERE note IS NOT NULL AND (person_id = ?1 OR loan_id IN ({LOANS}))"),
        "UPDATE request SET note = NULL WHERE note IS NOT NULL AND person_id = ?1".to_string(),
        format!("UPDATE hold SET reason = '{ERASED}' WHERE loan_id IN ({LOANS})"),
        "UPDATE person SET hirer_id = NULL WHERE hirer_id = ?1".to_string(),
    ] {
        tx.execute(&sql, args![person])?;
    }
    let cancel = "UPDATE request SET cancelled_on = max(?2, asked_on) WHERE person_id = ?1 AND loan_id IS NULL AND cancelled_on IS NULL";
    tx.execute(cancel, args![person, today])?;
    let name = erased_name(person);
    tx.execute(
        "UPDATE person SET name = ?2, name_key = ?3, hirer_id = NULL, email = NULL, phone = NULL, address = NULL, erased_on = ?4
         WHERE id = ?1",
        args![person, &name, &name.key(), today],
    )?;
    Ok(())
}

/// What is told of their events goes; out of what is told of others, their names.
fn strike_out_of_events(tx: &Tx, events: &HashSet<i64>, struck: &Needles) -> Result<()> {
    let mut told: Vec<(i64, Option<String>)> = Vec::new();
    tx.each("SELECT event_id, summary FROM event_text", &[], |row| {
        let (event, summary) = (row.int(0)?, row.text(1)?);
        if events.contains(&event) {
            told.extend((summary != ERASED).then_some((event, None)));
        } else if let Some(rest) = struck.replaced(summary, |_| ERASED.to_string()) {
            told.push((event, Some(rest)));
        }
        Ok(())
    })?;
    for (event, rest) in &told {
        let summary = rest.as_deref().unwrap_or(ERASED);
        tx.execute("UPDATE event_text SET summary = ?2 WHERE event_id = ?1", args![*event, summary])?;
    }
    Ok(())
}

/// Puts another end to the key under which an instrument is found.
const KEY_ENDS: &str =
    "UPDATE instrument SET search_key = substr(search_key, 1, length(search_key) - length(?2)) || ?3 WHERE id = ?1";

/// Strikes their names out of what people wrote freely of other records. What is theirs by itself is blanked.
fn strike_out_of_texts(tx: &Tx, own: &Records, struck: &Needles) -> Result<Vec<Place>> {
    let mut places = Vec::new();
    for Elsewhere { table, record, columns, .. } in ELSEWHERE.iter().filter(|each| each.is_free) {
        let number = number_of(table);
        for field in *columns {
            let mut left: Vec<(i64, String, String)> = Vec::new();
            let sql = format!("SELECT {number}, {record}, {field} FROM {table} WHERE {field} IS NOT NULL ORDER BY 1");
            tx.each(&sql, &[], |row| {
                let id = row.int(0)?;
                let is_own = is_blanked(table, field) && own.of(table).is_some_and(|own| own.contains(&id));
                let text = row.text(2)?;
                if let Some(rest) = struck.replaced(text, |_| ERASED.to_string()).filter(|_| !is_own) {
                    left.push((id, text.to_string(), rest));
                    places.push(Place { field, record: row.string(1)? });
                }
                Ok(())
            })?;
            let sql = format!("UPDATE {table} SET {field} = ?2 WHERE {number} = ?1");
            for (id, text, rest) in &left {
                tx.execute(&sql, args![*id, rest])?;
                if *table == "instrument" {
                    // What is searched ends with the note.
                    tx.execute(KEY_ENDS, args![*id, &fold(text), &fold(rest)])?;
                }
            }
        }
    }
    Ok(places)
}

/// A record's change by an event, with what is left of it.
struct Left {
    event: i64,
    position: i64,
    before: Option<String>,
    after: Option<String>,
}

/// Takes out of what undo keeps what is theirs, and their names out of the rest. In the order of events, so that a record which
/// is there no longer is known by its first.
fn strike_out_of_changes(tx: &Tx, own: &mut Records, struck: &Needles) -> Result<()> {
    let mut left = Vec::new();
    let sql = "SELECT event_id, position, record, key, before, after FROM change ORDER BY event_id, position";
    tx.each(sql, &[], |row| {
        let (record, key) = (row.text(2)?, row.text(3)?.parse::<i64>().ok());
        let (before, after) = (row.text(4)?, row.text(5)?);
        let may_be_own = matches!(record, "person" | "loan" | "charge" | "request" | "hold" | "message");
        // A backslash begins what is no letter of the text.
        let is_mentioned = |image: &str| image.contains('\\') || struck.find(image).is_some();
        if !may_be_own && !is_mentioned(before) && !is_mentioned(after) {
            return Ok(());
        }
        let (mut was, mut is) = (rows_of(before)?, rows_of(after)?);
        let is_own = key.is_some_and(|key| is_theirs(own, record, key, was.iter().chain(&is)));
        let mut differs = false;
        for cells in was.iter_mut().chain(&mut is) {
            // What counts for others stays in a row of theirs, but for their names.
            differs |= is_own && empty(record, key, cells);
            differs |= strike(record, cells, struck);
        }
        if differs {
            let text = |rows: &[Object]| (!rows.is_empty()).then(|| serde_json::to_string(rows)).transpose();
            let (before, after) = (text(&was)?, text(&is)?);
            left.push(Left { event: row.int(0)?, position: row.int(1)?, before, after });
        }
        Ok(())
    })
    .context("taking out what undo keeps")?;
    let sql = "UPDATE change SET before = ?3, after = ?4 WHERE event_id = ?1 AND position = ?2";
    left.iter().try_for_each(|Left { event, position, before, after }| {
        tx.execute(sql, args![*event, *position, before.as_ref(), after.as_ref()])?;
        Ok(())
    })
}

/// Whether a record is or was theirs; one that its rows say is theirs is known from then on.
pub(super) fn is_theirs<'r>(
    own: &mut Records,
    record: &str,
    key: i64,
    mut rows: impl Iterator<Item = &'r Object>,
) -> bool {
    if own.of(record).is_some_and(|own| own.contains(&key)) {
        return true;
    }
    let names_them = |row: &Object| {
        let number = |column: &str| row.get(column).and_then(Json::as_i64);
        let of_person = ["person_id", "hirer_id"].iter().filter_map(|column| number(column));
        let is_of_loan = record == "charge" && number("loan_id").is_some_and(|loan| own.loans.contains(&loan));
        is_of_loan || of_person.into_iter().any(|person| own.people.contains(&person))
    };
    // A pupil's row names who signs, and is the pupil's own.
    let is_theirs = record != "person" && rows.any(names_them);
    if is_theirs {
        match record {
            "loan" => own.loans.insert(key),
            "charge" => own.charges.insert(key),
            "request" => own.requests.insert(key),
            "message" => own.messages.insert(key),
            _ => false,
        };
    }
    is_theirs
}

/// Puts into a row of theirs what stands there once they are erased.
fn empty(record: &str, key: Option<i64>, cells: &mut Object) -> bool {
    let mut differs = false;
    for (column, cell) in cells.iter_mut().filter(|(_, cell)| !cell.is_null()) {
        if !is_blanked(record, column) {
            continue;
        }
        let stands =
            OWN.iter().find(|(table, name, _)| *table == record && name == column).and_then(|(_, _, text)| *text);
        let now = match (stands, key, record) {
            (None, ..) => Json::Null,
            (Some(text), Some(key), "person") => {
                let letter = if column == "name" { 'P' } else { 'p' };
                Json::String(format!("{text}{letter}{key}"))
            }
            (Some(text), ..) => Json::String(text.to_string()),
        };
        differs |= *cell != now;
        *cell = now;
    }
    if record == "person" {
        differs |= cells.get("hirer_id").is_some_and(|hirer| !hirer.is_null());
        cells.entry("hirer_id").and_modify(|hirer| *hirer = Json::Null);
    }
    differs
}

/// Strikes their names out of a row, and out of what is derived from where they stood.
fn strike(record: &str, cells: &mut Object, struck: &Needles) -> bool {
    let mut differing = Vec::new();
    for (column, cell) in cells.iter_mut().filter(|(column, _)| may_mention(record, column)) {
        let Json::String(text) = cell else { continue };
        if let Some(rest) = struck.replaced(text, |_| ERASED.to_string()) {
            *cell = Json::String(rest);
            differing.push(column.clone());
        }
    }
    for column in &differing {
        // A key that is written closer than the text it stands for.
        let derived = format!("{column}{DERIVED}");
        if let Some(key) = cells.get_mut(&derived).filter(|key| key.is_string() && !differing.contains(&derived)) {
            *key = Json::String(ERASED.to_string());
        }
    }
    !differing.is_empty()
}
