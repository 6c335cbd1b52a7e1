//! The queue, a family that comes for the first time, and people who are on record twice.

use crate::desk::Desk;
use crate::plays;

/// Schools, three families, and violins of two sizes.
fn desk() -> Desk {
    let desk = Desk::new();
    for line in [
        "school add 100001 \"St Thomas' Primary\" --email office@example.org",
        "school add 100002 'Closed School' --status closed",
        "school add 100003 'Other Primary'",
        "person add 'Luis Ruiz' --role adult --email luis@example.org --phone '0113 496 0001'",
        "person add 'Ana Ruiz' --role pupil --school 100001 --year-group 5 --hirer P1",
        "person add 'Ben Okafor' --role pupil --school 100001 --year-group 5",
        "person add 'Cleo Shah' --role teacher --school 100003 --email cleo@example.org",
        "organisation add 'Acorn Nursery' --role setting --email acorn@example.org",
        "instrument add --type VN --size 1/2",
        "instrument add --type VN --size 1/2",
        "instrument add --type VN --size 3/4",
        "instrument add --type VN",
        "instrument add --type OB",
    ] {
        desk.done(line);
    }
    desk
}

#[test]
fn a_queue_from_asking_to_lending() {
    plays!(
        desk(),
        "queue",
        "
        lend VN-0001 VN-0002 --to 100003 --due 2026-12-18
        request list --format csv
        request add --type VN --size 1/2 --for 'Ana Ruiz' --on 2026-11-03 --note 'left-handed bow hold'
        request add --type violin --size 1/2 --for P3
        request add --type VN --for P4 --on 2026-11-10
        request add --type VN --size 9/9 --for G1
        request add --type OB --for 100001
        request list
        # The second of a batch names the second in the queue.
        return VN-0001 VN-0002
        request offer R1 VN-0001
        request offer R2 VN-0002
        request list --waiting --format csv
        request list --type VN --size 1/2 --borrower P2 --format json
        instrument list --type VN --size 1/2 --format csv
        instrument show VN-0001
        lend VN-0001 --to P3 --hirer P1
        lend VN-0001 --to P2 --due 2027-07-16
        request show R1
        log --format csv --last 3
        return VN-0001 --condition damaged
        instrument edit VN-0001 --condition good
        request cancel R2
        request cancel R2
        request cancel R1
        request cancel R9
        request list --format csv
        check
        "
    );
}

#[test]
fn a_place_or_an_offer_that_cannot_be_is_refused() {
    plays!(
        desk(),
        "queue_refused",
        "
        request add --type VN --for nobody
        request add --type XX --for P2
        request add --type VN --for 'Closed School'
        request add --type VN --for P2 --on tomorrow
        request add --type VN --for P2
        request add --type VN --size 1/2 --for P2
        request add --type VN --size 1/2 --for P2
        request add --type VN --for P3
        request offer R1 OB-0001
        request offer R2 VN-0003
        request offer R2 VN-0004
        request offer R2 VN-0099
        request offer R7 VN-0001
        lend VN-0001 --to 100003
        request offer R2 VN-0001
        instrument edit VN-0002 --condition unplayable
        request offer R2 VN-0002
        instrument lost VN-0004
        request offer R1 VN-0004
        request offer R1 VN-0003
        request offer R3 VN-0003
        instrument retire VN-0003 --reason sold
        request list --format csv
        lend VN-0002 --to P2 --condition good --hirer P1
        request offer R2 VN-0001
        request show R2
        "
    );
}

#[test]
fn an_offer_lapses_and_can_be_made_anew() {
    plays!(
        desk(),
        "offers",
        "
        request add --type VN --size 1/2 --for P2
        request add --type VN --size 1/2 --for P3
        request offer R2 VN-0001
        # Five working days from a Sunday: through the Friday, and no longer.
        request list --today 2026-11-27 --format csv
        request list --today 2026-11-28 --format csv
        lend VN-0001 --to P4 --today 2026-11-27
        # The lapsed offer of this instrument is taken off when it is offered to another.
        request offer R1 VN-0001 --today 2026-11-28
        log --last 1 --format csv
        request list --today 2026-11-28 --format csv
        # A new offer takes the place of an old one, and the same may be offered again.
        request offer R1 VN-0002 --today 2026-11-30
        request offer R1 VN-0002 --today 2026-12-01
        request list --today 2026-12-01 --format csv
        # Another than the one offered answers the request as well.
        lend VN-0001 --to P2 --today 2026-12-01
        instrument list --type VN --size 1/2 --today 2026-12-01 --format csv
        setting set offer-days 1
        request offer R2 VN-0002 --today 2026-12-04
        instrument lost VN-0002 --today 2026-12-04
        request list --waiting --today 2026-12-04 --format csv
        instrument found VN-0002 --today 2026-12-04
        check --today 2026-12-04
        "
    );
}

