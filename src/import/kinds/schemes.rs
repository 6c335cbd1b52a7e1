//! Schemes: known by their name. The text of an agreement is tried out as `scheme set --agreement` tries it.

use anyhow::Result;

use super::{Intake, Outcome, Round, Row, Terms};
use crate::domain::due::Length;
use crate::domain::record::hub::SchemeRecord;
use crate::domain::words::{Scheme, Word};
use crate::import::track::Keys;
use crate::output::listing::Lister;
use crate::store::{Tx, scheme as schemes};
use crate::wording::agreement;

columns! { Scheme = "scheme", Length = "length", Agreement = "agreement" }

pub const KEY: Option<&str> = Some("scheme");

struct Schemes {
    terms: Terms,
    seen: Keys<&'static str>,
}

/// What a scheme says of its loans.
struct Policy {
    length: Length,
    agreement: Option<String>,
}

pub fn begin(_tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Schemes { terms, seen: Keys::default() })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    Scheme::ALL.iter().try_for_each(|&scheme| {
        let length = schemes::length(tx, scheme)?.to_string();
        out.row(&SchemeRecord { scheme, length, agreement: schemes::agreement(tx, scheme)? })
    })
}

impl Intake for Schemes {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let Some(scheme) = row.needed::<Scheme>(Column::Scheme) else {
            return Ok(Outcome::Rejected);
        };
        if row.repeats(Column::Scheme, self.seen.first(scheme.as_str(), row.line())) {
            return Ok(Outcome::Rejected);
        }
        let before =
            Policy { length: schemes::length(tx, scheme)?, agreement: schemes::agreement(tx, scheme)? };
        let Some(after) = self.read(row, scheme, &before)? else {
            return Ok(Outcome::Rejected);
        };
        let fields = differing!(before, after; length, agreement);
        self.terms.settle(scheme, fields, || {
            schemes::set_length(tx, scheme, after.length)?;
            schemes::set_agreement(tx, scheme, after.agreement.as_deref())
        })
    }
}

impl Schemes {
    fn read(&self, row: &mut Row<'_>, scheme: Scheme, before: &Policy) -> Result<Option<Policy>> {
        let mut length = before.length;
        row.over_filled(Column::Length, &mut length);
        let mut text = before.agreement.clone();
        if row.has(Column::Agreement) {
            text = Some(row.verbatim(Column::Agreement).into_owned()).filter(|text| !text.trim().is_empty());
        }
        let mut kept = None;
        if let Some(text) = text {
            let tried = agreement::judged(&text, scheme).and_then(|text| {
                agreement::try_out(&text, scheme, self.terms.today)?;
                Ok(text.text)
            });
            kept = row.found(Column::Agreement, tried)?;
        }
        Ok(row.is_sound().then_some(Policy { length, agreement: kept }))
    }
}
