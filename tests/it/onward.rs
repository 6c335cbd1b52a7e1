//! Swaps and transfers: one loan takes another's place.

use crate::desk::Desk;
use crate::plays;

/// Two schools, a closed one, two families, and violins of three sizes.
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
        "instrument add --type VN --size 1/2",
        "instrument add --type VN --size 3/4",
        "instrument add --type VN --size 4/4",
        "instrument add --type VA --size 14in",
        "instrument add --type VN --size 3/4 --condition unplayable",
    ] {
        desk.done(line);
    }
    desk
}

#[test]
fn a_larger_violin_on_the_same_terms() {
    plays!(
        desk(),
        "swap",
        "
        lend VN-0001 --to 'Ana Ruiz' --scheme free --on 2026-09-10 --due 2027-07-16 --note 'by the window'
        swap VN-0001 VN-0002 --condition worn
        loan list --format csv
        loan show L2
        instrument list --type VN --format csv
        swap VN-0002 VA-0001
        swap VA-0001 VN-0001 --on 2026-11-20
        instrument history VN-0001
        log --loan L2 --format csv
        check
        "
    );
}

#[test]
fn each_swap_that_cannot_be_is_refused() {
    plays!(
        desk(),
        "swap_refused",
        "
        swap VN-0001 VN-0002
        lend VN-0001 --to 'Ana Ruiz' --on 2026-09-10 --due 2027-07-16
        lend VN-0003 --to 100003
        swap VN-0001 vn-0001
        swap VN-0001 VN-0003
        swap VN-0001 VN-0004
        swap VN-0001 VN-0099
        swap VN-0001 VN-0002 --on +1d
        swap VN-0001 VN-0002 --on 2026-09-09
        swap VN-0001
        instrument lost VN-0002
        swap VN-0001 VN-0002
        instrument retire VN-0002 --reason stolen
        swap VN-0001 VN-0002
        "
    );
}

#[test]
fn what_is_overdue_gets_a_new_day_with_a_swap() {
    plays!(
        desk(),
        "swap_overdue",
        "
        setting set late-borrowers refuse
        scheme set hire --length 30d
        lend VN-0001 --to 'Ana Ruiz' --on 2026-09-10 --due 2026-11-01
        # On the due day itself it goes on; after it, the scheme's rule gives another.
        swap VN-0001 VN-0002 --on 2026-11-01
        swap VN-0002 VN-0003 --on 2026-11-02
        lend VA-0001 --to 'Ana Ruiz' --on 2026-09-10 --due 2027-01-10
        renew VN-0003 --due 2026-12-20
        setting set late-borrowers warn
        lend VN-0001 --to 'Ana Ruiz' --on 2026-11-01 --due 2026-11-10
        swap VA-0001 VN-0002
        setting set late-borrowers refuse
        swap VN-0003 VA-0001
        swap VN-0001 VA-0001
        "
    );
}

#[test]
fn inside_a_schools_loan_the_old_one_stays_with_the_school() {
    plays!(
        desk(),
        "swap_inner",
        "
        lend VN-0001 VN-0002 --to 100001 --on 2026-09-10 --due 2027-07-16
        lend VN-0001 --to 'Ben Okafor' --on 2026-10-01 --due 2026-12-18
        swap VN-0001 VN-0003
        swap VN-0001 VN-0002
        loan list --open --format csv
        lend VN-0001 --to 'Ana Ruiz' --due 2026-12-18
        swap VN-0002 VN-0001
        # Ana's parent signed, so hers may stand outside the school's loan.
        swap VN-0001 VN-0003
        swap VN-0002 VA-0001 --on 2026-11-21
        return VN-0002 --to-school
        swap VN-0002 VA-0001 --on 2026-11-21
        swap VN-0002 VA-0001
        loan list --open --format csv
        check
        "
    );
}

#[test]
fn another_borrower_answers_for_what_is_out() {
    plays!(
        desk(),
        "transfer",
        "
        lend VN-0001 VN-0002 --to 100001 --pupils 28 --year-group 4 --on 2026-09-10 --due 2027-07-16 --note 'in the hall'
        lend VN-0003 --to 'Ana Ruiz' --on 2026-09-10 --due 2026-11-10
        VN-0001\\nvn-0002\\nVN-0003\\nVN-0001 | transfer - --to 100003 --on 2026-11-10
        loan list --format csv
        loan show L4
        transfer VN-0003 --to 'Ana Ruiz'
        transfer VN-0001 --to G1 --due 2026-12-18
        transfer VN-0002 --to P3 --hirer P1 --due 2026-12-25
        loan list --open --format csv
        log --tag VN-0002 --format csv
        check
        "
    );
}

#[test]
fn each_transfer_that_cannot_be_is_refused() {
    plays!(
        desk(),
        "transfer_refused",
        "
        transfer VN-0001 --to 100003
        lend VN-0001 VN-0002 --to 100001 --on 2026-09-10 --due 2026-11-10
        lend VN-0001 --to 'Ben Okafor' --on 2026-10-01 --due 2026-12-18
        transfer VN-0001 --to 100003
        transfer VN-0001 VN-0002 VN-0009 VN-0003 --to 100003
        transfer VN-0002 --to 100001
        transfer VN-0002 --to 'Closed School'
        transfer VN-0002 --to 'Ben Okafor'
        transfer VN-0002 --to 'Ben Okafor' --hirer P2
        transfer VN-0002 --to 100003 --on +1d
        transfer VN-0002 --to 100003 --on 2026-09-09
        transfer VN-0002 --to 100003 --due 2026-11-21
        transfer VN-0002 --to 100003 --until 2026/27-summer
        transfer VN-0002 --to Nobody
        transfer VN-0002
        return VN-0001 --to-school --on 2026-11-20
        transfer VN-0001 --to 100003 --on 2026-11-19
        lend VN-0003 --to 100003 --on 2026-09-10 --due 2026-11-10
        setting set late-borrowers refuse
        transfer VN-0001 --to 100003
        \\n | transfer - --to 100003
        "
    );
}
