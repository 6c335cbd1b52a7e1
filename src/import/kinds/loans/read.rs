//! From a row's cells to a loan, not yet judged.

use anyhow::Result;

use super::Row;
use super::facts::{Facts, PersonFacts};
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::{Date, in_words};
use crate::domain::instrument::{free_text};
use crate::domain::loan::Hirer;
use crate::domain::person::YearGroup;
use crate::domain::record::split_names;
use crate::domain::reference::{LoanRef, OrganisationRef, PersonRef, Urn};
use crate::domain::tag::Tag;
use crate::domain::words::{Condition, LoanState, Scheme};
use crate::store::{Tx, party};

columns! {
    Loan = "loan", Tag = "tag", Scheme = "scheme", Borrower = "borrower", Hirer = "hirer", OutOn = "out_on", DueOn = "due_on",
    ReturnedOn = "returned_on", State = "state", Note = "note", Outer = "outer", Pupils = "pupils", YearGroup = "year_group",
    SchoolUrn = "school_urn", LostOn = "lost_on", VoidedOn = "voided_on", ReturnedCondition = "returned_condition",
    ReturnedAt = "returned_at", Missing = "missing", Set = "set", Batch = "batch",
}

/// What a row says of a loan.
pub(super) struct Entry {
    pub tag: Tag,
    /// The instrument's place among the facts.
    pub instrument: usize,
    pub scheme: Option<Scheme>,
    pub borrower: BorrowerRef,
    pub hirer: Option<Hirer>,
    pub out_on: Date,
    pub due_on: Date,
    /// How and when it ended, if it did.
    pub ended: Option<(LoanState, Date)>,
    pub note: Option<String>,
    pub outer: Option<LoanRef>,
    pub pupils: Option<i64>,
    pub year_group: Option<YearGroup>,
    pub school: Option<Urn>,
    /// Whether it comes from an export, and so tells what was so on that day: a person's school, be it none.
    pub in_full: bool,
    pub returned_condition: Option<Condition>,
    pub returned_at: Option<String>,
    /// The accessories that did not come back.
    pub missing: Vec<String>,
    /// The number of the set it went out with.
    pub set: Option<i64>,
    /// The first loan of the same hand-over, where that is another.
    pub batch: Option<LoanRef>,
}

impl Entry {
    pub fn state(&self) -> LoanState {
        self.ended.map_or(LoanState::Open, |(how, _)| how)
    }

    /// The last day of a loan that took place and is over.
    pub fn last_day(&self) -> Option<Date> {
        self.ended.filter(|(how, _)| *how != LoanState::Void).map(|(_, on)| on)
    }

    /// Whether more is known of the return than its day.
    pub fn came_back(&self) -> bool {
        self.returned_condition.is_some() || self.returned_at.is_some() || !self.missing.is_empty()
    }
}

/// Reads a row; `None` where it has a fault.
pub(super) fn entry(tx: &Tx, row: &mut Row<'_>, facts: &Facts, today: Date) -> Result<Option<Entry>> {
    let tag = row.needed::<Tag>(Column::Tag);
    let instrument = tag.as_ref().and_then(|tag| facts.place_of(tag));
    if tag.is_some() && instrument.is_none() {
        row.fault(Column::Tag, "is no instrument on record");
    }
    let hirer = hirer(tx, row, facts)?;
    let borrower = borrower(tx, row, facts, hirer.as_ref())?;
    let (out_on, due_on) = (needed_day(row, Column::OutOn), needed_day(row, Column::DueOn));
    let ended = ended(row);
    let scheme = row.parse(Column::Scheme);
    let outer = row.parse(Column::Outer);
    let pupils = row.parse::<i64>(Column::Pupils);
    if pupils.is_some_and(|pupils| pupils < 1) {
        row.fault(Column::Pupils, "is not a number of pupils");
    }
    let year_group = row.parse(Column::YearGroup);
    let school = school(row, facts, borrower);
    let note = row.read(Column::Note, |text| free_text("the note", text)).flatten();
    let returned_condition = row.parse(Column::ReturnedCondition);
    let returned_at = row.read(Column::ReturnedAt, |text| free_text("the place", text)).flatten();
    let missing = missing(&row.text(Column::Missing));
    let set = set(row, facts);
    let own = row.parse::<LoanRef>(Column::Loan);
    let batch = row.parse(Column::Batch).filter(|batch| Some(*batch) != own);
    if let (Some(out_on), Some(ended)) = (out_on, ended) {
        check_end(row, out_on, ended, today);
    }
    let parts = tag.zip(instrument).zip(borrower).zip(out_on.zip(due_on)).filter(|_| row.is_sound());
    let Some((((tag, instrument), borrower), (out_on, due_on))) = parts else {
        return Ok(None);
    };
    let entry = Entry {
        tag,
        instrument,
        scheme,
        borrower,
        hirer,
        out_on,
        due_on,
        ended,
        note,
        outer,
        pupils,
        year_group,
        school,
        in_full: own.is_some() && row.has(Column::SchoolUrn),
        returned_condition,
        returned_at,
        missing,
        set,
        batch,
    };
    if entry.came_back() && entry.state() != LoanState::Returned {
        row.fault(Column::ReturnedOn, "is missing, though the row says how it came back");
        return Ok(None);
    }
    Ok(Some(entry))
}

/// What did not come back, as it is kept. What has no semicolon is kept as it stands: a name may have a comma.
fn missing(text: &str) -> Vec<String> {
    match text.contains(';') {
        true => split_names(text).map(str::to_string).collect(),
        false => Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_string).into_iter().collect(),
    }
}

