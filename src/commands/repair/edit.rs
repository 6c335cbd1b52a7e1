//! `repair edit`.

use std::str::FromStr;

use anyhow::Result;
use clap::Args;

use super::charge_for;
use crate::cli::{DayArg, Given, given, word};
use crate::commands::{Desk, charge};
use crate::domain::charge::Charge;
use crate::domain::date::Date;
use crate::domain::instrument::{Instrument, free_text};
use crate::domain::money::{Pence, parse_price};
use crate::domain::reference::RepairRef;
use crate::domain::refusal::refuse;
use crate::domain::repair::{Repair, RepairRefusal, edit};
use crate::domain::words::RepairOutcome;
use crate::store::journal::{About, Event};
use crate::store::{Tx, charge as charges, instrument, repair};

/// Change what is recorded of a repair: what it cost, once the invoice comes. An empty text takes a value away.
///
/// With --charge whoever answers for the loan behind it pays, as with 'repair back'.
///
/// Example: ledgerline repair edit J4 --cost 45 --charge
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Edit {
    /// The repair's reference
    repair: RepairRef,
    /// What the repairer asks for it
    #[arg(long, value_name = "£", value_parser = parse_price, allow_hyphen_values = true)]
    cost: Option<Pence>,
    /// What was wrong with it
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    fault: Option<String>,
    /// The day it is to be back by
    #[arg(long, value_name = "DATE", value_parser = given(DayArg::from_str), allow_hyphen_values = true)]
    back_by: Option<Given<DayArg>>,
    /// What came of it
    #[arg(long, value_parser = word::<RepairOutcome>(), ignore_case = true)]
    outcome: Option<RepairOutcome>,
    /// Charge the cost to whoever answers for the loan
    #[arg(long)]
    charge: bool,
}

/// What was changed, and what the person should know of it.
struct Changed {
    after: Repair,
    instrument: Instrument,
    summary: String,
    charged: Option<charge::Raised>,
    /// The charge that stands at what the repair was said to cost before.
    stands: Option<Charge>,
    is_new_outcome: bool,
}

impl Edit {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut db = desk.open()?;
        let changed = desk.change(&mut db, |tx| {
            let changed = self.edit(tx, today)?;
            let event = changed.event(today);
            Ok((changed, Some(event)))
        })?;
        if let Some(raised) = &changed.charged {
            desk.print(raised.charge)?;
        }
        desk.say(format!("{}.", changed.summary))?;
        if let Some(stands) = &changed.stands {
            let (charge, name, amount) = (stands.charge, &stands.payer_name, stands.amount.in_words());
            desk.warn(format!("{charge} still charges {name} {amount} for it"))?;
        }
        if changed.is_new_outcome {
            let Instrument { tag, details, .. } = &changed.instrument;
            desk.say(format!(
                "{tag} is still on record as {}; to change that: ledgerline instrument edit {tag} --condition …",
                details.condition
            ))?;
        }
        Ok(())
    }

    fn edit(&self, tx: &Tx, today: Date) -> Result<Changed> {
        let before = repair::get(tx, self.repair)?.ok_or_else(|| refuse(RepairRefusal::Unknown(self.repair)))?;
        let mut after = before.clone();
        after.cost = self.cost.or(before.cost);
        after.outcome = self.outcome.or(before.outcome);
        if let Some(fault) = &self.fault {
            after.fault = free_text("the fault", fault).map_err(refuse)?;
        }
        match &self.back_by {
            None => {}
            Some(Given::Nothing) => after.back_by = None,
            Some(Given::Value(day)) => after.back_by = Some(day.on(today)?),
        }
        let stands = charges::of_repair(tx, before.id, before.instrument_id)?;
        let after = edit(&before, after, self.charge, stands).map_err(refuse)?;
        let instrument = instrument::get(tx, before.tag.as_str())?;
        let charged = self
            .charge
            .then(|| charge_for(tx, after.id, (&after.tag, after.sent_on), after.cost, today))
            .transpose()?;
        repair::update(tx, &after)?;
        let mut changes = before.changes(&after);
        changes.extend(charged.as_ref().map(|raised| format!("charged to {} ({})", raised.payer_name, raised.charge)));
        let summary = format!("Changed {} ({}): {}", before.id, before.tag, changes.join("; "));
        let stands = stands.filter(|_| after.cost != before.cost).map(|charge| charges::get(tx, charge)).transpose()?;
        Ok(Changed { is_new_outcome: after.outcome != before.outcome, after, instrument, summary, charged, stands })
    }
}

impl Changed {
    fn event(&self, on: Date) -> Event {
        let Repair { id, instrument_id, repairer, .. } = self.after;
        let mut about = vec![About::instrument(instrument_id), About::Repair(id), About::Organisation(repairer)];
        about.extend(self.charged.iter().flat_map(charge::Raised::about));
        Event { on, command: "repair edit", subject: id.to_string(), summary: self.summary.clone(), about }
    }
}
