//! Killed at any moment, an erasing is done or not begun; running it again finishes.

use std::process::Stdio;
use std::time::Duration;

use super::super::{Hub, times, told, tried};
use super::family::{self, Office, TRACES};

/// Either all is as it was, or all is erased; then it is erased to the end.
fn settles(hub: &Hub, before: &str, how: &str) -> bool {
    hub.is_sound();
    let is_erased = hub.done("person show P1 --format csv").contains("Erased P1");
    if !is_erased {
        assert_eq!(hub.done("privacy report P1 --format csv"), before, "{how}: half of it is gone");
    }
    for person in ["P1", "P2"] {
        let told = hub.run_here(&format!("privacy erase {person} --yes"));
        assert_eq!(told.code, Some(0), "{how}: {told:?}");
    }
    assert_eq!(hub.traces(TRACES), Vec::<String>::new(), "{how}");
    is_erased
}

/// The same hub again, in a folder of its own.
fn another(hub: &Hub) -> Hub {
    let other = Hub::without_file();
    std::fs::create_dir(other.folder().join("tmp")).expect("a folder");
    std::fs::copy(hub.file(), other.file()).expect("copied");
    other
}

#[test]
fn a_kill_at_each_step_leaves_all_or_nothing() {
    let hub = family::hub();
    let before = hub.done("privacy report P1 --format csv");
    for (step, erased) in [("erasing", false), ("erased", true)] {
        let hub = another(&hub);
        let mut command = hub.command("privacy erase P1 --yes");
        let killed = told(command.env("LEDGERLINE_FAULT", step).output().expect("it runs"));
        assert_eq!(killed.code, None, "{step}: {killed:?}");
        assert_eq!(settles(&hub, &before, step), erased, "{step}");
    }
}

/// The next of a row of numbers that a seed begins (splitmix64).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 16
}

#[test]
fn a_kill_at_any_moment_leaves_all_or_nothing() {
    let hub = family::hub();
    let before = hub.done("privacy report P1 --format csv");
    let given = std::env::var("LEDGERLINE_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u64 = given.unwrap_or_else(|| u64::from(std::process::id()));
    let mut state = seed;
    // As long as it takes here by itself, so that every part of it is met.
    let began = std::time::Instant::now();
    another(&hub).done("privacy erase P1 --yes");
    let whole = u64::try_from(began.elapsed().as_micros()).expect("a while");
    let (mut erased, mut begun) = (0, 0);
    let count = times(12);
    for number in 0..count {
        let hub = another(&hub);
        let tmp = hub.folder().join("tmp");
        let mut command = hub.command("privacy erase P1 --yes");
        command.env("TMPDIR", &tmp).env("SQLITE_TMPDIR", &tmp).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("it runs");
        std::thread::sleep(Duration::from_micros(next(&mut state) % whole));
        // It may have ended by itself.
        let _ = child.kill();
        begun += usize::from(!child.wait().expect("it ends").success());
        assert_eq!(std::fs::read_dir(&tmp).expect("a folder").count(), 0, "LEDGERLINE_SEED={seed}");
        erased += usize::from(settles(&hub, &before, &format!("LEDGERLINE_SEED={seed}, kill {number}")));
    }
    tried(count, &format!("erasings killed, {begun} before their end, {erased} of people who were erased by then"));
}
