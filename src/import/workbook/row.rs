//! One row of a sheet while it is put together.

use anyhow::Result;

use super::refusal::WorkbookRefusal;
use crate::domain::refusal::refuse;
use crate::import::reader::{FileRefusal, LONGEST_ROW, Mark};

/// As many columns as a sheet can have.
const MOST_COLUMNS: usize = 16_384;

/// As many rows as a sheet can have.
const MOST_ROWS: u64 = 1_048_576;

/// A row's cells, one after another.
#[derive(Clone, Debug, Default)]
pub struct RowCells {
    /// The sheet's own number of the row.
    pub line: u64,
    pub text: String,
    /// Where each cell ends in the text.
    pub ends: Vec<usize>,
    pub marks: Vec<Mark>,
}

impl RowCells {
    /// Begins a row that must come after the one before.
    pub fn begin(&mut self, line: u64) -> Result<()> {
        self.again(line)?;
        self.text.clear();
        self.ends.clear();
        self.marks.clear();
        Ok(())
    }

    /// The same cells on a line further down.
    pub fn again(&mut self, line: u64) -> Result<()> {
        if line > MOST_ROWS {
            let beyond = format!("it has a row {line}, and a sheet has 1,048,576 at the most");
            return Err(refuse(WorkbookRefusal::Damaged(beyond)));
        }
        if line <= self.line {
            return Err(refuse(WorkbookRefusal::Damaged(format!("row {line} comes after row {}", self.line))));
        }
        self.line = line;
        Ok(())
    }

    /// Puts a cell into a column after those that are there. What is empty is left out until something follows it.
    pub fn put(&mut self, column: usize, text: &str, mark: Mark) -> Result<()> {
        if text.is_empty() && mark == Mark::Text {
            return Ok(());
        }
        let line = self.line;
        if column >= MOST_COLUMNS {
            let beyond = format!("row {line} has a cell beyond column XFD, the last that a sheet has");
            return Err(refuse(WorkbookRefusal::Damaged(beyond)));
        }
        if column < self.ends.len() {
            return Err(refuse(WorkbookRefusal::Damaged(format!("the cells of row {line} are not in their order"))));
        }
        if text.contains('\0') {
            return Err(refuse(FileRefusal::Nul(line)));
        }
        if self.text.len() + text.len() > LONGEST_ROW {
            return Err(refuse(FileRefusal::TooLong(line)));
        }
        self.ends.resize(column, self.text.len());
        self.marks.resize(column, Mark::Text);
        self.text.push_str(text);
        self.ends.push(self.text.len());
        self.marks.push(mark);
        Ok(())
    }

    /// How many cells hold anything but spaces.
    pub fn filled(&self) -> usize {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        let cells = begins.zip(&self.ends).map(|(begin, &end)| self.text.get(begin..end).unwrap_or_default());
        cells.zip(&self.marks).filter(|(text, mark)| !text.trim().is_empty() || **mark == Mark::Broken).count()
    }
}
