//! Sets, rates, remissions, requests, repairs and charges through files: unchanged there and back, and judged by the desk.

use proptest::prelude::*;

use crate::desk::{Desk, Outcome, TODAY};
use crate::round_trip::{export, file, moved, through_an_empty_hub, through_an_empty_hub_on};

fn desk() -> Desk {
    let desk = Desk::new();
    for line in [
        "school add 100001 'Oak Primary'",
        "school add 100002 'Elm School'",
        "organisation add 'Bow Repairs' --role repairer",
        "organisation add \"G1's, Sons; and =Co\" --role repairer",
        "person add 'Luis Ruiz' --role adult --email luis@example.org",
        "person add 'Ana Ruiz' --role pupil --school 100001 --year-group 5 --hirer P1",
        "person add 'Ben Okafor' --role pupil --school 100001 --year-group 5",
        "person add 'Anna Ruis' --role pupil --school 100001 --year-group 5 --hirer P1",
        "instrument add --type TPT --replacement-value 250",
        "instrument add --type TPT",
        "instrument add --type VN --size 1/2",
        "instrument add --type VN --size 3/4",
        "term add 2026/27 Autumn 2026-09-01 2026-12-18",
        "term add 2026/27 spring 2027-01-04 2027-03-26 --school 100001",
        "rate set --scheme hire --per term 36.40",
    ] {
        desk.done(line);
    }
    desk
}

fn import(desk: &Desk, kind: &str, file: &str, flags: &str) -> Outcome {
    desk.write("in.csv", file);
    desk.run(&format!("import {kind} @/in.csv {flags}"))
}

fn last(outcome: &Outcome) -> &str {
    outcome.stderr.lines().last().unwrap_or_default()
}

/// An export comes back unchanged by way of an empty hub, and changes nothing in its own.
fn goes_there_and_back(desk: &Desk) {
    let exported = export(desk);
    for (before, after) in exported.iter().zip(through_an_empty_hub(&exported)) {
        assert_eq!(&after, before);
    }
    for (kind, content) in exported.iter().filter_map(|(name, content)| Some((name.strip_suffix(".csv")?, content))) {
        let again = import(desk, kind, content, "--commit");
        let nothing_new = last(&again).contains(": 0 created, 0 updated, ") && last(&again).ends_with(" 0 rejected");
        assert!(nothing_new && !again.stderr.contains("differs"), "{kind}: {}", again.stderr);
    }
    assert_eq!(export(desk), exported);
}

#[test]
fn awkward_records_go_there_and_back() {
    let desk = desk();
    for line in [
        "rate set --scheme class-set --family brass --per year 0.01",
        "rate set --scheme school --per project 1000000",
        "set add \"'Anna's =set\" VN-0001 TPT-0001 TPT-0002",
        "set add 'Zoë & Söhne, B' VN-0002",
        "set edit 'Zoë' --remove VN-0002",
        "remission add P2 --year 2025/26 --percent 0 --band '=none' --seen-on 2024-02-29",
        // A pupil without a school, who has one now.
        "person add 'Home Kit' --role pupil --hirer P1",
        "lend VN-0002 --to P5 --on 2026-09-05 --due 2026-10-05",
        "return VN-0002 --on 2026-09-20",
        "person edit P5 --school 100001",
        // A set at a school, one of it at home with a pupil, one swapped, one lost.
        "lend --set \"'Anna\" --to 100001 --on 2026-09-10 --due 2027-07-01 --pupils 28 --year-group 4",
        "lend VN-0001 --to P3 --on 2026-09-12 --due 2027-07-01",
        "person edit P3 --role adult --year-group ''",
        "return TPT-0001 --on 2026-10-01 --condition damaged",
        "lend TPT-0001 --to P2 --on 2026-10-01 --due 2026-12-18",
        "instrument lost TPT-0002 --on 2026-11-01",
        "charge add L4 --for loss 80 --note \"Père's\n\n'=list\"",
        "charge waive C1 --reason '+found'",
        "charge add L4 --for loss 90",
        "charge pay C2 --on 2026-11-01",
        // A hire, and all that is let off of one.
        "charge raise --term 2026/27-autumn",
        "charge add L6 --for accessory 3.50 --note '-mute'",
        "loan void L6 --reason 'Wrong tag'",
        "lend TPT-0001 --to P4 --on 2026-11-02 --due 2026-12-18",
        "remission add P4 --year 2026/27 --percent 100 --band FSM --seen-on 2026-09-01",
        "charge raise --term 2026/27-autumn",
        // Repairs: on one day, by two repairers, charged, beyond repair, away still.
        "repair send VN-0002 --to G1 --on 2026-10-01 --fault \"neck\nopen\"",
        "repair back VN-0002 --on 2026-10-01",
        "repair send VN-0002 --to G2 --on 2026-10-01 --back-by 2026-10-30",
        "repair back VN-0002 --on 2026-10-20 --cost 0 --outcome beyond-repair",
        "repair send TPT-0001 --to 'Bow Repairs' --on 2026-11-05 --fault '@valve'",
        "repair back TPT-0001 --on 2026-11-06 --cost 45 --charge",
        "repair send VN-0002 --to 'Bow Repairs' --on 2026-11-20",
        // The queue: two who were one, an offer that stands, one cut short, one that was answered.
        "request add --type VN --size 1/2 --for P2 --on 2026-11-01 --note '=soon'",
        "request add --type violin --size 1/2 --for P4 --on 2026-11-02",
        "person merge P4 P2",
        "instrument add --type VN --size 1/2",
        "request add --type VN --size 3/4 --for 100002 --on 2024-02-29",
        "instrument edit VN-0003 --size 3/4",
        "request offer R3 VN-0003",
        "request add --type GTR --for G1",
        "instrument add --type GTR",
        "request offer R4 GTR-0001",
        "instrument edit GTR-0001 --condition unplayable --size 'full, '",
        "request add --type CL --for P1",
        "instrument add --type CL",
        "request offer R5 CL-0001 --today 2026-11-02",
        "request add --type CL --for 100002",
        "request offer R6 CL-0001 --today 2026-11-20",
        "instrument add --type CL",
        "lend CL-0002 --to P1 --due 2026-12-18",
        "request cancel R6",
        "school edit 100002 --status closed",
        "instrument add --type TPT",
        "set add Old TPT-0003",
        "instrument retire TPT-0003 --reason sold",
    ] {
        desk.done(line);
    }
    desk.done("check");
    goes_there_and_back(&desk);
    let exported = export(&desk);
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        let shown = ["rates", "remissions", "sets", "loans", "requests", "repairs", "charges"];
        let shown = shown.map(|kind| file(&exported, kind)).join("\n");
        insta::assert_snapshot!("lending_exported", shown);
    });
}

