//! Faults of the money and the register that were found by using the program, each of which must not come back.

use std::collections::BTreeMap;

use ledgerline::store;

use crate::desk::Desk;
use crate::plays;

/// Two funds: the capital grant and the hub's own money.
fn funds() -> Desk {
    let desk = Desk::new();
    for line in [
        "fund add CIP 'Capital Grant' --award 14000 --from 2024-02-01 --spend-by 2026-12-31",
        "fund add OWN 'Own reserves' --award 5000 --revenue",
        "supplier add 'Normans Musical Instruments' --alias NORMANS",
    ] {
        desk.done(line);
    }
    desk
}

fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

fn pence(text: &str) -> i64 {
    if text.is_empty() { 0 } else { text.replace('.', "").parse().expect("an amount") }
}

/// A column of a list, in order.
fn column(desk: &Desk, command: &str, name: &str) -> Vec<i64> {
    rows(&desk.done(&format!("{command} --format csv"))).iter().map(|row| pence(&row[name])).collect()
}

fn sum(desk: &Desk, command: &str, name: &str) -> i64 {
    column(desk, command, name).iter().sum()
}

#[test]
fn a_fund_bears_its_share_of_the_instruments_and_no_more() {
    let desk = funds();
    desk.done("purchase add --fund 'CIP:60%;OWN:40%' --supplier NORMANS --description Piano --nature instrument --qty 1 --unit-net 1000 --type VC --category WCET --invoice A1 --on 2025-11-22 --vat-recoverable yes");
    for (fund, cost) in [("CIP", 60_000), ("OWN", 40_000)] {
        let of_fund = format!("report assets --fund {fund}");
        assert_eq!(column(&desk, &of_fund, "cost"), [cost], "{fund}");
        let moved = format!("report movements --fund {fund} --from 2025-11-01");
        assert_eq!(column(&desk, &moved, "additions"), [cost], "{fund}");
        assert_eq!(sum(&desk, &moved, "closing"), sum(&desk, &of_fund, "book_value"), "{fund}");
        let shown = &rows(&desk.done(&format!("{of_fund} --format csv")))[0];
        assert_eq!(shown["fund"], "CIP:60%;OWN:40%");
    }
    assert_eq!(column(&desk, "report assets", "cost"), [100_000]);
    desk.done("instrument retire VC-0001 --reason sold --proceeds 500 --on 2026-11-21");
    assert_eq!(column(&desk, "report assets --fund CIP", "proceeds"), [30_000]);
    let disposals = column(&desk, "report movements --fund CIP --from 2026-11-01", "disposals");
    desk.done("export audit --fund CIP --output @/pack");
    let gone = &rows(&desk.read("pack/disposals.csv"))[0];
    assert_eq!((pence(&gone["cost"]), disposals), (60_000, vec![pence(&gone["book_value_given_up"])]));
    assert_eq!(pence(&gone["gain"]), 30_000 - pence(&gone["book_value_given_up"]));
}

#[test]
fn the_instruments_of_a_split_line_bear_its_cost_to_the_penny() {
    let desk = funds();
    // £100.01 each, with VAT that is not recovered, by thirds: pennies everywhere; later billed for more.
    desk.done("purchase add --fund 'CIP:66.67%;OWN:33.33%' --supplier NORMANS --description Violins --nature instrument --qty 7 --unit-net 100.01 --vat-recoverable no --type VN --category WCET --invoice A1 --on 2025-11-22");
    desk.done("purchase credit O1/1 --invoice A1C --net 10.03 --reason 'Two came scratched' --on 2026-02-03");
    let (of_cip, of_own) = ("report assets --fund CIP", "report assets --fund OWN");
    for day in ["2026-01-31", "2026-11-22"] {
        for (fund, list) in [("CIP", of_cip), ("OWN", of_own)] {
            let spent = sum(&desk, &format!("report lines --fund {fund} --as-at {day}"), "grant_cost");
            assert_eq!(sum(&desk, &format!("{list} --as-at {day}"), "cost"), spent, "{fund} {day}");
        }
        let costs = |list: &str| column(&desk, &format!("{list} --as-at {day}"), "cost");
        let both: Vec<i64> = costs(of_cip).iter().zip(costs(of_own)).map(|(one, other)| one + other).collect();
        assert_eq!(both, costs("report assets"), "{day}");
    }
    let year = "report movements --fund CIP --from 2026-01-01 --to 2026-06-30";
    assert_eq!(sum(&desk, year, "opening"), sum(&desk, &format!("{of_cip} --as-at 2025-12-31"), "book_value"));
    assert_eq!(sum(&desk, year, "closing"), sum(&desk, &format!("{of_cip} --as-at 2026-06-30"), "book_value"));
}

