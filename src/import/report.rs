//! The accounts of an import: every fault, what was changed or left, the rejected rows, and the last line.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::Write;

use anyhow::Result;

use super::again::{Layout, cell_in_text};
use super::kinds::{Kind, Outcome};
use super::mapping::Mapping;
use super::reader::RawRow;
use super::row::Fault;
use crate::domain::text::escape;

/// More notes than anybody reads; the file of rejects keeps them all.
const MOST: usize = 1_000;

/// Columns that hold one of a few words, for which a file may have words of its own.
const WORDS: &[&str] = &[
    "type",
    "condition",
    "returned_condition",
    "role",
    "state",
    "status",
    "scheme",
    "kind",
    "group",
    "category",
    "source",
    "disposal",
    "family",
    "nature",
    "charge_type",
    "outcome",
    "payer",
    "route",
    "basis",
    "judgement",
    "per",
];

/// Whether the fault is that a cell's word is unknown, and not what the word says.
fn is_no_word(fault: &Fault) -> bool {
    let unknown = ["is not a ", "is not an ", "is no ", "there is no ", "no type ", "no category "];
    let reason = fault.reason.strip_prefix(&format!("'{}' ", fault.value)).unwrap_or(&fault.reason);
    !fault.value.is_empty() && unknown.iter().any(|begins| reason.starts_with(begins))
}

/// How many rows there were, and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub read: u64,
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub rejected: u64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.read += other.read;
        self.created += other.created;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.rejected += other.rejected;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { read, created, updated, unchanged, rejected } = self;
        write!(f, "{read} read: {created} created, {updated} updated, {unchanged} unchanged, {rejected} rejected")
    }
}

/// How much a note matters: which of the three ways of telling it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// Why a row was rejected.
    Fault,
    /// A record that differs from its row and was left.
    Left,
    /// A record that was changed.
    Changed,
}

/// Notes of one sort in order of line, as many as anybody reads.
#[derive(Debug, Default)]
struct Notes {
    kept: Vec<(u64, String)>,
    more: u64,
}

impl Notes {
    fn add(&mut self, line: u64, note: impl FnOnce() -> String) {
        if self.kept.len() < MOST {
            self.kept.push((line, note()));
        } else {
            self.more += 1;
        }
    }
}

/// Keeps the accounts while the rows go by.
pub struct Report<'w> {
    kind: Kind,
    pub counts: Counts,
    faults: Notes,
    left: Notes,
    changed: Notes,
    /// How many rows were passed over, by the column in which they say nothing.
    passed_over: BTreeMap<usize, u64>,
    /// Columns of words where a row has one that is none of ours.
    wordless: BTreeSet<usize>,
    /// Columns in which a row had a fault, and which nothing in the file goes into.
    absent: BTreeSet<usize>,
    rejects: Option<Rejects<'w>>,
}

