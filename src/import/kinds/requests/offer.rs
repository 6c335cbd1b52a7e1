//! An instrument that a row says is offered to an open request.

use anyhow::Result;

use super::{Column, wanted};
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::Date;
use crate::domain::instrument::Standing;
use crate::domain::loan::{OpenLoans, Party};
use crate::domain::reference::RequestRef;
use crate::domain::request::{Recorded, Request, offer};
use crate::domain::words::{Condition, Role, SchoolStatus};
use crate::import::kinds::Row;
use crate::store::{Tx, instrument, loan, request};

/// Judges an offer by the rule of the desk. Of one that stands, size, condition and a repair may have come since and say
/// nothing against it; of one that has lapsed, all but the type may.
pub(super) fn judge(
    tx: &Tx,
    row: &mut Row<'_>,
    own: Option<RequestRef>,
    told: &Recorded,
    today: Date,
) -> Result<()> {
    let Some(mut found) = told.tag.as_ref().map(|tag| instrument::find(tx, tag)).transpose()?.flatten() else {
        return Ok(());
    };
    let stands = told.is_offered(today);
    let of_type = wanted(tx, &Recorded { type_code: found.details.type_code.clone(), ..told.clone() })?;
    found.details.condition = Condition::Good;
    found.details.size.clone_from(&told.size);
    found.standing = match stands {
        true => Standing { retired: found.standing.retired, missing_on: found.standing.missing_on, ..Standing::default() },
        false => Standing::default(),
    };
    let open = if stands { loan::open(tx, found.id)? } else { OpenLoans::default() };
    let id = own.unwrap_or(RequestRef::new(0));
    let asked = Request {
        id,
        wanted: wanted(tx, told)?,
        borrower: told.borrower,
        borrower_name: String::new(),
        asked_on: told.asked_on,
        note: None,
        offer: None,
        loan: None,
        cancelled_on: None,
    };
    if let Err(refusal) = offer(&asked, &party(told.borrower, String::new()), &found, &of_type.type_name, &open, today) {
        row.fault(Column::Tag, refusal);
    } else if let Some(other) = request::naming(tx, found.id, own)? {
        row.fault(Column::Tag, format!("is offered to {other} already, and to one at a time"));
    }
    Ok(())
}

/// Whoever asks, as the rules of the queue see them. A school that has closed since was open then.
pub(super) fn party(borrower: BorrowerRef, name: String) -> Party {
    match borrower {
        BorrowerRef::School(urn) => Party::School { urn, name, status: SchoolStatus::Open },
        BorrowerRef::Organisation(reference) => Party::Organisation { reference, name },
        BorrowerRef::Person(reference) => {
            Party::Person { reference, name, role: Role::Adult, school: None, hirer: None }
        }
    }
}
