//! References that were merged into a person: they lead to that person from then on, also after a move.

use std::collections::HashMap;

use anyhow::Result;

use super::{Column, Row};
use crate::domain::record::split_names;
use crate::domain::reference::PersonRef;
use crate::store::{Tx, merge, person};

/// Every reference that leads to another person, those that came with rows above among them.
pub(super) struct Merged(HashMap<PersonRef, PersonRef>);

impl Merged {
    pub fn load(tx: &Tx) -> Result<Merged> {
        Ok(Merged(merge::all(tx)?.into_iter().collect()))
    }

    /// Whom a reference leads to that is no longer used.
    pub fn led_to(&self, reference: PersonRef) -> Option<PersonRef> {
        self.0.get(&reference).copied()
    }

    /// The references that a row has lead to its person and that do not yet.
    pub fn new_of(&self, tx: &Tx, row: &mut Row<'_>, into: Option<PersonRef>) -> Result<Vec<PersonRef>> {
        let text = row.text(Column::Merged);
        let mut new = Vec::new();
        for reference in split_names(&text).map(str::parse::<PersonRef>) {
            let reference = match reference {
                Ok(reference) => reference,
                Err(error) => {
                    row.fault(Column::Merged, error);
                    continue;
                }
            };
            match self.led_to(reference) {
                Some(other) if Some(other) == into => {}
                Some(other) => row.fault(Column::Merged, format!("{reference} was merged into {other}")),
                None if Some(reference) == into => {
                    row.fault(Column::Merged, format!("{reference} cannot be merged into itself"));
                }
                None if person::find(tx, reference)?.is_some() => row.fault(
                    Column::Merged,
                    format!("{reference} is still on record; 'ledgerline person merge' makes two people one"),
                ),
                None if new.contains(&reference) => {}
                None => new.push(reference),
            }
        }
        Ok(new)
    }

    /// Has references lead to a person.
    pub fn lead(&mut self, tx: &Tx, gone: &[PersonRef], into: PersonRef) -> Result<()> {
        for &reference in gone {
            merge::lead(tx, reference, into)?;
            self.0.insert(reference, into);
        }
        Ok(())
    }
}
