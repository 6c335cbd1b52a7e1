//! Random days at the desk against a small independent model: after every step, what is out agrees.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::desk::Desk;

const TAGS: [&str; 3] = ["VN-0001", "VN-0002", "TPT-0001"];
const SCHOOLS: [&str; 2] = ["100001", "100002"];
/// Pupils and the school each goes to.
const PUPILS: [(&str, &str); 2] = [("P3", "100001"), ("P4", "100002")];

#[derive(Clone, Debug)]
enum Step {
    Lend { tag: usize, to: usize, days: i64 },
    Return { tag: usize, to_school: bool },
    Renew { tag: usize, days: i64 },
    NextDay,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..TAGS.len(), 0..4usize, -2i64..40).prop_map(|(tag, to, days)| Step::Lend { tag, to, days }),
        3 => (0..TAGS.len(), any::<bool>()).prop_map(|(tag, to_school)| Step::Return { tag, to_school }),
        2 => (0..TAGS.len(), 0i64..60).prop_map(|(tag, days)| Step::Renew { tag, days }),
        2 => Just(Step::NextDay),
    ]
}

/// Who has an instrument: the outer loan's borrower and due day, and the pupil's inside it.
#[derive(Clone, Debug, Default)]
struct Out {
    outer: Option<(String, i64)>,
    inner: Option<(String, i64)>,
}

#[derive(Default)]
struct Model {
    day: i64,
    out: BTreeMap<usize, Out>,
}

impl Model {
    /// Applies a step; whether the desk should take it.
    fn take(&mut self, step: &Step) -> bool {
        match *step {
            Step::NextDay => {
                self.day += 1;
                true
            }
            Step::Lend { tag, to, days } => self.lend(tag, to, days),
            Step::Return { tag, to_school } => {
                let out = self.out.entry(tag).or_default();
                let taken = if to_school { out.inner.take().is_some() } else { out.outer.is_some() };
                if taken && !to_school {
                    *out = Out::default();
                }
                taken
            }
            Step::Renew { tag, days } => {
                let due = self.day + days;
                let out = self.out.entry(tag).or_default();
                match out.inner.as_mut().or(out.outer.as_mut()) {
                    Some((_, held)) if due > *held => {
                        *held = due;
                        true
                    }
                    _ => false,
                }
            }
        }
    }

    fn lend(&mut self, tag: usize, to: usize, days: i64) -> bool {
        let due = self.day + days;
        let out = self.out.entry(tag).or_default();
        if days < 0 || out.inner.is_some() {
            return false;
        }
        let borrower = borrower(to);
        let pupils_school = PUPILS.iter().find(|(pupil, _)| *pupil == borrower).map(|(_, school)| *school);
        match &out.outer {
            None => out.outer = Some((borrower, due)),
            Some((holder, _)) if Some(holder.as_str()) == pupils_school => out.inner = Some((borrower, due)),
            Some(_) => return false,
        }
        true
    }

    /// Tag, borrower and days until due of every open loan, sorted.
    fn open(&self) -> Vec<(String, String, i64)> {
        let loans = self.out.iter().flat_map(|(tag, out)| {
            let both = out.outer.iter().chain(&out.inner);
            both.map(|(borrower, due)| (TAGS[*tag].to_string(), borrower.clone(), *due))
        });
        let mut open: Vec<_> = loans.collect();
        open.sort();
        open
    }
}

fn borrower(to: usize) -> String {
    if to < 2 { SCHOOLS[to].to_string() } else { PUPILS[to - 2].0.to_string() }
}

fn day(number: i64) -> String {
    let first = jiff::civil::date(2026, 8, 20);
    first.saturating_add(jiff::Span::new().days(number)).to_string()
}

/// The same step as a command line.
fn command(step: &Step, today: i64) -> String {
    let line = match *step {
        Step::NextDay => "status".to_string(),
        Step::Lend { tag, to, days } => format!("lend {} --to {} --due {}", TAGS[tag], borrower(to), day(today + days)),
        Step::Return { tag, to_school } => {
            format!("return {}{}", TAGS[tag], if to_school { " --to-school" } else { "" })
        }
        Step::Renew { tag, days } => format!("renew {} --due {}", TAGS[tag], day(today + days)),
    };
    format!("{line} --today {}", day(today))
}

fn open_at_the_desk(desk: &Desk) -> Vec<(String, String, String)> {
    let csv = desk.done("loan list --open --format csv");
    let mut open: Vec<_> = csv
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            (cells[1].to_string(), cells[5].to_string(), cells[13].to_string())
        })
        .collect();
    open.sort();
    open
}

fn desk() -> Desk {
    let desk = Desk::new();
    for line in [
        "school add 100001 'St Thomas'",
        "school add 100002 'St Aloysius'",
        "person add 'Luis Ruiz' --role adult",
        "person add 'Grace Okafor' --role adult",
        "person add 'Ana Ruiz' --role pupil --school 100001 --hirer P1",
        "person add 'Ben Okafor' --role pupil --school 100002 --hirer P2",
        "instrument add --type VN",
        "instrument add --type VN",
        "instrument add --type TPT",
    ] {
        desk.done(line);
    }
    desk
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_out_agrees_with_a_model(steps in prop::collection::vec(step(), 1..60)) {
        let desk = desk();
        let mut model = Model::default();
        for step in &steps {
            let line = command(step, model.day);
            let outcome = desk.run(&line);
            let taken = model.take(step);
            prop_assert_eq!(outcome.exit, if taken { 0 } else { 1 }, "{}\n{}", line, outcome.stderr);
            let expected: Vec<_> = model.open().into_iter().map(|(tag, who, due)| (tag, who, day(due))).collect();
            prop_assert_eq!(open_at_the_desk(&desk), expected, "{}", line);
        }
        desk.done(&format!("check --today {}", day(model.day)));
    }
}
