//! Charges: known by their reference, else by loan, type and what they are for. Each is judged by the rules of the desk.

use anyhow::Result;

use super::numbered::{Numbered, NumberedRows};
use super::parties::{borrower_of, needed};
use super::{Intake, Row, Terms};
use crate::domain::borrower::BorrowerRef;
use crate::domain::charge::{
    Charge, ChargeRefusal, ChargedLoan, NewCharge, RecordedFacts, RecordedRefusal, check_recorded, due_on,
};
use crate::domain::date::{AcademicYear, Date};
use crate::domain::instrument::free_text;
use crate::domain::money::Pence;
use crate::domain::reference::{ChargeRef, LoanRef, PersonRef};
use crate::domain::term::NamedTerm;
use crate::domain::text::fold;
use crate::domain::words::ChargeType;
use crate::output::listing::Lister;
use crate::store::journal::About;
use crate::store::{Tx, charge, remission, setting, term};

columns! {
    Charge = "charge", Loan = "loan", Person = "person", ChargeType = "charge_type", Period = "period", Term = "term",
    AcademicYear = "academic_year", Amount = "amount", Remitted = "remitted", RaisedOn = "raised_on", DueOn = "due_on",
    PaidOn = "paid_on", WaivedOn = "waived_on", Note = "note",
}

pub const KEY: Option<&str> = Some("loan");

/// What a hire for the whole time of a loan is for.
const PROJECT: &str = "project";

struct Charges {
    today: Date,
    payment_days: i64,
    /// The term that the last row named: rows of one term mostly stand together.
    last_term: Option<NamedTerm>,
}

pub fn begin(tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    let payment_days = setting::payment_days(tx)?;
    NumberedRows::new(tx, Charges { today: terms.today, payment_days, last_term: None }, terms)
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    charge::each_record(tx, |record| out.row(record))
}

impl Numbered for Charges {
    type Record = Charge;