#[test]
fn a_class_set_answers_a_schools_request_once() {
    plays!(
        desk(),
        "queue_of_a_school",
        "
        request add --type VN --for 100001
        request add --type VN --for 100003
        VN-0001\\nVN-0002\\nVN-0003 | lend - --to 100001 --pupils 20 --year-group 4
        request list --format csv
        VN-0001\\nVN-0002\\nVN-0003 | return -
        "
    );
}

#[test]
fn a_new_family_is_one_command() {
    plays!(
        desk(),
        "family",
        "
        lend VN-0001 --new-pupil 'Mia Shah' --school 'St Thomas' --year-group 5 --new-hirer 'Sam Shah' --email sam@example.org --phone '0113 496 0002'
        person list --format csv
        loan list --format csv
        log --last 1 --format csv
        # Who looks like somebody on record is offered first.
        lend VN-0002 --new-pupil 'Mia Shah' --school 100003 --new-hirer 'Sam Shah' --email sam2@example.org
        lend VN-0002 --new-pupil 'Miah Shah' --school 100001 --hirer P5
        lend VN-0002 --new-pupil 'Ocafor, Ben' --school 100001 --hirer P5
        lend VN-0002 --new-pupil 'Leo Shah' --school 100001 --new-hirer 'S. Shah' --email SAM@example.org
        lend VN-0002 --new-pupil 'Leo Shah' --school 100001 --year-group 3 --hirer P5 --due 2027-07-16
        lend VN-0003 --new-pupil 'Miah Shah' --school 100001 --hirer P5 --yes
        # Every rule of lending applies, and nobody is put on record where the loan is refused.
        lend VN-0001 --new-pupil 'Nia Bell' --hirer P1
        lend VN-0004 --new-pupil 'Nia Bell'
        lend VN-0004 --new-pupil 'Nia Bell' --school 100002 --hirer P1
        lend VN-0004 --new-pupil 'Nia Bell' --hirer P2
        lend VN-0004 --new-pupil 'Nia Bell' --new-hirer 'Jo Bell' --email nobody
        lend VN-0004 --new-pupil 'Nia Bell' --year-group 15 --hirer P1
        lend VN-0004 --new-hirer 'Jo Bell' --to P2
        lend VN-0004 --new-hirer 'Jo Bell'
        lend VN-0004 --email jo@example.org --to P2
        lend VN-0004 --new-pupil 'Nia Bell' --hirer P1 --email jo@example.org
        lend VN-0004 --new-pupil 'Nia Bell' --to P2
        lend VN-0004 --new-pupil 'Nia Bell' --pupils 3 --hirer P1
        lend VN-0004 --to P2 --year-group 3
        lend VN-0004
        person list nia
        # Inside a loan to the school nobody need sign.
        lend VN-0004 --to 100001
        VN-0004\\nOB-0001 | lend - --new-pupil 'Nia Bell' --school 100001 --year-group R
        VN-0004 | lend - --new-pupil 'Nia Bell' --school 100001 --year-group R
        check
        "
    );
}

#[test]
fn people_on_record_twice_are_made_one() {
    plays!(
        desk(),
        "merge",
        "
        person add 'Anna Ruiz' --role pupil --school 100001
        person add 'Louis Ruiz' --role adult --address '1 High Street'
        lend VN-0001 --to P5 --hirer P6
        request add --type OB --for P5
        request add --type OB --for P2
        person edit P3 --hirer P6
        person merge P5 P5
        person merge P5 P6
        person merge P5 P99
        person merge P5 P2
        person merge P6 'Luis Ruiz'
        person merge P6 P1
        person show P6
        person show P2 --format csv
        lend VN-0002 --to p5 --due 2027-07-16
        loan list --format csv
        request list --format csv
        log --person P2 --format csv
        person edit P6 --email new@example.org
        # Who was merged into somebody who is merged goes on to the last.
        person add 'Luis Ruiz' --role adult --email luis@example.org
        person merge P1 P7
        person show P6 --format csv
        person list --format csv
        check
        "
    );
}

#[test]
fn a_merge_takes_back_no_reference_from_a_file() {
    let desk = desk();
    let before = desk.done("export people");
    desk.done("person add 'Anna Ruiz' --role pupil");
    desk.done("lend VN-0001 --to P5 --hirer P1");
    desk.write("loans.csv", desk.done("export loans"));
    desk.done("person merge P5 P2");
    // A loan's row finds whoever its borrower was merged into.
    let loans = desk.run("import loans @/loans.csv --commit");
    assert!(loans.stderr.ends_with("1 read: 0 created, 0 updated, 1 unchanged, 0 rejected\n"), "{}", loans.stderr);
    desk.write("people.csv", before + "P5,Anna Ruiz,pupil,,,,,,\n");
    let said = desk.refused("import people @/people.csv --commit");
    assert!(said.contains("was merged into P2"), "{said}");
    desk.done("check");
}

