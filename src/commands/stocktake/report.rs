//! `stocktake report`.

use anyhow::Result;
use clap::Args;

use super::Place;
use crate::cli::word;
use crate::commands::Desk;
use crate::domain::date::in_words;
use crate::domain::refusal::refuse;
use crate::domain::stocktake::{SightingLine, Stocktake, StocktakeRefusal, choose};
use crate::domain::words::StocktakeResult;
use crate::store::{Tx, stocktake};

/// What is present, missing, unexpected or unknown at a place; what the desk lent or sent to be mended since has left.
///
/// Of an open stocktake as things stand today; else of the last one closed, with the results it had then.
///
/// Example: ledgerline stocktake report --location "Main store" --result missing
#[derive(Debug, Args)]
pub struct Report {
    #[command(flatten)]
    place: Place,
    /// Only what has this result
    #[arg(long, value_parser = word::<StocktakeResult>(), ignore_case = true)]
    result: Option<StocktakeResult>,
}

impl Report {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (today, db) = (desk.today(), desk.open()?);
        let (meant, seen) = db.read(|tx| {
            let meant = self.meant(tx)?;
            let seen = stocktake::sightings(tx, &meant, today)?;
            Ok((meant, seen))
        })?;
        let wanted = seen.iter().filter(|one| self.result.is_none_or(|result| result == one.line.result));
        desk.list::<SightingLine>(|out| wanted.map(|one| &one.line).try_for_each(|line| out.row(line)))?;
        let when = match meant.closed_on {
            Some(day) => format!("closed on {}", in_words(day)),
            None => format!("open since {}", in_words(meant.started_on)),
        };
        desk.say(format!("{} ({when}). {}", meant.location, stocktake::tally(&seen)))
    }

    /// The open stocktake, else the last one closed: of the place that is named, if one is.
    fn meant(&self, tx: &Tx) -> Result<Stocktake> {
        let asked = self.place.location.as_deref();
        let refusal = match choose(stocktake::open(tx)?, asked) {
            Ok(open) => return Ok(open),
            Err(several @ StocktakeRefusal::Several(_)) => return Err(refuse(several)),
            Err(_) => asked.map_or(StocktakeRefusal::Never, |place| StocktakeRefusal::NeverAt(place.to_string())),
        };
        stocktake::last_closed(tx, asked)?.ok_or_else(|| refuse(refusal))
    }
}
