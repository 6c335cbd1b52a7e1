//! The queue: who waits for which type and size, what is offered to whom, and what answers a request.

mod recorded;
mod refusal;

pub use recorded::Recorded;
pub use refusal::RequestRefusal;

use super::borrower::BorrowerRef;
use super::date::Date;
use super::instrument::{Instrument, TypeCode};
use super::loan::{LoanRefusal, OpenLoans, Party, fit_to_go};
use super::reference::{LoanRef, RequestRef};
use super::tag::Tag;
use super::text::fold;
use super::words::{Availability, Condition, RequestState, SchoolStatus};
use crate::listing;

/// What is asked for: a type and, if it matters, a size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub type_code: TypeCode,
    pub type_name: String,
    pub size: Option<String>,
}

impl Wanted {
    /// `a violin 1/2`, `an oboe`.
    pub fn in_words(&self) -> String {
        in_words(&self.type_name, self.size.as_deref())
    }

    /// Whether an instrument is what is wanted.
    pub fn fits(&self, instrument: &Instrument) -> bool {
        instrument.details.type_code == self.type_code && self.takes(instrument.details.size.as_deref())
    }

    /// Whether a size will do. Sizes compare without regard to case.
    fn takes(&self, size: Option<&str>) -> bool {
        self.size.as_deref().is_none_or(|wanted| size.is_some_and(|size| fold(size) == fold(wanted)))
    }

    /// Whether the very same is wanted.
    pub fn same(&self, other: &Wanted) -> bool {
        let folded = |wanted: &Wanted| wanted.size.as_deref().map(fold);
        self.type_code == other.type_code && folded(self) == folded(other)
    }

    /// Whether one instrument could be what both want.
    fn competes_with(&self, other: &Wanted) -> bool {
        self.type_code == other.type_code && (self.size.is_none() || other.size.is_none() || self.same(other))
    }
}

/// A type and size with its article: `a violin 1/2`.
pub fn in_words(type_name: &str, size: Option<&str>) -> String {
    let name = fold(type_name);
    // `eu` and `u` sound like `you`, but for an upright.
    let vowel = (name.starts_with(['a', 'e', 'i', 'o']) && !name.starts_with("eu")) || name.starts_with("up");
    let size = size.map(|size| format!(" {size}")).unwrap_or_default();
    format!("{} {type_name}{size}", if vowel { "an" } else { "a" })
}

/// An instrument offered to whoever asked, and the last day of the offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub tag: Tag,
    pub lapses_on: Date,
}

/// Somebody's place in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub id: RequestRef,
    pub wanted: Wanted,
    pub borrower: BorrowerRef,
    pub borrower_name: String,
    pub asked_on: Date,
    pub note: Option<String>,
    /// The latest offer, if its instrument was not offered elsewhere since; it may have lapsed.
    pub offer: Option<Offer>,
    pub loan: Option<LoanRef>,
    pub cancelled_on: Option<Date>,
}

impl Request {
    pub fn state(&self, today: Date) -> RequestState {
        state(self.loan, self.cancelled_on, self.offer.as_ref().map(|offer| offer.lapses_on), today)
    }

    /// The offer that stands on a day.
    pub fn standing_offer(&self, today: Date) -> Option<&Offer> {
        self.offer.as_ref().filter(|_| self.state(today) == RequestState::Offered)
    }

    fn is_open(&self) -> bool {
        self.loan.is_none() && self.cancelled_on.is_none()
    }

    /// The order of the queue: the day of asking, then the reference.
    fn turn(&self) -> (Date, RequestRef) {
        (self.asked_on, self.id)
    }
}

/// Where a request stands. `offered_until` is the last day of an offer whose instrument is still named. Derived here and nowhere else.
pub fn state(
    loan: Option<LoanRef>,
    cancelled_on: Option<Date>,
    offered_until: Option<Date>,
    today: Date,
) -> RequestState {
    match (loan, cancelled_on, offered_until) {
        (Some(_), _, _) => RequestState::Lent,
        (_, Some(_), _) => RequestState::Cancelled,
        // An offer that has lapsed leaves the request waiting in its old place.
        (_, _, Some(until)) if until >= today => RequestState::Offered,
        _ => RequestState::Waiting,
    }
}

/// Whoever waits for the same and is before a request: those with an offer that stands wait for nothing else.
pub fn ahead<'q>(queue: &'q [Request], of: &Request, today: Date) -> Vec<&'q Request> {
    let mut ahead: Vec<&Request> = queue
        .iter()
        .filter(|other| other.turn() < of.turn() && other.state(today) == RequestState::Waiting)
        .filter(|other| other.wanted.competes_with(&of.wanted))
        .collect();
    ahead.sort_by_key(|request| request.turn());
    ahead
}

