//! Contacts and loans that never were, by which a text is tried before it is kept and shown where nobody is at its stage.

use super::{Contact, Notice};
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::{Date, plus_days};
use crate::domain::money::Pence;
use crate::domain::reference::{LoanRef, OrganisationRef, PersonRef, Urn};
use crate::domain::text::Email;
use crate::domain::words::Stage;

/// Somebody to write to, and the loans to write about.
#[derive(Clone, Debug)]
pub struct Specimen {
    /// How it differs from the others: `one loan of a family's`.
    pub what: &'static str,
    pub contact: Contact,
    pub notices: Vec<Notice>,
}

/// Days late at which a text may have something else to say; those before the due day are negative.
const LATENESS: [i64; 19] = [-30, -14, -7, -3, -2, -1, 0, 1, 2, 3, 7, 15, 30, 60, 90, 180, 300, 365, 400];

/// More instruments than a text is likely to name one by one.
const MANY: usize = 12;

/// Messages of a stage that begins `days` from the due day: to somebody with one loan of which little is known, to somebody
/// with several at this stage and below, to a school, and to an organisation with one loan of its own.
pub fn specimens(stage: Stage, days: i64, today: Date) -> Vec<Specimen> {
    let due_on = |days: i64| plus_days(today, -days).unwrap_or(today);
    let is_late = stage != Stage::DueSoon;
    let (at_stage, days_late) = ((stage, due_on(days)), if is_late { 1 } else { -1 });
    // A loan at a lower stage, where there is one, and one that is due today.
    let below = (if is_late { Stage::First } else { stage }, due_on(days_late));
    let due_today = (Stage::DueSoon, today);

    let several = |contact: &Contact| {
        vec![
            notice(contact, at_stage, ("VN-0000", "violin", "3/4"), Some("Alex S."), Some(Pence::new(15_000))),
            notice(contact, below, ("TPT-0000", "trumpet", ""), None, None),
            notice(contact, due_today, ("VC-0000", "cello", "1/4"), Some("Sam S."), Some(Pence::new(40_000))),
        ]
    };
    let bare = |contact: &Contact| vec![notice(contact, at_stage, ("VN-0000", "violin", ""), None, None)];
    let [person, school, organisation] = contacts();
    let specimen = |what, contact: &Contact, notices| Specimen { what, contact: contact.clone(), notices };
    vec![
        specimen("a person with one instrument", &person, bare(&person)),
        specimen("a family with several instruments, due on different days", &person, several(&person)),
        specimen("a school with several instruments, due on different days", &school, several(&school)),
        specimen("an organisation with one instrument", &organisation, bare(&organisation)),
    ]
}

/// What a text is tried by: the specimens, and whatever else may lead it along another way: more or less late, alone or with
/// many more, with and without a value, of the contact's own and of a pupil's.
pub fn trials(stage: Stage, days: i64, today: Date) -> Vec<Specimen> {
    let is_of_stage = |late: &i64| *late >= days && (*late > 0) == (stage != Stage::DueSoon);
    let lateness: Vec<i64> = std::iter::once(days).chain(LATENESS).filter(is_of_stage).collect();
    let mut trials = specimens(stage, days, today);
    for contact in contacts() {
        for (pupil, value) in [(None, None), (Some("Alex S."), Some(Pence::new(15_000)))] {
            let due = |days: i64| (stage, plus_days(today, -days).unwrap_or(today));
            let one = |late: &i64| notice(&contact, due(*late), ("VN-0000", "violin", "3/4"), pupil, value);
            let mut tried = |notices| trials.push(Specimen { what: "a trial", contact: contact.clone(), notices });
            lateness.iter().for_each(|late| tried(vec![one(late)]));
            tried(lateness.iter().cycle().take(MANY.max(lateness.len())).map(one).collect());
        }
    }
    trials
}

/// One of each kind.
fn contacts() -> [Contact; 3] {
    [
        contact(BorrowerRef::Person(PersonRef::new(0)), "Pat Specimen", Some("1 Specimen Street, Northshire")),
        contact(BorrowerRef::School(Urn::new(100_000)), "Specimen School", None),
        contact(BorrowerRef::Organisation(OrganisationRef::new(0)), "Specimen Nursery", None),
    ]
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::due::days_late;

    #[test]
    fn trials_reach_as_far_as_a_stage_may_come() {
        let today = Date::constant(2026, 11, 22);
        let late = |stage, days| {
            let notices = trials(stage, days, today).into_iter().flat_map(|trial| trial.notices);
            let of_stage = notices.filter(move |notice| notice.stage == stage);
            let late: Vec<i64> = of_stage.map(|notice| days_late(notice.due_on, today)).collect();
            (late.iter().min().copied(), late.iter().max().copied())
        };
        assert_eq!(late(Stage::First, 1), (Some(1), Some(400)));
        assert_eq!(late(Stage::Final, 28), (Some(28), Some(400)));
        assert_eq!(late(Stage::DueSoon, -14), (Some(0), Some(0)));
        for (stage, days) in [(Stage::DueSoon, 0), (Stage::DueSoon, -14), (Stage::Final, 365)] {
            let trials = trials(stage, days, today);
            assert!(trials.iter().any(|trial| trial.notices.len() >= MANY), "{stage}");
        }
    }
}
