//! The hub's file: who makes it, who may read it, and what is said when it cannot be used.

use std::os::unix::fs::PermissionsExt;

use crate::desk::Desk;

fn mode(path: &std::path::Path) -> u32 {
    std::fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

#[test]
fn only_init_makes_a_file_and_never_over_another() {
    let desk = Desk::without_hub();
    for line in ["loan list", "status", "instrument add --type VN", "check", "overdue", "backup @/copy.db"] {
        let outcome = desk.run(line);
        assert_eq!(outcome.exit, 3, "{line}: {}", outcome.stderr);
        assert!(outcome.stderr.contains("there is no file @/hub.db"), "{line}: {}", outcome.stderr);
        assert!(outcome.stderr.contains("ledgerline init"), "{line}: {}", outcome.stderr);
        assert!(!desk.hub().exists(), "{line}");
    }
    desk.done("init --hub 'Test Hub'");
    assert_eq!(mode(&desk.hub()), 0o600);
    let again = desk.run("init");
    assert_eq!(again.exit, 3);
    assert!(again.stderr.contains("@/hub.db already exists"), "{}", again.stderr);
}

#[test]
fn what_is_no_hub_is_refused_and_left_alone() {
    let desk = Desk::without_hub();
    let newer = {
        let other = Desk::new();
        let file = rusqlite(&other.hub(), "UPDATE schema_version SET version = 999");
        std::fs::read(file).expect("a file")
    };
    let cases: [(&str, Vec<u8>, &str); 5] = [
        ("empty", Vec::new(), "is not a ledgerline file"),
        ("text", b"tag,type\nVN-0001,VN\n".repeat(500), "is not a ledgerline file"),
        ("header only", b"SQLite format 3\0".to_vec(), "is not a ledgerline file"),
        ("newer", newer.clone(), "was made by a newer ledgerline"),
        ("truncated", newer[..8192].to_vec(), "damaged"),
    ];
    for (name, bytes, sentence) in cases {
        desk.write("hub.db", &bytes);
        for line in ["status", "instrument add --type VN", "check"] {
            let outcome = desk.run(line);
            assert_eq!(outcome.exit, 3, "{name}, {line}: {}{}", outcome.stdout, outcome.stderr);
            assert!(outcome.stderr.contains(sentence), "{name}, {line}: {}", outcome.stderr);
            assert!(outcome.stderr.contains("hint: "), "{name}, {line}: {}", outcome.stderr);
        }
        assert!(std::fs::read(desk.hub()).expect("a file") == bytes, "{name} was changed");
    }
}

/// Runs SQL on a file with the driver the program uses, as somebody with another tool would.
fn rusqlite(path: &std::path::Path, sql: &str) -> std::path::PathBuf {
    let connection = ::rusqlite::Connection::open(path).expect("a file");
    connection.execute_batch(sql).expect("sound SQL");
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").ok();
    drop(connection);
    path.to_path_buf()
}

#[test]
fn a_busy_file_is_waited_for_and_then_told_of() {
    let desk = Desk::new();
    let other = ::rusqlite::Connection::open(desk.hub()).expect("a file");
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    // Reading goes on beside a writer.
    desk.done("status");
    let outcome = desk.run("instrument add --type VN");
    assert_eq!(outcome.exit, 3, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("another command is writing"), "{}", outcome.stderr);
    other.execute_batch("ROLLBACK").expect("unlocked");
    desk.done("instrument add --type VN");
}

#[test]
fn two_open_loans_are_impossible_even_by_hand() {
    let desk = Desk::new();
    for line in [
        "school add 100001 'St Thomas'",
        "person add 'Luis Ruiz' --role adult",
        "person add 'Ana Ruiz' --role pupil --school 100001 --hirer P1",
        "instrument add --type VN",
        "instrument add --type VN",
        "lend VN-0001 --to 100001",
        "lend VN-0001 --to P2",
    ] {
        desk.done(line);
    }
    let by_hand = ::rusqlite::Connection::open(desk.hub()).expect("a file");
    by_hand.execute_batch("PRAGMA foreign_keys = ON").expect("a pragma");
    let refused = |sql: &str| {
        let outcome = by_hand.execute(sql, []);
        assert!(outcome.is_err(), "passed: {sql}");
    };
    let loan = "INSERT INTO loan (instrument_id, outer_id, scheme, person_id, school_urn, out_on, due_on) VALUES";
    refused(&format!("{loan} (1, NULL, 'school', NULL, 100001, '2026-11-22', '2027-07-31')"));
    refused(&format!("{loan} (1, 1, 'hire', 2, 100001, '2026-11-22', '2027-07-31')"));
    // Of another instrument than the loan it claims to stand in; of nobody; due before it went out; a bad day.
    refused(&format!("{loan} (2, 1, 'hire', 2, 100001, '2026-11-22', '2027-07-31')"));
    refused(&format!("{loan} (2, NULL, 'hire', NULL, NULL, '2026-11-22', '2027-07-31')"));
    refused(&format!("{loan} (2, NULL, 'hire', 2, NULL, '2026-11-22', '2026-11-21')"));
    refused(&format!("{loan} (2, NULL, 'hire', 2, NULL, '22/11/2026', '2027-07-31')"));
    refused("UPDATE loan SET outer_id = NULL WHERE id = 2");
    refused("UPDATE instrument SET tag_key = 'VN-0001' WHERE id = 2");
    refused("UPDATE person SET email = 'ana@example.org' WHERE id = 2");
    refused("DELETE FROM instrument WHERE id = 1");
}

#[test]
fn check_tells_which_record_breaks_which_rule() {
    let desk = Desk::new();
    for line in [
        "school add 100001 'St Thomas'",
        "instrument add --type VN",
        "lend VN-0001 --to 100001 --on 2026-09-01",
        "return VN-0001",
        "lend VN-0001 --to 100001",
    ] {
        desk.done(line);
    }
    desk.done("check");
    let by_hand = ::rusqlite::Connection::open(desk.hub()).expect("a file");
    by_hand
        .execute_batch(
            "PRAGMA foreign_keys = OFF;
             UPDATE loan SET out_on = '2026-10-01' WHERE id = 2;
             UPDATE loan SET due_on = '2027-02-30' WHERE id = 1;
             UPDATE instrument SET missing_on = '2026-11-01';
             UPDATE loan SET scheme = 'gift' WHERE id = 1;",
        )
        .expect("sound SQL");
    let outcome = desk.run("check --format csv");
    assert_eq!(outcome.exit, 1, "{}", outcome.stderr);
    for sign in [
        "L2,\"begins on 2026-10-01, when VN-0001 was out until 2026-11-22\"",
        "holds '2027-02-30', which is no day",
        "VN-0001,is missing and on loan as L2",
        "refers to a scheme",
    ] {
        assert!(outcome.stdout.contains(sign), "{sign} in\n{}", outcome.stdout);
    }
}

#[test]
fn a_backup_is_whole_private_and_never_over_another() {
    let desk = Desk::new();
    desk.done("instrument add --type VN");
    desk.done("backup @/copy.db");
    assert_eq!(mode(&desk.path("copy.db")), 0o600);
    assert_eq!(desk.run("backup @/copy.db").exit, 3);
    assert!(desk.done("instrument list --db @/copy.db --format csv").contains("VN-0001"));
    std::fs::create_dir(desk.path("copies")).expect("a folder");
    desk.write("copies/ledgerline-2020-01-01.db", "not ours");
    for day in ["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-22"] {
        desk.done(&format!("backup @/copies --keep 3 --today {day}"));
    }
    let mut names: Vec<String> = std::fs::read_dir(desk.path("copies"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let expected = [
        "ledgerline-2020-01-01.db",
        "ledgerline-2026-11-21.db",
        "ledgerline-2026-11-22-2.db",
        "ledgerline-2026-11-22.db",
    ];
    assert_eq!(names, expected);
    assert_eq!(desk.run("backup @/nowhere/copy.db").exit, 3);
}

#[test]
fn an_output_appears_whole_or_not_at_all() {
    let desk = Desk::new();
    desk.done("instrument add --type VN");
    desk.done("instrument list --format csv --output @/list.csv");
    assert_eq!(desk.read("list.csv").lines().count(), 2);
    assert_eq!(mode(&desk.path("list.csv")), 0o600);
    for place in ["@/nowhere/list.csv", "@/"] {
        let outcome = desk.run(&format!("instrument list --format csv --output {place}"));
        assert_eq!(outcome.exit, 3, "{place}: {}", outcome.stderr);
        assert_eq!(outcome.stdout, "");
    }
    let refused = desk.run("instrument list --type NOPE --format csv --output @/list.csv");
    assert_eq!(refused.exit, 1);
    assert_eq!(desk.read("list.csv").lines().count(), 2, "the old file stays");
    let marked = desk.done("instrument list --format csv --excel");
    assert!(marked.starts_with("\u{feff}tag,"), "{marked}");
}

#[test]
fn an_empty_list_has_its_header() {
    let desk = Desk::new();
    for line in [
        "instrument list",
        "loan list",
        "overdue",
        "person list",
        "school list",
        "organisation list",
        "term list",
        "find zzzz",
    ] {
        let csv = desk.done(&format!("{line} --format csv"));
        assert_eq!(csv.lines().count(), 1, "{line}: {csv}");
        assert_eq!(desk.done(&format!("{line} --format json")), "[]\n", "{line}");
    }
}

#[test]
fn a_file_that_has_become_readable_by_others_is_closed_again() {
    let desk = Desk::new();
    std::fs::set_permissions(desk.hub(), std::fs::Permissions::from_mode(0o644)).expect("permissions");
    desk.done("status");
    assert_eq!(mode(&desk.hub()), 0o600);
}
