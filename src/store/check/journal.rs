//! Whether each record is what the journal left: a value that somebody has changed by hand, or that has changed by itself,
//! differs from what the last event that touched it wrote.

use anyhow::Result;

use super::{Fault, Rule, naming};
use crate::args;
use crate::store::db::Tx;
use crate::store::remember;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "no event is gone",
        undone: &[],
        // Before a backup was put back, numbers were given out that stand in the file it took the place of.
        sql: "SELECT 'E' || id, 'follows ' || CASE WHEN before = 0 THEN 'nothing' ELSE 'E' || before END
                         || ': what came between is not on record'
              FROM (SELECT id, command, lag(id, 1, 0) OVER (ORDER BY id) AS before FROM event) AS one_after_another
              WHERE id <> before + 1 AND command <> 'restore'
              UNION ALL
              SELECT 'E' || n.last, 'was given out as a number, and the last event on record is '
                         || CASE WHEN e.last = 0 THEN 'none' ELSE 'E' || e.last END
              FROM numbering n, (SELECT coalesce(max(id), 0) AS last FROM event) AS e
              WHERE n.noun = 'event' AND n.last > e.last",
    },
    Rule {
        name: "an event says who did what",
        undone: &[],
        sql: "SELECT 'E' || id, 'does not say ' || CASE WHEN trim(who) = '' THEN 'who did it' WHEN trim(command) = '' THEN 'what was done'
                         ELSE 'to what it was done' END
              FROM event WHERE trim(who) = '' OR trim(command) = '' OR trim(subject) = ''
              UNION ALL
              SELECT 'E' || event_id, 'has an empty sentence' FROM event_text WHERE trim(summary) = ''",
    },
];

/// Records that people know by a number, with the noun that events know them by and what they are called. A file of
/// organisations does not say which it brought, so nothing is said of those.
const MADE: &[(&str, &str, &str)] = &[
    ("person", "person", "'P' || t.id"),
    ("loan", "loan", "'L' || t.id"),
    ("purchase", "order", "'O' || t.id"),
    ("request", "request", "'R' || t.id"),
    ("repair", "repair", "'J' || t.id"),
    ("charge", "charge", "'C' || t.id"),
    ("instrument", "instrument", "t.tag"),
];

/// Records that no event speaks of: whatever makes one, a file too, says so.
pub(super) fn unaccounted(tx: &Tx) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for (table, noun, name) in MADE {
        let runs = "SELECT first, last FROM event_subject WHERE noun = ?1 ORDER BY first, last";
        let runs = tx.all(runs, args![*noun], |row| Ok((row.int(0)?, row.int(1)?)))?;
        let (mut runs, mut reached) = (runs.into_iter().peekable(), i64::MIN);
        // Older programs told of a new pupil, and not of who was to sign.
        let but_for = match *table {
            "person" => {
                "WHERE t.id NOT IN (SELECT hirer_id FROM person WHERE hirer_id IS NOT NULL
                                    UNION SELECT hirer_id FROM loan WHERE hirer_id IS NOT NULL)"
            }
            _ => "",
        };
        let sql = format!("SELECT t.id, {name} FROM {table} t {but_for} ORDER BY t.id");
        tx.each(&sql, &[], |row| {
            let id = row.int(0)?;
            while let Some((_, last)) = runs.next_if(|(first, _)| *first <= id) {
                reached = reached.max(last);
            }
            if reached < id {
                let (rule, record) = ("every record was made by an event", naming::said(row, 1, table));
                faults.push(Fault {
                    rule: rule.into(),
                    record,
                    fault: "is on record, and no event speaks of it".into(),
                });
            }
            Ok(())
        })?;
    }
    Ok(faults)
}

/// Records whose values no event accounts for. Nothing is said of those that files brought in: of these no values are kept.
pub(super) fn faults(tx: &Tx) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    remember::each_disagreement(tx, |record, fault| {
        faults.push(Fault { rule: "records are as the journal left them".to_string(), record, fault });
    })?;
    Ok(faults)
}
