//! `remind ladder`: the stages of reminders, their days, their wording and who gets a copy.

mod preview;
mod set;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::cli::word;
use crate::commands::Desk;
use crate::domain::reminder::Ladder as Stages;
use crate::domain::words::Stage;
use crate::listing;
use crate::store::reminder;
use crate::wording::reminder as wording;

/// The stages of reminders: when each begins, what it says, and who gets a copy, by the hub's own policy.
///
/// A loan is written about once at each stage. Where a day is missed, only the highest stage it has reached is said.
///
/// Example: ledgerline remind ladder list
#[derive(Debug, Args)]
pub struct Ladder {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Verb {
    /// List the stages; days count from the due day, before it with a minus
    ///
    /// Example: ledgerline remind ladder list
    List,
    /// Print the text of a stage's messages, to edit it
    Show(Show),
    /// Show a stage's messages as they would go out today
    Preview(preview::Preview),
    /// Change a stage's day, its text, or who gets a copy
    Set(set::Set),
}

/// Print the text of a stage's messages, the hub's own or the program's: a template, whose fields are listed at its head.
///
/// Example: ledgerline remind ladder show first > first.txt
#[derive(Debug, Args)]
struct Show {
    #[arg(value_parser = word::<Stage>(), ignore_case = true)]
    stage: Stage,
}

listing! {
    /// One line of `remind ladder list`.
    pub struct StageLine {
        stage: Stage,
        /// From the due day: negative before it.
        days: i64,
        /// The hub's own text, or the program's: own or standard.
        wording: &'static str,
        copy_to: Option<String>,
    }
}

impl Ladder {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::List => list(desk),
            Verb::Show(show) => show.run(desk),
            Verb::Preview(preview) => preview.run(desk),
            Verb::Set(set) => set.run(desk),
        }
    }
}

fn list(desk: &mut Desk<'_, '_>) -> Result<()> {
    let ladder: Stages = desk.open()?.read(reminder::ladder)?;
    desk.list::<StageLine>(|out| {
        ladder.rungs().iter().try_for_each(|rung| {
            out.row(&StageLine {
                stage: rung.stage,
                days: rung.days,
                wording: if rung.template.is_some() { "own" } else { "standard" },
                copy_to: rung.copy_to.as_ref().map(|email| email.as_str().to_string()),
            })
        })
    })?;
    Ok(())
}

impl Show {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let rung = desk.open()?.read(|tx| Ok(reminder::ladder(tx)?.rung(self.stage).clone()))?;
        desk.page(&wording::in_use(&rung).text)
    }
}