/// Each row alone into a fresh desk after `before`: refused with `said`, and nothing is written.
fn refuses(kind: &str, head: &str, before: &[&str], cases: &[(&str, &str)]) {
    let desk = desk();
    before.iter().for_each(|line| drop(desk.done(line)));
    let stands = export(&desk);
    for (rows, said) in cases {
        let outcome = import(&desk, kind, &format!("{head}\n{rows}\n"), "--commit");
        assert_eq!(outcome.exit, 1, "{rows}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(said), "{rows}: {said}: {}", outcome.stderr);
    }
    assert_eq!(export(&desk), stands);
}

#[test]
fn rates_and_remissions_that_the_desk_would_refuse_are_rejected() {
    refuses(
        "rates",
        "scheme,family,per,amount",
        &[],
        &[
            ("free,,term,5", "scheme 'free': the scheme free has no rate"),
            ("hire,,term,0", "amount '0': a rate of nothing is no rate"),
            ("hire,,week,5", "per 'week': is not a unit of a rate"),
            ("rent,,term,5", "scheme 'rent': is not a scheme"),
            ("hire,string,term,5", "family 'string': is not a family; did you mean strings?"),
            ("hire,,term,", "amount '': is missing"),
            ("school,,term,5\nschool,,month,6", "line 3: scheme 'school': is on line 2 already"),
        ],
    );
    refuses(
        "remissions",
        "person,academic_year,percent,band,seen_on",
        &[],
        &[
            ("P9,2026/27,50,FSM,", "person 'P9': there is no person P9"),
            ("P2,2026/28,50,FSM,", "academic_year '2026/28'"),
            ("P2,2026/27,101,FSM,", "percent '101': 101 is no percentage"),
            ("P2,2026/27,half,FSM,", "percent 'half': is no percentage"),
            ("P2,2026/27,50,,", "band '': the band is empty"),
            ("P2,2026/27,50,FSM,2026-12-01", "seen_on '2026-12-01': the evidence would have been seen on 1 Dec 2026"),
            ("P2,2026/27,50,FSM,\nAna Ruiz,2026/27,60,FSM,", "line 3: person 'Ana Ruiz': is on line 2 already"),
        ],
    );
}

#[test]
fn a_remission_that_comes_in_lets_off_what_is_owed() {
    let desk = desk();
    desk.done("lend TPT-0001 --to P2 --on 2026-09-05 --due 2026-12-18");
    desk.done("charge raise --term 2026/27-autumn");
    let head = "person,academic_year,percent,band,seen_on\n";
    let taken = import(&desk, "remissions", &format!("{head}Ana Ruiz,2026/27,50%,FSM,2026-09-03\n"), "--commit");
    assert_eq!(last(&taken), "1 read: 1 created, 0 updated, 0 unchanged, 0 rejected", "{}", taken.stderr);
    assert!(taken.stderr.contains("One unpaid charge for hire was worked out anew."), "{}", taken.stderr);
    assert!(desk.done("charge list --format csv").contains(",36.40,18.20,0.00,"));
    let left = import(&desk, "remissions", &format!("{head}P2,2026/27,100,FSM,\n"), "--commit");
    let said = "the remission of P2 for 2026/27 differs from what is on record in percent, seen_on; left as it is";
    assert!(left.stderr.contains(said), "{}", left.stderr);
    let changed =
        import(&desk, "remissions", "person,academic_year,percent,band\nP2,2026/27,100,FSM\n", "--commit --update");
    assert_eq!(last(&changed), "1 read: 0 created, 1 updated, 0 unchanged, 0 rejected", "{}", changed.stderr);
    assert!(desk.done("remission list --format csv").contains("P2,Ana Ruiz,2026/27,100,FSM,2026-09-03"));
    assert!(desk.done("charge list --format csv").contains(",36.40,36.40,0.00,"));
    desk.done("check");
}

#[test]
fn sets_come_in_a_row_for_each_instrument() {
    let desk = desk();
    let sheet = "set,tag\nTrumpets A,tpt-0001\ntrumpets a,TPT-0002\nEmpty,\nTrumpets A,VN-0001\n";
    let checked = import(&desk, "sets", sheet, "");
    assert_eq!(last(&checked), "4 read: 4 created, 0 updated, 0 unchanged, 0 rejected", "{}", checked.stderr);
    assert_eq!(desk.done("set list --format csv").lines().count(), 1);
    let taken = import(&desk, "sets", sheet, "--commit");
    assert_eq!(last(&taken), last(&checked));
    assert_eq!(
        desk.done("export sets"),
        "set,tag\nEmpty,\nTrumpets A,TPT-0001\nTrumpets A,TPT-0002\nTrumpets A,VN-0001\n"
    );
    assert!(desk.done("log --last 1").contains("Imported 4 lines of sets"));
    assert_eq!(
        last(&import(&desk, "sets", sheet, "--commit")),
        "4 read: 0 created, 0 updated, 4 unchanged, 0 rejected"
    );
    for (rows, said) in [
        ("Trumpets A,TPT-0009", "tag 'TPT-0009': is no instrument on record"),
        (",TPT-0001", "set '': is missing"),
        ("B,TPT-0001\nb,TPT-0001", "line 3: tag 'TPT-0001': is on line 2 already"),
        ("B,\nB,", "line 3: set 'B': is on line 2 already"),
    ] {
        let refused = import(&desk, "sets", &format!("set,tag\n{rows}\n"), "--commit");
        assert!(refused.exit == 1 && refused.stderr.contains(said), "{said}: {}", refused.stderr);
    }
    desk.done("instrument retire VN-0002 --reason sold");
    let retired = import(&desk, "sets", "set,tag\nEmpty,VN-0002\n", "--commit");
    assert!(retired.stderr.contains("VN-0002 is retired, and goes out with no set any more"), "{}", retired.stderr);
}

const LOANS: &str = "loan,tag,borrower,out_on,due_on,returned_on,set,batch\n";

#[test]
fn loans_tell_their_set_and_their_hand_over() {
    let desk = desk();
    desk.done("set add 'Trumpets A' TPT-0001 TPT-0002");
    // The first of the hand-over may stand below the others, and may name itself.
    let rows = "L2,TPT-0002,100001,2026-09-01,2026-12-18,,trumpets a,L1\nL1,TPT-0001,100001,2026-09-01,2026-12-18,,Trumpets A,L1\n";
    let taken = import(&desk, "loans", &format!("{LOANS}{rows}"), "--commit");
    assert_eq!(last(&taken), "2 read: 2 created, 0 updated, 0 unchanged, 0 rejected", "{}", taken.stderr);
    desk.done("check");
    assert!(desk.done("set list --format csv").contains("Trumpets A,2,0,2,100001,Oak Primary,2026-12-18"));
    assert!(
        desk.done("export loans")
            .contains("L2,TPT-0002,school,100001,,2026-09-01,2026-12-18,,open,,,,,,,,,,,Trumpets A,L1")
    );
    let again = import(&desk, "loans", &format!("{LOANS}{rows}"), "--commit");
    assert_eq!(last(&again), "2 read: 0 created, 0 updated, 2 unchanged, 0 rejected", "{}", again.stderr);
    let home = desk.run("return --set 'Trumpets A'");
    assert!(home.stderr.contains("The set 'Trumpets A' is home."), "{}", home.stderr);
    for (row, said) in [
        (
            "L3,VN-0001,100001,2026-09-01,2026-12-18,,Flutes,",
            "set 'Flutes': is no set on record; import the sets first",
        ),
        ("L3,VN-0001,100001,2026-09-01,2026-12-18,,,L9", "batch 'L9': is no loan on record or in this file"),
        ("L3,VN-0001,100001,2026-09-01,2026-12-18,,,L2", "batch 'L2': is not the first of its hand-over, which is L1"),
        ("L2,TPT-0002,100001,2026-09-01,2026-12-18,2026-11-22,,L1", "set '': is not what is on record of L2"),
    ] {
        let refused = import(&desk, "loans", &format!("{LOANS}{row}\n"), "--commit --update");
        assert!(refused.exit == 1 && refused.stderr.contains(said), "{said}: {}", refused.stderr);
    }
}

#[test]
fn a_loan_that_ends_by_an_update_tells_how_it_came_back() {
    let desk = desk();
    desk.done("lend TPT-0001 --to P1 --on 2026-09-01 --due 2026-12-18");
    let head = "loan,tag,borrower,out_on,due_on,returned_on,state,returned_condition,missing\n";
    let row = "L1,TPT-0001,P1,2026-09-01,2026-12-18,2026-11-01,returned,worn,\"case, hard\"\n";
    let taken = import(&desk, "loans", &format!("{head}{row}"), "--commit --update");
    assert!(taken.stderr.contains("L1: changed returned_on, returned_condition, missing"), "{}", taken.stderr);
    assert!(desk.done("export loans").contains(",2026-11-01,returned,,,,,,,,worn,,\"case, hard\",,"));
    let other = row.replace("worn", "good");
    let left = import(&desk, "loans", &format!("{head}{other}"), "--commit");
    assert!(left.stderr.contains("L1 differs from what is on record in returned_condition"), "{}", left.stderr);
}

const REQUESTS: &str = "request,type,size,borrower,asked_on,note,tag,offered_on,lapses_on,loan,cancelled_on";

#[test]
fn requests_that_the_desk_would_refuse_are_rejected() {
    refuses(
        "requests",
        REQUESTS,
        &[
            "lend TPT-0001 --to P2 --on 2026-09-05 --due 2026-12-18",
            "lend VN-0002 --to P1 --on 2026-09-05 --due 2026-12-18",
            "return VN-0002 --on 2026-09-06",
            "request add --type VN --size 1/2 --for P2 --on 2026-11-01",
            "request offer R1 VN-0001",
            "request add --type TPT --for P1",
            "instrument lost TPT-0002",
        ],
        &[
            ("R9,ZZZ,,P2,2026-11-01,,,,,,", "type 'ZZZ': is no type"),
            ("R9,VN,,P9,2026-11-01,,,,,,", "borrower 'P9': there is no person P9"),
            ("R9,VN,,,2026-11-01,,,,,,", "borrower '': is missing"),
            ("R9,VN,,P2,2026-12-01,,,,,,", "asked_on '2026-12-01': the day of asking would be 1 Dec 2026"),
            (
                ",VN,1/2,P2,2026-11-02,,,,,,",
                "borrower 'P2': Ana Ruiz waits for a violin 1/2 already (R1, since 1 Nov 2026)",
            ),
            ("R9,VN,,P1,2026-11-01,,VN-0001,,,,", "offered_on '': is missing"),
            ("R9,VN,,P1,2026-11-01,,VN-0001,2026-11-02,,,", "lapses_on '': is missing"),
            (
                "R9,VN,,P1,2026-11-01,,,2026-11-02,2026-11-01,,",
                "lapses_on '2026-11-01': is before the offer of 2 Nov 2026",
            ),
            ("R9,VN,,P1,2026-11-01,,,2026-12-02,2026-12-03,,", "offered_on '2026-12-02': 2 Dec 2026 has not come yet"),
            ("R9,VN,,P1,2026-11-01,,VN-0001,2026-11-20,2026-11-27,,", "tag 'VN-0001': is offered to R1 already"),
            (
                "R9,VN,,P1,2026-11-01,,TPT-0001,2026-11-20,2026-11-21,,",
                "tag 'TPT-0001': R9 asks for a violin, and TPT-0001 is a trumpet",
            ),
            (
                "R9,TPT,,100001,2026-11-01,,TPT-0001,2026-11-20,2026-11-27,,",
                "tag 'TPT-0001': TPT-0001 is on loan to Ana Ruiz",
            ),
            (
                "R9,TPT,,100001,2026-11-01,,TPT-0002,2026-11-20,2026-11-27,,",
                "tag 'TPT-0002': TPT-0002 is missing since 22 Nov 2026",
            ),
            ("R9,TPT,,P2,2026-09-01,,,,,L9,", "loan 'L9': there is no loan L9"),
            ("R9,TPT,,100001,2026-09-01,,,,,L1,", "loan 'L1': is to P2, who did not ask"),
            ("R9,TPT,,P2,2026-09-01,,,,,L1,\nR8,TPT,,P2,2026-09-02,,,,,L1,", "line 3: loan 'L1': answers R9 already"),
            ("R9,TPT,,P2,2026-09-01,,,,,L1,2026-09-02", "cancelled_on '2026-09-02': cannot be: L1 answers it"),
            (
                "R9,TPT,,P2,2026-09-01,,,,,,2026-08-02",
                "cancelled_on '2026-08-02': is before the day of asking, 1 Sep 2026",
            ),
            ("R9,TPT,,P2,2026-09-01,,,,,,2026-12-02", "cancelled_on '2026-12-02': 2 Dec 2026 has not come yet"),
            ("R9,TPT,,P2,2026-09-01,,,,,,\nR9,VN,,P2,2026-09-01,,,,,,", "line 3: request 'R9': is on line 2 already"),
            ("5,TPT,,P2,2026-09-01,,,,,,", "request '5': is not a request's reference"),
        ],
    );
}

#[test]
fn requests_without_a_reference_are_known_by_what_they_say() {
    let desk = desk();
    desk.done("request add --type VN --size 1/2 --for P2 --on 2026-11-01");
    let sheet = "type,size,borrower,asked_on\nviolin,1/2,Ana Ruiz,01/11/2026\nTPT,,Ben Okafor,2026-11-01\n";
    let taken = import(&desk, "requests", sheet, "--commit");
    assert_eq!(last(&taken), "2 read: 1 created, 0 updated, 1 unchanged, 0 rejected", "{}", taken.stderr);
    assert_eq!(
        last(&import(&desk, "requests", sheet, "--commit")),
        "2 read: 0 created, 0 updated, 2 unchanged, 0 rejected"
    );
    // A reference that a later row bears is given to no other.
    let sheet = format!("{REQUESTS}\n,CL,,P1,2026-11-01,,,,,,\nR3,GTR,,P1,2026-11-01,,,,,,\n");
    let taken = import(&desk, "requests", &sheet, "--commit");
    assert_eq!(last(&taken), "2 read: 2 created, 0 updated, 0 unchanged, 0 rejected", "{}", taken.stderr);
    assert!(desk.done("export requests").contains("R4,CL,,P1,2026-11-01,"));
    assert_eq!(desk.done("request add --type OB --for P1"), "R5\n");
    // What waits can be offered something, answered, cancelled; and nothing else of it changes.
    let offered = format!("{REQUESTS}\nR1,VN,1/2,P2,2026-11-01,,VN-0001,2026-11-20,2026-11-27,,\n");
    let changed = import(&desk, "requests", &offered, "--commit --update");
    assert!(changed.stderr.contains("R1: changed tag, offered_on, lapses_on"), "{}", changed.stderr);
    assert!(desk.refused("lend VN-0001 --to P1").contains("is reserved for Ana Ruiz"));
    let cancelled = format!("{REQUESTS}\nR3,GTR,,P1,2026-11-01,,,,,,2026-11-21\n");
    assert!(import(&desk, "requests", &cancelled, "--commit --update").stderr.contains("R3: changed cancelled_on"));
    let other = format!("{REQUESTS}\nR3,GTR,,P1,2026-11-01,more,,,,,\n");
    let refused = import(&desk, "requests", &other, "--commit --update");
    for said in ["note 'more': is not what is on record of R3", "cancelled_on '': is not what is on record of R3"] {
        assert!(refused.exit == 1 && refused.stderr.contains(said), "{said}: {}", refused.stderr);
    }
    desk.done("check");
}

const REPAIRS: &str = "repair,tag,repairer,sent_on,back_by,fault,back_on,cost,outcome,payer";

#[test]
fn repairs_that_the_desk_would_refuse_are_rejected() {
    refuses(
        "repairs",
        REPAIRS,
        &[
            "repair send VN-0001 --to G1 --on 2026-10-01",
            "repair back VN-0001 --on 2026-10-20",
            "repair send VN-0002 --to G1 --on 2026-11-01",
            "instrument retire TPT-0001 --reason sold",
            "instrument lost TPT-0002",
        ],
        &[
            ("J9,VN-0009,G1,2026-11-01,,,,,,", "tag 'VN-0009': is no instrument on record"),
            ("J9,VN-0001,Viol Menders,2026-11-01,,,,,,", "repairer 'Viol Menders': is no organisation on record"),
            ("J9,VN-0001,,2026-11-01,,,,,,", "repairer '': is missing"),
            ("J9,TPT-0001,G1,2026-11-01,,,,,,", "tag 'TPT-0001': TPT-0001 was retired on 22 Nov 2026"),
            ("J9,TPT-0002,G1,2026-11-01,,,,,,", "tag 'TPT-0002': TPT-0002 is missing since 22 Nov 2026"),
            (
                "J9,VN-0002,G1,2026-11-10,,,,,,",
                "sent_on '2026-11-10': VN-0002 is at Bow Repairs already, since 1 Nov 2026 (J2)",
            ),
            ("J9,VN-0002,G1,2026-10-10,,,2026-11-02,,,", "sent_on '2026-10-10': VN-0002 is at Bow Repairs already"),
            (
                "J9,VN-0001,G1,2026-10-10,,,2026-10-11,,,",
                "sent_on '2026-10-10': VN-0001 was away to be mended until 20 Oct 2026 (J1)",
            ),
            ("J9,VN-0001,G1,2026-09-10,,,,,,", "VN-0001 was away to be mended until 20 Oct 2026 (J1)"),
            ("J9,VN-0001,G1,2026-12-01,,,,,,", "sent_on '2026-12-01': it would be sent on 1 Dec 2026"),
            (
                "J9,VN-0001,G1,2026-11-01,2026-10-31,,,,,",
                "back_by '2026-10-31': it would be back by 31 Oct 2026, before it is sent",
            ),
            (
                "J9,VN-0001,G1,2026-11-01,,,2026-10-31,,,",
                "VN-0001 was sent on 1 Nov 2026, after the day it would be back",
            ),
            ("J9,VN-0001,G1,2026-11-01,,,2026-12-01,,,", "back_on '2026-12-01': it would be back on 1 Dec 2026"),
            ("J9,VN-0001,G1,2026-11-01,,,,45,,", "back_on '': is missing, though the row says what came of it"),
            ("J9,VN-0001,G1,2026-11-01,,,2026-11-02,,,borrower", "cost '': is missing, though the row says who pays"),
            ("J9,VN-0001,G1,2026-11-01,,,2026-11-02,-5,,", "cost '-5'"),
            ("J9,VN-0001,G1,2026-11-01,,,2026-11-02,,mended,", "outcome 'mended': is not an outcome of a repair"),
        ],
    );
}

#[test]
fn repairs_are_judged_as_of_their_days() {
    let desk = desk();
    desk.done("instrument retire VN-0002 --reason scrapped");
    let sheet = format!(
        "{REPAIRS}\nJ7,VN-0002,Bow Repairs,2019-02-01,,,2019-02-09,£45,beyond-repair,\n,VN-0001,\"G1's, Sons; and =Co\",2026-11-01,,,,,,
J2,VN-0001,g2,2026-10-01,,,2026-11-01,,,\n"
    );
    let taken = import(&desk, "repairs", &sheet, "--commit");
    assert_eq!(last(&taken), "3 read: 3 created, 0 updated, 0 unchanged, 0 rejected", "{}", taken.stderr);
    assert_eq!(
        last(&import(&desk, "repairs", &sheet, "--commit")),
        "3 read: 0 created, 0 updated, 3 unchanged, 0 rejected"
    );
    assert!(desk.done("export repairs").contains("J8,VN-0001,\"G1's, Sons; and =Co\",2026-11-01,,,,,,\n"));
    desk.done("check");
    let back = format!("{REPAIRS}\nJ8,VN-0001,G2,2026-11-01,,bow,2026-11-20,12,,\n");
    let changed = import(&desk, "repairs", &back, "--commit --update");
    assert!(changed.stderr.contains("J8: changed fault, back_on, cost, outcome, payer"), "{}", changed.stderr);
    assert!(changed.stderr.contains("The condition of what came back was left as it is"), "{}", changed.stderr);
    for (row, said) in [
        ("J8,VN-0001,G1,2026-11-01,,bow,2026-11-20,12,repaired,hub", "repairer 'G1': is not what is on record of J8"),
        (
            "J8,VN-0001,G2,2026-11-01,,bow,2026-11-21,12,repaired,hub",
            "back_on '2026-11-21': is not what is on record of J8",
        ),
        (
            "J8,VN-0001,G2,2026-11-01,,bow,2026-11-20,12,repaired,borrower",
            "payer 'borrower': is changed by a charge alone",
        ),
    ] {
        let refused = import(&desk, "repairs", &format!("{REPAIRS}\n{row}\n"), "--commit --update");
        assert!(refused.exit == 1 && refused.stderr.contains(said), "{said}: {}", refused.stderr);
    }
}

const CHARGES: &str =
    "charge,loan,person,charge_type,period,term,academic_year,amount,remitted,raised_on,due_on,paid_on,waived_on,note";

fn charged() -> [&'static str; 5] {
    [
        "lend TPT-0001 --to P2 --on 2026-09-05 --due 2026-12-18",
        "lend VN-0001 --to P1 --on 2026-09-05 --due 2026-12-18",
        "loan void L2 --reason mistake",
        "charge raise --term 2026/27-autumn",
        "charge add L1 --for loss",
    ]
}

#[test]
fn charges_that_the_desk_would_refuse_are_rejected() {
    refuses(
        "charges",
        CHARGES,
        &charged(),
        &[
            ("C9,L9,,damage,,,,5,,2026-11-01,,,,", "loan 'L9': there is no loan L9"),
            ("C9,L1,,rent,,,,5,,2026-11-01,,,,", "charge_type 'rent': is not a type of charge"),
            ("C9,L1,,damage,,,,,,2026-11-01,,,,", "amount '': is missing"),
            ("C9,L1,,damage,,,,0,,2026-11-01,,,,", "amount '0': a charge of nothing is no charge"),
            ("C9,L1,,damage,,,,5,,,,,,", "raised_on '': is missing"),
            ("C9,L1,,damage,,,,5,,2026-12-01,,,,", "raised_on '2026-12-01': 1 Dec 2026 has not come yet"),
            ("C9,L1,100001,damage,,,,5,,2026-11-01,,,,", "person '100001': 100001 does not answer for L1; P1 does"),
            (
                "C9,L2,,damage,,,,5,,2026-11-01,,,,",
                "loan 'L2': L2 is void, and nothing is charged for a loan that never was",
            ),
            ("C9,L1,,loss,,,,5,,2026-11-01,,,,", "charge_type 'loss': L1 is charged for the loss already (C2)"),
            ("C9,L1,,hire,,,,5,,2026-11-01,,,,", "period '': a hire needs the period it is for"),
            (
                "C9,L1,,hire,2026/27-Autumn,,,5,,2026-11-01,,,,",
                "period '2026/27-Autumn': L1 is charged its hire for that already (C1)",
            ),
            (
                "C9,L1,,hire,2026/27-summer,,,5,,2026-11-01,,,,",
                "period '2026/27-summer': there is no term 2026/27-summer",
            ),
            (
                "C9,L1,,hire,project,2026/27-summer,,5,,2026-11-01,,,,",
                "term '2026/27-summer': there is no term 2026/27-summer",
            ),
            ("C9,L1,,damage,project,,,5,,2026-11-01,,,,", "period 'project': only a hire is for a period"),
            ("C9,L1,,hire,2026/27,,,5,6,2026-11-01,,,,", "remitted '6': is more than the amount, £5.00"),
            ("C9,L1,,hire,2026/27,,,5,4,2026-11-01,,,,", "remitted '4': nobody behind L1 has a remission for 2026/27"),
            ("C9,L1,,damage,,,,5,4,2026-11-01,,,,", "remitted '4': only hire is remitted"),
            (
                "C9,L1,,damage,,,,5,,2026-11-01,,2026-12-01,,",
                "paid_on '2026-12-01': the payment would be on 1 Dec 2026",
            ),
            ("C9,L1,,damage,,,,5,,2026-11-01,,,2026-12-01,", "waived_on '2026-12-01': 1 Dec 2026 has not come yet"),
            (
                "C9,L1,,damage,,,,5,,2026-11-01,,2026-11-02,2026-11-02,",
                "waived_on '2026-11-02': a charge is paid or waived, not both",
            ),
        ],
    );
    // The replacement value of a violin nobody valued.
    let before = ["lend VN-0001 --to P1 --on 2026-09-05 --due 2026-12-18"];
    let said = "amount '': the replacement value of VN-0001 is not on record";
    refuses("charges", CHARGES, &before, &[("C9,L1,,loss,,,,,,2026-11-01,,,,", said)]);
}

#[test]
fn charges_without_a_reference_are_known_by_what_they_are_for() {
    let desk = desk();
    charged().iter().for_each(|line| drop(desk.done(line)));
    let sheet = "loan,charge_type,period,amount,raised_on\nL1,hire,2026/27-autumn,36.40,2026-11-22\nL1,hire,project,5,2026-11-01
L1,damage,,5,2026-11-01\nL1,damage,,5,2026-11-01\nL1,hire,2026/27-SPRING,7,2026-11-02\n";
    let taken = import(&desk, "charges", sheet, "--commit");
    assert_eq!(last(&taken), "5 read: 4 created, 0 updated, 1 unchanged, 0 rejected", "{}", taken.stderr);
    assert_eq!(
        last(&import(&desk, "charges", sheet, "--commit")),
        "5 read: 0 created, 0 updated, 5 unchanged, 0 rejected"
    );
    let exported = desk.done("export charges");
    assert!(exported.contains("C4,L1,P1,damage,,,2026/27,5.00,0.00,2026-11-01,2026-11-29,,,\n"), "{exported}");
    assert!(exported.contains("C6,L1,P1,hire,2026/27-spring,,2026/27,7.00,0.00,2026-11-02,"), "{exported}");
    let paid = format!("{CHARGES}\nC4,L1,P1,damage,,,2026/27,5.00,0.00,2026-11-01,2026-11-29,2026-11-20,,Cash\n");
    let changed = import(&desk, "charges", &paid, "--commit --update");
    assert!(changed.stderr.contains("C4: changed paid_on, note"), "{}", changed.stderr);
    let dearer = paid.replace("5.00", "6.00").replace("2026-11-20", "");
    let refused = import(&desk, "charges", &dearer, "--commit --update");
    for said in ["amount '6.00': is not what is on record of C4", "paid_on '': is not what is on record of C4"] {
        assert!(refused.exit == 1 && refused.stderr.contains(said), "{said}: {}", refused.stderr);
    }
    assert_eq!(desk.done("charge add L1 --for deposit 5"), "C7\n");
    desk.done("check");
}

#[test]
fn what_was_swapped_is_not_charged_again_in_another_hub() {
    let desk = desk();
    for line in [
        "lend TPT-0001 --to P2 --on 2026-09-05 --due 2026-12-18",
        "charge raise --term 2026/27-autumn",
        "swap TPT-0001 TPT-0002 --on 2026-11-01",
        "lend VN-0001 VN-0002 --to P1 --on 2026-11-01 --due 2026-12-18",
        "return VN-0001 --on 2026-11-10",
    ] {
        desk.done(line);
    }
    let moved = moved(TODAY, &export(&desk));
    let raised = moved.run("charge raise --term 2026/27-autumn");
    let said = "Raised one charge of 2026/27-autumn, £36.40; one was raised before.";
    assert!(raised.stderr.contains(said), "{}", raised.stderr);
    assert_eq!(desk.run("charge raise --term 2026/27-autumn").stderr, raised.stderr);
}

/// One command of a random month: what is refused is refused.
fn command() -> impl Strategy<Value = String> {
    let tag = || prop::sample::select(vec!["TPT-0001", "TPT-0002", "VN-0001", "VN-0002"]);
    let who = || prop::sample::select(vec!["P1", "P2", "P3", "P4", "100001", "100002", "G1"]);
    let number = || 1..6u8;
    let text = || prop::sample::select(vec!["'=x'", "\"a\nb\"", "\"it's; so, yes\"", "'-é'"]);
    let back = || 0..9u8;
    prop_oneof![
        4 => (tag(), who(), back()).prop_map(|(tag, who, back)| format!("lend {tag} --to {who} --on -{back}d --due 2027-01-20")),
        1 => who().prop_map(|who| format!("lend --set Set --to {who} --due 2027-01-20 --pupils 9")),
        3 => (tag(), back()).prop_map(|(tag, back)| format!("return {tag} --on -{back}d --condition worn --at Hall")),
        1 => (tag(), tag()).prop_map(|(one, other)| format!("swap {one} {other}")),
        1 => (tag(), who()).prop_map(|(tag, who)| format!("transfer {tag} --to {who}")),
        1 => number().prop_map(|loan| format!("loan void L{loan} --reason mistake")),
        1 => (number(), back()).prop_map(|(loan, back)| format!("loan correct L{loan} --out-on -{back}d --reason mistake")),
        3 => (tag(), back(), text()).prop_map(|(tag, back, text)| format!("repair send {tag} --to G1 --on -{back}d --fault {text}")),
        3 => (tag(), back(), 0..90u8).prop_map(|(tag, back, cost)| format!("repair back {tag} --on -{back}d --cost {cost} --charge")),
        1 => tag().prop_map(|tag| format!("repair back {tag} --outcome beyond-repair")),
        3 => (who(), back(), text()).prop_map(|(who, back, text)| format!("request add --type TPT --for {who} --on -{back}d --note {text}")),
        2 => who().prop_map(|who| format!("request add --type VN --size 1/2 --for {who}")),
        3 => (number(), tag()).prop_map(|(request, tag)| format!("request offer R{request} {tag}")),
        1 => number().prop_map(|request| format!("request cancel R{request}")),
        2 => Just("charge raise --term 2026/27-autumn".to_string()),
        3 => (number(), text()).prop_map(|(loan, text)| format!("charge add L{loan} --for damage 12.50 --note {text}")),
        1 => number().prop_map(|loan| format!("charge add L{loan} --for loss 99")),
        2 => (number(), back()).prop_map(|(charge, back)| format!("charge pay C{charge} --on -{back}d")),
        2 => (number(), text()).prop_map(|(charge, text)| format!("charge waive C{charge} --reason {text}")),
        2 => (who(), 0..101u8).prop_map(|(who, percent)| format!("remission add {who} --year 2026/27 --percent {percent} --band FSM --seen-on -9d")),
        1 => who().prop_map(|who| format!("remission remove {who} --year 2026/27")),
        1 => (tag(), tag()).prop_map(|(one, other)| format!("set edit Set --add {one} --remove {other}")),
        1 => Just("person merge P4 P2".to_string()),
        1 => Just("person edit P2 --school 100002".to_string()),
        1 => Just("school edit 100002 --status closed".to_string()),
        1 => tag().prop_map(|tag| format!("instrument lost {tag}")),
        1 => tag().prop_map(|tag| format!("instrument found {tag}")),
        1 => tag().prop_map(|tag| format!("instrument edit {tag} --condition unplayable --size 7/8")),
        1 => tag().prop_map(|tag| format!("instrument retire {tag} --reason sold")),
        2 => Just("undo".to_string()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_at_the_desk_goes_there_and_back(lines in prop::collection::vec(command(), 1..60)) {
        let desk = desk();
        desk.done("set add Set TPT-0001 TPT-0002");
        let mut said = Vec::new();
        let mut today = jiff::civil::date(2026, 11, 22);
        for (number, line) in lines.iter().enumerate() {
            if number % 3 == 2 {
                today = today.saturating_add(jiff::Span::new().days(2));
            }
            let line = line.split(' ').map(|word| word.strip_prefix('-').and_then(|word| word.strip_suffix('d'))
                .and_then(|days| days.parse::<i64>().ok())
                .map_or(word.to_string(), |days| today.saturating_sub(jiff::Span::new().days(days)).to_string()));
            let line = format!("{} --today {today}", line.collect::<Vec<_>>().join(" "));
            let outcome = desk.run(&line);
            prop_assert!(matches!(outcome.exit, 0 | 1), "{}\n{}", line, outcome.stderr);
            if outcome.exit == 0 {
                said.push(line);
            }
        }
        desk.done(&format!("check --today {today}"));
        let exported = export(&desk);
        let again = through_an_empty_hub_on(&today.to_string(), &exported);
        for (before, after) in exported.iter().zip(again) {
            prop_assert_eq!(&after, before, "{}", said.join("\n"));
        }
    }
}
