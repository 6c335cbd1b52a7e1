//! Counting what is at a place.

use crate::desk::Desk;
use crate::plays;

/// Two places, a family, and instruments that are in, out, away, missing and gone.
fn desk() -> Desk {
    let desk = Desk::new();
    for line in [
        "school add 100001 'St Thomas'",
        "person add 'Luis Ruiz' --role adult --email luis@example.org",
        "person add 'Ana Ruiz' --role pupil --school 100001 --year-group 5 --hirer P1",
        "instrument add --type VN --size 3/4 --location 'Main store'",
        "instrument add --type VN --size 3/4 --location 'main store'",
        "instrument add --type VN --size 1/2 --location 'Main store'",
        "instrument add --type VN --location 'Main store'",
        "instrument add --type TPT --location 'Main store'",
        "instrument add --type TPT --location 'Main store'",
        "instrument add --type TPT --location 'Band room'",
        "instrument add --type TPT --location 'Main store'",
        "instrument add --type FL",
        "lend VN-0004 --to P2 --on 2026-09-01 --due 2027-07-01",
        "repair send TPT-0001 --to 'Bow Repairs' --on 2026-11-10",
        "instrument lost TPT-0002 --on 2026-11-01",
        "instrument retire TPT-0004 --reason sold --on 2026-11-01",
    ] {
        desk.done(line);
    }
    desk
}

#[test]
fn a_place_is_counted_over_several_sittings() {
    plays!(
        desk(),
        "stocktake",
        "
        stocktake start --location 'MAIN store' --today 2026-11-20
        stocktake list
        stocktake report --format csv --today 2026-11-20
        VN-0001\\nvn-0001\\nTPT-0003\\nZZ-1\\n | stocktake scan - --today 2026-11-20
        stocktake scan VN-0001 ZZ-1
        stocktake scan VN-0004 TPT-0001 TPT-0002 TPT-0004 FL-0001 '=cmd'
        stocktake report
        lend VN-0002 --to P2 --due 2027-07-01
        stocktake scan VN-0002
        lend VN-0003 --to P2 --due 2027-07-01
        stocktake report --format csv
        return VN-0003 --at 'Main store'
        stocktake report --result missing --format csv
        stocktake close
        stocktake report --result left --format csv
        stocktake list --format csv
        stocktake scan VN-0003
        return VN-0002
        instrument lost VN-0003
        stocktake report --location 'main store'
        stocktake report --result present --format json
        instrument history VN-0003
        instrument history VN-0001
        log --from 2026-11-20 --format csv
        check
        "
    );
}

#[test]
fn what_the_desk_handed_over_is_not_missing() {
    plays!(
        desk(),
        "stocktake_left",
        "
        stocktake start --location 'Main store'
        lend VN-0001 --to P2 --due 2027-07-01
        repair send VN-0002 --to Bow
        instrument edit VN-0003 --location 'Band room'
        stocktake report --format csv
        stocktake close
        return VN-0001
        repair back VN-0002
        stocktake report --format csv
        stocktake list --format csv
        "
    );
}

#[test]
fn each_refusal_of_a_stocktake_names_the_next_step() {
    plays!(
        desk(),
        "stocktake_refused",
        "
        stocktake list --format csv
        stocktake report
        stocktake scan VN-0001
        stocktake close
        stocktake start --location ' '
        stocktake start --location 'Mian store'
        stocktake close
        stocktake start --location 'Band room'
        stocktake start --location 'band  ROOM'
        stocktake scan VN-0001 --location 'Attic'
        stocktake report --location 'Attic'
        stocktake scan TPT-0003 --today 2026-11-21
        stocktake start --location 'Main store'
        stocktake scan TPT-0003
        stocktake report
        stocktake close
        stocktake scan TPT-0003 --location 'band room'
        \\n | stocktake scan - --location 'band room'
        stocktake close --location 'Band room'
        stocktake close
        "
    );
}

#[test]
fn at_a_terminal_each_scan_is_kept_as_it_arrives() {
    let mut desk = desk();
    desk.done("stocktake start --location 'Main store'");
    desk.terminal.stdin = true;
    let input = format!("VN-0001\nvn-0001\nTPT-0003\nZZ-9\n{}\nVN-0004\n", "9".repeat(2_000));
    let outcome = desk.run_with("stocktake scan -", &input);
    assert_eq!(outcome.exit, 0);
    assert_eq!(outcome.stderr.matches('\u{7}').count(), 2, "the bell rings for what nobody knows");
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("stocktake_sitting", outcome.stderr);
    });
    let rest = desk.run_with("stocktake scan -", "VN-0002\n\nVN-0003\n");
    assert!(rest.stderr.contains("(2 of 3) VN-0002 violin 3/4: present"), "{}", rest.stderr);
    assert!(desk.done("stocktake list --format csv").ends_with(",3,2,1,2,1\n"));
    let scans = desk.done("log --format csv");
    assert_eq!(scans.matches("stocktake scan").count(), 5, "{scans}");
}

#[test]
fn a_tag_that_is_put_on_record_later_can_be_scanned_again() {
    let desk = desk();
    desk.done("stocktake start --location 'Main store'");
    desk.done("stocktake scan VN-0077");
    desk.done("instrument add --type VN --tag VN-0077 --location 'Main store'");
    assert!(desk.run("stocktake scan VN-0077").stderr.contains("unexpected; it came here since the count began"));
    assert!(desk.done("stocktake report --result unexpected --format csv").contains("VN-0077,VN,"));
    desk.done("check");
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let mut desk = desk();
    desk.done("stocktake start --location 'Main store'");
    // Found by the count, and out with somebody whose name is shown.
    desk.done("stocktake scan VN-0004 VN-0001 TPT-0003");
    desk.terminal.width = Some(80);
    for colour in [false, true] {
        desk.terminal.colour = colour;
        let said = desk.done("stocktake report");
        assert!(said.contains("Ana") && said.contains("scanned"), "drawn as a grid: {said}");
        for line in said.lines() {
            // What stands between an escape and its 'm' is not seen.
            let mut parts = line.split('\u{1b}');
            let first = parts.next().unwrap_or_default();
            let styled = parts.map(|part| part.split_once('m').map_or(part, |(_, rest)| rest));
            let seen = std::iter::once(first).chain(styled).collect::<String>();
            assert!(seen.chars().count() <= 80, "{}: {line:?}", seen.chars().count());
        }
    }
}
