//! What `remind` plans when thousands of loans are due, against the stock `sqlite3` shell running the same query on the same
//! file: benches/README.md says how and why.

#[path = "jobs/pairs.rs"]
mod pairs;
#[path = "jobs/process.rs"]
mod process;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

const FILL: &str = include_str!("reminders/fill.sql");

fn main() -> Result<ExitCode> {
    if !process::have("sqlite3") {
        println!("Skipped: sqlite3 is not installed, and there is nothing to compare with without it.");
        return Ok(ExitCode::SUCCESS);
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sql = root.join("benches/reminders/due.sql");
    pairs::table();
    for due in [10_000, 100_000] {
        let folder = root.join("target/bench-data").join(format!("reminders-{due}"));
        let hub = pairs::prepare(&folder, &FILL.replace("{DUE}", &due.to_string()))?;
        let ours = || pairs::ledgerline(&hub, "--quiet remind --format csv");
        pairs::compare("remind (CSV)", ours, || pairs::shell(&hub, &sql))?;
    }
    Ok(ExitCode::SUCCESS)
}
