//! `lend`: hand instruments over.

mod family;
mod known;

use anyhow::Result;
use clap::{ArgGroup, Args};

use family::{Family, FamilyFlags};
use known::Known;

use super::completions::{borrowers, tags};
use super::{Desk, batch, charge, due_flags::DueFlags, lookup, request, set::SetFlags};
use crate::cli::{DayArg, word};
use crate::domain::date::{Date, in_words};
use crate::domain::due::Due;
use crate::domain::instrument::{Instrument, free_text};
use crate::domain::loan::{Hirer, LendFacts, NewLoan, Party, Request, lend};
use crate::domain::person::YearGroup;
use crate::domain::reference::LoanRef;
use crate::domain::refusal::refuse;
use crate::domain::set::InstrumentSet;
use crate::domain::setting::LateBorrowers;
use crate::domain::tag::Tag;
use crate::domain::words::{Condition, Scheme};
use crate::store::journal::{About, Event};
use crate::store::{Db, Tx, instrument, loan, repair, setting, timeline};

/// Lend instruments to a person, a school or an organisation.
///
/// A pupil's loan needs an adult who signs, unless it stands inside a loan to the pupil's school.
/// A family that comes for the first time is put on record with the loan, by --new-pupil and --new-hirer.
/// Several tags are lent together or not at all; - reads them from a scanner or a pipe, one a line.
///
/// Example: ledgerline lend VN-0042 --to "Ana Ruiz" --due 17/07/2027
/// Example: ledgerline lend --set "Trumpets A" --to "Oak Lane" --pupils 28 --year-group 4
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, group = ArgGroup::new("children").args(["pupils", "new_pupil"]))]
pub struct Lend {
    /// Tags, or - to read them from stdin
    #[arg(required_unless_present = "set", value_name = "TAG", add = tags())]
    tags: Vec<String>,
    #[command(flatten)]
    set: SetFlags,
    /// Who borrows: a reference, a URN, a name, or a part of a name
    #[arg(
        long,
        value_name = "BORROWER",
        allow_hyphen_values = true,
        required_unless_present = "new_pupil",
        add = borrowers()
    )]
    to: Option<String>,
    /// The adult who signs, if not the pupil's own
    #[arg(long, value_name = "PERSON", allow_hyphen_values = true)]
    hirer: Option<String>,
    /// The terms it is lent on; else hire for a person, school for a school, class-set for a set
    #[arg(long, value_parser = word::<Scheme>(), ignore_case = true)]
    scheme: Option<Scheme>,
    #[command(flatten)]
    due: DueFlags,
    /// The day of the hand-over, today or before
    #[arg(long, default_value = "today", value_name = "DATE")]
    on: DayArg,
    /// How many children will play, where a school borrows
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=5000))]
    pupils: Option<i64>,
    /// Their year group, or the new pupil's
    #[arg(long, value_name = "N", requires = "children")]
    year_group: Option<YearGroup>,
    /// The instrument's condition as it goes out
    #[arg(long, value_parser = word::<Condition>(), ignore_case = true)]
    condition: Option<Condition>,
    #[arg(long, allow_hyphen_values = true)]
    note: Option<String>,
    #[command(flatten)]
    family: FamilyFlags,
}

/// What a whole batch is judged by, read once.
struct Terms {
    party: Party,
    /// The family that the loan puts on record.
    family: Option<Family>,
    /// The set that is asked for, in place of tags.
    set: Option<InstrumentSet>,
    request: Request,
    late: i64,
    late_borrowers: LateBorrowers,
    /// The condition the instruments go out in, if it is said.
    condition: Option<Condition>,
    today: Date,
}

impl Terms {
    /// ` of 'Trumpets A'`, where a set is lent.
    fn of_set(&self) -> String {
        self.set.as_ref().map(|set| format!(" of '{}'", set.name)).unwrap_or_default()
    }
}

