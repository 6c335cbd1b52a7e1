//! What is wrong with the text of a map, in plain words.

use anyhow::Result;
use toml::{Table, Value};

use super::MapRefusal;
use crate::domain::refusal::refuse;
use crate::domain::text::closest;
use crate::import::kinds::Kind;

/// The parts that a map has, and what stands above them.
const PARTS: &[&str] = &["kind", "left_out", "columns", "join", "constants", "values", "missing", "rows", "format"];

/// Whether a file has a part for each of several kinds.
pub fn has_several(table: &Table) -> bool {
    table.keys().any(|key| kinds().any(|kind| kind == key))
}

fn kinds() -> impl Iterator<Item = &'static str> {
    Kind::ALL.iter().map(|kind| kind.name())
}

/// Refuses parts and kinds that there are none of, and what stands in the wrong part.
pub fn check_parts(table: &Table) -> Result<()> {
    if !has_several(table) {
        // A map for several kinds of which none is spelt rightly.
        let misspelt = table.iter().find(|(key, part)| is_for_a_kind(part) && !PARTS.contains(&key.as_str()));
        return match misspelt {
            Some((key, _)) => Err(unknown(key, kinds())),
            None => check_map(table),
        };
    }
    for (key, part) in table {
        match part {
            Value::Table(part) if kinds().any(|kind| kind == key) => check_map(part)?,
            _ if kinds().any(|kind| kind == key) => {}
            _ => return Err(unknown(key, kinds())),
        }
    }
    Ok(())
}

/// Whether a part has parts of a map in it.
fn is_for_a_kind(part: &Value) -> bool {
    part.as_table().is_some_and(|part| part.iter().any(|(key, part)| part.is_table() && PARTS.contains(&key.as_str())))
}

fn check_map(map: &Table) -> Result<()> {
    for (key, part) in map {
        if !PARTS.contains(&key.as_str()) {
            return Err(unknown(key, PARTS.iter().copied()));
        }
        if part.get("left_out").is_some() {
            return Err(refuse(MapRefusal::StandsFirst(key.clone())));
        }
    }
    match map.get("kind").and_then(Value::as_str) {
        Some(kind) if kinds().all(|known| known != kind) => Err(refuse(MapRefusal::UnknownKind {
            kind: kind.to_string(),
            nearest: closest(kind, kinds()).map(str::to_string),
        })),
        _ => Ok(()),
    }
}

fn unknown(part: &str, known: impl Iterator<Item = &'static str>) -> anyhow::Error {
    let nearest = closest(part, known).map(str::to_string);
    refuse(MapRefusal::UnknownPart { part: part.to_string(), nearest })
}

/// What the reader of maps complains of, in words that a person needs no programming for; on several lines, those below the
/// first two blanks in.
pub fn plain(complaint: &str) -> String {
    let lines = complaint.lines().map(|line| match line.strip_prefix("invalid type: ") {
        None => line.to_string(),
        Some(found) => found.split_once(", expected ").map_or_else(
            || line.to_string(),
            |(found, wanted)| format!("{} stands where {} is wanted", found_in_words(found), wanted_in_words(wanted)),
        ),
    });
    lines.collect::<Vec<String>>().join("\n  ")
}

fn found_in_words(found: &str) -> String {
    let (sort, value) = found.split_once(' ').unwrap_or((found, ""));
    let value = value.trim_matches('`');
    match sort {
        "string" => format!("the text {value}"),
        "integer" | "boolean" => value.to_string(),
        "floating" => value.strip_prefix("point ").unwrap_or(value).trim_matches('`').to_string(),
        "sequence" => "a list".to_string(),
        "map" => "a part with lines of its own".to_string(),
        _ => found.to_string(),
    }
}

fn wanted_in_words(wanted: &str) -> &str {
    match wanted {
        "a map" => "a part with lines of its own, such as [values.type] with \"Fiddle\" = \"VN\" below it,",
        "a sequence" => "a list, such as [\"A\", \"B\"],",
        "a string" | "string" => "a text in quotation marks",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_are_put_plainly() {
        for (complaint, told) in [
            (
                "invalid type: string \"VN\", expected a map",
                "the text \"VN\" stands where a part with lines of its own",
            ),
            ("invalid type: integer `5`, expected a string", "5 stands where a text in quotation marks is wanted"),
            (
                "at line 2\ninvalid type: map, expected a sequence",
                "at line 2\n  a part with lines of its own stands where a list",
            ),
            ("expected a heading", "expected a heading"),
        ] {
            assert!(plain(complaint).starts_with(told), "{}", plain(complaint));
        }
    }
}
