//! What an auditor asks about first: lines that were moved, and rules that were gone against.

use std::collections::BTreeMap;

use anyhow::Result;

use super::db::{Row, Tx};
use super::purchase::coding::{self, Codings};
use super::spend::{Depth, Lives, ordered};
use crate::args;
use crate::domain::date::Date;
use crate::domain::fund::FundCode;
use crate::domain::money::Pence;
use crate::domain::policy::{OverrideLine, RecodingLine};
use crate::domain::reference::{LineRef, OrderRef};
use crate::domain::shares::Shares;
use crate::domain::words::Rule;

/// What is asked about: one line, by its number in the file, or all lines of an order.
#[derive(Clone, Copy, Debug)]
pub enum Of {
    Line(i64),
    Order(OrderRef),
}

impl Of {
    /// The number of the line, and that of the order.
    fn numbers(of: Option<Of>) -> (Option<i64>, Option<OrderRef>) {
        match of {
            None => (None, None),
            Some(Of::Line(id)) => (Some(id), None),
            Some(Of::Order(order)) => (None, Some(order)),
        }
    }
}

/// A coding of a line, or what it was first recorded as.
struct Coded {
    on: Option<Date>,
    shares: Shares,
    category: String,
    reason: String,
    who: String,
}

/// Whoever made the record, as the journal has it; an import keeps no such thing.
fn whose(record: &str, id: &str) -> String {
    format!(
        "(SELECT e.who FROM change c JOIN event e ON e.id = c.event_id
          WHERE c.record = '{record}' AND c.key = CAST({id} AS TEXT) AND c.before IS NULL ORDER BY c.event_id LIMIT 1)"
    )
}

/// Every move of a line to other funds or another category, in the order of their days, as recorded by the end of a day. Of
/// one fund: what left it and what came to it. The cost is that of the whole line as it stood.
pub fn recodings(tx: &Tx, fund: Option<&FundCode>, as_at: Option<Date>) -> Result<Vec<RecodingLine>> {
    let mut found = moves(tx, None, as_at)?;
    let names = |shares: &Shares, wanted: &FundCode| shares.iter().any(|share| share.fund == *wanted);
    found.retain(|line| fund.is_none_or(|fund| names(&line.fund_before, fund) || names(&line.fund, fund)));
    Ok(found)
}

/// Every move of a line, or of an order's lines.
pub fn recodings_of(tx: &Tx, of: Of) -> Result<Vec<RecodingLine>> {
    moves(tx, Some(of), None)
}

fn moves(tx: &Tx, only: Option<Of>, as_at: Option<Date>) -> Result<Vec<RecodingLine>> {
    let sql =
        "SELECT l.id, l.qty, l.net_pence, l.vat_pence, l.vat_recoverable, l.purchase_id, l.line, l.fund, l.category
               FROM purchase_line l WHERE (?1 IS NULL OR l.id = ?1) AND (?3 IS NULL OR l.purchase_id = ?3)
                 AND l.id IN (SELECT line_id FROM coding WHERE coded_on IS NOT NULL AND (?2 IS NULL OR coded_on <= ?2))
               ORDER BY l.purchase_id, l.line";
    let mut lives = Lives::of(tx, Depth::Money, as_at)?;
    let (line_id, order) = Of::numbers(only);
    let mut found = Vec::new();
    tx.each(sql, args![line_id, as_at, order], |row| {
        let line = LineRef { order: OrderRef::new(row.int(5)?), line: row.int(6)? };
        let cost = lives.read(row.int(0)?, ordered(row, 1)?)?.cost();
        let mut before = first(row)?;
        for coded in codings(tx, row.int(0)?, as_at)? {
            if let Some(on) = coded.on {
                found.push(RecodingLine {
                    line,
                    on,
                    fund_before: before.shares,
                    fund: coded.shares.clone(),
                    category_before: before.category,
                    category: coded.category.clone(),
                    grant_cost: cost,
                    reason: coded.reason.clone(),
                    who: coded.who.clone(),
                });
            }
            before = coded;
        }
        Ok(())
    })?;
    // Lines come in order, and the moves of each in theirs: that stands among those of one day.
    found.sort_by_key(|moved| (moved.on, moved.line));
    Ok(found)
}

fn first(row: &Row<'_>) -> Result<Coded> {
    Ok(Coded {
        on: None,
        shares: Shares::one(FundCode::from_record(row.text(7)?)),
        category: row.string(8)?,
        reason: String::new(),
        who: String::new(),
    })
}

/// The codings of a line in the order in which they came.
fn codings(tx: &Tx, line_id: i64, as_at: Option<Date>) -> Result<Vec<Coded>> {
    let sql = format!(
        "SELECT d.id, d.coded_on, d.category, d.reason, {} FROM coding d
         WHERE d.line_id = ?1 AND (?2 IS NULL OR d.coded_on IS NULL OR d.coded_on <= ?2) ORDER BY coalesce(d.coded_on, ''), d.id",
        whose("coding", "d.id")
    );
    let mut coded = Vec::new();
    tx.each(&sql, args![line_id, as_at], |row| {
        if let Some(shares) = coding::shares_of(tx, row.int(0)?)? {
            let (on, category, reason) = (row.opt_day(1)?, row.string(2)?, row.string(3)?);
            coded.push(Coded { on, shares, category, reason, who: row.string(4)? });
        }
        Ok(())
    })?;
    Ok(coded)
}

/// The funds that bear a line: of its latest coding or, without one, as it was first recorded.
fn borne_by(codings: &mut Codings<'_>, line_id: i64, first: &str) -> Result<Shares> {
    let latest = codings.read(line_id)?;
    Ok(latest.map_or_else(|| Shares::one(FundCode::from_record(first)), |(shares, _)| shares.clone()))
}

