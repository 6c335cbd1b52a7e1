//! A year of mornings at a hub where cron misses days, the mail server is down on others, and the desk lends, takes back, renews
//! and holds: what was mailed is each day what a small model says, no more and no less.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use crate::desk::Desk;
use crate::mail_server::{MailServer, Temper};

const FIRST: Date = date(2026, 11, 22);
const DAYS: i64 = 365;

#[derive(Clone, Debug)]
enum Act {
    Lend { instrument: usize, borrower: usize, days: i64 },
    Return { instrument: usize },
    Renew { instrument: usize, days: i64 },
    Hold { instrument: usize, days: i64 },
    Release { instrument: usize },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Morning {
    Missed,
    ServerDown,
    Run,
    RunTwice,
}

/// Who borrows, and the address that hears of it; a letter where there is none.
const BORROWERS: [(&str, Option<&str>); 5] = [
    ("Ada Obi", Some("ngozi@example.org")),
    ("Ben Obi", Some("ngozi@example.org")),
    ("Cleo Bow", Some("carl@example.org")),
    ("Dora Reid", None),
    ("100001", Some("office@oak.example")),
];

const HUB: &str = "
    school add 100001 'Oak Lane' --postcode 'LE1 1AA' --email office@oak.example
    person add 'Ngozi Obi' --role adult --email ngozi@example.org
    person add 'Carl Bow' --role adult --email carl@example.org
    person add 'Reid Senior' --role adult --address '1 High Street'
    person add 'Ada Obi' --role pupil --school 100001 --year-group 5 --hirer P1
    person add 'Ben Obi' --role pupil --school 100001 --year-group 3 --hirer P1
    person add 'Cleo Bow' --role pupil --school 100001 --year-group 5 --hirer P2
    person add 'Dora Reid' --role pupil --school 100001 --year-group 5 --hirer P3
    instrument add --type VN
    instrument add --type VN
    instrument add --type VC
    instrument add --type VC
    instrument add --type CL
    instrument add --type CL
    remind arm
";

fn act() -> impl Strategy<Value = Act> {
    let instrument = || 0..6usize;
    prop_oneof![
        4 => (instrument(), 0..BORROWERS.len(), 0i64..50).prop_map(|(instrument, borrower, days)| Act::Lend { instrument, borrower, days }),
        2 => instrument().prop_map(|instrument| Act::Return { instrument }),
        2 => (instrument(), 0i64..40).prop_map(|(instrument, days)| Act::Renew { instrument, days }),
        1 => (instrument(), 0i64..20).prop_map(|(instrument, days)| Act::Hold { instrument, days }),
        1 => instrument().prop_map(|instrument| Act::Release { instrument }),
    ]
}

fn morning() -> impl Strategy<Value = Morning> {
    prop_oneof![3 => Just(Morning::Missed), 1 => Just(Morning::ServerDown), 5 => Just(Morning::Run), 1 => Just(Morning::RunTwice)]
}

/// A loan as the model has it.
#[derive(Clone, Debug)]
struct Loan {
    number: usize,
    contact: Option<&'static str>,
    /// Days from the first.
    due: i64,
    held_until: Option<i64>,
    /// The highest stage said, by due day.
    said: BTreeMap<i64, usize>,
    /// What nobody could be mailed about and was listed, by due day.
    listed: BTreeSet<(i64, usize)>,
}

impl Loan {
    /// 1 due soon, 2 first, 3 second, 4 final.
    fn to_say(&self, day: i64) -> Option<usize> {
        let late = day - self.due;
        let reached = match late {
            121.. => None,
            28.. => Some(4),
            14.. => Some(3),
            1.. => Some(2),
            -14..=0 => Some(1),
            _ => None,
        };
        let is_held = self.held_until.is_some_and(|until| day <= until);
        reached.filter(|stage| !is_held && self.said.get(&self.due).is_none_or(|said| said < stage))
    }
}

#[derive(Default)]
struct Model {
    /// By instrument.
    loans: BTreeMap<usize, Loan>,
    made: usize,
}

fn tag(instrument: usize) -> String {
    let kinds = ["VN-0001", "VN-0002", "VC-0001", "VC-0002", "CL-0001", "CL-0002"];
    kinds[instrument].to_string()
}

fn on(day: i64) -> Date {
    FIRST.checked_add(day.days()).expect("a day")
}

impl Model {
    /// At the desk and in the model alike; what cannot be is left out of both.
    fn act(&mut self, desk: &Desk, day: i64, act: &Act) {
        let today = on(day);
        match act {
            Act::Lend { instrument, borrower, days } if !self.loans.contains_key(instrument) => {
                let ((name, contact), due) = (BORROWERS[*borrower], day + days);
                desk.done(&format!("--today {today} lend {} --to '{name}' --due {}", tag(*instrument), on(due)));
                self.made += 1;
                let loan = Loan {
                    number: self.made,
                    contact,
                    due,
                    held_until: None,
                    said: BTreeMap::new(),
                    listed: BTreeSet::new(),
                };
                self.loans.insert(*instrument, loan);
            }
            Act::Return { instrument } if self.loans.remove(instrument).is_some() => {
                desk.done(&format!("--today {today} return {}", tag(*instrument)));
            }
            Act::Renew { instrument, days } => {
                let due = day + days;
                if let Some(loan) = self.loans.get_mut(instrument).filter(|loan| due > loan.due) {
                    desk.done(&format!("--today {today} renew {} --due {}", tag(*instrument), on(due)));
                    loan.due = due;
                }
            }
            Act::Hold { instrument, days } => {
                if let Some(loan) = self.loans.get_mut(instrument) {
                    let until = day + days;
                    desk.done(&format!(
                        "--today {today} remind hold L{} --until {} --reason Illness",
                        loan.number,
                        on(until)
                    ));
                    loan.held_until = Some(until);
                }
            }
            Act::Release { instrument } => {
                if let Some(loan) = self.loans.get_mut(instrument)
                    && loan.held_until.is_some_and(|until| day <= until)
                {
                    desk.done(&format!("--today {today} remind release L{}", loan.number));
                    loan.held_until = None;
                }
            }
            _ => {}
        }
    }

