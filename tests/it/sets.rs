//! Sets: made, changed, lent whole, and taken back but for a few.

use crate::desk::Desk;
use crate::plays;

/// Two schools, a family, and six trumpets.
fn desk() -> Desk {
    let desk = Desk::new();
    for line in [
        "school add 100001 \"St Thomas' Primary\" --email office@example.org",
        "school add 100003 'Other Primary'",
        "person add 'Luis Ruiz' --role adult --email luis@example.org",
        "person add 'Ana Ruiz' --role pupil --school 100001 --year-group 5 --hirer P1",
        "person add 'Ben Okafor' --role pupil --school 100001 --year-group 5",
        "organisation add 'Acorn Nursery' --role setting",
        "organisation add 'Brass Menders' --role repairer",
    ] {
        desk.done(line);
    }
    for _ in 0..6 {
        desk.done("instrument add --type TPT --accessory case");
    }
    desk
}

/// The same with thirty more trumpets, all in one set.
fn class_set() -> Desk {
    let desk = desk();
    for _ in 0..24 {
        desk.done("instrument add --type TPT");
    }
    let tags: String = (1..=30).map(|number| format!("TPT-{number:04}\n")).collect();
    let made = desk.run_with("set add 'Trumpets A' -", &tags);
    assert_eq!((made.exit, made.stdout.as_str()), (0, "Trumpets A\n"), "{}", made.stderr);
    desk
}

#[test]
fn a_class_set_from_one_command_to_the_last_trumpet() {
    plays!(
        class_set(),
        "set_of_thirty",
        "
        set list
        lend --set 'Trumpets A' --to 100001 --pupils 28 --year-group 4 --on 2026-09-10 --due 2026-11-20
        lend TPT-0003 --to 'Ana Ruiz' --due 2026-12-18
        set list --format csv
        return --set 'trumpets a' --except tpt-0003,TPT-0007,TPT-0030
        set show trumpets
        set show trumpets --format csv
        loan list --set 'Trumpets A' --open --format csv
        return TPT-0007 TPT-0030 --to-school
        return TPT-0007
        instrument lost TPT-0030 --note 'Left on a bus'
        return TPT-0003
        set show 'Trumpets A' --format json --output @/set.json
        lend --set 'Trumpets A' --to 100003
        lend --set 'Trumpets A' --to 100003 --except TPT-0030
        instrument found TPT-0030
        return --set 'Trumpets A'
        return --set 'Trumpets A'
        instrument history TPT-0030
        check
        "
    );
}

#[test]
fn sets_are_made_changed_and_found_by_a_part_of_their_name() {
    plays!(
        desk(),
        "set_edit",
        "
        set list --format csv
        instrument retire TPT-0006 --reason sold
        set add 'Trumpets A' TPT-0001 TPT-0009 TPT-0006
        set add 'Trumpets A'
        set add '' TPT-0001
        TPT-0001\\ntpt-0002\\nTPT-0001 | set add '-Trumpets A-' -
        set add 'Trumpets B' TPT-0002 TPT-0003
        set add 'TRUMPETS b' TPT-0003
        set show trumpets
        set show trombones
        set show Trumpts
        set show ''
        set show 'trumpets b'
        set edit 'Trumpets B'
        set edit 'Trumpets B' --add TPT-0003,TPT-0004
        set edit 'Trumpets B' --add TPT-0003
        set edit 'Trumpets B' --remove TPT-0005
        set edit 'Trumpets B' --add TPT-0004 --remove tpt-0004
        set edit 'Trumpets B' --add TPT-0002 --remove TPT-0002
        set edit 'Trumpets B' --name '-Trumpets A-'
        set edit b --add TPT-0004,TPT-0005 --remove TPT-0003 --name 'trumpets B'
        set edit 'Trumpets b' --remove TPT-0002,TPT-0004,TPT-0005
        lend --set 'trumpets B' --to 100001
        return --set 'trumpets B'
        set show 'trumpets B'
        set list
        log --tag TPT-0004 --format csv
        "
    );
}

#[test]
fn a_set_goes_out_whole_or_not_at_all() {
    plays!(
        desk(),
        "set_lend",
        "
        set add 'Trumpets A' TPT-0001 TPT-0002 TPT-0003 TPT-0004
        lend --set 'Trumpets A' TPT-0005 --to 100001
        lend TPT-0005 --except TPT-0001 --to 100001
        lend --to 100001
        instrument lost TPT-0002
        lend TPT-0003 --to 'Ana Ruiz'
        lend --set 'Trumpets A' --to 100001
        lend --set 'Trumpets A' --to 100001 --except TPT-0002
        lend --set 'Trumpets A' --to 100001 --except TPT-0002,TPT-0005
        lend --set 'Trumpets A' --to 100001 --except TPT-0001,TPT-0002,TPT-0003,TPT-0004
        lend --set 'Trumpets A' --to G1 --except TPT-0002,TPT-0003
        set list
        set show 'Trumpets A'
        return --set 'Trumpets A'
        lend --set 'Trumpets A' --to P2 --except TPT-0002,TPT-0003 --scheme free
        return --set 'Trumpets A' --to-school
        return --set 'Trumpets A' --except TPT-0005
        return --set 'Trumpets A' --except TPT-0001,TPT-0004
        return --set 'Trumpets A' --on 2026-11-20
        return --set 'Trumpets A' --missing case
        return --set 'Trumpets A' TPT-0001
        return
        loan list --set 'Trumpets A' --format csv
        "
    );
}

#[test]
fn a_set_that_was_changed_while_it_was_out_comes_home() {
    plays!(
        desk(),
        "set_changed",
        "
        # Lent by tags, before there was a set.
        lend TPT-0001 TPT-0002 --to 100001 --on 2026-09-10 --due 2026-12-18
        set add 'Trumpets A' TPT-0001 TPT-0002 TPT-0003
        return --set 'Trumpets A'
        lend --set 'Trumpets A' --to 100001 --due 2026-12-18
        lend TPT-0001 --to P2 --due 2026-12-11
        lend TPT-0002 --to P3 --due 2026-12-11
        set edit 'Trumpets A' --remove TPT-0003 --add TPT-0004
        return --set 'Trumpets A' --to-school --except TPT-0002
        # TPT-0004 is in the set now and did not go out with it; TPT-0003 did.
        lend TPT-0004 --to 100003
        return --set 'Trumpets A'
        return --set 'Trumpets A'
        # What the same borrower has of it besides comes home with it.
        lend --set 'Trumpets A' --to 100001 --except TPT-0004
        lend TPT-0004 --to 100001
        return --set 'Trumpets A' --except TPT-0001
        "
    );
}

#[test]
fn part_of_a_set_moves_on_or_is_swapped_and_the_rest_comes_home() {
    plays!(
        desk(),
        "set_onward",
        "
        set add 'Trumpets A' TPT-0001 TPT-0002 TPT-0003 TPT-0004
        lend --set 'Trumpets A' --to 100001 --pupils 28 --on 2026-09-10 --due 2026-12-18
        transfer TPT-0003 TPT-0004 --to 100003
        swap TPT-0002 TPT-0005 --condition damaged
        loan list --set 'Trumpets A' --format csv
        loan show L7
        set list
        return TPT-0001
        return --set 'Trumpets A'
        check
        "
    );
}
