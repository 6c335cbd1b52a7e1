//! Where the clock hangs, as `TZ` says: there is always a day.

use std::fs;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use wait_timeout::ChildExt;

use super::super::{Hub, told, tried};
use super::column;

#[test]
fn whatever_tz_says_there_is_a_day() {
    let hub = Hub::new();
    let long = "X".repeat(100_000);
    let large = hub.folder().join("large");
    fs::write(&large, vec![b'x'; 1 << 20]).expect("written");
    let pipe = hub.folder().join("pipe");
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRUSR).expect("a pipe");
    let path = |path: &std::path::Path| path.display().to_string();
    let (large, pipe, folder) = (path(&large), path(&pipe), path(hub.folder()));
    let zones = [
        "",
        ":",
        "UTC",
        ":Europe/London",
        "Europe/London",
        "../../etc/passwd",
        "Nonsense/Zone",
        "/etc/localtime",
        "/nowhere",
        "/usr/share/zoneinfo/Europe/London",
        "EST5EDT",
        "GMT0BST,M3.5.0/1,M10.5.0",
        "<+14>-14",
        "<-12>12",
        "XYZ-25:59:59",
        "GMT0BST,J60/0,J366/25",
        "/dev/zero",
        "/dev/random",
        "/dev/null",
        "/proc/self/mem",
        "\u{202e}nodnoL",
        "'; DROP TABLE loan; --",
        "-",
        "é",
        &long,
        &large,
        &pipe,
        &folder,
    ];
    let mut count = 0;
    for zone in zones.iter().map(|zone| Some(*zone)).chain([None]) {
        let mut command = hub.command("status --format csv");
        command
            .env_remove("LEDGERLINE_TODAY")
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        if let Some(zone) = zone {
            command.env("TZ", zone);
        }
        let shown = zone.map(|zone| zone.chars().take(60).collect::<String>());
        let days = || {
            [-1, 0, 1].map(|days| {
                Timestamp::now().to_zoned(TimeZone::UTC).date().saturating_add(jiff::Span::new().days(days))
            })
        };
        let before = days();
        let mut child = command.spawn().expect("it runs");
        if child.wait_timeout(Duration::from_secs(20)).expect("it ends").is_none() {
            child.kill().expect("killed");
            panic!("{shown:?} never ends");
        }
        let told = told(child.wait_with_output().expect("it ended"));
        assert_eq!(told.code, Some(0), "{shown:?}: {told:?}");
        let today: Date =
            column(&told.stdout, "today").concat().parse().unwrap_or_else(|_| panic!("{shown:?}: {told:?}"));
        assert!(before.contains(&today) || days().contains(&today), "{shown:?}: {today}");
        count += 1;
    }
    // The real program writes the offset of the zone it is told.
    let mut add = hub.command("instrument add --type VN");
    add.env_remove("LEDGERLINE_TODAY").env("TZ", "<+14>-14");
    assert!(add.output().expect("it runs").status.success());
    let log = hub.done("log --format csv");
    assert!(column(&log, "at").last().is_some_and(|at| at.ends_with("+14:00")), "{log}");
    tried(count, "time zones, most of which are none");
}
