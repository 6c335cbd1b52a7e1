//! A map as a person writes it, in TOML: for one kind, or with a part for each of several.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use encoding_rs::{Encoding, WINDOWS_1252};
use serde::Deserialize;

use super::MapRefusal;
use super::days::Days;
use super::wording::{check_parts, has_several, plain};
use crate::domain::date::{Date, DateOrder, parse_fixed};
use crate::domain::refusal::refuse;
use crate::domain::text::fold;

/// What a file of maps holds.
#[derive(Debug)]
pub enum MapFile {
    /// One map, for the kind it names or, where it names none, for any.
    One(Box<Map>),
    /// A map for each kind, by its name: `[people.columns]`.
    Several(BTreeMap<String, Map>),
}

impl MapFile {
    /// Reads a file; `Err` for one that cannot be read, a refusal for one that is no map.
    pub fn open(path: &Path) -> Result<(MapFile, String)> {
        let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        let text = decoded(&bytes).ok_or_else(|| refuse(MapRefusal::NoText))?;
        Ok((MapFile::read(&text)?, text))
    }

    pub fn read(text: &str) -> Result<MapFile> {
        let table: toml::Table = parsed(text)?;
        check_parts(&table)?;
        if has_several(&table) {
            return Ok(MapFile::Several(parsed(text)?));
        }
        Ok(MapFile::One(Box::new(parsed(text)?)))
    }

    /// The kinds it has maps for, `instruments, people, loans`; nothing where it is for any.
    pub fn kinds(&self) -> Vec<&str> {
        match self {
            MapFile::One(map) => map.kind.as_deref().into_iter().collect(),
            MapFile::Several(maps) => maps.keys().map(String::as_str).collect(),
        }
    }

    /// The map for a kind, if there is one.
    pub fn of(self, kind: &str) -> Option<Map> {
        match self {
            MapFile::One(map) => Some(*map).filter(|map| map.kind.as_deref().is_none_or(|of| of == kind)),
            MapFile::Several(mut maps) => maps.remove(kind),
        }
    }
}

/// The text of a map as an editor may have saved it: UTF-8, UTF-16 with its mark, or Windows-1252.
fn decoded(bytes: &[u8]) -> Option<String> {
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned(),
        None => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_string(),
            Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
        },
    };
    (!text.contains(['\0', '\u{fffd}'])).then_some(text)
}

fn parsed<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    toml::from_str(text).map_err(|error| match curly(text) {
        Some(line) => refuse(MapRefusal::CurlyQuotes(line)),
        None => refuse(MapRefusal::NotAMap(plain(error.to_string().trim_end()))),
    })
}

/// The first line with quotation marks as word processors make them.
fn curly(text: &str) -> Option<usize> {
    let is_curly = |c| matches!(c, '\u{2018}'..='\u{201f}');
    text.lines()
        .position(|line| line.split('#').next().is_some_and(|line| line.contains(is_curly)))
        .map(|line| line + 1)
}

/// Which heading holds which column of a kind, and how its cells are written.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Map {
    /// The kind it is for, in the maps that are shipped.
    pub kind: Option<String>,
    /// Headings that are left out on purpose, which is said.
    pub(super) left_out: Vec<String>,
    pub(super) columns: BTreeMap<String, Headings>,
    pub(super) join: BTreeMap<String, Join>,
    pub(super) constants: BTreeMap<String, Constant>,
    pub(super) values: BTreeMap<String, BTreeMap<String, String>>,
    /// What to do with a name that is not on record.
    pub(super) missing: BTreeMap<String, Missing>,
    pub(super) rows: Rows,
    pub(super) format: Format,
    /// A shipped map serves several layouts, so a heading may be absent.
    #[serde(skip)]
    pub shipped: bool,
}

impl Map {
    /// Every column the map speaks of.
    pub fn named(&self) -> impl Iterator<Item = &String> {
        let named = self.columns.keys().chain(self.join.keys()).chain(self.constants.keys());
        named.chain(self.values.keys()).chain(self.missing.keys()).chain(&self.rows.need)
    }

    /// Has the command line say what comes first in the file's dates.
    pub fn set_dates(&mut self, order: DateOrder) {
        self.format.dates = order;
    }
}

/// The heading that holds a column, or several of which the first that is filled counts.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected a heading in quotation marks, or a list of headings")]
pub(super) enum Headings {
    One(String),
    Several(Vec<String>),
}

impl Headings {
    pub fn all(&self) -> &[String] {
        match self {
            Headings::One(heading) => std::slice::from_ref(heading),
            Headings::Several(headings) => headings,
        }
    }
}

/// Headings whose cells make one value together.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a list of headings, or { headings = [\"A\", \"B\"], with = \" \", before = \"\" }"
)]
pub(super) enum Join {
    Close(Vec<String>),
    Apart(Apart),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Apart {
    headings: Vec<String>,
    /// What stands between two cells that are filled.
    #[serde(default)]
    with: String,
    /// What stands before the first.
    #[serde(default)]
    before: String,
}

impl Join {
    pub fn headings(&self) -> &[String] {
        match self {
            Join::Close(headings) | Join::Apart(Apart { headings, .. }) => headings,
        }
    }

    pub fn with(&self) -> &str {
        match self {
            Join::Close(_) => "",
            Join::Apart(apart) => &apart.with,
        }
    }

    pub fn before(&self) -> &str {
        match self {
            Join::Close(_) => "",
            Join::Apart(apart) => &apart.before,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected a text in quotation marks, a whole number, true or false")]
pub(super) enum Constant {
    Text(String),
    Whole(i64),
    Flag(bool),
}

impl Constant {
    pub fn text(&self) -> String {
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
pub(super) enum Missing {
    /// It is made, and said.
    Make,
    /// Its row is rejected: the rule where nothing is said.
    Reject,
}

/// Which rows are taken.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Rows {
    /// A row that says nothing in one of these columns is passed over.
    pub need: Vec<String>,
}

/// How the file writes days, pence and nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Format {
    dates: DateOrder,
    times: Times,
    pub decimal: Decimal,
    /// What the file writes where it has nothing to say: `N/A`.
    none: Vec<String>,
    refuse_days: Vec<Day>,
}

impl Format {
    pub fn days(&self) -> Days {
        Days {
            order: self.dates,
            drop_times: self.times == Times::Drop,
            refused: self.refuse_days.iter().map(|day| day.0).collect(),
        }
    }

    /// The words for nothing, folded.
    pub fn none(&self) -> Vec<String> {
        self.none.iter().map(|word| fold(word)).collect()
    }
}

/// What becomes of the time of day behind a date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Times {
    /// Only midnight is passed over.
    #[default]
    Refuse,
    Drop,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) enum Decimal {
    #[default]
    #[serde(rename = ".")]
    Point,
    #[serde(rename = ",")]
    Comma,
}

/// A day in a map: `2026-08-31`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
struct Day(Date);

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Day, String> {
        parse_fixed(&text, DateOrder::Ymd).map(Day).map_err(|_| format!("'{text}' is not a day; write 2026-08-31"))
    }
}
