//! Bringing files in: read a row at a time, map its cells to our columns, judge and write each row, and say what came of it.
//!
//! `source` finds out what a file is; `reader` gives its rows, `workbook` those of a sheet; `mapping` and `row` say which
//! cell is which column; `draft` prints a map to start from, with a word on each column from `guide`;
//! `fit` makes a shipped map one for a file; `again` says what a file of rejects has beside them;
//! a file in `kinds` judges and writes one kind of record; `plan` drives them and `report` keeps the accounts.

pub mod again;
pub mod draft;
mod encoding;
pub mod fit;
mod guide;
pub mod kinds;
pub mod mapping;
pub mod plan;
pub mod profile;
pub mod reader;
pub mod report;
mod row;
mod signs;
mod source;
mod track;
mod workbook;

pub use source::Source;
pub use track::Runs;
