//! Leap days, year ends, clock changes, a clock that runs backwards, and time zones that are none.

mod zones;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use super::tools::{self, run_at, run_on};
use super::{Hub, Told, tried};

/// England's rule, which needs no file of this machine.
const ENGLAND: &str = "GMT0BST,M3.5.0/1,M10.5.0";

/// A hub whose clock is set by hand.
struct Clock {
    hub: Hub,
    zone: TimeZone,
}

impl Clock {
    /// A hub in England, with a violin, a pupil of a school, and who signs.
    fn begin(moment: &str) -> Clock {
        let zone = ledgerline::clock::time_zone(Some(ENGLAND.into()));
        let clock = Clock { hub: tools::in_memory(), zone };
        for line in [
            "init --hub 'Test Hub'",
            "school add 100001 'St Thomas' --phase Primary --type 'Community school'",
            "person add 'Luis Ruiz' --role adult --address '1 High Street'",
            "person add 'Ana Ruiz' --role pupil --school 100001 --year-group 5 --hirer P1",
            "instrument add --type VN",
        ] {
            clock.done(moment, line);
        }
        clock
    }

    fn run(&self, moment: &str, line: &str) -> Told {
        let moment: Timestamp = moment.parse().expect("a moment");
        let told = run_at(&self.hub, moment, &self.zone, line);
        assert!(!told.stderr.contains("panicked"), "{moment}, {line}: {told:?}");
        told
    }

    fn done(&self, moment: &str, line: &str) -> String {
        let told = self.run(moment, line);
        assert_eq!(told.code, Some(0), "{moment}, {line}: {told:?}");
        told.stdout
    }

    fn is_sound(&self, moment: &str) {
        self.done(moment, "check");
    }
}

/// One column of a list.
fn column(csv: &str, name: &str) -> Vec<String> {
    let place = csv.lines().next().and_then(|head| head.split(',').position(|own| own == name)).expect("a column");
    csv.lines().skip(1).map(|row| row.split(',').nth(place).unwrap_or_default().to_string()).collect()
}

#[test]
fn the_29th_of_february_is_a_day_like_others() {
    let leap = "2028-02-29T12:00:00Z";
    let clock = Clock::begin(leap);
    for (line, due) in [
        ("lend VN-0001 --to P1 --due +1d", "2028-03-01"),
        ("lend VN-0001 --to P1 --due +365d", "2029-02-28"),
        ("lend VN-0001 --to P1 --due 29/02/2032", "2032-02-29"),
    ] {
        clock.done(leap, line);
        assert_eq!(column(&clock.done(leap, "loan list --open --format csv"), "due_on"), [due], "{line}");
        clock.done(leap, "undo");
    }
    clock.done(leap, "scheme set hire --length 12m");
    clock.done(leap, "lend VN-0001 --to P1");
    assert_eq!(column(&clock.done(leap, "loan list --open --format csv"), "due_on"), ["2029-02-28"]);
    for line in ["return VN-0001 --on 2027-02-29", "renew VN-0001 --due 2029-02-29", "status --today 2100-02-29"] {
        assert_eq!(clock.run(leap, line).code, Some(2), "{line}");
    }
    // Late from the day after, over the leap day.
    clock.done(leap, "loan correct L4 --due-on 2028-02-29 --reason 'Agreed'");
    assert!(column(&clock.done(leap, "overdue --format csv"), "days_late").is_empty());
    assert_eq!(column(&clock.done("2028-03-01T12:00:00Z", "overdue --format csv"), "days_late"), ["1"]);
    assert_eq!(column(&clock.done("2029-02-28T12:00:00Z", "overdue --format csv"), "days_late"), ["365"]);
    clock.done(leap, "return VN-0001");

    // £1,200 over a year, by whole months from the leap day.
    clock.done(leap, "instrument add --type VC --cost 1200 --acquired-on 2028-02-29 --life-months 12");
    for (day, worth) in [
        ("2028-02-29", "1200.00"),
        ("2028-03-28", "1200.00"),
        ("2028-03-29", "1100.00"),
        ("2029-01-28", "200.00"),
        ("2029-01-29", "100.00"),
        // A month that has no such day is full on the first of the next.
        ("2029-02-28", "100.00"),
        ("2029-03-01", "0.00"),
    ] {
        let register = clock.done("2029-03-01T12:00:00Z", &format!("report assets --as-at {day} --format csv"));
        assert_eq!(column(&register, "book_value").first().map(String::as_str), Some(worth), "{day}: {register}");
    }
    // Hire by the month, begun on the leap day: each part of a month is a month.
    clock.done(leap, "rate set --scheme hire --per month 10");
    clock.done(leap, "term add 2027/28 Summer 2028-02-29 2028-07-20");
    clock.done(leap, "lend VN-0001 --to P1 --due 2028-07-20");
    let charged = clock.done(leap, "charge raise --term 2027/28-summer --format csv");
    let owed = clock.done(leap, "charge list --format csv");
    assert_eq!(column(&owed, "amount"), ["50.00"], "{charged}{owed}");
    clock.is_sound("2029-03-01T12:00:00Z");
    tried(21, "days around 29 February");
}

