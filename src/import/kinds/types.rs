//! Types: known by their code.

use anyhow::Result;

use super::{Intake, Outcome, Round, Row, Terms};
use crate::domain::date::in_words;
use crate::domain::instrument::{Type, TypeCode, TypeLine};
use crate::domain::text::Name;
use crate::domain::words::Family;
use crate::import::track::Keys;
use crate::output::listing::Lister;
use crate::store::{Tx, instrument_type, setting};

columns! { Code = "code", Name = "name", Family = "family", LifeMonths = "life_months", Sizes = "sizes" }

pub const KEY: Option<&str> = Some("code");

/// How long a type lasts where nothing is said, in months: as `type add` has it.
const USUAL_LIFE: i64 = 120;

struct Types {
    terms: Terms,
    seen: Keys<TypeCode>,
}

pub fn begin(_tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Types { terms, seen: Keys::default() })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    for each in instrument_type::all(tx)? {
        let sizes = each.sizes.join(", ");
        let (code, name, family, life_months) = (each.code, each.name, each.family, each.life_months);
        out.row(&TypeLine { code, name, family, life_months, sizes })?;
    }
    Ok(())
}

impl Intake for Types {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let Some(code) = row.needed::<TypeCode>(Column::Code) else {
            return Ok(Outcome::Rejected);
        };
        if row.repeats(Column::Code, self.seen.first(code.clone(), row.line())) {
            return Ok(Outcome::Rejected);
        }
        let before = instrument_type::with_code(tx, &code)?;
        let Some(after) = read(row, code, before.as_ref()) else {
            return Ok(Outcome::Rejected);
        };
        if let Some(other) = instrument_type::find(tx, after.name.as_str())?.filter(|other| other.code != after.code) {
            row.fault(Column::Name, format!("is the type {} already", other.code));
            return Ok(Outcome::Rejected);
        }
        match before {
            None => instrument_type::add(tx, &after).map(|()| Outcome::Created),
            Some(before) => {
                let fields = differing!(before, after; name, family, life_months, sizes);
                if self.terms.update && before.life_months != after.life_months && self.is_closed(tx, row, &after.code)? {
                    return Ok(Outcome::Rejected);
                }
                self.terms.settle(&after.code, fields, || instrument_type::update(tx, &after))
            }
        }
    }
}

impl Types {
    /// Notes a fault where another life would change the value of the stock in a period that is closed.
    fn is_closed(&self, tx: &Tx, row: &mut Row<'_>, code: &TypeCode) -> Result<bool> {
        let Some(until) = setting::closed_period(tx)?.until else {
            return Ok(false);
        };
        let closed = instrument_type::tells_worth_by(tx, code, until)?;
        if closed {
            row.fault(Column::LifeMonths, format!("would change book values until {}, which are closed", in_words(until)));
        }
        Ok(closed)
    }
}

/// The type a row describes, on top of what is on record.
fn read(row: &mut Row<'_>, code: TypeCode, before: Option<&Type>) -> Option<Type> {
    let (name, family) = match before {
        Some(before) => {
            let (mut name, mut family) = (before.name.clone(), before.family);
            row.over_filled(Column::Name, &mut name);
            row.over_filled(Column::Family, &mut family);
            (Some(name), Some(family))
        }
        None => (row.needed::<Name>(Column::Name), row.needed::<Family>(Column::Family)),
    };
    let mut life_months = before.map_or(USUAL_LIFE, |before| before.life_months);
    row.over_filled(Column::LifeMonths, &mut life_months);
    if !(1..=1200).contains(&life_months) {
        row.fault(Column::LifeMonths, "is not a life in months, from 1 to 1200");
    }
    let mut sizes = before.map(|before| before.sizes.clone()).unwrap_or_default();
    if row.has(Column::Sizes) {
        let text = row.text(Column::Sizes);
        sizes = Vec::new();
        for size in text.split(',').map(str::trim).filter(|size| !size.is_empty()) {
            // Said twice, it is one size.
            if !sizes.iter().any(|known| known == size) {
                sizes.push(size.to_string());
            }
        }
    }
    row.is_sound().then_some(Type { code, name: name?, family: family?, life_months, sizes })
}
