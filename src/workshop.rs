//! Files under way: made in a folder of their own beside their place, and put there whole.
//!
//! A process that is killed leaves its folder behind; the next one that works in the same place clears it away.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tempfile::{TempDir, TempPath};

use crate::place;

/// Nobody gives a folder of their own such a name.
const PREFIX: &str = ".ledgerline-at-work-";

/// A folder that nobody but its owner may enter, gone with this value. It is locked while somebody works in it, by which one
/// that was left behind is known.
#[derive(Debug)]
pub struct Workshop {
    folder: TempDir,
    _lock: File,
}

impl Workshop {
    /// One beside the place of a file or folder.
    pub fn beside(path: &Path) -> io::Result<Workshop> {
        Workshop::within(place::folder_of(path))
    }

    /// One in a folder, from which those of killed processes are removed.
    pub fn within(folder: &Path) -> io::Result<Workshop> {
        place::expect_folder(folder)?;
        clear_away(folder);
        loop {
            let made = tempfile::Builder::new()
                .prefix(PREFIX)
                .permissions(Permissions::from_mode(0o700))
                .tempdir_in(folder)?;
            // Between the making and the lock another process may have taken it for one left behind.
            let lock = match File::open(made.path()) {
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                opened => opened?,
            };
            lock.lock_shared()?;
            if made.path().exists() {
                return Ok(Workshop { folder: made, _lock: lock });
            }
        }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The path of something in it.
    pub fn join(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A new file in it, its owner's alone.
    pub fn file(&self, name: &str) -> io::Result<File> {
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(self.join(name))
    }

    /// Puts the folder itself into its place, where there is none or an empty one.
    pub fn become_folder(self, to: &Path) -> io::Result<()> {
        File::open(self.path()).and_then(|folder| folder.sync_all())?;
        fs::rename(self.path(), to)?;
        // It is not there under its old name any more, and nothing is left to clear away.
        let _gone = self.folder.keep();
        place::settle(to)
    }
}

/// Puts a finished file where nothing is yet, so that a power cut leaves it there whole. [`ErrorKind::AlreadyExists`] where
/// something is.
pub fn put_new(made: &Path, to: &Path) -> io::Result<()> {
    File::open(made).and_then(|file| file.sync_all())?;
    let put = TempPath::try_from_path(made)?.persist_noclobber(to);
    put.map_err(|taken| {
        // It may be put under another name next.
        let _kept = taken.path.keep();
        taken.error
    })?;
    place::settle_new(to)
}

/// Puts a finished file into its place, over what is there.
pub fn put_over(made: &Path, to: &Path) -> io::Result<()> {
    File::open(made).and_then(|file| file.sync_all())?;
    fs::rename(made, to)?;
    place::settle(to)
}

/// Removes the folders that killed processes of this user have left. One that cannot be removed does no harm.
fn clear_away(folder: &Path) {
    let mine = nix::unistd::Uid::effective().as_raw();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_workshop = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let is_my_folder = || {
            entry.metadata().is_ok_and(|about| about.is_dir() && about.uid() == mine && about.mode() & 0o777 == 0o700)
        };
        // Held until it is gone: whoever has just made it waits for the lock, and then makes another.
        let lock = if is_workshop && is_my_folder() { File::open(entry.path()).ok() } else { None };
        if lock.as_ref().is_some_and(|lock| lock.try_lock().is_ok()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_left_behind_is_cleared_away_and_one_in_use_is_not() {
        let place = tempfile::tempdir().expect("a folder");
        let left = place.path().join(".ledgerline-at-work-Ab12Cd");
        fs::create_dir(&left).expect("a folder");
        fs::set_permissions(&left, Permissions::from_mode(0o700)).expect("closed");
        fs::write(left.join("copy.db"), "records").expect("a file");
        let others = [".ledgerline-backups", "letters"].map(|name| place.path().join(name));
        others.iter().for_each(|other| fs::create_dir(other).expect("a folder"));
        let in_use = Workshop::within(place.path()).expect("a workshop");
        assert!(!left.exists() && others.iter().all(|other| other.exists()));
        let another = Workshop::within(place.path()).expect("a workshop");
        assert!(in_use.path().exists() && another.path().exists());
        drop((in_use, another));
        assert_eq!(fs::read_dir(place.path()).expect("a folder").count(), 2);
    }
}