/// Who is next for an instrument, those already `named` for another aside.
pub fn next_for<'q>(
    queue: &'q [Request],
    instrument: &Instrument,
    named: &[RequestRef],
    today: Date,
) -> Option<&'q Request> {
    let waiting = queue.iter().filter(|request| request.state(today) == RequestState::Waiting);
    waiting
        .filter(|request| request.wanted.fits(instrument) && !named.contains(&request.id))
        .min_by_key(|request| request.turn())
}

/// What is left for a request of what is free of its type, each with its size, once everybody ahead has had the first
/// that will do.
pub fn left_for(request: &Request, ahead: &[&Request], mut free: Vec<(Tag, Option<String>)>) -> Option<Tag> {
    let first = |request: &Request, free: &[(Tag, Option<String>)]| {
        free.iter().position(|(_, size)| request.wanted.takes(size.as_deref()))
    };
    for other in ahead {
        if let Some(place) = first(other, &free) {
            free.remove(place);
        }
    }
    first(request, &free).map(|place| free.swap_remove(place).0)
}

/// Whether an instrument in this condition and of this availability is put before whoever waits.
pub fn is_ready(condition: Condition, availability: Availability) -> bool {
    availability == Availability::Available && !matches!(condition, Condition::Damaged | Condition::Unplayable)
}

/// Which of a borrower's open requests the loan of an instrument answers: the one it was offered to, else the first it fits.
pub fn answered<'q>(
    queue: &'q [Request],
    borrower: BorrowerRef,
    instrument: &Instrument,
    done: &[RequestRef],
) -> Option<&'q Request> {
    let offered = |request: &Request| request.offer.as_ref().is_some_and(|offer| offer.tag == instrument.tag);
    let theirs = queue.iter().filter(|request| request.is_open() && request.borrower == borrower);
    theirs
        .filter(|request| !done.contains(&request.id))
        .filter(|request| offered(request) || request.wanted.fits(instrument))
        .min_by_key(|request| (!offered(request), request.wanted.size.is_none(), request.turn()))
}

/// Judges a new place in the queue.
pub fn ask(queue: &[Request], party: &Party, wanted: &Wanted, on: Date, today: Date) -> Result<(), RequestRefusal> {
    refuse_closed(party)?;
    if on > today {
        return Err(RequestRefusal::AskedInFuture(on));
    }
    let twice = |other: &&Request| other.is_open() && other.borrower == party.reference() && other.wanted.same(wanted);
    match queue.iter().find(twice) {
        None => Ok(()),
        Some(there) => Err(RequestRefusal::Twice {
            name: party.name().to_string(),
            wanted: wanted.in_words(),
            request: there.id,
            since: there.asked_on,
        }),
    }
}

/// Refused with what ended a request, if it has ended.
pub fn refuse_ended(request: &Request) -> Result<(), RequestRefusal> {
    match (request.loan, request.cancelled_on) {
        (Some(loan), _) => Err(RequestRefusal::Answered { request: request.id, loan }),
        (_, Some(on)) => Err(RequestRefusal::Cancelled { request: request.id, on }),
        _ => Ok(()),
    }
}

/// Judges the offer of an instrument.
pub fn offer(
    request: &Request,
    party: &Party,
    instrument: &Instrument,
    type_name: &str,
    open: &OpenLoans,
    today: Date,
) -> Result<(), RequestRefusal> {
    refuse_ended(request)?;
    refuse_closed(party)?;
    let tag = &instrument.tag;
    if !request.wanted.fits(instrument) {
        return Err(RequestRefusal::Unlike {
            request: request.id,
            wanted: request.wanted.in_words(),
            tag: tag.clone(),
            found: in_words(type_name, instrument.details.size.as_deref()),
            no_size: instrument.details.type_code == request.wanted.type_code && instrument.details.size.is_none(),
        });
    }
    if let Some(holder) = open.holder() {
        let (to, until, loan) = (holder.borrower_name.clone(), holder.due_on, holder.loan);
        return Err(LoanRefusal::OnLoan { tag: tag.clone(), to, until, loan }.into());
    }
    // What is offered to somebody else, another of their own requests aside, is not free.
    Ok(fit_to_go(instrument, request.borrower, today)?)
}

fn refuse_closed(party: &Party) -> Result<(), RequestRefusal> {
    match party {
        Party::School { name, status: SchoolStatus::Closed, .. } => Err(LoanRefusal::SchoolClosed(name.clone()).into()),
        _ => Ok(()),
    }
}

/// `1st`, `2nd`, `3rd`, `11th`.
pub fn ordinal(number: usize) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

listing! {
    /// One line of `request list`.
    pub struct RequestLine<'a> {
        request: RequestRef,
        type_code as "type": &'a str,
        type_name: &'a str,
        size: &'a str,
        borrower: Option<BorrowerRef>,
        borrower_name: &'a str,
        asked_on: Date,
        state: RequestState,
        tag: &'a str,
        offered_on: Option<Date>,
        lapses_on: Option<Date>,
        loan: Option<LoanRef>,
    }
}

#[cfg(test)]
mod tests;
