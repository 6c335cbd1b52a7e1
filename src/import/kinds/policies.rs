//! Policies: known by the day from which they are in force. One on record is never changed by a file.

use anyhow::Result;

use super::{Finish, Intake, Outcome, Round, Row, Terms};
use crate::domain::date::Date;
use crate::domain::policy::Policy;
use crate::domain::record::PolicyRecord;
use crate::domain::words::Basis;
use crate::import::track::Keys;
use crate::output::listing::Lister;
use crate::store::{Tx, policy};

columns! {
    EffectiveOn = "effective_on", Threshold = "threshold", Basis = "basis", MinLifeMonths = "min_life_months",
}

pub const KEY: Option<&str> = Some("effective_on");

struct Read {
    terms: Terms,
    seen: Keys<Date>,
    judged: usize,
}

pub fn begin(_tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Read { terms, seen: Keys::default(), judged: 0 })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    policy::list(tx, None)?.into_iter().try_for_each(|line| {
        out.row(&PolicyRecord {
            effective_on: line.effective_on,
            threshold: line.threshold,
            basis: line.basis,
            min_life_months: line.min_life_months,
        })
    })
}

impl Intake for Read {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let Some(new) = read(row) else {
            return Ok(Outcome::Rejected);
        };
        if row.repeats(Column::EffectiveOn, self.seen.first(new.effective_on, row.line())) {
            return Ok(Outcome::Rejected);
        }
        let policies = policy::all(tx)?;
        let Some(before) = policies.of_day(new.effective_on) else {
            self.judged += policy::add(tx, &new, self.terms.today)?;
            return Ok(Outcome::Created);
        };
        let fields = differing!(before, new; threshold, basis, min_life_months);
        if self.terms.update && !fields.is_empty() {
            row.fault(Column::EffectiveOn, "has a policy already, which is never changed; another, with a later day, follows it");
            return Ok(Outcome::Rejected);
        }
        self.terms.settle(format!("policy {}", new.effective_on), fields, || Ok(()))
    }

    fn finish(&mut self, _tx: &Tx) -> Result<Finish> {
        let told = match self.judged {
            0 => None,
            1 => Some("One invoiced line that was waiting was judged.".to_string()),
            many => Some(format!("{many} invoiced lines that were waiting were judged.")),
        };
        Ok(Finish { remarks: told.into_iter().collect(), ..Finish::default() })
    }
}

fn read(row: &mut Row<'_>) -> Option<Policy> {
    if row.text(Column::EffectiveOn).is_empty() {
        row.fault(Column::EffectiveOn, "is missing");
    }
    if row.text(Column::Threshold).is_empty() {
        row.fault(Column::Threshold, "is missing");
    }
    let (effective_on, threshold) = (row.day(Column::EffectiveOn), row.price(Column::Threshold));
    let basis = row.needed::<Basis>(Column::Basis);
    if row.text(Column::MinLifeMonths).is_empty() {
        row.fault(Column::MinLifeMonths, "is missing");
    }
    let min_life_months = row.read(Column::MinLifeMonths, months);
    if !row.is_sound() {
        return None;
    }
    Some(Policy { effective_on: effective_on?, threshold: threshold?, basis: basis?, min_life_months: min_life_months? })
}

fn months(text: &str) -> Result<i64, &'static str> {
    let number = text.parse().ok().filter(|months| (0..=1200).contains(months));
    number.ok_or("is not a number of months from 0 to 1200")
}
