//! What of a hub belongs to no instrument, loan or pound, as an export writes it and an import takes it back.

use crate::domain::borrower::BorrowerRef;
use crate::domain::date::Date;
use crate::domain::person::{PersonLine, YearGroup};
use crate::domain::reference::{LoanRef, MessageRef, PersonRef, Urn};
use crate::domain::words::{ReminderState, Role, Route, Scheme, Stage};
use crate::listing;

listing! {
    /// One line of `export settings`.
    pub struct SettingRecord {
        setting: &'static str,
        value: String,
    }
}

listing! {
    /// One line of `export schemes`.
    pub struct SchemeRecord {
        scheme: Scheme,
        length: String,
        /// The text of its agreements, where the hub has its own.
        agreement: Option<String>,
    }
}

listing! {
    /// One line of `export numbers`.
    pub struct NumberRecord<'a> {
        noun: &'a str,
        last: i64,
    }
}

listing! {
    /// One line of `export people`.
    pub struct PersonRecord<'a> {
        person: PersonRef,
        name: &'a str,
        role: Role,
        school_urn: Option<Urn>,
        year_group: Option<YearGroup>,
        hirer: Option<PersonRef>,
        email: &'a str,
        phone: &'a str,
        address: &'a str,
        /// References that were merged into this one, parted by semicolons.
        merged: String,
        erased_on: Option<Date>,
    }
}

impl<'a> PersonRecord<'a> {
    pub fn of(line: &PersonLine<'a>, merged: &[PersonRef], erased_on: Option<Date>) -> PersonRecord<'a> {
        PersonRecord {
            person: line.person,
            name: line.name,
            role: line.role,
            school_urn: line.school_urn,
            year_group: line.year_group,
            hirer: line.hirer,
            email: line.email,
            phone: line.phone,
            address: line.address,
            merged: merged.iter().map(PersonRef::to_string).collect::<Vec<_>>().join("; "),
            erased_on,
        }
    }
}

listing! {
    /// One line of `export ladder`.
    pub struct LadderRecord<'a> {
        stage: Stage,
        days: i64,
        /// The text of its messages, where the hub has its own.
        template: &'a str,
        copy_to: &'a str,
    }
}

listing! {
    /// One line of `export holds`.
    pub struct HoldRecord<'a> {
        loan: LoanRef,
        until: Date,
        reason: &'a str,
        held_on: Date,
    }
}

listing! {
    /// One line of `export messages`.
    pub struct MessageRecord<'a> {
        message: MessageRef,
        contact: Option<BorrowerRef>,
        route: Route,
        address: &'a str,
        claimed_at: &'a str,
        claimed_on: Date,
        settled_at: &'a str,
        answer: &'a str,
        refused_on: Option<Date>,
        told_on: Option<Date>,
    }
}

listing! {
    /// One line of `export reminders`.
    pub struct ReminderRecord {
        loan: LoanRef,
        due_on: Date,
        stage: Stage,
        state: ReminderState,
        message: Option<MessageRef>,
    }
}

listing! {
    /// One line of `export stocktakes`.
    pub struct StocktakeRecord<'a> {
        stocktake: i64,
        location: &'a str,
        started_on: Date,
        closed_on: Option<Date>,
    }
}

listing! {
    /// One line of `export stocktake-scans`: a tag that was expected, scanned, or both.
    pub struct CountedRecord<'a> {
        stocktake: i64,
        tag: &'a str,
        expected: bool,
        /// Whether it had left by the desk when the stocktake was closed.
        left_since: bool,
        scanned_on: Option<Date>,
        /// Whether an instrument bore the tag when it was scanned; absent where it was not.
        known: Option<bool>,
    }
}
