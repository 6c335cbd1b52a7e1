//! What a new file starts with: types, categories and schemes. All of it is the hub's to change.

use anyhow::{Context, Result};

use super::db::Tx;
use super::{category, instrument_type, scheme, setting};
use crate::domain::due::Length;
use crate::domain::instrument::{Category, Type};
use crate::domain::setting::Setting;
use crate::domain::words::Scheme;

/// Some ninety types that hubs own: code, name, family, life in months, sizes.
const TYPES: &str = include_str!("seed/types.csv");

/// The seeded needs of the National Plan for Music Education, on the axis of what an instrument is for.
const CATEGORIES: [(&str, &str); 10] = [
    ("WCET", "Whole-class and large-group teaching"),
    ("CURR", "Classroom and curriculum"),
    ("PROG", "Individual and small-group progression"),
    ("ENDANGERED", "Shortage instruments"),
    ("ENS", "Ensemble and large instruments"),
    ("TECH", "Music technology"),
    ("AMP", "Amplified and band"),
    ("ADAPT", "Adapted and accessible"),
    ("EY", "Early years"),
    ("OTHER", "Other"),
];

pub fn plant(tx: &Tx, hub: &str) -> Result<()> {
    setting::set(tx, Setting::Hub, hub)?;
    for (code, name) in CATEGORIES {
        category::add(tx, &Category { code: code.parse()?, name: name.parse()?, retired_on: None })?;
    }
    for scheme in Scheme::ALL {
        scheme::set_length(tx, *scheme, Length::Year)?;
    }
    let mut reader = csv::Reader::from_reader(TYPES.as_bytes());
    for row in reader.records() {
        let row = row.context("the seeded types")?;
        let cell = |column: usize| row.get(column).unwrap_or("");
        let sizes = cell(4).split(';').filter(|size| !size.is_empty()).map(str::to_string).collect();
        let life_months = cell(3).parse().context("a seeded type's life")?;
        let new = Type { code: cell(0).parse()?, name: cell(1).parse()?, family: cell(2).parse()?, life_months, sizes };
        instrument_type::add(tx, &new)?;
    }
    Ok(())
}
