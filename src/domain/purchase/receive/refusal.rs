//! Why nothing of a line was received.

use crate::domain::date::{Date, in_words};
use crate::domain::instrument::{InstrumentRefusal, TypeCode};
use crate::domain::reference::LineRef;
use crate::domain::refusal::Refusal;
use crate::domain::tag::Tag;
use crate::domain::words::Nature;

/// Why nothing was received.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiveRefusal {
    #[error("{0} is a credit: nothing arrives of it")]
    Credit(LineRef),
    #[error("{} is of nature {nature}, which brings no instruments and so has no {what}", named(*.line))]
    BringsNone { line: Option<LineRef>, nature: Nature, what: &'static str },
    #[error("there is nothing more to receive of {0}")]
    NothingMore(LineRef),
    #[error("{line} has {to_come} still to come, not {qty}")]
    TooMany { line: LineRef, to_come: i64, qty: i64 },
    #[error("all of {line} has arrived, and {waiting} of it {}", waits(*.waiting))]
    WaitsForTags { line: LineRef, waiting: i64 },
    #[error("{waiting} of {line} arrived before and still {}", waits(*.waiting))]
    WaitingFirst { line: LineRef, waiting: i64 },
    #[error("{line} has {waiting} that {}, not {qty}", waits(*.waiting))]
    TooManyTagged { line: LineRef, waiting: i64, qty: i64 },
    #[error("{early} of {line} {} in the stock already and never received", if *.early == 1 { "is" } else { "are" })]
    EarlyFirst { line: LineRef, early: i64 },
    #[error("nobody has said yet of which type {0} is")]
    NoType(LineRef),
    #[error("{line} is of type {held}, not {given}")]
    OtherType { line: LineRef, held: TypeCode, given: TypeCode },
    #[error("{tag} is of type {held}, and {line} of type {wanted}")]
    TagOfOtherType { tag: Tag, held: TypeCode, line: LineRef, wanted: TypeCode },
    #[error("{tag} was bought on {line}")]
    TagBought { tag: Tag, line: LineRef },
    #[error("{0} is not in the stock, and nobody has said yet of which type it is")]
    NewTagNoType(Tag),
    #[error("{0} is in the stock already, and a serial is not given to it here")]
    TagHasSerial(Tag),
    // The words of the refusal of an instrument, with the flag that a purchase has.
    #[error("{}", InstrumentRefusal::TagTaken(.0.clone()))]
    TagTaken(Tag),
    #[error("no tag was given")]
    NoTag,
    #[error("{}", all_scanned(*.0))]
    AllScanned(i64),
    #[error("{given} {} for {wanted} {}", were_given(*.given, "serial"), instruments(*.wanted))]
    SerialCount { given: usize, wanted: i64 },
    #[error("{line} was ordered on {}, so nothing of it arrived on {}", in_words(*.ordered_on), in_words(*.on))]
    BeforeOrder { line: LineRef, on: Date, ordered_on: Date },
    #[error("{line} cannot have arrived on {}, which has not come yet", in_words(*.on))]
    NotYet { line: LineRef, on: Date },
}

fn named(line: Option<LineRef>) -> String {
    line.map_or_else(|| "the line".to_string(), |line| line.to_string())
}

fn all_scanned(wanted: i64) -> String {
    match wanted {
        1 => "the one that is wanted was scanned already".to_string(),
        wanted => format!("the {wanted} that are wanted were scanned already"),
    }
}

fn waits(count: i64) -> &'static str {
    if count == 1 { "waits for its tag" } else { "wait for their tags" }
}

fn instruments(count: i64) -> &'static str {
    if count == 1 { "instrument" } else { "instruments" }
}

fn were_given(count: usize, what: &str) -> String {
    if count == 1 { format!("{what} was given") } else { format!("{what}s were given") }
}

impl Refusal for ReceiveRefusal {
    fn hint(&self) -> Option<String> {
        use ReceiveRefusal as No;
        Some(match self {
            No::Credit(_) => "name the line that was ordered".into(),
            No::BringsNone { what, .. } => format!("leave --{what} out"),
            No::NothingMore(line) => format!("'ledgerline purchase show {}' shows what became of it", line.order),
            No::TooMany { to_come, .. } => {
                format!("--qty takes {to_come} at the most; what was sent beyond the order needs a line of its own")
            }
            No::WaitsForTags { .. } => "say what they are with --type, or name them in the stock with --tags".into(),
            No::WaitingFirst { .. } => "leave --qty out to give those their tags, then receive the rest".into(),
            No::EarlyFirst { line, .. } => {
                format!("receive those first, without tags: ledgerline purchase receive {line}")
            }
            No::TooManyTagged { .. } => "leave --qty out to tag all that wait".into(),
            No::NoType(_) => "say it with --type".into(),
            No::OtherType { .. } => "leave --type out, or check the line's reference".into(),
            No::TagOfOtherType { .. } => "check the tag; 'ledgerline instrument show' tells what it is".into(),
            No::TagBought { .. } => "an instrument is bought once; check the tag".into(),
            No::NewTagNoType(_) => "check the tag, or say with --type what is new".into(),
            No::TagHasSerial(tag) => format!("ledgerline instrument edit {tag} --serial sets it"),
            No::TagTaken(_) | No::NoTag => "leave --tags out to get the next free ones".into(),
            No::AllScanned(_) => "an empty line writes those that were scanned".into(),
            No::SerialCount { .. } => "give one a line for each instrument, or say with --qty how many came".into(),
            No::BeforeOrder { .. } | No::NotYet { .. } => "give the day it really arrived with --on".into(),
        })
    }
}
