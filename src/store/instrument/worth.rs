//! What instruments had cost by a day, where a bill, a credit or a cancellation has changed it since; and what one fund bore
//! of it, where several bear the line.

use std::collections::{HashMap, HashSet};

use anyhow::Result;

use crate::args;
use crate::domain::asset::Burden;
use crate::domain::date::Date;
use crate::domain::money::Pence;
use crate::domain::purchase::shared_out;
use crate::domain::shares::Shares;
use crate::domain::spend::Ordered;
use crate::store::db::{Prepared, Tx, Value};
use crate::store::spend::{self, Depth, Lives};

/// What instruments had cost by the end of a day, by their number in the file: only those whose line has changed since, so
/// that it stays small. All others cost what is recorded.
struct CostsThen(HashMap<i64, Pence>);

/// Lines with a bill, a credit or a cancellation after `?1`.
const CHANGED_SINCE: &str = "SELECT l.id, l.qty, l.net_pence, l.vat_pence, l.vat_recoverable FROM purchase_line l
    WHERE l.id IN (SELECT b.line_id FROM invoice n JOIN invoice_line b ON b.invoice_id = n.id WHERE n.invoiced_on > ?1
                   UNION SELECT line_id FROM cancellation WHERE cancelled_on > ?1)
      AND EXISTS (SELECT 1 FROM instrument i WHERE i.purchase_line_id = l.id)
    ORDER BY l.id";

/// In the order in which they share their line's cost.
const INSTRUMENTS: &str = "SELECT id FROM instrument WHERE purchase_line_id = ?1 ORDER BY id";

impl CostsThen {
    fn by(tx: &Tx, day: Date) -> Result<CostsThen> {
        let mut then = Lives::of(tx, Depth::Money, Some(day))?;
        let mut now = Lives::of(tx, Depth::Money, None)?;
        let mut instruments = tx.prepare(INSTRUMENTS)?;
        let mut costs = HashMap::new();
        tx.each(CHANGED_SINCE, args![day], |row| {
            let (line_id, ordered) = (row.int(0)?, spend::ordered(row, 1)?);
            let then = then.read(line_id, ordered)?;
            let now = now.read(line_id, ordered)?;
            let goods_then = then.goods();
            if goods_then == now.goods() || goods_then.0.is_negative() {
                return Ok(());
            }
            let mut shares = shared_out(goods_then.0, goods_then.1);
            instruments.each(&[Value::Int(line_id)], |row| {
                if let Some(share) = shares.next() {
                    costs.insert(row.int(0)?, share);
                }
                Ok(())
            })
        })?;
        Ok(CostsThen(costs))
    }

    /// What an instrument had cost, given what is recorded.
    fn of(&self, instrument_id: i64, recorded: Option<Pence>) -> Option<Pence> {
        self.0.get(&instrument_id).copied().or(recorded)
    }
}

/// A line that several funds bear, and the place among them of the one that is asked for.
#[derive(Clone, Copy)]
pub struct Split<'a> {
    pub line_id: i64,
    /// As it was ordered.
    pub ordered: Ordered,
    pub shares: &'a Shares,
    pub place: usize,
}

/// Those of a line that were there by `?2`, in the order in which a fund bears them.
const OF_LINE: &str = "SELECT id, cost_pence FROM instrument
    WHERE purchase_line_id = ?1 AND (acquired_on IS NULL OR acquired_on <= ?2) ORDER BY id";

/// What instruments had cost by the end of a day: as a whole, or what one fund bore of it.
pub struct Costs<'t> {
    day: Date,
    whole: CostsThen,
    lives: Lives<'t>,
    of_line: Prepared<'t>,
    /// Of the lines that were asked for: only those that several funds bear.
    borne: HashMap<i64, Pence>,
    asked: HashSet<i64>,
}

impl<'t> Costs<'t> {
    /// Costs as they stood at the end of a day.
    pub fn by(tx: &'t Tx<'_>, day: Date) -> Result<Costs<'t>> {
        let lives = Lives::of(tx, Depth::Money, Some(day))?;
        let (whole, of_line) = (CostsThen::by(tx, day)?, tx.prepare(OF_LINE)?);
        Ok(Costs { day, whole, lives, of_line, borne: HashMap::new(), asked: HashSet::new() })
    }

    /// What an instrument had cost, given what is recorded.
    pub fn of(&self, instrument_id: i64, recorded: Option<Pence>) -> Option<Pence> {
        self.whole.of(instrument_id, recorded)
    }

    /// What the fund that is asked for bore of an instrument of its line.
    pub fn borne(&mut self, instrument_id: i64, of: Split<'_>) -> Result<Option<Pence>> {
        if self.asked.insert(of.line_id) {
            let burden = Burden::of(self.lives.read(of.line_id, of.ordered)?, of.shares);
            let (whole, borne, mut so_far) = (&self.whole, &mut self.borne, Pence::ZERO);
            self.of_line.each(args![of.line_id, self.day], |row| {
                let id = row.int(0)?;
                if let Some(cost) = whole.of(id, row.opt_pence(1)?) {
                    let before = burden.borne(of.place, so_far);
                    so_far = so_far + cost;
                    borne.insert(id, burden.borne(of.place, so_far) - before);
                }
                Ok(())
            })?;
        }
        Ok(self.borne.get(&instrument_id).copied())
    }
}
