//! A fund's own life: payments, shares, deadlines; a closed period; and its spend by every axis.

use ledgerline::domain::money::Pence;

use crate::desk::Desk;
use crate::plays;

/// A grant in its second year: 2 March 2026.
fn hub() -> Desk {
    let desk = Desk::new();
    for line in [
        "fund add CIP 'Capital Grant for Musical Instruments' --award 10000 --from 2024-09-01 --spend-by 2026-08-31",
        "fund add OWN 'Own reserves' --award 5000 --revenue",
        "--today 2025-01-10 fund plan CIP WCET 4000",
        "supplier add 'Normans Musical Instruments' --alias NORMANS",
        "supplier add Dawsons",
    ] {
        desk.done(line);
    }
    desk
}

/// The same with purchases of two areas, one of them for a disabled player.
fn spent() -> Desk {
    let desk = hub();
    for line in [
        "--fund CIP --supplier NORMANS --description Ukuleles --nature instrument --qty 30 --unit-net 30 --type UKE --kind acoustic --category WCET --group primary --area York --invoice A1 --on 2025-03-31",
        "--fund CIP --supplier Dawsons --description 'One-handed recorders' --nature instrument --qty 2 --unit-net 250 --type REC --kind acoustic --category ADAPT --group special --adapted --area york --invoice B1 --on 2026-02-01",
        "--fund CIP --supplier Dawsons --description Delivery --nature delivery --qty 1 --unit-net 19.99 --invoice B1 --on 2026-02-01",
        "--fund OWN --supplier NORMANS --description Strings --nature consumable --qty 10 --unit-net 5 --category PROG --invoice A2 --on 2026-02-01",
    ] {
        desk.done(&format!("--today 2026-03-02 purchase add {line}"));
    }
    desk
}

/// Lines that are ordered only, or billed in part: as they come from elsewhere.
const ORDERED: &str = "fund,order,line,order_date,supplier,description,nature,category,area,qty,line_net,received_on,invoice_date,invoice_no,paid_on\n\
    CIP,O50,1,2026-02-10,Normans,Violins,instrument,WCET,York,10,1000,,,,\n\
    CIP,O50,2,2026-02-10,Normans,Cellos,instrument,PROG,,2,800,2026-02-20,,,\n\
    CIP,O51,1,2026-02-11,Dawsons,Horn,instrument,ENDANGERED,,1,1500,2026-08-28,2026-09-04,D9,2026-10-01\n\
    CIP,O52,1,2026-02-12,Dawsons,Oboe,instrument,ENDANGERED,,1,700,2026-08-28,2026-08-31,D8,2026-09-01\n";

#[test]
fn payments_are_promised_and_received() {
    plays!(
        spent(),
        "fund_payments",
        "
        fund payment CIP 2500 --promised 2025-01-31
        fund payment CIP 2500 --promised 2025-06-30
        fund payment cip £2,500.00 --received 2025-02-03
        fund payment CIP 1000 --received 2025-04-01
        --today 2026-03-02 status
        fund payment CIP 4000 --promised 2026-12-31
        fund payment CIP 0.01 --promised 2027-12-31
        --today 2026-03-02 fund show CIP
        --today 2026-03-02 fund show CIP --format csv
        fund show CIP --as-at 2025-02-02 --format csv
        fund list --format csv
        fund list --as-at 2025-03-31 --format csv
        fund payment CIP 5 --received +1d
        fund payment CIP 0 --promised 2026-12-31
        fund payment CIP 5
        fund payment CIP 5 --promised today --received today
        fund payment CIQ 5 --received today
        setting set closed-until 2026-03-31
        fund payment CIP 2500 --received 2026-03-31
        fund payment CIP 2500 --received 2026-03-31 --override 'The bank told us in May'
        fund payment CIP 5 --promised 2026-03-31
        undo
        undo
        --today 2026-03-02 fund show CIP
        log --format csv
        check
        "
    );
}

