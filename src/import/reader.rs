//! A file's rows, one at a time: each with its line in the file, never more than one in memory.

use std::io::{BufRead, BufReader, Read};

use anyhow::Result;
use csv_core::ReadRecordResult;

use crate::domain::refusal::{Refusal, refuse};
use crate::output::csv::unguard;

/// More bytes than any honest row has.
pub(super) const LONGEST_ROW: usize = 1 << 20;

/// So many rows with one cell may stand above the headings.
pub(super) const MOST_TITLES: usize = 20;

/// Why a file as a whole cannot be taken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileRefusal {
    #[error("the file is empty")]
    Empty,
    #[error("the file is {0}, not a table")]
    NoTable(&'static str),
    #[error("line {0}: the row has over a million characters, which no row of a table has")]
    TooLong(u64),
    #[error("line {0}: a quotation mark is opened and never closed, so the rest of the file cannot be told apart")]
    UnclosedQuote(u64),
    #[error("line {0}: the file has NUL characters, which no text has")]
    Nul(u64),
    #[error("line {0}: the file begins with the mark of UTF-8, but here are bytes that are none")]
    NotWhatItSays(u64),
    #[error("line {0}: the file ends in the middle of a character, so it was cut short")]
    CutShort(u64),
    #[error("line {0}: the file is UTF-8 but for some characters here that were saved in another way")]
    Mixed(u64),
    #[error("the file was changed while it was being read")]
    Changed,
    #[error("over two gigabytes came in, and no end")]
    Endless,
}

impl Refusal for FileRefusal {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            FileRefusal::Empty => "the first row must hold the headings",
            FileRefusal::NoTable(_) => "open it in the spreadsheet and save it as an 'Excel Workbook (.xlsx)'",
            FileRefusal::TooLong(_) => "look for a quotation mark that is not closed on that line or above",
            FileRefusal::UnclosedQuote(_) => "close it, or write a quotation mark inside a cell twice",
            FileRefusal::Mixed(_) => "put the odd characters on that line right, and save it as 'CSV UTF-8'",
            FileRefusal::Nul(_) | FileRefusal::NotWhatItSays(_) => "save it again as 'CSV UTF-8'",
            FileRefusal::CutShort(_) => "fetch or save it again, whole",
            FileRefusal::Changed => "wait until it is saved, and run the command again",
            FileRefusal::Endless => "import a file instead",
        };
        Some(hint.to_string())
    }
}

/// The rows of a file of any sort.
pub trait Rows {
    /// The row of headings, trimmed.
    fn headings(&self) -> &[String];

    /// The line it stands on.
    fn headings_line(&self) -> u64;

    /// The next row that holds anything, or `None` at the end.
    fn next(&mut self) -> Result<Option<RawRow<'_>>>;
}

/// What a workbook says of a cell, beside its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Text,
    /// A number, written with a point whatever the map says.
    Number,
    /// An error such as `#N/A`; where there is no text, a formula without its result.
    Broken,
}

impl Mark {
    pub(super) fn code(self) -> u8 {
        self as u8
    }

    pub(super) fn of(code: u8) -> Mark {
        [Mark::Text, Mark::Number, Mark::Broken].into_iter().find(|mark| mark.code() == code).unwrap_or(Mark::Text)
    }
}

/// One row as it stands in the file.
#[derive(Clone, Copy, Debug)]
pub struct RawRow<'a> {
    /// Its first line in the file, the headings being line 1; in a workbook, its row.
    pub line: u64,
    text: &'a str,
    /// Where each cell ends in the text.
    ends: &'a [usize],
    /// Empty where the file is no workbook.
    marks: &'a [Mark],
}

impl<'a> RawRow<'a> {
    /// A row of a workbook.
    pub(super) fn marked(line: u64, text: &'a str, ends: &'a [usize], marks: &'a [Mark]) -> RawRow<'a> {
        RawRow { line, text, ends, marks }
    }

    pub fn mark(&self, index: usize) -> Mark {
        self.marks.get(index).copied().unwrap_or(Mark::Text)
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.cells().all(|cell| cell.trim().is_empty())
    }

    /// A cell just as it stands; empty past the row's end.
    pub fn raw(&self, index: usize) -> &'a str {
        let begin = if index == 0 { Some(0) } else { self.ends.get(index - 1).copied() };
        let range = begin.zip(self.ends.get(index).copied());
        range.and_then(|(begin, end)| self.text.get(begin..end)).unwrap_or_default()
    }

