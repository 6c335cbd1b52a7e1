//! Whole commands against the stock `sqlite3` shell doing the same work: benches/README.md says how and why.

#[path = "jobs/hub.rs"]
mod hub;
#[path = "jobs/import.rs"]
mod import;
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

/// Pairs of runs of which the medians are taken: of short jobs, and of those that take over half a second.
const PAIRS: usize = 11;
const LONG_PAIRS: usize = 3;
const LONG: Cost = 500_000_000;

/// From this size on a hub is set up once, not three times.
const LARGE: u64 = 1_000_000;

/// What one job came to at one size.
struct Figure {
    job: &'static str,
    size: u64,
    ratio: f64,
    ours: Cost,
}

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
    let mut figures = Vec::new();
    for size in &sizes {
        // One size that cannot be set up does not cost the others their figures.
        match at_size(&generator, &root.join("target/bench-data"), *size, &mut figures) {
            Ok(ran) => all_ran &= ran,
            Err(error) => {
                println!("| set-up | {size} | failed: {} | | | | | | | | |", one_line(&error));
                all_ran = false;
            }
        }
    }
    tell_growth(&sizes, &figures);
    list::explain();
    Ok(if all_ran { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn introduce() {
    println!(
        "Whole processes, start to end, medians of {PAIRS} alternating pairs after one warm-up, of {LONG_PAIRS} where a run takes over half a second. CPU is user and system together; memory is the largest of a run."
    );
    println!("Instructions are those of valgrind's callgrind, user code only, for commands too short for a clock.");
    if !have("valgrind") {
        println!(
            "valgrind is not installed: no instruction counts; what they would judge is judged by CPU, which is noisier."
        );
    }
    println!();
    println!(
        "| job | instruments | ledgerline CPU ms | sqlite3 CPU ms | ratio | ledgerline M instr. | sqlite3 M instr. | ratio | ledgerline MB | sqlite3 MB | bar | holds |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|");
}

/// Sets a hub of one size up and runs every job on it; whether all that this version knows ran.
fn at_size(generator: &Path, data: &Path, size: u64, figures: &mut Vec<Figure>) -> Result<bool> {
    let hub = Hub::prepare(generator, &data.join(size.to_string()), size)?;
    let pairs = if size < LARGE { LONG_PAIRS } else { 1 };
    let import = import::measure(&hub, pairs)?;
    for (job, bar, ours, theirs) in [
        ("import of all files", 0.8, import.ours.whole, import.theirs.whole),
        ("of these, the loans", 0.8, import.ours.loans, import.theirs.loans),
    ] {
        let memory = (Some(import.ours.largest_kb), Some(import.theirs.largest_kb));
        let figure = Figure::of(job, size, (ours, theirs));
        tell(&figure, (ours, theirs), None, memory, bar, None);
        figures.push(figure);
    }
    println!(
        "| while the loans came in, the file was locked for | {size} | {:.1} s | | | | | | | | | |",
        import.locked.as_secs_f64()
    );
    let mut all_ran = true;
    for job in list::jobs(&hub)? {
        if let Err(error) = measure_job(&hub, &job, figures) {
            let told = one_line(&error);
            println!("| {} | {size} | failed: {told} | | | | | | | | | |", job.name);
            // A command that this version does not have is no failure of the bench.
            all_ran &= told.contains("unrecognized subcommand");
        }
    }
    Ok(all_ran)
}

impl Figure {
    fn of(job: &'static str, size: u64, cost: (Cost, Cost)) -> Figure {
        Figure { job, size, ratio: ratio(cost), ours: cost.0 }
    }
}

fn ratio((ours, theirs): (Cost, Cost)) -> f64 {
    ours as f64 / theirs.max(1) as f64
}

/// Prints a job's row, judged by instructions where they are counted.
fn tell(
    figure: &Figure,
    cpu: (Cost, Cost),
    instructions: Option<(Cost, Cost)>,
    memory: (Option<u64>, Option<u64>),
    bar: f64,
    judged: Option<f64>,
) {
    let (in_ms, in_millions) = (1e6, 1e6);
    let counts = instructions.map_or_else(
        || "- | - | -".to_string(),
        |(ours, theirs)| {
            let (a, b) = (ours as f64 / in_millions, theirs as f64 / in_millions);
            format!("{a:.2} | {b:.2} | {:.2}", ratio((ours, theirs)))
        },
    );
    let mb = |kb: Option<u64>| kb.map_or("-".to_string(), |kb| (kb / 1024).to_string());
    println!(
        "| {} | {} | {:.2} | {:.2} | {:.2} | {counts} | {} | {} | {bar:.1} | {} |",
        figure.job,
        figure.size,
        cpu.0 as f64 / in_ms,
        cpu.1 as f64 / in_ms,
        figure.ratio,
        mb(memory.0),
        mb(memory.1),
        if judged.unwrap_or(figure.ratio) <= bar { "yes" } else { "NO" },
    );
}

/// One row for each job and one column for each size: how the ratio and our own cost grow.
fn tell_growth(sizes: &[u64], figures: &[Figure]) {
    println!();
    println!("How cost grows, as the ratio in CPU and ledgerline's own milliseconds:");
    println!();
    println!("| job | {} |", sizes.iter().map(u64::to_string).collect::<Vec<_>>().join(" | "));
    println!("|---|{}", "---|".repeat(sizes.len()));
    let mut jobs: Vec<&str> = Vec::new();
    for figure in figures {
        if !jobs.contains(&figure.job) {
            jobs.push(figure.job);
        }
    }
    for job in jobs {
        let at = |size: &u64| {
            let found = figures.iter().find(|figure| figure.job == job && figure.size == *size);
            found.map_or("-".to_string(), |it| format!("{:.2} ({:.1} ms)", it.ratio, it.ours as f64 / 1e6))
        };
        println!("| {job} | {} |", sizes.iter().map(at).collect::<Vec<_>>().join(" | "));
    }
}

fn measure_job(hub: &Hub, job: &Job, figures: &mut Vec<Figure>) -> Result<()> {
    same_work(hub, job)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut pairs = PAIRS;
    while ours.len() <= pairs {
        ours.push(cost_of(hub, &job.ours, measure::cpu)?);
        theirs.push(cost_of(hub, &job.theirs, measure::cpu)?);
        if ours[0].max(theirs[0]) > LONG {
            pairs = LONG_PAIRS;
        }
    }
    // The first pair warmed up.
    let cpu = (median(ours.split_off(1)), median(theirs.split_off(1)));
    let instructions = match job.judged {
        Judged::ByInstructions if have("valgrind") => {
            Some((cost_of(hub, &job.ours, measure::instructions)?, cost_of(hub, &job.theirs, measure::instructions)?))
        }
        _ => None,
    };
    let largest = |run: &Run| cost_of(hub, run, measure::largest_kb).ok().filter(|kb| *kb > 0);
    let memory = (largest(&job.ours), largest(&job.theirs));
    let figure = Figure::of(job.name, hub.size, cpu);
    tell(&figure, cpu, instructions, memory, job.bar, instructions.map(ratio));
    figures.push(figure);
    Ok(())
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
