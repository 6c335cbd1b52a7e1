//! Receiving at a terminal and through a pipe, what it does to closed periods, and what an order says of its lines.

use crate::desk::Desk;
use crate::plays;

const MARCH: &str = "--today 2025-03-20";

/// A grant, a supplier, and an order of ten violins (O1) and of one thing without a type (O2): 20 March 2025.
fn hub() -> Desk {
    let desk = Desk::new();
    desk.write("o.csv", "description,nature,type,qty,line_net\nV,instrument,VN,10,600\n");
    desk.write("m.csv", "description,nature,type,qty,line_net\nM,instrument,,1,600\n");
    desk.done("fund add CIP G --award 311099 --from 2024-09-01 --spend-by 2026-08-31");
    desk.done("supplier add Normans");
    desk.done(&format!("{MARCH} purchase order --supplier Normans --fund CIP --lines @/o.csv"));
    desk.done(&format!("{MARCH} purchase order --supplier Normans --fund CIP --lines @/m.csv"));
    desk
}

fn play(script: &str) -> String {
    script.replace("RECEIVE", "--today 2025-03-21 purchase receive")
}

#[test]
fn a_refused_scan_does_not_throw_the_others_away() {
    let mut desk = hub();
    desk.terminal.stdin = true;
    desk.done("instrument add --type VN --tag OLD");
    let script = "
        S-1\\nOLD\\nS-2\\n\\n | RECEIVE O1/1 --qty 3 --tags -
        purchase show O1
        S-3\\nS-4\\nS-5\\n\\n | RECEIVE O1/1 --qty 2 --tags -
        bad!\\nS-1\\n\\n | RECEIVE O1/1 --tags -
        S-6\\nS-7\\nS-8\\nS-9\\nS-10\\nS-11\\nS-12\\n | RECEIVE O1/1 --tags -
        X-1\\n\\n | RECEIVE O1/1 --tags -
        N-1\\nOLD\\nN-2\\n\\n | --today 2025-03-21 purchase add --fund CIP --supplier Normans --description N --nature instrument --qty 3 --unit-net 10 --type VN --tags -
        N-3\\nN-4\\n\\n | RECEIVE O3/1 --tags -
        \\n | --today 2025-03-21 purchase add --fund CIP --supplier Normans --description N --nature instrument --qty 3 --unit-net 10 --type VN --tags -
        check
    ";
    plays!(desk, "scan_dropped", &play(script));
}

#[test]
fn each_scan_is_judged_with_those_before_it() {
    let mut desk = hub();
    desk.terminal.stdin = true;
    desk.write("m5.csv", "description,nature,type,qty,line_net\nM,instrument,,5,600\n");
    let script = "
        instrument add --type KBD --tag OLD-1
        instrument add --type KBD --tag OLD-2
        instrument add --type KBD --tag OLD-3
        instrument add --type KBD --tag OLD-4 --acquired-on 2025-03-19
        instrument add --type VN --tag OLD-V
        instrument retire OLD-2 --reason scrapped
        instrument lost OLD-3
        --today 2025-03-20 purchase order --supplier Normans --fund CIP --lines @/m5.csv
        RECEIVE O3/1
        NEW-0\\nOLD-1\\nOLD-V\\nNEW-1\\nOLD-2\\nOLD-3\\nOLD-4\\n\\n | RECEIVE O3/1 --tags -
        OLD-V\\nNEW-1\\n\\n | RECEIVE O3/1 --tags - --type KBD
        report unexplained
        check
    ";
    plays!(desk, "scan_in_turn", &play(script));
}

