//! The instruments that a purchase line brings.

use std::collections::HashSet;

use anyhow::Result;

use super::labels::Label;
use crate::domain::date::{Date, in_words};
use crate::domain::instrument::{Details, Instrument, Type};
use crate::domain::money::Pence;
use crate::domain::purchase::{Line, tied_on};
use crate::domain::reference::LineRef;
use crate::domain::tag::Tag;
use crate::domain::text::fold;
use crate::domain::words::{Condition, Source};
use crate::store::journal::About;
use crate::store::purchase::receiving;
use crate::store::{Tx, instrument, purchase};

/// The line that brings instruments, and of which type they are.
#[derive(Clone, Copy)]
pub struct OfLine<'a> {
    pub reference: LineRef,
    pub line_id: i64,
    pub line: &'a Line,
    pub ordered_on: Option<Date>,
    pub of: &'a Type,
}

/// What is said of the instruments one by one; where nothing is, they take the next free tags.
#[derive(Clone, Copy, Default)]
pub struct Labels<'a> {
    pub tags: Option<&'a [Label]>,
    pub serials: Option<&'a [String]>,
    pub location: Option<&'a str>,
}

/// What came of making a line's instruments.
#[derive(Default)]
pub struct Made {
    pub tags: Vec<Tag>,
    /// Those of them that were in the stock already.
    pub tied: Vec<Tag>,
    pub about: Vec<About>,
    /// The first day whose figures they alter.
    pub alters: Option<Date>,
    pub warnings: Vec<String>,
}

impl Made {
    /// What the stock has more than before, and what of it was there and is explained now.
    pub fn told(&self, line: LineRef) -> Vec<String> {
        let tied: HashSet<&Tag> = self.tied.iter().collect();
        let new: Vec<&Tag> = self.tags.iter().filter(|tag| !tied.contains(tag)).collect();
        let mut sentences = Vec::new();
        match new.as_slice() {
            [] => {}
            [tag] => sentences.push(format!("Added {tag} to the stock.")),
            [first, .., last] => {
                sentences.push(format!("Added {} instruments to the stock, {first} to {last}.", new.len()));
            }
        }
        match self.tied.as_slice() {
            [] => {}
            [tag] => sentences.push(format!("{tag} was in the stock already; it stands for {line} now.")),
            tags => sentences.push(format!("{} were in the stock already; they stand for {line} now.", tags.len())),
        }
        sentences
    }
}

/// Makes the instruments of a line, one for each day on which one arrived, each tied to the line. All that the line has
/// brought so far bear its cost to the penny.
pub fn make(tx: &Tx, line: OfLine<'_>, days: &[Date], labels: Labels<'_>) -> Result<Made> {
    let warnings = doubled_serials(tx, line.of, labels.serials)?;
    let mut made = Made { warnings, alters: days.iter().copied().min(), ..Made::default() };
    let mut ids = Vec::new();
    for (place, on) in days.iter().enumerate() {
        let tag = match labels.tags.and_then(|tags| tags.get(place)) {
            Some(label) => label.tag.clone(),
            None => instrument::next_tag(tx, &line.of.code)?,
        };
        ids.push(add(tx, line, &tag, *on, place, labels)?);
        made.tags.push(tag);
    }
    purchase::share_out_cost(tx, line.reference)?;
    // They are numbered one after another, since nobody else writes meanwhile.
    made.about.extend(ids.first().zip(ids.last()).map(|(&first, &last)| About::Instruments(first, last)));
    Ok(made)
}

