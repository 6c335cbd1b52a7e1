//! Those who have been kept for long enough after their last loan.

use std::collections::HashSet;

use anyhow::Result;

use super::standing;
use crate::domain::date::Date;
use crate::domain::privacy::{SweptLine, is_over, may_be_erased};
use crate::domain::reference::PersonRef;
use crate::store::db::Tx;

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

/// Whether somebody waits for an instrument.
fn waits(tx: &Tx, person: PersonRef) -> Result<bool> {
    let sql = "SELECT 1 FROM request WHERE person_id = ?1 AND loan_id IS NULL AND cancelled_on IS NULL";
    tx.exists(sql, &[person.into()])
}
