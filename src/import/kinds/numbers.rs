//! Numbers given out: the last of each kind of reference and of each type's tags. A file only ever raises one, so that no
//! reference is given twice. The journal's numbers stay with the file whose journal it is.

use anyhow::Result;

use super::{Intake, Outcome, Round, Row, Terms};
use crate::domain::instrument::TypeCode;
use crate::domain::record::hub::NumberRecord;
use crate::import::track::Keys;
use crate::output::listing::Lister;
use crate::store::{Tx, instrument_type, numbering};

columns! { Noun = "noun", Last = "last" }

pub const KEY: Option<&str> = Some("noun");

struct Numbers {
    seen: Keys<String>,
}

pub fn begin(_tx: &Tx, _terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Numbers { seen: Keys::default() })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    numbering::each(tx, |noun, last| out.row(&NumberRecord { noun, last }))
}

impl Intake for Numbers {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let noun = row.text(Column::Noun).into_owned();
        judge_noun(tx, row, &noun)?;
        let last = row.needed::<i64>(Column::Last);
        if last.is_some_and(|last| !(0..=MOST).contains(&last)) {
            row.fault(Column::Last, "is not the last number of any reference");
        }
        let Some(last) = last.filter(|_| row.is_sound()) else {
            return Ok(Outcome::Rejected);
        };
        if row.repeats(Column::Noun, self.seen.first(noun.clone(), row.line())) {
            return Ok(Outcome::Rejected);
        }
        let before = numbering::last(tx, &noun)?;
        match before {
            // Raised also without --update: a number that were left would be given out a second time.
            Some(before) if before < last => {
                numbering::raise(tx, &noun, last)?;
                Ok(Outcome::Updated { subject: noun, fields: vec!["last"] })
            }
            Some(_) => Ok(Outcome::Unchanged),
            None => {
                numbering::raise(tx, &noun, last)?;
                Ok(Outcome::Created)
            }
        }
    }
}

/// As far as references are read.
const MOST: i64 = 999_999_999_999;

/// A kind of reference, or a type's tags.
fn judge_noun(tx: &Tx, row: &mut Row<'_>, noun: &str) -> Result<()> {
    if numbering::moved().any(|moved| moved == noun) {
        return Ok(());
    }
    let Some(code) = numbering::type_of(noun) else {
        let nouns = numbering::moved().collect::<Vec<_>>().join(", ");
        row.fault(Column::Noun, format!("is nothing that is numbered; it is one of {nouns}, or tag and a type's code"));
        return Ok(());
    };
    match code.parse::<TypeCode>() {
        Ok(code) if instrument_type::with_code(tx, &code)?.is_some_and(|found| found.code == code) => {}
        _ => row.fault(Column::Noun, "names no type; 'ledgerline type list' names them all"),
    }
    Ok(())
}