/// Every rule that was gone against, in the order of the days, as recorded by the end of a day. Of one fund: what concerns
/// it or the lines that it bears.
pub fn overrides(tx: &Tx, fund: Option<&FundCode>, as_at: Option<Date>) -> Result<Vec<OverrideLine>> {
    if !tx.exists("SELECT 1 FROM override LIMIT 1", &[])? {
        return Ok(Vec::new());
    }
    let costs = costs(tx, as_at)?;
    let mut codings = Codings::as_at(tx, as_at)?;
    let sql = "SELECT o.subject, o.overridden_on, o.rule, o.reason, o.line_id, s.name, l.description, l.fund,
                      (SELECT f.code FROM fund f WHERE f.code = o.subject)
               FROM override o LEFT JOIN purchase_line l ON l.id = o.line_id LEFT JOIN purchase p ON p.id = l.purchase_id
               LEFT JOIN supplier s ON s.id = p.supplier_id
               WHERE ?1 IS NULL OR o.overridden_on <= ?1
               ORDER BY o.overridden_on, coalesce(l.purchase_id, 0), coalesce(l.line, 0), o.subject, o.id";
    let mut found = Vec::new();
    tx.each(sql, args![as_at], |row| {
        let line_id = row.opt_int(4)?;
        let shares = line_id.map(|id| borne_by(&mut codings, id, row.text(7)?)).transpose()?;
        let shares = shares.or(row.opt_text(8)?.map(|code| Shares::one(FundCode::from_record(code))));
        let concerns = |wanted: &FundCode| shares.iter().flat_map(Shares::iter).any(|share| share.fund == *wanted);
        let bore = |wanted: &FundCode| line_id.map_or(Ok(false), |id| ever_bore(tx, id, wanted));
        if fund.is_none_or(concerns) || fund.map(bore).transpose()? == Some(true) {
            found.push(OverrideLine {
                fund: shares.map(|shares| shares.to_string()).unwrap_or_default(),
                subject: row.string(0)?,
                on: row.day(1)?,
                rule: row.opt_word::<Rule>(2)?,
                reason: row.string(3)?,
                supplier: row.string(5)?,
                description: row.string(6)?,
                grant_cost: line_id.and_then(|id| costs.get(&id).copied()),
            });
        }
        Ok(())
    })?;
    Ok(found)
}

/// Whether a fund bore a line at any time: its auditor asks about what was moved out of it, too.
fn ever_bore(tx: &Tx, line_id: i64, fund: &FundCode) -> Result<bool> {
    let sql = "SELECT 1 FROM purchase_line WHERE id = ?1 AND fund = ?2
               UNION ALL SELECT 1 FROM coding c JOIN coding_fund f ON f.coding_id = c.id WHERE c.line_id = ?1 AND f.fund = ?2";
    tx.exists(sql, args![line_id, fund.as_str()])
}

/// What each line cost of which something is overridden, as it stood.
fn costs(tx: &Tx, as_at: Option<Date>) -> Result<BTreeMap<i64, Pence>> {
    let mut lives = Lives::of(tx, Depth::Money, as_at)?;
    let sql = "SELECT l.id, l.qty, l.net_pence, l.vat_pence, l.vat_recoverable FROM purchase_line l
               WHERE l.id IN (SELECT line_id FROM override WHERE line_id IS NOT NULL)";
    let mut costs = BTreeMap::new();
    tx.each(sql, &[], |row| {
        costs.insert(row.int(0)?, lives.read(row.int(0)?, ordered(row, 1)?)?.cost());
        Ok(())
    })?;
    Ok(costs)
}

/// A rule that was gone against for a line. The rule is unknown in older files.
pub struct Overridden {
    /// As the journal names it.
    pub subject: String,
    pub on: Date,
    pub rule: Option<Rule>,
    pub reason: String,
    pub who: String,
}

/// The rules that were gone against for a line, or for an order's lines, in the order of their days.
pub fn overrides_of(tx: &Tx, of: Of) -> Result<Vec<Overridden>> {
    let sql = format!(
        "SELECT o.subject, o.overridden_on, o.rule, o.reason, {} FROM override o JOIN purchase_line l ON l.id = o.line_id
         WHERE (?1 IS NULL OR l.id = ?1) AND (?2 IS NULL OR l.purchase_id = ?2) ORDER BY o.overridden_on, l.line, o.subject, o.id",
        whose("override", "o.id")
    );
    let (line_id, order) = Of::numbers(Some(of));
    tx.all(&sql, args![line_id, order], |row| {
        Ok(Overridden {
            subject: row.string(0)?,
            on: row.day(1)?,
            rule: row.opt_word(2)?,
            reason: row.string(3)?,
            who: row.string(4)?,
        })
    })
}

/// How many lines that a fund bears, or any, went against a rule by the end of a day.
pub fn lines_overridden(tx: &Tx, fund: Option<&FundCode>, as_at: Option<Date>) -> Result<usize> {
    let mut codings = Codings::as_at(tx, as_at)?;
    let sql = "SELECT DISTINCT l.id, l.fund FROM override o JOIN purchase_line l ON l.id = o.line_id
               WHERE ?1 IS NULL OR o.overridden_on <= ?1";
    let mut count = 0;
    tx.each(sql, args![as_at], |row| {
        let is_of_fund = match fund {
            None => true,
            Some(fund) => borne_by(&mut codings, row.int(0)?, row.text(1)?)?.iter().any(|share| share.fund == *fund),
        };
        count += usize::from(is_of_fund);
        Ok(())
    })?;
    Ok(count)
}
