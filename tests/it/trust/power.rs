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
    (sample(&[], "return VN-0001 && undo && return VN-0001"), "nothing"),
    (
        sample(
            &["return --set 'Ukuleles A'"],
            "lend --set 'Ukuleles A' --to 900003 --pupils 28 --year-group 4 --due +30d",
        ),
        "Lent ",
    ),
    (sample(&["term add 2026/27 autumn 2026-09-01 2026-12-18"], "charge raise --term 2026/27-autumn"), "Raised "),
    (sample(&[], "import people people.csv --commit"), " is kept in "),
    (sample(&[], "import people mixed.csv --commit --skip-rejects --rejects rejects.csv"), " is kept in "),
    (sample(&[], "export all --output moving"), "Wrote "),
    (sample(&["export people --output people.out"], "export loans --output people.out"), "nothing"),
    (sample(&[], "backup copy.db"), " and verified."),
    (
        sample(&["backup copies --today 2026-11-20", "backup copies --today 2026-11-21"], "backup copies --keep 2"),
        " and verified.",
    ),
    (sample(&["backup copy.db", "return VN-0001"], "restore copy.db"), "Restored "),
    (
        sample(&["person add 'Eve Gone' --role adult --email eve@family.example"], "privacy erase 'Eve Gone' --yes"),
        "Erased ",
    ),
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
    /// What was on record before the first command of the row, and after each.
    states: Vec<Vec<String>>,
    disk: Disk,
    /// What each of them did.
    calls: Vec<Vec<Call>>,
}

/// How far a row of commands had come when the power went.
struct Moment {
    /// So many had ended, or had said that their change is done.
    done: usize,
    /// So many had begun.
    begun: usize,
}

impl Play {
    fn of(case: Case, done: &'static str, shim: &Path) -> Play {
        let (hub, before) = case.set();
        let file = file_of(&case, &hub);
        let mut states = vec![if file.exists() { scene::records(&file) } else { Vec::new() }];
        scene::write(&before, hub.folder());
        let disk = Disk::of(hub.folder(), &before);
        let orders = Orders { with_data: true, ..Orders::default() };
        let mut calls = Vec::new();
        for line in case.line.split(" && ") {
            let (told, made) = shim::run(hub.command(line), shim, hub.folder(), &orders);
            assert!(matches!(told.code, Some(0 | 4)), "{line}: {told:?}");
            calls.push(made);
            states.push(scene::records(&file));
        }
        let after = scene::read(hub.folder());
        let played = calls.iter().flatten().filter(|call| !call.has_failed()).fold(disk.clone(), |mut disk, call| {
            disk.play(call);
            disk
        });
        // The harness knows every call that matters: what is played comes to what is there.
        let mut kept = played.cut(Temper::Keeps, &mut Chance::of(""));
        kept.retain(|path, _| !path.to_string_lossy().ends_with("-shm"));
        assert!(kept == after, "{}: played {:?}, there is {:?}", case.line, kept.keys(), after.keys());
        Play { case, done, hub, before, after, states, disk, calls }
    }

    /// Cuts the power after some of the calls, and judges what is left.
    fn cut(&self) -> (usize, Vec<String>) {
        let mut chance = Chance::of(self.case.line);
        let (mut disk, mut said, mut faults, mut count) = (self.disk.clone(), String::new(), Vec::new(), 0);
        let quiet = self.calls.iter().flatten().filter(|call| call.name != "say").count();
        let steps = self.calls.iter().enumerate();
        let all = steps.flat_map(|(step, calls)| {
            calls.iter().enumerate().map(move |(at, call)| (step, at + 1 == calls.len(), call))
        });
        for (place, (step, is_last, call)) in all.enumerate().filter(|(_, (.., call))| !call.has_failed()) {
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
                _ if is_last => tempers.extend([Temper::Loses, Temper::Mixes]),
                _ => {}
            }
            // A command that has ended well has said so by that.
            let done = step + usize::from(is_last || said.contains(self.done));
            for temper in tempers {
                let left = disk.cut(temper, &mut chance);
                count += 1;
                if let Err(why) = self.judge(&left, &Moment { done, begun: step + 1 }) {
                    faults.push(format!(
                        "'{}', cut after call {place} ({} {}), disk {temper:?}, seed {}: {why}\nsaid: {}",
                        self.case.line,
                        call.name,
                        call.path.display(),
                        Chance::seed(),
                        said
                    ));
                }
            }
        }
        (count, faults)
    }

    fn judge(&self, left: &Tree, moment: &Moment) -> Result<(), String> {
        scene::write(left, self.hub.folder());
        let file = file_of(&self.case, &self.hub);
        if !file.exists() {
            let is_fair = self.states[0].is_empty() && moment.done == 0;
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
        let is_letters = self.case.line.starts_with("remind --letters") && moment.done == 0;
        let (least, most) = (&self.states[moment.done], &self.states[moment.begun]);
        if !is_letters && records != *least && records != *most {
            return Err(format!("it is neither done nor not: {}", scene::difference(least, &records)));
        }
        let is_said = moment.done == self.calls.len();
        let is_sent = |line: &&String| line.starts_with("reminder: ") && line.contains("'sent'");
        let counts = is_said || is_letters && records.iter().any(|line| is_sent(&line));
        self.judge_files(left, counts)
    }

    /// What has a name of its own is whole, and once it was said to be there, or counts as sent, it is.
    fn judge_files(&self, left: &Tree, counts: bool) -> Result<(), String> {
        let own = |path: &&std::path::PathBuf| {
            let name = path.to_string_lossy();
            !name.starts_with("hub.db-")
                && !name.ends_with("hub.db")
                && !name.starts_with("deep")
                && !name.contains("/.")
                && !name.starts_with('.')
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
    tried(
        count,
        &format!(
            "power cuts in the middle of {} commands, each with what was not synced lost, mixed or torn",
            commands.len()
        ),
    );
    assert!(faults.is_empty(), "{} of {count} cuts:\n{}", faults.len(), faults.join("\n\n"));
}

#[test]
fn the_power_fails_at_the_desk() {
    the_power_fails(&COMMANDS[..7]);
}

#[test]
fn the_power_fails_while_files_come_in_or_go_out() {
    the_power_fails(&COMMANDS[7..]);
}