#[test]
fn a_receipt_that_is_undone_is_open_again() {
    let desk = hub();
    desk.done("fund payment CIP 2500 --promised 2025-01-31");
    let before = desk.done("fund show CIP --format csv");
    desk.done("fund payment CIP 2500 --received 2025-02-03");
    assert!(desk.done("fund show CIP").contains("31 Jan 2025  3 Feb 2025   received"));
    desk.done("undo");
    assert_eq!(desk.done("fund show CIP --format csv"), before);
    assert!(desk.done("fund show CIP").contains("31 Jan 2025               overdue"));
}

#[test]
fn areas_have_their_shares() {
    plays!(
        spent(),
        "fund_shares",
        "
        fund share CIP York 1500
        fund share CIP 'North Yorkshire' 8000
        fund share CIP Leeds 500.01
        fund share CIP YORK 2000
        fund share CIP York 2000
        fund share CIP York 2000
        fund share CIP Leeds 0
        fund share CIP 'North Yorkshire' 0
        fund share CIP Hull -1
        fund share CIP '' 5
        --today 2026-03-02 fund show CIP
        --today 2026-03-02 purchase add --fund CIP --supplier NORMANS --description Violas --nature instrument --qty 1 --unit-net 600 --area york
        --today 2026-03-02 purchase add --fund CIP --supplier NORMANS --description Violas --nature instrument --qty 1 --unit-net 0.01 --area YORK
        --today 2026-03-02 purchase add --fund CIP --supplier NORMANS --description Violas --nature instrument --qty 1 --unit-net 5 --area Leeds
        --today 2026-03-02 fund show CIP --as-at 2025-03-31
        undo
        check
        "
    );
}

#[test]
fn a_share_that_comes_back_must_still_fit() {
    let desk = hub();
    for line in ["fund share CIP York 6000", "fund share CIP York 0", "fund share CIP Leeds 5000"] {
        desk.done(line);
    }
    let event = desk.done("log --format csv").lines().filter(|line| line.contains("has no share for York")).count();
    assert_eq!(event, 1);
    let taken_away = desk.done("log --format csv");
    let line = taken_away.lines().find(|line| line.contains("has no share for York")).expect("the event");
    let event = line.split(',').next().expect("its reference");
    assert!(desk.refused(&format!("undo {event}")).contains("shares out more than its award"));
}

#[test]
fn a_deadline_moves_with_a_reason() {
    plays!(
        hub(),
        "fund_extended",
        "
        --today 2026-02-02 fund extend CIP --spend-by 2026-08-31 --reason 'The same'
        --today 2026-02-02 fund extend CIP --spend-by 2024-08-31 --reason 'Too early'
        --today 2026-02-02 fund extend CIP --spend-by 2027-03-31 --reason ' '
        --today 2026-02-02 fund extend CIP --spend-by 2027-03-31
        --today 2026-02-02 fund extend CIP --spend-by 2027-03-31 --reason '- letter of 30 January' --on 2026-01-30
        --today 2026-02-02 fund extend CIP --spend-by 2027-08-31 --reason 'Later' --on 2026-01-29
        --today 2026-02-02 fund extend CIP --spend-by 2027-08-31 --reason 'Later' --on tomorrow
        --today 2026-02-03 fund extend CIP --spend-by 2027-08-31 --reason 'Letter of 3 February'
        --today 2026-02-03 fund extend OWN --spend-by 2027-08-31 --reason 'The council said so'
        --today 2026-02-04 fund show CIP
        --today 2026-02-04 fund show CIP --as-at 2026-02-02
        fund show CIP --as-at 2026-01-29 --format csv
        --today 2026-03-02 purchase add --fund CIP --supplier NORMANS --description Violas --nature instrument --qty 1 --unit-net 5 --on 2027-08-31
        undo
        undo
        fund show CIP --format csv
        fund extend NONE --spend-by 2027-08-31 --reason 'Later'
        check
        "
    );
}

#[test]
fn an_older_plan_can_be_shown_again() {
    plays!(
        spent(),
        "fund_plan_dated",
        "
        --today 2026-03-02 fund plan CIP WCET 3000
        --today 2026-03-02 fund plan CIP ADAPT 1000
        report spend --fund CIP --as-at 2026-03-01 --format csv
        report spend --fund CIP --as-at 2026-03-02 --format csv
        report spend --fund CIP --as-at 2025-01-09 --format csv
        fund list --as-at 2026-03-01 --format csv
        fund plan NONE WCET 1
        fund plan CIP NONE 1
        "
    );
}

