//! Billing: invoices as billed, payments, credits and cancellations, and the undo of each.

use crate::desk::Desk;
use crate::plays;

/// Orders that came in from a file: violins of two funds, amplifiers, and bows of another supplier.
fn ordered() -> Desk {
    let desk = Desk::new();
    for line in [
        "fund add CIP 'Capital Grant' --award 2000 --from 2024-09-01 --spend-by 2026-08-31",
        "fund add OWN 'Own reserves' --award 5000 --revenue",
        "fund plan CIP PROG 1500",
        "supplier add Normans",
        "supplier add Dawsons",
    ] {
        desk.done(line);
    }
    desk.write(
        "orders.csv",
        "order,line,order_date,supplier,fund,description,nature,type,category,area,qty,line_net,vat_rate,vat_recoverable,reference,off_framework\n\
         O1,1,2026-02-02,Normans,CIP,Violin outfits 3/4,instrument,VN,PROG,York,3,100.02,20,no,PO-7,\n\
         O1,2,2026-02-02,Normans,OWN,Amplifiers,equipment,,AMP,York,2,300.00,20,yes,PO-7,\n\
         O2,1,2026-02-03,Normans,CIP,Cellos,instrument,VC,PROG,,2,1200.00,20,yes,,Sole maker of the size\n\
         O3,1,2026-02-03,Dawsons,OWN,Bows,accessory,,,,10,80.00,20,yes,,\n",
    );
    desk.done("import purchases @/orders.csv --commit");
    desk
}

#[test]
fn an_invoice_is_recorded_as_it_is_billed() {
    plays!(
        ordered(),
        "invoice",
        "
        purchase show O1
        purchase invoice O1 --invoice N1 --on 2026-03-02 --line 1:2 --line O1/2:1:155.00 --extra delivery:12.50
        purchase list --fund CIP
        purchase show O1
        purchase show O1 --format csv
        # The number again: on another day, for the same line, for more than is left, for a further line.
        purchase invoice O1 --invoice n1 --on 2026-03-03 --line 1
        purchase invoice O1 --invoice n1 --on 2026-03-02 --line 1
        purchase invoice O1 --invoice N1 --on 2026-03-02 --extra delivery:12.50
        purchase invoice O1 --invoice N2 --on 2026-03-04 --line 1:2
        purchase invoice O1 --invoice N2 --on 2026-03-04 --line 1 --line O1/1
        purchase invoice O1 --invoice N2 --on 2026-03-04 --line O2/1
        purchase invoice O1 --invoice N2 --on 2026-03-04 --line 9
        purchase invoice O1 --invoice ' ' --on 2026-03-04
        purchase invoice O9 --invoice N2
        purchase invoice O1 --invoice N2 --line 1:x
        purchase invoice O1 --invoice N2 --extra carriage:5
        purchase invoice O1 --invoice N2 --on 2026-03-04
        purchase invoice O1 --invoice N2 --on 2026-03-04
        purchase invoice O1 --invoice N3 --on 2026-03-05
        purchase invoice O2 --invoice N2 --on 2026-03-04 --line 1:1
        # A line billed in parts costs what was ordered.
        report spend --format csv
        log --order O1 --format csv
        check
        "
    );
}

#[test]
fn what_is_billed_over_the_price_ordered_is_judged() {
    plays!(
        ordered(),
        "invoice_judged",
        "
        # CIP has £679.98 left of its award, and PROG £179.98 of its plan.
        purchase invoice O2 --invoice N1 --on 2026-03-02 --line 1:1:1300
        purchase invoice O2 --invoice N1 --on 2026-03-02 --line 1:1:700
        purchase invoice O2 --invoice N2 --on 2026-03-02 --line 1:1:1400
        purchase invoice O2 --invoice N2 --on 2026-03-02 --line 1:1:1400 --override 'Price rise agreed by the board'
        purchase invoice O1 --invoice N3 --on 2026-03-02 --line 1 --extra repair:5
        # After the last day of the fund, and a day to come.
        purchase invoice O1 --invoice N4 --on 2026-09-01 --line 1
        purchase invoice O3 --invoice D1 --on 2026-12-24
        # A closed period.
        setting set closed-until 2026-03-31
        purchase invoice O1 --invoice N5 --on 2026-03-31
        purchase invoice O1 --invoice N5 --on 2026-03-31 --override 'Found after the close'
        purchase show O1
        purchase show O2
        check
        "
    );
}

