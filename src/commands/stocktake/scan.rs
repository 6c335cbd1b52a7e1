//! `stocktake scan`: at a terminal each scan is written and said as it arrives, so that nothing is lost when somebody
//! stops; tags that are typed or piped are written all at once.

use anyhow::Result;
use clap::Args;

use super::Place;
use crate::commands::completions::tags;
use crate::commands::{Desk, batch, lookup};
use crate::domain::date::{Date, in_words};
use crate::domain::instrument::{Instrument, free_text};
use crate::domain::refusal::refuse;
use crate::domain::stocktake::{Sighting, Stocktake, Tally};
use crate::domain::tag::Tag;
use crate::domain::text::{escape, fold};
use crate::domain::words::{Availability, StocktakeResult};
use crate::store::journal::{About, Event};
use crate::store::{Db, Tx, instrument, loan, repair, stocktake};

/// Say what is at the place: by scanner, from a pipe, or by hand. Each tag counts once, also one that nobody knows.
///
/// At a terminal each scan is written at once and said aloud; an empty line ends the sitting.
///
/// Example: ledgerline stocktake scan -
#[derive(Debug, Args)]
pub struct Scan {
    /// Tags, or - to read them from stdin
    #[arg(required = true, value_name = "TAG", add = tags())]
    tags: Vec<String>,
    #[command(flatten)]
    place: Place,
}

/// What one scan was.
struct Scanned {
    tag: String,
    instrument_id: Option<i64>,
    result: StocktakeResult,
    /// The day it was scanned before, if it was.
    before: Option<Date>,
    /// "VN-0042 violin 3/4: present", or why it is not expected.
    sentence: String,
}

impl Scan {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut db = desk.open()?;
        let meant = db.read(|tx| self.place.open(tx, today))?;
        if batch::is_scanned(desk, &self.tags) {
            Scan::sitting(desk, &mut db, &meant)
        } else {
            self.batch(desk, &mut db)
        }
    }

    /// Scans at a terminal, each a change of its own: whoever is called away loses none.
    fn sitting(desk: &mut Desk<'_, '_>, db: &mut Db, meant: &Stocktake) -> Result<()> {
        let today = desk.today();
        // Another may be begun elsewhere while this one is scanned.
        let place = Place { location: Some(meant.location.clone()) };
        desk.say(format!("Scan what is at {}; each is kept at once, and an empty line ends.", meant.location))?;
        batch::each_scan(desk, |desk, typed| {
            let (scanned, (seen, expected)) = desk.change(db, |tx| {
                let meant = place.open(tx, today)?;
                let scanned = scan(tx, &meant, typed, today)?;
                let progress = stocktake::progress(tx, &meant)?;
                let event = event(&meant, std::slice::from_ref(&scanned), today);
                Ok(((scanned, progress), event))
            })?;
            if scanned.result == StocktakeResult::Unknown {
                write!(desk.world.stderr, "\u{7}")?;
            }
            desk.say(format!("  ({seen} of {expected}) {}", scanned.told()))
        })?;
        let tally = db.read(|tx| Ok(stocktake::tally(&stocktake::sightings(tx, meant, today)?)))?;
        desk.say(tally)
    }

    /// Tags that are there all at once: one change, and a sentence for each that needs one.
    fn batch(&self, desk: &mut Desk<'_, '_>, db: &mut Db) -> Result<()> {
        let today = desk.today();
        let tags = batch::at_once(desk, &self.tags)?;
        let tags: Vec<String> = tags.into_iter().filter(|tag| !tag.trim().is_empty()).collect();
        if tags.is_empty() {
            return desk.say("No tag was taken, so nothing was counted.");
        }
        let (scanned, (seen, expected)) = desk.change(db, |tx| {
            let meant = self.place.open(tx, today)?;
            let scanned = batch::all_or_none("counted", &tags, |tag| scan(tx, &meant, tag, today))?;
            let progress = stocktake::progress(tx, &meant)?;
            let event = event(&meant, &scanned, today);
            Ok(((scanned, progress), event))
        })?;
        let plain = |one: &&Scanned| one.result == StocktakeResult::Present && one.before.is_none();
        let all_said = scanned.len() <= FEW;
        for one in scanned.iter().filter(|one| all_said || !plain(one)) {
            desk.say(one.told())?;
        }
        if !all_said {
            desk.say(format!("Counted {}.", in_figures(scanned.iter())))?;
        }
        desk.say(format!("Seen {seen} of {expected} so far."))
    }
}

/// So few tags are each said, whatever they are.
const FEW: usize = 5;

