//! Orders from a file, and what arrives of them.

use crate::desk::Desk;
use crate::plays;

/// A hub with a small grant: 2 March 2026.
const HUB: &str = "
    fund add CIP 'Capital Grant for Musical Instruments' --award 5000 --from 2025-09-01 --spend-by 2026-08-31
    fund plan CIP WCET 400
    fund add OWN 'Own reserves' --award 1000 --revenue
    supplier add 'Normans Musical Instruments' --alias NORMANS --lot 'Lot 2'
    supplier add 'Corner Shop'
    category add OLD 'An old need'
    category retire OLD --on 2026-01-01
";

const LINES: &str = "\
description,nature,type,size,category,group,adapted,qty,line_net,vat_rate,fund
Violin outfits 3/4,instrument,VN,3/4,WCET,primary,no,10,\"£1,000.00\",20,
Laptops,equipment,,,TECH,,,4,600,,
Cello for two funds,instrument,cello,4/4,WCET,,,3,100.01,,CIP:60%;OWN:40%
Carriage,delivery,,,,,,1,25,,OWN
";

const TODAY: &str = "--today 2026-03-02";

fn hub() -> Desk {
    let desk = Desk::new();
    desk.script(HUB);
    desk.write("lines.csv", LINES);
    desk
}

fn play(script: &str) -> String {
    script
        .replace("ORDER", &format!("{TODAY} purchase order --supplier normans --lines"))
        .replace("RECEIVE", "--today 2026-03-09 purchase receive")
}

#[test]
fn an_order_comes_from_a_file() {
    let desk = hub();
    desk.write(
        "german.csv",
        b"\xef\xbb\xbfDescription;NATURE;line_net;colour;colour\r\nB\xc3\xb6gen;accessory;\xc2\xa312.50\r\n\r\n",
    );
    desk.write("old.csv", b"description\tnature\tline_net\tkind\nGeigenb\xf6gen\tinstrument\t\xa350\tacoustic\n");
    let script = "
        ORDER @/lines.csv --fund CIP --reference PO-4711
        purchase show O1
        report lines --fund OWN --format csv
        log --order O1
        ORDER @/german.csv --fund OWN
        ORDER @/old.csv --fund CIP
        purchase show O3
        --today 2026-03-02 purchase order --supplier 'Corner Shop' --lines @/german.csv --fund OWN
        --today 2026-03-02 purchase order --supplier 'Corner Shop' --lines @/german.csv --fund OWN --off-framework 'Only they mend bows'
        --today 2026-03-02 purchase order --supplier 'Corner Shop' --lines @/german.csv --fund OWN --off-framework ' '
        ORDER @/german.csv --fund OWN --on +1d
        description,nature,line_net,fund\\nStand,accessory,10,own | ORDER -
        undo
        undo
        purchase show O7
        report spend
        check
    ";
    plays!(desk, "order", &play(script));
}

#[test]
fn one_bad_row_refuses_the_whole_order() {
    let desk = hub();
    desk.write(
        "bad.csv",
        "description,nature,type,kind,category,group,adapted,qty,line_net,vat_rate,vat_recoverable,fund\n\
         ,instrument,VN,,,,,1,10,,,\n\
         No nature,,,,,,,1,10,,,\n\
         A slip,instrumnt,VX,acustic,NOPE,primery,perhaps,0,10,,,\n\
         Old need,instrument,,,OLD,,,-1,10,,,\n\
         No money,instrument,,,,,,1.5,,17.5,dunno,\n\
         Too much,instrument,,,,,,1,99999999999999999999,,,\n\
         Below nought,instrument,,,,,,1,-5,,,\n\
         No fund,instrument,,,,,,1,5,,,CIQ\n\
         Half a split,instrument,,,,,,1,5,,,CIP:60%;OWN:30%\n\
         A repair,repair,,,,,,1,5,,,\n\
         Nearly all,instrument,,,,,,1,3000,,,\n\
         Together too much,instrument,,,,,,1,2000.01,,,\n\
         The rest,instrument,,,,,,1,2000,,,\n\
         Too long,instrument,,,,,,1,5,,,CIP,what\n",
    );
    desk.write("empty.csv", "description,nature,line_net\n\n");
    desk.write("nothing.csv", "");
    desk.write("no_column.csv", "description,type,qty\nViolin,VN,1\n");
    desk.write("doubled.csv", "description,nature,line_net,nature\nViolin,instrument,1,repair\n");
    desk.write("plain.csv", "description,nature,line_net\nViolin,instrument,10\nBow,accessory,5\n");
    let script = "
        ORDER @/bad.csv --fund CIP
        purchase list --format csv
        ORDER @/empty.csv --fund CIP
        ORDER @/nothing.csv --fund CIP
        ORDER @/no_column.csv --fund CIP
        ORDER @/doubled.csv --fund CIP
        ORDER @/not_there.csv --fund CIP
        ORDER @/plain.csv
        ORDER @/plain.csv --fund CIQ
        ORDER @/plain.csv --fund CIP:60%;OWN
        ORDER @/plain.csv --fund CIP --on 2025-08-31
        ORDER @/plain.csv --fund CIP --on 2025-08-31 --override 'Agreed with ACE'
        setting set closed-until 2026-03-31
        ORDER @/plain.csv --fund CIP
        log --order O1
        check
    ";
    plays!(desk, "order_refused", &play(script).replace("CIP:60%;OWN", "'CIP:60%;OWN'"));
}

