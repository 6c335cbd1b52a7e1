//! Files of an older schema: upgraded whole, after a copy, or left as they were.

use std::path::Path;

use crate::desk::Desk;

const VERSION_1: &str = include_str!("old/version-1.sql");

/// A file of the first schema with a class of two instruments on loan, and one loan ended.
fn older_hub(extra: &str) -> Desk {
    let desk = Desk::without_hub();
    let file = rusqlite::Connection::open(desk.hub()).expect("a file");
    file.execute_batch("PRAGMA application_id = 1281648460; PRAGMA journal_mode = WAL;").expect("sound SQL");
    file.execute_batch(VERSION_1).expect("the first schema");
    file.execute_batch(
        "INSERT INTO schema_version VALUES (1);
         INSERT INTO numbering VALUES ('event', 4), ('loan', 3), ('tag UKE', 2);
         INSERT INTO scheme VALUES ('hire', 'year'), ('school', 'year'), ('class-set', 'year'), ('free', 'year'), ('hub', 'year');
         INSERT INTO type VALUES ('UKE', 'ukulele', 'ukulele', 'guitar', 96);
         INSERT INTO school (urn, name, name_key, status) VALUES (100001, 'St Thomas'' Primary', 'st thomas primary', 'open');
         INSERT INTO instrument (tag, tag_key, type, adapted, condition, source, search_key) VALUES
             ('UKE-0001', 'UKE-0001', 'UKE', 0, 'good', 'unknown', 'uke-0001 uke ukulele'),
             ('UKE-0002', 'UKE-0002', 'UKE', 0, 'good', 'unknown', 'uke-0002 uke ukulele');
         INSERT INTO loan (id, instrument_id, scheme, school_urn, pupils, year_group, out_on, due_on, returned_on) VALUES
             (1, 1, 'school', 100001, NULL, NULL, '2025-09-10', '2026-07-17', '2026-07-10'),
             (2, 1, 'class-set', 100001, 28, '4', '2026-09-10', '2027-07-21', NULL),
             (3, 2, 'class-set', 100001, 28, '4', '2026-09-10', '2027-07-21', NULL);
         INSERT INTO event VALUES (4, '2026-09-10T09:00:00+01:00', '2026-09-10', 'sam', 'lend', '2 instruments');
         INSERT INTO event_text VALUES (4, 'Lent UKE-0001, UKE-0002 to St Thomas'' Primary, due 21 Jul 2027');
         INSERT INTO event_subject VALUES (4, 'loan', 2, 2), (4, 'loan', 3, 3), (4, 'instrument', 1, 1), (4, 'instrument', 2, 2);",
    )
    .expect("sound SQL");
    file.execute_batch(extra).expect("sound SQL");
    desk
}

/// Every table's columns and every index's, however the file came to have them.
fn layout(path: &Path) -> Vec<String> {
    let file = rusqlite::Connection::open(path).expect("a file");
    let sql = "SELECT 'column ' || t.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\"
               FROM sqlite_schema t, pragma_table_xinfo(t.name) c WHERE t.type = 'table'
               UNION ALL
               SELECT 'index ' || i.name || ' ' || coalesce(c.name, '') FROM sqlite_schema i, pragma_index_info(i.name) c WHERE i.type = 'index'
               ORDER BY 1";
    let mut all = file.prepare(sql).expect("sound SQL");
    all.query_map([], |row| row.get(0)).expect("rows").map(|line| line.expect("a line")).collect()
}

#[test]
fn an_older_file_is_upgraded_and_kept_as_it_was() {
    let desk = older_hub("");
    let first = desk.run("loan list --format csv");
    assert_eq!(first.exit, 0, "{}", first.stderr);
    assert_eq!(
        first.stderr,
        "The file was made by an older ledgerline and is upgraded; it is kept as it was in @/hub.db.version-1.\n"
    );
    assert_eq!(first.stdout.lines().count(), 4, "{}", first.stdout);
    assert_eq!(layout(&desk.hub()), layout(&Desk::new().hub()));

    let kept = rusqlite::Connection::open(desk.path("hub.db.version-1")).expect("the copy");
    let version: i64 = kept.query_row("SELECT version FROM schema_version", [], |row| row.get(0)).expect("a version");
    let loans: i64 = kept.query_row("SELECT count(*) FROM loan", [], |row| row.get(0)).expect("a count");
    assert_eq!((version, loans), (1, 3));

    // One class of 28, though each of its loans says so.
    let file = rusqlite::Connection::open(desk.hub()).expect("a file");
    let classes: i64 = file
        .query_row("SELECT count(DISTINCT coalesce(batch_id, id)) FROM loan WHERE pupils IS NOT NULL", [], |row| {
            row.get(0)
        })
        .expect("a count");
    assert_eq!(classes, 1);
    drop(file);

    assert_eq!(desk.run("return UKE-0001").stderr, "Took back UKE-0001 from St Thomas' Primary.\n");
    desk.done("undo");
    assert_eq!(
        desk.refused("undo E4"),
        "error: E4 (lend) cannot be undone: what it changed is not kept\nhint: put it right by hand: 'loan correct', 'loan void' or the noun's own 'edit'\n"
    );
    desk.done("check");
    assert!(!desk.path("hub.db.version-1-2").exists(), "upgraded twice");
}

#[test]
fn a_file_that_cannot_be_upgraded_stays_as_it_was() {
    // Something else has a table where one of ours would go.
    let desk = older_hub("CREATE TABLE repair (mine TEXT);");
    let before = layout(&desk.hub());
    for line in ["status", "return UKE-0001"] {
        assert_ne!(desk.run(line).exit, 0, "{line}");
        assert_eq!(layout(&desk.hub()), before, "{line}");
        assert!(!desk.path("hub.db.version-1").exists(), "{line}: a copy of what is still there");
    }
}

#[test]
fn several_at_once_upgrade_an_older_file_once() {
    let desk = older_hub("");
    let path = desk.hub();
    let opened: Vec<_> = std::thread::scope(|scope| {
        let open = || ledgerline::store::open(&path).map(|opened| opened.kept);
        let running: Vec<_> = (0..6).map(|_| scope.spawn(open)).collect();
        running.into_iter().map(|thread| thread.join().expect("a thread").expect("opened")).collect()
    });
    assert_eq!(opened.iter().flatten().count(), 1, "{opened:?}");
    let copies = std::fs::read_dir(desk.path("")).expect("the folder");
    let copies = copies
        .filter(|entry| entry.as_ref().is_ok_and(|entry| entry.file_name().to_string_lossy().contains("version")));
    assert_eq!(copies.count(), 1);
    desk.done("check");
}
