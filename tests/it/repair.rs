//! Instruments away to be mended: sent, taken back, paid for; and which makes last.

use crate::desk::Desk;
use crate::plays;

/// A family, two schools, a class's trumpet with a child, and a few instruments in the store.
fn desk() -> Desk {
    let desk = Desk::new();
    for line in [
        "school add 100001 'St Thomas' --email office@example.org",
        "person add 'Luis Ruiz' --role adult --email luis@example.org",
        "person add 'Ana Ruiz' --role pupil --school 100001 --year-group 5 --hirer P1",
        "person add 'Ben Okafor' --role pupil --school 100001 --year-group 5",
        "organisation add 'Acorn Nursery' --role setting",
        "instrument add --type VN --make Stentor --model Student --acquired-on 2024-11-22 --location 'Main store' --condition damaged",
        "instrument add --type VN --make stentor --model 'student' --acquired-on 2022-11-23",
        "instrument add --type VN --make Primavera --category PROG",
        "instrument add --type TPT --make Yamaha --acquired-on 2025-01-31",
    ] {
        desk.done(line);
    }
    desk
}

#[test]
fn an_instrument_goes_to_be_mended_and_comes_back() {
    plays!(
        desk(),
        "repair",
        "
        repair list
        repair list --format csv
        repair send vn-0001 --to 'Bow Repairs' --on 2026-11-10 --back-by 2026-11-20 --fault 'open seam'
        instrument show VN-0001
        instrument list --availability in-repair --format csv
        status
        lend VN-0001 --to P2
        repair send VN-0002 --to bow --fault '-x'
        repair send VN-0003 --to Acorn
        repair list --open
        repair list --late --format csv
        repair list --repairer bow --tag VN-0002 --format csv
        repair back VN-0001 --cost 45
        repair back VN-0002 --outcome beyond-repair --cost 0
        repair back VN-0003 --on 2026-11-22 --condition worn
        repair list --format json
        repair list --from 2026-11-11 --to 2026-11-22 --format csv
        instrument list --format csv
        instrument history VN-0001
        log --tag VN-0002 --format csv
        organisation list
        check
        "
    );
}

#[test]
fn each_refusal_of_a_repair_names_the_reason_and_the_next_step() {
    plays!(
        desk(),
        "repair_refused",
        "
        organisation add 'Bow Repairs' --role repairer
        organisation add 'Bow Strings' --role repairer
        instrument retire TPT-0001 --reason sold
        instrument lost VN-0003
        repair send VN-0099 --to G2
        repair send TPT-0001 --to G2
        repair send VN-0003 --to G2
        repair send VN-0001 --to 'Bow Repars'
        repair send VN-0001 --to bow
        repair send VN-0001 --to G99
        repair send VN-0001 --to ''
        repair send VN-0001 --to G2 --on +1d
        repair send VN-0001 --to G2 --on 2026-11-20 --back-by 2026-11-19
        repair send VN-0001 --to G2 --back-by soon
        repair send VN-0001
        repair back VN-0001
        repair send VN-0001 --to G2 --on 2026-11-10
        repair send VN-0001 --to G3
        instrument retire VN-0001 --reason scrapped
        instrument lost VN-0001
        repair back VN-0001 --on 2026-11-09
        repair back VN-0001 --on +1d
        repair back VN-0001 --cost -5
        repair back VN-0001 --charge
        repair back VN-0001 --cost 0 --charge
        repair back VN-0001 --cost 5 --charge
        repair back VN-0001 --outcome lost
        repair back VN-0001 --outcome beyond-repair --condition good
        repair back VN-0001 --on 2026-11-15
        repair send VN-0001 --to G2 --on 2026-11-14
        repair send VN-0001 --to G2 --on 2026-11-15
        check
        "
    );
}

#[test]
fn a_loan_goes_on_behind_a_repair_and_its_reminders_wait() {
    plays!(
        desk(),
        "repair_on_loan",
        "
        instrument edit VN-0001 --condition good
        lend VN-0001 --to P2 --on 2026-09-01 --due 2026-11-08
        lend TPT-0001 --to 100001 --on 2026-09-01 --due 2026-11-08
        lend TPT-0001 --to P3 --on 2026-09-10 --due 2026-11-08
        remind --format csv
        repair send VN-0001 --to 'Bow Repairs' --on 2026-11-12 --fault bridge
        repair send TPT-0001 --to Bow --on 2026-11-12 --fault valve
        remind
        overdue --format csv
        repair back VN-0001 --cost 45.50 --charge
        remind --format csv
        return TPT-0001 --on 2026-11-15
        repair back TPT-0001 --cost 30 --charge --on 2026-11-20
        repair list --format csv
        log --loan L1 --format csv
        log --person P1 --format csv
        return VN-0001 --condition damaged
        repair send VN-0001 --to Bow
        repair back VN-0001 --cost 12 --charge
        repair send VN-0001 --to Bow
        repair back VN-0001 --outcome beyond-repair
        lend VN-0002 --to P2 --on 2026-11-20 --due 2026-12-18
        repair send VN-0002 --to Bow
        repair back VN-0002 --outcome beyond-repair
        check
        "
    );
}

