//! Workbooks coming in: what their cells mean, which sheet is read, and what is refused.

use crate::book::{self, DAY, FIVE_DIGITS, HOURS, MOMENT, PERCENT, POUNDS, TAG, TEXT, number, ods_row, texts};
use crate::desk::{Desk, Outcome};

fn last(outcome: &Outcome) -> &str {
    outcome.stderr.lines().last().unwrap_or_default()
}

fn take(desk: &Desk, name: &str, bytes: Vec<u8>, flags: &str) -> Outcome {
    desk.write(name, bytes);
    desk.run(&format!("import instruments @/{name} {flags}"))
}

fn stock(desk: &Desk) -> String {
    desk.done("export instruments")
}

const HEADINGS: [&str; 9] = ["tag", "type", "serial", "cost", "acquired_on", "make", "adapted", "life_months", "note"];

/// A sheet of Excel's with one instrument in it, all sorts of cells, and a gap before its note.
fn excel_sheet() -> Vec<u8> {
    let cells = [
        number("A4", TAG, "42"),
        "<c r=\"B4\" t=\"s\"><v>1</v></c>".to_string(),
        number("C4", FIVE_DIGITS, "123"),
        number("D4", POUNDS, "199.98999999999998"),
        number("E4", DAY, "45536"),
        "<c r=\"F4\" t=\"s\"><v>0</v></c>".to_string(),
        "<c r=\"G4\" t=\"b\"><v>1</v></c>".to_string(),
        "<c r=\"H4\"><f>10*12</f><v>120</v></c>".to_string(),
        "<c r=\"J4\" t=\"str\"><f>A1&amp;B1</f><v>Case &amp;_x000D_ bow</v></c>".to_string(),
    ];
    let mut headings = HEADINGS.to_vec();
    headings.insert(8, "");
    let rows = [
        texts(1, &["Loan stock of the hub"]),
        texts(3, &headings),
        format!("<row r=\"4\">{}</row>", cells.concat()),
        "<row r=\"5\"><c r=\"A5\" s=\"1\"/></row>".to_string(),
        texts(7, &["0000123", "VN"]),
    ];
    let strings = [
        "<r><rPr/><t xml:space=\"preserve\">Fröh</t></r><r><t>lich</t></r><rPh sb=\"0\" eb=\"1\"><t>x</t></rPh>",
        "<t>Violin</t>",
    ];
    book::xlsx(&[("Old", true, ""), ("Stock", false, &rows.concat()), ("Loans", false, "")], &strings, false)
}

#[test]
fn a_sheet_of_excels_comes_in_as_it_is_shown() {
    let desk = Desk::new();
    let taken = take(&desk, "stock.xlsx", excel_sheet(), "--commit");
    assert_eq!(last(&taken), "2 read: 2 created, 0 updated, 0 unchanged, 0 rejected", "{}", taken.stderr);
    assert!(taken.stderr.contains("Read the sheet 'Stock'; --sheet NAME reads 'Loans'."), "{}", taken.stderr);
    assert!(taken.stderr.contains("The headings were taken from row 3 of the sheet."), "{}", taken.stderr);
    let held = stock(&desk);
    for text in ["VN-0042,VN", "00123", "199.99", "2024-09-01", "Fröhlich", "120", "0000123,VN", "bow"] {
        assert!(held.contains(text), "{text}: {held}");
    }
    let again = take(&desk, "stock.xlsx", excel_sheet(), "--commit");
    assert_eq!(last(&again), "2 read: 0 created, 0 updated, 2 unchanged, 0 rejected", "{}", again.stderr);
}