/// "40 tags: 38 present, 1 unexpected, 1 unknown"
fn in_figures<'a>(scanned: impl Iterator<Item = &'a Scanned>) -> String {
    let (mut tally, mut number) = (Tally::default(), 0);
    scanned.for_each(|one| {
        tally.count(one.result);
        number += 1;
    });
    format!("{number} tags: {} present, {} unexpected, {} unknown", tally.present, tally.unexpected, tally.unknown)
}

impl Scanned {
    fn told(&self) -> String {
        match self.before {
            Some(day) => format!("{}: scanned already, on {}", escape(&self.tag), in_words(day)),
            None => self.sentence.clone(),
        }
    }
}

/// Writes one scan and finds what there is to say of it.
fn scan(tx: &Tx, meant: &Stocktake, typed: &str, today: Date) -> Result<Scanned> {
    let text = free_text("the tag", typed.trim()).map_err(refuse)?.unwrap_or_default();
    let found = text.parse::<Tag>().ok().map(|tag| instrument::find(tx, &tag)).transpose()?.flatten();
    let tag = found.as_ref().map_or(text, |found| found.tag.to_string());
    let instrument_id = found.as_ref().map(|found| found.id);
    let was_expected = instrument_id.map(|id| stocktake::expects(tx, meant, id)).transpose()?.unwrap_or(false);
    let before = stocktake::scan(tx, meant, &tag, instrument_id, today)?;
    let sighting = Sighting { is_on_record: found.is_some(), was_expected, was_scanned: true, has_left: false };
    let result = sighting.result();
    let sentence = match &found {
        Some(found) => sentence(tx, found, result, meant, today)?,
        None => format!("{}: unknown; no instrument has this tag", escape(&tag)),
    };
    Ok(Scanned { tag, instrument_id, result, before, sentence })
}

/// "VN-0042 violin 3/4: present", and what the desk believes where that is something else.
fn sentence(tx: &Tx, found: &Instrument, result: StocktakeResult, meant: &Stocktake, today: Date) -> Result<String> {
    let size = found.details.size.as_deref().map(|size| format!(" {size}")).unwrap_or_default();
    let kind_of = lookup::instrument_type(tx, found.details.type_code.as_str())?;
    let (tag, told) = (&found.tag, result);
    let but = elsewhere(tx, found, result, meant, today)?;
    Ok(format!("{tag} {}{size}: {told}{}", kind_of.name, but.map(|but| format!("; {but}")).unwrap_or_default()))
}

/// Where the records have an instrument that lies here, and what puts them right.
fn elsewhere(
    tx: &Tx,
    found: &Instrument,
    result: StocktakeResult,
    meant: &Stocktake,
    today: Date,
) -> Result<Option<String>> {
    let (tag, standing) = (&found.tag, &found.standing);
    Ok(match standing.availability(today) {
        Availability::Retired => standing.retired.map(|(on, how)| format!("retired on {} ({how})", in_words(on))),
        Availability::Missing => standing.missing_on.map(|since| {
            format!("missing since {}. To mark it as found: ledgerline instrument found {tag}", in_words(since))
        }),
        Availability::InRepair => repair::open(tx, found.id)?.map(|away| {
            format!("away to be mended at {}. If it is back: ledgerline repair back {tag}", away.repairer_name)
        }),
        Availability::OnLoan => loan::open(tx, found.id)?.holder().map(|holder| {
            format!("on loan to {} ({}). If it is back: ledgerline return {tag}", holder.borrower_name, holder.loan)
        }),
        Availability::Available | Availability::Reserved => match &found.details.location {
            Some(place) if fold(place) != fold(&meant.location) => Some(format!("its place is {place}")),
            Some(_) if result == StocktakeResult::Unexpected => Some("it came here since the count began".to_string()),
            Some(_) => None,
            None => Some("it has no place on record".to_string()),
        },
    })
}

/// A few tags one by one; of many only how many, since the journal of each would name all the others.
fn in_short(new: &[&Scanned]) -> String {
    if new.len() > FEW {
        return in_figures(new.iter().copied());
    }
    let tags: Vec<String> = new.iter().map(|one| format!("{} {}", escape(&one.tag), one.result)).collect();
    tags.join(", ")
}

/// The event of what is new among the scans; none where all were scanned before.
fn event(meant: &Stocktake, scanned: &[Scanned], today: Date) -> Option<Event> {
    let new: Vec<&Scanned> = scanned.iter().filter(|one| one.before.is_none()).collect();
    let about = new.iter().filter_map(|one| one.instrument_id).map(About::instrument).collect();
    let subject = match new[..] {
        [] => return None,
        [Scanned { instrument_id: Some(_), tag, .. }] => tag.clone(),
        [_] => "an unknown tag".to_string(),
        _ => format!("{} tags", new.len()),
    };
    let summary = format!("Stocktake of {}: {}", meant.location, in_short(&new));
    Some(Event { on: today, command: "stocktake scan", subject, summary, about })
}
