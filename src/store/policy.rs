//! The hub's policies of capitalisation, and what they judge.

use anyhow::Result;

mod judge;
pub mod pool;
mod why;

pub use judge::{
    judge_bills_after, judge_invoice, judge_line, keep, last_bill, revenue_in_capital, revenue_in_capital_after,
};
pub use why::why;

use super::db::{Row, Tx, word};
use super::remember::Table;
use crate::args;
use crate::domain::date::Date;
use crate::domain::policy::{Policies, Policy, PolicyLine, PolicyRefusal};
use crate::domain::refusal::refuse;

const COLUMNS: &str = "SELECT id, effective_on, threshold_pence, basis, min_life_months FROM policy";

fn from_row(row: &Row<'_>) -> Result<(i64, Policy)> {
    let policy = Policy {
        effective_on: row.day(1)?,
        threshold: row.pence(2)?,
        basis: row.word(3)?,
        min_life_months: row.int(4)?,
    };
    Ok((row.int(0)?, policy))
}

/// Every policy, at hand for many judgements.
pub fn all(tx: &Tx) -> Result<Policies> {
    Ok(Policies::new(tx.all(&format!("{COLUMNS} ORDER BY effective_on"), &[], from_row)?))
}

/// Adds a policy, and judges by it what was invoiced from its day on and no policy has judged; how many bills those are.
/// Refused where a policy begins on that day already.
pub fn add(tx: &Tx, policy: &Policy, today: Date) -> Result<usize> {
    if all(tx)?.of_day(policy.effective_on).is_some() {
        return Err(refuse(PolicyRefusal::Taken(policy.effective_on)));
    }
    tx.insert(
        Table::Policy,
        "INSERT INTO policy (effective_on, threshold_pence, basis, min_life_months) VALUES (?1, ?2, ?3, ?4)",
        &[policy.effective_on.into(), policy.threshold.into(), word(policy.basis), policy.min_life_months.into()],
    )?;
    judge::judge_unjudged(tx, policy.effective_on, today)
}

/// Every policy in order of its day, as far as it had begun by the end of a day, with what it had judged by then.
pub fn list(tx: &Tx, as_at: Option<Date>) -> Result<Vec<PolicyLine>> {
    let sql = "SELECT o.effective_on, o.threshold_pence, o.basis, o.min_life_months, count(n.id),
                      coalesce(sum(CASE WHEN n.id IS NULL THEN 0 ELSE b.is_capital END), 0),
                      (SELECT count(DISTINCT g.pool_id) FROM pooling g WHERE g.policy_id = o.id AND (?1 IS NULL OR g.pooled_on <= ?1))
               FROM policy o LEFT JOIN invoice_line b ON b.policy_id = o.id
               LEFT JOIN invoice n ON n.id = b.invoice_id AND (?1 IS NULL OR coalesce(b.judged_on, n.invoiced_on) <= ?1)
               WHERE ?1 IS NULL OR o.effective_on <= ?1
               GROUP BY o.id, o.effective_on, o.threshold_pence, o.basis, o.min_life_months ORDER BY o.effective_on";
    tx.all(sql, args![as_at], |row| {
        Ok(PolicyLine {
            effective_on: row.day(0)?,
            threshold: row.pence(1)?,
            basis: row.word(2)?,
            min_life_months: row.int(3)?,
            judged: row.int(4)?,
            capital: row.int(5)?,
            pools: row.int(6)?,
        })
    })
}