    const COLUMNS: &'static [&'static str] = COLUMNS;

    fn given(row: &mut Row<'_>) -> Option<i64> {
        row.parse::<ChargeRef>(Column::Charge).map(ChargeRef::number)
    }

    fn name(number: i64) -> String {
        ChargeRef::new(number).to_string()
    }

    fn find(&self, tx: &Tx, number: i64) -> Result<Option<Charge>> {
        charge::find(tx, ChargeRef::new(number))
    }

    fn read(&mut self, tx: &Tx, row: &mut Row<'_>, before: Option<&Charge>) -> Result<Option<Charge>> {
        if before.is_none() {
            [Column::Loan, Column::ChargeType, Column::RaisedOn].into_iter().for_each(|column| needed(row, column));
        }
        let loan = row.parse::<LoanRef>(Column::Loan);
        let charged = match loan {
            Some(loan) => row.found(Column::Loan, charge::loan(tx, loan))?,
            None => None,
        };
        let payer = borrower_of(tx, row, Column::Person)?.or(charged.as_ref().map(|charged| charged.who.payer()));
        let id = row.parse::<ChargeRef>(Column::Charge).unwrap_or(ChargeRef::new(0));
        // What is needed and missing is a fault by now; the row is read to its end for the others.
        let mut after = before.cloned().unwrap_or_else(|| nothing_of(id, self.today));
        after.loan = loan.unwrap_or(after.loan);
        after.instrument_id = charged.as_ref().map_or(after.instrument_id, |charged| charged.instrument_id);
        if row.has(Column::Person) || before.is_none() {
            after.payer = payer.unwrap_or(after.payer);
        }
        row.over_filled(Column::ChargeType, &mut after.charge_type);
        after.raised_on = row.day(Column::RaisedOn).unwrap_or(after.raised_on);
        let first_day = self.periods(tx, row, &mut after)?;
        self.year(row, before, &mut after);
        self.amounts(row, before, charged.as_ref(), &mut after);
        match row.day(Column::DueOn) {
            Some(due_on) => after.due_on = due_on,
            None if before.is_none() => after.due_on = due_on(after.raised_on, self.payment_days, first_day),
            None => {}
        }
        row.over_day(Column::PaidOn, &mut after.paid_on);
        row.over_day(Column::WaivedOn, &mut after.waived_on);
        row.over_text(Column::Note, &mut after.note, |text| free_text("the note", text));
        Ok(row.is_sound().then_some(after))
    }

    fn alike(&self, tx: &Tx, like: &Charge) -> Result<Vec<i64>> {
        Ok(charge::alike(tx, like)?.into_iter().map(ChargeRef::number).collect())
    }

    fn differences(before: &Charge, after: &Charge) -> Vec<&'static str> {
        differing!(before, after; loan, payer as "person", charge_type, period, term, year as "academic_year", amount, remitted,
            raised_on, due_on, paid_on, waived_on, note)
    }

    /// What is owed can be paid or waived; the reason for waiving joins what is noted.
    fn may_change(before: &Charge, field: &str) -> bool {
        let is_settled = before.paid_on.is_some() || before.waived_on.is_some();
        field == "note" || (!is_settled && matches!(field, "paid_on" | "waived_on"))
    }

    fn judge(&mut self, tx: &Tx, row: &mut Row<'_>, _before: Option<&Charge>, after: &mut Charge) -> Result<()> {
        let loan = charge::loan(tx, after.loan)?;
        let is_loss = after.charge_type == ChargeType::Loss;
        let another = |found: Option<ChargeRef>| found.filter(|other| *other != after.charge);
        let hire = after.period.as_deref().map(|period| charge::of_period(tx, after.loan, period)).transpose()?;
        let people = [loan.who.hirer, person(loan.who.borrower)].into_iter().flatten();
        let facts = RecordedFacts {
            loan: &loan,
            loss: if is_loss { another(charge::loss_of(tx, after.loan)?) } else { None },
            hire: another(hire.flatten()),
            has_remission: after.remitted > Pence::ZERO && !remission::of_people(tx, after.year, people)?.is_empty(),
            today: self.today,
        };
        if let Err(refusal) = check_recorded(after, &facts) {
            row.fault(column_of(&refusal, after), refusal);
        }
        Ok(())
    }

    fn write(&mut self, tx: &Tx, number: i64, before: Option<&Charge>, after: Charge) -> Result<()> {
        let after = Charge { charge: ChargeRef::new(number), ..after };
        if before.is_none() {
            charge::put(tx, after.charge, &new(&after))?;
            if after.paid_on.is_none() && after.waived_on.is_none() {
                return Ok(());
            }
        }
        charge::settle(tx, &after)
    }

    fn reserve(tx: &Tx, number: i64) -> Result<()> {
        charge::reserve(tx, ChargeRef::new(number))
    }

    fn next(tx: &Tx) -> Result<i64> {
        Ok(charge::next_reference(tx)?.number())
    }

    fn highest(tx: &Tx) -> Result<i64> {
        charge::highest(tx)
    }

    fn about(first: i64, last: i64) -> About {
        About::Charges(first, last)
    }
}

impl Charges {
    /// What a hire is for and the term of the run that raised it, each a term on record as it is spelt there; the first
    /// day of that term where it is the hub's.
    fn periods(&mut self, tx: &Tx, row: &mut Row<'_>, after: &mut Charge) -> Result<Option<Date>> {
        let mut first_day = None;
        if row.has(Column::Term) {
            let (label, days) = self.label(tx, row, Column::Term)?;
            (after.term, first_day) = (label, days);
        }
        if row.has(Column::Period) {
            let text = fold(&row.text(Column::Period));
            after.period = match text.parse::<AcademicYear>() {
                _ if text.is_empty() || text == PROJECT => Some(text).filter(|text| !text.is_empty()),
                Ok(year) => Some(year.to_string()),
                Err(_) if after.term.as_ref() == Some(&text) => Some(text),
                Err(_) => {
                    let (label, days) = self.label(tx, row, Column::Period)?;
                    first_day = days;
                    label
                }
            };
        }
        Ok(first_day)
    }

