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
/// were given out since are not given again, whoever was erased since is erased again, and reminders are disarmed.
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

/// Whoever was erased since the backup is erased again, or back for a reason.
fn tell_of_erased(desk: &mut Desk<'_, '_>, restored: &Restored) -> Result<()> {
    let again: Vec<String> = restored.erased_again.iter().map(PersonRef::to_string).collect();
    if !again.is_empty() {
        desk.say(format!(
            "Erased since that backup, and erased again with it: {}. The backup itself still holds them.",
            again.join(", ")
        ))?;
    }
    for pupil in &restored.unsigned {
        desk.say(format!("{pupil} has nobody who signs now: ledgerline person edit {pupil} --hirer …"))?;
    }
    if let Some((person, error)) = restored.erased_again.first().zip(restored.not_cleared.as_ref()) {
        desk.warn(format!(
            "traces of them may stay in the file ({error:#}); to clear it: ledgerline privacy erase {person} --yes"
        ))?;
    }
    for (person, refusal) in &restored.back {
        desk.warn(format!(
            "{person} was erased since that backup, and is back: {refusal}. After that: ledgerline privacy erase {person}"
        ))?;
    }
    Ok(())
}

/// What the records no longer know, though it happened.
fn tell_of_what_came_since(desk: &mut Desk<'_, '_>, restored: &Restored) -> Result<()> {
    if !restored.knows_what_came_since {
        desk.warn("the file before could not be asked what came since: numbers, tags and erased people may come back")?;
    }
    tell_of_erased(desk, restored)?;
    match restored.messages_since {
        0 => Ok(()),
        1 => desk.warn("one message had gone out since that backup; its reminders will be due again"),
        many => desk.warn(format!("{many} messages had gone out since that backup; their reminders will be due again")),
    }
}