#[test]
fn invoices_are_paid() {
    plays!(
        ordered(),
        "pay",
        "
        purchase pay O1
        purchase invoice O1 --invoice N1 --on 2026-03-02 --line 1
        purchase invoice O1 --invoice N2 --on 2026-03-04
        purchase invoice O2 --invoice N2 --on 2026-03-04
        purchase pay O1 --invoice N9
        purchase pay O1 --invoice n1 --on 2026-03-01
        purchase pay O1 --invoice N1
        purchase pay O1 --on +1d
        purchase pay O1 --on 2026-09-02
        purchase pay O1
        purchase pay O9
        purchase show O2
        # A line of an invoice that is paid.
        purchase invoice O1 --invoice N2 --on 2026-03-04 --extra delivery:5
        setting set closed-until 2026-09-30
        purchase invoice O3 --invoice D1 --on 2026-10-01
        purchase pay O3 --on 2026-09-30
        purchase pay O3 --on 2026-09-30 --override 'Bank statement came late'
        purchase show O3
        log --order O2 --format csv
        check
        "
    );
}

/// Violins that are here and billed, as one purchase.
fn bought() -> Desk {
    let desk = ordered();
    desk.done(
        "purchase add --fund 'CIP:60%;OWN:40%' --supplier Normans --description Ukuleles --nature instrument --qty 3 \
         --unit-net 33.34 --type UKE --category PROG --vat-recoverable no --invoice N7 --on 2026-03-02",
    );
    desk
}

#[test]
fn a_credit_gives_money_back() {
    plays!(
        bought(),
        "credit",
        "
        purchase credit O4/1 --invoice CR1 --net 33.33 --qty 1 --on 2026-03-10 --reason 'Cracked on arrival'
        purchase credit O4/1 --invoice cr1 --net 1 --on 2026-03-10
        # By the number of the invoice itself, twice.
        purchase credit O4/1 --invoice N7 --net 5 --on 2026-03-11
        purchase credit O4/1 --invoice n7 --net 5 --on 2026-03-11
        purchase credit O4/1 --invoice N7 --net 5 --on 2026-03-11 --override 'They sent it for two of the bows'
        purchase credit O4/1 --invoice CR2 --net 60 --on 2026-03-12
        purchase credit O4/1 --invoice CR2 --net 1 --qty 3 --on 2026-03-12
        purchase credit O4/1 --invoice CR2 --net 0 --on 2026-03-12
        purchase credit O4/1 --invoice CR2 --net 0 --qty 1 --on 2026-03-12
        purchase credit O4/1 --invoice CR2 --net 1 --qty 0
        purchase credit O4/1 --invoice CR2 --net 1 --on 2026-03-01
        purchase credit O1/1 --invoice CR2 --net 1
        purchase credit O4/9 --invoice CR2 --net 1
        purchase invoice O1 --invoice N1 --on 2026-03-02
        purchase credit O1/1 --invoice N7 --net 1 --on 2026-03-12
        purchase credit O1/1 --invoice CR1 --net 1 --on 2026-03-12
        purchase credit O1/1 --invoice CR1 --net 1 --on 2026-03-10
        purchase show O4
        purchase list --category PROG
        report lines --category PROG --format csv
        # Whichever of them goes back, those that stay bear the cost.
        instrument retire UKE-0001 --reason transferred --on 2026-03-12
        export instruments --format csv
        # All that is left, to the penny of the tax.
        purchase credit O4/1 --invoice CR3 --net 56.69 --qty 2 --on 2026-03-13
        purchase show O4 --format csv
        purchase pay O4 --on 2026-03-20
        purchase show O4
        check
        "
    );
}

