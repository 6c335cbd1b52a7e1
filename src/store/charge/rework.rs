//! Unpaid hire, worked out anew where what somebody is let off has changed.

use anyhow::Result;

use super::{UnpaidHire, set_remitted, unpaid_hires};
use crate::domain::date::AcademicYear;
use crate::domain::money::Pence;
use crate::domain::reference::PersonRef;
use crate::store::db::Tx;
use crate::store::remission;

/// A hire that is worked out anew, and what is remitted of it now.
pub type Reworked = (UnpaidHire, Pence);

/// Works out anew what is remitted of the unpaid hire of a year; says what changed. A remission does not reach back: hire that
/// was raised before its evidence was seen is not let off.
pub fn rework(tx: &Tx, person: PersonRef, year: AcademicYear) -> Result<Vec<Reworked>> {
    let mut changed = Vec::new();
    for hire in unpaid_hires(tx, person, year)? {
        let remissions = remission::of_year(tx, year, Some(hire.raised_on))?;
        let remitted = hire.amount.percent(hire.who.percent(&remissions));
        if remitted != hire.remitted {
            set_remitted(tx, hire.charge, remitted)?;
            changed.push((hire, remitted));
        }
    }
    Ok(changed)
}
