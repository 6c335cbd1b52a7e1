//! Copies of the file: made while it is in use, verified, never over another.

mod pruning;

use std::fs::{File, FileType};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::access::Access;
use super::db::{Db, Tx};
use super::trouble::FileTrouble;
use crate::args;
use crate::domain::date::{Date, DateOrder, parse_fixed};
use crate::domain::reference::EventRef;
use crate::place::{self, folder_of};
use crate::workshop::{self, Workshop};

pub use pruning::beyond;

/// Writes a verified copy under a name that must be free, for whoever may use the file itself. It appears whole or not at all,
/// and of a damaged file never. Gives the sum by which it is known to be what it was.
pub fn copy(db: &Db, to: &Path) -> Result<String> {
    if to.exists() {
        return Err(FileTrouble::Exists(to.to_path_buf()).into());
    }
    if let Some(left) = leftover(to) {
        return Err(FileTrouble::Exists(left).into());
    }
    let cannot = || format!("writing {}", to.display());
    // A compact copy leaves out what is damaged, and would be whole itself.
    refuse_damaged(db, "the file")?;
    let workshop = Workshop::beside(to).with_context(cannot)?;
    workshop.file(COPY).with_context(cannot)?;
    let copy = workshop.join(COPY);
    db.copy_to(&copy).with_context(cannot)?;
    refuse_damaged(&Db::open(&copy)?, "the copy").context("verifying the copy")?;
    db.read(Access::of)?.give(&copy).with_context(cannot)?;
    let sum = File::open(&copy).and_then(crate::sum::of).with_context(cannot)?;
    match workshop::put_new(&copy, to) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(FileTrouble::Exists(to.to_path_buf()).into()),
        put => put.map(|()| sum).with_context(cannot),
    }
}

/// What a copy is called while it is written.
const COPY: &str = "copy.db";

/// A private copy to try things on, and the folder it lives and dies in. The file itself is only read.
pub fn scratch(db: &Db, folder: &Path) -> Result<(Workshop, Db)> {
    let workshop = Workshop::within(folder).context("making a throw-away folder")?;
    let path = workshop.join("scratch.db");
    db.copy_pages_to(&path).context("copying the file, to check on the copy")?;
    let copy = Db::open(&path)?;
    copy.care_for_nothing()?;
    Ok((workshop, copy))
}

/// Of the copies that are made before imports, so many are kept.
const KEPT_BEFORE_IMPORTS: usize = 10;

/// A copy of the file as it was before an import or a restore. It stays only once that is written: [`Before::stay`].
#[derive(Debug)]
pub struct Before {
    path: PathBuf,
    stays: bool,
}

impl Before {
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps the copy, now that what came is written; of those made before imports the oldest are removed. Where that cannot
    /// be, what came is no less written.
    pub fn stay(mut self) -> Kept {
        self.stays = true;
        let path = std::mem::take(&mut self.path);
        let not_removed = prune_before_imports(&path).err();
        Kept { path, not_removed }
    }
}

/// A copy that stays, and why older ones could not be removed.
#[derive(Debug)]
pub struct Kept {
    pub path: PathBuf,
    pub not_removed: Option<anyhow::Error>,
}

