//! Tables for people: drawn as a grid where they fit, as one folded paragraph a record where they do not.

use std::io::{self, Write};

use comfy_table::{Attribute, Cell as Drawn, CellAlignment, ContentArrangement, Table};
use unicode_width::UnicodeWidthStr;

use crate::domain::date;
use crate::domain::listing::Cell;
use crate::domain::text::escape;
use crate::world::Terminal;

/// Rows waiting to be drawn: a grid's widths are known only when all have been seen.
pub struct TableWriter {
    columns: &'static [&'static str],
    rows: Vec<Vec<Shown>>,
    row: Vec<Shown>,
    /// Indices of rows that are totals, set off from the rest.
    totals: Vec<usize>,
}

struct Shown {
    text: String,
    right: bool,
}

impl TableWriter {
    pub fn begin(columns: &'static [&'static str]) -> TableWriter {
        TableWriter { columns, rows: Vec::new(), row: Vec::new(), totals: Vec::new() }
    }

    pub fn cell(&mut self, cell: &Cell<'_>) {
        let right = matches!(cell, Cell::Number(_) | Cell::Money(_));
        self.row.push(Shown { text: shown(cell), right });
    }

    pub fn end_row(&mut self) {
        self.rows.push(std::mem::take(&mut self.row));
    }

    /// Marks the row just ended as a total.
    pub fn mark_total(&mut self) {
        self.totals.push(self.rows.len().saturating_sub(1));
    }

    /// Off a terminal nothing wraps and nothing is cut; on one, what is too wide for a grid is folded.
    pub fn finish(&self, out: &mut dyn Write, terminal: Terminal) -> io::Result<()> {
        match terminal.width {
            Some(width) if usize::from(width) < self.natural_width() => {
                self.fold(out, usize::from(width), terminal.colour)
            }
            _ => self.draw(out, terminal.colour),
        }
    }

    fn natural_width(&self) -> usize {
        let widest = |column: usize| {
            let cells = self.rows.iter().map(|row| row[column].text.width());
            cells.chain([self.columns[column].width()]).max().unwrap_or(0)
        };
        (0..self.columns.len()).map(|column| widest(column) + 2).sum::<usize>().saturating_sub(2)
    }

    fn draw(&self, out: &mut dyn Write, colour: bool) -> io::Result<()> {
        let mut table = Table::new();
        table.set_content_arrangement(ContentArrangement::Disabled).load_style(comfy_table::presets::NOTHING);
        if colour {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        table.set_header(self.columns.iter().map(|column| Drawn::new(column).add_attribute(Attribute::Bold)));
        for (index, row) in self.rows.iter().enumerate() {
            table.add_row(row.iter().map(|shown| drawn(shown, self.totals.contains(&index))));
        }
        for (index, column) in table.column_iter_mut().enumerate() {
            column.set_padding((0, 2));
            if self.rows.first().is_some_and(|row| row[index].right) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        for line in table.lines() {
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    /// Each record as a paragraph: its first value, then `column value` for each that is there.
    fn fold(&self, out: &mut dyn Write, width: usize, colour: bool) -> io::Result<()> {
        for row in &self.rows {
            let mut paragraph = Paragraph::new(out, width, colour);
            paragraph.begin(&row[0].text)?;
            for (column, shown) in self.columns.iter().zip(row).skip(1).filter(|(_, shown)| !shown.text.is_empty()) {
                paragraph.pair(column, &shown.text)?;
            }
            paragraph.end()?;
        }
        Ok(())
    }
}

fn drawn(shown: &Shown, total: bool) -> Drawn {
    let cell = Drawn::new(&shown.text);
    if total { cell.add_attribute(Attribute::Bold) } else { cell }
}

/// A record's line under way: pairs flow, and a line that is full goes on indented.
struct Paragraph<'a> {
    out: &'a mut dyn Write,
    width: usize,
    colour: bool,
    at: usize,
}

const INDENT: &str = "    ";
const GAP: &str = "  ";

impl<'a> Paragraph<'a> {
    fn new(out: &'a mut dyn Write, width: usize, colour: bool) -> Paragraph<'a> {
        Paragraph { out, width: width.max(20), colour, at: 0 }
    }

    fn begin(&mut self, key: &str) -> io::Result<()> {
        self.at = key.width();
        if self.colour { write!(self.out, "\x1b[1m{key}\x1b[0m") } else { write!(self.out, "{key}") }
    }

    fn pair(&mut self, column: &str, value: &str) -> io::Result<()> {
        let wide = column.width() + 1 + value.width();
        if self.at + GAP.len() + wide > self.width {
            write!(self.out, "\n{INDENT}")?;
            self.at = INDENT.len();
        } else {
            write!(self.out, "{GAP}")?;
            self.at += GAP.len();
        }
        self.at += column.width() + 1;
        if self.colour {
            write!(self.out, "\x1b[2m{column}\x1b[0m ")?;
        } else {
            write!(self.out, "{column} ")?;
        }
        self.value(value)
    }

    /// A value that is longer than what is left of the line goes on below, broken between words.
    fn value(&mut self, value: &str) -> io::Result<()> {
        for (place, word) in value.split(' ').enumerate() {
            if place > 0 && self.at + 1 + word.width() > self.width {
                write!(self.out, "\n{INDENT}")?;
                self.at = INDENT.len();
            } else if place > 0 {
                write!(self.out, " ")?;
                self.at += 1;
            }
            write!(self.out, "{word}")?;
            self.at += word.width();
        }
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }
}

/// A cell as a person reads it.
pub fn shown(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Absent => String::new(),
        Cell::Text(text) | Cell::Code(text) => escape(text),
        Cell::Numbered(letter, number) => format!("{letter}{number}"),
        Cell::Number(number) => number.to_string(),
        Cell::Money(amount) => amount.to_string(),
        Cell::Day(day) => date::in_words(*day),
        Cell::Flag(flag) => if *flag { "yes" } else { "no" }.to_string(),
    }
}
