//! The rows of a sheet in a file of their own, which nobody else can open and which is gone when the program ends.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, Write};

use anyhow::{Context, Result};

use super::refusal::WorkbookRefusal;
use super::row::RowCells;
use crate::domain::refusal::refuse;
use crate::import::reader::{Mark, RawRow, Rows, headings};

/// More bytes than the rows of a sheet may take.
const MOST: u64 = 1 << 30;

/// A sheet's rows, written down.
pub struct Spool {
    file: File,
    bytes: u64,
}

impl Spool {
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The file from its beginning.
    pub fn file(&self) -> Result<File> {
        let mut again = self.file.try_clone()?;
        again.rewind()?;
        Ok(again)
    }
}

/// Writes rows one after another: line, number of cells and bytes of text; where each cell ends; its mark; the text.
pub struct SpoolWriter {
    out: BufWriter<File>,
    bytes: u64,
}

impl SpoolWriter {
    pub fn begin() -> Result<SpoolWriter> {
        let file = tempfile::tempfile().context("making a file for the rows of the sheet")?;
        Ok(SpoolWriter { out: BufWriter::with_capacity(1 << 16, file), bytes: 0 })
    }

    pub fn row(&mut self, row: &RowCells) -> Result<()> {
        let cells = row.ends.len();
        self.bytes += (12 + cells * 5 + row.text.len()) as u64;
        if self.bytes > MOST {
            return Err(refuse(WorkbookRefusal::TooLarge));
        }
        self.number(row.line)?;
        self.number(cells)?;
        self.number(row.text.len())?;
        row.ends.iter().try_for_each(|&end| self.number(end))?;
        row.marks.iter().try_for_each(|mark| self.out.write_all(&[mark.code()]))?;
        Ok(self.out.write_all(row.text.as_bytes())?)
    }

    fn number(&mut self, number: impl TryInto<u32, Error: Send + Sync + std::error::Error + 'static>) -> Result<()> {
        Ok(self.out.write_all(&number.try_into()?.to_le_bytes())?)
    }

    pub fn finish(self) -> Result<Spool> {
        let file = self.out.into_inner().context("writing the rows of the sheet")?;
        Ok(Spool { file, bytes: self.bytes })
    }
}

/// The rows, read back one at a time.
pub struct SpoolRows<R> {
    source: BufReader<R>,
    headings: Vec<String>,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    marks: Vec<Mark>,
}

impl<R: Read> SpoolRows<R> {
    /// Reads the headings.
    pub fn begin(spool: R) -> Result<SpoolRows<R>> {
        let mut rows = SpoolRows {
            source: BufReader::with_capacity(1 << 16, spool),
            headings: Vec::new(),
            bytes: Vec::new(),
            ends: Vec::new(),
            marks: Vec::new(),
        };
        rows.headings = rows.next()?.as_ref().map(headings).unwrap_or_default();
        Ok(rows)
    }

    fn bytes(&mut self, count: usize) -> Result<()> {
        self.bytes.resize(count, 0);
        self.source.read_exact(&mut self.bytes).context("reading the rows of the sheet back")
    }

    fn number(&mut self) -> Result<u32> {
        let mut number = [0; 4];
        self.source.read_exact(&mut number).context("reading the rows of the sheet back")?;
        Ok(u32::from_le_bytes(number))
    }
}

impl<R: Read> Rows for SpoolRows<R> {
    fn headings(&self) -> &[String] {
        &self.headings
    }

    fn next(&mut self) -> Result<Option<RawRow<'_>>> {
        let mut first = [0; 1];
        if self.source.read(&mut first)? == 0 {
            return Ok(None);
        }
        let mut rest = [0; 3];
        self.source.read_exact(&mut rest)?;
        let line = u32::from_le_bytes([first[0], rest[0], rest[1], rest[2]]).into();
        let (cells, text) = (self.number()? as usize, self.number()? as usize);
        self.bytes(cells * 4)?;
        self.ends.clear();
        self.ends.extend(
            self.bytes.chunks_exact(4).map(|end| u32::from_le_bytes([end[0], end[1], end[2], end[3]]) as usize),
        );
        self.bytes(cells)?;
        self.marks.clear();
        self.marks.extend(self.bytes.iter().map(|code| Mark::of(*code)));
        self.bytes(text)?;
        let text = std::str::from_utf8(&self.bytes).context("reading the rows of the sheet back")?;
        Ok(Some(RawRow::marked(line, text, &self.ends, &self.marks)))
    }
}
