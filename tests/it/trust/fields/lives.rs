//! A hub full of odd texts: sound, shown safely, and moved to another hub to the letter.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;

use super::super::surface::{Line, Room};
use super::{is_shown_safely, short, sound};

/// Tables that stay with their file: what is in them is in no export.
const STAY: [&str; 9] = [
    "schema_version",
    "event",
    "event_text",
    "event_subject",
    "change",
    "backup",
    "arming",
    "sqlite_sequence",
    "numbering",
];

/// Columns whose text the program makes itself.
const MADE: [&str; 3] = ["import_key", "search_key", "rule"];

/// Judges a hub by what its lists show and by what arrives elsewhere: how many lists, how many cells.
pub fn judge(room: &Room, reading: &[Line]) -> (usize, usize) {
    sound(room).expect("sound");
    let mut shown = 0;
    for line in reading {
        for format in ["table", "csv", "json"] {
            let words: Vec<OsString> = line.with(&[]).into_iter().chain(["--format".into(), format.into()]).collect();
            let told = room.run(&words, b"");
            // A few write pages and no lists, and a folder is written as CSV only.
            if told.code == Some(0) {
                let is_page = matches!(line.words[0].as_str(), "import" | "completions" | "demo" | "man" | "init");
                let kept_to = match (line.words[0].as_str(), format) {
                    ("export", "table") => "csv",
                    _ if is_page || format == "json" && !told.stdout.starts_with(['[', '{']) => "table",
                    _ => format,
                };
                is_shown_safely(&told, kept_to).unwrap_or_else(|fault| panic!("{:?} as {format}: {fault}", line.words));
                shown += 1;
            }
        }
    }
    let cells = moves_exactly(room);
    (shown, cells)
}

/// Takes all records to another hub, and compares what that exports; every text in the records is a cell of it.
fn moves_exactly(room: &Room) -> usize {
    let exported = export(room);
    let other = Room::new();
    other.done("init --hub Other");
    std::fs::create_dir(other.path("moving")).expect("a folder");
    for (name, content) in &exported {
        other.write(&format!("moving/{name}"), content.as_bytes());
    }
    other.done("import all @/moving --commit");
    sound(&other).expect("sound");
    let arrived = export(&other);
    for (name, content) in &exported {
        assert_eq!(&arrived[name], content, "{name}");
    }
    let mut cells = BTreeSet::new();
    for content in exported.values() {
        let mut rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(content.as_bytes());
        for row in rows.records() {
            let row = row.expect("a row");
            for cell in row.iter().map(unguarded) {
                // Accessories, sizes and other names stand in one cell.
                cells.extend(cell.split([';', ',']).map(|part| part.trim_matches(' ').to_string()));
                cells.insert(cell.to_string());
            }
        }
    }
    let held = texts(room);
    let lost: Vec<&(String, String)> = held.iter().filter(|(_, text)| !cells.contains(text)).collect();
    assert!(lost.is_empty(), "in the records and in no export: {}", short(&format!("{lost:?}")));
    held.len()
}

/// A cell without the apostrophe that guards it, as the format is written down, not as the program does it.
fn unguarded(cell: &str) -> &str {
    let bare = cell.trim_start_matches('\'');
    let is_guarded = bare.len() < cell.len() && bare.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_guarded { &cell[1..] } else { cell }
}

fn export(room: &Room) -> BTreeMap<String, String> {
    room.done("export all --output @/exported");
    let folder = room.path("exported");
    let names = std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let read = |name: OsString| {
        let content = std::fs::read_to_string(folder.join(&name)).expect("a file");
        (name.to_string_lossy().into_owned(), content)
    };
    let exported = names.map(read).collect();
    std::fs::remove_dir_all(folder).expect("the folder gone");
    exported
}

/// Every text in the records, with where it stands.
fn texts(room: &Room) -> BTreeSet<(String, String)> {
    let hub = rusqlite::Connection::open(room.path("hub.db")).expect("a file");
    let column = |sql: &str| -> Vec<String> {
        let mut rows = hub.prepare(sql).expect("sound SQL");
        let rows = rows.query_map([], |row| row.get::<_, Option<String>>(0)).expect("rows");
        rows.filter_map(|text| text.expect("a text")).collect()
    };
    let mut held = BTreeSet::new();
    for table in column("SELECT name FROM sqlite_schema WHERE type = 'table'") {
        let sql = format!(
            "SELECT name FROM pragma_table_info('{table}') WHERE type = 'TEXT' AND name NOT LIKE '%\\_key' ESCAPE '\\'"
        );
        let columns = column(&sql).into_iter().filter(|name| !MADE.contains(&name.as_str()));
        for name in if STAY.contains(&table.as_str()) { Vec::new() } else { columns.collect() } {
            let texts = column(&format!("SELECT \"{name}\" FROM \"{table}\""));
            held.extend(texts.into_iter().map(|text| (format!("{table}.{name}"), text)));
        }
    }
    held
}