#[test]
fn what_will_not_come_is_cancelled() {
    plays!(
        bought(),
        "cancel",
        "
        purchase cancel O1/1 --qty 4 --reason 'No longer made'
        purchase cancel O1/1 --qty 1 --reason 'No longer made' --on 2026-03-02
        purchase invoice O1 --invoice N1 --on 2026-03-03 --line 1:1
        purchase cancel O1/1 --qty 2 --reason 'Too late'
        purchase cancel O1/1 --reason ''
        purchase cancel O1/1 --reason 'Too late' --on +1d
        purchase cancel O1/1 --reason 'Too late' --on 2026-03-04
        purchase cancel O1/1 --reason 'Too late'
        purchase cancel O4/1 --reason 'Sent back'
        purchase cancel O2/1 --reason 'Not wanted'
        purchase invoice O2 --invoice N2
        setting set closed-until 2026-03-31
        purchase cancel O3/1 --qty 1 --reason 'Not wanted' --on 2026-03-31
        purchase cancel O3/1 --qty 1 --reason 'Not wanted' --on 2026-03-31 --override 'The supplier wrote late'
        purchase show O1
        purchase show O3
        report spend --format csv
        check
        "
    );
}

#[test]
fn an_order_is_read_on_a_narrow_terminal() {
    let mut desk = bought();
    desk.done("purchase invoice O1 --invoice N1 --on 2026-03-02 --line 1:2");
    desk.terminal.width = Some(80);
    plays!(desk, "order-narrow", "purchase show O1\npurchase show O4\npurchase list --supplier Dawsons");
}

#[test]
fn each_step_of_billing_can_be_taken_back() {
    let desk = bought();
    for line in [
        "purchase invoice O1 --invoice N1 --on 2026-03-02 --line 1:2:70 --extra delivery:12.50",
        "purchase pay O4 --on 2026-03-05",
        "purchase credit O4/1 --invoice CR1 --net 33.33 --qty 1 --on 2026-03-10",
        "purchase credit O4/1 --invoice N7 --net 5 --on 2026-03-10",
        "purchase cancel O1/1 --qty 1 --reason 'No longer made'",
    ] {
        let before = standing(&desk);
        desk.done(line);
        let after = standing(&desk);
        assert_ne!(before, after, "{line}");
        desk.done("undo");
        assert_eq!(standing(&desk), before, "{line} undone");
        desk.done("undo");
        assert_eq!(standing(&desk), after, "{line} brought back");
        desk.done("undo");
        desk.done("check");
    }
}

fn standing(desk: &Desk) -> String {
    ["report lines", "report spend", "export instruments", "purchase show O1", "purchase show O4"]
        .map(|line| desk.done(&format!("{line} --format csv")))
        .concat()
}

#[test]
fn what_an_invoice_rests_on_is_not_taken_back() {
    plays!(
        bought(),
        "billing_undo",
        "
        log --last 1 --format csv
        purchase credit O4/1 --invoice N7 --net 5 --on 2026-03-10
        # The purchase beneath the credit.
        undo E8
        purchase invoice O1 --invoice N1 --on 2026-03-02 --line 1:2
        purchase credit O1/1 --invoice CR1 --net 5 --on 2026-03-11
        # The invoice beneath the credit, and beneath its payment.
        undo E9
        undo E10
        purchase pay O1 --on 2026-03-12
        undo E9
        undo
        # An invoice that came in place of a cancellation.
        purchase cancel O1/1 --reason 'No longer made' --on 2026-03-13
        undo
        purchase invoice O1 --invoice N2 --on 2026-03-14 --line 1
        undo E14
        # What is closed stays as it was.
        setting set closed-until 2026-03-31
        undo E16
        undo E17
        setting set closed-until none
        undo E16
        check
        "
    );
}

#[test]
fn an_export_has_one_row_a_line_and_tells_the_rest_in_files_of_its_own() {
    let desk = Desk::new();
    desk.write("lines.csv", "description,nature,qty,line_net\nLaptops,equipment,4,400\nStands,accessory,2,20\n");
    for line in [
        "fund add OWN 'Own reserves' --award 5000 --revenue",
        "supplier add Normans",
        "purchase order --supplier Normans --fund OWN --lines @/lines.csv --on 2026-11-02",
        "purchase receive O1/2 --on 2026-11-09",
        "purchase invoice O1 --invoice N1 --line 1:3 --on 2026-11-10",
        "purchase invoice O1 --invoice N2 --line 1 --line 2 --on 2026-11-12",
    ] {
        desk.done(line);
    }
    let exported = desk.run("export purchases");
    assert_eq!(exported.stdout.lines().count(), 3, "{}", exported.stdout);
    assert!(exported.stdout.lines().nth(2).is_some_and(|row| row.contains("2026-11-12,N2")), "{}", exported.stdout);
    assert_eq!(exported.stderr, "");
    let invoices = desk.done("export invoices");
    let told: Vec<&str> = invoices.lines().filter(|row| row.contains(",O1/1,")).collect();
    assert!(
        told[0].contains("N1,2026-11-10,,,O1/1,3,300.00,60.00")
            && told[1].contains("N2,2026-11-12,,,O1/1,1,100.00,20.00"),
        "{told:?}"
    );
    assert!(desk.done("export deliveries").contains("O1/2,2026-11-09,2"));
}

