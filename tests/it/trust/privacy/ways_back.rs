//! Whatever could bring a name back is refused: undo, merge, lending, editing, files.

use super::super::{Hub, tried};
use super::family::{self, Office, TRACES};

fn erased() -> Hub {
    let hub = family::hub();
    for person in ["P1", "P2"] {
        let told = hub.run_here(&format!("privacy erase {person} --yes"));
        assert_eq!(told.code, Some(0), "{told:?}");
    }
    hub
}

/// No command so far has brought anything back.
fn nothing_came_back(hub: &Hub, line: &str) {
    let log = hub.done("log --format csv").to_lowercase();
    let people = hub.done("export people").to_lowercase();
    for trace in TRACES {
        assert!(!log.contains(&trace.to_lowercase()) && !people.contains(&trace.to_lowercase()), "{line}: {trace}");
    }
    hub.is_sound();
}

#[test]
fn no_undo_brings_anything_back() {
    let hub = erased();
    let events = hub.done("log --format csv").lines().count() - 1;
    let mut refused = 0;
    for number in (1..=events).rev() {
        let line = format!("undo E{number}");
        let told = hub.run(&line);
        match told.code {
            Some(0) => {
                hub.done("undo");
            }
            Some(1) => {
                assert!(
                    told.stderr.starts_with("error: ")
                        && ["cannot be undone", "is undone already"].iter().any(|why| told.stderr.contains(why)),
                    "{told:?}"
                );
                refused += 1;
            }
            _ => panic!("{line}: {told:?}"),
        }
    }
    assert!(refused > 10, "{refused}");
    nothing_came_back(&hub, "undo");
    assert_eq!(hub.traces(TRACES), Vec::<String>::new());
    let told = hub.run("undo --as nobody");
    assert_eq!(told.code, Some(1), "{told:?}");
    tried(events, "events tried to be undone after erasing, each in turn");
}

#[test]
fn an_erasing_itself_is_not_undone() {
    let hub = erased();
    let told = hub.run("undo");
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.stderr.contains("cannot be undone: what was erased is kept nowhere"), "{told:?}");
}

#[test]
fn nothing_more_is_done_in_their_name() {
    let hub = erased();
    hub.done("instrument add --type VC --tag VC-9");
    let lines = [
        "lend VC-9 --to P1",
        "lend VC-9 --to P2",
        "lend VC-9 --to P3",
        "lend VC-9 --to 'Erased P1'",
        "lend VC-9 --to Erased",
        "lend VC-9 --to P5 --hirer P1",
        "lend VC-9 --new-pupil 'Ada Byron' --school 100001 --hirer P1",
        "person edit P1 --email zoe.obrien@example.org",
        "person edit P2 --year-group 6",
        "person edit P5 --hirer P1",
        "person add 'Ada Byron' --role pupil --hirer P1",
        "person merge P1 P4",
        "person merge P4 P1",
        "person merge P2 P5",
        "request add --type VC --for P2",
        "remission add P1 --year 2026/27 --percent 50 --band FSM --seen-on 2026-09-01",
        "charge add L1 --for damage 5 --note 'Zoë again'",
        "charge add L3 --for damage 5",
        "remind hold L1 --until +14d --reason 'in hospital'",
    ];
    for line in lines {
        let told = hub.run(line);
        assert_eq!(told.code, Some(1), "{line}: {told:?}");
        assert!(told.stderr.starts_with("error: ") && told.stderr.contains("hint: "), "{line}: {told:?}");
    }
    nothing_came_back(&hub, "the desk");
    assert!(hub.done("person list --format csv").contains("P1,Erased P1,adult"));
    let shown = hub.done("person show P3 --format csv");
    assert!(shown.contains("Erased P1") && shown.contains("2026-11-22"), "{shown}");
    tried(lines.len(), "commands refused for people who were erased");
}

