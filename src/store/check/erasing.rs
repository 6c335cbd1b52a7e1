//! What must hold of people who were erased: nothing is told of them, and nothing of theirs is open.

use anyhow::Result;

use super::{Fault, Rule, broken};
use crate::domain::date::Date;
use crate::store::db::Tx;
use crate::store::remember::Table;

const OF_PEOPLE: &[Table] =
    &[Table::Person, Table::MergedPerson, Table::Loan, Table::Charge, Table::Request, Table::Hold, Table::Message];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "whoever was erased has no name, no contact and nobody who signs",
        undone: OF_PEOPLE,
        sql: "SELECT 'P' || p.id, 'was erased and is called something' FROM person p
              WHERE p.erased_on IS NOT NULL AND (p.name <> 'Erased P' || p.id OR p.name_key <> 'erased p' || p.id)
              UNION ALL
              SELECT 'P' || p.id, 'was erased and has an email address, a telephone number or an address' FROM person p
              WHERE p.erased_on IS NOT NULL AND (p.email IS NOT NULL OR p.phone IS NOT NULL OR p.address IS NOT NULL)
              UNION ALL
              SELECT 'P' || p.id, 'was erased and has a hirer' FROM person p WHERE p.erased_on IS NOT NULL AND p.hirer_id IS NOT NULL
              UNION ALL
              SELECT 'P' || u.id, 'has the hirer P' || p.id || ', who was erased' FROM person p JOIN person u ON u.hirer_id = p.id
              WHERE p.erased_on IS NOT NULL",
    },
    Rule {
        name: "whoever was erased has nothing open",
        undone: OF_PEOPLE,
        sql: "SELECT 'L' || l.id, 'is open, and P' || p.id || ' was erased' FROM person p
              JOIN loan l ON l.id IN (SELECT id FROM loan WHERE person_id = p.id UNION SELECT id FROM loan WHERE hirer_id = p.id)
              WHERE p.erased_on IS NOT NULL AND l.returned_on IS NULL AND l.lost_on IS NULL AND l.voided_on IS NULL
              UNION ALL
              SELECT 'C' || c.id, 'is not paid, and P' || p.id || ' was erased' FROM person p JOIN charge c ON c.person_id = p.id
              WHERE p.erased_on IS NOT NULL AND c.paid_on IS NULL AND c.waived_on IS NULL AND c.amount_pence > c.remitted_pence
              UNION ALL
              SELECT 'R' || q.id, 'is open, and P' || p.id || ' was erased' FROM person p JOIN request q ON q.person_id = p.id
              WHERE p.erased_on IS NOT NULL AND q.loan_id IS NULL AND q.cancelled_on IS NULL
              UNION ALL
              SELECT 'L' || h.loan_id, 'is on hold, and P' || p.id || ' was erased' FROM person p
              JOIN loan l ON l.id IN (SELECT id FROM loan WHERE person_id = p.id UNION SELECT id FROM loan WHERE hirer_id = p.id)
              JOIN hold h ON h.loan_id = l.id
              WHERE p.erased_on IS NOT NULL AND h.until >= ?1",
    },
    Rule {
        name: "nothing is written of whoever was erased",
        undone: OF_PEOPLE,
        sql: "SELECT 'L' || l.id, 'has a note, and P' || p.id || ' was erased' FROM person p
              JOIN loan l ON l.id IN (SELECT id FROM loan WHERE person_id = p.id UNION SELECT id FROM loan WHERE hirer_id = p.id)
              WHERE p.erased_on IS NOT NULL AND l.note IS NOT NULL
              UNION ALL
              SELECT 'L' || h.loan_id, 'is or was on hold for a reason, and P' || p.id || ' was erased' FROM person p
              JOIN loan l ON l.id IN (SELECT id FROM loan WHERE person_id = p.id UNION SELECT id FROM loan WHERE hirer_id = p.id)
              JOIN hold h ON h.loan_id = l.id
              WHERE p.erased_on IS NOT NULL AND h.reason <> '(erased)'
              UNION ALL
              SELECT 'C' || c.id, 'has a note, and P' || p.id || ' was erased' FROM person p
              JOIN loan l ON l.id IN (SELECT id FROM loan WHERE person_id = p.id UNION SELECT id FROM loan WHERE hirer_id = p.id)
              JOIN charge c ON c.loan_id = l.id
              WHERE p.erased_on IS NOT NULL AND c.note IS NOT NULL
                -- What a school was let off since is the school's.
                AND (c.person_id IS NOT NULL OR c.waived_on IS NULL OR c.waived_on < p.erased_on)
              UNION ALL
              SELECT 'R' || q.id, 'has a note, and P' || p.id || ' was erased' FROM person p JOIN request q ON q.person_id = p.id
              WHERE p.erased_on IS NOT NULL AND q.note IS NOT NULL
              UNION ALL
              SELECT 'M' || m.id, 'tells where it went or what was answered, and P' || p.id || ' was erased'
              FROM person p JOIN message m ON m.person_id = p.id
              WHERE p.erased_on IS NOT NULL AND (m.address IS NOT NULL OR m.answer IS NOT NULL)",
    },
    Rule {
        name: "nobody was erased on a day to come",
        undone: &[],
        sql: "SELECT 'P' || id, 'was erased on ' || erased_on || ', which has not come yet' FROM person WHERE erased_on > ?1",
    },
];

pub(super) const DAYS: &[(&str, &str)] = &[("person", "erased_on")];

/// What is on record of people who were erased and should not be.
pub fn faults(tx: &Tx, today: Date) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for rule in RULES {
        faults.extend(broken(tx, rule, today)?);
    }
    Ok(faults)
}
