//! Cells that name somebody or something on record: whoever borrows or pays, an instrument, a loan; and days.

use anyhow::Result;

use super::Row;
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::{Date, in_words};
use crate::domain::instrument::Instrument;
use crate::domain::reference::LoanRef;
use crate::domain::tag::Tag;
use crate::store::loan::Found;
use crate::store::{Tx, instrument, loan, party};

/// The person, school or organisation that a cell names; an empty one names nobody.
pub fn borrower_of(tx: &Tx, row: &mut Row<'_>, column: impl Into<usize>) -> Result<Option<BorrowerRef>> {
    let column = column.into();
    let typed = row.text(column);
    if typed.is_empty() { Ok(None) } else { row.found(column, party::borrower_named(tx, &typed, |_| false)) }
}

/// The instrument whose tag a cell holds.
pub fn instrument_of(tx: &Tx, row: &mut Row<'_>, column: impl Into<usize>) -> Result<Option<Instrument>> {
    let column = column.into();
    let Some(tag) = row.parse::<Tag>(column) else {
        return Ok(None);
    };
    let found = instrument::find(tx, &tag)?;
    if found.is_none() {
        row.fault(column, "is no instrument on record");
    }
    Ok(found)
}

/// The loan whose reference a cell holds.
pub fn loan_of(tx: &Tx, row: &mut Row<'_>, column: impl Into<usize>) -> Result<Option<(LoanRef, Found)>> {
    let column = column.into();
    let Some(reference) = row.parse::<LoanRef>(column) else {
        return Ok(None);
    };
    Ok(row.found(column, loan::get(tx, reference))?.map(|found| (reference, found)))
}

/// Notes a fault where a cell is empty that a new record cannot do without.
pub fn needed(row: &mut Row<'_>, column: impl Into<usize>) {
    let column = column.into();
    if row.text(column).is_empty() {
        row.fault(column, "is missing");
    }
}

/// Notes a fault where a day has not come yet.
pub fn passed(row: &mut Row<'_>, column: impl Into<usize>, day: Option<Date>, today: Date) {
    if let Some(day) = day.filter(|day| *day > today) {
        row.fault(column, format!("{} has not come yet", in_words(day)));
    }
}
