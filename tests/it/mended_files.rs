//! Files that came in wrongly once: rejects that lost a cell or came in unmended, payments that counted twice, days no record has.

use crate::book::{self, number, texts};
use crate::desk::{Desk, Outcome};

/// The last line of what was said.
fn last(outcome: &Outcome) -> &str {
    outcome.stderr.lines().last().unwrap_or_default()
}

fn counts(desk: &Desk, line: &str) -> String {
    last(&desk.run(line)).to_string()
}

#[test]
fn a_row_that_is_too_long_stays_too_long_in_the_rejects() {
    for beyond in ["x", "x,y", ",,,z"] {
        let desk = Desk::new();
        desk.write("long.csv", format!("tag,type\nX1,VN,{beyond}\nX2,VN\n"));
        let first = desk.run("import instruments @/long.csv --rejects @/rejects.csv --skip-rejects --commit");
        assert_eq!(last(&first), "2 read: 1 created, 0 updated, 0 unchanged, 1 rejected", "{}", first.stderr);
        let rejects = desk.read("rejects.csv");
        assert!(rejects.starts_with("tag,type,reason\nX1,VN,the row has "), "{rejects}");
        assert!(rejects.ends_with(&format!("headings,{beyond}\n")), "{rejects}");
        let again = desk.run("import instruments @/rejects.csv --rejects @/again.csv");
        assert_eq!((again.exit, last(&again)), (1, "1 read: 0 created, 0 updated, 0 unchanged, 1 rejected"));
        assert_eq!(desk.read("again.csv"), rejects);
    }
}

#[test]
fn a_kind_with_a_reason_of_its_own_keeps_it_in_the_rejects() {
    let desk = Desk::new();
    desk.write("extensions.csv", "fund,extended_on,spend_by,reason\nCIP,2026-01-05,2026-12-31,the makers were late\n");
    let import = "import fund-extensions @/extensions.csv --rejects @/rejects.csv";
    assert_eq!(counts(&desk, import), "1 read: 0 created, 0 updated, 0 unchanged, 1 rejected");
    let rejects = desk.read("rejects.csv");
    let head =
        "fund,extended_on,spend_by,reason,place,rejected_reason\nCIP,2026-01-05,2026-12-31,the makers were late,,";
    assert!(rejects.starts_with(head), "{rejects}");
    desk.done("fund add CIP Capital --award 5000 --from 2025-01-01 --spend-by 2026-06-30");
    let again = "import fund-extensions @/rejects.csv --rejects @/again.csv --commit";
    assert_eq!(counts(&desk, again), "1 read: 1 created, 0 updated, 0 unchanged, 0 rejected");
    assert_eq!(desk.read("again.csv").trim(), "fund,extended_on,spend_by,reason,place,rejected_reason");
    assert!(desk.done("export fund-extensions").contains("the makers were late"));
}

#[test]
fn a_heading_reason_that_a_map_reads_is_the_files_own() {
    let desk = Desk::new();
    desk.write("map.toml", "[columns]\ntag = 'tag'\ntype = 'type'\nnote = 'reason'\n");
    desk.write("stock.csv", "tag,type,reason\nX1,nosuch,bought for the band\n");
    let import = "import instruments @/stock.csv --map @/map.toml --rejects @/rejects.csv";
    assert_eq!(desk.run(import).exit, 1);
    let rejects = desk.read("rejects.csv");
    assert!(rejects.starts_with("tag,type,reason,rejected_reason\nX1,nosuch,bought for the band,"), "{rejects}");
    desk.write("rejects.csv", rejects.replace("nosuch", "VN"));
    desk.done("import instruments @/rejects.csv --map @/map.toml --commit");
    assert!(desk.done("export instruments").contains("bought for the band"));
}

const PAID: &str = "payment_date,amount,organisational_unit,beneficiary_name,council\n";

const SPEND: &str = "--profile council-spend --set fund=OWN";

fn lines(desk: &Desk) -> usize {
    desk.done("export purchases").lines().count() - 1
}

