//! `swap`: another instrument in place of one.

use anyhow::Result;
use clap::Args;

use super::completions::tags;
use super::lend::{tell_of_due, tell_of_late};
use super::{Desk, due_flags, lookup, request};
use crate::cli::{DayArg, word};
use crate::domain::date::{Date, in_words};
use crate::domain::due::Due;
use crate::domain::instrument::Instrument;
use crate::domain::loan::{self as rules, LendFacts, LoanRefusal, OpenLoan, SwapFacts, kept_due, swapped};
use crate::domain::reference::LoanRef;
use crate::domain::refusal::refuse;
use crate::domain::text::Name;
use crate::domain::words::{Condition, LoanState};
use crate::store::journal::{About, Event};
use crate::store::{Tx, instrument, loan, repair, set, setting, timeline};

/// Take one instrument back and hand another over in its place: the same borrower, the same hirer, the same terms.
///
/// Where a pupil has the old one inside a school's loan, only the pupil's loan ends, and the old one stays with the school.
///
/// Example: ledgerline swap VN-0012 VN-0031 --condition good
#[derive(Debug, Args)]
pub struct Swap {
    /// The tag of the one that comes back
    #[arg(add = tags())]
    old: String,
    /// The tag of the one that is handed over
    #[arg(add = tags())]
    new: String,
    /// The day of the swap, today or before
    #[arg(long, default_value = "today", value_name = "DATE")]
    on: DayArg,
    /// The condition that the old one came back in
    #[arg(long, value_parser = word::<Condition>(), ignore_case = true)]
    condition: Option<Condition>,
}

/// A swap that was made.
struct Swapped {
    old: Instrument,
    new: Instrument,
    /// The loan that ended.
    ended: OpenLoan,
    /// The school that keeps the old one.
    stays_with: Option<String>,
    /// The loan that took its place.
    begun: LoanRef,
    due: Due,
    /// How much else the borrower has late.
    late: i64,
    /// The names of their types, where those differ.
    types: Option<(Name, Name)>,
    /// The set that lists the old one and not the new one.
    listed_in: Option<Name>,
    /// The requests that the new one answers.
    answered: Vec<request::Answered>,
}

impl Swap {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let on = self.on.on(today)?;
        let mut db = desk.open()?;
        let done = desk.change(&mut db, |tx| {
            let done = self.make(tx, on, today)?;
            let event = event(&done, on);
            Ok((done, Some(event)))
        })?;
        desk.print(done.begun)?;
        tell(desk, &done)?;
        request::tell_answered(desk, &db, &done.answered)?;
        request::tell_who_waits(desk, &db, [&done.old.tag])
    }

    fn make(&self, tx: &Tx, on: Date, today: Date) -> Result<Swapped> {
        let (old, new) = (instrument::get(tx, &self.old)?, instrument::get(tx, &self.new)?);
        let open = loan::open(tx, old.id)?;
        let ending = swapped(&old, &new, &open).map_err(refuse)?;
        let held = loan::held_terms(tx, ending.loan)?.ok_or_else(|| refuse(LoanRefusal::Unknown(ending.loan)))?;
        let party = lookup::party(tx, ending.borrower)?;
        let due = match kept_due(ending, on) {
            Some(due) => due,
            None => due_flags::by_rule(tx, held.scheme, on, held.school)?,
        };
        // What comes back is late no longer.
        let late = loan::late_of(tx, ending.borrower, today)? - i64::from(ending.due_on < today);
        let new_open = loan::open(tx, new.id)?;
        let later_end = loan::ended_after(tx, new.id, new_open.outer.is_some(), on)?;
        let late_borrowers = setting::late_borrowers(tx)?;
        let facts = SwapFacts {
            old: &old,
            old_open: &open,
            inner_end: loan::ended_after(tx, old.id, true, on)?,
            held: &held,
            new: LendFacts {
                instrument: &new,
                open: new_open,
                later_end,
                mended: repair::away_on(tx, new.id, on)?,
                party: &party,
                late,
                late_borrowers,
                today,
            },
        };
        let decided = rules::swap(&facts, on, due).map_err(refuse)?;
        loan::close(tx, decided.closing, LoanState::Returned, on)?;
        if let Some(condition) = self.condition {
            loan::record_return(tx, decided.closing, Some(condition), None, &[])?;
            instrument::set_condition(tx, old.id, condition)?;
        }
        let begun = loan::add(tx, &decided.new)?;
        if on < today {
            [old.id, new.id].into_iter().try_for_each(|id| timeline::refuse_clash(tx, id))?;
        }
        let handed_over = [(begun, new)];
        let answered = request::answer(tx, ending.borrower, &handed_over)?;
        let [(_, new)] = handed_over;
        let types = types(tx, &old, &new)?;
        let listed_in = listed_in(tx, held.set, &old, &new)?;
        let stays_with = open.inner.as_ref().and(open.outer.as_ref()).map(|outer| outer.borrower_name.clone());
        Ok(Swapped { ended: ending.clone(), old, new, stays_with, begun, due, late, types, listed_in, answered })
    }
}

