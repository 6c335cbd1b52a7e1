//! The register of assets, and what left it.

use super::Worth;
use crate::domain::date::Date;
use crate::domain::money::Pence;
use crate::domain::policy::CapitalResult;
use crate::domain::reference::OrderRef;
use crate::domain::shares::Shares;
use crate::domain::words::{Availability, Condition, Disposal, Family};
use crate::listing;

/// An instrument as the register of a day names it, borrowed from its record.
#[derive(Clone, Copy, Debug)]
pub struct Asset<'a> {
    pub tag: &'a str,
    pub type_code: &'a str,
    pub family: Family,
    pub description: &'a str,
    pub serial: &'a str,
    pub location: &'a str,
    pub owner: &'a str,
    pub area: &'a str,
    /// The funds that bear its purchase line; none where it was not bought on one.
    pub shares: Option<&'a Shares>,
    pub order: Option<OrderRef>,
    pub supplier: &'a str,
    pub worth: Worth,
    /// What it had cost by the earlier day that was asked for.
    pub cost_before: Option<Pence>,
    pub condition: Condition,
    pub availability: Availability,
    pub disposal: Option<Disposal>,
    pub proceeds: Option<Pence>,
    pub authorised_by: &'a str,
    pub crime_ref: &'a str,
    pub make: &'a str,
    pub model: &'a str,
    pub category: &'a str,
    /// That of its purchase line; empty where it has none.
    pub line_category: &'a str,
    pub capital_result: Option<CapitalResult<'a>>,
}

impl<'a> Asset<'a> {
    /// Its row in the register as at a day: what left later is held.
    pub fn line(&self, as_at: Date) -> AssetLine<'a> {
        let gone = self.worth.is_disposed_of(as_at);
        AssetLine {
            tag: self.tag,
            type_code: self.type_code,
            description: self.description,
            serial: self.serial,
            location: self.location,
            owner: self.owner,
            area: self.area,
            fund: self.shares.cloned(),
            order: self.order,
            supplier: self.supplier,
            acquired_on: self.worth.acquired_on,
            cost: self.worth.cost,
            life_months: Some(self.worth.life_months),
            book_value: self.worth.book_value(as_at),
            condition: Some(self.condition),
            availability: Some(self.availability),
            disposed_on: self.worth.disposed_on.filter(|_| gone),
            disposal: self.disposal.filter(|_| gone),
            proceeds: self.proceeds.filter(|_| gone),
            make: self.make,
            model: self.model,
            category: self.category,
            capital_result: self.capital_result,
        }
    }

    /// Its row among what left, with the book value given up and what was made of it.
    pub fn disposal_line(&self) -> DisposalLine<'a> {
        let given_up = self.worth.book_value_given_up();
        DisposalLine {
            tag: self.tag,
            type_code: self.type_code,
            description: self.description,
            serial: self.serial,
            fund: self.shares.cloned(),
            order: self.order,
            acquired_on: self.worth.acquired_on,
            cost: self.worth.cost,
            disposed_on: self.worth.disposed_on,
            disposal: self.disposal,
            book_value_given_up: given_up,
            proceeds: self.proceeds,
            gain: given_up.map(|given_up| self.proceeds.unwrap_or_default() - given_up),
            authorised_by: self.authorised_by,
            crime_ref: self.crime_ref,
        }
    }
}

listing! {
    /// One line of `report assets`.
    pub struct AssetLine<'a> {
        tag: &'a str,
        type_code as "type": &'a str,
        description: &'a str,
        serial: &'a str,
        location: &'a str,
        owner: &'a str,
        area: &'a str,
        fund: Option<Shares>,
        order: Option<OrderRef>,
        supplier: &'a str,
        acquired_on: Option<Date>,
        cost: Option<Pence>,
        life_months: Option<i64>,
        book_value: Option<Pence>,
        condition: Option<Condition>,
        availability: Option<Availability>,
        disposed_on: Option<Date>,
        disposal: Option<Disposal>,
        proceeds: Option<Pence>,
        make: &'a str,
        model: &'a str,
        category: &'a str,
        capital_result: Option<CapitalResult<'a>>,
    }
}

impl AssetLine<'_> {
    /// The row that sums the register up.
    pub fn total(cost: Pence, book_value: Pence, proceeds: Pence) -> AssetLine<'static> {
        AssetLine {
            tag: "total",
            type_code: "",
            description: "",
            serial: "",
            location: "",
            owner: "",
            area: "",
            fund: None,
            order: None,
            supplier: "",
            acquired_on: None,
            cost: Some(cost),
            life_months: None,
            book_value: Some(book_value),
            condition: None,
            availability: None,
            disposed_on: None,
            disposal: None,
            proceeds: Some(proceeds),
            make: "",
            model: "",
            category: "",
            capital_result: None,
        }
    }
}

listing! {
    /// One line of what left the register, in the auditor's pack.
    pub struct DisposalLine<'a> {
        tag: &'a str,
        type_code as "type": &'a str,
        description: &'a str,
        serial: &'a str,
        fund: Option<Shares>,
        order: Option<OrderRef>,
        acquired_on: Option<Date>,
        cost: Option<Pence>,
        disposed_on: Option<Date>,
        disposal: Option<Disposal>,
        book_value_given_up: Option<Pence>,
        proceeds: Option<Pence>,
        /// Below nought for a loss.
        gain: Option<Pence>,
        authorised_by: &'a str,
        crime_ref: &'a str,
    }
}
