//! What a text is saved in, found out by reading it through once.

use std::fs::File;
use std::io::{self, Read, Seek};

use anyhow::Result;
use encoding_rs::{DecoderResult, Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::reader::{FileRefusal, LineCount};
use crate::domain::refusal::refuse;

/// A byte-order mark in UTF-8.
pub const MARK: &[u8] = "\u{feff}".as_bytes();

const CHUNK: usize = 1 << 16;

/// Enough of a text's beginning to tell UTF-16 by its noughts.
const BEGINNING: usize = 1 << 12;

/// The encoding of a file that stands at its beginning, `None` for UTF-8; refused where it is damaged or in doubt.
///
/// A mark decides. Without one, a text with a nought in every other place is UTF-16; what is not UTF-8 throughout is
/// Windows-1252, unless it is UTF-8 for the most part: then it was damaged or cut short, and would be read wrongly.
pub fn look_over(file: &mut File) -> Result<Option<&'static Encoding>> {
    let mut chunk = vec![0; CHUNK];
    let read = fill(file, &mut chunk)?;
    let begins = &chunk[..read];
    if let Some(encoding) = of_mark(begins).or_else(|| of_noughts(&begins[..begins.len().min(BEGINNING)])) {
        file.rewind()?;
        check_utf16(file, encoding)?;
        return Ok(Some(encoding));
    }
    let is_marked = begins.starts_with(MARK);
    file.rewind()?;
    let found = Utf8::of(file)?;
    let Some(wrong_at) = found.wrong_at else {
        return Ok(None);
    };
    let is_windows_1252 = !is_marked && (found.characters == 0 || found.wrong > found.characters);
    if is_windows_1252 {
        return Ok(Some(WINDOWS_1252));
    }
    let line = line_at(file, wrong_at)?;
    Err(refuse(match (found.is_cut_short && found.wrong == 1, is_marked) {
        (true, _) => FileRefusal::CutShort(line),
        (false, true) => FileRefusal::NotWhatItSays(line),
        (false, false) => FileRefusal::Mixed(line),
    }))
}

fn of_mark(begins: &[u8]) -> Option<&'static Encoding> {
    let marks = [(&b"\xff\xfe"[..], UTF_16LE), (b"\xfe\xff", UTF_16BE)];
    marks.iter().find_map(|(mark, encoding)| begins.starts_with(mark).then_some(*encoding))
}

/// UTF-16 without a mark: English headings have a nought in every other place, and in no other.
fn of_noughts(begins: &[u8]) -> Option<&'static Encoding> {
    let noughts = |from: usize| begins.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, pairs) = (noughts(0), noughts(1), begins.len() / 2);
    match (even, odd) {
        (0, odd) if odd * 2 > pairs => Some(UTF_16LE),
        (even, 0) if even * 2 > pairs => Some(UTF_16BE),
        _ => None,
    }
}

/// Refuses UTF-16 that ends in the middle of a character, or has halves of characters.
fn check_utf16(file: &mut File, encoding: &'static Encoding) -> Result<()> {
    let mut decoder = encoding.new_decoder_with_bom_removal();
    let mut chunk = vec![0; CHUNK];
    let mut text = vec![0; CHUNK * 2];
    let mut lines = LineCount::default();
    loop {
        let read = fill(file, &mut chunk)?;
        let is_last = read < chunk.len();
        let mut rest = &chunk[..read];
        loop {
            let (result, taken, written) = decoder.decode_to_utf8_without_replacement(rest, &mut text, is_last);
            lines.pass(&text[..written]);
            rest = &rest[taken..];
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) if is_last && rest.is_empty() => {
                    return Err(refuse(FileRefusal::CutShort(lines.current())));
                }
                DecoderResult::Malformed(..) => return Err(refuse(FileRefusal::Mixed(lines.current()))),
            }
        }
        if is_last {
            return Ok(());
        }
    }
}

/// How much of a text is UTF-8, beyond the letters that all encodings share.
#[derive(Debug, Default)]
struct Utf8 {
    /// Characters of several bytes.
    characters: u64,
    /// Bytes that are no part of any.
    wrong: u64,
    /// Where the first of these stands.
    wrong_at: Option<u64>,
    /// Whether the last bytes begin a character and do not end it.
    is_cut_short: bool,
}

