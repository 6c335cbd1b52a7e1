//! Contacts and loans that never were, by which a text is tried before it is kept and shown where nobody is at its stage.

use super::{Contact, Notice};
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::{Date, plus_days};
use crate::domain::money::Pence;
use crate::domain::reference::{LoanRef, OrganisationRef, PersonRef, Urn};
use crate::domain::text::Email;
use crate::domain::words::Stage;

/// Somebody to write to, and the loans to write about.
pub type Specimen = (Contact, Vec<Notice>);

/// Messages of a stage that begins `days` from the due day: to somebody with one loan of which little is known, to somebody
/// with several at this stage and below, to a school, and to an organisation with one loan of its own.
pub fn specimens(stage: Stage, days: i64, today: Date) -> Vec<Specimen> {
    let due_on = |days: i64| plus_days(today, -days).unwrap_or(today);
    let is_late = stage != Stage::DueSoon;
    let (at_stage, days_late) = ((stage, due_on(days)), if is_late { 1 } else { -1 });
    // A loan at a lower stage, where there is one, and one that is due today.
    let below = (if is_late { Stage::First } else { stage }, due_on(days_late));
    let due_today = (Stage::DueSoon, today);

    let one = contact(BorrowerRef::Person(PersonRef::new(0)), "Pat Specimen", None);
    let family = contact(BorrowerRef::Person(PersonRef::new(0)), "Pat Specimen", Some("1 Specimen Street, Northshire"));
    let school = contact(BorrowerRef::School(Urn::new(100_000)), "Specimen School", None);
    let organisation = contact(BorrowerRef::Organisation(OrganisationRef::new(0)), "Specimen Nursery", None);
    let several = |contact: &Contact| {
        vec![
            notice(contact, at_stage, ("VN-0000", "violin", "3/4"), Some("Alex S."), Some(Pence::new(15_000))),
            notice(contact, below, ("TPT-0000", "trumpet", ""), None, None),
            notice(contact, due_today, ("VC-0000", "cello", "1/4"), Some("Sam S."), Some(Pence::new(40_000))),
        ]
    };
    let bare = |contact: &Contact| vec![notice(contact, at_stage, ("VN-0000", "violin", ""), None, None)];
    [(one, false), (family, true), (school, true), (organisation, false)]
        .into_iter()
        .map(|(contact, much)| {
            let notices = if much { several(&contact) } else { bare(&contact) };
            (contact, notices)
        })
        .collect()
}

fn contact(reference: BorrowerRef, name: &str, address: Option<&str>) -> Contact {
    Contact {
        reference,
        name: name.to_string(),
        email: Some(Email::from_record("specimen@example.org")),
        address: address.map(str::to_string),
    }
}

/// A loan of the contact's own, or of a pupil for whom the contact answers.
fn notice(
    contact: &Contact,
    (stage, due_on): (Stage, Date),
    (tag, type_name, size): (&str, &str, &str),
    pupil: Option<&str>,
    replacement_value: Option<Pence>,
) -> Notice {
    Notice {
        borrower: pupil.map_or(contact.reference, |_| BorrowerRef::Person(PersonRef::new(1))),
        borrower_name: pupil.unwrap_or(&contact.name).to_string(),
        contact: contact.clone(),
        loan: LoanRef::new(0),
        tag: tag.to_string(),
        type_code: tag.split('-').next().unwrap_or(tag).to_string(),
        type_name: type_name.to_string(),
        size: size.to_string(),
        due_on,
        stage,
        replacement_value,
    }
}
