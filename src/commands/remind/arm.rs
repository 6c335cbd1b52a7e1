//! `remind arm`.

use anyhow::Result;
use clap::Args;

use crate::commands::Desk;

/// To come.
///
/// Example: ledgerline remind arm
#[derive(Debug, Args)]
pub struct Arm {}

impl Arm {
    pub fn run(self, _desk: &mut Desk<'_, '_>) -> Result<()> {
        todo!()
    }
}
