//! The register of assets, how book values move, and the auditor's pack.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use ledgerline::store;

use crate::desk::Desk;
use crate::plays;

/// Two funds, stock of several ages, some of it gone, some of it without a cost or a day.
const STOCK: &str = "
    --today 2026-03-02 fund add CIP 'Capital Grant for Musical Instruments' --award 311099 --from 2024-02-01 --spend-by 2026-08-31
    fund add OWN 'Own reserves' --award 5000 --revenue
    --today 2026-03-02 fund plan CIP WCET 2000
    supplier add 'Normans Musical Instruments' --alias NORMANS --lot 'Lot 2'
    supplier add \"Dawson's\"
    organisation add 'York Music Centre' --role partner
    school add 100001 'St Thomas'
    BUY NORMANS --fund CIP --description 'Violin outfits 3/4' --nature instrument --qty 3 --unit-net 100 --type VN --category WCET --area York --invoice A1 --on 2024-02-29
    BUY NORMANS --fund CIP --description '=HYPERLINK(\"x\")' --nature instrument --qty 1 --unit-net 1200 --type VC --category PROG --invoice A2 --on 2025-04-01
    BUY \"Dawson's\" --fund OWN --description \"O'Neill's mixer\" --nature equipment --qty 1 --unit-net 600 --type PA --category AMP --invoice B1 --on 2025-08-31
    BUY \"Dawson's\" --fund CIP --description 'Leads' --nature accessory --qty 10 --unit-net 5 --invoice B2 --on 2025-08-31
    instrument add --type VN --tag GIFT --source donation --acquired-on 2020-01-31 --cost 0 --life-months 1
    instrument add --type CL --tag OLD --make Boosey --condition worn --location Store
    instrument edit VC-0001 --owner 'York Music Centre' --serial 0042
    instrument retire VN-0002 --reason sold --proceeds 95 --authorised-by 'Jo Lee' --on 2025-06-15
    instrument retire VN-0003 --reason stolen --crime-ref 42/7 --on 2026-03-31
    lend VN-0001 --to 100001 --scheme school --on 2026-01-10 --due 2026-02-10
    return VN-0001 --on 2026-02-10
";

fn hub() -> Desk {
    let desk = Desk::new();
    let script = STOCK.replace("BUY", "purchase add --supplier");
    let said = desk.script(&script);
    assert!(!said.contains("[exit"), "{said}");
    desk
}

/// Writes what other commands of purchases and policy would write.
fn records(desk: &Desk, statements: &[&str]) {
    let mut db = store::open(&desk.hub()).expect("a hub").db;
    let write = |tx: &store::Tx| {
        for statement in statements {
            tx.execute(statement, &[])?;
        }
        Ok(((), true))
    };
    db.attempt(write).expect("written");
}

/// A policy by which one bill is capital and the others are revenue; a pool; a line that two funds bear from October.
fn judged() -> Desk {
    let desk = hub();
    records(
        &desk,
        &[
            "INSERT INTO policy VALUES (1, '2024-01-01', 50000, 'item', 12), (2, '2026-06-01', 20000, 'item', 12)",
            "UPDATE invoice_line SET policy_id = 1, is_capital = CASE WHEN net_pence >= 50000 THEN 1 ELSE 0 END",
            "INSERT INTO pool VALUES (1, 'Strings', 'strings')",
            "INSERT INTO pool_line SELECT id, 1, '2025-01-15' FROM purchase_line WHERE purchase_id = 1",
            "INSERT INTO pooling VALUES (1, 1, '2025-01-15', 1, 1)",
            "INSERT INTO coding SELECT 1, id, '2025-10-01', 'WCET', 'A third is ours' FROM purchase_line WHERE purchase_id = 1",
            "INSERT INTO coding_fund VALUES (1, 'CIP', 6667), (1, 'OWN', 3333)",
            "INSERT INTO override SELECT 1, 'O4/1', id, '2025-08-31', 'nature', 'Agreed with ACE' FROM purchase_line WHERE purchase_id = 4",
            "INSERT INTO override VALUES (2, 'OWN', NULL, '2025-09-01', 'closed-period', 'Found late')",
            "INSERT INTO fund_payment VALUES (1, 'CIP', 10000000, NULL, '2024-04-01'), (2, 'CIP', 5000000, '2025-04-01', '2026-04-10')",
        ],
    );
    desk
}

