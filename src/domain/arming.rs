//! Where reminders may be sent from: one file, at one place, on one machine. A copy must never write to anybody.

use super::reference::EventRef;
use super::refusal::Refusal;
use super::text::escape;

/// A file's place: its path without links, and the machine it is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub path: String,
    pub machine: String,
}

/// What the small file beside the hub's file remembers: the arming, and the last event that a run saw, with a digest by which
/// that event is known again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub token: String,
    pub event: EventRef,
    pub digest: String,
}

/// Why nothing is sent from a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArmingRefusal {
    #[error("reminders are not armed for this file")]
    NotArmed,
    #[error("reminders are armed for {}, and this is {}: a copy sends nothing", escape(.armed), escape(.here))]
    Elsewhere { armed: String, here: String },
    #[error("reminders are armed on the machine {}, and this is {}: a copy sends nothing", escape(.armed), escape(.here))]
    OtherMachine { armed: String, here: String },
    #[error("the stamp beside the file is gone or is another's: the file may be a copy, or was put back")]
    NoStamp,
    #[error("this file ends at {last}, but reminders have seen {seen}: an older file was put back in its place")]
    Older { last: EventRef, seen: EventRef },
    #[error("{seen} is not what it was when reminders saw it: another file was put in this one's place")]
    NotTheSame { seen: EventRef },
    #[error("a run of reminders is under way")]
    UnderWay,
}

impl Refusal for ArmingRefusal {
    fn hint(&self) -> Option<String> {
        Some(match self {
            ArmingRefusal::UnderWay => "wait until it has ended, and try again".to_string(),
            ArmingRefusal::NotArmed => "to send from this file, at this place: ledgerline remind arm".to_string(),
            _ => "if this is the file the hub works with: look at 'ledgerline remind', then 'ledgerline remind arm'"
                .to_string(),
        })
    }
}

impl Place {
    /// Whether this is where reminders were armed, or why not.
    pub fn judge(&self, armed: &Place) -> Result<(), ArmingRefusal> {
        if self.machine != armed.machine {
            return Err(ArmingRefusal::OtherMachine { armed: armed.machine.clone(), here: self.machine.clone() });
        }
        if self.path != armed.path {
            return Err(ArmingRefusal::Elsewhere { armed: armed.path.clone(), here: self.path.clone() });
        }
        Ok(())
    }
}

/// How long the mark is, so that a later one takes the place of an earlier one byte by byte.
const TOKEN_LENGTH: usize = 32;
const DIGEST_LENGTH: usize = 16;
const HEAD: &str = "ledgerline reminders";

impl Mark {
    /// The stamp's one line, always of the same length.
    pub fn line(&self) -> String {
        format!("{HEAD} {} E{:012} {}\n", self.token, self.event.number(), self.digest)
    }

    /// Reads the line back; nothing if it is no such line.
    pub fn read(line: &str) -> Option<Mark> {
        let mut words = line.strip_prefix(HEAD)?.strip_suffix('\n')?.split(' ').skip(1);
        let (token, event, digest) = (words.next()?, words.next()?, words.next()?);
        let is_whole = token.len() == TOKEN_LENGTH && digest.len() == DIGEST_LENGTH && words.next().is_none();
        let event = event.strip_prefix('E')?.parse().ok().map(EventRef::new)?;
        is_whole.then(|| Mark { token: token.to_string(), event, digest: digest.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(event: i64) -> Mark {
        Mark { token: "0123456789abcdef".repeat(2), event: EventRef::new(event), digest: "fedcba9876543210".into() }
    }

    #[test]
    fn a_mark_is_read_back_and_keeps_its_length() {
        assert_eq!(Mark::read(&mark(1021).line()), Some(mark(1021)));
        assert_eq!(mark(1).line().len(), mark(999_999_999).line().len());
        for torn in ["", "ledgerline reminders\n", "ledgerline reminders a E1 b\n", mark(1).line().trim_end()] {
            assert_eq!(Mark::read(torn), None, "{torn:?}");
        }
    }

    #[test]
    fn a_copy_is_told_by_its_place() {
        let place = |path: &str, machine: &str| Place { path: path.into(), machine: machine.into() };
        let home = place("/srv/hub.db", "hub");
        assert_eq!(home.judge(&home), Ok(()));
        assert!(matches!(place("/tmp/hub.db", "hub").judge(&home), Err(ArmingRefusal::Elsewhere { .. })));
        assert!(matches!(place("/srv/hub.db", "laptop").judge(&home), Err(ArmingRefusal::OtherMachine { .. })));
    }
}
