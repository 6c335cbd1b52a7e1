//! Organisations: known by their reference, else by their name.

use anyhow::Result;

use super::{Intake, Outcome, Round, Row, Terms};
use crate::domain::instrument::line_text;
use crate::domain::reference::OrganisationRef;
use crate::domain::school::Organisation;
use crate::domain::spoilt::phone;
use crate::domain::text::Name;
use crate::domain::words::OrganisationRole;
use crate::import::track::Keys;
use crate::output::listing::Lister;
use crate::store::{Tx, organisation};

columns! {
    Organisation = "organisation", Name = "name", Role = "role", Email = "email", Phone = "phone", Address = "address",
}

pub const KEY: Option<&str> = None;

struct Organisations {
    terms: Terms,
    seen: Keys<OrganisationRef>,
}

pub fn begin(_tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Organisations { terms, seen: Keys::default() })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    organisation::each(tx, |line| out.row(line))
}

impl Intake for Organisations {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, round: Round) -> Result<Outcome> {
        let given: Option<OrganisationRef> = row.parse(Column::Organisation);
        let name: Option<Name> = row.parse(Column::Name);
        if given.is_none() && row.has(Column::Organisation) && row.is_sound() && round.first {
            // The references that are given come first, so that none is given out that a later row bears.
            return Ok(Outcome::Waits);
        }
        let namesake = match &name {
            Some(name) => organisation::with_name(tx, name)?,
            None => None,
        };
        let before = match given {
            Some(given) => organisation::find(tx, given)?,
            None => namesake.clone(),
        };
        let known = given.or(before.as_ref().map(|before| before.id));
        if let Some(id) = known {
            let column = if given.is_some() { Column::Organisation } else { Column::Name };
            if row.repeats(column, self.seen.first(id, row.line())) {
                return Ok(Outcome::Rejected);
            }
        }
        if let Some(other) = namesake.filter(|other| known.is_some_and(|id| id != other.id)) {
            row.fault(Column::Name, format!("is {} already", other.id));
        }
        let Some(mut after) = read(row, known.unwrap_or(OrganisationRef::new(0)), name, before.as_ref()) else {
            return Ok(Outcome::Rejected);
        };
        let Some(before) = before else {
            if known.is_none() {
                after.id = organisation::next_reference(tx)?;
                self.seen.first(after.id, row.line());
            }
            organisation::put(tx, &after)?;
            return Ok(Outcome::Created);
        };
        let fields = differing!(before, after; name, role, email, phone, address);
        self.terms.settle(after.id, fields, || organisation::put(tx, &after))
    }
}

/// The organisation a row describes, on top of what is on record.
fn read(
    row: &mut Row<'_>,
    id: OrganisationRef,
    name: Option<Name>,
    before: Option<&Organisation>,
) -> Option<Organisation> {
    let mut organisation = match before {
        Some(before) => before.clone(),
        None => {
            let name = name.clone().or_else(|| row.needed::<Name>(Column::Name));
            let role = row.needed::<OrganisationRole>(Column::Role);
            Organisation { id, name: name?, role: role?, email: None, phone: None, address: None }
        }
    };
    organisation.name = name.unwrap_or(organisation.name);
    row.over_filled(Column::Role, &mut organisation.role);
    row.over(Column::Email, &mut organisation.email);
    row.over_text(Column::Phone, &mut organisation.phone, phone);
    row.over_text(Column::Address, &mut organisation.address, |text| line_text("the address", text));
    row.is_sound().then_some(organisation)
}