#[test]
fn the_register_shows_any_day() {
    plays!(
        judged(),
        "assets",
        "
        report assets
        report assets --format csv
        report assets --as-at 2025-06-15 --format csv
        report assets --as-at 2025-06-14 --disposed --format csv
        report assets --as-at 2026-01-31 --held --format csv
        report assets --as-at 2024-02-28
        report assets --fund OWN --as-at 2025-09-30 --format csv
        report assets --fund OWN --as-at 2025-10-01 --format csv
        report assets --capital --as-at 2026-03-31
        report assets --supplier NORMANS --area york --category wcet --format json --as-at 2024-03-28 --held
        report assets --disposed --held
        report assets --as-at soon
        report assets --fund NONE
        "
    );
}

#[test]
fn a_cost_is_shown_as_it_was_before_a_later_bill() {
    let desk = hub();
    // A credit of £90.00 for the three violins, which the commands share out over those that are left.
    records(
        &desk,
        &[
            "INSERT INTO invoice (id, supplier_id, number, number_key, invoiced_on) VALUES (90, 1, 'C1', '', '2024-07-01')",
            "INSERT INTO invoice_line (invoice_id, line_id, qty, net_pence, vat_pence) SELECT 90, id, 0, -9001, 0 FROM purchase_line WHERE purchase_id = 1",
            "UPDATE instrument SET cost_pence = CASE tag WHEN 'VN-0003' THEN 6999 ELSE 7000 END WHERE purchase_line_id = 1",
        ],
    );
    let costs = |day: &str| -> Vec<String> {
        let rows =
            csv(&desk.done(&format!("report assets --supplier NORMANS --category WCET --format csv --as-at {day}")));
        rows.iter().map(|row| row["cost"].clone()).collect()
    };
    assert_eq!(costs("2024-06-30"), ["100.00", "100.00", "100.00"]);
    assert_eq!(costs("2024-07-01"), ["70.00", "70.00", "69.99"]);
    let moved =
        desk.done("report movements --from 2024-07-01 --to 2024-07-31 --supplier NORMANS --category WCET --format csv");
    // Opening £300.00 less 4 months of 120; closing £209.99 less 5.
    assert_eq!(moved.lines().nth(1), Some("strings,290.01,-90.01,0.00,-1.23,201.23,0.00"));
}

#[test]
fn movements_close_where_the_register_does() {
    plays!(
        judged(),
        "movements",
        "
        report movements
        report movements --financial-year 2025/26
        report movements --year 2024/25 --format csv
        report movements --financial-year 2025/26 --capital --format json
        report movements --from 2025-06-01 --to 2025-06-30 --fund CIP --format csv
        report movements --from 2025-06-30 --to 2025-06-01
        report movements --financial-year 2030/31
        report movements --as-at 2025-06-15
        report movements --as-at 2027-03-31 --format csv
        report movements --year 2024/25 --financial-year 2024/25
        report movements --to 2025-06-30
        "
    );
}

