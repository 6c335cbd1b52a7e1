//! `status`: one screen.

use anyhow::Result;
use clap::Args;

use super::Desk;
use crate::domain::date::{Date, days_between, in_words};
use crate::domain::fund::payment::Paid;
use crate::domain::fund::{Fund, with_overdue};
use crate::domain::money::Pence;
use crate::domain::reminder::Standing;
use crate::output::card::Card;
use crate::output::listing::Format;
use crate::store::spend::{self, SpendFilter};
use crate::store::{Tx, backup, charge, fund, reminder, setting, status};

/// One screen: what is out, what is late, what is left of each fund and until when.
///
/// Example: ledgerline status
#[derive(Debug, Args)]
pub struct Status {}

impl Status {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let to_people = desk.options().format == Format::Table;
        let db = desk.open()?;
        db.expect_reading()?;
        let (card, standings, copied_on, reminders) = db.read(|tx| {
            let figures = status::figures(tx, today)?;
            let copied_on = backup::last_on(tx)?;
            let charges = charge::owed(tx, today)?;
            let reminders = reminder::standing(tx, today)?;
            let mut card = Card::new();
            card.add("hub", &setting::hub(tx)?)
                .add("today", &today)
                .add("instruments", &figures.instruments)
                .add("on_loan", &figures.on_loan)
                .add("late", &figures.late)
                .add("missing", &figures.missing)
                .add("last_backup_on", &copied_on)
                .add("in_repair", &figures.in_repair)
                .add("reserved", &figures.reserved)
                .add("owed", &some(charges.owed))
                .add("owed_past_due", &some(charges.past_due));
            add_reminders(&mut card, &reminders, to_people);
            Ok((card, fund_standings(tx, today)?, copied_on, reminders))
        })?;
        desk.card(&card)?;
        standings.into_iter().try_for_each(|standing| desk.say(standing))?;
        if let Some(silence) = reminders.silence(today) {
            desk.warn(silence)?;
        }
        match copied_on {
            None => desk.warn("this file has never been backed up: ledgerline backup FOLDER"),
            Some(day) if days_between(day, today) > 7 => {
                desk.warn(format!("the last backup is of {}: ledgerline backup FOLDER", in_words(day)))
            }
            Some(_) => Ok(()),
        }
    }
}

/// An amount worth a line of the screen.
fn some(amount: Pence) -> Option<Pence> {
    Some(amount).filter(|amount| *amount != Pence::ZERO)
}

/// When reminders last ran, and what of them waits for somebody.
fn add_reminders(card: &mut Card, reminders: &Standing, to_people: bool) {
    match reminders.told_instead_of_a_day().filter(|_| to_people) {
        Some(words) => card.add("reminders_last_ran_on", &words),
        None => card.add("reminders_last_ran_on", &reminders.ran_on()),
    };
    let some = |number: i64| Some(number).filter(|number| *number > 0);
    card.add("reminders_waiting", &some(reminders.waiting))
        .add("reminders_held", &some(reminders.held))
        .add("reminders_unfinished", &some(reminders.unfinished))
        .add("late_past_look_back", &some(reminders.past_look_back));
}

/// Each fund's remainder and days to its deadline.
fn fund_standings(tx: &Tx, today: Date) -> Result<Vec<String>> {
    let tallies = spend::tally(tx, &SpendFilter::default())?;
    let payments = fund::payment::list(tx, None, None)?;
    let standing = |fund: &Fund| {
        let late = Paid::of(payments.iter().filter(|payment| payment.fund == fund.code), today).late;
        with_overdue(&fund.standing(&tallies.of_fund(fund.code.as_str()).sums, today), late)
    };
    Ok(fund::all(tx)?.iter().map(standing).collect())
}