#[test]
fn a_workbook_may_count_from_1904_and_bear_any_name() {
    let row = format!(
        "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>X1</t></is></c>{}{}</row>",
        "<c r=\"B2\" t=\"inlineStr\"><is><t>VN</t></is></c>",
        number("C2", DAY, "44074")
    );
    let sheet = texts(1, &["tag", "type", "acquired_on"]) + &row;
    let desk = Desk::new();
    let taken = take(&desk, "stock.csv", book::xlsx(&[("Stock", false, &sheet)], &[], true), "--commit");
    assert_eq!(last(&taken), "1 read: 1 created, 0 updated, 0 unchanged, 0 rejected", "{}", taken.stderr);
    assert!(
        taken.stderr.contains("The file is named .csv but is a workbook, and was read as one."),
        "{}",
        taken.stderr
    );
    assert!(stock(&desk).contains("2024-09-01"));
    let text = take(&desk, "stock.xlsx", b"tag,type\nX2,VN\n".to_vec(), "--commit");
    assert_eq!(last(&text), "1 read: 1 created, 0 updated, 0 unchanged, 0 rejected", "{}", text.stderr);
    assert!(
        text.stderr.contains("The file is named .xlsx but is no workbook, and was read as CSV."),
        "{}",
        text.stderr
    );
}

#[test]
fn a_sheet_of_libreoffices_comes_in_as_it_is_shown() {
    let headings: Vec<(&str, &str)> = HEADINGS.iter().map(|heading| (TEXT, *heading)).collect();
    let row = ods_row(&[
        ("office:value-type=\"float\" office:value=\"42\"", "VN-0042"),
        (TEXT, "Violin"),
        ("office:value-type=\"float\" office:value=\"123\"", "00123"),
        ("office:value-type=\"currency\" office:currency=\"GBP\" office:value=\"199.98999999999998\"", "£199.99"),
        ("office:value-type=\"date\" office:date-value=\"2024-09-01\"", "01/09/24"),
        (TEXT, "<text:span>Fröh</text:span>lich<text:s text:c=\"2\"/>&amp; Söhne"),
        ("office:value-type=\"boolean\" office:boolean-value=\"true\"", "TRUE"),
        ("table:formula=\"of:=10*12\" office:value-type=\"float\" office:value=\"120\"", "120"),
        (TEXT, "one</text:p><text:p>two"),
    ]);
    let remark = "<table:table-row><table:table-cell office:value-type=\"string\"><office:annotation><text:p>see me</text:p></office:annotation>\
        <text:p>X9</text:p></table:table-cell><table:table-cell office:value-type=\"string\"><text:p>VN</text:p></table:table-cell>\
        <table:covered-table-cell table:number-columns-repeated=\"2\"/></table:table-row>";
    let sheet = ods_row(&[(TEXT, "Loan stock")])
        + "<table:table-row/>"
        + "<table:table-row-group>"
        + &ods_row(&headings)
        + &row
        + "</table:table-row-group>"
        + remark;
    let bytes = book::ods(&[("Old", true, ""), ("Stock", false, &sheet)]);
    let desk = Desk::new();
    let taken = take(&desk, "stock.ods", bytes.clone(), "--commit");
    assert_eq!(last(&taken), "2 read: 2 created, 0 updated, 0 unchanged, 0 rejected", "{}", taken.stderr);
    assert!(taken.stderr.contains("The headings were taken from row 3 of the sheet."), "{}", taken.stderr);
    let held = stock(&desk);
    for text in ["VN-0042,VN", "00123", "199.99", "2024-09-01", "Fröhlich  & Söhne", "120", "\"one\ntwo\"", "X9,VN"] {
        assert!(held.contains(text), "{text}: {held}");
    }
    let again = take(&desk, "stock.ods", bytes, "--sheet stock --commit");
    assert_eq!(last(&again), "2 read: 0 created, 0 updated, 2 unchanged, 0 rejected", "{}", again.stderr);
}

