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
         INSERT INTO school (urn, name, name_key, status) VALUES (100001, 'St Thomas'' Primary', 'st thomas'' primary', 'open');
         INSERT INTO instrument (tag, tag_key, type, adapted, condition, source, search_key) VALUES
             ('UKE-0001', 'UKE-0001', 'UKE', 0, 'good', 'unknown', 'uke-0001 uke ukulele'),
             ('UKE-0002', 'UKE-0002', 'UKE', 0, 'good', 'unknown', 'uke-0002 uke ukulele');
         INSERT INTO loan (id, instrument_id, scheme, school_urn, pupils, year_group, out_on, due_on, returned_on) VALUES
             (1, 1, 'school', 100001, NULL, NULL, '2025-09-10', '2026-07-17', '2026-07-10'),
             (2, 1, 'class-set', 100001, 28, '4', '2026-09-10', '2027-07-21', NULL),
             (3, 2, 'class-set', 100001, 28, '4', '2026-09-10', '2027-07-21', NULL);
         INSERT INTO event VALUES (1, '2025-09-01T09:00:00+01:00', '2025-09-01', 'sam', 'init', 'file'),
                                  (2, '2025-09-10T09:00:00+01:00', '2025-09-10', 'sam', 'lend', 'UKE-0001'),
                                  (3, '2026-07-10T09:00:00+01:00', '2026-07-10', 'sam', 'return', 'UKE-0001');
         INSERT INTO event_text VALUES (1, 'Made the file'), (2, 'Lent UKE-0001 to St Thomas'' Primary'), (3, 'Took back UKE-0001');
         INSERT INTO event_subject VALUES (2, 'loan', 1, 1), (2, 'instrument', 1, 1), (3, 'loan', 1, 1), (3, 'instrument', 1, 1);
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

const VERSION_2: &str = include_str!("old/version-2.sql");

/// A file of the second schema: a purchase, billed, for a reason against the rules or for none, with its event's changes kept;
/// and a plan.
fn second_hub(reason: Option<&str>) -> Desk {
    let desk = Desk::without_hub();
    let file = rusqlite::Connection::open(desk.hub()).expect("a file");
    file.execute_batch("PRAGMA application_id = 1281648460; PRAGMA journal_mode = WAL;").expect("sound SQL");
    file.execute_batch(VERSION_2).expect("the second schema");
    let (text, json) = match reason {
        Some(reason) => (format!("'{reason}'"), format!("\"{reason}\"")),
        None => ("NULL".to_string(), "null".to_string()),
    };
    let records = r#"INSERT INTO schema_version VALUES (2);
         INSERT INTO numbering VALUES ('event', 1), ('order', 1);
         INSERT INTO scheme (code, length) VALUES ('hire', 'year'), ('school', 'year'), ('class-set', 'year'), ('free', 'year'), ('hub', 'year');
         INSERT INTO category VALUES ('WCET', 'Whole class', NULL);
         INSERT INTO supplier VALUES (1, 'Normans', 'normans', NULL);
         INSERT INTO fund VALUES ('CIP', 'Capital Grant for Musical Instruments', 'capital', 100000, '2024-09-01', '2026-08-31');
         INSERT INTO plan VALUES (1, 'CIP', 'WCET', NULL, NULL, 50000);
         INSERT INTO purchase VALUES (1, 1, '2026-02-01', NULL, NULL);
         INSERT INTO purchase_line (id, purchase_id, line, fund, category, description, nature, adapted, qty, net_pence, vat_pence, vat_rate, vat_recoverable, override_reason)
             VALUES (1, 1, 1, 'CIP', 'WCET', 'Servicing', 'service', 0, 2, 10000, 2000, 20, 1, REASON_TEXT);
         INSERT INTO invoice VALUES (1, 1, 'N1', 'n1', '2026-02-03', NULL);
         INSERT INTO invoice_line VALUES (7, 1, 1, 2, 10000, 2000);
         INSERT INTO event VALUES (1, '2026-02-03T09:00:00+00:00', '2026-02-03', 'sam', 'purchase add', 'O1/1', NULL);
         INSERT INTO event_text VALUES (1, 'Bought 2 × Servicing (O1/1) for £100.00');
         INSERT INTO event_subject VALUES (1, 'order', 1, 1);
         INSERT INTO change VALUES
             (1, 1, 'purchase', '1', NULL, '[{"id":1,"supplier_id":1,"ordered_on":"2026-02-01","reference":null,"off_framework_reason":null}]'),
             (1, 2, 'purchase_line', '1', NULL, '[{"id":1,"purchase_id":1,"line":1,"fund":"CIP","category":"WCET","description":"Servicing","nature":"service","type":null,"size":null,"kind":null,"group":null,"adapted":0,"area":null,"qty":2,"net_pence":10000,"vat_pence":2000,"vat_rate":20,"vat_recoverable":1,"override_reason":REASON_JSON,"import_key":null}]'),
             (1, 3, 'invoice', '1', NULL, '[{"id":1,"supplier_id":1,"number":"N1","number_key":"n1","invoiced_on":"2026-02-03","paid_on":null}]'),
             (1, 4, 'invoice_line', '7', NULL, '[{"id":7,"invoice_id":1,"line_id":1,"qty":2,"net_pence":10000,"vat_pence":2000}]');"#;
    file.execute_batch(&records.replace("REASON_TEXT", &text).replace("REASON_JSON", &json)).expect("sound SQL");
    desk
}

