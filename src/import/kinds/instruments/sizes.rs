//! Sizes that their type does not come in: no fault, but told once for each.

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;

use crate::domain::instrument::{Details, Type, TypeCode};
use crate::domain::text::escape;
use crate::store::{Tx, instrument, instrument_type};

/// More of them than anybody reads.
const MOST: usize = 20;

#[derive(Default)]
pub(super) struct OddSizes {
    types: HashMap<TypeCode, Option<Type>>,
    /// How many rows have them, by the type's name, what it comes in, and the size.
    rows: BTreeMap<(String, String, String), u64>,
}

impl OddSizes {
    /// Notes the size of an instrument that is taken in.
    pub fn note(&mut self, tx: &Tx, details: &Details) -> Result<()> {
        let Some(size) = &details.size else {
            return Ok(());
        };
        if !self.types.contains_key(&details.type_code) {
            let found = instrument_type::with_code(tx, &details.type_code)?;
            self.types.insert(details.type_code.clone(), found);
        }
        let of = self.types.get(&details.type_code).and_then(Option::as_ref);
        if let Some(of) = of.filter(|of| !instrument::size_is_listed(of, size)) {
            *self.rows.entry((of.name.to_string(), of.sizes.join(", "), size.clone())).or_default() += 1;
        }
        Ok(())
    }

    pub fn remarks(&self) -> Vec<String> {
        let told = self.rows.iter().take(MOST).map(|((name, sizes, size), count)| {
            let rows = if *count == 1 { "1 row".to_string() } else { format!("{count} rows") };
            format!("{rows}: a {name} is not usually of size {}; it comes in {sizes}", escape(size))
        });
        let more = self.rows.len().saturating_sub(MOST);
        told.chain((more > 0).then(|| format!("and {more} more sizes that are not usual"))).collect()
    }
}
