use proptest::prelude::*;

use super::*;
use crate::domain::disclosure::is_guarded;

/// A school's phase, its own loans, its pupils' loans, the named pupils, the class's.
type Row = (&'static str, i64, i64, i64, i64);

fn lines(rows: &[Row]) -> Vec<SchoolReachLine> {
    let line = |(urn, &(phase, own, pupils, named, class)): (i64, &Row)| SchoolReachLine {
        school_urn: Urn::new(100_000 + urn),
        school: String::new(),
        phase: phase.to_string(),
        school_type: String::new(),
        state_funded: None,
        trust: String::new(),
        school_loans: Some(own),
        pupil_loans: Some(pupils),
        instruments: Some(own + pupils),
        named_pupils: Some(named.min(pupils)),
        class_pupils: Some(class),
    };
    (1..).zip(rows).map(line).collect()
}

fn shown(rows: &[Row]) -> Vec<[Option<i64>; 5]> {
    let mut lines = lines(rows);
    hide_small_of_schools(&mut lines);
    let counts = |line: &SchoolReachLine| {
        [line.school_loans, line.pupil_loans, line.instruments, line.named_pupils, line.class_pupils]
    };
    lines.iter().map(counts).collect()
}

#[test]
fn a_few_children_are_hidden_with_what_would_tell_of_them() {
    const P: &str = "Primary";
    const S: &str = "Secondary";
    let own = |own| [Some(own), Some(0), Some(own), Some(0), Some(0)];
    // A school's own loans are no secret.
    assert_eq!(shown(&[(P, 2, 0, 0, 0), (P, 9, 0, 0, 0)]), [own(2), own(9)]);
    // Few pupils take the smallest others of the phase with them, and the instruments of both.
    assert_eq!(
        shown(&[(P, 6, 2, 2, 0), (P, 0, 7, 7, 0), (P, 0, 20, 20, 0)]),
        [
            [Some(6), None, None, None, Some(0)],
            [Some(0), None, None, None, Some(0)],
            [Some(0), Some(20), Some(20), Some(20), Some(0)]
        ]
    );
    // The only pupils of a phase: the loans of all are known together, so a school's own must keep the secret.
    assert_eq!(
        shown(&[(P, 0, 9, 9, 0), (P, 0, 8, 8, 0), (P, 0, 30, 30, 0), (S, 6, 1, 1, 0), (S, 7, 0, 0, 0)])[3..],
        [[None, None, None, None, Some(0)], [None, Some(0), None, Some(0), Some(0)]]
    );
    // Children of classes hide by themselves.
    assert_eq!(
        shown(&[(P, 5, 0, 0, 3), (P, 5, 0, 0, 28), (P, 5, 0, 0, 30)]),
        [
            [Some(5), Some(0), Some(5), Some(0), None],
            [Some(5), Some(0), Some(5), Some(0), None],
            [Some(5), Some(0), Some(5), Some(0), Some(30)]
        ]
    );
    assert!(shown(&[]).is_empty());
}

proptest! {
    #[test]
    fn no_total_tells_a_hidden_count(rows in prop::collection::vec(
        (prop_oneof![Just("Primary"), Just("Secondary"), Just("")], 0i64..12, 0i64..12, 1i64..12, 0i64..40), 0..30)
    ) {
        let before = lines(&rows);
        let mut after = lines(&rows);
        hide_small_of_schools(&mut after);
        for line in &after {
            let told = [line.pupil_loans, line.named_pupils, line.class_pupils];
            prop_assert!(!told.into_iter().flatten().any(is_small));
            let loans_hidden = line.school_loans.is_none() || line.pupil_loans.is_none();
            prop_assert_eq!(line.instruments.is_none(), loans_hidden);
        }
        type Count = fn(&SchoolReachLine) -> Option<i64>;
        let sets: [&[Count]; 5] = [
            &[|line| line.pupil_loans],
            &[|line| line.school_loans],
            &[|line| line.pupil_loans, |line| line.school_loans],
            &[|line| line.named_pupils],
            &[|line| line.class_pupils],
        ];
        for phase in [None, Some("Primary"), Some("Secondary"), Some("")] {
            for columns in sets {
                let (mut sum, mut hidden) = (Sum::new(), Vec::new());
                for (old, new) in before.iter().zip(&after).filter(|(line, _)| phase.is_none_or(|p| p == line.phase)) {
                    for column in columns {
                        if let Some(count) = column(old).filter(|count| *count > 0) {
                            sum.push((hidden.len(), count));
                            hidden.push(column(new).is_none());
                        }
                    }
                }
                prop_assert!(is_guarded(&hidden, &sum), "{phase:?}: {sum:?}");
            }
        }
    }
}
