//! Requests: known by their reference, else by type, size, borrower and day. Each is judged by the rules of the queue.

use anyhow::Result;

use super::cells::type_of;
use super::numbered::{Numbered, NumberedRows};
use super::parties::{borrower_of, instrument_of, loan_of, needed, passed};
use super::{Finish, Intake, Row, Terms};
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::{Date, in_words};
use crate::domain::instrument::{TypeCode, free_text};
use crate::domain::reference::{PersonRef, RequestRef};
use crate::domain::request::{Recorded, RequestRefusal, Wanted, ask};
use crate::domain::spoilt::size;
use crate::domain::words::LoanState;
use crate::output::listing::Lister;
use crate::store::journal::About;
use crate::store::{Tx, instrument, instrument_type, party, request};

mod offer;

columns! {
    Request = "request", Type = "type", Size = "size", Borrower = "borrower", AskedOn = "asked_on", Note = "note",
    Tag = "tag", OfferedOn = "offered_on", LapsesOn = "lapses_on", Loan = "loan", CancelledOn = "cancelled_on",
}

pub const KEY: Option<&str> = Some("borrower");

/// Stands for the borrower of a row that names none.
const NOBODY: BorrowerRef = BorrowerRef::Person(PersonRef::new(0));

struct Requests {
    today: Date,
    /// Of whoever waits twice for the same.
    warnings: Vec<String>,
}

pub fn begin(tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    NumberedRows::new(tx, Requests { today: terms.today, warnings: Vec::new() }, terms)
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    request::each_record(tx, |record| out.row(record))
}

impl Numbered for Requests {
    type Record = Recorded;

    const COLUMNS: &'static [&'static str] = COLUMNS;

    fn given(row: &mut Row<'_>) -> Option<i64> {
        row.parse::<RequestRef>(Column::Request).map(RequestRef::number)
    }

    fn name(number: i64) -> String {
        RequestRef::new(number).to_string()
    }

    fn find(&self, tx: &Tx, number: i64) -> Result<Option<Recorded>> {
        request::recorded(tx, RequestRef::new(number))
    }

    fn read(&mut self, tx: &Tx, row: &mut Row<'_>, before: Option<&Recorded>) -> Result<Option<Recorded>> {
        if before.is_none() {
            [Column::Type, Column::Borrower, Column::AskedOn].into_iter().for_each(|column| needed(row, column));
        }
        let type_code = type_of(tx, row, Column::Type)?;
        let borrower = borrower_of(tx, row, Column::Borrower)?;
        let asked_on = row.day(Column::AskedOn);
        // What is needed and missing is a fault by now; the row is read to its end for the others.
        let mut after = before.cloned().unwrap_or_else(|| Recorded::asked(TypeCode::from_record(""), NOBODY, self.today));
        after.type_code = type_code.unwrap_or(after.type_code);
        after.borrower = borrower.unwrap_or(after.borrower);
        after.asked_on = asked_on.unwrap_or(after.asked_on);
        self.rest(tx, row, &mut after)?;
        Ok(row.is_sound().then_some(after))
    }

    fn alike(&self, tx: &Tx, like: &Recorded) -> Result<Vec<i64>> {
        Ok(request::alike(tx, like)?.into_iter().map(RequestRef::number).collect())
    }

    fn differences(before: &Recorded, after: &Recorded) -> Vec<&'static str> {
        differing!(before, after; type_code as "type", size, borrower, asked_on, note, tag, offered_on, lapses_on, loan, cancelled_on)
    }

    /// A request that waits can be offered something, answered or cancelled.
    fn may_change(before: &Recorded, field: &str) -> bool {
        before.is_open() && matches!(field, "tag" | "offered_on" | "lapses_on" | "loan" | "cancelled_on")
    }

    fn judge(
        &mut self,
        tx: &Tx,
        row: &mut Row<'_>,
        before: Option<&Recorded>,
        after: &mut Recorded,
    ) -> Result<()> {
        let own = row.parse::<RequestRef>(Column::Request);
        if before.is_none() {
            self.asked(tx, row, own, after)?;
        }
        if after.loan.is_some() {
            answered(tx, row, own, after)?;
        }
        if row.is_sound() && after.is_open() && after.tag.is_some() {
            offer::judge(tx, row, own, after, self.today)?;
        }
        Ok(())
    }

    fn write(&mut self, tx: &Tx, number: i64, _before: Option<&Recorded>, after: Recorded) -> Result<()> {
        let instrument = after.tag.as_ref().map(|tag| instrument::find(tx, tag)).transpose()?.flatten();
        request::put(tx, RequestRef::new(number), &after, instrument.map(|found| found.id))
    }

    fn reserve(tx: &Tx, number: i64) -> Result<()> {
        request::reserve(tx, RequestRef::new(number))
    }

    fn next(tx: &Tx) -> Result<i64> {
        Ok(request::next_reference(tx)?.number())
    }

    fn highest(tx: &Tx) -> Result<i64> {
        request::highest(tx)
    }

    fn about(first: i64, last: i64) -> About {
        About::Requests(first, last)
    }

    fn finish(&mut self) -> Finish {
        Finish { warnings: std::mem::take(&mut self.warnings), ..Finish::default() }
    }
}

