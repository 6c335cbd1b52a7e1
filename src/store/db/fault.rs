//! What the driver's errors mean for the file.

use anyhow::anyhow;
use nix::sys::resource::{RLIM_INFINITY, Resource, getrlimit};
use rusqlite::ErrorCode;

use crate::store::trouble::FileTrouble;

/// The driver's error as one of ours where the file is to blame; anything else keeps the driver's words.
pub(super) fn told(error: rusqlite::Error) -> anyhow::Error {
    if let Some(cause) = said_of_damage(&error) {
        return anyhow!(cause).context(FileTrouble::Damaged);
    }
    let Some(code) = error.sqlite_error_code() else {
        return anyhow!(error);
    };
    // The file of shared memory could not grow: the disk is full, in other words.
    const NO_ROOM_TO_SHARE: i32 = 4874;
    // Not written, not made longer, nothing to share made; the engine takes a limit for a disk that failed.
    const DID_NOT_GROW: [i32; 4] = [778, 1546, 4618, NO_ROOM_TO_SHARE];
    let extended = error.sqlite_error().map_or(0, |told| told.extended_code);
    let trouble = match code {
        _ if DID_NOT_GROW.contains(&extended) && has_limit() => FileTrouble::Limit,
        _ if extended == NO_ROOM_TO_SHARE => FileTrouble::Full,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => FileTrouble::Busy,
        ErrorCode::DiskFull => FileTrouble::Full,
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => FileTrouble::ReadOnly,
        ErrorCode::CannotOpen => FileTrouble::CannotOpen,
        // A statement that made sense and failed nevertheless: what it met is past adding up, or no text it can read.
        ErrorCode::DatabaseCorrupt | ErrorCode::Unknown => FileTrouble::Damaged,
        ErrorCode::NotADatabase => FileTrouble::NotADatabase,
        ErrorCode::SystemIoFailure => FileTrouble::InputOutput,
        // The rules had let it pass, going by the records as they read them.
        ErrorCode::ConstraintViolation => FileTrouble::Contradiction,
        _ => return anyhow!(error),
    };
    anyhow!(error).context(trouble)
}

/// What the engine says where it cannot make sense of a statement of ours: the file's schema is not what it was, which is no damage to the engine.
fn said_of_damage(error: &rusqlite::Error) -> Option<String> {
    match error {
        rusqlite::Error::SqlInputError { msg, .. } => Some(msg.clone()),
        rusqlite::Error::Utf8Error(..) => Some("a text is not UTF-8".to_string()),
        _ => None,
    }
}

/// The same for the end of a change. Where the disk fails then, nobody can tell whether it has kept the change: it may show
/// once the file is opened again.
pub(super) fn unsure(error: rusqlite::Error) -> anyhow::Error {
    let error = told(error);
    match error.downcast_ref() {
        Some(FileTrouble::InputOutput) => error.context(FileTrouble::Unsure),
        _ => error,
    }
}

/// Whether files may not grow as large as the disk lets them.
fn has_limit() -> bool {
    getrlimit(Resource::RLIMIT_FSIZE).is_ok_and(|(limit, _)| limit != RLIM_INFINITY)
}

/// Whether an error says that a constraint of the schema does not let a statement be.
pub fn breaks_a_constraint(error: &anyhow::Error) -> bool {
    let code = error.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error_code);
    code == Some(ErrorCode::ConstraintViolation)
}