#[test]
fn deadlines_put_money_at_risk() {
    let desk = spent();
    desk.write("ordered.csv", ORDERED);
    desk.done("--today 2026-11-01 import purchases @/ordered.csv --commit");
    for line in [
        "fund payment CIP 2500 --promised 2026-05-31",
        "fund payment CIP 1000 --promised 2026-12-31",
        "fund payment OWN 10 --promised 2026-12-31",
    ] {
        desk.done(line);
    }
    plays!(
        desk,
        "fund_deadlines",
        "
        --today 2026-03-02 report deadlines --as-at 2026-03-02
        --today 2026-11-01 report deadlines
        --today 2026-11-01 report deadlines --format csv
        --today 2026-11-01 fund extend CIP --spend-by 2027-03-31 --reason 'Letter of 1 November'
        --today 2026-11-02 report deadlines --fund CIP
        --today 2026-11-02 report deadlines --fund CIP --as-at 2026-10-31 --format csv
        report deadlines --fund OWN --format json
        report deadlines --fund NONE
        --today 2026-11-02 status
        "
    );
}

#[test]
fn a_narrow_screen_shows_all_of_a_fund() {
    let mut desk = spent();
    desk.write("ordered.csv", ORDERED);
    desk.done("--today 2026-11-01 import purchases @/ordered.csv --commit");
    for line in [
        "fund plan CIP PROG 3000 --type VC --qty 4",
        "fund payment CIP 2500 --promised 2026-05-31",
        "fund payment CIP 2500 --received 2026-06-03",
        "fund share CIP York 1500",
        "fund extend CIP --spend-by 2027-03-31 --reason 'Extended by the funder for every hub, by a letter of 1 November 2026'",
    ] {
        desk.done(line);
    }
    desk.terminal.width = Some(80);
    plays!(desk, "fund_narrow", "fund show CIP\nreport deadlines\nreport spend --fund CIP --by supplier\nfund list");
}

#[test]
fn a_closed_period_stays_as_it_is() {
    let desk = hub();
    desk.write(
        "closed.csv",
        "fund,order,line,order_date,invoice_date,invoice_no,supplier,description,nature,qty,line_net,override\n\
         CIP,O60,1,2026-03-01,2026-03-31,N1,Normans,Violin,instrument,1,40,\n\
         CIP,O61,1,2026-03-01,2026-03-31,N2,Normans,Viola,instrument,1,40,The invoice was found in May\n\
         CIP,O62,1,2026-03-01,2026-04-01,N3,Normans,Cello,instrument,1,40,\n",
    );
    for line in [
        "instrument add --type VN --cost 100 --acquired-on 2026-02-01 --life-months 96",
        "instrument add --type VN --cost 100 --acquired-on 2026-04-01",
        "instrument add --type VN",
        "setting set closed-until 2026-03-31",
    ] {
        desk.done(line);
    }
    plays!(
        desk,
        "fund_closed_period",
        "
        instrument edit VN-0001 --cost 120
        instrument edit VN-0001 --life-months 100
        instrument edit VN-0001 --acquired-on 2026-05-01
        instrument edit VN-0002 --acquired-on 2026-03-31
        instrument edit VN-0001 --cost 100 --make Stentor
        instrument edit VN-0002 --cost 120
        instrument edit VN-0003 --cost 120
        instrument edit VN-0001 --cost 120 --override 'The carriage had been left out'
        instrument edit VN-0001 --cost 130 --override ''
        instrument retire VN-0002 --reason scrapped --on 2026-03-31
        instrument retire VN-0003 --reason scrapped --on 2026-03-31 --override 'Found broken at the count'
        instrument edit VN-0003 --cost 10
        instrument retire VN-0002 --reason scrapped --on 2026-04-02
        instrument add --type VN --cost 50 --acquired-on 2026-03-31
        instrument add --type VN --acquired-on 2026-03-31
        instrument add --type VN --cost 50 --acquired-on 2026-03-31 --override 'Its papers came in June'
        import purchases @/closed.csv --commit --skip-rejects
        report spend --fund CIP --format csv
        instrument history VN-0003 --format csv
        check
        "
    );
}

