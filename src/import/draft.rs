//! A map to start from: every column of a kind with a word on it, and the headings of the file that a person has.

use std::fmt::Write as _;

use super::guide::{self, Likeness};
use super::kinds::Kind;
use super::mapping::HeadingIndex;
use super::profile;
use crate::domain::text::{escape, is_unsafe};

/// Where the remarks behind the lines begin.
const REMARKS_AT: usize = 32;

/// A map for a file of these headings, as far as their names tell; `file` is how the person calls it.
pub fn draft(kind: Kind, file: &str, headings: &[String]) -> String {
    let index = HeadingIndex::new(headings);
    let found = guide::likely(kind.name(), kind.columns(), headings, &profile::places(kind, headings));
    let (name, one) = (kind.name(), kind.one());
    let (title, file) = (in_a_remark(file), in_a_command(file));
    let mut map = format!(
        "# A map for {title}: which of its headings holds what of each {one}.
#
#   ledgerline import {name} {file} --map THIS            checks, writes nothing
#   ledgerline import {name} {file} --map THIS --commit
#
# Look each line over. Left is our name, right is the heading in your file.
# Lines that begin with # are passed over: fill in those that you can, and take
# the # away. 'ledgerline import --help' tells what else a map can do.
kind = \"{name}\"

[columns]
"
    );
    let mut used = vec![false; headings.len()];
    for (column, found) in kind.columns().iter().zip(found) {
        let named = found.and_then(|(place, likeness)| Some((place, index.name_of(place)?, likeness)));
        let holds = guide::holds(name, column).unwrap_or_default();
        let line = match &named {
            Some((place, heading, _)) => {
                used[*place] = true;
                format!("{column} = {}", quoted(heading))
            }
            None => format!("# {column} = \"\""),
        };
        let guess = if matches!(named, Some((.., Likeness::Near))) { "a guess: " } else { "" };
        match format!("{guess}{holds}").as_str() {
            "" => writeln_to(&mut map, &line),
            remark => writeln_to(&mut map, &format!("{line:REMARKS_AT$} # {remark}")),
        }
    }
    let unused: Vec<String> =
        (0..headings.len()).filter(|place| !used[*place]).filter_map(|place| index.name_of(place)).collect();
    map.push_str(&lists("Headings of the file that no column is taken from", &unused));
    map.push_str(
        "
# What stands in every row where the file says nothing.
[constants]

# Your words for ours, a table for each column that needs one; \"*\" is every
# other word. Capitals do not matter.
# [values.condition]
# \"Fair\" = \"worn\"

[format]
dates = \"dmy\"                    # the day first; \"mdy\" or \"ymd\" for others
decimal = \".\"                    # or \",\" before the pence
",
    );
    map
}

/// What a map that is there already leaves, as remarks to put below it.
pub fn remains(kind: Kind, file: &str, unused: &[String], unfilled: &[&str]) -> String {
    let columns: Vec<String> = unfilled
        .iter()
        .map(|column| format!("{column}: {}", guide::holds(kind.name(), column).unwrap_or_default()))
        .collect();
    let file = in_a_remark(file);
    let headings = lists(&format!("Headings of {file} that no column is taken from"), unused);
    let mut remains = headings;
    if !columns.is_empty() {
        remains.push_str(&format!("\n# Columns of {} that are not filled from {file}:\n", kind.name()));
        columns.iter().for_each(|column| writeln_to(&mut remains, &format!("#   {column}")));
    }
    remains
}

/// Headings as remarks, one a line, written as a map would name them.
fn lists(title: &str, headings: &[String]) -> String {
    if headings.is_empty() {
        return String::new();
    }
    let mut list = format!("\n# {title}:\n");
    headings.iter().for_each(|heading| writeln_to(&mut list, &format!("#   {}", quoted(heading))));
    list
}

fn writeln_to(map: &mut String, line: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(map, "{}", line.trim_end());
}

/// A text as TOML writes it.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(c);
            }
            c if is_unsafe(c) => {
                let _ = write!(quoted, "\\U{:08X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A text that can stand in a remark, which ends with its line.
fn in_a_remark(text: &str) -> String {
    escape(text)
}

/// The same as a shell takes it.
fn in_a_command(text: &str) -> String {
    let text = in_a_remark(text);
    shlex::try_quote(&text).map_or_else(|_| text.clone(), |quoted| quoted.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::mapping::{MapFile, Mapping};
    use proptest::prelude::*;

    #[test]
    fn columns_and_headings_are_listed() {
        let headings = ["Asset Tag", "Instrument", "Serial #", "Address", "Address"].map(str::to_string);
        insta::assert_snapshot!(draft(Kind::Instruments, "stock.csv", &headings));
        let unused = headings[2..3].to_vec();
        insta::assert_snapshot!(remains(Kind::Schools, "schools.csv", &unused, &["email", "roll"]));
    }

    proptest! {
        #[test]
        fn a_draft_is_a_map_that_takes_what_it_names(headings in proptest::collection::vec(
            prop_oneof!["\\PC{0,6}", "[ab#12.\"'\\\\= \n\t🎻]{0,5}", Just("tag#2".to_string()), Just("TAG".to_string()), Just("Type".to_string())], 0..8
        )) {
            let mut headings: Vec<String> = headings.iter().map(|heading| heading.trim().to_string()).collect();
            headings.push("tag".to_string());
            let text = draft(Kind::Instruments, "odd\nname.csv", &headings);
            let map = MapFile::read(&text).expect("a map").of("instruments").expect("of instruments");
            let mapping = Mapping::resolve(Kind::Instruments.wanted(), &map, &[], &headings);
            prop_assert!(mapping.is_ok(), "{:?}\n{}", mapping.err(), text);
        }

        #[test]
        fn what_is_quoted_reads_back(text in "\\PC*|[\\x00-\\x7f]{0,20}") {
            let table: toml::Table = toml::from_str(&format!("a = {}", quoted(&text))).expect("TOML");
            prop_assert_eq!(table["a"].as_str(), Some(text.as_str()));
        }
    }
}
