//! The records: the only place with SQL. Rows become plain values here and nothing is printed.

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
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::args;

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
    if !path.exists() {
        return Err(FileTrouble::Missing(path.to_path_buf()).into());
    }
    if !path.is_file() {
        return Err(FileTrouble::NotOurs(path.to_path_buf()).into());
    }
    refuse_network(path)?;
    refuse_unwritable(path)?;
    let mut db = open_ours(path)?;
    close_to_others(path)?;
    let found = db.read(upgrade::version)?;
    if found > SCHEMA_VERSION {
        return Err(FileTrouble::Newer { path: path.to_path_buf(), found, known: SCHEMA_VERSION }.into());
    }
    let kept = if found < SCHEMA_VERSION { upgrade::run(&mut db, path, found)? } else { None };
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

/// A file that was copied or restored by hand may have become readable by others; its owner's next command mends that.
fn close_to_others(path: &Path) -> Result<()> {
    let about = std::fs::metadata(path).with_context(|| format!("opening {}", path.display()))?;
    let is_open = about.permissions().mode() & 0o077 != 0;
    if is_open && about.uid() == nix::unistd::Uid::effective().as_raw() {
        let closed = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(path, closed).with_context(|| format!("closing {} to others", path.display()))?;
    }
    Ok(())
}

/// Opens a file and looks for our mark.
fn open_ours(path: &Path) -> Result<Db> {
    let not_ours = || FileTrouble::NotOurs(path.to_path_buf());
    let told = |error: anyhow::Error| match error.downcast_ref() {
        Some(FileTrouble::NotADatabase) => not_ours().into(),
        _ => error.context(format!("opening {}", path.display())),
    };
    let db = Db::open(path).map_err(told)?;
    if db.is_ours().map_err(told)? { Ok(db) } else { Err(not_ours().into()) }
}

/// Makes a hub's file, readable by its owner alone: laid out by `fill` under another name beside its place, and put
/// there whole. Refuses to take the place of one that exists.
pub fn create(path: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
    refuse_network(path)?;
    let cannot = || format!("making {}", path.display());
    let exists = || FileTrouble::Exists(path.to_path_buf());
    if path.exists() {
        return Err(exists().into());
    }
    let workshop = tempfile::Builder::new().prefix(".ledgerline-").tempdir_in(folder).with_context(cannot)?;
    let made = workshop.path().join("new.db");
    fill(&made)?;
    // On a full disk what was written may not have got from the log into the file.
    let faults = Db::open(&made).and_then(|db| db.integrity_faults());
    let log = std::fs::metadata(workshop.path().join("new.db-wal")).map_or(0, |log| log.len());
    if log > 0 || !faults.with_context(cannot)?.is_empty() {
        return Err(FileTrouble::Full).with_context(cannot);
    }
    let made = tempfile::TempPath::try_from_path(made).with_context(cannot)?;
    match made.persist_noclobber(path) {
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Err(exists().into()),
        Err(error) => Err(error.error).with_context(cannot),
        Ok(()) => Ok(()),
    }
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
