//! Indexes taken away while very many rows come in, and built again in one go, which is far quicker.
//!
//! What an index forbids is found when it is built again. A look-up that cannot do without one says so ([`Tx::lean_on`]),
//! and has it built at once; from then on it is kept up row by row.

use std::cell::RefCell;

use anyhow::Result;

use super::{IMPORT_CACHE, Tx, told};

/// Those that are away, by name, with the statement that makes each.
#[derive(Default)]
pub(super) struct Aside(RefCell<Vec<(String, String)>>);

/// While an index is built, the page cache is made small: rows are sorted in heaps of its size, and heaps that the processor's
/// own cache holds are sorted in two thirds of the time that one large heap takes.
const SORTING: &str = "PRAGMA cache_size = -2000";

impl Tx<'_> {
    /// Works without these indexes.
    pub fn without_indexes<T>(&self, names: &[&str], work: impl FnOnce() -> Result<T>) -> Result<T> {
        for name in names {
            let sql = "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?1";
            if let Some(sql) = self.one(sql, &[(*name).into()], |row| row.string(0))? {
                self.execute(&format!("DROP INDEX {name}"), &[])?;
                self.aside.0.borrow_mut().push(((*name).to_string(), sql));
            }
        }
        let done = work()?;
        let away = self.aside.0.take();
        away.iter().try_for_each(|(_, sql)| self.build(sql))?;
        Ok(done)
    }

    /// Has an index built again that a look-up needs, if it is away.
    pub fn lean_on(&self, index: &str) -> Result<()> {
        let is_away = |(name, _): &(String, String)| name == index;
        let place = self.aside.0.borrow().iter().position(is_away);
        let Some(place) = place else {
            return Ok(());
        };
        let (_, sql) = self.aside.0.borrow_mut().remove(place);
        self.build(&sql)
    }

    fn build(&self, sql: &str) -> Result<()> {
        self.connection.execute_batch(SORTING).map_err(told)?;
        self.execute(sql, &[])?;
        self.connection.execute_batch(IMPORT_CACHE).map_err(told)
    }
}
