//! `report spend` and `report lines` over a million purchase lines, against the stock `sqlite3` shell doing the same SQL on the
//! same file: benches/README.md says how and why.

#[path = "jobs/pairs.rs"]
mod pairs;
#[path = "jobs/process.rs"]
mod process;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};

const FILL: &str = include_str!("programme/fill.sql");

fn main() -> Result<ExitCode> {
    let lines = std::env::var("LEDGERLINE_BENCH_LINES").unwrap_or_else(|_| "1000000".to_string());
    let lines: u64 = lines.trim().parse().context("LEDGERLINE_BENCH_LINES")?;
    if !process::have("sqlite3") {
        println!("Skipped: sqlite3 is not installed, and there is nothing to compare with without it.");
        return Ok(ExitCode::SUCCESS);
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("target/bench-data").join(format!("programme-{lines}"));
    let hub = pairs::prepare(&folder, &FILL.replace("{LINES}", &lines.to_string()))?;
    pairs::table();
    for (job, command) in [("spend", "report spend --format csv"), ("lines", "report lines --format csv")] {
        let sql = root.join("benches/programme").join(format!("{job}.sql"));
        let ours = || pairs::ledgerline(&hub, command);
        pairs::compare(&format!("report {job} (CSV)"), ours, || pairs::shell(&hub, &sql))?;
    }
    Ok(ExitCode::SUCCESS)
}
