//! One row as a kind reads it: its cells by our columns, and what is wrong with them.

use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;

use super::mapping::{Mapping, Place};
use super::reader::RawRow;
use crate::domain::date::{Date, DateError, DateOrder, parse_fixed};
use crate::domain::money::{Pence, parse_price};
use crate::domain::text::fold;

/// What is wrong with a row: the column (or none, for the row as a whole), its value, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub column: Option<usize>,
    pub value: String,
    pub reason: String,
}

/// A row with its cells mapped. Reading a cell that cannot be read notes a fault and goes on, so that all are told at once.
pub struct Row<'a> {
    raw: RawRow<'a>,
    mapping: &'a Mapping,
    pub faults: Vec<Fault>,
}

impl<'a> Row<'a> {
    pub fn new(raw: RawRow<'a>, mapping: &'a Mapping) -> Row<'a> {
        Row { raw, mapping, faults: Vec::new() }
    }

    pub fn line(&self) -> u64 {
        self.raw.line
    }

    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    /// Whether the file says anything in this column, in any row.
    pub fn has(&self, column: impl Into<usize>) -> bool {
        self.mapping.field(column.into()).is_some_and(super::mapping::Field::is_mapped)
    }

    /// All that the row itself says, whatever a map or a command makes of it.
    pub fn content(&self, separator: char) -> String {
        let mut content = String::new();
        for cell in self.raw.cells() {
            content.push_str(&fold(cell));
            content.push(separator);
        }
        content
    }

    /// Whether the map has what is missing in this column made.
    pub fn makes(&self, column: impl Into<usize>) -> bool {
        self.mapping.field(column.into()).is_some_and(|field| field.makes)
    }

    /// The text of a column: empty where there is none.
    pub fn text(&self, column: impl Into<usize>) -> Cow<'a, str> {
        let column = column.into();
        match self.mapping.place(column) {
            Place::Nowhere => Cow::Borrowed(""),
            Place::Cell(cell) => Cow::Borrowed(self.raw.cell(cell)),
            Place::Made => self.made(column),
        }
    }

    fn made(&self, column: usize) -> Cow<'a, str> {
        let Some(field) = self.mapping.field(column) else {
            return Cow::Borrowed("");
        };
        let mut text = match field.cells.as_slice() {
            [] => Cow::Borrowed(""),
            cells if field.joined => Cow::Owned(cells.iter().map(|&cell| self.raw.cell(cell)).collect()),
            cells => {
                let mut filled = cells.iter().map(|&cell| self.raw.cell(cell)).filter(|text| !text.is_empty());
                Cow::Borrowed(filled.next().unwrap_or_default())
            }
        };
        if let Some(constant) = field.constant.as_deref().filter(|_| text.is_empty()) {
            text = Cow::Borrowed(constant);
        }
        if field.values.is_empty() {
            return text;
        }
        field.values.get(&fold(&text)).map_or(text, |ours| Cow::Borrowed(ours.as_str()))
    }

    pub fn fault(&mut self, column: impl Into<usize>, reason: impl Display) {
        let column = column.into();
        let value = self.text(column).into_owned();
        self.faults.push(Fault { column: Some(column), value, reason: reason.to_string() });
    }

    /// A fault of the row as a whole.
    pub fn fault_of_row(&mut self, reason: impl Display) {
        self.faults.push(Fault { column: None, value: String::new(), reason: reason.to_string() });
    }

    /// Reads a column; an empty one is absent.
    pub fn read<T, E: Display>(
        &mut self,
        column: impl Into<usize>,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let column = column.into();
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        read(&text).map_err(|reason| self.fault(column, reason)).ok()
    }

    /// A column of any type that reads itself from text.
    pub fn parse<T: FromStr<Err: Display>>(&mut self, column: impl Into<usize>) -> Option<T> {
        self.read(column, str::parse)
    }

    /// The same, where a row cannot do without it.
    pub fn needed<T: FromStr<Err: Display>>(&mut self, column: impl Into<usize>) -> Option<T> {
        let column = column.into();
        let text = self.text(column);
        if text.is_empty() {
            self.fault(column, "is missing");
            return None;
        }
        text.parse().map_err(|reason| self.fault(column, reason)).ok()
    }

    pub fn day(&mut self, column: impl Into<usize>) -> Option<Date> {
        let order = self.mapping.dates;
        self.read(column, |text| parse_fixed(without_midnight(text), order).map_err(|error| told(text, order, error)))
    }

    /// An amount that is not below nought.
    pub fn price(&mut self, column: impl Into<usize>) -> Option<Pence> {
        let comma = self.mapping.decimal_comma;
        self.read(column, |text| parse_price(&with_point(text, comma)))
    }

    /// An amount that may be below nought: a credit.
    pub fn amount(&mut self, column: impl Into<usize>) -> Option<Pence> {
        let comma = self.mapping.decimal_comma;
        self.read(column, |text| with_point(text, comma).parse())
    }

    /// Writes a column over what is held, if the file has that column: an empty cell takes the value away.
    pub fn over<T: FromStr<Err: Display>>(&mut self, column: impl Into<usize>, held: &mut Option<T>) {
        let column = column.into();
        if self.has(column) {
            *held = self.parse(column);
        }
    }

    /// The same, where an empty cell leaves what is held.
    pub fn over_filled<T: FromStr<Err: Display>>(&mut self, column: impl Into<usize>, held: &mut T) {
        if let Some(value) = self.parse(column) {
            *held = value;
        }
    }

    pub fn over_day(&mut self, column: impl Into<usize>, held: &mut Option<Date>) {
        let column = column.into();
        if self.has(column) {
            *held = self.day(column);
        }
    }

    pub fn over_price(&mut self, column: impl Into<usize>, held: &mut Option<Pence>) {
        let column = column.into();
        if self.has(column) {
            *held = self.price(column);
        }
    }

    /// The same for text that a rule of its own reads.
    pub fn over_text<E: Display>(
        &mut self,
        column: impl Into<usize>,
        held: &mut Option<String>,
        rule: impl FnOnce(&str) -> Result<Option<String>, E>,
    ) {
        let column = column.into();
        if self.has(column) {
            *held = self.read(column, rule).flatten();
        }
    }
}

