//! Pools: lines that are capitalised as one.

use std::collections::BTreeSet;

use anyhow::Result;

use super::all;
use super::judge::asset;
use crate::args;
use crate::domain::date::Date;
use crate::domain::policy::{Asset, Policy, PoolRefusal, PoolTotal, Pooling};
use crate::domain::purchase::OrderLine;
use crate::domain::reference::{LineRef, OrderRef};
use crate::domain::refusal::refuse;
use crate::domain::text::Name;
use crate::store::db::Tx;
use crate::store::purchase;
use crate::store::remember::Table;
use crate::store::spend::{Depth, Lives, ordered};

/// A pool that lines are put into.
#[derive(Clone, Debug)]
pub struct Pool {
    id: i64,
    pub name: String,
    pub is_new: bool,
}

/// The lines of a pool as they stood, and the policy they are judged by.
#[derive(Clone, Debug)]
pub struct Standing {
    policy_id: i64,
    policy: Policy,
    total: PoolTotal,
    assets: Vec<(LineRef, Asset)>,
}

impl Standing {
    /// The pool's lines, those that were in it before among them.
    pub fn lines(&self) -> impl Iterator<Item = LineRef> {
        self.assets.iter().map(|(line, _)| *line)
    }

    /// Refuses a line that this policy never lets be capital.
    pub fn refuse_never(&self, line: LineRef) -> Result<()> {
        let own = self.assets.iter().find(|(reference, _)| *reference == line);
        match own.and_then(|(_, asset)| self.policy.never(asset)) {
            Some(never) => Err(refuse(PoolRefusal::NeverCapital { line, never })),
            None => Ok(()),
        }
    }
}

/// The pool of a name, which is made where there is none; refused where it was judged after the day.
pub fn open(tx: &Tx, name: &Name, on: Date) -> Result<Pool> {
    let found = tx.one("SELECT id, name FROM pool WHERE name_key = ?1", args![&name.key()], |row| {
        Ok(Pool { id: row.int(0)?, name: row.string(1)?, is_new: false })
    })?;
    let pool = match found {
        Some(found) => found,
        None => {
            let sql = "INSERT INTO pool (name, name_key) VALUES (?1, ?2)";
            let id = tx.insert(Table::Pool, sql, args![name, &name.key()])?;
            Pool { id, name: name.to_string(), is_new: true }
        }
    };
    let last = tx.one("SELECT max(pooled_on) FROM pooling WHERE pool_id = ?1", args![pool.id], |row| row.opt_day(0))?;
    match last.flatten().filter(|last| on < *last) {
        Some(since) => Err(refuse(PoolRefusal::JudgedSince(since))),
        None => Ok(pool),
    }
}

/// The pool a line is in: its name, and since when.
pub fn of_line(tx: &Tx, line_id: i64) -> Result<Option<(Name, Date)>> {
    let sql = "SELECT p.name, m.pooled_on FROM pool_line m JOIN pool p ON p.id = m.pool_id WHERE m.line_id = ?1";
    tx.one(sql, args![line_id], |row| Ok((row.name(0)?, row.day(1)?)))
}

/// Refuses a line that is in a pool already, or that was not there on the day.
pub fn judge_line(tx: &Tx, name: &Name, line: &OrderLine, on: Date) -> Result<()> {
    let reference = line.reference;
    if let Some((held, _)) = of_line(tx, line.id)? {
        let is_this_one = held.key() == name.key();
        return Err(refuse(PoolRefusal::InAPool { line: reference, pool: held.to_string(), is_this_one }));
    }
    match line.ordered_on.filter(|ordered| on < *ordered) {
        Some(ordered_on) => Err(refuse(PoolRefusal::OrderedSince { line: reference, on, ordered_on })),
        None => Ok(()),
    }
}

/// Refuses a line that the policy in force on its invoice's day, or else on the day itself, never lets be capital; and where
/// there is no policy.
pub fn judge_asset(tx: &Tx, line: &OrderLine, on: Date) -> Result<()> {
    let day = line.life.bills.iter().map(|bill| bill.on).filter(|day| *day <= on).max().unwrap_or(on);
    let policies = all(tx)?;
    let (_, policy) = policies.in_force(day).ok_or_else(|| refuse(PoolRefusal::NoPolicy(day)))?;
    let sql = "SELECT l.nature, t.name, t.life_months FROM purchase_line l LEFT JOIN type t ON t.code = l.type WHERE l.id = ?1";
    match tx.one(sql, args![line.id], |row| asset(row, 0))?.and_then(|asset| policy.never(&asset)) {
        Some(never) => Err(refuse(PoolRefusal::NeverCapital { line: line.reference, never })),
        None => Ok(()),
    }
}

