//! Every argument of every command, fed what no command expects.

use std::collections::BTreeSet;
use std::ffi::OsString;

use super::surface::{Place, Room, Sort, life, verbs};
use super::{Hub, Told, seed, times, told, tried};

/// Texts that are no day, in nobody's eyes.
const NO_DAYS: &[&str] = &[
    "31/02/2026",
    "29/02/2025",
    "0000-01-01",
    "1899-12-31",
    "2200-01-01",
    "9999-12-31",
    "10000-01-01",
    "2026-13-01",
    "2026-00-10",
    "2026-11-31",
    "2026-1-1",
    "08/31/2026",
    "+99999999999d",
    "+-1d",
    "+d",
    "+1m",
    "20261122",
    "2026-11-22T00:00",
    "٢٠٢٦-١١-٢٢",
    "2026/27",
    "2199-12-32",
    "1e9",
    "0x10",
    "NaN",
    "99999999999999999999",
];

/// Texts that are no amount of money.
const NO_MONEY: &[&str] = &[
    "£1,2,3",
    ".5",
    "1.",
    "1.005",
    "1e9",
    "0x10",
    "NaN",
    "inf",
    "99999999999999999999",
    "92233720368547758.08",
    "100000000000.01",
    "1 200",
    "--5",
    "£",
    "5-",
    "$5",
    "٥",
];

/// Texts that are no whole number that a machine holds.
const NO_NUMBERS: &[&str] = &["99999999999999999999", "9223372036854775808", "1e9", "0x10", "NaN", "1.5", "١", "1,000"];

/// Texts that refer to nothing.
const NO_REFERENCES: &[&str] = &[
    "L0",
    "L-1",
    "L",
    "L1.5",
    "L+1",
    "P99999999999999999999",
    "O1/",
    "O1/0",
    "O/1",
    "O1/99999999999999999999",
    "X1",
    "0",
    "1e9",
    "0x10",
    "NaN",
];

/// What such a value may well be, at its ends.
fn extremes(sort: Sort) -> &'static [&'static str] {
    match sort {
        Sort::Day => &["1900-01-01", "2199-12-31", "+36500d", "-36500d", "2028-02-29", "tomorrow"],
        Sort::Money => &["£1,200.00", "99999999999.99", "100000000000", "0", "-0.01", "-£5"],
        Sort::Number => &["9223372036854775807", "-9223372036854775808", "2147483648", "255", "0", "-1"],
        Sort::Reference => &["L999999999999", "l1", "O999999999999/999999999999", "E1", "M1", "999999", "000001"],
        Sort::Path => &["@/nowhere/x", "@/", "@/hub.db", "@/hub.db/x", "-"],
        Sort::Word | Sort::Text => {
            &["99999999999999999999", "-1", "2026-02-31", "P0", "L1", "NaN", "*", "a=b=c", ",", ";"]
        }
    }
}

/// What may be tried with anything.
const ANYTHING: &[&str] = &["", " ", "-", "--", "---", "-x", "=", DIGITS];

const DIGITS: &str = "99999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999\
    99999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999\
    99999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999\
    99999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999\
    99999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999";

fn no_value(sort: Sort) -> &'static [&'static str] {
    match sort {
        Sort::Day => NO_DAYS,
        Sort::Money => NO_MONEY,
        Sort::Number => NO_NUMBERS,
        Sort::Reference => NO_REFERENCES,
        Sort::Word => &["frob", "VIOLIN?", "0x10"],
        Sort::Path | Sort::Text => &[],
    }
}

/// How every command must end.
fn ended_well(told: &Told) -> Result<(), String> {
    let hints = told.stderr.lines().filter(|line| line.starts_with("hint: ")).count();
    match told.code {
        None => Err(format!("it panicked: {}", told.stderr)),
        Some(0..=4) if hints < 2 && !told.stderr.contains("panicked") => Ok(()),
        code => Err(format!("ended in {code:?} with {hints} hints: {}", told.stderr)),
    }
}

/// The names of the files and folders where the tests run.
fn files_here() -> BTreeSet<OsString> {
    std::fs::read_dir(".").expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect()
}

/// What reasons about days, numbers and money: it must cope with whatever was taken.
const REASONING: &[&str] = &[
    "status",
    "overdue",
    "report spend",
    "report lines",
    "report assets",
    "report movements",
    "report reach --year 2026/27",
    "report deadlines",
    "remind",
];

