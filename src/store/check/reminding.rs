//! What must hold of reminders: messages, what they are about, holds and the ladder.

use anyhow::Result;

use super::{Fault, Rule};
use crate::store::db::Tx;
use crate::store::remember::Table;
use crate::store::{reminder, setting};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "a message that was handed over is settled",
        undone: &[],
        sql: "SELECT 'M' || m.id, 'is settled, and still claims L' || r.loan_id FROM reminder r JOIN message m ON m.id = r.message_id
              WHERE r.state = 'claimed' AND m.settled_at IS NOT NULL
              UNION ALL
              SELECT 'M' || m.id, 'is not settled, and L' || r.loan_id || ' is ' || r.state || ' by it'
              FROM reminder r JOIN message m ON m.id = r.message_id
              WHERE r.state <> 'claimed' AND m.settled_at IS NULL",
    },
    Rule {
        name: "a message is about something",
        undone: &[],
        sql: "SELECT 'M' || m.id, 'is about no loan' FROM message m
              WHERE NOT EXISTS (SELECT 1 FROM reminder r WHERE r.message_id = m.id)",
    },
    Rule {
        name: "a pupil is never written to",
        undone: &[Table::Person],
        sql: "SELECT 'M' || m.id, 'is to the pupil P' || p.id FROM message m JOIN person p ON p.id = m.person_id WHERE p.role = 'pupil'",
    },
    Rule {
        name: "what is late is never called due soon, and what is not late never late",
        undone: &[],
        sql: "SELECT 'M' || m.id, 'is of ' || m.claimed_on || ' and calls L' || r.loan_id || ', due on ' || r.due_on || ', ' || r.stage
              FROM reminder r JOIN message m ON m.id = r.message_id
              WHERE (r.stage = 'due-soon') = (m.claimed_on > r.due_on)",
    },
    Rule {
        name: "no reminder in the future",
        undone: &[],
        sql: "SELECT 'M' || id, 'is of ' || claimed_on || ', which has not come yet' FROM message WHERE claimed_on > ?1
              UNION ALL
              SELECT 'L' || loan_id, 'was held on ' || held_on || ', which has not come yet' FROM hold WHERE held_on > ?1",
    },
    Rule {
        name: "only an address for mail is refused by a mail server",
        undone: &[],
        sql: "SELECT 'M' || id, 'is a letter, and a mail server refused it' FROM message WHERE route <> 'email' AND refused_on IS NOT NULL",
    },
    Rule {
        name: "a hold has a reason and lasts through a day that had not passed",
        undone: &[Table::Hold],
        sql: "SELECT 'L' || loan_id, 'was held on ' || held_on || ' until ' || until || ', which had passed' FROM hold WHERE until < held_on
              UNION ALL
              SELECT 'L' || loan_id, 'is on hold until ' || until || ' for no reason' FROM hold WHERE trim(reason) = ''",
    },
    Rule {
        name: "reminders are armed by an event",
        undone: &[],
        sql: "SELECT 'E' || a.event_id, 'is no arming, and reminders are armed by it' FROM arming a
              LEFT JOIN event e ON e.id = a.event_id WHERE e.command IS NOT 'remind arm'",
    },
];

/// Every column of these tables that holds a day.
pub(super) const DAYS: &[(&str, &str)] = &[
    ("hold", "until"),
    ("hold", "held_on"),
    ("message", "claimed_on"),
    ("message", "refused_on"),
    ("message", "told_on"),
    ("reminder", "due_on"),
    ("arming", "last_run_on"),
];

/// The ladder is made of the hub's stages and the program's, so it is judged by the rules for a change of it.
pub(super) fn ladder_faults(tx: &Tx) -> Result<Vec<Fault>> {
    let ladder = reminder::ladder(tx)?;
    let disorder = ladder.rungs().iter().find_map(|rung| ladder.changed(rung.clone(), i64::MAX).err());
    let unsaid = ladder.reaches(setting::look_back_days(tx)?).err();
    let fault = |rule: &str, fault: String| Fault { rule: rule.into(), record: "ladder".into(), fault };
    let disorder = disorder.map(|refusal| fault("the ladder is in order", refusal.to_string()));
    Ok(disorder.into_iter().chain(unsaid.map(|refusal| fault("every stage goes out", refusal.to_string()))).collect())
}
