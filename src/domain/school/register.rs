//! What the register's type of a school tells: who pays for it, and the phase of those whose phase "does not apply".

use crate::domain::text::fold;

/// The types of the register that the state pays for: the headings under which the department counts state-funded schools.
/// Academies and free schools, of whatever sort, are told by how their types begin.
const STATE_FUNDED: &[&str] = &[
    "city technology college",
    "community school",
    "community special school",
    "foundation school",
    "foundation special school",
    "la nursery school",
    "local authority nursery school",
    "pupil referral unit",
    "studio schools",
    "university technical college",
    "voluntary aided school",
    "voluntary controlled school",
];

/// The types of the register that are not state-funded schools: paid for by others, no schools, or not in England.
const NOT_STATE_FUNDED: &[&str] = &[
    "british schools overseas",
    "children's centre",
    "children's centre linked site",
    "further education",
    "higher education institutions",
    "institution funded by other government department",
    "miscellaneous",
    "non-maintained special school",
    "offshore schools",
    "online provider",
    "other independent school",
    "other independent special school",
    "secure units",
    "service children's education",
    "service childrens education",
    "sixth form centres",
    "special post 16 institution",
    "welsh establishment",
];

/// Whether a school of this type of the register is paid for by the state; `None` where the type does not tell.
pub fn state_funded(school_type: &str) -> Option<bool> {
    let folded = fold(school_type);
    let begins = |word: &str| folded.starts_with(word);
    if STATE_FUNDED.contains(&folded.as_str()) || begins("academy ") || begins("free schools") {
        Some(true)
    } else if NOT_STATE_FUNDED.contains(&folded.as_str()) {
        Some(false)
    } else {
        None
    }
}

/// The phases as the register spells them.
const PHASES: &[&str] = &[
    "Nursery",
    "Primary",
    "Middle deemed primary",
    "Secondary",
    "Middle deemed secondary",
    "16 plus",
    "All-through",
    "Not applicable",
];

/// The phase under which a school is counted: special and alternative provision by its type, since the register says of
/// those that a phase does not apply; the others by their phase, in the register's spelling where it has one.
pub fn phase<'a>(school_type: &str, phase: &'a str) -> &'a str {
    let (folded, given) = (fold(school_type), fold(phase).replace('-', " "));
    let words = |wanted: &str| folded.split(' ').any(|word| word == wanted);
    if words("special") {
        "Special"
    } else if folded == "pupil referral unit" || folded.contains("alternative provision") {
        "Alternative provision"
    } else {
        PHASES.iter().find(|known| fold(known).replace('-', " ") == given).copied().unwrap_or(phase.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_pays_for_these() {
        for of_the_state in [
            "Community school",
            "VOLUNTARY AIDED SCHOOL",
            "Foundation special school",
            "Local authority nursery school",
            "Pupil referral unit",
            "Academy converter",
            "Academy special sponsor led",
            "Academy alternative provision converter",
            "Academy 16 to 19 sponsor led",
            "Free schools",
            "Free schools special",
            "Free schools alternative provision",
            "University technical college",
            "Studio schools",
            "City technology college",
        ] {
            assert_eq!(state_funded(of_the_state), Some(true), "{of_the_state}");
        }
        for of_others in [
            "Other independent school",
            "Other independent special school",
            "Non-maintained special school",
            "British schools overseas",
            "Online provider",
            "Welsh establishment",
            "Further education",
            "Special post 16 institution",
            "Service children's education",
        ] {
            assert_eq!(state_funded(of_others), Some(false), "{of_others}");
        }
        for unknown in ["", " ", "School", "Academy", "Primary academy"] {
            assert_eq!(state_funded(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn special_and_alternative_provision_are_told_by_type() {
        for (school_type, given, counted) in [
            ("Community special school", "Not applicable", "Special"),
            ("Free schools special", "", "Special"),
            ("Other independent special school", "Not applicable", "Special"),
            ("Pupil referral unit", "Not applicable", "Alternative provision"),
            ("Academy alternative provision converter", "Not applicable", "Alternative provision"),
            ("Academy converter", "all through", "All-through"),
            ("Community school", " PRIMARY ", "Primary"),
            ("Other independent school", "Not applicable", "Not applicable"),
            ("", "Lower", "Lower"),
            ("", "", ""),
        ] {
            assert_eq!(phase(school_type, given), counted, "{school_type}, {given}");
        }
    }
}
