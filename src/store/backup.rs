//! Copies of the file: made while it is in use, verified, never over another.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::db::{Db, Tx};
use super::trouble::FileTrouble;
use crate::args;
use crate::domain::date::{Date, DateOrder, parse_fixed};

/// Writes a verified copy under a name that must be free. It appears whole or not at all.
pub fn copy(db: &Db, to: &Path) -> Result<()> {
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if to.exists() {
        return Err(FileTrouble::Exists(to.to_path_buf()).into());
    }
    let cannot = || format!("writing {}", to.display());
    let copy = tempfile::Builder::new().prefix(".ledgerline-").tempfile_in(folder).with_context(cannot)?;
    db.copy_to(copy.path()).with_context(cannot)?;
    verify(copy.path()).context("verifying the copy")?;
    copy.as_file().sync_all().with_context(cannot)?;
    match copy.persist_noclobber(to) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(FileTrouble::Exists(to.to_path_buf()).into())
        }
        Err(error) => Err(error.error).with_context(cannot),
    }
}

/// A private copy to try things on, and the folder it lives and dies in. The file itself is only read.
pub fn scratch(db: &Db, folder: &Path) -> Result<(tempfile::TempDir, Db)> {
    let workshop =
        tempfile::Builder::new().prefix("ledgerline-").tempdir_in(folder).context("making a throw-away folder")?;
    let path = workshop.path().join("scratch.db");
    db.copy_to(&path).context("copying the file, to check on the copy")?;
    let copy = Db::open(&path)?;
    copy.care_for_nothing()?;
    Ok((workshop, copy))
}

/// Opens a copy and checks that it is whole.
fn verify(path: &Path) -> Result<()> {
    let faults = Db::open(path)?.integrity_faults()?;
    match faults.first() {
        None => Ok(()),
        Some(fault) => Err(FileTrouble::Damaged).with_context(|| format!("the copy: {fault}")),
    }
}

/// A name of the day in a folder, after all that are there: `ledgerline-2026-11-22.db`, then `-2`, `-3`.
/// A number that pruning has freed is not used again, so that the order of names is the order of copies.
pub fn dated_name(folder: &Path, today: Date) -> Result<PathBuf> {
    let of_today = |name: &String| dated(name).filter(|(day, _)| *day == today).map(|(_, number)| number);
    let last = names(folder)?.iter().filter_map(of_today).max().unwrap_or(0);
    Ok(folder.join(match last {
        0 => format!("ledgerline-{today}.db"),
        last => format!("ledgerline-{today}-{}.db", last + 1),
    }))
}

/// The files in a folder, by name.
fn names(folder: &Path) -> Result<Vec<String>> {
    let cannot = || format!("reading the folder {}", folder.display());
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(cannot)? {
        let entry = entry.with_context(cannot)?;
        if entry.file_type().is_ok_and(|kind| kind.is_file()) {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

/// Remembers a verified copy.
pub fn remember(tx: &Tx, at: &str, on: Date, path: &Path) -> Result<()> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
    tx.execute(r#"INSERT INTO backup (at, "on", name) VALUES (?1, ?2, ?3)"#, args![at, on, name])?;
    Ok(())
}

/// The day of the last verified copy.
pub fn last_on(tx: &Tx) -> Result<Option<Date>> {
    let sql = r#"SELECT "on" FROM backup ORDER BY id DESC LIMIT 1"#;
    tx.one(sql, &[], |row| row.day(0))
}

/// The dated copies in a folder that this file remembers having made, the oldest first, less the `keep` newest.
pub fn beyond(tx: &Tx, folder: &Path, keep: usize) -> Result<Vec<PathBuf>> {
    let mut copies = Vec::new();
    for name in names(folder)? {
        if let Some(order) = dated(&name)
            && tx.exists("SELECT 1 FROM backup WHERE name = ?1", args![&name])?
        {
            copies.push((order, folder.join(name)));
        }
    }
    copies.sort();
    let surplus = copies.len().saturating_sub(keep);
    Ok(copies.into_iter().take(surplus).map(|(_, path)| path).collect())
}

/// The day and number in a dated name.
fn dated(name: &str) -> Option<(Date, u32)> {
    let stem = name.strip_prefix("ledgerline-")?.strip_suffix(".db")?;
    let (day, rest) = stem.split_at_checked(10)?;
    let day = parse_fixed(day, DateOrder::Ymd).ok()?;
    let number = if rest.is_empty() { Some(1) } else { rest.strip_prefix('-')?.parse().ok() };
    number.map(|number| (day, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dated_names_are_ever_pruned() {
        assert!(dated("ledgerline-2026-11-22.db").is_some());
        assert!(dated("ledgerline-2026-11-22.db") < dated("ledgerline-2026-11-22-2.db"));
        for name in [
            "ledgerline.db",
            "ledgerline-2026-11-31.db",
            "ledgerline-2026-11-22.db-wal",
            "notes-2026-11-22.db",
            "ledgerline-é.db",
        ] {
            assert!(dated(name).is_none(), "{name}");
        }
    }
}
