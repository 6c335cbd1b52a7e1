//! Judging bills: by the policy in force on the invoice's day, once.

use std::collections::HashSet;

use anyhow::Result;

use super::all;
use crate::args;
use crate::domain::date::Date;
use crate::domain::money::Pence;
use crate::domain::policy::{Asset, Finding, Policies, Policy, RevenueInCapital};
use crate::domain::purchase::{ToldJudgement, grant_cost};
use crate::domain::reference::{LineRef, OrderRef};
use crate::domain::shares::Shares;
use crate::domain::words::Basis;
use crate::store::db::{Row, Tx, Value};
use crate::store::purchase::coding::Codings;
use crate::store::purchase::{self, billing::is_credit};
use crate::store::remember::Table;
use crate::store::spend::{Depth, Lives, ordered};

/// A bill as it is judged.
pub(super) struct Bill {
    pub id: i64,
    line_id: i64,
    line: LineRef,
    pub asset: Asset,
    qty: i64,
    cost: Pence,
    pub invoiced_on: Date,
    /// It gives back what another bill of the line took.
    pub is_credit: bool,
    /// It bills the whole line, alone.
    is_whole: bool,
}

const BILLS: &str = concat!(
    "SELECT b.id, b.qty, b.net_pence, b.vat_pence, n.invoiced_on, l.id, l.purchase_id, l.line, l.qty, l.vat_recoverable, l.nature,
           t.name, t.life_months, (SELECT count(*) FROM invoice_line other WHERE other.line_id = l.id), ",
    is_credit!(),
    " <> (l.qty < 0)
    FROM invoice_line b JOIN invoice n ON n.id = b.invoice_id JOIN purchase_line l ON l.id = b.line_id
    LEFT JOIN type t ON t.code = l.type"
);

fn from_row(row: &Row<'_>) -> Result<Bill> {
    let (qty, net, of_line): (i64, Pence, i64) = (row.int(1)?, row.pence(2)?, row.int(8)?);
    Ok(Bill {
        id: row.int(0)?,
        line_id: row.int(5)?,
        line: LineRef { order: OrderRef::new(row.int(6)?), line: row.int(7)? },
        asset: asset(row, 10)?,
        qty,
        cost: grant_cost(net, row.pence(3)?, row.flag(9)?),
        invoiced_on: row.day(4)?,
        is_credit: row.flag(14)?,
        is_whole: qty == of_line && row.int(13)? == 1,
    })
}

/// From three columns: nature, the name of the type and its life in months.
pub(super) fn asset(row: &Row<'_>, column: usize) -> Result<Asset> {
    let months = row.opt_int(column + 2)?;
    Ok(Asset { nature: row.word(column)?, of_type: row.opt_string(column + 1)?.zip(months) })
}

pub(super) fn bill(tx: &Tx, id: i64) -> Result<Option<Bill>> {
    tx.one(&format!("{BILLS} WHERE b.id = ?1"), args![id], from_row)
}

/// Judges all bills of a line that no policy has judged, each by the policy in force on its invoice's day; none in force leaves
/// it unjudged. Where an order is judged as a whole, all that its invoice bills must be in.
pub fn judge_line(tx: &Tx, line_id: i64) -> Result<()> {
    judge_each(tx, "WHERE b.line_id = ?1 AND b.policy_id IS NULL", (line_id.into(), None), &|_| false)?;
    Ok(())
}

/// The same for all bills of an invoice that no policy has judged.
pub fn judge_invoice(tx: &Tx, invoice_id: i64) -> Result<()> {
    judge_each(tx, "WHERE b.invoice_id = ?1 AND b.policy_id IS NULL", (invoice_id.into(), None), &|_| false)?;
    Ok(())
}

/// The last bill on record, by its number in the file.
pub fn last_bill(tx: &Tx) -> Result<i64> {
    tx.number("SELECT coalesce(max(id), 0) FROM invoice_line", &[])
}

/// The same for every bill after this one: what an import brought. It brings an order line by line, and only at its end all
/// of it is in. What the file says of a bill stands: those `told` are left.
pub fn judge_bills_after(tx: &Tx, last: i64, told: &dyn Fn(i64) -> bool) -> Result<()> {
    judge_each(tx, "WHERE b.id > ?1 AND b.policy_id IS NULL", (last.into(), None), told)?;
    Ok(())
}

/// Keeps the judgement of a bill as a file tells it.
pub fn keep(tx: &Tx, bill_id: i64, told: ToldJudgement) -> Result<()> {
    match told {
        ToldJudgement::Unjudged => Ok(()),
        ToldJudgement::By { policy_id, is_capital, judged_on } => {
            write(tx, bill_id, (policy_id, is_capital), judged_on)
        }
    }
}