#[test]
fn an_override_goes_with_what_it_let_pass() {
    let desk = hub();
    desk.done("instrument add --type VN --cost 100 --acquired-on 2026-02-01");
    desk.done("setting set closed-until 2026-03-31");
    let overrides = || {
        let db = ledgerline::store::open(&desk.hub()).expect("a hub").db;
        let sql = "SELECT count(*) FROM override WHERE subject IN ('VN-0001', 'CIP') AND rule = 'closed-period'";
        db.read(|tx| tx.number(sql, &[])).expect("a number")
    };
    desk.done("instrument edit VN-0001 --cost 120 --override 'The carriage had been left out'");
    desk.done("fund payment CIP 5 --received 2026-03-31 --override 'The bank told us in May'");
    assert_eq!(overrides(), 2);
    desk.done("undo");
    assert_eq!(overrides(), 1);
}

#[test]
fn spend_is_summed_up_by_every_axis() {
    plays!(
        spent(),
        "fund_spend_by",
        "
        --today 2026-03-02 report spend --by adapted
        report spend --by group --format csv
        report spend --by kind --format json
        report spend --by area --fund CIP --format csv
        report spend --by supplier --format csv
        report spend --by category --fund OWN --format csv
        report spend --adapted --format csv
        report spend --adapted --by area --format csv
        report lines --adapted --format csv
        report idle --adapted
        report repairs --adapted --format csv
        report spend --by size
        "
    );
}

/// What stands in a column of a CSV, added up.
fn total(csv: &str, column: &str) -> Pence {
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let place = rows.headers().expect("headers").iter().position(|name| name == column).expect("the column");
    rows.records().map(|row| row.expect("a row")[place].parse::<Pence>().expect("money")).sum()
}

#[test]
fn every_axis_comes_to_the_same() {
    let desk = spent();
    desk.write("ordered.csv", ORDERED);
    desk.done("--today 2026-11-01 import purchases @/ordered.csv --commit");
    for filter in ["", "--fund CIP", "--as-at 2026-02-15", "--supplier Dawsons", "--year 2025/26", "--area YORK"] {
        let by_category = desk.done(&format!("report spend {filter} --format csv"));
        for axis in ["group", "adapted", "kind", "area", "supplier"] {
            let by_axis = desk.done(&format!("report spend {filter} --by {axis} --format csv"));
            for column in ["committed", "delivered", "spent", "paid"] {
                assert_eq!(total(&by_axis, column), total(&by_category, column), "{filter} {axis} {column}");
            }
        }
    }
}

#[test]
fn the_first_plan_stands_from_the_beginning_and_a_change_from_its_day() {
    let desk = Desk::new();
    desk.script(
        "--today 2025-06-10 fund add CIP C --award 5000 --from 2024-09-01 --spend-by 2026-08-31
         --today 2025-06-10 fund plan CIP WCET 100
         --today 2025-06-20 fund plan CIP WCET 200",
    );
    let planned = |day: &str| total(&desk.done(&format!("report spend --as-at {day} --format csv")), "planned");
    assert_eq!(
        [planned("2025-03-31"), planned("2025-06-19"), planned("2025-06-20")],
        [10_000, 10_000, 20_000].map(Pence::new)
    );
    // Named days come in any order, and one day's plan is written over.
    desk.done("fund plan CIP WCET 150 --on 2025-06-15");
    let said = desk.run("fund plan CIP WCET 160 --on 2025-06-15").stderr;
    assert!(said.starts_with("CIP plans £160.00 for WCET (was £150.00)."), "{said}");
    assert_eq!(
        [planned("2025-06-14"), planned("2025-06-15"), planned("2025-06-20")],
        [10_000, 16_000, 20_000].map(Pence::new)
    );
    desk.done("check");
}

