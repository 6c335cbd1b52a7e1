//! A full disk and a limit on the size of files, at many sizes: nothing is lost, and the sentence says what happened.

use std::process::Command;

use super::faults::{Chance, Stage, cases, shim};
use super::{Hub, Told, times, told, tried};

/// A command that said it failed says why.
fn says(why: &[&str], told: &Told) -> Result<(), String> {
    if told.code == Some(3) && !why.iter().any(|words| told.stderr.contains(words)) {
        return Err(format!("the sentence does not say what happened: {told:?}"));
    }
    Ok(())
}

fn all_cases() -> Vec<cases::Case> {
    [cases::DESK, cases::MONEY, cases::FILES].concat()
}

#[test]
fn room_runs_out_at_any_byte() {
    const EACH: usize = 2;
    let Some(shim) = shim::built() else { return };
    let (mut count, mut faults) = (0, Vec::new());
    for case in all_cases() {
        let stage = Stage::set(case, shim);
        let written: i64 = stage.calls.iter().filter(|call| call.name == "write").map(|call| call.answer).sum();
        let mut chance = Chance::of(case.line);
        for number in 0..times(EACH) {
            let room = if number == 0 { 0 } else { chance.below(usize::try_from(written).unwrap_or(0)) as u64 };
            let hindered = stage.fail(&shim::Orders { room: Some(room), ..Default::default() });
            faults.extend(hindered.and_then(|told| says(&["disk is full", "No space left"], &told)).err());
            count += 1;
        }
    }
    tried(count, "times the disk was full after so many bytes, in the middle of a command");
    assert!(faults.is_empty(), "{} of {count}:\n{}", faults.len(), faults.join("\n\n"));
}

/// A command whose files may grow to so many blocks of 512 bytes.
fn limited(hub: &Hub, line: &str, blocks: usize) -> Command {
    let own = hub.command(line);
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", &format!("ulimit -f {blocks}; exec \"$0\" \"$@\"")])
        .arg(own.get_program())
        .args(own.get_args());
    command.env_clear().current_dir(hub.folder()).stdin(std::process::Stdio::null());
    command.envs(own.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command
}

#[test]
fn files_may_not_grow_beyond_a_limit() {
    const EACH: usize = 2;
    const MOST: usize = 1_600;
    let Some(shim) = shim::built() else { return };
    let (mut count, mut faults) = (0, Vec::new());
    for case in all_cases() {
        let stage = Stage::set(case, shim);
        let mut chance = Chance::of(case.line);
        for number in 0..times(EACH) {
            let blocks = chance.below([80, MOST][number % EACH]);
            let hindered = stage.hinder(format!("at most {blocks} blocks"), limited(&stage.hub, case.line, blocks));
            faults.extend(hindered.and_then(|told| says(&["limit on the size", "File too large"], &told)).err());
            count += 1;
        }
    }
    // What goes to stdout may go to a file.
    let hub = Hub::new();
    for blocks in [0, 1] {
        let list = std::fs::File::create(hub.folder().join("list.csv")).expect("a file");
        let mut command = limited(&hub, "--db /nowhere completions bash", blocks);
        let told = told(command.stdout(list).output().expect("it runs"));
        assert_eq!(told.code, Some(3), "{told:?}");
        assert!(told.stderr.contains("File too large"), "{told:?}");
        count += 1;
    }
    tried(count, "commands under a limit on the size of files");
    assert!(faults.is_empty(), "{} of {count}:\n{}", faults.len(), faults.join("\n\n"));
}

/// Commands on a small disk, one after the other, and whether each is an event.
const DAY: &[(&str, bool)] = &[
    ("init --hub 'Test Hub'", true),
    ("person add Ana --role adult", true),
    ("instrument add --type VN", true),
    ("lend VN-0001 --to P1", true),
    ("export all --output moving", false),
    ("export types --output types.csv", false),
    ("type list --format csv > list.csv", false),
    ("import people ../people.csv --commit", true),
    ("backup copy.db", true),
    ("return VN-0001", true),
    ("person add Ben --role adult", true),
];

