//! The whole life of purchases and funds, out into files and back: every report says the same of every day.

use ::csv::Reader;

use crate::desk::{Desk, Outcome};
use crate::plays;

/// All that a report of money rests on, each after what it refers to.
pub const KINDS: [&str; 18] = [
    "types",
    "categories",
    "suppliers",
    "organisations",
    "funds",
    "fund-payments",
    "fund-shares",
    "fund-extensions",
    "policies",
    "plans",
    "purchases",
    "deliveries",
    "invoices",
    "cancellations",
    "recodings",
    "pools",
    "instruments",
    "overrides",
];

/// A hub's files, in order of [`KINDS`].
pub fn export(desk: &Desk) -> Vec<String> {
    KINDS.iter().map(|kind| desk.done(&format!("export {kind}"))).collect()
}

fn last(outcome: &Outcome) -> &str {
    outcome.stderr.lines().last().unwrap_or_default()
}

/// A report without who entered what, which no file tells.
fn said(desk: &Desk, command: &str) -> String {
    let outcome = desk.run(command);
    let text = format!("{}{}[exit {}]", outcome.stdout, outcome.stderr, outcome.exit);
    if !command.contains("recodings") {
        return text.replace(" by sam", "");
    }
    text.lines()
        .map(|line| line.strip_suffix(",sam").or(line.strip_suffix(',')).unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Takes the files into an empty hub, on this day: each row is new there, a check says so before, and the same again changes
/// nothing. Then both hubs have the same files, and say the same of their money today and as at other days.
pub fn same_in_an_empty_hub(desk: &Desk, today: &str, days: &[String]) {
    let files = export(desk);
    let empty = Desk::new();
    for round in ["first", "again"] {
        for (kind, content) in KINDS.iter().zip(&files) {
            empty.write("in.csv", content);
            // The seeded types and categories are there, and may have been changed.
            let update = if matches!(*kind, "types" | "categories") { " --update" } else { "" };
            let import = format!("--today {today} import {kind} @/in.csv{update}");
            let checked = empty.run(&import);
            let taken = empty.run(&format!("{import} --commit"));
            assert_eq!(taken.exit, 0, "{kind}, {round}: {}\n{content}", taken.stderr);
            assert_eq!(last(&checked), last(&taken), "{kind}, {round}");
            let said = last(&taken);
            assert!(!taken.stderr.contains("differs from"), "{kind}, {round}: {}", taken.stderr);
            assert!(round == "first" || said.contains(": 0 created, 0 updated, "), "{kind}, {round}: {}", taken.stderr);
        }
    }
    for ((kind, before), after) in KINDS.iter().zip(&files).zip(export(&empty)) {
        assert_eq!(&after, before, "{kind}");
    }
    for command in reports(desk, days) {
        let command = format!("--today {today} {command}");
        assert_eq!(said(&empty, &command), said(desk, &command), "{command}");
    }
    assert_eq!(said(&empty, &format!("--today {today} check")), said(desk, &format!("--today {today} check")));
}

/// Every report of money: as it stands, and as it stood on past days.
fn reports(desk: &Desk, days: &[String]) -> Vec<String> {
    let mut commands = Vec::new();
    let mut days: Vec<String> = days.iter().map(|day| format!(" --as-at {day}")).collect();
    days.push(String::new());
    for day in &days {
        for report in [
            "spend",
            "spend --by area",
            "spend --by supplier",
            "lines",
            "assets",
            "deadlines",
            "unexplained",
            "overrides",
            "recodings",
        ] {
            commands.push(format!("report {report} --format csv{day}"));
        }
        commands.push(format!("fund show CIP{day}"));
        commands.push(format!("fund show OWN{day}"));
        commands.push("policy list --format csv".to_string());
    }
    for year in ["2024/25", "2025/26", "2026/27"] {
        commands.push(format!("report movements --financial-year {year} --format csv"));
    }
    let purchases = desk.done("export purchases");
    let mut orders: Vec<String> = Vec::new();
    for row in Reader::from_reader(purchases.as_bytes()).records() {
        let row = row.expect("a row");
        commands.push(format!("purchase why {}", &row[2]));
        if orders.last().map(String::as_str) != Some(&row[1]) {
            orders.push(row[1].to_string());
        }
    }
    commands.extend(orders.iter().map(|order| format!("purchase show {order}")));
    commands.push("purchase list --format csv".to_string());
    commands
}

/// Three years of a programme, with all that can happen to a line.
fn programme() -> Desk {
    let desk = Desk::new();
    desk.write(
        "orders.csv",
        "description,nature,type,category,group,area,qty,line_net,vat_rate,vat_recoverable,fund\n\
         \"Violins, \"\"sound\"\"\",instrument,VN,WCET,primary,York,10,1000.00,20,yes,CIP\n\
         Ukuleles,instrument,,WCET,,YORK,30,900.01,20,no,CIP:60%;OWN:40%\n\
         =Carriage,delivery,,,,,1,12.50,20,yes,OWN\n",
    );
    desk.write("more.csv", "description,nature,type,category,qty,line_net,fund\nCellos,instrument,VC,ENS,4,2000.03,CIP:900.02;OWN:1100.01\nDrums,instrument,DRM,AMP,2,800,CIP\n");
    desk.write(
        "council.csv",
        "Supplier,Date,Ref,Net,Text\nNormans,03/02/2025,,240.00,Repair of café stands\nNormans,03/02/2025,,240.00,Repair of café stands\nNORMANS,04/02/2025,,-40.00,Credit\n",
    );
    desk.write("council.toml", "[columns]\nsupplier = 'Supplier'\ninvoice_date = 'Date'\ninvoice_no = 'Ref'\nline_net = 'Net'\ndescription = 'Text'\n[constants]\nnature = 'equipment'\nline_vat = '0'\n");
    for line in [
        "fund add CIP 'Capital Grant' --award 6000 --from 2024-09-01 --spend-by 2025-08-31",
        "fund add OWN 'Own reserves' --award 5000 --revenue",
        "fund add NEW 'Without a deadline' --award 10",
        "fund payment CIP 1500 --promised 2025-01-31",
        "fund payment CIP 1500 --promised 2025-04-30",
        "fund payment CIP 1500 --received 2025-02-03",
        "fund payment CIP 20 --received 2025-02-03",
        "fund payment CIP 20 --received 2025-02-03",
        "fund share CIP York 3000",
        "fund share CIP \"Hull & 'Goole'\" 1000.50",
        "--today 2025-06-01 fund extend CIP --spend-by 2026-08-31 --reason 'Letter of 1 June, \"extended\"'",
        "--today 2026-02-01 fund extend CIP --spend-by 2026-12-31 --reason 'And again'",
        "--today 2026-02-01 fund extend NEW --spend-by 2026-12-31 --reason '=A deadline'",
        "--today 2024-09-01 fund plan CIP WCET 2000",
        "--today 2025-03-01 fund plan CIP WCET 2500.10",
        "--today 2024-09-01 fund plan CIP ENS 1500 --type VC --qty 4",
        "fund plan OWN ENS 100 --on 2024-02-29",
        "supplier add 'Normans Musical Instruments' --alias NORMANS --lot 'Lot 2'",
        "supplier add \"O'Brien & Söhne\"",
        "supplier add 'Normans Ltd'",
        "--today 2024-11-01 purchase order --supplier NORMANS --lines @/orders.csv --reference '=PO 1' --override 'no'",
        "--today 2024-11-05 purchase receive O1/1 --qty 4",
        "--today 2024-11-05 purchase receive O1/2 --qty 10",
        "--today 2024-11-05 purchase receive O1/2 --qty 5",
        "--today 2024-11-20 purchase receive O1/2 --qty 15",
        "--today 2024-11-20 purchase receive O1/2 --type UKE --qty 30",
        "--today 2024-11-21 purchase invoice O1 --invoice N1 --line 1:3 --line 2:30:880 --extra delivery:7.50",
        "--today 2024-11-22 purchase invoice O1 --invoice N2 --line 1:2:180",
        // The second invoice of one day is entered first.
        "--today 2025-01-10 purchase invoice O1 --invoice N9 --line 1:1:90.01 --on 2025-01-09",
        "--today 2025-01-10 purchase invoice O1 --invoice N3 --line 1:1 --on 2025-01-09",
        "--today 2024-12-01 policy add --effective 2024-09-01 --threshold 100 --basis item --min-life-months 12",
        "--today 2025-01-15 policy add --effective 2025-01-15 --threshold 500 --basis line --min-life-months 12",
        "--today 2025-02-01 purchase pay O1 --invoice N1",
        "--today 2025-02-02 purchase cancel O1/1 --qty 2 --reason 'No longer made,\nsorry'",
        "--today 2025-02-02 purchase cancel O1/1 --qty 1 --reason '-1 more'",
        "--today 2025-02-03 purchase credit O1/1 --invoice CR1 --net 40 --reason 'Cracked @ arrival' --qty 1",
        "--today 2025-02-03 purchase credit O1/2 --invoice CR1 --net 10",
        "--today 2025-02-04 purchase credit O1/2 --invoice N1 --net 10 --reason 'Late'",
        "--today 2025-02-04 purchase credit O1/2 --invoice N1 --net 10 --override 'Twice indeed'",
        "--today 2025-02-05 purchase recode O1/1 --category PROG --reason 'Sorted, at last'",
        "--today 2025-02-05 purchase recode O1/1 --fund OWN --category uncategorised --reason 'Again the same day'",
        "--today 2025-03-05 purchase recode O1/1 --fund 'CIP:33.33%;OWN:66.67%' --category WCET --reason Back",
        "--today 2025-03-06 purchase order --supplier \"O'Brien & Söhne\" --lines @/more.csv --off-framework 'Nobody else has, =them'",
        "--today 2025-03-07 purchase recode O2/1 --fund OWN:2000.03 --reason 'All of it' ",
        "--today 2025-03-09 purchase receive O2/1 --qty 4",
        "--today 2025-03-09 purchase receive O2/2",
        "--today 2025-03-10 purchase invoice O2 --invoice 'Ä-1'",
        "--today 2025-03-11 purchase pool 'Small, things' O1/2",
        "--today 2025-03-11 purchase pool 'small, things' O2/2",
        "--today 2025-04-11 purchase pool 'SMALL, things' O2/1",
        "import purchases @/council.csv --map @/council.toml --set fund=OWN --commit",
        "import purchases @/council.csv --map @/council.toml --set fund=CIP --commit",
        // The same number of two suppliers that become one.
        "--today 2025-05-01 purchase add --fund OWN --supplier 'Normans Ltd' --description Bows --nature accessory --qty 2 --unit-net 30 --invoice N1",
        "--today 2025-05-02 supplier alias 'Normans Musical Instruments' 'Normans Ltd'",
        "--today 2025-06-01 purchase add --fund CIP --supplier NORMANS --description Amp --nature equipment --qty 1 --unit-net 9000 --invoice B1 --override 'The trustees, 1 June' --type VN",
        "--today 2025-06-02 purchase add --fund CIP --supplier NORMANS --description Tuning --nature service --qty 1 --unit-net 10 --invoice B2 --on 2024-02-29 --override 'Early'",
        "--today 2025-06-03 purchase add --fund OWN --supplier NORMANS --description 'Waits for a bill' --nature equipment --qty 3 --unit-net 10 --invoice B3",
        "--today 2025-06-04 instrument retire VN-0001 --reason sold --proceeds 5 --on 2025-06-04",
        "setting set closed-until 2026-03-31",
        "instrument retire VN-0002 --reason scrapped --on 2026-03-01 --override 'Found broken at the count'",
        "purchase pay O1 --on 2026-03-31 --override 'The bank was late'",
        "fund payment CIP 30 --received 2026-03-30 --override 'Found in March'",
        "policy add --effective 2026-10-01 --threshold 50 --basis pool --min-life-months 0",
    ] {
        let outcome = desk.run(line);
        assert!(outcome.exit == 0, "{line}\n{}", outcome.stderr);
    }
    desk
}

#[test]
fn a_programme_goes_through_files_unchanged() {
    let desk = programme();
    let files = export(&desk);
    assert!(files.iter().skip(4).all(|content| content.lines().count() > 2), "{files:?}");
    let days = ["2024-11-21", "2025-02-03", "2025-02-05", "2025-03-11"];
    same_in_an_empty_hub(&desk, "2026-11-22", &days.map(str::to_string));
    // Into the hub they came from: nothing to do, whatever is closed there.
    for (kind, content) in KINDS.iter().zip(&files) {
        desk.write("in.csv", content);
        let update = if *kind == "purchases" { "" } else { "--update" };
        let again = desk.run(&format!("import {kind} @/in.csv --commit {update}"));
        assert!(last(&again).contains(": 0 created, 0 updated, ") && again.exit == 0, "{kind}: {}", again.stderr);
    }
    assert_eq!(export(&desk), files);
    // The council's file is known again in another hub.
    let other = Desk::new();
    for (kind, content) in KINDS.iter().zip(&files) {
        other.write("in.csv", content);
        other.done(&format!("import {kind} @/in.csv --commit --skip-rejects"));
    }
    other.write("council.csv", desk.read("council.csv"));
    other.write("council.toml", desk.read("council.toml"));
    let again = other.run("import purchases @/council.csv --map @/council.toml --set fund=OWN --commit");
    assert_eq!(last(&again), "3 read: 0 created, 0 updated, 3 unchanged, 0 rejected");
}

/// A hub with two orders, of which O1/1 has 10 violins at £10.00, O1/2 a delivery, and O2/1 a cello, from another supplier.
fn ordered() -> Desk {
    let desk = Desk::new();
    desk.write("one.csv", "description,nature,type,category,qty,line_net,fund\nViolins,instrument,VN,WCET,10,100,CIP\nCarriage,delivery,,,1,5,CIP\n");
    desk.write("two.csv", "description,nature,type,category,qty,line_net,fund\nCello,instrument,VC,ENS,1,60,CIP\n");
    for line in [
        "fund add CIP 'Capital Grant' --award 200 --from 2024-09-01 --spend-by 2027-08-31",
        "fund add OWN 'Own reserves' --award 10 --revenue",
        "supplier add Normans",
        "supplier add Dawsons",
        "--today 2026-02-01 purchase order --supplier Normans --lines @/one.csv",
        "--today 2026-02-02 purchase order --supplier Dawsons --lines @/two.csv",
        "policy add --effective 2026-04-01 --threshold 50 --basis line --min-life-months 12",
        "setting set closed-until 2026-01-31",
    ] {
        desk.done(line);
    }
    desk
}

/// What is said of a file that is only checked.
fn checked(desk: &Desk, kind: &str, file: &str) -> String {
    desk.write("in.csv", file);
    desk.run(&format!("import {kind} @/in.csv")).stderr
}

#[test]
fn what_the_desk_refuses_a_file_is_refused() {
    let desk = ordered();
    for line in [
        "--today 2026-03-01 purchase receive O1/1 --qty 4",
        "--today 2026-05-01 purchase invoice O1 --invoice N1 --line 1:6",
        "--today 2026-05-02 purchase invoice O2 --invoice D1",
    ] {
        desk.done(line);
    }
    for (kind, file, reason) in [
        ("deliveries", "line,received_on,qty\nO1/1,2026-03-02,7\n", "line 2: qty '7': O1/1 has 6 still to come, not 7"),
        ("deliveries", "line,received_on,qty\nO1/9,2026-03-02,1\n", "line 2: line 'O1/9': there is no line O1/9"),
        ("deliveries", "line,received_on,qty\nO7/1,2026-03-02,1\n", "line 2: line 'O7/1': there is no order O7"),
        ("deliveries", "line,received_on,qty\nO1/1,2026-01-31,1\n", "so nothing of it arrived on 31 Jan 2026"),
        ("deliveries", "line,received_on,qty\nO1/1,2026-11-23,1\n", "which has not come yet"),
        (
            "deliveries",
            "line,received_on,qty,recorded\nO1/1,2026-01-31,1,yes\n",
            "falls in a period that is closed until 31 Jan 2026; at the desk it can",
        ),
        (
            "deliveries",
            "line,received_on,qty\nO1/1,2026-03-02,0\nO1/1,2026-03-02,-1\nO1/1,,\n",
            "line 4: received_on '': is missing",
        ),
        (
            "invoices",
            "line,invoice_date,invoice_no,qty,line_net\nO1/1,2026-05-02,N2,5,50\n",
            "line 2: qty '5': O1/1 has 4 left to invoice, not 5",
        ),
        (
            "invoices",
            "line,invoice_date,invoice_no,qty,line_net\nO1/2,2026-05-02,N1,1,5\n",
            "line 2: invoice_no 'N1': invoice N1 of Normans is on record with another day, 1 May 2026",
        ),
        (
            "invoices",
            "line,invoice_date,invoice_no,supplier\nO1/2,2026-05-02,N2,Dawsons\n",
            "line 2: supplier 'Dawsons': O1 is an order with Normans",
        ),
        (
            "invoices",
            "line,invoice_date,invoice_no,line_net\nO1/2,2026-05-02,N2,60\n",
            "line 2: £55.00 is more than CIP has left, which is £35.00",
        ),
        (
            "invoices",
            "line,invoice_date,invoice_no,paid_on\nO1/2,2026-05-02,N2,2026-11-23\n",
            "line 2: paid_on '2026-11-23': the payment of 23 Nov 2026 has not happened yet",
        ),
        ("invoices", "line,invoice_date,invoice_no\nO1/2,2026-01-31,N2\n", "closed until 31 Jan 2026"),
        (
            "invoices",
            "line,invoice_date,invoice_no,qty,line_net\nO1/1,2026-05-03,C1,-1,-60.01\n",
            "line 2: line_net '-60.01': O1/1 has £60.00 net left to credit, not £60.01",
        ),
        (
            "invoices",
            "line,invoice_date,invoice_no,qty,line_net\nO1/1,2026-05-03,C1,-7,-6\n",
            "line 2: qty '-7': O1/1 has 6 left to give back, not 7",
        ),
        (
            "invoices",
            "line,invoice_date,invoice_no,line_net\nO1/2,2026-05-03,C1,-6\n",
            "line 2: line 'O1/2': O1/2 is not invoiced yet",
        ),
        (
            "invoices",
            "line,invoice_date,invoice_no,line_net\nO1/1,2026-05-03,N1,-6\nO1/1,2026-05-03,N1,-6\n",
            "line 3: invoice_no 'N1': credit N1 of Normans gives back £6.00 net of O1/1 on 3 May 2026 already",
        ),
        (
            "invoices",
            "line,invoice_date,invoice_no,judgement,policy\nO1/2,2026-05-03,N2,capital,2026-04-02\n",
            "line 2: policy '2026-04-02': is the first day of no policy",
        ),
        (
            "invoices",
            "line,invoice_date,invoice_no,judgement,policy\nO1/2,2026-03-31,N2,capital,2026-04-01\n",
            "line 2: policy '2026-04-01': is after the day",
        ),
        (
            "invoices",
            "line,invoice_date,invoice_no\nO1/2,2026-05-03,N2\nO1/2,2026-05-03,N2\n",
            "line 3: line 'O1/2': is on line 2 already, and the first stands",
        ),
        (
            "cancellations",
            "line,cancelled_on,qty,reason\nO1/1,2026-03-02,5,Gone\n",
            "line 2: qty '5': only 4 of O1/1 can be cancelled: 10 ordered, 6 invoiced, 4 arrived",
        ),
        ("cancellations", "line,cancelled_on,qty,reason\nO1/1,2026-03-02,1,\n", "line 2: reason '': is missing"),
        (
            "recodings",
            "line,coded_on,fund,reason\nO1/1,2026-03-02,OWN,Why not\n",
            "line 2: £100.00 is more than OWN has left, which is £10.00",
        ),
        (
            "recodings",
            "line,coded_on,fund,reason\nO1/1,2026-03-02,CIP,Why not\n",
            "line 2: nothing would change: O1/1 is borne by CIP and its category is WCET",
        ),
        (
            "recodings",
            "line,coded_on,fund,reason\nO1/1,2026-03-02,LOTTO,Why not\n",
            "line 2: fund 'LOTTO': there is no fund LOTTO",
        ),
        ("recodings", "line,coded_on,category,reason\nO1/1,2026-01-31,ENS,Why not\n", "was not there on 31 Jan 2026"),
        (
            "pools",
            "pool,line,pooled_on\nSmall,O1/2,2026-05-05\n",
            "line 2: O1/2 cannot be capital, in a pool or out of one: what is of nature delivery is always revenue",
        ),
        ("pools", "pool,line,pooled_on\nSmall,O1/1,2026-03-05\n", "line 2: no policy was in force on 5 Mar 2026"),
        (
            "overrides",
            "subject,overridden_on,reason\nO1/7,2026-05-05,Why\n",
            "line 2: subject 'O1/7': there is no line O1/7",
        ),
        (
            "overrides",
            "subject,overridden_on,reason\nNOBODY,2026-05-05,Why\n",
            "line 2: subject 'NOBODY': is no line, fund, instrument or policy on record",
        ),
        (
            "fund-payments",
            "fund,amount,received_on\nCIP,5,2026-11-23\n",
            "line 2: received_on '2026-11-23': 23 Nov 2026 has not come yet",
        ),
        ("fund-payments", "fund,amount,received_on\nCIP,5,2026-01-31\n", "closed until 31 Jan 2026"),
        (
            "fund-payments",
            "fund,amount,received_on\nCIP,0,2026-05-01\n",
            "line 2: amount '0': a payment of nothing is no payment",
        ),
        (
            "fund-shares",
            "fund,area,amount\nCIP,York,150\nCIP,Hull,60\n",
            "line 3: amount '60': £60.00 is more than CIP has left to share, which is £50.00",
        ),
        (
            "fund-extensions",
            "fund,extended_on,spend_by,reason\nCIP,2026-05-01,2027-08-31,Letter\n",
            "the last day to spend CIP is 31 Aug 2027 already",
        ),
        (
            "fund-extensions",
            "fund,extended_on,spend_by,reason\nCIP,2026-05-01,2027-09-30,Letter\nCIP,2026-04-30,2027-10-31,Letter\n",
            "the deadline of CIP was moved after that day",
        ),
        ("plans", "fund,category,planned,planned_on\nCIP,WCET,5,2026-01-31\n", "closed until 31 Jan 2026"),
    ] {
        let said = checked(&desk, kind, file);
        assert!(said.contains(reason), "{kind}: {reason}\n{said}");
    }
}

#[test]
fn a_life_is_brought_by_hand() {
    let desk = ordered();
    let lines = |kind: &str, file: &str, flags: &str| {
        desk.write("in.csv", file);
        let checked = desk.run(&format!("import {kind} @/in.csv {flags}"));
        let taken = desk.run(&format!("import {kind} @/in.csv {flags} --commit"));
        assert_eq!(last(&checked), last(&taken), "{}{}", checked.stderr, taken.stderr);
        taken.stderr
    };
    plays_in(
        &desk,
        &[
            lines("deliveries", "line,received_on,qty\nO1/1,01/03/2026,4\nO1/1,01/03/2026,4\nO1/2,2026-03-01,1\n", ""),
            lines("deliveries", "line,received_on,qty\nO1/1,01/03/2026,4\nO1/1,02/03/2026,2\n", ""),
            // The credit stands above the bill that it gives back.
            lines(
                "invoices",
                "line,invoice_date,invoice_no,qty,line_net,reason\nO1/1,2026-05-05,C1,-1,-11,Cracked\nO1/1,2026-05-01,N1,5,55,\nO1/1,2026-05-02,,1,,\nO1/2,2026-05-01,N1,,,\n",
                "",
            ),
            lines(
                "invoices",
                "line,invoice_date,invoice_no,paid_on\nO1/1,2026-05-01,N1,2026-05-10\nO1/2,2026-05-01,N1,2026-05-10\n",
                "",
            ),
            lines(
                "invoices",
                "line,invoice_date,invoice_no,paid_on\nO1/1,2026-05-01,N1,2026-05-10\nO1/2,2026-05-01,N1,2026-05-10\n",
                "--update",
            ),
            lines("invoices", "line,invoice_date,invoice_no,line_net\nO1/1,2026-05-01,N1,54\n", "--update"),
            lines("cancellations", "line,cancelled_on,qty,reason\nO2/1,2026-05-05,1,No longer made\n", ""),
            lines(
                "recodings",
                "line,coded_on,category,reason\nO1/1,2026-05-06,PROG,Sorted\nO1/1,2026-05-07,uncategorised,Nobody knows\n",
                "",
            ),
            lines("pools", "pool,line\nTogether,O1/1\n", ""),
            lines(
                "overrides",
                "subject,overridden_on,rule,reason\nO1/1,2026-05-07,award,Told late\nCIP,2026-05-07,closed-period,Told late\npolicy 2026-04-01,2026-05-07,,Told late\n",
                "",
            ),
            lines("fund-payments", "fund,amount,promised_on,received_on\nCIP,50,2026-01-31,\nCIP,50,2026-06-30,\n", ""),
            lines("fund-payments", "fund,amount,received_on\nCIP,50,2026-02-05\n", ""),
            lines("fund-payments", "fund,amount,received_on\nCIP,50,2026-02-05\n", "--update"),
            lines("fund-payments", "fund,amount,received_on\nCIP,50,2026-02-05\n", "--update"),
            lines("plans", "fund,category,planned\nCIP,WCET,80\n", ""),
            lines("plans", "fund,category,planned\nCIP,WCET,90\n", "--update"),
            lines("plans", "fund,category,planned,planned_on\nCIP,WCET,80,\nCIP,WCET,85,2026-03-01\n", "--update"),
        ],
    );
    plays!(
        desk,
        "money_by_hand_after",
        "purchase show O1\npurchase why O1/1\nreport overrides\nfund show CIP\nexport plans\nexport invoices\ncheck"
    );
    same_in_an_empty_hub(&desk, "2026-11-22", &["2026-03-01".to_string(), "2026-05-04".to_string()]);
}

/// What was said, for a snapshot.
fn plays_in(_desk: &Desk, said: &[String]) {
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("money_by_hand", said.join("\n"));
    });
}

#[test]
fn a_closed_period_comes_with_its_hub() {
    let desk = ordered();
    desk.done("--today 2025-12-01 purchase add --fund CIP --supplier Normans --description Bow --nature accessory --qty 1 --unit-net 10 --invoice B1 --override Found");
    let files = export(&desk);
    let other = Desk::new();
    other.write("suppliers.csv", "name\nNormans\nDawsons\n");
    other.done("import suppliers @/suppliers.csv --commit");
    let import = |desk: &Desk, kind: &str| {
        let place = KINDS.iter().position(|held| *held == kind).expect("a kind");
        desk.write("in.csv", &files[place]);
        desk.run(&format!("import {kind} @/in.csv --commit"))
    };
    for kind in ["funds", "policies", "purchases"] {
        assert_eq!(import(&other, kind).exit, 0, "{kind}");
    }
    other.done("setting set closed-until 2026-01-31");
    let refused = import(&other, "deliveries");
    assert_eq!(last(&refused), "1 read: 0 created, 0 updated, 1 unchanged, 0 rejected");
    other.write("in.csv", "line,received_on,qty,recorded\nO2/1,2026-01-05,1,yes\n");
    assert!(other.refused("import deliveries @/in.csv --commit").contains("closed until 31 Jan 2026"));
}
