//! One list on its way out, in whichever format was asked for.

use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use clap::ValueEnum;

use super::csv::CsvWriter;
use super::json::JsonWriter;
use super::table::TableWriter;
use crate::domain::listing::Listing;
use crate::place;
use crate::world::Terminal;

/// How a list is written. It never changes by itself; only decoration does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: aligned columns, days as 31 Aug 2026.
    #[default]
    Table,
    /// For spreadsheets and scripts: RFC 4180, ISO days, pounds with two decimals.
    Csv,
    /// For programs: an array of flat objects with the CSV's keys.
    Json,
}

/// Takes a list's rows one by one and writes them. CSV and JSON stream; a table waits for its last row.
pub struct Lister<'w> {
    writer: Writer<'w>,
    rows: usize,
    tick: Option<Box<dyn FnMut(usize) + 'w>>,
}

/// Rows between two looks at the clock.
const TICK: usize = 1024;

enum Writer<'w> {
    Table(TableWriter, &'w mut dyn Write, Terminal),
    Csv(Box<CsvWriter<&'w mut dyn Write>>),
    Json(JsonWriter<'static, io::BufWriter<&'w mut dyn Write>>),
}

impl<'w> Lister<'w> {
    pub fn begin(
        format: Format,
        for_excel: bool,
        columns: &'static [&'static str],
        out: &'w mut dyn Write,
        terminal: Terminal,
    ) -> Result<Lister<'w>> {
        let writer = match format {
            Format::Table => Writer::Table(TableWriter::begin(columns), out, terminal),
            Format::Csv => Writer::Csv(Box::new(CsvWriter::begin(out, columns, for_excel)?)),
            Format::Json => Writer::Json(JsonWriter::begin(io::BufWriter::new(out), columns)?),
        };
        Ok(Lister { writer, rows: 0, tick: None })
    }

    /// Calls `tick` with the number of rows so far, now and then.
    pub fn watched(&mut self, tick: impl FnMut(usize) + 'w) {
        self.tick = Some(Box::new(tick));
    }

    pub fn row(&mut self, row: &impl Listing) -> Result<()> {
        match &mut self.writer {
            Writer::Table(table, ..) => {
                row.each_cell(&mut |cell| table.cell(&cell));
                table.end_row();
            }
            Writer::Csv(csv) => {
                row.each_cell(&mut |cell| csv.cell(&cell));
                csv.end_row()?;
            }
            Writer::Json(json) => {
                let mut outcome = Ok(());
                row.each_cell(&mut |cell| {
                    if outcome.is_ok() {
                        outcome = json.cell(&cell);
                    }
                });
                outcome?;
                json.end_row()?;
            }
        }
        self.rows += 1;
        match &mut self.tick {
            Some(tick) if self.rows.is_multiple_of(TICK) => tick(self.rows),
            _ => {}
        }
        Ok(())
    }

    /// A row that sums the others up: in a table only, so that scripts never count it twice.
    pub fn total(&mut self, row: &impl Listing) {
        if let Writer::Table(table, ..) = &mut self.writer {
            row.each_cell(&mut |cell| table.cell(&cell));
            table.end_row();
            table.mark_total();
        }
    }

    /// Writes what is left and says how many rows there were.
    pub fn finish(self) -> Result<usize> {
        match self.writer {
            Writer::Table(table, out, terminal) => {
                let mut out = io::BufWriter::new(out);
                table.finish(&mut out, terminal)?;
                out.flush()?;
            }
            Writer::Csv(mut csv) => csv.finish()?,
            Writer::Json(mut json) => json.finish()?,
        }
        Ok(self.rows)
    }
}

/// Why an output was not written.
#[derive(Debug, thiserror::Error)]
#[error("{} is a database, and would be lost under the output", .0.display())]
pub struct WouldDestroy(PathBuf);

/// Writes a file whole or not at all: beside its place first, then under its name, readable by its owner alone.
/// A link is followed, a device or a pipe is written to as it is, and a database is never written over.
pub fn write_whole<T>(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<T>) -> Result<T> {
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    refuse_database(path)?;
    if path.is_dir() {
        return Err(anyhow!("{} is a folder", path.display()));
    }
    if path.exists() && !path.is_file() {
        let mut device =
            OpenOptions::new().write(true).open(path).with_context(|| format!("writing {}", path.display()))?;
        return write(&mut device);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let cannot = || format!("writing {}", path.display());
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(cannot)?;
    let done = write(&mut file)?;
    file.as_file().sync_all().with_context(cannot)?;
    file.persist(path).map_err(|error| error.error).with_context(cannot)?;
    place::settle(path).with_context(cannot)?;
    Ok(done)
}

/// A database begins with these bytes; beside it may lie what belongs to it.
fn refuse_database(path: &Path) -> Result<()> {
    const MAGIC: &[u8] = b"SQLite format 3\0";
    let name = path.to_string_lossy();
    let main = name.strip_suffix("-wal").or_else(|| name.strip_suffix("-shm")).map_or(path, Path::new);
    let mut beginning = Vec::new();
    if main.is_file()
        && let Ok(file) = std::fs::File::open(main)
    {
        file.take(MAGIC.len() as u64).read_to_end(&mut beginning)?;
    }
    if beginning == MAGIC { Err(WouldDestroy(path.to_path_buf()).into()) } else { Ok(()) }
}