impl Lend {
    pub fn run(mut self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut db = desk.open()?;
        if let Some(family) = db.read(|tx| self.new_family(tx))? {
            desk.refuse_output()?;
            self.take_known(&known::settle(desk, &db, &family)?);
        }
        if self.tags == ["-"] {
            // Who borrows is settled before the first scan.
            db.read(|tx| self.terms(tx, self.new_family(tx)?, today))?;
        }
        let tags = batch::tags(desk, &self.tags, |tag| {
            db.read(|tx| {
                let terms = self.terms(tx, self.new_family(tx)?, today)?;
                let (found, _) = decide(tx, tag, &terms)?;
                let size = found.details.size.map(|size| format!("{size} ")).unwrap_or_default();
                let kind_of = lookup::instrument_type(tx, found.details.type_code.as_str())?;
                Ok(format!("{} {size}{}", found.tag, kind_of.name))
            })
        })?;
        if tags.is_empty() && !self.set.given() {
            return desk.say("No tag was taken, so nothing was lent.");
        }
        let (terms, lent, answered, fees) = desk.change(&mut db, |tx| {
            let family = self.new_family(tx)?.map(|family| family.enter(tx)).transpose()?;
            let terms = self.terms(tx, family, today)?;
            let mut first = None;
            let tags = match &terms.set {
                Some(set) => self.set.to_lend(tx, set)?,
                None => tags,
            };
            let hint = |at_fault: &[String]| self.set.without_or_for_good(terms.set.as_ref(), at_fault);
            let lent = batch::all_or_none_with("lent", &tags, hint, |tag| self.hand_over(tx, tag, &terms, &mut first))?;
            let answered = request::answer(tx, terms.party.reference(), &lent)?;
            let fees = charge::fees(tx, lent.iter().map(|(loan, _)| *loan), terms.request.on)?;
            let mut event = event(&terms, &lent);
            event.about.extend(answered.iter().map(|closed| About::Request(closed.request.id)));
            Ok(((terms, lent, answered, fees), Some(event)))
        })?;
        for (loan, _) in &lent {
            desk.print(loan)?;
        }
        tell(desk, &terms, &lent)?;
        // What was out before is lent inside the loan that it was out on.
        let inside = lent.iter().filter(|(_, found)| found.standing.on_loan);
        tell_of_outlasted(desk, &db, inside.map(|(loan, found)| (*loan, &found.tag)))?;
        fees.iter().try_for_each(|fee| desk.say(fee))?;
        request::tell_answered(desk, &db, &answered)
    }

    fn new_family(&self, tx: &Tx) -> Result<Option<Family>> {
        self.family.read(tx, self.year_group, self.hirer.as_deref(), self.to.as_deref())
    }

    /// Goes on as if whoever is on record had been named in the first place.
    fn take_known(&mut self, known: &Known) {
        self.family.leave_out(known);
        if let Some(hirer) = known.hirer {
            self.hirer = Some(hirer.to_string());
        }
        if let Some(pupil) = known.pupil {
            self.to = Some(pupil.to_string());
            self.year_group = None;
        }
    }

    fn terms(&self, tx: &Tx, family: Option<Family>, today: Date) -> Result<Terms> {
        let party = match (&family, &self.to) {
            (Some(family), _) => family.party(),
            (None, to) => lookup::party(tx, lookup::borrower(tx, to.as_deref().unwrap_or_default())?)?,
        };
        let set = self.set.named(tx)?;
        let usual = if set.is_some() { Scheme::ClassSet } else { party.usual_scheme() };
        let scheme = self.scheme.unwrap_or(usual);
        let on = self.on.on(today)?;
        let due = self.due.resolve(tx, scheme, on, party.school(), today)?;
        let hirer = self.hirer.as_deref().map(|typed| lookup::person_at_hand(tx, typed)).transpose()?;
        let hirer =
            hirer.map(|person| Hirer { reference: person.id, name: person.name.to_string(), role: person.role });
        let note = self.note.as_deref().map(|note| free_text("the note", note)).transpose().map_err(refuse)?.flatten();
        // A new pupil's year group is told of the pupil, and of the loan only where nobody is named.
        let year_group = self.year_group.filter(|_| family.is_none());
        let (pupils, set_id) = (self.pupils, set.as_ref().map(|set| set.id));
        let request = Request { scheme, hirer, on, due, pupils, year_group, note, set: set_id };
        let late = loan::late_of(tx, party.reference(), today)?;
        let (late_borrowers, condition) = (setting::late_borrowers(tx)?, self.condition);
        Ok(Terms { party, family, set, request, late, late_borrowers, condition, today })
    }

    /// Writes one loan of the batch; `first` is the batch's first loan, once there is one.
    fn hand_over(
        &self,
        tx: &Tx,
        tag: &str,
        terms: &Terms,
        first: &mut Option<LoanRef>,
    ) -> Result<(LoanRef, Instrument)> {
        let (found, mut new) = decide(tx, tag, terms)?;
        new.batch = *first;
        if let Some(condition) = terms.condition {
            instrument::set_condition(tx, found.id, condition)?;
        }
        let lent = loan::add(tx, &new)?;
        first.get_or_insert(lent);
        if new.out_on < terms.today {
            timeline::refuse_clash(tx, found.id)?;
        }
        Ok((lent, found))
    }
}