#[test]
fn every_fault_of_piped_tags_is_listed_at_once() {
    let desk = hub();
    desk.done("instrument add --type VN --tag V-1");
    desk.write("serials.txt", "SN-1\nSN-2\n");
    let script = "
        V-1\\nV-2\\nbad!\\n | RECEIVE O1/1 --tags -
        V-1\\nV-2\\nbad!\\n | RECEIVE O1/1 --tags - --serials @/serials.txt
        V-2\\nV-3\\n | RECEIVE O1/1 --tags - --serials @/serials.txt
        V-1 | RECEIVE O1/1 --tags -
        RECEIVE O1/1 --qty 1 --tags V-1
        RECEIVE O1/1 --qty 3 --tags V-3 --serials @/serials.txt
        RECEIVE O1/1 --tags ', ,'
        RECEIVE O1/1 --qty 2 --tags 'V-2, ,'
        RECEIVE O1/1 --qty -1
        RECEIVE O1/1 --qty 0
        V-1\\nV-2\\nbad!\\n | purchase add --fund CIP --supplier Normans --description N --nature instrument --qty 2 --unit-net 10 --type VN --tags -
        purchase add --fund CIP --supplier Normans --description N --nature instrument --qty -2 --unit-net 10
        purchase list --format csv
    ";
    plays!(desk, "piped_faults", &play(script));
}

/// The register as it stood at the end of March.
fn register(desk: &Desk) -> String {
    desk.done("report assets --as-at 2025-03-31 --format csv")
}

/// All that is kept of the one override of a desk.
fn overrides(desk: &Desk) -> String {
    desk.done("report overrides --format csv")
}