#[test]
fn a_line_arrives_in_parts() {
    let desk = hub();
    desk.write("serials.txt", "\u{feff}SN-1\n\n  SN-2 \nsn-1\n");
    desk.write("destroyed.txt", "SN-8\n1.23E+11\n1E+5\n");
    let script = "
        ORDER @/lines.csv --fund CIP
        RECEIVE O1/1 --qty 3 --serials @/serials.txt --location Store --on 2026-03-04
        instrument show VN-0001
        RECEIVE O1/1 --qty 8
        RECEIVE O1/1 --qty 2 --serials @/destroyed.txt
        RECEIVE O1/1 --qty 2 --serials @/serials.txt
        RECEIVE O1/1 --qty 2 --tags A-1,A-2,A-3
        RECEIVE O1/1 --tags A-1,a-1
        RECEIVE O1/1 --qty 2 --tags A-1,VN-0001
        A-1\\n\\nA-2\\n | RECEIVE O1/1 --qty 2 --tags -
        SN-2\\n | RECEIVE O1/1 --qty 1 --serials -
        A-1 | RECEIVE O1/1 --qty 1 --serials - --tags -
        RECEIVE O1/1 --on 2026-03-10
        RECEIVE O1/1 --on 2026-03-01
        RECEIVE O1/1 --type VC
        RECEIVE O1/1 --qty 0
        RECEIVE O1/1
        RECEIVE O1/1
        RECEIVE O1/9
        RECEIVE O9/1
        RECEIVE O1
        RECEIVE O1/4 --tags A-9
        RECEIVE O1/4
        RECEIVE O1/4
        instrument list --format csv
        purchase show O1
        instrument history VN-0001
        undo
        setting set closed-until 2026-03-31
        RECEIVE O1/3 --qty 1
        RECEIVE O1/3 --qty 1 --override 'The van came late'
        RECEIVE O1/3 --override 'The van came late'
        instrument list --type VC --format csv
        check
    ";
    plays!(desk, "receive", &play(script));
}

#[test]
fn what_arrived_without_a_type_waits_for_its_tags() {
    let desk = hub();
    let script = "
        ORDER @/lines.csv --fund CIP
        RECEIVE O1/2 --tags T-1,T-2,T-3,T-4
        RECEIVE O1/2 --qty 3 --on 2026-03-04
        instrument add --type AIF --tag T-1 --cost 149.00 --acquired-on 2026-03-05
        instrument add --type AIF --tag T-2
        instrument add --type VN --tag V-1
        RECEIVE O1/2 --type VN --qty 4
        RECEIVE O1/2 --tags T-2
        RECEIVE O1/2 --qty 2 --tags T-2,T-9
        RECEIVE O1/2 --qty 2 --tags T-2,V-1
        RECEIVE O1/2 --qty 1 --tags T-2 --location Studio
        RECEIVE O1/2 --qty 1 --tags t-2
        instrument show T-2
        RECEIVE O1/2 --qty 1 --tags T-1 --serials @/lines.csv
        RECEIVE O1/2 --qty 1 --tags T-1
        instrument show T-1
        RECEIVE O1/2 --qty 2
        RECEIVE O1/2 --qty 1 --tags T-9
        RECEIVE O1/2
        RECEIVE O1/2
        --today 2026-03-02 purchase add --fund CIP --supplier normans --description Cornets --nature instrument --qty 3 --unit-net 100.01 --on 2026-02-27
        report unexplained --format csv
        instrument add --type CNT --tag C-1 --cost 90
        RECEIVE O2/1
        RECEIVE O2/1 --tags C-1,C-2,C-3 --type CNT
        report unexplained
        instrument list --type CNT --format csv
        undo
        instrument list --type CNT --format csv
        undo
        purchase show O2
        check
    ";
    plays!(desk, "receive_later", &play(script));
}