impl Utf8 {
    fn of(file: &mut File) -> io::Result<Utf8> {
        let mut found = Utf8::default();
        let mut chunk = vec![0; CHUNK];
        let (mut held, mut before) = (0, 0);
        loop {
            let read = fill(file, &mut chunk[held..])?;
            if read == 0 {
                found.is_cut_short = held > 0;
                if held > 0 {
                    found.note_wrong(before);
                }
                return Ok(found);
            }
            let all = held + read;
            let passed = found.pass(&chunk[..all], before);
            before += passed as u64;
            chunk.copy_within(passed..all, 0);
            held = all - passed;
        }
    }

    /// Takes in a piece; how much of it, up to a character that goes on in the next.
    fn pass(&mut self, piece: &[u8], before: u64) -> usize {
        let mut at = 0;
        loop {
            let rest = &piece[at..];
            let (sound, wrong) = match std::str::from_utf8(rest) {
                Ok(_) => (rest.len(), Some(0)),
                Err(error) => (error.valid_up_to(), error.error_len()),
            };
            self.characters += rest[..sound].iter().filter(|byte| **byte >= 0xc0).count() as u64;
            at += sound;
            match wrong {
                None | Some(0) => return at,
                Some(length) => {
                    self.note_wrong(before + at as u64);
                    at += length;
                }
            }
        }
    }

    fn note_wrong(&mut self, at: u64) {
        self.wrong += 1;
        self.wrong_at = self.wrong_at.or(Some(at));
    }
}

/// The line of the file in which a byte stands.
fn line_at(file: &mut File, at: u64) -> io::Result<u64> {
    file.rewind()?;
    let mut before = file.take(at);
    let mut chunk = vec![0; CHUNK];
    let mut lines = LineCount::default();
    loop {
        match before.read(&mut chunk)? {
            0 => return Ok(lines.current()),
            read => lines.pass(&chunk[..read]),
        }
    }
}

/// Reads until the buffer is full or the file ends.
fn fill(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn looked_over(bytes: &[u8]) -> Result<Option<&'static Encoding>> {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(bytes).expect("written");
        file.rewind().expect("from the beginning");
        look_over(&mut file)
    }

    fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn the_encoding_is_found_out() {
        let long = format!("{}é", "a".repeat(CHUNK - 1));
        for (bytes, found) in [
            (b"tag,type\n".to_vec(), None),
            ("tag,type\ncaf\u{e9}".as_bytes().to_vec(), None),
            (long.as_bytes().to_vec(), None),
            (b"tag\ncaf\xe9".to_vec(), Some(WINDOWS_1252)),
            (b"tag\ncaf\xe9 \xff\xfe\n".to_vec(), Some(WINDOWS_1252)),
            (utf16("\u{feff}tag,type\n", u16::to_le_bytes), Some(UTF_16LE)),
            (utf16("tag,type\n\u{e9}", u16::to_le_bytes), Some(UTF_16LE)),
            (utf16("tag,type\n\u{e9}", u16::to_be_bytes), Some(UTF_16BE)),
            (b"tag\0type\n".to_vec(), None),
            (Vec::new(), None),
        ] {
            assert_eq!(looked_over(&bytes).expect("an encoding"), found, "{:?}", &bytes[..bytes.len().min(20)]);
        }
    }

    #[test]
    fn what_is_damaged_is_refused_with_its_line() {
        let cut = "tag,note\nX1,caf\u{e9}\nX2,\u{1d11e}".as_bytes();
        let said = |bytes: &[u8]| looked_over(bytes).expect_err("a refusal").to_string();
        assert!(said(&cut[..cut.len() - 1]).starts_with("line 3: the file ends in the middle"));
        assert!(said(b"tag\r\nX1,\xc3\xa9\xc3\xa9\r\nX2,\xff\r\n").starts_with("line 3: "));
        assert!(said(b"\xef\xbb\xbftag\nX\xff\n").starts_with("line 2: "));
        let text = utf16("\u{feff}tag\nX1\n\u{1d11e}", u16::to_le_bytes);
        assert!(said(&text[..text.len() - 1]).starts_with("line 3: the file ends in the middle"));
        assert!(said(&text[..text.len() - 2]).starts_with("line 3: the file ends in the middle"));
        assert!(
            said(&utf16("\u{feff}t\n", u16::to_le_bytes).into_iter().chain(*b"\x00\xdc\x41\x00").collect::<Vec<u8>>())
                .starts_with("line 2: ")
        );
    }
}
