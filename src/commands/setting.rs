//! `setting`: the hub's own choices.

use anyhow::{Result, anyhow};
use clap::{Args, Subcommand};

use super::Desk;
use crate::cli::word;
use crate::domain::refusal::refuse;
use crate::domain::setting::{Setting as Key, SettingLine};
use crate::domain::words::Word;
use crate::error::Usage;
use crate::store::journal::Event;
use crate::store::{reminder, setting as settings};

/// The hub's settings.
///
/// Example: ledgerline setting set late-borrowers refuse
#[derive(Debug, Args)]
pub struct Setting {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Verb {
    /// List every setting with its value and what it does
    ///
    /// Example: ledgerline setting list
    List,
    /// Change a setting
    Set(Set),
}

/// Change a setting.
///
/// Example: ledgerline setting set financial-year-start 09-01
#[derive(Debug, Args)]
struct Set {
    /// Which setting
    #[arg(value_parser = word::<Key>())]
    key: Key,
    /// Its new value
    #[arg(allow_hyphen_values = true)]
    value: String,
}

impl Setting {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::List => list(desk),
            Verb::Set(set) => set.run(desk),
        }
    }
}

fn list(desk: &mut Desk<'_, '_>) -> Result<()> {
    let lines = desk.open()?.read(settings::list)?;
    desk.list::<SettingLine>(|out| lines.iter().try_for_each(|line| out.row(line)))?;
    Ok(())
}

impl Set {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (key, name) = (self.key, self.key.as_str());
        let value = key.check(&self.value).map_err(|error| anyhow!(Usage(error.to_string())))?;
        let mut db = desk.open()?;
        let today = desk.today();
        let before = desk.change(&mut db, |tx| {
            let before = settings::value(tx, key)?;
            if key == Key::LookBackDays {
                reminder::ladder(tx)?.reaches(value.parse()?).map_err(refuse)?;
            }
            settings::set(tx, key, &value)?;
            let summary = format!("Setting {name} changed from {before} to {value}");
            let event = Event { on: today, command: "setting set", subject: name.to_string(), summary, about: vec![] };
            Ok((before.clone(), (before != value).then_some(event)))
        })?;
        desk.say(format!("{name} is now {value} (was {before})."))
    }
}
