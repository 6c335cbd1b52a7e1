//! A backup put back: record by record in one transaction where the file in place can be used, and in its stead where it cannot.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::db::{Db, Tx};
use super::journal::{self, About, Event, Stamp};
use super::{FileTrouble, Opened, backup, numbering, open, open_called, privacy, put_in_place, refuse_network};
use crate::args;
use crate::domain::date::Date;
use crate::domain::privacy::{PrivacyRefusal, may_be_erased};
use crate::domain::reference::{EventRef, PersonRef};
use crate::domain::refusal::refuse;
use crate::domain::restore::RestoreRefusal;
use crate::place::{self, folder_of};
use crate::workshop::Workshop;

/// Tables of the file in place that no backup replaces: what it is, who shares it, which numbers were ever given out, and
/// which copies were made. The arming goes: reminders are sent again only once somebody has looked.
const STAYS: [&str; 5] = ["schema_version", "sharing", "numbering", "backup", "arming"];

/// People who are back, each with why they cannot be erased again.
type Back = Vec<(PersonRef, PrivacyRefusal)>;

/// What was put back, and what that means for what happened since.
#[derive(Debug, Default)]
pub struct Restored {
    /// The last event in the backup and the day it was about; none in a file where nothing ever happened.
    pub last: Option<(EventRef, Date)>,
    /// Where the file that was in place is kept.
    pub kept: Option<PathBuf>,
    /// People who had been erased since, and are erased again.
    pub erased_again: Vec<PersonRef>,
    /// Pupils who have nobody who signs now.
    pub unsigned: Vec<PersonRef>,
    /// People who had been erased since, and are back, each with why they cannot be erased again.
    pub back: Back,
    /// Why traces of those who were erased again may have stayed in the file's free pages.
    pub not_cleared: Option<anyhow::Error>,
    /// Messages that had gone out since, of which the records no longer know.
    pub messages_since: i64,
}

/// A backup, copied beside the file it is to replace, found whole and brought to the newest schema.
pub struct Source {
    workshop: Workshop,
    db: Db,
    name: String,
}

/// What the copy is called in the workshop.
const COPY: &str = "restored.db";

/// Looks at a backup: refused where it is the file itself, missing, damaged, not ours or newer. It is only read.
pub fn look(from: &Path, path: &Path) -> Result<Source> {
    if from.is_dir() {
        return Err(FileTrouble::Folder(from.to_path_buf()).into());
    }
    if !from.exists() {
        return Err(FileTrouble::NoBackup(from.to_path_buf()).into());
    }
    if !from.is_file() {
        return Err(FileTrouble::NotOurs(from.to_path_buf()).into());
    }
    if from.canonicalize().ok() == path.canonicalize().ok() {
        return Err(refuse(RestoreRefusal::Itself(path.to_path_buf())));
    }
    refuse_network(path)?;
    let folder = folder_of(path);
    place::make_folders(folder).with_context(|| format!("making the folder {}", folder.display()))?;
    let cannot = || format!("copying {}", from.display());
    let workshop = Workshop::within(folder).with_context(cannot)?;
    copy(&workshop, from, "").with_context(cannot)?;
    // A copy made by other means may have its last changes in the log beside it.
    if beside(from, "-wal").is_file() {
        copy(&workshop, from, "-wal").with_context(cannot)?;
    }
    let db = open_called(&workshop.join(COPY), from)?.db;
    match db.integrity_faults()?.first() {
        None => {}
        Some(fault) => return Err(FileTrouble::Damaged).with_context(|| format!("{}: {fault}", from.display())),
    }
    let name = from.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Source { workshop, db, name })
}

fn copy(workshop: &Workshop, from: &Path, suffix: &str) -> io::Result<()> {
    let mut copy = workshop.file(&format!("{COPY}{suffix}"))?;
    io::copy(&mut File::open(beside(from, suffix))?, &mut copy)?;
    copy.sync_all()
}

