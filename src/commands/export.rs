//! `export`: every record of a kind, as `import` takes it back.

use anyhow::Result;
use clap::Args;

use super::Desk;
use crate::import::kinds::Kind;
use crate::output::listing::Format;

/// List every record of a kind in full, as import takes it back: as CSV or, with --format json, as JSON.
///
/// Example: ledgerline export instruments --output instruments.csv
#[derive(Debug, Args)]
pub struct Export {
    /// What to export
    kind: Kind,
}

impl Export {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        // A table is for the eye, and import could not take it back.
        let format = match desk.options().format {
            Format::Table => Format::Csv,
            other => other,
        };
        let db = desk.open()?;
        db.read(|tx| {
            desk.list_as(format, self.kind.columns(), |out| self.kind.export(tx, out))?;
            Ok(())
        })
    }
}
