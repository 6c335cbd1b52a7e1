//! The desk's own rule over a loan from a file, with the facts as they stood when it ran.

use anyhow::Result;

use super::facts::Facts;
use super::read::{Column, Entry};
use super::{Round, Row};
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::{Date, in_words};
use crate::domain::due::Due;
use crate::domain::instrument::{Details, Instrument, Standing, TypeCode};
use crate::domain::loan::{Hirer, LendFacts, LoanRefusal, NewLoan, OpenLoan, OpenLoans, Party, Request, lend};
use crate::domain::reference::LoanRef;
use crate::domain::setting::LateBorrowers;
use crate::domain::words::{Condition, LoanState, Role, SchoolStatus};
use crate::store::{Tx, loan, party, record};

/// What the rule says of a row.
pub(super) enum Verdict {
    Lend(NewLoan),
    /// The school's loan it stands in is further down.
    Waits,
    /// The row's faults say why.
    Rejected,
}

/// What is out of the instrument while the loan ran.
enum Out {
    Loans(OpenLoans),
    Waits,
    Rejected,
}

pub(super) struct Judge {
    today: Date,
    /// The one instrument that is judged over and over: only its facts change.
    instrument: Instrument,
}

impl Judge {
    pub fn new(today: Date) -> Judge {
        let details = Details::of_type(TypeCode::from_record(""));
        let tag = crate::domain::tag::Tag::from_record("");
        Judge { today, instrument: Instrument { id: 0, tag, details, standing: Standing::default() } }
    }

    /// Judges a row. What has become so since (a school closed, an instrument unplayable) says nothing against a hand-over that
    /// has been; what is retired or missing today cannot be on loan.
    pub fn lend(&mut self, tx: &Tx, row: &mut Row<'_>, facts: &Facts, entry: &Entry, round: Round) -> Result<Verdict> {
        let open = match self.out(tx, row, facts, entry, round)? {
            Out::Loans(open) => open,
            Out::Waits => return Ok(Verdict::Waits),
            Out::Rejected => return Ok(Verdict::Rejected),
        };
        let instrument = facts.instrument(entry.instrument);
        let is_open = entry.state() == LoanState::Open;
        self.instrument.id = instrument.id;
        self.instrument.tag.clone_from(&entry.tag);
        // What it has become since says nothing against a hand-over that has been.
        self.instrument.details.condition = Condition::Good;
        let standing = instrument.standing.as_deref();
        self.instrument.standing = standing.filter(|_| is_open).cloned().unwrap_or_default();
        // It may have been lost on the day it was retired, but nothing runs on beyond that.
        if let Some(last_day) = entry.last_day() {
            let retired = standing.and_then(|standing| standing.retired);
            self.instrument.standing.retired = retired.filter(|(on, _)| last_day > *on);
        }
        let inside = open.outer.is_some();
        let may_overlap = inside || instrument.latest_end.is_some_and(|end| end > entry.out_on);
        let later_end = match entry.state() {
            LoanState::Void => None,
            _ if !may_overlap => None,
            _ => record::overlapping(tx, instrument.id, inside, entry.out_on, entry.last_day())?,
        };
        let party = party_of(facts, entry);
        let mut lend_facts = LendFacts {
            instrument: &self.instrument,
            open,
            later_end,
            mended: None,
            party: &party,
            late: 0,
            late_borrowers: LateBorrowers::Warn,
            today: self.today,
        };
        match lend(&lend_facts, &request(entry, &party)) {
            // Inside a school's loan nobody need sign, so nobody is put down who is not named.
            Ok(mut new) => {
                new.batch = entry.batch;
                if new.outer.is_some() {
                    new.hirer = entry.hirer.as_ref().map(|hirer| hirer.reference);
                }
                Ok(Verdict::Lend(new))
            }
            Err(_) => {
                // Names are looked up only for the sentence of a refusal.
                let named = named(tx, party.clone())?;
                lend_facts.party = &named;
                let mut request = request(entry, &named);
                if let Some(hirer) = &mut request.hirer {
                    hirer.name = party::name_of(tx, BorrowerRef::Person(hirer.reference))?;
                }
                if let Err(refusal) = lend(&lend_facts, &request) {
                    row.fault(column_of(&refusal), refusal);
                }
                Ok(Verdict::Rejected)
            }
        }
    }

    fn out(&self, tx: &Tx, row: &mut Row<'_>, facts: &Facts, entry: &Entry, round: Round) -> Result<Out> {
        let instrument = facts.instrument(entry.instrument);
        if let Some(outer) = entry.outer {
            return inside(tx, row, instrument.id, outer, entry, round);
        }
        if !instrument.is_out || entry.state() == LoanState::Void {
            return Ok(Out::Loans(OpenLoans::default()));
        }
        let mut open = loan::open(tx, instrument.id)?;
        if let Some(last_day) = entry.last_day() {
            // What began on the day this one ended, or later, was not out then.
            open.inner = open.inner.filter(|loan| loan.out_on < last_day);
            open.outer = open.outer.filter(|loan| loan.out_on < last_day);
        }
        Ok(Out::Loans(open))
    }
}

