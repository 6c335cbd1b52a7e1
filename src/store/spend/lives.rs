//! What the life of each purchase line has brought, read line by line as it was on a day: memory stays flat.

use anyhow::Result;

use crate::args;
use crate::domain::date::Date;
use crate::domain::money::Pence;
use crate::domain::policy::Judgement;
use crate::domain::spend::{Bill, Life, Ordered, Pooled};
use crate::store::db::{Cursor, Prepared, Row, Tx, Value};
use crate::store::purchase::coding::Codings;

/// How much of a life a reader needs: each costs a little more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// The money, and how many instruments.
    Money,
    /// Also invoice numbers, judgements, pools and tags.
    Report,
    /// Also what arrived and was cancelled of lines that are billed whole, which no total needs.
    Whole,
}

/// The look-ups that a life takes, at hand; those that no line needs are left out.
pub struct Lives<'t> {
    depth: Depth,
    as_at: Option<Date>,
    bills: Prepared<'t>,
    received: Prepared<'t>,
    cancelled: Prepared<'t>,
    codings: Codings<'t>,
    pools: Option<Prepared<'t>>,
    tags: Option<Prepared<'t>>,
    life: Life,
}

/// Every day up to `?2`, or up to any.
const BILLS: &str = "SELECT b.qty, b.net_pence, b.vat_pence, n.invoiced_on, n.paid_on, n.id
    FROM invoice_line b JOIN invoice n ON n.id = b.invoice_id WHERE b.line_id = ?1 AND (?2 IS NULL OR n.invoiced_on <= ?2)";

const WHOLE_BILLS: &str = "SELECT b.qty, b.net_pence, b.vat_pence, n.invoiced_on, n.paid_on, n.id, n.number,
           o.effective_on, b.is_capital, b.judged_on
    FROM invoice_line b JOIN invoice n ON n.id = b.invoice_id LEFT JOIN policy o ON o.id = b.policy_id
    WHERE b.line_id = ?1 AND (?2 IS NULL OR n.invoiced_on <= ?2)";

const RECEIVED: &str =
    "SELECT coalesce(sum(qty), 0) FROM receipt WHERE line_id = ?1 AND (?2 IS NULL OR received_on <= ?2)";

const CANCELLED: &str =
    "SELECT coalesce(sum(qty), 0) FROM cancellation WHERE line_id = ?1 AND (?2 IS NULL OR cancelled_on <= ?2)";

const POOLS: &str = "SELECT p.name, o.effective_on, g.is_capital
    FROM pool_line m JOIN pool p ON p.id = m.pool_id JOIN pooling g ON g.pool_id = p.id JOIN policy o ON o.id = g.policy_id
    WHERE m.line_id = ?1 AND (?2 IS NULL OR (m.pooled_on <= ?2 AND g.pooled_on <= ?2))
    ORDER BY g.pooled_on DESC, g.id DESC LIMIT 1";

const TAGS: &str = "SELECT CASE WHEN retired_on IS NULL OR retired_on > ?2 THEN 0 ELSE 1 END, tag FROM instrument
    WHERE purchase_line_id = ?1 AND (?2 IS NULL OR acquired_on IS NULL OR acquired_on <= ?2) ORDER BY id";

/// All bills, in the order of their lines' numbers.
const BILLS_BY_LINE: &str = "SELECT b.qty, b.net_pence, b.vat_pence, n.invoiced_on, n.paid_on, n.id, b.line_id
    FROM invoice_line b JOIN invoice n ON n.id = b.invoice_id WHERE ?1 IS NULL OR n.invoiced_on <= ?1 ORDER BY b.line_id";

/// The bills of every line, read beside lines that come in the order of their numbers: a look-up for each would cost as much
/// as all the rest of a total.
pub struct BillStream<'s> {
    bills: Cursor<'s>,
    as_at: Option<Date>,
    /// The bill read last, and its line.
    held: Option<(i64, Bill)>,
}

impl<'s> BillStream<'s> {
    pub fn prepare<'t>(tx: &'t Tx<'_>) -> Result<Prepared<'t>> {
        tx.prepare(BILLS_BY_LINE)
    }

    pub fn of(statement: &'s mut Prepared<'_>, as_at: Option<Date>) -> Result<BillStream<'s>> {
        Ok(BillStream { bills: statement.rows(args![as_at])?, as_at, held: None })
    }

    /// The bills of a line whose number is beyond that of the one before.
    fn read(&mut self, line_id: i64, into: &mut Vec<Bill>) -> Result<()> {
        loop {
            if self.held.is_none() {
                let Some(row) = self.bills.next_row()? else { return Ok(()) };
                self.held = Some((row.int(6)?, bill(&row, Depth::Money, self.as_at)?));
            }
            match self.held.take() {
                Some((line, bill)) if line == line_id => into.push(bill),
                // A bill of a line that was not asked for.
                Some((line, _)) if line < line_id => {}
                later => {
                    self.held = later;
                    return Ok(());
                }
            }
        }
    }
}