#[test]
fn a_credit_of_no_money_is_refused() {
    let desk = bought();
    let before = standing(&desk);
    let said = desk.refused("purchase credit O4/1 --invoice CR1 --net 0 --qty 1 --on 2026-03-10");
    assert!(said.contains("a credit gives money back") && said.contains("hint: "), "{said}");
    assert_eq!(standing(&desk), before);
}

#[test]
fn the_same_credit_again_needs_a_reason_that_is_kept() {
    let desk = bought();
    let credit = "purchase credit O4/1 --invoice N7 --net 5 --qty 1 --on 2026-03-10";
    desk.done(credit);
    let said = desk.refused(credit);
    assert!(said.contains("credit N7 of Normans gives back £5.00 net of O4/1 on 10 Mar 2026 already"), "{said}");
    // Another day, another price and another number are another credit.
    desk.done("purchase credit O4/1 --invoice N7 --net 5 --qty 1 --on 2026-03-11");
    desk.done("purchase credit O4/1 --invoice N7 --net 6 --on 2026-03-10");
    desk.done(&format!("{credit} --override 'Two of them were cracked'"));
    let overrides = desk.done("report overrides --format csv");
    assert!(overrides.contains("billed before") || overrides.contains("billed-before"), "{overrides}");
    assert!(overrides.contains("Two of them were cracked"), "{overrides}");
    desk.done("undo");
    assert_eq!(desk.done("report overrides --format csv").lines().count(), 1);
    desk.done("check");
}

#[test]
fn an_invoice_before_its_order_is_told() {
    let desk = ordered();
    let told = "warning: the invoice of 1 Feb 2026 comes before the order of 2 Feb 2026\n";
    let said = desk.run("purchase invoice O1 --invoice N1 --on 2026-02-01 --line 1 --extra delivery:5").stderr;
    assert_eq!(said.matches(told).count(), 1, "{said}");
    let said = desk.run("purchase invoice O1 --invoice N2 --on 2026-02-02").stderr;
    assert!(!said.contains("comes before"), "{said}");
    desk.write(
        "early.csv",
        "order,line,order_date,invoice_date,invoice_no,supplier,fund,description,nature,line_net\n\
         O9,1,2026-02-02,2026-02-01,D1,Dawsons,OWN,Bows,accessory,10\n",
    );
    let said = desk.run("import purchases @/early.csv --commit").stderr;
    assert!(said.contains("line 2: the invoice of 1 Feb 2026 comes before the order of 2 Feb 2026"), "{said}");
    let said = desk.run("purchase credit O1/1 --invoice CR1 --net 1 --on 2026-02-01").stderr;
    assert!(!said.contains("before the order"), "{said}");
}

#[test]
fn an_extra_cost_is_for_no_area_where_the_lines_differ_in_theirs() {
    let desk = ordered();
    desk.write(
        "areas.csv",
        "order,line,order_date,supplier,fund,description,nature,area,qty,line_net\n\
         O8,1,2026-02-02,Normans,OWN,Stands,accessory,York,1,10\n\
         O8,2,2026-02-02,Normans,OWN,Stands,accessory,Selby,1,10\n",
    );
    desk.done("import purchases @/areas.csv --commit");
    desk.done("purchase invoice O8 --invoice N1 --on 2026-03-02 --extra delivery:5");
    desk.done("purchase invoice O1 --invoice N2 --on 2026-03-02 --extra delivery:7");
    let by_area = desk.done("report spend --by area --fund OWN --format csv");
    let spent = |area: &str| by_area.lines().filter(|row| row.contains(area)).count();
    assert_eq!(spent(",Selby,"), 1, "{by_area}");
    let lines = desk.done("report lines --format csv");
    let extras: Vec<&str> = lines.lines().filter(|row| row.contains(",delivery,delivery,")).collect();
    assert_eq!(extras.len(), 2, "{lines}");
    let is_for_york =
        |order: &str| extras.iter().any(|row| row.contains(&format!(",{order},")) && row.contains(",York,"));
    assert!(is_for_york("O1") && !is_for_york("O8"), "{extras:?}");
}