impl<'w> Report<'w> {
    /// `rejects` takes the rejected rows as CSV.
    pub fn new(kind: Kind, rejects: Option<&'w mut dyn Write>) -> Report<'w> {
        let rejects = rejects.map(Rejects::new);
        let (faults, left, changed) = Default::default();
        let (passed_over, wordless, absent) = Default::default();
        Report { kind, counts: Counts::default(), faults, left, changed, passed_over, wordless, absent, rejects }
    }

    /// Writes the headings of the file of rejects: the file's own and what is said of each row.
    pub fn headings(&mut self, headings: &[String], layout: Layout, decimal_comma: bool) -> Result<()> {
        let Some(rejects) = &mut self.rejects else {
            return Ok(());
        };
        (rejects.layout, rejects.decimal_comma) = (Some(layout), decimal_comma);
        let own = headings[..layout.own].iter().map(String::as_str);
        rejects.write(own.chain(layout.place).chain([layout.reason]))
    }

    pub fn read(&mut self) {
        self.counts.read += 1;
    }

    /// A row that the map passes over, since it says nothing in this column.
    pub fn passed_over(&mut self, column: usize) {
        *self.passed_over.entry(column).or_default() += 1;
    }

    /// Remembers of a row's faults what a map could do about them.
    pub fn could_be_mapped(&mut self, faults: &[Fault], mapping: &Mapping) {
        let columns = self.kind.columns();
        for (fault, column) in faults.iter().filter_map(|fault| Some((fault, fault.column?))) {
            if !mapping.fills(column) {
                self.absent.insert(column);
            } else if mapping.translates(column) || (WORDS.contains(&columns[column]) && is_no_word(fault)) {
                self.wordless.insert(column);
            }
        }
    }

    /// Which columns the rows lack altogether.
    pub fn of_what_is_absent(&self) -> Option<String> {
        let columns: Vec<&str> = self.absent.iter().map(|column| self.kind.columns()[*column]).collect();
        let (last, others) = columns.split_last()?;
        let named = if others.is_empty() { (*last).to_string() } else { format!("{} and {last}", others.join(", ")) };
        let one = columns[0];
        let column = if others.is_empty() { "column" } else { "columns" };
        Some(format!(
            "The file has no {column} for {named}: --set {one}=… says the same for every row, and --show-map shows what the file has."
        ))
    }

    /// What the map did with the rows, and what it may lack.
    pub fn of_the_map(&self) -> Vec<String> {
        let columns = self.kind.columns();
        let passed = self.passed_over.iter().map(|(column, count)| {
            let rows = if *count == 1 { "1 row was".to_string() } else { format!("{count} rows were") };
            format!("{rows} passed over, as the map says of rows without a {}.", columns[*column])
        });
        let tables: Vec<String> = self.wordless.iter().map(|column| format!("[values.{}]", columns[*column])).collect();
        let lacks = (!tables.is_empty()).then(|| {
            format!(
                "A word of the file's own can be given one of ours in the map, under {}; such as [values.condition] \"Write off\" = \"unplayable\".",
                tables.join(" or ")
            )
        });
        passed.chain(lacks).collect()
    }

    /// `place` is the how-manieth of its equals the row is, where rows are told apart by that.
    pub fn outcome(&mut self, row: &RawRow<'_>, outcome: Outcome, faults: &[Fault], place: Option<i64>) -> Result<()> {
        match outcome {
            Outcome::Created => self.counts.created += 1,
            Outcome::Unchanged => self.counts.unchanged += 1,
            Outcome::Updated { subject, fields } => {
                self.counts.updated += 1;
                self.changed.add(row.line, || format!("{subject}: changed {}", fields.join(", ")));
            }
            Outcome::Differs { subject, fields } => {
                self.counts.unchanged += 1;
                self.left.add(row.line, || {
                    format!("{subject} differs from what is on record in {}; left as it is", fields.join(", "))
                });
            }
            Outcome::Rejected => return self.reject(row, faults, place),
            Outcome::Waits => {}
        }
        Ok(())
    }

    fn reject(&mut self, row: &RawRow<'_>, faults: &[Fault], place: Option<i64>) -> Result<()> {
        self.counts.rejected += 1;
        for fault in faults {
            self.faults.add(row.line, || sentence(self.kind.columns(), fault));
        }
        let Some(rejects) = &mut self.rejects else {
            return Ok(());
        };
        let reasons: Vec<String> = faults.iter().map(|fault| sentence(self.kind.columns(), fault)).collect();
        rejects.row(row, place, &reasons.join("; "))
    }

    /// Every note, those of one line together, in order of line; then how many more there are.
    pub fn tell(&mut self, mut say: impl FnMut(Note, &str) -> Result<()>) -> Result<()> {
        let mut notes = Vec::new();
        for (note, of) in
            [(Note::Fault, &mut self.faults), (Note::Left, &mut self.left), (Note::Changed, &mut self.changed)]
        {
            notes.extend(of.kept.drain(..).map(|(line, text)| (line, note, text)));
        }
        notes.sort_by_key(|(line, ..)| *line);
        for (line, note, text) in &notes {
            say(*note, &format!("line {line}: {text}"))?;
        }
        if self.faults.more > 0 {
            let keeps = if self.rejects.is_some() {
                "the file of rejects keeps them all"
            } else {
                "--rejects FILE keeps them all"
            };
            say(Note::Fault, &format!("and {} more faults; {keeps}", self.faults.more))?;
        }
        if self.left.more > 0 {
            say(Note::Left, &format!("and {} more rows that differ", self.left.more))?;
        }
        if self.changed.more > 0 {
            say(Note::Changed, &format!("and {} more changed", self.changed.more))?;
        }
        Ok(())
    }

    /// What was changed of which records, as far as it is kept, for the journal.
    pub fn changed_fields(&self) -> String {
        let told: Vec<&str> = self.changed.kept.iter().map(|(_, text)| text.as_str()).collect();
        if told.is_empty() { String::new() } else { format!(": {}", told.join("; ")) }
    }

    /// Whether any record differs from its row and was left.
    pub fn has_left(&self) -> bool {
        !self.left.kept.is_empty()
    }

    pub fn finish(&mut self) -> Result<()> {
        match &mut self.rejects {
            Some(rejects) => Ok(rejects.rows.flush()?),
            None => Ok(()),
        }
    }
}

/// `condition 'Lost': is not …`, or the reason alone where it is the row's.
pub fn sentence(columns: &[&str], fault: &Fault) -> String {
    const LONGEST: usize = 60;
    let Some(column) = fault.column.and_then(|column| columns.get(column)) else {
        return on_one_line(&fault.reason);
    };
    let mut value: String = fault.value.chars().take(LONGEST).collect();
    if value.len() < fault.value.len() {
        value.push('…');
    }
    // Many reasons begin with the value, which stands before them already.
    let reason = fault.reason.strip_prefix(&format!("'{}' ", fault.value)).unwrap_or(&fault.reason);
    format!("{column} '{}': {}", escape(&value), on_one_line(reason))
}

/// A reason with the lines of a list one after another: each note, and each row of the file of rejects, is one line.
fn on_one_line(reason: &str) -> String {
    let mut whole = String::with_capacity(reason.len());
    for line in reason.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let between = if whole.is_empty() {
            ""
        } else if whole.ends_with(':') {
            " "
        } else {
            "; "
        };
        whole.push_str(between);
        whole.push_str(line);
    }
    whole
}

