//! `remind retry`.

use anyhow::Result;
use clap::Args;

use crate::commands::Desk;

/// To come.
///
/// Example: ledgerline remind retry
#[derive(Debug, Args)]
pub struct Retry {}

impl Retry {
    pub fn run(self, _desk: &mut Desk<'_, '_>) -> Result<()> {
        todo!()
    }
}
