//! `remind hold` and `remind release`.

use anyhow::Result;
use clap::Args;

use crate::commands::Desk;

/// To come.
///
/// Example: ledgerline remind hold L231 --until +14d --reason 'in hospital'
#[derive(Debug, Args)]
pub struct Hold {}

/// To come.
///
/// Example: ledgerline remind release L231
#[derive(Debug, Args)]
pub struct Release {}

impl Hold {
    pub fn run(self, _desk: &mut Desk<'_, '_>) -> Result<()> {
        todo!()
    }
}

impl Release {
    pub fn run(self, _desk: &mut Desk<'_, '_>) -> Result<()> {
        todo!()
    }
}
