//! Charges: what a loan costs, who pays for it, what is remitted, and where a charge stands.

mod ahead;
mod fee;
mod lines;
mod recorded;
mod refusal;
mod run;

use std::collections::HashMap;

pub use ahead::{OwedHire, ahead_in_words};
pub use fee::{Fee, fees_in_words};
pub use lines::{ChargeLine, RateLine, RemissionLine};
pub use recorded::{RecordedFacts, RecordedRefusal, check_recorded};
pub use refusal::{ChargeRefusal, RateRefusal, RemissionRefusal};
pub use run::{Hire, Tally, TermRun, Verdict};

use super::borrower::BorrowerRef;
use super::date::{AcademicYear, Date, plus_days, plus_months};
use super::money::Pence;
use super::reference::{ChargeRef, LoanRef, PersonRef, Urn};
use super::tag::Tag;
use super::term::Days;
use super::text::Name;
use super::words::{ChargeState, ChargeType, Condition, Family, LoanState, RateUnit, Scheme};

/// What a loan on a scheme costs, for one family of instruments or for all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    pub scheme: Scheme,
    /// For every family, where none is named.
    pub family: Option<Family>,
    pub per: RateUnit,
    pub amount: Pence,
}

impl Rate {
    /// `£36.40 a term`.
    pub fn in_words(&self) -> String {
        format!("{} a {}", self.amount.in_words(), self.per)
    }
}

/// What a rate is for: `hire`, or `hire of strings`.
pub fn rate_of(scheme: Scheme, family: Option<Family>) -> String {
    family.map_or_else(|| scheme.to_string(), |family| format!("{scheme} of {family}"))
}

/// Judges a rate that is to stand in place of another, if there is one.
pub fn check_rate(new: &Rate, before: Option<&Rate>) -> Result<(), RateRefusal> {
    if new.scheme == Scheme::Free {
        return Err(RateRefusal::Free);
    }
    if new.amount == Pence::ZERO {
        return Err(RateRefusal::Nought { scheme: new.scheme, family: new.family });
    }
    match before {
        Some(before) if before == new => Err(RateRefusal::Same(new.clone())),
        _ => Ok(()),
    }
}

/// The hub's rates. A family's own stands before the one for all families.
#[derive(Clone, Debug, Default)]
pub struct Rates(HashMap<(Scheme, Option<Family>), Rate>);

impl Rates {
    pub fn new(rates: Vec<Rate>) -> Rates {
        Rates(rates.into_iter().map(|rate| ((rate.scheme, rate.family), rate)).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn of(&self, scheme: Scheme, family: Family) -> Option<&Rate> {
        self.0.get(&(scheme, Some(family))).or_else(|| self.0.get(&(scheme, None)))
    }
}

/// What a person is let off for an academic year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remission {
    pub person: PersonRef,
    pub year: AcademicYear,
    pub percent: u8,
    /// The hub's own word for why: never the evidence itself.
    pub band: Name,
    /// The day on which the evidence was seen.
    pub seen_on: Option<Date>,
}

/// A percentage from 0 to 100.
pub fn percent(given: i64) -> Result<u8, RemissionRefusal> {
    u8::try_from(given).ok().filter(|percent| *percent <= 100).ok_or(RemissionRefusal::NoPercentage(given))
}

/// Judges a remission against the one that stands for the same person and year, if any.
pub fn check_remission(new: &Remission, stands: Option<&Remission>, today: Date) -> Result<(), RemissionRefusal> {
    if let Some(on) = new.seen_on.filter(|on| *on > today) {
        return Err(RemissionRefusal::SeenInFuture(on));
    }
    match stands {
        Some(stands) => Err(RemissionRefusal::Stands(stands.clone())),
        None => Ok(()),
    }
}

/// The percentages of one academic year, by person.
pub type Remissions = HashMap<PersonRef, u8>;

/// Who is behind a loan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answerable {
    pub borrower: BorrowerRef,
    /// The adult who signed.
    pub hirer: Option<PersonRef>,
    /// The school whose loan it stands inside.
    pub inside: Option<Urn>,
}

impl Answerable {
    /// Who pays: for a person's loan the hirer who signed, else the school whose loan it stands inside, else the person.
    /// A school and an organisation pay for their own, whoever signed.
    pub fn payer(self) -> BorrowerRef {
        match (self.borrower, self.hirer, self.inside) {
            (BorrowerRef::Person(_), Some(hirer), _) => BorrowerRef::Person(hirer),
            (BorrowerRef::Person(_), None, Some(school)) => BorrowerRef::School(school),
            (borrower, ..) => borrower,
        }
    }

    /// Whether the loan has a hire of its own: inside a school's loan only what somebody signed for has.
    pub fn has_hire(self) -> bool {
        self.inside.is_none() || self.hirer.is_some()
    }

    /// What is let off, in per cent: the pupil's remission, else the hirer's, never both.
    pub fn percent(self, remissions: &Remissions) -> u8 {
        let BorrowerRef::Person(person) = self.borrower else {
            return 0;
        };
        let of_hirer = || self.hirer.and_then(|hirer| remissions.get(&hirer));
        remissions.get(&person).or_else(of_hirer).copied().unwrap_or(0)
    }
}

/// How many months have begun from one day to a later one, both counted: a part of a month is a whole one.
pub fn months_begun(from: Date, to: Date) -> i64 {
    let begins_in_time = |months: &i64| plus_months(from, *months).is_some_and(|day| day <= to);
    (0..).take_while(begins_in_time).fold(0, |begun, _| begun + 1)
}

