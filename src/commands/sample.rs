//! The made-up hub of `init --sample` and `demo`: a script of ordinary commands, played on a new file.

use std::ffi::OsString;
use std::path::Path;

use anyhow::{Result, anyhow, bail};

use super::Desk;
use crate::domain::date::{AcademicYear, Date};
use crate::error::Exit;
use crate::world::{Environment, Terminal, World};

pub const HUB: &str = "Northshire Music Hub";

/// One command a line. Days count from today, so that the story is always the same age; `{from}` and `{spend_by}`
/// stand for the grant's window, `{year_end}` for the end of the school year.
const SCRIPT: &str = include_str!("sample/hub.txt");

/// Plays the script on a file that was just made.
pub fn play(desk: &Desk<'_, '_>, path: &Path) -> Result<()> {
    let today = desk.today();
    for line in SCRIPT.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let words = shlex::split(&with_days(line, today)).ok_or_else(|| anyhow!("the sample's line: {line}"))?;
        let (exit, said) = run(desk, path, words);
        if exit != Exit::Done {
            bail!("the sample's line '{line}': {said}");
        }
    }
    Ok(())
}

fn with_days(line: &str, today: Date) -> String {
    let year = AcademicYear::of(today);
    let from = AcademicYear::of(year.first_day().yesterday().unwrap_or(today)).first_day();
    let july = year.last_day().with().month(7).day(21).build().unwrap_or(year.last_day());
    let year_end = if july > today { july } else { year.next().last_day() };
    line.replace("{from}", &from.to_string())
        .replace("{spend_by}", &year.last_day().to_string())
        .replace("{year_end}", &year_end.to_string())
}

/// Runs one command in-process, unheard; its exit code and what it said on stderr.
fn run(desk: &Desk<'_, '_>, path: &Path, words: Vec<String>) -> (Exit, String) {
    let arguments: Vec<OsString> = std::iter::once("ledgerline".to_string()).chain(words).map(Into::into).collect();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut world = World {
        stdin: &mut std::io::empty(),
        stdout: &mut stdout,
        stderr: &mut stderr,
        terminal: Terminal::default(),
        today: desk.today(),
        now: desk.now().to_string(),
        environment: Environment {
            db: Some(path.to_path_buf()),
            user: Some("sample".to_string()),
            ..desk.world.environment.clone()
        },
    };
    let exit = crate::run(&arguments, &mut world);
    (exit, String::from_utf8_lossy(&stderr).into_owned())
}
