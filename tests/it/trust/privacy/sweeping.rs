//! Who goes by themselves after so many years, to the day.

use super::super::{Hub, tried};
use super::family::Office;

/// Whom a sweep would erase on a day.
fn swept(hub: &Hub, today: &str) -> Vec<String> {
    let list = hub.done(&format!("--today {today} privacy sweep --format csv"));
    list.lines().skip(1).map(|line| line.split(',').next().unwrap_or_default().to_string()).collect()
}

fn hub() -> Hub {
    let hub = Hub::without_file();
    std::fs::create_dir(hub.folder().join("tmp")).expect("a folder");
    for line in [
        "init --hub 'Test Hub'",
        "school add 100001 'St Thomas'",
        // A family whose last loan ended on a leap day.
        "person add 'Anna Leap' --role adult --email anna@example.org",
        "person add 'Leo Leap' --role pupil --school 100001 --hirer P1",
        // A teacher, and an adult who signs for a pupil who still plays.
        "person add 'Tom Teach' --role teacher --school 100001",
        "person add 'Sara Signs' --role adult --email sara@example.org",
        "person add 'Pia Plays' --role pupil --school 100001 --hirer P4",
        // Somebody who never had a loan.
        "person add 'Nora Never' --role adult",
        "person add 'Olga Owes' --role adult",
        "person add 'Rita Requests' --role adult",
    ] {
        hub.done(line);
    }
    for _ in 0..6 {
        hub.done("instrument add --type VN");
    }
    hub.write(
        "loans.csv",
        "tag,scheme,borrower,hirer,out_on,due_on,returned_on,state,note\n\
         VN-0001,hire,P2,P1,2019-09-01,2020-07-31,2020-02-29,returned,Leo Leap is small\n\
         VN-0002,hire,P3,,2019-09-01,2020-07-31,2020-03-01,returned,\n\
         VN-0003,hire,P4,,2015-09-01,2016-07-31,2016-07-31,returned,\n\
         VN-0004,hire,P7,,2015-09-01,2016-07-31,2016-07-31,returned,\n\
         VN-0005,hire,P8,,2015-09-01,2016-07-31,2016-07-31,returned,\n",
    );
    hub.done("import loans loans.csv --commit");
    hub.remove_copies();
    std::fs::remove_file(hub.folder().join("loans.csv")).expect("removed");
    hub.done("charge add L4 --for damage 5");
    hub.done("request add --type VN --for P8");
    hub
}

#[test]
fn people_go_the_day_after_their_years_are_full() {
    let hub = hub();
    let mut days = 0;
    for (today, who) in [
        ("2022-07-31", vec![]),
        ("2026-02-28", vec![]),
        ("2026-03-01", vec!["P1", "P2"]),
        ("2026-03-02", vec!["P1", "P2", "P3"]),
    ] {
        assert_eq!(swept(&hub, today), who, "{today}");
        days += 1;
    }
    hub.done("setting set retention-years 7");
    for (today, who) in
        [("2027-02-28", vec![]), ("2027-03-01", vec!["P1", "P2"]), ("2027-03-02", vec!["P1", "P2", "P3"])]
    {
        assert_eq!(swept(&hub, today), who, "{today}");
        days += 1;
    }
    for wrong in ["0", "101", "six", "-1", "6.5", ""] {
        let told = hub.run(&format!("setting set retention-years '{wrong}'"));
        assert_eq!(told.code, Some(2), "{wrong}: {told:?}");
    }
    // Once nothing is owed, requested or signed for any more, they go too.
    hub.done("setting set retention-years 6");
    hub.done("charge pay C1");
    hub.done("request cancel R1");
    hub.done("person edit P5 --hirer ''");
    assert_eq!(swept(&hub, "2026-11-22"), ["P1", "P2", "P3", "P4", "P7", "P8"]);
    // An open loan keeps both who plays and who signs.
    hub.done("lend VN-0006 --to P2");
    assert_eq!(swept(&hub, "2026-11-22"), ["P3", "P4", "P7", "P8"]);
    tried(days, "days around the boundary");
}

#[test]
fn a_sweep_erases_all_at_once_and_says_nothing_where_there_is_nothing_to_do() {
    let hub = hub();
    let header = "person,name,role,last_returned_on,loans\n";
    let line = "--today 2026-03-01 privacy sweep --format csv";
    let told = hub.run_here(line);
    assert_eq!(told.stdout, format!("{header}P1,Anna Leap,adult,2020-02-29,1\nP2,Leo Leap,pupil,2020-02-29,1\n"));
    assert!(told.stderr.contains("2 people would be erased; add --commit"), "{told:?}");
    let events = hub.done("log --format csv").lines().count();
    let told = hub.run_here(&format!("{line} --commit"));
    assert_eq!(told.code, Some(0), "{told:?}");
    // Cron mails what is printed: no name stands in it any more.
    assert_eq!(told.stdout, format!("{header}P1,Erased P1,adult,2020-02-29,1\nP2,Erased P2,pupil,2020-02-29,1\n"));
    assert!(!told.stderr.contains("Leap"), "{told:?}");
    let log = hub.done("log --format csv");
    assert_eq!(log.lines().count(), events + 1, "one event");
    assert!(log.contains("privacy sweep,2 people,"), "{log}");
    assert_eq!(hub.traces(&["Leap", "anna@example.org", "is small"]), Vec::<String>::new());
    for commit in ["", " --commit"] {
        let told = hub.run_here(&format!("{line}{commit}"));
        assert_eq!((told.code, told.stdout.as_str(), told.stderr.as_str()), (Some(0), header, ""));
    }
    assert_eq!(hub.done("log --format csv"), log);
    hub.is_sound();
    assert_eq!(hub.run("undo").code, Some(1));
}

#[test]
fn a_loan_that_a_file_brought_keeps_whoever_has_it() {
    let hub = hub();
    hub.done("lend VN-0001 --to P3 --on 2026-01-05");
    assert_eq!(swept(&hub, "2026-11-22"), ["P1", "P2"]);
    hub.done("return VN-0001 --on 2026-01-06");
    assert_eq!(swept(&hub, "2026-11-22"), ["P1", "P2"]);
    assert_eq!(swept(&hub, "2032-01-06"), ["P1", "P2"]);
    assert_eq!(swept(&hub, "2032-01-07"), ["P1", "P2", "P3"]);
}
