//! What is bought on a line, read from a row's cells: the same for every file that has lines.

use anyhow::Result;

use super::Row;
use super::cells::{Price, type_of};
use crate::domain::instrument::{CategoryCode, free_text};
use crate::domain::money::Pence;
use crate::domain::purchase::Line;
use crate::domain::setting::parse_yes_no;
use crate::domain::shares::Shares;
use crate::domain::spoilt::size;
use crate::domain::words::Nature;
use crate::store::Tx;

/// The places of a line's columns.
#[derive(Clone, Copy, Debug)]
pub struct At {
    pub description: usize,
    pub nature: usize,
    pub type_code: usize,
    pub size: usize,
    pub kind: usize,
    pub group: usize,
    pub adapted: usize,
    pub area: usize,
    pub vat_recoverable: usize,
}

/// The quantity and the amounts of a row.
pub struct Amounts {
    pub qty: i64,
    pub net: Pence,
    pub vat: Pence,
    pub vat_rate: Option<u8>,
}

/// A file of lines: where its columns are, and how it reads those that files state differently.
pub trait Lines {
    const AT: At;

    /// Whether VAT is recovered where a row does not say.
    fn recovers_vat(&self) -> bool;

    fn amounts(&self, row: &mut Row<'_>) -> Option<Amounts>;

    fn category(&self, tx: &Tx, row: &mut Row<'_>) -> Result<Option<CategoryCode>>;

    /// The funds that bear it; without a price where its amounts cannot be read.
    fn shares(&mut self, tx: &Tx, row: &mut Row<'_>, price: Option<Price>) -> Result<Option<Shares>>;

    /// What a row says is bought; `None` with its faults noted.
    fn line(&mut self, tx: &Tx, row: &mut Row<'_>) -> Result<Option<Line>> {
        let at = Self::AT;
        if row.text(at.description).is_empty() {
            row.fault(at.description, "is missing");
        }
        let description = row.read(at.description, |text| free_text("the description", text)).flatten();
        let nature = row.needed::<Nature>(at.nature);
        let type_code = type_of(tx, row, at.type_code)?;
        let size = row.read(at.size, size).flatten();
        let kind = row.parse(at.kind);
        let category = self.category(tx, row)?;
        let group = row.parse(at.group);
        let adapted = row.read(at.adapted, parse_yes_no).unwrap_or(false);
        let area = row.read(at.area, |text| free_text("the area", text)).flatten();
        let faults_before = row.faults.len();
        let amounts = self.amounts(row);
        let vat_recoverable = row.read(at.vat_recoverable, parse_yes_no).unwrap_or(self.recovers_vat());
        let priced = amounts.as_ref().filter(|_| row.faults.len() == faults_before);
        let price = priced.map(|&Amounts { net, vat, .. }| Price { net, vat, vat_recoverable });
        let shares = self.shares(tx, row, price)?;
        let (Some(shares), Some(nature), Some(description), Some(amounts)) = (shares, nature, description, amounts)
        else {
            return Ok(None);
        };
        let Amounts { qty, net, vat, vat_rate } = amounts;
        Ok(Some(Line {
            shares,
            category,
            description,
            nature,
            type_code,
            size,
            kind,
            group,
            adapted,
            area,
            qty,
            net,
            vat,
            vat_rate,
            vat_recoverable,
        }))
    }
}
