//! Rates: known by scheme and family.

use anyhow::Result;

use super::parties::needed;
use super::{Intake, Outcome, Round, Row, Terms};
use crate::domain::charge::{Rate, RateLine, RateRefusal, check_rate, rate_of};
use crate::domain::words::{Family, RateUnit, Scheme};
use crate::import::track::Keys;
use crate::output::listing::Lister;
use crate::store::{Tx, rate};

columns! { Scheme = "scheme", Family = "family", Per = "per", Amount = "amount" }

pub const KEY: Option<&str> = Some("scheme");

struct Rates {
    terms: Terms,
    seen: Keys<(Scheme, Option<Family>)>,
}

pub fn begin(_tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Rates { terms, seen: Keys::default() })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    rate::all(tx)?.into_iter().try_for_each(|rate| {
        out.row(&RateLine { scheme: rate.scheme, family: rate.family, per: rate.per, amount: rate.amount })
    })
}

impl Intake for Rates {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let scheme = row.needed::<Scheme>(Column::Scheme);
        let family = row.parse::<Family>(Column::Family);
        let per = row.needed::<RateUnit>(Column::Per);
        needed(row, Column::Amount);
        let amount = row.price(Column::Amount);
        let parts = scheme.zip(per).zip(amount).filter(|_| row.is_sound());
        let Some(((scheme, per), amount)) = parts else {
            return Ok(Outcome::Rejected);
        };
        if row.repeats(Column::Scheme, self.seen.first((scheme, family), row.line())) {
            return Ok(Outcome::Rejected);
        }
        let new = Rate { scheme, family, per, amount };
        let before = rate::find(tx, scheme, family)?;
        match check_rate(&new, before.as_ref()) {
            Err(RateRefusal::Same(_)) => return Ok(Outcome::Unchanged),
            Err(refusal) => {
                let column = if refusal == RateRefusal::Free { Column::Scheme } else { Column::Amount };
                row.fault(column, refusal);
                return Ok(Outcome::Rejected);
            }
            Ok(()) => {}
        }
        let Some(before) = before else {
            return rate::set(tx, &new).map(|()| Outcome::Created);
        };
        let fields = differing!(before, new; per, amount);
        self.terms.settle(rate_of(scheme, family), fields, || rate::set(tx, &new))
    }
}
