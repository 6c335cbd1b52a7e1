//! Commands killed at random moments: all or nothing.
//!
//! A command is added by a line in [`DEEDS`]: the lines that make ready for it, and what it leaves behind when it is done.

mod deeds;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use deeds::{DEEDS, Deed, Leaves, Ready, Sample};

use super::tools::{self, Dice, Rows};
use super::{Hub, Told, times, tried};

#[test]
fn a_command_that_is_killed_did_all_or_nothing() {
    let mut dice = Dice::new();
    let sample = Sample::make();
    let mut moments = Moments::default();
    let rounds = times(200).div_ceil(DEEDS.len());
    for deed in DEEDS {
        let trial = Trial::prepare(deed, &sample);
        moments += trial.kill(rounds, &mut dice);
    }
    let all = moments.before + moments.inside + moments.after;
    tried(all, &format!("commands killed: {moments:?}"));
    assert!(moments.inside * 4 > all, "too few were killed within their run: {moments:?}");
    assert!(moments.inside_and_done > 0, "none was killed between its change and its end: {moments:?}");
}

/// When the kills fell.
#[derive(Debug, Default)]
struct Moments {
    /// Nothing had been touched yet in the hub's folder.
    before: usize,
    /// It was at work.
    inside: usize,
    /// Of those, its change was written already.
    inside_and_done: usize,
    /// It had ended.
    after: usize,
    /// What is left lying about: work folders and files, by the beginning of their names.
    left: BTreeMap<String, usize>,
}

impl std::ops::AddAssign for Moments {
    fn add_assign(&mut self, other: Moments) {
        self.before += other.before;
        self.inside += other.inside;
        self.inside_and_done += other.inside_and_done;
        self.after += other.after;
        other.left.into_iter().for_each(|(name, count)| *self.left.entry(name).or_default() += count);
    }
}

fn at(hub: &Hub, line: &str) -> String {
    line.replace("@/", &format!("{}/", hub.folder().display()))
}

/// A deed, the folder in which it begins, and what comes of it.
struct Trial<'d> {
    deed: &'d Deed,
    /// The folder as it is before.
    base: Hub,
    before: Vec<Rows>,
    after: Vec<Rows>,
    /// The files of a run that nobody killed, those of letters and exports by their names.
    made: BTreeMap<PathBuf, Vec<u8>>,
    lasts: Duration,
}

