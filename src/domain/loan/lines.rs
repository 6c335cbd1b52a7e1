//! The listings of loans.

use crate::domain::borrower::BorrowerRef;
use crate::domain::date::Date;
use crate::domain::money::Pence;
use crate::domain::reference::{LoanRef, PersonRef, Urn};
use crate::domain::words::{LoanState, Stage};
use crate::listing;

listing! {
    /// One line of `loan list`.
    pub struct LoanLine<'a> {
        loan: LoanRef,
        tag: &'a str,
        type_code as "type": &'a str,
        size: &'a str,
        scheme: &'a str,
        borrower: Option<BorrowerRef>,
        borrower_name: &'a str,
        hirer: Option<PersonRef>,
        hirer_name: &'a str,
        school_urn: Option<Urn>,
        school: &'a str,
        set: &'a str,
        out_on: Date,
        due_on: Date,
        returned_on: Option<Date>,
        state: LoanState,
        /// For an open loan; nought on the due day and before.
        days_late: Option<i64>,
    }
}

listing! {
    /// One line of `overdue`.
    pub struct OverdueLine<'a> {
        loan: LoanRef,
        tag: &'a str,
        type_code as "type": &'a str,
        size: &'a str,
        serial: &'a str,
        borrower: Option<BorrowerRef>,
        borrower_name: &'a str,
        contact_name: &'a str,
        contact_email: &'a str,
        school_urn: Option<Urn>,
        school: &'a str,
        out_on: Date,
        due_on: Date,
        days_late: i64,
        stage: Option<Stage>,
        last_reminder_on: Option<Date>,
        replacement_value: Option<Pence>,
    }
}