#[test]
fn a_payment_is_known_by_its_mapped_cells() {
    let desk = Desk::new();
    desk.done("fund add OWN Reserves --award 5000 --revenue");
    let row = "01/09/2026,100.00,Music,Nosuch Ltd,Leeds";
    desk.write("paid.csv", format!("{PAID}{row}\n"));
    desk.done(&format!("import purchases @/paid.csv {SPEND} --commit"));
    // Another unmapped column, another order of columns, trailing cells, a name that is filled from elsewhere.
    for sheet in [
        format!("{}{row},\n", PAID.replace("council\n", "council,Ward\n")),
        format!("Ward,{PAID}Kirkstall,{row}\n"),
        format!("{PAID}{row},,\n"),
        "council,beneficiary_name,organisational_unit,amount,payment_date\nLeeds,Nosuch Ltd,Music,100.00,01/09/2026\n"
            .to_string(),
        format!("{}{}\n", PAID.replace("council\n", "council,Supplier name\n"), format_args!("{row},")),
    ] {
        desk.write("again.csv", &sheet);
        let again = counts(&desk, &format!("import purchases @/again.csv {SPEND} --commit"));
        assert_eq!(again, "1 read: 0 created, 0 updated, 1 unchanged, 0 rejected", "{sheet}");
    }
    assert_eq!(lines(&desk), 1);
}

#[test]
fn equal_payments_keep_their_places_in_the_rejects() {
    let desk = Desk::new();
    desk.done("fund add OWN Reserves --award 150 --revenue");
    let row = "01/09/2026,-20.00,Music,Nosuch Ltd,Leeds\n01/09/2026,100.00,Music,Nosuch Ltd,Leeds\n";
    desk.write("paid.csv", format!("{PAID}{row}{row}"));
    let import = format!("import purchases @/paid.csv {SPEND} --commit --skip-rejects --rejects @/rejects.csv");
    assert_eq!(counts(&desk, &import), "4 read: 3 created, 0 updated, 0 unchanged, 1 rejected");
    let rejects = desk.read("rejects.csv");
    assert!(rejects.contains(",council,place,reason\n"), "{rejects}");
    assert!(rejects.contains("01/09/2026,100.00,Music,Nosuch Ltd,Leeds,2,"), "{rejects}");
    assert_eq!(counts(&desk, &import), "4 read: 0 created, 0 updated, 3 unchanged, 1 rejected");
    // Still no money: rejected once more, in the same place.
    let again = format!("import purchases @/rejects.csv {SPEND} --commit");
    assert_eq!(desk.run(&format!("{again} --rejects @/more.csv")).exit, 1);
    assert_eq!(desk.read("more.csv"), rejects);

    desk.write("credit.csv", format!("{PAID}02/09/2026,-100.00,Music,Other Ltd,Leeds\n"));
    desk.done(&format!("import purchases @/credit.csv {SPEND} --commit"));
    assert_eq!(counts(&desk, &again), "1 read: 1 created, 0 updated, 0 unchanged, 0 rejected");
    assert_eq!(counts(&desk, &again), "1 read: 0 created, 0 updated, 1 unchanged, 0 rejected");
    assert_eq!(counts(&desk, &import), "4 read: 0 created, 0 updated, 4 unchanged, 0 rejected");
    assert_eq!(lines(&desk), 5);
}

#[test]
fn equals_of_other_kinds_keep_their_places_too() {
    let desk = Desk::new();
    desk.done("fund add CIP Capital --award 5000 --from 2025-01-01 --spend-by 2026-12-31");
    let row = "CIP,500.00,2026-03-31,\n";
    desk.write("two.csv", format!("fund,amount,promised_on,received_on\n{row}"));
    desk.done("import fund-payments @/two.csv --commit");
    // As though the second of two had been rejected.
    desk.write("rejects.csv", "fund,amount,promised_on,received_on,place,reason\nCIP,500.00,2026-03-31,,2,why\n");
    let import = "import fund-payments @/rejects.csv --commit";
    assert_eq!(counts(&desk, import), "1 read: 1 created, 0 updated, 0 unchanged, 0 rejected");
    assert_eq!(counts(&desk, import), "1 read: 0 created, 0 updated, 1 unchanged, 0 rejected");
    desk.write("two.csv", format!("fund,amount,promised_on,received_on\n{row}{row}"));
    let both = "import fund-payments @/two.csv --commit";
    assert_eq!(counts(&desk, both), "2 read: 0 created, 0 updated, 2 unchanged, 0 rejected");
}