/// Why a cell is no day, in the terms of a file rather than of the command line.
fn told(text: &str, order: DateOrder, error: DateError) -> String {
    let example = match order {
        DateOrder::Dmy => "31/08/2026",
        DateOrder::Ymd => "2026/08/31",
        DateOrder::Mdy => "08/31/2026",
    };
    let is_count = text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    match error {
        DateError::NotADate(_) if is_count => {
            "is a spreadsheet's count of days; format that column as dates and save it again".to_string()
        }
        DateError::NotADate(_) => format!("is not a date; write 2026-08-31 or {example}"),
        other => other.to_string(),
    }
}

/// A day without the midnight that spreadsheets add: `16/09/2006 00:00:00`.
fn without_midnight(text: &str) -> &str {
    // A day alone is no longer than this; most cells hold no more.
    if text.len() <= "31/08/2026".len() {
        return text;
    }
    let (day, time) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    if matches!(time, "00:00" | "00:00:00" | "0:00") { day } else { text }
}

/// An amount with a point before the pence, where the file writes a comma: `1.234,56`.
fn with_point(text: &str, comma: bool) -> Cow<'_, str> {
    if !comma {
        return Cow::Borrowed(text);
    }
    let swapped = |c| match c {
        ',' => '.',
        '.' => ',',
        other => other,
    };
    Cow::Owned(text.chars().map(swapped).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_spreadsheets_add_is_taken_off() {
        assert_eq!(without_midnight("16/09/2006 00:00:00"), "16/09/2006");
        assert_eq!(without_midnight("16/09/2006 10:30"), "16/09/2006 10:30");
        assert_eq!(with_point("1.234,56", true), "1,234.56");
        assert_eq!(with_point("1,234.56", false), "1,234.56");
    }
}
