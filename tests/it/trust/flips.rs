//! Random bytes of the file changed.
//!
//! Whatever is wrong with the file, a command ends by itself, with words, and with exit code 0, 1 or 3; and `check` sees
//! what can be seen. How much it cannot see is told.

mod columns;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

use wait_timeout::ChildExt;

use super::tools::{self, Dice, Rows, differences};
use super::{Hub, Told, times, tried};

/// No command takes longer on this file, by far.
const HANGS: Duration = Duration::from_secs(20);

/// Nor more memory, in thousands of bytes.
const MEMORY: u32 = 1_500_000;

/// The sample with all that it lacks, so that every table has records.
const EVERYTHING: &[&str] = &[
    "setting set hub-contact '1 High Street, Northshire'",
    "setting set closed-until 2020-03-31",
    "term add 2026/27 Autumn 2026-09-01 2026-12-18",
    "term add 2026/27 Spring 2027-01-04 2027-03-26",
    "rate set --scheme hire --family strings --per month 7",
    "scheme set hire --length year",
    "remission add P4 --year 2026/27 --percent 50 --band FSM --seen-on 2026-09-01",
    "charge raise --term 2026/27-autumn",
    "charge add L29 --for damage 12.50 --note 'A crack'",
    "fund add OWN Reserves --award 5000 --revenue",
    "fund share CIP Northshire 6000",
    "fund extend CIP --spend-by 2027-12-31 --reason 'By letter'",
    "person add 'Carl Bow' --role adult",
    "person merge P9 P1",
    "purchase order --supplier 'Everyone Plays' --fund CIP --lines @/lines.csv",
    "purchase receive O6/1 --qty 3 --type VN",
    "purchase invoice O6 --invoice EP-90 --line O6/1",
    "purchase credit O6/1 --invoice CR-1 --net 50 --qty 1 --reason 'Cracked'",
    "purchase cancel O6/2 --qty 1 --reason 'No longer made'",
    "purchase recode O1/1 --fund OWN --reason 'Moved'",
    "purchase add --fund CIP --supplier 'Everyone Plays' --description Lessons --nature service --qty 1 --unit-net 10 --override 'Agreed'",
    "category retire OTHER",
    "stocktake start --location 'Main store'",
    "stocktake scan VN-0002 VN-0003 NOPE-1",
    "request add --type VN --for P8",
    "request offer R2 VN-0002",
    "remind ladder set final --days 35 --copy-to office@hub.example",
    "remind hold L29 --until 2026-12-24 --reason 'In hospital'",
    "organisation edit G2 --address '2 Band Road, Northshire'",
    "remind --letters @/letters",
    "remind arm",
    "instrument edit VN-0002 --serial 'É 00072' --note 'Lent with a shoulder rest'",
    "instrument retire VN-0005 --reason sold --proceeds 20 --authorised-by 'May Lee'",
    "lend VN-0003 --to P4",
    "undo",
    "backup @/copy.db",
];

/// What is asked of a damaged file, one of it each time. Nothing here may bring the program down.
/// An export reads more of the file than all the others.
const ASKED: [&str; 17] = [
    "loan list --format csv",
    "lend VN-0003 --to P4",
    "undo",
    "export all --output @/exported",
    "instrument list --available",
    "export all --output @/exported",
    "backup @/copy-2.db",
    "status",
    "undo E40",
    "report spend",
    "export all --output @/exported",
    "find violin",
    "remind",
    "return VN-0001",
    "overdue",
    "export all --output @/exported",
    "log",
];

#[test]
fn a_damaged_file_brings_nothing_down_and_check_tells_what_it_sees() {
    let mut dice = Dice::new();
    let whole = Damaged::whole();
    let mut seen = Seen::default();
    let count = times(500);
    for number in 0..count {
        let mut hub = whole.clone();
        let how = hub.damage(&mut dice);
        // Every second one is asked for something else beside.
        let asked = (number % 2 == 0).then(|| ASKED[number / 2 % ASKED.len()]);
        seen.judge(&hub, &whole, &how, asked);
    }
    tried(count, &format!("damaged files: {seen:?}"));
    assert!(seen.by_check * 3 > count, "check is nearly blind: {seen:?}");
}

/// What became of the damaged files.
#[derive(Debug, Default)]
struct Seen {
    /// `check` told of faults, or that it cannot read the file.
    by_check: usize,
    /// Nothing that is on record was different: unused space, or what the program writes anew.
    harmless: usize,
    /// Something on record is different, and no rule can know; by column.
    unseen: usize,
    where_unseen: BTreeMap<String, usize>,
    /// The last changes had been in the log alone, and are gone with its end.
    lost_from_the_log: usize,
}

