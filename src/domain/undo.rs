//! Taking an event back: why it sometimes cannot be.

use super::date::{Date, in_words};
use super::reference::{EventRef, LoanRef};
use super::refusal::Refusal;
use super::text::escape;

/// An event and its sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub event: EventRef,
    pub summary: String,
}

/// Why an event was not taken back.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum UndoRefusal {
    #[error("there is no event {0}")]
    Unknown(EventRef),
    #[error(
        "there is no event {0} in this file, whose records were brought in: the journal stayed in the file they came from"
    )]
    LeftBehind(EventRef),
    #[error("there is nothing on record that {} did", escape(.0))]
    NothingDone(String),
    #[error("{event} is undone already, by {by}")]
    UndoneAlready { event: EventRef, by: EventRef },
    #[error("{event} ({command}) cannot be undone: what it changed is not kept")]
    /// Of an import, with the name of the file's copy from before it, if that is there.
    NotKept { event: EventRef, command: String, copy: Option<String> },
    #[error("{event} cannot be undone, because {} came after it: {}", .later.event, escape(.later.summary.as_str()))]
    RestsOnIt { event: EventRef, later: Told },
    #[error("{event} cannot be undone: it is a message that was handed over, and nobody can take that back")]
    WentOut { event: EventRef },
    #[error("{event} cannot be undone: where reminders are sent from is not taken back")]
    Arming { event: EventRef },
    #[error("{event} cannot be undone: {}", spoken_of(*.loan, *.sent_on))]
    SpokenOf { event: EventRef, command: String, loan: LoanRef, sent_on: Option<Date> },
    #[error("{event} cannot be undone: what it made or changed is in use")]
    InUse { event: EventRef },
    #[error("{event} cannot be undone: what it changed has been changed since")]
    Changed { event: EventRef },
    #[error("{event} cannot be undone, because then {clash}")]
    Clash { event: EventRef, clash: String },
    #[error("{event} cannot be undone: it is about {}, and the period until {} is closed", in_words(*.on), in_words(*.until))]
    Closed { event: EventRef, on: Date, until: Date },
}

/// Imports that no later file puts right.
const NEVER_REWRITTEN: [&str; 5] =
    ["import messages", "import reminders", "import stocktakes", "import stocktake-scans", "import numbers"];

/// Why the loan of which something was said stays on record.
fn spoken_of(loan: LoanRef, sent_on: Option<Date>) -> String {
    match sent_on {
        Some(day) => format!("a reminder about {loan} went out on {}, and stays on record with it", in_words(day)),
        None => format!("reminders about {loan} are on record"),
    }
}

impl Refusal for UndoRefusal {
    fn hint(&self) -> Option<String> {
        match self {
            UndoRefusal::Unknown(_) | UndoRefusal::NothingDone(_) => {
                Some("'ledgerline log' lists every event; 'undo E12' takes back the one named, anyone's".into())
            }
            UndoRefusal::LeftBehind(_) => Some(
                "'ledgerline log' lists what was done since; put the rest right by hand: 'loan correct', 'loan void' or the noun's own 'edit'"
                    .into(),
            ),
            UndoRefusal::UndoneAlready { by, .. } => Some(format!("to bring it back: ledgerline undo {by}")),
            UndoRefusal::NotKept { command, copy, .. } if command.starts_with("import") => {
                let by_hand = match command.as_str() {
                    "import purchases" => {
                        "'purchase recode' moves a line, and 'purchase credit' takes back what was not bought"
                    }
                    never if NEVER_REWRITTEN.contains(&never) => {
                        "what was said, counted or numbered is never rewritten; put back a backup from before the import"
                    }
                    _ => "a corrected file puts right what it wrote: ledgerline import … --update --commit",
                };
                let copy = copy.as_ref().map(|copy| {
                    format!("; the file as it was before stands in {}, if nothing else has changed since", escape(copy))
                });
                Some(format!("{by_hand}{}", copy.unwrap_or_default()))
            }
            UndoRefusal::NotKept { command, copy: Some(copy), .. } if command == "restore" => {
                Some(format!("the file as it was before can be put back: ledgerline restore {}", escape(copy)))
            }
            UndoRefusal::NotKept { .. } => {
                Some("put it right by hand: 'loan correct', 'loan void' or the noun's own 'edit'".into())
            }
            UndoRefusal::RestsOnIt { later, .. } => Some(format!("undo that first: ledgerline undo {}", later.event)),
            UndoRefusal::WentOut { .. } => Some("to whom it went, and what became of it: ledgerline remind log".into()),
            UndoRefusal::Arming { .. } => {
                Some("to send from another place, arm reminders there: ledgerline remind arm".into())
            }
            // Voiding what took another's place would not bring that back.
            UndoRefusal::SpokenOf { command, .. } if command == "swap" => {
                Some("if it was a mistake, swap them back: ledgerline swap NEW OLD".into())
            }
            UndoRefusal::SpokenOf { command, .. } if command == "transfer" => {
                Some("if it was a mistake, transfer it back: ledgerline transfer TAG --to …".into())
            }
            UndoRefusal::SpokenOf { loan, .. } => {
                Some(format!("if the loan was a mistake, void it: ledgerline loan void {loan} --reason …"))
            }
            UndoRefusal::InUse { .. } | UndoRefusal::Changed { .. } => {
                Some("what came after it: ledgerline log --last 50".into())
            }
            UndoRefusal::Closed { .. } => Some(
                "record the opposite in the open period, or open the closed one with the setting closed-until".into(),
            ),
            UndoRefusal::Clash { .. } => Some("put that right first, or put this right with 'loan correct'".into()),
        }
    }
}
