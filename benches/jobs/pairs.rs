//! Pairs of runs on one file: a command of ours, and the shell with the same SQL.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::process::{Cost, children, csv_rows, median};

const LEDGERLINE: &str = env!("CARGO_BIN_EXE_ledgerline");
const SCHEMA: &str = include_str!("../../schema.sql");

/// Pairs of runs of which the medians are taken.
const PAIRS: usize = 11;

pub fn table() {
    println!(
        "Medians of {PAIRS} alternating pairs after one warm-up; CPU is user and system together, memory the largest of a run."
    );
    println!();
    println!("| job | rows | ledgerline CPU s | sqlite3 CPU s | ratio | ledgerline MB | sqlite3 MB | bar | holds |");
    println!("|---|---|---|---|---|---|---|---|---|");
}

/// Prints one row: both sides find as many records, and what that costs each.
pub fn compare(job: &str, ours: impl Fn() -> Command, theirs: impl Fn() -> Command) -> Result<()> {
    let rows = same_work(&mut ours(), &mut theirs())?;
    let (mut our_cost, mut their_cost) = (Vec::new(), Vec::new());
    for pair in 0..=PAIRS {
        let costs = (cpu(ours())?, cpu(theirs())?);
        if pair > 0 {
            our_cost.push(costs.0);
            their_cost.push(costs.1);
        }
    }
    let (a, b) = (median(our_cost), median(their_cost));
    let ratio = a as f64 / b.max(1) as f64;
    let memory = |command| largest_mb(command).map_or("-".to_string(), |mb| mb.to_string());
    println!(
        "| {job} | {rows} | {:.3} | {:.3} | {ratio:.2} | {} | {} | 1.0 | {} |",
        a as f64 / 1e9,
        b as f64 / 1e9,
        memory(&ours()),
        memory(&theirs()),
        if ratio <= 1.0 { "yes" } else { "NO" },
    );
    Ok(())
}

/// Makes a hub filled with plain SQL, or takes that of an earlier run if the schema and what fills it are still the same.
pub fn prepare(folder: &Path, fill: &str) -> Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let (hub, made_for) = (folder.join("hub.db"), folder.join("made-for"));
    let wanted = format!("{SCHEMA}{fill}");
    if std::fs::read_to_string(&made_for).is_ok_and(|held| held == wanted) {
        return Ok(hub);
    }
    for file in ["hub.db", "hub.db-wal", "hub.db-shm"] {
        let _ = std::fs::remove_file(folder.join(file));
    }
    ensure!(ledgerline(&hub, "init").stderr(Stdio::null()).status()?.success(), "init failed");
    let file = rusqlite::Connection::open(&hub)?;
    file.execute_batch(fill).context("filling the hub")?;
    file.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").context("settling the hub")?;
    std::fs::write(made_for, wanted)?;
    Ok(hub)
}

pub fn ledgerline(hub: &Path, arguments: &str) -> Command {
    let mut command = Command::new(LEDGERLINE);
    command.args(["--today", "2026-11-22", "--db"]).arg(hub).args(arguments.split(' ')).stdout(Stdio::null());
    command
}

pub fn shell(hub: &Path, statements: &Path) -> Command {
    let mut command = Command::new("sqlite3");
    command.arg("-bail").arg(hub).arg(format!(".read '{}'", statements.display())).stdout(Stdio::null());
    command
}

/// Both sides once, unmeasured: they must succeed and find as many rows.
fn same_work(ours: &mut Command, theirs: &mut Command) -> Result<usize> {
    let rows = |command: &mut Command| -> Result<usize> {
        let output = command.stdout(Stdio::piped()).output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(csv_rows(&output.stdout))
    };
    let (a, b) = (rows(ours)?, rows(theirs)?);
    ensure!(a == b, "ledgerline gave {a} rows and the shell {b}");
    Ok(a)
}

fn cpu(mut command: Command) -> Result<Cost> {
    let before = children()?;
    ensure!(command.status()?.success(), "a run failed that had succeeded before");
    Ok(children()? - before)
}

/// The largest memory of one run, where `/usr/bin/time` can tell it.
fn largest_mb(command: &Command) -> Option<u64> {
    let timer = Path::new("/usr/bin/time");
    let mut timed = Command::new(timer);
    timed.args(["-f", "%M"]).arg(command.get_program()).args(command.get_args()).stdout(Stdio::null());
    let output = timer.is_file().then(|| timed.output().ok()).flatten()?;
    let kb: u64 = String::from_utf8_lossy(&output.stderr).lines().last()?.trim().parse().ok()?;
    Some(kb / 1024)
}