#[test]
fn a_loan_over_the_night_of_31_august_counts_in_both_years_and_money_in_one() {
    // Half an hour before midnight and half an hour after, by the clock on the wall: it is an hour ahead of UTC.
    let (evening, night) = ("2026-08-31T22:30:00Z", "2026-08-31T23:30:00Z");
    let clock = Clock::begin(evening);
    clock.done(evening, "lend VN-0001 --to P2 --hirer P1 --due 2026-09-30");
    assert_eq!(column(&clock.done(evening, "loan list --format csv"), "out_on"), ["2026-08-31"]);
    clock.done(night, "return VN-0001");
    assert_eq!(column(&clock.done(night, "loan list --format csv"), "returned_on"), ["2026-09-01"]);
    for (year, schools) in [("2024/25", 0), ("2025/26", 1), ("2026/27", 1)] {
        let report = clock.done(night, &format!("report schools --year {year} --format csv"));
        assert_eq!(report.lines().count() - 1, schools, "{year}: {report}");
    }
    clock.done(evening, "fund add CIP Capital --award 1000 --from 2026-01-01 --spend-by 2027-03-31");
    clock.done(evening, "supplier add Normans");
    let buy = |moment: &str, net: u32, number: &str| {
        let line = format!(
            "purchase add --fund CIP --supplier Normans --description Stand --nature accessory --qty 1 --unit-net {net} --invoice {number}"
        );
        clock.done(moment, &line);
    };
    buy(evening, 100, "A1");
    buy(night, 200, "A2");
    for (year, spent) in [("2025/26", "100.00"), ("2026/27", "200.00")] {
        let report = clock.done(night, &format!("report spend --year {year} --format csv"));
        assert_eq!(column(&report, "spent"), [spent], "{year}: {report}");
    }
    assert_eq!(column(&clock.done(night, "report lines --format csv"), "academic_year"), ["2025/26", "2026/27"]);
    clock.is_sound(night);
    tried(2, "sides of midnight on 31 August");
}

