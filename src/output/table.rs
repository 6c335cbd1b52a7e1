//! Tables for people: drawn as a grid where they fit, as one folded paragraph a record where they do not.

use std::io::{self, Write};

use comfy_table::{Attribute, Cell as Drawn, CellAlignment, ContentArrangement, Table};
use unicode_width::UnicodeWidthStr;

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
    /// Whether it may go on in the next line.
    breaks: bool,
}

impl TableWriter {
    pub fn begin(columns: &'static [&'static str]) -> TableWriter {
        TableWriter { columns, rows: Vec::new(), row: Vec::new(), totals: Vec::new() }
    }

    pub fn cell(&mut self, cell: &Cell<'_>) {
        let right = matches!(cell, Cell::Number(_) | Cell::Money(_));
        let breaks = matches!(cell, Cell::Text(_));
        self.row.push(Shown { text: shown(cell), right, breaks });
    }

    pub fn end_row(&mut self) {
        self.rows.push(std::mem::take(&mut self.row));
    }

    /// Marks the row just ended as a total.
    pub fn mark_total(&mut self) {
        self.totals.push(self.rows.len().saturating_sub(1));
    }

    /// Off a terminal nothing wraps and nothing is cut. On one, texts and headings give way until the grid fits;
    /// where they cannot, each record is folded into a paragraph.
    pub fn finish(&self, out: &mut dyn Write, terminal: Terminal) -> io::Result<()> {
        let Some(width) = terminal.width.map(usize::from) else {
            return self.draw(out, None, terminal.colour);
        };
        match self.squeezed(width) {
            Some(widths) => self.draw(out, Some(&widths), terminal.colour),
            None => self.fold(out, width, terminal.colour),
        }
    }

    /// The columns' widths in a grid of this width; `None` where it cannot be had.
    fn squeezed(&self, width: usize) -> Option<Vec<usize>> {
        let available = (width + GAP.len()).checked_sub(self.columns.len() * GAP.len())?;
        let (mut widths, least): (Vec<usize>, Vec<usize>) =
            (0..self.columns.len()).map(|column| (self.natural_width(column), self.least_width(column))).unzip();
        while widths.iter().sum::<usize>() > available {
            // The column with most to give gives one.
            let slack = |column: &usize| widths[*column] - least[*column];
            let giver = (0..widths.len()).max_by_key(slack).filter(|column| slack(column) > 0)?;
            widths[giver] -= 1;
        }
        Some(widths)
    }

    fn natural_width(&self, column: usize) -> usize {
        let cells = self.rows.iter().map(|row| row[column].text.width());
        cells.chain([self.columns[column].width()]).max().unwrap_or(0)
    }

    /// Headings break after an underscore and texts between words; numbers, days and references never break.
    fn least_width(&self, column: usize) -> usize {
        let heading = self.columns[column].split_inclusive('_').map(str::width).max().unwrap_or(0);
        let least = |shown: &Shown| match shown.breaks {
            true => shown.text.split(' ').map(str::width).max().unwrap_or(0),
            false => shown.text.width(),
        };
        self.rows.iter().map(|row| least(&row[column])).chain([heading]).max().unwrap_or(0)
    }

    fn draw(&self, out: &mut dyn Write, widths: Option<&[usize]>, colour: bool) -> io::Result<()> {
        let mut table = Table::new();
        table.set_content_arrangement(ContentArrangement::Disabled).load_style(comfy_table::presets::NOTHING);
        if colour {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        table.set_header((0..self.columns.len()).map(|column| self.heading(column, widths)));
        for (index, row) in self.rows.iter().enumerate() {
            let cells = row.iter().enumerate();
            table.add_row(
                cells.map(|(column, shown)| drawn(shown, widths.map(|all| all[column]), self.totals.contains(&index))),
            );
        }
        for (index, column) in table.column_iter_mut().enumerate() {
            // Nothing stands right of the last column: a styled heading would keep its padding past the terminal's edge.
            column.set_padding((0, if index + 1 == self.columns.len() { 0 } else { 2 }));
            if self.rows.first().is_some_and(|row| row[index].right) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        for line in table.lines() {
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    fn heading(&self, column: usize, widths: Option<&[usize]>) -> Drawn {
        let name = self.columns[column];
        let text = match widths {
            Some(widths) if name.width() > widths[column] => name.replace('_', "_\n"),
            _ => name.to_string(),
        };
        Drawn::new(text).add_attribute(Attribute::Bold)
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

fn drawn(shown: &Shown, width: Option<usize>, total: bool) -> Drawn {
    let cell = match width {
        Some(width) if shown.text.width() > width => Drawn::new(textwrap::fill(&shown.text, width)),
        _ => Drawn::new(&shown.text),
    };
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

/// A cell as a person reads it, safe for a terminal.
pub fn shown(cell: &Cell<'_>) -> String {
    escape(&cell.to_string())
}
