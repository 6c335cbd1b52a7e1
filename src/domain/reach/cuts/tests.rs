use proptest::prelude::*;

use super::super::tests::{loan, of_person};
use super::*;
use crate::domain::disclosure::is_guarded;
use crate::domain::words::Role;

fn cut<'a>(phase: &'a str, group: Option<Group>, band: &'a str, scheme: Scheme) -> Cut<'a> {
    Cut { phase, group, adapted: false, band, scheme }
}

type Shown<'a> = (&'a str, &'a str, Option<i64>, Option<i64>, Option<i64>);

fn shown<'a>(figures: &[CutFigures<'a>]) -> Vec<Shown<'a>> {
    let line = |cut: &CutFigures<'a>| {
        let line = &cut.line;
        (line.phase, line.remission_band, line.loans, line.named_pupils, line.class_pupils)
    };
    figures.iter().map(line).collect()
}

#[test]
fn each_column_hides_its_own() {
    let mut cuts = Cuts::default();
    let cut = |phase, band| cut(phase, None, band, Scheme::Hire);
    for number in 0..20 {
        cuts.add(cut("Primary", ""), &of_person(number, Role::Pupil, number));
        cuts.add(cut("Secondary", ""), &of_person(100 + number, Role::Pupil, 100 + number));
    }
    (0..3).for_each(|number| cuts.add(cut("Primary", "full"), &of_person(50 + number, Role::Pupil, 50 + number)));
    let mut figures = cuts.figures();
    assert_eq!(hide_small(&mut figures), 4);
    let hidden = |band| ("Primary", band, None, None, Some(0));
    assert_eq!(shown(&figures), [hidden(""), hidden("full"), ("Secondary", "", Some(20), Some(20), Some(0))]);
}

#[test]
fn a_pupils_count_is_guarded_by_other_pupils_and_not_by_a_schools_loans() {
    let mut cuts = Cuts::default();
    let school = cut("Secondary", None, "", Scheme::School);
    (0..9).for_each(|n| cuts.add(cut("Secondary", None, "", Scheme::Hire), &of_person(n, Role::Pupil, n)));
    cuts.add(cut("Secondary", None, "LAC", Scheme::Hire), &of_person(50, Role::Pupil, 50));
    (0..6).for_each(|n| cuts.add(school, &loan(100 + n, 100 + n)));
    let mut figures = cuts.figures();
    assert_eq!(hide_small(&mut figures), 4);
    let hidden = |band| ("Secondary", band, None, None, Some(0));
    assert_eq!(shown(&figures), [hidden(""), ("Secondary", "", Some(6), Some(0), Some(0)), hidden("LAC")]);
}

#[test]
fn each_group_guards_its_own() {
    let mut cuts = Cuts::default();
    let mut add = |group, band, from, count| {
        for n in from..from + count {
            cuts.add(cut("Primary", Some(group), band, Scheme::Hire), &of_person(n, Role::Pupil, n));
        }
    };
    add(Group::Primary, "", 0, 12);
    add(Group::Primary, "LAC", 100, 2);
    add(Group::Special, "", 200, 5);
    let mut figures = cuts.figures();
    hide_small(&mut figures);
    let loans: Vec<_> = figures.iter().map(|cut| cut.line.loans).collect();
    assert_eq!(loans, [None, None, Some(5)], "the smallest of the phase is of another group, and guards nothing");
}

/// A phase, a group, and loans, named pupils and class of each sort.
type Row = (u8, Option<Group>, [(i64, i64, i64); 3]);

fn figures_of(rows: &[Row]) -> Vec<CutFigures<'static>> {
    let row = |(phase, group, counts): &Row| {
        let by_sort =
            counts.map(|(loans, named, class)| Counts { loans, named_pupils: named.min(loans), class_pupils: class });
        let sum = |kind: Kind| by_sort.iter().map(kind).sum();
        let all = Counts {
            loans: sum(|counts| counts.loans),
            named_pupils: sum(|counts| counts.named_pupils),
            class_pupils: sum(|counts| counts.class_pupils),
        };
        let phase = ["Primary", "Secondary", "Special"][usize::from(*phase)];
        let line = ReachLine {
            phase,
            group: *group,
            adapted: false,
            remission_band: "",
            scheme: Scheme::Hire,
            loans: Some(all.loans),
            named_pupils: Some(all.named_pupils),
            class_pupils: Some(all.class_pupils),
        };
        CutFigures { line, all, by_sort }
    };
    rows.iter().map(row).collect()
}

/// Mostly a row is of one sort; now and then it is of two.
fn counts() -> impl Strategy<Value = [(i64, i64, i64); 3]> {
    let some = || (1i64..12, 0i64..12, 0i64..40);
    prop_oneof![
        4 => some().prop_map(|pupils| [(0, 0, 0), pupils, (0, 0, 0)]),
        3 => some().prop_map(|own| [own, (0, 0, 0), (0, 0, 0)]),
        1 => (some(), some()).prop_map(|(own, pupils)| [own, pupils, (0, 0, 0)]),
        1 => some().prop_map(|other| [(0, 0, 0), (0, 0, 0), other]),
    ]
}

proptest! {
    #[test]
    fn no_total_of_another_list_tells_a_hidden_count(rows in prop::collection::vec(
        (0u8..3, prop::option::of(prop_oneof![Just(Group::Primary), Just(Group::Special)]), counts()), 0..30)
    ) {
        let mut figures = figures_of(&rows);
        let number = hide_small(&mut figures);
        let mut gone = 0;
        for cut in &figures {
            for (shown, count) in [
                (cut.line.loans, cut.all.loans),
                (cut.line.named_pupils, cut.all.named_pupils),
                (cut.line.class_pupils, cut.all.class_pupils),
            ] {
                prop_assert!(shown.is_none_or(|shown| shown == count && !is_small(shown)));
                prop_assert!(shown.is_some() || count > 0);
                gone += usize::from(shown.is_none());
            }
        }
        prop_assert_eq!(number, gone);
        // Every subset of rows whose total `report schools` gives, with its filters: spelt out again, not by `sums`.
        type Column = fn(&ReachLine<'_>) -> Option<i64>;
        let columns: [(Kind, Column); 3] = [
            (|counts| counts.loans, |line| line.loans),
            (|counts| counts.named_pupils, |line| line.named_pupils),
            (|counts| counts.class_pupils, |line| line.class_pupils),
        ];
        for (kind, of_line) in columns {
            let hidden: Vec<bool> = figures.iter().map(|cut| of_line(&cut.line).is_none()).collect();
            for phase in [None, Some("Primary"), Some("Secondary"), Some("Special")] {
                for group in [None, Some(None), Some(Some(Group::Primary)), Some(Some(Group::Special))] {
                    for sort in [None, Some(Sort::Own), Some(Sort::Pupils), Some(Sort::Other)] {
                        let sum: Sum = figures.iter().enumerate()
                            .filter(|(_, cut)| phase.is_none_or(|phase| phase == cut.line.phase))
                            .filter(|(_, cut)| group.is_none_or(|group| group == cut.line.group))
                            .map(|(place, cut)| (place, sort.map_or(kind(&cut.all), |sort| kind(&cut.by_sort[sort as usize]))))
                            .filter(|(_, count)| *count > 0)
                            .collect();
                        prop_assert!(is_guarded(&hidden, &sum), "{phase:?} {group:?} {sort:?}: {sum:?}");
                    }
                }
            }
        }
    }
}
