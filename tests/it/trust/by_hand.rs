//! Files that somebody has edited by hand, and what `check` says of them.

use super::{Hub, tried};

/// What somebody does with another tool, and what `check` then tells: a part of the rule's name, the record and the fault.
const EDITS: &[(&str, &[&str])] = &[
    ("UPDATE person SET name = 'Somebody Else' WHERE id = 1", &["P1", "is looked up as", "name is not what E"]),
    ("UPDATE loan SET due_on = '2027-02-30' WHERE id = 3", &["due_on holds '2027-02-30', which is no day"]),
    ("UPDATE loan SET due_on = '2027-02-28' WHERE id = 3", &["L3", "due_on is 2027-02-28, and E"]),
    ("UPDATE instrument SET tag = 'XX-1' WHERE id = 1", &["XX-1", "is looked up as VN-0001"]),
    ("UPDATE instrument SET cost_pence = 1 WHERE id = 1", &["VN-0001", "cost_pence is £0.01, and E"]),
    ("UPDATE purchase_line SET net_pence = net_pence + 1 WHERE id = 1", &["net_pence is"]),
    ("UPDATE invoice_line SET net_pence = net_pence + 100 WHERE line_id = 1", &["net_pence is"]),
    ("UPDATE fund SET award_pence = 1", &["fund CIP", "award_pence is £0.01, and E"]),
    ("UPDATE numbering SET last = 1 WHERE noun = 'loan'", &["is beyond the last number given out"]),
    ("DELETE FROM event WHERE id = 3", &["refers to an event that is not there"]),
    ("DELETE FROM event_text WHERE event_id = 3", &["E3", "has no sentence"]),
    ("UPDATE change SET before = '{not' WHERE event_id = (SELECT max(event_id) FROM change)", &["cannot be read"]),
    ("INSERT INTO setting VALUES ('offer-days', 'never')", &["offer-days"]),
    ("INSERT INTO setting VALUES ('colour', 'red')", &["colour"]),
    ("UPDATE scheme SET length = 'for ever'", &["length"]),
    ("INSERT INTO ladder (stage, days) VALUES ('first', 200)", &["the ladder is in order"]),
    ("UPDATE event SET at = 'yesterday' WHERE id = 3", &["yesterday"]),
    ("UPDATE category SET retired_on = '2020-02-30' WHERE code = 'EY'", &["2020-02-30"]),
    ("DELETE FROM loan WHERE id = (SELECT max(id) FROM loan)", &["is gone, though E"]),
    (
        "INSERT INTO loan (id, instrument_id, scheme, school_urn, out_on, due_on) SELECT 900, id, 'school', 900001, '2026-01-01', '2026-01-02' FROM instrument WHERE tag = 'VN-0002'",
        &["L900", "is beyond the last number given out"],
    ),
    ("DELETE FROM person WHERE id = 1", &["refers to a person that is not there"]),
    (
        "PRAGMA ignore_check_constraints = ON; UPDATE loan SET scheme = 'gift' WHERE id = 3",
        &["refers to a scheme that is not there"],
    ),
    (
        "PRAGMA ignore_check_constraints = ON; UPDATE instrument SET condition = 'mint' WHERE id = 1",
        &["CHECK constraint failed in instrument"],
    ),
    ("DROP INDEX loan_open", &["the index loan_open is missing"]),
    ("DROP TABLE hold", &["the table hold is missing"]),
    ("CREATE TABLE extra (x)", &["the table extra is no part of a ledgerline file"]),
    ("CREATE TRIGGER sly AFTER INSERT ON loan BEGIN DELETE FROM loan; END", &["the trigger sly is no part"]),
    ("ALTER TABLE person ADD COLUMN born_on TEXT", &["person.born_on (text) is no part"]),
    ("ALTER TABLE school DROP COLUMN trust", &["school.trust (text) is missing"]),
];

#[test]
fn check_tells_which_record_breaks_which_rule() {
    let hub = Hub::without_file();
    hub.done("init --sample");
    hub.is_sound();
    let whole = std::fs::read(hub.file()).expect("a file");
    for (sql, signs) in EDITS {
        std::fs::write(hub.file(), &whole).expect("written");
        let file = rusqlite::Connection::open(hub.file()).expect("a file");
        file.execute_batch("PRAGMA foreign_keys = OFF").expect("sound SQL");
        file.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        drop(file);
        let told = hub.run("check --format csv");
        assert_eq!(told.code, Some(1), "{sql}: {told:?}");
        for sign in *signs {
            assert!(told.stdout.contains(sign), "{sign} after {sql}: {}", told.stdout);
        }
    }
    tried(EDITS.len(), "edits by hand, each of them told");
}

#[test]
fn a_file_that_claims_another_schema_is_told_of_in_words() {
    for (sql, sentence) in [
        ("DELETE FROM schema_version", "the file is damaged"),
        ("UPDATE schema_version SET version = -1", "the file is damaged"),
        ("UPDATE schema_version SET version = 3", "is of version 3, but it has what came with version 6"),
        ("UPDATE schema_version SET version = 1", "is of version 1, but it has what came with version 2"),
        ("INSERT INTO schema_version VALUES (1)", "is of several versions"),
        ("INSERT INTO schema_version VALUES (7)", "is of several versions"),
        ("UPDATE schema_version SET version = 77", "made by a newer ledgerline"),
    ] {
        let hub = Hub::new();
        let file = rusqlite::Connection::open(hub.file()).expect("a file");
        file.execute_batch(sql).expect("sound SQL");
        drop(file);
        let told = hub.run("check");
        assert_eq!(told.code, Some(3), "{sql}: {told:?}");
        assert!(told.stderr.contains(sentence) && told.stderr.contains("hint: "), "{sql}: {told:?}");
        // Whoever asks for a check is not sent to ask for one.
        assert!(!told.stderr.contains("run 'ledgerline check'"), "{sql}: {told:?}");
    }
}
