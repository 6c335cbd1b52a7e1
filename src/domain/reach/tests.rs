use super::*;

pub const SCHOOL: Urn = Urn::new(100_001);

pub fn loan(hand_over: i64, instrument: i64) -> ReachLoan {
    ReachLoan {
        hand_over,
        instrument,
        school: Some(SCHOOL),
        person: None,
        hirer: None,
        class_pupils: None,
        scheme: Scheme::School,
        group: None,
        adapted: false,
    }
}

pub fn of_person(number: i64, role: Role, instrument: i64) -> ReachLoan {
    ReachLoan { person: Some((PersonRef::new(number), role)), scheme: Scheme::Hire, ..loan(number + 100, instrument) }
}

fn figures(loans: &[ReachLoan], own_loans_only: bool) -> Option<SchoolFigures> {
    let mut schools = Schools::new(own_loans_only);
    loans.iter().for_each(|loan| schools.add(loan));
    schools.take(SCHOOL)
}

#[test]
fn children_and_instruments_count_once() {
    let class = |instrument| ReachLoan { class_pupils: Some(28), ..loan(1, instrument) };
    let later = ReachLoan { class_pupils: Some(30), ..loan(9, 1) };
    let twice = [of_person(7, Role::Pupil, 1), of_person(7, Role::Pupil, 2)];
    let loans = [class(1), class(2), class(3), later, twice[0], twice[1], of_person(8, Role::Pupil, 4)];
    let all = SchoolFigures { school_loans: 4, pupil_loans: 3, instruments: 4, named_pupils: 2, class_pupils: 58 };
    assert_eq!(figures(&loans, false), Some(all));
    let own = SchoolFigures { school_loans: 4, pupil_loans: 0, instruments: 3, named_pupils: 0, class_pupils: 58 };
    assert_eq!(figures(&loans, true), Some(own));
}

#[test]
fn a_school_is_reached_by_its_own_loans_and_its_pupils() {
    assert_eq!(figures(&[of_person(7, Role::Teacher, 1)], false), None);
    assert_eq!(figures(&[of_person(7, Role::Pupil, 1)], true), None);
    assert_eq!(figures(&[ReachLoan { school: None, ..loan(1, 1) }], false), None);
}

#[test]
fn a_childs_band_stands_before_the_hirers() {
    let bands = HashMap::from([(PersonRef::new(1), "half".to_string()), (PersonRef::new(2), "full".to_string())]);
    let of = |person, hirer: Option<i64>| {
        let loan = ReachLoan { hirer: hirer.map(PersonRef::new), ..of_person(person, Role::Pupil, 1) };
        loan.band(&bands).to_string()
    };
    assert_eq!(of(1, Some(2)), "half");
    assert_eq!(of(3, Some(2)), "full");
    assert_eq!(of(3, None), "");
    assert_eq!(loan(1, 1).band(&bands), "");
}
