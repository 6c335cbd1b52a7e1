//! The whole life of purchases and funds, out into files and back: every report says the same of every day.

use ::csv::Reader;

use crate::desk::{Desk, Outcome};

/// All that a report of money rests on, each after what it refers to.
pub const KINDS: [&str; 18] = [
    "types", "categories", "suppliers", "organisations", "funds", "fund-payments", "fund-shares", "fund-extensions",
    "policies", "plans", "purchases", "deliveries", "invoices", "cancellations", "recodings", "pools", "instruments",
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
    text.lines().map(|line| line.strip_suffix(",sam").or(line.strip_suffix(',')).unwrap_or(line)).collect::<Vec<_>>().join("\n")
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
        for report in ["spend", "spend --by area", "spend --by supplier", "lines", "assets", "deadlines", "unexplained", "overrides", "recodings"] {
            commands.push(format!("report {report} --format csv{day}"));
        }
        commands.push(format!("fund show CIP{day}"));
        commands.push(format!("fund show OWN{day}"));
        commands.push(format!("policy list --format csv"));
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
    let days = ["2024-10-31", "2024-11-21", "2025-01-09", "2025-02-03", "2025-02-05", "2025-03-10", "2025-05-01", "2026-03-31"];
    same_in_an_empty_hub(&desk, "2026-11-22", &days.map(str::to_string));
}
