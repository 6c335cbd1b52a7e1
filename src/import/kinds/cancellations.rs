//! Cancellations: what of a line will not come. Told apart by what they say, and by their place among equals.

use anyhow::Result;

use super::money::{Alike, about, line_of, needed_day, needed_reason, refuse_closed};
use super::{Finish, Intake, Outcome, Round, Row, Terms};
use crate::domain::date::Date;
use crate::domain::purchase::ClosedPeriod;
use crate::domain::purchase::billing::{BillingRefusal, cancel};
use crate::import::track::Runs;
use crate::output::listing::Lister;
use crate::store::purchase::{self, billing, records, story};
use crate::store::{Tx, setting};

columns! {
    Line = "line", CancelledOn = "cancelled_on", Qty = "qty", Reason = "reason",
}

pub const KEY: Option<&str> = Some("line");

struct Cancellations {
    today: Date,
    closed: ClosedPeriod,
    alike: Alike<(i64, Date, i64, String)>,
    orders: Runs,
}

pub fn begin(tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    let closed = setting::closed_to_files(tx)?;
    Ok(Cancellations { today: terms.today, closed, alike: Alike::default(), orders: Runs::default() })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    records::each_cancellation(tx, |record| out.row(record))
}

impl Intake for Cancellations {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let line = line_of(tx, row, Column::Line)?;
        let on = needed_day(row, Column::CancelledOn);
        let qty = row.needed::<i64>(Column::Qty);
        if qty.is_some_and(|qty| qty < 1) {
            row.fault(Column::Qty, "is not a number from 1");
        }
        let reason = needed_reason(row, Column::Reason);
        let (Some(line), Some(on), Some(qty), Some(reason), true) = (line, on, qty, reason, row.is_sound()) else {
            return Ok(Outcome::Rejected);
        };
        let equals = || {
            let held = story::cancellations(tx, line.reference.order)?;
            let is_equal = |held: &&story::Cancelled| {
                (held.line, held.on, held.qty, held.reason.as_str()) == (line.reference, on, qty, reason.as_str())
            };
            Ok(i64::try_from(held.iter().filter(is_equal).count())?)
        };
        if self.alike.is_on_record(row, (line.id, on, qty, reason.clone()), equals)? {
            return Ok(Outcome::Unchanged);
        }
        if let Err(refusal) = cancel(&line, Some(qty)) {
            row.fault(Column::Qty, refusal);
        }
        if on > self.today {
            row.fault(Column::CancelledOn, BillingRefusal::NotYet { what: "cancellation", on });
        }
        refuse_closed(row, Column::CancelledOn, self.closed, on);
        if !row.is_sound() {
            return Ok(Outcome::Rejected);
        }
        billing::cancel(tx, line.id, qty, on, &reason)?;
        purchase::share_out_cost(tx, line.reference)?;
        self.orders.add(line.reference.order.number());
        Ok(Outcome::Created)
    }

    fn finish(&mut self, _tx: &Tx) -> Result<Finish> {
        Ok(Finish { about: about(std::mem::take(&mut self.orders)), ..Finish::default() })
    }
}