#[test]
fn a_credit_further_down_makes_room() {
    let desk = Desk::new();
    desk.done("fund add OWN Reserves --award 100 --revenue");
    let rows = "01/09/2026,90.00,Music,A Ltd,Leeds\n02/09/2026,60.00,Music,B Ltd,Leeds\n\
                03/09/2026,500.00,Music,C Ltd,Leeds\n04/09/2026,-55.00,Music,A Ltd,Leeds\n";
    desk.write("paid.csv", format!("{PAID}{rows}"));
    let import = format!("import purchases @/paid.csv {SPEND} --skip-rejects");
    let first = "4 read: 3 created, 0 updated, 0 unchanged, 1 rejected";
    assert_eq!(counts(&desk, &import), first);
    let done = desk.run(&format!("{import} --commit"));
    assert_eq!(last(&done), first);
    assert!(done.stderr.contains("line 4: ") && !done.stderr.contains("line 3: "), "{}", done.stderr);
    let again = counts(&desk, &format!("{import} --commit"));
    assert_eq!(again, "4 read: 0 created, 0 updated, 3 unchanged, 1 rejected");
    desk.done("check");
}

#[test]
fn a_day_that_no_record_has_is_refused_however_it_is_written() {
    let desk = Desk::new();
    for day in ["1899-12-30", "1026-01-01", "9999-12-31", "30/12/1899"] {
        desk.write("days.csv", format!("tag,type,acquired_on\nX1,VN,{day}\n"));
        let refused = desk.refused("import instruments @/days.csv --commit");
        assert!(refused.contains(&format!("acquired_on '{day}': is outside 1900 to 2199")), "{refused}");
    }
    desk.write("days.csv", "tag,type,acquired_on\nX1,VN,1900-01-01\nX2,VN,2199-12-31\n");
    desk.done("import instruments @/days.csv --commit");
    desk.done("check");
}

#[test]
fn rejects_of_a_workbook_mean_what_its_cells_meant() {
    let desk = Desk::new();
    let error = |place: &str, value: &str| format!("<c r=\"{place}\" t=\"e\"><v>{value}</v></c>");
    let row = |line: usize, tag: &str, kind: &str, more: String| {
        texts(line, &[tag, kind]).replace("</row>", &format!("{more}</row>"))
    };
    let rows = [
        texts(1, &["tag", "type", "cost", "serial", "note"]),
        row(2, "X1", "nosuch", number("C2", 0, "1234.5")),
        row(3, "X2", "VN", error("D3", "#N/A")),
        row(4, "X3", "VN", error("D4", "#REF!")),
        row(5, "X4", "VN", "<c r=\"D5\"><f>A1</f></c>".to_string()),
        row(6, "X5", "VN", error("D6", "#CONNECT!")),
    ];
    desk.write("stock.xlsx", book::xlsx(&[("Stock", false, &rows.concat())], &[], false));
    desk.write("map.toml", "[columns]\ntag = 'tag'\ntype = 'type'\ncost = 'cost'\nserial = 'serial'\nnote = 'note'\n[format]\ndecimal = ','\n");
    let import = |file: &str, to: &str| {
        counts(&desk, &format!("import instruments @/{file} --map @/map.toml --rejects @/{to} --skip-rejects --commit"))
    };
    assert_eq!(import("stock.xlsx", "rejects.csv"), "5 read: 0 created, 0 updated, 0 unchanged, 5 rejected");
    let rejects = desk.read("rejects.csv");
    for text in ["X1,nosuch,\"1234,5\",", "X2,VN,,#N/A,", "X3,VN,,#REF!,", "X4,VN,,#VALUE!,", "X5,VN,,#VALUE!,"] {
        assert!(rejects.contains(text), "{text}: {rejects}");
    }
    assert_eq!(import("rejects.csv", "again.csv"), "5 read: 0 created, 0 updated, 0 unchanged, 5 rejected");
    desk.write("mended.csv", rejects.replace("nosuch", "VN").replace("#N/A", "17"));
    assert_eq!(import("mended.csv", "again.csv"), "5 read: 2 created, 0 updated, 0 unchanged, 3 rejected");
    assert!(desk.done("export instruments").contains("1234.50"));
    // In a file that is none of rejects the same is a text, and what a map calls nothing is nothing.
    desk.write("plain.csv", "tag,type,cost,serial,note\nX8,VN,,#N/A,\n");
    assert_eq!(import("plain.csv", "again.csv"), "1 read: 1 created, 0 updated, 0 unchanged, 0 rejected");
    let map = desk.read("map.toml");
    desk.write("map.toml", format!("{map}none = ['#N/A']\n"));
    desk.write("nothing.csv", "tag,type,cost,serial,note,reason\nX9,VN,,#N/A,,why\n");
    assert_eq!(import("nothing.csv", "again.csv"), "1 read: 1 created, 0 updated, 0 unchanged, 0 rejected");
}

