//! Workbooks made by hand, as Excel and LibreOffice write them, for the tests of reading them.

use std::io::{Cursor, Write};

use zip::write::{SimpleFileOptions, ZipWriter};

/// A sheet: its name, whether it is hidden, and its rows in XML.
pub type Sheet<'a> = (&'a str, bool, &'a str);

/// Packs parts into an archive.
pub fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a part");
        zip.write_all(content).expect("written");
    }
    zip.finish().expect("an archive").into_inner()
}

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// The styles that the rows' cells may name.
pub const DAY: usize = 1;
pub const POUNDS: usize = 2;
pub const FIVE_DIGITS: usize = 3;
pub const TAG: usize = 4;
pub const PERCENT: usize = 5;
pub const HOURS: usize = 6;
pub const MOMENT: usize = 7;

const STYLES: &str = "<numFmts count=\"5\"><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy;@\"/>\
    <numFmt numFmtId=\"165\" formatCode=\"&quot;£&quot;#,##0.00;[Red]\\-&quot;£&quot;#,##0.00\"/>\
    <numFmt numFmtId=\"166\" formatCode=\"00000\"/><numFmt numFmtId=\"167\" formatCode=\"&quot;VN-&quot;0000\"/>\
    <numFmt numFmtId=\"168\" formatCode=\"[h]:mm\"/></numFmts>\
    <cellStyleXfs count=\"1\"><xf numFmtId=\"14\"/></cellStyleXfs>\
    <cellXfs count=\"8\"><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/><xf numFmtId=\"166\"/>\
    <xf numFmtId=\"167\"/><xf numFmtId=\"9\"/><xf numFmtId=\"168\"/><xf numFmtId=\"22\"/></cellXfs>";

/// An Excel workbook; `strings` are its shared texts, each the inside of an `si`.
pub fn xlsx(sheets: &[Sheet<'_>], strings: &[&str], counts_from_1904: bool) -> Vec<u8> {
    let mut parts: Vec<(String, String)> = Vec::new();
    let mut add = |name: String, root: &str, inner: String| {
        let namespaces = format!("xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONSHIPS}\"");
        let namespaces = if root == "Relationships" { format!("xmlns=\"{PACKAGE}\"") } else { namespaces };
        parts.push((name, format!("{DECLARATION}<{root} {namespaces}>{inner}</{root}>")));
    };
    let relation = |id: usize, sort: &str, target: &str| {
        format!("<Relationship Id=\"rId{id}\" Type=\"{RELATIONSHIPS}/{sort}\" Target=\"{target}\"/>")
    };
    add("_rels/.rels".into(), "Relationships", relation(1, "officeDocument", "xl/workbook.xml"));
    let mut relations =
        relation(100, "styles", "styles.xml") + &relation(101, "sharedStrings", "/xl/sharedStrings.xml");
    let mut listed = String::new();
    for (place, (name, is_hidden, rows)) in sheets.iter().enumerate() {
        let number = place + 1;
        relations += &relation(number, "worksheet", &format!("worksheets/sheet{number}.xml"));
        let state = if *is_hidden { " state=\"hidden\"" } else { "" };
        listed += &format!("<sheet name=\"{name}\" sheetId=\"{number}\"{state} r:id=\"rId{number}\"/>");
        let inner = format!(
            "<dimension ref=\"A1\"/><cols><col min=\"1\" max=\"2\"/></cols><sheetData>{rows}</sheetData><mergeCells/>"
        );
        add(format!("xl/worksheets/sheet{number}.xml"), "worksheet", inner);
    }
    let epoch = if counts_from_1904 { "<workbookPr date1904=\"1\"/>" } else { "<workbookPr/>" };
    add("xl/workbook.xml".into(), "workbook", format!("{epoch}<sheets>{listed}</sheets>"));
    add("xl/_rels/workbook.xml.rels".into(), "Relationships", relations);
    add("xl/styles.xml".into(), "styleSheet", STYLES.to_string());
    let texts: String = strings.iter().map(|text| format!("<si>{text}</si>")).collect();
    add("xl/sharedStrings.xml".into(), "sst", texts);
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, content)| (name.as_str(), content.as_bytes())).collect();
    archive(&parts)
}

/// A row of texts, each in its cell.
pub fn texts(line: usize, cells: &[&str]) -> String {
    let cell = |(place, text): (usize, &&str)| {
        format!("<c r=\"{}{line}\" t=\"inlineStr\"><is><t>{text}</t></is></c>", char::from(b'A' + place as u8))
    };
    format!("<row r=\"{line}\">{}</row>", cells.iter().enumerate().map(cell).collect::<String>())
}

/// A cell with a number in it, shown in a style.
pub fn number(place: &str, style: usize, value: &str) -> String {
    format!("<c r=\"{place}\" s=\"{style}\"><v>{value}</v></c>")
}

/// An OpenDocument workbook.
pub fn ods(sheets: &[Sheet<'_>]) -> Vec<u8> {
    let tables: String = sheets
        .iter()
        .map(|(name, is_hidden, rows)| {
            let style = if *is_hidden { "ta2" } else { "ta1" };
            format!(
                "<table:table table:name=\"{name}\" table:style-name=\"{style}\"><table:table-column/>{rows}\
                 <table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell \
                 table:number-columns-repeated=\"16384\"/></table:table-row></table:table>"
            )
        })
        .collect();
    let names = ["office", "style", "table", "text"]
        .map(|name| format!("xmlns:{name}=\"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0\""));
    let calc = "xmlns:calcext=\"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0\"";
    let content = format!(
        "{DECLARATION}<office:document-content {} {calc}><office:automatic-styles>\
         <style:style style:name=\"ta1\" style:family=\"table\"><style:table-properties table:display=\"true\"/></style:style>\
         <style:style style:name=\"ta2\" style:family=\"table\"><style:table-properties table:display=\"false\"/></style:style>\
         </office:automatic-styles><office:body><office:spreadsheet>{tables}<table:named-expressions/>\
         </office:spreadsheet></office:body></office:document-content>",
        names.join(" ")
    );
    archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_bytes()),
        (
            "META-INF/manifest.xml",
            b"<manifest:manifest xmlns:manifest=\"m\"><manifest:file-entry/></manifest:manifest>",
        ),
    ])
}

/// A row of an OpenDocument sheet: of each cell its attributes and what it shows.
pub fn ods_row(cells: &[(&str, &str)]) -> String {
    let cell = |(attributes, shown): &(&str, &str)| {
        let shown = if shown.is_empty() { String::new() } else { format!("<text:p>{shown}</text:p>") };
        format!("<table:table-cell {attributes}>{shown}</table:table-cell>")
    };
    format!("<table:table-row>{}</table:table-row>", cells.iter().map(cell).collect::<String>())
}

/// The attributes of a cell with a text.
pub const TEXT: &str = "office:value-type=\"string\"";
