//! Texts that the hub edits, with named fields: what may be one, and why one is not.

use super::refusal::Refusal;
use super::text::escape;

/// Longest template, in bytes: some thirty pages.
pub const LONGEST_TEMPLATE: usize = 64 * 1024;

/// Why a text was not taken as a template, or could not be filled in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateRefusal {
    #[error("{} is empty, and a template needs a text", escape(.file))]
    Empty { file: String },
    #[error("{} is longer than {} KB, which is the most for a template", escape(.file), LONGEST_TEMPLATE / 1024)]
    TooLong { file: String },
    #[error("{} is not a text in UTF-8", escape(.file))]
    NotText { file: String },
    #[error("{} has a control character on line {line}", escape(.file))]
    Unprintable { file: String, line: usize },
    #[error("{}, line {}: {}", escape(.file), .fault.line, escape(&.fault.reason))]
    Faulty { file: String, fault: TemplateFault, shown_by: String },
}

/// What is wrong with a template, and on which line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct TemplateFault {
    pub line: usize,
    pub reason: String,
}

impl Refusal for TemplateRefusal {
    fn hint(&self) -> Option<String> {
        match self {
            TemplateRefusal::NotText { .. } => Some("save it as plain text in UTF-8, not as a document".into()),
            TemplateRefusal::Empty { .. } | TemplateRefusal::TooLong { .. } => None,
            TemplateRefusal::Unprintable { .. } => Some("type that line again".into()),
            TemplateRefusal::Faulty { shown_by, .. } => {
                Some(format!("'{shown_by}' prints the text in use; the program's own names every field at its head"))
            }
        }
    }
}

/// A file's bytes as the text of a template: UTF-8 with or without mark, one kind of line end, blanks for tabs.
pub fn read_text(file: &str, bytes: &[u8]) -> Result<String, TemplateRefusal> {
    let file = || file.to_string();
    if bytes.len() > LONGEST_TEMPLATE {
        return Err(TemplateRefusal::TooLong { file: file() });
    }
    let text = std::str::from_utf8(bytes).map_err(|_| TemplateRefusal::NotText { file: file() })?;
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\t', "    ");
    if text.trim().is_empty() {
        return Err(TemplateRefusal::Empty { file: file() });
    }
    match text.split('\n').position(|line| line.chars().any(super::text::is_unsafe)) {
        Some(index) => Err(TemplateRefusal::Unprintable { file: file(), line: index + 1 }),
        None => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_saved_by_any_editor_is_read_alike() {
        for bytes in [&b"\xef\xbb\xbfa\r\n    b"[..], b"a\n\tb", b"a\n    b"] {
            assert_eq!(read_text("f", bytes), Ok("a\n    b".to_string()));
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let file = "f".to_string();
        assert_eq!(read_text("f", b" \n\t"), Err(TemplateRefusal::Empty { file: file.clone() }));
        assert_eq!(read_text("f", b"\xff\xfe"), Err(TemplateRefusal::NotText { file: file.clone() }));
        let escape = TemplateRefusal::Unprintable { file: file.clone(), line: 2 };
        assert_eq!(read_text("f", b"a\n\x1b[2J"), Err(escape));
        assert!(read_text("f", &vec![b'a'; LONGEST_TEMPLATE]).is_ok());
        assert_eq!(read_text("f", &vec![b'a'; LONGEST_TEMPLATE + 1]), Err(TemplateRefusal::TooLong { file }));
    }
}
