//! What can be wrong with the file itself, and what to do about it.

use std::path::PathBuf;

/// What is wrong with the file, rather than with the request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileTrouble {
    #[error("there is no file {}", .0.display())]
    Missing(PathBuf),
    #[error("there is no backup {}", .0.display())]
    NoBackup(PathBuf),
    #[error("{} was written to while it was read", .0.display())]
    Changing(PathBuf),
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
    #[error("another command is still reading what the file held before")]
    Read,
    #[error("the disk is full; nothing was written")]
    Full,
    #[error("a limit on the size of files does not let this one grow; nothing was written")]
    Limit,
    #[error("the disk failed while the change was being written, and may have kept it or not")]
    Unsure,
    #[error("the file cannot be written")]
    ReadOnly,
    #[error("the file cannot be opened")]
    CannotOpen,
    #[error("the file is damaged")]
    Damaged,
    #[error("the file is too damaged to be checked")]
    PastChecking,
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
            FileTrouble::NoBackup(_) => "'ledgerline log' tells which were made: look for the command backup",
            FileTrouble::Changing(_) => {
                "of a file in use, first make a copy with 'ledgerline backup', and restore that"
            }
            FileTrouble::Folder(_) => "name the file in it",
            FileTrouble::Exists(_) => "choose another name, or move that file away first",
            FileTrouble::NotOurs(_) | FileTrouble::NotADatabase => {
                "check the path; --db or LEDGERLINE_DB names the hub's file"
            }
            FileTrouble::Newer { .. } => "use the newer ledgerline on this machine too",
            FileTrouble::Network { .. } => "log in to the machine that holds the file and run ledgerline there",
            FileTrouble::Busy | FileTrouble::Read => "try again in a moment",
            FileTrouble::Full => "make room on the disk and try again",
            FileTrouble::Limit => "raise the limit ('ulimit -f' shows it) and try again",
            FileTrouble::Unsure => "check the disk; 'ledgerline log' then says whether the change is there",
            FileTrouble::ReadOnly | FileTrouble::CannotOpen => {
                "check who owns the file and its folder, that both can be written, and that the disk has room"
            }
            FileTrouble::Contradiction => "run 'ledgerline check'",
            FileTrouble::Damaged => "run 'ledgerline check', and go back to the last good backup",
            FileTrouble::PastChecking => {
                "put the last good backup back, which keeps this file beside it: ledgerline restore FILE"
            }
            FileTrouble::InputOutput => "check the disk and whether it has room for you, then run 'ledgerline check'",
        };
        Some(hint.to_string())
    }
}
