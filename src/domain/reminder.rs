//! Reminders: which stage a loan has reached, who is written to, and what the message says.

pub mod hold;
mod identity;
mod ladder;
mod log;
mod message;
mod retry;
pub mod said;
mod specimen;
mod standing;

use super::borrower::BorrowerRef;
use super::date::Date;
use super::due::days_late;
use super::money::Pence;
use super::reference::LoanRef;
use super::text::Email;
use super::words::{Route, Stage};
use crate::listing;

pub use hold::HoldRefusal;
pub use identity::identity;
pub use ladder::{Ladder, LadderRefusal, LookBackRefusal, Rung};
pub use log::SaidLine;
pub use message::{LoanFields, Message, MessageFields, MessageRefusal, Sender, standard_text, subject_and_body};
pub use retry::RetryRefusal;
pub use said::SaidRefusal;
pub use specimen::{Specimen, specimens, trials};
pub use standing::Standing;

/// Whoever is written to: the adult who signed, the school, the organisation, the teacher. Never a pupil.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    pub reference: BorrowerRef,
    pub name: String,
    /// Where mail would go, unless the server has refused it for good.
    pub email: Option<Email>,
    /// Where a letter would go.
    pub address: Option<String>,
}

impl Contact {
    pub fn route(&self) -> Route {
        match (&self.email, &self.address) {
            (Some(_), _) => Route::Email,
            (None, Some(_)) => Route::Letter,
            (None, None) => Route::None,
        }
    }

    /// The email address or the postal one, whichever the route takes.
    pub fn reached_at(&self) -> Option<String> {
        self.email.as_ref().map(Email::to_string).or_else(|| self.address.clone())
    }
}

/// One loan of which something is to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub contact: Contact,
    pub loan: LoanRef,
    pub tag: String,
    pub type_code: String,
    pub type_name: String,
    pub size: String,
    pub borrower: BorrowerRef,
    /// A pupil by first name and initial; anyone else in full.
    pub borrower_name: String,
    pub due_on: Date,
    pub stage: Stage,
    pub replacement_value: Option<Pence>,
}

impl Notice {
    pub fn line(&self, today: Date) -> ReminderLine {
        ReminderLine {
            contact: self.contact.reference,
            contact_name: self.contact.name.clone(),
            route: self.contact.route(),
            address: self.contact.reached_at(),
            loan: self.loan,
            tag: self.tag.clone(),
            type_code: self.type_code.clone(),
            borrower_name: self.borrower_name.clone(),
            due_on: self.due_on,
            days_late: days_late(self.due_on, today),
            stage: self.stage,
        }
    }
}

listing! {
    /// One line of `remind`.
    pub struct ReminderLine {
        contact: BorrowerRef,
        contact_name: String,
        route: Route,
        address: Option<String>,
        loan: LoanRef,
        tag: String,
        type_code as "type": String,
        borrower_name: String,
        due_on: Date,
        days_late: i64,
        stage: Stage,
    }
}