    /// A cell without spaces around it, and without the apostrophe that guards a formula.
    pub fn cell(&self, index: usize) -> &'a str {
        unguard(self.raw(index).trim_matches(' '))
    }

    pub fn cells(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let row = *self;
        (0..row.len()).map(move |index| row.raw(index))
    }
}

/// The cells of a row of headings.
pub(super) fn headings(row: &RawRow<'_>) -> Vec<String> {
    row.cells().map(|cell| unguard(cell.trim()).to_string()).collect()
}

/// The rows of a text whose cells are parted by one character.
pub struct TextRows {
    source: BufReader<Box<dyn Read>>,
    core: csv_core::Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
    lines: LineCount,
    headings: Vec<String>,
    headings_line: u64,
    /// Rows that were read while the headings were looked for, and are the file's own.
    waiting: std::vec::IntoIter<Kept>,
}

/// A row that waits to be read.
struct Kept {
    line: u64,
    text: String,
    ends: Vec<usize>,
}

impl TextRows {
    /// Reads the headings. Refuses a text that has none. Its first row may name the delimiter instead: `sep=;`.
    pub fn begin(text: Box<dyn Read>, delimiter: u8, names_delimiter: bool) -> Result<TextRows> {
        let mut rows = TextRows {
            source: BufReader::with_capacity(1 << 16, text),
            core: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            text: vec![0; 1 << 12],
            ends: vec![0; 1 << 8],
            lines: LineCount::default(),
            headings: Vec::new(),
            headings_line: 1,
            waiting: Vec::new().into_iter(),
        };
        if names_delimiter {
            rows.next()?;
        }
        rows.find_headings()?;
        Ok(rows)
    }

    /// Takes the first row in which more than one cell is filled, so that a title may stand above it. Where no such row comes
    /// soon, the file has one column, and its first row is the headings.
    fn find_headings(&mut self) -> Result<()> {
        let mut titles: Vec<Kept> = Vec::new();
        while titles.len() <= MOST_TITLES {
            let Some(row) = self.next()? else {
                break;
            };
            if row.cells().filter(|cell| !cell.trim().is_empty()).count() > 1 {
                let (found, line) = (headings(&row), row.line);
                (self.headings, self.headings_line) = (found, line);
                return Ok(());
            }
            titles.push(Kept { line: row.line, text: row.text.to_string(), ends: row.ends.to_vec() });
        }
        let mut rows = titles.into_iter();
        let first = rows.next().ok_or_else(|| refuse(FileRefusal::Empty))?;
        let row = RawRow { line: first.line, text: &first.text, ends: &first.ends, marks: &[] };
        (self.headings, self.headings_line) = (headings(&row), first.line);
        self.waiting = rows;
        Ok(())
    }

    /// Reads one record into `text` and `ends`: its line, the bytes and the cells it has.
    fn record(&mut self) -> Result<Option<(u64, usize, usize)>> {
        self.skip_blank_lines()?;
        let line = self.lines.current();
        let (mut taken, mut bytes, mut cells) = (0, 0, 0);
        loop {
            let input = self.source.fill_buf()?;
            let at_end = input.is_empty();
            if at_end && taken == 0 {
                return Ok(None);
            }
            // A line feed ends the last record of a file that has none, unless it stands in a quoted cell.
            let fed = if at_end { b"\n" } else { input };
            let (result, read, written, ended) =
                self.core.read_record(fed, &mut self.text[bytes..], &mut self.ends[cells..]);
            if !at_end {
                self.lines.pass(&input[..read]);
                self.source.consume(read);
            }
            (taken, bytes, cells) = (taken + read, bytes + written, cells + ended);
            match result {
                ReadRecordResult::Record => return Ok(Some((line, bytes, cells))),
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::InputEmpty if at_end => return Err(refuse(FileRefusal::UnclosedQuote(line))),
                ReadRecordResult::InputEmpty if taken > LONGEST_ROW => return Err(refuse(FileRefusal::TooLong(line))),
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
            }
        }
    }

    fn skip_blank_lines(&mut self) -> Result<()> {
        loop {
            let input = self.source.fill_buf()?;
            let blank = input.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let on = blank < input.len() || input.is_empty();
            self.lines.pass(&input[..blank]);
            self.source.consume(blank);
            if on {
                return Ok(());
            }
        }
    }
}

