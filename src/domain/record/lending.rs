//! What goes with lending: sets, requests, repairs, remissions and charges, a row each.

use crate::domain::borrower::BorrowerRef;
use crate::domain::date::{AcademicYear, Date};
use crate::domain::money::Pence;
use crate::domain::reference::{ChargeRef, LoanRef, PersonRef, RepairRef, RequestRef};
use crate::domain::text::Name;
use crate::domain::words::{ChargeType, Payer, RepairOutcome};
use crate::listing;

listing! {
    /// One line of `export sets`: an instrument of a set. A set of none has one line without a tag.
    pub struct SetRecord<'a> {
        set: &'a str,
        tag: &'a str,
    }
}

listing! {
    /// One line of `export remissions`.
    pub struct RemissionRecord {
        person: PersonRef,
        academic_year: AcademicYear,
        percent: i64,
        band: Name,
        seen_on: Option<Date>,
    }
}

listing! {
    /// One line of `export requests`.
    pub struct RequestRecord<'a> {
        request: RequestRef,
        type_code as "type": &'a str,
        size: &'a str,
        borrower: Option<BorrowerRef>,
        asked_on: Date,
        note: &'a str,
        /// What was offered last, unless it was taken off since.
        tag: &'a str,
        offered_on: Option<Date>,
        lapses_on: Option<Date>,
        /// The loan that answered it.
        loan: Option<LoanRef>,
        cancelled_on: Option<Date>,
    }
}

listing! {
    /// One line of `export repairs`.
    pub struct RepairRecord<'a> {
        repair: RepairRef,
        tag: &'a str,
        /// The organisation's name.
        repairer: &'a str,
        sent_on: Date,
        back_by: Option<Date>,
        fault: &'a str,
        back_on: Option<Date>,
        cost: Option<Pence>,
        outcome: Option<RepairOutcome>,
        payer: Option<Payer>,
    }
}

listing! {
    /// One line of `export charges`.
    pub struct ChargeRecord<'a> {
        charge: ChargeRef,
        loan: LoanRef,
        /// Who pays: a person, a school or an organisation.
        payer as "person": Option<BorrowerRef>,
        charge_type: ChargeType,
        period: &'a str,
        term: &'a str,
        academic_year: AcademicYear,
        amount: Pence,
        remitted: Pence,
        raised_on: Date,
        due_on: Date,
        paid_on: Option<Date>,
        waived_on: Option<Date>,
        note: &'a str,
    }
}
