//! Instruments: known by their tag. A row without one gets the next free tag of its type.

use std::collections::HashMap;

use anyhow::Result;

use super::{Finish, Intake, Outcome, Round, Row, Terms};
use crate::domain::date::Date;
use crate::domain::instrument::{Details, Instrument, InstrumentRefusal, Retirement, Standing, TypeCode};
use crate::domain::purchase::{ClosedPeriod, revalued_on};
use crate::domain::tag::Tag;
use crate::domain::text::Name;
use crate::import::track::{Keys, Runs};
use crate::output::listing::Lister;
use crate::store::journal::About;
use crate::store::{Tx, instrument, record, setting};

mod read;
mod sizes;
mod untagged;

pub use read::COLUMNS;
use read::{Column, Known};
use sizes::OddSizes;
use untagged::Untagged;

pub const KEY: Option<&str> = None;

/// All that is written of an instrument but its tag.
#[derive(Clone, Debug, PartialEq)]
struct Whole {
    details: Details,
    /// The purchase line it was bought on, by its number in the file.
    line: Option<i64>,
    missing_on: Option<Date>,
    retirement: Option<Retirement>,
}

struct Instruments {
    terms: Terms,
    seen: Keys<String>,
    touched: Runs,
    known: Known,
    untagged: Untagged,
    odd_sizes: OddSizes,
    /// Whether the hub had instruments before: if not, only this file's tags are taken.
    had_some: bool,
    closed: ClosedPeriod,
}

pub fn begin(tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Instruments {
        terms,
        seen: Keys::default(),
        touched: Runs::default(),
        known: Known::default(),
        untagged: Untagged::default(),
        odd_sizes: OddSizes::default(),
        had_some: instrument::any(tx)?,
        closed: setting::closed_to_files(tx)?,
    })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    record::each_instrument(tx, |line| out.row(line))
}

impl Intake for Instruments {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, round: Round) -> Result<Outcome> {
        let tag: Option<Tag> = row.parse(Column::Tag);
        let Some(tag) = tag else {
            // The tags that are given come first, so that none is given out that a later row bears.
            let waits = row.has(Column::Tag) && row.is_sound() && round.first;
            return if waits { Ok(Outcome::Waits) } else { self.take_untagged(tx, row) };
        };
        if row.repeats(Column::Tag, self.seen.first(tag.key(), row.line())) {
            // What else is wrong with the row is told with it.
            self.known.read(tx, row, None, self.terms.today)?;
            return Ok(Outcome::Rejected);
        }
        let before = if self.had_some { instrument::find(tx, &tag)? } else { None };
        let Some(before) = before else {
            let whole = self.known.read(tx, row, None, self.terms.today)?;
            return whole.map_or(Ok(Outcome::Rejected), |whole| self.create(tx, row, &tag, &whole));
        };
        self.compare(tx, row, before)
    }

    fn finish(&mut self, _tx: &Tx) -> Result<Finish> {
        let runs = std::mem::take(&mut self.touched).joined();
        let about = runs.into_iter().map(|(first, last)| About::Instruments(first, last)).collect();
        Ok(Finish { about, warnings: self.untagged.remark().into_iter().chain(self.odd_sizes.remarks()).collect(), ..Finish::default() })
    }
}

impl Instruments {
    /// A row without a tag: one on record that is alike and not yet spoken of, else a new one.
    fn take_untagged(&mut self, tx: &Tx, row: &mut Row<'_>) -> Result<Outcome> {
        let Some(whole) = self.known.read(tx, row, None, self.terms.today)? else {
            return Ok(Outcome::Rejected);
        };
        while let Some(tag) = self.untagged.alike(tx, &whole.details, self.had_some)? {
            let spoken_of = self.seen.first(tag.key(), row.line()).is_some();
            if let Some(before) = if spoken_of { None } else { instrument::find(tx, &tag)? } {
                self.untagged.matched(&tag);
                return self.compare(tx, row, before);
            }
        }
        let tag = instrument::next_tag(tx, &whole.details.type_code)?;
        self.seen.first(tag.key(), row.line());
        self.create(tx, row, &tag, &whole)
    }

    /// Notes a fault where a row would change the value of the stock in a period that is closed.
    fn is_closed(&self, row: &mut Row<'_>, on: Option<Date>) -> bool {
        let closed = on.map(|on| self.closed.judge(on, false)).and_then(Result::err);
        if let Some(refusal) = &closed {
            row.fault_of_row(format!("{refusal}; at the desk it can be entered with --override"));
        }
        closed.is_some()
    }

