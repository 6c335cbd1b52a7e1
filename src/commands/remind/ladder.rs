//! `remind ladder`.

use anyhow::Result;
use clap::Args;

use crate::commands::Desk;

/// To come.
///
/// Example: ledgerline remind ladder list
#[derive(Debug, Args)]
pub struct Ladder {}

impl Ladder {
    pub fn run(self, _desk: &mut Desk<'_, '_>) -> Result<()> {
        todo!()
    }
}