impl Drop for Before {
    fn drop(&mut self) {
        if !self.stays {
            // Of what came to nothing; one that cannot be removed does no harm.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Copies the file beside itself as it was before the event that is being written: `hub.db.before-E12`. The transaction under
/// way is not in the copy, and while it holds the lock nothing else can come between.
///
/// Page for page, and checked for being whole and for its last event: every page of a large file is not read again while
/// others wait for the lock.
pub fn before(path: &Path, event: EventRef) -> Result<Before> {
    aside(path, &format!("{BEFORE}{event}"))
}

/// The same before all records are replaced by those of a backup: `hub.db.replaced-E35`. These copies are never pruned.
pub fn replaced(path: &Path, event: EventRef) -> Result<Before> {
    aside(path, &format!("{REPLACED}{event}"))
}

fn aside(path: &Path, suffix: &str) -> Result<Before> {
    let path = &place::real(path);
    let cannot = || format!("keeping a copy of {} as it is", path.display());
    let workshop = Workshop::beside(path).with_context(cannot)?;
    workshop.file(COPY).with_context(cannot)?;
    let copy = workshop.join(COPY);
    let now = Db::open(path)?;
    now.copy_pages_to(&copy).with_context(cannot)?;
    let measure = |db: &Db| Ok::<_, anyhow::Error>((db.pages()?, db.read(super::journal::last)?));
    if measure(&Db::open(&copy)?)? != measure(&now)? {
        return Err(FileTrouble::InputOutput).with_context(cannot);
    }
    now.read(Access::of)?.give(&copy).with_context(cannot)?;
    let kept = free_name(path, suffix);
    workshop::put_new(&copy, &kept).with_context(cannot)?;
    Ok(Before { path: kept, stays: false })
}

/// The name of the newest copy from before an event, if there is one beside the file.
pub fn kept_before(path: &Path, event: EventRef) -> Option<String> {
    let file = path.file_name()?.to_string_lossy().into_owned();
    let firsts = [BEFORE, REPLACED].map(|suffix| format!("{file}{suffix}{event}"));
    let is_again = |first: &String, name: &str| name.strip_prefix(first.as_str()).is_some_and(is_number_behind_a_dash);
    let of_event = |name: &String| firsts.iter().any(|first| name == first || is_again(first, name));
    names(path.parent()?).ok()?.into_iter().filter(of_event).max_by_key(|name| (name.len(), name.clone()))
}

fn is_number_behind_a_dash(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(is_number)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What stands between the file's name and the event in the name of a copy that was made before an import.
const BEFORE: &str = ".before-";
/// The same of a copy that was made before a backup was put back.
pub(super) const REPLACED: &str = ".replaced-";

/// Removes the oldest copies beside the newest one, by when they were made: events begin again in a file that was put back.
fn prune_before_imports(newest: &Path) -> Result<()> {
    let folder = folder_of(newest);
    let name = newest.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let Some((file, _)) = name.rsplit_once(BEFORE) else {
        return Ok(());
    };
    let others = names(folder)?.into_iter().filter(|other| *other != name && is_before_import(file, other));
    let mut others: Vec<_> = others
        .map(|other| folder.join(other))
        .map(|other| (std::fs::metadata(&other).and_then(|about| about.modified()).ok(), other))
        .collect();
    others.sort();
    let surplus = (others.len() + 1).saturating_sub(KEPT_BEFORE_IMPORTS);
    for (_, old) in others.into_iter().take(surplus) {
        std::fs::remove_file(&old).with_context(|| format!("removing the old copy {}", old.display()))?;
    }
    Ok(())
}

/// Whether a name is that of a copy of the file made before an import: `hub.db.before-E12-2`.
fn is_before_import(file: &str, name: &str) -> bool {
    let rest = name.strip_prefix(file).and_then(|rest| rest.strip_prefix(BEFORE)?.strip_prefix('E'));
    rest.is_some_and(|rest| match rest.split_once('-') {
        Some((event, again)) => is_number(event) && is_number(again),
        None => is_number(rest),
    })
}

/// The names of files that were made of this one and lie beside it: copies from before an import or an upgrade.
pub fn copies_beside(path: &Path) -> Result<Vec<String>> {
    let path = &place::real(path);
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = folder_of(path);
    // The stamp of reminders, which names nobody; the log and the shared memory are part of the file.
    let is_copy =
        |name: &String| name.strip_prefix(&file).is_some_and(|rest| rest.starts_with('.') && rest != ".armed");
    let mut copies: Vec<String> = names(folder)?.into_iter().filter(is_copy).collect();
    copies.sort();
    Ok(copies)
}

/// A name beside the file that nothing bears: with the suffix, or with the suffix and a number.
pub(super) fn free_name(path: &Path, suffix: &str) -> PathBuf {
    let named = |number: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        name.push(number);
        PathBuf::from(name)
    };
    let first = named("");
    // A link that leads nowhere bears its name too.
    let is_free = |name: &PathBuf| name.symlink_metadata().is_err() && leftover(name).is_none();
    let mut others = (2..).map(|number| named(&format!("-{number}")));
    if is_free(&first) { first } else { others.find(is_free).unwrap_or(first) }
}

/// What an engine may have left of another file of that name, and would take for part of this one.
pub(super) fn leftover(path: &Path) -> Option<PathBuf> {
    ["-wal", "-journal"].map(|ending| place::with_ending(path, ending)).into_iter().find(|left| left.exists())
}

/// Refuses a file that is not whole.
fn refuse_damaged(db: &Db, what: &str) -> Result<()> {
    match db.integrity_faults()?.first() {
        None => Ok(()),
        Some(fault) => Err(FileTrouble::Damaged).with_context(|| format!("{what}: {fault}")),
    }
}

/// Writes a verified copy under a name of the day in a folder; says where, with its sum.
pub fn copy_dated(db: &Db, folder: &Path, today: Date) -> Result<(PathBuf, String)> {
    loop {
        let to = dated_name(folder, today)?;
        match copy(db, &to) {
            // Another command took the name first.
            Err(error) if matches!(error.downcast_ref(), Some(FileTrouble::Exists(taken)) if *taken == to) => {}
            copied => return copied.map(|sum| (to, sum)),
        }
    }
}

/// A name after all of the day that are there: `ledgerline-2026-11-22.db`, then `-2`, `-3`.
/// A number that pruning has freed is not used again, so that the order of names is the order of copies.
fn dated_name(folder: &Path, today: Date) -> Result<PathBuf> {
    let of_today = |name: &String| dated(name).filter(|(day, _)| *day == today).map(|(_, number)| number);
    let last = entries(folder, |_| true)?.iter().filter_map(of_today).max().unwrap_or(0);
    Ok(folder.join(match last {
        0 => format!("ledgerline-{today}.db"),
        last => format!("ledgerline-{today}-{}.db", last + 1),
    }))
}

/// The files in a folder, by name.
fn names(folder: &Path) -> Result<Vec<String>> {
    entries(folder, |kind| kind.is_file())
}

fn entries(folder: &Path, is_wanted: impl Fn(FileType) -> bool) -> Result<Vec<String>> {
    let cannot = || format!("reading the folder {}", folder.display());
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(cannot)? {
        let entry = entry.with_context(cannot)?;
        if entry.file_type().is_ok_and(&is_wanted) {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

/// Remembers a verified copy.
pub fn remember(tx: &Tx, at: &str, on: Date, path: &Path, sum: &str) -> Result<()> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
    tx.execute(r#"INSERT INTO backup (at, "on", name, sum) VALUES (?1, ?2, ?3, ?4)"#, args![at, on, name, sum])?;
    Ok(())
}

/// The day of the last verified copy.
pub fn last_on(tx: &Tx) -> Result<Option<Date>> {
    let sql = r#"SELECT "on" FROM backup ORDER BY id DESC LIMIT 1"#;
    tx.one(sql, &[], |row| row.day(0))
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
    fn only_copies_before_imports_of_this_file_are_pruned_after_imports() {
        assert!(is_before_import("hub.db", "hub.db.before-E12"));
        assert!(is_before_import("hub.db", "hub.db.before-E12-2"));
        for name in ["hub.db", "hub.db.version-1", "other.db.before-E12", "hub.db.before-E", "hub.db.before-E12.txt"] {
            assert!(!is_before_import("hub.db", name), "{name}");
        }
    }

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