#[test]
fn every_movement_equals_the_registers_at_both_ends() {
    let desk = judged();
    let days = [
        "2024-02-28",
        "2024-02-29",
        "2024-03-31",
        "2024-08-31",
        "2025-03-31",
        "2025-06-14",
        "2025-06-15",
        "2025-08-30",
        "2025-08-31",
        "2025-10-01",
        "2026-02-28",
        "2026-03-30",
        "2026-03-31",
        "2026-08-31",
        "2028-02-29",
    ];
    for flags in ["", "--capital", "--supplier NORMANS"] {
        for pair in days.windows(2).chain([&["2024-02-28", "2026-08-31"][..]]) {
            let eve = desk.done(&format!("report assets {flags} --as-at {} --format csv", pair[0]));
            let last = desk.done(&format!("report assets {flags} --as-at {} --format csv", pair[1]));
            let from: jiff::civil::Date = pair[0].parse().expect("a day");
            let from = from.tomorrow().expect("a day");
            let moved = csv(&desk.done(&format!(
                "report movements {flags} --from {from} --to {} --as-at {} --format csv",
                pair[1], pair[1]
            )));
            let of = |column: &str| moved.iter().map(|row| pence(&row[column])).sum::<i64>();
            assert_eq!(of("opening"), book_value(&eve), "{flags} {pair:?}");
            assert_eq!(of("closing"), book_value(&last), "{flags} {pair:?}");
            let grown = of("opening") + of("additions") + of("transfers");
            assert_eq!(grown - of("disposals") - of("depreciation"), of("closing"));
        }
    }
}

/// Rows by column.
fn csv(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = ::csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

fn pence(text: &str) -> i64 {
    if text.is_empty() { 0 } else { text.replace('.', "").parse().expect("an amount") }
}

fn book_value(register: &str) -> i64 {
    csv(register).iter().map(|row| pence(&row["book_value"])).sum()
}

#[test]
fn the_auditors_pack_is_whole() {
    let desk = judged();
    plays!(
        desk,
        "audit_pack",
        "
        export audit --fund CIP --as-at 2026-03-31 --output @/pack
        export audit --fund cip --output @/pack
        export audit --fund NONE --output @/other
        export audit --fund CIP --output @/no/pack
        export audit --fund CIP --output @/hub.db
        export audit --fund CIP --output .
        export audit --fund CIP
        export audit --output @/other
        export audit --fund CIP --output @/other --format json
        export types --fund CIP
        "
    );
    let files =
        ["fund", "register", "disposals", "reconciliation", "unexplained", "policies", "recodings", "overrides"];
    let written: Vec<String> =
        files.iter().map(|name| format!("== {name}.csv\n{}", desk.read(&format!("pack/{name}.csv")))).collect();
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("audit_files", written.join("\n"));
    });
    let same = |file: &str, command: &str| assert_eq!(desk.read(file), desk.done(command), "{file}");
    same("pack/lines.csv", "report lines --fund CIP --as-at 2026-03-31 --format csv");
    same("pack/register.csv", "report assets --fund CIP --as-at 2026-03-31 --format csv");
    same("pack/unexplained.csv", "report unexplained --fund CIP --as-at 2026-03-31 --format csv");

    let check = || {
        let found = Command::new("sha256sum")
            .args(["--check", "--strict", "SHA256SUMS"])
            .current_dir(desk.path("pack"))
            .output();
        found.expect("sha256sum").status.success()
    };
    assert!(check(), "the sums fit");
    assert_eq!(desk.read("pack/SHA256SUMS").lines().count(), 9);
    let mode = |name: &str| std::fs::metadata(desk.path(name)).expect("there").permissions().mode() & 0o777;
    assert_eq!((mode("pack"), mode("pack/lines.csv"), mode("pack/SHA256SUMS")), (0o700, 0o600, 0o600));
    let left = std::fs::read_dir(desk.path("")).expect("a folder").filter_map(Result::ok);
    let hidden: Vec<_> =
        left.map(|entry| entry.file_name()).filter(|name| name.to_string_lossy().starts_with('.')).collect();
    assert!(hidden.is_empty(), "{hidden:?}");
    desk.write("pack/policies.csv", "changed");
    assert!(!check(), "a change is seen");
}