    fn create(&mut self, tx: &Tx, row: &mut Row<'_>, tag: &Tag, whole: &Whole) -> Result<Outcome> {
        if self.is_closed(row, whole.details.acquired_on.filter(|_| whole.details.cost.is_some())) {
            return Ok(Outcome::Rejected);
        }
        let name = self.known.type_name(&whole.details.type_code);
        let id = instrument::add(tx, tag, &whole.details, &name, whole.line)?;
        if whole.missing_on.is_some() {
            instrument::set_missing(tx, id, whole.missing_on)?;
        }
        if let Some(retirement) = &whole.retirement {
            instrument::retire(tx, id, retirement)?;
        }
        self.touched.add(id);
        self.odd_sizes.note(tx, &whole.details)?;
        Ok(Outcome::Created)
    }

    fn compare(&mut self, tx: &Tx, row: &mut Row<'_>, held: Instrument) -> Result<Outcome> {
        let Instrument { id, tag, details, standing } = held.clone();
        let before = Whole {
            details,
            line: if row.has(Column::PurchaseLine) { instrument::bought_on(tx, id)?.map(|(line_id, _)| line_id) } else { None },
            missing_on: standing.missing_on,
            retirement: if standing.retired.is_some() { record::retirement(tx, id)? } else { None },
        };
        let Some(after) = self.known.read(tx, row, Some(&before), self.terms.today)? else {
            return Ok(Outcome::Rejected);
        };
        if leaves(row, &tag, &standing, &before, &after) {
            return Ok(Outcome::Rejected);
        }
        let leaves_on = after.retirement.as_ref().filter(|_| before.retirement != after.retirement).map(|how| how.on);
        if self.terms.update && self.is_closed(row, revalued_on(&held, &after.details).into_iter().chain(leaves_on).min()) {
            return Ok(Outcome::Rejected);
        }
        let name = self.known.type_name(&after.details.type_code);
        let outcome = self.terms.settle(&tag, changes(&before, &after), || {
            write(tx, Instrument { id, tag: tag.clone(), details: after.details.clone(), standing }, &name, &before, &after)
        })?;
        if matches!(outcome, Outcome::Updated { .. }) {
            self.touched.add(id);
            if before.details.size != after.details.size {
                self.odd_sizes.note(tx, &after.details)?;
            }
        }
        Ok(outcome)
    }
}

/// Notes a fault where an instrument would leave the stock, or come back to it, in a way that the desk refuses.
fn leaves(row: &mut Row<'_>, tag: &Tag, standing: &Standing, before: &Whole, after: &Whole) -> bool {
    match (&before.retirement, &after.retirement) {
        (Some(how), None) => {
            let refusal = InstrumentRefusal::Retired { tag: tag.clone(), on: how.on, disposal: how.disposal };
            row.fault(Column::RetiredOn, format!("{refusal}, and stays so"));
        }
        (None, Some(_)) if standing.on_loan => row.fault(Column::RetiredOn, format!("{tag} is on loan; take it back first")),
        _ => {}
    }
    !row.is_sound()
}

fn write(tx: &Tx, changed: Instrument, name: &Name, before: &Whole, after: &Whole) -> Result<()> {
    instrument::update(tx, &changed, name)?;
    if before.line != after.line {
        record::tie(tx, changed.id, after.line)?;
    }
    if before.missing_on != after.missing_on {
        instrument::set_missing(tx, changed.id, after.missing_on)?;
    }
    match &after.retirement {
        Some(retirement) if before.retirement != after.retirement => instrument::retire(tx, changed.id, retirement),
        _ => Ok(()),
    }
}

/// The columns in which an instrument would change.
fn changes(before: &Whole, after: &Whole) -> Vec<&'static str> {
    let mut fields = differing!(before.details, after.details; type_code as "type", size, kind, category, group, adapted, make,
        model, serial, condition, location, owner, area, source, acquired_on, cost, replacement_value, life_months, accessories, note);
    fields.extend(differing!(before, after; line as "purchase_line", missing_on));
    if let (Some(before), Some(after)) = (&before.retirement, &after.retirement) {
        fields.extend(differing!(before, after; on as "retired_on", disposal, proceeds, authorised_by, crime_ref));
    } else if before.retirement != after.retirement {
        fields.push("retired_on");
    }
    fields
}

/// Names of types by code, filled as rows name them.
type TypeNames = HashMap<TypeCode, Name>;
