//! Why a line is capital or revenue, found again from the records.

use anyhow::Result;

use super::judge::{Costs, bill};
use super::{all, pool};
use crate::args;
use crate::domain::date::{Date, in_words};
use crate::domain::policy::{CapitalResult, Policies, Policy, Pooling, WhyLine};
use crate::domain::purchase::OrderLine;
use crate::domain::reference::LineRef;
use crate::store::audit::{self, Of};
use crate::store::db::Tx;
use crate::store::purchase;

/// A sentence for each bill of a line, for its pool, for each move, and for each rule that was gone against.
pub fn why(tx: &Tx, reference: LineRef) -> Result<Vec<WhyLine>> {
    let line = purchase::line(tx, reference)?;
    let policies = all(tx)?;
    let mut told = bills(tx, &policies, &line)?;
    told.extend(pooled(tx, &policies, &line)?);
    told.extend(audit::recodings_of(tx, Of::Line(line.id))?.into_iter().map(|moved| {
        let by = if moved.who.is_empty() { String::new() } else { format!(" by {}", moved.who) };
        let category = |code: &str| if code.is_empty() { "no category".to_string() } else { code.to_string() };
        let sentence = format!(
            "{reference}, moved on {}{by} from {} ({}) to {} ({}): {}.",
            in_words(moved.on),
            moved.fund_before,
            category(&moved.category_before),
            moved.fund,
            category(&moved.category),
            moved.reason
        );
        WhyLine { on: Some(moved.on), ..bare(reference, "recoding", sentence) }
    }));
    for against in audit::overrides_of(tx, Of::Line(line.id))? {
        let rule =
            against.rule.map_or("a rule that the file did not name".to_string(), |rule| format!("the rule '{rule}'"));
        let by = if against.who.is_empty() { String::new() } else { format!(" by {}", against.who) };
        let sentence = format!("{reference}, against {rule} on {}{by}: {}.", in_words(against.on), against.reason);
        told.push(WhyLine { on: Some(against.on), ..bare(reference, "override", sentence) });
    }
    Ok(told)
}

fn bare(line: LineRef, about: &str, sentence: String) -> WhyLine {
    WhyLine { line, about: about.to_string(), on: None, capital_result: String::new(), policy: None, sentence }
}

fn result(is_capital: bool) -> &'static str {
    if is_capital { "capital" } else { "revenue" }
}

fn pooled_result(pool: &str, is_capital: bool) -> String {
    if is_capital { CapitalResult::Pooled(pool).to_string() } else { result(false).to_string() }
}

fn bills(tx: &Tx, policies: &Policies, line: &OrderLine) -> Result<Vec<WhyLine>> {
    let reference = line.reference;
    if line.life.bills.is_empty() {
        let sentence =
            format!("{reference} is not invoiced yet; the policy in force on its invoice's day will judge it.");
        return Ok(vec![bare(reference, "", sentence)]);
    }
    let sql = "SELECT b.id, n.number, n.invoiced_on, b.policy_id, b.is_capital, b.judged_on
               FROM invoice_line b JOIN invoice n ON n.id = b.invoice_id WHERE b.line_id = ?1 ORDER BY n.invoiced_on, n.id";
    let held = tx.all(sql, args![line.id], |row| {
        let judged = row.opt_int(3)?.map(|policy| Ok::<_, anyhow::Error>((policy, row.flag(4)?))).transpose()?;
        Ok((row.int(0)?, row.string(1)?, row.day(2)?, judged, row.opt_day(5)?))
    })?;
    let pool =
        line.life.pool.as_ref().map(|pool| (pooled_result(&pool.name, pool.judged.is_capital), pool.judged.policy_on));
    let mut told = Vec::new();
    for (id, number, on, judged, judged_on) in held {
        let invoice =
            if number.is_empty() { "an invoice without a number".to_string() } else { format!("invoice {number}") };
        let what = format!("{reference}, {invoice} of {}", in_words(on));
        let policy = judged.and_then(|(policy_id, _)| policies.with_id(policy_id));
        let (Some((_, is_capital)), Some(policy)) = (judged, policy) else {
            let sentence = format!("{what}: not judged, since no policy was in force on that day.");
            told.push(WhyLine { on: Some(on), ..bare(reference, &number, sentence) });
            continue;
        };
        let because = because(tx, policy, (id, is_capital, judged_on))?;
        let by_itself = if pool.is_some() { "goes with its pool; by itself it would be " } else { "" };
        let later = judged_on.map(|day| format!(" (judged on {})", in_words(day))).unwrap_or_default();
        let sentence = format!(
            "{what}: {by_itself}{} by the policy of {}{later}: {because}.",
            result(is_capital),
            in_words(policy.effective_on)
        );
        let (capital_result, policy_on) =
            pool.clone().unwrap_or_else(|| (result(is_capital).to_string(), policy.effective_on));
        told.push(WhyLine {
            on: Some(on),
            capital_result,
            policy: Some(policy_on),
            ..bare(reference, &number, sentence)
        });
    }
    Ok(told)
}

/// The comparison, made again; where the records have changed since, that is said beside what stands.
fn because(tx: &Tx, policy: &Policy, (id, is_capital, judged_on): (i64, bool, Option<Date>)) -> Result<String> {
    let Some(bill) = bill(tx, id)? else {
        return Ok(String::new());
    };
    if bill.is_credit {
        return Ok("a credit goes with the bill that it gives back".to_string());
    }
    let finding = Costs::new(tx).find(policy, &bill, judged_on)?;
    let because = finding.because(policy, &bill.asset);
    if finding.is_capital == is_capital {
        return Ok(because);
    }
    Ok(format!("what was recorded since says otherwise ({because}), and the judgement made at the time stands"))
}

fn pooled(tx: &Tx, policies: &Policies, line: &OrderLine) -> Result<Option<WhyLine>> {
    let sql =
        "SELECT p.id, p.name, g.pooled_on, g.policy_id, g.is_capital FROM pool_line m JOIN pool p ON p.id = m.pool_id
               JOIN pooling g ON g.pool_id = p.id WHERE m.line_id = ?1 ORDER BY g.pooled_on DESC, g.id DESC LIMIT 1";
    let held =
        tx.one(sql, args![line.id], |row| Ok((row.int(0)?, row.string(1)?, row.day(2)?, row.int(3)?, row.flag(4)?)))?;
    let Some((pool_id, name, on, policy_id, is_capital)) = held else {
        return Ok(None);
    };
    let Some(policy) = policies.with_id(policy_id) else {
        return Ok(None);
    };
    let (total, _) = pool::lines(tx, pool_id, on)?;
    let lines =
        if total.lines == 1 { "its one line comes".to_string() } else { format!("its {} lines come", total.lines) };
    let pooling = Pooling { name, total, policy: policy.clone() };
    let compared = if pooling.is_capital() == is_capital {
        pooling.because()
    } else {
        format!(
            "what was recorded since says otherwise ({}), and the judgement made at the time stands",
            pooling.because()
        )
    };
    let sentence = format!(
        "{}, in the pool '{}': {lines} to {}; {} by the policy of {}, judged on {}: {compared}. The pool's result holds for every bill of its lines.",
        line.reference,
        pooling.name,
        pooling.total.cost.in_words(),
        result(is_capital),
        in_words(policy.effective_on),
        in_words(on)
    );
    Ok(Some(WhyLine {
        on: Some(on),
        capital_result: pooled_result(&pooling.name, is_capital),
        policy: Some(policy.effective_on),
        ..bare(line.reference, &pooling.name, sentence)
    }))
}
