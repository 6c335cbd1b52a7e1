//! `export`: every record of a kind, as `import` takes it back.

use anyhow::Result;
use clap::Args;

use super::Desk;
use crate::import::kinds::Kind;

/// List every record of a kind in full, as import takes it back.
///
/// Example: ledgerline export instruments --format csv --output instruments.csv
#[derive(Debug, Args)]
pub struct Export {
    /// What to export
    kind: Kind,
}

impl Export {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let db = desk.open()?;
        db.read(|tx| {
            desk.list_columns(self.kind.columns(), |out| self.kind.export(tx, out))?;
            Ok(())
        })
    }
}
