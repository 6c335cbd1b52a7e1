//! Edits by hand that hide others, empty the journal, or add what no event made: `check` tells of each, by what people call it.

use super::{Hub, tried};

/// What comes first to make a hub in which there is something of everything.
const BEFORE: &[&str] = &[
    "init --sample",
    "set add Brass HN-0001 TPT-0001",
    "remind hold L3 --until 2027-01-01 --reason ill",
    "remission add P2 --year 2026/27 --percent 50 --band FSM",
];

/// What somebody does with another tool, and what `check` then tells, each a line's record and a part of its fault.
const EDITS: &[(&str, &[(&str, &str)])] = &[
    // One value that cannot be read hides nothing else.
    (
        "UPDATE person SET name = CAST(x'41ff42' AS TEXT) WHERE id = 2; UPDATE person SET name = 'Somebody Else' WHERE id = 1; UPDATE event SET at = 'yesterday' WHERE id = 3",
        &[
            ("P2", "name holds what is no text"),
            ("P1", "is looked up as"),
            ("P1", "name is not what E"),
            ("E3", "yesterday"),
        ],
    ),
    ("UPDATE change SET after = CAST(x'ff' AS TEXT) WHERE event_id = 5", &[("E5", "after holds what is no text")]),
    (
        "UPDATE instrument SET tag = CAST(x'ff' AS TEXT) WHERE id = 1",
        &[("row 1 of instrument", "tag holds what is no text")],
    ),
    // The journal.
    (
        "DELETE FROM event; DELETE FROM event_text; DELETE FROM event_subject; DELETE FROM change; DELETE FROM arming",
        &[("L1", "no event speaks of it"), ("E", "the last event on record is none")],
    ),
    (
        "DELETE FROM event WHERE id = 4; DELETE FROM event_text WHERE event_id = 4; DELETE FROM event_subject WHERE event_id = 4; DELETE FROM change WHERE event_id = 4",
        &[("E5", "follows E3: what came between is not on record")],
    ),
    ("UPDATE event SET who = '' WHERE id = 3", &[("E3", "does not say who did it")]),
    ("UPDATE event SET subject = ' ' WHERE id = 3", &[("E3", "does not say to what")]),
    ("UPDATE event_text SET summary = '' WHERE event_id = 3", &[("E3", "has an empty sentence")]),
    // Records that no event made.
    (
        "UPDATE numbering SET last = 900 WHERE noun = 'loan'; INSERT INTO loan (id, instrument_id, scheme, school_urn, out_on, due_on, returned_on) SELECT 900, id, 'school', 900001, '2020-01-01', '2020-01-02', '2020-01-02' FROM instrument WHERE tag = 'VN-0002'",
        &[("L900", "no event speaks of it")],
    ),
    // What belongs to a record.
    (
        "DELETE FROM set_member WHERE instrument_id = (SELECT id FROM instrument WHERE tag = 'HN-0001')",
        &[("set 2", "has other instruments than E")],
    ),
    // Names, pounds and plain values.
    ("DELETE FROM loan WHERE id = 3", &[("L3", "its hold refers to a loan that is not there (loan_id 3)")]),
    ("UPDATE purchase_line SET net_pence = 41000 WHERE id = 1", &[("O1/1", "net_pence is £410.00, and E")]),
    (
        "UPDATE remission SET percent = 100",
        &[("remission of P2 for 2026/27", "percent is 100, and E"), ("remission of P2 for 2026/27", "left 50")],
    ),
    // Days, forms and texts.
    (
        "UPDATE receipt SET received_on = '2030-01-01' WHERE id = 1",
        &[("O1/1", "its receipt: received_on is 2030-01-01, and E")],
    ),
    (
        "UPDATE instrument SET missing_on = '2030-01-01' WHERE tag = 'HN-0001'",
        &[("HN-0001", "is missing since 2030-01-01")],
    ),
    ("UPDATE person SET email = 'nowhere' WHERE id = 1", &[("P1", "email holds 'nowhere'")]),
    ("UPDATE scheme SET agreement = '{{ nobody' WHERE code = 'hire'", &[("scheme hire", "")]),
    ("INSERT INTO ladder (stage, days, template) VALUES ('first', 1, '{{ nobody')", &[("stage first", "")]),
    ("DELETE FROM scheme WHERE code = 'hub'", &[("hub", "is not on record")]),
];

/// The layout: what a constraint, an index or a table says of itself.
const SCHEMA: &[(&str, &str)] = &[
    (
        "UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (out_on <= due_on),', '') WHERE name = 'loan'",
        "the rule of loan that out_on <= due_on is missing",
    ),
    (
        "UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')') WHERE name = 'hold'",
        "the declaration of hold as strict is missing",
    ),
    (
        "UPDATE sqlite_schema SET sql = replace(sql, 'WHERE outer_id IS NULL AND', 'WHERE outer_id IS NULL AND lost_on IS NULL AND') WHERE name = 'loan_open'",
        "the index loan_open, which reads",
    ),
];

fn edited(hub: &Hub, whole: &[u8], sql: &str) -> String {
    std::fs::write(hub.file(), whole).expect("written");
    let file = rusqlite::Connection::open(hub.file()).expect("a file");
    file.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false).expect("not defensive");
    file.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA writable_schema = ON").expect("sound SQL");
    file.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    drop(file);
    let told = hub.run("check --format csv");
    assert_eq!(told.code, Some(1), "{sql}: {told:?}");
    told.stdout
}

#[test]
fn an_edit_hides_no_other_and_is_told_by_the_records_name() {
    let hub = Hub::without_file();
    BEFORE.iter().for_each(|line| drop(hub.done(line)));
    hub.is_sound();
    let whole = std::fs::read(hub.file()).expect("a file");
    for (sql, signs) in EDITS {
        let told = edited(&hub, &whole, sql);
        assert!(!told.contains("cannot be judged"), "{sql}: {told}");
        for (record, fault) in *signs {
            let is_it = |line: &str| line.contains(&format!(",{record}")) && line.contains(fault);
            assert!(told.lines().any(is_it), "{record} {fault} after {sql}: {told}");
        }
    }
    for (sql, sign) in SCHEMA {
        let told = edited(&hub, &whole, sql);
        assert!(told.contains(sign), "{sign} after {sql}: {told}");
    }
    let lowered = edited(&hub, &whole, "UPDATE numbering SET last = 1 WHERE noun = 'loan'");
    assert!(
        lowered.contains("is beyond the last number") && !lowered.contains("which no record ever was"),
        "{lowered}"
    );
    tried(EDITS.len() + SCHEMA.len(), "edits by hand, each told by what people call the record");
}
