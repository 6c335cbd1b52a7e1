//! Whether the record can be trusted for ten years: everything here tries to break it with the real program.
//!
//! Each module tells how much it tried (`cargo test --test it trust -- --nocapture`); `LEDGERLINE_TIMES=10` tries ten times as much.

mod arguments;
mod backups;
mod by_hand;
mod clocks;
mod crowd;
mod dependencies;
mod faults;
mod fields;
mod flips;
mod full;
mod fuzzing;
mod kills;
mod mended_check;
mod mended_erasing;
mod mended_people;
mod mended_refusals;
mod places;
mod power;
mod privacy;
mod restore;
mod sharing;
mod surface;
mod tools;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A hub's file in a folder of its own, used by the real program as cron would: with an empty environment.
pub struct Hub {
    folder: tempfile::TempDir,
}

/// What a command came to.
#[derive(Debug)]
pub struct Told {
    /// The exit code; none where a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Hub {
    /// A new hub with nothing but what `init` makes.
    pub fn new() -> Hub {
        let hub = Hub::without_file();
        hub.done("init --hub 'Test Hub'");
        hub
    }

    /// A folder in which there is no hub yet.
    pub fn without_file() -> Hub {
        Hub { folder: tempfile::tempdir().expect("a folder") }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn file(&self) -> PathBuf {
        self.folder.path().join("hub.db")
    }

    /// A command line, not yet run: the day is 22 November 2026.
    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ledgerline"));
        command.env_clear().env("LEDGERLINE_DB", self.file()).env("LEDGERLINE_TODAY", "2026-11-22");
        command.env("LEDGERLINE_USER", "officer").current_dir(self.folder());
        command.args(shlex::split(line).expect("a command line")).stdin(Stdio::null());
        command
    }

    pub fn run(&self, line: &str) -> Told {
        told(self.command(line).output().expect("it runs"))
    }

    /// Runs a command that must succeed, and gives its data.
    pub fn done(&self, line: &str) -> String {
        let told = self.run(line);
        assert_eq!(told.code, Some(0), "{line}: {told:?}");
        told.stdout
    }

    /// The file is whole and its records keep every rule.
    pub fn is_sound(&self) {
        self.done("check");
    }
}

pub fn told(output: Output) -> Told {
    told_of(output.status.code(), output.stdout, output.stderr)
}

pub fn told_of(code: Option<i32>, stdout: Vec<u8>, stderr: Vec<u8>) -> Told {
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Told { code, stdout: text(stdout), stderr: text(stderr) }
}

/// How often to try: so many times, or more with `LEDGERLINE_TIMES`.
pub fn times(usual: usize) -> usize {
    let factor = std::env::var("LEDGERLINE_TIMES").ok().and_then(|times| times.parse::<usize>().ok());
    usual * factor.unwrap_or(1)
}

/// Where random choices come from: a number that is printed, and can be given with `LEDGERLINE_SEED`.
pub fn seed() -> Dice {
    let given = std::env::var("LEDGERLINE_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = given.unwrap_or_else(|| u64::from(std::process::id()) ^ 0x5DEE_CE66_D1CE);
    println!("LEDGERLINE_SEED={seed}");
    Dice(seed)
}

/// Random numbers that come again with the same seed.
#[derive(Debug)]
pub struct Dice(u64);

impl Dice {
    /// A number below this one.
    pub fn below(&mut self, end: usize) -> usize {
        // Marsaglia's xorshift with a multiplication, in 64 bits.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % end.max(1)
    }
}

/// Says how much was tried.
pub fn tried(count: usize, what: &str) {
    println!("{count} {what}");
}
