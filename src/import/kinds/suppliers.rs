//! Suppliers: known by their name, however it is spelt.

use anyhow::Result;

use super::{Intake, Outcome, Round, Row, Terms};
use crate::domain::instrument::free_text;
use crate::domain::record::{SupplierRecord, join_names, split_names};
use crate::domain::supplier::{Supplier, SupplierRefusal, key};
use crate::domain::text::Name;
use crate::import::track::Keys;
use crate::output::listing::Lister;
use crate::store::{Tx, supplier};

columns! {
    Name = "name", Aliases = "aliases", FrameworkLot = "framework_lot",
}

pub const KEY: Option<&str> = Some("name");

struct Suppliers {
    terms: Terms,
    seen: Keys<String>,
}

pub fn begin(_tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Suppliers { terms, seen: Keys::default() })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    supplier::each(tx, |found, aliases| {
        let aliases = join_names(aliases);
        let lot = found.framework_lot.as_deref().unwrap_or_default();
        out.row(&SupplierRecord { name: found.name.as_str(), aliases: &aliases, framework_lot: lot })
    })
}

/// What a row says of a supplier.
struct Told {
    name: Name,
    aliases: Vec<Name>,
    framework_lot: Option<String>,
}

impl Intake for Suppliers {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let Some(told) = read(row) else {
            return Ok(Outcome::Rejected);
        };
        if row.repeats(Column::Name, self.seen.first(key(told.name.as_str()), row.line())) {
            return Ok(Outcome::Rejected);
        }
        let before = supplier::find(tx, told.name.as_str())?;
        let missing = self.missing_aliases(tx, row, &told, before.as_ref())?;
        if !row.is_sound() {
            return Ok(Outcome::Rejected);
        }
        let Some(before) = before else {
            let id = supplier::add(tx, &told.name, told.framework_lot.as_deref())?;
            missing.iter().try_for_each(|alias| supplier::add_alias(tx, id, alias))?;
            return Ok(Outcome::Created);
        };
        let mut fields = Vec::new();
        if row.has(Column::FrameworkLot) && told.framework_lot != before.framework_lot {
            fields.push("framework_lot");
        }
        if !missing.is_empty() {
            fields.push("aliases");
        }
        self.terms.settle(&before.name, fields, || {
            let lot = if row.has(Column::FrameworkLot) { &told.framework_lot } else { &before.framework_lot };
            supplier::set_lot(tx, before.id, lot.as_deref())?;
            missing.iter().try_for_each(|alias| supplier::add_alias(tx, before.id, alias))
        })
    }
}

impl Suppliers {
    /// The aliases of a row that lead nowhere yet; one that leads to another supplier is a fault.
    fn missing_aliases(&self, tx: &Tx, row: &mut Row<'_>, told: &Told, own: Option<&Supplier>) -> Result<Vec<Name>> {
        let mut missing: Vec<Name> = Vec::new();
        for alias in &told.aliases {
            let leads_to = supplier::find(tx, alias.as_str())?;
            let repeated = missing.iter().any(|other| key(other.as_str()) == key(alias.as_str()));
            let is_the_name = key(alias.as_str()) == key(told.name.as_str());
            match leads_to {
                Some(other) if own.is_none_or(|own| own.id != other.id) => {
                    row.fault(Column::Aliases, SupplierRefusal::Taken { typed: alias.to_string(), supplier: other.name });
                }
                None if !repeated && !is_the_name => missing.push(alias.clone()),
                _ => {}
            }
        }
        Ok(missing)
    }
}

fn read(row: &mut Row<'_>) -> Option<Told> {
    let name = row.needed::<Name>(Column::Name);
    let aliases = row.read(Column::Aliases, |text| split_names(text).map(str::parse).collect::<Result<Vec<Name>, _>>());
    let framework_lot = row.read(Column::FrameworkLot, |text| free_text("the lot", text)).flatten();
    if !row.is_sound() {
        return None;
    }
    Some(Told { name: name?, aliases: aliases.unwrap_or_default(), framework_lot })
}
