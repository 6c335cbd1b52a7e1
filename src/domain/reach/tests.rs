use jiff::civil::date;

use super::*;

fn year(text: &str) -> AcademicYear {
    text.parse().expect("a year")
}

#[test]
fn a_loan_counts_in_each_year_of_which_it_saw_a_day() {
    let today = date(2028, 3, 1);
    let in_year =
        |text, out_on, ended_on| YearSoFar::of(Some(year(text)), today).expect("begun").takes(out_on, ended_on);
    let over_summer = (date(2026, 6, 1), Some(date(2026, 9, 1)));
    let to_the_last_day = (date(2026, 8, 31), Some(date(2026, 8, 31)));
    for (text, (out_on, ended_on), counts) in [
        ("2025/26", over_summer, true),
        ("2026/27", over_summer, true),
        ("2025/26", to_the_last_day, true),
        ("2026/27", to_the_last_day, false),
        ("2025/26", (date(2026, 9, 1), None), false),
        ("2026/27", (date(2026, 9, 1), None), true),
        ("2027/28", (date(2026, 9, 1), None), true),
        ("2027/28", (date(2028, 2, 29), Some(date(2028, 2, 29))), true),
        ("2026/27", (date(2028, 2, 29), None), false),
    ] {
        assert_eq!(in_year(text, out_on, ended_on), counts, "{text} {out_on} {ended_on:?}");
    }
}

#[test]
fn a_year_runs_to_today_and_one_to_come_is_refused() {
    let of = |text: &str, today| YearSoFar::of(Some(year(text)), today);
    let running = of("2026/27", date(2026, 9, 1)).expect("begun");
    assert_eq!((running.first, running.last, running.is_running()), (date(2026, 9, 1), date(2026, 9, 1), true));
    assert!(!running.takes(date(2026, 9, 2), None));
    let ended = of("2026/27", date(2027, 8, 31)).expect("begun");
    assert!(!ended.is_running());
    let refused = YearRefusal::NotBegun { year: year("2026/27"), current: year("2025/26") };
    assert_eq!(of("2026/27", date(2026, 8, 31)), Err(refused));
    assert_eq!(YearSoFar::of(None, date(2026, 8, 31)).map(|span| span.year), Ok(year("2025/26")));
}

const SCHOOL: Urn = Urn::new(100_001);

fn loan(hand_over: i64, instrument: i64) -> ReachLoan {
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

fn of_person(number: i64, role: Role, instrument: i64) -> ReachLoan {
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

#[test]
fn each_column_hides_its_own() {
    let mut cuts = Cuts::default();
    let cut = |phase, band| Cut { phase, group: None, adapted: false, band, scheme: Scheme::Hire };
    for number in 0..20 {
        cuts.add(cut("Primary", ""), &of_person(number, Role::Pupil, number));
        cuts.add(cut("Secondary", ""), &of_person(100 + number, Role::Pupil, 100 + number));
    }
    (0..3).for_each(|number| cuts.add(cut("Primary", "full"), &of_person(50 + number, Role::Pupil, 50 + number)));
    let mut lines = cuts.lines();
    assert_eq!(hide_small(&mut lines), 4);
    let shown: Vec<_> =
        lines.iter().map(|line| (line.phase, line.loans, line.named_pupils, line.class_pupils)).collect();
    let hidden = ("Primary", None, None, Some(0));
    assert_eq!(shown, [hidden, hidden, ("Secondary", Some(20), Some(20), Some(0))]);
}
