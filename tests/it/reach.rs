//! Whom the stock reaches, in figures that may be published, and what lies idle.

use crate::desk::Desk;
use crate::plays;

/// Schools of several sorts, and loans around the turn of the academic year.
fn desk() -> Desk {
    let desk = Desk::new();
    for line in [
        "school add 100001 \"St Thomas' Primary\" --type 'Voluntary aided school' --phase primary",
        "school add 100002 'Hill Academy' --type 'Academy converter' --phase Secondary --trust 'Hill Trust'",
        "school add 100003 'Willow Bank' --type 'Academy special converter' --phase 'Not applicable'",
        "school add 100004 'Dame Margaret College' --type 'Other independent school' --phase 'Not applicable'",
        "school add 100005 'New School'",
        "school add 100006 'Teachers Only' --type 'Community school' --phase Primary",
        "school add 100007 'Summer Returns' --type 'Community school' --phase Primary",
        "person add 'Luis Ruiz' --role adult",
        "person add 'Ana Ruiz' --role pupil --school 100001 --year-group 5 --hirer P1",
        "person add 'Ben Ruiz' --role pupil --school 100002 --year-group 8 --hirer P1",
        "person add 'Mr Brass' --role teacher --school 100006",
        "organisation add 'Acorn Nursery' --role setting",
        // A class set of three, and of one more child's instrument inside it.
        "instrument add --type TPT --group primary --category WCET --area Northtown",
        "instrument add --type TPT --group primary --category WCET --area Northtown",
        "instrument add --type TPT --group primary --category WCET --area Southtown",
        "lend TPT-0001 TPT-0002 TPT-0003 --to 100001 --scheme class-set --pupils 28 --year-group 4 --on 2026-09-10 --due 2027-07-17",
        "lend TPT-0001 --to P2 --on 2026-10-01 --due 2027-07-17",
        // The same child, another instrument, over the summer.
        "instrument add --type VC --size 1/2 --group primary --category PROG",
        "lend VC-0001 --to P2 --on 2026-06-01 --due 2026-07-17",
        "return VC-0001 --on 2026-09-01",
        "lend VC-0001 --to P2 --on 2026-09-20 --due 2027-07-17",
        "instrument add --type CL --group secondary",
        "lend CL-0001 --to P3 --on 2026-11-01 --due 2027-07-17",
        "instrument add --type HN --adapted",
        "lend HN-0001 --to 100003 --pupils 6 --on 2026-09-05 --due 2027-07-17",
        "instrument lost HN-0001 --on 2026-09-08",
        "instrument add --type FL",
        "lend FL-0001 --to 100004 --on 2026-08-31 --due 2026-12-18",
        "instrument add --type OB",
        "lend OB-0001 --to 100005 --on 2026-11-22 --due 2026-12-18",
        "instrument add --type BN",
        "lend BN-0001 --to P4 --on 2026-11-01 --due 2026-12-18",
        "instrument add --type KBD",
        "lend KBD-0001 --to 100007 --on 2026-05-01 --due 2026-07-17",
        "return KBD-0001 --on 2026-08-31",
        "instrument add --type DRM",
        "lend DRM-0001 --to G1 --on 2026-10-01 --due 2026-12-18",
    ] {
        desk.done(line);
    }
    let file = rusqlite::Connection::open(desk.hub()).expect("the file");
    file.execute_batch(
        "INSERT INTO remission (person_id, academic_year, percent, band) VALUES (1, '2026/27', 50, 'half'), (2, '2026/27', 100, 'full');
         INSERT INTO remission (person_id, academic_year, percent, band) VALUES (3, '2025/26', 100, 'full');",
    )
    .expect("remissions");
    desk
}

#[test]
fn the_funders_figure() {
    plays!(
        desk(),
        "report_schools",
        "
        report schools --year 2026/27 --format csv
        report schools --year 2025/26 --format csv
        report schools --state-funded
        report schools --year 2026/27 --own-loans --state-funded --format csv
        report schools --year 2026/27 --area northtown --format json
        report schools --year 2026/27 --category PROG --group primary --format csv
        report schools --year 2024/25
        report schools --year 2027/28
        report schools --year 2026/28
        report schools --year 2025/26 --today 2026-08-31 --own-loans
        "
    );
}

#[test]
fn figures_that_may_be_published() {
    let desk = desk();
    for number in 1..=12 {
        desk.done(&format!("person add 'Child {number}' --role pupil --school 100001 --year-group 5 --hirer P1"));
        desk.done("instrument add --type VN --group primary");
        desk.done(&format!("lend VN-{number:04} --to 'Child {number}' --on 2026-09-10 --due 2027-07-17"));
    }
    plays!(
        desk,
        "report_reach",
        "
        report reach --year 2026/27 --exact
        report reach --year 2026/27
        report reach --year 2026/27 --format csv
        report reach --year 2026/27 --group primary --category uncategorised --format json
        report reach --year 2020/21
        report reach --format csv
        "
    );
}

