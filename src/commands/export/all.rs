//! `export all`: every record of every kind, in a folder, from one moment.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

use anyhow::Result;

use crate::commands::Desk;
use crate::commands::import::file_name;
use crate::import::kinds::Kind;
use crate::output::folder::{Folder, SUMS};
use crate::store::Tx;

/// Writes every kind into a folder, and says so.
pub fn write(desk: &mut Desk<'_, '_>, folder: &Path) -> Result<()> {
    let db = desk.open()?;
    db.expect_bulk()?;
    let (excel, progress) = (desk.options().excel, Rc::new(RefCell::new(desk.progress())));
    let (files, records) = db.read(|tx| {
        let mut folder = Folder::begin(folder, excel)?;
        let mut records = 0;
        let counts = if progress.borrow().is_shown() { counts(tx)? } else { 0 };
        for kind in Kind::ALL {
            let (before, progress) = (records, Rc::clone(&progress));
            records += folder.list_as(&file_name(*kind), kind.columns(), |out| {
                out.watched(move |rows| progress.borrow_mut().tick((before + rows) as u64, counts));
                kind.export(tx, out)
            })?;
        }
        Ok((folder.finish()?, records))
    })?;
    progress.borrow_mut().end();
    desk.say(format!(
        "Wrote {records} records in {files} files into {}; 'sha256sum -c {SUMS}' checks them there, and 'ledgerline import all' \
         takes them into an empty hub.",
        folder.display()
    ))
}

/// How many records there are, as far as it matters to how long it takes.
fn counts(tx: &Tx) -> Result<u64> {
    Kind::ALL.iter().try_fold(0, |sum, kind| Ok(sum + kind.count(tx)?.unwrap_or(0)))
}
