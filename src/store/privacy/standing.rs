//! What speaks against erasing a person, and what an undo would bring back.

use anyhow::Result;

use crate::args;
use crate::domain::date::Date;
use crate::domain::privacy::Standing;
use crate::domain::reference::{ChargeRef, LoanRef, MessageRef, PersonRef};
use crate::store::db::Tx;
use crate::store::merge;

/// What they have, owe and wait for.
pub fn standing(tx: &Tx, person: PersonRef, today: Date) -> Result<Standing> {
    let out = "SELECT l.id, i.tag, l.hirer_id IS ?1 AND l.person_id IS NOT ?1
               FROM loan l JOIN instrument i ON i.id = l.instrument_id
               WHERE (l.person_id = ?1 OR l.hirer_id = ?1)
                 AND l.returned_on IS NULL AND l.lost_on IS NULL AND l.voided_on IS NULL ORDER BY l.id LIMIT 1";
    // Of a loan inside a school's, what the school owes is the school's.
    let owed = "SELECT c.id, c.loan_id, c.amount_pence - c.remitted_pence FROM charge c
                WHERE c.id IN (SELECT id FROM charge WHERE person_id = ?1
                               UNION SELECT d.id FROM loan l JOIN charge d ON d.loan_id = l.id
                               WHERE (l.person_id = ?1 OR l.hirer_id = ?1) AND d.person_id IS NOT NULL)
                  AND c.paid_on IS NULL AND c.waived_on IS NULL AND c.amount_pence > c.remitted_pence ORDER BY c.id LIMIT 1";
    let held = "SELECT h.loan_id, h.until FROM loan l JOIN hold h ON h.loan_id = l.id
                WHERE (l.person_id = ?1 OR l.hirer_id = ?1) AND h.until >= ?2 ORDER BY h.loan_id LIMIT 1";
    let begun = "SELECT m.id FROM reminder r JOIN message m ON m.id = r.message_id JOIN loan l ON l.id = r.loan_id
                 WHERE r.state = 'claimed' AND (m.person_id = ?1 OR l.person_id = ?1 OR l.hirer_id = ?1)
                 ORDER BY m.id LIMIT 1";
    Ok(Standing {
        person,
        out: tx.one(out, args![person], |row| Ok((LoanRef::new(row.int(0)?), row.tag(1)?, row.flag(2)?)))?,
        owed: tx.one(owed, args![person], |row| {
            Ok((ChargeRef::new(row.int(0)?), LoanRef::new(row.int(1)?), row.pence(2)?))
        })?,
        held: tx.one(held, args![person, today], |row| Ok((LoanRef::new(row.int(0)?), row.day(1)?)))?,
        begun: tx.one(begun, args![person], |row| Ok(MessageRef::new(row.int(0)?)))?,
    })
}

/// Whoever was erased of those who borrowed on a loan or signed for it: nothing more is to be written of them.
pub fn is_of_erased(tx: &Tx, loan: LoanRef) -> Result<Option<PersonRef>> {
    let sql = "SELECT p.id FROM loan l JOIN person p ON p.id IN (l.person_id, l.hirer_id)
               WHERE l.id = ?1 AND p.erased_on IS NOT NULL ORDER BY p.id LIMIT 1";
    tx.one(sql, args![loan], |row| Ok(PersonRef::new(row.int(0)?)))
}

/// Whether a reference is that of somebody who was erased, or leads to one.
pub fn erased_since(tx: &Tx, person: PersonRef) -> Result<Option<PersonRef>> {
    let now = merge::led_to(tx, person)?.unwrap_or(person);
    let sql = "SELECT 1 FROM person WHERE id = ?1 AND erased_on IS NOT NULL";
    Ok(tx.exists(sql, args![now])?.then_some(now))
}
