//! What is held about people, and erasing it.
//!
//! Every column of text in the file stands in one of three lists, by which the report, the erasing and a test go: what is
//! written of somebody by itself ([`OWN`]), where a name may stand by the way ([`ELSEWHERE`]), and what cannot hold one
//! ([`NAMELESS`]).

mod columns;
mod erase;
mod holdings;
mod standing;
mod sweep;

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use anyhow::Result;

pub use columns::{ELSEWHERE, Elsewhere, NAMELESS, OWN};
pub use erase::{Erased, Place, erase};
pub use holdings::each_holding;
pub use standing::{erased_since, is_of_erased, standing};
pub use sweep::{Swept, due, undone, undone_long_ago};

use super::backup;
use super::check;
use super::db::{Tx, Value};
use super::merge;
use crate::args;
use crate::domain::date::{Date, in_words};
use crate::domain::privacy::{Needles, PrivacyRefusal};
use crate::domain::reference::PersonRef;
use crate::domain::refusal::refuse;

/// The records that are people's own: numbers by table.
#[derive(Clone, Debug, Default)]
pub(super) struct Records {
    /// Their references and those that were merged into them.
    people: BTreeSet<i64>,
    loans: BTreeSet<i64>,
    charges: BTreeSet<i64>,
    requests: BTreeSet<i64>,
    messages: BTreeSet<i64>,
}

/// The loans that somebody has borrowed or signed for.
const LOANS: &str = "SELECT id FROM loan WHERE person_id = ?1 UNION SELECT id FROM loan WHERE hirer_id = ?1";

impl Records {
    /// What is now the own of many people: their messages are looked for once.
    fn add_all(&mut self, tx: &Tx, people: &[PersonRef]) -> Result<()> {
        people.iter().try_for_each(|person| self.add_but_messages(tx, *person))?;
        let people: HashSet<i64> = people.iter().map(|person| person.number()).collect();
        tx.each("SELECT id, person_id FROM message WHERE person_id IS NOT NULL", &[], |row| {
            if people.contains(&row.int(1)?) {
                self.messages.insert(row.int(0)?);
            }
            Ok(())
        })
    }

    /// What is a person's own now.
    fn add(&mut self, tx: &Tx, person: PersonRef) -> Result<()> {
        self.add_all(tx, &[person])
    }

