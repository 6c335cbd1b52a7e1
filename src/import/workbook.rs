//! Workbooks: `.xlsx`, `.xlsm` and `.ods`. A sheet is read through once, a row at a time, into a file of its rows. They
//! are read from there as often as the import goes over them, and never more than one is in memory.

mod decimal;
mod format;
mod ods;
mod package;
mod refusal;
mod row;
mod sheet;
mod sheets;
mod spool;
mod xlsx;
mod xml;

use std::fs::File;

use anyhow::Result;

pub use package::{OLD_CONTAINER, ZIP};
use package::{Package, Sort};
pub use refusal::WorkbookRefusal;
use sheet::SheetWriter;
use sheets::Sheets;
use spool::Spool;
pub use spool::SpoolRows;

use crate::domain::refusal::refuse;

/// The rows of one sheet, taken out of its workbook.
pub struct Workbook {
    spool: Spool,
    /// What the person should know of how the workbook was read.
    pub remarks: Vec<String>,
    /// The sheets that can be seen and were not chosen.
    pub others: Vec<String>,
}

impl Workbook {
    /// Reads the sheet of that name, or the first that is not hidden.
    pub fn read(file: File, sheet: Option<&str>) -> Result<Workbook> {
        let mut package = Package::open(file)?;
        let mut sheets = Sheets::new(sheet);
        let mut rows = SheetWriter::begin()?;
        match package.sort()? {
            Sort::Excel(book) => xlsx::read(&mut package, &book, &mut sheets, &mut rows)?,
            Sort::OpenDocument => ods::read(&mut package, &mut sheets, &mut rows)?,
        }
        let chosen = sheets.chosen()?;
        let mut remarks: Vec<String> = sheets.remark().into_iter().collect();
        let Some((spool, headings_row)) = rows.finish()? else {
            return Err(refuse(WorkbookRefusal::EmptySheet(chosen)));
        };
        if headings_row > 1 {
            remarks.push(format!("The headings were taken from row {headings_row} of the sheet."));
        }
        Ok(Workbook { spool, remarks, others: sheets.others() })
    }

    /// How many bytes the rows take, once they are out of the workbook.
    pub fn bytes(&self) -> u64 {
        self.spool.bytes()
    }

    /// The rows' file from its beginning.
    pub fn file(&self) -> Result<File> {
        self.spool.file()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, Write};

    use proptest::prelude::*;

    use super::*;
    use crate::import::reader::Rows;

    fn read(parts: &[(&str, &[u8])]) -> Result<usize> {
        let mut zip = zip::ZipWriter::new(tempfile::tempfile().expect("a file"));
        for (name, content) in parts {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a part");
            zip.write_all(content).expect("written");
        }
        let mut file = zip.finish().expect("an archive");
        file.rewind().expect("from the beginning");
        let workbook = Workbook::read(file, None)?;
        let mut rows = SpoolRows::begin(workbook.file()?)?;
        let mut count = 0;
        while rows.next()?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    /// Words of both sorts of workbooks, in any order.
    fn words() -> impl Strategy<Value = String> {
        let words = prop::sample::select(vec![
            "<sheetData>",
            "</sheetData>",
            "<row r=\"2\">",
            "<row>",
            "</row>",
            "<c r=\"B2\" t=\"s\">",
            "<c t=\"e\" s=\"9\">",
            "<c>",
            "</c>",
            "<v>",
            "</v>",
            "1",
            "-5e3",
            "<is><t>",
            "</t></is>",
            "<f/>",
            "&amp;",
            "&#0;",
            "&x;",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<?x?>",
            "<table:table table:name=\"a\">",
            "</table:table>",
            "<table:table-row table:number-rows-repeated=\"3\">",
            "</table:table-row>",
            "<table:table-cell office:value-type=\"float\" office:value=\"7\">",
            "</table:table-cell>",
            "<text:p>",
            "</text:p>",
            "<text:s text:c=\"9\"/>",
            "<office:annotation>",
            "\u{e9}",
            "<sst>",
            "<si>",
            "</si>",
            "_x0041_",
        ]);
        prop::collection::vec(words, 0..40).prop_map(|words| words.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

        #[test]
        fn no_sheet_panics(sheet in words(), strings in words(), styles in words()) {
            let relations = b"<R><Relationship Id=\"a\" Type=\"x/worksheet\" Target=\"sheet.xml\"/>\
                <Relationship Id=\"b\" Type=\"x/sharedStrings\" Target=\"strings.xml\"/><Relationship Id=\"c\" Type=\"x/styles\" Target=\"styles.xml\"/></R>";
            let _ = read(&[
                ("xl/workbook.xml", b"<w><sheet name=\"a\" id=\"a\"/></w>"),
                ("xl/_rels/workbook.xml.rels", relations),
                ("xl/sheet.xml", format!("<w>{sheet}</w>").as_bytes()),
                ("xl/strings.xml", strings.as_bytes()),
                ("xl/styles.xml", styles.as_bytes()),
            ]);
            let _ = read(&[("content.xml", format!("<w>{sheet}</w>").as_bytes())]);
        }
    }

    #[test]
    fn what_unpacks_to_too_much_is_refused() {
        let many = "<a/>".repeat(1 << 10);
        let mut within = xml::Xml::new(many.as_bytes(), 1 << 12);
        while !matches!(within.next().expect("within bounds"), xml::Node::Eof) {}
        let mut beyond = xml::Xml::new(many.as_bytes(), (1 << 12) - 1);
        let refused = std::iter::repeat_with(|| beyond.next().map(drop)).find_map(Result::err).expect("a refusal");
        assert!(refused.to_string().starts_with("the workbook unpacks to more"));
    }
}