#[test]
fn the_money_of_an_older_file_is_kept_to_the_penny() {
    let desk = second_hub(Some("Agreed with the funder"));
    let spend = desk.run("report spend --format csv");
    assert_eq!(spend.exit, 0, "{}", spend.stderr);
    assert_eq!(spend.stdout.lines().nth(1), Some("CIP,WCET,Whole class,500.00,0.00,0.00,100.00,0.00,400.00,1,0"));
    assert_eq!(layout(&desk.hub()), layout(&Desk::new().hub()));
    assert!(desk.run("purchase show O1").stderr.contains("Agreed with the funder"), "the reason is kept");
    assert!(desk.done("export purchases").contains("Agreed with the funder"), "and exported");
    assert!(desk.done("report spend --as-at 2025-01-01 --format csv").contains("CIP,WCET,Whole class,500.00,0.00"));
    desk.done("check");
}

#[test]
fn what_was_done_in_an_older_file_can_be_undone() {
    let desk = second_hub(None);
    let spend = || desk.run("report spend --format csv").stdout;
    let before = spend();
    desk.done("undo E1");
    assert!(spend().contains("CIP,WCET,Whole class,500.00,0.00,0.00,0.00,0.00,500.00,0,0"), "{}", spend());
    desk.done("undo");
    assert_eq!(spend(), before);
    desk.done("check");
}

const VERSION_3: &str = include_str!("old/version-3.sql");

