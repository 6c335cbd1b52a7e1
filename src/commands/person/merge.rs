//! `person merge`: one person who is on record twice.

use anyhow::Result;
use clap::Args;

use crate::commands::remission::rework::{self, Reworked};
use crate::commands::{Desk, lookup};
use crate::domain::borrower::BorrowerRef;
use crate::domain::charge::Remission as LetOff;
use crate::domain::date::Date;
use crate::domain::merge::{MergeRefusal, Merged, merge};
use crate::domain::person::Person;
use crate::domain::reference::{ChargeRef, LoanRef, PersonRef, RequestRef};
use crate::domain::refusal::refuse;
use crate::domain::request::Request;
use crate::store::journal::{About, Event};
use crate::store::merge::{self as merges, Part};
use crate::store::{Tx, person as people, remission, request as requests};

/// Make one of two records of the same person: loans, requests, charges, remissions and pupils go to the one that stays.
///
/// What the other record alone knows is taken over; where they differ, the one that stays is right. The reference that
/// goes leads to the one that stays from then on. Hire not yet paid for is worked out anew.
///
/// Example: ledgerline person merge P17 P3
#[derive(Debug, Args)]
pub struct Merge {
    /// The record to give up: a reference, a name, or a part of a name
    #[arg(value_name = "PERSON")]
    gone: String,
    /// The record that stays
    #[arg(value_name = "INTO")]
    into: String,
}

/// Two people who are one now.
struct Done {
    gone: Person,
    merged: Merged,
    moved: Vec<(Part, i64)>,
    /// Requests for the same thing that both had open.
    twice: Vec<Request>,
    /// Hire that is remitted by another percentage now.
    reworked: Vec<Reworked>,
}

impl Merge {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut db = desk.open()?;
        let done = desk.change(&mut db, |tx| self.merge(tx, today))?;
        desk.say(done.sentence())?;
        let (gone, into) = (done.gone.id, &done.merged.into);
        if !done.merged.taken.is_empty() {
            desk.say(format!("Taken from {gone}: {}.", done.merged.taken.join(", ")))?;
        }
        if !done.merged.dropped.is_empty() {
            desk.warn(format!("{} keeps its own and not, from {gone}: {}", into.id, done.merged.dropped.join(", ")))?;
        }
        for needless in &done.merged.needless {
            let LetOff { percent, year, band, .. } = needless;
            desk.say(format!("Both had a remission of {percent}% for {year} ({band}); one of them is left."))?;
        }
        rework::tell(desk, &done.reworked)?;
        for request in &done.twice {
            let (id, wanted) = (request.id, request.wanted.in_words());
            desk.warn(format!(
                "{} now waits twice for {wanted}; to cancel one: ledgerline request cancel {id}",
                into.name
            ))?;
        }
        desk.say(format!("{gone} leads to {} from now on; 'ledgerline undo' brings it back.", into.id))
    }

    fn merge(&self, tx: &Tx, today: Date) -> Result<(Done, Option<Event>)> {
        let gone = lookup::person_at_hand(tx, &self.gone)?;
        let into = lookup::person_at_hand(tx, &self.into)?;
        if let Some(typed) = self.gone.parse::<PersonRef>().ok().filter(|typed| *typed != gone.id) {
            return Err(refuse(MergeRefusal::MergedBefore { gone: typed, into: gone.id }));
        }
        let years = merges::both_remitted(tx, gone.id, into.id)?;
        let merged = merge(&gone, &into, &years).map_err(refuse)?;
        for needless in &merged.needless {
            remission::remove(tx, needless.person, needless.year)?;
        }
        let moved = merges::merge(tx, gone.id, into.id)?;
        if merged.into != into {
            people::put(tx, &merged.into)?;
        }
        let twice = twice(requests::open_of(tx, BorrowerRef::Person(into.id))?);
        let reworked = rework::every_year(tx, into.id)?;
        let done = Done { gone, merged, moved, twice, reworked };
        let event = done.event(today);
        Ok((done, Some(event)))
    }
}

/// The later of any two requests for the same.
fn twice(open: Vec<Request>) -> Vec<Request> {
    let mut once: Vec<Request> = Vec::new();
    let mut again = Vec::new();
    for request in open {
        let known = once.iter().any(|other| other.wanted.same(&request.wanted));
        if known { &mut again } else { &mut once }.push(request);
    }
    again
}

impl Done {
    fn count(&self, part: Part) -> usize {
        self.moved.iter().filter(|(moved, _)| *moved == part).count()
    }

    /// `Merged P17 Anna Ruis into P3 Ana Ruiz: 2 loans, 1 request.`
    fn sentence(&self) -> String {
        let kinds = [
            (Part::Borrows, "loan", "loans"),
            (Part::Signs, "signed loan", "signed loans"),
            (Part::Waits, "request", "requests"),
            (Part::Owes, "charge", "charges"),
            (Part::Remitted, "remission", "remissions"),
            (Part::WrittenTo, "reminder sent", "reminders sent"),
            (Part::SignsForPupil, "pupil", "pupils"),
        ];
        let counted = kinds.iter().filter_map(|(part, one, many)| match self.count(*part) {
            0 => None,
            1 => Some(format!("1 {one}")),
            number => Some(format!("{number} {many}")),
        });
        let counted: Vec<String> = counted.collect();
        let moved = if counted.is_empty() { String::new() } else { format!(", with {}", counted.join(", ")) };
        let (gone, into) = (&self.gone, &self.merged.into);
        format!("Merged {} {} into {} {}{moved}.", gone.id, gone.name, into.id, into.name)
    }

    fn event(&self, on: Date) -> Event {
        let mut about = vec![About::Person(self.gone.id), About::Person(self.merged.into.id)];
        about.extend(self.moved.iter().filter_map(|(part, id)| match part {
            Part::Borrows | Part::Signs => Some(About::loan(LoanRef::new(*id))),
            Part::Waits => Some(About::Request(RequestRef::new(*id))),
            Part::Owes => Some(About::charge(ChargeRef::new(*id))),
            Part::SignsForPupil => Some(About::Person(PersonRef::new(*id))),
            Part::Remitted | Part::WrittenTo | Part::MergedBefore => None,
        }));
        about.extend(rework::about(&self.reworked));
        Event { on, command: "person merge", subject: self.gone.id.to_string(), summary: self.sentence(), about }
    }
}
