//! What stocktakes found, a row a tag, known by stocktake and tag: whether it was expected when the stocktake began, whether
//! it had left by the desk when it was closed, and when it was scanned.

use anyhow::Result;

use super::{Finish, Intake, Outcome, Round, Row, Terms};
use crate::domain::date::{Date, in_words};
use crate::domain::instrument::free_text;
use crate::domain::setting::parse_yes_no;
use crate::domain::stocktake::Stocktake;
use crate::domain::tag::Tag;
use crate::import::track::{Keys, Runs};
use crate::output::listing::Lister;
use crate::store::journal::About;
use crate::store::stocktake::record::{self, Held};
use crate::store::{Tx, instrument, stocktake};

columns! {
    Stocktake = "stocktake", Tag = "tag", Expected = "expected", LeftSince = "left_since", ScannedOn = "scanned_on",
    Known = "known",
}

pub const KEY: Option<&str> = Some("tag");

/// Why what is on record is left as it is.
const COUNTED: &str = "is not what is on record, and what was counted is never rewritten";

struct Scans {
    terms: Terms,
    seen: Keys<(i64, String)>,
    /// The stocktake looked up last: its tags stand together.
    stocktake: Option<Stocktake>,
    touched: Runs,
}

pub fn begin(_tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Scans { terms, seen: Keys::default(), stocktake: None, touched: Runs::default() })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    record::each_counted(tx, |line| out.row(line))
}

impl Intake for Scans {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let Some(count) = self.stocktake(tx, row)? else {
            return Ok(Outcome::Rejected);
        };
        let Some(typed) = row.read(Column::Tag, |text| free_text("the tag", text)).flatten() else {
            if row.is_sound() {
                row.fault(Column::Tag, "is missing");
            }
            return Ok(Outcome::Rejected);
        };
        if row.repeats(Column::Tag, self.seen.first((count.id, typed.to_ascii_uppercase()), row.line())) {
            return Ok(Outcome::Rejected);
        }
        let found = typed.parse::<Tag>().ok().map(|tag| instrument::find(tx, &tag)).transpose()?.flatten();
        let instrument_id = found.as_ref().map(|found| found.id);
        let Some(new) = read(row, &count, instrument_id.is_some(), self.terms.today) else {
            return Ok(Outcome::Rejected);
        };
        let before = record::held(tx, count.id, &typed, instrument_id)?;
        if before != Held::default() {
            let fields = differing!(before, new; expected, left_since, scanned_on, known);
            if self.terms.update {
                row.fault_each(COLUMNS, &fields, COUNTED);
            }
            if !row.is_sound() {
                return Ok(Outcome::Rejected);
            }
            return self.terms.settle(format!("{typed} in stocktake {}", count.id), fields, || Ok(()));
        }
        if let Some(instrument_id) = instrument_id {
            self.touched.add(instrument_id);
        }
        if let Some(instrument_id) = instrument_id.filter(|_| new.expected) {
            record::expect(tx, count.id, instrument_id, new.left_since)?;
        }
        if let Some(on) = new.scanned_on {
            let known = new.known == Some(true);
            let tag = found.filter(|_| known).map_or(typed, |found| found.tag.to_string());
            stocktake::scan(tx, &count, &tag, instrument_id.filter(|_| known), on)?;
        }
        Ok(Outcome::Created)
    }

    fn finish(&mut self, _tx: &Tx) -> Result<Finish> {
        let runs = std::mem::take(&mut self.touched).joined();
        let about = runs.into_iter().map(|(first, last)| About::Instruments(first, last)).collect();
        Ok(Finish { about, ..Finish::default() })
    }
}

impl Scans {
    fn stocktake(&mut self, tx: &Tx, row: &mut Row<'_>) -> Result<Option<Stocktake>> {
        if row.text(Column::Stocktake).is_empty() {
            row.fault(Column::Stocktake, "is missing");
            return Ok(None);
        }
        let Some(number) = row.read(Column::Stocktake, super::cells::number) else {
            return Ok(None);
        };
        if self.stocktake.as_ref().is_none_or(|last| last.id != number) {
            self.stocktake = record::find(tx, number)?;
        }
        if self.stocktake.is_none() {
            row.fault(Column::Stocktake, "is no stocktake on record; import the stocktakes first");
        }
        Ok(self.stocktake.clone())
    }
}

/// What a row says of a tag, where it can have been so.
fn read(row: &mut Row<'_>, count: &Stocktake, is_known: bool, today: Date) -> Option<Held> {
    let expected = row.read(Column::Expected, parse_yes_no).unwrap_or(false);
    let left_since = row.read(Column::LeftSince, parse_yes_no).unwrap_or(false);
    let scanned_on = row.day(Column::ScannedOn);
    let known = row.read(Column::Known, parse_yes_no).or(scanned_on.map(|_| is_known));
    if expected && !is_known {
        row.fault(Column::Tag, "was expected, and is no instrument on record");
    } else if known == Some(true) && !is_known {
        row.fault(Column::Tag, "was known, and is no instrument on record");
    } else if expected && known == Some(false) {
        row.fault(Column::Known, "does not agree with the rest of the row: what was expected was known");
    }
    if left_since && (!expected || count.closed_on.is_none()) {
        row.fault(Column::LeftSince, "is only of what was expected, once the stocktake is closed");
    }
    if !expected && scanned_on.is_none() && row.is_sound() {
        row.fault_of_row("the tag was neither expected nor scanned");
    }
    if let Some(on) = scanned_on {
        if on < count.started_on {
            row.fault(Column::ScannedOn, format!("is before the stocktake began on {}", in_words(count.started_on)));
        } else if let Some(closed_on) = count.closed_on.filter(|closed_on| on > *closed_on) {
            row.fault(Column::ScannedOn, format!("is after the stocktake was closed on {}", in_words(closed_on)));
        } else if on > today {
            row.fault(Column::ScannedOn, format!("{} has not come yet", in_words(on)));
        }
    }
    let known = known.filter(|_| scanned_on.is_some());
    row.is_sound().then_some(Held { expected, left_since, scanned_on, known })
}
