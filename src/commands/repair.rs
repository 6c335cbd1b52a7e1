//! `repair`: instruments away to be mended.

mod back;
mod edit;
mod send;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::completions::{repairers, tags};
use super::{Desk, charge, lookup};
use crate::cli::DayArg;
use crate::domain::charge::Asked;
use crate::domain::date::{Date, in_words};
use crate::domain::instrument::Instrument;
use crate::domain::money::Pence;
use crate::domain::reference::RepairRef;
use crate::domain::refusal::refuse;
use crate::domain::repair::{RepairLine, RepairRefusal, charge_note};
use crate::domain::tag::Tag;
use crate::domain::words::ChargeType;
use crate::store::repair::{self as repairs, RepairFilter, each};
use crate::store::{Tx, instrument, setting};

/// Send instruments to be mended, take them back, and see what that cost.
#[derive(Debug, Args)]
pub struct Repair {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Verb {
    /// Send an instrument to be mended
    Send(send::Send),
    /// Take an instrument back from the repairer
    Back(back::Back),
    /// Change what is recorded of a repair: what it cost, once the invoice comes
    Edit(edit::Edit),
    /// List repairs
    List(List),
}

/// List repairs, in the order they were sent.
///
/// Example: ledgerline repair list --late
#[derive(Debug, Args)]
struct List {
    /// Only what is still away
    #[arg(long)]
    open: bool,
    /// Only what is past the day it was to be back by
    #[arg(long)]
    late: bool,
    /// Of this instrument
    #[arg(long, add = tags())]
    tag: Option<String>,
    /// By this repairer: a reference, a name, or a part of a name
    #[arg(long, value_name = "NAME", allow_hyphen_values = true, add = repairers())]
    repairer: Option<String>,
    /// Sent on this day or later
    #[arg(long, value_name = "DATE")]
    from: Option<DayArg>,
    /// Sent on this day or before
    #[arg(long, value_name = "DATE")]
    to: Option<DayArg>,
}

impl Repair {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::Send(send) => send.run(desk),
            Verb::Back(back) => back.run(desk),
            Verb::Edit(edit) => edit.run(desk),
            Verb::List(list) => list.run(desk),
        }
    }
}

impl List {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (today, db) = (desk.today(), desk.open()?);
        db.read(|tx| {
            let tag = self.tag.as_deref().map(|typed| instrument::get(tx, typed)).transpose()?;
            let repairer = self.repairer.as_deref().map(|typed| lookup::organisation(tx, typed)).transpose()?;
            let filter = RepairFilter {
                open: self.open,
                late: self.late,
                instrument_id: tag.map(|found| found.id),
                repairer: repairer.map(|found| found.id),
                from: self.from.as_ref().map(|day| day.on(today)).transpose()?,
                to: self.to.as_ref().map(|day| day.on(today)).transpose()?,
            };
            desk.list::<RepairLine<'_>>(|out| each(tx, &filter, today, |line| out.row(line)))?;
            Ok(())
        })
    }
}

/// Charges what a repair cost to whoever answers for the loan behind it.
fn charge_for(
    tx: &Tx,
    repair: RepairRef,
    (tag, sent_on): (&Tag, Date),
    cost: Option<Pence>,
    today: Date,
) -> Result<charge::Raised> {
    let cost = cost.filter(|cost| *cost > Pence::ZERO).ok_or_else(|| refuse(RepairRefusal::NothingToCharge))?;
    let nobody = || RepairRefusal::NobodyToCharge { tag: tag.clone(), sent_on };
    let behind = repairs::behind(tx, repair)?.ok_or_else(|| refuse(nobody()))?;
    let asked = Asked {
        charge_type: ChargeType::Damage,
        amount: Some(cost),
        note: Some(charge_note(repair)),
        raised_on: today,
        payment_days: setting::payment_days(tx)?,
    };
    charge::charge_loan(tx, behind, asked)
}

/// Says of an instrument whose loan has just ended that the thing itself is still with the repairer.
pub fn tell_if_away(desk: &mut Desk<'_, '_>, instrument: &Instrument) -> Result<()> {
    match instrument.standing.in_repair {
        Some((repair, since)) => {
            let (tag, since) = (&instrument.tag, in_words(since));
            desk.say(format!(
                "{tag} is still away to be mended, since {since} ({repair}); when it is back: ledgerline repair back {tag}"
            ))
        }
        None => Ok(()),
    }
}
