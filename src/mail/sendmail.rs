//! The local `sendmail`, which every mail system brings along: `msmtp`, Postfix, Exim.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use lettre::Address;
use wait_timeout::ChildExt;

use super::smtp::Reply;
use super::{Handed, MailTrouble, in_short};
use crate::world::MailEnvironment;

/// Where it is on machines whose cron does not have it on its `PATH`.
const USUAL_PLACES: [&str; 2] = ["/usr/sbin/sendmail", "/usr/lib/sendmail"];

/// The program found.
pub struct Sendmail {
    program: PathBuf,
}

/// How long one call may take: as long as a mail server may take over a message.
const PATIENCE: Duration = Duration::from_secs(300);

/// As much as is read of a complaint, in bytes.
const MOST_WORDS: u64 = 64 * 1024;

const NO_FILE: &str = "making a throw-away file for sendmail";

fn filled(content: &[u8]) -> Result<File> {
    let mut file = tempfile::tempfile().context(NO_FILE)?;
    file.write_all(content).and_then(|()| file.rewind()).context(NO_FILE)?;
    Ok(file)
}

impl Sendmail {
    pub fn find(environment: &MailEnvironment) -> Result<Sendmail, MailTrouble> {
        let path = environment.path.clone().unwrap_or_default();
        let on_path = std::env::split_paths(&path).filter(|folder| folder.is_absolute());
        let places = on_path.map(|folder| folder.join("sendmail")).chain(USUAL_PLACES.map(PathBuf::from));
        let found = places.into_iter().find(|place| is_program(place));
        let missing = "there is no way for mail: LEDGERLINE_SMTP_URL names no server, and this machine has no sendmail";
        found.map(|program| Sendmail { program }).ok_or_else(|| MailTrouble::Down(missing.to_string()))
    }

    /// One call a message. The environment is handed on, since some of these programs look for their settings in HOME.
    pub fn hand_over(&self, from: &Address, to: &Address, written: &[u8]) -> Result<Handed> {
        let mut command = Command::new(&self.program);
        // A single dot does not end the message, and what follows `--` is an address whatever it begins with.
        command.args(["-i", "-f", from.as_ref(), "--", to.as_ref()]);
        // Files in place of pipes: nobody waits for a program that does not read, or that leaves a child behind.
        let (message, mut complaint) = (filled(&with_bare_newlines(written))?, tempfile::tempfile().context(NO_FILE)?);
        command.stdin(message).stdout(Stdio::null()).stderr(complaint.try_clone().context(NO_FILE)?);
        let cannot = |error| MailTrouble::Down(format!("{} cannot be started: {error}", self.program.display()));
        let mut child = command.spawn().map_err(cannot)?;
        let ended = child.wait_timeout(PATIENCE).with_context(|| format!("waiting for {}", self.program.display()))?;
        let Some(status) = ended else {
            // If it has ended meanwhile there is nothing to kill.
            let _ = child.kill();
            child.wait().with_context(|| format!("waiting for {}", self.program.display()))?;
            let minutes = PATIENCE.as_secs() / 60;
            return Ok(Handed::Unknown(format!("{} did not end within {minutes} minutes", self.program.display())));
        };
        let mut said = Vec::new();
        complaint.rewind().and_then(|()| complaint.take(MOST_WORDS).read_to_end(&mut said)).context(NO_FILE)?;
        Ok(self.judged(status, &String::from_utf8_lossy(&said)))
    }

    fn judged(&self, status: ExitStatus, complaint: &str) -> Handed {
        let name = self.program.display();
        let quoted = quoted(complaint);
        let first = complaint.lines().find(|line| !line.trim().is_empty());
        let words = quoted.as_ref().map(Reply::to_string).or(first.map(in_short));
        let said = words.map_or_else(String::new, |words| format!(": {words}"));
        match (status.code(), status.signal()) {
            (Some(0), _) => Handed::Taken(format!("taken by {name}")),
            (Some(code @ (65 | 67 | 68)), _) if quoted.as_ref().is_none_or(Reply::is_about_the_recipient) => {
                Handed::Refused(format!("{name} refused it, {}{said}", meaning(code)))
            }
            (Some(code), _) => Handed::PutOff(format!("{name} did not take it, {}{said}", meaning(code))),
            (None, signal) => {
                let signal = signal.map_or_else(String::new, |signal| format!(" by signal {signal}"));
                Handed::Unknown(format!("{name} was ended{signal} before it said whether it took it{said}"))
            }
        }
    }
}

/// What the server behind it said, where it passes that on. `msmtp` ends in the same way for a recipient who does not exist
/// and for a relay that is closed to us; only these words tell them apart.
fn quoted(complaint: &str) -> Option<Reply> {
    complaint.lines().find_map(|line| Reply::read(line.split_once("server message: ")?.1))
}

/// What the exit status means by the table that mail programs share (`sysexits.h`).
fn meaning(code: i32) -> String {
    let known = match code {
        64 => "called the wrong way",
        65 => "an error in the message or its address",
        66 => "no input",
        67 => "no such user",
        68 => "no such host",
        69 => "a service is not available",
        70 => "an error within",
        71 => "an error of the system",
        72 => "a file of the system is missing",
        73 => "a file cannot be made",
        74 => "an error in reading or writing",
        75 => "a passing fault",
        76 => "the server did not answer as it should",
        77 => "not permitted",
        78 => "wrongly set up",
        _ => return format!("exit status {code}"),
    };
    format!("{known} (exit status {code})")
}

fn is_program(path: &Path) -> bool {
    path.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

/// Local programs read lines as this system ends them.
fn with_bare_newlines(written: &[u8]) -> Vec<u8> {
    let mut bare = Vec::with_capacity(written.len());
    for (index, &byte) in written.iter().enumerate() {
        if byte != b'\r' || written.get(index + 1) != Some(&b'\n') {
            bare.push(byte);
        }
    }
    bare
}