    fn add_but_messages(&mut self, tx: &Tx, person: PersonRef) -> Result<()> {
        self.people.insert(person.number());
        self.people.extend(merge::merged_into(tx, person)?.into_iter().map(PersonRef::number));
        let numbers = |sql: &str, args: &[Value<'_>]| tx.all(sql, args, |row| row.int(0));
        let loans = numbers(LOANS, args![person])?;
        for loan in &loans {
            self.charges.extend(numbers("SELECT id FROM charge WHERE loan_id = ?1", args![*loan])?);
        }
        self.loans.extend(loans);
        self.charges.extend(numbers("SELECT id FROM charge WHERE person_id = ?1", args![person])?);
        self.requests.extend(numbers("SELECT id FROM request WHERE person_id = ?1", args![person])?);
        Ok(())
    }

    /// Those that events and changes name by this noun.
    fn of(&self, noun: &str) -> Option<&BTreeSet<i64>> {
        Some(match noun {
            "person" => &self.people,
            "loan" | "hold" => &self.loans,
            "charge" => &self.charges,
            "request" => &self.requests,
            "message" => &self.messages,
            _ => return None,
        })
    }

    /// The events that concern any of them.
    fn events(&self, tx: &Tx) -> Result<HashSet<i64>> {
        let mut events = HashSet::new();
        tx.each("SELECT noun, first, last, event_id FROM event_subject", &[], |row| {
            let (first, last) = (row.int(1)?, row.int(2)?);
            let own = self.of(row.text(0)?);
            if own.is_some_and(|own| own.range(first..=last).next().is_some()) {
                events.insert(row.int(3)?);
            }
            Ok(())
        })?;
        Ok(events)
    }
}

/// All names and addresses under which somebody is known or was.
fn names_of(tx: &Tx, person: PersonRef, wanted: &mut dyn FnMut(&str)) -> Result<()> {
    let sql = "SELECT name, email, phone, address FROM person WHERE id = ?1";
    tx.each(sql, args![person], |row| {
        for column in 0..4 {
            wanted(row.text(column)?);
        }
        Ok(())
    })?;
    let former = "SELECT before, after FROM change WHERE record = 'person' AND key = ?1";
    let merged = merge::merged_into(tx, person)?;
    for reference in std::iter::once(person).chain(merged) {
        tx.each(former, args![&reference.number().to_string()], |row| {
            for image in [row.text(0)?, row.text(1)?] {
                for (column, value) in columns::texts_of(image)? {
                    if ["name", "email", "phone", "address"].contains(&column.as_str()) {
                        wanted(&value);
                    }
                }
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// A name of one word is a word of the language, too: only two and more are looked for.
const LEAST_WORDS: usize = 2;

/// Looks for what somebody is and was called and reached by.
fn needles_of(tx: &Tx, person: PersonRef, needles: &mut Needles) -> Result<()> {
    names_of(tx, person, &mut |text| needles.add(person, text, LEAST_WORDS))
}

/// Where a name still stands in other text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    pub whose: PersonRef,
    /// As a command names the record: a tag, a reference.
    pub record: String,
    pub field: &'static str,
    pub value: String,
    /// What takes it out by hand.
    pub mend: &'static str,
    /// Whether erasing strikes it out itself, unless somebody else is called the same.
    pub is_free: bool,
}

/// Each place outside their own records where what is looked for stands.
fn mentions(tx: &Tx, needles: &Needles, own: &Records) -> Result<Vec<Mention>> {
    let mut found = Vec::new();
    if needles.is_empty() {
        return Ok(found);
    }
    for Elsewhere { table, record, columns, mend, is_free } in ELSEWHERE {
        let names: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
        let own_column = if own.of(table).is_some() { columns::number_of(table) } else { "NULL" };
        let sql = format!(
            "SELECT {record}, {own_column}, {} FROM \"{table}\" WHERE coalesce({}, NULL) IS NOT NULL",
            names.join(", "),
            names.join(", ")
        );
        tx.each(&sql, &[], |row| {
            let is_own = own.of(table).zip(row.opt_int(1)?).is_some_and(|(own, id)| own.contains(&id));
            for (index, column) in columns.iter().enumerate() {
                if is_own && columns::is_blanked(table, column) {
                    continue;
                }
                let text = row.text(index + 2)?;
                if let Some(whose) = needles.find(text) {
                    let (record, value) = (row.string(0)?, text.to_string());
                    found.push(Mention { whose, record, field: column, value, mend, is_free: *is_free });
                }
            }
            Ok(())
        })?;
    }
    found.sort_by(|one, other| (&one.record, one.field).cmp(&(&other.record, other.field)));
    Ok(found)
}

/// Where the names of a person would still stand once they are erased.
pub fn mentions_left(tx: &Tx, person: PersonRef) -> Result<Vec<Mention>> {
    let mut own = Records::default();
    own.add(tx, person)?;
    let (sought, struck) = erase::sought_and_struck(tx, &[person], &own)?;
    let mut left = mentions(tx, &sought, &own)?;
    left.retain(|mention| !mention.is_free || struck.find(&mention.value).is_none());
    Ok(left)
}

/// Refuses what an import would bring back of people who were erased.
pub fn refuse_brought_back(tx: &Tx, today: Date) -> Result<()> {
    if !tx.exists("SELECT 1 FROM person WHERE erased_on IS NOT NULL LIMIT 1", &[])? {
        return Ok(());
    }
    match check::erasing_faults(tx, today)?.into_iter().next() {
        Some(fault) => Err(refuse(PrivacyRefusal::BroughtBack(format!("{} {}", fault.record, fault.fault)))),
        None => Ok(()),
    }
}

/// The copies of the file from before now, each in a few words: those beside it, and the backups it remembers.
pub fn copies(tx: &Tx, path: &Path) -> Result<Vec<String>> {
    let mut copies = backup::copies_beside(path)?;
    let sql = r#"SELECT count(*), max("on") FROM backup"#;
    let made = tx.one(sql, &[], |row| Ok((row.int(0)?, row.opt_day(1)?)))?;
    match made {
        Some((1, Some(on))) => copies.push(format!("the backup of {}", in_words(on))),
        Some((many, Some(on))) if many > 1 => copies.push(format!("{many} backups, the last of {}", in_words(on))),
        _ => {}
    }
    Ok(copies)
}