impl Rows for TextRows {
    fn headings(&self) -> &[String] {
        &self.headings
    }

    fn headings_line(&self) -> u64 {
        self.headings_line
    }

    fn next(&mut self) -> Result<Option<RawRow<'_>>> {
        if let Some(kept) = self.waiting.next() {
            let (text, ends) = (&mut self.text, &mut self.ends);
            // There is room: they were read into these.
            text[..kept.text.len()].copy_from_slice(kept.text.as_bytes());
            ends[..kept.ends.len()].copy_from_slice(&kept.ends);
            let text =
                std::str::from_utf8(&text[..kept.text.len()]).map_err(|_| refuse(FileRefusal::Mixed(kept.line)))?;
            return Ok(Some(RawRow { line: kept.line, text, ends: &ends[..kept.ends.len()], marks: &[] }));
        }
        loop {
            let Some((line, bytes, cells)) = self.record()? else {
                return Ok(None);
            };
            if self.text[..bytes].contains(&0) {
                return Err(refuse(FileRefusal::Nul(line)));
            }
            // A row of commas is as blank as an empty line.
            if self.text[..bytes].iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let text = std::str::from_utf8(&self.text[..bytes]).map_err(|_| refuse(FileRefusal::Mixed(line)))?;
            return Ok(Some(RawRow { line, text, ends: &self.ends[..cells], marks: &[] }));
        }
    }
}

/// Which line of the file comes next, whether lines end with a line feed, a carriage return, or both.
#[derive(Debug, Default)]
pub(super) struct LineCount {
    passed: u64,
    after_return: bool,
}

impl LineCount {
    pub fn current(&self) -> u64 {
        self.passed + 1
    }

    pub fn pass(&mut self, bytes: &[u8]) {
        // Without a carriage return, line feeds are lines; and to count one byte is far quicker than to follow two.
        if !self.after_return && !bytes.contains(&b'\r') {
            self.passed += bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
            return;
        }
        for &byte in bytes {
            self.passed += u64::from(byte == b'\r' || (byte == b'\n' && !self.after_return));
            self.after_return = byte == b'\r';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &[u8]) -> Result<Vec<(u64, Vec<String>)>> {
        let source: Box<dyn Read> = Box::new(std::io::Cursor::new(text.to_vec()));
        let mut rows = TextRows::begin(source, b',', false)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push((row.line, row.cells().map(str::to_string).collect()));
        }
        Ok(found)
    }

    fn lines(text: &str) -> Vec<u64> {
        rows(text.as_bytes()).expect("rows").into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn lines_are_those_of_the_file() {
        assert_eq!(lines("a,b\n1,2\n3,4\n"), [2, 3]);
        assert_eq!(lines("a,b\r\n1,2\r\n3,4"), [2, 3]);
        assert_eq!(lines("a,b\r1,2\r3,4\r"), [2, 3]);
        assert_eq!(lines("\n\na,b\n\n1,2\n,\n\r\n3,4\n"), [5, 8]);
        assert_eq!(lines("a,b\n1,\"x\ny\r\nz\"\n3,4\n"), [2, 5]);
    }

    #[test]
    fn what_no_table_has_is_refused() {
        let refused = |text: &[u8]| rows(text).expect_err("a refusal").to_string();
        assert!(refused(b"a,b\n1,2\n3,\"4\n5,6\n").starts_with("line 3: a quotation mark"));
        assert!(refused(b"a,b\n1,\0\n").starts_with("line 2: the file has NUL"));
        assert!(refused(b"").starts_with("the file is empty"));
        let long = format!("a,b\n1,2\n{}\n", "x".repeat(3 << 20));
        assert!(refused(long.as_bytes()).starts_with("line 3: the row has over a million"));
    }

    #[test]
    fn a_quotation_mark_inside_a_cell_is_a_character() {
        let found = rows(b"a,b\n12\" viola,\"he said \"\"hm\"\"\"").expect("rows");
        assert_eq!(found[0].1, ["12\" viola", "he said \"hm\""]);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[a,\"\\r\\n\\t é']{0,80}") {
            let _ = rows(text.as_bytes());
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = rows(&bytes);
        }
    }
}
