//! Two records of one person made one: what stays, what is taken from the other, and what stands in the way.

use std::fmt::Display;

use super::charge::Remission;
use super::person::Person;
use super::reference::PersonRef;
use super::refusal::Refusal;
use super::text::escape;
use super::words::Role;

/// Why two people were not made one.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeRefusal {
    #[error("{0} cannot be merged into itself")]
    Same(PersonRef),
    #[error("{gone} was merged into {into} before")]
    MergedBefore { gone: PersonRef, into: PersonRef },
    #[error("{gone} ({role}) and {into} ({other}) cannot be the same person")]
    Roles { gone: PersonRef, role: Role, into: PersonRef, other: Role },
    #[error("{} is let off {} for {}, and {} {}", .0.person, told(.0), .0.year, .1.person, told(.1))]
    BothRemitted(Remission, Remission),
}

/// `50% (FSM)`.
fn told(remission: &Remission) -> String {
    format!("{}% ({})", remission.percent, escape(remission.band.as_str()))
}

impl Refusal for MergeRefusal {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            MergeRefusal::Same(_) => "name the record to give up first, and then the one to keep".into(),
            MergeRefusal::MergedBefore { into, .. } => format!("see what is on record: ledgerline person show {into}"),
            MergeRefusal::Roles { gone, other, .. } => {
                format!("if that is a mistake, mend it first: ledgerline person edit {gone} --role {other}")
            }
            MergeRefusal::BothRemitted(Remission { person, year, .. }, _) => format!(
                "take the wrong one of the two away first, such as: ledgerline remission remove {person} --year {year}"
            ),
        };
        Some(hint)
    }
}

/// The person who stays, with the blanks filled from the one who goes.
#[derive(Debug, PartialEq, Eq)]
pub struct Merged {
    pub into: Person,
    /// What was taken: `email ana@example.org`.
    pub taken: Vec<String>,
    /// In what the two differ, so that the one who goes had it in vain.
    pub dropped: Vec<String>,
    /// Remissions that are not needed, since the other has the same for the same year.
    pub needless: Vec<Remission>,
}

/// Decides a merge. `both_remitted` is what both are let off for one and the same academic year: first the one who goes.
pub fn merge(gone: &Person, into: &Person, both_remitted: &[(Remission, Remission)]) -> Result<Merged, MergeRefusal> {
    if gone.id == into.id {
        return Err(MergeRefusal::Same(gone.id));
    }
    if gone.role != into.role {
        let (role, other) = (gone.role, into.role);
        return Err(MergeRefusal::Roles { gone: gone.id, role, into: into.id, other });
    }
    let needless = both_remitted.iter().map(|(one, other)| needless(one, other)).collect::<Result<_, _>>()?;
    let mut merged = Merged { into: into.clone(), taken: Vec::new(), dropped: Vec::new(), needless };
    let Merged { into, taken, dropped, .. } = &mut merged;
    let mut fill = Filling { taken, dropped };
    fill.over("school", &mut into.school, gone.school);
    fill.over("year group", &mut into.year_group, gone.year_group);
    fill.over("hirer", &mut into.hirer, gone.hirer);
    fill.over("email", &mut into.email, gone.email.clone());
    fill.over("phone", &mut into.phone, gone.phone.clone());
    fill.over("address", &mut into.address, gone.address.clone());
    Ok(merged)
}

/// Of two remissions that say the same the one to take away: what the one who goes had, unless that alone says when the
/// evidence was seen.
fn needless(gone: &Remission, into: &Remission) -> Result<Remission, MergeRefusal> {
    if gone.percent != into.percent || gone.band.key() != into.band.key() {
        return Err(MergeRefusal::BothRemitted(gone.clone(), into.clone()));
    }
    let goes = if into.seen_on.is_none() && gone.seen_on.is_some() { into } else { gone };
    Ok(goes.clone())
}

struct Filling<'a> {
    taken: &'a mut Vec<String>,
    dropped: &'a mut Vec<String>,
}

