//! A made-up hub of one size: the files it is made from, kept between runs, and the two files that are made of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

const LEDGERLINE: &str = env!("CARGO_BIN_EXE_ledgerline");

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
}

impl Hub {
    /// Has the files of a size generated, or takes those of an earlier run.
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
        Ok(Hub { size, folder: folder.to_path_buf(), generator: generator.to_path_buf(), truth })
    }

    /// Ledgerline's file.
    pub fn file(&self) -> PathBuf {
        self.folder.join("hub.db")
    }

    /// The shell's file.
    pub fn shell_file(&self) -> PathBuf {
        self.folder.join("shell.db")
    }

    /// A word of the generator's answers.
    pub fn truth(&self, key: &str) -> Result<String> {
        self.truth[key].as_str().map(str::to_string).with_context(|| format!("truth.json has no {key}"))
    }

    /// Writes the statements of one of the baseline's jobs into a file of their own.
    pub fn baseline(&self, job: &str) -> Result<Call> {
        Ok(Call::Shell(self.cut_out(job)?))
    }

    /// The same, as text.
    pub fn statements_of(&self, job: &str) -> Result<String> {
        Ok(fs::read_to_string(self.cut_out(job)?)?)
    }

    fn cut_out(&self, job: &str) -> Result<PathBuf> {
        let file = self.folder.join(format!("{job}.sql"));
        let mut script = Command::new("sh");
        script.arg(self.generator.join("sqlite3-shell.sh")).args([job]).arg(self.folder.join("gen")).arg("unused");
        script.env("SQLFILE", &file).env("OUT", "/dev/stdout").env("ASSET", self.truth("free_asset")?);
        ensure!(script.status()?.success(), "the baseline has no job {job}");
        Ok(file)
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

    /// `ledgerline` on the hub's file, as yet without arguments.
    pub fn ledgerline(&self) -> Command {
        let mut command = Command::new(LEDGERLINE);
        self.environment(&mut command);
        command.args(["--today", "2026-03-02"]);
        command
    }

    fn environment(&self, command: &mut Command) {
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.env_clear().env("PATH", path).env("HOME", &self.folder).env("LEDGERLINE_USER", "bench");
        command.env("LEDGERLINE_DB", self.file());
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