/// The names of the types of two instruments, where they are of two.
fn types(tx: &Tx, old: &Instrument, new: &Instrument) -> Result<Option<(Name, Name)>> {
    if old.details.type_code == new.details.type_code {
        return Ok(None);
    }
    let name = |of: &Instrument| lookup::instrument_type(tx, of.details.type_code.as_str()).map(|found| found.name);
    Ok(Some((name(old)?, name(new)?)))
}

/// The set it went out with, where that lists the old one and not the new one.
fn listed_in(tx: &Tx, set: Option<i64>, old: &Instrument, new: &Instrument) -> Result<Option<Name>> {
    let Some(found) = set.map(|id| set::with_id(tx, id)).transpose()?.flatten() else {
        return Ok(None);
    };
    let stale = set::is_member(tx, found.id, old.id)? && !set::is_member(tx, found.id, new.id)?;
    Ok(stale.then_some(found.name))
}

impl Swapped {
    fn sentence(&self) -> String {
        let still = if self.due.on == self.ended.due_on { "still" } else { "now" };
        let (old, new, name) = (&self.old.tag, &self.new.tag, &self.ended.borrower_name);
        format!("Swapped {old} for {new} ({name}), {still} due {}", in_words(self.due.on))
    }
}

fn event(done: &Swapped, on: Date) -> Event {
    let mut about = vec![
        About::instrument(done.old.id),
        About::instrument(done.new.id),
        About::loan(done.ended.loan),
        About::loan(done.begun),
        About::borrower(done.ended.borrower),
    ];
    about.extend(done.answered.iter().map(|closed| About::Request(closed.request.id)));
    let subject = format!("{} for {}", done.old.tag, done.new.tag);
    Event { on, command: "swap", subject, summary: done.sentence(), about }
}

fn tell(desk: &mut Desk<'_, '_>, done: &Swapped) -> Result<()> {
    let (old, new, name) = (&done.old, &done.new, &done.ended.borrower_name);
    if let Some((old_type, new_type)) = &done.types {
        desk.warn(format!("these are of two types: {} {old_type}, {} {new_type}", old.tag, new.tag))?;
    }
    tell_of_late(desk, name, done.late)?;
    if done.due.on != done.ended.due_on {
        desk.say(format!("{} was due on {}, before the swap.", old.tag, in_words(done.ended.due_on)))?;
    }
    tell_of_due(desk, &done.due)?;
    let stays = done.stays_with.as_ref().map(|school| format!("; {} stays with {school}", old.tag));
    desk.say(format!("{}{}.", done.sentence(), stays.unwrap_or_default()))?;
    match &done.listed_in {
        Some(set) => desk.say(format!(
            "'{set}' lists {} still; to list {} instead: ledgerline set edit \"{set}\" --add {} --remove {}",
            old.tag, new.tag, new.tag, old.tag
        )),
        None => Ok(()),
    }
}
