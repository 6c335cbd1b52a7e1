//! Power cuts: whatever a command had said before the lights went out is there afterwards, and nothing is there by half.

mod disk;

use std::path::Path;

use super::faults::scene::{self, Tree};
use super::faults::shim::{self, Call, Orders};
use super::faults::{Chance, cases};
use super::{Hub, times, tried};
use cases::{Case, From};
use disk::{Disk, Temper};

/// So many cuts of each command, besides those right after something was said.
const EACH: usize = 10;

const fn sample(before: &'static [&'static str], line: &'static str) -> Case {
    Case { from: From::Sample, before, line }
}

/// A command, and what of its sentences says that its change is done.
const COMMANDS: &[(Case, &str)] = &[
    (Case { from: From::Nothing, before: &[], line: "init --hub 'Test Hub'" }, "Made "),
    (Case { from: From::Nothing, before: &[], line: "init --hub 'Test Hub' --db deep/er/hub.db" }, "Made "),
    (sample(&[], "lend VN-0002 --to P2 --due +30d"), "Lent "),
    (sample(&[], "return VN-0001"), "Took back "),
    (sample(&["return --set 'Ukuleles A'"], "lend --set 'Ukuleles A' --to 900003 --pupils 28 --year-group 4 --due +30d"), "Lent "),
    (sample(&["term add 2026/27 autumn 2026-09-01 2026-12-18"], "charge raise --term 2026/27-autumn"), "Raised "),
    (sample(&[], "import people people.csv --commit"), " is kept in "),
    (sample(&[], "import people mixed.csv --commit --skip-rejects --rejects rejects.csv"), " is kept in "),
    (sample(&[], "export all --output moving"), "Wrote "),
    (sample(&["export people --output people.out"], "export loans --output people.out"), "nothing"),
    (sample(&[], "backup copy.db"), " and verified."),
    (sample(&["backup copies --today 2026-11-20", "backup copies --today 2026-11-21"], "backup copies --keep 2"), " and verified."),
    (Case { from: From::Old, before: &[], line: "loan list" }, "is upgraded"),
    (sample(&["organisation edit G2 --address '1 Hall Road, Northshire'"], "remind --letters letters"), "Wrote "),
    (sample(&[], "remind arm"), "Armed"),
];

/// A command played once with all that it did written down.
struct Play {
    case: Case,
    done: &'static str,
    hub: Hub,
    before: Tree,
    after: Tree,
    records_before: Vec<String>,
    records_after: Vec<String>,
    disk: Disk,
    calls: Vec<Call>,
}

impl Play {
    fn of(case: Case, done: &'static str, shim: &Path) -> Play {
        let (hub, before) = case.set();
        let file = file_of(&case, &hub);
        let records_before = if file.exists() { scene::records(&file) } else { Vec::new() };
        scene::write(&before, hub.folder());
        let disk = Disk::of(hub.folder(), &before);
        let orders = Orders { with_data: true, ..Orders::default() };
        let (told, calls) = shim::run(hub.command(case.line), shim, hub.folder(), &orders);
        assert!(matches!(told.code, Some(0 | 4)), "{}: {told:?}", case.line);
        let after = scene::read(hub.folder());
        let played = calls.iter().filter(|call| !call.has_failed()).fold(disk.clone(), |mut disk, call| {
            disk.play(call);
            disk
        });
        // The harness knows every call that matters: what is played comes to what is there.
        let mut kept = played.cut(Temper::Keeps, &mut Chance::of(""));
        kept.retain(|path, _| !path.to_string_lossy().ends_with("-shm"));
        assert!(kept == after, "{}: played {:?}, there is {:?}", case.line, kept.keys(), after.keys());
        let records_after = scene::records(&file);
        Play { case, done, hub, before, after, records_before, records_after, disk, calls }
    }