/// A file of the third schema with two loans that are late: one for years, one for a fortnight.
fn third_hub() -> Desk {
    let desk = Desk::without_hub();
    let file = rusqlite::Connection::open(desk.hub()).expect("a file");
    file.execute_batch("PRAGMA application_id = 1281648460; PRAGMA journal_mode = WAL;").expect("sound SQL");
    file.execute_batch(VERSION_3).expect("the third schema");
    file.execute_batch(
        "INSERT INTO schema_version VALUES (3);
         INSERT INTO numbering VALUES ('event', 2), ('loan', 2), ('person', 2), ('tag VN', 2);
         INSERT INTO scheme (code, length) VALUES ('hire', 'year'), ('school', 'year'), ('class-set', 'year'), ('free', 'year'), ('hub', 'year');
         INSERT INTO type VALUES ('VN', 'violin', 'violin', 'strings', 96);
         INSERT INTO person (id, name, name_key, role, email) VALUES
             (1, 'Luis Ruiz', 'luis ruiz', 'adult', 'luis@example.org'), (2, 'May Lee', 'may lee', 'adult', 'may@example.org');
         INSERT INTO instrument (tag, tag_key, type, adapted, condition, source, search_key) VALUES
             ('VN-0001', 'VN-0001', 'VN', 0, 'good', 'unknown', 'vn-0001 vn violin'),
             ('VN-0002', 'VN-0002', 'VN', 0, 'good', 'unknown', 'vn-0002 vn violin');
         INSERT INTO loan (id, instrument_id, scheme, person_id, out_on, due_on) VALUES
             (1, 1, 'hire', 1, '2021-09-10', '2022-07-15'), (2, 2, 'hire', 2, '2026-09-10', '2026-11-08');
         INSERT INTO event VALUES (1, '2021-09-10T09:00:00+01:00', '2021-09-10', 'sam', 'lend', 'VN-0001', NULL),
                                  (2, '2026-09-10T09:00:00+01:00', '2026-09-10', 'sam', 'lend', 'VN-0002', NULL);
         INSERT INTO event_text VALUES (1, 'Lent VN-0001 to Luis Ruiz, due 15 Jul 2022'), (2, 'Lent VN-0002 to May Lee, due 8 Nov 2026');
         INSERT INTO event_subject VALUES (1, 'loan', 1, 1), (1, 'instrument', 1, 1), (2, 'loan', 2, 2), (2, 'instrument', 2, 2),
                                          (1, 'person', 1, 1), (2, 'person', 2, 2);",
    )
    .expect("sound SQL");
    desk
}

#[test]
fn an_older_file_keeps_its_records_and_writes_to_nobody() {
    let desk = third_hub();
    let due = desk.run("remind --format csv");
    assert_eq!(due.exit, 0, "{}", due.stderr);
    assert!(due.stderr.starts_with("The file was made by an older ledgerline and is upgraded;"), "{}", due.stderr);
    assert_eq!(layout(&desk.hub()), layout(&Desk::new().hub()));
    // The one that is years late is not written about; the other would be, if reminders were armed.
    assert_eq!(due.stdout.lines().count(), 2, "{}", due.stdout);
    assert!(due.stdout.contains(",L2,VN-0002,"), "{}", due.stdout);
    assert!(due.stderr.contains("Late by over 120 days, and so not written about: 1."), "{}", due.stderr);
    assert!(
        due.stderr.contains("Nothing is sent until 'ledgerline remind arm': reminders are not armed for this file."),
        "{}",
        due.stderr
    );

    let db = ledgerline::store::open(&desk.hub()).expect("a file").db;
    let arming = db.read(ledgerline::store::reminder::arming).expect("read");
    assert_eq!(arming, None);
    drop(db);
    assert!(desk.refused("remind --send").contains("reminders are not armed"));
    assert_eq!(desk.done("overdue --format csv").lines().count(), 3, "both are late");
    assert_eq!(desk.done("log --format csv").lines().count(), 3);
    assert!(desk.done("status").contains("reminders_last_ran_on  not armed"));
    desk.done("return VN-0001");
    desk.done("check");
}

const VERSION_4: &str = include_str!("old/version-4.sql");
const VERSION_5: &str = include_str!("old/version-5.sql");

/// Every table's rows, each as one text, in order.
fn contents(path: &Path) -> Vec<String> {
    let file = rusqlite::Connection::open(path).expect("a file");
    let names = "SELECT t.name, group_concat('quote(\"' || c.name || '\")', ' || '','' || ') FROM sqlite_schema t, pragma_table_xinfo(t.name) c
                 WHERE t.type = 'table' AND t.name <> 'schema_version' GROUP BY 1 ORDER BY 1";
    let mut tables = file.prepare(names).expect("sound SQL");
    let tables: Vec<(String, String)> = tables
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("rows")
        .map(|row| row.expect("a row"))
        .collect();
    let rows_of = |(table, columns): &(String, String)| {
        let mut rows =
            file.prepare(&format!("SELECT '{table}: ' || {columns} FROM {table} ORDER BY 1")).expect("sound SQL");
        rows.query_map([], |row| row.get(0)).expect("rows").map(|row| row.expect("a row")).collect::<Vec<String>>()
    };
    tables.iter().flat_map(rows_of).collect()
}

