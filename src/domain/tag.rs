//! Tags: the text on an instrument's label.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

const LONGEST: usize = 40;

/// The text on an instrument's label: unique for ever, never reused, compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(String);

impl Tag {
    /// A tag read back from the records.
    pub fn from_record(text: &str) -> Tag {
        Tag(text.to_string())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the tag is looked up by: the same for `vn-0042` and `VN-0042`.
    pub fn key(&self) -> String {
        self.0.to_ascii_uppercase()
    }

    /// The same, copied only where it must be: most tags are in capitals.
    pub fn borrowed_key(&self) -> Cow<'_, str> {
        if self.0.bytes().any(|byte| byte.is_ascii_lowercase()) { self.key().into() } else { self.0.as_str().into() }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text cannot be a tag.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TagError {
    #[error("a tag cannot be empty")]
    Empty,
    #[error("a tag has {LONGEST} characters at the most; this one has {0}")]
    TooLong(usize),
    #[error(
        "'{0}' cannot be a tag: it begins with a letter or digit and has only letters, digits, spaces and - _ . / # after that"
    )]
    BadCharacter(String),
}

impl FromStr for Tag {
    type Err = TagError;

    fn from_str(text: &str) -> Result<Tag, TagError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TagError::Empty);
        }
        if text.len() > LONGEST && text.chars().count() > LONGEST {
            return Err(TagError::TooLong(text.chars().count()));
        }
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b" -_./#".contains(&byte);
        let begins_well = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        if !begins_well || !text.bytes().all(allowed) {
            return Err(TagError::BadCharacter(super::text::escape(text)));
        }
        Ok(Tag(text.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_matter() {
        let tag = |text: &str| text.parse::<Tag>().map(|tag| tag.key());
        assert_eq!(tag("vn-0042"), tag(" VN-0042 "));
    }

    #[test]
    fn what_no_label_bears_is_refused() {
        for text in ["", "  ", "../../etc/passwd", "=1+1", "VN\u{202e}1", "a,b", "Ü1", &"9".repeat(41)] {
            assert!(text.parse::<Tag>().is_err(), "{text}");
        }
    }
}
