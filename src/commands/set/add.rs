//! `set add`.

use anyhow::Result;
use clap::Args;

use crate::commands::completions::tags;
use crate::commands::{Desk, batch, lookup};
use crate::domain::instrument::{Instrument, InstrumentRefusal};
use crate::domain::refusal::refuse;
use crate::domain::set::SetRefusal;
use crate::domain::text::Name;
use crate::store::journal::{About, Event};
use crate::store::{Tx, instrument, set};

/// Make a set of instruments that go out together.
///
/// Example: ledgerline set add "Trumpets A" TPT-0001 TPT-0002 TPT-0003
#[derive(Debug, Args)]
pub struct Add {
    /// What it is called, which no other set is
    #[arg(allow_hyphen_values = true)]
    name: Name,
    /// Tags, or - to read them from stdin
    #[arg(required = true, value_name = "TAG", add = tags())]
    tags: Vec<String>,
}

impl Add {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut db = desk.open()?;
        db.read(|tx| refuse_taken(tx, &self.name))?;
        let tags = batch::tags(desk, &self.tags, |tag| {
            db.read(|tx| {
                let found = in_stock(tx, tag)?;
                let kind_of = lookup::instrument_type(tx, found.details.type_code.as_str())?;
                Ok(format!("{} {}", found.tag, kind_of.name))
            })
        })?;
        if tags.is_empty() {
            return desk.say("No tag was taken, so no set was made.");
        }
        let (added, shared) = desk.change(&mut db, |tx| {
            refuse_taken(tx, &self.name)?;
            let id = set::add(tx, &self.name)?;
            let added = batch::all_or_none("added", &tags, |tag| {
                let found = in_stock(tx, tag)?;
                set::add_member(tx, id, found.id)?;
                Ok(found)
            })?;
            let members: Vec<&str> = added.iter().map(|found| found.tag.as_str()).collect();
            let summary = format!("Set '{}' made of {}", self.name, members.join(", "));
            let about = added.iter().map(|found| About::instrument(found.id)).collect();
            let event = Event { on: today, command: "set add", subject: format!("set {id}"), summary, about };
            let ids: Vec<i64> = added.iter().map(|found| found.id).collect();
            Ok(((added, set::shared_with(tx, id, &ids)?), Some(event)))
        })?;
        desk.print(&self.name)?;
        tell_of_shared(desk, &shared)?;
        desk.say(format!("Made the set '{}' of {}.", self.name, counted(added.len())))
    }
}

/// `one instrument`, `30 instruments`.
pub fn counted(number: usize) -> String {
    match number {
        0 => "no instruments".to_string(),
        1 => "one instrument".to_string(),
        many => format!("{many} instruments"),
    }
}

/// Two sets of one name could not be told apart at the desk.
pub fn refuse_taken(tx: &Tx, name: &Name) -> Result<()> {
    match set::with_name(tx, name.as_str())? {
        Some(other) => Err(refuse(SetRefusal::Taken(other.name))),
        None => Ok(()),
    }
}

/// An instrument that is in the stock, missing or not: what was retired goes out no more.
pub fn in_stock(tx: &Tx, tag: &str) -> Result<Instrument> {
    let found = instrument::get(tx, tag)?;
    match found.standing.retired {
        Some((on, disposal)) => Err(refuse(InstrumentRefusal::Retired { tag: found.tag, on, disposal })),
        None => Ok(found),
    }
}

/// An instrument may be in several sets, but seldom is meant to be.
pub fn tell_of_shared(desk: &mut Desk<'_, '_>, shared: &[(Name, usize)]) -> Result<()> {
    shared.iter().try_for_each(|(set, number)| match number {
        1 => desk.say(format!("One of them is in '{set}' too.")),
        many => desk.say(format!("{many} of them are in '{set}' too.")),
    })
}
