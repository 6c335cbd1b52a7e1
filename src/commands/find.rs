//! `find`: instruments by whatever is remembered of them.

use anyhow::Result;
use clap::Args;

use super::Desk;
use super::instrument::Filters;
use crate::domain::date::Date;
use crate::domain::instrument::InstrumentLine;
use crate::domain::text::{closest, escape, fold};
use crate::output::listing::Lister;
use crate::store::Tx;
use crate::store::instrument::{self, InstrumentFilter};

/// Find instruments by tag, serial, make, model, type, note, or the name of whoever has them.
///
/// Every word must be found somewhere; capitals and accents do not matter, and a slip of the hand is forgiven.
///
/// Example: ledgerline find yamaha clarinet
#[derive(Debug, Args)]
pub struct Find {
    /// Words, or parts of words
    #[arg(required = true, value_name = "TEXT")]
    words: Vec<String>,
    #[command(flatten)]
    filters: Filters,
}

impl Find {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (today, db) = (desk.today(), desk.open()?);
        let mut corrected = None;
        let found = db.read(|tx| {
            let mut filter = self.filters.resolve(tx)?;
            filter.words = fold(&self.words.join(" ")).split(' ').map(str::to_string).collect();
            desk.list::<InstrumentLine<'_>>(|out| {
                if list(tx, &filter, today, out)? > 0 {
                    return Ok(());
                }
                corrected = corrections(tx, &filter.words)?;
                match &corrected {
                    Some(words) => {
                        list(tx, &InstrumentFilter { words: words.clone(), ..filter }, today, out).map(|_| ())
                    }
                    None => Ok(()),
                }
            })
        })?;
        let asked = escape(&self.words.join(" "));
        match (found, corrected) {
            (0, _) => desk.say(format!("Nothing is found for '{asked}'.")),
            (_, Some(words)) => desk.say(format!("Nothing is found for '{asked}'; this is '{}'.", words.join(" "))),
            _ => Ok(()),
        }
    }
}

/// Lists what a filter finds, and says how many there were.
fn list(tx: &Tx, filter: &InstrumentFilter, today: Date, out: &mut Lister<'_>) -> Result<usize> {
    let mut found = 0;
    instrument::each(tx, filter, today, |line| {
        found += 1;
        out.row(line)
    })?;
    Ok(found)
}

/// Each word as the closest one that names, makes, models and borrowers bear; `None` if no word changes.
fn corrections(tx: &Tx, words: &[String]) -> Result<Option<Vec<String>>> {
    let vocabulary = instrument::vocabulary(tx)?;
    let nearest = |word: &String| match closest(word, vocabulary.iter().map(String::as_str)) {
        Some(near) => near.to_string(),
        None => word.clone(),
    };
    let corrected: Vec<String> = words.iter().map(nearest).collect();
    Ok((corrected != words).then_some(corrected))
}