#[test]
fn every_first_day_of_a_financial_year_parts_the_money_in_two() {
    let clock = Clock::begin("2028-12-31T12:00:00Z");
    let today = "2029-12-31T12:00:00Z";
    clock.done(today, "fund add CIP Capital --award 9000 --from 2026-01-01 --spend-by 2030-03-31");
    clock.done(today, "supplier add Normans");
    for no_day in ["02-29", "02-30", "13-01", "00-10", "4-1-1", "04-31", ""] {
        let told = clock.run(today, &format!("setting set financial-year-start '{no_day}'"));
        assert!(matches!(told.code, Some(1 | 2)), "{no_day}: {told:?}");
    }
    // On each day one pound, two, four …: every sum tells which of them it holds.
    let days = [
        "2027-12-31",
        "2028-01-01",
        "2028-02-28",
        "2028-02-29",
        "2028-03-01",
        "2028-03-31",
        "2028-04-01",
        "2028-08-31",
        "2028-09-01",
        "2028-12-31",
    ];
    for (place, day) in days.iter().enumerate() {
        let line = format!(
            "purchase add --fund CIP --supplier Normans --description Stand --nature accessory --qty 1 --unit-net {} --invoice N{place} --on {day}",
            1 << place
        );
        clock.done(today, &line);
    }
    let starts = ["04-01", "09-01", "01-01", "12-31", "03-01", "02-28", "03-31"];
    for start in starts {
        clock.done(today, &format!("setting set financial-year-start {start}"));
        let mut total = 0;
        for year in 2026..2030 {
            let name = format!("{year}/{:02}", (year + 1) % 100);
            let report = clock.done(today, &format!("report spend --financial-year {name} --format csv"));
            let spent: u32 =
                column(&report, "spent").iter().filter_map(|cell| cell.split('.').next()?.parse::<u32>().ok()).sum();
            let within = |day: &&str| {
                let turns = if &day[5..] >= start { 0 } else { 1 };
                day[..4].parse::<i32>().is_ok_and(|of| of - turns == year)
            };
            let expected: u32 =
                days.iter().enumerate().filter(|(_, day)| within(day)).map(|(place, _)| 1 << place).sum();
            assert_eq!(spent, expected, "{start}, {name}: {report}");
            total += spent;
        }
        assert_eq!(total, (1 << days.len()) - 1, "{start}");
    }
    clock.is_sound(today);
    tried(starts.len() * days.len(), "days of money against first days of a financial year");
}

#[test]
fn the_journal_keeps_its_order_and_its_offsets_over_both_changes_of_the_clock() {
    for (moments, told) in [
        // One o'clock becomes two.
        (
            ["2027-03-28T00:59:59Z", "2027-03-28T01:00:00Z", "2027-03-28T01:30:00Z"],
            ["2027-03-28T00:59:59+00:00", "2027-03-28T02:00:00+01:00", "2027-03-28T02:30:00+01:00"],
        ),
        // Two o'clock becomes one: half past one comes twice.
        (
            ["2026-10-25T00:30:00Z", "2026-10-25T00:59:59Z", "2026-10-25T01:30:00Z"],
            ["2026-10-25T01:30:00+01:00", "2026-10-25T01:59:59+01:00", "2026-10-25T01:30:00+00:00"],
        ),
    ] {
        let clock = Clock::begin("2026-09-01T12:00:00Z");
        clock.done(moments[0], "lend VN-0001 --to P1 --due 2027-07-01");
        clock.done(moments[1], "return VN-0001");
        clock.done(moments[2], "instrument add --type VN");
        let log = clock.done(moments[2], "log --format csv");
        assert_eq!(column(&log, "at")[5..], told, "{log}");
        assert_eq!(column(&log, "command")[5..], ["lend", "return", "instrument add"], "{log}");
        assert!(column(&log, "on")[5..].iter().all(|on| *on == told[0][..10]), "{log}");
        // The last is what was entered last, whatever the clock said.
        assert!(clock.run(moments[0], "undo").stderr.contains("VN-0002"), "{log}");
        clock.is_sound(moments[2]);
    }
    tried(6, "moments around both changes of the clock");
}

