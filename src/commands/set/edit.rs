//! `set edit`.

use anyhow::Result;
use clap::Args;

use super::add::{counted, in_stock, refuse_taken, tell_of_shared};
use crate::commands::completions::{sets, tags};
use crate::commands::{Desk, batch};
use crate::domain::instrument::Instrument;
use crate::domain::refusal::refuse;
use crate::domain::set::{InstrumentSet, SetRefusal};
use crate::domain::text::Name;
use crate::store::journal::{About, Event};
use crate::store::{Tx, instrument, set};

/// Change a set's name or its instruments. Loans that are out stay as they are.
///
/// Example: ledgerline set edit "Trumpets A" --add TPT-0031 --remove TPT-0003,TPT-0007
#[derive(Debug, Args)]
pub struct Edit {
    /// Its name, or a part of its name
    #[arg(value_name = "NAME", allow_hyphen_values = true, add = sets())]
    set: String,
    /// Tags to add, with commas between them
    #[arg(long, value_name = "TAG,TAG", value_delimiter = ',', add = tags())]
    add: Vec<String>,
    /// Tags to remove
    #[arg(long, value_name = "TAG,TAG", value_delimiter = ',', add = tags())]
    remove: Vec<String>,
    /// Its new name
    #[arg(long, value_name = "NEW", allow_hyphen_values = true)]
    name: Option<Name>,
}

/// What was changed of a set.
struct Edited {
    before: Name,
    after: Name,
    added: Vec<Instrument>,
    removed: Vec<Instrument>,
    members: usize,
    shared: Vec<(Name, usize)>,
}

impl Edit {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut db = desk.open()?;
        let add = batch::tags(desk, &self.add, |_| Ok(String::new()))?;
        let remove = batch::tags(desk, &self.remove, |_| Ok(String::new()))?;
        let edited = desk.change(&mut db, |tx| {
            let found = set::get(tx, &self.set)?;
            let edited = self.write(tx, &found, &add, &remove)?;
            let about = edited.added.iter().chain(&edited.removed).map(|each| About::instrument(each.id)).collect();
            let summary = format!("Changed the set '{}': {}", edited.before, edited.changes());
            let subject = format!("set {}", found.id);
            let event = Event { on: today, command: "set edit", subject, summary, about };
            Ok((edited, Some(event)))
        })?;
        tell_of_shared(desk, &edited.shared)?;
        let (before, changes, members) = (&edited.before, edited.changes(), counted(edited.members));
        desk.say(format!("Changed '{before}': {changes}. It has {members}."))
    }

    fn write(&self, tx: &Tx, found: &InstrumentSet, add: &[String], remove: &[String]) -> Result<Edited> {
        let renamed = self.name.as_ref().filter(|name| **name != found.name);
        if add.is_empty() && remove.is_empty() && renamed.is_none() {
            return Err(refuse(SetRefusal::NothingToChange(found.name.clone())));
        }
        let removed = batch::all_or_none("changed", remove, |tag| take_out(tx, found, tag))?;
        let added = batch::all_or_none("changed", add, |tag| put_in(tx, found, tag, &removed))?;
        if let Some(name) = renamed {
            if name.key() != found.name.key() {
                refuse_taken(tx, name)?;
            }
            set::rename(tx, found.id, name)?;
        }
        let ids: Vec<i64> = added.iter().map(|each| each.id).collect();
        Ok(Edited {
            before: found.name.clone(),
            after: renamed.unwrap_or(&found.name).clone(),
            added,
            removed,
            members: set::tags(tx, found.id)?.len(),
            shared: set::shared_with(tx, found.id, &ids)?,
        })
    }
}

fn take_out(tx: &Tx, set: &InstrumentSet, tag: &str) -> Result<Instrument> {
    let found = instrument::get(tx, tag)?;
    if !set::is_member(tx, set.id, found.id)? {
        return Err(refuse(SetRefusal::NotIn { tag: found.tag, set: set.name.clone() }));
    }
    set::remove_member(tx, set.id, found.id)?;
    Ok(found)
}

fn put_in(tx: &Tx, set: &InstrumentSet, tag: &str, removed: &[Instrument]) -> Result<Instrument> {
    let found = in_stock(tx, tag)?;
    if removed.iter().any(|each| each.id == found.id) {
        return Err(refuse(SetRefusal::BothWays(found.tag)));
    }
    if set::is_member(tx, set.id, found.id)? {
        return Err(refuse(SetRefusal::InAlready { tag: found.tag, set: set.name.clone() }));
    }
    set::add_member(tx, set.id, found.id)?;
    Ok(found)
}

impl Edited {
    fn changes(&self) -> String {
        let tags = |found: &[Instrument]| {
            let tags: Vec<&str> = found.iter().map(|each| each.tag.as_str()).collect();
            tags.join(", ")
        };
        let mut changes = Vec::new();
        if self.after != self.before {
            changes.push(format!("it is named '{}' now", self.after));
        }
        if !self.added.is_empty() {
            changes.push(format!("added {}", tags(&self.added)));
        }
        if !self.removed.is_empty() {
            changes.push(format!("removed {}", tags(&self.removed)));
        }
        changes.join("; ")
    }
}
