//! Text people type: names, addresses, and the folded form that searches compare.

use std::fmt;
use std::str::FromStr;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest name, in characters.
const LONGEST_NAME: usize = 200;

/// Why a text was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    #[error("a name cannot be empty")]
    Empty,
    #[error("{0} characters are too many; {LONGEST_NAME} is the most")]
    TooLong(usize),
    #[error("'{0}' has a control character or a right-to-left mark, which a name or an address cannot have")]
    Unprintable(String),
    #[error("'{0}' is not an email address; one looks like ana@example.org")]
    NotAnAddress(String),
}

/// A person's, school's, supplier's or fund's name: one printable line, trimmed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

impl Name {
    pub fn from_record(text: &str) -> Name {
        Name(text.to_string())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the name is found by, without regard to case and accents.
    pub fn key(&self) -> String {
        fold(&self.0)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Name {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Name, TextError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        if text.chars().count() > LONGEST_NAME {
            return Err(TextError::TooLong(text.chars().count()));
        }
        if text.chars().any(is_unsafe) {
            return Err(TextError::Unprintable(escape(text)));
        }
        Ok(Name(text.to_string()))
    }
}

/// An email address, checked only for what would break a message's header or could never be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    pub fn from_record(text: &str) -> Email {
        Email(text.to_string())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Email {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Email, TextError> {
        let text = text.trim();
        let not_an_address = || TextError::NotAnAddress(escape(text));
        let (local, domain) = text.rsplit_once('@').ok_or_else(not_an_address)?;
        let awkward = |c: char| is_unsafe(c) || c.is_whitespace() || "<>,;:\"()[]\\".contains(c);
        let sound_domain = !domain.is_empty()
            && domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.contains('@'));
        let sound_local = !local.is_empty() && !local.contains('@');
        if text.len() > 254 || text.chars().any(awkward) || !sound_domain || !sound_local {
            return Err(not_an_address());
        }
        Ok(Email(text.to_string()))
    }
}

/// The form that searches and comparisons use: lower case, no accents, single spaces.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return single_spaced(&text.to_ascii_lowercase());
    }
    let bare: String = text.nfkd().filter(|&c| !is_combining_mark(c)).collect();
    single_spaced(&bare.to_lowercase())
}

fn single_spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !spaced.is_empty() {
            spaced.push(' ');
        }
        spaced.push_str(word);
    }
    spaced
}

/// The text with what a terminal would act on written out: `\u{1b}[2J`.
pub fn escape(text: &str) -> String {
    if !text.chars().any(is_unsafe) {
        return text.to_string();
    }
    text.chars().map(|c| if is_unsafe(c) { c.escape_default().to_string() } else { c.to_string() }).collect()
}

/// Control characters, and the marks that turn the direction of what follows.
pub fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The candidate nearest to what was typed, if it is near enough to be a slip of the hand.
pub fn closest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = fold(typed);
    let near = |candidate: &str| strsim::jaro_winkler(&typed, &fold(candidate));
    candidates
        .into_iter()
        .map(|candidate| (near(candidate), candidate))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_forgets_case_accents_and_spaces() {
        assert_eq!(fold("  Zoë   FRÖHLICH "), "zoe frohlich");
        assert_eq!(fold("Flûte"), fold("FLUTE"));
    }

    #[test]
    fn names_are_one_printable_line() {
        assert_eq!("  Sean O'Brien ".parse::<Name>().map(|name| name.to_string()), Ok("Sean O'Brien".into()));
        for text in ["", " ", "Ana\nRuiz", "\u{202e}anA", "Ana\u{1b}[2J", "a\0b", &"x".repeat(201)] {
            assert!(text.parse::<Name>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn addresses_that_would_break_a_header_are_refused() {
        assert!("o'brien+music@mail.example.org".parse::<Email>().is_ok());
        for text in
            ["ana", "ana@", "@example.org", "a b@example.org", "a@b@c", "a@example.org\nBcc: x", "<a@b.org>", "a@-b..c"]
        {
            assert!(text.parse::<Email>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_slip_of_the_hand_finds_its_word() {
        assert_eq!(closest("chello", ["violin", "cello", "trumpet"]), Some("cello"));
        assert_eq!(closest("zzz", ["violin", "cello"]), None);
    }

    #[test]
    fn terminals_are_safe_from_stored_text() {
        assert_eq!(escape("\u{1b}]0;pwn\u{7}"), "\\u{1b}]0;pwn\\u{7}");
    }
}