impl Requests {
    /// Reads what may be left out over what is known.
    fn rest(&self, tx: &Tx, row: &mut Row<'_>, after: &mut Recorded) -> Result<()> {
        row.over_text(Column::Size, &mut after.size, size);
        row.over_text(Column::Note, &mut after.note, |text| free_text("the note", text));
        if row.has(Column::Tag) {
            after.tag = instrument_of(tx, row, Column::Tag)?.map(|found| found.tag);
        }
        row.over_day(Column::OfferedOn, &mut after.offered_on);
        row.over_day(Column::LapsesOn, &mut after.lapses_on);
        if row.has(Column::Loan) {
            after.loan = loan_of(tx, row, Column::Loan)?.map(|(reference, _)| reference);
        }
        row.over_day(Column::CancelledOn, &mut after.cancelled_on);
        if row.is_sound() {
            self.agree(row, after);
        }
        Ok(())
    }

    /// Whether what a row says of the offer and of the end goes together.
    fn agree(&self, row: &mut Row<'_>, told: &Recorded) {
        match (told.offered_on, told.lapses_on) {
            (Some(_), None) => row.fault(Column::LapsesOn, "is missing: until when does the offer hold?"),
            (None, Some(_)) => row.fault(Column::OfferedOn, "is missing: when was the offer made?"),
            (None, None) if told.tag.is_some() => row.fault(Column::OfferedOn, "is missing: when was it offered?"),
            (Some(offered_on), Some(lapses_on)) if lapses_on < offered_on => {
                row.fault(Column::LapsesOn, format!("is before the offer of {}", in_words(offered_on)));
            }
            _ => {}
        }
        passed(row, Column::OfferedOn, told.offered_on, self.today);
        passed(row, Column::CancelledOn, told.cancelled_on, self.today);
        if let Some(loan) = told.loan.filter(|_| told.cancelled_on.is_some()) {
            row.fault(Column::CancelledOn, format!("cannot be: {loan} answers it"));
        }
        if told.cancelled_on.is_some_and(|on| on < told.asked_on) {
            row.fault(Column::CancelledOn, format!("is before the day of asking, {}", in_words(told.asked_on)));
        }
    }

    /// A new place in the queue, by the rule of the desk. A school that has closed since was open when it asked. Whoever
    /// waits twice for the same was two people once: what bears a reference was taken so at another desk.
    fn asked(&mut self, tx: &Tx, row: &mut Row<'_>, own: Option<RequestRef>, new: &Recorded) -> Result<()> {
        let wanted = wanted(tx, new)?;
        let queue = if new.is_open() { request::open_of(tx, new.borrower)? } else { Vec::new() };
        let name = if queue.is_empty() { String::new() } else { party::name_of(tx, new.borrower)? };
        match ask(&queue, &offer::party(new.borrower, name), &wanted, new.asked_on, self.today) {
            Ok(()) => {}
            Err(refusal @ RequestRefusal::Twice { .. }) if own.is_some() => {
                self.warnings.push(format!("line {}: {refusal}; taken as it stands", row.line()));
            }
            Err(refusal @ RequestRefusal::Twice { .. }) => row.fault(Column::Borrower, refusal),
            Err(refusal) => row.fault(Column::AskedOn, refusal),
        }
        Ok(())
    }
}

/// What is asked for, with the type's name for sentences.
fn wanted(tx: &Tx, of: &Recorded) -> Result<Wanted> {
    let named = instrument_type::with_code(tx, &of.type_code)?.map(|found| found.name.to_string());
    let (type_code, size) = (of.type_code.clone(), of.size.clone());
    Ok(Wanted { type_name: named.unwrap_or_else(|| type_code.to_string()), type_code, size })
}

/// Whether the loan that a row names answers it: a loan to whoever asked, which answers nothing else.
fn answered(tx: &Tx, row: &mut Row<'_>, own: Option<RequestRef>, told: &Recorded) -> Result<()> {
    let Some((loan, found)) = loan_of(tx, row, Column::Loan)? else {
        return Ok(());
    };
    if found.borrower != told.borrower {
        row.fault(Column::Loan, format!("is to {}, who did not ask", found.borrower));
    } else if found.state == LoanState::Void {
        row.fault(Column::Loan, "is void, and answers nothing");
    } else if let Some(other) = request::answered_by(tx, loan, own)? {
        row.fault(Column::Loan, format!("answers {other} already"));
    }
    Ok(())
}
