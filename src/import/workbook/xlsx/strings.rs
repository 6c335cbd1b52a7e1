//! The texts of an Excel workbook, which its cells name by their place in one list.

use std::borrow::Cow;
use std::io::Read;

use anyhow::Result;

use crate::domain::refusal::refuse;
use crate::import::workbook::package::Package;
use crate::import::workbook::refusal::WorkbookRefusal;
use crate::import::workbook::xml::{LONGEST_TEXT, Node, Xml};

/// More bytes than the texts of a workbook may take in memory.
const MOST: usize = 256 << 20;

/// More texts than a sheet has that is full from its first row to its last.
const MOST_TEXTS: usize = 1 << 24;

/// All texts one after another, and where each ends.
#[derive(Default)]
pub struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    pub fn read(package: &mut Package, path: &str) -> Result<Strings> {
        let mut strings = Strings::default();
        let Some(mut part) = package.part(path)? else {
            return Ok(strings);
        };
        loop {
            match part.next()? {
                Node::Start(element) if element.local() == "si" => {
                    rich_text(&mut part, &mut strings.text)?;
                    strings.ends.push(u32::try_from(strings.text.len())?);
                    if strings.ends.len() > MOST_TEXTS || strings.text.len() + strings.ends.len() * 4 > MOST {
                        return Err(refuse(WorkbookRefusal::TooLarge));
                    }
                }
                Node::Eof => return Ok(strings),
                _ => {}
            }
        }
    }

    /// The text in a place of the list.
    pub fn get(&self, place: usize) -> Option<&str> {
        let end = *self.ends.get(place)? as usize;
        let begin = if place == 0 { 0 } else { self.ends[place - 1] as usize };
        self.text.get(begin..end)
    }
}

/// Adds the text of the element that has just begun: all its runs, but not how they are pronounced.
pub fn rich_text<R: Read>(xml: &mut Xml<R>, into: &mut String) -> Result<()> {
    let (within, begun) = (xml.depth(), into.len());
    let mut run = String::new();
    while xml.depth() >= within {
        let Node::Start(element) = xml.next()? else {
            continue;
        };
        match element.local() {
            "t" => {
                run.clear();
                xml.text(&mut run)?;
                into.push_str(&unescaped(&run));
                if into.len() - begun > LONGEST_TEXT {
                    return Err(refuse(WorkbookRefusal::TooLarge));
                }
            }
            "rPh" => xml.skip()?,
            _ => {}
        }
    }
    Ok(())
}

/// Excel writes what XML cannot hold as `_x000D_`, and a text that looks like that as `_x005F_x000D_`.
pub fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, found) = rest.split_at(at);
        plain.push_str(before);
        let code = found.get(2..6).filter(|_| found.as_bytes().get(6) == Some(&b'_'));
        let hexadecimal = code.filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let character = hexadecimal.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
        let taken = if character.is_some() { 7 } else { 2 };
        match character {
            Some(character) => plain.push(character),
            None => plain.push_str("_x"),
        }
        rest = &found[taken..];
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_taken_off() {
        for (text, found) in [
            ("a_x000D_\nb", "a\r\nb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_x00", "_x00"),
            ("_xé000_", "_xé000_"),
            ("_xD800_", "_xD800_"),
            ("snake_x_case", "snake_x_case"),
        ] {
            assert_eq!(unescaped(text), found);
        }
    }
}
