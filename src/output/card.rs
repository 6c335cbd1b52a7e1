//! One record in full: a column of names and values for a person; a row for a spreadsheet; an object for a program.

use std::io::{self, Write};

use crate::domain::listing::{Cell, Listing, ToCell};
use crate::output::csv::CsvWriter;
use crate::output::json::JsonWriter;
use crate::output::table::shown;
use crate::world::Terminal;

/// A record on its way out, field by field.
#[derive(Debug, Default)]
pub struct Card {
    fields: Vec<(&'static str, Cell<'static>)>,
}

impl Card {
    pub fn new() -> Card {
        Card::default()
    }

    pub fn add(&mut self, name: &'static str, value: &impl ToCell) -> &mut Card {
        self.fields.push((name, value.to_cell().into_owned()));
        self
    }

    /// Adds every column of a listing's row.
    pub fn fields_of<L: Listing>(&mut self, row: &L) {
        let mut columns = L::COLUMNS.iter();
        row.each_cell(&mut |cell| {
            if let Some(name) = columns.next() {
                self.fields.push((name, cell.into_owned()));
            }
        });
    }

    /// For people: what is there, one field a line.
    pub fn draw(&self, out: &mut dyn Write, terminal: Terminal) -> io::Result<()> {
        // At one go: a write for each line would cost more than all the rest of a card.
        let mut text = String::new();
        let widest = self.fields.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, cell) in self.fields.iter().filter(|(_, cell)| *cell != Cell::Absent) {
            let name = format!("{name:widest$}");
            let name = if terminal.colour { format!("\x1b[2m{name}\x1b[0m") } else { name };
            text.push_str(&format!("{name}  {}\n", shown(cell)));
        }
        out.write_all(text.as_bytes())
    }

    pub fn csv(&self, out: &mut dyn Write, for_excel: bool) -> io::Result<()> {
        let columns: Vec<&str> = self.fields.iter().map(|(name, _)| *name).collect();
        let mut rows = CsvWriter::begin(out, &columns, for_excel)?;
        self.fields.iter().for_each(|(_, cell)| rows.cell(cell));
        rows.end_row()?;
        rows.finish()
    }

    /// An array of one object, like every list.
    pub fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let columns: Vec<&str> = self.fields.iter().map(|(name, _)| *name).collect();
        let mut rows = JsonWriter::begin(out, &columns)?;
        self.fields.iter().try_for_each(|(_, cell)| rows.cell(cell))?;
        rows.end_row()?;
        rows.finish()
    }
}
