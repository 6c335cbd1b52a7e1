//! Whole commands against the stock `sqlite3` shell doing the same work: benches/README.md says how and why.

#[path = "jobs/hub.rs"]
mod hub;
#[path = "jobs/list.rs"]
mod list;
#[path = "jobs/measure.rs"]
mod measure;
#[path = "jobs/process.rs"]
mod process;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};

use hub::Hub;
use list::{Job, Judged, Run};
use process::{Cost, have, median};

/// Pairs of runs of which the medians are taken.
const PAIRS: usize = 11;

fn main() -> Result<ExitCode> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let generator = std::env::var_os("LEDGERLINE_BENCH").map_or_else(|| root.join("../shared/bench"), PathBuf::from);
    let sizes = std::env::var("LEDGERLINE_BENCH_SIZES").unwrap_or_else(|_| "1000,10000,100000".to_string());
    let sizes: Vec<u64> = sizes
        .split(',')
        .map(|size| size.trim().parse().with_context(|| format!("LEDGERLINE_BENCH_SIZES: {size}")))
        .collect::<Result<_>>()?;
    if !generator.join("gen.py").is_file() {
        println!("Skipped: there is no generator at {} (LEDGERLINE_BENCH names it).", generator.display());
        return Ok(ExitCode::SUCCESS);
    }
    for tool in ["sqlite3", "python3"] {
        if !have(tool) {
            println!("Skipped: {tool} is not installed, and there is nothing to compare with without it.");
            return Ok(ExitCode::SUCCESS);
        }
    }
    let generator = generator.canonicalize()?;
    introduce();
    let mut all_ran = true;
    for size in sizes {
        // One size that cannot be set up does not cost the others their figures.
        match at_size(&generator, &root.join("target/bench-data"), size) {
            Ok(ran) => all_ran &= ran,
            Err(error) => {
                println!("| set-up | {size} | failed: {} | | | | | |", one_line(&error));
                all_ran = false;
            }
        }
    }
    list::explain();
    Ok(if all_ran { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn introduce() {
    println!(
        "Whole processes, start to end, medians of {PAIRS} alternating pairs after one warm-up. CPU is user and system together."
    );
    println!("Instructions are those of valgrind's callgrind, user code only; they repeat on a busy machine.");
    if !have("valgrind") {
        println!(
            "valgrind is not installed: no instruction counts; what they would judge is judged by CPU, which is noisier."
        );
    }
    println!();
    println!(
        "| job | instruments | ledgerline CPU ms | sqlite3 CPU ms | ratio | ledgerline M instr. | sqlite3 M instr. | ratio | bar | holds |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
}

/// Sets a hub of one size up and runs every job on it; whether all that this version knows ran.
fn at_size(generator: &Path, data: &Path, size: u64) -> Result<bool> {
    let hub = Hub::prepare(generator, &data.join(size.to_string()), size)?;
    let mut all_ran = true;
    for job in list::jobs(&hub)? {
        match measure_job(&hub, &job) {
            Ok(row) => println!("{row}"),
            Err(error) => {
                let told = one_line(&error);
                println!("| {} | {size} | failed: {told} | | | | | | | |", job.name);
                // A command that this version does not have is no failure of the bench.
                all_ran &= told.contains("unrecognized subcommand");
            }
        }
    }
    if let Some(set_up) = &hub.set_up {
        println!("{set_up}");
    }
    Ok(all_ran)
}

fn measure_job(hub: &Hub, job: &Job) -> Result<String> {
    same_work(hub, job)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for pair in 0..=PAIRS {
        let a = cost_of(hub, &job.ours, measure::cpu)?;
        let b = cost_of(hub, &job.theirs, measure::cpu)?;
        if pair > 0 {
            ours.push(a);
            theirs.push(b);
        }
    }
    let cpu = (median(ours), median(theirs));
    let instructions = match have("valgrind") {
        true => {
            Some((cost_of(hub, &job.ours, measure::instructions)?, cost_of(hub, &job.theirs, measure::instructions)?))
        }
        false => None,
    };
    let ratio = |(ours, theirs): (Cost, Cost)| ours as f64 / theirs.max(1) as f64;
    let judged = match job.judged {
        Judged::ByInstructions => ratio(instructions.unwrap_or(cpu)),
        Judged::ByCpu => ratio(cpu),
    };
    let (in_ms, in_millions) = (1e6, 1e6);
    let counts = instructions.map_or_else(
        || "- | - | -".to_string(),
        |(ours, theirs)| {
            let (a, b) = (ours as f64 / in_millions, theirs as f64 / in_millions);
            format!("{a:.2} | {b:.2} | {:.2}", ratio((ours, theirs)))
        },
    );
    Ok(format!(
        "| {} | {} | {:.2} | {:.2} | {:.2} | {counts} | {:.1} | {} |",
        job.name,
        hub.size,
        cpu.0 as f64 / in_ms,
        cpu.1 as f64 / in_ms,
        ratio(cpu),
        job.bar,
        if judged <= job.bar { "yes" } else { "NO" },
    ))
}

/// One measured run, with what must stand before it made so first.
fn cost_of(hub: &Hub, run: &Run, measure: fn(&Hub, &hub::Call) -> Result<Cost>) -> Result<Cost> {
    for step in &run.before {
        // What is to be undone may not be there to undo.
        let _ = hub.said(step);
    }
    let cost = measure(hub, &run.call)?;
    for step in &run.after {
        hub.said(step)?;
    }
    Ok(cost)
}

/// Both sides once, unmeasured: they must succeed and find as many rows.
fn same_work(hub: &Hub, job: &Job) -> Result<()> {
    let mut rows = Vec::new();
    for run in [&job.ours, &job.theirs] {
        for step in &run.before {
            let _ = hub.said(step);
        }
        let said = hub.said(&run.call)?;
        // The baseline's lend and return print how many rows they changed.
        ensure!(said != b"0\n", "the shell changed nothing");
        rows.push(process::csv_rows(&said));
        for step in &run.after {
            hub.said(step)?;
        }
    }
    ensure!(!job.same_rows || rows[0] == rows[1], "ledgerline gave {} rows and the shell {}", rows[0], rows[1]);
    Ok(())
}

fn one_line(error: &anyhow::Error) -> String {
    format!("{error:#}").split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "/").chars().take(220).collect()
}
