//! The instruments that a purchase line brings.

use std::collections::HashSet;

use anyhow::Result;

use crate::commands::{Desk, batch, lookup};
use crate::domain::date::Date;
use crate::domain::instrument::{Details, Instrument, InstrumentRefusal, Type, TypeCode};
use crate::domain::money::Pence;
use crate::domain::purchase::receive::ReceiveRefusal;
use crate::domain::purchase::{Line, PurchaseRefusal};
use crate::domain::reference::LineRef;
use crate::domain::refusal::{Plain, refuse};
use crate::domain::tag::Tag;
use crate::domain::text::fold;
use crate::domain::words::{Condition, Source};
use crate::store::journal::About;
use crate::store::purchase::receiving;
use crate::store::{Tx, history, instrument, purchase};

/// The tags for a line's instruments, typed, piped or scanned; none where the next free ones will do.
/// Refused where there are more or fewer than instruments.
pub fn tags_given(desk: &mut Desk<'_, '_>, given: &[String], qty: i64) -> Result<Option<Vec<Tag>>> {
    let tags = tags_read(desk, given, refuse_taken)?;
    if let Some(tags) = &tags {
        refuse_other_count(tags, qty)?;
    }
    Ok(tags)
}

/// The same, whatever their number; each is judged as it is scanned.
pub fn tags_read(
    desk: &mut Desk<'_, '_>,
    given: &[String],
    judge: impl Fn(&Tx, &Tag) -> Result<()>,
) -> Result<Option<Vec<Tag>>> {
    if given.is_empty() {
        return Ok(None);
    }
    let db = desk.open()?;
    let typed = batch::tags(desk, given, |typed| {
        db.read(|tx| judge(tx, &read_tag(typed)?))?;
        Ok("will be recorded".to_string())
    })?;
    batch::all_or_none("recorded", &typed, read_tag).map(Some)
}

/// Refuses more or fewer tags than instruments.
pub fn refuse_other_count(tags: &[Tag], qty: i64) -> Result<()> {
    match i64::try_from(tags.len()) {
        Ok(count) if count == qty => Ok(()),
        _ => Err(refuse(PurchaseRefusal::TagCount { given: tags.len(), wanted: qty })),
    }
}

fn read_tag(typed: &str) -> Result<Tag> {
    typed.parse::<Tag>().map_err(|error| refuse(Plain::new(error.to_string())))
}

/// Refuses a tag that was ever given.
pub fn refuse_taken(tx: &Tx, tag: &Tag) -> Result<()> {
    if instrument::tag_exists(tx, tag)? {
        return Err(refuse(InstrumentRefusal::TagTaken(tag.clone())));
    }
    Ok(())
}

/// The line that brings instruments, and of which type they are.
#[derive(Clone, Copy)]
pub struct OfLine<'a> {
    pub reference: LineRef,
    pub line_id: i64,
    pub line: &'a Line,
    pub of: &'a Type,
}

/// What is said of the instruments one by one; where nothing is, they take the next free tags.
#[derive(Clone, Copy, Default)]
pub struct Labels<'a> {
    pub tags: Option<&'a [Tag]>,
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
    if let Some(tags) = labels.tags {
        each_tag(tags, |tag| refuse_taken(tx, tag))?;
    }
    let mut made = Made { warnings: doubled_serials(tx, line.of, labels.serials)?, ..Made::default() };
    let mut ids = Vec::new();
    for (place, on) in days.iter().enumerate() {
        let tag = match labels.tags.and_then(|tags| tags.get(place)) {
            Some(tag) => tag.clone(),
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
    let stock = each_tag(tags, |tag| {
        let held = instrument::find(tx, tag)?;
        held.as_ref().map_or(Ok(()), |held| judge_held(tx, line, held, labels))?;
        Ok(held)
    })?;
    let mut made = Made { warnings: doubled_serials(tx, line.of, labels.serials)?, ..Made::default() };
    for (place, ((tag, held), on)) in tags.iter().zip(&stock).zip(days).enumerate() {
        let id = match held {
            Some(held) => {
                receiving::tie(tx, held.id, (line.line_id, line.line), *on)?;
                if let Some(location) = labels.location {
                    instrument::set_location(tx, held.id, location)?;
                }
                held.id
            }
            None => add(tx, line, tag, *on, place, labels)?,
        };
        made.tied.extend(held.as_ref().map(|held| held.tag.clone()));
        made.tags.push(held.as_ref().map_or(tag, |held| &held.tag).clone());
        made.about.push(About::instrument(id));
    }
    purchase::share_out_cost(tx, line.reference)?;
    for held in stock.iter().flatten() {
        let cost = instrument::find(tx, &held.tag)?.and_then(|now| now.details.cost);
        made.warnings.extend(other_cost(line.reference, held, cost));
    }
    Ok(made)
}

fn each_tag<T>(tags: &[Tag], mut work: impl FnMut(&Tag) -> Result<T>) -> Result<Vec<T>> {
    let typed: Vec<String> = tags.iter().map(Tag::to_string).collect();
    batch::all_or_none("recorded", &typed, |typed| work(&read_tag(typed)?))
}

/// Refuses an instrument of the stock that cannot be what the line brought.
fn judge_held(tx: &Tx, line: OfLine<'_>, held: &Instrument, labels: Labels<'_>) -> Result<()> {
    refuse_bought(tx, held)?;
    let (tag, wanted) = (held.tag.clone(), line.of.code.clone());
    if held.details.type_code != wanted {
        let held = held.details.type_code.clone();
        return Err(refuse(ReceiveRefusal::TagOfOtherType { tag, held, line: line.reference, wanted }));
    }
    match labels.serials {
        Some(_) => Err(refuse(ReceiveRefusal::TagHasSerial(tag))),
        None => Ok(()),
    }
}

/// Refuses an instrument that a line brought.
pub fn refuse_bought(tx: &Tx, held: &Instrument) -> Result<()> {
    match history::purchase_line_of(tx, held.id)? {
        Some(line) => Err(refuse(ReceiveRefusal::TagBought { tag: held.tag.clone(), line })),
        None => Ok(()),
    }
}

/// The one type of instruments that are all in the stock; refused where one is not, or is of another.
pub fn type_of_all(tx: &Tx, line: LineRef, tags: &[Tag]) -> Result<Type> {
    let mut first: Option<TypeCode> = None;
    each_tag(tags, |tag| {
        let held = instrument::find(tx, tag)?.ok_or_else(|| refuse(ReceiveRefusal::NewTagNoType(tag.clone())))?;
        let held = held.details.type_code;
        let wanted = first.get_or_insert_with(|| held.clone());
        if *wanted == held {
            return Ok(());
        }
        let (tag, wanted) = (tag.clone(), wanted.clone());
        Err(refuse(ReceiveRefusal::TagOfOtherType { tag, held, line, wanted }))
    })?;
    let code = first.ok_or_else(|| refuse(ReceiveRefusal::NoType(line)))?;
    lookup::instrument_type(tx, code.as_str())
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
