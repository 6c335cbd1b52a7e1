//! `completions`: the script that completes commands in a shell.

use anyhow::{Result, anyhow};
use clap::{Args, ValueEnum};
use clap_complete::env::Shells;

use super::Desk;

/// Print the script that completes commands in your shell.
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
