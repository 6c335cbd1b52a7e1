//! Lending, taking back, renewing, and what is late.

use crate::desk::Desk;
use crate::plays;

/// A school, a family, and a few instruments.
fn desk() -> Desk {
    let desk = Desk::new();
    for line in [
        "school add 100001 \"St Thomas' Primary\" --email office@example.org",
        "school add 100002 'Closed School' --status closed",
        "school add 100003 'Other Primary'",
        "person add 'Luis Ruiz' --role adult --email luis@example.org",
        "person add 'Ana Ruiz' --role pupil --school 100001 --year-group 5 --hirer P1",
        "person add 'Ben Okafor' --role pupil --school 100001 --year-group 5",
        "organisation add 'Acorn Nursery' --role setting",
        "instrument add --type VC --size 1/2 --accessory bow --accessory case --replacement-value 450",
        "instrument add --type TPT",
        "instrument add --type TPT",
        "instrument add --type TPT",
        "instrument add --type FL --condition unplayable",
    ] {
        desk.done(line);
    }
    desk
}

#[test]
fn a_loan_from_hand_over_to_return() {
    plays!(
        desk(),
        "loan",
        "
        lend VC-0001 --to 'ana ruiz' --due 17/07/2027 --note '-x'
        lend VC-0001 --to 100003
        loan list
        loan list --format csv
        loan show l1
        instrument show VC-0001
        find chello
        find ruiz --format csv
        renew VC-0001 --due 2027-07-17
        renew VC-0001 --due 2027-07-20 --reason exam
        return vc-0001 --missing Bow,reed
        return VC-0001 --on 2026-11-21
        return VC-0001 --condition worn --missing Bow --at 'Main store'
        return VC-0001
        loan show L1 --format json
        instrument history VC-0001
        log --loan L1 --format csv
        "
    );
}

#[test]
fn each_refusal_names_the_reason_and_the_next_step() {
    plays!(
        desk(),
        "lending_refused",
        "
        lend VC-0009 --to P2
        lend XX-1 --to P2
        lend VC-0001 --to 'Anna Ruis'
        lend VC-0001 --to ruiz
        lend VC-0001 --to ''
        lend VC-0001 --to P99
        lend VC-0001 --to 999999
        lend VC-0001 --to 'Ben Okafor'
        lend VC-0001 --to P3 --hirer P2
        lend VC-0001 --to 'Closed School'
        lend FL-0001 --to P2
        lend VC-0001 --to P2 --on +1d
        lend VC-0001 --to P2 --due 2026-11-21
        lend VC-0001 --to P2 --due 31/02/2027
        lend VC-0001 --to P2 --until 2026/27-summer
        lend VC-0001 --to P2 --scheme gift
        lend
        person add 'Kim' --role pupil --email kim@example.org
        person add 'Kim' --role pupil --hirer P2
        person add \"Kim\u{202e}\" --role adult
        loan show L77
        renew --borrower P1 --due +30d
        "
    );
}

#[test]
fn a_class_set_goes_out_by_scanner_or_not_at_all() {
    plays!(
        desk(),
        "class_set",
        "
        TPT-0001\\ntpt-0002\\nTPT-0009\\nFL-0001\\n | lend - --to 100001
        TPT-0001\\ntpt-0002\\n\\nTPT-0001\\n | lend - --to 100001 --pupils 28 --year-group 4 --due 2026-11-20 --on 2026-09-10
        lend TPT-0001 --to P3 --due 2026-12-18
        lend TPT-0001 --to P2 --due 2026-12-18
        lend TPT-0002 --to P1
        loan list --school 100001 --format csv
        instrument list --type TPT --format csv
        lend TPT-0003 --to 100001
        setting set late-borrowers refuse
        lend TPT-0003 --to 100001
        overdue
        return TPT-0001 --to-school
        return TPT-0001 --to-school
        renew --borrower 100001 --due 2027-01-15
        TPT-0001\\nTPT-0002\\nTPT-0003 | return -
        return TPT-0001 TPT-0002 TPT-0002
        overdue --format json
        "
    );
}

#[test]
fn a_rule_keeps_to_term_and_says_so() {
    plays!(
        desk(),
        "terms",
        "
        term add 2026/27 autumn 2026-09-02 2026-12-18
        term add 2026/27 spring 2027-01-04 2027-03-25
        term add 2026/27 Autumn 2026-09-02 2026-12-18 --school 100001
        term add 2026/27 half 2026-12-01 2027-01-10
        term add 2026/27 late 2027-09-01 2027-09-10
        term list
        scheme set hire --length 30d
        scheme list
        lend VC-0001 --to P2
        lend TPT-0001 --to P2 --due 2026-12-24
        lend TPT-0002 --to P2 --until 2026/27-spring
        lend TPT-0002 --to P2 --until 2026/27-autumn
        "
    );
}

#[test]
fn reminders_say_who_would_hear_what() {
    plays!(
        desk(),
        "remind",
        "
        remind
        remind --format csv
        lend VC-0001 --to P2 --on 2026-09-01 --due 2026-11-08
        lend TPT-0001 --to 100003 --on 2026-09-01 --due 2026-11-21
        lend TPT-0002 --to 100001 --on 2026-01-01 --due 2026-02-01
        lend TPT-0003 --to G1 --due 2026-11-30
        remind
        remind --format csv
        remind --stage second
        remind --borrower P2
        "
    );
}