/// Whether all that was taken can be reckoned with.
fn copes(room: &Room) -> Result<(), String> {
    let run = |line: &str| room.run(&line.split(' ').map(OsString::from).collect::<Vec<_>>(), b"");
    for line in REASONING {
        let told = run(line);
        if told.code != Some(0) {
            return Err(format!("taken, and {line} ends in {:?}: {}", told.code, told.stderr));
        }
    }
    let told = run("check");
    if told.code == Some(0) { Ok(()) } else { Err(format!("taken, and check says {}{}", told.stdout, told.stderr)) }
}

#[test]
fn every_argument_takes_or_refuses_every_value() {
    let (verbs, room) = (verbs(), Room::new());
    let mut seen_so_far = 0;
    let around = files_here();
    let (mut tries, mut takes, mut faults, mut seen) = (0, 0, Vec::new(), BTreeSet::new());
    for line in life() {
        let before = room.state();
        for place in line.places(&verbs).iter().filter(|place| seen.insert((place.verb, place.argument))) {
            let argument = &verbs[place.verb].arguments[place.argument];
            let never = no_value(argument.sort);
            // Each gets some of them here, others elsewhere, and all with time enough.
            let some = |values: &[&'static str], usual: usize| -> Vec<String> {
                let turned = values.iter().cycle().skip(seen_so_far).take(values.len().min(times(usual)));
                turned.map(|value| value.to_string()).collect()
            };
            let values = [some(never, 6), some(extremes(argument.sort), 7), some(ANYTHING, 3)].concat();
            seen_so_far += 5;
            for value in &values {
                // A file of an odd name is made in the room and not wherever the tests run.
                let is_outside = argument.sort == Sort::Path && !value.is_empty() && !value.starts_with('@');
                let given = if is_outside { format!("@/{value}") } else { value.clone() };
                let told = room.run(&line.with(&[(place, given.into())]), b"");
                tries += 1;
                let is_another = room.state() != before;
                let mut judged = ended_well(&told);
                if never.contains(&value.as_str()) && told.code != Some(2) {
                    judged = Err(format!("no such value, and it ends in {:?}: {}", told.code, told.stderr));
                } else if is_another && matches!(told.code, Some(1 | 2)) {
                    judged = Err(format!("refused, and the file is another: {}", told.stderr));
                } else if is_another && judged.is_ok() {
                    takes += 1;
                    let is_reckoned_with = matches!(argument.sort, Sort::Day | Sort::Money | Sort::Number);
                    judged = if is_reckoned_with && usize::is_multiple_of(takes, 4 / times(1).min(4)) {
                        copes(&room)
                    } else {
                        Ok(())
                    };
                }
                if is_another {
                    room.restore(&before);
                }
                if let Err(fault) = judged {
                    faults.push(format!("{} {} '{value:.60}': {fault:.600}", verbs[place.verb].path, argument.name));
                }
            }
        }
        assert_eq!(room.run(&line.with(&[]), b"").code, Some(line.exit), "{:?}", line.words);
    }
    assert!(faults.is_empty(), "{} of {tries}:\n{}", faults.len(), faults.join("\n"));
    let all: usize = verbs.iter().map(|verb| verb.arguments.len()).sum();
    assert_eq!(seen.len(), all, "arguments that were tried, of all there are");
    assert_eq!(files_here(), around, "files were left where the tests run");
    tried(tries, &format!("values given to {all} arguments, {takes} of them taken and reckoned with"));
}

