//! Many processes at once on one file.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::{Hub, Told, times, told, tried};

const CROWD: usize = 50;

/// What a command says that has waited five seconds for another.
const BUSY: &str = "another command is writing to the file and did not finish in five seconds";

/// A hub with so many adults, and so many cellos, and a school.
fn hub(cellos: usize) -> Hub {
    let hub = Hub::new();
    let adults: String = (1..=CROWD).fold(String::new(), |mut rows, number| {
        writeln!(rows, "Adult {number:02},adult").expect("written");
        rows
    });
    bring_in(&hub, "people", &format!("name,role\n{adults}"));
    bring_in(&hub, "instruments", &instruments("VC", "VC-", 1, cellos));
    hub.done("school add 100001 'St Thomas'");
    hub
}

fn instruments(of: &str, begins: &str, first: usize, count: usize) -> String {
    (first..first + count).fold("tag,type,make\n".to_string(), |mut rows, number| {
        writeln!(rows, "{begins}{number:04},{of},Fiddler").expect("written");
        rows
    })
}

fn bring_in(hub: &Hub, kind: &str, rows: &str) {
    let file = hub.folder().join(format!("{kind}.csv"));
    fs::write(&file, rows).expect("written");
    hub.done(&format!("import {kind} '{}' --commit", file.display()));
}

fn start(hub: &Hub, line: &str) -> Child {
    hub.command(line).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs")
}

fn ended(child: Child) -> Told {
    told(child.wait_with_output().expect("it ends"))
}

#[test]
fn of_fifty_who_want_one_cello_one_gets_it_and_the_others_are_told_who() {
    let hub = hub(1);
    let all: Vec<Child> = (1..=CROWD).map(|number| start(&hub, &format!("lend VC-0001 --to P{number}"))).collect();
    let all: Vec<Told> = all.into_iter().map(ended).collect();
    let (won, lost): (Vec<&Told>, Vec<&Told>) = all.iter().partition(|told| told.code == Some(0));
    assert_eq!(won.len(), 1, "{all:?}");
    // "Lent VC-0001 to Adult 07, due 31 Jul 2027."
    let sentence = won[0].stderr.lines().find(|line| line.starts_with("Lent VC-0001 to ")).expect("a sentence");
    let (name, due) =
        sentence.trim_start_matches("Lent VC-0001 to ").trim_end_matches('.').split_once(", due ").expect("a day");
    for told in lost {
        assert_eq!(told.code, Some(1), "{told:?}");
        let answer = format!("error: VC-0001 is on loan to {name} until {due} (L1)");
        assert!(told.stderr.contains(&answer), "{answer}: {told:?}");
        assert_eq!(told.stdout, "", "{told:?}");
    }
    assert_eq!(hub.done("loan list --format csv").lines().count(), 2);
    hub.is_sound();
    tried(CROWD, "processes for one cello");
}

#[test]
fn fifty_who_want_fifty_cellos_get_one_each() {
    let hub = hub(CROWD);
    let wanted = |number: usize| format!("lend VC-{number:04} --to P{number}");
    let all: Vec<Child> = (1..=CROWD).map(|number| start(&hub, &wanted(number))).collect();
    for told in all.into_iter().map(ended) {
        assert_eq!(told.code, Some(0), "{told:?}");
    }
    let loans = hub.done("loan list --open --format csv");
    let parties: BTreeSet<&str> = loans.lines().skip(1).filter_map(|line| line.split(',').nth(5)).collect();
    assert_eq!((loans.lines().count() - 1, parties.len()), (CROWD, CROWD), "{loans}");
    assert_eq!(hub.done("log --format csv").matches(",lend,").count(), CROWD);
    hub.is_sound();
    tried(CROWD, "processes for as many cellos");
}

/// A crowd on one file: who is still at work, and who was sent away.
struct Crowd<'h> {
    hub: &'h Hub,
    runs: AtomicUsize,
    sent_away: AtomicUsize,
    is_over: AtomicBool,
}

