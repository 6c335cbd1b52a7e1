//! `instrument`: the stock.

mod add;
mod edit;
mod leave;
mod list;
mod show;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::Desk;

pub use list::Filters;

/// Add, list, show, edit and retire instruments.
#[derive(Debug, Args)]
pub struct Instrument {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Verb {
    /// Add an instrument; it gets the next free tag of its type
    Add(add::Add),
    /// List instruments
    List(list::List),
    /// Show everything about one instrument
    Show(show::Show),
    /// Change what is recorded of an instrument
    Edit(edit::Edit),
    /// Everything that ever happened to an instrument, in order
    History(show::History),
    /// Take an instrument out of the stock; its history and spend stay
    Retire(leave::Retire),
    /// Mark an instrument as lost, which closes its loans
    Lost(leave::Lost),
    /// Mark a missing instrument as found
    Found(leave::Found),
}

impl Instrument {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::Add(add) => add.run(desk),
            Verb::List(list) => list.run(desk),
            Verb::Show(show) => show.run(desk),
            Verb::Edit(edit) => edit.run(desk),
            Verb::History(history) => history.run(desk),
            Verb::Retire(retire) => retire.run(desk),
            Verb::Lost(lost) => lost.run(desk),
            Verb::Found(found) => found.run(desk),
        }
    }
}
