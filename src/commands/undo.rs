//! `undo`: take an event back, or bring it back again.

use anyhow::Result;
use clap::Args;

use super::Desk;
use crate::domain::date::Date;
use crate::domain::reference::EventRef;
use crate::store::Tx;
use crate::store::journal::{self, Event};
use crate::store::undo;

/// Take back the last thing you did, or the event that is named, whoever did it. A batch is one event.
///
/// The undo is an event of its own: a second undo brings everything back. What something later rests on is refused.
///
/// Example: ledgerline undo
/// Example: ledgerline undo E1021
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Undo {
    /// The event, as 'log' names it; else the last one that is yours
    event: Option<EventRef>,
}

impl Undo {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (today, who) = (desk.today(), desk.stamp().who);
        let mut db = desk.open()?;
        let event = desk.undo(&mut db, |tx| {
            let asked = self.event.map_or_else(|| undo::last_of(tx, &who), Ok)?;
            let event = take_back(tx, asked, today)?;
            Ok((event, asked))
        })?;
        desk.say(format!("{}{}", event.summary, if event.summary.ends_with('.') { "" } else { "." }))?;
        desk.say("A second undo turns it round again.")
    }
}

/// Takes an event back and tells it by what was done in the first place.
fn take_back(tx: &Tx, asked: EventRef, today: Date) -> Result<Event> {
    let root = undo::root_of(tx, asked)?;
    undo::take_back(tx, asked, today)?;
    let done = if root.comes_back { "Brought back" } else { "Undid" };
    let summary = format!("{done} {}: {}", root.event, brief(&root.summary));
    Ok(Event { on: today, command: "undo", subject: root.subject, summary, about: journal::about(tx, asked)? })
}

/// As much of a long account as a person reads: a batch names every tag of it.
fn brief(summary: &str) -> String {
    const MOST: usize = 200;
    match summary.char_indices().nth(MOST) {
        Some((end, _)) => format!("{} …", summary[..end].trim_end()),
        None => summary.to_string(),
    }
}
