//! What is refused, and asked, in words that lead on.

use crate::desk::Desk;

use super::Hub;

/// P1 is an adult and P2 a pupil, and there are two violins.
fn hub() -> Hub {
    let hub = Hub::new();
    for line in [
        r#"person add "Luis Ruiz" --role adult --email luis@example.org"#,
        r#"person add "Ana Ruiz" --role pupil --hirer P1"#,
        "instrument add --type VN",
        "instrument add --type VN",
    ] {
        hub.done(line);
    }
    hub
}

#[test]
fn whoever_had_something_unsigned_becomes_no_pupil() {
    let hub = hub();
    hub.done(r#"person add "Eva Hart" --role adult"#);
    hub.done("lend VN-0001 --to P3");
    for step in ["", "return VN-0001"] {
        if !step.is_empty() {
            hub.done(step);
        }
        let told = hub.run("person edit P3 --role pupil");
        assert_eq!(told.code, Some(1), "{told:?}");
        assert!(told.stderr.contains("P3 has had L1 in their own name"), "{told:?}");
        assert!(told.stderr.contains("hint: give the pupil a record of their own"), "{told:?}");
        std::fs::write(hub.folder().join("people.csv"), "person,name,role\nP3,Eva Hart,pupil\n").expect("written");
        let told = hub.run("import people people.csv --update --commit");
        assert!(told.stderr.contains("P3 differs from what is on record in role; left as it is"), "{told:?}");
        assert!(hub.done("person show P3").contains("adult"));
        hub.is_sound();
    }
    // A loan that never was stands in nobody's way.
    hub.done("loan void L1 --reason 'never left'");
    hub.done("person edit P3 --role pupil");
    hub.is_sound();
}

#[test]
fn a_check_without_faults_is_an_empty_list() {
    let hub = hub();
    assert_eq!(hub.done("check"), "");
    assert_eq!(hub.done("check --format csv"), "rule,record,fault\n");
    assert_eq!(hub.done("check --format json").split_whitespace().collect::<String>(), "[]");
    let late = hub.folder().join("faults.csv");
    std::fs::write(&late, "of last week").expect("written");
    hub.done("check --format csv --output faults.csv");
    assert_eq!(std::fs::read_to_string(&late).expect("a list"), "rule,record,fault\n");
}

#[test]
fn a_check_of_damaged_pages_leads_to_a_backup() {
    let hub = hub();
    hub.done("backup copy.db");
    let whole = std::fs::read(hub.folder().join("copy.db")).expect("a file");
    let mut of_schema = whole.clone();
    // The text of the schema stands at the end of the first page and on those that it needs beside.
    for (at, byte) in of_schema.iter_mut().enumerate() {
        if (100..4096).contains(&at) {
            *byte = 0x5a;
        }
    }
    for bytes in [of_schema, whole[..whole.len() / 3].to_vec()] {
        for beside in ["hub.db-wal", "hub.db-shm"] {
            let _ = std::fs::remove_file(hub.folder().join(beside));
        }
        std::fs::write(hub.file(), bytes).expect("written");
        let told = hub.run("check");
        assert!(matches!(told.code, Some(1 | 3)), "{told:?}");
        assert!(!told.stderr.contains("run 'ledgerline check'"), "{told:?}");
        if told.code == Some(3) {
            assert!(told.stderr.contains("hint: ") && told.stderr.contains("ledgerline restore FILE"), "{told:?}");
        }
        hub.done("restore copy.db");
        hub.is_sound();
    }
}

#[test]
fn a_folder_that_is_not_there_is_told_by_its_name() {
    let hub = hub();
    for line in ["backup nodir/x.db", "export people --output nodir/x.csv", "overdue --output nodir/x.csv"] {
        let told = hub.run(line);
        assert_eq!(told.code, Some(3), "{line}: {told:?}");
        assert!(told.stderr.contains("there is no folder nodir\n"), "{line}: {told:?}");
        assert!(told.stderr.contains("hint: make it first"), "{line}: {told:?}");
        assert!(!told.stderr.contains("os error") && !told.stderr.contains(".ledgerline-"), "{line}: {told:?}");
    }
}

#[test]
fn what_begins_with_one_says_so() {
    let hub = hub();
    for line in ["backup . --keep 0", "log --last 0", "log --last many"] {
        let told = hub.run(line);
        assert_eq!(told.code, Some(2), "{line}: {told:?}");
        assert!(told.stderr.contains("is not a whole number from 1\n"), "{line}: {told:?}");
    }
}

#[test]
fn a_question_is_broken_between_words() {
    let mut desk = Desk::new();
    desk.done(r#"person add "Wilhelmina Featherstonehaugh-Cholmondeley" --role adult"#);
    desk.terminal.stdin = true;
    for (width, longest) in [(Some(80), 79), (Some(40), 39), (None, 72)] {
        desk.terminal.width = width;
        let asked = desk.run_with("privacy erase P1", "n\n").stderr;
        let question = asked.split("error: ").next().expect("a question");
        assert!(question.lines().all(|line| line.chars().count() <= longest), "{question}");
        let one_line = question.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(one_line.ends_with("nothing brings it back. Erase it? [y/N]"), "{question}");
    }
}

#[test]
fn whoever_was_erased_since_a_backup_is_erased_again_with_it() {
    let hub = hub();
    hub.done(r#"person add "Anna Ruiz" --role pupil"#);
    hub.done(r#"person add "Jonathan Oduya" --role adult"#);
    hub.done("lend VN-0002 --to P4");
    hub.done("backup copy.db");
    hub.done("return VN-0002");
    // P3 was found to be P2 before P2 was erased: in the backup they are two.
    hub.done("person merge P3 P2");
    for person in ["P1", "P2", "P4"] {
        hub.done(&format!("privacy erase {person} --yes"));
    }
    let told = hub.run("restore copy.db");
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(told.stderr.contains("erased again with it: P1, P2, P3."), "{told:?}");
    assert!(
        told.stderr.contains("P4 was erased since that backup, and is back: P4 still has VN-0002 (L1)"),
        "{told:?}"
    );
    assert!(told.stderr.contains("ledgerline privacy erase P4"), "{told:?}");
    hub.is_sound();
    let people = hub.done("person list --format csv") + &hub.done("log --format csv");
    for name in ["Luis", "luis@example.org", "Ana Ruiz", "Anna Ruiz"] {
        assert!(!people.contains(name), "{name} in {people}");
        let bytes = std::fs::read(hub.file()).expect("a file");
        assert!(!bytes.windows(name.len()).any(|part| part == name.as_bytes()), "{name} in the file");
    }
    assert!(people.contains("Jonathan Oduya") && people.contains("Erased again what was held about P1"), "{people}");
    hub.done("return VN-0002");
    hub.done("privacy erase P4 --yes");
    hub.is_sound();
}
