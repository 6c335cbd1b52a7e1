//! Each call to the system fails in turn: what was said to be done is done, what was not is not, and nothing is left lying about.

pub mod cases;
pub mod scene;
pub mod shim;

use std::path::Path;
use std::process::Command;

use super::{Hub, Told, times, told, tried};
use cases::Case;
use scene::Tree;
use shim::{Call, Fault, Orders};

/// Chance with a seed, so that a try can be had again.
pub struct Chance(u64);

impl Chance {
    /// The seed is `LEDGERLINE_SEED`, or always the same.
    pub fn seed() -> u64 {
        std::env::var("LEDGERLINE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(2_026)
    }

    pub fn of(what: &str) -> Chance {
        let mix = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Chance(what.bytes().fold(Chance::seed() ^ 0xcbf2_9ce4_8422_2325, mix))
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            all.swap(last, self.below(last + 1));
        }
    }
}

const UNSURE: &str = "may have kept it or not";

/// What must be among the sentences where an error came after a change was written.
const SAYS_SO: [&str; 5] =
    ["is written, but", UNSURE, " created, ", "the copy is made, but", "erased, but traces may stay"];

/// So many failures of each command, unless it makes fewer calls.
const EACH: usize = 10;

/// A command that can be made to fail: how things were before it, and how they are after it if nothing fails.
pub struct Stage {
    case: Case,
    shim: &'static Path,
    pub hub: Hub,
    before: Tree,
    records_before: Vec<String>,
    after: Tree,
    records_after: Vec<String>,
    well: Told,
    pub calls: Vec<Call>,
}

impl Stage {
    pub fn set(case: Case, shim: &'static Path) -> Stage {
        let (hub, before) = case.set();
        let records_before = if hub.file().exists() { scene::records(&hub.file()) } else { Vec::new() };
        scene::write(&before, hub.folder());
        let (well, calls) = shim::run(hub.command(case.line), shim, hub.folder(), &Orders::default());
        assert_eq!(well.code, Some(if case.line.contains("mixed.csv") { 4 } else { 0 }), "{}: {well:?}", case.line);
        let calls: Vec<Call> = calls.into_iter().filter(|call| call.name != "begin").collect();
        assert!(calls.len() > 2, "{}: the shim saw nothing: {calls:?}", case.line);
        let after = scene::read(hub.folder());
        let records_after = scene::records(&hub.file());
        Stage { case, shim, hub, before, records_before, after, records_after, well, calls }
    }

    /// Which calls fail, and how: of a row of writes to one file the first, the last and one between.
    fn plan(&self, chance: &mut Chance) -> Vec<(usize, Fault, bool)> {
        let alike = |one: &Call, other: &Call| one.name == "write" && other.name == "write" && one.path == other.path;
        let (mut all, mut at) = (Vec::new(), 0);
        for run in self.calls.chunk_by(alike) {
            let mut chosen = vec![0, run.len() - 1, chance.below(run.len())];
            chosen.sort_unstable();
            chosen.dedup();
            for place in chosen {
                let faults = run[place].possible();
                let any = faults[chance.below(faults.len())];
                all.extend(faults.into_iter().map(|(fault, forever)| {
                    let first = (fault, forever) == any;
                    (!first, at + place + 1, fault, forever)
                }));
            }
            at += run.len();
        }
        chance.shuffle(&mut all);
        // One failure of each call, and more of them only after that.
        all.sort_by_key(|(later, ..)| *later);
        all.truncate(times(EACH));
        all.into_iter().map(|(_, call, fault, forever)| (call, fault, forever)).collect()
    }

    /// Has calls fail, and judges what came of it.
    pub fn fail(&self, orders: &Orders) -> Result<Told, String> {
        let command = self.hub.command(self.case.line);
        self.run(format!("{orders:?}"), || shim::run(command, self.shim, self.hub.folder(), orders))
    }

    /// The same where something else stands in the way.
    pub fn hinder(&self, how: String, command: Command) -> Result<Told, String> {
        self.run(how, || (told({ command }.output().expect("it runs")), Vec::new()))
    }