/// The rejected rows, in the file's own headings and with its own cells, so that it can be imported again.
struct Rejects<'w> {
    rows: csv::Writer<&'w mut dyn Write>,
    layout: Option<Layout>,
    decimal_comma: bool,
}

impl<'w> Rejects<'w> {
    fn new(out: &'w mut dyn Write) -> Rejects<'w> {
        // A row that goes on beyond the headings stays as long as it is.
        let rows = csv::WriterBuilder::new().flexible(true).from_writer(out);
        Rejects { rows, layout: None, decimal_comma: false }
    }

    fn row(&mut self, row: &RawRow<'_>, place: Option<i64>, reason: &str) -> Result<()> {
        let Some(layout) = self.layout else {
            return Ok(());
        };
        let comma = self.decimal_comma;
        let cells = |range: std::ops::Range<usize>| range.map(move |index| cell_in_text(row, index, comma));
        let place = layout.place.map(|_| place.map(|place| place.to_string()).unwrap_or_default());
        // Cells beyond the headings stay beyond them.
        let said = place.into_iter().map(Cow::Owned).chain([Cow::Borrowed(reason)]);
        self.write(cells(0..layout.own).chain(said).chain(cells(layout.all..row.len())))
    }

    fn write<C: AsRef<str>>(&mut self, cells: impl Iterator<Item = C>) -> Result<()> {
        for cell in cells {
            let cell = cell.as_ref();
            // What a spreadsheet would run is guarded; import takes the guard off again.
            let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
            self.rows.write_field(format!("{guard}{cell}"))?;
        }
        Ok(self.rows.write_record(None::<&[u8]>)?)
    }
}
