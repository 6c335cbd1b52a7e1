//! Files put in their places stay there: a name that is new stands on the disk only once its folder is written to it too.
//! Without that, a power cut takes the file away again after it was said to be there.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Why nothing can be made in a folder: what the system says of it names a file that nobody has heard of.
#[derive(Debug, thiserror::Error)]
#[error("there is no folder {}", .0.display())]
pub struct NoFolder(PathBuf);

impl NoFolder {
    pub fn hint(&self) -> String {
        "make it first, or name one that is there".to_string()
    }

    /// The hint of an error that comes of a missing folder.
    pub fn hint_of(error: &io::Error) -> Option<String> {
        error.get_ref()?.downcast_ref::<NoFolder>().map(NoFolder::hint)
    }
}

/// Refuses a folder that is not there, or is none.
pub fn expect_folder(folder: &Path) -> io::Result<()> {
    let is_folder = match folder.metadata() {
        Ok(about) => about.is_dir(),
        // What else the system has against it, it says by itself.
        Err(error) => !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
    };
    if is_folder { Ok(()) } else { Err(io::Error::new(ErrorKind::NotFound, NoFolder(folder.to_path_buf()))) }
}

/// The folder that a path stands in.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Whether two paths lead to one file, by whatever links.
pub fn same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.metadata().ok().map(|about| (about.dev(), about.ino()));
    real(one).is_some() && real(one) == real(other)
}

/// The path with an ending behind its name: `hub.db-wal`.
pub fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push(ending);
    PathBuf::from(name)
}

/// The file itself, where the path is a link to it.
pub fn real(path: &Path) -> PathBuf {
    let is_link = path.symlink_metadata().is_ok_and(|about| about.is_symlink());
    let real = if is_link { path.canonicalize().ok() } else { None };
    real.unwrap_or_else(|| path.to_path_buf())
}

/// Has the disk keep the name of a file or folder that was just put in its place.
pub fn settle(path: &Path) -> io::Result<()> {
    let synced = File::open(folder_of(path)).and_then(|folder| folder.sync_all());
    match synced {
        // A folder that takes files and may not be read, and a file system that knows no such thing.
        Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::InvalidInput) => Ok(()),
        synced => synced,
    }
}

/// The same for a file that was not there before: where the disk does not keep it, it is taken away again.
pub fn settle_new(path: &Path) -> io::Result<()> {
    settle(path).inspect_err(|_| {
        // What cannot be taken away is whole, and stays.
        let _ = std::fs::remove_file(path);
    })
}

/// Makes a folder and those above it that are not there, and has the disk keep their names.
pub fn make_folders(folder: &Path) -> io::Result<()> {
    let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
    let missing: Vec<&Path> = folder.ancestors().take_while(is_missing).collect();
    std::fs::create_dir_all(folder)?;
    missing.into_iter().rev().try_for_each(settle)
}
