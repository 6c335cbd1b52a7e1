//! `request add`: a place in the queue.

use anyhow::Result;
use clap::Args;

use crate::cli::DayArg;
use crate::commands::completions::borrowers;
use crate::commands::{Desk, lookup};
use crate::domain::date::Date;
use crate::domain::instrument::{Type, free_text};
use crate::domain::refusal::refuse;
use crate::domain::request::{Request, Wanted, ahead, ask, is_ready, left_for, ordinal};
use crate::domain::spoilt::size;
use crate::domain::tag::Tag;
use crate::domain::words::Availability;
use crate::store::Tx;
use crate::store::instrument::{self, InstrumentFilter};
use crate::store::journal::{About, Event};
use crate::store::request::{self as requests, NewRequest};

/// Put somebody into the queue for a type and, if it matters, a size.
///
/// Whoever asked first is next. A pupil can wait before anybody is named who signs.
///
/// Example: ledgerline request add --type VN --size 1/2 --for "Ana Ruiz"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Add {
    /// What is wanted: a type's code or name
    #[arg(long = "type", value_name = "TYPE")]
    type_code: String,
    /// The size; without it, any will do
    #[arg(long, allow_hyphen_values = true)]
    size: Option<String>,
    /// Who waits: a reference, a URN, a name, or a part of a name
    #[arg(long = "for", value_name = "BORROWER", allow_hyphen_values = true, add = borrowers())]
    whose: String,
    /// The day they asked, today or before
    #[arg(long, default_value = "today", value_name = "DATE")]
    on: DayArg,
    /// What to know before an instrument is offered
    #[arg(long, allow_hyphen_values = true)]
    note: Option<String>,
}

/// A place that was given, and what the person should know of it.
struct Added {
    request: Request,
    kind_of: Type,
    place: usize,
    /// An instrument that could be offered at once.
    free: Option<Tag>,
}

impl Add {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let on = self.on.on(today)?;
        let mut db = desk.open()?;
        let Added { request, kind_of, place, free } = desk.change(&mut db, |tx| self.add(tx, on, today))?;
        desk.print(request.id)?;
        if let Some(size) = request.wanted.size.as_deref().filter(|size| !instrument::size_is_listed(&kind_of, size)) {
            let sizes = kind_of.sizes.join(", ");
            desk.warn(format!("a {} is not usually of size {size}; it comes in {sizes}", kind_of.name))?;
        }
        let (id, name, wanted) = (request.id, &request.borrower_name, request.wanted.in_words());
        desk.say(format!("{id}: {name} is {} in the queue for {wanted}.", ordinal(place)))?;
        match free {
            Some(tag) => desk.say(format!("{tag} is available: ledgerline request offer {id} {tag}")),
            None => Ok(()),
        }
    }

    fn add(&self, tx: &Tx, on: Date, today: Date) -> Result<(Added, Option<Event>)> {
        let kind_of = lookup::instrument_type(tx, &self.type_code)?;
        let text = |what, given: &Option<String>| -> Result<Option<String>> {
            Ok(given.as_deref().map(|text| free_text(what, text)).transpose().map_err(refuse)?.flatten())
        };
        let size = self.size.as_deref().map(size).transpose().map_err(refuse)?.flatten();
        let note = text("the note", &self.note)?;
        let party = lookup::party(tx, lookup::borrower(tx, &self.whose)?)?;
        let wanted = Wanted { type_code: kind_of.code.clone(), type_name: kind_of.name.to_string(), size };
        ask(&requests::open_for(tx, &kind_of.code)?, &party, &wanted, on, today).map_err(refuse)?;
        let new = NewRequest { wanted: &wanted, borrower: party.reference(), asked_on: on, note: note.as_ref() };
        let id = requests::add(tx, &new)?;
        let request = requests::get(tx, id)?;
        let queue = requests::open_for(tx, &kind_of.code)?;
        let ahead = ahead(&queue, &request, today);
        let free = left_for(&request, &ahead, free(tx, &request, today)?);
        let place = ahead.len() + 1;
        let summary = format!("{id}: {} waits for {}", party.name(), wanted.in_words());
        let about = vec![About::Request(id), About::borrower(party.reference())];
        let event = Event { on, command: "request add", subject: id.to_string(), summary, about };
        Ok((Added { request, kind_of, place, free }, Some(event)))
    }
}

/// What could be offered now of the type that is asked for, each with its size.
fn free(tx: &Tx, request: &Request, today: Date) -> Result<Vec<(Tag, Option<String>)>> {
    let filter = InstrumentFilter {
        type_code: Some(request.wanted.type_code.clone()),
        availability: Some(Availability::Available),
        ..InstrumentFilter::default()
    };
    let mut free = Vec::new();
    instrument::each(tx, &filter, today, |line| {
        if is_ready(line.condition, line.availability) {
            let size = Some(line.size).filter(|size| !size.is_empty());
            free.push((Tag::from_record(line.tag), size.map(str::to_string)));
        }
        Ok(())
    })?;
    Ok(free)
}