impl Seen {
    fn judge(&mut self, hub: &Damaged, whole: &Damaged, how: &str, asked: Option<&str>) {
        let place = hub.write();
        let run = |line: &str| {
            let told = run(&place, line);
            let at_fault = || format!("{how}; {line}: {told:?}");
            assert!(matches!(told.code, Some(0 | 1 | 3)), "{}", at_fault());
            assert!(!told.stderr.contains("panicked"), "{}", at_fault());
            if told.code == Some(3) {
                let has_words = told.stderr.starts_with("error: ") || told.stderr.contains("\nerror: ");
                assert!(has_words && told.stderr.matches("hint: ").count() == 1, "{}", at_fault());
                let speaks_of_sql = ["SELECT ", "INSERT ", "UPDATE "].iter().any(|word| told.stderr.contains(word));
                assert!(!speaks_of_sql, "{}", at_fault());
            }
            told
        };
        let check = run("check --format csv");
        let is_told = check.stdout.lines().count() > 1 || check.stderr.contains("error: ");
        assert_eq!(check.code != Some(0), is_told, "{how}: {check:?}");
        let file_is_damaged = check.code == Some(3) || check.stdout.contains("the file is whole");
        if check.code == Some(0) {
            self.count_unseen(&place, hub, whole);
        } else {
            self.by_check += 1;
        }
        let Some(line) = asked else { return };
        let told = run(line);
        let copy = place.folder().join("copy-2.db");
        if line.starts_with("backup") && told.code == Some(0) {
            assert!(!file_is_damaged, "{how}: verified a copy of a damaged file: {check:?} {told:?}");
            assert!(told.stderr.contains("verified") && is_whole(&copy), "{how}: {told:?}");
        } else if line.starts_with("backup") {
            assert!(!copy.exists(), "{how}: left a copy that is not verified: {told:?}");
        }
    }

    /// What differs though `check` found nothing.
    fn count_unseen(&mut self, place: &Hub, hub: &Damaged, whole: &Damaged) {
        let Ok(now) = tools::records(&place.file()) else {
            self.harmless += 1;
            return;
        };
        let found = differences(&now, &whole.records);
        if found.is_empty() {
            self.harmless += 1;
        } else if found.iter().any(|place| place.ends_with("(rows)")) && hub.log.is_some() {
            self.lost_from_the_log += 1;
        } else {
            self.unseen += 1;
            found.into_iter().for_each(|place| *self.where_unseen.entry(place).or_default() += 1);
        }
    }
}

/// A file with records in every table, as bytes; with a log beside it that a killed command has left.
#[derive(Clone)]
struct Damaged {
    file: Vec<u8>,
    log: Option<Vec<u8>>,
    /// The file with the log brought in.
    settled: Rc<Vec<u8>>,
    records: Rc<Vec<Rows>>,
}

impl Damaged {
    fn whole() -> Damaged {
        let hub = tools::in_memory();
        hub.done("init --sample");
        let lines = "description,nature,qty,line_net\nStudent violin,instrument,3,450.00\nStand,accessory,2,30.00\n";
        fs::write(hub.folder().join("lines.csv"), lines).expect("written");
        for line in EVERYTHING {
            let told = hub.run(&at(&hub, line));
            assert!(matches!(told.code, Some(0 | 4)), "{line}: {told:?}");
        }
        let file = rusqlite::Connection::open(hub.file()).expect("a file");
        file.execute("INSERT INTO sharing VALUES (1, 'no such group')", []).expect("sound SQL");
        drop(file);
        hub.is_sound();
        let records = tools::records(&hub.file()).expect("records");
        let empty: Vec<&str> =
            records.iter().filter(|rows| rows.rows.is_empty()).map(|rows| rows.table.as_str()).collect();
        assert_eq!(empty, Vec::<&str>::new(), "tables without a record here");
        let file = fs::read(hub.file()).expect("a file");
        // Somebody else has the file open, so the log stays, as it does when the last command is killed.
        let other = rusqlite::Connection::open(hub.file()).expect("a file");
        other.query_row("SELECT count(*) FROM loan", [], |_| Ok(())).expect("read");
        for line in
            ["lend VN-0003 --to P4", "instrument edit VN-0003 --note 'In the log alone'", "instrument add --type VC"]
        {
            hub.done(line);
        }
        let log = fs::read(hub.folder().join("hub.db-wal")).expect("a log");
        assert!(fs::read(hub.file()).expect("a file") == file, "the log is not alone");
        drop(other);
        let settled = fs::read(hub.file()).expect("a file");
        assert!(settled != file, "the log was not brought in");
        let mut whole = Damaged { file, log: Some(log), settled: Rc::new(settled), records: Rc::new(Vec::new()) };
        whole.records = Rc::new(tools::records(&whole.write().file()).expect("records"));
        whole
    }

    /// The same with the log brought in.
    fn settled(&self) -> Damaged {
        Damaged { file: self.settled.to_vec(), log: None, ..self.clone() }
    }

