//! Where one column comes from, and what a row says in it.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::domain::text::fold;
use crate::import::reader::RawRow;

/// In a table of words, whatever other word a file has.
pub(super) const ANY_OTHER: &str = "*";

#[derive(Debug, Default)]
pub(in crate::import) struct Field {
    /// The first filled of these cells counts.
    pub cells: Vec<usize>,
    /// Where none is filled: cells that make one value together.
    pub joined: Option<Joined>,
    /// What stands where no cell says anything.
    pub constant: Option<String>,
    /// The file's words, folded, and ours.
    pub values: HashMap<String, String>,
    /// What stands for every word that is not among them.
    pub any_other: Option<String>,
    /// Whether a name that is not on record is made.
    pub makes: bool,
}

#[derive(Debug)]
pub(in crate::import) struct Joined {
    pub cells: Vec<usize>,
    pub with: String,
    pub before: String,
}

impl Field {
    pub fn is_mapped(&self) -> bool {
        self.has_cells() || self.constant.is_some()
    }

    /// Whether any cell of the file is read.
    pub fn has_cells(&self) -> bool {
        !self.cells.is_empty() || self.joined.is_some()
    }

    /// Every cell that may be read.
    pub fn places(&self) -> impl Iterator<Item = usize> {
        let joined = self.joined.iter().flat_map(|joined| &joined.cells);
        self.cells.iter().chain(joined).copied()
    }

    /// Whether the map turns the file's words into ours.
    pub fn translates(&self) -> bool {
        !self.values.is_empty() || self.any_other.is_some()
    }

    /// The cell that says it all, where nothing else can: what nearly every column of a large file is.
    pub fn only_cell(&self) -> Option<usize> {
        match self.cells.as_slice() {
            [cell] if self.joined.is_none() && self.constant.is_none() && !self.translates() => Some(*cell),
            _ => None,
        }
    }

    /// What a row says; `none` are the file's words for nothing, folded.
    pub fn text<'a>(&'a self, row: RawRow<'a>, none: &[String]) -> Cow<'a, str> {
        let filled = |cell: &usize| {
            let text = row.cell(*cell);
            let is_nothing = text.is_empty() || (!none.is_empty() && none.contains(&fold(text)));
            (!is_nothing).then_some(text)
        };
        let mut text = match (self.cells.iter().find_map(filled), &self.joined) {
            (Some(text), _) => Cow::Borrowed(text),
            (None, Some(joined)) => Cow::Owned(joined.text(filled)),
            (None, None) => Cow::Borrowed(""),
        };
        if self.translates() {
            text = self.ours(text);
        }
        match &self.constant {
            Some(constant) if text.is_empty() => Cow::Borrowed(constant),
            _ => text,
        }
    }

    /// Our word for the file's, or the file's own where the map has none for it.
    fn ours<'a>(&'a self, theirs: Cow<'a, str>) -> Cow<'a, str> {
        let any_other = self.any_other.as_ref().filter(|_| !theirs.is_empty());
        match self.values.get(&fold(&theirs)).or(any_other) {
            Some(ours) => Cow::Borrowed(ours),
            None => theirs,
        }
    }
}

impl Joined {
    fn text<'a>(&self, filled: impl Fn(&usize) -> Option<&'a str>) -> String {
        let parts: Vec<&str> = self.cells.iter().filter_map(filled).collect();
        if parts.is_empty() { String::new() } else { format!("{}{}", self.before, parts.join(&self.with)) }
    }
}
