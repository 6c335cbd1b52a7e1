//! Stocktakes: known by their number, else by place and days. What was expected and scanned comes with `stocktake-scans`.

use anyhow::Result;

use super::{Intake, Outcome, Round, Row, Terms};
use crate::domain::date::in_words;
use crate::domain::instrument::free_text;
use crate::domain::stocktake::{Stocktake, StocktakeRefusal, begun};
use crate::domain::text::fold;
use crate::import::track::Numbers;
use crate::output::listing::Lister;
use crate::store::stocktake::{self, record};
use crate::store::Tx;

columns! { Stocktake = "stocktake", Location = "location", StartedOn = "started_on", ClosedOn = "closed_on" }

pub const KEY: Option<&str> = Some("location");

/// Why what is on record is left as it is.
const COUNTED: &str = "is not what is on record, and what was counted is never rewritten";

struct Stocktakes {
    terms: Terms,
    seen: Numbers,
}

pub fn begin(_tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Stocktakes { terms, seen: Numbers::default() })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    record::each(tx, |line| out.row(line))
}

impl Intake for Stocktakes {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, round: Round) -> Result<Outcome> {
        let given = row.read(Column::Stocktake, super::cells::number);
        if given.is_none() && row.has(Column::Stocktake) && row.is_sound() && round.first {
            // The numbers that are given come first, so that none is given out that a later row bears.
            return Ok(Outcome::Waits);
        }
        let Some(mut new) = self.read(row, given) else {
            return Ok(Outcome::Rejected);
        };
        let known = match given {
            Some(given) => Some(given),
            None => record::alike(tx, &new.location, new.started_on, new.closed_on)?,
        };
        new.id = known.map_or_else(|| record::next_number(tx), Ok)?;
        let column = if given.is_some() { Column::Stocktake } else { Column::Location };
        if row.repeats(column, self.seen.first(new.id, row.line())) {
            return Ok(Outcome::Rejected);
        }
        if let Some(before) = record::find(tx, new.id)? {
            let fields = differing!(before, new; location, started_on, closed_on);
            if self.terms.update {
                row.fault_each(COLUMNS, &fields, COUNTED);
            }
            if !row.is_sound() {
                return Ok(Outcome::Rejected);
            }
            return self.terms.settle(format!("stocktake {}", new.id), fields, || Ok(()));
        }
        if let Some(refusal) = self.open_already(tx, &new)? {
            row.fault(Column::Location, refusal);
            return Ok(Outcome::Rejected);
        }
        record::put(tx, &new)?;
        Ok(Outcome::Created)
    }
}

impl Stocktakes {
    fn read(&self, row: &mut Row<'_>, id: Option<i64>) -> Option<Stocktake> {
        let location = row.read(Column::Location, |text| free_text("the place", text)).flatten();
        if location.is_none() && row.is_sound() {
            row.fault(Column::Location, StocktakeRefusal::NoPlace);
        }
        if row.text(Column::StartedOn).is_empty() {
            row.fault(Column::StartedOn, "is missing");
        }
        let (started_on, closed_on) = (row.day(Column::StartedOn), row.day(Column::ClosedOn));
        let (location, started_on) = location.zip(started_on).filter(|_| row.is_sound())?;
        let new = Stocktake { id: id.unwrap_or_default(), location, started_on, closed_on };
        if let Err(refusal) = begun(&new, self.terms.today) {
            row.fault(Column::StartedOn, refusal);
        }
        match closed_on {
            Some(day) if day < started_on => {
                row.fault(Column::ClosedOn, format!("is before it began on {}", in_words(started_on)));
            }
            Some(day) if day > self.terms.today => {
                row.fault(Column::ClosedOn, format!("{} has not come yet", in_words(day)));
            }
            _ => {}
        }
        row.is_sound().then_some(new)
    }

    /// One stocktake of a place is open at a time.
    fn open_already(&self, tx: &Tx, new: &Stocktake) -> Result<Option<StocktakeRefusal>> {
        if new.closed_on.is_some() {
            return Ok(None);
        }
        let open = stocktake::open(tx)?.into_iter().find(|open| fold(&open.location) == fold(&new.location));
        Ok(open.map(|Stocktake { location, started_on: since, .. }| StocktakeRefusal::Open { location, since }))
    }
}
