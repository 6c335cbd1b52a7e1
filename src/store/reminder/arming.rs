//! Arming: reminders go out from one file, at one place, on one machine. The stamp beside the file is what a copy put back
//! in its place cannot bring along: it remembers the last event that a run saw.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Read;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use nix::fcntl::OFlag;
use sha2::{Digest, Sha256};

use crate::domain::arming::{ArmingRefusal, Mark, Place};
use crate::domain::date::Date;
use crate::domain::reference::EventRef;
use crate::domain::refusal::refuse;
use crate::store::access;
use crate::store::db::{Db, Tx};
use crate::store::journal;
use crate::{args, place};

/// A link in the stamp's place is not followed: nobody named what it leads to, and it would be written over.
const NO_LINK: i32 = OFlag::O_NOFOLLOW.bits();

/// The stamp of `hub.db` is `hub.db.armed`.
pub fn stamp_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push(".armed");
    PathBuf::from(name)
}

/// What the file says of its arming.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arming {
    pub token: String,
    pub place: Place,
    pub last_run_on: Option<Date>,
}

pub fn arming(tx: &Tx) -> Result<Option<Arming>> {
    tx.one("SELECT token, place, machine, last_run_on FROM arming", &[], |row| {
        let place = Place { path: row.string(1)?, machine: row.string(2)? };
        Ok(Arming { token: row.string(0)?, place, last_run_on: row.opt_day(3)? })
    })
}

/// The stamp beside an armed file, open and locked: shared by runs, alone for whoever arms or takes up what died.
#[derive(Debug)]
pub struct Stamp {
    file: File,
    path: PathBuf,
}

impl Stamp {
    /// Opens the stamp; refused with [`ArmingRefusal::NoStamp`] where there is none.
    pub fn open(path: &Path) -> Result<Stamp> {
        let path = stamp_path(path);
        if path.metadata().is_ok_and(|found| !found.is_file()) {
            return Err(refuse(ArmingRefusal::NoStamp));
        }
        match OpenOptions::new().read(true).write(true).custom_flags(NO_LINK).open(&path) {
            Ok(file) => Ok(Stamp { file, path }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(refuse(ArmingRefusal::NoStamp)),
            Err(error) => Err(error).with_context(|| format!("opening {}", path.display())),
        }
    }

    /// Opens the stamp, or makes one that nobody but its owner may read yet.
    fn make(path: &Path) -> Result<Stamp> {
        let path = stamp_path(path);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600).custom_flags(NO_LINK);
        let file = options.open(&path);
        Ok(Stamp { file: file.with_context(|| format!("making {}", path.display()))?, path })
    }

    /// Whether no other run holds the stamp; then this one has it alone. Whoever is just ending gets a moment to let go.
    pub fn alone(&self) -> Result<bool> {
        const TRIES: usize = 5;
        const PAUSE: Duration = Duration::from_millis(20);
        for _ in 0..TRIES {
            match self.file.try_lock() {
                Ok(()) => return Ok(true),
                Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
                Err(TryLockError::Error(error)) => {
                    return Err(error).with_context(|| format!("locking {}", self.path.display()));
                }
            }
        }
        Ok(false)
    }

    /// Holds the stamp together with other runs, for as long as it lives.
    pub fn share(&self) -> Result<()> {
        self.file.lock_shared().with_context(|| format!("locking {}", self.path.display()))
    }

    fn read(&self) -> Result<Option<Mark>> {
        let mut line = String::new();
        let mut file = File::open(&self.path).with_context(|| format!("reading {}", self.path.display()))?;
        match file.read_to_string(&mut line) {
            Ok(_) => Ok(Mark::read(&line)),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => Ok(None),
            Err(error) => Err(error).with_context(|| format!("reading {}", self.path.display())),
        }
    }

    /// Remembers the file's last event, under the file's own lock, so that no two runs write over each other. Refused where
    /// the file is no longer the one that was armed: somebody put another in its place while this run was under way.
    pub fn advance(&self, db: &mut Db, token: &str) -> Result<()> {
        db.write(|tx| {
            refuse_another(tx, &self.seen(token)?)?;
            self.write(&last_mark(tx, token)?)
        })
    }

