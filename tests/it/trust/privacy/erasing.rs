//! After erasing, no byte is left, and no figure has changed.

use std::fmt::Write as _;

use super::super::{Hub, tried};
use super::family::{self, Office, TRACES};

/// Erases the family and says what was said.
fn erase_family(hub: &Hub) -> String {
    let mut said = String::new();
    for line in ["privacy erase P1 --yes", "privacy erase P2 --yes"] {
        let told = hub.run_here(line);
        assert_eq!(told.code, Some(0), "{line}: {told:?}");
        said.push_str(&told.stderr);
    }
    said
}

#[test]
fn no_byte_of_a_family_is_left_and_no_figure_changes() {
    let hub = family::hub();
    for text in TRACES {
        assert!(!hub.traces(&[text]).is_empty(), "'{text}' was never there, so that it is not there says nothing");
    }
    let before = hub.figures();
    let said = erase_family(&hub);
    assert!(said.contains("Cancelled R1"), "{said}");
    assert_eq!(hub.traces(TRACES), Vec::<String>::new());
    assert_eq!(hub.figures(), before);
    hub.is_sound();
    // The others are told of as before.
    let log = hub.done("log --format csv");
    assert!(log.contains("Ben Shah") && log.contains("Mia Shah"), "{log}");
    assert!(!log.contains("Took back VN-0001"), "{log}");
    tried(TRACES.len(), "texts looked for in every byte of every file");
}

#[test]
fn no_byte_is_left_among_five_thousand_others() {
    let hub = family::hub();
    let mut people = String::from("name,role,school_urn,year_group,email\n");
    for number in 0..5000 {
        // Names that fall between the family's in the index, so that pages split where those stood.
        let name = format!("{} Other {number:05}", ["Nora", "Maeve", "Zara", "Zuzanna", "Ola"][number % 5]);
        writeln!(people, "{name},adult,,,other.{number}@example.com").expect("written");
    }
    hub.write("people.csv", &people);
    hub.done("import people people.csv --commit");
    hub.remove_copies();
    // What came in is changed again, so that pages are freed and filled.
    let changed = people.replace("@example.com", "@a.much.longer.domain.of.some.provider.example.com");
    hub.write("people.csv", &changed);
    hub.done("import people people.csv --update --commit");
    hub.remove_copies();
    // Another tool was at the file, which does not write over what it deletes.
    let by_hand = rusqlite::Connection::open(hub.file()).expect("a file");
    by_hand
        .execute_batch(
            "PRAGMA secure_delete = OFF; CREATE TABLE scratch (text TEXT);
             INSERT INTO scratch SELECT p.name || p.email || q.id FROM person p, person q WHERE p.id = 1;
             DROP TABLE scratch;",
        )
        .expect("sound SQL");
    drop(by_hand);
    let before = hub.figures();
    erase_family(&hub);
    assert_eq!(hub.traces(TRACES), Vec::<String>::new());
    assert_eq!(hub.figures(), before);
    assert_eq!(std::fs::read_dir(hub.folder().join("tmp")).expect("a folder").count(), 0);
    hub.is_sound();
    tried(5000, "others beside whom a family was erased");
}

#[test]
fn who_is_reading_meanwhile_is_named_and_running_it_again_finishes() {
    let hub = family::hub();
    let reader = rusqlite::Connection::open(hub.file()).expect("a file");
    reader.execute_batch("BEGIN; SELECT count(*) FROM person;").expect("read");
    let count = |reader: &rusqlite::Connection| {
        reader.query_row("SELECT count(*) FROM person WHERE email LIKE 'zoe%'", [], |row| row.get::<_, i64>(0))
    };
    assert_eq!(count(&reader), Ok(1));
    let told = hub.run_here("privacy erase P1 --yes");
    assert_eq!(told.code, Some(3), "{told:?}");
    assert!(told.stderr.contains("P1 is erased, but traces may stay in the file until"), "{told:?}");
    assert!(told.stderr.contains("ledgerline privacy erase P1 --yes"), "{told:?}");
    assert!(!told.stderr.contains("are cleared"), "{told:?}");
    // Whoever reads still sees what was there when they began.
    assert_eq!(count(&reader), Ok(1));
    reader.execute_batch("COMMIT").expect("read to the end");
    // A connection that is open and does not read is in nobody's way.
    let told = hub.run_here("privacy erase P1 --yes");
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(told.stderr.contains("P1 was erased on 22 Nov 2026 already"), "{told:?}");
    hub.run_here("privacy erase P2 --yes");
    assert_eq!(hub.traces(TRACES), Vec::<String>::new());
    drop(reader);
    hub.is_sound();
}