#[test]
fn a_receipt_that_has_tags_is_not_undone_beneath_them() {
    let desk = hub();
    let script = "
        ORDER @/lines.csv --fund CIP
        RECEIVE O1/2 --qty 3
        RECEIVE O1/2 --type VN
        undo E10
        undo E9
        undo
        undo E10
        check
    ";
    plays!(desk, "receive_undone", &play(script));
}

#[test]
fn a_split_purchase_loses_no_penny() {
    let desk = hub();
    let script = "
        --today 2026-03-02 purchase add --fund 'CIP:33.33%;OWN:66.67%' --supplier normans --description Violas --nature instrument --qty 3 --unit-net 33.34 --type VA --vat-recoverable no
        purchase show O1
        report spend --format csv
        instrument list --format csv
        --today 2026-03-02 purchase add --fund 'CIP:60;OWN:40.02' --supplier normans --description Violas --nature instrument --qty 3 --unit-net 33.34
        --today 2026-03-02 purchase add --fund 'CIP:60;OWN:40' --supplier normans --description Violas --nature instrument --qty 3 --unit-net 33.34
        check
    ";
    plays!(desk, "split", script);
}

#[test]
fn ten_thousand_lines_are_one_order() {
    let desk = hub();
    let lines = |count: usize| {
        let mut text = String::from("description,nature,line_net,fund\n");
        text.extend((0..count).map(|number| format!("Reed {number},accessory,0.10,CIP\n")));
        text
    };
    desk.write("many.csv", lines(10_000));
    desk.write("too_many.csv", lines(10_001));
    let said = desk.refused(&format!("{TODAY} purchase order --supplier normans --lines @/too_many.csv"));
    assert!(said.starts_with("line 10002: an order has 10000 lines at the most\n"), "{said}");
    assert_eq!(desk.done(&format!("{TODAY} purchase order --supplier normans --lines @/many.csv")), "O1\n");
    let spend = desk.done("report spend --format csv");
    assert!(spend.contains("CIP,uncategorised,,0.00,1000.00,"), "{spend}");
}

#[test]
fn two_desks_cannot_receive_the_same() {
    let desk = hub();
    desk.done(&format!("{TODAY} purchase order --supplier normans --fund CIP --lines @/lines.csv"));
    let at_a_desk = |_| desk.run(&format!("{TODAY} purchase receive O1/1 --qty 6"));
    let outcomes: Vec<i32> = std::thread::scope(|desks| {
        let running: Vec<_> = (0..2).map(|number| desks.spawn(move || at_a_desk(number).exit)).collect();
        running.into_iter().map(|one| one.join().expect("a desk")).collect()
    });
    assert_eq!(outcomes.iter().sum::<i32>(), 1, "{outcomes:?}");
    assert!(
        desk.refused(&format!("{TODAY} purchase receive O1/1 --qty 5")).contains("O1/1 has 4 still to come, not 5")
    );
}

#[test]
fn labels_are_scanned_at_a_terminal() {
    let mut desk = hub();
    desk.terminal.stdin = true;
    let script = "
        ORDER @/lines.csv --fund CIP
        A-1\\nA-1\\nA-2\\n\\n | RECEIVE O1/1 --tags -
        A-3\\nA-1\\n\\n | RECEIVE O1/1 --tags -
        SN-1\\nSN-2 | RECEIVE O1/3 --qty 2 --serials -
        \\n | RECEIVE O1/1 --tags -
    ";
    plays!(desk, "receive_scanned", &play(script));
}

#[test]
fn amounts_stay_within_what_can_be_recorded() {
    let desk = hub();
    desk.write(
        "huge.csv",
        "description,nature,line_net,fund\nOne,instrument,100000000000,CIP\nTwo,instrument,100000000000,CIP\n",
    );
    let order = format!("{TODAY} purchase order --supplier normans --lines @/huge.csv");
    let said = desk.refused(&order);
    assert!(said.contains("nothing was ordered, because 2 of the 2 lines cannot be"), "{said}");
    desk.done(&format!("{order} --override 'To see'"));
    desk.done("report spend");
    desk.done("--today 2026-08-31 purchase receive O1/1 --on 2026-08-31 --type VN");
}