#[test]
fn rejects_never_go_over_what_is_read() {
    let desk = Desk::new();
    desk.write("stock.csv", "No,type\nX1,nosuch\n");
    desk.write("map.toml", "[columns]\ntag = 'No'\ntype = 'type'\n");
    std::fs::hard_link(desk.path("stock.csv"), desk.path("linked.csv")).expect("a link");
    std::fs::hard_link(desk.path("map.toml"), desk.path("linked.toml")).expect("a link");
    for rejects in ["@/stock.csv", "@/linked.csv", "@/map.toml", "@/linked.toml", "-"] {
        let refused = desk.run(&format!("import instruments @/stock.csv --map @/map.toml --rejects {rejects}"));
        assert_eq!(refused.exit, 2, "{rejects}: {}", refused.stderr);
        assert!(refused.stderr.contains("--rejects "), "{}", refused.stderr);
    }
    assert_eq!(desk.run("import all @/ --rejects -").exit, 2);
    assert!(desk.read("map.toml").contains("tag = 'No'") && desk.read("stock.csv").contains("nosuch"));
}

#[test]
fn a_file_comes_in_through_a_pipe() {
    let desk = Desk::new();
    let sheet = "tag,type\nX1,VN\nX2,nosuch\n";
    let piped = desk.run_with("import instruments - --skip-rejects --commit --rejects @/rejects.csv", sheet);
    assert_eq!((piped.exit, last(&piped)), (4, "2 read: 1 created, 0 updated, 0 unchanged, 1 rejected"));
    assert!(desk.read("rejects.csv").contains("X2,nosuch,"));
    assert!(desk.done("log").contains("from stdin"));
    let map = desk.run_with("import instruments - --show-map", "Asset no,Instrument\n");
    assert!(map.stdout.contains("tag = \"Asset no\""), "{}{}", map.stdout, map.stderr);
}

#[test]
fn a_message_has_no_marks_that_turn_what_follows() {
    let desk = Desk::new();
    desk.done("person add 'Ana Ruiz' --role adult --email ana@example.org");
    let head = "message,contact,route,address,claimed_at,claimed_on\n";
    let row = |address: &str| format!("{head}M1,P1,email,{address},2026-11-02T09:00:00+00:00,2026-11-02\n");
    desk.write("messages.csv", row("ana\u{202e}gro.elpmaxe@"));
    let refused = desk.refused("import messages @/messages.csv");
    assert!(refused.contains("address 'ana\\u{202e}gro.elpmaxe@': the address has"), "{refused}");
    desk.write("messages.csv", row("ana@example.org"));
    desk.done("import messages @/messages.csv");
}

#[test]
fn a_sheet_has_as_many_rows_and_columns_as_a_sheet_can_have() {
    let desk = Desk::new();
    let take = |rows: &str| {
        desk.write("stock.xlsx", book::xlsx(&[("Stock", false, rows)], &[], false));
        desk.refused("import instruments @/stock.xlsx")
    };
    let head = texts(1, &["tag", "type"]);
    let deep = take(&format!("{head}{}", texts(1_048_577, &["X1", "VN"])));
    assert!(deep.contains("it has a row 1048577, and a sheet has 1,048,576 at the most"), "{deep}");
    let wide = take(&format!("{head}<row r=\"2\">{}</row>", number("XFE2", 0, "7")));
    assert!(wide.contains("row 2 has a cell beyond column XFD"), "{wide}");
    let turned = take(&format!("{}{}", texts(3, &["tag", "type"]), texts(2, &["X1", "VN"])));
    assert!(turned.contains("row 2 comes after row 3"), "{turned}");
}

