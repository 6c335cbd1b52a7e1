//! Records of a fund's and a purchase's life in full, as an export writes them and an import takes them back.

use crate::domain::date::Date;
use crate::domain::fund::FundCode;
use crate::domain::money::Pence;
use crate::domain::reference::LineRef;
use crate::domain::shares::Shares;
use crate::domain::text::Name;
use crate::domain::words::{Judged, Rule};
use crate::listing;

listing! {
    /// One line of `export fund-payments`.
    pub struct FundPaymentRecord {
        fund: FundCode,
        amount: Pence,
        promised_on: Option<Date>,
        received_on: Option<Date>,
    }
}

listing! {
    /// One line of `export fund-shares`.
    pub struct FundShareRecord {
        fund: FundCode,
        area: Name,
        amount: Pence,
    }
}

listing! {
    /// One line of `export fund-extensions`.
    pub struct FundExtensionRecord {
        fund: FundCode,
        extended_on: Date,
        spend_by: Date,
        reason: String,
    }
}

listing! {
    /// One line of `export deliveries`.
    pub struct DeliveryRecord {
        line: LineRef,
        received_on: Date,
        /// Negative for a credit that was ordered as one.
        qty: i64,
        recorded: bool,
    }
}

listing! {
    /// One line of `export invoices`: what an invoice bills of one line.
    pub struct InvoiceRecord<'a> {
        supplier: &'a str,
        invoice_no: &'a str,
        invoice_date: Date,
        paid_on: Option<Date>,
        reason: &'a str,
        line: LineRef,
        qty: i64,
        line_net: Pence,
        line_vat: Pence,
        /// The effective day of the policy that judged it.
        policy: Option<Date>,
        judgement: Judged,
        judged_on: Option<Date>,
        /// Rows of one entry are one invoice, also where it bears no number.
        entry: i64,
        /// What tells it from another invoice of its number: only where two suppliers became one.
        number_key: &'a str,
        recorded: bool,
    }
}

listing! {
    /// One line of `export cancellations`.
    pub struct CancellationRecord<'a> {
        line: LineRef,
        cancelled_on: Date,
        qty: i64,
        reason: &'a str,
    }
}

listing! {
    /// One line of `export recodings`.
    pub struct RecodingRecord<'a> {
        line: LineRef,
        coded_on: Date,
        /// The fund that bears it since, or several with their shares.
        fund: Shares,
        category: &'a str,
        reason: &'a str,
        recorded: bool,
    }
}

listing! {
    /// One line of `export pools`: a line of a pool, with what the pool was judged to be on the day it came to it. A row
    /// without a line is an earlier judgement of the same day.
    pub struct PoolRecord<'a> {
        pool: &'a str,
        line: Option<LineRef>,
        pooled_on: Date,
        policy: Option<Date>,
        judgement: Option<Judged>,
    }
}

listing! {
    /// One line of `export overrides`.
    pub struct OverrideRecord<'a> {
        /// As the journal names it: a line, a fund, a tag, a policy.
        subject: &'a str,
        line: Option<LineRef>,
        overridden_on: Date,
        rule: Option<Rule>,
        reason: &'a str,
    }
}
