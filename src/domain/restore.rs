//! Putting a backup back in place of the file.

use std::path::PathBuf;

use super::refusal::Refusal;

/// Why a backup was not put back.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestoreRefusal {
    #[error("{} is the file itself, not a copy of it", .0.display())]
    Itself(PathBuf),
    #[error("{} is in the way, and it is no ledgerline file", .0.display())]
    InTheWay(PathBuf),
    #[error("{backup} is of another hub than {path}, or of another beginning of it", backup = backup.display(), path = path.display())]
    AnotherHub { backup: PathBuf, path: PathBuf },
}

impl Refusal for RestoreRefusal {
    fn hint(&self) -> Option<String> {
        Some(match self {
            RestoreRefusal::Itself(_) => {
                "name a backup; --db or LEDGERLINE_DB names the file it is to replace".to_string()
            }
            RestoreRefusal::AnotherHub { .. } => {
                "check --db and LEDGERLINE_DB; with --yes it takes that file's place, which is kept beside it"
                    .to_string()
            }
            RestoreRefusal::InTheWay(_) => {
                "check --db and LEDGERLINE_DB; with --yes that file is kept under another name beside its place"
                    .to_string()
            }
        })
    }
}