#[test]
fn what_is_wrong_with_a_map_is_said_plainly() {
    let desk = Desk::new();
    desk.write("sheet.csv", "Asset,Sort\nX1,VN\n");
    for (map, said, hint) in [
        (
            "[instruments.columns]\ntag = 'Asset'\n[instuments.values.type]\n'Fiddle' = 'VN'",
            "it has a part 'instuments', which no map has",
            "did you mean 'instruments'?",
        ),
        ("[instuments.columns]\ntag = 'Asset'", "it has a part 'instuments'", "did you mean 'instruments'?"),
        ("[colunms]\ntag = 'Asset'", "it has a part 'colunms'", "did you mean 'columns'?"),
        ("[instruments.colunms]\ntag = 'Asset'", "it has a part 'colunms'", "did you mean 'columns'?"),
        (
            "kind = 'instrument'\n[columns]\ntag = 'Asset'",
            "is for 'instrument', which is no kind",
            "mean 'instruments'?",
        ),
        (
            "[columns]\ntag = 'Asset'\nleft_out = ['Sort']",
            "has left_out below [columns]",
            "at the top, above [columns]",
        ),
        ("[columns]\n'Asset' = 'tag'", "'Asset' = 'tag' the wrong way round", "right: tag = \"Asset\""),
        ("[columns]\ntag = 'Asset'\n[missing]\ntype = 'make'", "instruments cannot make one", "take that line out"),
        (
            "[columns]\ntag = 'Asset'\ntype = 'Sort'\n[values.type]\n'Café' = 'VN'\n'CAFE' = 'VA'",
            "two meanings under [values.type]: ",
            "take one of the two out",
        ),
        (
            "[columns]\ntag = 'Asset'\n[values]\n'Fiddle' = 'VN'",
            "the text \"VN\" stands where a part with lines of its own, such as [values.type]",
            "--show-map",
        ),
        ("left_out = 'Sort'\n[columns]\ntag = 'Asset'", "the text \"Sort\" stands where a list", "--show-map"),
    ] {
        desk.write("map.toml", map);
        let refused = desk.refused("import instruments @/sheet.csv --map @/map.toml");
        assert!(refused.contains(said) && refused.contains(hint), "{map}\n{refused}");
    }
    desk.write("map.toml", "[columns]\ntag = 'Asset'\ntype = 'Sort'\n[missing]\ntype = 'reject'");
    desk.done("import instruments @/sheet.csv --map @/map.toml");
}

#[test]
fn a_map_is_read_in_whatever_an_editor_saved_it() {
    let desk = Desk::new();
    desk.write("sheet.csv", "Gerät,Sort\nX1,VN\n");
    let map = "[columns]\ntag = 'Gerät'\ntype = 'Sort'\n";
    let utf16 = |big: bool| -> Vec<u8> {
        let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        std::iter::once(0xfeff).chain(map.encode_utf16()).flat_map(bytes).collect()
    };
    let windows = encoding_rs::WINDOWS_1252.encode(map).0.into_owned();
    for bytes in [utf16(false), utf16(true), windows, format!("\u{feff}{map}").into_bytes()] {
        desk.write("map.toml", bytes);
        desk.done("import instruments @/sheet.csv --map @/map.toml");
    }
    desk.write("map.toml", &utf16(false)[2..]);
    let refused = desk.refused("import instruments @/sheet.csv --map @/map.toml");
    assert!(refused.contains("the map is no text") && refused.contains("in UTF-8"), "{refused}");
}

