//! People who may be on record already: the same name, or one that a slip of the hand makes of it.

use super::person::Person;
use super::text::fold;
use super::words::Role;

/// Whether somebody new may be somebody known.
///
/// The very same name always may. A name that is only near counts among the pupils of one school; and among adults and
/// teachers unless both have an address and the addresses differ. One address for two adults always counts.
pub fn may_be(new: &Person, known: &Person) -> bool {
    if new.name.key() == known.name.key() {
        return true;
    }
    let near = || names_alike(new.name.as_str(), known.name.as_str());
    match (new.role, known.role) {
        (Role::Pupil, Role::Pupil) => new.school == known.school && near(),
        (Role::Pupil, _) | (_, Role::Pupil) => false,
        _ => match (&new.email, &known.email) {
            (Some(one), Some(other)) => one.as_str().eq_ignore_ascii_case(other.as_str()),
            _ => near(),
        },
    }
}

/// Whether two people have one email address.
pub fn same_address(one: &Person, other: &Person) -> bool {
    one.email.as_ref().zip(other.email.as_ref()).is_some_and(|(a, b)| a.as_str().eq_ignore_ascii_case(b.as_str()))
}

/// Whether somebody new is certainly somebody known: the very same name and email, of whoever may sign.
pub fn is_certain(new: &Person, known: &Person) -> bool {
    known.role != Role::Pupil && new.name.key() == known.name.key() && same_address(new, known)
}

/// The words of a name, without accents, apostrophes and hyphens.
pub fn words(name: &str) -> Vec<String> {
    let plain: String = fold(name).replace('-', " ").chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect();
    plain.split_whitespace().map(str::to_string).collect()
}

/// Whether each word of the shorter name is one of the longer's, give or take a slip: in any order, a middle name left out.
pub fn names_alike(one: &str, other: &str) -> bool {
    let (one, other) = (words(one), words(other));
    let (shorter, mut longer) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let whole = shorter.len() == longer.len() || shorter.len() > 1;
    let found = shorter.iter().all(|word| {
        let place = longer.iter().position(|candidate| is_slip(word, candidate));
        place.map(|place| longer.remove(place)).is_some()
    });
    whole && found && !shorter.is_empty()
}

/// Short words must agree; longer ones may differ by one letter, long ones by two.
fn is_slip(one: &str, other: &str) -> bool {
    let allowed = match one.chars().count().max(other.chars().count()) {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    };
    strsim::osa_distance(one, other) <= allowed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reference::{PersonRef, Urn};
    use crate::domain::text::{Email, Name};

    fn person(name: &str, role: Role, school: Option<i64>, email: Option<&str>) -> Person {
        Person {
            id: PersonRef::new(1),
            name: Name::from_record(name),
            role,
            school: school.map(Urn::new),
            year_group: None,
            hirer: None,
            email: email.map(Email::from_record),
            phone: None,
            address: None,
            erased_on: None,
        }
    }

    #[test]
    fn a_name_is_known_in_spite_of_a_slip() {
        for (one, other) in [
            ("Anna Ruiz", "Ana Ruiz"),
            ("Ruiz, Ana", "Ana Ruiz"),
            ("Ana María Ruiz", "Ana Ruiz"),
            ("Sean O'Brien", "Sean OBrein"),
            ("Zoë Fröhlich", "Zoe Frolich"),
            ("Anne-Marie Jones", "Anne Marie Jones"),
            ("Cher", "Chér"),
        ] {
            assert!(names_alike(one, other) && names_alike(other, one), "{one} and {other}");
        }
        for (one, other) in [
            ("Ana Ruiz", "Ava Ruiz"),
            ("Ana Ruiz", "Ana Reid"),
            ("Ana", "Ana Ruiz"),
            ("Leo Shah", "Mia Shah"),
            ("", ""),
        ] {
            assert!(!names_alike(one, other), "{one} and {other}");
        }
    }

    #[test]
    fn near_names_count_at_one_school_and_an_address_anywhere() {
        let (pupil, adult, teacher) = (Role::Pupil, Role::Adult, Role::Teacher);
        let ana = person("Ana Ruiz", pupil, Some(1), None);
        for (known, expected) in [
            (person("ana ruiz", pupil, Some(2), None), true),
            (person("Ana Ruiz", adult, None, None), true),
            (person("Anna Ruiz", pupil, Some(1), None), true),
            (person("Anna Ruiz", pupil, Some(2), None), false),
            (person("Anna Ruiz", adult, None, None), false),
        ] {
            assert_eq!(may_be(&ana, &known), expected, "{known:?}");
        }
        let luis = person("Luis Ruiz", adult, None, Some("luis@example.org"));
        assert!(is_certain(&luis, &person("luis ruiz", adult, None, Some("LUIS@example.org"))));
        for known in [("Luis Ruiz", None), ("L. Ruiz", Some("luis@example.org")), ("Luis Ruiz", Some("l@example.org"))]
        {
            assert!(!is_certain(&luis, &person(known.0, adult, None, known.1)), "{known:?}");
        }
        for (known, expected) in [
            (person("L. Ruiz", adult, None, Some("LUIS@example.org")), true),
            (person("Somebody Else", teacher, Some(1), Some("luis@example.org")), true),
            (person("Louis Ruiz", adult, None, None), true),
            (person("Louis Ruiz", adult, None, Some("louis@example.org")), false),
            (person("Luis Ruiz", adult, None, Some("other@example.org")), true),
        ] {
            assert_eq!(may_be(&luis, &known), expected, "{known:?}");
        }
    }
}