impl Filling<'_> {
    /// Fills a blank; what is there stands.
    fn over<T: Display + PartialEq>(&mut self, what: &str, held: &mut Option<T>, other: Option<T>) {
        match (held.as_ref(), other) {
            (_, None) => {}
            (None, Some(other)) => {
                self.taken.push(format!("{what} {other}"));
                *held = Some(other);
            }
            (Some(own), Some(other)) if *own != other => self.dropped.push(format!("{what} {other}")),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reference::Urn;
    use crate::domain::text::{Email, Name};
    use jiff::civil::date;

    fn person(id: i64, role: Role) -> Person {
        Person {
            id: PersonRef::new(id),
            name: Name::from_record("Ana Ruiz"),
            role,
            school: None,
            year_group: None,
            hirer: None,
            email: None,
            phone: None,
            address: None,
            erased_on: None,
        }
    }

    #[test]
    fn blanks_are_filled_and_what_is_there_stands() {
        let email = |text| Some(Email::from_record(text));
        let gone = Person {
            email: email("old@example.org"),
            phone: Some("0113 496 0001".into()),
            address: Some("1 High Street".into()),
            ..person(17, Role::Adult)
        };
        let into =
            Person { email: email("new@example.org"), address: Some("1 High Street".into()), ..person(3, Role::Adult) };
        let merged = merge(&gone, &into, &[]).expect("merged");
        assert_eq!(merged.taken, ["phone 0113 496 0001"]);
        assert_eq!(merged.dropped, ["email old@example.org"]);
        assert_eq!(merged.into, Person { phone: gone.phone.clone(), ..into });
    }

    #[test]
    fn a_pupil_of_another_school_keeps_it() {
        let at = |id, urn| Person { school: Some(Urn::new(urn)), ..person(id, Role::Pupil) };
        let merged = merge(&at(17, 100_002), &at(3, 100_001), &[]).expect("merged");
        assert_eq!((merged.into.school, merged.dropped), (Some(Urn::new(100_001)), vec!["school 100002".to_string()]));
    }

    #[test]
    fn each_reason_against_it_is_told() {
        let (gone, into) = (person(17, Role::Adult), person(3, Role::Adult));
        let (from_id, into_id) = (gone.id, into.id);
        assert_eq!(merge(&into, &into, &[]), Err(MergeRefusal::Same(into_id)));
        let pupil = person(3, Role::Pupil);
        let roles = MergeRefusal::Roles { gone: from_id, role: Role::Adult, into: into_id, other: Role::Pupil };
        assert_eq!(merge(&gone, &pupil, &[]), Err(roles));
        assert!(matches!(merge(&gone, &person(3, Role::Teacher), &[]), Err(MergeRefusal::Roles { .. })));
    }

    #[test]
    fn two_remissions_of_a_year_must_say_the_same() {
        let (gone, into) = (person(17, Role::Adult), person(3, Role::Adult));
        let remission = |of: &Person, percent, band, seen_on| Remission {
            person: of.id,
            year: "2026/27".parse().expect("a year"),
            percent,
            band: Name::from_record(band),
            seen_on,
        };
        let day = |day| Some(date(2026, 9, day));
        let needless = |one: &Remission, other: &Remission| {
            merge(&gone, &into, &[(one.clone(), other.clone())]).map(|merged| merged.needless)
        };
        for (one, other, goes) in [(None, None, 17), (day(1), day(3), 17), (None, day(3), 17), (day(1), None, 3)] {
            let (one, other) = (remission(&gone, 50, "FSM", one), remission(&into, 50, "fsm", other));
            let found = needless(&one, &other).expect("merged");
            assert_eq!(found.iter().map(|found| found.person.number()).collect::<Vec<_>>(), [goes]);
        }
        let ours = remission(&into, 50, "FSM", None);
        let refusal = needless(&remission(&gone, 100, "LAC", None), &ours).expect_err("they differ");
        assert_eq!(refusal.to_string(), "P17 is let off 100% (LAC) for 2026/27, and P3 50% (FSM)");
        let hint = refusal.hint().expect("a hint");
        assert!(hint.ends_with(": ledgerline remission remove P17 --year 2026/27"), "{hint}");
        assert!(needless(&remission(&gone, 50, "LAC", None), &ours).is_err(), "of another band");
    }
}
