//! `transfer`: another borrower for what is out.

use anyhow::Result;
use clap::Args;

use super::completions::{borrowers, tags};
use super::due_flags::{self, DueFlags};
use super::lend::{tell_of_due, tell_of_late};
use super::{Desk, batch, charge, lookup, request};
use crate::cli::DayArg;
use crate::domain::date::{Date, in_words};
use crate::domain::due::Due;
use crate::domain::instrument::Instrument;
use crate::domain::loan::{self as rules, Hirer, LendFacts, LoanRefusal, OpenLoan, Party, TransferFacts};
use crate::domain::loan::{kept_due, moving, scheme_after};
use crate::domain::reference::LoanRef;
use crate::domain::refusal::refuse;
use crate::domain::setting::LateBorrowers;
use crate::domain::words::LoanState;
use crate::store::journal::{About, Event};
use crate::store::{Tx, instrument, loan, setting, timeline};

/// Let another borrower answer for instruments that are out: each loan ends and a new one begins on the same day.
///
/// The due day stays unless another is given. All are transferred or none is; - reads the tags from a scanner or a pipe.
///
/// Example: ledgerline transfer TPT-0001 TPT-0002 --to "Northshire Academy" --due 17/07/2027
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Transfer {
    /// Tags, or - to read them from stdin
    #[arg(required = true, value_name = "TAG", add = tags())]
    tags: Vec<String>,
    /// Who answers for them from now: a reference, a URN, a name, or a part of a name
    #[arg(long, value_name = "BORROWER", allow_hyphen_values = true, add = borrowers())]
    to: String,
    /// The adult who signs, if not the pupil's own
    #[arg(long, value_name = "PERSON", allow_hyphen_values = true)]
    hirer: Option<String>,
    #[command(flatten)]
    due: DueFlags,
    /// The day of the transfer, today or before
    #[arg(long, default_value = "today", value_name = "DATE")]
    on: DayArg,
}

/// What a whole batch is judged by, read once.
struct Terms {
    party: Party,
    hirer: Option<Hirer>,
    on: Date,
    late: i64,
    late_borrowers: LateBorrowers,
    today: Date,
}

/// One transfer, decided.
struct Move {
    instrument: Instrument,
    ended: OpenLoan,
    decided: rules::Transfer,
    due: Due,
}

/// What a batch did: the loans begun, in order, and what each took the place of.
type Moved = Vec<(LoanRef, Move)>;

