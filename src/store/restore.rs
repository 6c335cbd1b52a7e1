//! A backup put back: record by record in one transaction where the file in place can be used, and in its stead where it cannot.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::db::{Db, Tx};
use super::journal::{self, About, Event, Stamp};
use super::{
    FileTrouble, Opened, backup, check, finish, numbering, open, open_called, privacy, put_in_place, refuse_network,
};
use crate::args;
use crate::domain::date::Date;
use crate::domain::privacy::{PrivacyRefusal, may_be_erased};
use crate::domain::reference::{EventRef, PersonRef};
use crate::domain::refusal::refuse;
use crate::domain::restore::RestoreRefusal;
use crate::place::{self, folder_of};
use crate::workshop::{self, Workshop};

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
    /// Whether the file that was in place could be asked what came since, and which numbers it had given out.
    pub knows_what_came_since: bool,
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
    from: PathBuf,
}

impl Source {
    fn path(&self) -> PathBuf {
        self.workshop.join(COPY)
    }

    fn name(&self) -> String {
        self.from.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }
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
    if place::same_file(from, path) {
        return Err(refuse(RestoreRefusal::Itself(path.to_path_buf())));
    }
    refuse_network(path)?;
    let folder = folder_of(path);
    place::make_folders(folder).with_context(|| format!("making the folder {}", folder.display()))?;
    let cannot = || format!("copying {}", from.display());
    let workshop = Workshop::within(folder).with_context(cannot)?;
    copy_as_it_stands(&workshop, from).with_context(cannot)?;
    let db = open_called(&workshop.join(COPY), from)?.db;
    match db.integrity_faults()?.first() {
        None => {}
        Some(fault) => return Err(FileTrouble::Damaged).with_context(|| format!("{}: {fault}", from.display())),
    }
    Ok(Source { workshop, db, from: from.to_path_buf() })
}

/// Copies a file that nobody writes to. A copy made by other means may have its last changes in the log beside it, or what is
/// to be taken back.
fn copy_as_it_stands(workshop: &Workshop, from: &Path) -> Result<()> {
    const ENDINGS: [&str; 3] = ["", "-wal", "-journal"];
    let state = || {
        ENDINGS.map(|ending| place::with_ending(from, ending)).map(|path| {
            path.metadata().ok().map(|about| (about.dev(), about.ino(), about.len(), about.mtime(), about.mtime_nsec()))
        })
    };
    let before = state();
    for ending in ENDINGS.into_iter().filter(|ending| place::with_ending(from, ending).is_file()) {
        copy(workshop, from, ending)?;
    }
    // Pages of before a change beside pages of after it may look whole.
    if state() == before { Ok(()) } else { Err(FileTrouble::Changing(from.to_path_buf()).into()) }
}

fn copy(workshop: &Workshop, from: &Path, suffix: &str) -> io::Result<()> {
    let mut copy = workshop.file(&format!("{COPY}{suffix}"))?;
    io::copy(&mut File::open(place::with_ending(from, suffix))?, &mut copy)?;
    copy.sync_all()
}

/// Puts a backup back. `over_anything` lets it take the place of what is no ledgerline file, or another hub's; that is refused
/// otherwise.
pub fn restore(mut source: Source, path: &Path, stamp: &Stamp, over_anything: bool) -> Result<Restored> {
    // A link stays, and what it leads to is replaced.
    let path = &place::real(path);
    match in_place(path, over_anything)? {
        InPlace::Nothing => put_new(source, path, stamp),
        InPlace::Unusable => put_in_stead(source, path, stamp),
        InPlace::Usable(mut db) => {
            if !over_anything && !is_same_hub(&source.db, &db)? {
                let (backup, path) = (source.from, path.to_path_buf());
                return Err(refuse(RestoreRefusal::AnotherHub { backup, path }));
            }
            if !db.read(check::has_our_layout)? {
                drop(db);
                return put_in_stead(source, path, stamp);
            }
            let replaced = replace_records(&mut source, &mut db, path, stamp);
            let is_damaged = match &replaced {
                Ok(_) => !db.integrity_faults()?.is_empty(),
                Err(error) => matches!(error.downcast_ref(), Some(FileTrouble::Damaged)),
            };
            drop(db);
            // Pages that no record uses may be damaged, too.
            if is_damaged { put_in_stead(source, path, stamp) } else { replaced }
        }
    }
}

