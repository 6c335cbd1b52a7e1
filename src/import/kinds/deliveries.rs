//! Deliveries: what arrived of a line. Told apart by what they say, and by their place among equals.

use anyhow::Result;

use super::money::{Alike, line_of, needed_day, refuse_closed, was_recorded};
use super::{Finish, Intake, Outcome, Round, Row, Terms};
use crate::domain::date::Date;
use crate::domain::purchase::receive::{arrived_before, judge_day};
use crate::domain::purchase::{ClosedPeriod, OrderLine};
use crate::import::track::Runs;
use crate::output::listing::Lister;
use crate::store::purchase::{receiving, records};
use crate::store::{Tx, setting};

columns! {
    Line = "line", ReceivedOn = "received_on", Qty = "qty", Recorded = "recorded",
}

pub const KEY: Option<&str> = Some("line");

struct Deliveries {
    today: Date,
    closed: ClosedPeriod,
    alike: Alike<(i64, Date, i64)>,
    orders: Runs,
    /// How many pieces came that nobody has tagged yet.
    untagged: i64,
}

pub fn begin(tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    let closed = setting::closed_to_files(tx)?;
    Ok(Deliveries { today: terms.today, closed, alike: Alike::default(), orders: Runs::default(), untagged: 0 })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    records::each_delivery(tx, |record| out.row(record))
}

impl Intake for Deliveries {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let line = line_of(tx, row, Column::Line)?;
        let on = needed_day(row, Column::ReceivedOn);
        let qty = row.needed::<i64>(Column::Qty);
        let recorded = was_recorded(row, Column::Recorded);
        let (Some(line), Some(on), Some(qty)) = (line, on, qty) else {
            return Ok(Outcome::Rejected);
        };
        let equals = || {
            let held = receiving::receipts(tx, line.id)?;
            Ok(i64::try_from(held.iter().filter(|held| **held == (on, qty)).count())?)
        };
        if self.alike.is_on_record(row, (line.id, on, qty), equals)? {
            return Ok(Outcome::Unchanged);
        }
        self.judge(row, &line, (on, qty), recorded);
        if !row.is_sound() {
            return Ok(Outcome::Rejected);
        }
        receiving::receive(tx, line.id, on, qty)?;
        self.orders.add(line.reference.order.number());
        if !recorded && line.line.nature.brings_instruments() {
            self.untagged += qty - line.standing().early.min(qty);
        }
        Ok(Outcome::Created)
    }

    fn finish(&mut self, _tx: &Tx) -> Result<Finish> {
        let about = super::money::about(std::mem::take(&mut self.orders));
        let remarks = match self.untagged {
            0 => Vec::new(),
            1 => vec!["1 of what arrived waits for its tag: 'ledgerline purchase receive' gives it.".to_string()],
            many => vec![format!("{many} of what arrived wait for their tags: 'ledgerline purchase receive' gives them.")],
        };
        Ok(Finish { about, remarks, ..Finish::default() })
    }
}

impl Deliveries {
    /// Notes why a delivery cannot be recorded, by the desk's rules.
    fn judge(&self, row: &mut Row<'_>, line: &OrderLine, (on, qty): (Date, i64), recorded: bool) {
        if qty == 0 || (qty < 0 && !recorded) {
            return row.fault(Column::Qty, "is not a number from 1");
        }
        let arrives = if recorded { arrived_before(line, qty) } else { line.standing().arrive(qty) };
        if let Err(refusal) = arrives {
            row.fault(Column::Qty, refusal);
        }
        let day = if recorded { judge_day(line.reference, on, None, self.today) } else { judge_day(line.reference, on, line.ordered_on, self.today) };
        if let Err(refusal) = day {
            row.fault(Column::ReceivedOn, refusal);
        }
        refuse_closed(row, Column::ReceivedOn, self.closed, on);
    }
}
