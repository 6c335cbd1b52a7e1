//! People: pupils, who play; the adults who sign; teachers. Only what lending needs is kept.

use std::fmt;
use std::str::FromStr;

use super::date::Date;
use super::instrument::InstrumentRefusal;
use super::listing::{Cell, ToCell};
use super::reference::{LoanRef, PersonRef, Urn};
use super::refusal::Refusal;
use super::text::{Email, Name, escape};
use super::words::Role;
use crate::listing;

/// A pupil's year group: `N1`, `N2`, `R`, `1` to `14`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct YearGroup(i8);

/// Why a text is not a year group.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{}' is not a year group; it is N1, N2, R or 1 to 14", escape(.0))]
pub struct YearGroupError(String);

impl FromStr for YearGroup {
    type Err = YearGroupError;

    fn from_str(text: &str) -> Result<YearGroup, YearGroupError> {
        let wrong = || YearGroupError(text.to_string());
        let upper = text.trim().to_ascii_uppercase();
        // `Y5`, `Yr 5` and `Year 5` are 5; of what is neither letters nor digits nothing is guessed.
        let behind = |word: &&str| upper.strip_prefix(*word).map(str::trim_start).filter(|rest| !rest.is_empty());
        match ["YEAR", "YR", "Y"].iter().find_map(behind).unwrap_or(&upper) {
            "N1" | "NURSERY 1" => Ok(YearGroup(-2)),
            // A school's nursery class is the year before reception.
            "N2" | "NURSERY" | "NURSERY 2" => Ok(YearGroup(-1)),
            "R" | "RECEPTION" => Ok(YearGroup(0)),
            number if number.len() <= 2 && number.bytes().all(|byte| byte.is_ascii_digit()) => {
                let year: i8 = number.parse().map_err(|_| wrong())?;
                if (1..=14).contains(&year) { Ok(YearGroup(year)) } else { Err(wrong()) }
            }
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for YearGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            -2 => f.write_str("N1"),
            -1 => f.write_str("N2"),
            0 => f.write_str("R"),
            year => write!(f, "{year}"),
        }
    }
}

impl ToCell for YearGroup {
    fn to_cell(&self) -> Cell<'_> {
        Cell::Code(self.to_string().into())
    }
}

/// A person on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: PersonRef,
    pub name: Name,
    pub role: Role,
    /// A pupil's, or none where the child is taught at home; a teacher's own.
    pub school: Option<Urn>,
    pub year_group: Option<YearGroup>,
    /// The adult who signs for a pupil's loans.
    pub hirer: Option<PersonRef>,
    pub email: Option<Email>,
    pub phone: Option<String>,
    pub address: Option<String>,
    /// The day on which name and contact were erased.
    pub erased_on: Option<Date>,
}