/// Plays the day on a disk of so many kilobytes, then makes room and looks. Lines of `code|sentences`.
fn day_on(kilobytes: usize) -> Option<(Vec<(i32, String)>, String)> {
    let hub = Hub::without_file();
    std::fs::create_dir(hub.folder().join("disk")).expect("a folder");
    let people: String = (1..=400).map(|number| format!("Person Number {number},adult\n")).collect();
    std::fs::write(hub.folder().join("people.csv"), format!("name,role\n{people}")).expect("a file");
    let binary = env!("CARGO_BIN_EXE_ledgerline");
    let mut script = format!("mount -t tmpfs -o size={kilobytes}k,mode=700 none disk && cd disk || exit 99\n");
    let one = |line: &str| format!("{binary} {line} 2> ../said; echo $? $(cat ../said) >> ../account\n");
    DAY.iter().for_each(|(line, _)| script.push_str(&one(line)));
    script.push_str("mount -o remount,size=64m none . || exit 99\n");
    // Of a disk that was too small for it, the file is made now.
    script.push_str(&format!("[ -e hub.db ] || {binary} init 2>> ../said\n"));
    script.push_str(&format!(
        "{binary} log --format csv > ../log 2>> ../said; {binary} person add Cat --role adult 2>> ../said >&2\n"
    ));
    script.push_str(&one("check"));
    script.push_str("ls -A > ../left\n");
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "/bin/sh", "-c", &script]).current_dir(hub.folder());
    command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("LEDGERLINE_USER", "officer");
    command.env("LEDGERLINE_DB", "hub.db").env("LEDGERLINE_TODAY", "2026-11-22");
    let output = command.output().ok()?;
    let read = |name: &str| std::fs::read_to_string(hub.folder().join(name)).unwrap_or_default();
    let account = read("account");
    if account.is_empty() {
        println!(
            "left out: a disk of {kilobytes} kB, since none can be mounted here: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
        return None;
    }
    let lines = account.lines().map(|line| line.split_once(' ').unwrap_or((line, "")));
    let lines = lines.map(|(code, said)| (code.parse().expect("a code"), said.to_string())).collect();
    Some((lines, format!("{}\n{}\n{}", read("left"), read("log"), read("said"))))
}

#[test]
fn a_small_disk_is_full_sooner_or_later() {
    let mut sizes: Vec<usize> = vec![64, 600, 680, 900, 1_200, 1_700, 3_000];
    let mut chance = Chance::of("sizes");
    (0..times(4)).for_each(|_| sizes.push(600 + 4 * chance.below(600)));
    let (mut count, mut full) = (0, 0);
    for kilobytes in sizes {
        let Some((account, left)) = day_on(kilobytes) else { return };
        count += 1;
        let told = format!("{kilobytes} kB: {account:?}\n{left}");
        assert_eq!(account.len(), DAY.len() + 1, "{told}");
        assert_eq!(account.last().map(|(code, _)| *code), Some(0), "the file is not sound, {told}");
        let mut events = usize::from(account[0].0 != 0);
        for ((line, is_event), (code, said)) in DAY.iter().zip(&account) {
            // Once there is no file, or no loan, the rest is told of that.
            assert!([0, 1, 3].contains(code), "{line}, {told}");
            assert!(!said.contains("panicked"), "{line}, {told}");
            let is_full = said.contains("full") || said.contains("No space left");
            assert!(*code != 3 || is_full || said.contains("there is no file"), "{line}, {told}");
            full += usize::from(*code == 3 && is_full);
            events += usize::from(*is_event && *code == 0 && !said.contains("could not be noted"));
        }
        let logged = left.lines().filter(|line| line.starts_with('E')).count();
        assert_eq!(logged, events, "what was said to be done is on record, and nothing else, {told}");
        let litter = left.lines().any(|line| line.starts_with(".ledgerline") || line.starts_with(".tmp"));
        assert!(!litter, "something is left behind, {told}");
    }
    assert!(full > 0, "no disk was ever full");
    tried(count, &format!("days on a small disk, with {full} commands for which it was full"));
}
