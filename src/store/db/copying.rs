//! Copies of a file that is in use, and a file written anew.

use std::path::Path;

use anyhow::{Context, Result};
use rusqlite::Connection;

use super::{Db, told};
use crate::store::trouble::FileTrouble;

impl Db {
    /// Writes a compact copy of the file as it is now, while others read and write.
    pub fn copy_to(&self, path: &Path) -> Result<()> {
        let path = path.to_str().context("the backup's path is not UTF-8")?;
        self.connection.execute("VACUUM INTO ?1", [path]).map(drop).map_err(|error| {
            // Of a copy that could not be written, the engine leaves its notes.
            let _ = std::fs::remove_file(format!("{path}-journal"));
            told(error)
        })
    }

    /// Writes the file as it is now page by page into an empty one: far quicker than a compact copy.
    pub fn copy_pages_to(&self, path: &Path) -> Result<()> {
        let mut copy = Connection::open(path).map_err(told)?;
        copy.execute_batch("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF;").map_err(told)?;
        let pages = rusqlite::backup::Backup::new(&self.connection, &mut copy).map_err(told)?;
        match pages.step(-1).map_err(told)? {
            rusqlite::backup::StepResult::Done => Ok(()),
            _ => Err(FileTrouble::Busy.into()),
        }
    }

    /// Keeps what sorting and the like put aside in memory, and not in files of the system's own.
    pub fn hold_temporary_in_memory(&self) -> Result<()> {
        self.pragmas("PRAGMA temp_store = MEMORY;")
    }

    /// Writes the file anew without what was deleted, and empties its log: of what is no longer on record no byte is left, in
    /// pages that are free or have room either. What it needs for that is held in memory, since a temporary file of children's
    /// records might outlive a kill. Refused as in use while somebody reads what was there before.
    pub fn clear_what_is_free(&self) -> Result<()> {
        self.hold_temporary_in_memory()?;
        self.pragmas("VACUUM;")?;
        let busy: i64 =
            self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).map_err(told)?;
        if busy == 0 { Ok(()) } else { Err(FileTrouble::Read.into()) }
    }

    /// How many pages the file has.
    pub fn pages(&self) -> Result<i64> {
        self.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).map_err(told)
    }
}