#[test]
fn cells_with_errors_are_faults_and_rejects_can_be_mended() {
    let cells = [
        "<c r=\"A2\" t=\"inlineStr\"><is><t>X1</t></is></c>".to_string(),
        "<c r=\"B2\" t=\"e\"><f>VLOOKUP(1,2,3)</f><v>#N/A</v></c>".to_string(),
        number("C2", DAY, "45536"),
        "<c r=\"D2\"><f>SUM(A1)</f><v></v></c>".to_string(),
    ];
    let moment = [
        "<c r=\"A3\" t=\"inlineStr\"><is><t>X2</t></is></c><c r=\"B3\" t=\"inlineStr\"><is><t>VN</t></is></c>"
            .to_string(),
        number("C3", MOMENT, "45536.4375"),
        number("D3", PERCENT, "0.2"),
        number("E3", HOURS, "1.5"),
    ];
    let unmapped = "<row r=\"4\"><c r=\"A4\" t=\"inlineStr\"><is><t>X3</t></is></c><c r=\"B4\" t=\"inlineStr\"><is><t>VN</t></is></c>\
        <c r=\"F4\" t=\"e\"><v>#REF!</v></c></row>";
    let sheet = texts(1, &["tag", "type", "acquired_on", "cost", "note", "colour"])
        + &format!("<row r=\"2\">{}</row><row r=\"3\">{}</row>", cells.concat(), moment.concat())
        + unmapped;
    let desk = Desk::new();
    let checked =
        take(&desk, "stock.xlsx", book::xlsx(&[("Stock", false, &sheet)], &[], false), "--rejects @/mend.csv");
    assert_eq!(checked.exit, 1);
    assert_eq!(last(&checked), "3 read: 1 created, 0 updated, 0 unchanged, 2 rejected", "{}", checked.stderr);
    for said in [
        "line 2: type '#N/A': is an error in the sheet",
        "line 2: cost '': is a formula whose result is not in the file",
        "line 3: acquired_on '2024-09-01 10:30:00': has a time of day",
        "line 3: cost '20%': is not an amount",
    ] {
        assert!(checked.stderr.contains(said), "{said}: {}", checked.stderr);
    }
    let mended = desk.read("mend.csv").replace("#N/A", "VN").replace(" 10:30:00", "").replace("20%", "20");
    assert!(mended.contains("X1,VN,2024-09-01"), "{mended}");
    desk.write("mended.csv", mended);
    let taken = desk.run("import instruments @/mended.csv --commit");
    assert_eq!(last(&taken), "2 read: 2 created, 0 updated, 0 unchanged, 0 rejected", "{}", taken.stderr);
    assert!(stock(&desk).contains("36:00:00"));
}

#[test]
fn errors_of_libreoffice_are_faults_too() {
    let sheet = ods_row(&[(TEXT, "tag"), (TEXT, "type")])
        + &ods_row(&[
            (TEXT, "X1"),
            (
                "table:formula=\"of:=1/0\" office:value-type=\"string\" office:string-value=\"\" calcext:value-type=\"error\"",
                "#DIV/0!",
            ),
        ])
        + &ods_row(&[
            (TEXT, "X2"),
            ("table:formula=\"of:=x\" office:value-type=\"float\" office:value=\"0\"", "Err:509"),
        ])
        + &ods_row(&[(TEXT, "X3"), ("table:formula=\"of:=x\"", "")]);
    let desk = Desk::new();
    let checked = take(&desk, "stock.ods", book::ods(&[("Stock", false, &sheet)]), "");
    for said in [
        "line 2: type '#DIV/0!': is an error",
        "line 3: type 'Err:509': is an error",
        "line 4: type '': is a formula whose",
    ] {
        assert!(checked.stderr.contains(said), "{said}: {}", checked.stderr);
    }
}