/// Puts a backup back. `over_anything` lets it take the place of what is no ledgerline file; that is refused otherwise.
pub fn restore(source: Source, path: &Path, stamp: &Stamp, over_anything: bool) -> Result<Restored> {
    // A link stays, and what it leads to is replaced.
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    match in_place(path, over_anything)? {
        InPlace::Nothing => put_new(source, path, stamp, None),
        InPlace::Usable(db) => replace_records(source, db, path, stamp),
        InPlace::Unusable => {
            let event = source.db.read(journal::last)? + 1;
            let kept = backup::free_name(path, &format!("{}{}", backup::REPLACED, EventRef::new(event)));
            set_aside(path, &kept)?;
            put_new(source, path, stamp, Some(kept))
        }
    }
}

/// What a backup finds in its place.
enum InPlace {
    Nothing,
    Usable(Db),
    /// Damaged, or nothing of ours.
    Unusable,
}

fn in_place(path: &Path, over_anything: bool) -> Result<InPlace> {
    if path.is_dir() {
        return Err(FileTrouble::Folder(path.to_path_buf()).into());
    }
    if fs::symlink_metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound) {
        return Ok(InPlace::Nothing);
    }
    // A device or a pipe is nobody's to move.
    if !path.is_file() {
        return Err(FileTrouble::NotOurs(path.to_path_buf()).into());
    }
    let opened = open(path).and_then(|Opened { db, .. }| Ok((db.integrity_faults()?.is_empty(), db)));
    match opened {
        Ok((true, db)) => Ok(InPlace::Usable(db)),
        Ok((false, _)) => Ok(InPlace::Unusable),
        Err(error) => match error.downcast_ref() {
            Some(FileTrouble::Damaged | FileTrouble::NotADatabase) => Ok(InPlace::Unusable),
            Some(FileTrouble::NotOurs(_)) if over_anything => Ok(InPlace::Unusable),
            Some(FileTrouble::NotOurs(_)) => Err(refuse(RestoreRefusal::InTheWay(path.to_path_buf()))),
            _ => Err(error),
        },
    }
}

/// Moves a file that cannot be used out of its place, with the log that belongs to it.
fn set_aside(path: &Path, kept: &Path) -> Result<()> {
    for suffix in ["-wal", "-shm", ""] {
        match fs::rename(beside(path, suffix), beside(kept, suffix)) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            moved => moved.with_context(|| format!("keeping {} as it is", path.display()))?,
        }
    }
    Ok(())
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push(suffix);
    PathBuf::from(name)
}

fn put_new(mut source: Source, path: &Path, stamp: &Stamp, kept: Option<PathBuf>) -> Result<Restored> {
    let last = source.db.write(|tx| {
        let last = last_event(tx)?;
        tx.execute("DELETE FROM arming", &[])?;
        record(tx, stamp, &source.name, last, kept.as_deref())?;
        Ok(last)
    })?;
    drop(source.db);
    put_in_place(&source.workshop.join(COPY), path)?;
    Ok(Restored { last, kept, ..Restored::default() })
}

/// Replaces every record in one transaction, so that whoever uses the file meanwhile sees the old ones or the new ones; and
/// keeps a copy of the old ones that nothing can have come after. Who was erased since is erased again with it.
fn replace_records(source: Source, mut db: Db, path: &Path, stamp: &Stamp) -> Result<Restored> {
    let Source { workshop, db: copy, name } = source;
    let last = copy.read(last_event)?;
    drop(copy);
    db.expect_bulk()?;
    db.hold_temporary_in_memory()?;
    let (restored, kept) = db.attempt_beside(&workshop.join(COPY), |tx| {
        let erased_since = erased_since(tx)?;
        let messages_since = messages_since(tx)?;
        tables(tx)?.iter().try_for_each(|table| take_over(tx, table))?;
        numbering::take_over(tx)?;
        tx.execute("DELETE FROM arming", &[])?;
        let (erased_again, back) = judged(tx, erased_since, stamp.today)?;
        let unsigned = privacy::erase(tx, &erased_again, stamp.today)?.unsigned;
        erased_again.iter().try_for_each(|person| record_erased(tx, stamp, *person))?;
        let event = record(tx, stamp, &name, last, None)?;
        let kept = backup::replaced(path, event)?;
        Ok(((Restored { last, erased_again, unsigned, back, messages_since, ..Restored::default() }, kept), true))
    })?;
    let not_cleared = if restored.erased_again.is_empty() { None } else { db.clear_what_is_free().err() };
    Ok(Restored { kept: Some(kept.stay().path), not_cleared, ..restored })
}

