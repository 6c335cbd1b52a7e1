//! The shim between the program and the system, and what it writes down.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::super::{Told, told};

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// With this number of an error.
    Error(i32),
    /// Half of it is written.
    Short,
}

/// What the shim is to do.
#[derive(Clone, Debug, Default)]
pub struct Orders {
    /// Which call fails, how, and whether all that follow do so too.
    pub fail: Option<(usize, Fault, bool)>,
    /// How many bytes the files may still grow.
    pub room: Option<u64>,
    /// Write down the bytes too.
    pub with_data: bool,
}

/// One call, as the shim wrote it down.
#[derive(Clone, Debug)]
pub struct Call {
    pub name: String,
    /// What the system answered: less than nothing is an error.
    pub answer: i64,
    pub inode: u64,
    pub offset: usize,
    pub data: Vec<u8>,
    pub path: PathBuf,
    pub to: PathBuf,
}

impl Call {
    pub fn has_failed(&self) -> bool {
        self.answer < 0
    }

    /// Which of the errors may come of it: number, and whether it is one that a full disk, a quota or a read-only disk gives.
    pub fn possible(&self) -> Vec<(Fault, bool)> {
        const NO_ROOM: [i32; 2] = [28, 122];
        const READ_ONLY: i32 = 30;
        const INPUT_OUTPUT: i32 = 5;
        let mut faults = vec![(Fault::Error(INPUT_OUTPUT), false), (Fault::Error(INPUT_OUTPUT), true)];
        if self.name != "look" {
            faults.push((Fault::Error(READ_ONLY), true));
        }
        if !matches!(self.name.as_str(), "look" | "unlink" | "mode" | "open") {
            faults.extend(NO_ROOM.map(|error| (Fault::Error(error), false)));
            faults.extend(NO_ROOM.map(|error| (Fault::Error(error), true)));
        }
        if self.name == "write" {
            faults.extend([(Fault::Short, false), (Fault::Short, true)]);
        }
        faults
    }
}

/// The shim, built; none where this machine cannot, which is said.
pub fn built() -> Option<&'static Path> {
    static BUILT: OnceLock<Option<PathBuf>> = OnceLock::new();
    BUILT.get_or_init(build).as_deref()
}

fn build() -> Option<PathBuf> {
    if cfg!(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))) {
        println!("left out: the shim that makes calls fail is for Linux on x86_64 and aarch64");
        return None;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (made, shim) = (folder.join(format!("shim-{}.so", std::process::id())), folder.join("shim.so"));
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/trust/faults/shim.c");
    let compiler = Command::new("cc").args(["-O1", "-shared", "-fPIC", "-o"]).arg(&made).arg(source).output();
    let Ok(compiled) = compiler else {
        println!("left out: there is no C compiler to build the shim with that makes calls fail");
        return None;
    };
    assert!(compiled.status.success(), "the shim: {}", String::from_utf8_lossy(&compiled.stderr));
    std::fs::rename(&made, &shim).expect("the shim in its place");
    let mut tried = Command::new(env!("CARGO_BIN_EXE_ledgerline"));
    tried.arg("--version").env("LD_PRELOAD", &shim).env("SHIM_FOLDER", folder);
    let tried = told(tried.output().expect("it runs"));
    // Some containers let no process have a filter.
    if tried.code == Some(99) {
        println!("left out: {}", tried.stderr.trim());
        return None;
    }
    assert_eq!(tried.code, Some(0), "{tried:?}");
    Some(shim)
}

/// Runs a command with the shim before it; what it came to, and the calls it made below the folder.
pub fn run(mut command: Command, shim: &Path, folder: &Path, orders: &Orders) -> (Told, Vec<Call>) {
    let notes = tempfile::NamedTempFile::new().expect("a file");
    command.env("LD_PRELOAD", shim).env("SHIM_FOLDER", folder).env("SHIM_LOG", notes.path());
    if let Some((call, fault, forever)) = orders.fail {
        let how = match fault {
            Fault::Error(number) => number.to_string(),
            Fault::Short => "short".to_string(),
        };
        command.env("SHIM_FAIL", call.to_string()).env("SHIM_ERROR", how);
        command.env("SHIM_FOREVER", u8::from(forever).to_string());
    }
    if let Some(room) = orders.room {
        command.env("SHIM_ROOM", room.to_string());
    }
    if orders.with_data {
        command.env("SHIM_DATA", "1");
    }
    let told = told(command.output().expect("it runs"));
    (told, read(&std::fs::read(notes.path()).expect("the notes")))
}

/// Reads what the shim wrote down: lines, each followed by its bytes.
fn read(mut notes: &[u8]) -> Vec<Call> {
    let mut calls = Vec::new();
    while let Some(end) = notes.iter().position(|byte| *byte == b'\n') {
        let line = String::from_utf8_lossy(&notes[..end]).into_owned();
        let parts: Vec<&str> = line.split('\t').collect();
        let [name, answer, inode, offset, length, path, to] = parts[..] else { panic!("a line of the shim: {line}") };
        let length: usize = length.parse().expect("a length");
        let data = notes[end + 1..end + 1 + length].to_vec();
        notes = &notes[end + 1 + length..];
        let number = |text: &str| text.parse().expect("a number");
        calls.push(Call {
            name: name.into(),
            answer: number(answer),
            inode: inode.parse().expect("an inode"),
            offset: usize::try_from(number(offset)).unwrap_or(0),
            data,
            path: path.into(),
            to: to.into(),
        });
    }
    calls
}
