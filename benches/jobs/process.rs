//! What child processes cost, and what all benches need besides.

use anyhow::Result;
use nix::sys::resource::{UsageWho, getrusage};

/// Nanoseconds of CPU, or instructions.
pub type Cost = u64;

pub fn have(tool: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(tool).is_file())
}

/// CPU of all children waited for so far.
pub fn children() -> Result<Cost> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let micros = |time: nix::sys::time::TimeVal| (time.tv_sec() * 1_000_000 + time.tv_usec()) as Cost;
    Ok((micros(usage.user_time()) + micros(usage.system_time())) * 1000)
}

pub fn median(mut costs: Vec<Cost>) -> Cost {
    costs.sort_unstable();
    costs.get(costs.len() / 2).copied().unwrap_or_default()
}

/// How many records a CSV holds below its header.
pub fn csv_rows(text: &[u8]) -> usize {
    csv::ReaderBuilder::new().flexible(true).from_reader(text).byte_records().count()
}
