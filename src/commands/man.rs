//! `man`: the manual pages.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use super::Desk;
use crate::cli::Cli;

/// Write the manual pages into a folder, one a command.
///
/// Example: ledgerline man ~/.local/share/man/man1 && man ledgerline-lend
#[derive(Debug, Args)]
pub struct Man {
    /// The folder, made if it is not there
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Man {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let cannot = || format!("writing manual pages into {}", self.folder.display());
        std::fs::create_dir_all(&self.folder).with_context(cannot)?;
        clap_mangen::generate_to(Cli::parser(), &self.folder).with_context(cannot)?;
        let pages = std::fs::read_dir(&self.folder).with_context(cannot)?.count();
        desk.say(format!(
            "Wrote the manual into {} ({pages} pages). Try: man {}/ledgerline-lend.1",
            self.folder.display(),
            self.folder.display()
        ))
    }
}