    /// The mark of this arming; refused with [`ArmingRefusal::NoStamp`] where the stamp bears none or another's.
    fn seen(&self, token: &str) -> Result<Mark> {
        self.read()?.filter(|mark| mark.token == token).ok_or_else(|| refuse(ArmingRefusal::NoStamp))
    }

    fn write(&self, mark: &Mark) -> Result<()> {
        let written = self.file.write_all_at(mark.line().as_bytes(), 0).and_then(|()| self.file.sync_data());
        written.with_context(|| format!("writing {}", self.path.display()))
    }
}

/// Whether reminders are armed for this file, here; refused with [`ArmingRefusal`] where they are not.
pub fn armed(db: &Db, here: &Place, path: &Path) -> Result<(Arming, Stamp)> {
    let arming = db.read(arming)?.ok_or_else(|| refuse(ArmingRefusal::NotArmed))?;
    here.judge(&arming.place).map_err(refuse)?;
    let stamp = Stamp::open(path)?;
    // Before the records are looked at: a run beside this one moves the records first, and then the stamp.
    let seen = stamp.seen(&arming.token)?;
    db.read(|tx| refuse_another(tx, &seen))?;
    Ok((arming, stamp))
}

/// Refuses a file that ends before the event that was seen, or that has another in its place.
fn refuse_another(tx: &Tx, seen: &Mark) -> Result<()> {
    let last = last_event(tx)?;
    if last < seen.event {
        return Err(refuse(ArmingRefusal::Older { last, seen: seen.event }));
    }
    if digest(tx, seen.event)? != seen.digest {
        return Err(refuse(ArmingRefusal::NotTheSame { seen: seen.event }));
    }
    Ok(())
}

/// Arms reminders for this file, here: what was armed before is forgotten.
pub fn arm(db: &mut Db, path: &Path, here: &Place, stamp: &journal::Stamp, event: &journal::Event) -> Result<()> {
    let beside = Stamp::make(path)?;
    if !beside.alone()? {
        return Err(refuse(ArmingRefusal::UnderWay));
    }
    let token = new_token()?;
    db.write(|tx| {
        let event = journal::record(tx, stamp, event, None)?;
        tx.execute(
            "INSERT INTO arming (id, token, place, machine, event_id) VALUES (1, ?1, ?2, ?3, ?4)
             ON CONFLICT (id) DO UPDATE SET token = excluded.token, place = excluded.place, machine = excluded.machine,
                                            event_id = excluded.event_id",
            args![&token, &here.path, &here.machine, event],
        )?;
        // Before the records are kept: where the stamp cannot be written, nothing is armed.
        let cannot = || format!("writing {}", beside.path.display());
        access::give_own(tx, &beside.path)?;
        beside.file.set_len(0).with_context(cannot)?;
        beside.write(&last_mark(tx, &token)?)?;
        place::settle(&beside.path).with_context(cannot)
    })
}

/// Remembers that a run got through.
pub fn ran(tx: &Tx, at: &str, on: Date) -> Result<()> {
    tx.execute("UPDATE arming SET last_run_at = ?1, last_run_on = ?2", args![at, on])?;
    Ok(())
}

fn last_event(tx: &Tx) -> Result<EventRef> {
    journal::last(tx).map(EventRef::new)
}

fn last_mark(tx: &Tx, token: &str) -> Result<Mark> {
    let event = last_event(tx)?;
    Ok(Mark { token: token.to_string(), event, digest: digest(tx, event)? })
}

/// An event's own mark: what of it is never blanked.
fn digest(tx: &Tx, event: EventRef) -> Result<String> {
    let sql = "SELECT at, who, command, subject FROM event WHERE id = ?1";
    let words = tx.one(sql, args![event], |row| {
        Ok(format!("{}\n{}\n{}\n{}\n{}", event.number(), row.text(0)?, row.text(1)?, row.text(2)?, row.text(3)?))
    })?;
    Ok(hex(&Sha256::digest(words.unwrap_or_default().as_bytes())[..8]))
}

/// A name that no other arming bears.
fn new_token() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).context("asking the system for a random number")?;
    Ok(hex(&bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