impl Person {
    /// Somebody of whom no more than this is known yet.
    pub fn new(id: PersonRef, name: Name, role: Role) -> Person {
        Person {
            id,
            name,
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

    pub fn line(&self) -> PersonLine<'_> {
        PersonLine {
            person: self.id,
            name: self.name.as_str(),
            role: self.role,
            school_urn: self.school,
            year_group: self.year_group,
            hirer: self.hirer,
            email: self.email.as_ref().map_or("", Email::as_str),
            phone: self.phone.as_deref().unwrap_or(""),
            address: self.address.as_deref().unwrap_or(""),
        }
    }

    /// `Ana R.`: a pupil's first name and initial, all that is written of a child; others in full.
    pub fn discreet_name(&self) -> String {
        discreet(self.role, self.name.as_str())
    }
}

/// `Ana R.` for a pupil, the whole name for anyone else.
pub fn discreet(role: Role, name: &str) -> String {
    if role != Role::Pupil {
        return name.to_string();
    }
    let (first, surname) = first_and_surname(name);
    let initial = surname.chars().find(|c| c.is_alphabetic()).map(|initial| format!("{initial}."));
    match (first, initial) {
        (Some(first), Some(initial)) => format!("{first} {initial}"),
        (Some(first), None) => first.to_string(),
        (None, Some(initial)) => initial,
        (None, None) => name.to_string(),
    }
}

/// `Zoë` and `Smith` of `Zoë Smith` as of `Smith, Zoë`, in which many lists are kept.
fn first_and_surname(name: &str) -> (Option<&str>, &str) {
    let is_gap = |c: char| c == ',' || c.is_whitespace();
    match name.split_once(',') {
        Some((surname, rest)) => (rest.split(is_gap).find(|word| !word.is_empty()), surname),
        None => {
            let mut words = name.split_whitespace();
            (words.next(), words.next_back().unwrap_or_default())
        }
    }
}

/// Why a person was not recorded.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PersonRefusal {
    #[error("a pupil is never written to: the {0} belongs to the adult who signs")]
    PupilIsNotWrittenTo(&'static str),
    #[error("only a pupil has a {what}, and this is to be a person of the role {role}")]
    NotAPupil { role: Role, what: &'static str },
    #[error("{hirer} is a pupil, and a pupil never signs")]
    HirerIsPupil { hirer: String },
    #[error("a person cannot sign as their own hirer")]
    OwnHirer,
    #[error("{0} has a hirer's or a contact's record and cannot become a pupil")]
    SignsForOthers(PersonRef),
    #[error("{0} has had {1} in their own name, signed for by nobody else, and cannot become a pupil")]
    Borrows(PersonRef, LoanRef),
    #[error("nothing to change was given for {0}")]
    NothingToChange(PersonRef),
    #[error(transparent)]
    Text(#[from] InstrumentRefusal),
}

impl Refusal for PersonRefusal {
    fn hint(&self) -> Option<String> {
        match self {
            PersonRefusal::PupilIsNotWrittenTo(_) => Some(
                "add the adult with 'ledgerline person add NAME --role adult --email …' and name them with --hirer"
                    .into(),
            ),
            PersonRefusal::HirerIsPupil { .. } => Some("name a parent, a carer or a teacher with --hirer".into()),
            PersonRefusal::SignsForOthers(_) | PersonRefusal::Borrows(..) => Some(
                "give the pupil a record of their own, and transfer what they play to it: ledgerline person add NAME --role pupil …"
                    .into(),
            ),
            PersonRefusal::NothingToChange(_) => {
                Some("'ledgerline person edit --help' lists what can be changed".into())
            }
            _ => None,
        }
    }
}

/// Checks a person against the rules of who may sign and who may be written to.
/// `hirer` is the role and name of the person named as hirer, if any.
pub fn check(person: &Person, hirer: Option<(Role, &Name)>) -> Result<(), PersonRefusal> {
    if person.role == Role::Pupil {
        let contacts = [
            ("email", person.email.is_some()),
            ("phone", person.phone.is_some()),
            ("address", person.address.is_some()),
        ];
        if let Some((what, _)) = contacts.iter().find(|(_, given)| *given) {
            return Err(PersonRefusal::PupilIsNotWrittenTo(what));
        }
    } else {
        let only_pupils = [("year group", person.year_group.is_some()), ("hirer", person.hirer.is_some())];
        if let Some((what, _)) = only_pupils.iter().find(|(_, given)| *given) {
            return Err(PersonRefusal::NotAPupil { role: person.role, what });
        }
    }
    if person.hirer == Some(person.id) {
        return Err(PersonRefusal::OwnHirer);
    }
    match hirer {
        Some((Role::Pupil, name)) => Err(PersonRefusal::HirerIsPupil { hirer: name.to_string() }),
        _ => Ok(()),
    }
}

listing! {
    /// One line of `person list`.
    pub struct PersonLine<'a> {
        person: PersonRef,
        name: &'a str,
        role: Role,
        school_urn: Option<Urn>,
        year_group: Option<YearGroup>,
        hirer: Option<PersonRef>,
        email: &'a str,
        phone: &'a str,
        address: &'a str,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn year_groups_run_from_nursery_to_fourteen() {
        for text in ["N1", "n2", "R", "1", "14"] {
            assert_eq!(text.parse::<YearGroup>().map(|year| year.to_string()), Ok(text.to_ascii_uppercase()));
        }
        for (text, read) in [
            ("Y5", "5"),
            ("yr 5", "5"),
            ("Year 10", "10"),
            ("Reception", "R"),
            ("YR", "R"),
            ("Year R", "R"),
            ("Nursery", "N2"),
        ] {
            assert_eq!(text.parse::<YearGroup>().map(|year| year.to_string()), Ok(read.to_string()), "{text}");
        }
        for text in ["", "0", "15", "X", "-1", "N3", "Y", "Year", "Y 0", "Years 5", "Yearly"] {
            assert!(text.parse::<YearGroup>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_child_is_written_of_by_first_name_and_initial() {
        assert_eq!(discreet(Role::Pupil, "Ana María Ruiz"), "Ana R.");
        assert_eq!(discreet(Role::Pupil, "Cher"), "Cher");
        assert_eq!(discreet(Role::Pupil, "Sean O'Brien"), "Sean O.");
        assert_eq!(discreet(Role::Adult, "Luis Ruiz"), "Luis Ruiz");
        assert_eq!(discreet(Role::Adult, "Ruiz, Luis"), "Ruiz, Luis");
    }

    #[test]
    fn a_name_that_begins_with_the_surname_keeps_it_to_itself() {
        for (name, told) in [
            ("Smith, Zoë", "Zoë S."),
            ("Smith,Zoë", "Zoë S."),
            ("Smith , Zoë Ann", "Zoë S."),
            ("Smith,, Zoë, Ann", "Zoë S."),
            ("O'Brien, Sean", "Sean O."),
            ("'t Hart, Eva", "Eva t."),
            ("García Márquez, Ana María", "Ana G."),
            ("Smith-Jones, Zoë", "Zoë S."),
            ("Smith,", "S."),
            (", Zoë", "Zoë"),
            ("Zoë Smith-Jones", "Zoë S."),
        ] {
            assert_eq!(discreet(Role::Pupil, name), told, "{name}");
        }
    }
}