    /// The label of the term that a cell names, and the day on which it begins for nobody's school.
    fn label(&mut self, tx: &Tx, row: &mut Row<'_>, column: Column) -> Result<(Option<String>, Option<Date>)> {
        let typed = fold(&row.text(column));
        if typed.is_empty() {
            return Ok((None, None));
        }
        if self.last_term.as_ref().is_none_or(|last| fold(&last.label) != typed) {
            self.last_term = row.found(column, term::named(tx, &typed))?;
        }
        let found = self.last_term.as_ref().filter(|found| fold(&found.label) == typed);
        let first_day = found.and_then(|found| found.of(None, None)).map(|days| days.first_on);
        Ok((found.map(|found| found.label.clone()), first_day))
    }

    /// The year by which it is remitted: the one of the term, the one it is for, else the one in which it was raised.
    fn year(&self, row: &mut Row<'_>, before: Option<&Charge>, after: &mut Charge) {
        row.over_filled(Column::AcademicYear, &mut after.year);
        if before.is_none() && row.text(Column::AcademicYear).is_empty() {
            let of_label = |label: &Option<String>| label.as_deref().and_then(|label| label.get(..7)?.parse().ok());
            let year = of_label(&after.term).or_else(|| of_label(&after.period));
            after.year = year.unwrap_or(AcademicYear::of(after.raised_on));
        }
    }

    /// What it comes to. A loss costs the replacement value unless it is said.
    fn amounts(&self, row: &mut Row<'_>, before: Option<&Charge>, loan: Option<&ChargedLoan>, after: &mut Charge) {
        match row.price(Column::Amount) {
            Some(amount) => after.amount = amount,
            None if before.is_some() || !row.text(Column::Amount).is_empty() => {}
            None if after.charge_type == ChargeType::Loss && loan.is_some() => match loan {
                Some(ChargedLoan { replacement_value: Some(value), .. }) => after.amount = *value,
                Some(ChargedLoan { loan, tag, .. }) => {
                    row.fault(Column::Amount, ChargeRefusal::NoReplacementValue { loan: *loan, tag: tag.clone() });
                }
                None => {}
            },
            None => row.fault(Column::Amount, "is missing"),
        }
        if row.has(Column::Remitted) {
            after.remitted = row.price(Column::Remitted).unwrap_or(Pence::ZERO);
        }
    }
}

fn person(borrower: BorrowerRef) -> Option<PersonRef> {
    match borrower {
        BorrowerRef::Person(person) => Some(person),
        _ => None,
    }
}

/// A charge of which nothing is known yet.
fn nothing_of(charge: ChargeRef, today: Date) -> Charge {
    Charge {
        charge,
        loan: LoanRef::new(0),
        instrument_id: 0,
        payer: BorrowerRef::Person(PersonRef::new(0)),
        payer_name: String::new(),
        charge_type: ChargeType::Hire,
        term: None,
        period: None,
        year: AcademicYear::of(today),
        amount: Pence::ZERO,
        remitted: Pence::ZERO,
        raised_on: today,
        due_on: today,
        paid_on: None,
        waived_on: None,
        note: None,
    }
}

fn new(of: &Charge) -> NewCharge {
    let Charge { loan, payer, charge_type, period, term, year, amount, remitted, raised_on, due_on, note, .. } = of.clone();
    NewCharge { loan, payer, charge_type, period, term, year, amount, remitted, raised_on, due_on, note }
}

/// The column that a refusal speaks of.
fn column_of(refusal: &RecordedRefusal, of: &Charge) -> Column {
    use RecordedRefusal as No;
    match refusal {
        No::NotTheirs { .. } => Column::Person,
        No::NoPeriod | No::NoHire | No::HireTwice { .. } => Column::Period,
        No::RemittedNoHire | No::RemittedTooMuch(_) | No::NoRemission { .. } => Column::Remitted,
        No::RaisedInFuture(_) => Column::RaisedOn,
        No::WaivedInFuture(_) | No::PaidAndWaived => Column::WaivedOn,
        No::Desk(ChargeRefusal::Nought) => Column::Amount,
        No::Desk(ChargeRefusal::PaidInFuture(_)) => Column::PaidOn,
        No::Desk(ChargeRefusal::NothingOwed(_)) if of.paid_on.is_some() => Column::PaidOn,
        No::Desk(ChargeRefusal::NothingOwed(_)) => Column::WaivedOn,
        No::Desk(ChargeRefusal::LossTwice { .. }) => Column::ChargeType,
        No::Desk(_) => Column::Loan,
    }
}
