//! The listings of charges, rates and remissions.

use super::{Charge, state};
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::{AcademicYear, Date};
use crate::domain::money::Pence;
use crate::domain::reference::{ChargeRef, LoanRef, PersonRef};
use crate::domain::text::Name;
use crate::domain::words::{ChargeState, ChargeType, Family, RateUnit, Scheme};
use crate::listing;

listing! {
    /// One line of `charge list`: `amount − remitted` is owed.
    pub struct ChargeLine<'a> {
        charge: ChargeRef,
        loan: LoanRef,
        /// Who pays: a person, a school or an organisation.
        payer as "person": Option<BorrowerRef>,
        payer_name as "person_name": &'a str,
        charge_type: ChargeType,
        term: &'a str,
        amount: Pence,
        remitted: Pence,
        paid: Pence,
        due_on: Date,
        state: ChargeState,
    }
}

impl ChargeLine<'_> {
    /// The line of one charge.
    pub fn of(charge: &Charge) -> ChargeLine<'_> {
        ChargeLine {
            charge: charge.charge,
            loan: charge.loan,
            payer: Some(charge.payer),
            payer_name: &charge.payer_name,
            charge_type: charge.charge_type,
            term: charge.term.as_deref().unwrap_or_default(),
            amount: charge.amount,
            remitted: charge.remitted,
            paid: charge.paid_on.map_or(Pence::ZERO, |_| charge.payable()),
            due_on: charge.due_on,
            state: state(charge.amount, charge.remitted, charge.paid_on, charge.waived_on),
        }
    }
}

listing! {
    /// One line of `rate list`.
    pub struct RateLine {
        scheme: Scheme,
        family: Option<Family>,
        per: RateUnit,
        amount: Pence,
    }
}

listing! {
    /// One line of `remission list`.
    pub struct RemissionLine<'a> {
        person: PersonRef,
        person_name: &'a str,
        academic_year: AcademicYear,
        percent: i64,
        band: Name,
        seen_on: Option<Date>,
    }
}