    /// Cuts the power after some of the calls, and judges what is left.
    fn cut(&self) -> (usize, Vec<String>) {
        let mut chance = Chance::of(self.case.line);
        let (mut disk, mut said, mut faults, mut count) = (self.disk.clone(), String::new(), Vec::new(), 0);
        let quiet = self.calls.iter().filter(|call| call.name != "say").count();
        for (place, call) in self.calls.iter().enumerate().filter(|(_, call)| !call.has_failed()) {
            disk.play(call);
            let mut tempers = Vec::new();
            match call.name.as_str() {
                "say" => {
                    said.push_str(&String::from_utf8_lossy(&call.data));
                    tempers.extend([Temper::Loses, Temper::Mixes]);
                }
                _ if chance.below(quiet) < times(EACH) => {
                    tempers.push([Temper::Loses, Temper::Mixes, Temper::Mixes][chance.below(3)]);
                }
                _ => {}
            }
            for temper in tempers {
                let left = disk.cut(temper, &mut chance);
                count += 1;
                if let Err(why) = self.judge(&left, &said) {
                    faults.push(format!(
                        "'{}', cut after call {place} ({} {}), disk {temper:?}, seed {}: {why}\nsaid: {said}",
                        self.case.line,
                        call.name,
                        call.path.display(),
                        Chance::seed()
                    ));
                }
            }
        }
        (count, faults)
    }

    fn judge(&self, left: &Tree, said: &str) -> Result<(), String> {
        scene::write(left, self.hub.folder());
        let (file, is_said) = (file_of(&self.case, &self.hub), said.contains(self.done));
        if !file.exists() {
            let is_fair = self.records_before.is_empty() && !is_said;
            return if is_fair { Ok(()) } else { Err("the hub's file is gone".into()) };
        }
        let line = format!("check --db '{}'", file.display());
        let is_old = matches!(self.case.from, From::Old);
        let records = if is_old { scene::records(&file) } else { Vec::new() };
        let check = self.hub.run(&line);
        if check.code != Some(0) {
            return Err(format!("the file is not sound: {check:?}"));
        }
        let records = if is_old { records } else { scene::records(&file) };
        if is_said && records != self.records_after {
            return Err(format!("what was said is lost: {}", scene::difference(&self.records_after, &records)));
        }
        let is_letters = self.case.line.starts_with("remind --letters");
        if !is_letters && records != self.records_before && records != self.records_after {
            return Err(format!("half of it is there: {}", scene::difference(&self.records_before, &records)));
        }
        let is_sent = |line: &&String| line.starts_with("reminder: ") && line.contains("'sent'");
        let counts = is_said || is_letters && records.iter().any(|line| is_sent(&line));
        self.judge_files(left, counts)
    }

    /// What has a name of its own is whole, and once it was said to be there, or counts as sent, it is.
    fn judge_files(&self, left: &Tree, counts: bool) -> Result<(), String> {
        let own = |path: &&std::path::PathBuf| {
            let name = path.to_string_lossy();
            !name.starts_with("hub.db-") && !name.ends_with("hub.db") && !name.starts_with("deep") && !name.contains("/.") && !name.starts_with('.')
        };
        for path in left.keys().filter(own) {
            let (now, well) = (&left[path], self.after.get(path));
            let is_whole = Some(now) == well
                || Some(now) == self.before.get(path)
                || path.starts_with("letters") && now.is_none()
                || *path == Path::new("hub.db.armed") && !counts;
            // An output is there under its name at the end; so is nothing of it before.
            if !is_whole {
                return Err(format!("{} is there, and not whole", path.display()));
            }
        }
        let lost = self.after.keys().filter(own).find(|path| counts && left.get(*path) != self.after.get(*path));
        lost.map_or(Ok(()), |lost| Err(format!("{} was said to be there, and is not", lost.display())))
    }
}

/// The hub's file in a case: `--db` names another.
fn file_of(case: &Case, hub: &Hub) -> std::path::PathBuf {
    match case.line.split_once("--db ") {
        Some((_, name)) => hub.folder().join(name),
        None => hub.file(),
    }
}

fn the_power_fails(commands: &[(Case, &'static str)]) {
    let Some(shim) = shim::built() else { return };
    let (mut count, mut faults) = (0, Vec::new());
    for (case, done) in commands {
        let (cuts, wrong) = Play::of(*case, done, shim).cut();
        count += cuts;
        faults.extend(wrong);
    }
    tried(count, &format!("power cuts in the middle of {} commands, each with what was not synced lost, mixed or torn", commands.len()));
    assert!(faults.is_empty(), "{} of {count} cuts:\n{}", faults.len(), faults.join("\n\n"));
}

#[test]
fn the_power_fails_at_the_desk() {
    the_power_fails(&COMMANDS[..6]);
}

#[test]
fn the_power_fails_while_files_come_in_or_go_out() {
    the_power_fails(&COMMANDS[6..]);
}