/// A parent with one child on record, met with a sibling of much the same name.
fn siblings() -> (Desk, &'static str) {
    let mut desk = Desk::new();
    for line in [
        "school add 100001 Oak",
        "instrument add --type VN",
        "instrument add --type VN",
        "instrument add --type VN",
        "lend VN-0001 --new-pupil 'Ana Ruiz' --school 100001 --new-hirer 'Rosa Ruiz' --email r@x.org",
    ] {
        desk.done(line);
    }
    desk.terminal.stdin = true;
    (
        desk,
        "lend VN-0002 --new-pupil 'Anna Ruiz' --school 100001 --year-group 3 --new-hirer 'Rosa Ruiz' --email R@x.org",
    )
}

const WAYS: &str = "hint: the same child: --to P2 in place of --new-pupil; \
                    the same parent: --hirer P1 in place of --new-hirer, with --yes; otherwise --yes\n";

#[test]
fn a_known_parent_is_told_beside_a_child_who_looks_alike() {
    let (mut desk, line) = siblings();
    desk.terminal.stdin = false;
    let told = "error: Anna Ruiz and Rosa Ruiz may be on record already:\n  P2 Ana Ruiz (pupil, Oak)\n  \
                P1 Rosa Ruiz (adult, with the same email)\n";
    assert_eq!(desk.refused(line), format!("{told}{WAYS}"));
    // Each way out that is named goes through.
    desk.done("lend VN-0002 --new-pupil 'Anna Ruiz' --school 100001 --hirer P1 --yes");
    desk.done("undo");
    desk.done("lend VN-0002 --to P2");
    desk.done("undo");
    // Whoever has the very same name and email is not entered twice.
    let sure = desk.run(&format!("{line} --yes"));
    assert_eq!(sure.exit, 0, "{}", sure.stderr);
    assert!(sure.stderr.contains("On record already, and signs: P1 Rosa Ruiz (adult, with the same email).\n"));
    assert!(sure.stderr.contains("New on record: P4 Anna Ruiz, pupil.\n"), "{}", sure.stderr);
    assert_eq!(desk.done("person list ruiz --role adult --format csv").lines().count(), 2);
    // Another address may be another person, who is made where that is asked for.
    let line = "lend VN-0003 --new-pupil 'Leo Ruiz' --new-hirer 'Rosa Ruiz' --email s@x.org";
    let hint = "hint: the same parent: --hirer P1 in place of --new-hirer; otherwise --yes\n";
    assert!(desk.refused(line).ends_with(hint));
    desk.done(&format!("{line} --yes"));
    assert_eq!(desk.done("person list ruiz --role adult --format csv").lines().count(), 3);
}

#[test]
fn a_terminal_offers_who_is_on_record() {
    let answered = |answers: &str| {
        let (desk, line) = siblings();
        let outcome = desk.run_with(line, answers);
        let people = desk.done("person list --format csv");
        let loan = desk.done("loan list --tag VN-0002 --format csv");
        let who = loan.lines().nth(1).map(|line| line.split(',').skip(5).take(4).collect::<Vec<_>>().join(" "));
        (outcome.exit, outcome.stderr, people.lines().count() - 1, who.unwrap_or_default())
    };
    let asked = "Anna Ruiz may be on record already:\n  1  P2 Ana Ruiz (pupil, Oak)\n\
                 A number takes that one, new makes a new person, Enter stops: ";
    for no in ["\n", "n\n", "", "new\n\n", "1\nno\n"] {
        let (exit, said, people, who) = answered(no);
        assert_eq!((exit, people, who.as_str()), (1, 2, ""), "{no:?} {said}");
        assert!(said.starts_with(asked) && said.ends_with(WAYS), "{no:?} {said}");
    }
    for (answers, people, who) in [
        ("new\n1\n", 3, "P3 Anna Ruiz P1 Rosa Ruiz"),
        ("y\nnew\n", 4, "P4 Anna Ruiz P3 Rosa Ruiz"),
        ("1\np1\n", 2, "P2 Ana Ruiz P1 Rosa Ruiz"),
        ("P2\nnew\n", 3, "P2 Ana Ruiz P3 Rosa Ruiz"),
        ("7\nP1\n0\nP2\n1\n", 2, "P2 Ana Ruiz P1 Rosa Ruiz"),
    ] {
        let (exit, said, number, lent) = answered(answers);
        assert_eq!((exit, number, lent.as_str()), (0, people, who), "{answers:?} {said}");
        assert_eq!(said.contains("'7' is none of these."), answers.starts_with('7'), "{said}");
    }
    let (_, said, ..) = answered("2\nP2\nnew\n");
    assert!(said.contains("New on record: P3 Rosa Ruiz, adult.\nLent VN-0002 to Ana Ruiz"), "{said}");
}

