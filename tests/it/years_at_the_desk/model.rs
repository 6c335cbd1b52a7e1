//! The model: loans as a plain list, and every rule said again in the shortest way, by comparing days.

pub const TAGS: [&str; 4] = ["TPT-0001", "TPT-0002", "TPT-0003", "TPT-0004"];
const SET: [usize; 3] = [0, 1, 2];

/// Who borrows: a name at the desk, a pupil's school, and whoever signs.
const BORROWERS: [(&str, &str, &str); 6] = [
    ("100001", "", ""),
    ("100002", "", ""),
    ("P1", "", ""),
    ("P3", "100001", "P1"),
    ("P4", "100002", "P2"),
    ("P5", "100001", ""),
];

/// Days count from here.
const FIRST: jiff::civil::Date = jiff::civil::Date::constant(2026, 6, 20);

/// An open loan ends after every day.
const NEVER: i64 = i64::MAX;

#[derive(Clone, Debug)]
pub enum Step {
    Lend { tag: usize, to: usize, back: i64, days: i64 },
    Return { tag: usize, back: i64, to_school: bool },
    Renew { tag: usize, days: i64 },
    Swap { old: usize, new: usize, back: i64 },
    Transfer { tag: usize, to: usize, back: i64 },
    LendSet { to: usize, days: i64 },
    ReturnSet { except: Option<usize> },
    Void { loan: usize },
    CorrectOut { loan: usize, out: i64, due: i64 },
    CorrectReturned { loan: usize, returned: i64 },
    Lose { tag: usize, back: i64 },
    Find { tag: usize },
    SendToRepair { tag: usize },
    BackFromRepair { tag: usize },
    Undo,
    Wait { days: i64 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Open,
    Returned(i64),
    Lost(i64),
    Void,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Loan {
    number: i64,
    tag: usize,
    outer: Option<i64>,
    scheme: &'static str,
    to: usize,
    hirer: &'static str,
    in_set: bool,
    out: i64,
    due: i64,
    end: End,
}

impl Loan {
    fn last(&self) -> i64 {
        match self.end {
            End::Returned(day) | End::Lost(day) => day,
            End::Open | End::Void => NEVER,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct State {
    loans: Vec<Loan>,
    missing: [bool; 4],
    in_repair: [bool; 4],
    /// When each last went to be mended, and the repairs that are over: instrument, sent, back.
    sent: [i64; 4],
    mended: Vec<(usize, i64, i64)>,
}

impl State {
    /// Whether an instrument was away on a day of a repair that is over; the days it went and came are not among them.
    fn was_away(&self, tag: usize, on: i64) -> bool {
        self.mended.iter().any(|&(mended, sent, back)| mended == tag && sent < on && on < back)
    }
}

pub struct Model {
    day: i64,
    next_loan: i64,
    state: State,
    /// Each event's state before and after; a bare undo turns the last one round.
    events: Vec<(State, State)>,
}

/// One row of `loan list`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoanRow {
    pub loan: String,
    pub tag: String,
    pub scheme: String,
    pub borrower: String,
    pub hirer: String,
    pub set: String,
    pub out_on: String,
    pub due_on: String,
    pub returned_on: String,
    pub state: String,
}

fn day(number: i64) -> String {
    FIRST.saturating_add(jiff::Span::new().days(number)).to_string()
}

/// No terms are entered: a rule gives 31 July, of this school year or the next.
fn by_rule(out: i64) -> i64 {
    let july = |year: i16| FIRST.until(jiff::civil::date(year, 7, 31)).map_or(0, |span| i64::from(span.get_days()));
    (2026..2036).map(july).find(|&july| july > out).unwrap_or(NEVER)
}

impl Model {
    pub fn new() -> Model {
        Model { day: 0, next_loan: 1, state: State::default(), events: Vec::new() }
    }

    pub fn today(&self) -> String {
        day(self.day)
    }

    /// Applies a step; whether the desk should take it.
    pub fn take(&mut self, step: &Step) -> bool {
        if let Step::Wait { days } = step {
            self.day += days;
            return true;
        }
        if let Step::Undo = step {
            return self.undo();
        }
        let before = self.state.clone();
        // A number that a refused command took goes back with the rest of it.
        let next_loan = self.next_loan;
        if self.apply(step).is_none() || !self.state.is_possible() {
            (self.state, self.next_loan) = (before, next_loan);
            return false;
        }
        if self.state != before {
            self.events.push((before, self.state.clone()));
        }
        true
    }

    fn undo(&mut self) -> bool {
        // Before the first step stand the events that made the desk; those are left alone.
        let Some((before, after)) = self.events.last().cloned() else {
            return true;
        };
        self.state = before.clone();
        self.events.push((after, before));
        true
    }

    fn apply(&mut self, step: &Step) -> Option<()> {
        match *step {
            Step::Lend { tag, to, back, days } => {
                let on = self.day - back;
                let was_here = !self.state.was_away(tag, on);
                was_here.then(|| self.lend(tag, to, on, on + days, None, false)).flatten()
            }
            Step::Return { tag, back, to_school } => self.take_back(tag, self.day - back, to_school),
            Step::Renew { tag, days } => {
                let due = self.day + days;
                let holder = self.state.holder(tag)?;
                (due > holder.due).then(|| holder.due = due)
            }
            Step::Swap { old, new, back } => self.swap(old, new, self.day - back),
            Step::Transfer { tag, to, back } => self.transfer(tag, to, self.day - back),
            Step::LendSet { to, days } => SET
                .into_iter()
                .try_for_each(|tag| self.lend(tag, to, self.day, self.day + days, None, true).map(|_| ())),
            Step::ReturnSet { except } => self.return_set(except),
            Step::Void { loan } => self.void(loan),
            Step::CorrectOut { loan, out, due } => {
                let today = self.day;
                let loan = self.state.loans.get_mut(loan).filter(|loan| loan.end != End::Void)?;
                (loan.out, loan.due) = (loan.out + out, loan.due + due);
                (loan.out <= today && loan.due >= loan.out).then_some(())
            }
            Step::CorrectReturned { loan, returned } => {
                let today = self.day;
                let loan = self.state.loans.get_mut(loan)?;
                let End::Returned(day) = loan.end else { return None };
                loan.end = End::Returned(day + returned);
                (day + returned <= today).then_some(())
            }
            Step::Lose { tag, back } => self.lose(tag, self.day - back),
            Step::Find { tag } => std::mem::replace(&mut self.state.missing[tag], false).then_some(()),
            Step::SendToRepair { tag } => {
                let is_here = !self.state.missing[tag] && !std::mem::replace(&mut self.state.in_repair[tag], true);
                is_here.then(|| self.state.sent[tag] = self.day)
            }
            Step::BackFromRepair { tag } => {
                let was_away = std::mem::replace(&mut self.state.in_repair[tag], false);
                was_away.then(|| self.state.mended.push((tag, self.state.sent[tag], self.day)))
            }
            Step::Undo | Step::Wait { .. } => None,
        }
    }

    /// Adds a loan where the rules allow one; `like` is the loan whose terms it carries on.
    fn lend(&mut self, tag: usize, to: usize, on: i64, due: i64, like: Option<&Loan>, in_set: bool) -> Option<()> {
        let (name, school, own_hirer) = BORROWERS[to];
        if self.state.missing[tag] || self.state.in_repair[tag] || due < on {
            return None;
        }
        let open: Vec<&Loan> =
            self.state.loans.iter().filter(|loan| loan.tag == tag && loan.end == End::Open).collect();
        let outer = match open.as_slice() {
            [] => None,
            [outer] if !school.is_empty() && BORROWERS[outer.to].0 == school => Some(outer.number),
            _ => return None,
        };
        let hirer = like.map_or(own_hirer, |loan| loan.hirer);
        if !school.is_empty() && hirer.is_empty() && outer.is_none() {
            return None;
        }
        let usual = if name.starts_with('P') { "hire" } else { "school" };
        let scheme = like.map_or(if in_set { "class-set" } else { usual }, |loan| loan.scheme);
        let in_set = in_set || like.is_some_and(|loan| loan.in_set);
        let number = self.next_loan;
        self.next_loan += 1;
        self.state.loans.push(Loan { number, tag, outer, scheme, to, hirer, in_set, out: on, due, end: End::Open });
        Some(())
    }

    fn take_back(&mut self, tag: usize, on: i64, to_school: bool) -> Option<()> {
        let mut open: Vec<&mut Loan> =
            self.state.loans.iter_mut().filter(|loan| loan.tag == tag && loan.end == End::Open).collect();
        if to_school {
            open.retain(|loan| loan.outer.is_some());
        }
        if open.is_empty() || open.iter().any(|loan| loan.out > on) {
            return None;
        }
        open.iter_mut().for_each(|loan| loan.end = End::Returned(on));
        Some(())
    }

    fn swap(&mut self, old: usize, new: usize, on: i64) -> Option<()> {
        if old == new || self.state.was_away(new, on) {
            return None;
        }
        let holder = self.state.holder(old)?;
        if holder.out > on {
            return None;
        }
        holder.end = End::Returned(on);
        let like = holder.clone();
        let due = if like.due < on { by_rule(on) } else { like.due };
        self.lend(new, like.to, on, due, Some(&like), false)
    }

    fn transfer(&mut self, tag: usize, to: usize, on: i64) -> Option<()> {
        let open = self.state.loans.iter().filter(|loan| loan.tag == tag && loan.end == End::Open);
        let like = match open.collect::<Vec<_>>().as_slice() {
            [only] if only.to != to && only.out <= on => (*only).clone(),
            _ => return None,
        };
        self.take_back(tag, on, false)?;
        let is_person = |to: usize| BORROWERS[to].0.starts_with('P');
        let due = if like.due < on { by_rule(on) } else { like.due };
        // Away to be mended, it can still become another's.
        let in_repair = std::mem::replace(&mut self.state.in_repair[tag], false);
        self.lend(tag, to, on, due, None, false)?;
        self.state.in_repair[tag] = in_repair;
        let new = self.state.loans.last_mut()?;
        new.in_set = like.in_set;
        if is_person(to) == is_person(like.to) {
            new.scheme = like.scheme;
        }
        Some(())
    }

    fn return_set(&mut self, except: Option<usize>) -> Option<()> {
        let is_out = |loan: &&Loan| loan.end == End::Open && loan.outer.is_none();
        let out: Vec<&Loan> = self.state.loans.iter().filter(is_out).collect();
        let holders: Vec<usize> = out.iter().filter(|loan| loan.in_set).map(|loan| loan.to).collect();
        // What went out as the set, and what else of it the same borrowers have; or, where nothing did, all of it.
        let comes_back = |loan: &&&Loan| {
            loan.in_set || SET.contains(&loan.tag) && (holders.is_empty() || holders.contains(&loan.to))
        };
        let mut back: Vec<usize> = out.iter().filter(comes_back).map(|loan| loan.tag).collect();
        back.retain(|tag| Some(*tag) != except);
        if back.is_empty() {
            return None;
        }
        back.into_iter().try_for_each(|tag| self.take_back(tag, self.day, false))
    }

    fn void(&mut self, loan: usize) -> Option<()> {
        let number = self.state.loans.get(loan)?.number;
        let holds_another = self.state.loans.iter().any(|loan| loan.outer == Some(number) && loan.end != End::Void);
        let loan = self.state.loans.get_mut(loan)?;
        if loan.end == End::Void || holds_another {
            return None;
        }
        loan.end = End::Void;
        Some(())
    }

    fn lose(&mut self, tag: usize, on: i64) -> Option<()> {
        if self.state.missing[tag] || self.state.in_repair[tag] {
            return None;
        }
        self.state.missing[tag] = true;
        let of_it = |loan: &&mut Loan| loan.tag == tag && loan.end != End::Void;
        for loan in self.state.loans.iter_mut().filter(of_it) {
            match loan.end {
                End::Open if loan.out <= on => loan.end = End::Lost(on),
                End::Open => return None,
                // It was out after that day, so it cannot have been lost on it.
                _ if loan.outer.is_none() && loan.last() > on => return None,
                _ => {}
            }
        }
        Some(())
    }

    /// Every loan, by reference.
    pub fn loans(&self) -> Vec<LoanRow> {
        let row = |loan: &Loan| LoanRow {
            loan: format!("L{}", loan.number),
            tag: TAGS[loan.tag].to_string(),
            scheme: loan.scheme.to_string(),
            borrower: BORROWERS[loan.to].0.to_string(),
            hirer: loan.hirer.to_string(),
            set: if loan.in_set { "Trumpets".to_string() } else { String::new() },
            out_on: day(loan.out),
            due_on: day(loan.due),
            returned_on: if let End::Returned(on) = loan.end { day(on) } else { String::new() },
            state: match loan.end {
                End::Open => "open",
                End::Returned(_) => "returned",
                End::Lost(_) => "lost",
                End::Void => "void",
            }
            .to_string(),
        };
        let mut loans: Vec<&Loan> = self.state.loans.iter().collect();
        loans.sort_by_key(|loan| loan.number);
        loans.into_iter().map(row).collect()
    }

    /// Each instrument's availability and whoever has it now.
    pub fn stock(&self) -> Vec<(String, String, String)> {
        let of = |tag: usize| {
            let mut state = self.state.clone();
            let holder = state.holder(tag).map(|loan| BORROWERS[loan.to].0);
            let availability = match (self.state.missing[tag], self.state.in_repair[tag], holder) {
                (true, ..) => "missing",
                (_, true, _) => "in-repair",
                (.., Some(_)) => "on-loan",
                _ => "available",
            };
            (TAGS[tag].to_string(), availability.to_string(), holder.unwrap_or_default().to_string())
        };
        (0..TAGS.len()).map(of).collect()
    }
}

impl State {
    /// The loan of whoever has an instrument now.
    fn holder(&mut self, tag: usize) -> Option<&mut Loan> {
        self.loans
            .iter_mut()
            .filter(|loan| loan.tag == tag && loan.end == End::Open)
            .max_by_key(|loan| loan.outer.is_some())
    }

    /// Whether no instrument was in two places at once, nor anything lent that is gone.
    fn is_possible(&self) -> bool {
        let loans: Vec<&Loan> = self.loans.iter().filter(|loan| loan.end != End::Void).collect();
        let alone = |one: &&Loan| {
            let beside = loans.iter().filter(|other| other.number != one.number && other.tag == one.tag);
            let mut beside = beside.filter(|other| other.outer == one.outer);
            !beside.any(|other| at_once(one, other))
        };
        let within = |loan: &&Loan| match loan.outer {
            None => true,
            Some(number) => {
                loans.iter().any(|outer| outer.number == number && outer.out <= loan.out && loan.last() <= outer.last())
            }
        };
        let forwards = |loan: &&Loan| loan.out <= loan.last();
        let here = |loan: &&Loan| loan.end != End::Open || !self.missing[loan.tag];
        loans.iter().all(|loan| alone(loan) && within(loan) && forwards(loan) && here(loan))
    }
}

/// Whether two loans share more than a day of handing over.
fn at_once(one: &Loan, other: &Loan) -> bool {
    let strictly_inside = |day: i64, loan: &Loan| loan.out < day && day < loan.last();
    let overlap = one.out.max(other.out) < one.last().min(other.last());
    overlap || strictly_inside(one.out, other) || strictly_inside(other.out, one)
}

/// The same step as a command line.
pub fn command(step: &Step, model: &Model) -> String {
    let today = model.day;
    let loan = |index: usize| model.state.loans.get(index);
    let reference = |index: usize| loan(index).map_or_else(|| "L999".to_string(), |loan| format!("L{}", loan.number));
    let name = |to: usize| BORROWERS[to].0;
    let line = match *step {
        Step::Lend { tag, to, back, days } => {
            let on = today - back;
            format!("lend {} --to {} --on {} --due {}", TAGS[tag], name(to), day(on), day(on + days))
        }
        Step::Return { tag, back, to_school } => {
            format!("return {} --on {}{}", TAGS[tag], day(today - back), if to_school { " --to-school" } else { "" })
        }
        Step::Renew { tag, days } => format!("renew {} --due {}", TAGS[tag], day(today + days)),
        Step::Swap { old, new, back } => format!("swap {} {} --on {}", TAGS[old], TAGS[new], day(today - back)),
        Step::Transfer { tag, to, back } => {
            format!("transfer {} --to {} --on {}", TAGS[tag], name(to), day(today - back))
        }
        Step::LendSet { to, days } => format!("lend --set Trumpets --to {} --due {}", name(to), day(today + days)),
        Step::ReturnSet { except } => {
            let except = except.map(|tag| format!(" --except {}", TAGS[tag])).unwrap_or_default();
            format!("return --set Trumpets{except}")
        }
        Step::Void { loan } => format!("loan void {} --reason mistake", reference(loan)),
        Step::CorrectOut { loan: index, out, due } => {
            let (was_out, was_due) = loan(index).map_or((0, 0), |loan| (loan.out, loan.due));
            let (out, due) = (day(was_out + out), day(was_due + due));
            format!("loan correct {} --out-on {out} --due-on {due} --reason mistake", reference(index))
        }
        Step::CorrectReturned { loan: index, returned } => {
            let was = loan(index).map_or(0, |loan| if let End::Returned(on) = loan.end { on } else { 0 });
            format!("loan correct {} --returned-on {} --reason mistake", reference(index), day(was + returned))
        }
        Step::Lose { tag, back } => format!("instrument lost {} --on {}", TAGS[tag], day(today - back)),
        Step::Find { tag } => format!("instrument found {}", TAGS[tag]),
        Step::SendToRepair { tag } => format!("repair send {} --to G1", TAGS[tag]),
        Step::BackFromRepair { tag } => format!("repair back {}", TAGS[tag]),
        Step::Undo if model.events.is_empty() => "status".to_string(),
        Step::Undo => "undo".to_string(),
        Step::Wait { days } => return format!("status --today {}", day(today + days)),
    };
    format!("{line} --today {}", day(today))
}
