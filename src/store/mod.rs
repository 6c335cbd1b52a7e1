//! The records: the only place with SQL. Rows become plain values here and nothing is printed.

pub mod access;
pub mod agreement;
pub mod audit;
pub mod backup;
pub mod category;
pub mod charge;
pub mod check;
pub mod db;
pub mod filter;
pub mod fund;
pub mod history;
pub mod instrument;
pub mod instrument_type;
pub mod journal;
pub mod loan;
pub mod merge;
mod network;
pub mod numbering;
pub mod organisation;
pub mod overriding;
pub mod party;
pub mod person;
pub mod policy;
pub mod privacy;
pub mod purchase;
pub mod rate;
pub mod reach;
pub mod record;
pub mod remember;
pub mod reminder;
pub mod remission;
pub mod repair;
pub mod request;
pub mod restore;
pub mod scheme;
pub mod school;
mod seed;
pub mod set;
pub mod setting;
pub mod spend;
pub mod status;
pub mod stocktake;
pub mod supplier;
pub mod term;
pub mod timeline;
mod trouble;
pub mod undo;
mod upgrade;

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::args;
use crate::place::{self, folder_of};
use crate::workshop::{self, Workshop};

use access::Access;
pub use db::{Db, Tx};
pub use trouble::FileTrouble;

/// The schema this program reads and writes.
pub const SCHEMA_VERSION: i64 = 6;
const SCHEMA: &str = include_str!("../../schema.sql");

/// A hub's file, opened.
pub struct Opened {
    pub db: Db,
    /// Where the file is kept as it was, if it was of an older schema and has just been upgraded.
    pub kept: Option<PathBuf>,
}

/// Opens a hub's file, which must exist and be ours; an older one is upgraded first.
pub fn open(path: &Path) -> Result<Opened> {
    open_called(path, path)
}

/// The same for a copy of the file that somebody knows by another name, by which it is then called.
fn open_called(path: &Path, called: &Path) -> Result<Opened> {
    if !path.exists() {
        return Err(FileTrouble::Missing(called.to_path_buf()).into());
    }
    if !path.is_file() {
        return Err(FileTrouble::NotOurs(called.to_path_buf()).into());
    }
    refuse_network(path)?;
    refuse_unwritable(path)?;
    let mut db = open_ours(path, called)?;
    db.keep_a_log()?;
    let found = db.read(upgrade::version)?;
    if found > SCHEMA_VERSION {
        return Err(FileTrouble::Newer { path: called.to_path_buf(), found, known: SCHEMA_VERSION }.into());
    }
    let kept = if found < SCHEMA_VERSION { upgrade::run(&mut db, path, found)? } else { None };
    close_to_others(path, &db)?;
    Ok(Opened { db, kept })
}

/// Even reading keeps notes beside the file. Those made for a file that cannot be written would outlast its mending.
fn refuse_unwritable(path: &Path) -> Result<()> {
    match OpenOptions::new().read(true).write(true).open(path) {
        Ok(_) => Ok(()),
        Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => {
            Err(error).context(FileTrouble::ReadOnly).with_context(|| format!("opening {}", path.display()))
        }
        Err(error) => Err(error).with_context(|| format!("opening {}", path.display())),
    }
}

/// A file that was copied or restored by hand may have become readable by others; its owner's next command mends that. What
/// the engine puts beside a file is open to whom the file was open.
fn close_to_others(path: &Path, db: &Db) -> Result<()> {
    for end in ["", "-wal", "-shm"] {
        let mut beside = path.as_os_str().to_owned();
        beside.push(end);
        close_one(Path::new(&beside), db)?;
    }
    Ok(())
}

/// Another command may just have taken away what was beside the file.
fn close_one(path: &Path, db: &Db) -> Result<()> {
    match std::fs::metadata(path) {
        Ok(about) if about.permissions().mode() & 0o077 != 0 => db.read(|tx| access::give_own(tx, path)),
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("opening {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// Opens a file and looks for our mark.
fn open_ours(path: &Path, called: &Path) -> Result<Db> {
    let not_ours = || FileTrouble::NotOurs(called.to_path_buf());
    let told = |error: anyhow::Error| match error.downcast_ref() {
        Some(FileTrouble::NotADatabase) => not_ours().into(),
        _ => error.context(format!("opening {}", called.display())),
    };
    let db = Db::open(path).map_err(told)?;
    if db.is_ours().map_err(told)? { Ok(db) } else { Err(not_ours().into()) }
}

/// Makes a hub's file, readable by its owner alone: laid out by `fill` under another name beside its place, and put
/// there whole. Refuses to take the place of one that exists.
pub fn create(path: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let folder = folder_of(path);
    place::make_folders(folder).with_context(|| format!("making the folder {}", folder.display()))?;
    refuse_network(path)?;
    let cannot = || format!("making {}", path.display());
    if path.exists() {
        return Err(FileTrouble::Exists(path.to_path_buf()).into());
    }
    let workshop = Workshop::beside(path).with_context(cannot)?;
    let made = workshop.join("new.db");
    fill(&made)?;
    put_in_place(&made, path)
}

/// Puts a file that was made beside its place there, whole, for whoever may use it. Refused where something is there.
fn put_in_place(made: &Path, path: &Path) -> Result<()> {
    finish(made).with_context(|| format!("making {}", path.display()))?;
    if let Some(left) = backup::leftover(path) {
        return Err(FileTrouble::Exists(left).into());
    }
    match workshop::put_new(made, path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(FileTrouble::Exists(path.to_path_buf()).into()),
        put => put.with_context(|| format!("making {}", path.display())),
    }
}

/// Makes sure that a new file is whole on the disk, and for whoever may use it.
fn finish(made: &Path) -> Result<()> {
    let db = Db::open(made)?;
    db.keep_a_log()?;
    // On a full disk what was written may not have got from the log into the file.
    let faults = db.integrity_faults()?;
    db.read(Access::of)?.give(made)?;
    drop(db);
    let log = std::fs::metadata(made.with_extension("db-wal")).map_or(0, |log| log.len());
    if log > 0 || !faults.is_empty() { Err(FileTrouble::Full.into()) } else { Ok(()) }
}

/// Makes a new file with the schema and the seeded types, categories and schemes.
pub fn lay_out(path: &Path, hub: &str) -> Result<Db> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.with_context(|| format!("making {}", path.display()))?;
    let mut db = Db::open(path)?;
    db.lay_out(&upgrade::statements().concat())?;
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
