//! Why nobody was put into the queue, or nothing was offered.

use crate::domain::date::{Date, in_words};
use crate::domain::loan::LoanRefusal;
use crate::domain::reference::{LoanRef, RequestRef};
use crate::domain::refusal::Refusal;
use crate::domain::tag::Tag;
use crate::domain::text::escape;

/// Why a request was not made, ended, or answered by an offer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestRefusal {
    #[error("there is no request {0}")]
    Unknown(RequestRef),
    #[error("{} waits for {} already ({request}, since {})", escape(.name), escape(.wanted), in_words(*.since))]
    Twice { name: String, wanted: String, request: RequestRef, since: Date },
    #[error("the day of asking would be {}, which has not come yet", in_words(*.0))]
    AskedInFuture(Date),
    #[error("{request} was answered by {loan}")]
    Answered { request: RequestRef, loan: LoanRef },
    #[error("{request} was cancelled on {}", in_words(*.on))]
    Cancelled { request: RequestRef, on: Date },
    #[error("{request} asks for {}, and {tag} is {}{}", escape(.wanted), escape(.found), if *.no_size { " with no size on record" } else { "" })]
    Unlike { request: RequestRef, wanted: String, tag: Tag, found: String, no_size: bool },
    #[error(transparent)]
    Lending(#[from] LoanRefusal),
}

impl Refusal for RequestRefusal {
    fn hint(&self) -> Option<String> {
        use RequestRefusal as No;
        let hint = match self {
            No::Unknown(_) => "'ledgerline request list' shows them".into(),
            No::Twice { .. } => "their place is kept; nothing more is needed".into(),
            No::AskedInFuture(_) => "--on takes today or a day before".into(),
            No::Answered { loan, .. } => format!("see it: ledgerline loan show {loan}"),
            No::Cancelled { .. } => "to wait again takes a new place: ledgerline request add".into(),
            No::Unlike { tag, no_size: true, .. } => format!("if it fits: ledgerline instrument edit {tag} --size …"),
            No::Unlike { .. } => "find another: ledgerline instrument list --available --type …".into(),
            No::Lending(refusal) => return refusal.hint(),
        };
        Some(hint)
    }
}