    fn run(&self, how: String, run: impl FnOnce() -> (Told, Vec<Call>)) -> Result<Told, String> {
        scene::write(&self.before, self.hub.folder());
        let (told, calls) = run();
        let failed: Vec<&Call> = calls.iter().filter(|call| call.has_failed()).collect();
        let about = |why: String| {
            let first =
                failed.first().map_or(String::new(), |call| format!(" ({} {})", call.name, call.path.display()));
            format!("'{}', {how}{first}, seed {}: {why}\n{told:?}", self.case.line, Chance::seed())
        };
        self.judge(&told, &failed).map_err(about)?;
        Ok(told)
    }

    fn judge(&self, told: &Told, failed: &[&Call]) -> Result<(), String> {
        if told.stderr.contains("panicked") || !matches!(told.code, Some(0 | 3 | 4)) {
            return Err("it ended as it never should".into());
        }
        let left = scene::read(self.hub.folder());
        // A folder is looked into before it is taken away.
        let cannot_clear = failed.iter().any(|call| call.name == "unlink" || call.name == "look");
        let litter = left.keys().find(|path| is_litter(path));
        if let (Some(litter), false) = (litter, cannot_clear) {
            return Err(format!("{} is left behind", litter.display()));
        }
        if !self.hub.file().exists() && self.records_before.is_empty() {
            return self.nothing_was_made(told);
        }
        let records = scene::records(&self.hub.file());
        let check = self.hub.run("check");
        if check.code != Some(0) {
            return Err(format!("the file is not sound: {check:?}"));
        }
        if self.case.line.starts_with("remind --letters") {
            return self.judge_letters(told, &records, cannot_clear, &left);
        }
        let (is_before, is_after) = (records == self.records_before, records == self.records_after);
        let is_well = told.code == self.well.code;
        self.judge_files(&left)?;
        let is_not_noted = told.stderr.contains("warning: the copy could not be noted");
        if is_well && !is_after && !is_not_noted {
            return Err(format!("done was said, and is not: {}", scene::difference(&self.records_after, &records)));
        }
        if is_well && !is_not_noted && self.outcome(&left) != self.outcome(&self.after) {
            return Err(format!("files are missing: {:?}", self.outcome(&left)));
        }
        if !is_well && !is_before && !is_after {
            return Err(format!("half of it is done: {}", scene::difference(&self.records_before, &records)));
        }
        if !is_well
            && is_after
            && !is_before
            && !cannot_clear
            && !SAYS_SO.iter().any(|words| told.stderr.contains(words))
        {
            return Err("it is done, and was not said to be".into());
        }
        if !is_well && is_before && !is_after && !is_not_noted && self.says_done(told) {
            return Err("it is not done, and was said to be".into());
        }
        self.again(is_before && !is_well && self.outcome(&left) == self.outcome(&self.before))
    }

    /// A letter that counts is there; and where none counts, none is.
    fn judge_letters(&self, told: &Told, records: &[String], cannot_clear: bool, left: &Tree) -> Result<(), String> {
        self.judge_files(left)?;
        let sent: Vec<&String> =
            records.iter().filter(|line| line.starts_with("reminder: ") && line.contains("'sent'")).collect();
        let letters = left.keys().filter(|path| path.extension().is_some_and(|ending| ending == "txt")).count();
        let is_well = told.code == Some(0);
        if is_well != (records == self.records_after && self.outcome(left) == self.outcome(&self.after)) && is_well {
            return Err(format!("done was said, and is not: {}", scene::difference(&self.records_after, records)));
        }
        match (sent.len(), letters) {
            (sent, letters) if sent > letters => Err("a letter counts as sent, and is not there".into()),
            (0, letters) if letters > 0 && !cannot_clear && !told.stderr.contains("the letters are in ") => {
                Err("a letter is there that does not count".into())
            }
            (sent, _) if sent > 0 && !is_well && !told.stderr.contains(UNSURE) && told.stderr.contains("no letter") => {
                Err("a letter counts, and was said not to".into())
            }
            _ => Ok(()),
        }
    }

    /// The next command works: the same one, where nothing came of the first.
    fn again(&self, nothing_came_of_it: bool) -> Result<(), String> {
        if !nothing_came_of_it {
            return Ok(());
        }
        let again = self.hub.run(self.case.line);
        let is_same = again.code == self.well.code && scene::records(&self.hub.file()) == self.records_after;
        if is_same { Ok(()) } else { Err(format!("the next try failed: {again:?}")) }
    }

