//! What the modules that break files in many ways have in common: dice, a place to work, and the records as text.

use std::ffi::OsString;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use ledgerline::world::{Environment, Terminal, World};

use super::{Hub, Told};

/// Random choices that can be made again: by the seed in `LEDGERLINE_SEED`, which is told when a test fails.
///
/// Without it the seed is always the same, so that a run says the same twice; with `LEDGERLINE_TIMES` it is another each time.
#[derive(Debug)]
pub struct Dice {
    seed: u64,
    state: u64,
}

impl Dice {
    pub fn new() -> Dice {
        let given = std::env::var("LEDGERLINE_SEED").ok().and_then(|seed| seed.parse().ok());
        let fresh = || {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_nanos());
            std::env::var_os("LEDGERLINE_TIMES").map(|_| u64::try_from(now % u128::from(u64::MAX)).unwrap_or_default())
        };
        let seed = given.or_else(fresh).unwrap_or(20_261_122);
        Dice { seed, state: seed }
    }

    /// Any number below this one.
    pub fn below(&mut self, end: usize) -> usize {
        // SplitMix64.
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(end.max(1)).unwrap_or(1)).unwrap_or_default()
    }

    pub fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap_or_default()
    }

    pub fn one_of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}

impl Drop for Dice {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("again with LEDGERLINE_SEED={}", self.seed);
        }
    }
}

/// A folder in memory where there is one, since nothing here hangs on the disk; without a hub yet.
pub fn in_memory() -> Hub {
    let memory = Path::new("/dev/shm");
    let folder = tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir());
    Hub { folder: folder.expect("a folder") }
}

/// What no two runs of a command have in common: moments, names by chance, and the sums of copies that hold them.
const BY_CHANCE: [&str; 7] = [
    "event.at",
    "backup.at",
    "backup.sum",
    "message.claimed_at",
    "message.settled_at",
    "arming.last_run_at",
    "arming.token",
];

/// A table, its columns, and its rows as texts, in order.
#[derive(Debug, PartialEq, Eq)]
pub struct Rows {
    pub table: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// All that a file holds, but for what comes about by chance. `@` stands for the folder it lies in.
pub fn records(file: &Path) -> rusqlite::Result<Vec<Rows>> {
    let folder = file.parent().unwrap_or(Path::new("/")).display().to_string();
    let open = rusqlite::Connection::open(file)?;
    let mut tables = open.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?;
    let tables: Vec<String> = tables.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    tables.into_iter().map(|table| rows(&open, table, &folder)).collect()
}

fn rows(open: &rusqlite::Connection, table: String, folder: &str) -> rusqlite::Result<Rows> {
    let mut columns = open.prepare("SELECT name FROM pragma_table_xinfo(?1) ORDER BY cid")?;
    let columns: Vec<String> = columns.query_map([&table], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let columns: Vec<String> =
        columns.into_iter().filter(|column| !BY_CHANCE.contains(&format!("{table}.{column}").as_str())).collect();
    let cells: Vec<String> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
    let mut rows = open.prepare(&format!("SELECT {} FROM \"{table}\" ORDER BY rowid", cells.join(", ")))?;
    let read = |row: &rusqlite::Row<'_>| {
        (0..cells.len()).map(|cell| Ok(row.get::<_, String>(cell)?.replace(folder, "@"))).collect()
    };
    let rows: Vec<Vec<String>> = rows.query_map([], read)?.collect::<rusqlite::Result<_>>()?;
    Ok(Rows { table, columns, rows })
}

/// Where two files differ: `loan.due_on`, or the table alone where one has more rows.
pub fn differences(one: &[Rows], other: &[Rows]) -> Vec<String> {
    let mut found = Vec::new();
    for (one, other) in one.iter().zip(other) {
        if one.columns != other.columns || one.rows.len() != other.rows.len() {
            found.push(format!("{} (rows)", one.table));
            continue;
        }
        for (column, name) in one.columns.iter().enumerate() {
            if one.rows.iter().zip(&other.rows).any(|(one, other)| one[column] != other[column]) {
                found.push(format!("{}.{name}", one.table));
            }
        }
    }
    found
}

/// Runs a command in this process, at a moment and where the clock hangs so. `@/` stands for the hub's folder.
pub fn run_at(hub: &Hub, moment: jiff::Timestamp, zone: &jiff::tz::TimeZone, line: &str) -> Told {
    let (today, now) = ledgerline::clock::reading(moment, zone);
    run_on(hub, today, now, line)
}

/// The same with the day and the moment as a world has them.
pub fn run_on(hub: &Hub, today: jiff::civil::Date, now: String, line: &str) -> Told {
    let line = line.replace("@/", &format!("{}/", hub.folder().display()));
    let words = shlex::split(&line).expect("a command line");
    let arguments: Vec<OsString> = std::iter::once("ledgerline".to_string()).chain(words).map(Into::into).collect();
    let (mut stdout, mut stderr, mut stdin) = (Vec::new(), Vec::new(), std::io::empty());
    let mut world = World {
        stdin: &mut stdin,
        stdout: &mut stdout,
        stderr: &mut stderr,
        terminal: Terminal::default(),
        today,
        now,
        environment: Environment {
            db: Some(hub.file()),
            login: || "officer".to_string(),
            temporary_folder: hub.folder().to_path_buf(),
            machine: || "desk".to_string(),
            ..Environment::default()
        },
    };
    let exit = ledgerline::run(&arguments, &mut world) as i32;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Told { code: Some(exit), stdout: text(stdout), stderr: text(stderr) }
}