    /// Changes something; says what.
    fn damage(&mut self, dice: &mut Dice) -> String {
        // Most of the time there is no log.
        if dice.below(4) > 0 {
            *self = self.settled();
        }
        let page = usize::from(u16::from_be_bytes([self.file[16], self.file[17]]));
        let pages = self.file.len() / page;
        match (dice.below(12), &mut self.log) {
            (0, _) => {
                let place = dice.below(100);
                let was = std::mem::replace(&mut self.file[place], dice.byte());
                format!("header byte {place}: {was} to {}", self.file[place])
            }
            (1, _) => {
                let (one, other) = (dice.below(pages), dice.below(pages));
                for place in 0..page {
                    self.file.swap(one * page + place, other * page + place);
                }
                format!("pages {one} and {other} changed places")
            }
            (2, _) => {
                let length = if dice.below(2) == 0 { dice.below(pages) * page } else { dice.below(self.file.len()) };
                self.file.truncate(length);
                format!("cut to {length} bytes")
            }
            (3, Some(log)) => {
                let length = dice.below(log.len());
                log.truncate(length);
                format!("the log cut to {length} bytes")
            }
            (4..=6, Some(log)) => format!("in the log: {}", flip(log, dice)),
            (3..=6, None) => {
                let (number, value) = (dice.below(pages), *dice.one_of(&[0, 0xff]));
                self.file[number * page..][..page].fill(value);
                format!("page {number} filled with {value}")
            }
            (7 | 8, _) => flip(&mut self.file, dice),
            _ => self.misspell(dice),
        }
    }

    /// Changes a letter of something on record: most of a file is empty, and bytes at random seldom meet a word.
    fn misspell(&mut self, dice: &mut Dice) -> String {
        loop {
            let rows = dice.one_of(&self.records);
            let (row, column) = (dice.one_of(&rows.rows), dice.below(rows.columns.len()));
            let Some(text) = row[column].strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) else { continue };
            let text = text.replace("''", "'");
            let begins: Vec<usize> = find_all(&self.file, text.as_bytes());
            if text.is_empty() || begins.is_empty() {
                continue;
            }
            let place = dice.one_of(&begins) + dice.below(text.len());
            let byte = if dice.below(3) == 0 { dice.byte() } else { b'0' + u8::try_from(dice.below(74)).unwrap_or(0) };
            let was = std::mem::replace(&mut self.file[place], byte);
            return format!("{}.{} '{text}' at {place}: {was} to {byte}", rows.table, rows.columns[column]);
        }
    }

    fn write(&self) -> Hub {
        let hub = tools::in_memory();
        let put = |name: &str, bytes: &[u8]| {
            let path = hub.folder().join(name);
            fs::write(&path, bytes).expect("written");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("closed");
        };
        put("hub.db", &self.file);
        if let Some(log) = &self.log {
            put("hub.db-wal", log);
        }
        hub
    }
}

/// A few bits or bytes, near one another or anywhere.
fn flip(bytes: &mut [u8], dice: &mut Dice) -> String {
    let (many, near) = (1 + dice.below(3), dice.below(2) == 0);
    let mut place = dice.below(bytes.len());
    let mut told = Vec::new();
    for _ in 0..many {
        let was = bytes[place];
        bytes[place] = if dice.below(2) == 0 { was ^ (1 << dice.below(8)) } else { dice.byte() };
        told.push(format!("byte {place}: {was} to {}", bytes[place]));
        place = if near { (place + 1 + dice.below(8)) % bytes.len() } else { dice.below(bytes.len()) };
    }
    told.join(", ")
}

/// Where these bytes stand among those.
fn find_all(bytes: &[u8], wanted: &[u8]) -> Vec<usize> {
    (0..bytes.len().saturating_sub(wanted.len())).filter(|place| bytes[*place..].starts_with(wanted)).collect()
}

fn at(hub: &Hub, line: &str) -> String {
    line.replace("@/", &format!("{}/", hub.folder().display()))
}

fn is_whole(file: &Path) -> bool {
    let open = rusqlite::Connection::open(file).expect("a file");
    open.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)).is_ok_and(|told| told == "ok")
}

/// Runs a command within bounds of time and memory.
fn run(hub: &Hub, line: &str) -> Told {
    let plain = hub.command(&at(hub, line));
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -v {MEMORY}; exec \"$0\" \"$@\"")]);
    command.arg(plain.get_program()).args(plain.get_args()).env_clear().current_dir(hub.folder());
    command.envs(plain.get_envs().filter_map(|(name, value)| value.map(|value| (name, value))));
    let said = tools::in_memory();
    let (out, err) = (said.folder().join("out"), said.folder().join("err"));
    command.stdout(File::create(&out).expect("a file")).stderr(File::create(&err).expect("a file"));
    let mut child = command.stdin(std::process::Stdio::null()).spawn().expect("it runs");
    let status = child.wait_timeout(HANGS).expect("it ends");
    if status.is_none() {
        child.kill().expect("killed");
        child.wait().expect("ended");
    }
    let read = |path| String::from_utf8_lossy(&fs::read(path).expect("a file")).into_owned();
    let told = Told { code: status.and_then(|status| status.code()), stdout: read(&out), stderr: read(&err) };
    assert!(status.is_some(), "{line} did not end: {told:?}");
    told
}