#[test]
fn the_pack_reconciles_the_register_with_the_spend() {
    let desk = funds();
    for line in [
        "purchase add --fund 'CIP:60%;OWN:40%' --supplier NORMANS --description Piano --nature instrument --qty 1 --unit-net 1000 --type VC --category WCET --invoice A1 --on 2025-11-22",
        "purchase add --fund CIP --supplier NORMANS --description Carriage --nature delivery --qty 1 --unit-net 35 --category WCET --invoice A1D --on 2025-11-22 --override 'Agreed'",
        "purchase add --fund CIP --supplier NORMANS --description Drums --nature instrument --qty 1 --unit-net 240 --category PROG --invoice A2 --on 2025-11-22",
    ] {
        desk.done(line);
    }
    desk.done("export audit --fund CIP --output @/pack");
    let told: Vec<_> = rows(&desk.read("pack/reconciliation.csv"))
        .iter()
        .map(|row| {
            let amount = |name: &str| pence(&row[name]);
            let (register, named, neither) =
                (amount("register_cost"), amount("named_costs"), amount("not_on_register"));
            assert_eq!(register + named + neither, amount("spent"), "{row:?}");
            (row["category"].clone(), register, named, neither)
        })
        .collect();
    let row = |category: &str, register, named, neither| (category.to_string(), register, named, neither);
    assert_eq!(
        told,
        [row("PROG", 0, 0, 24_000), row("WCET", 60_000, 3_500, 0), row("total", 60_000, 3_500, 24_000)],
        "drums without a tag are on no register"
    );
    let register: i64 = rows(&desk.read("pack/register.csv")).iter().map(|row| pence(&row["cost"])).sum();
    assert_eq!(register, 60_000);
}

#[test]
fn more_on_order_than_is_left_is_said_as_it_is() {
    let desk = funds();
    desk.done("purchase add --fund CIP --supplier NORMANS --description Pianos --nature instrument --qty 1 --unit-net 9000 --invoice A1 --vat-recoverable yes");
    desk.write("harps.csv", "description,nature,qty,line_net\nHarps,instrument,1,6000\n");
    desk.done("purchase order --supplier NORMANS --fund CIP --lines @/harps.csv --override 'The award is to rise'");
    let said = desk.run("report deadlines --fund CIP").stderr;
    assert!(said.contains("£5,000.00 is not spent, and £6,000.00 is on order, £1,000.00 more than that"), "{said}");
}

#[test]
fn an_instrument_tied_to_its_line_takes_what_it_lacks_and_keeps_what_it_has() {
    let desk = funds();
    desk.write(
        "violins.csv",
        "description,nature,size,kind,category,group,area,qty,line_net\n\
         Violins,instrument,4/4,acoustic,WCET,primary,York,2,200\n",
    );
    for line in [
        "instrument add --type VN --tag OLD",
        "instrument add --type VN --tag KNOWN --category PROG --area Leeds --size 1/2 --group secondary --kind electric",
        "purchase order --supplier NORMANS --fund CIP --lines @/violins.csv",
        "purchase receive O1/1",
        "purchase receive O1/1 --tags OLD,KNOWN",
    ] {
        desk.done(line);
    }
    plays!(desk, "tied_instruments", "instrument show OLD\ninstrument show KNOWN\nundo\ninstrument show OLD");
}

