//! What instruments had cost by a day, where a bill, a credit or a cancellation has changed it since.

use std::collections::HashMap;

use anyhow::Result;

use crate::args;
use crate::domain::date::Date;
use crate::domain::money::Pence;
use crate::domain::purchase::shared_out;
use crate::store::db::{Tx, Value};
use crate::store::spend::{self, Depth, Lives};

/// What instruments had cost by the end of a day, by their number in the file: only those whose line has changed since, so
/// that it stays small. All others cost what is recorded.
#[derive(Debug, Default)]
pub struct CostsThen(HashMap<i64, Pence>);

/// Lines with a bill, a credit or a cancellation after `?1`.
const CHANGED_SINCE: &str = "SELECT l.id, l.qty, l.net_pence, l.vat_pence, l.vat_recoverable FROM purchase_line l
    WHERE l.id IN (SELECT b.line_id FROM invoice n JOIN invoice_line b ON b.invoice_id = n.id WHERE n.invoiced_on > ?1
                   UNION SELECT line_id FROM cancellation WHERE cancelled_on > ?1)
      AND EXISTS (SELECT 1 FROM instrument i WHERE i.purchase_line_id = l.id)
    ORDER BY l.id";

/// In the order in which they share their line's cost: those still there by `?2` first.
const INSTRUMENTS: &str = "SELECT id FROM instrument WHERE purchase_line_id = ?1
    ORDER BY CASE WHEN retired_on IS NULL OR retired_on > ?2 THEN 0 ELSE 1 END, id";

impl CostsThen {
    pub fn by(tx: &Tx, day: Date) -> Result<CostsThen> {
        let mut then = Lives::of(tx, Depth::Money, Some(day))?;
        let mut now = Lives::of(tx, Depth::Money, None)?;
        let mut instruments = tx.prepare(INSTRUMENTS)?;
        let mut costs = HashMap::new();
        tx.each(CHANGED_SINCE, args![day], |row| {
            let (line_id, ordered) = (row.int(0)?, spend::ordered(row, 1)?);
            let then = then.read(line_id, ordered)?;
            let now = now.read(line_id, ordered)?;
            let cost_then = (then.cost(), then.kept_qty());
            if cost_then == (now.cost(), now.kept_qty()) || cost_then.0.is_negative() {
                return Ok(());
            }
            let mut shares = shared_out(cost_then.0, cost_then.1);
            instruments.each(&[Value::Int(line_id), day.into()], |row| {
                if let Some(share) = shares.next() {
                    costs.insert(row.int(0)?, share);
                }
                Ok(())
            })
        })?;
        Ok(CostsThen(costs))
    }

    /// What an instrument had cost, given what is recorded.
    pub fn of(&self, instrument_id: i64, recorded: Option<Pence>) -> Option<Pence> {
        self.0.get(&instrument_id).copied().or(recorded)
    }
}
