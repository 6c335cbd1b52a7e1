//! Made-up facts for the tests of swaps and transfers.

use super::{HeldTerms, Hirer, OpenLoan, Party};
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::Date;
use crate::domain::instrument::{Details, Instrument, Standing, TypeCode};
use crate::domain::reference::{LoanRef, PersonRef, Urn};
use crate::domain::words::{Role, Scheme, SchoolStatus};

/// A day of November 2026; the 31st is in the month after.
pub fn day(day: i8) -> Date {
    if day == 31 { Date::constant(2026, 12, 1) } else { Date::constant(2026, 11, day) }
}

pub fn today() -> Date {
    day(22)
}

pub fn instrument(id: i64) -> Instrument {
    Instrument {
        id,
        tag: format!("VN-{id:04}").parse().expect("a tag"),
        details: Details::of_type(TypeCode::from_record("VN")),
        standing: Standing::default(),
    }
}

/// An open loan that is due on the 28th.
pub fn loan(number: i64, borrower: BorrowerRef, out_on: Date) -> OpenLoan {
    OpenLoan { loan: LoanRef::new(number), borrower, borrower_name: "Somebody".into(), out_on, due_on: day(28) }
}

pub fn school() -> Party {
    Party::School { urn: Urn::new(100_001), name: "St Thomas".into(), status: SchoolStatus::Open }
}

pub fn pupil(hirer: Option<PersonRef>) -> Party {
    let (reference, school) = (PersonRef::new(2), Some(Urn::new(100_001)));
    Party::Person { reference, name: "Ana Ruiz".into(), role: Role::Pupil, school, hirer }
}

pub fn adult() -> Hirer {
    Hirer { reference: PersonRef::new(1), name: "Luis Ruiz".into(), role: Role::Adult }
}

/// The terms of a class set's loan.
pub fn held(hirer: Option<Hirer>) -> HeldTerms {
    HeldTerms {
        scheme: Scheme::ClassSet,
        school: Some(Urn::new(100_001)),
        hirer,
        pupils: None,
        year_group: None,
        note: Some("by the door".into()),
        set: Some(7),
        hand_over: LoanRef::new(3),
    }
}