/// Gives tags to what arrived before without: those of the stock are tied to the line, the others are made.
pub fn tag(tx: &Tx, line: OfLine<'_>, days: &[Date], labels: Labels<'_>) -> Result<Made> {
    let Some(tags) = labels.tags else {
        return make(tx, line, days, labels);
    };
    let mut made = Made { warnings: doubled_serials(tx, line.of, labels.serials)?, ..Made::default() };
    for (place, (label, on)) in tags.iter().zip(days).enumerate() {
        let (id, alters) = match &label.held {
            Some(held) => {
                receiving::tie(tx, held.id, (line.line_id, line.line), *on)?;
                if let Some(location) = labels.location {
                    instrument::set_location(tx, held.id, location)?;
                }
                made.warnings.extend(held_before(line, held));
                (held.id, tied_on(held, *on))
            }
            None => (add(tx, line, &label.tag, *on, place, labels)?, *on),
        };
        made.alters = made.alters.into_iter().chain([alters]).min();
        made.tied.extend(label.held.as_ref().map(|held| held.tag.clone()));
        made.tags.push(label.tag.clone());
        made.about.push(About::instrument(id));
    }
    purchase::share_out_cost(tx, line.reference)?;
    for held in tags.iter().filter_map(|label| label.held.as_ref()) {
        let cost = instrument::find(tx, &held.tag)?.and_then(|now| now.details.cost);
        made.warnings.extend(other_cost(line.reference, held, cost));
    }
    Ok(made)
}

/// That so many of a line have no tag yet, and what gives them theirs.
pub fn waits(line: LineRef, waiting: i64, is_typed: bool) -> String {
    let waits = if waiting == 1 { "1 waits for its tag".to_string() } else { format!("{waiting} wait for their tags") };
    let flag = if is_typed { "" } else { " --type CODE" };
    format!("{waits}: ledgerline purchase receive {line}{flag}")
}

/// What to say where an instrument is older than the order it is said to have come with.
fn held_before(line: OfLine<'_>, held: &Instrument) -> Option<String> {
    let (acquired_on, ordered_on) = (held.details.acquired_on?, line.ordered_on?);
    (acquired_on < ordered_on).then(|| {
        let (acquired_on, ordered_on) = (in_words(acquired_on), in_words(ordered_on));
        format!("{} was acquired on {acquired_on}, before {} was ordered on {ordered_on}", held.tag, line.reference)
    })
}

/// What to say where an instrument's own cost gave way to its share of the line's.
fn other_cost(line: LineRef, held: &Instrument, now: Option<Pence>) -> Option<String> {
    let (before, now) = (held.details.cost?, now?);
    (before != now).then(|| {
        format!(
            "{} had a cost of {}; it bears its share of {line} now, {}",
            held.tag,
            before.in_words(),
            now.in_words()
        )
    })
}

fn add(tx: &Tx, line: OfLine<'_>, tag: &Tag, on: Date, place: usize, labels: Labels<'_>) -> Result<i64> {
    let serial = labels.serials.and_then(|serials| serials.get(place)).cloned();
    let location = labels.location.map(str::to_string);
    let details = Details { acquired_on: Some(on), serial, location, ..details(line.line, line.of) };
    instrument::add(tx, tag, &details, &line.of.name, Some(line.line_id))
}

/// What a line says of its instruments.
fn details(line: &Line, of: &Type) -> Details {
    Details {
        size: line.size.clone(),
        kind: line.kind,
        category: line.category.clone(),
        group: line.group,
        adapted: line.adapted,
        area: line.area.clone(),
        condition: Condition::New,
        source: Source::Purchase,
        ..Details::of_type(of.code.clone())
    }
}

/// Serials that another instrument of the type bears, and those that are given twice: often the same thing entered twice.
fn doubled_serials(tx: &Tx, of: &Type, serials: Option<&[String]>) -> Result<Vec<String>> {
    let (mut seen, mut warnings) = (HashSet::new(), Vec::new());
    for serial in serials.into_iter().flatten() {
        if !seen.insert(fold(serial)) {
            warnings.push(format!("the serial {serial} was given more than once; is it the same instrument?"));
        } else if let Some(other) = instrument::serial_of_type(tx, &of.code, serial)? {
            warnings.push(format!("{other} is a {} with the serial {serial} too; is it the same instrument?", of.name));
        }
    }
    Ok(warnings)
}
