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
    scratch: Vec<u8>,
}

impl SpoolWriter {
    pub fn begin() -> Result<SpoolWriter> {
        let file = tempfile::tempfile().context("making a file for the rows of the sheet")?;
        Ok(SpoolWriter { out: BufWriter::with_capacity(1 << 16, file), bytes: 0, scratch: Vec::new() })
    }

    /// Refuses what would take more than it may: so many rows of this size.
    pub fn check_room(&self, row: &RowCells, times: u64) -> Result<()> {
        let room = (MOST - self.bytes) / size(row).max(1);
        if times > room { Err(refuse(WorkbookRefusal::TooLarge)) } else { Ok(()) }
    }

    pub fn row(&mut self, row: &RowCells) -> Result<()> {
        self.check_room(row, 1)?;
        self.bytes += size(row);
        self.scratch.clear();
        let counts = [u32::try_from(row.line)?, u32::try_from(row.ends.len())?, u32::try_from(row.text.len())?];
        self.scratch.extend(counts.iter().flat_map(|count| count.to_le_bytes()));
        for &end in &row.ends {
            self.scratch.extend(u32::try_from(end)?.to_le_bytes());
        }
        self.scratch.extend(row.marks.iter().map(|mark| mark.code()));
        self.out.write_all(&self.scratch)?;
        Ok(self.out.write_all(row.text.as_bytes())?)
    }

    pub fn finish(self) -> Result<Spool> {
        let file = self.out.into_inner().context("writing the rows of the sheet")?;
        Ok(Spool { file, bytes: self.bytes })
    }
}

/// How many bytes a row takes.
fn size(row: &RowCells) -> u64 {
    (12 + row.ends.len() * 5 + row.text.len()) as u64
}

/// The rows, read back one at a time.
pub struct SpoolRows<R> {
    source: BufReader<R>,
    headings: Vec<String>,
    headings_line: u64,
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
            headings_line: 1,
            bytes: Vec::new(),
            ends: Vec::new(),
            marks: Vec::new(),
        };
        if let Some((found, line)) = rows.next()?.map(|row| (headings(&row), row.line)) {
            (rows.headings, rows.headings_line) = (found, line);
        }
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

    fn headings_line(&self) -> u64 {
        self.headings_line
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
