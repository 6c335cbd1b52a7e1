//! `remind log`.

use anyhow::Result;
use clap::Args;

use crate::commands::Desk;

/// To come.
///
/// Example: ledgerline remind log
#[derive(Debug, Args)]
pub struct Log {}

impl Log {
    pub fn run(self, _desk: &mut Desk<'_, '_>) -> Result<()> {
        todo!()
    }
}
