//! A made-up hub of one size, once as ledgerline's file and once as the shell's, kept between runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::measure;

const LEDGERLINE: &str = env!("CARGO_BIN_EXE_ledgerline");
const SCHEMA: &str = include_str!("../../schema.sql");

/// One process to run.
pub enum Call {
    /// `ledgerline` with these arguments, on the hub's file.
    Ledgerline(Vec<String>),
    /// `sqlite3` fed with this file of statements, on the shell's file.
    Shell(PathBuf),
    /// `sqlite3 -version`.
    ShellVersion,
}

pub struct Hub {
    pub size: u64,
    pub folder: PathBuf,
    generator: PathBuf,
    truth: serde_json::Value,
    /// What setting it up cost, where this run did it.
    pub set_up: Option<String>,
}

impl Hub {
    /// Makes the files of a size, or takes those of an earlier run if the schema is still the same.
    pub fn prepare(generator: &Path, folder: &Path, size: u64) -> Result<Hub> {
        fs::create_dir_all(folder)?;
        let generated = folder.join("gen");
        if !generated.join("truth.json").is_file() {
            // Without the names that a hub refuses: control characters and right-to-left marks.
            python(&generator.join("gen.py"), &[generated.as_os_str(), size.to_string().as_ref(), "--clean".as_ref()])?;
        }
        if !folder.join("native/setup.sh").is_file() {
            python(&generator.join("native.py"), &[generated.as_os_str(), folder.join("native").as_os_str()])?;
        }
        let truth = serde_json::from_str(&fs::read_to_string(generated.join("truth.json"))?)?;
        let (folder, generator) = (folder.to_path_buf(), generator.to_path_buf());
        let mut hub = Hub { size, folder, generator, truth, set_up: None };
        hub.load()?;
        Ok(hub)
    }

    fn load(&mut self) -> Result<()> {
        let made_for = self.folder.join("hub.schema");
        if fs::read_to_string(&made_for).is_ok_and(|schema| schema == SCHEMA) && self.shell_file().is_file() {
            return Ok(());
        }
        for file in ["hub.db", "hub.db-wal", "hub.db-shm", "hub.schema", "shell.db"] {
            let _ = fs::remove_file(self.folder.join(file));
        }
        let mut shell = Command::new("sh");
        shell
            .arg(self.generator.join("sqlite3-shell.sh"))
            .arg("load")
            .arg(self.folder.join("gen"))
            .arg(self.shell_file());
        let (shell_cpu, shell_kb) =
            measure::script(shell, &self.folder.join("load.kb")).context("loading the shell's file")?;
        let mut ours = Command::new("sh");
        ours.arg(self.folder.join("native/setup.sh"));
        self.environment(&mut ours);
        ours.env("LEDGERLINE", LEDGERLINE).env("LEDGERLINE_TODAY", "2026-03-02");
        let set_up = measure::script(ours, &self.folder.join("setup.kb"));
        let (our_cpu, our_kb) = match set_up {
            Ok(cost) => cost,
            Err(error) => {
                println!(
                    "| set-up | {} | failed: {} | | | | | | | |",
                    self.size,
                    format!("{error:#}").replace(['\n', '|'], " ")
                );
                return Ok(());
            }
        };
        fs::write(made_for, SCHEMA)?;
        let seconds = |cost: u64| cost as f64 / 1e9;
        let memory = |kb: Option<u64>| kb.map_or("-".to_string(), |kb| format!("{} MB", kb / 1024));
        self.set_up = Some(format!(
            "| import of all files (one run, CPU s) | {} | {:.2} | {:.2} | {:.2} | memory {} | memory {} | | 0.8 | {} |",
            self.size,
            seconds(our_cpu),
            seconds(shell_cpu),
            seconds(our_cpu) / seconds(shell_cpu).max(1e-9),
            memory(our_kb),
            memory(shell_kb),
            if our_cpu as f64 <= shell_cpu as f64 * 0.8 { "yes" } else { "NO" },
        ));
        Ok(())
    }

    fn shell_file(&self) -> PathBuf {
        self.folder.join("shell.db")
    }

    /// A word of the generator's answers.
    pub fn truth(&self, key: &str) -> Result<String> {
        self.truth[key].as_str().map(str::to_string).with_context(|| format!("truth.json has no {key}"))
    }

    /// Writes the statements of one of the baseline's jobs into a file of their own.
    pub fn baseline(&self, job: &str) -> Result<Call> {
        let file = self.folder.join(format!("{job}.sql"));
        let mut script = Command::new("sh");
        script.arg(self.generator.join("sqlite3-shell.sh")).args([job]).arg(self.folder.join("gen")).arg("unused");
        script.env("SQLFILE", &file).env("OUT", "/dev/stdout").env("ASSET", self.truth("free_asset")?);
        ensure!(script.status()?.success(), "the baseline has no job {job}");
        Ok(Call::Shell(file))
    }

    /// Statements of our own, where the baseline has none for a job.
    pub fn statements(&self, name: &str, sql: &str) -> Result<Call> {
        let file = self.folder.join(format!("{name}.sql"));
        fs::write(&file, sql)?;
        Ok(Call::Shell(file))
    }

    /// The process of a call, perhaps below a tool. Its environment is the same on every machine, as counts depend on it.
    pub fn command(&self, call: &Call, below: &[&str]) -> Result<Command> {
        let mut words: Vec<String> = below.iter().map(|word| word.to_string()).collect();
        let mut input = Stdio::null();
        match call {
            Call::Ledgerline(arguments) => {
                words.extend([LEDGERLINE.to_string(), "--today".to_string(), "2026-03-02".to_string()]);
                words.extend(arguments.iter().cloned());
            }
            Call::Shell(file) => {
                words.extend(["sqlite3".to_string(), "-bail".to_string(), self.shell_file().display().to_string()]);
                input = fs::File::open(file)?.into();
            }
            Call::ShellVersion => words.extend(["sqlite3".to_string(), "-version".to_string()]),
        }
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).stdin(input);
        self.environment(&mut command);
        Ok(command)
    }

    fn environment(&self, command: &mut Command) {
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.env_clear().env("PATH", path).env("HOME", &self.folder).env("LEDGERLINE_USER", "bench");
        command.env("LEDGERLINE_DB", self.folder.join("hub.db"));
    }

    /// Runs a call that must succeed; its stdout.
    pub fn said(&self, call: &Call) -> Result<Vec<u8>> {
        let output = self.command(call, &[])?.stderr(Stdio::piped()).output()?;
        if !output.status.success() {
            bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(output.stdout)
    }
}

fn python(script: &Path, arguments: &[&std::ffi::OsStr]) -> Result<()> {
    let output = Command::new("python3").arg(script).args(arguments).stderr(Stdio::piped()).output()?;
    ensure!(output.status.success(), "{}: {}", script.display(), String::from_utf8_lossy(&output.stderr));
    Ok(())
}
