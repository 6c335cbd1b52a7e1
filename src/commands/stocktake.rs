//! `stocktake`: what is really at a place.

mod report;
mod scan;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::Desk;
use crate::domain::date::Date;
use crate::domain::instrument::free_text;
use crate::domain::refusal::refuse;
use crate::domain::stocktake::{Stocktake as Count, StocktakeLine, StocktakeRefusal, begun, choose};
use crate::domain::text::{closest, fold};
use crate::domain::words::StocktakeResult;
use crate::store::journal::{About, Event};
use crate::store::{Tx, stocktake};

/// Count what is at a place: start, scan in any number of sittings, report, close.
#[derive(Debug, Args)]
pub struct Stocktake {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Verb {
    /// Begin to count a place, and freeze what should be there
    Start(Start),
    /// Say what is there, by scanner or by hand
    Scan(scan::Scan),
    /// What is present, missing, unexpected, unknown
    Report(report::Report),
    /// End a stocktake
    Close(Close),
    /// List stocktakes, in the order they were begun
    ///
    /// Example: ledgerline stocktake list
    List,
}

/// Begin to count a place. What should be there is frozen: what has its place there, and is neither out nor away.
///
/// Example: ledgerline stocktake start --location "Main store"
#[derive(Debug, Args)]
struct Start {
    /// The place, as the instruments have it
    #[arg(long, value_name = "PLACE", allow_hyphen_values = true)]
    location: String,
}

/// End a stocktake: its report stays as it is then. Nothing is marked as missing by it.
///
/// Example: ledgerline stocktake close --location "Main store"
#[derive(Debug, Args)]
struct Close {
    #[command(flatten)]
    place: Place,
}

/// Which stocktake is meant.
#[derive(Debug, Args)]
struct Place {
    /// The place, where several are being counted
    #[arg(long, value_name = "PLACE", allow_hyphen_values = true)]
    location: Option<String>,
}

impl Place {
    /// The open stocktake that is meant, for something new to be written of it.
    fn open(&self, tx: &Tx, today: Date) -> Result<Count> {
        let meant = choose(stocktake::open(tx)?, self.location.as_deref()).map_err(refuse)?;
        begun(&meant, today).map_err(refuse)?;
        Ok(meant)
    }
}

impl Stocktake {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::Start(start) => start.run(desk),
            Verb::Scan(scan) => scan.run(desk),
            Verb::Report(report) => report.run(desk),
            Verb::Close(close) => close.run(desk),
            Verb::List => list(desk),
        }
    }
}

impl Start {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let typed = free_text("the place", &self.location).map_err(refuse)?;
        let typed = typed.ok_or_else(|| refuse(StocktakeRefusal::NoPlace))?;
        let mut db = desk.open()?;
        let (id, expected, location, places) = desk.change(&mut db, |tx| {
            let open = stocktake::open(tx)?.into_iter().find(|open| fold(&open.location) == fold(&typed));
            if let Some(Count { location, started_on: since, .. }) = open {
                return Err(refuse(StocktakeRefusal::Open { location, since }));
            }
            let places = stocktake::places(tx)?;
            // As the instruments have it, whatever the case it is typed in.
            let on_record = places.iter().find(|place| fold(place) == fold(&typed));
            let location = on_record.unwrap_or(&typed).clone();
            let (id, expected) = stocktake::start(tx, &location, today)?;
            let summary = format!("Began a stocktake of {location}: {}", counted(expected));
            let subject = format!("stocktake {id}");
            let event = Event { on: today, command: "stocktake start", subject, summary, about: Vec::new() };
            Ok(((id, expected, location, places), Some(event)))
        })?;
        desk.print(id)?;
        if !places.contains(&location) {
            let near = closest(&location, places.iter().map(String::as_str));
            let near = near.map(|near| format!("; did you mean {near}? Then take this back: ledgerline undo"));
            desk.warn(format!("no instrument has its place at {location}{}", near.unwrap_or_default()))?;
        }
        desk.say(format!("Began a stocktake of {location}: {}.", counted(expected)))?;
        desk.say("Scan what is there, in as many sittings as you like: ledgerline stocktake scan -")
    }
}

/// `212 instruments are expected`.
fn counted(expected: usize) -> String {
    match expected {
        0 => "nothing is expected there".to_string(),
        1 => "one instrument is expected".to_string(),
        many => format!("{many} instruments are expected"),
    }
}

impl Close {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut db = desk.open()?;
        let (location, tally) = desk.change(&mut db, |tx| {
            let meant = self.place.open(tx, today)?;
            let seen = stocktake::sightings(tx, &meant, today)?;
            stocktake::close(tx, &meant, &seen, today)?;
            let tally = stocktake::tally(&seen);
            let missing = seen.iter().filter(|one| one.line.result == StocktakeResult::Missing);
            let about = missing.filter_map(|one| one.instrument_id).map(About::instrument).collect();
            let summary = format!("Closed the stocktake of {}. {tally}", meant.location);
            let subject = format!("stocktake {}", meant.id);
            let event = Event { on: today, command: "stocktake close", subject, summary, about };
            Ok(((meant.location, tally), Some(event)))
        })?;
        desk.say(format!("Closed the stocktake of {location}. {tally}"))?;
        if tally.missing > 0 {
            desk.say(format!(
                "What is missing: ledgerline stocktake report --location \"{location}\" --result missing"
            ))?;
            desk.say("Look once more, then mark each that is gone: ledgerline instrument lost TAG")?;
        }
        Ok(())
    }
}

fn list(desk: &mut Desk<'_, '_>) -> Result<()> {
    let (today, db) = (desk.today(), desk.open()?);
    let lines = db.read(|tx| stocktake::list(tx, today))?;
    desk.list::<StocktakeLine>(|out| lines.iter().try_for_each(|line| out.row(line)))?;
    Ok(())
}
