//! Categories: known by their code.

use anyhow::Result;

use super::{Intake, Outcome, Round, Row, Terms};
use crate::domain::instrument::{Category, CategoryCode, CategoryLine};
use crate::domain::text::Name;
use crate::import::track::Keys;
use crate::output::listing::Lister;
use crate::store::{Tx, category};

columns! { Code = "code", Name = "name", RetiredOn = "retired_on" }

pub const KEY: Option<&str> = Some("code");

struct Categories {
    terms: Terms,
    seen: Keys<CategoryCode>,
}

pub fn begin(_tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Categories { terms, seen: Keys::default() })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    for each in category::all(tx)? {
        out.row(&CategoryLine { code: each.code, name: each.name, retired_on: each.retired_on })?;
    }
    Ok(())
}

impl Intake for Categories {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let Some(code) = row.needed::<CategoryCode>(Column::Code) else {
            return Ok(Outcome::Rejected);
        };
        if row.repeats(Column::Code, self.seen.first(code.clone(), row.line())) {
            return Ok(Outcome::Rejected);
        }
        let before = category::find(tx, code.as_str())?;
        let name = match &before {
            Some(before) => row.parse::<Name>(Column::Name).or_else(|| Some(before.name.clone())),
            None => row.needed::<Name>(Column::Name),
        };
        let mut retired_on = before.as_ref().and_then(|before| before.retired_on);
        row.over_day(Column::RetiredOn, &mut retired_on);
        let Some(name) = name.filter(|_| row.is_sound()) else {
            return Ok(Outcome::Rejected);
        };
        let after = Category { code, name, retired_on };
        match before {
            None => category::put(tx, &after).map(|()| Outcome::Created),
            Some(before) => {
                let fields = differing!(before, after; name, retired_on);
                self.terms.settle(&after.code, fields, || category::put(tx, &after))
            }
        }
    }
}
