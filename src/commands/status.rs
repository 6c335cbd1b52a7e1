//! `status`: one screen.

use anyhow::Result;
use clap::Args;

use super::Desk;
use crate::domain::date::{days_between, in_words};
use crate::output::card::Card;
use crate::store::{backup, setting, status};

/// One screen: what is out, what is late, what is left of each fund and until when.
///
/// Example: ledgerline status
#[derive(Debug, Args)]
pub struct Status {}

impl Status {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let db = desk.open()?;
        let (card, copied_on) = db.read(|tx| {
            let figures = status::figures(tx, today)?;
            let copied_on = backup::last_on(tx)?;
            let mut card = Card::new();
            card.add("hub", &setting::hub(tx)?)
                .add("today", &today)
                .add("instruments", &figures.instruments)
                .add("on_loan", &figures.on_loan)
                .add("late", &figures.late)
                .add("missing", &figures.missing)
                .add("last_backup_on", &copied_on);
            Ok((card, copied_on))
        })?;
        desk.card(&card)?;
        match copied_on {
            None => desk.warn("this file has never been backed up: ledgerline backup FOLDER"),
            Some(day) if days_between(day, today) > 7 => {
                desk.warn(format!("the last backup is of {}: ledgerline backup FOLDER", in_words(day)))
            }
            Some(_) => Ok(()),
        }
    }
}
