//! Sets: a row for each instrument of a set, so that thirty tags stand one below the other, can be pasted and sorted, and
//! each has a line of its own to be told of. A set of none has one row without a tag. Names match however they are spelt.

use std::collections::BTreeSet;

use anyhow::Result;

use super::parties::instrument_of;
use super::{Finish, Intake, Outcome, Round, Row, Terms};
use crate::domain::text::Name;
use crate::import::track::{Keys, Runs};
use crate::output::listing::Lister;
use crate::store::journal::About;
use crate::store::{Tx, set};

columns! { Set = "set", Tag = "tag" }

pub const KEY: Option<&str> = Some("set");

/// More tags than anybody reads in one sentence.
const MOST_NAMED: usize = 8;

#[derive(Default)]
struct Sets {
    seen: Keys<(String, String)>,
    touched: Runs,
    /// Instruments that were put into a set though they had left the stock.
    retired: BTreeSet<String>,
}

pub fn begin(_tx: &Tx, _terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Sets::default())
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    set::each_record(tx, |record| out.row(record))
}

impl Intake for Sets {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let name = row.needed::<Name>(Column::Set);
        let member = instrument_of(tx, row, Column::Tag)?;
        let Some(name) = name.filter(|_| row.is_sound()) else {
            return Ok(Outcome::Rejected);
        };
        let tag_key = member.as_ref().map(|member| member.tag.key()).unwrap_or_default();
        let (first, column) = (self.seen.first((name.key(), tag_key), row.line()), match &member {
            Some(_) => Column::Tag,
            None => Column::Set,
        });
        if row.repeats(column, first) {
            return Ok(Outcome::Rejected);
        }
        let known = set::with_name(tx, name.as_str())?;
        let id = match &known {
            Some(known) => known.id,
            None => set::add(tx, &name)?,
        };
        let Some(member) = member else {
            return Ok(if known.is_some() { Outcome::Unchanged } else { Outcome::Created });
        };
        if set::is_member(tx, id, member.id)? {
            return Ok(Outcome::Unchanged);
        }
        // When it joined is not known: perhaps before it left the stock.
        if member.standing.retired.is_some() {
            self.retired.insert(member.tag.to_string());
        }
        set::add_member(tx, id, member.id)?;
        self.touched.add(member.id);
        Ok(Outcome::Created)
    }

    fn finish(&mut self, _tx: &Tx) -> Result<Finish> {
        let runs = std::mem::take(&mut self.touched).joined();
        let about = runs.into_iter().map(|(first, last)| About::Instruments(first, last)).collect();
        Ok(Finish { about, warnings: self.of_retired().into_iter().collect(), ..Finish::default() })
    }
}

impl Sets {
    fn of_retired(&self) -> Option<String> {
        let named: Vec<&str> = self.retired.iter().take(MOST_NAMED).map(String::as_str).collect();
        let (named, more) = (named.join(", "), self.retired.len().saturating_sub(MOST_NAMED));
        match (self.retired.len(), more) {
            (0, _) => None,
            (1, _) => Some(format!("{named} is retired, and goes out with no set any more")),
            (_, 0) => Some(format!("{named} are retired, and go out with no set any more")),
            _ => Some(format!("{named} and {more} more are retired, and go out with no set any more")),
        }
    }
}
