//! `repair back`.

use anyhow::Result;
use clap::Args;

use super::charge_for;
use crate::cli::{DayArg, word};
use crate::commands::completions::tags;
use crate::commands::{Desk, charge, request};
use crate::domain::date::{Date, days_between, in_words};
use crate::domain::instrument::Instrument;
use crate::domain::loan::OpenLoans;
use crate::domain::money::{Pence, parse_price};
use crate::domain::refusal::refuse;
use crate::domain::repair::{Away, condition_after, take_back};
use crate::domain::words::{Condition, Payer, RepairOutcome};
use crate::error::Usage;
use crate::store::journal::{About, Event};
use crate::store::repair::Ending;
use crate::store::{Tx, instrument, loan, repair};

/// Take an instrument back from the repairer: what it cost, and what came of it.
///
/// What was damaged or unplayable is good again, unless --condition says otherwise. With --charge whoever
/// answers for the loan pays: the loan that is open, or else the one that was running until it was sent.
///
/// Example: ledgerline repair back VN-0042 --cost 45 --charge
#[derive(Debug, Args)]
pub struct Back {
    #[arg(add = tags())]
    tag: String,
    /// The day it came back, today or before
    #[arg(long, default_value = "today", value_name = "DATE")]
    on: DayArg,
    /// What the repairer asks for it
    #[arg(long, value_name = "£", value_parser = parse_price, allow_hyphen_values = true)]
    cost: Option<Pence>,
    /// What came of it
    #[arg(long, default_value = "repaired", value_parser = word::<RepairOutcome>(), ignore_case = true)]
    outcome: RepairOutcome,
    /// The condition it came back in
    #[arg(long, value_parser = word::<Condition>(), ignore_case = true)]
    condition: Option<Condition>,
    /// Charge the cost to whoever answers for the loan
    #[arg(long, requires = "cost")]
    charge: bool,
}

/// What came back, and who pays.
struct CameBack {
    instrument: Instrument,
    away: Away,
    ending: Ending,
    condition: Condition,
    charged: Option<charge::Raised>,
    open: OpenLoans,
}

impl Back {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let on = self.on.on(today)?;
        let is_playable = self.condition.is_some_and(|condition| condition != Condition::Unplayable);
        if self.outcome == RepairOutcome::BeyondRepair && is_playable {
            return Err(Usage("what is beyond repair is unplayable; leave --condition out".into()).into());
        }
        let mut db = desk.open()?;
        let back = desk.change(&mut db, |tx| {
            let back = self.take_back(tx, on, today)?;
            let event = back.event();
            Ok((back, Some(event)))
        })?;
        if let Some(raised) = &back.charged {
            desk.print(raised.charge)?;
        }
        back.tell(desk, today)?;
        request::tell_who_waits(desk, &db, [&back.instrument.tag])
    }

    fn take_back(&self, tx: &Tx, on: Date, today: Date) -> Result<CameBack> {
        let found = instrument::get(tx, &self.tag)?;
        let last = repair::last(tx, found.id)?;
        let away = take_back(&found.tag, repair::open(tx, found.id)?, last, on, today).map_err(refuse)?;
        let charge = || charge_for(tx, away.repair, (&found.tag, away.sent_on), self.cost, today);
        let charged = self.charge.then(charge).transpose()?;
        let payer = match (&charged, self.cost) {
            (Some(_), _) => Some(Payer::Borrower),
            (None, Some(_)) => Some(Payer::Hub),
            (None, None) => None,
        };
        let ending = Ending { back_on: on, cost: self.cost, outcome: self.outcome, payer };
        repair::close(tx, away.repair, &ending)?;
        let condition = condition_after(self.outcome, self.condition, found.details.condition);
        if condition != found.details.condition {
            instrument::set_condition(tx, found.id, condition)?;
        }
        let open = loan::open(tx, found.id)?;
        Ok(CameBack { instrument: found, away, ending, condition, charged, open })
    }
}

impl CameBack {
    /// "Took back VN-0042 from Bow Repairs (J4) after 12 days: repaired, £45.00, charged to Luis Ruiz (C1)"
    fn summary(&self) -> String {
        let days = match days_between(self.away.sent_on, self.ending.back_on) {
            0 => "on the same day".to_string(),
            1 => "after one day".to_string(),
            days => format!("after {days} days"),
        };
        let outcome = match self.ending.outcome {
            RepairOutcome::Repaired => "repaired",
            RepairOutcome::BeyondRepair => "beyond repair",
        };
        let cost = self.ending.cost.map(|cost| format!(", {}", cost.in_words())).unwrap_or_default();
        let charged =
            self.charged.as_ref().map(|raised| format!(", charged to {} ({})", raised.payer_name, raised.charge));
        let (tag, away) = (&self.instrument.tag, &self.away);
        let charged = charged.unwrap_or_default();
        format!("Took back {tag} from {} ({}) {days}: {outcome}{cost}{charged}", away.repairer_name, away.repair)
    }

    fn event(&self) -> Event {
        let mut about = vec![
            About::instrument(self.instrument.id),
            About::Repair(self.away.repair),
            About::Organisation(self.away.repairer),
        ];
        for behind in self.open.inner.iter().chain(&self.open.outer) {
            about.extend([About::loan(behind.loan), About::borrower(behind.borrower)]);
        }
        about.extend(self.charged.iter().flat_map(charge::Raised::about));
        let subject = self.instrument.tag.to_string();
        Event { on: self.ending.back_on, command: "repair back", subject, summary: self.summary(), about }
    }

    fn tell(&self, desk: &mut Desk<'_, '_>, today: Date) -> Result<()> {
        let (tag, before) = (&self.instrument.tag, self.instrument.details.condition);
        let condition = match self.condition {
            now if now == before => format!("It is {now}."),
            now => format!("It is {now} (was {before})."),
        };
        desk.say(format!("{}. {condition}", self.summary()))?;
        if self.ending.outcome == RepairOutcome::BeyondRepair {
            let first = match self.open.holder() {
                Some(holder) => {
                    format!("end its loan to {} first (ledgerline return {tag}), then ", holder.borrower_name)
                }
                None => String::new(),
            };
            return desk.say(format!(
                "To take it out of the stock: {first}ledgerline instrument retire {tag} --reason scrapped"
            ));
        }
        if let Some(holder) = self.open.holder() {
            let due = in_words(holder.due_on);
            return desk.say(format!(
                "It is still on loan to {} ({}, due {due}): give it back to them, or take it in with ledgerline return {tag}.",
                holder.borrower_name, holder.loan
            ));
        }
        if let Some(reserved) = self.instrument.standing.reservation(today) {
            let until = in_words(reserved.lapses_on);
            return desk
                .say(format!("It is reserved for {} until {until} ({}).", reserved.borrower_name, reserved.request));
        }
        match &self.instrument.details.location {
            Some(place) => desk.say(format!("Its place is {place}.")),
            None => Ok(()),
        }
    }
}
