//! `set`: named lists of instruments that go out together.

mod add;
mod edit;
mod flags;
mod standing;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::Desk;
use super::completions::sets;
use crate::domain::set::{MemberLine, SetLine, set_line, whereabouts};
use crate::store::set;

pub use flags::SetFlags;
pub use standing::standing_after;

/// Sets: instruments that go out together, such as thirty trumpets for a class. Lend one with 'lend --set', take it back
/// with 'return --set'.
#[derive(Debug, Args)]
pub struct Set {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Verb {
    /// Make a set
    Add(add::Add),
    /// List the sets, with whoever has each
    ///
    /// Example: ledgerline set list
    List,
    /// Show a set's instruments, and where each is
    Show(Show),
    /// Change a set's name or its instruments
    Edit(edit::Edit),
}

/// Show a set's instruments, and where each is: inside a school's loan, with which pupil.
///
/// Example: ledgerline set show "Trumpets A"
#[derive(Debug, Args)]
struct Show {
    /// Its name, or a part of its name
    #[arg(value_name = "NAME", allow_hyphen_values = true, add = sets())]
    set: String,
}

impl Set {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::Add(add) => add.run(desk),
            Verb::List => list(desk),
            Verb::Show(show) => show.run(desk),
            Verb::Edit(edit) => edit.run(desk),
        }
    }
}

fn list(desk: &mut Desk<'_, '_>) -> Result<()> {
    let today = desk.today();
    let sets = desk.open()?.read(|tx| set::with_members(tx, None))?;
    desk.list::<SetLine>(|out| sets.iter().try_for_each(|(set, members)| out.row(&set_line(set, members, today))))?;
    Ok(())
}

impl Show {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let found = desk.open()?.read(|tx| {
            let set = set::get(tx, &self.set)?;
            set::with_members(tx, Some(set.id))
        })?;
        let members: Vec<_> = found.into_iter().flat_map(|(_, members)| members).collect();
        desk.list::<MemberLine<'_>>(|out| members.iter().try_for_each(|member| out.row(&member.line(today))))?;
        desk.say(whereabouts(&members, today))
    }
}
