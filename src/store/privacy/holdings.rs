//! All that is held about a person, value by value. Other people stand in it by their references alone.

use std::collections::{BTreeSet, HashSet};

use anyhow::Result;
use serde_json::Value as Json;

use super::columns::{may_mention, rows_of, texts_of};
use super::erase::is_theirs;
use super::{LEAST_WORDS, Records, mentions, names_of, needles_of};
use crate::args;
use crate::domain::privacy::{Holding, Needles};
use crate::domain::reference::{ChargeRef, EventRef, LoanRef, MessageRef, PersonRef, RequestRef};
use crate::domain::text::fold;
use crate::store::db::{Object, Row, Tx};
use crate::store::{merge, school};

/// Where each value goes, once the names of others are out of it.
struct Out<'o> {
    others: Needles,
    take: &'o mut dyn FnMut(&Holding<'_>) -> Result<()>,
}

impl Out<'_> {
    fn put(&mut self, kind: &str, record: &str, field: &str, value: &str) -> Result<()> {
        if value.is_empty() {
            return Ok(());
        }
        let discreet = self.others.replaced(value, |whose| whose.to_string());
        (self.take)(&Holding { kind, record, field, value: discreet.as_deref().unwrap_or(value) })
    }
}

/// What a person is called and reached by, and whose that is too.
struct Sought {
    /// All of it.
    all: Needles,
    /// What nobody else is or was called and reached by.
    alone: Needles,
    namesakes: Records,
}

impl Sought {
    /// Whether a text is about the person: in what is a namesake's own, a name that both bear is the namesake's.
    fn stands_in(&self, text: &str, is_namesakes: bool) -> bool {
        if is_namesakes { self.alone.find(text).is_some() } else { self.all.find(text).is_some() }
    }
}