#[test]
fn no_file_brings_anything_back() {
    let hub = family::hub();
    let kinds = ["people", "loans", "charges", "requests", "messages", "remissions"];
    for kind in kinds {
        hub.done(&format!("export {kind} --output {kind}.csv"));
    }
    for person in ["P1", "P2"] {
        hub.run_here(&format!("privacy erase {person} --yes"));
    }
    let mut tries = 0;
    for kind in kinds {
        for how in ["--commit", "--update --commit", "--update", "--update --commit --skip-rejects"] {
            let line = format!("import {kind} {kind}.csv {how}");
            let told = hub.run(&line);
            // A file that would change nothing, or may not, is no way back.
            assert!(matches!(told.code, Some(0 | 1 | 4)), "{line}: {told:?}");
            tries += 1;
        }
        nothing_came_back(&hub, kind);
    }
    for kind in kinds {
        let now = hub.done(&format!("export {kind}")).to_lowercase();
        for trace in TRACES {
            assert!(!now.contains(&trace.to_lowercase()), "{trace} in {kind}");
        }
    }
    let told = hub.run("import people people.csv --update --commit");
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.stderr.contains("P1 was erased on 22 Nov 2026, and nothing of theirs is brought back"), "{told:?}");
    let told = hub.run("import loans loans.csv --update --commit");
    assert_eq!(told.code, Some(1), "{told:?}");
    // Nobody is erased by a file, which would leave what the journal tells.
    hub.write("erased.csv", "person,name,role,erased_on\nP4,Erased P4,adult,2026-11-22\n");
    let told = hub.run("import people erased.csv --update --commit");
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.stderr.contains("ledgerline privacy erase P4"), "{told:?}");
    for (row, fault) in [
        ("P50,Ada Byron,adult,,,2026-11-22", "is called 'Erased P50'"),
        (",Erased P50,adult,,,2026-11-22", "has nothing but a reference"),
        ("P50,Erased P50,adult,,a@example.org,2026-11-22", "has no hirer and no contact"),
        ("P50,Erased P50,adult,,,2026-11-23", "has not come yet"),
        ("P50,Ada Byron,pupil,P1,,", "signs for nobody"),
    ] {
        hub.write("odd.csv", &format!("person,name,role,hirer,email,erased_on\n{row}\n"));
        let told = hub.run("import people odd.csv --commit");
        assert_eq!(told.code, Some(1), "{row}: {told:?}");
        assert!(told.stderr.contains(fault), "{row}: {told:?}");
        tries += 1;
    }
    tried(tries, "files that would bring erased people back");
}

#[test]
fn a_hub_that_moves_takes_them_along_as_they_are() {
    let hub = erased();
    hub.done("export all --output moved");
    let other = Hub::new();
    let from = hub.folder().join("moved");
    other.done(&format!("import all '{}' --commit", from.display()));
    for kind in ["people", "loans", "charges", "requests", "messages", "remissions"] {
        assert_eq!(other.done(&format!("export {kind}")), hub.done(&format!("export {kind}")), "{kind}");
    }
    other.is_sound();
    let told = other.run(&format!("import people '{}' --update --commit", from.join("people.csv").display()));
    assert_eq!(told.code, Some(0), "{told:?}");
    let told = other.run("lend VN-0001 --to P1");
    assert!(told.stderr.contains("P1 was erased on 22 Nov 2026"), "{told:?}");
}

#[test]
fn a_file_that_was_edited_by_hand_is_found_out() {
    let hub = erased();
    for (sql, record) in [
        ("UPDATE person SET name = 'Zoë' WHERE id = 1", "P1"),
        ("UPDATE person SET hirer_id = 1 WHERE id = 5", "P5"),
        ("UPDATE loan SET note = 'Zoë' WHERE id = 1", "L1"),
        ("UPDATE loan SET returned_on = NULL WHERE id = 3", "L3"),
        ("UPDATE request SET cancelled_on = NULL WHERE id = 1", "R1"),
        ("UPDATE message SET address = 'zoe@example.org' WHERE id = 1", "M1"),
        ("UPDATE charge SET paid_on = NULL, waived_on = NULL WHERE id = 1", "C1"),
        ("UPDATE person SET erased_on = '2026-11-23' WHERE id = 1", "P1"),
    ] {
        let copy = hub.folder().join("by-hand.db");
        std::fs::copy(hub.file(), &copy).expect("copied");
        let by_hand = rusqlite::Connection::open(&copy).expect("a file");
        by_hand.execute_batch(sql).expect("sound SQL");
        drop(by_hand);
        let told = hub.run("check --db by-hand.db --format csv");
        assert_eq!(told.code, Some(1), "{sql}: {told:?}");
        assert!(told.stdout.contains(&format!(",{record},")), "{sql}: {told:?}");
    }
    hub.is_sound();
}
