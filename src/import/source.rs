//! A file to be imported: what it is, and its text as UTF-8 whatever it was saved in.

use std::cell::Cell;
use std::fs::{File, Metadata};
use std::io::{self, Cursor, Read, Seek};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, Result};
use encoding_rs::{Encoding, WINDOWS_1252};
use encoding_rs_io::DecodeReaderBytesBuilder;

use super::encoding::{MARK, look_over};
use super::reader::{FileRefusal, RawRow, Rows, TextRows};
use super::signs::{LONGEST_SIGN, misnamed, refuse_other};
use super::workbook::{SpoolRows, Workbook, WorkbookRefusal, ZIP};
use crate::domain::refusal::refuse;
use crate::store::FileTrouble;

/// Enough of a file's beginning to hold its headings.
const HEAD: u64 = 1 << 18;

/// More bytes than a pipe may bring: a million loans take a tenth of it.
const MOST_PIPED: u64 = 2 << 30;

/// A file and what was found out about it; its rows can be read any number of times.
pub struct Source {
    path: PathBuf,
    /// What a pipe held, so that it can be read again.
    spooled: Option<File>,
    /// What the file was when it was opened.
    stamp: Option<Stamp>,
    content: Content,
    bytes: u64,
    consumed: Rc<Cell<u64>>,
    /// What the person should know of how the file was read.
    remarks: Vec<String>,
}

/// What a file holds.
enum Content {
    Text { encoding: Option<&'static Encoding>, delimiter: u8, names_delimiter: bool, is_marked: bool },
    Workbook(Workbook),
}

/// By what it is seen that somebody has written to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    file: u64,
    bytes: u64,
    changed: (i64, i64),
}

impl Stamp {
    fn of(about: &Metadata) -> Stamp {
        Stamp { file: about.ino(), bytes: about.len(), changed: (about.mtime(), about.mtime_nsec()) }
    }
}

impl Source {
    /// Looks a file over once. Fails where it cannot be read; refuses what is no table, or holds nothing.
    pub fn open(path: &Path) -> Result<Source> {
        Source::open_sheet(path, None)
    }

    /// The same of a workbook's sheet by its name, or its first.
    pub fn open_sheet(path: &Path, sheet: Option<&str>) -> Result<Source> {
        let reading = || format!("reading {}", path.display());
        let mut file = File::open(path).with_context(reading)?;
        let what = file.metadata().with_context(reading)?;
        if what.is_dir() {
            return Err(FileTrouble::Folder(path.to_path_buf()).into());
        }
        let spooled = if what.is_file() { None } else { Some(spool(&mut file, MOST_PIPED).with_context(reading)?) };
        let stamp = what.is_file().then(|| Stamp::of(&what));
        Source::looked_over(path, spooled, stamp, sheet)
    }

    /// The same for what comes in through a pipe.
    pub fn piped(mut pipe: impl Read, sheet: Option<&str>) -> Result<Source> {
        let reading = || "reading stdin".to_string();
        let spooled = spool(&mut pipe, MOST_PIPED).with_context(reading)?;
        Source::looked_over(Path::new("-"), Some(spooled), None, sheet)
    }

    fn looked_over(path: &Path, spooled: Option<File>, stamp: Option<Stamp>, sheet: Option<&str>) -> Result<Source> {
        let content = Content::Text { encoding: None, delimiter: b',', names_delimiter: false, is_marked: false };
        let (consumed, remarks) = Default::default();
        let mut source = Source { path: path.to_path_buf(), spooled, stamp, content, bytes: 0, consumed, remarks };
        let mut file = source.file()?;
        let mut begins = Vec::new();
        file.by_ref().take(LONGEST_SIGN).read_to_end(&mut begins)?;
        file.rewind()?;
        source.remarks.extend(misnamed(path, &begins));
        if begins.starts_with(ZIP) {
            let mut workbook = Workbook::read(file, sheet)?;
            source.bytes = workbook.bytes();
            source.remarks.append(&mut workbook.remarks);
            source.content = Content::Workbook(workbook);
            source.check_unchanged()?;
        } else {
            refuse_other(&begins, &mut file)?;
            if let Some(sheet) = sheet {
                return Err(refuse(WorkbookRefusal::NoWorkbook(sheet.to_string())));
            }
            source.look_over_text(file, &begins)?;
        }
        Ok(source)
    }

