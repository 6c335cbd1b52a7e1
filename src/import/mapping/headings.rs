//! A file's headings by name, without regard to case; of several alike, by their place.

use std::collections::HashMap;

use anyhow::Result;

use super::MapRefusal;
use crate::domain::refusal::refuse;
use crate::domain::text::{closest, escape};

/// A file's headings, where they stand in it, and the sheets that they could have been taken from instead.
#[derive(Clone, Copy, Debug)]
pub struct Headed<'a> {
    pub headings: &'a [String],
    pub line: u64,
    pub sheets: &'a [String],
}

impl<'a> From<&'a [String]> for Headed<'a> {
    fn from(headings: &'a [String]) -> Headed<'a> {
        Headed { headings, line: 1, sheets: &[] }
    }
}

impl<'a> From<&'a Vec<String>> for Headed<'a> {
    fn from(headings: &'a Vec<String>) -> Headed<'a> {
        headings.as_slice().into()
    }
}

impl Headed<'_> {
    /// The same, to be told in a refusal.
    pub(super) fn found(self) -> Found {
        let filled = self.headings.iter().filter(|heading| !heading.is_empty()).cloned().collect();
        Found { headings: filled, line: self.line, sheets: self.sheets.to_vec() }
    }
}

/// What was taken for headings, as a refusal tells it.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    headings: Vec<String>,
    line: u64,
    sheets: Vec<String>,
}

impl Found {
    /// `line 3 was taken as the headings: 'Asset No', 'Kind'`; of very many only the first.
    pub(super) fn told(&self) -> String {
        const MOST: usize = 30;
        let more = self.headings.len().saturating_sub(MOST);
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!(
            "line {} was taken as the headings: {}{rest}",
            self.line,
            quoted(&self.headings[..self.headings.len() - more])
        )
    }

    pub(super) fn hint(&self, map: &str) -> String {
        let other = match self.sheets.len() {
            0 => String::new(),
            _ => format!("; if another sheet is meant, --sheet NAME reads {}", quoted(&self.sheets)),
        };
        format!(
            "{map}, and --show-map prints one to start from; if these are no headings, put the row of headings first{other}"
        )
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("'{}'", escape(name))).collect::<Vec<_>>().join(", ")
}

pub(in crate::import) struct HeadingIndex<'a> {
    headings: &'a [String],
    places: HashMap<String, Vec<usize>>,
}

impl HeadingIndex<'_> {
    pub fn new(headings: &[String]) -> HeadingIndex<'_> {
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, heading) in headings.iter().enumerate() {
            places.entry(heading.to_lowercase()).or_default().push(place);
        }
        HeadingIndex { headings, places }
    }

    /// The place of a heading, or of `Address#2`, the second of several that are called "Address".
    pub fn find(&self, heading: &str) -> Result<Option<usize>> {
        let heading = heading.trim();
        let numbered = self.numbered(heading);
        if let Some((place, true)) = numbered {
            return Ok(Some(place));
        }
        let exact = |(_, held): &(usize, &String)| held.as_str() == heading;
        let mut exactly = self.headings.iter().enumerate().filter(exact).map(|(place, _)| place);
        if let (Some(place), None) = (exactly.next(), exactly.next()) {
            return Ok(Some(place));
        }
        match self.places.get(&heading.to_lowercase()).map(Vec::as_slice) {
            None => Ok(numbered.map(|(place, _)| place)),
            Some([place]) => Ok(Some(*place)),
            Some(_) => Err(refuse(MapRefusal::DoubledHeading(heading.to_string()))),
        }
    }

    /// The place that `Address#2` means, and whether there are several of that name. A heading that itself ends in a number,
    /// such as "Room #2", is looked up as it stands before a single one called "Room" is thought of.
    fn numbered(&self, heading: &str) -> Option<(usize, bool)> {
        let (name, number) = heading.rsplit_once('#')?;
        let places = self.places.get(&name.trim_end().to_lowercase())?;
        let place = places.get(number.parse::<usize>().ok()?.checked_sub(1)?)?;
        Some((*place, places.len() > 1))
    }

    /// How a map names the heading in a place; `None` where no name leads there.
    pub fn name_of(&self, place: usize) -> Option<String> {
        let heading = self.headings.get(place).filter(|heading| !heading.is_empty())?;
        let among = self.places.get(&heading.to_lowercase())?;
        let number = among.iter().position(|of| *of == place)? + 1;
        let names = [heading.clone(), format!("{heading}#{number}")];
        names.into_iter().find(|name| self.find(name).is_ok_and(|found| found == Some(place)))
    }

    /// The places of headings, of which one must be there, or with `all` each; in a shipped map, none.
    pub fn find_all(&self, names: &[String], shipped: bool, all: bool) -> Result<Vec<usize>> {
        let mut places = Vec::new();
        let mut missing = None;
        for name in names {
            match self.find(name)? {
                Some(place) => places.push(place),
                None => missing = missing.or(Some(name)),
            }
        }
        match missing.filter(|_| !shipped && (all || places.is_empty())) {
            Some(heading) => {
                let nearest = closest(heading, self.headings.iter().map(String::as_str)).map(str::to_string);
                Err(refuse(MapRefusal::MissingHeading { heading: heading.clone(), nearest }))
            }
            None => Ok(places),
        }
    }

    /// The headings that no column is taken from.
    pub fn unused(&self, used: impl Fn(usize) -> bool) -> Vec<String> {
        let named = self.headings.iter().enumerate().filter(|(place, name)| !used(*place) && !name.is_empty());
        named.map(|(_, name)| name.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(headings: &[&str], name: &str) -> Result<Option<usize>> {
        let headings: Vec<String> = headings.iter().map(|heading| heading.to_string()).collect();
        HeadingIndex::new(&headings).find(name)
    }

    #[test]
    fn one_of_several_alike_is_named_by_its_place() {
        let report = ["Tag", "Address", "ADDRESS", "City", "Room #2"];
        for (name, place) in [
            ("Address#1", Some(1)),
            ("address#2", Some(2)),
            ("Address #2", Some(2)),
            ("Address#3", None),
            ("Address#0", None),
            ("City#1", Some(3)),
            ("City#2", None),
            ("room #2", Some(4)),
            ("Room", None),
        ] {
            assert_eq!(found(&report, name).expect("no refusal"), place, "{name}");
        }
        assert!(found(&["Address", "Address"], "Address").is_err());
    }

    #[test]
    fn every_heading_has_a_name_that_leads_to_it() {
        let headings = ["a", "A", "a", "a#2", "b", "b#1", "", "", "£ \"net\"", "x.y", "🎻", "🎻"].map(str::to_string);
        let index = HeadingIndex::new(&headings);
        for (place, heading) in headings.iter().enumerate() {
            let name = index.name_of(place);
            assert_eq!(name.is_none(), heading.is_empty(), "{heading}");
            assert!(name.is_none_or(|name| index.find(&name).is_ok_and(|found| found == Some(place))), "{heading}");
        }
    }
}
