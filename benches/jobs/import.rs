//! Setting a hub up from files, on both sides: the whole, its loans alone, and how long the file is locked meanwhile.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::hub::Hub;
use crate::measure;
use crate::process::{Cost, median};

/// The files of a hub in the order in which they rest on one another.
const KINDS: [&str; 7] = ["schools", "people", "instruments", "suppliers", "plans", "purchases", "loans"];

/// What one side took, in all and for the loans.
#[derive(Clone, Copy, Default)]
pub struct Side {
    pub whole: Cost,
    pub loans: Cost,
    pub largest_kb: u64,
}

pub struct Import {
    pub ours: Side,
    pub theirs: Side,
    /// The longest that somebody at the desk would have waited while the loans came in.
    pub locked: Duration,
}

/// Sets both files up anew so many times; the medians.
pub fn measure(hub: &Hub, pairs: usize) -> Result<Import> {
    let (mut ours, mut theirs, mut locked) = (Vec::new(), Vec::new(), Duration::ZERO);
    for _ in 0..pairs {
        let (side, held) = ledgerline(hub).context("ledgerline")?;
        ours.push(side);
        locked = locked.max(held);
        theirs.push(shell(hub).context("the shell")?);
    }
    Ok(Import { ours: middle(&ours), theirs: middle(&theirs), locked })
}

fn middle(sides: &[Side]) -> Side {
    let of = |cost: fn(&Side) -> u64| median(sides.iter().map(cost).collect());
    Side { whole: of(|side| side.whole), loans: of(|side| side.loans), largest_kb: of(|side| side.largest_kb) }
}

/// `setup.sh`, step by step.
fn ledgerline(hub: &Hub) -> Result<(Side, Duration)> {
    remove(&hub.file());
    let mut side = Side::default();
    let fund = "fund add HUB All --award 99999999999 --from 2020-01-01 --spend-by 2030-12-31 --revenue";
    for line in ["init --hub Bench", fund] {
        let mut command = hub.ledgerline();
        command.args(line.split(' '));
        side.add(command, hub)?;
    }
    let mut locked = Duration::ZERO;
    for kind in KINDS {
        let mut command = hub.ledgerline();
        command.args(["--quiet", "import", kind]).arg(hub.folder.join(format!("native/{kind}.csv"))).arg("--commit");
        if kind == "loans" {
            let watch = Watch::over(&hub.file());
            side.loans = side.add(command, hub)?;
            locked = watch.end();
        } else {
            side.add(command, hub)?;
        }
    }
    Ok((side, locked))
}

impl Side {
    fn add(&mut self, command: Command, hub: &Hub) -> Result<Cost> {
        let (cost, kb) = measure::script(command, &hub.folder.join("largest.kb"))?;
        self.whole += cost;
        self.largest_kb = self.largest_kb.max(kb.unwrap_or_default());
        Ok(cost)
    }
}

/// The baseline's load; and again without the loans, of which the difference is theirs.
fn shell(hub: &Hub) -> Result<Side> {
    let (mut whole, mut without) = (Side::default(), Side::default());
    whole.add(load(hub, &hub.shell_file(), |_| true)?, hub)?;
    let spare = hub.folder.join("without-loans.db");
    without.add(load(hub, &spare, |statement| !statement.contains("loan"))?, hub)?;
    remove(&spare);
    whole.loans = whole.whole.saturating_sub(without.whole);
    Ok(whole)
}

/// The shell, fed with the load's statements that are wanted.
fn load(hub: &Hub, file: &Path, wanted: impl Fn(&str) -> bool) -> Result<Command> {
    remove(file);
    let mut sql = String::new();
    for part in ["schema", "import", "indexes"] {
        for statement in hub.statements_of(part)?.split_inclusive('\n').collect::<Statements>().0 {
            if wanted(&statement) {
                sql.push_str(&statement);
            }
        }
    }
    let path = file.with_extension("sql");
    std::fs::write(&path, sql)?;
    let mut command = Command::new("sqlite3");
    command.arg("-bail").arg(file).arg(format!(".read '{}'", path.display()));
    Ok(command)
}

/// Lines put together to statements: up to a semicolon at a line's end, or a command of the shell's own.
#[derive(Default)]
struct Statements(Vec<String>);

impl<'l> FromIterator<&'l str> for Statements {
    fn from_iter<T: IntoIterator<Item = &'l str>>(lines: T) -> Statements {
        let mut all = Statements::default();
        let mut begun = String::new();
        for line in lines {
            begun.push_str(line);
            // A remark may follow the semicolon.
            let code = line.split("--").next().unwrap_or_default().trim_end();
            if code.ends_with(';') || begun.starts_with('.') || code.is_empty() {
                all.0.push(std::mem::take(&mut begun));
            }
        }
        all.0.push(begun);
        all
    }
}

fn remove(file: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(suffix);
        let _ = std::fs::remove_file(PathBuf::from(name));
    }
}

/// Asks for the lock of a file over and over, as somebody at the desk would.
struct Watch {
    ended: Arc<AtomicBool>,
    asking: std::thread::JoinHandle<Duration>,
}

impl Watch {
    fn over(file: &Path) -> Watch {
        let (ended, file) = (Arc::new(AtomicBool::new(false)), file.to_path_buf());
        let over = Arc::clone(&ended);
        let asking = std::thread::spawn(move || longest_wait(&file, &over).unwrap_or_default());
        Watch { ended, asking }
    }

    fn end(self) -> Duration {
        self.ended.store(true, Ordering::Relaxed);
        self.asking.join().unwrap_or_default()
    }
}

fn longest_wait(file: &Path, over: &AtomicBool) -> rusqlite::Result<Duration> {
    let file = rusqlite::Connection::open(file)?;
    file.busy_timeout(Duration::ZERO)?;
    let (mut longest, mut refused_since) = (Duration::ZERO, None);
    while !over.load(Ordering::Relaxed) {
        match file.execute_batch("BEGIN IMMEDIATE; ROLLBACK") {
            Ok(()) => refused_since = None,
            Err(_) => longest = longest.max(refused_since.get_or_insert_with(Instant::now).elapsed()),
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(longest)
}
