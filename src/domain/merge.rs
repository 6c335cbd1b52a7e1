//! Two records of one person made one: what stays, what is taken from the other, and what stands in the way.

use std::fmt::Display;

use super::date::AcademicYear;
use super::person::Person;
use super::reference::PersonRef;
use super::refusal::Refusal;
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
    #[error("{gone} and {into} both have a remission for {}", listed(.years))]
    BothRemitted { gone: PersonRef, into: PersonRef, years: Vec<AcademicYear> },
}

fn listed(years: &[AcademicYear]) -> String {
    years.iter().map(AcademicYear::to_string).collect::<Vec<_>>().join(", ")
}

impl Refusal for MergeRefusal {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            MergeRefusal::Same(_) => "name the record to give up first, and then the one to keep".into(),
            MergeRefusal::MergedBefore { into, .. } => format!("see what is on record: ledgerline person show {into}"),
            MergeRefusal::Roles { gone, other, .. } => {
                format!("if that is a mistake, mend it first: ledgerline person edit {gone} --role {other}")
            }
            MergeRefusal::BothRemitted { .. } => {
                "only one can stand in a year; 'ledgerline remission list' shows both".into()
            }
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
}

/// Decides a merge. `both_remitted` are the academic years for which both have a remission.
pub fn merge(gone: &Person, into: &Person, both_remitted: &[AcademicYear]) -> Result<Merged, MergeRefusal> {
    if gone.id == into.id {
        return Err(MergeRefusal::Same(gone.id));
    }
    if gone.role != into.role {
        let (role, other) = (gone.role, into.role);
        return Err(MergeRefusal::Roles { gone: gone.id, role, into: into.id, other });
    }
    if !both_remitted.is_empty() {
        return Err(MergeRefusal::BothRemitted { gone: gone.id, into: into.id, years: both_remitted.to_vec() });
    }
    let mut merged = Merged { into: into.clone(), taken: Vec::new(), dropped: Vec::new() };
    let Merged { into, taken, dropped } = &mut merged;
    let mut fill = Filling { taken, dropped };
    fill.over("school", &mut into.school, gone.school);
    fill.over("year group", &mut into.year_group, gone.year_group);
    fill.over("hirer", &mut into.hirer, gone.hirer);
    fill.over("email", &mut into.email, gone.email.clone());
    fill.over("phone", &mut into.phone, gone.phone.clone());
    fill.over("address", &mut into.address, gone.address.clone());
    Ok(merged)
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
        let years: Vec<AcademicYear> = ["2025/26", "2026/27"].map(|year| year.parse().expect("a year")).into();
        let refusal = merge(&gone, &into, &years).expect_err("both have one");
        assert_eq!(refusal.to_string(), "P17 and P3 both have a remission for 2025/26, 2026/27");
    }
}
