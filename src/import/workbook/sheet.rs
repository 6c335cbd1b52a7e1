//! Takes the rows of a sheet and finds out which of them holds the headings.

use anyhow::Result;

use super::row::RowCells;
use super::spool::{Spool, SpoolWriter};
use crate::import::reader::MOST_TITLES;

/// Writes a sheet's rows down, from its headings on: the first row in which more than one cell is filled, so that a title
/// may stand above it. Where no such row comes soon, the sheet has one column, and its first row is the headings.
pub struct SheetWriter {
    spool: SpoolWriter,
    /// Rows of one cell, of which it is not yet known whether they are titles.
    titles: Vec<RowCells>,
    headings_row: Option<u64>,
}

impl SheetWriter {
    pub fn begin() -> Result<SheetWriter> {
        Ok(SheetWriter { spool: SpoolWriter::begin()?, titles: Vec::new(), headings_row: None })
    }

    /// Refuses a row that is repeated more often than there is room for.
    pub fn check_room(&self, row: &RowCells, times: u64) -> Result<()> {
        self.spool.check_room(row, times)
    }

    /// Takes the next row; a blank one is left out.
    pub fn row(&mut self, row: &RowCells) -> Result<()> {
        let filled = row.filled();
        if filled == 0 {
            return Ok(());
        }
        if self.headings_row.is_none() {
            if filled == 1 && self.titles.len() < MOST_TITLES {
                self.titles.push(row.clone());
                return Ok(());
            }
            if filled > 1 {
                self.titles.clear();
                self.headings_row = Some(row.line);
            }
            self.one_column()?;
        }
        self.spool.row(row)
    }

    /// The rows that were waited with are the sheet's own.
    fn one_column(&mut self) -> Result<()> {
        if let Some(first) = self.titles.first() {
            self.headings_row = Some(first.line);
        }
        let waited = std::mem::take(&mut self.titles);
        waited.iter().try_for_each(|row| self.spool.row(row))
    }

    /// The rows, and the row of the sheet that holds the headings; nothing of a sheet that is empty.
    pub fn finish(mut self) -> Result<Option<(Spool, u64)>> {
        self.one_column()?;
        let spool = self.spool.finish()?;
        Ok(self.headings_row.map(|line| (spool, line)))
    }
}
