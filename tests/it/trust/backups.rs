//! A year of nightly copies from cron, pruned to thirty.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::tools::{self, Dice};
use super::{Hub, Told, tried};

/// From here to the same day of the next year: a leap year.
const FIRST: Date = date(2027, 9, 1);
const DAYS: i64 = 366;
const KEPT: usize = 30;

/// The folder that cron fills, and what must be in it.
struct Year {
    hub: Hub,
    /// The copies that were made and must still be there, the oldest first.
    copies: Vec<PathBuf>,
    /// What is not the hub's to remove.
    others: BTreeSet<PathBuf>,
    made: usize,
    removed: usize,
}

impl Year {
    fn begin() -> Year {
        let hub = tools::in_memory();
        let folder = hub.folder().join("copies");
        fs::create_dir(&folder).expect("a folder");
        let year = Year { hub, copies: Vec::new(), others: BTreeSet::new(), made: 0, removed: 0 };
        year.run(FIRST, "init --hub 'Test Hub'");
        // Smaller pages make a smaller file, which is copied and read ten thousand times here.
        let open = rusqlite::Connection::open(year.hub.file()).expect("a file");
        open.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA page_size = 1024; VACUUM; PRAGMA journal_mode = WAL;")
            .expect("sound SQL");
        year
    }

    fn run(&self, day: Date, line: &str) -> Told {
        let told = tools::run_on(&self.hub, day, format!("{day}T02:30:00+00:00"), line);
        assert_eq!(told.code, Some(0), "{day}, {line}: {told:?}");
        told
    }

    fn folder(&self) -> PathBuf {
        self.hub.folder().join("copies")
    }

    /// Puts something of somebody else's into the folder.
    fn put(&mut self, name: &str, content: &[u8]) {
        let path = self.folder().join(name);
        fs::write(&path, content).expect("written");
        self.others.insert(path);
    }

    /// One night: the copy is where it is said to be, and of the others the right ones are there.
    fn back_up(&mut self, day: Date) -> Told {
        let told = self.run(day, &format!("backup @/copies --keep {KEPT}"));
        let made = PathBuf::from(told.stdout.trim_end());
        assert!(!self.copies.contains(&made) && !self.others.contains(&made), "{day}: {} was there", made.display());
        self.copies.push(made);
        self.made += 1;
        while self.copies.len() > KEPT {
            self.copies.remove(0);
            self.removed += 1;
        }
        assert_eq!(found_in(&self.folder()), self.expected(), "{day}: {told:?}");
        told
    }

    fn expected(&self) -> BTreeSet<PathBuf> {
        self.copies.iter().chain(&self.others).cloned().collect()
    }

    /// Takes one of the copies from the hub's hands.
    fn lose(&mut self, place: usize) -> PathBuf {
        self.copies.remove(place)
    }
}

fn found_in(folder: &Path) -> BTreeSet<PathBuf> {
    fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect()
}

