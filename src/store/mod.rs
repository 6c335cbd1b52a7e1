//! The records: the only place with SQL. Rows become plain values here and nothing is printed.

pub mod backup;
pub mod category;
pub mod check;
pub mod db;
pub mod history;
pub mod instrument;
pub mod instrument_type;
pub mod journal;
pub mod loan;
mod network;
mod numbering;
pub mod organisation;
pub mod party;
pub mod person;
pub mod record;
pub mod reminder;
pub mod scheme;
pub mod school;
mod seed;
pub mod setting;
pub mod status;
pub mod term;

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result};

use crate::args;

pub use db::{Db, FileTrouble, Tx};

/// The schema this program reads and writes.
pub const SCHEMA_VERSION: i64 = 1;
const SCHEMA: &str = include_str!("../../schema.sql");

/// Opens a hub's file, which must exist and be ours.
pub fn open(path: &Path) -> Result<Db> {
    if !path.exists() {
        return Err(FileTrouble::Missing(path.to_path_buf()).into());
    }
    if !path.is_file() {
        return Err(FileTrouble::NotOurs(path.to_path_buf()).into());
    }
    refuse_network(path)?;
    let db = Db::open(path).with_context(|| format!("opening {}", path.display()))?;
    let not_ours = |error: anyhow::Error| match error.downcast_ref() {
        Some(FileTrouble::Damaged) => FileTrouble::NotOurs(path.to_path_buf()).into(),
        _ => error,
    };
    if !db.is_ours().map_err(not_ours)? {
        return Err(FileTrouble::NotOurs(path.to_path_buf()).into());
    }
    let found = db.read(|tx| tx.number("SELECT version FROM schema_version", &[]))?;
    if found > SCHEMA_VERSION {
        return Err(FileTrouble::Newer { path: path.to_path_buf(), found, known: SCHEMA_VERSION }.into());
    }
    Ok(db)
}

/// Makes a hub's file, readable by its owner alone, with the seeded types and categories. Refuses one that exists.
pub fn create(path: &Path, hub: &str) -> Result<Db> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
    }
    refuse_network(path)?;
    claim(path)?;
    lay_out(path, hub).inspect_err(|_| {
        // What could not be finished must not be taken for a hub.
        let _ = std::fs::remove_file(path);
    })
}

/// Creates the empty file, so that two at once cannot both believe they made it.
fn claim(path: &Path) -> Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(FileTrouble::Exists(path.to_path_buf()).into())
        }
        Err(error) => Err(error).with_context(|| format!("making {}", path.display())),
    }
}

fn lay_out(path: &Path, hub: &str) -> Result<Db> {
    let mut db = Db::open(path)?;
    db.lay_out(SCHEMA)?;
    db.write(|tx| {
        tx.execute("INSERT INTO schema_version (version) VALUES (?1)", args![SCHEMA_VERSION])?;
        seed::plant(tx, hub)
    })?;
    Ok(db)
}

fn refuse_network(path: &Path) -> Result<()> {
    match network::share_under(path) {
        Some(kind) => Err(FileTrouble::Network { path: path.to_path_buf(), kind }.into()),
        None => Ok(()),
    }
}
