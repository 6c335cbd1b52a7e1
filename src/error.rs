//! What went wrong, as the person at the terminal and the exit code see it. Both are decided here, once.

use std::io;

use anyhow::Error;

use crate::domain::code::CodeError;
use crate::domain::date::DateError;
use crate::domain::money::MoneyError;
use crate::domain::reference::ReferenceError;
use crate::domain::refusal::Refused;
use crate::domain::tag::TagError;
use crate::domain::text::{TextError, shown};
use crate::domain::words::WordError;
use crate::mail::MailTrouble;
use crate::place::NoFolder;
use crate::store::FileTrouble;

/// The exit codes that scripts and cron rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    /// The rules or the records say no; nothing changed.
    Refused = 1,
    /// The command line is wrong.
    Usage = 2,
    /// The file or the output cannot be used.
    File = 3,
    /// Done in part.
    Partial = 4,
}

/// The command line is wrong in a way the parser cannot see.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(pub String);

/// Something was said already, row by row; only the exit code is left to give.
#[derive(Debug, thiserror::Error)]
#[error("")]
pub struct Said(pub Exit);

/// Which exit code an error ends in.
pub fn exit_of(error: &Error) -> Exit {
    if is_closed_pipe(error) {
        return Exit::Done;
    }
    if let Some(Said(exit)) = error.downcast_ref() {
        return *exit;
    }
    if error.downcast_ref::<Refused>().is_some() {
        return Exit::Refused;
    }
    let chain_has_usage = error.chain().any(|cause| {
        cause.is::<Usage>()
            || cause.is::<DateError>()
            || cause.is::<MoneyError>()
            || cause.is::<ReferenceError>()
            || cause.is::<WordError>()
            || matches!(cause.downcast_ref(), Some(MailTrouble::Setup(_)))
    });
    let file_is_to_blame = error.chain().any(|cause| cause.is::<FileTrouble>() || cause.is::<io::Error>());
    match () {
        () if file_is_to_blame => Exit::File,
        () if chain_has_usage => Exit::Usage,
        () if error.chain().any(is_refused_text) => Exit::Refused,
        () => Exit::File,
    }
}

/// Whether this is why a name, an address, a tag or a code was not taken: a refusal, unlike a value that is no day, no money,
/// no number.
pub fn is_refused_text(cause: &(dyn std::error::Error + 'static)) -> bool {
    cause.is::<TextError>() || cause.is::<TagError>() || cause.is::<CodeError>()
}

/// `error: …`, its causes, and at most one hint; empty where nothing is left to say.
pub fn sentence_of(error: &Error) -> String {
    if is_closed_pipe(error) || error.is::<Said>() {
        return String::new();
    }
    let mut told = format!("error: {}\n", shown(&error.to_string()));
    let mut before = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !before.contains(&cause) && !cause.is_empty() {
            told.push_str(&format!("  because: {}\n", shown(&cause)));
        }
        before = cause;
    }
    if let Some(hint) = hint_of(error) {
        told.push_str(&format!("hint: {}\n", shown(&hint)));
    }
    told
}

fn hint_of(error: &Error) -> Option<String> {
    if let Some(refused) = error.downcast_ref::<Refused>() {
        return refused.hint();
    }
    let of_mail = || error.downcast_ref::<MailTrouble>().and_then(MailTrouble::hint);
    let of_folder = || error.chain().find_map(|cause| NoFolder::hint_of(cause.downcast_ref::<io::Error>()?));
    error.downcast_ref::<FileTrouble>().and_then(FileTrouble::hint).or_else(of_mail).or_else(of_folder)
}

/// A reader that closes the pipe has read enough: a quiet success.
fn is_closed_pipe(error: &Error) -> bool {
    let is_closed = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| cause.downcast_ref::<io::Error>().is_some_and(is_closed))
}
