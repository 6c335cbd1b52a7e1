//! The listing of pounds that are not yet explained.

use crate::domain::date::Date;
use crate::domain::money::Pence;
use crate::domain::reference::LineRef;
use crate::domain::words::Nature;
use crate::listing;

listing! {
    /// One line of `report unexplained`.
    pub struct UnexplainedLine<'a> {
        fund: &'a str,
        line: LineRef,
        invoice_date: Option<Date>,
        invoice_no: &'a str,
        supplier: &'a str,
        description: &'a str,
        nature: Nature,
        category: &'a str,
        qty: i64,
        tagged: i64,
        grant_cost: Pence,
    }
}
