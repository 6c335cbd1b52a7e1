//! Which of a file's cells is which of our columns: a map a person wrote, one shipped with the program, or our own names.

use anyhow::Result;

use super::row::Row;
use crate::domain::refusal::{Refusal, refuse};
use crate::domain::text::{closest, escape, fold};

mod days;
mod field;
mod headings;
mod map;
mod wording;

pub use days::Days;
pub(super) use field::Field;
use field::{ANY_OTHER, Joined};
pub(super) use headings::HeadingIndex;
pub use headings::{Found, Headed};
use map::{Constant, Decimal, Missing};
pub use map::{Map, MapFile};

/// Why a map does not fit.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum MapRefusal {
    #[error("the map cannot be read: {0}")]
    NotAMap(String),
    #[error("line {0} of the map has curly quotation marks, which a word processor made of straight ones")]
    CurlyQuotes(usize),
    #[error("the map names a column '{}', which {kind} do not have", escape(.column))]
    UnknownColumn { column: String, kind: &'static str, nearest: Option<String>, columns: &'static [&'static str] },
    #[error("the map cannot be read: it has a part '{}', which no map has", escape(.part))]
    UnknownPart { part: String, nearest: Option<String> },
    #[error("the map is for '{}', which is no kind", escape(.kind))]
    UnknownKind { kind: String, nearest: Option<String> },
    #[error("the map has left_out below [{}], where it is no column", escape(.0))]
    StandsFirst(String),
    #[error("the map is no text: it was saved in an encoding that cannot be told")]
    NoText,
    #[error("the map has '{}' = '{}' the wrong way round", escape(.heading), escape(.column))]
    Swapped { heading: String, column: String },
    #[error("the map has {column} made where it is missing, and {kind} cannot make one")]
    CannotMake { column: String, kind: &'static str },
    #[error("the map gives '{}' two meanings under [values.{column}]: '{}' and '{}'", escape(.word), escape(.one), escape(.other))]
    TwoMeanings { column: String, word: String, one: String, other: String },
    #[error("the map looks for a heading '{}', which the file does not have", escape(.heading))]
    MissingHeading { heading: String, nearest: Option<String> },
    #[error("the file has the heading '{}' twice, so which of them is meant cannot be told", escape(.0))]
    DoubledHeading(String),
    #[error("this is what Koha writes when it lends offline: a record of the till, not a table with headings")]
    OfflineCirculation,
    #[error("none of the file's headings is a column of {kind}; {}", .found.told())]
    NothingMapped { kind: &'static str, found: Found },
    #[error("{kind} are told apart by the column {column}, which the file does not have; {}", .found.told())]
    NoKey { kind: &'static str, column: &'static str, found: Found },
}

impl Refusal for MapRefusal {
    fn hint(&self) -> Option<String> {
        match self {
            MapRefusal::NotAMap(_) => Some("'ledgerline import KIND FILE --show-map' prints one to start from".into()),
            MapRefusal::CurlyQuotes(_) => {
                Some("write straight ones, \" or ', in a plain editor such as Notepad, and save it as text".into())
            }
            MapRefusal::UnknownColumn { nearest: Some(near), .. }
            | MapRefusal::UnknownPart { nearest: Some(near), .. }
            | MapRefusal::UnknownKind { nearest: Some(near), .. }
            | MapRefusal::MissingHeading { nearest: Some(near), .. } => {
                Some(format!("did you mean '{}'?", escape(near)))
            }
            MapRefusal::UnknownPart { .. } | MapRefusal::UnknownKind { .. } => {
                Some("'ledgerline import --help' shows every part of a map".into())
            }
            MapRefusal::StandsFirst(_) => Some("it stands at the top, above [columns]".into()),
            MapRefusal::NoText => Some("save it again as plain text in UTF-8".into()),
            MapRefusal::Swapped { heading, column } => {
                let heading = escape(heading);
                Some(format!("our column stands left, the file's heading right: {column} = \"{heading}\""))
            }
            MapRefusal::CannotMake { .. } => {
                Some("take that line out, and bring the records in before the rows that name them".into())
            }
            MapRefusal::TwoMeanings { .. } => {
                Some("capitals, accents and spaces do not tell words apart; take one of the two out".into())
            }
            MapRefusal::UnknownColumn { columns, .. } => Some(format!("they have: {}", columns.join(","))),
            MapRefusal::MissingHeading { .. } => {
                Some("put the file's own heading in the map, or take that line out".into())
            }
            MapRefusal::DoubledHeading(heading) => {
                let heading = escape(heading);
                Some(format!("rename one of the two in the file, or in a map write '{heading}#1' or '{heading}#2'"))
            }
            MapRefusal::OfflineCirculation => {
                Some("let Koha take it in, then bring its list of overdues, or of loans, with a map".into())
            }
            MapRefusal::NothingMapped { found, .. } => Some(found.hint("--map FILE says which of them holds what")),
            MapRefusal::NoKey { column, found, .. } => {
                Some(found.hint(&format!("--map FILE says which of them holds the {column}")))
            }
        }
    }
}

/// The one kind and its column whose names are made where the map says so.
const MADE: (&str, &str) = ("purchases", "supplier");

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
    /// Rows that say nothing in one of these columns are passed over.
    needed: Vec<usize>,
    pub days: Days,
    pub decimal_comma: bool,
    /// The file's words for nothing, folded.
    none: Vec<String>,
    /// The cells that the file itself fills a column from, whatever a command says in their stead: column and place.
    pub(super) told: Vec<(usize, usize)>,
    /// Headings that no column is taken from.
    pub unused: Vec<String>,
    /// Those that the map leaves out on purpose.
    pub left_out: Vec<String>,
}

impl Mapping {
    /// Ties a file's headings to a kind's columns. `set` are constants from the command line, which stand before all else.
    pub fn resolve<'h>(
        wanted: Wanted,
        map: &Map,
        set: &[(String, String)],
        headed: impl Into<Headed<'h>>,
    ) -> Result<Mapping> {
        let headed = headed.into();
        let headings = headed.headings;
        for (left, right) in &map.columns {
            let is_ours = |name: &str| wanted.columns.contains(&name);
            if let Some(ours) = right.all().iter().find(|right| !is_ours(left) && is_ours(right)) {
                return Err(refuse(MapRefusal::Swapped { heading: left.clone(), column: ours.clone() }));
            }
        }
        let mut makes = map.missing.iter().filter(|(_, missing)| **missing == Missing::Make).map(|(column, _)| column);
        for column in map.named().chain(set.iter().map(|(column, _)| column)) {
            known_column(wanted, column)?;
        }
        if headings.first().is_some_and(|first| first.starts_with("Version=1.")) {
            return Err(refuse(MapRefusal::OfflineCirculation));
        }
        if let Some(column) = makes.find(|column| (wanted.kind, column.as_str()) != MADE) {
            return Err(refuse(MapRefusal::CannotMake { column: column.clone(), kind: wanted.kind }));
        }
        let headings = HeadingIndex::new(headings);
        let mut fields = Vec::with_capacity(wanted.columns.len());
        let mut told = Vec::new();
        for (number, column) in wanted.columns.iter().enumerate() {
            let mut field = field(map, column, &headings)?;
            told.extend(field.places().map(|place| (number, place)));
            if let Some((_, value)) = set.iter().rev().find(|(name, _)| name == column) {
                field = Field { constant: Some(value.clone()), makes: field.makes, ..Field::default() };
            }
            fields.push(field);
        }
        let place_of = |needed: &String| wanted.columns.iter().position(|column| column == needed);
        let is_private = |heading: &String| map.left_out.iter().any(|left| fold(left) == fold(heading));
        let unused = headings.unused(|place| fields.iter().flat_map(Field::places).any(|used| used == place));
        let (left_out, unused) = unused.into_iter().partition(is_private);
        let mapping = Mapping {
            fields,
            needed: map.rows.need.iter().filter_map(place_of).collect(),
            days: map.format.days(),
            decimal_comma: map.format.decimal == Decimal::Comma,
            none: map.format.none(),
            told,
            unused,
            left_out,
        };
        mapping.check(wanted, headed)?;
        Ok(mapping)
    }

    fn check(&self, wanted: Wanted, headed: Headed<'_>) -> Result<()> {
        if !self.fields.iter().any(Field::has_cells) {
            return Err(refuse(MapRefusal::NothingMapped { kind: wanted.kind, found: headed.found() }));
        }
        let keyed = |key: &str| {
            let place = wanted.columns.iter().position(|column| *column == key);
            place.is_some_and(|place| self.fields[place].is_mapped())
        };
        match wanted.key.filter(|key| !keyed(key)) {
            Some(column) => Err(refuse(MapRefusal::NoKey { kind: wanted.kind, column, found: headed.found() })),
            None => Ok(()),
        }
    }

    /// The column for want of which a row is passed over.
    pub fn passes_over(&self, row: &Row<'_>) -> Option<usize> {
        self.needed.iter().copied().find(|column| row.text(*column).is_empty())
    }

    /// Whether anything goes into a column.
    pub fn fills(&self, column: usize) -> bool {
        self.field(column).is_some_and(Field::is_mapped)
    }

    /// The first place in the file that each column is taken from.
    pub(super) fn first_places(&self) -> Vec<Option<usize>> {
        self.fields.iter().map(|field| field.cells.first().copied()).collect()
    }

    /// Whether any column is taken from a place in the file.
    pub fn reads(&self, place: usize) -> bool {
        self.fields.iter().flat_map(Field::places).any(|read| read == place)
    }

    /// Whether the map has words of ours for the file's in this column.
    pub fn translates(&self, column: usize) -> bool {
        self.field(column).is_some_and(Field::translates)
    }

    /// Has a column say this where a row says nothing.
    pub fn fill(&mut self, column: usize, text: &str) {
        if let Some(field) = self.fields.get_mut(column) {
            field.constant.get_or_insert_with(|| text.to_string());
        }
    }

    pub(super) fn field(&self, column: usize) -> Option<&Field> {
        self.fields.get(column)
    }

    /// The file's words for nothing, folded.
    pub(super) fn none(&self) -> &[String] {
        &self.none
    }
}

/// Where a map takes a column from; without any heading in it, from the one that bears our own name.
fn field(map: &Map, column: &str, headings: &HeadingIndex<'_>) -> Result<Field> {
    let mut field = Field::default();
    if map.columns.is_empty() && map.join.is_empty() {
        field.cells.extend(headings.find(column)?);
    }
    if let Some(names) = map.columns.get(column) {
        field.cells = headings.find_all(names.all(), map.shipped, false)?;
    }
    if let Some(join) = map.join.get(column) {
        let cells = headings.find_all(join.headings(), map.shipped, true)?;
        let joined = Joined { cells, with: join.with().to_string(), before: join.before().to_string() };
        field.joined = Some(joined).filter(|joined| !joined.cells.is_empty());
    }
    field.constant = map.constants.get(column).map(Constant::text);
    field.makes = map.missing.get(column) == Some(&Missing::Make);
    if let Some(words) = map.values.get(column) {
        for (theirs, ours) in words.iter().filter(|(theirs, _)| *theirs != ANY_OTHER) {
            let before = field.values.insert(fold(theirs), ours.clone());
            if let Some(one) = before.filter(|before| before != ours) {
                let (column, word, other) = (column.to_string(), theirs.clone(), ours.clone());
                return Err(refuse(MapRefusal::TwoMeanings { column, word, one, other }));
            }
        }
        field.any_other = words.get(ANY_OTHER).cloned();
    }
    Ok(field)
}

fn known_column(wanted: Wanted, column: &str) -> Result<()> {
    if wanted.columns.contains(&column) {
        return Ok(());
    }
    let nearest = closest(column, wanted.columns.iter().copied()).map(str::to_string);
    let (kind, columns) = (wanted.kind, wanted.columns);
    Err(refuse(MapRefusal::UnknownColumn { column: column.to_string(), kind, nearest, columns }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: Wanted = Wanted { kind: "instruments", columns: &["tag", "type", "note"], key: Some("tag") };

    fn map_of(text: &str) -> Result<Map> {
        Ok(MapFile::read(text)?.of("instruments").expect("a map of instruments"))
    }

    fn resolve(map: &str, headings: &str) -> Result<Mapping> {
        let headings: Vec<String> = headings.split(',').map(str::to_string).collect();
        Mapping::resolve(WANTED, &map_of(map)?, &[], &headings)
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
            ("[format]\nrefuse_days = ['soon']", "tag", "'soon' is not a day; write 2026-08-31"),
            ("[rows]\nneed = ['colour']", "tag", "names a column 'colour'"),
            ("[join]\ntag = { headings = ['A'], wiht = ' ' }", "A", "expected a list of headings, or"),
            ("[columns]\ntag = 'Tag#3'", "Tag,TAG", "a heading 'Tag#3'"),
            ("", "Version=1.0\tA=koct\t1.1", "what Koha writes when it lends offline"),
        ] {
            assert!(refused(map, headings).contains(said), "{map} {headings}: {}", refused(map, headings));
        }
        assert!(resolve("", "tag,note,colour,colour").is_ok());
    }

    /// What a row of the file says in each column, of those that are mapped.
    fn said(map: &str, headings: &str, cells: &str) -> String {
        let mapping = resolve(map, headings).expect("a mapping");
        let text = format!("{headings}\n{cells}\n");
        let source: Box<dyn std::io::Read> = Box::new(std::io::Cursor::new(text.into_bytes()));
        let mut rows = crate::import::reader::TextRows::begin(source, b',', false).expect("rows");
        let raw = crate::import::reader::Rows::next(&mut rows).expect("a row").expect("a row");
        let row = Row::new(raw, &mapping);
        let passed = mapping.passes_over(&row).map(|column| format!(" passed over for {}", WANTED.columns[column]));
        let texts: Vec<String> = (0..WANTED.columns.len()).map(|column| row.text(column).into_owned()).collect();
        format!("{}{}", texts.join("|"), passed.unwrap_or_default())
    }

    #[test]
    fn cells_become_what_the_map_makes_of_them() {
        let join = "[columns]\ntag = 'No'\n[join]\nnote = { headings = ['A', 'B', 'C'], with = ', ' }";
        let words =
            "[columns]\ntag = 'No'\ntype = 'A'\n[values.type]\n'Fine' = 'VN'\n'' = 'VC'\n'Dud' = ''\n'*' = 'VA'";
        let rows = "[columns]\ntag = 'No'\ntype = 'A'\n[values.type]\n'no' = ''\n[rows]\nneed = ['type']";
        let none = "[columns]\ntag = 'No'\ntype = ['A', 'B']\n[constants]\nnote = 'x'\n[format]\nnone = ['N/A', '-']";
        for (map, cells, texts) in [
            (join, "1,x,,z", "1||x, z"),
            (join, "1,,,", "1||"),
            ("[join]\ntag = { headings = ['No'], before = 'P' }", "17,,,", "P17||"),
            ("[join]\ntag = { headings = ['No'], before = 'P' }", ",x,,", "||"),
            ("[columns]\ntag = 'No'\n[join]\ntag = ['A', 'B']", "1,x,y,", "1||"),
            ("[columns]\ntag = 'No'\n[join]\ntag = ['A', 'B']", ",x,y,", "xy||"),
            (words, "1,FINE,,", "1|VN|"),
            (words, "1,odd,,", "1|VA|"),
            (words, "1,,,", "1|VC|"),
            (words, "1,dud,,", "1||"),
            (rows, "1,NO,,", "1|| passed over for type"),
            (rows, "1,yes,,", "1|yes|"),
            (none, "n/a,-,y,", "|y|x"),
            (none, "1,N/A,-,", "1||x"),
        ] {
            assert_eq!(said(map, "No,A,B,C", cells), texts, "{map} {cells}");
        }
    }

    #[test]
    fn what_is_left_out_on_purpose_stands_apart() {
        let mapping = resolve("left_out = ['SEX', 'Born']\n[columns]\ntag = 'No'", "No,Sex,Colour").expect("a mapping");
        assert_eq!((mapping.left_out, mapping.unused), (vec!["Sex".to_string()], vec!["Colour".to_string()]));
    }

    #[test]
    fn a_file_of_maps_has_one_for_each_kind() {
        let file = "[people.columns]\nname = 'Who'\n[instruments.columns]\ntag = 'No'";
        let read = |text| MapFile::read(text).expect("a file of maps");
        assert_eq!(read(file).kinds(), ["instruments", "people"]);
        assert!(read(file).of("instruments").is_some() && read(file).of("loans").is_none());
        assert!(read("kind = 'people'").of("loans").is_none());
        assert!(MapFile::read("[people.colums]\nname = 'Who'").is_err());
    }
}
