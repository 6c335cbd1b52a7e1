//! Unpaid hire, worked out anew where what somebody is let off has changed.

use anyhow::Result;

use crate::commands::Desk;
use crate::domain::date::{AcademicYear, Date};
use crate::domain::money::Pence;
use crate::domain::reference::{ChargeRef, PersonRef};
use crate::store::charge::{self as charges, UnpaidHire};
use crate::store::journal::About;
use crate::store::{Tx, remission};

/// A hire that is worked out anew, and what is remitted of it now.
pub type Reworked = (UnpaidHire, Pence);

/// Works out anew what is remitted of the unpaid hire of a year; says what changed. A remission does not reach back: hire that
/// was raised before its evidence was seen is not let off.
pub fn rework(tx: &Tx, person: PersonRef, year: AcademicYear) -> Result<Vec<Reworked>> {
    let mut changed = Vec::new();
    for hire in charges::unpaid_hires(tx, person, year)? {
        let remissions = remission::of_year(tx, year, Some(hire.raised_on))?;
        let remitted = hire.amount.percent(hire.who.percent(&remissions));
        if remitted != hire.remitted {
            charges::set_remitted(tx, hire.charge, remitted)?;
            changed.push((hire, remitted));
        }
    }
    Ok(changed)
}

/// The unpaid hire of a year that was raised before a day.
pub fn raised_before(tx: &Tx, person: PersonRef, year: AcademicYear, day: Date) -> Result<Vec<ChargeRef>> {
    let hires = charges::unpaid_hires(tx, person, year)?;
    Ok(hires.into_iter().filter(|hire| hire.raised_on < day).map(|hire| hire.charge).collect())
}

/// The same for every year of which they have unpaid hire.
pub fn every_year(tx: &Tx, person: PersonRef) -> Result<Vec<Reworked>> {
    let mut changed = Vec::new();
    for year in charges::years_of_unpaid_hire(tx, person)? {
        changed.extend(rework(tx, person, year)?);
    }
    Ok(changed)
}

/// Everything it concerns.
pub fn about(reworked: &[Reworked]) -> impl Iterator<Item = About> {
    reworked.iter().flat_map(|(hire, _)| {
        [
            About::charge(hire.charge),
            About::loan(hire.loan),
            About::instrument(hire.instrument_id),
            About::borrower(hire.who.borrower),
            About::borrower(hire.who.payer()),
        ]
    })
}

/// Says what is owed of each now.
pub fn tell(desk: &mut Desk<'_, '_>, reworked: &[Reworked]) -> Result<()> {
    reworked.iter().try_for_each(|(hire, remitted)| {
        let (left, amount) = ((hire.amount - *remitted).in_words(), hire.amount.in_words());
        let before = (hire.amount - hire.remitted).in_words();
        desk.say(format!(
            "{} for {} is worked out anew: {left} of {amount} is owed (was {before}).",
            hire.charge, hire.loan
        ))
    })
}
