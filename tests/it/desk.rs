//! A desk to test at: its own folder, a fixed day and width, no network, no sleep.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::PathBuf;

use ledgerline::world::{Environment, MailEnvironment, Terminal, World};

/// The day on which every desk script plays, unless it says otherwise with --today.
pub const TODAY: &str = "2026-11-22";

pub struct Desk {
    folder: tempfile::TempDir,
    pub terminal: Terminal,
    /// The moment by the clock on the wall, with its offset.
    pub now: String,
    /// How mail goes out; nowhere, unless a test says so.
    pub mail: MailEnvironment,
}

/// What one command said.
pub struct Outcome {
    pub stdout: String,
    pub stderr: String,
    pub exit: i32,
}

impl Desk {
    /// An empty hub.
    pub fn new() -> Desk {
        let desk = Desk::without_hub();
        desk.done("init --hub 'Test Hub'");
        desk
    }

    pub fn without_hub() -> Desk {
        Desk {
            folder: tempfile::tempdir().expect("a folder"),
            terminal: Terminal::default(),
            now: format!("{TODAY}T09:00:00+00:00"),
            mail: MailEnvironment::default(),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn hub(&self) -> PathBuf {
        self.path("hub.db")
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).expect("a file written");
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("a file read")
    }

    /// Runs one command line, as a shell would split it. `@/` stands for the desk's folder.
    pub fn run(&self, line: &str) -> Outcome {
        self.run_with(line, "")
    }

    pub fn run_with(&self, line: &str, stdin: &str) -> Outcome {
        let folder = format!("{}/", self.folder.path().display());
        let words = shlex::split(&line.replace("@/", &folder)).expect("a command line");
        let arguments: Vec<OsString> = std::iter::once("ledgerline".to_string()).chain(words).map(Into::into).collect();
        let (mut stdout, mut stderr, mut input) = (Vec::new(), Vec::new(), stdin.as_bytes());
        let mut world = World {
            stdin: &mut input,
            stdout: &mut stdout,
            stderr: &mut stderr,
            terminal: self.terminal,
            today: TODAY.parse().expect("a day"),
            now: self.now.clone(),
            environment: Environment {
                db: Some(self.hub()),
                login: || "sam".to_string(),
                temporary_folder: self.folder.path().to_path_buf(),
                mail: self.mail.clone(),
                machine: || "desk".to_string(),
                ..Environment::default()
            },
        };
        let exit = ledgerline::run(&arguments, &mut world) as i32;
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8").replace(&folder, "@/");
        Outcome { stdout: text(stdout), stderr: text(stderr), exit }
    }

    /// Runs a command that must succeed; its stdout.
    pub fn done(&self, line: &str) -> String {
        let outcome = self.run(line);
        assert_eq!(outcome.exit, 0, "{line}\n{}{}", outcome.stdout, outcome.stderr);
        outcome.stdout
    }

    /// Runs a command that must be refused; what it said.
    pub fn refused(&self, line: &str) -> String {
        let outcome = self.run(line);
        assert_eq!(outcome.exit, 1, "{line}\n{}{}", outcome.stdout, outcome.stderr);
        outcome.stderr
    }

    /// Runs a script and writes down all that was said, for a snapshot.
    /// One command a line; `VN-1\nVN-2 | return -` feeds what stands before the bar to stdin; `#` is a remark.
    pub fn script(&self, script: &str) -> String {
        let mut transcript = String::new();
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if line.starts_with('#') {
                writeln!(transcript, "{line}").expect("written");
                continue;
            }
            let outcome = match line.split_once(" | ") {
                Some((input, command)) => self.run_with(command, &input.replace("\\n", "\n")),
                None => self.run(line),
            };
            write!(transcript, "$ {line}\n{}{}", outcome.stdout, indented(&outcome.stderr)).expect("written");
            if outcome.exit != 0 {
                writeln!(transcript, "[exit {}]", outcome.exit).expect("written");
            }
        }
        transcript
    }
}

/// Sentences are told from data by a mark at the margin.
fn indented(stderr: &str) -> String {
    stderr.lines().fold(String::new(), |said, line| said + "» " + line + "\n")
}

/// Plays a script at a desk and compares all that was said with the snapshot of that name.
#[macro_export]
macro_rules! plays {
    ($desk:expr, $name:literal, $script:expr) => {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!($name, $desk.script($script));
        })
    };
}