#[test]
fn doubled_and_unknown_flags_are_wrong_lines() {
    let (verbs, room) = (verbs(), Room::new());
    let (mut tries, mut faults, mut seen) = (0, Vec::new(), BTreeSet::new());
    let mut must_be_wrong = |words: Vec<OsString>| {
        let told = room.run(&words, b"");
        tries += 1;
        if told.code != Some(2) || ended_well(&told).is_err() || told.stderr.is_empty() {
            faults.push(format!("{words:?}: {told:?}"));
        }
    };
    for line in life().into_iter().filter(|line| line.exit != 2) {
        let words = line.with(&[]);
        let verb = line.verb(&verbs);
        if seen.insert((verb, None)) {
            for unknown in ["--frob", "--frob=1", "--frob=", "-Z"] {
                must_be_wrong(words.iter().cloned().chain([unknown.into()]).collect());
            }
            if !verbs[verb].arguments.iter().any(|argument| argument.name.starts_with('<')) {
                must_be_wrong(words.iter().cloned().chain(["one-too-many".into()]).collect());
            }
        }
        for place in line.places(&verbs) {
            let argument = &verbs[verb].arguments[place.argument];
            if argument.several || argument.name.starts_with('<') || !seen.insert((verb, Some(place.argument))) {
                continue;
            }
            let again: Vec<OsString> = match words[place.word].to_string_lossy().starts_with("--") {
                true => vec![words[place.word].clone()],
                false => words[place.word - 1..=place.word].to_vec(),
            };
            must_be_wrong(words.iter().cloned().chain(again).collect());
        }
    }
    for day in NO_DAYS {
        must_be_wrong(vec!["status".into(), "--today".into(), day.into()]);
    }
    for line in [
        "status --format xml",
        "status --format",
        "status --today",
        "status --db",
        "status --as ''",
        "status --quiet=yes",
    ] {
        must_be_wrong(shlex::split(line).expect("words").into_iter().map(OsString::from).collect());
    }
    assert!(faults.is_empty(), "{} of {tries}:\n{}", faults.len(), faults.join("\n"));
    tried(tries, "lines with a flag twice or an unknown one: each is a wrong command line");
}

#[test]
fn the_hub_is_never_written_over() {
    let room = Room::new();
    for line in ["init", "instrument add --type VN"] {
        room.done(line);
    }
    room.write("people.csv", b"name,role\nAna,adult\nBad,nobody\n");
    let mut tries = 0;
    for line in [
        "instrument list --output @/hub.db",
        "instrument list --format csv --output @/hub.db",
        "export instruments --output @/hub.db",
        "export all --output @/hub.db",
        "import people @/people.csv --rejects @/hub.db",
        "import people @/people.csv --rejects @/hub.db --skip-rejects --commit",
        "import all @/ --rejects @/hub.db",
        "import people @/hub.db",
        "backup @/hub.db",
        "man @/hub.db",
        "remind --letters @/hub.db",
        "init --db @/hub.db",
        "import --show-profile gias --output @/hub.db",
        "log --output @/./hub.db",
    ] {
        let before = room.state();
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let told = room.run(&words, b"");
        ended_well(&told).unwrap_or_else(|fault| panic!("{line}: {fault}"));
        assert!(room.state().starts_with(b"SQLite format 3\0"), "{line} wrote over the hub: {told:?}");
        let lists = room.run(&["instrument".into(), "list".into(), "--format".into(), "csv".into()], b"");
        assert!(lists.stdout.contains("VN-0001"), "{line}: {lists:?}");
        assert_ne!(told.code, Some(0), "{line} claims to have written: {told:?}");
        room.restore(&before);
        tries += 1;
    }
    tried(tries, "commands told to write over the hub itself");
}

/// The same lines given to the real program end as they do in this process.
#[test]
fn the_real_program_ends_the_same_way() {
    let (verbs, room, hub, mut dice) = (verbs(), Room::new(), Hub::without_file(), seed());
    let mut tries = 0;
    for line in life().into_iter().take(60) {
        let before = room.state();
        let places: Vec<Place> = line.places(&verbs);
        if let Some(place) = places.get(dice.below(places.len().max(1)))
            && verbs[place.verb].arguments[place.argument].sort != Sort::Path
        {
            let sort = verbs[place.verb].arguments[place.argument].sort;
            let values = [ANYTHING, no_value(sort), extremes(sort)].concat();
            let value = values[dice.below(values.len())];
            let words = line.with(&[(place, value.into())]);
            let here = room.run(&words, b"");
            room.restore(&before);
            match before.is_empty() {
                true => std::fs::remove_file(hub.file()).unwrap_or_default(),
                false => std::fs::write(hub.file(), &before).expect("written"),
            }
            let placed = words.iter().map(|word| room.placed(word));
            let there = told(hub.command("").args(placed).output().expect("it runs"));
            assert_eq!(there.code, here.code, "{words:?}: {there:?} and {here:?}");
            ended_well(&there).unwrap_or_else(|fault| panic!("{words:?}: {fault}"));
            tries += 1;
        }
        room.run(&line.with(&[]), b"");
    }
    for day in NO_DAYS {
        let told = told(hub.command("status").env("LEDGERLINE_TODAY", day).output().expect("it runs"));
        assert_eq!(told.code, Some(2), "{day}: {told:?}");
        tries += 1;
    }
    tried(tries, "wrong values given to the real program, which ends as in-process");
}