/// Of people who were erased and are back: who may be erased again, and why the others may not.
fn judged(tx: &Tx, people: Vec<PersonRef>, today: Date) -> Result<(Vec<PersonRef>, Back)> {
    let (mut again, mut back) = (Vec::new(), Vec::new());
    for person in people {
        match may_be_erased(privacy::standing(tx, person, today)?) {
            Ok(()) => again.push(person),
            Err(refusal) => back.push((person, refusal)),
        }
    }
    Ok((again, back))
}

/// The tables whose records are replaced.
fn tables(tx: &Tx) -> Result<Vec<String>> {
    let sql = "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name";
    let all = tx.all(sql, &[], |row| row.string(0))?;
    Ok(all.into_iter().filter(|name| !STAYS.contains(&name.as_str())).collect())
}

/// Column by column: in a file that was upgraded they may stand in another order.
fn take_over(tx: &Tx, table: &str) -> Result<()> {
    let names = "SELECT '\"' || name || '\"' FROM pragma_table_info(?1, 'main') ORDER BY cid";
    let columns = tx.all(names, args![table], |row| row.string(0))?.join(", ");
    tx.execute(&format!("DELETE FROM main.\"{table}\""), &[])?;
    let sql = format!("INSERT INTO main.\"{table}\" ({columns}) SELECT {columns} FROM other.\"{table}\"");
    tx.execute(&sql, &[]).with_context(|| format!("taking over the records of {table}"))?;
    Ok(())
}

/// People whom the backup still knows and who were erased since, also under a reference that was merged before.
fn erased_since(tx: &Tx) -> Result<Vec<PersonRef>> {
    let sql = "SELECT id FROM (SELECT id FROM main.person WHERE erased_on IS NOT NULL
                               UNION SELECT m.id FROM main.merged_person m JOIN main.person p ON p.id = m.into_id
                               WHERE p.erased_on IS NOT NULL) AS erased
               WHERE id IN (SELECT id FROM other.person WHERE erased_on IS NULL) ORDER BY id";
    tx.all(sql, &[], |row| Ok(PersonRef::new(row.int(0)?)))
}

fn messages_since(tx: &Tx) -> Result<i64> {
    let sql = "SELECT count(*) FROM main.message WHERE id > (SELECT coalesce(max(id), 0) FROM other.message)";
    tx.number(sql, &[])
}

fn last_event(tx: &Tx) -> Result<Option<(EventRef, Date)>> {
    let sql = r#"SELECT id, "on" FROM event ORDER BY id DESC LIMIT 1"#;
    tx.one(sql, &[], |row| Ok((EventRef::new(row.int(0)?), row.day(1)?)))
}

fn record(tx: &Tx, stamp: &Stamp, name: &str, last: Option<(EventRef, Date)>, kept: Option<&Path>) -> Result<EventRef> {
    let up_to = last.map(|(event, _)| format!(", up to {event}")).unwrap_or_default();
    let kept = kept.map(|kept| format!("; the file before is kept as {}", kept.display())).unwrap_or_default();
    let summary = format!("Restored from {name}{up_to}{kept}");
    let event = Event { on: stamp.today, command: "restore", subject: "file".into(), summary, about: vec![] };
    journal::record(tx, stamp, &event, None)
}

/// What is erased again is told as every erasing is: no undo goes behind it.
fn record_erased(tx: &Tx, stamp: &Stamp, person: PersonRef) -> Result<()> {
    let (subject, about) = (person.to_string(), vec![About::Person(person)]);
    let summary = format!("Erased again what was held about {person}, of whom the backup still told");
    let event = Event { on: stamp.today, command: "privacy erase", subject, summary, about };
    journal::record(tx, stamp, &event, None).map(drop)
}
