//! JSON: an array of flat objects with the CSV's keys, one object a line.

use std::io::{self, Write};

use serde_json::Value;

use crate::domain::listing::Cell;

/// Writes rows of cells as one JSON array.
pub struct JsonWriter<'c, W: Write> {
    out: W,
    columns: &'c [&'c str],
    column: usize,
    rows: usize,
}

impl<'c, W: Write> JsonWriter<'c, W> {
    pub fn begin(mut out: W, columns: &'c [&'c str]) -> io::Result<JsonWriter<'c, W>> {
        out.write_all(b"[")?;
        Ok(JsonWriter { out, columns, column: 0, rows: 0 })
    }

    pub fn cell(&mut self, cell: &Cell<'_>) -> io::Result<()> {
        let before: &[u8] = match (self.column, self.rows) {
            (0, 0) => b"\n  {",
            (0, _) => b",\n  {",
            _ => b", ",
        };
        self.out.write_all(before)?;
        serde_json::to_writer(&mut self.out, self.columns[self.column])?;
        self.out.write_all(b": ")?;
        serde_json::to_writer(&mut self.out, &value(cell))?;
        self.column += 1;
        Ok(())
    }

    pub fn end_row(&mut self) -> io::Result<()> {
        self.column = 0;
        self.rows += 1;
        self.out.write_all(b"}")
    }

    pub fn finish(&mut self) -> io::Result<()> {
        self.out.write_all(if self.rows == 0 { b"]\n" } else { b"\n]\n" })?;
        self.out.flush()
    }
}

fn value(cell: &Cell<'_>) -> Value {
    match cell {
        Cell::Absent => Value::Null,
        Cell::Text(text) | Cell::Code(text) => Value::from(text.as_ref()),
        Cell::Numbered(letter, number) => Value::from(format!("{letter}{number}")),
        Cell::Urn(urn) => Value::from(urn.to_string()),
        Cell::Number(number) => Value::from(*number),
        Cell::Money(amount) => Value::from(amount.to_string()),
        Cell::Day(day) => Value::from(day.to_string()),
        Cell::Flag(flag) => Value::from(*flag),
    }
}