#[test]
fn numbers_of_a_workbook_have_points_whatever_the_map_says() {
    let row = format!(
        "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>X1</t></is></c><c r=\"B2\" t=\"inlineStr\"><is><t>VN</t></is></c>{}{}</row>",
        number("C2", 0, "1199.5"),
        "<c r=\"D2\" t=\"inlineStr\"><is><t>1.234,56</t></is></c>"
    );
    let sheet = texts(1, &["tag", "type", "cost", "replacement_value"]) + &row;
    let desk = Desk::new();
    desk.write("map.toml", "[format]\ndecimal = ','\n");
    let taken =
        take(&desk, "stock.xlsx", book::xlsx(&[("Stock", false, &sheet)], &[], false), "--map @/map.toml --commit");
    assert_eq!(taken.exit, 0, "{}", taken.stderr);
    let held = stock(&desk);
    assert!(held.contains("1199.50") && held.contains("1234.56"), "{held}");
}

#[test]
fn the_sheet_can_be_chosen() {
    let desk = Desk::new();
    let stock = texts(1, &["tag", "type"]) + &texts(2, &["X1", "VN"]);
    let more = texts(1, &["tag", "type"]) + &texts(2, &["X2", "VN"]) + &texts(3, &["X3", "VN"]);
    let bytes =
        book::xlsx(&[("Stock", false, &stock), ("More &amp; more", true, &more), ("Empty", false, "")], &[], false);
    desk.write("book.xlsx", &bytes);
    let hidden = desk.run("import instruments @/book.xlsx --sheet 'more & MORE'");
    assert_eq!(last(&hidden), "2 read: 2 created, 0 updated, 0 unchanged, 0 rejected", "{}", hidden.stderr);
    let unknown = desk.refused("import instruments @/book.xlsx --sheet Lager");
    assert!(unknown.contains("the workbook has no sheet 'Lager'"), "{unknown}");
    assert!(unknown.contains("it has 'Stock', 'Empty' and 'More & more'"), "{unknown}");
    assert!(desk.refused("import instruments @/book.xlsx --sheet Empty").contains("the sheet 'Empty' is empty"));
    desk.write("sheet.csv", "tag,type\n");
    assert!(desk.refused("import instruments @/sheet.csv --sheet Stock").contains("the file is no workbook"));
    desk.write("hidden.xlsx", book::xlsx(&[("Stock", true, &stock)], &[], false));
    assert!(desk.refused("import instruments @/hidden.xlsx").contains("every sheet of the workbook is hidden"));
}

#[test]
fn a_sheet_of_one_column_has_headings_too() {
    let rows: String = (2..60).map(|line| texts(line, &[&format!("Set {line}")])).collect();
    let sheet = texts(1, &["name"]) + &rows;
    let desk = Desk::new();
    desk.write("one.xlsx", book::xlsx(&[("Stock", false, &sheet)], &[], false));
    let taken = desk.run("import suppliers @/one.xlsx --commit");
    assert_eq!(last(&taken), "58 read: 58 created, 0 updated, 0 unchanged, 0 rejected", "{}", taken.stderr);
}

/// An archive whose list says that a part unpacks to more than it does.
fn boastful(mut bytes: Vec<u8>) -> Vec<u8> {
    let mut at = 0;
    while let Some(found) = bytes[at..].windows(4).position(|sign| sign == b"PK\x01\x02") {
        at += found + 4;
        bytes[at + 20..at + 24].copy_from_slice(&0xfff0_0000_u32.to_le_bytes());
    }
    bytes
}

fn old_container(holds: &str) -> Vec<u8> {
    let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    bytes.resize(70_000, 0);
    bytes.extend(holds.encode_utf16().flat_map(u16::to_le_bytes));
    bytes
}