/// The school's loan that a row names, as it stood: open while this one ran.
fn inside(
    tx: &Tx,
    row: &mut Row<'_>,
    instrument_id: i64,
    outer: LoanRef,
    entry: &Entry,
    round: Round,
) -> Result<Out> {
    let found = record::one_loan(tx, outer, |found| {
        let stands = OpenLoan {
            loan: found.loan,
            borrower: found.borrower.unwrap_or(entry.borrower),
            borrower_name: String::new(),
            // What never was need not lie within anything.
            out_on: if entry.state() == LoanState::Void { entry.out_on } else { found.out_on },
            due_on: found.due_on,
        };
        let last_day = found.returned_on.or(found.lost_on);
        let fits = found.tag.eq_ignore_ascii_case(entry.tag.as_str()) && found.outer.is_none();
        Ok((stands, last_day, fits, found.voided_on.is_some()))
    })?;
    let Some((mut stands, last_day, fits, voided)) = found else {
        if round.last {
            row.fault(Column::Outer, "is no loan on record or in this file");
            return Ok(Out::Rejected);
        }
        return Ok(Out::Waits);
    };
    let outlives = match (last_day, entry.last_day()) {
        (Some(end), Some(own)) => own > end,
        (Some(_), None) => entry.state() == LoanState::Open,
        (None, _) => false,
    };
    if !fits {
        row.fault(Column::Outer, format!("is not a loan that {} could stand in", entry.tag));
    } else if voided && entry.state() != LoanState::Void {
        row.fault(Column::Outer, "was voided");
    } else if let Some(end) = last_day.filter(|_| outlives) {
        row.fault(Column::Outer, format!("ended on {}, before this one", in_words(end)));
    }
    if !row.is_sound() {
        return Ok(Out::Rejected);
    }
    stands.borrower_name = party::name_of(tx, stands.borrower)?;
    let inner = match entry.state() {
        LoanState::Void => None,
        _ => loan::open(tx, instrument_id)?.inner.filter(|loan| entry.last_day().is_none_or(|end| loan.out_on < end)),
    };
    Ok(Out::Loans(OpenLoans { outer: Some(stands), inner }))
}

/// The borrower as the rule sees it, nameless. A school that has closed since was open when it borrowed.
fn party_of(facts: &Facts, entry: &Entry) -> Party {
    let name = String::new();
    match entry.borrower {
        BorrowerRef::School(urn) => Party::School { urn, name, status: SchoolStatus::Open },
        BorrowerRef::Organisation(reference) => Party::Organisation { reference, name },
        BorrowerRef::Person(reference) => {
            let person = facts.person(reference);
            let known = person.map_or(Role::Adult, |person| person.role);
            // Whoever had it inside a school's loan was a pupil then.
            let role = if entry.in_full && entry.outer.is_some() { Role::Pupil } else { known };
            let own_school = person.and_then(|person| person.school()).filter(|_| !entry.in_full);
            let school = entry.school.or(own_school);
            Party::Person { reference, name, role, school, hirer: person.and_then(|person| person.hirer()) }
        }
    }
}

fn named(tx: &Tx, mut party: Party) -> Result<Party> {
    let found = party::name_of(tx, party.reference())?;
    match &mut party {
        Party::School { name, .. } | Party::Organisation { name, .. } | Party::Person { name, .. } => *name = found,
    }
    Ok(party)
}

fn request(entry: &Entry, party: &Party) -> Request {
    Request {
        scheme: entry.scheme.unwrap_or(party.usual_scheme()),
        hirer: entry.hirer.as_ref().map(|hirer| Hirer { name: String::new(), ..hirer.clone() }),
        on: entry.out_on,
        due: Due { on: entry.due_on, moved_from: None, no_school_day: false },
        pupils: entry.pupils,
        year_group: entry.year_group,
        note: entry.note.clone(),
        set: entry.set,
    }
}

/// The column that a refusal speaks of.
fn column_of(refusal: &LoanRefusal) -> Column {
    match refusal {
        LoanRefusal::SchoolClosed(_) | LoanRefusal::HasLate { .. } => Column::Borrower,
        LoanRefusal::NoHirer { .. } | LoanRefusal::HirerIsPupil(_) => Column::Hirer,
        LoanRefusal::HandOverInFuture(_) => Column::OutOn,
        LoanRefusal::DueBeforeHandOver { .. } => Column::DueOn,
        _ => Column::Tag,
    }
}
