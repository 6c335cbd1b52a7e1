//! The number formats of an Excel workbook's cells, by the number of the style that a cell names.

use std::collections::HashMap;

use anyhow::Result;

use crate::domain::refusal::refuse;
use crate::import::workbook::format::Format;
use crate::import::workbook::package::Package;
use crate::import::workbook::refusal::WorkbookRefusal;
use crate::import::workbook::xml::Node;

/// More styles than Excel allows a workbook.
const MOST: usize = 1 << 17;

pub fn styles(package: &mut Package, path: &str) -> Result<Vec<Format>> {
    let Some(mut part) = package.part(path)? else {
        return Ok(Vec::new());
    };
    let mut own: HashMap<u32, Format> = HashMap::new();
    let mut styles = Vec::new();
    let mut of_cells = None;
    loop {
        match part.next()? {
            Node::Start(element) => match element.local() {
                "numFmt" => {
                    let code = element.attribute("formatCode")?.unwrap_or_default();
                    if let Some(number) = element.number("numFmtId")? {
                        own.insert(number, Format::of_code(&code));
                    }
                }
                "xf" if of_cells.is_some() => {
                    let number = element.number("numFmtId")?.unwrap_or(0);
                    styles.push(own.get(&number).cloned().unwrap_or_else(|| Format::built_in(number)));
                }
                // The named styles have a list of the same elements.
                "cellXfs" => of_cells = Some(part.depth()),
                _ => {}
            },
            Node::End => of_cells = of_cells.filter(|depth| part.depth() >= *depth),
            Node::Text(_) => {}
            Node::Eof => return Ok(styles),
        }
        if styles.len() + own.len() > MOST {
            return Err(refuse(WorkbookRefusal::TooLarge));
        }
    }
}
