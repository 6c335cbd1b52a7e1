//! Funds: known by their code. The last day to spend, once on record, moves only with a reason. A fund whose deadline was moved
//! begins with its first; the file of extensions moves it.

use anyhow::Result;

use super::{Intake, Outcome, Round, Row, Terms};
use crate::domain::date::Date;
use crate::domain::fund::{Fund, FundCode, check};
use crate::domain::money::Pence;
use crate::domain::record::FundRecord;
use crate::domain::setting::parse_yes_no;
use crate::domain::text::Name;
use crate::domain::words::FundNature;
use crate::import::track::Keys;
use crate::output::listing::Lister;
use crate::store::fund::extension;
use crate::store::{Tx, fund, setting};

columns! {
    Code = "code", Name = "name", Nature = "nature", Award = "award", FromOn = "from_on", SpendBy = "spend_by",
    Extended = "extended", FirstSpendBy = "first_spend_by",
}

pub const KEY: Option<&str> = Some("code");

struct Funds {
    terms: Terms,
    seen: Keys<FundCode>,
}

pub fn begin(_tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Funds { terms, seen: Keys::default() })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    fund::all(tx)?.into_iter().try_for_each(|fund| {
        let extended = !extension::list(tx, &fund.code, None)?.is_empty();
        let first_spend_by = extension::first_deadline(tx, &fund.code)?;
        out.row(&FundRecord {
            code: fund.code,
            name: fund.name,
            nature: fund.nature,
            award: fund.award,
            from_on: fund.from_on,
            spend_by: fund.spend_by,
            extended,
            first_spend_by,
        })
    })
}

impl Intake for Funds {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let Some(code) = row.needed::<FundCode>(Column::Code) else {
            return Ok(Outcome::Rejected);
        };
        if row.repeats(Column::Code, self.seen.first(code.clone(), row.line())) {
            return Ok(Outcome::Rejected);
        }
        let before = fund::find(tx, code.as_str())?;
        let first = first_deadline(row);
        let Some(mut after) = read(row, code, before.as_ref(), first) else {
            return Ok(Outcome::Rejected);
        };
        let Some(before) = before else {
            fund::add(tx, &after)?;
            return Ok(Outcome::Created);
        };
        if first == Some(extension::first_deadline(tx, &before.code)?) {
            // What moved it since stands in a file of its own.
            after.spend_by = before.spend_by;
        }
        let fields = differing!(before, after; name, nature, award, from_on, spend_by);
        if self.terms.update && before.spend_by != after.spend_by {
            row.fault(Column::SpendBy, "differs, and a deadline moves only with a reason: 'ledgerline fund extend'");
            return Ok(Outcome::Rejected);
        }
        if self.terms.update && before.award != after.award && setting::closed_to_files(tx)?.until.is_some() {
            row.fault(Column::Award, "differs, and would change what a closed period says was left; see the setting closed-until");
            return Ok(Outcome::Rejected);
        }
        self.terms.settle(&after.code, fields, || fund::update(tx, &after))
    }
}

/// The first deadline, of a row that says that it was moved since; none of any other row.
fn first_deadline(row: &mut Row<'_>) -> Option<Option<Date>> {
    let is_extended = row.read(Column::Extended, parse_yes_no).unwrap_or(false);
    is_extended.then(|| row.day(Column::FirstSpendBy))
}

/// The fund that a row describes; a column that the file does not have leaves what is on record.
fn read(row: &mut Row<'_>, code: FundCode, before: Option<&Fund>, first: Option<Option<Date>>) -> Option<Fund> {
    let name = match before {
        Some(before) => row.parse::<Name>(Column::Name).or_else(|| Some(before.name.clone())),
        None => row.needed::<Name>(Column::Name),
    };
    let nature = row.parse::<FundNature>(Column::Nature);
    let nature = nature.or(before.map(|before| before.nature)).unwrap_or(FundNature::Capital);
    if before.is_none() && row.text(Column::Award).is_empty() {
        row.fault(Column::Award, "is missing");
    }
    let award = row.price(Column::Award).or(before.map(|before| before.award));
    let mut from_on = before.and_then(|before| before.from_on);
    let mut spend_by = before.and_then(|before| before.spend_by);
    row.over_day(Column::FromOn, &mut from_on);
    row.over_day(Column::SpendBy, &mut spend_by);
    if let Some(first) = first {
        spend_by = first;
    }
    let fund = Fund { code, name: name?, nature, award: award.unwrap_or(Pence::ZERO), from_on, spend_by };
    if let Err(refusal) = check(&fund) {
        row.fault(Column::SpendBy, refusal);
    }
    row.is_sound().then_some(fund)
}