#[test]
fn a_charge_goes_to_whoever_answers_for_the_loan() {
    let desk = desk();
    for line in [
        "lend VN-0002 --to P2 --on 2026-09-01 --due 2026-12-18",
        "lend TPT-0001 --to 100001 --on 2026-09-01 --due 2026-12-18",
        "lend TPT-0001 --to P3 --on 2026-09-10 --due 2026-12-18",
        "lend VN-0003 --to G1 --on 2026-09-01 --due 2026-12-18",
        "setting set payment-days 14",
    ] {
        desk.done(line);
    }
    for (number, tag) in (1..).zip(["VN-0002", "TPT-0001", "VN-0003"]) {
        assert_eq!(desk.done(&format!("repair send {tag} --to 'Bow Repairs' --on 2026-10-01")), format!("J{number}\n"));
        desk.done(&format!("repair back {tag} --on 2026-10-05 --cost 20 --charge"));
    }
    let file = ::rusqlite::Connection::open(desk.hub()).expect("a file");
    let mut charges = file
        .prepare(
            "SELECT id || ' L' || loan_id || ' P' || coalesce(person_id, '') || ' G' || coalesce(organisation_id, '') || ' '
                    || coalesce(school_urn, '') || ' ' || charge_type || ' ' || amount_pence || ' ' || academic_year || ' ' || due_on
                    || ' ' || note FROM charge ORDER BY id",
        )
        .expect("a statement");
    let told: Vec<String> =
        charges.query_map([], |row| row.get(0)).expect("rows").map(|row| row.expect("a row")).collect();
    assert_eq!(
        told,
        [
            "1 L1 P1 G  damage 2000 2026/27 2026-12-06 Repair J1",
            "2 L3 P G 100001 damage 2000 2026/27 2026-12-06 Repair J2",
            "3 L4 P G1  damage 2000 2026/27 2026-12-06 Repair J3",
        ]
    );
}

#[test]
fn whoever_waits_for_an_instrument_is_named_when_it_goes() {
    let desk = desk();
    let file = ::rusqlite::Connection::open(desk.hub()).expect("a file");
    let offer = "INSERT INTO request (id, type, person_id, asked_on, instrument_id, offered_on, lapses_on)
                 VALUES (1, 'VN', 2, '2026-11-01', 2, '2026-11-20', '2026-11-27')";
    file.execute_batch(offer).expect("an offer");
    assert!(desk.done("status --format csv").contains(",0,1,"));
    plays!(
        desk,
        "repair_reserved",
        "
        repair send VN-0002 --to 'Bow Repairs'
        status --format csv
        repair back VN-0002
        "
    );
}

#[test]
fn makes_are_told_apart_by_what_their_repairs_cost() {
    plays!(
        desk(),
        "report_repairs",
        "
        report repairs --make Nobody
        report repairs --make Nobody --format csv
        repair send VN-0001 --to 'Bow Repairs' --on 2026-03-01
        repair back VN-0001 --on 2026-03-10 --cost 45
        repair send VN-0001 --to Bow --on 2026-11-01
        repair back VN-0001 --on 2026-11-10 --cost 20.01 --outcome beyond-repair
        instrument retire VN-0001 --reason scrapped --on 2026-11-12
        repair send TPT-0001 --to Bow --on 2026-11-01
        report repairs
        report repairs --format csv
        report repairs --type violin --make STENTOR --from 2026-09-01 --format csv
        report repairs --to 2026-08-31 --format csv
        report repairs --category PROG --format json
        "
    );
}

#[test]
fn a_repair_is_paid_for_when_the_invoice_comes() {
    let desk = desk();
    desk.done("lend VN-0002 --to P2 --on 2026-09-01 --due 2026-12-18");
    plays!(
        desk,
        "repair_edit",
        "
        repair send VN-0002 --to 'Bow Repairs' --on 2026-11-10 --back-by 2026-11-14
        repair edit J9 --cost 45
        repair edit J1
        repair edit J1 --cost 45
        repair edit J1 --outcome repaired
        repair edit J1 --charge
        repair edit J1 --back-by 2026-11-09
        repair edit J1 --back-by 2026-11-25 --fault 'open seam'
        repair edit J1 --fault 'open seam'
        repair back VN-0002
        repair back VN-0002
        repair edit J1 --charge
        repair edit J1 --cost 0 --charge
        repair edit J1 --cost -5
        repair edit j1 --cost 45
        repair edit J1 --cost 45 --charge
        repair edit J1 --charge
        repair edit J1 --cost 50
        repair edit J1 --back-by '' --fault '' --outcome beyond-repair
        repair list --format csv
        charge list --format csv
        undo
        undo E19
        repair list --format csv
        repair send VN-0001 --to Bow --on 2026-11-10
        repair back VN-0001
        repair edit J2 --cost 12 --charge
        charge waive C1 --reason 'wrong sum'
        repair edit J1 --charge
        log --person P1 --format csv
        instrument history VN-0002
        check
        "
    );
}
