//! One row as a kind reads it: its cells by our columns, and what is wrong with them.

use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;

use super::again::{cell_in_text, is_error};
use super::mapping::{Field, Mapping};
use super::reader::{Mark, RawRow};
use crate::domain::date::Date;
use crate::domain::money::{Pence, parse_price};
use crate::domain::text::fold;
use crate::output::csv::unguard;

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
    /// The place among its equals that a row was rejected with before.
    pub told_place: Option<i64>,
    /// The place it has, where rows are told apart by that.
    pub place: Option<i64>,
}

impl<'a> Row<'a> {
    pub fn new(raw: RawRow<'a>, mapping: &'a Mapping) -> Row<'a> {
        Row { raw, mapping, faults: Vec::new(), told_place: None, place: None }
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

    /// What the row itself says in our columns, whatever words a map or a command puts in their place. Cells that no column
    /// is taken from are no part of it, and neither is why it was rejected once.
    pub fn content(&self, separator: char) -> String {
        let mut content = String::new();
        for (column, place) in &self.mapping.told {
            let cell = cell_in_text(&self.raw, *place, self.mapping.decimal_comma);
            let cell = unguard(cell.trim_matches(' '));
            if !cell.is_empty() {
                content.push_str(&format!("{column}{separator}{}{separator}", fold(cell)));
            }
        }
        content
    }

    /// The row's place among its equals: the one it was rejected with before, or the next.
    pub fn place_among(&mut self, met: &mut i64) -> i64 {
        let place = self.told_place.unwrap_or(*met + 1);
        *met = place.max(*met);
        self.place = Some(place);
        place
    }

    /// Whether the map has what is missing in this column made.
    pub fn makes(&self, column: impl Into<usize>) -> bool {
        self.mapping.field(column.into()).is_some_and(|field| field.makes)
    }

    /// The text of a column: empty where there is none.
    pub fn text(&self, column: impl Into<usize>) -> Cow<'a, str> {
        let Some(field) = self.mapping.field(column.into()) else {
            return Cow::Borrowed("");
        };
        match field.only_cell().filter(|_| self.mapping.none().is_empty()) {
            Some(cell) => Cow::Borrowed(self.raw.cell(cell)),
            None => field.text(self.raw, self.mapping.none()),
        }
    }

    /// The text of a column with the spaces around it, where they may be part of it: a template, a server's answer.
    pub fn verbatim(&self, column: impl Into<usize>) -> Cow<'a, str> {
        let column = column.into();
        match self.mapping.field(column).and_then(Field::only_cell) {
            Some(cell) => Cow::Borrowed(unguard(self.raw.raw(cell))),
            None => self.text(column),
        }
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
        if self.text(column).is_empty() {
            self.fault(column, "is missing");
            return None;
        }
        self.parse(column)
    }

    pub fn day(&mut self, column: impl Into<usize>) -> Option<Date> {
        let mapping = self.mapping;
        self.read(column, |text| mapping.days.read(text))
    }

    /// An amount that is not below nought.
    pub fn price(&mut self, column: impl Into<usize>) -> Option<Pence> {
        let column = column.into();
        let comma = self.has_comma(column);
        self.read(column, |text| parse_price(&with_point(text, comma)))
    }

    /// An amount that may be below nought: a credit.
    pub fn amount(&mut self, column: impl Into<usize>) -> Option<Pence> {
        let column = column.into();
        let comma = self.has_comma(column);
        self.read(column, |text| with_point(text, comma).parse())
    }

    /// Whether an amount is written with a comma before its pence. The numbers of a workbook never are.
    fn has_comma(&self, column: usize) -> bool {
        let mut cells = self.mapping.field(column).into_iter().flat_map(Field::places);
        let filled = cells.find(|&cell| !self.raw.cell(cell).is_empty());
        self.mapping.decimal_comma && filled.is_none_or(|cell| self.raw.mark(cell) != Mark::Number)
    }

    /// Notes a fault for every column that is taken from a cell with an error in it; whether the row has any fault by now. In a
    /// file of rejects the text of an error is one; what the map says is nothing never is.
    pub(super) fn is_broken(&mut self, is_again: bool) -> bool {
        let mapping = self.mapping;
        let is_nothing = |text: &str| !text.is_empty() && mapping.none().contains(&fold(text));
        let is_broken = |raw: RawRow<'_>, cell: usize| {
            let has_error = raw.mark(cell) == Mark::Broken || (is_again && is_error(raw.raw(cell)));
            has_error && !is_nothing(raw.raw(cell))
        };
        for column in 0.. {
            let Some(field) = self.mapping.field(column) else {
                break;
            };
            let Some(cell) = field.places().find(|&cell| is_broken(self.raw, cell)) else {
                continue;
            };
            let value = self.raw.raw(cell).to_string();
            let reason = if value.is_empty() {
                "is a formula whose result is not in the file; open it in the spreadsheet and save it"
            } else {
                "is an error in the sheet; put its formula right, or write the value itself"
            };
            self.faults.push(Fault { column: Some(column), value, reason: reason.to_string() });
        }
        !self.faults.is_empty()
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
    fn a_comma_before_the_pence_becomes_a_point() {
        assert_eq!(with_point("1.234,56", true), "1,234.56");
        assert_eq!(with_point("1,234.56", false), "1,234.56");
    }
}
