//! Reminders: which stage a loan has reached, who is written to, and what the message says.

pub mod hold;
mod identity;
mod ladder;
mod log;
mod retry;
mod standing;

use super::borrower::BorrowerRef;
use super::date::{Date, days_between, in_words};
use super::due::days_late;
use super::money::Pence;
use super::reference::LoanRef;
use super::text::Email;
use super::words::{Route, Stage};
use crate::listing;

pub use hold::HoldRefusal;
pub use identity::identity;
pub use ladder::{Ladder, LadderRefusal, Rung};
pub use log::SaidLine;
pub use retry::RetryRefusal;
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

    /// `the 1/2 cello VC-0003`
    fn instrument(&self) -> String {
        let size = if self.size.is_empty() { String::new() } else { format!("{} ", self.size) };
        format!("the {size}{} {}", self.type_name, self.tag)
    }

    /// What is said of this one loan.
    fn sentence(&self, today: Date) -> String {
        let whose = if self.contact.reference == self.borrower {
            "you have".to_string()
        } else {
            format!("{} has", self.borrower_name)
        };
        let due = in_words(self.due_on);
        let when = match days_between(self.due_on, today) {
            0 => format!("is due back today, {due}"),
            1 => format!("was due back yesterday, {due}"),
            days if days > 1 => format!("was due back on {due}, {days} days ago"),
            days => format!("is due back on {due}, in {} days", -days),
        };
        let what = self.instrument();
        format!("{}, which {whose} on loan, {when}.", capitalised(&what))
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// One message to one contact, however many instruments it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub to: Contact,
    pub copy_to: Option<Email>,
    pub subject: String,
    pub body: String,
}

/// Columns of a plain-text message, so that it reads well wherever it is opened or printed.
const BODY_WIDTH: usize = 72;

/// Composes the message for one contact's notices, of which there is at least one.
pub fn compose(hub: &str, contact: &Contact, notices: &[&Notice], today: Date) -> Message {
    let highest = notices.iter().map(|notice| notice.stage).max().unwrap_or(Stage::DueSoon);
    let told: Vec<String> = notices.iter().map(|notice| notice.sentence(today)).collect();
    let body = format!("Dear {},\n\n{}\n\n{}\n\n{hub}\n", contact.name, told.join("\n\n"), request(highest, notices));
    let body = textwrap::fill(&body, BODY_WIDTH);
    Message { to: contact.clone(), copy_to: None, subject: subject(highest, notices, hub), body }
}

fn subject(highest: Stage, notices: &[&Notice], hub: &str) -> String {
    let what = match notices {
        [only] => only.instrument(),
        many => format!("{} instruments", many.len()),
    };
    match highest {
        Stage::DueSoon => format!("{hub}: {what} will soon be due back"),
        Stage::First | Stage::Second => format!("{hub}: please bring back {what}"),
        Stage::Final => format!("{hub}: last reminder about {what}"),
    }
}

fn request(highest: Stage, notices: &[&Notice]) -> String {
    let (it, it_is) = if notices.len() == 1 { ("it", "it is") } else { ("them", "they are") };
    let owed: Pence = notices.iter().filter_map(|notice| notice.replacement_value).sum();
    match highest {
        Stage::DueSoon => format!("If {it_is} needed for longer, please tell us before then."),
        Stage::First => format!("Please bring {it} back, or tell us if {it_is} needed for longer."),
        Stage::Second => format!(
            "Other children are waiting to play. Please bring {it} back this week, or tell us what has happened."
        ),
        Stage::Final if owed > Pence::ZERO => {
            format!(
                "Please bring {it} back within seven days. After that we may have to charge the replacement value, {}.",
                owed.in_words()
            )
        }
        Stage::Final => {
            format!("Please bring {it} back within seven days. After that we may have to charge for a replacement.")
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reference::PersonRef;
    use jiff::civil::date;

    fn notice(due_on: Date, stage: Stage) -> Notice {
        let contact = Contact {
            reference: BorrowerRef::Person(PersonRef::new(1)),
            name: "Luis Ruiz".into(),
            email: Some(Email::from_record("luis@example.org")),
            address: None,
        };
        Notice {
            contact,
            loan: LoanRef::new(7),
            tag: "VC-0003".into(),
            type_code: "VC".into(),
            type_name: "cello".into(),
            size: "1/2".into(),
            borrower: BorrowerRef::Person(PersonRef::new(2)),
            borrower_name: "Ana R.".into(),
            due_on,
            stage,
            replacement_value: Some(Pence::new(45_000)),
        }
    }

    #[test]
    fn what_is_late_is_never_called_due_soon() {
        let today = date(2026, 11, 22);
        let late = notice(date(2026, 11, 8), Stage::Second);
        let message = compose("Test Hub", &late.contact, &[&late], today);
        assert_eq!(message.subject, "Test Hub: please bring back the 1/2 cello VC-0003");
        let told = message.body.replace('\n', " ");
        assert!(told.contains("which Ana R. has on loan, was due back on 8 Nov 2026, 14 days ago."), "{told}");
        let soon = notice(date(2026, 11, 30), Stage::DueSoon);
        let message = compose("Test Hub", &soon.contact, &[&soon], today);
        let told = message.body.replace('\n', " ");
        assert!(told.contains("is due back on 30 Nov 2026, in 8 days."), "{told}");
        let last = notice(date(2026, 10, 1), Stage::Final);
        assert!(compose("Test Hub", &last.contact, &[&last], today).body.contains("£450.00"));
    }
}
