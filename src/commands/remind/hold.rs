//! `remind hold` and `remind release`: loans that nobody is reminded of for a while.

use anyhow::Result;
use clap::Args;

use crate::cli::DayArg;
use crate::commands::{Desk, batch};
use crate::domain::date::{Date, in_words};
use crate::domain::instrument::free_text;
use crate::domain::loan::OpenLoan;
use crate::domain::reference::LoanRef;
use crate::domain::refusal::refuse;
use crate::domain::reminder::{HoldRefusal, hold as rules};
use crate::domain::tag::Tag;
use crate::domain::words::LoanState;
use crate::store::journal::{About, Event};
use crate::store::reminder::{self, Hold as Held};
use crate::store::{Tx, loan};

/// Hold loans: nobody is reminded of them through a day. All are held or none is.
///
/// The last day is still held; reminders go on the day after, with the latest stage and not with all that were missed. A
/// loan that is on hold already gets the new day and reason. A renewal does not end a hold.
///
/// Example: ledgerline remind hold L231 --until +14d --reason "In hospital"
#[derive(Debug, Args)]
pub struct Hold {
    /// Their references
    #[arg(required = true, value_name = "LOAN")]
    loans: Vec<LoanRef>,
    /// The last day on which nobody is reminded, today or later
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    until: DayArg,
    /// Why
    #[arg(long, allow_hyphen_values = true)]
    reason: String,
}

/// Let loans go that are on hold: reminders go on. All are released or none is.
///
/// Example: ledgerline remind release L231
#[derive(Debug, Args)]
pub struct Release {
    /// Their references
    #[arg(required = true, value_name = "LOAN")]
    loans: Vec<LoanRef>,
}

/// A loan whose reminders are held or let go.
struct Subject {
    loan: LoanRef,
    found: loan::Found,
    /// The hold on record that still holds.
    before: Option<Held>,
    /// The other open loan of the instrument, of which reminders go on.
    beside: Option<OpenLoan>,
}

impl Hold {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let until = rules::last_day(self.until.on(today)?, today).map_err(refuse)?;
        let reason = free_text("the reason", &self.reason).map_err(refuse)?;
        let reason = reason.ok_or_else(|| refuse(HoldRefusal::NoReason))?;
        let hold = Held { until, reason, held_on: today };
        let mut db = desk.open()?;
        let subjects = desk.change(&mut db, |tx| {
            let subjects = batch::all_or_none("held", &each_once(&self.loans), |typed| {
                let subject = Subject::load(tx, typed.parse()?, today)?;
                rules::hold(subject.loan, &subject.found.tag, subject.found.state).map_err(refuse)?;
                Ok(subject)
            })?;
            let changed: Vec<&Subject> = subjects.iter().filter(|subject| !subject.is_held_by(&hold)).collect();
            for subject in &changed {
                reminder::hold(tx, subject.loan, &hold)?;
            }
            let event = (!changed.is_empty()).then(|| {
                let told = format!("Held {} until {} ({})", named(&changed), in_words(until), hold.reason);
                event("remind hold", today, told, &changed)
            });
            Ok((subjects, event))
        })?;
        subjects.iter().try_for_each(|subject| desk.say(subject.held(&hold)))?;
        tell_of_those_beside(desk, &subjects, &self.loans)
    }
}

impl Release {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut db = desk.open()?;
        let subjects = desk.change(&mut db, |tx| {
            let subjects = batch::all_or_none("released", &each_once(&self.loans), |typed| {
                let subject = Subject::load(tx, typed.parse()?, today)?;
                let on_record = reminder::held(tx, subject.loan)?.map(|hold| hold.until);
                rules::release(subject.loan, on_record, today).map_err(refuse)?;
                Ok(subject)
            })?;
            for subject in &subjects {
                reminder::release(tx, subject.loan)?;
            }
            let all: Vec<&Subject> = subjects.iter().collect();
            let event = event("remind release", today, format!("Released {}", named(&all)), &all);
            Ok((subjects, Some(event)))
        })?;
        subjects.iter().try_for_each(|subject| desk.say(subject.released()))
    }
}

