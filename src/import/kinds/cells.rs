//! Cells of a purchase's line, as every file of them is read.

use anyhow::Result;

use super::Row;
use crate::domain::instrument::{CategoryCode, TypeCode};
use crate::domain::money::Pence;
use crate::domain::purchase::{Funds, grant_cost};
use crate::domain::shares::Shares;
use crate::store::{Tx, category, fund, instrument_type};

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

/// The price of a line as a row states it, as far as it decides how funds may share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    pub net: Pence,
    pub vat: Pence,
    pub vat_recoverable: bool,
}

/// The funds that bear a row, each with its facts at hand; every fund that is not on record is a fault. Without a price,
/// amounts are compared with nothing.
pub fn shares_of(
    tx: &Tx,
    row: &mut Row<'_>,
    column: impl Into<usize>,
    price: Option<Price>,
    funds: &mut Funds,
) -> Result<Option<Shares>> {
    let column = column.into();
    let read = |text: &str| match price {
        Some(Price { net, vat, vat_recoverable }) => Shares::read(text, net, grant_cost(net, vat, vat_recoverable)),
        None => Shares::read_unpriced(text),
    };
    let Some(shares) = row.read(column, read) else {
        return Ok(None);
    };
    let mut all_known = true;
    for share in shares.iter() {
        let loaded = fund::load(tx, &Shares::one(share.fund.clone()), funds);
        all_known &= row.found(column, loaded)?.is_some();
    }
    Ok(all_known.then_some(shares))
}

/// A whole percentage from 0 to 100, with or without its sign.
pub fn vat_rate(text: &str) -> Option<u8> {
    text.strip_suffix('%').unwrap_or(text).trim_end().parse().ok().filter(|rate| *rate <= 100)
}

/// A number of the program's own that bears no letter: 1 or more.
pub fn number(text: &str) -> Result<i64, &'static str> {
    text.parse().ok().filter(|number| *number > 0).ok_or("is not a number such as 3")
}