impl Transfer {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut db = desk.open()?;
        // Who is to have them is settled before the first scan.
        db.read(|tx| self.terms(tx, today))?;
        let tags = batch::tags(desk, &self.tags, |tag| {
            db.read(|tx| {
                let found = self.decide(tx, tag, &self.terms(tx, today)?)?;
                Ok(format!("{} from {}", found.instrument.tag, found.ended.borrower_name))
            })
        })?;
        if tags.is_empty() {
            return desk.say("No tag was taken, so nothing was transferred.");
        }
        let (terms, moved, answered, fees, ahead) = desk.change(&mut db, |tx| {
            let terms = self.terms(tx, today)?;
            let mut first = None;
            let moved = batch::all_or_none("transferred", &tags, |tag| self.write(tx, tag, &terms, &mut first))?;
            let lent: Vec<_> = moved.iter().map(|(begun, each)| (*begun, each.instrument.clone())).collect();
            let answered = request::answer(tx, terms.party.reference(), &lent)?;
            let fees = charge::fees(tx, moved.iter().map(|(begun, _)| *begun), terms.on)?;
            let mut event = event(&terms, &moved);
            event.about.extend(answered.iter().map(|closed| About::Request(closed.request.id)));
            let ended = moved.iter().map(|(_, each)| each.ended.loan);
            let ahead = charge::raised_ahead(tx, ended, terms.on, today)?;
            Ok(((terms, moved, answered, fees, ahead), Some(event)))
        })?;
        for (begun, _) in &moved {
            desk.print(begun)?;
        }
        tell(desk, &terms, &moved)?;
        fees.iter().chain(&ahead).try_for_each(|sentence| desk.say(sentence))?;
        request::tell_answered(desk, &db, &answered)
    }

    fn terms(&self, tx: &Tx, today: Date) -> Result<Terms> {
        let borrower = lookup::borrower(tx, &self.to)?;
        let hirer = self.hirer.as_deref().map(|typed| lookup::person_at_hand(tx, typed)).transpose()?;
        Ok(Terms {
            party: lookup::party(tx, borrower)?,
            hirer: hirer.map(|person| Hirer { reference: person.id, name: person.name.to_string(), role: person.role }),
            on: self.on.on(today)?,
            late: loan::late_of(tx, borrower, today)?,
            late_borrowers: setting::late_borrowers(tx)?,
            today,
        })
    }

    fn decide(&self, tx: &Tx, tag: &str, terms: &Terms) -> Result<Move> {
        let instrument = instrument::get(tx, tag)?;
        let open = loan::open(tx, instrument.id)?;
        let ended = moving(&instrument.tag, &open).map_err(refuse)?.clone();
        let held = loan::held_terms(tx, ended.loan)?.ok_or_else(|| refuse(LoanRefusal::Unknown(ended.loan)))?;
        let (on, school) = (terms.on, terms.party.school());
        let due = match self.due.given(tx, school, terms.today)?.or_else(|| kept_due(&ended, on)) {
            Some(due) => due,
            None => due_flags::by_rule(tx, scheme_after(&held, ended.borrower, &terms.party), on, school)?,
        };
        let facts = TransferFacts {
            inner_end: loan::ended_after(tx, instrument.id, true, on)?,
            held: &held,
            to: LendFacts {
                instrument: &instrument,
                open,
                later_end: None,
                mended: None,
                party: &terms.party,
                late: terms.late,
                late_borrowers: terms.late_borrowers,
                today: terms.today,
            },
        };
        let decided = rules::transfer(&facts, terms.hirer.clone(), on, due).map_err(refuse)?;
        Ok(Move { instrument, ended, decided, due })
    }

    /// Writes one of the batch; `first` is the batch's first new loan, once there is one.
    fn write(&self, tx: &Tx, tag: &str, terms: &Terms, first: &mut Option<LoanRef>) -> Result<(LoanRef, Move)> {
        let mut moved = self.decide(tx, tag, terms)?;
        loan::close(tx, moved.decided.closing, LoanState::Returned, terms.on)?;
        moved.decided.new.batch = *first;
        let begun = loan::add(tx, &moved.decided.new)?;
        first.get_or_insert(begun);
        if terms.on < terms.today {
            timeline::refuse_clash(tx, moved.instrument.id)?;
        }
        Ok((begun, moved))
    }
}

fn event(terms: &Terms, moved: &Moved) -> Event {
    let subject = match moved.as_slice() {
        [(_, only)] => only.instrument.tag.to_string(),
        many => format!("{} instruments", many.len()),
    };
    let summary = sentences(terms, moved, |tags| tags.join(", ")).join(" ");
    let mut about: Vec<About> = moved.iter().map(|(_, each)| About::instrument(each.instrument.id)).collect();
    about.extend(moved.iter().flat_map(|(begun, each)| [About::loan(each.ended.loan), About::loan(*begun)]));
    about.extend(moved.iter().map(|(_, each)| About::borrower(each.ended.borrower)));
    about.push(About::borrower(terms.party.reference()));
    Event { on: terms.on, command: "transfer", subject, summary, about }
}

/// What came from one borrower and is due on one day, still or from now on; with the tags.
type Group<'a> = ((&'a str, &'a str, Date), Vec<&'a str>);

/// A sentence for each group of a batch, its tags written by `named`.
fn sentences(terms: &Terms, moved: &Moved, named: fn(&[&str]) -> String) -> Vec<String> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (_, each) in moved {
        let still = if each.due.on == each.ended.due_on { "still" } else { "now" };
        let key = (each.ended.borrower_name.as_str(), still, each.due.on);
        let tag = each.instrument.tag.as_str();
        match groups.iter_mut().find(|(other, _)| *other == key) {
            Some((_, tags)) => tags.push(tag),
            None => groups.push((key, vec![tag])),
        }
    }
    let to = terms.party.name();
    let sentence = |((from, still, due_on), tags): &Group<'_>| {
        format!("Transferred {} from {from} to {to}, {still} due {}.", named(tags), in_words(*due_on))
    };
    groups.iter().map(sentence).collect()
}

fn tell(desk: &mut Desk<'_, '_>, terms: &Terms, moved: &Moved) -> Result<()> {
    tell_of_late(desk, terms.party.name(), terms.late)?;
    let mut told: Vec<Due> = Vec::new();
    for (_, each) in moved {
        if !told.contains(&each.due) {
            tell_of_due(desk, &each.due)?;
            told.push(each.due);
        }
    }
    sentences(terms, moved, batch::few).iter().try_for_each(|sentence| desk.say(sentence))
}
