//! Erasing people: who may be erased, when somebody has been kept for long enough, and what stands in place of a name.

mod mention;
#[cfg(test)]
mod tests;

use super::date::{Date, in_words, plus_months};
use super::money::Pence;
use super::reference::{ChargeRef, EventRef, LoanRef, MessageRef, PersonRef};
use super::refusal::Refusal;
use super::tag::Tag;
use super::text::Name;
use crate::listing;

pub use mention::Needles;

/// What stands where a text was that had to be something.
pub const ERASED: &str = "(erased)";

/// `Erased P17`: what stands in place of a name.
pub fn erased_name(person: PersonRef) -> Name {
    Name::from_record(&format!("Erased {person}"))
}

/// Why a person was not erased, or why nothing is done for or with one who was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrivacyRefusal {
    #[error("{person} {} {tag} ({loan})", if *.signs { "signed for" } else { "still has" })]
    OnLoan { person: PersonRef, loan: LoanRef, tag: Tag, signs: bool },
    #[error("{charge} for {loan} of {person} is not paid: {} is owed", .owed.in_words())]
    Owes { person: PersonRef, charge: ChargeRef, loan: LoanRef, owed: Pence },
    #[error("{loan} of {person} is on hold until {}", in_words(*.until))]
    Held { person: PersonRef, loan: LoanRef, until: Date },
    #[error("{message}, about {person} or a loan of theirs, was begun and never finished")]
    Begun { person: PersonRef, message: MessageRef },
    #[error("{person} was erased on {}, and nothing more is done in their name", in_words(*.on))]
    IsErased { person: PersonRef, on: Date },
    #[error("nobody is erased as of {}: by the clock today is {}", in_words(*.day), in_words(*.clock))]
    DayToCome { day: Date, clock: Date },
    #[error("not confirmed, so nothing was erased")]
    NotConfirmed(PersonRef),
    #[error("{event} cannot be undone: {person} was erased since, and what was known of them is kept nowhere")]
    UndoneOfErased { event: EventRef, person: PersonRef },
    #[error("{event} cannot be undone: what was erased is kept nowhere")]
    UndoneErasing { event: EventRef },
    #[error("{event} cannot be undone: a name in what it changed was erased since, and is kept nowhere")]
    UndoneStruck { event: EventRef },
    #[error("the file says of people who were erased what is kept of nobody: {0}")]
    BroughtBack(String),
}

impl Refusal for PrivacyRefusal {
    fn hint(&self) -> Option<String> {
        use PrivacyRefusal as No;
        Some(match self {
            No::OnLoan { tag, .. } => format!("take it back first: ledgerline return {tag}"),
            No::Owes { charge, .. } => {
                format!(
                    "once it is paid: ledgerline charge pay {charge}; to let it go: ledgerline charge waive {charge} --reason …"
                )
            }
            No::Held { loan, .. } => format!("let it go first: ledgerline remind release {loan}"),
            No::Begun { message, .. } => {
                format!("see what became of it, and settle it: ledgerline remind retry {message}")
            }
            No::IsErased { .. } => {
                "somebody who comes back gets a record of their own: ledgerline person add NAME --role …".into()
            }
            No::DayToCome { .. } => {
                "erasing cannot be undone; leave out --today and LEDGERLINE_TODAY, or only list: ledgerline privacy sweep".into()
            }
            No::NotConfirmed(person) => {
                format!("what is held: ledgerline privacy report {person}; to erase it without being asked: --yes")
            }
            No::UndoneOfErased { person, .. } => {
                format!("what is left of them: ledgerline privacy report {person}")
            }
            No::UndoneErasing { .. } => {
                "somebody who comes back gets a record of their own: ledgerline person add NAME --role …".into()
            }
            No::UndoneStruck { .. } => "set the records right by hand, each with its own command".into(),
            No::BroughtBack(_) => {
                "take that out of the file, or export it anew: nothing brings erased people back".into()
            }
        })
    }
}

/// What speaks against erasing a person, as far as there is any of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub person: PersonRef,
    /// An instrument that is out, and whether they signed for it rather than borrow it.
    pub out: Option<(LoanRef, Tag, bool)>,
    pub owed: Option<(ChargeRef, LoanRef, Pence)>,
    pub held: Option<(LoanRef, Date)>,
    /// A message that was begun and is not settled.
    pub begun: Option<MessageRef>,
}

/// Whoever has something, owes something or waits to hear something is kept.
pub fn may_be_erased(standing: Standing) -> Result<(), PrivacyRefusal> {
    let person = standing.person;
    if let Some((loan, tag, signs)) = standing.out {
        return Err(PrivacyRefusal::OnLoan { person, loan, tag, signs });
    }
    if let Some((charge, loan, owed)) = standing.owed {
        return Err(PrivacyRefusal::Owes { person, charge, loan, owed });
    }
    if let Some((loan, until)) = standing.held {
        return Err(PrivacyRefusal::Held { person, loan, until });
    }
    match standing.begun {
        Some(message) => Err(PrivacyRefusal::Begun { person, message }),
        None => Ok(()),
    }
}

/// Whether something ended over so many years ago: on the day itself it is not over yet. What ended on 29 February has its
/// years full on the 28th where the year has no 29th.
pub fn is_over(ended: Date, years: i64, today: Date) -> bool {
    plus_months(ended, years.saturating_mul(12)).is_some_and(|full| full < today)
}

listing! {
    /// One line of `privacy report`: one value that is held about a person.
    pub struct Holding<'a> {
        kind: &'a str,
        record: &'a str,
        field: &'a str,
        value: &'a str,
    }
}

listing! {
    /// One line of `privacy sweep`.
    pub struct SweptLine {
        person: PersonRef,
        name: String,
        role: super::words::Role,
        /// The day on which the last of their loans ended.
        last_returned_on: Date,
        loans: i64,
    }
}
