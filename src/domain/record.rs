//! Records in full, as an export writes them and an import takes them back.

pub mod hub;
mod lending;

pub use lending::{ChargeRecord, RemissionRecord, RepairRecord, RequestRecord, SetRecord};

use super::borrower::BorrowerRef;
use super::date::Date;
use super::fund::FundCode;
use super::instrument::{CategoryCode, TypeCode};
use super::money::Pence;
use super::reference::{LineRef, LoanRef, OrderRef, PersonRef, Urn};
use super::shares::Shares;
use super::text::Name;
use super::words::{
    Basis, Condition, Disposal, FundNature, Group, Judged, Kind, LoanState, Nature, Rule, Scheme, Source,
};
use crate::listing;

pub mod money;

listing! {
    /// One line of `export instruments`.
    pub struct InstrumentRecord<'a> {
        tag: &'a str,
        type_code as "type": &'a str,
        size: &'a str,
        kind: Option<Kind>,
        category: &'a str,
        group: Option<Group>,
        adapted: bool,
        make: &'a str,
        model: &'a str,
        serial: &'a str,
        condition: Condition,
        location: &'a str,
        /// The organisation's name.
        owner: &'a str,
        area: &'a str,
        source: Source,
        acquired_on: Option<Date>,
        cost: Option<Pence>,
        replacement_value: Option<Pence>,
        life_months: Option<i64>,
        /// Parted by semicolons.
        accessories: &'a str,
        note: &'a str,
        purchase_line: Option<LineRef>,
        missing_on: Option<Date>,
        retired_on: Option<Date>,
        disposal: Option<Disposal>,
        proceeds: Option<Pence>,
        authorised_by: &'a str,
        crime_ref: &'a str,
    }
}

listing! {
    /// One line of `export suppliers`.
    pub struct SupplierRecord<'a> {
        name: &'a str,
        /// Parted by semicolons.
        aliases: &'a str,
        framework_lot: &'a str,
    }
}

listing! {
    /// One line of `export plans`.
    pub struct PlanRecord {
        fund: FundCode,
        category: CategoryCode,
        type_code as "type": Option<TypeCode>,
        qty: Option<i64>,
        planned: Pence,
        /// Absent where it stood from the beginning.
        planned_on: Option<Date>,
    }
}

listing! {
    /// One line of `export funds`.
    pub struct FundRecord {
        code: FundCode,
        name: Name,
        nature: FundNature,
        award: Pence,
        from_on: Option<Date>,
        spend_by: Option<Date>,
        /// Whether the deadline was moved, and what it was at first.
        extended: bool,
        first_spend_by: Option<Date>,
    }
}

listing! {
    /// One line of `export policies`.
    pub struct PolicyRecord {
        effective_on: Date,
        threshold: Pence,
        basis: Basis,
        min_life_months: i64,
    }
}

listing! {
    /// One line of `export purchases`.
    pub struct PurchaseRecord<'a> {
        /// As it was last coded: one fund, or several with their shares.
        fund: Shares,
        order: OrderRef,
        line: LineRef,
        order_date: Option<Date>,
        invoice_date: Option<Date>,
        invoice_no: &'a str,
        paid_on: Option<Date>,
        supplier: &'a str,
        description: &'a str,
        nature: Nature,
        type_code as "type": &'a str,
        size: &'a str,
        kind: Option<Kind>,
        category: &'a str,
        group: Option<Group>,
        adapted: bool,
        area: &'a str,
        qty: i64,
        line_net: Pence,
        line_vat: Pence,
        vat_rate: Option<i64>,
        vat_recoverable: bool,
        received_on: Option<Date>,
        reference: &'a str,
        off_framework: &'a str,
        override_reason as "override": &'a str,
        override_on: Option<Date>,
        override_rule: Option<Rule>,
        /// The day of the invoice that added it, where it was not ordered.
        added_on: Option<Date>,
        /// Of a line that was moved since: what bore it at first.
        first_fund: Option<Shares>,
        first_category: &'a str,
        /// Of the invoice that billed all of it: which one it is, and how it was judged.
        entry: Option<i64>,
        number_key: &'a str,
        policy: Option<Date>,
        judgement: Option<Judged>,
        judged_on: Option<Date>,
        /// It stood on record, so the funds were asked when it was recorded.
        recorded: bool,
        /// What a row of a file without references said, so that it is known again.
        import_key: &'a str,
    }
}

listing! {
    /// One line of `export loans`.
    pub struct LoanRecord<'a> {
        loan: LoanRef,
        tag: &'a str,
        scheme: Scheme,
        borrower: Option<BorrowerRef>,
        hirer: Option<PersonRef>,
        out_on: Date,
        due_on: Date,
        returned_on: Option<Date>,
        state: LoanState,
        note: &'a str,
        outer: Option<LoanRef>,
        pupils: Option<i64>,
        year_group: &'a str,
        /// A person's school on the day of the hand-over.
        school_urn: Option<Urn>,
        lost_on: Option<Date>,
        voided_on: Option<Date>,
        returned_condition: Option<Condition>,
        returned_at: &'a str,
        missing: &'a str,
        /// The name of the set it went out with.
        set: &'a str,
        /// The first loan of the same hand-over, where that is another.
        batch: Option<LoanRef>,
    }
}

/// Names as one cell: parted by semicolons, so that a name may have a comma.
pub fn join_names(names: &[String]) -> String {
    match names {
        [only] if only.contains(',') => format!("{only};"),
        _ => names.join("; "),
    }
}

/// The names in one cell: parted by semicolons or, where it has none, by commas.
pub fn split_names(text: &str) -> impl Iterator<Item = &str> {
    let separator = if text.contains(';') { ';' } else { ',' };
    text.split(separator).map(str::trim).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_share_a_cell() {
        for names in [vec!["bow", "case"], vec!["rosin, cake"], vec!["case"], vec![]] {
            let names: Vec<String> = names.into_iter().map(str::to_string).collect();
            assert_eq!(split_names(&join_names(&names)).collect::<Vec<_>>(), names);
        }
        assert_eq!(split_names("case, bow").collect::<Vec<_>>(), ["case", "bow"]);
    }
}