/// Bought, billed and in the stock: violins of one line, each at £100.
fn violins(qty: usize) -> Desk {
    let desk = Desk::new();
    desk.script(&format!(
        "--today 2024-10-01 fund add CIP C --award 50000 --from 2024-09-01 --spend-by 2026-08-31
         supplier add Normans
         --today 2024-10-01 purchase add --fund CIP --supplier Normans --description v --nature instrument --type VN --qty {qty} --unit-net 100 --invoice N0"
    ));
    desk
}

fn costs(desk: &Desk, as_at: &str) -> Vec<String> {
    let register = desk.done(&format!("report assets --as-at {as_at} --format csv"));
    let mut reader = csv::Reader::from_reader(register.as_bytes());
    reader.records().map(|row| row.expect("a row")[11].to_string()).collect()
}

#[test]
fn what_goes_back_for_credit_keeps_its_cost_until_it_leaves_and_changes_no_other() {
    let desk = violins(3);
    desk.done("--today 2025-05-01 purchase credit O1/1 --invoice CR --net 300 --qty 3");
    assert_eq!(costs(&desk, "2025-05-02"), ["100.00"; 3]);
    desk.done("--today 2025-06-01 instrument retire VN-0001 --reason transferred --proceeds 100");
    assert_eq!(costs(&desk, "2025-05-02"), ["100.00"; 3]);
    assert_eq!(costs(&desk, "2025-06-02"), ["100.00"; 3]);
    // A credit for the price alone is shared by all, from its day on.
    let desk = violins(3);
    desk.done("--today 2025-05-01 purchase credit O1/1 --invoice CR --net 30.01");
    assert_eq!(costs(&desk, "2025-05-02"), ["90.00", "90.00", "89.99"]);
    assert_eq!(costs(&desk, "2025-04-30"), ["100.00"; 3]);
}

#[test]
fn a_credit_is_held_to_the_invoice_it_names_and_judged_with_it() {
    let desk = Desk::new();
    desk.write("order.csv", "description,nature,type,qty,line_net\nV,instrument,VN,10,600\n");
    desk.script(
        "--today 2025-03-20 fund add CIP C --award 5000 --from 2024-09-01 --spend-by 2026-08-31
         supplier add Normans
         policy add --effective 2024-04-01 --threshold 300 --basis item --min-life-months 12
         --today 2025-03-20 purchase order --supplier Normans --fund CIP --lines @/order.csv
         --today 2025-03-20 purchase invoice O1 --invoice A --line 1:1:400
         --today 2025-03-20 purchase invoice O1 --invoice B",
    );
    let said = desk.refused("--today 2025-03-21 purchase credit O1/1 --invoice A --net 500 --qty 1");
    assert!(said.starts_with("error: O1/1 has £400.00 net left to credit, not £500.00"), "{said}");
    let said = desk.refused("--today 2025-03-21 purchase credit O1/1 --invoice A --net 50 --qty 2");
    assert!(said.starts_with("error: O1/1 has 1 left to give back, not 2"), "{said}");
    desk.done("--today 2025-03-21 purchase credit O1/1 --invoice A --net 40");
    let lines = desk.done("report lines --format csv");
    let results: Vec<&str> = lines.lines().skip(1).map(|row| row.split(',').nth(24).unwrap_or_default()).collect();
    assert_eq!(results, ["capital", "revenue", "capital"], "{lines}");
}

#[test]
fn a_credit_finds_its_invoice_among_two_of_one_number() {
    let desk = Desk::new();
    desk.script(
        "fund add OWN O --award 500 --revenue
         supplier add A
         supplier add B
         purchase add --fund OWN --supplier A --description c --nature accessory --qty 1 --unit-net 8 --invoice N5
         purchase add --fund OWN --supplier B --description c --nature accessory --qty 1 --unit-net 8 --invoice N5",
    );
    let said = desk.run("supplier alias A B").stderr;
    assert!(said.contains("warning: both had sent an invoice N5"), "{said}");
    desk.done("purchase credit O2/1 --invoice N5 --net 8");
    desk.done("purchase credit O1/1 --invoice N5 --net 5");
    desk.done("check");
}