#[test]
fn a_closed_period_keeps_its_plan_its_deadline_and_its_values() {
    let desk = Desk::new();
    desk.script(
        "--today 2025-02-01 fund add CIP C --award 5000 --from 2024-09-01 --spend-by 2026-08-31
         --today 2025-02-01 supplier add Normans
         --today 2025-02-01 purchase add --fund CIP --supplier Normans --description v --nature instrument --type VN --qty 1 --unit-net 100
         setting set closed-until 2025-03-31",
    );
    for line in [
        "fund plan CIP WCET 100 --on 2025-03-01",
        "fund extend CIP --spend-by 2027-03-31 --reason later --on 2025-03-01",
        "instrument edit VN-0001 --type UKE",
        "instrument retire VN-0001 --reason sold --on 2025-03-01",
    ] {
        assert!(desk.refused(line).contains("falls in a period that is closed until 31 Mar 2025"), "{line}");
        desk.done(&format!("{line} --override 'agreed with the auditor'"));
        desk.done("undo");
    }
    // What goes against a rule on an instrument shows with the fund that bought it.
    desk.done("instrument retire VN-0001 --reason sold --on 2025-03-01 --override 'A late note'");
    assert!(desk.done("report overrides --fund CIP --format csv").contains("VN-0001"), "shown with its fund");
}

#[test]
fn what_an_instrument_cost_comes_from_the_line_that_brought_it() {
    let desk = Desk::new();
    desk.script(
        "--today 2025-02-01 fund add CIP C --award 5000 --from 2024-09-01 --spend-by 2026-08-31
         --today 2025-02-01 supplier add Normans
         --today 2025-02-01 purchase add --fund CIP --supplier Normans --description v --nature instrument --type VN --qty 1 --unit-net 100",
    );
    let said = desk.refused("instrument edit VN-0001 --cost 5000");
    assert!(said.starts_with("error: what VN-0001 cost comes from O1/1"), "{said}");
    let said = desk.refused("instrument retire VN-0001 --reason sold --on 2025-01-31");
    assert!(said.starts_with("error: VN-0001 was acquired on 1 Feb 2025, after the day given"), "{said}");
}

#[test]
fn no_file_changes_what_stock_was_worth_in_a_closed_period() {
    let desk = Desk::new();
    desk.done("instrument add --type VN --cost 100 --acquired-on 2025-02-01");
    desk.done("setting set closed-until 2025-03-31");
    desk.write(
        "dear.csv",
        "tag,type,cost,acquired_on\nVN-0001,VN,1,2025-02-01\nVN-0009,VN,800,2024-12-05\nVN-0010,VN,,2024-12-05\n",
    );
    desk.write("lives.csv", "code,name,life_months\nVN,violin,6\nUKE,ukulele,6\n");
    let said = desk.refused("import instruments @/dear.csv --update --commit");
    assert!(said.contains("line 2: 1 Feb 2025 falls in a period that is closed"), "{said}");
    assert!(said.contains("line 3: 5 Dec 2024 falls in a period that is closed"), "{said}");
    assert!(said.ends_with("3 read: 1 created, 0 updated, 0 unchanged, 2 rejected\n"), "{said}");
    let said = desk.refused("import types @/lives.csv --update --commit");
    assert!(said.contains("line 2: life_months '6': would change book values until 31 Mar 2025"), "{said}");
    assert!(said.ends_with("2 read: 0 created, 1 updated, 0 unchanged, 1 rejected\n"), "{said}");
}

#[test]
fn no_undo_changes_what_stock_was_worth_in_a_closed_period() {
    let desk = Desk::new();
    desk.script(
        "--today 2026-03-01 instrument add --type VN --cost 50 --acquired-on 2026-03-01
         --today 2026-03-01 instrument edit VN-0001 --cost 90
         --today 2026-03-01 instrument edit VN-0001 --note mended
         --today 2026-03-01 instrument retire VN-0001 --reason sold
         setting set closed-until 2026-03-31",
    );
    for event in ["E5", "E3", "E2"] {
        let said = desk.refused(&format!("undo {event}"));
        assert!(said.contains("the period until 31 Mar 2026 is closed"), "{event}: {said}");
    }
    desk.done("undo E4");
}
