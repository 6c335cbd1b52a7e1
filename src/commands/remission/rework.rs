//! Unpaid hire, worked out anew where what somebody is let off has changed.

use anyhow::Result;

use crate::commands::Desk;
use crate::domain::date::{AcademicYear, Date};
use crate::domain::reference::{ChargeRef, PersonRef};
use crate::store::Tx;
use crate::store::charge as charges;
use crate::store::journal::About;

pub use crate::store::charge::{Reworked, rework};

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