impl<'d> Trial<'d> {
    fn prepare(deed: &'d Deed, sample: &Sample) -> Trial<'d> {
        let base = tools::in_memory();
        copy_folder(sample.hub.folder(), base.folder());
        match deed.ready {
            Ready::Sample(lines) => {
                fs::create_dir(base.folder().join("copies")).expect("a folder");
                lines.iter().for_each(|line| drop(base.done(&at(&base, line))));
            }
            Ready::New => {
                fs::remove_file(base.file()).expect("removed");
                base.done("init");
            }
            Ready::Older(version, schema) => {
                fs::remove_file(base.file()).expect("removed");
                sample.as_older(version, schema, &base.file());
            }
        }
        let (before, after) = (Vec::new(), Vec::new());
        let mut trial = Trial { deed, base, before, after, made: BTreeMap::new(), lasts: Duration::ZERO };
        trial.before = tools::records(&trial.begin().file()).expect("records");
        let (hub, begun) = (trial.begin(), Instant::now());
        let told = hub.run(&at(&hub, deed.line));
        trial.lasts = begun.elapsed();
        assert_eq!(told.code, Some(deed.exit), "{}: {told:?}", deed.line);
        trial.after = tools::records(&hub.file()).expect("records");
        trial.made = trial.made_in(&hub);
        hub.is_sound();
        assert!(trial.before != trial.after || !trial.made.is_empty(), "{} does nothing", deed.line);
        trial
    }

    /// A fresh folder in which the deed can be done.
    fn begin(&self) -> Hub {
        let hub = tools::in_memory();
        copy_folder(self.base.folder(), hub.folder());
        hub
    }

    /// Kills the deed so many times, at any moment of its run.
    fn kill(&self, rounds: usize, dice: &mut Dice) -> Moments {
        let (mut moments, mut lasts) = (Moments::default(), self.lasts);
        for _ in 0..rounds {
            let hub = self.begin();
            let (told, is_killed) = run_until(&hub, &at(&hub, self.deed.line), lasts.mul_f64(share(dice)));
            // Machines are now quicker and now slower; kills are to fall within the run all the same.
            lasts = lasts.mul_f64(if is_killed { 1.03 } else { 0.9 });
            if is_killed && told.stdout.is_empty() && is_untouched(self.base.folder(), hub.folder()) {
                moments.before += 1;
                continue;
            }
            let is_done = self.judge(&hub, &told);
            for name in left_in(&hub) {
                *moments.left.entry(name).or_default() += 1;
            }
            if is_killed {
                moments.inside += 1;
                moments.inside_and_done += usize::from(is_done);
                // To see what every second one comes to when it is given again is enough.
                if moments.inside.is_multiple_of(2) {
                    self.again(&hub, is_done, &told);
                }
            } else {
                moments.after += 1;
            }
        }
        moments
    }

    /// Whether all is done, which it must be if anything was said; otherwise nothing is.
    fn judge(&self, hub: &Hub, told: &Told) -> bool {
        let line = self.deed.line;
        // Before anything else touches the file: what is in it and its log, and what lies beside it.
        let now = tools::records(&hub.file()).unwrap_or_else(|error| panic!("{line}: {error}, after {told:?}"));
        let is_letters = matches!(self.deed.leaves, Leaves::Letters(_));
        let (is_before, is_after) = (now == self.before, now == self.after);
        assert!(
            is_before || is_after || is_letters || self.is_a_copy_not_noted(&now),
            "{line} is half done after {told:?}"
        );
        self.judge_what_is_made(hub, told);
        let said = !told.stdout.is_empty() || !told.stderr.is_empty();
        let done = match self.deed.leaves {
            Leaves::Folder(name) => hub.folder().join(name).exists(),
            _ => is_after,
        };
        assert!(!said || done, "{line} said what is not so: {told:?}");
        hub.is_sound();
        done
    }

    /// A backup that was made and could not be noted any more; it is never pruned, and does no harm.
    fn is_a_copy_not_noted(&self, now: &[Rows]) -> bool {
        matches!(self.deed.leaves, Leaves::Copies("copy.db" | "copies/")) && now == self.before
    }

    fn judge_what_is_made(&self, hub: &Hub, told: &Told) {
        for (name, bytes) in self.made_in(hub) {
            let line = self.deed.line;
            match self.deed.leaves {
                Leaves::Copies(_) => {
                    let copy = tools::in_memory();
                    fs::write(copy.file(), bytes).expect("written");
                    let held = tools::records(&copy.file());
                    let held =
                        held.unwrap_or_else(|error| panic!("{line}: {}: {error} after {told:?}", name.display()));
                    // A copy in the folder from before may hold less than the file by now.
                    let is_known = held == self.before || name.starts_with("copies");
                    assert!(is_known, "{line}: {} is another file", name.display());
                    let whole: String = rusqlite::Connection::open(copy.file())
                        .and_then(|file| file.query_row("PRAGMA integrity_check", [], |row| row.get(0)))
                        .expect("an answer");
                    assert_eq!(whole, "ok", "{line}: {}", name.display());
                }
                Leaves::Folder(_) => {
                    assert_eq!(Some(&bytes), self.made.get(&name), "{line}: {} after {told:?}", name.display())
                }
                Leaves::Letters(_) if name.extension().is_some_and(|ending| ending == "txt") => {
                    // Which number a household's letter gets is settled by its message.
                    assert!(
                        self.made.values().any(|letter| *letter == bytes),
                        "{line}: half a letter, {}",
                        name.display()
                    );
                }
                Leaves::Letters(_) => {
                    let page = String::from_utf8_lossy(&bytes).into_owned();
                    assert!(page.ends_with("</html>\n"), "{line}: half a page, {}", name.display());
                }
                Leaves::Records => {}
            }
        }
        if let Leaves::Folder(name) = self.deed.leaves
            && hub.folder().join(name).exists()
        {
            assert_eq!(self.made_in(hub).len(), self.made.len(), "{} is half a folder", self.deed.line);
        }
    }

    /// The files under their final names, from the folder in which the deed leaves them.
    fn made_in(&self, hub: &Hub) -> BTreeMap<PathBuf, Vec<u8>> {
        let begins = match self.deed.leaves {
            Leaves::Records => return BTreeMap::new(),
            Leaves::Copies(begins) | Leaves::Folder(begins) | Leaves::Letters(begins) => begins,
        };
        let named = |path: &Path| path.strip_prefix(hub.folder()).expect("in the folder").to_path_buf();
        let is_work = |name: &Path| name.components().any(|part| part.as_os_str().to_string_lossy().starts_with('.'));
        let wanted = files(hub.folder()).into_iter().map(|path| (named(&path), path));
        wanted
            .filter(|(name, _)| name.to_string_lossy().starts_with(begins) && !is_work(name))
            .map(|(name, path)| (name, fs::read(path).expect("a file")))
            .collect()
    }

    /// The same command once more: it does what is not done, and refuses or leaves alone what is.
    fn again(&self, hub: &Hub, is_done: bool, before: &Told) {
        let line = at(hub, self.deed.line);
        let told = hub.run(&line);
        if let Leaves::Letters(_) = self.deed.leaves {
            assert!(matches!(told.code, Some(0 | 4)), "{line}, again: {told:?} after {before:?}");
            let retried = hub.run(&format!("remind retry --letters '{}'", hub.folder().join("letters").display()));
            assert!(matches!(retried.code, Some(0 | 1 | 4)), "{line}, retried: {retried:?} after {before:?}");
        } else if is_done {
            assert!(matches!(told.code, Some(0 | 1 | 3)), "{line}, again: {told:?} after {before:?}");
        } else if told.code != Some(self.deed.exit) {
            // A copy that was made and not noted keeps its name.
            let is_there = told.stderr.contains("already exists") && self.deed.line == "backup @/copy.db";
            assert!(is_there, "{line}, again: {told:?} after {before:?}");
        } else {
            let now = tools::records(&hub.file()).expect("records");
            let is_another_name = self.deed.line.starts_with("backup");
            assert!(now == self.after || is_another_name, "{line}, again, came to something else");
            // The same records were found sound when nobody killed it.
            return;
        }
        hub.is_sound();
    }
}

/// A share of a run: the program has hardly begun at a tenth of it, and now and then it is let go to the end.
fn share(dice: &mut Dice) -> f64 {
    f64::from(u32::try_from(100 + dice.below(950)).unwrap_or_default()) / 1000.0
}

/// Runs a command and kills it after a while; whether it was still running.
fn run_until(hub: &Hub, line: &str, after: Duration) -> (Told, bool) {
    let said = tools::in_memory();
    let (out, err) = (said.folder().join("out"), said.folder().join("err"));
    let mut command: Command = hub.command(line);
    command.stdout(File::create(&out).expect("a file")).stderr(File::create(&err).expect("a file"));
    let mut child = command.spawn().expect("it runs");
    std::thread::sleep(after);
    // One that has ended cannot be killed any more.
    let _ = child.kill();
    let status = child.wait().expect("it ends");
    let read = |path| fs::read_to_string(path).expect("text");
    let told = Told { code: status.code(), stdout: read(&out), stderr: read(&err) };
    (told, status.code().is_none())
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

fn copy_folder(from: &Path, to: &Path) {
    for path in files(from) {
        let copy = to.join(path.strip_prefix(from).expect("within"));
        fs::create_dir_all(copy.parent().expect("a folder")).expect("made");
        fs::copy(&path, copy).expect("copied");
    }
    // An empty folder holds no file that would make it.
    if from.join("copies").is_dir() {
        fs::create_dir_all(to.join("copies")).expect("made");
    }
}

/// Whether two folders hold the same names and the same bytes.
fn is_untouched(base: &Path, now: &Path) -> bool {
    let held = |folder: &Path| -> Vec<(PathBuf, Vec<u8>)> {
        files(folder)
            .into_iter()
            .map(|path| (path.strip_prefix(folder).expect("within").to_path_buf(), fs::read(&path).expect("a file")))
            .collect()
    };
    held(base) == held(now)
}

/// What a killed command leaves lying about, by what begins its name.
fn left_in(hub: &Hub) -> Vec<String> {
    let mut left = Vec::new();
    for folder in [hub.folder().to_path_buf(), hub.folder().join("copies"), hub.folder().join("letters")] {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
            let begins = [".ledgerline-", ".tmp", "hub.db-journal"].into_iter().find(|begins| name.starts_with(begins));
            left.extend(begins.map(|begins| format!("{begins}…")));
        }
    }
    left
}
