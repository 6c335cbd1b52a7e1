//! What a finished process cost.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::hub::{Call, Hub};
use crate::process::{Cost, children};
use anyhow::{Context, Result, ensure};

/// CPU of one run, user and system together. The kernel keeps their sum to the nanosecond: only the split is by clock ticks.
pub fn cpu(hub: &Hub, call: &Call) -> Result<Cost> {
    let before = children()?;
    let mut command = hub.command(call, &[])?;
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    ensure!(status.success(), "{status} in a run that had succeeded before");
    Ok(children()? - before)
}

/// Instructions of one run.
pub fn instructions(hub: &Hub, call: &Call) -> Result<Cost> {
    let callgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"];
    let output = hub.command(call, &callgrind)?.stdout(Stdio::null()).stderr(Stdio::piped()).output()?;
    let told = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "under valgrind: {told}");
    let line = told.lines().find(|line| line.contains("Collected")).context("callgrind gave no count")?;
    let count = line.rsplit(':').next().context("a count")?.trim();
    Ok(count.split(' ').next().unwrap_or(count).parse()?)
}

/// The largest memory of one run in KB, where `/usr/bin/time` is there to tell it.
pub fn largest_kb(hub: &Hub, call: &Call) -> Result<Cost> {
    let log = hub.folder.join("largest.kb");
    let log = log.to_str().context("a path")?;
    let timed = hub.command(call, &["/usr/bin/time", "-o", log, "-f", "%M"])?.stdout(Stdio::null()).status()?;
    ensure!(timed.success(), "{timed} in a run that had succeeded before");
    Ok(std::fs::read_to_string(log)?.trim().parse()?)
}

/// Runs a step of setting up; CPU in nanoseconds and, where `/usr/bin/time` is there, the largest process in KB.
pub fn script(mut command: Command, log: &Path) -> Result<(Cost, Option<u64>)> {
    let before = children()?;
    let timer = Path::new("/usr/bin/time");
    if timer.is_file() {
        let mut timed = Command::new(timer);
        timed.args(["-o".as_ref(), log.as_os_str(), "-f".as_ref(), "%M".as_ref()]);
        timed.arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => timed.env(name, value),
                None => timed.env_remove(name),
            };
        }
        command = timed;
    }
    let output = command.stdout(Stdio::null()).stderr(Stdio::piped()).output()?;
    let told = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "{}: {}",
        output.status,
        told.lines().filter(|line| line.starts_with("error")).collect::<Vec<_>>().join("; ")
    );
    let largest = std::fs::read_to_string(log).ok().and_then(|text| text.trim().parse().ok());
    Ok((children()? - before, largest))
}
