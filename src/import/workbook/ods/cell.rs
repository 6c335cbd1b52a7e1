//! One cell of an OpenDocument sheet: what it holds, and how it is shown.

use std::io::Read;

use anyhow::Result;

use crate::domain::refusal::refuse;
use crate::import::reader::Mark;
use crate::import::workbook::decimal::Decimal;
use crate::import::workbook::format::{Epoch, Format};
use crate::import::workbook::refusal::WorkbookRefusal;
use crate::import::workbook::xml::{Element, LONGEST_TEXT, Node, Xml};

/// What the cell's element says of it.
#[derive(Default)]
pub struct Cell {
    sort: String,
    value: Option<String>,
    is_formula: bool,
    is_error: bool,
}

impl Cell {
    pub fn of(element: &Element<'_>) -> Result<Cell> {
        let mut cell = Cell::default();
        element.each_attribute(|name, value| match name {
            "office:value-type" => cell.sort = value.into_owned(),
            "office:value"
            | "office:string-value"
            | "office:date-value"
            | "office:time-value"
            | "office:boolean-value" => {
                cell.value = Some(value.into_owned());
            }
            "table:formula" => cell.is_formula = true,
            "calcext:value-type" => cell.is_error = value == "error",
            _ => {}
        })?;
        Ok(cell)
    }

    /// Reads what is shown in the cell; then its text for the import.
    pub fn read<R: Read>(self, xml: &mut Xml<R>) -> Result<(String, Mark)> {
        let shown = shown(xml)?;
        if self.is_error || (self.is_formula && is_error(&shown)) {
            return Ok((shown, Mark::Broken));
        }
        let Some(value) = self.value.filter(|value| self.sort != "string" || !value.is_empty()) else {
            let has_no_result = self.is_formula && self.sort.is_empty() && shown.is_empty();
            return Ok((shown, if has_no_result { Mark::Broken } else { Mark::Text }));
        };
        let number = || Decimal::read(&value);
        Ok(match self.sort.as_str() {
            "float" | "currency" => {
                number().map_or_else(|| (value.clone(), Mark::Text), |number| as_shown(number, &shown))
            }
            "percentage" => number()
                .map_or_else(|| (value.clone(), Mark::Text), |number| Format::Percent.show(number, Epoch::Of1900)),
            "date" => (day(&value), Mark::Text),
            "time" => (clock(&value).unwrap_or_else(|| value.clone()), Mark::Text),
            "boolean" => (if value == "true" { "yes" } else { "no" }.to_string(), Mark::Text),
            _ => (value, Mark::Text),
        })
    }
}

/// A number, by how it is shown: with noughts before it (and what stands among them), or with pence.
fn as_shown(number: Decimal, shown: &str) -> (String, Mark) {
    let digits: String = shown.chars().filter(char::is_ascii_digit).collect();
    let is_padded = number.whole().is_some_and(|whole| {
        digits.len() > whole.to_string().len() && digits.parse() == Ok(whole) && !shown.contains(['.', ','])
    });
    if is_padded {
        return (shown.trim().to_string(), Mark::Text);
    }
    let after_point =
        shown.rsplit_once(['.', ',']).map(|(_, after)| after.trim_end_matches(|c: char| !c.is_ascii_digit()));
    let has_pence =
        after_point.is_some_and(|after| after.len() == 2 && after.bytes().all(|byte| byte.is_ascii_digit()));
    if has_pence { Format::Pence } else { Format::Plain }.show(number, Epoch::Of1900)
}

/// Whether a formula's result is one of the errors that spreadsheets show.
fn is_error(shown: &str) -> bool {
    let known = ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!"];
    known.contains(&shown) || shown.starts_with("Err:")
}

/// A day without midnight: `2024-09-01T00:00:00`.
fn day(value: &str) -> String {
    let (day, time) = value.split_once('T').unwrap_or((value, ""));
    if time.bytes().all(|byte| matches!(byte, b'0' | b':' | b'.')) { day.to_string() } else { format!("{day} {time}") }
}

/// A time such as `PT10H30M00S`.
fn clock(value: &str) -> Option<String> {
    let (hours, rest) = value.strip_prefix("PT")?.split_once('H')?;
    let (minutes, rest) = rest.split_once('M')?;
    let seconds = rest.strip_suffix('S')?.split(['.', ',']).next()?;
    let two = |part: &str| part.parse::<u32>().ok().map(|number| format!("{number:02}"));
    Some(format!("{}:{}:{}", two(hours)?, two(minutes)?, two(seconds)?))
}

/// The text that the cell shows: its paragraphs, without remarks and pictures.
fn shown<R: Read>(xml: &mut Xml<R>) -> Result<String> {
    let within = xml.depth();
    let mut text = String::new();
    let mut has_some = false;
    while xml.depth() >= within {
        let Node::Start(element) = xml.next()? else {
            continue;
        };
        if !matches!(element.local(), "p" | "h") {
            xml.skip()?;
            continue;
        }
        if has_some {
            text.push('\n');
        }
        has_some = true;
        paragraph(xml, &mut text)?;
    }
    Ok(text)
}

fn paragraph<R: Read>(xml: &mut Xml<R>, text: &mut String) -> Result<()> {
    let within = xml.depth();
    while xml.depth() >= within {
        match xml.next()? {
            Node::Text(part) => text.push_str(&part),
            Node::Start(element) => match element.local() {
                "s" => {
                    let spaces: usize = element.number("c")?.unwrap_or(1);
                    text.extend(std::iter::repeat_n(' ', spaces.min(LONGEST_TEXT + 1)));
                }
                "tab" => text.push('\t'),
                "line-break" => text.push('\n'),
                "annotation" | "note" | "frame" | "ruby-text" => xml.skip()?,
                _ => {}
            },
            Node::End | Node::Eof => {}
        }
        if text.len() > LONGEST_TEXT {
            return Err(refuse(WorkbookRefusal::TooLarge));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_they_are_shown() {
        for (value, shown, found) in [
            ("42", "VN-0042", "VN-0042"),
            ("123", "00123", "00123"),
            ("120", "120 months", "120"),
            ("1199", "£1,199.00", "1199"),
            ("33.3333333333333", "£33.33", "33.33"),
            ("33.3333333333333", "33,33 €", "33.33"),
            ("199.98999999999998", "199.99", "199.99"),
            ("1199", "1,199", "1199"),
            ("0.5", "0.5", "0.5"),
        ] {
            assert_eq!(as_shown(Decimal::read(value).expect("a number"), shown).0, found, "{shown}");
        }
    }

    #[test]
    fn days_and_times_are_told_apart() {
        assert_eq!(day("2024-09-01T00:00:00"), "2024-09-01");
        assert_eq!(day("2024-09-01"), "2024-09-01");
        assert_eq!(day("2024-09-01T10:30:00"), "2024-09-01 10:30:00");
        assert_eq!(clock("PT36H05M03.5S").as_deref(), Some("36:05:03"));
        assert_eq!(clock("P1Y"), None);
    }
}
