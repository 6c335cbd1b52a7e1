//! Serial numbers, one a line, from a file or stdin.

use std::fmt;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result};

use crate::commands::Desk;
use crate::domain::instrument::serial;
use crate::domain::refusal::{Plain, Refusal, refuse};

/// More bytes than the serials of any delivery have.
const LONGEST: u64 = 1 << 20;

/// The serials in the file of this name, or on stdin; blank lines are passed over. Every one that a spreadsheet destroyed is
/// told with its line.
pub fn read(desk: &mut Desk<'_, '_>, from: &str) -> Result<Vec<String>> {
    let mut bytes = Vec::new();
    if from == "-" {
        if desk.world.terminal.stdin {
            desk.say("Scan serials; Ctrl-D writes them all, Ctrl-C none.")?;
        }
        (&mut *desk.world.stdin).take(LONGEST + 1).read_to_end(&mut bytes).context("reading stdin")?;
    } else {
        let reading = || format!("reading {from}");
        let file = std::fs::File::open(Path::new(from)).with_context(reading)?;
        file.take(LONGEST + 1).read_to_end(&mut bytes).with_context(reading)?;
    }
    if bytes.len() as u64 > LONGEST {
        let sentence = "the serials have over a million characters, which no delivery has";
        return Err(refuse(Plain::new(sentence).hint("a file of serials has one a line, and nothing else")));
    }
    let Ok(text) = String::from_utf8(bytes) else {
        let hint = "save the serials as plain text in UTF-8, one a line";
        return Err(refuse(Plain::new("the serials are not text that can be read").hint(hint)));
    };
    listed(&text)
}

fn listed(text: &str) -> Result<Vec<String>> {
    let (mut serials, mut faults) = (Vec::new(), Vec::new());
    // A file saved by a spreadsheet may begin with a mark that nobody sees.
    for (place, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        match serial(line.trim()) {
            Ok(serial) => serials.extend(serial),
            Err(fault) => faults.push(format!("line {}: {fault}", place + 1)),
        }
    }
    if faults.is_empty() { Ok(serials) } else { Err(refuse(SerialFaults(faults))) }
}

/// Every line of which no serial can be made.
#[derive(Debug)]
struct SerialFaults(Vec<String>);

impl fmt::Display for SerialFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [fault] => write!(f, "{fault}"),
            faults => {
                write!(f, "{} of the serials cannot be recorded:", faults.len())?;
                faults.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
            }
        }
    }
}

impl std::error::Error for SerialFaults {}

impl Refusal for SerialFaults {
    fn hint(&self) -> Option<String> {
        Some("read them off the instruments, and format that column as text".into())
    }
}