#[test]
fn what_is_no_sound_workbook_is_refused_in_words() {
    let sound = excel_sheet();
    let one = |rows: &str| book::xlsx(&[("Stock", false, rows)], &["<t>a</t>"], false);
    let manifest = b"<m:manifest xmlns:m=\"m\"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>";
    let far = "<row r=\"1048577\"><c t=\"inlineStr\"><is><t>x</t></is></c></row>";
    let deep = format!("{}{}", "<a>".repeat(2_000), "</a>".repeat(2_000));
    let long = format!("<row r=\"1\"><c t=\"inlineStr\"><is><t>{}</t></is></c></row>", "x".repeat(2 << 20));
    let wide = "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell office:value-type=\"string\" \
        table:number-columns-repeated=\"16384\"><text:p>x</text:p></table:table-cell></table:table-row>";
    let spaces = "<table:table-row><table:table-cell office:value-type=\"string\"><text:p><text:s text:c=\"99999999999\"/></text:p></table:table-cell></table:table-row>";
    for (how, bytes, said) in [
        ("cut short", sound[..sound.len() / 2].to_vec(), "the workbook is damaged or cut short"),
        ("a signature alone", b"PK\x03\x04".to_vec(), "the workbook is damaged or cut short"),
        ("a bomb by its own word", boastful(sound.clone()), "the workbook unpacks to more than it may"),
        ("a password", old_container("EncryptedPackage"), "the workbook is protected with a password"),
        ("an old one", old_container("Workbook"), "the file is a workbook of the old sort, .xls"),
        (
            "a password in OpenDocument",
            book::archive(&[("content.xml", b"x"), ("META-INF/manifest.xml", manifest)]),
            "protected with a password",
        ),
        (
            "other things in an archive",
            book::archive(&[("stock.csv", b"tag,type\n")]),
            "the file is a zip archive without a sheet in it",
        ),
        (
            "a binary one",
            book::archive(&[(
                "_rels/.rels",
                b"<R><Relationship Type=\"a/officeDocument\" Target=\"xl/workbook.bin\"/></R>",
            )]),
            ".xlsb",
        ),
        (
            "a shared text that is not there",
            one("<row r=\"1\"><c t=\"s\"><v>7</v></c></row>"),
            "a cell's text is not in it",
        ),
        ("rows out of order", one(&(texts(5, &["a", "b"]) + &texts(5, &["a", "b"]))), "row 5 comes after row 5"),
        (
            "cells out of order",
            one("<row r=\"1\"><c r=\"C1\"><v>1</v></c><c r=\"B1\"><v>1</v></c></row>"),
            "the cells of row 1 are not in their order",
        ),
        ("a cell beyond the last column", one("<row r=\"1\"><c r=\"ZZZ1\"><v>1</v></c></row>"), "the cells of row 1"),
        ("no such cell", one("<row r=\"1\"><c r=\"é\"><v>1</v></c></row>"), "there is no cell 'é'"),
        ("a row beyond the last", one(far), "row 1048577"),
        (
            "a NUL",
            one("<row r=\"3\"><c t=\"inlineStr\"><is><t>a_x0000_</t></is></c></row>"),
            "line 3: the file has NUL",
        ),
        ("depth", one(&deep), "too deep"),
        ("a long text", one(&long), "the workbook unpacks to more than it may"),
        ("no XML", one("<row"), "damaged"),
        (
            "an entity of its own",
            one("<row r=\"1\"><c t=\"inlineStr\"><is><t>&lol;</t></is></c></row>"),
            "'&lol;' is no character",
        ),
        ("cells without end", book::ods(&[("Stock", false, wide)]), "the workbook unpacks to more than it may"),
        ("spaces without end", book::ods(&[("Stock", false, spaces)]), "the workbook unpacks to more than it may"),
        (
            "a web page",
            b"\n <HTML><table><tr><td>tag</td></tr></table>".to_vec(),
            "the file is a web page, not a table",
        ),
        ("a PDF", b"%PDF-1.7\n".to_vec(), "the file is a PDF, not a table"),
    ] {
        let desk = Desk::new();
        let refused = take(&desk, "book.xlsx", bytes, "--commit");
        assert_eq!(refused.exit, 1, "{how}: {}", refused.stderr);
        assert!(refused.stderr.contains(said), "{how}: {}", refused.stderr);
        assert!(refused.stderr.contains("hint: "), "{how}: {}", refused.stderr);
        assert_eq!(stock(&desk).lines().count(), 1, "{how}");
    }
}
