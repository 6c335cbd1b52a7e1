//! CSV as RFC 4180 has it, with text guarded against spreadsheets that would run it.

use std::io::{self, Write};

use crate::domain::date::iso;
use crate::domain::listing::Cell;

/// A byte-order mark, by which Excel knows UTF-8.
pub const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// So much is gathered before it is written.
const BLOCK: usize = 1 << 16;

/// Writes rows of cells as CSV: quotation marks only where a cell cannot do without. A million rows are most of an export's
/// work, so cells go straight into the block that is written.
pub struct CsvWriter<W: Write> {
    out: W,
    block: Vec<u8>,
    /// Where in the block the row begins, and how many cells it has so far.
    row: usize,
    cells: usize,
}

impl<W: Write> CsvWriter<W> {
    pub fn begin(out: W, columns: &[&str], for_excel: bool) -> io::Result<CsvWriter<W>> {
        let mut rows = CsvWriter { out, block: Vec::with_capacity(BLOCK + (BLOCK >> 4)), row: 0, cells: 0 };
        if for_excel {
            rows.block.extend_from_slice(BYTE_ORDER_MARK);
            rows.row = rows.block.len();
        }
        columns.iter().for_each(|column| rows.cell(&Cell::Code((*column).into())));
        rows.end_row()?;
        Ok(rows)
    }

    pub fn cell(&mut self, cell: &Cell<'_>) {
        if self.cells > 0 {
            self.block.push(b',');
        }
        self.cells += 1;
        match cell {
            Cell::Absent => {}
            Cell::Text(text) => self.text(if needs_guard(text) { "'" } else { "" }, text),
            Cell::Code(text) => self.text("", text),
            Cell::Numbered(letter, number) => {
                self.block.push(*letter as u8);
                self.number(*number);
            }
            Cell::Urn(urn) => self.number(urn.number()),
            Cell::Number(number) => self.number(*number),
            Cell::Money(amount) => {
                let (pounds, [tens, ones]) = amount.digits();
                self.block.extend_from_slice(if amount.is_negative() { b"-" } else { b"" });
                self.block.extend_from_slice(itoa::Buffer::new().format(pounds).as_bytes());
                self.block.extend_from_slice(&[b'.', tens, ones]);
            }
            Cell::Day(day) => self.block.extend_from_slice(&iso(*day)),
            Cell::Flag(flag) => self.block.extend_from_slice(if *flag { b"yes" } else { b"no" }),
        }
    }

    fn text(&mut self, guard: &str, text: &str) {
        let parts = |byte: &u8| matches!(byte, b'"' | b',' | b'\n' | b'\r');
        if !text.as_bytes().iter().any(parts) {
            self.block.extend_from_slice(guard.as_bytes());
            self.block.extend_from_slice(text.as_bytes());
            return;
        }
        self.block.push(b'"');
        self.block.extend_from_slice(guard.as_bytes());
        for byte in text.bytes() {
            self.block.push(byte);
            if byte == b'"' {
                self.block.push(b'"');
            }
        }
        self.block.push(b'"');
    }

    fn number(&mut self, number: i64) {
        self.block.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    }

    pub fn end_row(&mut self) -> io::Result<()> {
        // A row of one cell that is empty would be an empty line, which readers pass over.
        if self.cells == 1 && self.block.len() == self.row {
            self.block.extend_from_slice(b"\"\"");
        }
        self.block.push(b'\n');
        if self.block.len() >= BLOCK {
            self.write()?;
        }
        (self.row, self.cells) = (self.block.len(), 0);
        Ok(())
    }

    fn write(&mut self) -> io::Result<()> {
        let written = self.out.write_all(&self.block);
        self.block.clear();
        written
    }

    pub fn finish(&mut self) -> io::Result<()> {
        self.write()?;
        self.out.flush()
    }
}

/// Whether a spreadsheet would take the text, after any leading apostrophes, for a formula.
fn needs_guard(text: &str) -> bool {
    let first = text.bytes().find(|&byte| byte != b'\'');
    matches!(first, Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r'))
}

/// Takes off the one apostrophe that [`CsvWriter`] put before a text.
pub fn unguard(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if needs_guard(rest) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Pence;
    use proptest::prelude::*;

    fn written(text: &str) -> String {
        let mut out = Vec::new();
        let mut writer = CsvWriter::begin(&mut out, &["note"], false).expect("a header");
        writer.cell(&Cell::Text(text.into()));
        writer.end_row().expect("a row");
        writer.finish().expect("flushed");
        drop(writer);
        let mut reader = ::csv::ReaderBuilder::new().from_reader(&out[..]);
        let record = reader.records().next().expect("a row").expect("sound CSV");
        record[0].to_string()
    }

    #[test]
    fn formulas_are_guarded_and_plain_text_is_not() {
        assert_eq!(written("=1+1"), "'=1+1");
        assert_eq!(written("'=1+1"), "''=1+1");
        assert_eq!(written("'tis"), "'tis");
        assert_eq!(unguard("'=1+1"), "=1+1");
        assert_eq!(unguard("'tis"), "'tis");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(text in "['=+@\\-\\t\\r a\",\n]{1,8}") {
            let cell = written(&text);
            prop_assert_eq!(unguard(&cell), text);
        }

        #[test]
        fn bytes_are_those_of_the_crate_that_others_use(rows in proptest::collection::vec(("[a\"',;\n\r é=]{0,5}", "[a\"',;\n\r é=]{0,5}"), 1..4)) {
            let (mut ours, mut theirs) = (Vec::new(), ::csv::Writer::from_writer(Vec::new()));
            let mut writer = CsvWriter::begin(&mut ours, &["a", "b,c"], false).expect("a header");
            theirs.write_record(["a", "b,c"]).expect("a header");
            for (one, other) in &rows {
                writer.cell(&Cell::Code(one.as_str().into()));
                writer.cell(&Cell::Code(other.as_str().into()));
                writer.end_row().expect("a row");
                theirs.write_record([one, other]).expect("a row");
            }
            writer.finish().expect("flushed");
            drop(writer);
            prop_assert_eq!(ours, theirs.into_inner().expect("written"));
        }

        #[test]
        fn money_is_written_as_it_prints(pence in any::<i64>()) {
            let (amount, mut out) = (Pence::new(pence), Vec::new());
            let mut writer = CsvWriter::begin(&mut out, &["cost"], false).expect("a header");
            writer.cell(&Cell::Money(amount));
            writer.end_row().and_then(|()| writer.finish()).expect("a row");
            drop(writer);
            prop_assert_eq!(String::from_utf8_lossy(&out), format!("cost\n{amount}\n"));
        }
    }

    #[test]
    fn an_empty_cell_alone_is_no_empty_line() {
        assert_eq!(written(""), "");
    }

    /// A reader that has read enough.
    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_closed_pipe_is_known_for_one() {
        let mut rows = CsvWriter::begin(Closed, &["tag"], false).expect("buffered");
        let mut write = || {
            rows.cell(&Cell::Text("VN-0001".into()));
            rows.end_row()
        };
        let error = (0..100_000).find_map(|_| write().err()).expect("an error");
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }
}
