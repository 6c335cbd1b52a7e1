//! A folder of lists: whole or not at all, with the sums by which anybody can check that nothing in it was changed.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::listing::{Format, Lister};
use crate::domain::listing::Listing;
use crate::place;
use crate::world::Terminal;

/// The file of sums, as `sha256sum -c` reads it.
pub const SUMS: &str = "SHA256SUMS";

/// Why a folder cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum FolderTrouble {
    #[error("the folder {} is not empty; name one that is new", .0.display())]
    NotEmpty(PathBuf),
    #[error("{} is not a folder; name one that is new", .0.display())]
    NotAFolder(PathBuf),
    #[error("there is no folder {} to make {} in", .folder.display(), .path.display())]
    NoParent { folder: PathBuf, path: PathBuf },
    #[error("{} is where a disk is mounted, and cannot be replaced; name a new folder in it", .0.display())]
    Mounted(PathBuf),
    #[error("{} has no name of its own to be made under; name a new folder", .0.display())]
    NoName(PathBuf),
}

/// A folder under way: its files are written beside its place and get there together.
pub struct Folder {
    target: PathBuf,
    workshop: TempDir,
    excel: bool,
    sums: String,
    files: usize,
}

impl Folder {
    /// Begins a folder that must be new or empty, in one that is there. With `excel`, its lists bear a byte-order mark.
    pub fn begin(path: &Path, excel: bool) -> Result<Folder> {
        if path.file_name().is_none() {
            return Err(FolderTrouble::NoName(path.to_path_buf()).into());
        }
        // A link is followed to the folder it stands for.
        let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        refuse_taken(&target)?;
        let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !parent.is_dir() {
            let (folder, path) = (parent.to_path_buf(), path.to_path_buf());
            return Err(FolderTrouble::NoParent { folder, path }.into());
        }
        let workshop = tempfile::Builder::new().prefix(".ledgerline-").tempdir_in(parent);
        let workshop = workshop.with_context(|| format!("writing {}", target.display()))?;
        fs::set_permissions(workshop.path(), Permissions::from_mode(0o700))?;
        Ok(Folder { target, workshop, excel, sums: String::new(), files: 0 })
    }

    /// Writes a list as CSV; what `fill` makes of it comes back.
    pub fn list<L: Listing, T>(&mut self, name: &str, fill: impl FnOnce(&mut Lister<'_>) -> Result<T>) -> Result<T> {
        let mut made = None;
        self.list_as(name, L::COLUMNS, |out| {
            made = Some(fill(out)?);
            Ok(())
        })?;
        made.with_context(|| format!("{name} was not filled"))
    }

    /// The same with its columns given; says how many rows there were.
    pub fn list_as(
        &mut self,
        name: &str,
        columns: &'static [&'static str],
        fill: impl FnOnce(&mut Lister<'_>) -> Result<()>,
    ) -> Result<usize> {
        let whole = format!("writing {name} of {}", self.target.display());
        let cannot = || whole.clone();
        let mut out = Summed { file: BufWriter::new(self.file(name).with_context(cannot)?), sum: Sha256::new() };
        let mut lister = Lister::begin(Format::Csv, self.excel, columns, &mut out, Terminal::default())?;
        fill(&mut lister).with_context(cannot)?;
        let rows = lister.finish().with_context(cannot)?;
        let sum = out.finish().with_context(cannot)?;
        writeln!(self.sums, "{sum}  {name}")?;
        Ok(rows)
    }

    fn file(&mut self, name: &str) -> io::Result<File> {
        self.files += 1;
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(self.workshop.path().join(name))
    }

    /// Writes the sums and puts the folder in its place; says how many files it has.
    pub fn finish(mut self) -> Result<usize> {
        let cannot = format!("writing {}", self.target.display());
        let mut sums = self.file(SUMS).with_context(|| cannot.clone())?;
        sums.write_all(self.sums.as_bytes()).and_then(|()| sums.sync_all()).with_context(|| cannot.clone())?;
        File::open(self.workshop.path()).and_then(|folder| folder.sync_all()).with_context(|| cannot.clone())?;
        // Somebody may have been quicker: a folder with something in it is never replaced.
        refuse_taken(&self.target)?;
        if let Err(error) = fs::rename(self.workshop.path(), &self.target) {
            return Err(match error.kind() {
                io::ErrorKind::DirectoryNotEmpty => FolderTrouble::NotEmpty(self.target).into(),
                io::ErrorKind::ResourceBusy => FolderTrouble::Mounted(self.target).into(),
                _ => anyhow::Error::new(error).context(cannot),
            });
        }
        // It is not there under its old name any more, and nothing is left to clear away.
        let _gone = self.workshop.keep();
        place::settle(&self.target).with_context(|| cannot)?;
        Ok(self.files)
    }
}

fn refuse_taken(target: &Path) -> Result<()> {
    match fs::symlink_metadata(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| format!("writing {}", target.display())),
        Ok(found) if !found.is_dir() => Err(FolderTrouble::NotAFolder(target.to_path_buf()).into()),
        Ok(_) => {
            let mut entries = fs::read_dir(target).with_context(|| format!("reading {}", target.display()))?;
            if entries.next().is_some() { Err(FolderTrouble::NotEmpty(target.to_path_buf()).into()) } else { Ok(()) }
        }
    }
}

/// A file that adds up what is written into it.
struct Summed {
    file: BufWriter<File>,
    sum: Sha256,
}

impl Summed {
    /// The sum in hexadecimal, once all is on the disk.
    fn finish(mut self) -> io::Result<String> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        Ok(in_hexadecimal(self.sum))
    }
}

fn in_hexadecimal(sum: Sha256) -> String {
    sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The sum of a file, as the file of sums has it.
pub fn sum_of(mut file: File) -> io::Result<String> {
    let mut sum = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(in_hexadecimal(sum)),
            read => sum.update(&buffer[..read]),
        }
    }
}

impl Write for Summed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.sum.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
