//! A shipped map made to fit one file: what it says of other kinds, and the headings that the file does not have, taken out.

use toml::{Table, Value};

use super::draft::quoted;
use super::kinds::Kind;
use super::mapping::HeadingIndex;

/// The text of a shipped map as a map of one's own for a file of these headings.
pub fn fitted(text: &str, kind: Kind, headings: &[String]) -> String {
    let has_several = text.lines().filter_map(part_of).any(|part| of_kind(part, kind).is_some());
    let mut map = Fitted {
        index: HeadingIndex::new(headings),
        text: String::new(),
        waiting: Vec::new(),
        // Above the first part stands what is for all kinds: the kind's name, what is left out.
        part: (!has_several).then_some(String::new()),
    };
    let mut lines = text.lines();
    if has_several {
        // What stands above the parts tells how the kinds go together.
        lines.by_ref().take_while(|line| !line.is_empty()).for_each(drop);
    }
    while let Some(line) = lines.next() {
        if let Some(part) = part_of(line) {
            map.part = if has_several { of_kind(part, kind) } else { Some(part) }.map(str::to_string);
            map.keep(line);
        } else if line.is_empty() || line.starts_with('#') {
            map.waiting.push(line.to_string());
        } else {
            // An entry may go on over several lines.
            let mut entry = line.to_string();
            while toml::from_str::<Table>(&entry).is_err() {
                let Some(more) = lines.next() else {
                    break;
                };
                entry = format!("{entry}\n{more}");
            }
            map.entry(&entry);
        }
    }
    map.end()
}

/// The name between the brackets that begin a part.
fn part_of(line: &str) -> Option<&str> {
    line.strip_prefix('[')?.split(']').next()
}

/// What a part is of a kind's map: `columns` of `instruments.columns`.
fn of_kind(part: &str, kind: Kind) -> Option<&str> {
    let rest = part.strip_prefix(kind.name())?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('.') }
}

struct Fitted<'h> {
    index: HeadingIndex<'h>,
    text: String,
    /// Remarks, which belong to what follows them.
    waiting: Vec<String>,
    /// The part of the kind's map; none in the parts of others.
    part: Option<String>,
}

impl Fitted<'_> {
    /// Keeps a line of the kind's map, with the remarks above it.
    fn keep(&mut self, line: &str) {
        let waiting = std::mem::take(&mut self.waiting);
        if self.part.is_some() {
            waiting.iter().map(String::as_str).chain([line]).for_each(|line| {
                self.text.push_str(line);
                self.text.push('\n');
            });
        }
    }

    fn entry(&mut self, entry: &str) {
        let names_headings = matches!(self.part.as_deref(), Some("columns" | "join"));
        let fitted = if names_headings { self.with_headings_there(entry) } else { None };
        self.keep(fitted.as_deref().unwrap_or(entry));
    }

    /// An entry with those headings alone that the file has; nothing where that is all of them.
    fn with_headings_there(&self, entry: &str) -> Option<String> {
        let (column, value) = toml::from_str::<Table>(entry).ok()?.into_iter().next()?;
        let named = value.get("headings").unwrap_or(&value);
        let one = [named.clone()];
        let named: Vec<&str> =
            named.as_array().map_or(&one[..], Vec::as_slice).iter().filter_map(Value::as_str).collect();
        let mut places = Vec::new();
        let mut there = Vec::new();
        for name in &named {
            // A heading that is there twice has been refused before this.
            if let Ok(Some(place)) = self.index.find(name)
                && !places.contains(&place)
            {
                places.push(place);
                there.push(quoted(name));
            }
        }
        if there.len() == named.len() {
            return None;
        }
        let joined = value.as_table().map(|table| {
            let others = table.iter().filter(|(key, _)| *key != "headings");
            others
                .map(|(key, value)| format!(", {key} = {}", quoted(value.as_str().unwrap_or_default())))
                .collect::<String>()
        });
        Some(match (there.as_slice(), joined) {
            ([], _) => entry.lines().map(|line| format!("# {line}")).collect::<Vec<_>>().join("\n"),
            (there, Some(others)) => format!("{column} = {{ headings = [{}]{others} }}", there.join(", ")),
            ([one], None) if self.part.as_deref() == Some("columns") => format!("{column} = {one}"),
            (there, None) => format!("{column} = [{}]", there.join(", ")),
        })
    }

    fn end(mut self) -> String {
        let waiting = std::mem::take(&mut self.waiting);
        if self.part.is_some() {
            waiting.iter().for_each(|line| self.text.push_str(&format!("{line}\n")));
        }
        self.text.trim().to_string()
    }
}
