//! Every column in turn holds what it cannot: nothing is brought down by it, and `check` sees it wherever a rule can.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::civil::date;

use super::super::tools::{self, Rows};
use super::super::tried;
use super::Damaged;

/// What people write freely, and what no other word on record follows from: a letter more in it can be anybody's.
const FREE: &[&str] = &[
    "arming.machine",
    "arming.place",
    "backup.name",
    "category.name",
    "event.command",
    "event.subject",
    "event.who",
    "event_text.summary",
    "message.address",
    "message.answer",
    "setting.value",
    "sharing.group",
    "type_size.size",
];

/// What reads most of the file, and what adds it up.
const ASKED: [&str; 2] = ["export all --output @/exported", "report spend"];

#[test]
fn a_column_that_holds_what_it_cannot_is_seen_or_free_and_brings_nothing_down() {
    let whole = Damaged::whole();
    let (mut tries, mut unseen) = (0, BTreeSet::new());
    for rows in whole.records.iter() {
        for (column, name) in rows.columns.iter().enumerate() {
            let is_text = rows.rows.iter().any(|row| row[column].starts_with('\''));
            // One letter more; as a number, more than can be added up.
            let value = if is_text { format!("\"{name}\" || 'x'") } else { "9000000000000000000".to_string() };
            tries += usize::from(try_one(&whole, rows, name, &value, is_text, &mut unseen));
        }
    }
    let free: BTreeSet<String> = FREE.iter().map(|name| (*name).to_string()).collect();
    assert_eq!(unseen, free, "columns in which check sees nothing wrong, and those in which it need not");
    tried(tries, &format!("columns that hold what they cannot, {} of them free text", free.len()));
}

/// Whether the engine lets the column be so at all.
fn try_one(
    whole: &Damaged,
    rows: &Rows,
    name: &str,
    value: &str,
    is_text: bool,
    unseen: &mut BTreeSet<String>,
) -> bool {
    let hub = whole.settled().write();
    let open = rusqlite::Connection::open(hub.file()).expect("a file");
    open.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF;")
        .expect("pragmas");
    let table = &rows.table;
    let sql = format!(
        "UPDATE \"{table}\" SET \"{name}\" = {value} WHERE rowid = (SELECT min(rowid) FROM \"{table}\" WHERE \"{name}\" IS NOT NULL)"
    );
    if open.execute(&sql, []).is_err() {
        return false;
    }
    drop(open);
    let place = format!("{table}.{name}");
    let run = |line: &str| {
        let ask = || tools::run_on(&hub, date(2026, 11, 22), "2026-11-22T09:00:00+00:00".to_string(), line);
        let told = catch_unwind(AssertUnwindSafe(ask)).unwrap_or_else(|_| panic!("{place}: {line} panicked"));
        assert!(matches!(told.code, Some(0 | 1 | 3)), "{place}, {line}: {told:?}");
        assert!(told.code != Some(3) || told.stderr.contains("hint: "), "{place}, {line}: {told:?}");
        told
    };
    let check = run("check --format csv");
    if check.code == Some(0) && is_text {
        unseen.insert(place.clone());
    }
    ASKED.iter().for_each(|line| drop(run(line)));
    drop(fs::remove_dir_all(hub.folder().join("exported")));
    true
}
