//! Loans from a file, judged by the rules of the desk as they stood when each loan ran.

use crate::desk::{Desk, Outcome};

const HEAD: &str = "loan,tag,scheme,borrower,hirer,out_on,due_on,returned_on,state,note,outer\n";

fn desk() -> Desk {
    let desk = Desk::new();
    for line in [
        "school add 100001 'Oak Primary'",
        "school add 100002 'Closed School' --status closed",
        "person add 'Luis Ruiz' --role adult --email luis@example.org",
        "person add 'Ana Ruiz' --role pupil --school 100001 --year-group 5 --hirer P1",
        "person add 'Ben Okafor' --role pupil --school 100001 --year-group 5",
        "instrument add --type TPT",
        "instrument add --type TPT --condition unplayable",
        "instrument add --type VN",
    ] {
        desk.done(line);
    }
    desk
}

fn import(desk: &Desk, rows: &str, flags: &str) -> Outcome {
    desk.write("loans.csv", format!("{HEAD}{rows}\n"));
    desk.run(&format!("import loans @/loans.csv {flags}"))
}

fn last(outcome: &Outcome) -> &str {
    outcome.stderr.lines().last().unwrap_or_default()
}

#[test]
fn loans_that_the_desk_would_refuse_are_rejected() {
    for (rows, said) in [
        ("L1,TPT-0009,,P2,,2025-01-01,2025-02-01,,,,", "tag 'TPT-0009': is no instrument on record"),
        ("L1,TPT-0001,,P9,,2025-01-01,2025-02-01,,,,", "borrower 'P9': there is no person P9"),
        ("L1,TPT-0001,,P3,,2025-01-01,2025-02-01,,,,", "hirer '': a pupil's loan needs an adult who signs"),
        ("L1,TPT-0001,,P3,P2,2025-01-01,2025-02-01,,,,", "hirer 'P2': Ana Ruiz is a pupil"),
        ("L1,TPT-0001,,P2,,2025-03-01,2025-02-01,,,,", "due_on '2025-02-01': the loan would be due on"),
        ("L1,TPT-0001,,P2,,2027-03-01,2027-04-01,,,,", "out_on '2027-03-01': the hand-over would be on"),
        ("L1,TPT-0001,,P2,,2025-01-01,2025-02-01,2024-12-31,,,", "is before the hand-over on 1 Jan 2025"),
        ("L1,TPT-0001,,P2,,2025-01-01,2025-02-01,2027-01-01,,,", "1 Jan 2027 has not come yet"),
        ("L1,TPT-0001,,P2,,2025-01-01,,,,,", "due_on '': is missing"),
        ("L1,TPT-0001,,P2,,2025-01-01,2025-02-01,2025-01-20,open,,", "returned_on '2025-01-20': does not agree"),
        ("L1,TPT-0001,,P2,,2025-01-01,2025-02-01,,returned,,", "state 'returned': needs the day"),
        ("L1,TPT-0001,,P2,,2025-01-01,2025-02-01,,,,L7", "outer 'L7': is no loan on record or in this file"),
        (
            "L1,TPT-0001,,P2,,2025-01-01,2025-02-01,,,,\nL1,VN-0001,,P2,,2025-01-01,2025-02-01,,,,",
            "line 3: loan 'L1': is on line 2",
        ),
        (
            "L1,TPT-0001,,P2,,2025-01-01,2025-02-01,,,,\nL2,TPT-0001,,100001,,2025-03-01,2025-04-01,,,,",
            "line 3: tag 'TPT-0001': TPT-0001 is on loan to Ana Ruiz",
        ),
        (
            "L1,TPT-0001,,P2,,2025-01-01,2025-02-01,2025-03-01,,,\nL2,TPT-0001,,100001,,2025-02-01,2025-04-01,2025-02-10,,,",
            "TPT-0001 is on record as out until 1 Mar 2025 (L1)",
        ),
    ] {
        let desk = desk();
        let outcome = import(&desk, rows, "--commit");
        assert_eq!(outcome.exit, 1, "{rows}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(said), "{said}: {}", outcome.stderr);
        assert_eq!(desk.done("export loans --format csv").lines().count(), 1);
    }
}

#[test]
fn what_is_so_only_today_says_nothing_against_a_loan_that_is_over() {
    let desk = desk();
    desk.done("instrument retire VN-0001 --reason sold");
    let rows = "L7,TPT-0002,,P2,,2025-01-01,2025-02-01,2025-01-20,,,
L3,VN-0001,,100002,,2020-01-01,2020-02-01,2020-03-20,returned,,
,VN-0001,,100002,,2020-03-20,2020-04-01,2020-05-20,,,
L4,VN-0001,,P2,,2019-01-01,2019-02-01,2020-01-01,lost,,
L5,VN-0001,,100001,,2020-03-20,2020-04-01,,,,";
    let taken = import(&desk, rows, "--commit --skip-rejects");
    assert_eq!(last(&taken), "5 read: 4 created, 0 updated, 0 unchanged, 1 rejected", "{}", taken.stderr);
    assert!(taken.stderr.contains("line 6: tag 'VN-0001': VN-0001 was retired on"), "{}", taken.stderr);
    assert!(desk.done("export loans --format csv").contains("L8,VN-0001,school,100002,,2020-03-20"));
    let again = import(&desk, rows, "--commit --skip-rejects");
    assert_eq!(last(&again), "5 read: 0 created, 0 updated, 4 unchanged, 1 rejected", "{}", again.stderr);
    let history = desk.done("instrument history VN-0001");
    assert!(history.contains("Lent to Closed School (L3)") && history.contains("Lost by Ana Ruiz (L4)"), "{history}");
    desk.done("check");
    assert_eq!(desk.done("lend TPT-0001 --to P2"), "L9\n");
}

#[test]
fn a_pupils_loan_stands_in_its_schools_wherever_the_rows_are() {
    let desk = desk();
    let rows = "L1,TPT-0001,,P3,,2026-09-10,2027-07-01,,,,L2
L2,TPT-0001,class-set,100001,,2026-09-01,2027-07-01,,,,
L3,VN-0001,,P3,,2025-09-10,2026-07-01,2026-01-01,,,L4
L4,VN-0001,class-set,100001,,2025-09-01,2026-07-01,2026-01-01,,,";
    let taken = import(&desk, rows, "--commit");
    assert_eq!(last(&taken), "4 read: 4 created, 0 updated, 0 unchanged, 0 rejected", "{}", taken.stderr);
    desk.done("return TPT-0001");
    desk.done("check");
    let outlives = "L6,VN-0001,,P3,,2025-09-10,2026-07-01,2026-02-01,,,L4";
    let refused = import(&desk, outlives, "");
    assert!(refused.stderr.contains("outer 'L4': ended on 1 Jan 2026, before this one"), "{}", refused.stderr);
}

#[test]
fn a_loan_on_record_is_amended_only_in_what_may_change() {
    let desk = desk();
    desk.done("lend TPT-0001 --to P2 --on 2026-09-01 --due 2026-10-01");
    let later = "L1,TPT-0001,hire,P2,P1,2026-09-01,2026-12-01,,,,";
    let left = import(&desk, later, "--commit");
    assert!(left.stderr.contains("L1 differs from what is on record in due_on; left as it is"), "{}", left.stderr);
    let changed = import(&desk, later, "--commit --update");
    assert_eq!(last(&changed), "1 read: 0 created, 1 updated, 0 unchanged, 0 rejected", "{}", changed.stderr);
    let back = import(&desk, "L1,TPT-0001,hire,P2,P1,2026-09-01,2026-12-01,2026-11-01,,,", "--commit --update");
    assert_eq!(last(&back), "1 read: 0 created, 1 updated, 0 unchanged, 0 rejected", "{}", back.stderr);
    for (row, field) in [
        ("L1,VN-0001,hire,P2,P1,2026-09-01,2026-12-01,2026-11-01,,,", "tag"),
        ("L1,TPT-0001,hire,100001,P1,2026-09-01,2026-12-01,2026-11-01,,,", "borrower"),
        ("L1,TPT-0001,hire,P2,P1,2026-09-01,2026-12-01,,,,", "returned_on"),
    ] {
        let refused = import(&desk, row, "--commit --update");
        let said = format!("line 2: {field} '");
        assert!(refused.exit == 1 && refused.stderr.contains(&said), "{said}: {}", refused.stderr);
    }
}