fn set(row: &mut Row<'_>, facts: &Facts) -> Option<i64> {
    let typed = row.text(Column::Set);
    if typed.is_empty() {
        return None;
    }
    let found = facts.set(&typed);
    if found.is_none() {
        row.fault(Column::Set, "is no set on record; import the sets first");
    }
    found
}

fn needed_day(row: &mut Row<'_>, column: Column) -> Option<Date> {
    let day = row.day(column);
    if day.is_none() && row.text(column).is_empty() {
        row.fault(column, "is missing");
    }
    day
}

/// How the loan ended, from its state and its days, which must agree.
fn ended(row: &mut Row<'_>) -> Option<(LoanState, Date)> {
    let state = row.parse::<LoanState>(Column::State);
    let returned = row.day(Column::ReturnedOn);
    let lost = row.day(Column::LostOn);
    let voided = row.day(Column::VoidedOn);
    let days = [
        (LoanState::Returned, Column::ReturnedOn, returned),
        (LoanState::Lost, Column::LostOn, lost),
        (LoanState::Void, Column::VoidedOn, voided),
    ];
    // A sheet that has one column for the end of a loan may say of it that the instrument was lost then.
    let lost_on_return = state == Some(LoanState::Lost) && lost.is_none();
    let of_state = |wanted: LoanState| days.iter().find(|(how, ..)| *how == wanted).and_then(|(.., day)| *day);
    let found = match state {
        Some(LoanState::Open) => None,
        Some(LoanState::Lost) if lost_on_return => returned.map(|on| (LoanState::Lost, on)),
        Some(state) => of_state(state).map(|on| (state, on)),
        None => days.iter().find_map(|(how, _, day)| day.map(|on| (*how, on))),
    };
    if let Some(state) = state.filter(|state| *state != LoanState::Open && found.is_none() && row.is_sound()) {
        let column = match state {
            LoanState::Lost => "lost_on",
            LoanState::Void => "voided_on",
            _ => "returned_on",
        };
        row.fault(Column::State, format!("needs the day: fill the column {column}, since a loan that is {state} ended on one"));
    }
    let how = found.map_or(LoanState::Open, |(how, _)| how);
    for (of, column, day) in days {
        if day.is_some() && of != how && !(lost_on_return && of == LoanState::Returned) {
            row.fault(column, format!("does not agree with the rest of the row, by which the loan is {how}"));
        }
    }
    found
}

fn check_end(row: &mut Row<'_>, out_on: Date, (how, on): (LoanState, Date), today: Date) {
    let (column, took_place) = match how {
        LoanState::Lost if !row.text(Column::LostOn).is_empty() => (Column::LostOn, true),
        LoanState::Void => (Column::VoidedOn, false),
        _ => (Column::ReturnedOn, true),
    };
    if took_place && on < out_on {
        row.fault(column, format!("is before the hand-over on {}", in_words(out_on)));
    }
    if on > today {
        row.fault(column, format!("{} has not come yet", in_words(on)));
    }
}

/// The borrower: a reference, looked up among the facts, or a name. Of namesakes it is the one for whom the row's hirer signs.
fn borrower(tx: &Tx, row: &mut Row<'_>, facts: &Facts, hirer: Option<&Hirer>) -> Result<Option<BorrowerRef>> {
    let text = row.text(Column::Borrower);
    if text.is_empty() {
        row.fault(Column::Borrower, "is missing");
        return Ok(None);
    }
    let known = match text.as_bytes()[0] {
        b'P' | b'p' => text.parse::<PersonRef>().ok().filter(|id| facts.person(*id).is_some()).map(BorrowerRef::Person),
        b'0'..=b'9' => text.parse::<Urn>().ok().filter(|urn| facts.school(*urn).is_some()).map(BorrowerRef::School),
        b'G' | b'g' => {
            let organisation = text.parse::<OrganisationRef>().ok().filter(|id| facts.has_organisation(*id));
            organisation.map(BorrowerRef::Organisation)
        }
        _ => None,
    };
    match known {
        Some(known) => Ok(Some(known)),
        None => {
            let signs_for = |found| match (found, hirer) {
                (BorrowerRef::Person(id), Some(hirer)) => {
                    facts.person(id).and_then(|person| person.hirer()) == Some(hirer.reference)
                }
                _ => false,
            };
            row.found(Column::Borrower, party::borrower_named(tx, &text, signs_for))
        }
    }
}

fn hirer(tx: &Tx, row: &mut Row<'_>, facts: &Facts) -> Result<Option<Hirer>> {
    let text = row.text(Column::Hirer);
    if text.is_empty() {
        return Ok(None);
    }
    let known = text.parse::<PersonRef>().ok().and_then(|id| Some((id, facts.person(id)?)));
    if let Some((reference, PersonFacts { role, .. })) = known {
        return Ok(Some(Hirer { reference, name: String::new(), role }));
    }
    let found = row.found(Column::Hirer, party::person_named(tx, &text, true))?;
    Ok(found.map(|person| Hirer { reference: person.id, name: person.name.to_string(), role: person.role }))
}

/// A person's school on the day of the hand-over, where the row tells it.
fn school(row: &mut Row<'_>, facts: &Facts, borrower: Option<BorrowerRef>) -> Option<Urn> {
    let urn = row.parse::<Urn>(Column::SchoolUrn)?;
    if facts.school(urn).is_none() {
        row.fault(Column::SchoolUrn, "is no school on record; import the register first");
    }
    match borrower {
        Some(BorrowerRef::School(borrower)) if borrower != urn => {
            row.fault(Column::SchoolUrn, format!("is not the school that borrows, {borrower}"));
        }
        Some(BorrowerRef::Organisation(_)) => row.fault(Column::SchoolUrn, "cannot be: an organisation has no school"),
        _ => {}
    }
    Some(urn)
}
