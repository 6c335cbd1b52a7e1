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
    assert_eq!(
        counts(&desk, "import instruments @/days.csv"),
        "2 read: 1 created, 0 updated, 0 unchanged, 1 rejected",
        "a day to come is refused by its own rule"
    );
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