/// Judges what no policy has judged of all that was invoiced from a day on; how many bills that was.
pub(super) fn judge_unjudged(tx: &Tx, from: Date, today: Date) -> Result<usize> {
    judge_each(tx, "WHERE b.policy_id IS NULL AND n.invoiced_on >= ?1", (from.into(), Some(today)), &|_| false)
}

/// Credits come last of a day, since they follow other bills.
fn judge_each(
    tx: &Tx,
    condition: &str,
    (value, judged_on): (Value<'_>, Option<Date>),
    is_left: &dyn Fn(i64) -> bool,
) -> Result<usize> {
    let policies = all(tx)?;
    if policies.is_empty() {
        return Ok(0);
    }
    let is_credit = is_credit!();
    let sql = format!("{BILLS} {condition} ORDER BY n.invoiced_on, {is_credit}, l.purchase_id, b.id");
    let (mut costs, mut judged) = (Costs::new(tx), 0);
    for bill in tx.all(&sql, &[value], from_row)?.into_iter().filter(|bill| !is_left(bill.id)) {
        judged += usize::from(judge(tx, &policies, &mut costs, &bill, judged_on)?);
    }
    Ok(judged)
}

/// Whether there was a policy, or another bill's judgement, to judge it by.
fn judge(
    tx: &Tx,
    policies: &Policies,
    costs: &mut Costs<'_, '_>,
    bill: &Bill,
    judged_on: Option<Date>,
) -> Result<bool> {
    let judgement = if bill.is_credit {
        judgement_credited(tx, bill)?
    } else {
        let in_force = policies.in_force(bill.invoiced_on);
        let found = in_force.map(|(id, policy)| Ok::<_, anyhow::Error>((id, costs.find(policy, bill, judged_on)?)));
        found.transpose()?.map(|(id, finding)| (id, finding.is_capital))
    };
    judgement.map(|judgement| write(tx, bill.id, judgement, judged_on)).transpose().map(|written| written.is_some())
}

fn write(tx: &Tx, bill_id: i64, (policy_id, is_capital): (i64, bool), judged_on: Option<Date>) -> Result<()> {
    let sql = "UPDATE invoice_line SET policy_id = ?2, is_capital = ?3, judged_on = ?4 WHERE id = ?1";
    tx.change(Table::InvoiceLine, bill_id, sql, args![bill_id, policy_id, is_capital, judged_on])?;
    Ok(())
}

/// The judgement of the bill that a credit gives back: of the invoice whose number it bears, else of the largest before it.
fn judgement_credited(tx: &Tx, credit: &Bill) -> Result<Option<(i64, bool)>> {
    let sql = concat!(
        "SELECT b.policy_id, b.is_capital FROM invoice_line b JOIN invoice n ON n.id = b.invoice_id
         JOIN purchase_line l ON l.id = b.line_id
         WHERE b.line_id = ?1 AND b.id <> ?2 AND n.invoiced_on <= ?3 AND b.policy_id IS NOT NULL AND ",
        is_credit!(),
        " = (l.qty < 0)
         ORDER BY CASE WHEN n.number = (SELECT c.number FROM invoice_line x JOIN invoice c ON c.id = x.invoice_id WHERE x.id = ?2)
                       THEN 0 ELSE 1 END,
                  abs(b.net_pence) DESC, n.invoiced_on DESC, b.id DESC LIMIT 1"
    );
    tx.one(sql, args![credit.line_id, credit.id, credit.invoiced_on], |row| Ok((row.int(0)?, row.flag(1)?)))
}

/// What lines and orders cost as they stood; what was looked up for one bill is kept for the next.
pub(super) struct Costs<'t, 'c> {
    tx: &'t Tx<'c>,
    lives: Option<(Date, Lives<'t>)>,
    /// An order on a day by a policy, and what of it can be capital came to.
    order: Option<((OrderRef, Date, Date), Pence)>,
}

impl<'t, 'c> Costs<'t, 'c> {
    /// With nothing looked up yet.
    pub fn new(tx: &'t Tx<'c>) -> Costs<'t, 'c> {
        Costs { tx, lives: None, order: None }
    }

    /// What a policy says of a bill, with the line and its order as they stood when it was judged.
    pub fn find(&mut self, policy: &Policy, bill: &Bill, judged_on: Option<Date>) -> Result<Finding> {
        let day = judged_on.map_or(bill.invoiced_on, |day| day.max(bill.invoiced_on));
        let can_cost = policy.never(&bill.asset).is_none();
        let cost = match policy.basis {
            Basis::Line if can_cost && !bill.is_whole => self.standing(policy, bill.line, Some(bill.line.line), day)?,
            Basis::Order if can_cost => self.of_order(policy, bill.line, day)?,
            _ => bill.cost,
        };
        Ok(policy.judge(&bill.asset, cost, bill.qty))
    }

    fn of_order(&mut self, policy: &Policy, of: LineRef, day: Date) -> Result<Pence> {
        let key = (of.order, day, policy.effective_on);
        if let Some((_, cost)) = self.order.filter(|(held, _)| *held == key) {
            return Ok(cost);
        }
        let cost = self.standing(policy, of, None, day)?;
        self.order = Some((key, cost));
        Ok(cost)
    }

    /// What a line, or all lines of its order that can be capital, cost as they stood at the end of a day: billed and to come.
    fn standing(&mut self, policy: &Policy, of: LineRef, only: Option<i64>, day: Date) -> Result<Pence> {
        let mut lives = match self.lives.take() {
            Some((held, lives)) if held == day => lives,
            _ => Lives::of(self.tx, Depth::Money, Some(day))?,
        };
        let sql = "SELECT l.id, l.qty, l.net_pence, l.vat_pence, l.vat_recoverable, l.nature, t.name, t.life_months
                   FROM purchase_line l LEFT JOIN type t ON t.code = l.type
                   WHERE l.purchase_id = ?1 AND (?2 IS NULL OR l.line = ?2) AND (l.added_on IS NULL OR l.added_on <= ?3)";
        let mut total = Pence::ZERO;
        self.tx.each(sql, args![of.order, only, day], |row| {
            if policy.never(&asset(row, 5)?).is_none() {
                total = total + lives.read(row.int(0)?, ordered(row, 1)?)?.cost();
            }
            Ok(())
        })?;
        self.lives = Some((day, lives));
        Ok(total)
    }
}

/// What is to be said of a line that a policy has judged to be revenue and that a capital fund bears.
pub fn revenue_in_capital(tx: &Tx, line: LineRef) -> Result<Option<RevenueInCapital>> {
    let found = purchase::line(tx, line)?;
    if found.life.pool.is_some() {
        return Ok(None);
    }
    let sql =
        "SELECT id, policy_id, judged_on FROM invoice_line WHERE line_id = ?1 AND is_capital = 0 ORDER BY id LIMIT 1";
    let judged = tx.one(sql, args![found.id], |row| Ok((row.int(0)?, row.int(1)?, row.opt_day(2)?)))?;
    let Some((bill_id, policy_id, judged_on)) = judged else {
        return Ok(None);
    };
    let funds = CapitalFunds::of(tx)?.among(&found.line.shares);
    let policies = all(tx)?;
    let (Some(policy), Some(bill), false) = (policies.with_id(policy_id), bill(tx, bill_id)?, funds.is_empty()) else {
        return Ok(None);
    };
    let finding = Costs::new(tx).find(policy, &bill, judged_on)?;
    Ok(Some(RevenueInCapital {
        line,
        policy_on: policy.effective_on,
        because: finding.because(policy, &bill.asset),
        fund: funds.join(", "),
        can_be_pooled: policy.never(&bill.asset).is_none(),
    }))
}

/// How many lines billed after this bill are revenue by policy, and borne by a capital fund, in a split or alone.
pub fn revenue_in_capital_after(tx: &Tx, last: i64) -> Result<usize> {
    let capital = CapitalFunds::of(tx)?;
    let mut codings = Codings::of(tx)?;
    let mut count = 0;
    let sql = "SELECT DISTINCT l.id, l.fund FROM invoice_line b JOIN purchase_line l ON l.id = b.line_id
               WHERE b.id > ?1 AND b.is_capital = 0 AND NOT EXISTS (SELECT 1 FROM pool_line m WHERE m.line_id = l.id)";
    tx.each(sql, args![last], |row| {
        let is_borne = match codings.read(row.int(0)?)? {
            Some((shares, _)) => !capital.among(shares).is_empty(),
            None => capital.0.contains(row.text(1)?),
        };
        count += usize::from(is_borne);
        Ok(())
    })?;
    Ok(count)
}

/// The codes of the funds that buy assets.
struct CapitalFunds(HashSet<String>);

impl CapitalFunds {
    fn of(tx: &Tx) -> Result<CapitalFunds> {
        let codes = tx.all("SELECT code FROM fund WHERE nature = 'capital'", &[], |row| row.string(0))?;
        Ok(CapitalFunds(codes.into_iter().collect()))
    }

    /// Those among the funds that bear a line.
    fn among(&self, shares: &Shares) -> Vec<String> {
        shares.iter().map(|share| share.fund.to_string()).filter(|fund| self.0.contains(fund)).collect()
    }
}
