//! `purchase cancel`: what of an order will not come.

use anyhow::Result;
use clap::Args;

use super::add::say_what_is_left;
use super::billing::reason_given;
use crate::cli::DayArg;
use crate::commands::Desk;
use crate::commands::overriding::Overriding;
use crate::domain::date::Date;
use crate::domain::money::Pence;
use crate::domain::purchase::billing::{BillingRefusal, cancel};
use crate::domain::purchase::{Funds, OrderLine, Warning};
use crate::domain::reference::LineRef;
use crate::domain::refusal::refuse;
use crate::store::journal::Event;
use crate::store::overriding::{self, Against};
use crate::store::purchase::billing;
use crate::store::{Tx, fund, purchase};

/// Release what of a line will not come: its money is free again.
///
/// What is invoiced or has arrived cannot be cancelled; a supplier credits it.
///
/// Example: ledgerline purchase cancel O12/3 --qty 2 --reason "No longer made"
#[derive(Debug, Args)]
pub struct Cancel {
    line: LineRef,
    /// How many; without this, all that is neither invoiced nor here
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=10_000))]
    qty: Option<i64>,
    /// Why it will not come
    #[arg(long = "reason", value_name = "TEXT", allow_hyphen_values = true)]
    why: String,
    /// The day it was cancelled, today or before
    #[arg(long, default_value = "today", value_name = "DATE")]
    on: DayArg,
    #[command(flatten)]
    overriding: Overriding,
}

/// What was cancelled, and what the person should know of it.
struct Cancelled {
    /// As it stands after it.
    line: OrderLine,
    qty: i64,
    freed: Pence,
    funds: Funds,
    closed: Option<Warning>,
}

impl Cancel {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let on = self.on.on(today)?;
        if on > today {
            return Err(refuse(BillingRefusal::NotYet { what: "cancellation", on }));
        }
        let why = reason_given(&self.why)?;
        let reason = self.overriding.reason()?;
        let mut db = desk.open()?;
        let cancelled = desk.change(&mut db, |tx| {
            let cancelled = self.cancel(tx, on, &why, reason.as_deref())?;
            let about = billing::about(tx, [&cancelled.line])?;
            let (subject, summary) = (self.line.to_string(), format!("{} ({why})", cancelled.summary()));
            Ok((cancelled, Some(Event { on, command: "purchase cancel", subject, summary, about })))
        })?;
        cancelled.closed.iter().try_for_each(|warning| desk.warn(warning))?;
        let of = &cancelled.line;
        desk.say(format!("{}: {} is free again.", cancelled.summary(), cancelled.freed.in_words()))?;
        match of.life.ordered.wanted() {
            0 => desk.say(format!("Nothing of {} will come.", self.line))?,
            left => desk.say(format!("That leaves {left} of the {} ordered.", of.line.qty.abs()))?,
        }
        say_what_is_left(desk, &of.line.shares, &cancelled.funds)
    }

    fn cancel(&self, tx: &Tx, on: Date, why: &str, reason: Option<&str>) -> Result<Cancelled> {
        let before = purchase::line(tx, self.line)?;
        let qty = cancel(&before, self.qty).map_err(refuse)?;
        let closed = overriding::judge_day(tx, on, reason.is_some())?;
        billing::cancel(tx, before.id, qty, on, why)?;
        purchase::share_out_cost(tx, self.line)?;
        let subject = self.line.to_string();
        overriding::keep(tx, Against { subject: &subject, line_id: Some(before.id), on, reason }, closed.as_slice())?;
        let line = purchase::line(tx, self.line)?;
        let mut funds = Funds::default();
        fund::load(tx, &line.line.shares, &mut funds)?;
        let freed = before.life.cost() - line.life.cost();
        Ok(Cancelled { line, qty, freed, funds, closed })
    }
}

impl Cancelled {
    /// `Cancelled 2 of O12/3, Violins`
    fn summary(&self) -> String {
        format!("Cancelled {} of {}, {}", self.qty, self.line.reference, self.line.line.description)
    }
}