/// Layouts of Snipe-IT and of councils, each with the kind it holds and the profile for it.
const LAYOUTS: &[(&str, &str, &str)] = &[
    (
        "instruments",
        "snipe-it",
        "Company,Name,Asset Tag,Category,Supplier,Manufacturer,Location,Order Number,Model,Model Notes,Model Number,Asset Notes,Purchase Date,Purchase Cost,Checkout Type,Checked Out To: Username,Checked Out To: First Name,Checked Out To: Last Name,Checked Out To: Email,Checked Out To: Location,Asset EOL Date",
    ),
    (
        "loans",
        "snipe-it",
        "Name,Asset Tag,Checked Out To: First Name,Checked Out To: Last Name,Checked Out To: Location,Expected Checkin Date,Checkout Date",
    ),
    (
        "instruments",
        "snipe-it",
        "ID,Company,Asset Name,Asset Tag,Serial,Model,Model No.,Category,Status,Checked Out To,Location,Default Location,Manufacturer,Supplier,Purchase Date,Purchase Cost,Notes,Checkout Date,Expected Checkin Date",
    ),
    (
        "loans",
        "snipe-it",
        "ID,Company,Asset Name,Asset Tag,Serial,Model,Model No.,Category,Status,Checked Out To,Employee Number,Location,Checkout Date,Expected Checkin Date",
    ),
    (
        "instruments",
        "snipe-it",
        "ID,Company,Asset Name,Asset Tag,Model,Model No.,Category,Manufacturer,Serial,Purchased,Cost,Location,Address,Address,City,State,Zip,Default Location,Address,Address,City,State,Zip,Checked Out,Type,Username,Employee No.,Title,Phone,Status,Checkout Date,Expected Checkin Date,Notes",
    ),
    (
        "loans",
        "snipe-it",
        "Asset Tag,Category,Address,Address,State,State,Checked Out,Type,Username,Employee No.,Phone,Status,Checkout Date,Expected Checkin Date",
    ),
    (
        "people",
        "snipe-it",
        "ID,Activated,Address,City,Company,Country,Email,First Name,Last Name,Location,Notes,Phone,State,Username,Zip",
    ),
    ("people", "snipe-it", "Name,Email"),
    ("people", "snipe-it", "First Name,Phone"),
    ("purchases", "council-spend", "council,payment_date,amount,organisational_unit,beneficiary_name"),
    (
        "purchases",
        "council-spend",
        "Body name,Date paid,Transaction number,Net amount,Supplier name,Expenditure category",
    ),
    (
        "purchases",
        "council-spend",
        "BodyName,DatePaid,TransactionNumber,NetAmount,SupplierName,DetailedExpenditureType",
    ),
    ("purchases", "council-spend", "Date paid,Net amount,Supplier name"),
];

#[test]
fn a_shipped_map_is_printed_so_that_it_can_be_used_for_the_file() {
    let desk = Desk::new();
    for (kind, profile, headings) in LAYOUTS {
        desk.write("sheet.csv", format!("{headings}\n{}\n", "x,".repeat(headings.split(',').count() - 1) + "y"));
        let map = desk.done(&format!("import {kind} @/sheet.csv --profile {profile} --show-map"));
        desk.write("mine.toml", &map);
        let (shipped, mine) = (
            desk.run(&format!("import {kind} @/sheet.csv --profile {profile}")),
            desk.run(&format!("import {kind} @/sheet.csv --map @/mine.toml")),
        );
        assert!(
            mine.stderr.contains("1 read: ") || mine.stderr.contains("0 read: "),
            "{headings}\n{map}\n{}",
            mine.stderr
        );
        assert_eq!(mine.stderr, shipped.stderr, "{headings}\n{map}");
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("mended_map_for_users", {
            desk.write("users.csv", "First Name,Last Name,Email,Address,City\nAna,Ruiz,,,\n");
            desk.done("import people @/users.csv --profile snipe-it --show-map")
        })
    });
}

#[test]
fn guesses_for_another_programs_report_are_the_right_ones_and_marked() {
    let desk = Desk::new();
    let report = LAYOUTS.iter().find(|(_, _, headings)| headings.contains("Purchased,Cost")).expect("the report").2;
    desk.write("report.csv", format!("{report}\n"));
    let map = desk.done("import instruments @/report.csv --show-map");
    let line = |column: &str| map.lines().find(|line| line.starts_with(&format!("{column} = "))).unwrap_or_default();
    for (column, heading) in [("type", "\"Category\""), ("condition", "\"Status\"")] {
        assert!(line(column).contains(heading) && line(column).contains("# a guess: "), "{map}");
    }
    assert!(line("tag").contains("\"Asset Tag\"") && !line("tag").contains("a guess"), "{map}");
    // A heading that is there twice is no more than a guess.
    desk.write("own.csv", "tag,State,State\n");
    let map = desk.done("import instruments @/own.csv --show-map");
    assert!(map.contains("condition = \"State#1\"") && map.contains("# a guess: new, good"), "{map}");
}

#[test]
fn the_example_for_lend_engine_has_its_headings() {
    let headings = "Added on,Code,Name,Type,Serial number,Condition,Tags,Location,Brand,Price paid,Value (RRP),Shown on website,Loan fee,Loan period,Short description,Long description,Components,Care information,Keywords,Owned by,Donated by";
    let desk = Desk::new();
    desk.write("items.csv", format!("{headings}\n2024-02-01,MU-001,Viola,Violins,1,Fair,,,,,,,,,,,,,,,\n"));
    let map = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/lend-engine-items.toml");
    desk.done(&format!("import instruments @/items.csv --map {map}"));
}
