//! Sheets of Excel's workbooks, `.xlsx` and `.xlsm`.

mod strings;
mod styles;

use std::io::Read;

use anyhow::Result;

use self::strings::{Strings, rich_text};
use self::styles::styles;
use super::decimal::Decimal;
use super::format::{Epoch, Format};
use super::package::{Package, Relation};
use super::refusal::WorkbookRefusal;
use super::row::RowCells;
use super::sheet::SheetWriter;
use super::sheets::Sheets;
use super::xml::{Element, Node, Xml, damaged};
use crate::domain::refusal::refuse;
use crate::import::reader::Mark;

/// Reads the sheet that is wanted. `book` is the part that lists the sheets.
pub fn read(package: &mut Package, book: &str, sheets: &mut Sheets<'_>, rows: &mut SheetWriter) -> Result<()> {
    let relations = package.relations(book)?;
    let (path, epoch) = choose(package, book, &relations, sheets)?;
    let Some(path) = path else {
        return Ok(());
    };
    let part_of =
        |sort: &str| relations.iter().find(|relation| relation.sort == sort).map(|found| found.target.as_str());
    let strings = match part_of("sharedStrings") {
        Some(path) => Strings::read(package, path)?,
        None => Strings::default(),
    };
    let formats = match part_of("styles") {
        Some(path) => styles(package, path)?,
        None => Vec::new(),
    };
    let Some(part) = package.part(&path)? else {
        return Err(damaged("the sheet is not in it"));
    };
    Cells { xml: part, strings: &strings, formats: &formats, epoch }.read(rows)
}

/// Meets every sheet; the path of the one to read, and the day from which the workbook counts.
fn choose(
    package: &mut Package,
    book: &str,
    relations: &[Relation],
    sheets: &mut Sheets<'_>,
) -> Result<(Option<String>, Epoch)> {
    let Some(mut part) = package.part(book)? else {
        return Err(refuse(WorkbookRefusal::NotAWorkbook));
    };
    let (mut path, mut epoch) = (None, Epoch::Of1900);
    loop {
        match part.next()? {
            Node::Start(element) if element.local() == "sheet" => {
                let id = element.attribute("id")?.unwrap_or_default();
                let relation = relations.iter().find(|relation| relation.id == id);
                // Charts and dialogs have sheets of their own, with nothing to read.
                let Some(relation) = relation.filter(|relation| relation.sort == "worksheet") else {
                    continue;
                };
                let name = element.attribute("name")?.unwrap_or_default();
                let is_hidden = element.attribute("state")?.is_some_and(|state| state != "visible");
                if sheets.meet(&name, is_hidden) {
                    path = Some(relation.target.clone());
                }
            }
            Node::Start(element) if element.local() == "workbookPr" => {
                let is_later = element.attribute("date1904")?.is_some_and(|flag| is_true(&flag));
                epoch = if is_later { Epoch::Of1904 } else { epoch };
            }
            Node::Eof => return Ok((path, epoch)),
            _ => {}
        }
    }
}

fn is_true(flag: &str) -> bool {
    matches!(flag.trim(), "1" | "true")
}

/// What a cell's value is written as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Written {
    Number,
    /// By its place in the workbook's list of texts.
    Shared,
    /// In the cell itself.
    Inline,
    /// What a formula came to.
    Text,
    Flag,
    Error,
    Day,
}

impl Written {
    fn of(element: &Element<'_>) -> Result<Written> {
        Ok(match element.attribute("t")?.as_deref() {
            None | Some("n") => Written::Number,
            Some("s") => Written::Shared,
            Some("inlineStr") => Written::Inline,
            Some("str") => Written::Text,
            Some("b") => Written::Flag,
            Some("e") => Written::Error,
            Some("d") => Written::Day,
            Some(other) => return Err(damaged(format!("a cell is of the sort '{other}'"))),
        })
    }
}

/// Goes through the cells of a sheet.
struct Cells<'b, R: Read> {
    xml: Xml<R>,
    strings: &'b Strings,
    formats: &'b [Format],
    epoch: Epoch,
}

