//! Cells of a purchase's line, as every file of them is read.

use anyhow::Result;

use super::Row;
use crate::domain::instrument::{CategoryCode, TypeCode};
use crate::store::{Tx, category, instrument_type};

/// The usual rate of VAT, where a row does not say.
pub const USUAL_VAT_RATE: u8 = 20;

/// The category a row names, in use or not.
pub fn category_of(tx: &Tx, row: &mut Row<'_>, column: impl Into<usize>) -> Result<Option<CategoryCode>> {
    let column = column.into();
    let typed = row.text(column);
    if typed.is_empty() {
        return Ok(None);
    }
    let found = category::find(tx, &typed)?.map(|found| found.code);
    if found.is_none() {
        row.fault(column, "is no category; 'ledgerline category list' names them all");
    }
    Ok(found)
}

/// The type a row names, by code or name.
pub fn type_of(tx: &Tx, row: &mut Row<'_>, column: impl Into<usize>) -> Result<Option<TypeCode>> {
    let column = column.into();
    let typed = row.text(column);
    if typed.is_empty() {
        return Ok(None);
    }
    let found = instrument_type::find(tx, &typed)?.map(|found| found.code);
    if found.is_none() {
        row.fault(column, "is no type; 'ledgerline type list' names them all");
    }
    Ok(found)
}

/// A whole percentage from 0 to 100, with or without its sign.
pub fn vat_rate(text: &str) -> Option<u8> {
    text.strip_suffix('%').unwrap_or(text).trim_end().parse().ok().filter(|rate| *rate <= 100)
}
