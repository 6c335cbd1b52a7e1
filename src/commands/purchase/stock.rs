//! The instruments that a purchase line brings.

use anyhow::Result;

use crate::commands::{Desk, batch};
use crate::domain::date::Date;
use crate::domain::instrument::{Details, InstrumentRefusal, Type};
use crate::domain::purchase::{Line, PurchaseRefusal, shared_out};
use crate::domain::refusal::{Plain, refuse};
use crate::domain::tag::Tag;
use crate::domain::words::{Condition, Source};
use crate::store::journal::About;
use crate::store::{Tx, instrument};

/// The tags for a line's instruments, typed, piped or scanned; none where the next free ones will do.
/// Refused where there are more or fewer than instruments.
pub fn tags_given(desk: &mut Desk<'_, '_>, given: &[String], qty: i64) -> Result<Option<Vec<Tag>>> {
    if given.is_empty() {
        return Ok(None);
    }
    let db = desk.open()?;
    let typed = batch::tags(desk, given, |typed| {
        db.read(|tx| refuse_taken(tx, &read_tag(typed)?))?;
        Ok("will be recorded".to_string())
    })?;
    let tags = batch::all_or_none("recorded", &typed, read_tag)?;
    if i64::try_from(tags.len()).ok() != Some(qty) {
        return Err(refuse(PurchaseRefusal::TagCount { given: tags.len(), wanted: qty }));
    }
    Ok(Some(tags))
}

fn read_tag(typed: &str) -> Result<Tag> {
    typed.parse::<Tag>().map_err(|error| refuse(Plain::new(error.to_string())))
}

fn refuse_taken(tx: &Tx, tag: &Tag) -> Result<()> {
    if instrument::tag_exists(tx, tag)? {
        return Err(refuse(InstrumentRefusal::TagTaken(tag.clone())));
    }
    Ok(())
}

/// What came of making a line's instruments.
pub struct Made {
    pub tags: Vec<Tag>,
    pub about: Vec<About>,
}

/// Makes the instruments of a line, each tied to it and bearing its share of the grant cost.
pub fn make(tx: &Tx, (line_id, line): (i64, &Line), of: &Type, on: Date, tags: Option<&[Tag]>) -> Result<Made> {
    if let Some(tags) = tags {
        let typed: Vec<String> = tags.iter().map(Tag::to_string).collect();
        batch::all_or_none("recorded", &typed, |typed| refuse_taken(tx, &read_tag(typed)?))?;
    }
    let mut made = Vec::new();
    let mut ids = Vec::new();
    for (place, cost) in shared_out(line.grant_cost(), line.qty).enumerate() {
        let tag = match tags.and_then(|tags| tags.get(place)) {
            Some(tag) => tag.clone(),
            None => instrument::next_tag(tx, &of.code)?,
        };
        let details = Details { cost: Some(cost), acquired_on: Some(on), ..details(line, of) };
        ids.push(instrument::add(tx, &tag, &details, &of.name, Some(line_id))?);
        made.push(tag);
    }
    // They are numbered one after another, since nobody else writes meanwhile.
    let about = ids.first().zip(ids.last()).map(|(&first, &last)| About::Instruments(first, last));
    Ok(Made { tags: made, about: about.into_iter().collect() })
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
