//! What was recorded against a rule, and why.

use anyhow::Result;

use super::db::{Tx, word};
use super::remember::Table;
use super::setting;
use crate::domain::date::Date;
use crate::domain::purchase::Warning;
use crate::domain::refusal::refuse;
use crate::domain::words::Rule;

/// Who goes against a rule, with what and when.
#[derive(Clone, Copy, Debug)]
pub struct Against<'a> {
    /// As the journal names it: a line, a fund, a tag.
    pub subject: &'a str,
    /// The line's number in the file, where it is one.
    pub line_id: Option<i64>,
    pub on: Date,
    pub reason: Option<&'a str>,
}

/// Keeps the reason beside each rule that warnings say was gone against.
pub fn keep(tx: &Tx, against: Against<'_>, warnings: &[Warning]) -> Result<()> {
    let rules = warnings.iter().filter_map(Warning::overridden_rule);
    rules.into_iter().try_for_each(|rule| add(tx, against, Some(rule)))
}

/// Keeps a reason that a file states, of which only the file's writer knows the rule.
pub fn keep_stated(tx: &Tx, against: Against<'_>) -> Result<()> {
    add(tx, against, None)
}

/// Keeps a reason just as a file tells that it was kept before.
pub fn restore(tx: &Tx, against: Against<'_>, rule: Option<Rule>) -> Result<()> {
    add(tx, against, rule)
}

/// How many reasons like this one are on record.
pub fn count_alike(tx: &Tx, against: Against<'_>, rule: Option<Rule>) -> Result<i64> {
    let Against { subject, line_id, on, reason } = against;
    let sql = "SELECT count(*) FROM override WHERE overridden_on = ?1 AND subject = ?2 AND reason = ?3
               AND coalesce(line_id, 0) = coalesce(?4, 0) AND coalesce(rule, '') = coalesce(?5, '')";
    let rule = rule.map_or(super::db::Value::Null, word);
    tx.number(sql, &[on.into(), subject.into(), reason.into(), line_id.into(), rule])
}

fn add(tx: &Tx, against: Against<'_>, rule: Option<Rule>) -> Result<()> {
    let Against { subject, line_id, on, reason: Some(reason) } = against else {
        return Ok(());
    };
    let sql = "INSERT INTO override (subject, line_id, overridden_on, rule, reason) VALUES (?1, ?2, ?3, ?4, ?5)";
    let rule = rule.map_or(super::db::Value::Null, word);
    tx.insert(Table::Override, sql, &[subject.into(), line_id.into(), on.into(), rule, reason.into()])?;
    Ok(())
}

/// Refuses a finance event of a day whose period is closed; with a reason to go against it, warns.
pub fn judge_day(tx: &Tx, on: Date, overridden: bool) -> Result<Option<Warning>> {
    setting::closed_period(tx)?.judge(on, overridden).map_err(refuse)
}

/// Lets a finance event of this day pass, unless its period is closed: then only with a reason, which is kept, and of which
/// the person is warned.
pub fn pass_day(tx: &Tx, against: Against<'_>) -> Result<Option<Warning>> {
    let warning = judge_day(tx, against.on, against.reason.is_some())?;
    keep(tx, against, warning.as_slice())?;
    Ok(warning)
}
