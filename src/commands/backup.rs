//! `backup`: a verified copy of the file.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;

use super::Desk;
use crate::cli::from_one;
use crate::error::Exit;
use crate::place;
use crate::store::Db;
use crate::store::backup;
use crate::store::journal::Event;

/// Copy the file while it is in use, and verify the copy. Nothing is ever overwritten.
///
/// Into a folder the copy gets a dated name; with --keep, older dated copies that this hub made there, and that are still what they were, are removed.
/// With --quiet the name is not printed either, so that cron has nothing to mail.
///
/// Example: ledgerline backup /srv/backups --keep 30
#[derive(Debug, Args)]
pub struct Backup {
    /// A new file, or a folder
    to: PathBuf,
    /// In a folder: keep only the newest so many
    #[arg(long, value_name = "N", value_parser = from_one::<u32>)]
    keep: Option<u32>,
}

impl Backup {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        desk.refuse_output()?;
        if self.keep.is_some() {
            // A disk that is not mounted is no fault of the command line.
            place::expect_folder(&self.to)?;
        }
        let into_folder = self.keep.is_some() || self.to.is_dir();
        let mut db = desk.open()?;
        let (to, sum) = if into_folder {
            backup::copy_dated(&db, &self.to, desk.today())?
        } else {
            (self.to.clone(), backup::copy(&db, &self.to)?)
        };
        let remembered = remember(desk, &mut db, &to, &sum);
        if !desk.options().quiet {
            desk.print(to.display())?;
        }
        desk.say(format!("Copied to {} and verified.", to.display()))?;
        if let Err(error) = remembered {
            // The copy is good; only its line in the journal is not written.
            desk.warn(format!("the copy could not be noted in the file, so it will never be pruned: {error}"))?;
        }
        match self.keep {
            Some(keep) => match prune(desk, &db, &self.to, keep as usize) {
                Err(fault) => desk.fail(Exit::File, &format!("error: the copy is made, but {fault:#}")),
                Ok(()) => Ok(()),
            },
            None => Ok(()),
        }
    }
}

fn remember(desk: &Desk<'_, '_>, db: &mut Db, to: &Path, sum: &str) -> Result<()> {
    let (today, at) = (desk.today(), desk.now());
    desk.change(db, |tx| {
        backup::remember(tx, at, today, to, sum)?;
        let summary = format!("Copied to {} and verified", to.display());
        Ok(((), Some(Event { on: today, command: "backup", subject: "file".into(), summary, about: vec![] })))
    })
}

fn prune(desk: &mut Desk<'_, '_>, db: &Db, folder: &Path, keep: usize) -> Result<()> {
    let surplus = db.read(|tx| backup::beyond(tx, folder, keep))?;
    for name in &surplus.altered {
        desk.warn(format!(
            "{name} is no longer the copy that was made under that name; it is left, and counts for nothing"
        ))?;
    }
    for path in &surplus.old {
        std::fs::remove_file(path).with_context(|| format!("the older one {} could not be removed", path.display()))?;
    }
    match surplus.old.len() {
        0 => Ok(()),
        1 => desk.say("Removed one older copy."),
        many => desk.say(format!("Removed {many} older copies.")),
    }
}