/// How many months of a term a loan is charged for that is still out: those begun by its due day, or by today where that has
/// passed.
pub fn months_of(out_on: Date, due_on: Date, term: Days, today: Date) -> i64 {
    months_begun(out_on.max(term.first_on), term.last_on.min(due_on.max(today)))
}

/// By when a charge is to be paid: so many days after it was raised, but not before the term it is for begins.
pub fn due_on(raised_on: Date, payment_days: i64, first_on: Option<Date>) -> Date {
    let due = plus_days(raised_on, payment_days).unwrap_or(raised_on);
    first_on.map_or(due, |first_on| due.max(first_on))
}

/// A loan as charges see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChargedLoan {
    pub loan: LoanRef,
    pub instrument_id: i64,
    pub tag: Tag,
    pub who: Answerable,
    pub scheme: Scheme,
    pub family: Family,
    pub state: LoanState,
    pub replacement_value: Option<Pence>,
}

/// A charge to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCharge {
    pub loan: LoanRef,
    pub payer: BorrowerRef,
    pub charge_type: ChargeType,
    /// Of a hire, what it is for: a term, a year, or the whole project.
    pub period: Option<String>,
    /// The term of the run that raised it.
    pub term: Option<String>,
    pub year: AcademicYear,
    pub amount: Pence,
    pub remitted: Pence,
    pub raised_on: Date,
    pub due_on: Date,
    pub note: Option<String>,
}

/// What somebody at the desk asks to charge for.
#[derive(Clone, Debug)]
pub struct Asked {
    pub charge_type: ChargeType,
    /// A loss costs the replacement value unless it is said.
    pub amount: Option<Pence>,
    pub note: Option<String>,
    pub raised_on: Date,
    pub payment_days: i64,
}

/// Decides a charge at the desk. `loss` is the charge for the loan's loss that stands already.
pub fn charge_for(loan: &ChargedLoan, loss: Option<ChargeRef>, asked: Asked) -> Result<NewCharge, ChargeRefusal> {
    if loan.state == LoanState::Void {
        return Err(ChargeRefusal::VoidLoan(loan.loan));
    }
    if let Some(charge) = loss.filter(|_| asked.charge_type == ChargeType::Loss) {
        return Err(ChargeRefusal::LossTwice { loan: loan.loan, charge });
    }
    let amount = asked.amount.or(loan.replacement_value);
    let amount = amount.ok_or_else(|| ChargeRefusal::NoReplacementValue { loan: loan.loan, tag: loan.tag.clone() })?;
    if amount == Pence::ZERO {
        return Err(ChargeRefusal::Nought);
    }
    Ok(NewCharge {
        loan: loan.loan,
        payer: loan.who.payer(),
        charge_type: asked.charge_type,
        period: None,
        term: None,
        year: AcademicYear::of(asked.raised_on),
        amount,
        remitted: Pence::ZERO,
        raised_on: asked.raised_on,
        due_on: due_on(asked.raised_on, asked.payment_days, None),
        note: asked.note,
    })
}

/// What a return can be charged for: what did not come back, and then the damage; nothing where it came back whole.
pub fn types_at_return(is_missing_something: bool, condition: Option<Condition>) -> Vec<ChargeType> {
    let is_damaged = matches!(condition, Some(Condition::Damaged | Condition::Unplayable));
    let accessory = is_missing_something.then_some(ChargeType::Accessory);
    accessory.into_iter().chain(is_damaged.then_some(ChargeType::Damage)).collect()
}

/// A charge on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    pub charge: ChargeRef,
    pub loan: LoanRef,
    pub instrument_id: i64,
    pub payer: BorrowerRef,
    pub payer_name: String,
    pub charge_type: ChargeType,
    pub term: Option<String>,
    pub period: Option<String>,
    pub year: AcademicYear,
    pub amount: Pence,
    pub remitted: Pence,
    pub raised_on: Date,
    pub due_on: Date,
    pub paid_on: Option<Date>,
    pub waived_on: Option<Date>,
    pub note: Option<String>,
}

impl Charge {
    /// What is to be paid once what is remitted is taken off.
    pub fn payable(&self) -> Pence {
        self.amount - self.remitted
    }

    /// Whether it would be paid on a day before it was raised: a cheque that came first, or a slip of the hand.
    pub fn is_paid_early(&self, on: Date) -> bool {
        on < self.raised_on
    }

    /// Judges a payment of all that is owed.
    pub fn check_payment(&self, on: Date, today: Date) -> Result<(), ChargeRefusal> {
        if on > today {
            return Err(ChargeRefusal::PaidInFuture(on));
        }
        self.check_owed()
    }

    /// Refuses what is settled one way or another.
    pub fn check_owed(&self) -> Result<(), ChargeRefusal> {
        match (self.paid_on, self.waived_on) {
            (Some(on), _) => Err(ChargeRefusal::Paid { charge: self.charge, on }),
            (_, Some(on)) => Err(ChargeRefusal::Waived { charge: self.charge, on }),
            _ if self.payable() == Pence::ZERO => Err(ChargeRefusal::NothingOwed(self.charge)),
            _ => Ok(()),
        }
    }
}

/// Where a charge stands. Derived here and nowhere else.
pub fn state(amount: Pence, remitted: Pence, paid_on: Option<Date>, waived_on: Option<Date>) -> ChargeState {
    match (paid_on, waived_on) {
        (Some(_), _) => ChargeState::Paid,
        (_, Some(_)) => ChargeState::Waived,
        _ if amount == remitted => ChargeState::Remitted,
        _ => ChargeState::Owed,
    }
}

#[cfg(test)]
mod tests;