/// Calls `take` with each value that is held about a person. Gives those who are called or reached the same: what is theirs
/// is left out.
pub fn each_holding(
    tx: &Tx,
    person: PersonRef,
    mut take: impl FnMut(&Holding<'_>) -> Result<()>,
) -> Result<Vec<PersonRef>> {
    let mut own = Records::default();
    own.add(tx, person)?;
    let mut out = Out { others: others(tx, person)?, take: &mut take };
    themselves(tx, person, &mut out)?;
    let loans = format!("id IN ({})", super::LOANS);
    records(tx, "loan", &loans, "'L' || id", person, &mut out)?;
    for (kind, condition, record) in [
        (
            "charge",
            "id IN (SELECT id FROM charge WHERE person_id = ?1 UNION SELECT c.id FROM loan l JOIN charge c ON c.loan_id = l.id WHERE l.person_id = ?1 OR l.hirer_id = ?1)",
            "'C' || id",
        ),
        ("remission", "person_id = ?1", "'remission of ' || academic_year"),
        ("request", "person_id = ?1", "'R' || id"),
        ("hold", "loan_id IN (SELECT id FROM loan WHERE person_id = ?1 OR hirer_id = ?1)", "'L' || loan_id"),
        ("message", "person_id = ?1", "'M' || id"),
        ("reminder", "loan_id IN (SELECT id FROM loan WHERE person_id = ?1 OR hirer_id = ?1)", "'L' || loan_id"),
    ] {
        records(tx, kind, condition, record, person, &mut out)?;
    }
    events(tx, &own, &mut out)?;
    let (mut sought, namesakes) = sought(tx, person, &own)?;
    former(tx, &mut own, &mut sought, &mut out)?;
    told_by_the_way(tx, &own, &sought, &mut out)?;
    let theirs = records_named(&sought.namesakes);
    let others: HashSet<String> = theirs.difference(&records_named(&own)).cloned().collect();
    for mention in mentions(tx, &sought.all, &own)? {
        if sought.stands_in(&mention.value, others.contains(&mention.record)) {
            out.put("mention", &mention.record, mention.field, &mention.value)?;
        }
    }
    Ok(namesakes)
}

/// What to look for, and who is or was called or reached the same.
fn sought(tx: &Tx, person: PersonRef, own: &Records) -> Result<(Sought, Vec<PersonRef>)> {
    let mut all = Needles::default();
    needles_of(tx, person, &mut all)?;
    let mut keys = BTreeSet::new();
    names_of(tx, person, &mut |text| {
        keys.insert(fold(text));
    })?;
    keys.remove("");
    let (mut shared, mut bearers) = (BTreeSet::new(), BTreeSet::new());
    let mut look_at = |id: i64, text: &str| {
        if !own.people.contains(&id) && keys.contains(&fold(text)) {
            shared.insert(text.to_string());
            bearers.insert(id);
        }
    };
    tx.each("SELECT id, name, email, phone, address FROM person", &[], |row| {
        let id = row.int(0)?;
        (1..5).try_for_each(|column| {
            look_at(id, row.text(column)?);
            Ok(())
        })
    })?;
    tx.each("SELECT key, before, after FROM change WHERE record = 'person'", &[], |row| {
        let id = row.text(0)?.parse::<i64>().unwrap_or(0);
        for (column, text) in texts_of(row.text(1)?)?.into_iter().chain(texts_of(row.text(2)?)?) {
            if ["name", "email", "phone", "address"].contains(&column.as_str()) {
                look_at(id, &text);
            }
        }
        Ok(())
    })?;
    let mut alone = all.clone();
    shared.iter().for_each(|text| alone.leave_out(text));
    let mut namesakes = Records::default();
    let bearers: Vec<PersonRef> = bearers.into_iter().map(PersonRef::new).collect();
    for bearer in &bearers {
        namesakes.add(tx, *bearer)?;
    }
    Ok((Sought { all, alone, namesakes }, bearers))
}

/// What are somebody's own records, as commands name them.
fn records_named(records: &Records) -> HashSet<String> {
    let people = records.people.iter().map(|id| PersonRef::new(*id));
    let mut named: HashSet<String> = people.map(|person| format!("the remission of {person}")).collect();
    named.extend(records.loans.iter().map(|id| LoanRef::new(*id).to_string()));
    named.extend(records.charges.iter().map(|id| ChargeRef::new(*id).to_string()));
    named.extend(records.requests.iter().map(|id| RequestRef::new(*id).to_string()));
    named.extend(records.messages.iter().map(|id| MessageRef::new(*id).to_string()));
    named
}

/// What everybody else is called and reached by, as far as it is not what this person is called and reached by too.
fn others(tx: &Tx, person: PersonRef) -> Result<Needles> {
    let mut others = Needles::default();
    let sql = "SELECT id, name, email, phone, address FROM person WHERE id <> ?1 AND erased_on IS NULL";
    tx.each(sql, args![person], |row| {
        let whose = PersonRef::new(row.int(0)?);
        (1..5).try_for_each(|column| {
            others.add(whose, row.text(column)?, LEAST_WORDS);
            Ok(())
        })
    })?;
    names_of(tx, person, &mut |text| others.leave_out(text))?;
    Ok(others)
}

fn themselves(tx: &Tx, person: PersonRef, out: &mut Out<'_>) -> Result<()> {
    let record = person.to_string();
    let sql = "SELECT * FROM person WHERE id = ?1";
    for row in tx.objects(sql, args![person])? {
        cells("person", &record, &row, &["id", "name_key"], out)?;
        let urn = row.get("school_urn").and_then(Json::as_i64).map(crate::domain::reference::Urn::new);
        if let Some(school) = urn.map(|urn| school::find(tx, urn)).transpose()?.flatten() {
            out.put("person", &record, "school", school.name.as_str())?;
        }
    }
    for merged in merge::merged_into(tx, person)? {
        out.put("merged", &merged.to_string(), "merged_into", &record)?;
    }
    let pupils = "SELECT id FROM person WHERE hirer_id = ?1 ORDER BY id";
    for pupil in tx.all(pupils, args![person], |row| Ok(PersonRef::new(row.int(0)?)))? {
        out.put("pupil", &pupil.to_string(), "hirer", &record)?;
    }
    Ok(())
}

/// Records of one table, each value of each.
fn records(tx: &Tx, table: &str, condition: &str, record: &str, person: PersonRef, out: &mut Out<'_>) -> Result<()> {
    let key = if table == "hold" { "loan_id" } else { "id" };
    let sql = format!("SELECT {key}, {record} FROM {table} WHERE {condition} ORDER BY {key}");
    let found = tx.all(&sql, args![person], |row: &Row<'_>| Ok((row.int(0)?, row.string(1)?)))?;
    let whole = format!("SELECT * FROM {table} WHERE {key} = ?1");
    for (id, record) in found {
        for row in tx.objects(&whole, args![id])? {
            if let Some(instrument) = row.get("instrument_id").and_then(Json::as_i64) {
                let tag = tx.one("SELECT tag FROM instrument WHERE id = ?1", args![instrument], |row| row.string(0))?;
                out.put(table, &record, "tag", &tag.unwrap_or_default())?;
            }
            cells(table, &record, &row, &["id", "instrument_id"], out)?;
        }
    }
    Ok(())
}

/// The values of a row, those that name a record as commands do.
fn cells(kind: &str, record: &str, row: &Object, but: &[&str], out: &mut Out<'_>) -> Result<()> {
    for (column, value) in row.iter().filter(|(column, _)| !but.contains(&column.as_str())) {
        let text = match (column.as_str(), value) {
            (_, Json::Null) => continue,
            ("person_id" | "hirer_id" | "into_id", Json::Number(id)) => format!("P{id}"),
            ("organisation_id", Json::Number(id)) => format!("G{id}"),
            ("loan_id" | "outer_id" | "batch_id", Json::Number(id)) => format!("L{id}"),
            ("message_id", Json::Number(id)) => format!("M{id}"),
            (pence, Json::Number(amount)) if pence.ends_with("_pence") => {
                crate::domain::money::Pence::new(amount.as_i64().unwrap_or(0)).to_string()
            }
            (_, Json::String(text)) => text.clone(),
            (_, other) => other.to_string(),
        };
        let field = match column.as_str() {
            "person_id" => "person",
            "organisation_id" => "organisation",
            "hirer_id" => "hirer",
            "loan_id" => "loan",
            "outer_id" => "inside",
            "batch_id" => "handed_over_with",
            "message_id" => "message",
            "set_id" => "set",
            other => other.trim_end_matches("_pence"),
        };
        out.put(kind, record, field, &text)?;
    }
    Ok(())
}

fn events(tx: &Tx, own: &Records, out: &mut Out<'_>) -> Result<()> {
    let mut events: Vec<i64> = own.events(tx)?.into_iter().collect();
    events.sort_unstable();
    let sql = r#"SELECT e.at, e."on", e.who, e.command, e.subject, t.summary
                 FROM event e LEFT JOIN event_text t ON t.event_id = e.id WHERE e.id = ?1"#;
    for event in events {
        let record = EventRef::new(event).to_string();
        tx.each(sql, args![event], |row| {
            let fields = ["at", "on", "who", "command", "subject", "summary"];
            (0..).zip(fields).try_for_each(|(column, field)| out.put("event", &record, field, row.text(column)?))
        })?;
    }
    Ok(())
}

/// What is told of events that concern others, where their name stands in it.
fn told_by_the_way(tx: &Tx, own: &Records, sought: &Sought, out: &mut Out<'_>) -> Result<()> {
    let (events, namesakes) = (own.events(tx)?, sought.namesakes.events(tx)?);
    tx.each("SELECT event_id, summary FROM event_text ORDER BY event_id", &[], |row| {
        let (event, summary) = (row.int(0)?, row.text(1)?);
        if events.contains(&event) || !sought.stands_in(summary, namesakes.contains(&event)) {
            return Ok(());
        }
        out.put("mention", &EventRef::new(event).to_string(), "summary", summary)
    })
}

/// What undo keeps: what their records were before, and where their name stands in what others were.
fn former(tx: &Tx, own: &mut Records, sought: &mut Sought, out: &mut Out<'_>) -> Result<()> {
    let sql = "SELECT event_id, record, key, before, after FROM change ORDER BY event_id, position";
    tx.each(sql, &[], |row| {
        let (table, key) = (row.text(1)?, row.text(2)?.parse::<i64>().unwrap_or(0));
        let (before, after) = (rows_of(row.text(3)?)?, rows_of(row.text(4)?)?);
        let record = format!("{} of {table} {key}", EventRef::new(row.int(0)?));
        if is_theirs(own, table, key, before.iter().chain(&after)) {
            return before.iter().try_for_each(|was| cells("former", &record, was, &["id", "name_key"], out));
        }
        let is_namesakes = is_theirs(&mut sought.namesakes, table, key, before.iter().chain(&after));
        for (column, value) in before.iter().flatten() {
            let stands = |text: &&str| may_mention(table, column) && sought.stands_in(text, is_namesakes);
            let text = value.as_str().filter(stands);
            text.map_or(Ok(()), |text| out.put("former", &record, column, text))?;
        }
        Ok(())
    })
}
