//! Changes on record that nobody could take back, because what they keep cannot be read.

use std::collections::{HashMap, HashSet};

use anyhow::Result;

use super::{GONE, Table, read};
use crate::args;
use crate::domain::reference::EventRef;
use crate::store::db::{Object, Tx};

/// The changes on record that could not be put back because they cannot be read: the event, and what is wrong.
pub fn unreadable(tx: &Tx) -> Result<Vec<(EventRef, String)>> {
    let mut columns: HashMap<Table, HashSet<String>> = HashMap::new();
    for table in Table::ALL {
        let known = tx.all("SELECT name FROM pragma_table_info(?1)", args![table.name()], |row| row.string(0))?;
        let gone = GONE.iter().filter(|(of, _)| of == table).map(|(_, column)| (*column).to_string());
        columns.insert(*table, known.into_iter().chain(gone).collect());
    }
    let mut found = Vec::new();
    tx.each("SELECT event_id, record, key, before, after FROM change ORDER BY event_id, position", &[], |row| {
        let Ok(name) = row.text(1) else { return Ok(()) };
        let told = match Table::ALL.iter().find(|table| table.name() == name) {
            None => Some(format!("changed a {name}, which is no record")),
            Some(table) if row.text(2).and_then(|key| table.key_from(key)).is_err() => {
                Some(format!("changed a {name} without a number"))
            }
            Some(table) => {
                let known = columns.get(table);
                let is_sound =
                    |row: &Object| row.keys().all(|column| known.is_some_and(|known| known.contains(column)));
                let images = [3, 4].map(|column| row.opt_text(column).and_then(read));
                let sound = images.iter().all(|image| image.as_ref().is_ok_and(|rows| rows.iter().all(is_sound)));
                (!sound).then(|| format!("changed a {name} in a way that cannot be read"))
            }
        };
        found.extend(told.map(|told| (EventRef::new(row.int(0).unwrap_or(0)), told)));
        Ok(())
    })?;
    Ok(found)
}
