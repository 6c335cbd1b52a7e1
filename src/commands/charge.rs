//! `charge`: what is to be paid for loans.

mod add;
mod counter;
mod list;
mod raise;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::Desk;
use crate::cli::DayArg;
use crate::domain::charge::{Charge as Owed, ChargeLine, ChargeRefusal};
use crate::domain::date::{Date, in_words};
use crate::domain::instrument::free_text;
use crate::domain::reference::ChargeRef;
use crate::domain::refusal::refuse;
use crate::output::card::Card;
use crate::store::charge as charges;
use crate::store::journal::{About, Event};

pub use counter::{OfReturn, Raised, charge_loan, fees, hint_of_loss, join, raised_ahead};

/// What is to be paid for loans: hire, deposits, damage, loss, accessories.
#[derive(Debug, Args)]
pub struct Charge {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Verb {
    /// Charge each open loan its hire of a term, once
    Raise(raise::Raise),
    /// Charge a loan for a deposit, damage, loss or an accessory
    Add(add::Add),
    /// List charges, and what is owed
    List(list::List),
    /// Show one charge
    Show(Show),
    /// Record that a charge was paid
    Pay(Pay),
    /// Let a charge go
    Waive(Waive),
}

/// Show one charge.
///
/// Example: ledgerline charge show C88
#[derive(Debug, Args)]
struct Show {
    /// Its reference
    charge: ChargeRef,
}

/// Record that all that is owed for a charge was paid.
///
/// Example: ledgerline charge pay C88 --on yesterday
#[derive(Debug, Args)]
struct Pay {
    /// Its reference
    charge: ChargeRef,
    /// The day it was paid, today or before
    #[arg(long, default_value = "today", value_name = "DATE", allow_hyphen_values = true)]
    on: DayArg,
}

/// Let a charge go that is not paid.
///
/// Example: ledgerline charge waive C88 --reason "The bow was found"
#[derive(Debug, Args)]
struct Waive {
    /// Its reference
    charge: ChargeRef,
    /// Why
    #[arg(long, allow_hyphen_values = true)]
    reason: String,
}

impl Charge {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::Raise(raise) => raise.run(desk),
            Verb::Add(add) => add.run(desk),
            Verb::List(list) => list.run(desk),
            Verb::Show(show) => show.run(desk),
            Verb::Pay(pay) => pay.run(desk),
            Verb::Waive(waive) => waive.run(desk),
        }
    }
}

impl Show {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let found = desk.open()?.read(|tx| charges::get(tx, self.charge))?;
        let mut card = Card::new();
        card.fields_of(&ChargeLine::of(&found));
        card.add("academic_year", &found.year)
            .add("period", &found.period)
            .add("raised_on", &found.raised_on)
            .add("paid_on", &found.paid_on)
            .add("waived_on", &found.waived_on)
            .add("note", &found.note);
        desk.card(&card)
    }
}

impl Pay {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let on = self.on.on(today)?;
        let mut db = desk.open()?;
        let paid = desk.change(&mut db, |tx| {
            let found = charges::get(tx, self.charge)?;
            found.check_payment(on, today).map_err(refuse)?;
            charges::pay(tx, found.charge, on)?;
            let summary = format!("{} paid {} for {}", found.payer_name, found.payable().in_words(), found.charge);
            let event = event(&found, "charge pay", on, summary);
            Ok((found, Some(event)))
        })?;
        if paid.is_paid_early(on) {
            desk.warn(format!("{} was raised only on {}", paid.charge, in_words(paid.raised_on)))?;
        }
        let (name, amount) = (&paid.payer_name, paid.payable().in_words());
        desk.say(format!("{} is paid: {amount} by {name} on {}.", paid.charge, in_words(on)))
    }
}

impl Waive {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let reason = free_text("the reason", &self.reason).map_err(refuse)?;
        let reason = reason.ok_or_else(|| refuse(ChargeRefusal::NoReason))?;
        let mut db = desk.open()?;
        let waived = desk.change(&mut db, |tx| {
            let found = charges::get(tx, self.charge)?;
            found.check_owed().map_err(refuse)?;
            charges::waive(tx, found.charge, today, &reason)?;
            let owed = found.payable().in_words();
            let summary = format!("Waived {}, {owed} of {} ({reason})", found.charge, found.payer_name);
            let event = event(&found, "charge waive", today, summary);
            Ok((found, Some(event)))
        })?;
        let (name, amount) = (&waived.payer_name, waived.payable().in_words());
        desk.say(format!("{} is waived: {name} no longer owes {amount} for it.", waived.charge))
    }
}

fn event(found: &Owed, command: &'static str, on: Date, summary: String) -> Event {
    let about = vec![
        About::charge(found.charge),
        About::loan(found.loan),
        About::instrument(found.instrument_id),
        About::borrower(found.payer),
    ];
    Event { on, command, subject: found.charge.to_string(), summary, about }
}