/// A reference that is given twice counts once.
fn each_once(loans: &[LoanRef]) -> Vec<String> {
    let mut once: Vec<LoanRef> = Vec::new();
    for loan in loans {
        if !once.contains(loan) {
            once.push(*loan);
        }
    }
    once.iter().map(LoanRef::to_string).collect()
}

impl Subject {
    fn load(tx: &Tx, reference: LoanRef, today: Date) -> Result<Subject> {
        let found = loan::get(tx, reference)?;
        let open = loan::open(tx, found.instrument_id)?;
        let beside = [open.outer, open.inner].into_iter().flatten().find(|other| other.loan != reference);
        let is_held = |hold: &Held| hold.until >= today;
        let beside_is_held = match &beside {
            Some(other) => reminder::held(tx, other.loan)?.is_some_and(|hold| is_held(&hold)),
            None => false,
        };
        let before = reminder::held(tx, reference)?.filter(is_held);
        Ok(Subject { loan: reference, found, before, beside: beside.filter(|_| !beside_is_held) })
    }

    fn tag(&self) -> &Tag {
        &self.found.tag
    }

    fn is_held_by(&self, hold: &Held) -> bool {
        self.before.as_ref().is_some_and(|before| before.until == hold.until && before.reason == hold.reason)
    }

    fn held(&self, hold: &Held) -> String {
        let (loan, until) = (self.loan, in_words(hold.until));
        match &self.before {
            None => format!(
                "{loan} is on hold until {until}: nobody is reminded of {}. After that day reminders go on.",
                self.tag()
            ),
            Some(before) if before.until != hold.until => format!(
                "{loan} was on hold until {} and now is until {until}: nobody is reminded of {}.",
                in_words(before.until),
                self.tag()
            ),
            Some(before) if before.reason != hold.reason => {
                format!("{loan} was on hold until {until} already, and now has the new reason.")
            }
            Some(_) => format!("{loan} is on hold until {until} already, for that reason."),
        }
    }

    fn released(&self) -> String {
        match self.found.state {
            LoanState::Open => format!("{} is no longer on hold: reminders of {} go on.", self.loan, self.tag()),
            state => format!("{} is no longer on hold; it is {state}.", self.loan),
        }
    }
}

/// Where a school's loan and a pupil's inside it are both open, each has its own reminders.
fn tell_of_those_beside(desk: &mut Desk<'_, '_>, subjects: &[Subject], held: &[LoanRef]) -> Result<()> {
    let beside = subjects.iter().filter_map(|subject| Some((subject, subject.beside.as_ref()?)));
    for (subject, other) in beside.filter(|(_, other)| !held.contains(&other.loan)) {
        desk.say(format!(
            "{} is on loan to {} too, as {}, which is not on hold: ledgerline remind hold {} …",
            subject.tag(),
            other.borrower_name,
            other.loan,
            other.loan
        ))?;
    }
    Ok(())
}

/// `L231 of VN-0042, L232 of VC-0003`
fn named(subjects: &[&Subject]) -> String {
    let named = subjects.iter().map(|subject| format!("{} of {}", subject.loan, subject.tag()));
    named.collect::<Vec<_>>().join(", ")
}

fn event(command: &'static str, on: Date, summary: String, subjects: &[&Subject]) -> Event {
    let subject = match subjects {
        [only] => only.loan.to_string(),
        many => format!("{} loans", many.len()),
    };
    let about = subjects.iter().flat_map(|subject| {
        let (instrument, borrower) = (subject.found.instrument_id, subject.found.borrower);
        [About::loan(subject.loan), About::instrument(instrument), About::borrower(borrower)]
    });
    Event { on, command, subject, summary, about: about.collect() }
}