#[test]
fn what_lies_idle() {
    let desk = Desk::new();
    for line in [
        "person add 'Luis Ruiz' --role adult",
        "organisation add 'Bow Repairs' --role repairer",
        "fund add CIP 'Capital Grant' --award 5000 --from 2024-09-01 --spend-by 2027-08-31",
        "supplier add 'Bright Strings'",
        "purchase add --fund CIP --supplier 'Bright Strings' --description 'Oboe' --nature instrument --qty 2 --unit-net 1000 \
            --type OB --category ENDANGERED --invoice 1 --on 2025-03-01",
        "instrument add --type VC --size 1/2 --make Stentor --location 'Main store' --area Northtown --acquired-on 2020-09-01 --cost 400",
        "instrument add --type VN --size 3/4 --acquired-on 2026-01-05",
        "instrument add --type VN --size 4/4 --acquired-on 2026-01-06",
        "instrument add --type TPT --location 'Brass cupboard'",
        "instrument add --type FL --acquired-on 2019-01-01",
        "instrument add --type CL --acquired-on 2019-01-01",
        "lend VC-0001 --to P1 --on 2025-09-10 --due 2025-12-18",
        "return VC-0001 --on 2026-01-04 --condition worn",
        "lend FL-0001 --to P1 --on 2025-09-10 --due 2025-12-18",
        "return FL-0001 --on 2026-01-05",
        "lend CL-0001 --to P1 --on 2025-09-10 --due 2025-12-18",
        "lend OB-0002 --to P1 --on 2025-04-01 --due 2025-07-18",
        "return OB-0002 --on 2025-07-18",
    ] {
        desk.done(line);
    }
    plays!(
        desk,
        "report_idle",
        "
        report idle --format csv
        term add 2025/26 autumn 2025-09-03 2025-12-19
        term add 2025/26 spring 2026-01-05 2026-03-27
        term add 2025/26 summer 2026-04-13 2026-07-21
        term add 2026/27 autumn 2026-09-02 2026-12-18
        report idle
        report idle --format csv
        report idle --fund cip --format json
        report idle --type cello --location 'main STORE' --area northtown --format csv
        report idle --since 2025-07-18 --format csv
        report idle --since 2025-07-19 --format csv
        report idle --since 2018-01-01 --category ENDANGERED
        report idle --since 2026-11-23
        "
    );
}

/// What stands in a CSV, row by row without the header.
fn rows(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.records().map(|row| row.expect("a row").iter().map(str::to_string).collect()).collect()
}

/// Nine pupils who hire, one more in a band of its own, and six loans to their school.
fn few() -> Desk {
    let desk = Desk::new();
    desk.done("school add 100001 Oak --phase Secondary --type 'Academy converter'");
    desk.done("person add 'Luis Ruiz' --role adult");
    for number in 1..=10 {
        desk.done("instrument add --type VN");
        desk.done(&format!("person add 'Child {number}' --role pupil --school 100001 --year-group 8 --hirer P1"));
        desk.done(&format!("lend VN-{number:04} --to 'Child {number}' --on 2026-09-10 --due 2027-07-17"));
    }
    desk.done("remission add 'Child 10' --year 2026/27 --percent 100 --band LAC");
    for number in 11..=16 {
        desk.done("instrument add --type VN");
        desk.done(&format!("lend VN-{number:04} --to 100001 --on 2026-09-10 --due 2027-07-17"));
    }
    desk
}

#[test]
fn the_list_of_schools_does_not_tell_what_the_list_of_children_hides() {
    let desk = few();
    let reach = rows(&desk.done("report reach --year 2026/27 --format csv"));
    let schools = rows(&desk.done("report schools --year 2026/27 --format csv"));
    assert_eq!(schools[0][6..8], ["6", "10"]);
    // The pupils' total is known to be ten, so the nine must not be shown beside the one.
    let of_hire: Vec<&str> = reach.iter().filter(|row| row[4] == "hire").map(|row| row[5].as_str()).collect();
    assert_eq!(of_hire, ["", ""], "{reach:?}");
}

#[test]
fn schools_with_few_children_can_be_published() {
    let desk = few();
    for line in [
        "school add 100002 Elm --phase Secondary --type 'Community school'",
        "person add 'Ada Ash' --role pupil --school 100002 --year-group 8 --hirer P1",
        "instrument add --type CL",
        "lend CL-0001 --to 'Ada Ash' --on 2026-09-10 --due 2027-07-17",
        "instrument add --type HN",
        "lend HN-0001 --to 100002 --pupils 3 --on 2026-09-10 --due 2027-07-17",
    ] {
        desk.done(line);
    }
    plays!(
        desk,
        "report_schools_hidden",
        "
        report schools --year 2026/27 --format csv
        report schools --year 2026/27 --hide-small --format csv
        report schools --hide-small
        report schools --year 2026/27 --hide-small --own-loans --format json
        report schools --year 2024/25 --hide-small
        report reach --year 2026/27 --format csv
        "
    );
}