impl<'h> Crowd<'h> {
    fn on(hub: &'h Hub) -> Crowd<'h> {
        let (runs, sent_away) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Crowd { hub, runs, sent_away, is_over: AtomicBool::new(false) }
    }

    /// Runs a command that is done, or is told that the file was busy for five seconds.
    fn run(&self, line: &str) -> Option<String> {
        let told = self.hub.run(line);
        self.runs.fetch_add(1, Ordering::Relaxed);
        match told.code {
            Some(0) => Some(told.stdout),
            Some(3) if told.stderr.contains(BUSY) => {
                self.sent_away.fetch_add(1, Ordering::Relaxed);
                None
            }
            _ => panic!("{line}: {told:?}"),
        }
    }

    /// The same again until it is done.
    fn insist(&self, line: &str) {
        while self.run(line).is_none() {}
    }

    fn read(&self, line: &str) -> String {
        self.run(line).unwrap_or_else(|| panic!("{line}: a reader was kept waiting"))
    }

    /// Reads again and again until the others are done.
    fn meanwhile(&self, mut look: impl FnMut(&Crowd<'h>)) {
        while !self.is_over.load(Ordering::Relaxed) {
            look(self);
        }
    }
}

/// One column of a list, row by row.
fn column(csv: &str, name: &str) -> Vec<String> {
    let place = csv.lines().next().and_then(|head| head.split(',').position(|own| own == name)).expect("a column");
    csv.lines().skip(1).map(|row| row.split(',').nth(place).unwrap_or_default().to_string()).collect()
}

fn sum(csv: &str, name: &str) -> u64 {
    column(csv, name)
        .iter()
        .map(|cell| cell.split('.').next().unwrap_or_default().parse::<u64>().expect("a number"))
        .sum()
}

#[test]
fn desk_reports_imports_and_cron_share_a_file_and_nobody_sees_half_a_change() {
    let hub = hub(1);
    bring_in(&hub, "instruments", &instruments("TPT", "TPT-", 1, 30));
    let tags: Vec<String> = (1..=30).map(|number| format!("TPT-{number:04}")).collect();
    hub.done(&format!("set add Trumpets {}", tags.join(" ")));
    hub.done("fund add CIP Capital --award 900000 --from 2026-01-01 --spend-by 2027-03-31");
    hub.done("supplier add Normans");
    fs::write(
        hub.folder().join("lines.csv"),
        "description,nature,qty,line_net\nOne,service,1,100.00\nTwo,service,1,200.00\n",
    )
    .expect("written");
    fs::create_dir(hub.folder().join("copies")).expect("a folder");
    let at = |name: &str| format!("'{}'", hub.folder().join(name).display());
    let rounds = times(8);
    for part in 0..rounds {
        fs::write(hub.folder().join(format!("{part}.csv")), instruments("VN", "VN-", 1 + 200 * part, 200))
            .expect("written");
    }
    let order = format!("purchase order --supplier Normans --fund CIP --lines {} --override agreed", at("lines.csv"));

    let crowd = Crowd::on(&hub);
    std::thread::scope(|scope| {
        let desk = scope.spawn(|| {
            for _ in 0..rounds {
                crowd.insist("lend --set Trumpets --to 100001 --pupils 28 --year-group 4");
                crowd.insist("return --set Trumpets");
                crowd.insist("lend VC-0001 --to P1");
                crowd.insist("return VC-0001");
            }
        });
        let buyer = scope.spawn(|| (0..rounds).for_each(|_| crowd.insist(&order)));
        let importer = scope.spawn(|| {
            (0..rounds)
                .for_each(|part| crowd.insist(&format!("import instruments {} --commit", at(&format!("{part}.csv")))));
        });
        let cron = scope.spawn(|| {
            for _ in 0..rounds {
                crowd.insist("remind");
                crowd.insist(&format!("backup {} --keep 3", at("copies")));
            }
        });
        scope.spawn(|| {
            crowd.meanwhile(|crowd| {
                let out = crowd.read("loan list --open --format csv");
                let trumpets = column(&out, "set").iter().filter(|set| *set == "Trumpets").count();
                assert!(trumpets == 0 || trumpets == 30, "{trumpets} of 30 are out: {out}");
                let stock = crowd.read("instrument list --type VN --format csv").lines().count() - 1;
                assert_eq!(stock % 200, 0, "{stock} violins");
            });
        });
        scope.spawn(|| {
            crowd.meanwhile(|crowd| {
                let spend = crowd.read("report spend --format csv");
                // An order is two lines, of £100 and £200.
                assert_eq!(sum(&spend, "committed"), sum(&spend, "lines") * 150, "{spend}");
                assert_eq!(sum(&spend, "lines") % 2, 0, "{spend}");
                let lines = crowd.read("report lines --format csv");
                assert_eq!(sum(&lines, "grant_cost") % 300, 0, "{lines}");
            });
        });
        for writer in [desk, buyer, importer, cron] {
            // A writer that fails ends the readers too.
            let done = writer.join();
            if done.is_err() {
                crowd.is_over.store(true, Ordering::Relaxed);
            }
            done.expect("a writer");
        }
        crowd.is_over.store(true, Ordering::Relaxed);
    });

    let (spend, lines) = (hub.done("report spend --format csv"), hub.done("report lines --format csv"));
    assert_eq!(sum(&spend, "committed"), sum(&lines, "grant_cost"));
    assert_eq!(sum(&spend, "committed"), 300 * u64::try_from(rounds).expect("small"));
    assert_eq!(hub.done("instrument list --type VN --format csv").lines().count() - 1, 200 * rounds);
    assert_eq!(hub.done("log --format csv").matches(",lend,").count(), 2 * rounds);
    hub.is_sound();
    for copy in fs::read_dir(hub.folder().join("copies")).expect("a folder") {
        hub.done(&format!("check --db '{}'", copy.expect("an entry").path().display()));
    }
    let (runs, sent_away) = (crowd.runs.load(Ordering::Relaxed), crowd.sent_away.load(Ordering::Relaxed));
    tried(runs, &format!("commands at once on one file, {sent_away} of them told after five seconds that it was busy"));
}

#[test]
fn readers_go_on_while_a_large_import_is_written() {
    let hub = hub(1);
    hub.done("lend VC-0001 --to P1");
    let count = 100_000;
    let rows = hub.folder().join("rows.csv");
    fs::write(&rows, instruments("VN", "VN-", 1, count)).expect("written");
    let crowd = Crowd::on(&hub);
    let (looks, before, after) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        let import = scope.spawn(|| crowd.run(&format!("import instruments '{}' --commit", rows.display())));
        scope.spawn(|| {
            crowd.meanwhile(|crowd| {
                let stock = column(&crowd.read("status --format csv"), "instruments").concat();
                let seen = if stock == "1" { &before } else { &after };
                assert!(stock == "1" || stock == (count + 1).to_string(), "{stock} instruments");
                seen.fetch_add(1, Ordering::Relaxed);
                let found = crowd.read("find fiddler --format csv").lines().count() - 1;
                assert!(found == 1 || found == count + 1, "{found} found");
                assert_eq!(crowd.read("loan list --open --format csv").lines().count(), 2);
                assert!(crowd.read("instrument show VC-0001 --format csv").contains("VC-0001"));
                looks.fetch_add(4, Ordering::Relaxed);
            });
        });
        let done = import.join();
        crowd.is_over.store(true, Ordering::Relaxed);
        assert!(done.expect("an import").is_some(), "the import was kept waiting");
    });
    assert!(before.load(Ordering::Relaxed) > 0, "nobody looked before the import was done");
    assert_eq!(hub.done("instrument list --type VN --format csv").lines().count() - 1, count);
    hub.is_sound();
    let (before, after) = (before.load(Ordering::Relaxed), after.load(Ordering::Relaxed));
    let looks = looks.load(Ordering::Relaxed);
    tried(
        looks,
        &format!("looks at the records while {count} rows came in ({before} before they were there, {after} after)"),
    );
}