    fn look_over_text(&mut self, mut file: File, begins: &[u8]) -> Result<()> {
        let encoding = look_over(&mut file)?;
        self.bytes = file.metadata()?.len();
        if encoding == Some(WINDOWS_1252) {
            self.remarks.push(
                "The file is not UTF-8 throughout, so it was read as Windows-1252; look at its accents.".to_string(),
            );
        }
        let mut head = Vec::new();
        decoded(self.file()?, encoding)?.take(HEAD).read_to_end(&mut head)?;
        let named = named_delimiter(&head);
        self.content = Content::Text {
            encoding,
            delimiter: named.unwrap_or_else(|| delimiter(&head)),
            names_delimiter: named.is_some(),
            is_marked: begins.starts_with(MARK),
        };
        let line = self.rows()?.headings_line();
        if line > 1 + u64::from(named.is_some()) && !begins.starts_with(b"\n") && !begins.starts_with(b"\r") {
            self.remarks.push(format!("The headings were taken from line {line} of the file."));
        }
        Ok(())
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the person should know of how the file was read.
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// Whether it is a workbook, or a text as spreadsheets save it, so that what becomes of it is opened in one again.
    pub fn comes_of_a_spreadsheet(&self) -> bool {
        match self.content {
            Content::Workbook(_) => true,
            Content::Text { encoding, is_marked, .. } => encoding.is_some() || is_marked,
        }
    }

    /// The sheets of the workbook that were not chosen.
    pub fn other_sheets(&self) -> &[String] {
        match &self.content {
            Content::Workbook(workbook) => &workbook.others,
            Content::Text { .. } => &[],
        }
    }

    /// The size in bytes of what is read.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How many of them have been read so far.
    pub fn consumed(&self) -> u64 {
        self.consumed.get()
    }

    /// The rows from the first, the headings already taken off.
    pub fn rows(&self) -> Result<Box<dyn Rows + '_>> {
        self.consumed.set(0);
        let counted = |file| Counted { inner: file, consumed: Rc::clone(&self.consumed) };
        match &self.content {
            Content::Workbook(workbook) => Ok(Box::new(SpoolRows::begin(counted(workbook.file()?))?)),
            Content::Text { encoding, delimiter, names_delimiter, .. } => {
                let text = decoded(counted(self.file()?), *encoding)?;
                Ok(Box::new(Watched { rows: TextRows::begin(text, *delimiter, *names_delimiter)?, source: self }))
            }
        }
    }

    fn file(&self) -> Result<File> {
        match &self.spooled {
            Some(spooled) => {
                let mut again = spooled.try_clone()?;
                again.rewind()?;
                Ok(again)
            }
            None => File::open(&self.path).with_context(|| format!("reading {}", self.path.display())),
        }
    }

    /// Refuses a file that somebody has written to since it was opened.
    fn check_unchanged(&self) -> Result<()> {
        let Some(stamp) = self.stamp else {
            return Ok(());
        };
        let now = std::fs::metadata(&self.path).map(|about| Stamp::of(&about));
        if now.is_ok_and(|now| now == stamp) { Ok(()) } else { Err(refuse(FileRefusal::Changed)) }
    }
}

/// The rows of a file that others may write to: at their end, it must be what it was.
struct Watched<'s> {
    rows: TextRows,
    source: &'s Source,
}

impl Rows for Watched<'_> {
    fn headings(&self) -> &[String] {
        self.rows.headings()
    }

    fn headings_line(&self) -> u64 {
        self.rows.headings_line()
    }

    fn next(&mut self) -> Result<Option<RawRow<'_>>> {
        let row = self.rows.next()?;
        if row.is_none() {
            self.source.check_unchanged()?;
        }
        Ok(row)
    }
}