/// What a backup finds in its place.
enum InPlace {
    Nothing,
    /// Its records can be read, though not all of them may be sound.
    Usable(Db),
    /// Damaged, or nothing of ours.
    Unusable,
}

fn in_place(path: &Path, over_anything: bool) -> Result<InPlace> {
    if path.is_dir() {
        return Err(FileTrouble::Folder(path.to_path_buf()).into());
    }
    if fs::symlink_metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound) {
        // A log without its file is kept, and never taken for the new one's.
        return Ok(if backup::leftover(path).is_some() { InPlace::Unusable } else { InPlace::Nothing });
    }
    // A device or a pipe is nobody's to move.
    if !path.is_file() {
        return Err(FileTrouble::NotOurs(path.to_path_buf()).into());
    }
    match open(path) {
        Ok(Opened { db, .. }) => Ok(InPlace::Usable(db)),
        Err(error) => match error.downcast_ref() {
            Some(FileTrouble::Damaged | FileTrouble::NotADatabase) => Ok(InPlace::Unusable),
            Some(FileTrouble::NotOurs(_)) if over_anything => Ok(InPlace::Unusable),
            Some(FileTrouble::NotOurs(_)) => Err(refuse(RestoreRefusal::InTheWay(path.to_path_buf()))),
            _ => Err(error),
        },
    }
}

/// Whether both files began with the same event.
fn is_same_hub(one: &Db, other: &Db) -> Result<bool> {
    let first = |tx: &Tx| {
        tx.one("SELECT at, who, command FROM event ORDER BY id LIMIT 1", &[], |row| {
            Ok((row.string(0)?, row.string(1)?, row.string(2)?))
        })
    };
    Ok(one.read(first)? == other.read(first)?)
}

/// Takes the place of a file that cannot be used, which is kept under another name: the new one is finished before the old one
/// is touched, and a power cut leaves the one or the other in place.
fn put_in_stead(mut source: Source, path: &Path, stamp: &Stamp) -> Result<Restored> {
    let event = source.db.read(journal::last)? + 1;
    let kept = backup::free_name(path, &format!("{}{}", backup::REPLACED, EventRef::new(event)));
    // Of a damaged file that may be more than can be read.
    let since = source.db.attempt_beside(path, |tx| {
        numbering::take_over(tx)?;
        let messages_since = messages_since(tx, "other", "main")?;
        let (erased_again, back) = judged(tx, erased_since(tx, "other", "main")?, stamp.today)?;
        let unsigned = privacy::erase(tx, &erased_again, stamp.today)?.unsigned;
        let knows_what_came_since = true;
        Ok((
            Restored { knows_what_came_since, erased_again, unsigned, back, messages_since, ..Restored::default() },
            true,
        ))
    });
    source.db.clear_what_is_free()?;
    let since = since.unwrap_or_default();
    let last = close_the_account(&mut source, stamp, Some(&kept), &since.erased_again)?;
    let made = source.path();
    drop(source.db);
    finish(&made).with_context(|| format!("making {}", path.display()))?;
    set_aside(path, &kept).with_context(|| format!("keeping {} as it is", path.display()))?;
    workshop::put_over(&made, path)
        .with_context(|| format!("making {}; the file before is kept as {}", path.display(), kept.display()))?;
    Ok(Restored { last, kept: Some(kept), ..since })
}