    fn nothing_was_made(&self, told: &Told) -> Result<(), String> {
        if told.code == Some(0) {
            return Err("a file was said to be made, and there is none".into());
        }
        let again = self.hub.run(self.case.line);
        if again.code == Some(0) { Ok(()) } else { Err(format!("the next try failed: {again:?}")) }
    }

    fn says_done(&self, told: &Told) -> bool {
        let first = self.well.stderr.lines().next().unwrap_or_default();
        !first.is_empty() && told.stderr.contains(first)
    }

    /// The names that a person finds afterwards.
    fn outcome<'t>(&self, tree: &'t Tree) -> Vec<&'t Path> {
        let own = |path: &&Path| !path.to_string_lossy().starts_with("hub.db-") && !is_litter(path);
        tree.keys().map(|path| path.as_path()).filter(own).collect()
    }

    /// Whatever has a name of its own is whole: as it was before, or as it is where nothing fails.
    fn judge_files(&self, left: &Tree) -> Result<(), String> {
        for (path, bytes) in left.iter().filter(|(path, _)| !is_litter(path)) {
            let name = path.to_string_lossy();
            if name.starts_with("hub.db-") || name == "hub.db" || self.before.get(path) == Some(bytes) {
                continue;
            }
            let is_copy =
                [".before-", ".version-", ".replaced-"].iter().any(|copy| name.contains(copy)) || name.ends_with(".db");
            let is_whole = match (is_copy, self.after.get(path)) {
                (_, None) => false,
                (true, _) => scene::records(&self.hub.folder().join(path)) == self.records_before,
                // The stamp bears a name that is made up anew each time.
                (false, _) if name == "hub.db.armed" => true,
                (false, Some(well)) => well == bytes,
            };
            if !is_whole {
                return Err(format!("{name} is there, and not whole"));
            }
        }
        let gone = self.before.keys().find(|path| !left.contains_key(*path) && self.after.contains_key(*path));
        gone.map_or(Ok(()), |gone| Err(format!("{} is gone", gone.display())))
    }
}

fn is_litter(path: &Path) -> bool {
    path.components().any(|part| {
        let name = part.as_os_str().to_string_lossy();
        name.starts_with(".ledgerline") || name.starts_with(".tmp")
    })
}

fn each_call_fails(cases: &[Case]) {
    let Some(shim) = shim::built() else { return };
    let (mut count, mut faults) = (0, Vec::new());
    for case in cases {
        let stage = Stage::set(*case, shim);
        for fail in stage.plan(&mut Chance::of(case.line)) {
            count += 1;
            faults.extend(stage.fail(&Orders { fail: Some(fail), ..Orders::default() }).err());
        }
    }
    tried(count, &format!("failures of {} commands, each at another call to the system", cases.len()));
    assert!(faults.is_empty(), "{} of {count} tries:\n{}", faults.len(), faults.join("\n\n"));
}

#[test]
fn each_call_of_the_desk_fails() {
    each_call_fails(cases::DESK);
}

#[test]
fn each_call_about_money_fails() {
    each_call_fails(cases::MONEY);
}

#[test]
fn each_call_that_brings_files_in_or_out_fails() {
    each_call_fails(cases::FILES);
}

#[test]
fn the_disk_is_full_at_each_change_of_a_run_of_letters() {
    const NO_ROOM: i32 = 28;
    let Some(shim) = shim::built() else { return };
    let case = cases::FILES.iter().find(|case| case.line.starts_with("remind --letters")).expect("it is one of them");
    let stage = Stage::set(*case, shim);
    let is_log = |call: &Call| call.name == "write" && call.path.ends_with("hub.db-wal");
    let begins = |at: &usize| is_log(&stage.calls[*at]) && !is_log(&stage.calls[at - 1]);
    let changes: Vec<usize> = (1..stage.calls.len()).filter(begins).collect();
    let full = |at: &usize| Orders { fail: Some((at + 1, Fault::Error(NO_ROOM), true)), ..Orders::default() };
    let faults: Vec<String> = changes.iter().filter_map(|at| stage.fail(&full(at)).err()).collect();
    tried(changes.len(), "changes of a run of letters for which the disk was full");
    assert!(changes.len() >= 3 && faults.is_empty(), "{}", faults.join("\n\n"));
}
