//! The XML of one part of a workbook, an element at a time, within bounds.

use std::borrow::Cow;
use std::io::{self, BufReader, Read};

use anyhow::Result;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::refusal::WorkbookRefusal;
use crate::domain::refusal::refuse;

/// More bytes than one text or one element has.
const LONGEST_NODE: u64 = 1 << 23;

/// More bytes than the text of one cell has.
pub const LONGEST_TEXT: usize = 1 << 20;

/// More elements in one another than any workbook has.
const DEEPEST: usize = 100;

/// What comes next.
pub enum Node<'a> {
    Start(Element<'a>),
    /// An element has ended: `depth` says which.
    End,
    Text(Cow<'a, str>),
    Eof,
}

/// An element's beginning.
pub struct Element<'a>(BytesStart<'a>);

impl Element<'_> {
    /// Its name without the prefix, which each program chooses for itself.
    pub fn local(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// An attribute by its name without the prefix.
    pub fn attribute(&self, name: &str) -> Result<Option<Cow<'_, str>>> {
        for attribute in self.0.attributes().with_checks(false) {
            let attribute = attribute.map_err(|_| no_sound_element())?;
            if attribute.key.local_name().into_inner() == name {
                return Ok(Some(attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| no_sound_element())?));
            }
        }
        Ok(None)
    }

    /// Hands over every attribute with its name as it stands.
    pub fn each_attribute(&self, mut take: impl FnMut(&str, Cow<'_, str>)) -> Result<()> {
        for attribute in self.0.attributes().with_checks(false) {
            let attribute = attribute.map_err(|_| no_sound_element())?;
            take(
                attribute.key.into_inner(),
                attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| no_sound_element())?,
            );
        }
        Ok(())
    }

    /// An attribute that is a whole number.
    pub fn number<N: std::str::FromStr>(&self, name: &str) -> Result<Option<N>> {
        let Some(text) = self.attribute(name)? else {
            return Ok(None);
        };
        text.trim().parse().map(Some).map_err(|_| damaged(format!("{name} is no number")))
    }
}

/// The refusal of a workbook that is not as it should be.
pub fn damaged(what: impl Into<String>) -> anyhow::Error {
    refuse(WorkbookRefusal::Damaged(what.into()))
}

fn no_sound_element() -> anyhow::Error {
    damaged("an element of it cannot be read")
}

/// Reads a part to its end.
pub struct Xml<R: Read> {
    reader: quick_xml::Reader<BufReader<Bounded<R>>>,
    buffer: Vec<u8>,
    depth: usize,
}

impl<R: Read> Xml<R> {
    pub fn new(part: R, most_bytes: u64) -> Xml<R> {
        let bounded = Bounded { part, left: most_bytes, left_for_node: LONGEST_NODE, is_over: false };
        let mut reader = quick_xml::Reader::from_reader(BufReader::with_capacity(1 << 16, bounded));
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = true;
        Xml { reader, buffer: Vec::new(), depth: 0 }
    }

    /// How many elements are open.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// The next node that says something.
    pub fn next(&mut self) -> Result<Node<'_>> {
        self.reader.get_mut().get_mut().left_for_node = LONGEST_NODE;
        self.buffer.clear();
        match self.reader.read_event_into(&mut self.buffer) {
            Ok(Event::Start(start)) => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    return Err(damaged("its elements lie too deep in one another"));
                }
                Ok(Node::Start(Element(start)))
            }
            Ok(Event::End(_)) => {
                self.depth = self.depth.saturating_sub(1);
                Ok(Node::End)
            }
            Ok(Event::Text(text)) => Ok(Node::Text(text.xml10_content())),
            Ok(Event::CData(text)) => Ok(Node::Text(text.xml10_content())),
            Ok(Event::GeneralRef(reference)) => Ok(Node::Text(Cow::Owned(resolved(&reference)?.to_string()))),
            Ok(Event::Eof) if self.depth > 0 => Err(damaged("it ends within an element")),
            Ok(Event::Eof) => Ok(Node::Eof),
            Ok(_) => Ok(Node::Text(Cow::Borrowed(""))),
            Err(_) if self.reader.get_ref().get_ref().is_over => Err(refuse(WorkbookRefusal::TooLarge)),
            Err(quick_xml::Error::Io(_)) => Err(damaged("a part of it does not unpack")),
            Err(_) => Err(damaged("a part of it is no sound XML")),
        }
    }

    /// Passes over the rest of the element that has just begun.
    pub fn skip(&mut self) -> Result<()> {
        let within = self.depth;
        while self.depth >= within {
            self.next()?;
        }
        Ok(())
    }

    /// Adds the text of the element that has just begun.
    pub fn text(&mut self, into: &mut String) -> Result<()> {
        let (within, begun) = (self.depth, into.len());
        while self.depth >= within {
            if let Node::Text(text) = self.next()? {
                into.push_str(&text);
            }
            if into.len() - begun > LONGEST_TEXT {
                return Err(refuse(WorkbookRefusal::TooLarge));
            }
        }
        Ok(())
    }
}

fn resolved(reference: &BytesRef<'_>) -> Result<char> {
    if let Some(character) =
        reference.resolve_char_ref().map_err(|_| damaged(format!("'&{};' is no character", &**reference)))?
    {
        return Ok(character);
    }
    match reference.as_ref() {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        other => Err(damaged(format!("'&{other};' is no character"))),
    }
}

/// A part that is cut off where it unpacks to more than it may.
struct Bounded<R> {
    part: R,
    left: u64,
    left_for_node: u64,
    is_over: bool,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.part.read(buffer)?;
        let bytes = read as u64;
        self.is_over = bytes > self.left || bytes > self.left_for_node;
        if self.is_over {
            return Err(io::Error::other("too much"));
        }
        self.left -= bytes;
        self.left_for_node -= bytes;
        Ok(read)
    }
}
