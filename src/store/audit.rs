//! What an auditor asks about, fund by fund, as at any day.

use anyhow::Result;

use super::db::{Row, Tx};
use super::spend::{self, Depth, Lives};
use crate::args;
use crate::domain::audit::{OverrideLine, PolicyLine, RecodingLine};
use crate::domain::date::Date;
use crate::domain::fund::FundCode;
use crate::domain::money::Pence;
use crate::domain::reference::{LineRef, OrderRef};
use crate::domain::shares::{Share, Shares};

/// What had come of a fund's money by the end of a day.
pub fn received(tx: &Tx, fund: &FundCode, as_at: Date) -> Result<Pence> {
    let sql = "SELECT coalesce(sum(amount_pence), 0) FROM fund_payment WHERE fund = ?1 AND received_on <= ?2";
    Ok(Pence::new(tx.number(sql, args![fund.as_str(), as_at])?))
}

/// The policies in force by the end of a day, or all, in the order of their days.
pub fn policies(tx: &Tx, as_at: Option<Date>) -> Result<Vec<PolicyLine>> {
    let sql = "SELECT effective_on, threshold_pence, basis, min_life_months FROM policy
               WHERE ?1 IS NULL OR effective_on <= ?1 ORDER BY effective_on";
    tx.all(sql, args![as_at], |row| {
        Ok(PolicyLine {
            effective_on: row.day(0)?,
            threshold: row.pence(1)?,
            basis: row.word(2)?,
            min_life_months: row.int(3)?,
        })
    })
}

/// Lines that were moved by the end of a day, with the fund among those before or after; each move in its order.
pub fn recodings(tx: &Tx, fund: Option<&FundCode>, as_at: Option<Date>) -> Result<Vec<RecodingLine>> {
    let sql =
        "SELECT l.id, l.qty, l.net_pence, l.vat_pence, l.vat_recoverable, l.fund, l.category, l.purchase_id, l.line
               FROM purchase_line l
               WHERE l.id IN (SELECT line_id FROM coding WHERE coded_on IS NOT NULL AND (?1 IS NULL OR coded_on <= ?1))
               ORDER BY l.purchase_id, l.line";
    let codings = "SELECT id, coded_on, category, reason FROM coding
                   WHERE line_id = ?1 AND (?2 IS NULL OR coded_on IS NULL OR coded_on <= ?2) ORDER BY coded_on, id";
    let mut lives = Lives::of(tx, Depth::Money, as_at)?;
    let mut found = Vec::new();
    tx.each(sql, args![as_at], |row| {
        let grant_cost = lives.read(row.int(0)?, spend::ordered(row, 1)?)?.cost();
        let line = LineRef { order: OrderRef::new(row.int(7)?), line: row.int(8)? };
        let mut before = (Shares::one(FundCode::from_record(row.text(5)?)), row.opt_string(6)?);
        tx.each(codings, args![row.int(0)?, as_at], |coding| {
            let after = (shares(tx, coding.int(0)?)?.unwrap_or_else(|| before.0.clone()), coding.opt_string(2)?);
            let concerns = |wanted: &FundCode| [&before.0, &after.0].into_iter().any(|shares| bears(shares, wanted));
            if let Some(on) = coding.opt_day(1)?.filter(|_| fund.is_none_or(concerns)) {
                found.push(RecodingLine {
                    line,
                    on,
                    fund_before: before.0.clone(),
                    fund: after.0.clone(),
                    category_before: before.1.clone(),
                    category: after.1.clone(),
                    grant_cost,
                    reason: coding.string(3)?,
                });
            }
            before = after;
            Ok(())
        })
    })?;
    Ok(found)
}

fn shares(tx: &Tx, coding_id: i64) -> Result<Option<Shares>> {
    let sql = "SELECT fund, weight FROM coding_fund WHERE coding_id = ?1";
    let read = |row: &Row<'_>| Ok(Share { fund: FundCode::from_record(row.text(0)?), weight: row.int(1)? });
    Ok(Shares::from_record(tx.all(sql, args![coding_id], read)?))
}

fn bears(shares: &Shares, fund: &FundCode) -> bool {
    shares.iter().any(|share| share.fund == *fund)
}

/// What was recorded against a rule by the end of a day, in the order it was: on lines that the fund bears, on orders with
/// such a line, and on the fund itself.
pub fn overrides(tx: &Tx, fund: Option<&FundCode>, as_at: Option<Date>) -> Result<Vec<OverrideLine>> {
    let sql = "SELECT l.id, l.qty, l.net_pence, l.vat_pence, l.vat_recoverable, l.fund,
                      o.subject, o.overridden_on, o.rule, o.reason, s.name, l.description
               FROM override o LEFT JOIN purchase_line l ON l.id = o.line_id
               LEFT JOIN purchase p ON p.id = l.purchase_id LEFT JOIN supplier s ON s.id = p.supplier_id
               WHERE ?1 IS NULL OR o.overridden_on <= ?1 ORDER BY o.overridden_on, o.id";
    let mut lives = Lives::of(tx, Depth::Money, as_at)?;
    let mut found = Vec::new();
    tx.each(sql, args![as_at], |row| {
        let (mut borne_by, mut grant_cost) = (None, None);
        if let Some(line_id) = row.opt_int(0)? {
            let life = lives.read(line_id, spend::ordered(row, 1)?)?;
            grant_cost = Some(life.cost());
            borne_by = life.shares().cloned().or(Some(Shares::one(FundCode::from_record(row.text(5)?))));
        }
        let subject = row.text(6)?;
        let concerned = match (fund, &borne_by) {
            (None, _) => true,
            (Some(fund), Some(shares)) => bears(shares, fund),
            (Some(fund), None) => subject == fund.as_str() || has_line_of(tx, subject, fund)?,
        };
        if concerned {
            found.push(OverrideLine {
                fund: borne_by,
                subject: subject.to_string(),
                on: row.day(7)?,
                rule: row.opt_word(8)?,
                reason: row.string(9)?,
                supplier: row.string(10)?,
                description: row.string(11)?,
                grant_cost,
            });
        }
        Ok(())
    })?;
    Ok(found)
}

/// Whether a subject is an order or a line of one that the fund bears, now or before.
fn has_line_of(tx: &Tx, subject: &str, fund: &FundCode) -> Result<bool> {
    let order = subject.split('/').next().unwrap_or_default();
    let Ok(order) = order.parse::<OrderRef>() else {
        return Ok(false);
    };
    let sql = "SELECT 1 FROM purchase_line l WHERE l.purchase_id = ?1 AND (l.fund = ?2 OR l.id IN (
                   SELECT c.line_id FROM coding c JOIN coding_fund f ON f.coding_id = c.id WHERE f.fund = ?2))";
    tx.exists(sql, args![order, fund.as_str()])
}