#[test]
fn a_clock_that_runs_backwards_confuses_nothing() {
    let (first, earlier) = ("2026-11-22T10:00:00Z", "2026-11-20T09:00:00Z");
    let clock = Clock::begin(first);
    clock.done(first, "lend VN-0001 --to P1 --on 2026-10-01 --due 2026-11-01");
    fs::create_dir(clock.hub.folder().join("copies")).expect("a folder");
    clock.done(first, "backup @/copies --keep 1");
    clock.done(first, "remind --letters @/letters");
    clock.done(first, "remind arm");
    let letters = || fs::read_dir(clock.hub.folder().join("letters")).expect("letters").count();
    let written = letters();
    assert!(written > 0);

    // Two days back.
    assert_eq!(column(&clock.done(earlier, "overdue --format csv"), "days_late"), ["19"]);
    let again = clock.run(earlier, "remind --letters @/letters");
    assert_eq!((again.code, letters()), (Some(0), written), "written again: {again:?}");
    clock.done(earlier, "instrument add --type VC");
    let log = clock.done(earlier, "log --format csv");
    assert_eq!(column(&log, "command").last().map(String::as_str), Some("instrument add"), "{log}");
    let numbers: Vec<u32> =
        column(&log, "event").iter().filter_map(|event| event.strip_prefix('E')?.parse().ok()).collect();
    assert!(numbers.is_sorted(), "{log}");
    assert!(clock.run(earlier, "undo").stderr.contains("VC-0001"));
    assert!(clock.run(earlier, "undo").stderr.contains("VC-0001"), "the second brings it back");

    // The copy that was made last is the one that is kept.
    let made = clock.done(earlier, "backup @/copies --keep 1");
    assert!(made.contains("ledgerline-2026-11-20.db"), "{made}");
    let left: Vec<String> = fs::read_dir(clock.hub.folder().join("copies"))
        .expect("copies")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(left, ["ledgerline-2026-11-20.db"]);
    let again = clock.done(first, "backup @/copies");
    assert!(again.contains("ledgerline-2026-11-22.db"), "{again}");
    assert!(clock.done(earlier, "status").contains("last_backup_on"));
    clock.is_sound(first);
    // A file with days that have not come yet is told of; it is the clock that is wrong.
    clock.done(first, "lend VC-0001 --to P1 --due 2026-12-01");
    let check = clock.run(earlier, "check");
    assert!(check.code == Some(1) && check.stdout.contains("which has not come yet"), "{check:?}");
    clock.is_sound(first);
    tried(16, "commands while a clock ran backwards");
}

#[test]
fn no_year_brings_the_program_down() {
    let ask = [
        "status",
        "overdue",
        "loan list --format csv",
        "report assets --format csv",
        "report spend",
        "report schools",
        "report reach",
        "report idle",
        "report movements",
        "report deadlines",
        "remind",
        "lend VN-0001 --to P1",
        "return VN-0001",
        "lend VN-0001 --to P1 --due +36500d",
        "return VN-0001 --on yesterday",
        "instrument add --type VC --cost 100 --acquired-on today",
        "request add --type DB --for P1",
        "request offer R1 VN-0001",
        "charge list",
        "term add 2026/27 Autumn 2026-09-01 2026-12-18",
        "charge raise --term 2026/27-autumn",
        "fund add F Fund --award 5 --from today --spend-by +30d",
        "purchase list",
        "stocktake start --location Store",
        "repair send VN-0001 --to Mender",
        "repair back VN-0001",
        "log",
        "undo",
        "check",
        "remind hold L1 --until tomorrow --reason x",
        "export all --output @/exported",
    ];
    let days = [
        date(1900, 1, 1),
        date(1900, 2, 28),
        date(1970, 1, 1),
        date(2000, 2, 29),
        date(2099, 12, 31),
        date(2100, 2, 28),
        date(2199, 12, 31),
        date(2200, 1, 1),
        date(9999, 12, 31),
        date(1899, 12, 31),
        date(1, 1, 1),
        date(-1, 6, 15),
        Date::MIN,
        Date::MAX,
    ];
    let mut count = 0;
    for day in days {
        let clock = Clock::begin("2026-11-22T12:00:00Z");
        // By the clock on the wall, which nothing has judged yet; and by the option, which is judged.
        for (today, option) in [(day, String::new()), (date(2026, 11, 22), format!(" --today={day}"))] {
            for line in ask {
                let line = format!("{line}{option}");
                let now = format!("{today}T12:00:00+00:00");
                let run = || run_on(&clock.hub, today, now.clone(), &line);
                let told = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| panic!("{today}: {line} panicked"));
                assert!(matches!(told.code, Some(0..=3)), "{today}, {line}: {told:?}");
                let is_read = (1900..2200).contains(&day.year());
                assert!(is_read || option.is_empty() || told.code == Some(2), "{today}, {line}: {told:?}");
                count += 1;
            }
            drop(fs::remove_dir_all(clock.hub.folder().join("exported")));
        }
    }
    tried(count, "commands in years from before the calendar to its end");
}