#[test]
fn what_a_file_tied_to_an_order_is_received_without_tags() {
    let desk = hub();
    desk.write("instruments.csv", "tag,type,purchase_line\nX-1,VN,O1/1\n");
    let script = "
        ORDER @/lines.csv --fund CIP
        import instruments @/instruments.csv --commit
        check
        RECEIVE O1/1 --tags X-2
        RECEIVE O1/1
        RECEIVE O1/1 --qty 1 --tags X-2
        check
    ";
    plays!(desk, "receive_early", &play(script));
}

#[test]
fn every_fault_of_an_order_is_told_beside_the_others() {
    let desk = hub();
    desk.write(
        "bad.csv",
        "description,nature,line_net,vat_rate,fund\n\
         Violin,instrument,10.005,,CIP:60%;OWN:41%\n\
         Viola,instrument,10.005,,CIQ:60%;OWM:40%\n\
         Cello,instrument,,17.5,CIP:6;OWN:4\n\
         Repair,repair,10,,CIP\n\
         Bow,accessory,10,,\n",
    );
    desk.write("good.csv", "description,nature,line_net,fund\nBow,accessory,10,\nBass,instrument,10,CIP\n");
    let script = "
        ORDER @/bad.csv --fund OWN
        --today 2026-03-02 purchase order --supplier Norman --lines @/bad.csv --fund OWN
        --today 2026-03-02 purchase order --supplier Norman --lines @/bad.csv --fund CIQ
        ORDER @/bad.csv --fund CIQ
        ORDER @/good.csv --fund CIQ
        --today 2026-03-02 purchase order --supplier Norman --lines @/good.csv --fund OWN
        --today 2026-03-02 purchase order --supplier Norman --lines @/good.csv --fund CIQ
        purchase list --format csv
        check
    ";
    plays!(desk, "order_faults", &play(script));
}

#[test]
fn every_fault_of_a_purchase_in_a_file_is_told_beside_the_others() {
    let desk = hub();
    desk.write(
        "bad.csv",
        "order,line,invoice_date,supplier,description,nature,qty,line_net,vat_rate,fund\n\
         OX,1,2026-03-02,Normans Musical Instruments,Violin,instrument,1.5,10.005,17.5,CIP:60%;OWN:41%\n\
         O2,1,2026-13-02,Norman,Viola,instrument,1,10.005,,CIQ:60%;OWM:40%\n\
         O3,1,,Norman,Cello,instrument,1,x,,CIP:6;OWN:4\n",
    );
    plays!(desk, "purchases_faults", "--today 2026-03-02 import purchases @/bad.csv");
}

#[test]
fn amounts_of_a_split_are_what_the_funds_bear() {
    let desk = hub();
    let add = "--today 2026-03-02 purchase add --supplier normans --description Violas --nature instrument --qty 1 --unit-net 100";
    let gross = format!("{add} --fund 'CIP:60;OWN:60'");
    let said = desk.refused(&format!("{gross} --vat-recoverable yes"));
    assert!(said.contains("the split comes to £120.00, and the line to £100.00"), "{said}");
    desk.done(&format!("{gross} --vat-recoverable no"));
    desk.done(&format!("{add} --fund 'CIP:60;OWN:40' --vat-recoverable yes"));
    let said = desk.refused("purchase recode O2/1 --fund 'CIP:60;OWN:60' --reason Shared");
    assert!(said.contains("the split comes to £120.00"), "{said}");
    desk.done("purchase recode O1/1 --fund 'CIP:70;OWN:50' --reason Shared");
    desk.write(
        "split.csv",
        "description,nature,line_net,vat_recoverable,fund\nViola,instrument,100,yes,CIP:60;OWN:60\n",
    );
    let said = desk.refused(&format!("{TODAY} purchase order --supplier normans --lines @/split.csv"));
    assert!(said.contains("the split comes to £120.00, and the line to £100.00"), "{said}");
}

#[test]
fn check_tells_once_that_too_many_arrived() {
    let desk = hub();
    desk.done(&format!("{TODAY} purchase order --supplier normans --fund CIP --lines @/lines.csv"));
    desk.done("--today 2026-03-09 purchase receive O1/2");
    let by_hand = ::rusqlite::Connection::open(desk.hub()).expect("a file");
    by_hand.execute("UPDATE receipt SET qty = 9", []).expect("changed");
    let found = desk.refused("check") + &desk.run("check").stdout;
    assert_eq!(found.matches("have arrived").count(), 1, "{found}");
}
