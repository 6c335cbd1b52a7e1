//! Overrides: what was recorded against a rule, and why. Told apart by what they say, and by their place among equals: the first
//! of a line stands in its row of purchases too.

use anyhow::Result;

use super::money::{Alike, about, line_of, needed_day, needed_reason};
use super::{Finish, Intake, Outcome, Round, Row, Terms};
use crate::domain::date::{Date, DateOrder, parse_fixed};
use crate::domain::reference::LineRef;
use crate::domain::tag::Tag;
use crate::domain::words::Rule;
use crate::import::track::Runs;
use crate::output::listing::Lister;
use crate::store::overriding::{self, Against};
use crate::store::purchase::{self, records};
use crate::store::{Tx, fund, instrument, policy};

columns! {
    Subject = "subject", Line = "line", OverriddenOn = "overridden_on", Rule = "rule", Reason = "reason",
}

pub const KEY: Option<&str> = Some("subject");

/// Subject, the line's number in the file, day, rule, reason.
type Content = (String, Option<i64>, Date, Option<Rule>, String);

#[derive(Default)]
struct Overrides {
    alike: Alike<Content>,
    orders: Runs,
}

pub fn begin(_tx: &Tx, _terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Overrides::default())
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    records::each_override(tx, |record| out.row(record))
}

/// What went against a rule, as the journal names it, and the line it is about.
struct Subject {
    name: String,
    line: Option<(LineRef, i64)>,
}

impl Intake for Overrides {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let subject = subject(tx, row)?;
        let on = needed_day(row, Column::OverriddenOn);
        let rule = row.parse::<Rule>(Column::Rule);
        let reason = needed_reason(row, Column::Reason);
        let (Some(subject), Some(on), Some(reason), true) = (subject, on, reason, row.is_sound()) else {
            return Ok(Outcome::Rejected);
        };
        let line_id = subject.line.map(|(_, id)| id);
        let against = Against { subject: &subject.name, line_id, on, reason: Some(&reason) };
        let key = (subject.name.clone(), line_id, on, rule, reason.clone());
        if self.alike.is_on_record(row, key, || overriding::count_alike(tx, against, rule))? {
            return Ok(Outcome::Unchanged);
        }
        overriding::restore(tx, against, rule)?;
        if let Some((line, _)) = subject.line {
            self.orders.add(line.order.number());
        }
        Ok(Outcome::Created)
    }

    fn finish(&mut self, _tx: &Tx) -> Result<Finish> {
        Ok(Finish { about: about(std::mem::take(&mut self.orders)), ..Finish::default() })
    }
}

/// What a row is about: a line, a fund, an instrument or a policy on record.
fn subject(tx: &Tx, row: &mut Row<'_>) -> Result<Option<Subject>> {
    let Some(typed) = row.needed::<String>(Column::Subject) else {
        return Ok(None);
    };
    let named_line = if row.text(Column::Line).is_empty() { None } else { line_of(tx, row, Column::Line)? };
    let line = named_line.map(|line| (line.reference, line.id));
    if let Ok(reference) = typed.parse::<LineRef>() {
        let found = row.found(Column::Subject, purchase::line(tx, reference))?;
        return Ok(found.map(|found| Subject { name: reference.to_string(), line: line.or(Some((reference, found.id))) }));
    }
    if let Some(found) = fund::find(tx, &typed)? {
        return Ok(Some(Subject { name: found.code.to_string(), line }));
    }
    if let Some(found) = typed.parse::<Tag>().ok().map(|tag| instrument::find(tx, &tag)).transpose()?.flatten() {
        return Ok(Some(Subject { name: found.tag.to_string(), line }));
    }
    if is_policy(tx, &typed)? {
        return Ok(Some(Subject { name: typed, line }));
    }
    row.fault(Column::Subject, "is no line, fund, instrument or policy on record");
    Ok(None)
}

/// Whether a subject names a policy: `policy 2026-04-01`.
fn is_policy(tx: &Tx, subject: &str) -> Result<bool> {
    let begins = subject.strip_prefix("policy ").and_then(|day| parse_fixed(day, DateOrder::Ymd).ok());
    begins.map_or(Ok(false), |begins| Ok(policy::all(tx)?.of_day(begins).is_some()))
}
