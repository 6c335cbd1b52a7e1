//! `export all`: every record of every kind, in a folder, from one moment.

use std::path::Path;

use anyhow::Result;

use crate::commands::Desk;
use crate::commands::import::file_name;
use crate::import::kinds::Kind;
use crate::output::folder::{Folder, SUMS};

/// Writes every kind into a folder, and says so.
pub fn write(desk: &mut Desk<'_, '_>, folder: &Path) -> Result<()> {
    let db = desk.open()?;
    db.expect_bulk()?;
    let excel = desk.options().excel;
    let (files, records) = db.read(|tx| {
        let mut folder = Folder::begin(folder, excel)?;
        let mut records = 0;
        for kind in Kind::ALL {
            records += folder.list_as(&file_name(*kind), kind.columns(), |out| kind.export(tx, out))?;
        }
        Ok((folder.finish()?, records))
    })?;
    desk.say(format!(
        "Wrote {records} records in {files} files into {}; 'sha256sum -c {SUMS}' checks them there, and 'ledgerline import all' \
         takes them into an empty hub.",
        folder.display()
    ))
}