/// How a pool was judged on a day, in the order in which that was: policy and result, and of those alike that follow one another one.
pub fn judgements_of(tx: &Tx, name: &Name, on: Date) -> Result<Vec<(i64, bool)>> {
    let sql = "SELECT g.policy_id, g.is_capital FROM pooling g JOIN pool p ON p.id = g.pool_id
               WHERE p.name_key = ?1 AND g.pooled_on = ?2 ORDER BY g.id";
    let mut found = tx.all(sql, args![&name.key(), on], |row| Ok((row.int(0)?, row.flag(1)?)))?;
    found.dedup();
    Ok(found)
}

/// Keeps a judgement of a pool just as a file tells it.
pub fn restore(tx: &Tx, pool: &Pool, (policy_id, is_capital): (i64, bool), on: Date) -> Result<()> {
    let sql = "INSERT INTO pooling (pool_id, pooled_on, policy_id, is_capital) VALUES (?1, ?2, ?3, ?4)";
    tx.insert(Table::Pooling, sql, args![pool.id, on, policy_id, is_capital])?;
    Ok(())
}

/// Puts a line into a pool.
pub fn add_line(tx: &Tx, pool: &Pool, reference: LineRef, on: Date) -> Result<()> {
    let line = purchase::line(tx, reference)?;
    judge_line(tx, &Name::from_record(&pool.name), &line, on)?;
    let sql = "INSERT INTO pool_line (line_id, pool_id, pooled_on) VALUES (?1, ?2, ?3)";
    tx.change(Table::PoolLine, line.id, sql, args![line.id, pool.id, on])?;
    Ok(())
}

/// The lines of a pool as they stand on a day, with the policy in force on the latest day on which one of them was invoiced
/// or, before any was, on the day itself; refused where there is none.
pub fn standing(tx: &Tx, pool: &Pool, on: Date) -> Result<Standing> {
    let (total, assets) = lines(tx, pool.id, on)?;
    let day = total.invoiced_on.unwrap_or(on);
    let policies = all(tx)?;
    let (policy_id, policy) = policies.in_force(day).ok_or_else(|| refuse(PoolRefusal::NoPolicy(day)))?;
    Ok(Standing { policy_id, policy: policy.clone(), total, assets })
}

/// Judges a pool by its total, and keeps the judgement.
pub fn judge(tx: &Tx, pool: &Pool, standing: Standing, on: Date) -> Result<Pooling> {
    let pooling = Pooling { name: pool.name.clone(), total: standing.total, policy: standing.policy };
    restore(tx, pool, (standing.policy_id, pooling.is_capital()), on)?;
    Ok(pooling)
}

/// What the lines of a pool came to, and what each of them is, as they stood at the end of a day.
pub(super) fn lines(tx: &Tx, pool_id: i64, on: Date) -> Result<(PoolTotal, Vec<(LineRef, Asset)>)> {
    let mut lives = Lives::of(tx, Depth::Money, Some(on))?;
    let sql = "SELECT l.id, l.qty, l.net_pence, l.vat_pence, l.vat_recoverable, l.nature, t.name, t.life_months, l.purchase_id, l.line
               FROM pool_line m JOIN purchase_line l ON l.id = m.line_id LEFT JOIN type t ON t.code = l.type
               WHERE m.pool_id = ?1 AND m.pooled_on <= ?2 ORDER BY l.purchase_id, l.line";
    let (mut total, mut assets) = (PoolTotal::default(), Vec::new());
    let mut days = BTreeSet::new();
    tx.each(sql, args![pool_id, on], |row| {
        let life = lives.read(row.int(0)?, ordered(row, 1)?)?;
        total.lines += 1;
        total.cost = total.cost + life.cost();
        days.extend(life.bills.iter().map(|bill| bill.on));
        assets.push((LineRef { order: OrderRef::new(row.int(8)?), line: row.int(9)? }, asset(row, 5)?));
        Ok(())
    })?;
    total.invoiced_on = days.last().copied();
    Ok((total, assets))
}