#[test]
fn a_period_the_wrong_way_round_is_refused_everywhere() {
    let desk = funds();
    for command in [
        "report spend",
        "report lines",
        "report unexplained",
        "report repairs",
        "report recodings",
        "report overrides",
        "report movements",
        "report reach",
        "report schools",
        "purchase list",
    ] {
        let outcome = desk.run(&format!("{command} --from 2026-06-30 --to 2026-06-01"));
        assert_eq!(outcome.exit, 1, "{command}: {}", outcome.stderr);
        let said = "the period would end on 1 Jun 2026, before it begins on 30 Jun 2026";
        assert!(outcome.stderr.contains(said), "{command}: {}", outcome.stderr);
        desk.done(&format!("{command} --from 2026-06-01 --to 2026-06-01"));
    }
}

#[test]
fn lines_against_the_rules_are_counted_once_and_by_the_funds_that_bear_them() {
    let desk = funds();
    let buy = "purchase add --supplier NORMANS --description Oil --nature consumable --qty 1 --unit-net 5 --on 2025-12-01 --override Agreed";
    desk.done(&format!("{buy} --fund CIP --invoice A1"));
    desk.done(&format!("{buy} --fund 'CIP:50%;OWN:50%' --invoice A2"));
    desk.done("setting set closed-until 2026-01-31");
    desk.done("purchase recode O1/1 --fund OWN --reason 'It is no asset' --on 2026-01-15 --override 'Found late'");
    let said = |flags: &str| desk.run(&format!("report spend {flags}")).stderr;
    assert!(said("").contains("2 lines went against the rules"), "{}", said(""));
    assert!(said("--fund CIP").contains("1 line went against the rules"), "{}", said("--fund CIP"));
    assert!(said("--fund OWN").contains("2 lines went against the rules"), "{}", said("--fund OWN"));
}

#[test]
fn an_import_counts_revenue_in_a_capital_fund_however_small_its_share() {
    let desk = funds();
    desk.done("policy add --effective 2024-04-01 --threshold 500 --basis item --min-life-months 12");
    desk.write(
        "lines.csv",
        "order,line,supplier,invoice_no,invoice_date,fund,description,nature,qty,unit_net,line_net,line_vat,vat_recoverable\n\
         O1,O1/1,Normans Musical Instruments,A1,2026-05-01,CIP:30%;OWN:70%,Bows,accessory,1,100.00,100.00,20.00,yes\n",
    );
    let outcome = desk.run("import purchases @/lines.csv");
    assert_eq!(outcome.exit, 0, "{}{}", outcome.stdout, outcome.stderr);
    let said = format!("{}{}", outcome.stdout, outcome.stderr);
    assert!(said.contains("1 line is revenue by policy and borne by a capital fund"), "{said}");
}

#[test]
fn check_knows_every_nature_that_is_always_revenue() {
    let desk = funds();
    desk.done("policy add --effective 2024-04-01 --threshold 500 --basis item --min-life-months 12");
    for nature in ["repair", "consumable", "service", "delivery", "accessory"] {
        desk.done(&format!(
            "purchase add --supplier NORMANS --fund OWN --description Work --nature {nature} --qty 1 --unit-net 5 --invoice {nature}"
        ));
    }
    let mut db = store::open(&desk.hub()).expect("a hub").db;
    let write = |tx: &store::Tx| Ok((tx.execute("UPDATE invoice_line SET is_capital = 1", &[])?, true));
    db.attempt(write).expect("written");
    let found = desk.run("check --format csv").stdout;
    let faults = found.lines().filter(|line| line.contains("what is always revenue is never capital")).count();
    assert_eq!(faults, 4, "{found}");
}