    /// What a run mails, by address, and how it ends.
    fn run(&mut self, day: i64, is_down: bool) -> (BTreeMap<&'static str, BTreeSet<String>>, i32) {
        let mut mails: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
        for (instrument, loan) in &self.loans {
            if let (Some(contact), Some(_)) = (loan.contact, loan.to_say(day)) {
                mails.entry(contact).or_default().insert(tag(*instrument));
            }
        }
        if is_down && !mails.is_empty() {
            return (BTreeMap::new(), 3);
        }
        let mut is_someone_unreached = false;
        for loan in self.loans.values_mut() {
            match (loan.contact, loan.to_say(day)) {
                (Some(_), Some(stage)) => drop(loan.said.insert(loan.due, stage)),
                (None, Some(stage)) => is_someone_unreached |= loan.listed.insert((loan.due, stage)),
                _ => {}
            }
        }
        (mails, if is_someone_unreached { 4 } else { 0 })
    }
}

fn live(year: &[(Morning, Option<Act>)]) {
    let server = MailServer::start(Temper::kind());
    let mut desk = Desk::new();
    desk.mail.from = Some("Test Hub <hub@example.org>".to_string());
    HUB.lines().map(str::trim).filter(|line| !line.is_empty()).for_each(|line| drop(desk.done(line)));
    let mut model = Model::default();
    let mut seen = 0;
    for (day, (morning, act)) in (0..).zip(year) {
        let runs = match morning {
            Morning::Missed => 0,
            Morning::ServerDown | Morning::Run => 1,
            Morning::RunTwice => 2,
        };
        let is_down = *morning == Morning::ServerDown;
        // Nobody listens on port 1.
        desk.mail.smtp_url = Some(if is_down { "smtp://127.0.0.1:1".to_string() } else { server.url() });
        for _ in 0..runs {
            let (expected, exit) = model.run(day, is_down);
            let outcome = desk.run(&format!("--today {} remind --send", on(day)));
            let told = format!("day {day} ({}): {}{}", on(day), outcome.stdout, outcome.stderr);
            assert_eq!(outcome.exit, exit, "{told}");
            let messages = server.messages();
            let mut mailed: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
            for message in &messages[seen..] {
                let address = expected.keys().find(|address| message.to == **address).expect(&told);
                let tags = (0..6).map(tag).filter(|tag| message.text().contains(tag)).collect();
                assert!(mailed.insert(address, tags).is_none(), "two to {address}: {told}");
            }
            seen = messages.len();
            assert_eq!(mailed, expected, "{told}");
            if expected.is_empty() && exit == 0 {
                assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""), "{told}");
            }
        }
        act.iter().for_each(|act| model.act(&desk, day, act));
    }
    desk.done(&format!("--today {} check", on(DAYS)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, failure_persistence: None, max_shrink_iters: 20, ..ProptestConfig::default() })]

    #[test]
    fn a_year_of_mornings_says_each_thing_once(
        year in prop::collection::vec((morning(), prop::option::of(act())), DAYS as usize)
    ) {
        live(&year);
    }
}