#[test]
fn a_pack_goes_into_an_empty_folder_and_bears_a_mark_for_excel() {
    let desk = judged();
    std::fs::create_dir(desk.path("empty")).expect("a folder");
    desk.done("export audit --fund OWN --output @/empty/ --excel");
    for name in ["register", "lines", "overrides"] {
        assert!(desk.read(&format!("empty/{name}.csv")).starts_with('\u{feff}'), "{name}");
    }
    let overrides = csv(&desk.read("empty/overrides.csv"));
    assert_eq!(overrides.len(), 1, "on the fund itself alone: {overrides:?}");
    std::os::unix::fs::symlink(desk.path("nowhere"), desk.path("link")).expect("a link");
    assert_eq!(desk.run("export audit --fund OWN --output @/link").exit, 3);
}

/// The line of a family in `report movements`: opening, additions, disposals, depreciation, closing, transfers.
fn movement(desk: &Desk, flags: &str, family: &str) -> Vec<String> {
    let csv = desk.done(&format!("report movements {flags} --format csv"));
    let line = csv.lines().find(|line| line.starts_with(family)).unwrap_or("").to_string();
    line.split(',').skip(1).map(str::to_string).collect()
}

#[test]
fn one_years_figures_open_where_the_last_ones_closed() {
    let desk = Desk::new();
    desk.script(
        "--today 2024-09-01 fund add CIP Cap --award 50000 --from 2024-09-01 --spend-by 2026-08-31
         --today 2024-09-01 fund add OWN Own --award 5000
         supplier add N
         policy add --effective 2024-04-01 --threshold 100 --basis item --min-life-months 12
         --today 2025-02-01 purchase add --fund CIP --supplier N --nature instrument --type UKE --description u --qty 30 --unit-net 30 --category WCET --invoice A
         --today 2025-02-01 purchase add --fund CIP --supplier N --nature instrument --type VN --description v --qty 2 --unit-net 600 --category WCET --invoice B
         --today 2025-05-01 purchase pool Ukes O1/1
         --today 2025-05-01 purchase recode O2/1 --fund OWN --category ENS --reason r",
    );
    for (flags, family) in [
        ("--capital", "guitar"),
        ("--fund CIP", "strings"),
        ("--fund OWN", "strings"),
        ("--category WCET", "strings"),
        ("--category ENS", "strings"),
        ("", "guitar"),
    ] {
        let last = movement(&desk, &format!("--today 2026-03-31 --financial-year 2024/25 {flags}"), family);
        let this = movement(&desk, &format!("--today 2026-03-31 --financial-year 2025/26 {flags}"), family);
        let closed = last.get(4).map_or("0.00", String::as_str);
        assert_eq!(this[0], closed, "{family} {flags}: {last:?} {this:?}");
    }
    let moved = movement(&desk, "--today 2026-03-31 --financial-year 2025/26 --fund CIP", "strings");
    assert_eq!(moved, ["1190.00", "0.00", "0.00", "0.00", "0.00", "-1190.00"]);

    // A line that is moved in part goes in part, and wears as before.
    desk.done("--today 2026-04-10 purchase recode O2/1 --fund CIP --reason back");
    desk.done("--today 2026-04-20 purchase recode O2/1 --fund 'CIP:50%;OWN:50%' --reason shared");
    let moved = movement(&desk, "--today 2026-05-31 --from 2026-05-01 --to 2026-05-31 --fund CIP", "strings");
    assert_eq!(moved, ["530.00", "0.00", "0.00", "5.00", "525.00", "0.00"]);
    let moved = movement(&desk, "--today 2026-05-31 --from 2026-04-15 --to 2026-05-31 --fund CIP", "strings");
    assert_eq!(moved, ["1060.00", "0.00", "0.00", "5.00", "525.00", "-530.00"]);

    // What the violins were for as at March, they were for, whatever was said in May.
    let of = |category: &str| {
        let csv = desk
            .done(&format!("--today 2026-03-31 report assets --as-at 2025-03-31 --category {category} --format csv"));
        csv.lines().filter(|line| line.starts_with("VN")).count()
    };
    assert_eq!((of("WCET"), of("ENS")), (2, 0));
}
