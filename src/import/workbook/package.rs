//! The archive that a workbook is: which sort it is, and its parts by name.

use std::collections::HashMap;
use std::fs::File;

use anyhow::Result;
use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use super::refusal::WorkbookRefusal;
use super::xml::{Node, Xml, damaged};
use crate::domain::refusal::refuse;

/// How every zip archive with something in it begins.
pub const ZIP: &[u8] = b"PK\x03\x04";

/// How the container begins that holds old workbooks, and new ones under a password.
pub const OLD_CONTAINER: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// More bytes than a part of a workbook may unpack to.
pub const MOST_UNPACKED: u64 = 1 << 30;

/// More parts than any workbook has.
const MOST_PARTS: usize = 50_000;

/// The sorts of workbooks that are read.
pub enum Sort {
    /// With the path of the part that lists its sheets.
    Excel(String),
    OpenDocument,
}

/// A workbook's archive.
pub struct Package {
    archive: ZipArchive<File>,
    /// The parts by name, in lower case, as programs differ in it.
    parts: HashMap<String, usize>,
}

/// What one part of another points to.
pub struct Relation {
    pub id: String,
    /// The last word of its type: `worksheet`, `styles`.
    pub sort: String,
    /// The path of the part.
    pub target: String,
}

impl Package {
    pub fn open(file: File) -> Result<Package> {
        let archive = ZipArchive::new(file).map_err(told)?;
        if archive.len() > MOST_PARTS {
            return Err(refuse(WorkbookRefusal::TooLarge));
        }
        let name = |index| archive.name_for_index(index).and_then(Result::ok);
        let parts = (0..archive.len()).filter_map(|index| Some((tidy(&name(index)?), index))).collect();
        Ok(Package { archive, parts })
    }

    pub fn has(&self, path: &str) -> bool {
        self.parts.contains_key(&tidy(path))
    }

    /// What sort of workbook it is; refused where it is none.
    pub fn sort(&mut self) -> Result<Sort> {
        if self.has("content.xml") {
            return if self.is_encrypted()? { Err(refuse(WorkbookRefusal::Encrypted)) } else { Ok(Sort::OpenDocument) };
        }
        if self.has("EncryptedPackage") || self.has("encrypted-package") {
            return Err(refuse(WorkbookRefusal::Encrypted));
        }
        let main = self.relations("")?.into_iter().find(|relation| relation.sort == "officeDocument");
        let book = main.map_or_else(|| "xl/workbook.xml".to_string(), |relation| relation.target);
        if book.ends_with(".bin") {
            return Err(refuse(WorkbookRefusal::Binary));
        }
        if !book.to_ascii_lowercase().starts_with("xl/") || !self.has(&book) {
            return Err(refuse(WorkbookRefusal::NotAWorkbook));
        }
        Ok(Sort::Excel(book))
    }

    /// Whether the list of an OpenDocument's parts says that they are enciphered.
    fn is_encrypted(&mut self) -> Result<bool> {
        let Some(mut manifest) = self.part("META-INF/manifest.xml")? else {
            return Ok(false);
        };
        loop {
            match manifest.next()? {
                Node::Start(element) if element.local() == "encryption-data" => return Ok(true),
                Node::Eof => return Ok(false),
                _ => {}
            }
        }
    }

    /// A part by its path, if there is one.
    pub fn part(&mut self, path: &str) -> Result<Option<Xml<ZipFile<'_, File>>>> {
        let Some(&index) = self.parts.get(&tidy(path)) else {
            return Ok(None);
        };
        let part = self.archive.by_index(index).map_err(told)?;
        if part.size() > MOST_UNPACKED {
            return Err(refuse(WorkbookRefusal::TooLarge));
        }
        Ok(Some(Xml::new(part, MOST_UNPACKED)))
    }

    /// What a part points to; `""` for the package itself.
    pub fn relations(&mut self, of: &str) -> Result<Vec<Relation>> {
        let (folder, name) = of.rsplit_once('/').unwrap_or(("", of));
        let path = if folder.is_empty() { format!("_rels/{name}.rels") } else { format!("{folder}/_rels/{name}.rels") };
        let Some(mut part) = self.part(&path)? else {
            return Ok(Vec::new());
        };
        let mut relations = Vec::new();
        loop {
            match part.next()? {
                Node::Start(element) if element.local() == "Relationship" => {
                    let attribute =
                        |name| Ok::<_, anyhow::Error>(element.attribute(name)?.unwrap_or_default().into_owned());
                    let sort = attribute("Type")?;
                    let sort = sort.rsplit('/').next().unwrap_or_default().to_string();
                    relations.push(Relation {
                        id: attribute("Id")?,
                        sort,
                        target: resolved(folder, &attribute("Target")?),
                    });
                    if relations.len() > MOST_PARTS {
                        return Err(refuse(WorkbookRefusal::TooLarge));
                    }
                }
                Node::Eof => return Ok(relations),
                _ => {}
            }
        }
    }
}

/// A path as parts are looked up by.
fn tidy(path: &str) -> String {
    path.replace('\\', "/").trim_start_matches('/').to_ascii_lowercase()
}

/// Where a target leads from a folder: `../xl/a.xml`, `/xl/a.xml`, `a.xml`.
fn resolved(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join("/")
}

/// What the archive's fault is, in words.
fn told(error: ZipError) -> anyhow::Error {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
            refuse(WorkbookRefusal::Encrypted)
        }
        _ => damaged("its archive is not whole"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_lead_somewhere() {
        for (folder, target, found) in [
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/worksheets", "../styles.xml", "xl/styles.xml"),
            ("", "xl/workbook.xml", "xl/workbook.xml"),
            ("", "../../../etc/passwd", "etc/passwd"),
        ] {
            assert_eq!(resolved(folder, target), found);
        }
    }
}
