//! Those who have been kept for long enough after their last loan.

use std::collections::HashSet;

use anyhow::Result;

use super::columns::texts_of;
use super::standing;
use crate::args;
use crate::domain::date::Date;
use crate::domain::privacy::{SweptLine, erased_name, is_over, may_be_erased};
use crate::domain::reference::PersonRef;
use crate::store::db::Tx;
use crate::store::merge;

/// Somebody who may go, as the list shows them.
pub type Swept = SweptLine;

/// Everybody who had loans that all ended over so many years ago, and who has nothing open; but not whoever signs for a pupil
/// who is kept. By reference.
pub fn due(tx: &Tx, years: i64, today: Date) -> Result<Vec<Swept>> {
    let sql = "
        SELECT p.id, p.name, p.role, max(coalesce(l.returned_on, l.lost_on, l.voided_on, '9999-12-31')), count(*)
        FROM (SELECT person_id AS who, id AS loan FROM loan WHERE person_id IS NOT NULL
              UNION SELECT hirer_id, id FROM loan WHERE hirer_id IS NOT NULL) AS had
        JOIN loan l ON l.id = had.loan JOIN person p ON p.id = had.who
        WHERE p.erased_on IS NULL
        GROUP BY p.id, p.name, p.role ORDER BY p.id";
    let mut found = Vec::new();
    tx.each(sql, &[], |row| {
        let last_returned_on = row.day(3)?;
        if is_over(last_returned_on, years, today) {
            let person = PersonRef::new(row.int(0)?);
            let (name, role, loans) = (row.string(1)?, row.word(2)?, row.int(4)?);
            found.push(Swept { person, name, role, last_returned_on, loans });
        }
        Ok(())
    })?;
    let mut swept = Vec::with_capacity(found.len());
    for line in found {
        if may_be_erased(standing(tx, line.person, today)?).is_ok() && !waits(tx, line.person)? {
            swept.push(line);
        }
    }
    let going: HashSet<i64> = swept.iter().map(|line| line.person.number()).collect();
    let sql = "SELECT id, hirer_id FROM person WHERE hirer_id IS NOT NULL AND erased_on IS NULL";
    let mut signing = HashSet::new();
    tx.each(sql, &[], |row| {
        if !going.contains(&row.int(0)?) {
            signing.insert(row.int(1)?);
        }
        Ok(())
    })?;
    swept.retain(|line| !signing.contains(&line.person.number()));
    Ok(swept)
}

/// Whose record was undone: nobody bears the reference now, and the journal keeps what it was.
pub fn undone(tx: &Tx, person: PersonRef) -> Result<bool> {
    let is_on_record = tx.exists("SELECT 1 FROM person WHERE id = ?1", args![person])?;
    if is_on_record || merge::led_to(tx, person)?.is_some() {
        return Ok(false);
    }
    let kept = "SELECT 1 FROM change WHERE record = 'person' AND key = ?1 LIMIT 1";
    tx.exists(kept, args![&person.number().to_string()])
}

/// Those whose record was undone over so many years ago, and of whom the journal still keeps a name. By reference.
pub fn undone_long_ago(tx: &Tx, years: i64, today: Date) -> Result<Vec<PersonRef>> {
    let sql = r#"SELECT c.key, max(e."on") FROM change c JOIN event e ON e.id = c.event_id
                 WHERE c.record = 'person' AND CAST(c.key AS INTEGER) NOT IN (SELECT id FROM person)
                   AND CAST(c.key AS INTEGER) NOT IN (SELECT id FROM merged_person)
                 GROUP BY c.key ORDER BY CAST(c.key AS INTEGER)"#;
    let gone = tx.all(sql, &[], |row| Ok((row.string(0)?, row.day(1)?)))?;
    let mut found = Vec::new();
    for (key, _) in gone.into_iter().filter(|(_, last)| is_over(*last, years, today)) {
        let Ok(number) = key.parse::<i64>() else { continue };
        let person = PersonRef::new(number);
        let erased = erased_name(person).to_string();
        let mut is_named = false;
        tx.each("SELECT before, after FROM change WHERE record = 'person' AND key = ?1", args![&key], |row| {
            let texts = texts_of(row.text(0)?)?.into_iter().chain(texts_of(row.text(1)?)?);
            is_named |= texts.into_iter().any(|(column, text)| column == "name" && text != erased);
            Ok(())
        })?;
        if is_named {
            found.push(person);
        }
    }
    Ok(found)
}

/// Whether somebody waits for an instrument.
fn waits(tx: &Tx, person: PersonRef) -> Result<bool> {
    let sql = "SELECT 1 FROM request WHERE person_id = ?1 AND loan_id IS NULL AND cancelled_on IS NULL";
    tx.exists(sql, &[person.into()])
}