#[test]
fn what_a_writer_holds_is_not_waited_for_for_ever() {
    let hub = family::hub();
    let writer = rusqlite::Connection::open(hub.file()).expect("a file");
    writer.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let told = hub.run_here("privacy erase P1 --yes");
    assert_eq!(told.code, Some(3), "{told:?}");
    assert!(told.stderr.contains("another command is writing") && !told.stderr.contains("is erased"), "{told:?}");
    writer.execute_batch("ROLLBACK").expect("unlocked");
    assert!(hub.done("person show P1").contains("Zoë"));
}

#[test]
fn what_names_them_elsewhere_is_told_and_so_are_copies() {
    let hub = family::hub();
    hub.done("instrument edit VC-0001 --location \"with O'Brien-Nunez, Zoë\"");
    hub.done("person edit P4 --address '12 Sycamore Grove, Leeds'");
    hub.done("backup backup.db");
    hub.write("people.csv", "name,role\nOla Other,adult\n");
    hub.done("import people people.csv --commit");
    let told = hub.run_here("privacy erase P1");
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.stderr.contains("stands in the location of VC-0001"), "before it is asked: {told:?}");
    assert!(told.stderr.contains("not confirmed"), "{told:?}");
    let told = hub.run_here("--quiet privacy erase P1 --yes");
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(
        told.stderr.contains("stands in the location of VC-0001; to take it out: ledgerline instrument edit"),
        "{told:?}"
    );
    assert!(told.stderr.contains("hub.db.before-E"), "{told:?}");
    assert!(told.stderr.contains("the backup of 22 Nov 2026"), "{told:?}");
    // What another is reached by, too, stays in their record.
    assert!(hub.done("person show P4").contains("12 Sycamore Grove"));
    assert!(hub.done("log --person P4 --format csv").contains("12 Sycamore Grove"));
    hub.is_sound();
}

#[test]
fn what_was_written_of_them_elsewhere_is_struck_out() {
    let hub = family::hub();
    hub.done("instrument edit VC-0001 --note \"scratched by O'Brien-Nunez, Zoë; varnish gone\"");
    hub.done("repair send VC-0001 --to 'Test Repairs' --fault \"Zoe O'Brien-Nunez sat on it, call 0113 496 0777\"");
    hub.done("lend VN-0002 --to P5 --note \"a friend of Zoë O’Brien-Núñez\"");
    let told = hub.run_here("privacy erase P1");
    assert!(!told.stderr.contains("stands in"), "nothing is left for anybody to mend: {told:?}");
    let told = hub.run_here("privacy erase P1 --yes");
    assert!(
        told.stderr.contains("What named them was struck out of the note of VC-0001, the note of L4, the fault of J1."),
        "{told:?}"
    );
    assert!(hub.done("instrument show VC-0001").contains("scratched by (erased); varnish gone"));
    assert!(hub.done("find 'varnish gone'").contains("VC-0001"));
    assert!(!hub.done("find nunez").contains("VC-0001"));
    let bytes = std::fs::read(hub.file()).expect("a file");
    let file = String::from_utf8_lossy(&bytes).to_lowercase();
    for trace in ["o'brien-nunez, zo", "zoe o'brien", "496 0777", "friend of zo"] {
        assert!(!file.contains(trace), "{trace}");
    }
    assert!(hub.done("repair list --format csv").contains("\"(erased) sat on it, call (erased)\""));
    hub.is_sound();
}

#[test]
fn a_namesake_keeps_everything() {
    let hub = family::hub();
    hub.done("person add \"Zoë O'Brien-Núñez\" --role adult --email other.zoe@example.org");
    hub.done("lend FL-0001 --to P6 --on 2026-11-01");
    let before = hub.done("log --person P6 --format csv");
    hub.run_here("privacy erase P1 --yes");
    assert_eq!(hub.done("log --person P6 --format csv"), before);
    assert!(before.contains("Zoë O'Brien-Núñez"), "{before}");
    // What was done to a namesake can still be undone.
    hub.done("return FL-0001");
    hub.done("undo");
    hub.done("person edit P6 --email new.zoe@example.org");
    hub.done("undo");
    assert!(hub.done("person show P6").contains("other.zoe@example.org"));
    hub.is_sound();
}
