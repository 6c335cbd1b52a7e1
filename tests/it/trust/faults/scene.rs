//! A folder that is put back as it was between two tries, and what is compared before and after.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::super::Hub;

/// All that is in a folder, by path: bytes, or none for a folder.
pub type Tree = BTreeMap<PathBuf, Option<Vec<u8>>>;

/// Reads a folder with all that is below it, less links, pipes and devices.
pub fn read(folder: &Path) -> Tree {
    let mut tree = Tree::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(folder.join(&at)).expect("a folder") {
            let entry = entry.expect("an entry");
            let (path, kind) = (at.join(entry.file_name()), entry.file_type().expect("a kind"));
            if kind.is_dir() {
                folders.push(path.clone());
                tree.insert(path, None);
            } else if kind.is_file() {
                let bytes = fs::read(folder.join(&path)).expect("a file");
                tree.insert(path, Some(bytes));
            }
        }
    }
    tree
}

/// Makes a folder hold this and nothing else.
pub fn write(tree: &Tree, folder: &Path) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.expect("removed");
    }
    for (path, bytes) in tree {
        let path = folder.join(path);
        match bytes {
            None => fs::create_dir_all(&path).expect("a folder"),
            Some(bytes) => fs::write(&path, bytes).expect("a file"),
        }
        let mode = if bytes.is_none() { 0o700 } else { 0o600 };
        fs::set_permissions(&path, Permissions::from_mode(mode)).expect("permissions");
    }
}

/// What a hub's file holds, row by row, less the moments by the clock on the wall and the names that chance makes up.
pub fn records(file: &Path) -> Vec<String> {
    let hub = rusqlite::Connection::open(file).expect("a file");
    let names = |sql: &str| -> Vec<String> {
        let mut all = hub.prepare(sql).expect("sound SQL");
        all.query_map([], |row| row.get(0)).expect("rows").map(|name| name.expect("a name")).collect()
    };
    let mut records = Vec::new();
    for table in names("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")
    {
        let columns = names(&format!("SELECT name FROM pragma_table_info('{table}')"));
        let is_moment = |column: &String| {
            ["at", "token"].contains(&column.as_str()) || column.ends_with("_at") && column != "returned_at"
        };
        let kept: Vec<String> = columns.into_iter().filter(|column| !is_moment(column)).collect();
        let quoted: Vec<String> = kept.iter().map(|column| format!("quote(\"{column}\")")).collect();
        let first = records.len();
        let sql = format!("SELECT '{table}: ' || concat_ws(', ', {}) FROM {table}", quoted.join(", "));
        records.extend(names(&sql));
        records[first..].sort();
    }
    records
}

/// What distinguishes two sets of records, in a few lines.
pub fn difference(one: &[String], other: &[String]) -> String {
    let less = |one: &[String], other: &[String], mark: &str| -> Vec<String> {
        one.iter().filter(|line| !other.contains(line)).take(4).map(|line| format!("{mark} {line}")).collect()
    };
    [less(one, other, "-"), less(other, one, "+")].concat().join("\n")
}

/// The file of a made-up hub, made once.
pub fn sample() -> Tree {
    static SAMPLE: OnceLock<Tree> = OnceLock::new();
    let make = || {
        let hub = Hub::without_file();
        hub.done("init --sample");
        read(hub.folder())
    };
    SAMPLE.get_or_init(make).clone()
}

/// The file of a new hub, made once.
pub fn empty() -> Tree {
    static EMPTY: OnceLock<Tree> = OnceLock::new();
    EMPTY.get_or_init(|| read(Hub::new().folder())).clone()
}

/// A file of the first schema, with a loan and its event.
pub fn old() -> Tree {
    let hub = Hub::without_file();
    let file = rusqlite::Connection::open(hub.file()).expect("a file");
    file.execute_batch("PRAGMA application_id = 1281648460; PRAGMA journal_mode = WAL;").expect("sound SQL");
    file.execute_batch(include_str!("../../old/version-1.sql")).expect("the first schema");
    file.execute_batch(
        "INSERT INTO schema_version VALUES (1);
         INSERT INTO numbering VALUES ('event', 1), ('loan', 1), ('tag UKE', 1);
         INSERT INTO scheme VALUES ('hire', 'year'), ('school', 'year'), ('class-set', 'year'), ('free', 'year'), ('hub', 'year');
         INSERT INTO type VALUES ('UKE', 'ukulele', 'ukulele', 'guitar', 96);
         INSERT INTO school (urn, name, name_key, status) VALUES (100001, 'St Thomas'' Primary', 'st thomas'' primary', 'open');
         INSERT INTO instrument (tag, tag_key, type, adapted, condition, source, search_key) VALUES
             ('UKE-0001', 'UKE-0001', 'UKE', 0, 'good', 'unknown', 'uke-0001 uke ukulele');
         INSERT INTO loan (id, instrument_id, scheme, school_urn, out_on, due_on) VALUES (1, 1, 'school', 100001, '2025-09-10', '2026-07-17');
         INSERT INTO event VALUES (1, '2025-09-10T09:00:00+01:00', '2025-09-10', 'sam', 'lend', 'UKE-0001');
         INSERT INTO event_text VALUES (1, 'Lent UKE-0001 to St Thomas'' Primary, due 17 Jul 2026');
         INSERT INTO event_subject VALUES (1, 'loan', 1, 1), (1, 'instrument', 1, 1);",
    )
    .expect("sound SQL");
    drop(file);
    read(hub.folder())
}
