//! Random years at the desk against a small independent model: after every step the whole state agrees.

use proptest::prelude::*;

use crate::desk::Desk;
use crate::round_trip::{export, through_an_empty_hub_on};

mod model;

use model::{LoanRow, Model, Step, TAGS, command};

fn step() -> impl Strategy<Value = Step> {
    let tag = || 0..TAGS.len();
    let back = || prop_oneof![3 => Just(0i64), 1 => 0i64..12];
    prop_oneof![
        6 => (tag(), 0..6usize, back(), -2i64..40).prop_map(|(tag, to, back, days)| Step::Lend { tag, to, back, days }),
        4 => (tag(), back(), any::<bool>()).prop_map(|(tag, back, to_school)| Step::Return { tag, back, to_school }),
        2 => (tag(), 0i64..60).prop_map(|(tag, days)| Step::Renew { tag, days }),
        3 => (tag(), tag(), back()).prop_map(|(old, new, back)| Step::Swap { old, new, back }),
        3 => (tag(), 0..6usize, back()).prop_map(|(tag, to, back)| Step::Transfer { tag, to, back }),
        2 => (0..6usize, 0i64..40).prop_map(|(to, days)| Step::LendSet { to, days }),
        2 => (prop::option::of(0..3usize)).prop_map(|except| Step::ReturnSet { except }),
        2 => (0usize..12).prop_map(|loan| Step::Void { loan }),
        3 => (0usize..12, -8i64..8, -8i64..8).prop_map(|(loan, out, due)| Step::CorrectOut { loan, out, due }),
        2 => (0usize..12, -8i64..8).prop_map(|(loan, returned)| Step::CorrectReturned { loan, returned }),
        1 => (tag(), back()).prop_map(|(tag, back)| Step::Lose { tag, back }),
        1 => tag().prop_map(|tag| Step::Find { tag }),
        1 => tag().prop_map(|tag| Step::SendToRepair { tag }),
        1 => tag().prop_map(|tag| Step::BackFromRepair { tag }),
        4 => Just(Step::Undo),
        3 => (1i64..20).prop_map(|days| Step::Wait { days }),
    ]
}

/// Schools, pupils with and without somebody who signs, an adult, and the set of the first three instruments.
fn desk() -> Desk {
    let desk = Desk::new();
    for line in [
        "school add 100001 'St Thomas'",
        "school add 100002 'St Aloysius'",
        "person add 'Luis Ruiz' --role adult",
        "person add 'Grace Okafor' --role adult",
        "person add 'Ana Ruiz' --role pupil --school 100001 --hirer P1",
        "person add 'Ben Okafor' --role pupil --school 100002 --hirer P2",
        "person add 'Kit Lone' --role pupil --school 100001",
        "organisation add 'Bow Repairs' --role repairer",
        "instrument add --type TPT",
        "instrument add --type TPT",
        "instrument add --type TPT",
        "instrument add --type TPT",
        "set add Trumpets TPT-0001 TPT-0002 TPT-0003",
    ] {
        desk.done(line);
    }
    desk
}

/// Every loan as `loan list` has it.
fn loans_at_the_desk(desk: &Desk, today: &str) -> Vec<LoanRow> {
    let csv = desk.done(&format!("loan list --format csv --today {today}"));
    let cells = |line: &str| line.split(',').map(str::to_string).collect::<Vec<_>>();
    csv.lines()
        .skip(1)
        .map(cells)
        .map(|cells| LoanRow {
            loan: cells[0].clone(),
            tag: cells[1].clone(),
            scheme: cells[4].clone(),
            borrower: cells[5].clone(),
            hirer: cells[7].clone(),
            set: cells[11].clone(),
            out_on: cells[12].clone(),
            due_on: cells[13].clone(),
            returned_on: cells[14].clone(),
            state: cells[15].clone(),
        })
        .collect()
}

/// Each instrument's availability and whoever has it now.
fn stock_at_the_desk(desk: &Desk, today: &str) -> Vec<(String, String, String)> {
    let csv = desk.done(&format!("instrument list --format csv --today {today}"));
    let cells = |line: &str| line.split(',').map(str::to_string).collect::<Vec<_>>();
    csv.lines().skip(1).map(cells).map(|cells| (cells[0].clone(), cells[12].clone(), cells[20].clone())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_whole_state_agrees_with_a_model(steps in prop::collection::vec(step(), 1..100)) {
        let desk = desk();
        let mut model = Model::new();
        for step in &steps {
            let line = command(step, &model);
            let outcome = desk.run(&line);
            let taken = model.take(step);
            prop_assert_eq!(outcome.exit, if taken { 0 } else { 1 }, "{}\n{}", line, outcome.stderr);
            let today = model.today();
            prop_assert_eq!(loans_at_the_desk(&desk, &today), model.loans(), "{}", line);
            prop_assert_eq!(stock_at_the_desk(&desk, &today), model.stock(), "{}", line);
        }
        desk.done(&format!("check --today {}", model.today()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_year_goes_through_files_unchanged(steps in prop::collection::vec(step(), 60..100)) {
        let desk = desk();
        desk.done("term add 2025/26 summer 2026-04-13 2026-07-21");
        desk.done("rate set --scheme hire --per month 7");
        let mut model = Model::new();
        for step in &steps {
            desk.run(&command(step, &model));
            model.take(step);
        }
        let today = model.today();
        desk.done(&format!("charge raise --term 2025/26-summer --today {today}"));
        let exported = export(&desk);
        let again = through_an_empty_hub_on(&today, &exported);
        for (before, after) in exported.iter().zip(again) {
            prop_assert_eq!(&after, before);
        }
    }
}
