//! Shares of funds: known by fund and area, however that is spelt.

use anyhow::Result;

use super::{Intake, Outcome, Round, Row, Terms};
use crate::domain::fund::share::check;
use crate::domain::record::money::FundShareRecord;
use crate::domain::text::Name;
use crate::import::track::Keys;
use crate::output::listing::Lister;
use crate::store::fund::share;
use crate::store::{Tx, fund};

columns! {
    Fund = "fund", Area = "area", Amount = "amount",
}

pub const KEY: Option<&str> = Some("area");

struct Shares {
    terms: Terms,
    seen: Keys<(String, String)>,
}

pub fn begin(_tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Shares { terms, seen: Keys::default() })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    for fund in fund::all(tx)? {
        for held in share::list(tx, &fund.code)? {
            out.row(&FundShareRecord { fund: fund.code.clone(), area: held.area, amount: held.amount })?;
        }
    }
    Ok(())
}

impl Intake for Shares {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let typed = row.needed::<String>(Column::Fund).unwrap_or_default();
        let fund = if typed.is_empty() { None } else { row.found(Column::Fund, fund::get(tx, &typed))? };
        let area = row.needed::<Name>(Column::Area);
        if row.text(Column::Amount).is_empty() {
            row.fault(Column::Amount, "is missing");
        }
        let amount = row.price(Column::Amount);
        let (Some(fund), Some(area), Some(amount)) = (fund, area, amount) else {
            return Ok(Outcome::Rejected);
        };
        let key = (fund.code.to_string(), area.key());
        if row.repeats(Column::Area, self.seen.first(key, row.line())) {
            return Ok(Outcome::Rejected);
        }
        let shares = share::list(tx, &fund.code)?;
        let held = shares.iter().find(|held| held.area.key() == area.key());
        if held.is_some_and(|held| held.area == area && held.amount == amount) {
            return Ok(Outcome::Unchanged);
        }
        let before = match check(&fund, &shares, &area, amount) {
            Ok(before) => before,
            Err(refusal) => {
                row.fault(Column::Amount, refusal);
                return Ok(Outcome::Rejected);
            }
        };
        let Some(before) = before else {
            share::set(tx, &fund.code, None, &area, amount)?;
            return Ok(Outcome::Created);
        };
        let fields = differing!(before, FundShareRecord { fund: fund.code.clone(), area: area.clone(), amount }; area, amount);
        let subject = format!("{} for {area}", fund.code);
        self.terms.settle(subject, fields, || share::set(tx, &fund.code, Some(&before), &area, amount))
    }
}
