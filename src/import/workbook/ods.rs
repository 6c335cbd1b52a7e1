//! Sheets of OpenDocument workbooks, `.ods`: all of them stand in one part, one after another.

mod cell;

use std::collections::HashSet;
use std::io::Read;

use anyhow::Result;

use self::cell::Cell;
use super::package::Package;
use super::refusal::WorkbookRefusal;
use super::row::RowCells;
use super::sheet::SheetWriter;
use super::sheets::Sheets;
use super::xml::{Node, Xml, damaged};
use crate::domain::refusal::refuse;
use crate::import::reader::Mark;

/// More styles than any workbook has.
const MOST_STYLES: usize = 1 << 17;

/// Reads the sheet that is wanted.
pub fn read(package: &mut Package, sheets: &mut Sheets<'_>, rows: &mut SheetWriter) -> Result<()> {
    let Some(mut xml) = package.part("content.xml")? else {
        return Err(refuse(WorkbookRefusal::NotAWorkbook));
    };
    let mut style = String::new();
    let mut hiding: HashSet<String> = HashSet::new();
    loop {
        match xml.next()? {
            Node::Start(element) => match element.local() {
                "style" => style = element.attribute("name")?.unwrap_or_default().into_owned(),
                "table-properties" => {
                    let hides = element.attribute("display")?.is_some_and(|display| display == "false");
                    hiding.extend(hides.then(|| style.clone()));
                }
                "table" => {
                    let name = element.attribute("name")?.unwrap_or_default();
                    let is_hidden =
                        element.attribute("style-name")?.is_some_and(|style| hiding.contains(style.as_ref()));
                    if sheets.meet(&name, is_hidden) { table(&mut xml, rows)? } else { xml.skip()? }
                }
                // What was changed and not yet accepted has tables of its own.
                "tracked-changes" => xml.skip()?,
                _ => {}
            },
            Node::Eof => return Ok(()),
            Node::End | Node::Text(_) => {}
        }
        if hiding.len() > MOST_STYLES {
            return Err(refuse(WorkbookRefusal::TooLarge));
        }
    }
}

/// Reads the rows of the table that has just begun.
fn table<R: Read>(xml: &mut Xml<R>, rows: &mut SheetWriter) -> Result<()> {
    let within = xml.depth();
    let mut row = RowCells::default();
    let mut line: u64 = 0;
    while xml.depth() >= within {
        let Node::Start(element) = xml.next()? else {
            continue;
        };
        match element.local() {
            "table-row" => {
                let times = element.number("number-rows-repeated")?.unwrap_or(1);
                row.begin(line.saturating_add(1))?;
                cells(xml, &mut row)?;
                if row.filled() > 0 {
                    rows.check_room(&row, times)?;
                    rows.row(&row)?;
                    for further in 1..times {
                        row.again(line + 1 + further)?;
                        rows.row(&row)?;
                    }
                }
                line = line.checked_add(times).ok_or_else(|| damaged("a row is repeated without end"))?;
            }
            // Groups of rows stand around them.
            "table-rows" | "table-row-group" | "table-header-rows" => {}
            _ => xml.skip()?,
        }
    }
    Ok(())
}

fn cells<R: Read>(xml: &mut Xml<R>, row: &mut RowCells) -> Result<()> {
    let within = xml.depth();
    let mut column: usize = 0;
    while xml.depth() >= within {
        let Node::Start(element) = xml.next()? else {
            continue;
        };
        let times = element.number("number-columns-repeated")?.unwrap_or(1);
        match element.local() {
            "table-cell" => {
                let cell = Cell::of(&element)?;
                let (text, mark) = cell.read(xml)?;
                if !text.is_empty() || mark == Mark::Broken {
                    for further in 0..times {
                        row.put(column.saturating_add(further), &text, mark)?;
                    }
                }
            }
            // What lies under a merged cell is not shown.
            _ => xml.skip()?,
        }
        column = column.saturating_add(times);
    }
    Ok(())
}