/// Gives a file that cannot be used a second name, with the log that belongs to it. The log then goes, lest it be taken for the
/// new file's.
fn set_aside(path: &Path, kept: &Path) -> io::Result<()> {
    for ending in ["", "-wal", "-journal"] {
        let (from, to) = (place::with_ending(path, ending), place::with_ending(kept, ending));
        if from.exists() {
            // Not every file system has files of two names.
            fs::hard_link(&from, &to).or_else(|_| fs::copy(&from, &to).map(drop))?;
        }
    }
    place::settle(kept)?;
    for ending in ["-wal", "-shm", "-journal"] {
        match fs::remove_file(place::with_ending(path, ending)) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            removed => removed?,
        }
    }
    Ok(())
}

fn put_new(mut source: Source, path: &Path, stamp: &Stamp) -> Result<Restored> {
    let last = close_the_account(&mut source, stamp, None, &[])?;
    let made = source.path();
    drop(source.db);
    put_in_place(&made, path)?;
    Ok(Restored { last, knows_what_came_since: true, ..Restored::default() })
}

/// Disarms a backup that becomes the hub's file, and has its journal say where it came from; gives its last event before.
fn close_the_account(
    source: &mut Source,
    stamp: &Stamp,
    kept: Option<&Path>,
    erased_again: &[PersonRef],
) -> Result<Option<(EventRef, Date)>> {
    let name = source.name();
    source.db.write(|tx| {
        let last = last_event(tx)?;
        tx.execute("DELETE FROM arming", &[])?;
        record(tx, stamp, &name, last, kept)?;
        erased_again.iter().try_for_each(|person| record_erased(tx, stamp, *person))?;
        Ok(last)
    })
}

/// Replaces every record in one transaction, so that whoever uses the file meanwhile sees the old ones or the new ones; and
/// keeps a copy of the old ones that nothing can have come after. Who was erased since is erased again with it.
fn replace_records(source: &mut Source, db: &mut Db, path: &Path, stamp: &Stamp) -> Result<Restored> {
    let last = source.db.read(last_event)?;
    let name = source.name();
    db.expect_bulk()?;
    db.hold_temporary_in_memory()?;
    let (restored, kept) = db.attempt_beside(&source.path(), |tx| {
        let erased_since = erased_since(tx, "main", "other")?;
        let messages_since = messages_since(tx, "main", "other")?;
        tables(tx)?.iter().try_for_each(|table| take_over(tx, table))?;
        numbering::take_over(tx)?;
        tx.execute("DELETE FROM arming", &[])?;
        let (erased_again, back) = judged(tx, erased_since, stamp.today)?;
        let unsigned = privacy::erase(tx, &erased_again, stamp.today)?.unsigned;
        // Numbers may be missing before the event of a restore, and before no other.
        let event = record(tx, stamp, &name, last, None)?;
        erased_again.iter().try_for_each(|person| record_erased(tx, stamp, *person))?;
        let kept = backup::replaced(path, event)?;
        let knows_what_came_since = true;
        let since = Restored {
            last,
            knows_what_came_since,
            erased_again,
            unsigned,
            back,
            messages_since,
            ..Restored::default()
        };
        Ok(((since, kept), true))
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

/// People whom one file still knows and who are erased in the other, also under a reference that was merged before.
fn erased_since(tx: &Tx, here: &str, there: &str) -> Result<Vec<PersonRef>> {
    let sql = format!(
        "SELECT id FROM (SELECT id FROM {here}.person WHERE erased_on IS NOT NULL
                         UNION SELECT m.id FROM {here}.merged_person m JOIN {here}.person p ON p.id = m.into_id
                         WHERE p.erased_on IS NOT NULL) AS erased
         WHERE id IN (SELECT id FROM {there}.person WHERE erased_on IS NULL) ORDER BY id"
    );
    tx.all(&sql, &[], |row| Ok(PersonRef::new(row.int(0)?)))
}

/// How many messages of one file came after the last of another.
fn messages_since(tx: &Tx, here: &str, there: &str) -> Result<i64> {
    let last = format!("SELECT coalesce(max(id), 0) FROM {there}.message");
    tx.number(&format!("SELECT count(*) FROM {here}.message WHERE id > ({last})"), &[])
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