/// The sample hub as a file of an older schema, and what it holds.
fn sample_of(version: i64, schema: &str) -> (Desk, Vec<String>) {
    let desk = Desk::without_hub();
    desk.done("init --sample");
    let before = contents(&desk.hub());
    let (new, old) = (desk.path("new.db"), desk.hub());
    rusqlite::Connection::open(&old)
        .and_then(|file| file.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)"))
        .expect("settled");
    std::fs::rename(&old, &new).expect("put aside");
    let file = rusqlite::Connection::open(&old).expect("a file");
    file.execute_batch("PRAGMA application_id = 1281648460; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = OFF;")
        .expect("sound SQL");
    file.execute_batch(schema).expect("the older schema");
    file.execute("ATTACH ?1 AS new", [new.to_str().expect("a path")]).expect("attached");
    let columns =
        "SELECT t.name, group_concat('\"' || c.name || '\"') FROM main.sqlite_schema t, pragma_table_info(t.name, 'main') c
                   WHERE t.type = 'table' GROUP BY 1";
    let mut tables = file.prepare(columns).expect("sound SQL");
    let tables: Vec<(String, String)> = tables
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("rows")
        .map(|row| row.expect("a row"))
        .collect();
    for (table, columns) in tables {
        file.execute_batch(&format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}"))
            .expect("copied");
    }
    file.execute_batch(&format!("UPDATE main.schema_version SET version = {version}; DETACH new")).expect("sound SQL");
    (desk, before)
}

#[test]
fn tables_that_others_refer_to_are_made_anew_with_all_they_hold() {
    let (desk, before) = sample_of(4, VERSION_4);
    for table in ["person", "purchase_line", "instrument", "loan"] {
        assert!(before.iter().any(|row| row.starts_with(&format!("{table}: "))), "the sample has no {table}");
    }
    let opened = desk.run("status");
    assert_eq!(opened.exit, 0, "{}", opened.stderr);
    assert!(opened.stderr.contains("hub.db.version-4"), "{}", opened.stderr);
    assert_eq!(contents(&desk.hub()), before);
    assert_eq!(layout(&desk.hub()), layout(&Desk::new().hub()));

    // The references of other tables lead to the tables made anew, and hold; so do the lists of words.
    let file = rusqlite::Connection::open(desk.hub()).expect("a file");
    let leads: i64 = file
        .query_row("SELECT count(*) FROM sqlite_schema WHERE instr(sql, '_before') > 0", [], |row| row.get(0))
        .expect("a count");
    assert_eq!(leads, 0, "something still leads to a table that is gone");
    file.execute_batch("PRAGMA foreign_keys = ON").expect("sound SQL");
    for refused in [
        "DELETE FROM instrument WHERE id IN (SELECT instrument_id FROM loan)",
        "UPDATE loan SET outer_id = 999999 WHERE person_id IS NOT NULL",
        "UPDATE person SET role = 'ghost'",
        "UPDATE instrument SET condition = 'lost'",
        "UPDATE purchase_line SET nature = 'gift'",
    ] {
        assert!(file.execute_batch(refused).is_err(), "{refused}");
    }
    drop(file);
    desk.done("check");
    desk.done("person add 'New Person' --role adult");
    desk.done("undo");
    desk.done("check");
}

#[test]
fn a_file_of_the_fifth_schema_keeps_every_record() {
    let (desk, before) = sample_of(5, VERSION_5);
    let opened = desk.run("status");
    assert_eq!(opened.exit, 0, "{}", opened.stderr);
    assert!(opened.stderr.contains("hub.db.version-5"), "{}", opened.stderr);
    assert_eq!(contents(&desk.hub()), before);
    assert_eq!(layout(&desk.hub()), layout(&Desk::new().hub()));
    desk.done("check");
}