fn spool(pipe: &mut impl Read, most: u64) -> Result<File> {
    let mut kept = tempfile::tempfile()?;
    let bytes = io::copy(&mut pipe.take(most + 1), &mut kept)?;
    if bytes > most { Err(refuse(FileRefusal::Endless)) } else { Ok(kept) }
}

/// The text as UTF-8, without the mark at its beginning.
fn decoded(mut bytes: impl Read + 'static, encoding: Option<&'static Encoding>) -> io::Result<Box<dyn Read>> {
    if let Some(encoding) = encoding {
        let mut builder = DecodeReaderBytesBuilder::new();
        return Ok(Box::new(builder.encoding(Some(encoding)).strip_bom(true).build(bytes)));
    }
    let mut first = Vec::with_capacity(MARK.len());
    bytes.by_ref().take(MARK.len() as u64).read_to_end(&mut first)?;
    if first == MARK {
        first.clear();
    }
    Ok(Box::new(Cursor::new(first).chain(bytes)))
}

/// The delimiter that a first line `sep=;` names, as Excel writes and reads it.
fn named_delimiter(head: &[u8]) -> Option<u8> {
    let (sign, rest) = head.split_at_checked(4)?;
    let (&delimiter, rest) = rest.split_first()?;
    let is_named = sign.eq_ignore_ascii_case(b"sep=") && matches!(rest.first(), None | Some(b'\r' | b'\n'));
    let can_be =
        delimiter.is_ascii() && !delimiter.is_ascii_alphanumeric() && !matches!(delimiter, b'"' | b'\r' | b'\n' | 0);
    (is_named && can_be).then_some(delimiter)
}

/// Comma, semicolon or tab: whichever the headings have most of, outside quotation marks. A title above them has none.
fn delimiter(head: &[u8]) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for &byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\r' | b'\n' if !quoted && counts.iter().any(|(_, count)| *count > 0) => break,
            _ if !quoted => counts.iter_mut().filter(|(known, _)| *known == byte).for_each(|(_, count)| *count += 1),
            _ => {}
        }
    }
    // Of equals the first: the comma.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(byte, _)| *byte)
}

/// Counts what passes, for the progress bar.
struct Counted<R> {
    inner: R,
    consumed: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.consumed.set(self.consumed.get() + read as u64);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_line_names_the_delimiter() {
        for (head, found) in [
            ("sep=;\r\ntag;type\r\n", Some(b';')),
            ("SEP=\t\ntag\ttype", Some(b'\t')),
            ("sep=,", Some(b',')),
            ("sep=;;\n", None),
            ("sep=x\n", None),
            ("sep=\n", None),
            ("sep", None),
            ("separator\n", None),
        ] {
            assert_eq!(named_delimiter(head.as_bytes()), found, "{head:?}");
        }
    }

    #[test]
    fn a_pipe_without_end_is_refused() {
        let refused = spool(&mut io::repeat(b'x'), 1 << 20).expect_err("a refusal");
        assert!(refused.to_string().starts_with("over two gigabytes"));
        assert!(spool(&mut io::repeat(b'x').take(1 << 20), 1 << 20).is_ok());
    }

    #[test]
    fn a_file_that_somebody_writes_to_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sheet.csv");
        std::fs::write(&path, "tag,type\nX1,VN\n").expect("written");
        let source = Source::open(&path).expect("a source");
        let mut rows = source.rows().expect("rows");
        assert!(rows.next().expect("a row").is_some());
        std::fs::write(&path, "tag,type\nX1,VN\nX2,VN\n").expect("written");
        while let Ok(Some(_)) = rows.next() {}
        let refused = rows.next().expect_err("a refusal");
        assert_eq!(refused.to_string(), "the file was changed while it was being read");
    }

    #[test]
    fn the_headings_tell_what_parts_the_cells() {
        for (head, found) in [
            ("tag,type\n", b','),
            ("tag;type;make, model\n", b';'),
            ("tag\ttype\n1,2,3,4", b'\t'),
            ("\"a;b;c\",tag\n", b','),
            ("\r\n\r\ntag;type", b';'),
            ("", b','),
        ] {
            assert_eq!(delimiter(head.as_bytes()), found, "{head:?}");
        }
    }
}
