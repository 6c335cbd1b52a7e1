//! Deadlines of funds that were moved: told apart by what they say, and by their place among equals.

use anyhow::Result;

use super::money::{Alike, needed_day, needed_reason, refuse_closed};
use super::{Intake, Outcome, Round, Row, Terms};
use crate::domain::date::Date;
use crate::domain::fund::extension::{Extension, ExtensionRefusal, check};
use crate::domain::purchase::ClosedPeriod;
use crate::domain::record::money::FundExtensionRecord;
use crate::output::listing::Lister;
use crate::store::fund::extension;
use crate::store::{Tx, fund, setting};

columns! {
    Fund = "fund", ExtendedOn = "extended_on", SpendBy = "spend_by", Reason = "reason",
}

pub const KEY: Option<&str> = Some("spend_by");

struct Extensions {
    today: Date,
    closed: ClosedPeriod,
    alike: Alike<(String, Date, Date, String)>,
}

pub fn begin(tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Extensions { today: terms.today, closed: setting::closed_to_files(tx)?, alike: Alike::default() })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    for fund in fund::all(tx)? {
        for Extension { extended_on, spend_by, reason } in extension::list(tx, &fund.code, None)? {
            out.row(&FundExtensionRecord { fund: fund.code.clone(), extended_on, spend_by, reason })?;
        }
    }
    Ok(())
}

impl Intake for Extensions {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let typed = row.needed::<String>(Column::Fund).unwrap_or_default();
        let fund = if typed.is_empty() { None } else { row.found(Column::Fund, fund::get(tx, &typed))? };
        let (extended_on, spend_by) = (needed_day(row, Column::ExtendedOn), needed_day(row, Column::SpendBy));
        let reason = needed_reason(row, Column::Reason);
        let (Some(fund), Some(extended_on), Some(spend_by), Some(reason)) = (fund, extended_on, spend_by, reason)
        else {
            return Ok(Outcome::Rejected);
        };
        let new = Extension { extended_on, spend_by, reason };
        let held = extension::list(tx, &fund.code, None)?;
        let key = (fund.code.to_string(), extended_on, spend_by, new.reason.clone());
        let equals = held.iter().filter(|held| **held == new).count();
        if self.alike.is_on_record(row, key, || Ok(i64::try_from(equals)?))? {
            return Ok(Outcome::Unchanged);
        }
        refuse_closed(row, Column::ExtendedOn, self.closed, extended_on);
        if let Err(refusal) = check(&fund, held.last().map(|last| last.extended_on), &new, self.today) {
            let of_day = matches!(refusal, ExtensionRefusal::InFuture { .. } | ExtensionRefusal::MovedSince { .. });
            row.fault(if of_day { Column::ExtendedOn } else { Column::SpendBy }, refusal);
        }
        if !row.is_sound() {
            return Ok(Outcome::Rejected);
        }
        extension::add(tx, &fund.code, &new)?;
        Ok(Outcome::Created)
    }
}
