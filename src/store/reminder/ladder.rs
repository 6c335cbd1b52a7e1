//! The ladder as the hub has it.

use anyhow::Result;

use crate::args;
use crate::domain::reminder::{Ladder, Rung};
use crate::domain::text::Email;
use crate::domain::words::Word;
use crate::store::db::{Tx, word};
use crate::store::remember::Table;

/// The program's ladder, with the stages that the hub has made its own.
pub fn ladder(tx: &Tx) -> Result<Ladder> {
    let own = tx.all("SELECT stage, days, template, copy_to FROM ladder ORDER BY stage", &[], |row| {
        let copy_to = row.opt_string(3)?;
        Ok(Rung {
            stage: row.word(0)?,
            days: row.int(1)?,
            template: row.opt_string(2)?,
            copy_to: copy_to.as_deref().map(Email::from_record),
        })
    })?;
    Ok(Ladder::with(own))
}

/// Keeps a stage that [`Ladder::changed`] has passed.
pub fn set_rung(tx: &Tx, rung: &Rung) -> Result<()> {
    tx.change(
        Table::Ladder,
        rung.stage.as_str(),
        "INSERT INTO ladder (stage, days, template, copy_to) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (stage) DO UPDATE SET days = excluded.days, template = excluded.template, copy_to = excluded.copy_to",
        args![word(rung.stage), rung.days, rung.template.as_deref(), rung.copy_to.as_ref().map(Email::as_str)],
    )?;
    Ok(())
}
