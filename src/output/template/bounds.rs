//! What a text that the hub edits may be made of: fields, `if`, `for` and `set`. The engine could do more, and with a line or
//! two of it a text would grow without end, which no count of steps prevents.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::fault;
use crate::domain::template::TemplateFault;

/// What may stand behind `{%`.
const STATEMENTS: [&str; 9] = ["if", "elif", "else", "endif", "for", "endfor", "set", "raw", "endraw"];

/// Longest piece between braces, in bytes: the engine reads one by calling itself.
const LONGEST_PIECE: usize = 500;

/// Filters that make as much as a number tells them to.
pub(super) const BOUNDLESS_FILTERS: [&str; 4] = ["batch", "format", "indent", "slice"];

/// More bytes than any page has.
const LONGEST_PAGE: usize = 1 << 20;

/// A piece between braces.
struct Piece<'s> {
    line: usize,
    is_statement: bool,
    /// Without what stands in quotation marks.
    bare: String,
    whole: &'s str,
}

/// Why a text asks for more than it may, if it does. What is not closed is left to the engine to tell.
pub(super) fn check(source: &str) -> Result<(), TemplateFault> {
    let pieces = pieces(source);
    let sets: BTreeSet<&str> = pieces.iter().filter_map(Piece::set).flat_map(|(names, _)| words(names)).collect();
    for piece in &pieces {
        piece.check(&sets).map_err(|reason| fault(piece.line, reason))?;
    }
    Ok(())
}

impl Piece<'_> {
    fn check(&self, sets: &BTreeSet<&str>) -> Result<(), String> {
        if self.whole.len() > LONGEST_PIECE {
            return Err(format!("what stands between braces is longer than {LONGEST_PIECE} characters"));
        }
        if let Some(sign) = self.bare.chars().find(|sign| matches!(sign, '*' | '{')) {
            return Err(format!("a text cannot reckon with '{sign}'"));
        }
        if !self.is_statement {
            return Ok(());
        }
        let word = words(&self.bare).next().unwrap_or_default();
        if !STATEMENTS.contains(&word) {
            return Err(format!("'{word}' is not among the words for a text: if, for and set"));
        }
        match self.set() {
            None if word == "set" => Err("'set' needs a name, = and a value".to_string()),
            Some((_, value)) if words(value).any(|word| sets.contains(word)) => {
                Err("'set' takes its value from fields, and not from what was set before".to_string())
            }
            _ => Ok(()),
        }
    }

    /// The names and the value of a `set`.
    fn set(&self) -> Option<(&str, &str)> {
        let rest = self.bare.trim_start_matches(['-', '+']).trim_start().strip_prefix("set")?;
        rest.split_once('=').filter(|_| self.is_statement)
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

fn pieces(source: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(found) = source[at..].find('{') {
        let begun = at + found + 1;
        let end = match source.as_bytes().get(begun) {
            Some(b'#') => {
                at = source[begun..].find("#}").map_or(source.len(), |end| begun + end + 2);
                continue;
            }
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            _ => {
                at = begun;
                continue;
            }
        };
        let inside = begun + 1;
        let (bare, length) = without_quoted(&source[inside..], end);
        let line = source[..begun].matches('\n').count() + 1;
        pieces.push(Piece { line, is_statement: end == "%}", bare, whole: &source[inside..inside + length] });
        at = inside + length;
    }
    pieces
}

/// A piece up to its end, with what is quoted in it left out; and how long it is.
fn without_quoted(text: &str, end: &str) -> (String, usize) {
    let mut bare = String::new();
    let mut quoted: Option<char> = None;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match quoted {
            None if text[at..].starts_with(end) => return (bare, at),
            None if matches!(c, '"' | '\'') => quoted = Some(c),
            None => bare.push(c),
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(mark) if c == mark => quoted = None,
            Some(_) => {}
        }
    }
    (bare, text.len())
}

/// What a text is filled in into: refuses what no page has room for.
#[derive(Debug, Default)]
pub(super) struct Page(pub Vec<u8>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > LONGEST_PAGE {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_if_for_and_set_are_enough() {
        for sound in [
            "",
            "{",
            "{{ name }} * {%- if a == '*' and b != \"{%\" -%} {% elif c %} {% else %} {%+ endif %}",
            "{# {% with %} 2 * 3 #}{% for a in b %}{{ a ~ ', ' }}{% endfor %}",
            "{% set first = name %}{% set second = other %}{{ first ~ second }}",
            "{% raw %}{{ name }}{% endraw %}",
            "{{ 'it\\'s * {' }}",
            "{{ name",
        ] {
            assert_eq!(check(sound), Ok(()), "{sound}");
        }
    }

    #[test]
    fn what_would_grow_is_refused_with_its_line() {
        for (text, told) in [
            ("a\n{{ 'x' * 9 }}", "line 2: a text cannot reckon with '*'"),
            ("{{ {'a': 1} }}", "line 1: a text cannot reckon with '{'"),
            ("{% with a = 1 %}", "line 1: 'with' is not among the words for a text: if, for and set"),
            ("{%- filter upper %}", "line 1: 'filter' is not among the words for a text: if, for and set"),
            ("{%%}", "line 1: '' is not among the words for a text: if, for and set"),
            ("{% set a %}x{% endset %}", "line 1: 'set' needs a name, = and a value"),
            (
                "{% set a = b %}\n{% set c = a ~ a %}",
                "line 2: 'set' takes its value from fields, and not from what was set before",
            ),
            ("{%-set a = a.b%}", "line 1: 'set' takes its value from fields, and not from what was set before"),
        ] {
            assert_eq!(check(text).map_err(|fault| fault.to_string()), Err(told.to_string()), "{text}");
        }
        let deep = format!("{{{{ {}1 }}}}", "-".repeat(30_000));
        assert!(check(&deep).is_err());
    }
}