#[test]
fn an_offer_of_what_is_damaged_is_warned_about() {
    let desk = desk();
    desk.done("instrument edit VN-0001 --condition damaged");
    desk.done("request add --type VN --for P2");
    let said = desk.run("request offer R1 VN-0001");
    assert_eq!(said.exit, 0);
    let warning = "warning: VN-0001 is damaged; to have it mended first: ledgerline repair send VN-0001 --to NAME\n";
    assert!(said.stderr.starts_with(warning), "{}", said.stderr);
    assert!(!desk.run("request offer R1 VN-0002").stderr.contains("warning"));
}

#[test]
fn a_withdrawn_offer_leaves_no_day_ahead() {
    let line = |desk: &Desk, options: &str| {
        let list = desk.done(&format!("request list --format csv {options}"));
        list.lines().nth(1).map(|line| line.split(',').skip(7).collect::<Vec<_>>().join(",")).expect("a request")
    };
    let (offered, lapsed) = ("offered,VN-0001,2026-11-22,2026-11-27,", "waiting,,2026-11-22,2026-11-27,");
    for (gone, later) in [
        ("instrument lost VN-0001", "instrument retire VN-0001 --reason sold"),
        ("lend VN-0001 --to P4", "request offer R2 VN-0001"),
    ] {
        let desk = desk();
        desk.done("request add --type VN --for P2");
        desk.done("request add --type VN --for P4");
        desk.done("request offer R1 VN-0001");
        assert_eq!((line(&desk, "").as_str(), line(&desk, "--today 2026-12-01").as_str()), (offered, lapsed));
        if gone.starts_with("instrument") {
            desk.done(gone);
            assert_eq!(line(&desk, ""), "waiting,,,,");
            desk.done("undo");
            assert_eq!(line(&desk, ""), offered);
        }
        // What had lapsed before keeps the days on which it stood.
        for command in [gone, later] {
            desk.done(&format!("{command} --today 2026-12-01"));
            assert_eq!(line(&desk, "--today 2026-12-01"), lapsed, "{command}");
            desk.done("undo");
        }
    }
    // The loan that answered it never was, and what was offered goes back to no one.
    let desk = desk();
    for step in ["request add --type VN --for P2", "request offer R1 VN-0001", "lend VN-0001 --to P2"] {
        desk.done(step);
    }
    desk.done("loan void L1 --reason mistake");
    assert_eq!(line(&desk, ""), "waiting,,,,");
}

/// Everything a person can see of the people, the loans and the queue.
fn seen(desk: &Desk) -> String {
    ["export people", "export loans", "request list --format csv", "instrument list --format csv"]
        .map(|line| desk.done(line))
        .join("\n")
}

#[test]
fn each_step_is_one_change_that_can_be_taken_back_whole() {
    let desk = desk();
    for line in [
        "person add 'Anna Ruiz' --role pupil --school 100001",
        "person add 'Louis Ruiz' --role adult --address '1 High Street'",
        "request add --type VN --size 1/2 --for P5",
        "request add --type VN --size 1/2 --for P2",
        "request offer R1 VN-0001",
    ] {
        desk.done(line);
    }
    desk.done("request offer R2 VN-0002");
    for line in [
        "lend VN-0001 --to P5 --hirer P6",
        "lend VN-0003 --new-pupil 'Mia Bell' --school 100001 --new-hirer 'Jo Bell' --email jo@example.org",
        "request offer R2 VN-0002 --today 2026-12-24",
        "request offer R2 VN-0001 --today 2026-12-24",
        "request cancel R2",
        "instrument retire VN-0001 --reason sold",
        "person merge P5 P2",
        "person merge P6 P1",
    ] {
        let before = seen(&desk);
        desk.done(line);
        assert_ne!(seen(&desk), before, "{line}");
        desk.done("undo");
        assert_eq!(seen(&desk), before, "{line}");
        desk.done("check");
    }
    desk.done("person merge P5 P2");
    desk.done("person add 'Ana Ruiz' --role pupil --school 100003");
    let before = seen(&desk);
    desk.done("person merge P2 P9");
    desk.done("undo");
    assert_eq!(seen(&desk), before);
    assert!(desk.done("person show P5").contains("Ana Ruiz"));
}