impl<R: Read> Cells<'_, R> {
    fn read(&mut self, rows: &mut SheetWriter) -> Result<()> {
        let mut row = RowCells::default();
        let mut has_data = false;
        loop {
            match self.xml.next()? {
                Node::Start(element) if element.local() == "sheetData" => has_data = true,
                Node::Start(element) if element.local() == "row" && has_data => {
                    row.begin(element.number("r")?.unwrap_or(row.line + 1))?;
                    self.row(&mut row)?;
                    rows.row(&row)?;
                }
                // What a newer program wrote for newer programs, beside what all can read.
                Node::Start(element) if element.local() == "extLst" => self.xml.skip()?,
                Node::Eof if has_data => return Ok(()),
                Node::Eof => return Err(damaged("the sheet has no rows")),
                _ => {}
            }
        }
    }

    fn row(&mut self, row: &mut RowCells) -> Result<()> {
        let within = self.xml.depth();
        let mut column = 0;
        let mut value = String::new();
        while self.xml.depth() >= within {
            let Node::Start(element) = self.xml.next()? else {
                continue;
            };
            if element.local() != "c" {
                continue;
            }
            if let Some(place) = element.attribute("r")? {
                column = column_of(&place).ok_or_else(|| damaged(format!("there is no cell '{place}'")))?;
            }
            let style: usize = element.number("s")?.unwrap_or(0);
            let written = Written::of(&element)?;
            value.clear();
            let is_formula = self.value(&mut value)?;
            self.put(row, column, written, style, &value, is_formula)?;
            column += 1;
        }
        Ok(())
    }

    /// Reads what the cell holds; whether it is a formula.
    fn value(&mut self, value: &mut String) -> Result<bool> {
        let within = self.xml.depth();
        let mut is_formula = false;
        while self.xml.depth() >= within {
            let Node::Start(element) = self.xml.next()? else {
                continue;
            };
            match element.local() {
                "v" => self.xml.text(value)?,
                "is" => rich_text(&mut self.xml, value)?,
                "f" => {
                    is_formula = true;
                    self.xml.skip()?;
                }
                _ => self.xml.skip()?,
            }
        }
        Ok(is_formula)
    }

    fn put(
        &self,
        row: &mut RowCells,
        column: usize,
        written: Written,
        style: usize,
        value: &str,
        is_formula: bool,
    ) -> Result<()> {
        if value.is_empty() {
            // A formula that came to nothing says so by being a text.
            let has_no_result = is_formula && written != Written::Text;
            return row.put(column, "", if has_no_result { Mark::Broken } else { Mark::Text });
        }
        match written {
            Written::Number => match Decimal::read(value) {
                Some(number) => {
                    let (text, mark) = self.formats.get(style).unwrap_or(&Format::Plain).show(number, self.epoch);
                    row.put(column, &text, mark)
                }
                None => row.put(column, value, Mark::Text),
            },
            Written::Shared => {
                let text = value.trim().parse().ok().and_then(|place| self.strings.get(place));
                row.put(column, text.ok_or_else(|| damaged("a cell's text is not in it"))?, Mark::Text)
            }
            Written::Inline => row.put(column, value, Mark::Text),
            Written::Text => row.put(column, &strings::unescaped(value), Mark::Text),
            Written::Flag => row.put(column, if is_true(value) { "yes" } else { "no" }, Mark::Text),
            Written::Error => row.put(column, value, Mark::Broken),
            Written::Day => {
                row.put(column, &value.strip_suffix("T00:00:00").unwrap_or(value).replacen('T', " ", 1), Mark::Text)
            }
        }
    }
}

/// The column of a cell such as `C7`, counted from nought.
fn column_of(place: &str) -> Option<usize> {
    let letters = place.trim_end_matches(|c: char| c.is_ascii_digit());
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let digit = |letter: u8| letter.is_ascii_alphabetic().then(|| usize::from(letter.to_ascii_uppercase() - b'A') + 1);
    letters.bytes().try_fold(0, |column, letter| Some(column * 26 + digit(letter)?)).map(|column| column - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        for (place, column) in [
            ("A1", Some(0)),
            ("Z9", Some(25)),
            ("AA1", Some(26)),
            ("XFD1048576", Some(16_383)),
            ("ABCD1", None),
            ("7", None),
            ("é1", None),
        ] {
            assert_eq!(column_of(place), column, "{place}");
        }
    }
}
