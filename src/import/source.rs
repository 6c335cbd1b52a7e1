//! A file to be imported: what it is, and its text as UTF-8 whatever it was saved in.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, Result};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};
use encoding_rs_io::DecodeReaderBytesBuilder;

use super::reader::{FileRefusal, Rows, TextRows};
use crate::domain::refusal::refuse;
use crate::store::FileTrouble;

/// Enough of a file's beginning to hold its headings.
const HEAD: u64 = 1 << 18;

/// A file and what was found out about it; its rows can be read any number of times.
pub struct Source {
    path: PathBuf,
    /// What a pipe held, so that it can be read again.
    spooled: Option<File>,
    encoding: Option<&'static Encoding>,
    delimiter: u8,
    bytes: u64,
    consumed: Rc<Cell<u64>>,
}

impl Source {
    /// Looks a file over once. Fails where it cannot be read; refuses what is no text, or holds nothing.
    pub fn open(path: &Path) -> Result<Source> {
        let reading = || format!("reading {}", path.display());
        refuse_spreadsheet(path)?;
        let mut file = File::open(path).with_context(reading)?;
        let what = file.metadata().with_context(reading)?;
        if what.is_dir() {
            return Err(FileTrouble::Folder(path.to_path_buf()).into());
        }
        let spooled = if what.is_file() { None } else { Some(spool(&mut file).with_context(reading)?) };
        Source::looked_over(path, spooled).with_context(reading)
    }

    /// The same for what comes in through a pipe.
    pub fn piped(mut pipe: impl Read) -> Result<Source> {
        let reading = || "reading stdin".to_string();
        let spooled = spool(&mut pipe).with_context(reading)?;
        Source::looked_over(Path::new("-"), Some(spooled)).with_context(reading)
    }

    fn looked_over(path: &Path, spooled: Option<File>) -> Result<Source> {
        let mut source = Source {
            path: path.to_path_buf(),
            spooled,
            encoding: None,
            delimiter: b',',
            bytes: 0,
            consumed: Rc::new(Cell::new(0)),
        };
        (source.encoding, source.bytes) = look_over(source.file()?)?;
        source.delimiter = delimiter(&source.head()?);
        Ok(source)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the text is no UTF-8 and bears no mark, so that it was taken for what spreadsheets wrote before.
    pub fn is_windows_1252(&self) -> bool {
        self.encoding == Some(WINDOWS_1252)
    }

    /// The file's size in bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How many of them have been read so far.
    pub fn consumed(&self) -> u64 {
        self.consumed.get()
    }

    /// The rows from the first, the headings already taken off.
    pub fn rows(&self) -> Result<Box<dyn Rows>> {
        self.consumed.set(0);
        let counted = Counted { inner: self.file()?, consumed: Rc::clone(&self.consumed) };
        Ok(Box::new(TextRows::begin(decoded(counted, self.encoding)?, self.delimiter)?))
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

    /// The beginning of the text, for a look at its headings.
    fn head(&self) -> Result<Vec<u8>> {
        let mut head = Vec::new();
        decoded(self.file()?, self.encoding)?.take(HEAD).read_to_end(&mut head)?;
        Ok(head)
    }
}

/// A byte-order mark in UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

fn refuse_spreadsheet(path: &Path) -> Result<()> {
    let extension = path.extension().and_then(|text| text.to_str()).unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        // The place for a reader of spreadsheets, which would give `Rows` of its own.
        "xlsx" | "xls" | "ods" => Err(refuse(FileRefusal::Spreadsheet)),
        _ => Ok(()),
    }
}

fn spool(pipe: &mut impl Read) -> io::Result<File> {
    let mut kept = tempfile::tempfile()?;
    io::copy(pipe, &mut kept)?;
    Ok(kept)
}

/// Reads the whole file once, a little at a time: its encoding (`None` for UTF-8) and its size.
/// A mark at its beginning decides; without one, whatever is not UTF-8 throughout is taken for Windows-1252.
fn look_over(mut file: File) -> Result<(Option<&'static Encoding>, u64)> {
    let mut buffer = vec![0; 1 << 16];
    let (mut held, mut bytes) = (0, 0);
    let mut encoding = None;
    let mut marked = false;
    loop {
        let read = file.read(&mut buffer[held..])?;
        if bytes == 0 {
            let begins = &buffer[..read];
            marked = begins.starts_with(MARK);
            encoding = [(&b"\xff\xfe"[..], UTF_16LE), (b"\xfe\xff", UTF_16BE)]
                .iter()
                .find_map(|(mark, encoding)| begins.starts_with(mark).then_some(*encoding));
        }
        bytes += read as u64;
        if read == 0 {
            let cut_short = held > 0;
            return Ok((encoding.or(cut_short.then_some(WINDOWS_1252)), bytes));
        }
        if encoding.is_some() {
            held = 0;
            continue;
        }
        match std::str::from_utf8(&buffer[..held + read]) {
            Ok(_) => held = 0,
            Err(error) if error.error_len().is_none() => {
                let (sound, all) = (error.valid_up_to(), held + read);
                buffer.copy_within(sound..all, 0);
                held = all - sound;
            }
            Err(_) if marked => return Err(refuse(FileRefusal::NotWhatItSays)),
            Err(_) => {
                encoding = Some(WINDOWS_1252);
                held = 0;
            }
        }
    }
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

/// Comma, semicolon or tab: whichever the headings have most of, outside quotation marks.
fn delimiter(head: &[u8]) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    let begins = head.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(0);
    for &byte in &head[begins..] {
        match byte {
            b'"' => quoted = !quoted,
            b'\r' | b'\n' if !quoted => break,
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