#[test]
fn a_year_of_nights_leaves_thirty_copies_and_what_is_not_the_hubs() {
    let mut dice = Dice::new();
    let mut year = Year::begin();
    // Things that look like copies and are none of this hub's.
    year.put("notes.txt", b"where the copies go");
    year.put("ledgerline-2027-09-01.db", b"of another hub");
    year.put("ledgerline-2027-12-25.db", b"of another hub");
    year.put("ledgerline-2099-01-01.db", b"of another hub");
    let folder = year.folder().join("ledgerline-2027-08-30.db");
    fs::create_dir(&folder).expect("a folder");
    let link = year.folder().join("ledgerline-2027-08-31.db");
    std::os::unix::fs::symlink(year.hub.file(), &link).expect("a link");
    year.others.extend([folder, link]);

    let (mut skipped, mut last) = (0, FIRST);
    for number in 0..DAYS {
        let day = FIRST.checked_add(number.days()).expect("a day");
        match number {
            60 => {
                // Kept for good by a person, under another name.
                let (copy, kept) = (year.lose(12), year.folder().join("before-the-move.db"));
                fs::rename(copy, &kept).expect("renamed");
                year.others.insert(kept);
            }
            90 => {
                let copy = year.lose(5);
                fs::write(&copy, b"something else").expect("written");
                year.others.insert(copy);
            }
            120 => {
                // One bit, in the middle.
                let copy = year.lose(20);
                let mut bytes = fs::read(&copy).expect("a copy");
                let middle = bytes.len() / 2;
                bytes[middle] ^= 4;
                fs::write(&copy, bytes).expect("written");
                year.others.insert(copy);
            }
            150 => {
                // Two are swapped: neither is what was made under its name.
                let (one, other) = (year.lose(3), year.lose(3));
                let between = year.folder().join("between");
                fs::rename(&one, &between).and_then(|()| fs::rename(&other, &one)).expect("renamed");
                fs::rename(&between, &other).expect("renamed");
                year.others.extend([one, other]);
            }
            // Somebody removed one by hand.
            180 => fs::remove_file(year.lose(9)).expect("removed"),
            _ => {}
        }
        if dice.below(9) == 0 {
            year.run(day, "instrument add --type VN");
        }
        // The clock is two years ahead for a few nights, until somebody sees it.
        let by_clock = if (200..210).contains(&number) { day.checked_add(2.years()).expect("a day") } else { day };
        match dice.below(12) {
            0 if number > 0 => {
                skipped += 1;
                continue;
            }
            1 => drop(year.back_up(by_clock)),
            _ => {}
        }
        let told = year.back_up(by_clock);
        let is_told = told.stderr.matches("is no longer the copy that was made under that name").count();
        let altered = [90, 120, 150, 150].iter().filter(|since| number >= **since).count();
        assert!(is_told == altered || year.copies.len() + altered <= KEPT, "{day}: {told:?}");
        last = by_clock;
    }
    assert_eq!(year.copies.len(), KEPT);
    for copy in &year.copies {
        let told = year.run(last, &format!("check --db '{}'", copy.display()));
        assert_eq!(told.stderr, "The file is whole and its records keep every rule.\n", "{}", copy.display());
    }
    assert_eq!(fs::read(year.folder().join("ledgerline-2027-12-25.db")).expect("there"), b"of another hub");
    year.run(last, "check");

    let status = |day: Date| year.run(day, "status");
    assert!(status(last).stdout.contains("last_backup_on"), "{:?}", status(last));
    assert!(!status(last).stderr.contains("the last backup is of"), "{:?}", status(last));
    let later = last.checked_add(8.days()).expect("a day");
    assert!(status(later).stderr.contains("the last backup is of 31 Aug 2028"), "{:?}", status(later));
    let removed = year.removed;
    tried(year.made, &format!("nightly copies over {DAYS} days, {skipped} skipped, {removed} removed"));
}

#[test]
fn a_copy_of_an_older_program_is_looked_at_before_it_goes() {
    let year = Year::begin();
    for _ in 0..3 {
        year.run(FIRST, "backup @/copies");
    }
    // As an older program left them: no sums. One of the copies is no longer this hub's.
    let open = rusqlite::Connection::open(year.hub.file()).expect("a file");
    open.execute("UPDATE backup SET sum = NULL", []).expect("sound SQL");
    drop(open);
    let another = Year::begin();
    another.run(FIRST, "instrument add --type VN");
    let strange = year.folder().join("ledgerline-2027-09-01-2.db");
    fs::copy(another.hub.file(), &strange).expect("copied");
    let told = year.run(FIRST, "backup @/copies --keep 1");
    assert!(told.stderr.contains("ledgerline-2027-09-01-2.db is no longer the copy"), "{told:?}");
    let left = BTreeSet::from([strange, year.folder().join("ledgerline-2027-09-01-4.db")]);
    assert_eq!(found_in(&year.folder()), left);
    tried(4, "copies, three of them without a sum");
}

#[test]
fn a_folder_that_is_not_mounted_is_no_wrong_line() {
    let hub = Hub::new();
    let told = hub.run("--quiet backup nowhere --keep 30");
    assert_eq!(told.code, Some(3), "{told:?}");
    assert!(told.stderr.contains("there is no folder nowhere\nhint: make it first"), "{told:?}");
    assert!(!hub.folder().join("nowhere").exists());
}