#[test]
fn a_type_given_late_asks_the_closed_period() {
    let desk = hub();
    desk.done("--today 2025-03-25 purchase receive O2/1");
    desk.done("--today 2025-03-25 purchase invoice O2 --invoice I-1");
    desk.done("setting set closed-until 2025-03-31");
    let before = register(&desk);
    let late = "--today 2025-05-10 purchase receive O2/1 --type KBD";
    let said = desk.refused(late);
    assert!(said.starts_with("error: 25 Mar 2025 falls in a period that is closed until 31 Mar 2025\n"), "{said}");
    assert_eq!(register(&desk), before);
    let outcome = desk.run(&format!("{late} --override 'Found in the store'"));
    assert_eq!((outcome.exit, outcome.stdout.as_str()), (0, "KBD-0001\n"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("closed until 31 Mar 2025; recorded for the reason"), "{}", outcome.stderr);
    assert!(register(&desk).contains("KBD-0001"));
    let kept = overrides(&desk);
    assert!(kept.contains("O2/1") && kept.contains("Found in the store"), "{kept}");
    desk.done("check");
}

#[test]
fn tying_an_instrument_asks_the_closed_period_of_its_own_day() {
    let desk = hub();
    desk.done("setting set closed-until 2025-03-31");
    desk.done("instrument add --type KBD --tag OLD --acquired-on 2025-02-01 --cost 90 --override 'Older books'");
    desk.done("instrument add --type KBD --tag NEWER --acquired-on 2025-04-03");
    desk.done("--today 2025-04-02 purchase receive O2/1");
    let before = register(&desk);
    let tie = "--today 2025-05-10 purchase receive O2/1 --tags OLD";
    let said = desk.refused(tie);
    assert!(said.starts_with("error: 1 Feb 2025 falls in a period that is closed until 31 Mar 2025\n"), "{said}");
    assert_eq!(register(&desk), before);
    let outcome = desk.run(&format!("{tie} --override 'It was this one'"));
    assert_eq!(outcome.exit, 0, "{}", outcome.stderr);
    let older = "warning: OLD was acquired on 1 Feb 2025, before O2/1 was ordered on 20 Mar 2025\n";
    assert!(outcome.stderr.contains(older), "{}", outcome.stderr);
    assert!(overrides(&desk).contains("It was this one"));
    desk.done("undo");
    // What is acquired and arrives in an open period asks for nothing.
    desk.done("--today 2025-05-10 purchase receive O2/1 --tags NEWER");
    assert_eq!(register(&desk), before);
    desk.done("check");
}

#[test]
fn a_scan_in_a_closed_period_is_refused_at_once() {
    let mut desk = hub();
    desk.terminal.stdin = true;
    desk.done("instrument add --type KBD --tag OLD --acquired-on 2025-02-01");
    desk.done("instrument add --type KBD --tag NEWER --acquired-on 2025-04-03");
    desk.done("setting set closed-until 2025-03-31");
    desk.done("--today 2025-04-02 purchase receive O2/1");
    let outcome = desk.run_with("--today 2025-05-10 purchase receive O2/1 --tags -", "OLD\nNEWER\n\n");
    assert_eq!((outcome.exit, outcome.stdout.as_str()), (0, "NEWER\n"), "{}", outcome.stderr);
    let refused = "warning: 1 Feb 2025 falls in a period that is closed until 31 Mar 2025; left out\n";
    assert!(outcome.stderr.contains(refused), "{}", outcome.stderr);
}

#[test]
fn what_has_left_the_stock_is_not_tied() {
    let desk = hub();
    desk.done("--today 2025-03-25 purchase receive O2/1");
    desk.done("instrument add --type KBD --tag GONE");
    desk.done("instrument add --type KBD --tag LOST");
    desk.done("instrument retire GONE --reason scrapped --on 2025-06-30");
    desk.done("instrument lost LOST --on 2025-06-30");
    let said = desk.refused("purchase receive O2/1 --tags GONE");
    assert!(said.starts_with("error: GONE was retired on 30 Jun 2025 (scrapped)\n"), "{said}");
    let said = desk.refused("purchase receive O2/1 --tags LOST");
    assert!(said.starts_with("error: LOST is missing since 30 Jun 2025\n"), "{said}");
}

#[test]
fn a_cost_has_neither_type_nor_tags() {
    let desk = hub();
    desk.write("d.csv", "description,nature,type,qty,line_net\nD,delivery,,1,5\n");
    let script = "
        purchase add --fund CIP --supplier Normans --description Van --nature delivery --qty 2 --unit-net 5 --type VN --tags D1,D2
        purchase add --fund CIP --supplier Normans --description Van --nature delivery --qty 2 --unit-net 5 --type VN
        --today 2025-03-20 purchase order --supplier Normans --fund CIP --lines @/d.csv
        RECEIVE O3/1 --type VN --tags D1
        instrument list --format csv
    ";
    plays!(desk, "cost_has_no_tags", &play(script));
}

#[test]
fn a_file_of_lines_is_read_as_it_was_meant() {
    let desk = hub();
    desk.write("vat.csv", "description,nature,line_net,vat_rate,vat_recoverable\nV,instrument,100,20%,no\n");
    desk.write("no_vat.csv", "description,nature,line_net,vat_rate\nV,instrument,100,%\nV,instrument,1,20%%\n");
    std::fs::create_dir(desk.path("lines")).expect("a folder");
    let order = |file: &str| format!("{MARCH} purchase order --supplier Normans --fund CIP --lines @/{file}");
    assert_eq!(desk.done(&order("vat.csv")), "O3\n");
    assert!(desk.done("purchase show O3 --format csv").contains(",120.00,"));
    let said = desk.refused(&order("no_vat.csv"));
    assert!(said.contains("nothing was ordered, because 2 of the 2 lines cannot be"), "{said}");
    let outcome = desk.run(&order("lines"));
    assert_eq!(outcome.exit, 3, "{}", outcome.stderr);
    assert_eq!(outcome.stderr, "error: @/lines is a folder, not a file\nhint: name the file in it\n");
}

#[test]
fn the_line_that_breaks_the_award_is_named() {
    let desk = hub();
    desk.write(
        "big.csv",
        "description,nature,qty,line_net\nA,instrument,1,200000\nB,instrument,1,200000\nMend,repair,1,5\nMend,repair,1,6\n",
    );
    let mut many = String::from("description,nature,category,line_net\n");
    many.extend((0..300).map(|number| format!("R{number},instrument,C{},1\n", number % 30)));
    desk.write("many.csv", many);
    desk.done("fund plan CIP WCET 1000");
    (0..30).for_each(|number| drop(desk.done(&format!("category add C{number} 'Need {number}'"))));
    let script = "
        --today 2025-03-20 purchase order --supplier Normans --fund CIP --lines @/big.csv --override Agreed
        --today 2025-03-20 purchase order --supplier Normans --fund CIP --lines @/many.csv --override Agreed
        report overrides --format csv
    ";
    let said = desk.script(script);
    let (said, kept) = said.split_once("$ report overrides").expect("the list of overrides");
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("award_broken", said);
    });
    // Every line's reason is kept, however few are told.
    assert_eq!(kept.lines().filter(|line| line.contains("Agreed")).count(), 305, "{kept}");
}
