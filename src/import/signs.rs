//! What a file is by its first bytes, whatever its name says.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use anyhow::Result;

use super::reader::FileRefusal;
use super::workbook::{OLD_CONTAINER, WorkbookRefusal, ZIP};
use crate::domain::refusal::refuse;

/// So much of a file's beginning is looked at.
pub const LONGEST_SIGN: u64 = 64;

/// Bytes that are read at once.
const CHUNK: usize = 1 << 16;

/// What is said where a file is not what its name says.
pub fn misnamed(path: &Path, begins: &[u8]) -> Option<String> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "csv" | "txt" | "tsv" if begins.starts_with(ZIP) => {
            Some(format!("The file is named .{extension} but is a workbook, and was read as one."))
        }
        "xlsx" | "xlsm" | "ods" | "xls" if !begins.starts_with(ZIP) => {
            Some(format!("The file is named .{extension} but is no workbook, and was read as CSV."))
        }
        _ => None,
    }
}

/// Refuses what is known for no table. The file is left at its beginning.
pub fn refuse_other(begins: &[u8], file: &mut File) -> Result<()> {
    if begins.starts_with(OLD_CONTAINER) {
        let is_encrypted = holds(file, &utf16("EncryptedPackage"))?;
        return Err(refuse(if is_encrypted { WorkbookRefusal::Encrypted } else { WorkbookRefusal::OldExcel }));
    }
    let text =
        String::from_utf8_lossy(begins).trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).to_ascii_lowercase();
    let signs = [
        ("<html", "a web page"),
        ("<!doctype html", "a web page"),
        ("<table", "a web page"),
        ("<?xml", "an XML file"),
        ("%pdf-", "a PDF"),
        ("{\\rtf", "a text document"),
    ];
    match signs.iter().find(|(sign, _)| text.starts_with(sign)) {
        Some((_, what)) => Err(refuse(FileRefusal::NoTable(what))),
        None => Ok(()),
    }
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Whether the file has these bytes anywhere.
fn holds(file: &mut File, bytes: &[u8]) -> Result<bool> {
    let mut held: Vec<u8> = Vec::new();
    let mut chunk = vec![0; CHUNK];
    let mut found = false;
    loop {
        let read = file.read(&mut chunk)?;
        held.extend_from_slice(&chunk[..read]);
        found |= held.windows(bytes.len()).any(|window| window == bytes);
        if read == 0 || found {
            file.rewind()?;
            return Ok(found);
        }
        let keep = held.len().saturating_sub(bytes.len());
        held.drain(..keep);
    }
}
