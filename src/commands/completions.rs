//! `completions`: the script that completes commands in a shell, and what it asks the hub's file.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::sync::OnceLock;

use anyhow::{Result, anyhow};
use clap::{Args, ValueEnum};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::Shells;

use super::Desk;
use crate::store::{self, Tx, instrument, organisation, party, set};

/// Print the script that completes commands in your shell, and with them tags and names of your hub.
///
/// Example, for bash: echo 'source <(ledgerline completions bash)' >> ~/.bashrc
#[derive(Debug, Args)]
pub struct Completions {
    shell: Shell,
}

/// The shells that are served.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
}

impl Completions {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let name = match self.shell {
            Shell::Bash => "bash",
            Shell::Zsh => "zsh",
            Shell::Fish => "fish",
        };
        let shells = Shells::builtins();
        let completer = shells.completer(name).ok_or_else(|| anyhow!("no completions for {name}"))?;
        let mut script = Vec::new();
        completer.write_registration("COMPLETE", "ledgerline", "ledgerline", "ledgerline", &mut script)?;
        desk.page(&String::from_utf8_lossy(&script))
    }
}

/// The file that completions look in, told once by `main`: the shell's request has no room for it.
static HUB: OnceLock<PathBuf> = OnceLock::new();

/// Names the file that completions look in.
pub fn look_in(path: Option<PathBuf>) {
    if let Some(path) = path {
        HUB.get_or_init(|| path);
    }
}

/// More than fit on a screen help nobody.
const MOST: i64 = 100;

/// Completes a tag.
pub fn tags() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| candidates(typed, |tx, typed| instrument::tags_beginning(tx, typed, MOST)))
}

/// Completes the name of whoever may borrow.
pub fn borrowers() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| candidates(typed, |tx, typed| party::names_beginning(tx, typed, MOST)))
}

/// Completes the name of a repairer.
pub fn repairers() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        candidates(typed, |tx, typed| organisation::repairers_beginning(tx, typed, MOST))
    })
}

/// Completes the name of a set.
pub fn sets() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| candidates(typed, |tx, typed| set::names_beginning(tx, typed, MOST)))
}

/// What the file offers; nothing where it cannot be read, since nobody could be told why.
fn candidates(typed: &OsStr, find: impl Fn(&Tx, &str) -> Result<Vec<String>>) -> Vec<CompletionCandidate> {
    let found = HUB.get().zip(typed.to_str()).and_then(|(path, typed)| {
        let db = store::open(path).ok()?.db;
        db.read(|tx| find(tx, typed)).ok()
    });
    found.unwrap_or_default().into_iter().map(CompletionCandidate::new).collect()
}
