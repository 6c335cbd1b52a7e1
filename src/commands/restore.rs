//! `restore`: a backup put back.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::Desk;
use crate::domain::date::in_words;
use crate::domain::reference::PersonRef;
use crate::store::restore::{self, Restored};

/// Put a backup back in place of the hub's file, which is kept beside it under another name.
///
/// The backup is only read, and is checked first. All records are replaced at once, also while others use the file. Numbers that
/// were given out since are not given again, and reminders are disarmed.
///
/// Example: ledgerline restore /srv/backups/ledgerline-2026-11-20.db
#[derive(Debug, Args)]
pub struct Restore {
    /// The backup
    from: PathBuf,
}

impl Restore {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        desk.refuse_output()?;
        let path = desk.path()?;
        let source = restore::look(&self.from, &path)?;
        let restored = restore::restore(source, &path, &desk.stamp(), desk.options().yes)?;
        let up_to = restored.last.map(|(event, on)| format!(" It ends with {event}, of {}.", in_words(on)));
        let (from, path) = (self.from.display(), path.display());
        desk.say(format!("Restored {path} from {from}.{}", up_to.unwrap_or_default()))?;
        if let Some(kept) = &restored.kept {
            desk.say(format!("The file before is kept as {}.", kept.display()))?;
        }
        tell_of_what_came_since(desk, &restored)?;
        desk.say("Reminders are disarmed. Look at 'ledgerline remind' first, then: ledgerline remind arm")
    }
}

/// How many of those who are back are named.
const NAMED: usize = 5;

/// `erased since that backup, and back: P1, P2`, with what erases them again.
fn back(people: &[PersonRef]) -> String {
    let named: Vec<String> = people.iter().take(NAMED).map(PersonRef::to_string).collect();
    let more = match people.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let again: Vec<String> = named.iter().map(|person| format!("ledgerline privacy erase {person}")).collect();
    let again = match people {
        [_] => again.join("; "),
        _ if more.is_empty() => format!("{}; whom a sweep erased: ledgerline privacy sweep --commit", again.join("; ")),
        _ => "ledgerline privacy sweep --commit for whom a sweep erased, ledgerline privacy erase … for each other"
            .into(),
    };
    format!("erased since that backup, and back: {}{more}; again: {again}", named.join(", "))
}

/// What the records no longer know, though it happened.
fn tell_of_what_came_since(desk: &mut Desk<'_, '_>, restored: &Restored) -> Result<()> {
    if !restored.knows_what_came_since {
        desk.warn("the file before could not be asked what came since: numbers, tags and erased people may come back")?;
    }
    if !restored.erased_since.is_empty() {
        desk.warn(back(&restored.erased_since))?;
    }
    match restored.messages_since {
        0 => Ok(()),
        1 => desk.warn("one message had gone out since that backup; its reminders will be due again"),
        many => desk.warn(format!("{many} messages had gone out since that backup; their reminders will be due again")),
    }
}
