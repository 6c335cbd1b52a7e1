//! What can be wrong with the file itself, and what to do about it.

use std::path::PathBuf;

/// What is wrong with the file, rather than with the request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileTrouble {
    #[error("there is no file {}", .0.display())]
    Missing(PathBuf),
    #[error("{} is a folder, not a file", .0.display())]
    Folder(PathBuf),
    #[error("{} already exists", .0.display())]
    Exists(PathBuf),
    #[error("{} is not a ledgerline file", .0.display())]
    NotOurs(PathBuf),
    #[error("{} was made by a newer ledgerline (schema {found}; this one knows {known})", path.display())]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error("{} lies on a network share ({kind}), where two machines could damage it", path.display())]
    Network { path: PathBuf, kind: String },
    #[error("another command is writing to the file and did not finish in five seconds")]
    Busy,
    #[error("the disk is full; nothing was written")]
    Full,
    #[error("the file cannot be written")]
    ReadOnly,
    #[error("the file cannot be opened")]
    CannotOpen,
    #[error("the file is damaged")]
    Damaged,
    #[error("the records in the file contradict one another; nothing was written")]
    Contradiction,
    #[error("the file is no database")]
    NotADatabase,
    #[error("the file could not be read or written")]
    InputOutput,
}

impl FileTrouble {
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            FileTrouble::Missing(_) => {
                "make it with 'ledgerline init', or name the right one with --db or LEDGERLINE_DB"
            }
            FileTrouble::Folder(_) => "name the file in it",
            FileTrouble::Exists(_) => "choose another name, or move that file away first",
            FileTrouble::NotOurs(_) | FileTrouble::NotADatabase => {
                "check the path; --db or LEDGERLINE_DB names the hub's file"
            }
            FileTrouble::Newer { .. } => "use the newer ledgerline on this machine too",
            FileTrouble::Network { .. } => "log in to the machine that holds the file and run ledgerline there",
            FileTrouble::Busy => "try again in a moment",
            FileTrouble::Full => "make room on the disk and try again",
            FileTrouble::ReadOnly | FileTrouble::CannotOpen => {
                "check who owns the file and its folder, and that both can be written"
            }
            FileTrouble::Damaged => "run 'ledgerline check', and go back to the last good backup",
            FileTrouble::Contradiction => "run 'ledgerline check'",
            FileTrouble::InputOutput => "check the disk, then run 'ledgerline check'",
        };
        Some(hint.to_string())
    }
}
