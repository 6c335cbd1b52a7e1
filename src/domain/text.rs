//! Text people type: names, addresses, and the folded form that searches compare.

use std::fmt;
use std::str::FromStr;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest name, in characters.
const LONGEST_NAME: usize = 200;

/// Longest email address, what stands before its `@`, and one label of its domain, in bytes, as servers limit them.
const LONGEST_EMAIL: usize = 254;
const LONGEST_LOCAL_PART: usize = 64;
const LONGEST_LABEL: usize = 63;

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

/// An email address, checked for what would break a message's header or could never be delivered: whatever is taken here,
/// a message can be made for.
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
        let parts = text.rsplit_once('@');
        let sound = parts.is_some_and(|(local, domain)| is_sound_local_part(local) && is_sound_domain(domain));
        if text.len() > LONGEST_EMAIL || text.chars().any(is_unsafe) || !sound {
            return Err(TextError::NotAnAddress(escape(text)));
        }
        Ok(Email(text.to_string()))
    }
}

/// What stands before the `@`: words joined by single dots, without quotation marks.
fn is_sound_local_part(local: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| is_plain(c, "!#$%&'*+-/=?^_`{|}~"));
    local.len() <= LONGEST_LOCAL_PART && local.split('.').all(is_word)
}

/// What stands behind the `@`: at least two labels, the last of which is no number.
fn is_sound_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        let length = 1..=LONGEST_LABEL;
        let at_the_ends = label.starts_with('-') || label.ends_with('-');
        length.contains(&label.len()) && !at_the_ends && label.chars().all(|c| is_plain(c, "-"))
    };
    let top = domain.rsplit_once('.').map(|(_, top)| top);
    top.is_some_and(|top| top.chars().any(char::is_alphabetic)) && domain.split('.').all(is_label)
}

/// What an address may be made of beside these marks; letters of any language, which servers may take.
fn is_plain(c: char, marks: &str) -> bool {
    c.is_ascii_alphanumeric() || marks.contains(c) || !c.is_ascii() && !c.is_whitespace()
}

/// The form that searches and comparisons use: lower case, no accents, single spaces.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(&mut folded, text);
    folded
}

/// Adds the folded form to what is there already.
pub fn fold_into(folded: &mut String, text: &str) {
    if text.is_ascii() {
        return fold_ascii(folded, text);
    }
    let bare: String = text.nfkd().filter(|&c| !is_combining_mark(c)).collect();
    folded.push_str(&single_spaced(&bare.to_lowercase()));
}

/// The same for text without accents, which most is, at one go.
fn fold_ascii(folded: &mut String, text: &str) {
    let words = text.split(char::is_whitespace).filter(|word| !word.is_empty());
    for (place, word) in words.enumerate() {
        if place > 0 {
            folded.push(' ');
        }
        let begun = folded.len();
        folded.push_str(word);
        folded[begun..].make_ascii_lowercase();
    }
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

/// A sentence to a person, made safe to show like [`escape`]. What stands on lines of its own under a sentence begins with two
/// blanks; any other line break came with a value and is written out, so that no value passes for a sentence of ours.
pub fn shown(sentence: &str) -> String {
    sentence.split(BELOW).map(escape).collect::<Vec<String>>().join(BELOW)
}

/// What begins a line under a sentence.
const BELOW: &str = "\n  ";

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

    proptest::proptest! {
        #[test]
        fn text_without_accents_folds_by_the_same_rule(text in "[ -~\\t\\n\\x0b\\r\\x1c]{0,24}") {
            proptest::prop_assert_eq!(fold(&text), single_spaced(&text.to_lowercase()));
        }
    }

    #[test]
    fn names_are_one_printable_line() {
        assert_eq!("  Sean O'Brien ".parse::<Name>().map(|name| name.to_string()), Ok("Sean O'Brien".into()));
        for text in ["", " ", "Ana\nRuiz", "\u{202e}anA", "Ana\u{1b}[2J", "a\0b", &"x".repeat(201)] {
            assert!(text.parse::<Name>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn addresses_that_mail_can_be_sent_to_are_taken() {
        for text in [
            "ana@example.org",
            " ana@example.org ",
            "o'brien+music@mail.example.org",
            "a.b.c@a-b.example.co.uk",
            "ANA_RUIZ@EXAMPLE.ORG",
            "1@2.example",
            "#!$%&'*/=?^`{|}~-@example.org",
            "zoë@example.org",
            "ana@bücher.example",
            "ana@xn--bcher-kva.example",
            &format!("{}@example.org", "a".repeat(64)),
            &format!("ana@{}.org", "a".repeat(63)),
        ] {
            assert_eq!(text.parse::<Email>().map(|email| email.to_string()), Ok(text.trim().to_string()));
        }
    }

    #[test]
    fn addresses_that_would_break_a_header_or_go_nowhere_are_refused() {
        for text in [
            "",
            "ana",
            "ana@",
            "@example.org",
            "@",
            "a b@example.org",
            "ana@exa mple.org",
            "a\u{a0}b@example.org",
            "a@b@c.org",
            "a@example.org\nBcc: x",
            "a@example.org\r\nBcc: x@y.org",
            "<a@b.org>",
            "Ana <a@b.org>",
            "a@b.org, c@d.org",
            "a@b.org;c@d.org",
            "\"a b\"@example.org",
            "a(b)@example.org",
            "a\\b@example.org",
            ".a@example.org",
            "a.@example.org",
            "a..b@example.org",
            "a@-b..c",
            "a@.example.org",
            "a@example.org.",
            "a@example..org",
            "a@-example.org",
            "a@example-.org",
            "a@example_x.org",
            "a@127.0.0.1",
            "a@[127.0.0.1]",
            "a@gmail",
            "a@example.123",
            "a\u{202e}b@example.org",
            &format!("{}@example.org", "a".repeat(65)),
            &format!("ana@{}.org", "a".repeat(64)),
            &format!("ana@{}org", "abc.".repeat(63)),
        ] {
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

    #[test]
    fn no_value_passes_for_a_sentence() {
        assert_eq!(shown("there is no place a\nhint: b\r:\n  c\n  d"), "there is no place a\\nhint: b\\r:\n  c\n  d");
    }
}