/// Loads the facts of one hand-over and asks the rule.
fn decide(tx: &Tx, tag: &str, terms: &Terms) -> Result<(Instrument, NewLoan)> {
    let mut found = instrument::get(tx, tag)?;
    found.details.condition = terms.condition.unwrap_or(found.details.condition);
    let open = loan::open(tx, found.id)?;
    let later_end = loan::ended_after(tx, found.id, open.outer.is_some(), terms.request.on)?;
    let facts = LendFacts {
        instrument: &found,
        open,
        later_end,
        mended: repair::away_on(tx, found.id, terms.request.on)?,
        party: &terms.party,
        late: terms.late,
        late_borrowers: terms.late_borrowers,
        today: terms.today,
    };
    let refused = if terms.family.is_some() { family::in_its_words } else { refuse };
    let new = lend(&facts, &terms.request).map_err(refused)?;
    Ok((found, new))
}

/// `VN-0042`, or `30 instruments`.
fn counted(lent: &[(LoanRef, Instrument)]) -> String {
    match lent {
        [(_, only)] => only.tag.to_string(),
        many => format!("{} instruments", many.len()),
    }
}

fn event(terms: &Terms, lent: &[(LoanRef, Instrument)]) -> Event {
    let tags: Vec<&str> = lent.iter().map(|(_, found)| found.tag.as_str()).collect();
    let due = terms.request.due.on;
    let new = terms.family.as_ref().map(|family| format!("; new: {}", family.in_words())).unwrap_or_default();
    let (tags, of_set, name) = (tags.join(", "), terms.of_set(), terms.party.name());
    let summary = format!("Lent {tags}{of_set} to {name}, due {}{new}", in_words(due));
    let mut about: Vec<About> = lent.iter().map(|(loan, _)| About::loan(*loan)).collect();
    about.extend(lent.iter().map(|(_, found)| About::instrument(found.id)));
    about.push(About::borrower(terms.party.reference()));
    about.extend(terms.family.as_ref().and_then(Family::about));
    Event { on: terms.request.on, command: "lend", subject: counted(lent), summary, about }
}

fn tell(desk: &mut Desk<'_, '_>, terms: &Terms, lent: &[(LoanRef, Instrument)]) -> Result<()> {
    let name = terms.party.name();
    tell_of_late(desk, name, terms.late)?;
    if let Some(family) = &terms.family {
        desk.say(format!("New on record: {}.", family.in_words()))?;
    }
    tell_of_due(desk, &terms.request.due)?;
    let (lent, of_set) = (counted(lent), terms.of_set());
    desk.say(format!("Lent {lent}{of_set} to {name}, due {}.", in_words(terms.request.due.on)))
}

/// Warns that a borrower has things late already, and how many.
pub fn tell_of_late(desk: &mut Desk<'_, '_>, name: &str, late: i64) -> Result<()> {
    match late {
        0 => Ok(()),
        1 => desk.warn(format!("{name} has one instrument late already")),
        many => desk.warn(format!("{name} has {many} instruments late already")),
    }
}

/// Warns of a pupil's loan that runs on when the school's loan around it is due.
pub fn tell_of_outlasted<'t>(
    desk: &mut Desk<'_, '_>,
    db: &Db,
    loans: impl Iterator<Item = (LoanRef, &'t Tag)>,
) -> Result<()> {
    for (loan, tag) in loans {
        if let Some(due_on) = db.read(|tx| loan::outlasted(tx, loan))? {
            desk.warn(format!("the school's own loan of {tag} is due before that, on {}", in_words(due_on)))?;
        }
    }
    Ok(())
}

/// Says that a day was moved into term, or warns of a typed one that lies outside it.
pub fn tell_of_due(desk: &mut Desk<'_, '_>, due: &Due) -> Result<()> {
    if let Some(from) = due.moved_from {
        let (from, to) = (in_words(from), in_words(due.on));
        desk.say(format!("{from} is no school day; due on the last one before it, {to}."))?;
    }
    if due.no_school_day {
        desk.warn(format!("{} is no school day", in_words(due.on)))?;
    }
    Ok(())
}
