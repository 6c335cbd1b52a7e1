//! CSV as RFC 4180 has it, with text guarded against spreadsheets that would run it.

use std::io::{self, Write};

use crate::domain::date::iso;
use crate::domain::listing::Cell;

/// A byte-order mark, by which Excel knows UTF-8.
pub const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Writes rows of cells as CSV.
pub struct CsvWriter<W: Write> {
    rows: ::csv::Writer<W>,
    scratch: Vec<u8>,
}

impl<W: Write> CsvWriter<W> {
    pub fn begin(mut out: W, columns: &[&str], for_excel: bool) -> io::Result<CsvWriter<W>> {
        if for_excel {
            out.write_all(BYTE_ORDER_MARK)?;
        }
        let mut rows = ::csv::WriterBuilder::new().buffer_capacity(1 << 16).from_writer(out);
        rows.write_record(columns).map_err(told)?;
        Ok(CsvWriter { rows, scratch: Vec::with_capacity(64) })
    }

    pub fn cell(&mut self, cell: &Cell<'_>) -> io::Result<()> {
        self.scratch.clear();
        match cell {
            Cell::Absent => {}
            Cell::Text(text) if needs_guard(text) => {
                self.scratch.push(b'\'');
                self.scratch.extend_from_slice(text.as_bytes());
            }
            Cell::Text(text) | Cell::Code(text) => return self.field(text.as_bytes()),
            Cell::Numbered(letter, number) => {
                self.scratch.push(*letter as u8);
                self.number(*number);
            }
            Cell::Urn(urn) => self.number(urn.number()),
            Cell::Number(number) => self.number(*number),
            Cell::Money(amount) => write!(self.scratch, "{amount}")?,
            Cell::Day(day) => self.scratch.extend_from_slice(&iso(*day)),
            Cell::Flag(flag) => self.scratch.extend_from_slice(if *flag { b"yes" } else { b"no" }),
        }
        self.rows.write_field(&self.scratch).map_err(told)
    }

    fn field(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.rows.write_field(bytes).map_err(told)
    }

    fn number(&mut self, number: i64) {
        self.scratch.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    }

    pub fn end_row(&mut self) -> io::Result<()> {
        self.rows.write_record(None::<&[u8]>).map_err(told)
    }

    pub fn finish(&mut self) -> io::Result<()> {
        self.rows.flush()
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

/// The stream's own error, so that a pipe that was closed is known for one.
fn told(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(text: &str) -> String {
        let mut out = Vec::new();
        let mut writer = CsvWriter::begin(&mut out, &["note"], false).expect("a header");
        writer.cell(&Cell::Text(text.into())).expect("a cell");
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
        let mut write = || rows.cell(&Cell::Text("VN-0001".into())).and_then(|()| rows.end_row());
        let error = (0..100_000).find_map(|_| write().err()).expect("an error");
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }
}
