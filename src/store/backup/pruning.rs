//! Which copies in a folder may go: those that this hub made, that are still what they were, and that enough newer ones follow.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{dated, names};
use crate::args;
use crate::domain::reference::EventRef;
use crate::store::db::{Db, Tx};
use crate::store::journal;

/// What of a folder's copies is too many.
#[derive(Debug, Default)]
pub struct Surplus {
    /// To be removed, the oldest first.
    pub old: Vec<PathBuf>,
    /// Under the names of copies that were made, and something else by now: they are left, and count for nothing.
    pub altered: Vec<String>,
}

/// The dated copies in a folder that this file remembers having made, less the `keep` newest of those that are still what
/// they were. They go by the order in which they were made: a clock may have run ahead for a while.
pub fn beyond(tx: &Tx, folder: &Path, keep: usize) -> Result<Surplus> {
    let mut made = Vec::new();
    for name in names(folder)?.into_iter().filter(|name| dated(name).is_some()) {
        let all = tx.all("SELECT id, sum FROM backup WHERE name = ?1 ORDER BY id DESC", args![&name], |row| {
            Ok(Made { id: row.int(0)?, sum: row.opt_string(1)? })
        })?;
        if let Some(last) = all.first() {
            made.push((last.id, name, all));
        }
    }
    if made.len() <= keep {
        return Ok(Surplus::default());
    }
    made.sort_by_key(|(id, ..)| std::cmp::Reverse(*id));
    let (mut surplus, mut good) = (Surplus::default(), 0);
    for (_, name, all) in made {
        let path = folder.join(&name);
        if !is_as_made(tx, &path, &all)? {
            surplus.altered.push(name);
        } else if good < keep {
            good += 1;
        } else {
            surplus.old.push(path);
        }
    }
    surplus.old.reverse();
    surplus.altered.sort();
    Ok(surplus)
}

/// A copy as it is remembered.
struct Made {
    id: i64,
    sum: Option<String>,
}

/// Whether a file is one of the copies that were made under its name. One that this login may not read is none.
fn is_as_made(tx: &Tx, path: &Path, all: &[Made]) -> Result<bool> {
    let sum = match File::open(path).and_then(crate::sum::of) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied) => return Ok(false),
        sum => sum.with_context(|| format!("reading the older one {}", path.display()))?,
    };
    let by_sum = all.iter().any(|made| made.sum.as_deref() == Some(&sum));
    let is_unsummed = all.iter().any(|made| made.sum.is_none());
    Ok(by_sum || is_unsummed && is_of_this_hub(tx, path)?)
}

/// Whether a file is whole and ends with an event of this one: what can be said of a copy whose sum is not known.
fn is_of_this_hub(tx: &Tx, path: &Path) -> Result<bool> {
    let last_event = || {
        let copy = Db::open(path)?;
        if !copy.is_ours()? || !copy.integrity_faults()?.is_empty() {
            return Ok(None);
        }
        copy.read(|tx| journal::find(tx, EventRef::new(journal::last(tx)?)))
    };
    let Ok(Some(last)) = last_event() as Result<Option<journal::LogLine>> else {
        return Ok(false);
    };
    let own = journal::find(tx, last.event)?;
    Ok(own.is_some_and(|own| (own.at, own.who, own.command) == (last.at, last.who, last.command)))
}
