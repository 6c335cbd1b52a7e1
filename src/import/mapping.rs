//! Which of a file's cells is which of our columns: a map a person wrote, one shipped with the program, or our own names.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::domain::date::DateOrder;
use crate::domain::refusal::{Refusal, refuse};
use crate::domain::text::{closest, escape, fold};

/// A map as it is written in TOML.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Map {
    /// The kind it is for, in the maps that are shipped.
    pub kind: Option<String>,
    columns: BTreeMap<String, Headings>,
    join: BTreeMap<String, Vec<String>>,
    constants: BTreeMap<String, Constant>,
    values: BTreeMap<String, BTreeMap<String, String>>,
    /// What to do with a name that is not on record.
    missing: BTreeMap<String, Missing>,
    format: Format,
    /// A shipped map serves several layouts, so a heading may be absent.
    #[serde(skip)]
    pub shipped: bool,
}

/// The heading that holds a column, or several of which the first that is filled counts.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Headings {
    One(String),
    Several(Vec<String>),
}

impl Headings {
    fn all(&self) -> &[String] {
        match self {
            Headings::One(heading) => std::slice::from_ref(heading),
            Headings::Several(headings) => headings,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Constant {
    Text(String),
    Whole(i64),
    Flag(bool),
}

impl Constant {
    fn text(&self) -> String {
        match self {
            Constant::Text(text) => text.clone(),
            Constant::Whole(number) => number.to_string(),
            Constant::Flag(flag) => if *flag { "yes" } else { "no" }.to_string(),
        }
    }
}

/// What becomes of a name that is not on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Missing {
    /// It is made, and said.
    Make,
    /// Its row is rejected: the rule where nothing is said.
    Reject,
}

/// How the file writes days and pence.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Format {
    dates: DateOrder,
    decimal: Decimal,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
enum Decimal {
    #[default]
    #[serde(rename = ".")]
    Point,
    #[serde(rename = ",")]
    Comma,
}

/// Why a map does not fit.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum MapRefusal {
    #[error("the map cannot be read: {0}")]
    NotAMap(String),
    #[error("the map names a column '{}', which {kind} do not have", escape(.column))]
    UnknownColumn { column: String, kind: &'static str, nearest: Option<String>, columns: &'static [&'static str] },
    #[error("the map looks for a heading '{}', which the file does not have", escape(.heading))]
    MissingHeading { heading: String, nearest: Option<String> },
    #[error("the file has the heading '{}' twice, so which of them is meant cannot be told", escape(.0))]
    DoubledHeading(String),
    #[error("none of the file's headings is a column of {kind}")]
    NothingMapped { kind: &'static str, columns: &'static [&'static str] },
    #[error("{kind} are told apart by the column {column}, which the file does not have")]
    NoKey { kind: &'static str, column: &'static str },
}

impl Refusal for MapRefusal {
    fn hint(&self) -> Option<String> {
        match self {
            MapRefusal::NotAMap(_) => Some("'ledgerline import --show-profile gias' prints one to start from".into()),
            MapRefusal::UnknownColumn { nearest: Some(near), .. }
            | MapRefusal::MissingHeading { nearest: Some(near), .. } => {
                Some(format!("did you mean '{}'?", escape(near)))
            }
            MapRefusal::UnknownColumn { columns, .. } => Some(format!("they have: {}", columns.join(","))),
            MapRefusal::MissingHeading { .. } => {
                Some("put the file's own heading in the map, or take that line out".into())
            }
            MapRefusal::DoubledHeading(_) => Some("rename one of the two in the file".into()),
            MapRefusal::NothingMapped { columns, .. } => Some(format!(
                "the first row must hold headings ({}); --map FILE says which is which",
                columns.join(",")
            )),
            MapRefusal::NoKey { column, .. } => Some(format!("--map FILE says which heading holds the {column}")),
        }
    }
}

impl Map {
    /// Reads a map; `Err` for a file that cannot be read, a refusal for one that is no map.
    pub fn open(path: &Path) -> Result<Map> {
        let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        Map::read(&text)
    }

    pub fn read(text: &str) -> Result<Map> {
        toml::from_str(text).map_err(|error| refuse(MapRefusal::NotAMap(error.to_string().trim_end().to_string())))
    }

    /// Every column the map speaks of.
    pub fn named(&self) -> impl Iterator<Item = &String> {
        let named = self.columns.keys().chain(self.join.keys()).chain(self.constants.keys());
        named.chain(self.values.keys()).chain(self.missing.keys())
    }
}

/// A kind's name and columns, as far as a map needs to know them.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub kind: &'static str,
    pub columns: &'static [&'static str],
    /// The column without which no row can be told from another, if there is one.
    pub key: Option<&'static str>,
}

/// Where each column of a kind comes from, in the kind's order.
#[derive(Debug)]
pub struct Mapping {
    fields: Vec<Field>,
    places: Vec<Place>,
    pub dates: DateOrder,
    pub decimal_comma: bool,
    /// Headings that no column is taken from.
    pub unused: Vec<String>,
}

/// Where a column's text comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    Nowhere,
    /// One cell, which says what it says.
    Cell(usize),
    /// It is put together, translated or made up: its field says how.
    Made,
}

#[derive(Debug, Default)]
pub(super) struct Field {
    /// The first filled of these cells, or with `joined` all of them.
    pub cells: Vec<usize>,
    pub joined: bool,
    /// What stands where no cell does.
    pub constant: Option<String>,
    /// The file's words, folded, and ours.
    pub values: HashMap<String, String>,
    /// Whether a name that is not on record is made.
    pub makes: bool,
}

impl Field {
    pub fn is_mapped(&self) -> bool {
        !self.cells.is_empty() || self.constant.is_some()
    }

    fn place(&self) -> Place {
        match (self.cells.as_slice(), self.constant.is_none() && self.values.is_empty()) {
            ([], true) => Place::Nowhere,
            ([cell], true) => Place::Cell(*cell),
            _ => Place::Made,
        }
    }
}

impl Mapping {
    /// Ties a file's headings to a kind's columns. `set` are constants from the command line, which stand before all else.
    pub fn resolve(wanted: Wanted, map: &Map, set: &[(String, String)], headings: &[String]) -> Result<Mapping> {
        for column in map.named().chain(set.iter().map(|(column, _)| column)) {
            known_column(wanted, column)?;
        }
        let by_own_names = map.columns.is_empty() && map.join.is_empty();
        let headings = HeadingIndex::new(headings);
        let mut fields = Vec::with_capacity(wanted.columns.len());
        for column in wanted.columns {
            let mut field = Field::default();
            if by_own_names {
                field.cells.extend(headings.find(column)?);
            } else if let Some(names) = map.columns.get(*column) {
                field.cells = headings.find_all(names.all(), map.shipped, false)?;
            } else if let Some(names) = map.join.get(*column) {
                field.cells = headings.find_all(names, map.shipped, true)?;
                field.joined = true;
            }
            field.constant = map.constants.get(*column).map(Constant::text);
            if let Some((_, value)) = set.iter().rev().find(|(name, _)| name == column) {
                field.constant = Some(value.clone());
                field.cells.clear();
            }
            field.makes = map.missing.get(*column) == Some(&Missing::Make);
            let values = map.values.get(*column).into_iter().flatten();
            field.values = values.map(|(theirs, ours)| (fold(theirs), ours.clone())).collect();
            fields.push(field);
        }
        let unused = headings.unused(&fields);
        let places = fields.iter().map(Field::place).collect();
        let mapping =
            Mapping { fields, places, dates: map.format.dates, decimal_comma: map.format.decimal == Decimal::Comma, unused };
        mapping.check(wanted)?;
        Ok(mapping)
    }

    fn check(&self, wanted: Wanted) -> Result<()> {
        if self.fields.iter().all(|field| field.cells.is_empty()) {
            return Err(refuse(MapRefusal::NothingMapped { kind: wanted.kind, columns: wanted.columns }));
        }
        let keyed = |key: &str| {
            let place = wanted.columns.iter().position(|column| *column == key);
            place.is_some_and(|place| self.fields[place].is_mapped())
        };
        match wanted.key.filter(|key| !keyed(key)) {
            Some(column) => Err(refuse(MapRefusal::NoKey { kind: wanted.kind, column })),
            None => Ok(()),
        }
    }

    /// Has a column say this where a row says nothing.
    pub fn fill(&mut self, column: usize, text: &str) {
        if let Some(field) = self.fields.get_mut(column) {
            field.constant.get_or_insert_with(|| text.to_string());
            self.places[column] = field.place();
        }
    }

    pub(super) fn field(&self, column: usize) -> Option<&Field> {
        self.fields.get(column)
    }

    /// Where a column's text comes from, settled once for the millions of cells that are asked for.
    pub(super) fn place(&self, column: usize) -> Place {
        self.places.get(column).copied().unwrap_or(Place::Nowhere)
    }
}

fn known_column(wanted: Wanted, column: &str) -> Result<()> {
    if wanted.columns.contains(&column) {
        return Ok(());
    }
    let nearest = closest(column, wanted.columns.iter().copied()).map(str::to_string);
    let (kind, columns) = (wanted.kind, wanted.columns);
    Err(refuse(MapRefusal::UnknownColumn { column: column.to_string(), kind, nearest, columns }))
}

/// A file's headings by name, without regard to case.
struct HeadingIndex<'a> {
    headings: &'a [String],
    places: HashMap<String, Vec<usize>>,
}

impl HeadingIndex<'_> {
    fn new(headings: &[String]) -> HeadingIndex<'_> {
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, heading) in headings.iter().enumerate() {
            places.entry(heading.to_lowercase()).or_default().push(place);
        }
        HeadingIndex { headings, places }
    }

    fn find(&self, heading: &str) -> Result<Option<usize>> {
        let exact = |(_, held): &(usize, &String)| held.as_str() == heading.trim();
        let mut exactly = self.headings.iter().enumerate().filter(exact).map(|(place, _)| place);
        if let (Some(place), None) = (exactly.next(), exactly.next()) {
            return Ok(Some(place));
        }
        match self.places.get(&heading.trim().to_lowercase()).map(Vec::as_slice) {
            None => Ok(None),
            Some([place]) => Ok(Some(*place)),
            Some(_) => Err(refuse(MapRefusal::DoubledHeading(heading.to_string()))),
        }
    }

    /// The places of headings, of which one must be there, or with `all` each; in a shipped map, none.
    fn find_all(&self, names: &[String], shipped: bool, all: bool) -> Result<Vec<usize>> {
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

    fn unused(&self, fields: &[Field]) -> Vec<String> {
        let used = |place: &usize| fields.iter().any(|field| field.cells.contains(place));
        let named = self.headings.iter().enumerate().filter(|(place, name)| !used(place) && !name.is_empty());
        named.map(|(_, name)| name.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: Wanted = Wanted { kind: "instruments", columns: &["tag", "type", "note"], key: Some("tag") };

    fn resolve(map: &str, headings: &str) -> Result<Mapping> {
        let headings: Vec<String> = headings.split(',').map(str::to_string).collect();
        Mapping::resolve(WANTED, &Map::read(map)?, &[], &headings)
    }

    fn refused(map: &str, headings: &str) -> String {
        resolve(map, headings).expect_err("a refusal").to_string()
    }

    #[test]
    fn our_names_map_to_themselves_unless_a_map_says_otherwise() {
        let mapping = resolve("", "TAG,Colour,type").expect("a mapping");
        assert_eq!(mapping.fields[1].cells, [2]);
        assert_eq!(mapping.unused, ["Colour"]);
        let mapping = resolve("[columns]\ntag = 'Net Amount'", "Net amount,Net Amount").expect("a mapping");
        assert_eq!(mapping.fields[0].cells, [1], "a heading just as it stands goes before others");
        let mapping = resolve("[columns]\ntag = ['No', 'Number']", "type,number").expect("a mapping");
        assert_eq!(
            (mapping.fields[0].cells.as_slice(), mapping.unused.as_slice()),
            (&[1][..], &["type".to_string()][..])
        );
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for (map, headings, said) in [
            ("[columns]\ntga = 'x'", "x", "names a column 'tga'"),
            ("[columns]\ntag = 'Asset No'", "Asset,Type", "a heading 'Asset No'"),
            ("[columns]\ntag = ['A', 'B']", "C", "a heading 'A'"),
            ("[join]\ntag = ['A', 'B']", "A", "a heading 'B'"),
            ("", "tag,tag", "'tag' twice"),
            ("[columns]\ntag = 'Tag no'", "Tag No,TAG NO", "'Tag no' twice"),
            ("", "colour", "none of the file's headings"),
            ("", "type,note", "told apart by the column tag"),
            ("[colums]", "tag", "cannot be read"),
            ("[format]\ndates = 'ydm'", "tag", "cannot be read"),
        ] {
            assert!(refused(map, headings).contains(said), "{map} {headings}: {}", refused(map, headings));
        }
        assert!(resolve("", "tag,note,colour,colour").is_ok());
    }
}