/// A hub whose grant bought two clarinets from one shop, and its reserves an oboe from another.
fn granted() -> Desk {
    let desk = Desk::new();
    for line in [
        "school add 100001 Oak --phase Secondary --type 'Academy converter'",
        "school add 100002 Elm --phase Primary --type 'Community school'",
        "school add 100003 Ash --phase Primary --type 'Community school'",
        "person add 'Luis Ruiz' --role adult",
        "person add 'Ana Ruiz' --role pupil --school 100001 --year-group 8 --hirer P1",
        "remission add 'Ana Ruiz' --year 2025/26 --percent 50 --band half",
        "remission add 'Ana Ruiz' --year 2026/27 --percent 100 --band full",
        "organisation add 'Bow Repairs' --role repairer",
        "fund add CIP 'Capital Grant' --award 9000 --from 2024-09-01 --spend-by 2027-08-31",
        "fund add OWN Reserves --award 9000 --from 2024-09-01 --spend-by 2027-08-31",
        "supplier add 'Bright Strings' --alias BRIGHT",
        "supplier add 'Reed and Co'",
        "purchase add --fund CIP --supplier BRIGHT --description Clarinet --nature instrument --qty 3 --unit-net 300 \
            --type CL --category PROG --group secondary --area Northtown --invoice 1 --on 2025-03-01",
        "purchase add --fund OWN --supplier 'Reed and Co' --description Oboe --nature instrument --qty 2 --unit-net 900 \
            --type OB --group primary --area Southtown --invoice 2 --on 2025-03-02",
        "lend CL-0001 --to 100001 --on 2025-09-10 --due 2025-12-18",
        "return CL-0001 --on 2026-02-10",
        "lend CL-0001 --to 'Ana Ruiz' --on 2026-03-20 --due 2027-07-17",
        "lend CL-0002 --to 100002 --on 2026-04-01 --due 2027-07-17",
        "lend OB-0001 --to 100003 --on 2026-09-10 --due 2027-07-17",
        "repair send CL-0003 --to 'Bow Repairs' --on 2026-03-31",
        "repair back CL-0003 --cost 40 --on 2026-04-10",
    ] {
        desk.done(line);
    }
    desk
}

#[test]
fn which_schools_the_grants_instruments_reached() {
    plays!(
        granted(),
        "report_reach_filters",
        "
        report schools --fund cip --year 2026/27 --format csv
        report schools --supplier 'reed and co' --format csv
        report schools --fund CIP --financial-year 2025/26 --format csv
        report schools --from 2026-02-11 --to 2026-03-19 --format csv
        report schools --from 2026-02-11 --to 2026-03-20 --format csv
        report schools --from 2026-11-01 --area southtown --format csv
        report schools --from 2026-04-01 --to 2027-03-31 --state-funded --category uncategorised --format csv
        report schools --financial-year 2026/27 --fund OWN --format csv
        report reach --supplier Bright --from 2026-03-20 --to 2026-08-31 --exact --format csv
        report reach --fund CIP --financial-year 2026/27 --exact --format csv
        report reach --from 2024-01-01 --to 2024-02-01
        # One way of naming the days, and days that can be.
        report schools --year 2026/27 --financial-year 2026/27
        report reach --year 2026/27 --from 2026-09-01
        report reach --to 2026-09-01
        report reach --financial-year 2027/28
        report schools --from 2026-11-23
        report schools --from 2026-09-02 --to 2026-09-01
        report schools --fund NONE
        "
    );
}

#[test]
fn the_same_filters_choose_what_lies_idle_and_what_was_mended() {
    plays!(
        granted(),
        "report_stock_filters",
        "
        report idle --supplier bright --since 2026-11-01 --format csv
        report idle --group primary --since 2026-11-01 --format csv
        report idle --category uncategorised --fund CIP --since 2026-11-01 --format csv
        report idle --area NORTHTOWN --since 2026-11-01 --format csv
        report repairs --fund CIP --format csv
        report repairs --supplier 'Reed and Co' --format csv
        report repairs --group secondary --area northtown --category prog --format csv
        report repairs --category uncategorised --format csv
        report repairs --financial-year 2025/26 --fund CIP --format csv
        report repairs --financial-year 2024/25 --fund CIP --format csv
        report repairs --year 2024/25 --type CL --format csv
        "
    );
}