impl<'t> Lives<'t> {
    /// As the lives were at the end of a day, or with all that is recorded.
    pub fn of(tx: &'t Tx<'_>, depth: Depth, as_at: Option<Date>) -> Result<Lives<'t>> {
        let where_any = |table: &str, sql: &str| -> Result<Option<Prepared<'t>>> {
            let any = tx.exists(&format!("SELECT 1 FROM {table} LIMIT 1"), &[])?;
            any.then(|| tx.prepare(sql)).transpose()
        };
        Ok(Lives {
            depth,
            as_at,
            bills: tx.prepare(if depth == Depth::Money { BILLS } else { WHOLE_BILLS })?,
            received: tx.prepare(RECEIVED)?,
            cancelled: tx.prepare(CANCELLED)?,
            codings: Codings::as_at(tx, as_at)?,
            pools: if depth != Depth::Money { where_any("pool_line", POOLS)? } else { None },
            tags: where_any("instrument WHERE purchase_line_id IS NOT NULL", TAGS)?,
            life: Life::default(),
        })
    }

    /// The life of a line that was ordered so; `ordered.received` and `cancelled` are looked up.
    pub fn read(&mut self, line_id: i64, ordered: Ordered) -> Result<&Life> {
        let (bills, depth, as_at) = (&mut self.life.bills, self.depth, self.as_at);
        bills.clear();
        self.bills.each(args![line_id, as_at], |row| {
            bills.push(bill(row, depth, as_at)?);
            Ok(())
        })?;
        self.finish(line_id, ordered)
    }

    /// The same with the bills out of a stream.
    pub fn read_beside(&mut self, line_id: i64, ordered: Ordered, bills: &mut BillStream<'_>) -> Result<&Life> {
        self.life.bills.clear();
        bills.read(line_id, &mut self.life.bills)?;
        self.finish(line_id, ordered)
    }

    /// The rest of a life whose bills are read.
    fn finish(&mut self, line_id: i64, ordered: Ordered) -> Result<&Life> {
        let args: &[_] = args![line_id, self.as_at];
        self.life.ordered = ordered;
        let life = &mut self.life;
        if life.bills.len() > 1 {
            life.bills.sort_by_key(|bill| (bill.on, bill.invoice_id));
        }
        // What is billed whole can neither wait to arrive nor be cancelled any more.
        if life.bills.is_empty() || ordered.unbilled(&life.bills) > 0 || self.depth == Depth::Whole {
            self.received.each(args, |row| {
                life.ordered.received = row.int(0)?;
                Ok(())
            })?;
            self.cancelled.each(args, |row| {
                life.ordered.cancelled = row.int(0)?;
                Ok(())
            })?;
        }
        self.life.coding = self.codings.read(line_id)?.cloned();
        self.read_pool(args)?;
        self.read_tags(args)?;
        self.life.fall_into_parts();
        Ok(&self.life)
    }

    fn read_pool(&mut self, args: &[Value<'_>]) -> Result<()> {
        let pool = &mut self.life.pool;
        *pool = None;
        let Some(pools) = &mut self.pools else {
            return Ok(());
        };
        pools.each(args, |row| {
            let judged = Judgement { policy_on: row.day(1)?, is_capital: row.flag(2)? };
            *pool = Some(Pooled { name: row.string(0)?, judged });
            Ok(())
        })
    }

    fn read_tags(&mut self, args: &[Value<'_>]) -> Result<()> {
        let (life, named) = (&mut self.life, self.depth != Depth::Money);
        life.tags.clear();
        (life.tagged, life.retired) = (0, 0);
        let Some(tags) = &mut self.tags else {
            return Ok(());
        };
        tags.each(args, |row| {
            life.tagged += 1;
            life.retired += row.int(0)?;
            if named {
                life.tags.push(row.string(1)?);
            }
            Ok(())
        })
    }
}

fn bill(row: &Row<'_>, depth: Depth, as_at: Option<Date>) -> Result<Bill> {
    let by_then = |day: &Date| as_at.is_none_or(|last| *day <= last);
    let on = row.day(3)?;
    let mut bill = Bill {
        invoice_id: row.int(5)?,
        number: String::new(),
        on,
        paid_on: row.opt_day(4)?.filter(by_then),
        qty: row.int(0)?,
        net: row.pence(1)?,
        vat: row.pence(2)?,
        judged: None,
    };
    if depth != Depth::Money {
        bill.number = row.string(6)?;
        let judged_on = row.opt_day(9)?.unwrap_or(on);
        if let Some(policy_on) = row.opt_day(7)?.filter(|_| by_then(&judged_on)) {
            bill.judged = Some(Judgement { policy_on, is_capital: row.flag(8)? });
        }
    }
    Ok(bill)
}

/// The money of a line as it was ordered, from four columns: quantity, net, VAT, whether VAT is recovered.
pub fn ordered(row: &Row<'_>, column: usize) -> Result<Ordered> {
    let (qty, net, vat): (i64, Pence, Pence) = (row.int(column)?, row.pence(column + 1)?, row.pence(column + 2)?);
    Ok(Ordered { qty, net, vat, vat_recoverable: row.flag(column + 3)?, received: 0, cancelled: 0 })
}
