//! A request with all that became of it, as files hold it.

use super::state;
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::Date;
use crate::domain::instrument::TypeCode;
use crate::domain::reference::LoanRef;
use crate::domain::tag::Tag;
use crate::domain::words::RequestState;

/// What is recorded of a request, its reference aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub type_code: TypeCode,
    pub size: Option<String>,
    pub borrower: BorrowerRef,
    pub asked_on: Date,
    pub note: Option<String>,
    /// The instrument of the latest offer, unless it was taken off since.
    pub tag: Option<Tag>,
    pub offered_on: Option<Date>,
    pub lapses_on: Option<Date>,
    pub loan: Option<LoanRef>,
    pub cancelled_on: Option<Date>,
}

impl Recorded {
    /// A new request, of which nothing has come yet.
    pub fn asked(type_code: TypeCode, borrower: BorrowerRef, asked_on: Date) -> Recorded {
        Recorded {
            type_code,
            size: None,
            borrower,
            asked_on,
            note: None,
            tag: None,
            offered_on: None,
            lapses_on: None,
            loan: None,
            cancelled_on: None,
        }
    }

    /// Whether it has not ended: it waits, or has an offer.
    pub fn is_open(&self) -> bool {
        self.loan.is_none() && self.cancelled_on.is_none()
    }

    /// Whether its instrument is reserved on a day.
    pub fn is_offered(&self, today: Date) -> bool {
        let offered_until = self.lapses_on.filter(|_| self.tag.is_some());
        state(self.loan, self.cancelled_on, offered_until, today) == RequestState::Offered
    }
}
