//! One run that raises the hire of a term: what becomes of each open loan, and how it all adds up.

use std::collections::BTreeMap;

use super::{Answerable, ChargeRefusal, NewCharge, Rate, Rates, Remissions, due_on, months_of};
use crate::domain::date::Date;
use crate::domain::money::Pence;
use crate::domain::reference::{LoanRef, Urn};
use crate::domain::term::{Days, NamedTerm};
use crate::domain::words::{ChargeType, Family, RateUnit, Scheme};

/// An open loan whose hire may be due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hire<'a> {
    pub loan: LoanRef,
    pub instrument_id: i64,
    pub who: Answerable,
    pub scheme: Scheme,
    pub family: Family,
    pub out_on: Date,
    pub due_on: Date,
    /// The school it counts for, and that school's local authority.
    pub school: Option<Urn>,
    pub la: Option<&'a str>,
    /// Whether its hire of this term was raised before, by the term, by its year or for the whole project: the unit of the
    /// rate may have changed since, and the term is paid for all the same.
    pub is_raised: bool,
}

/// What every loan of a run is judged by, read once.
pub struct TermRun<'a> {
    pub term: &'a NamedTerm,
    pub rates: &'a Rates,
    pub remissions: &'a Remissions,
    pub payment_days: i64,
    pub today: Date,
}

/// What becomes of one loan in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is not out in this term, or has no hire of its own.
    NotDue,
    /// The calendar of its school has no term of that name.
    NoTerm,
    NoRate,
    Before,
    Raise(NewCharge),
}

impl TermRun<'_> {
    pub fn judge(&self, hire: &Hire<'_>) -> Result<Verdict, ChargeRefusal> {
        if hire.scheme == Scheme::Free || !hire.who.has_hire() {
            return Ok(Verdict::NotDue);
        }
        let Some(days) = self.term.of(hire.school, hire.la) else {
            return Ok(Verdict::NoTerm);
        };
        // What is not back when a term begins is charged for it, whatever day it was due.
        let reaches_into_it = hire.due_on >= days.first_on || days.first_on <= self.today;
        if hire.out_on > days.last_on || !reaches_into_it {
            return Ok(Verdict::NotDue);
        }
        match self.rates.of(hire.scheme, hire.family) {
            _ if hire.is_raised => Ok(Verdict::Before),
            None => Ok(Verdict::NoRate),
            Some(rate) => self.charge(hire, rate, days).map(Verdict::Raise).ok_or(ChargeRefusal::TooMuch(hire.loan)),
        }
    }

    /// The charge itself; `None` where it comes to more than can be recorded.
    fn charge(&self, hire: &Hire<'_>, rate: &Rate, days: Days) -> Option<NewCharge> {
        let (units, period) = match rate.per {
            RateUnit::Term => (1, self.term.label.clone()),
            RateUnit::Month => (months_of(hire.out_on, hire.due_on, days, self.today), self.term.label.clone()),
            RateUnit::Year => (1, self.term.year.to_string()),
            RateUnit::Project => (1, "project".to_string()),
        };
        let amount = rate.amount.times(units)?;
        Some(NewCharge {
            loan: hire.loan,
            payer: hire.who.payer(),
            charge_type: ChargeType::Hire,
            period: Some(period),
            term: Some(self.term.label.clone()),
            year: self.term.year,
            amount,
            remitted: amount.percent(hire.who.percent(self.remissions)),
            raised_on: self.today,
            due_on: due_on(self.today, self.payment_days, Some(days.first_on)),
            note: None,
        })
    }
}

/// What a run came to.
#[derive(Debug, Default)]
pub struct Tally {
    pub raised: usize,
    pub amount: Pence,
    pub remitted: Pence,
    pub before: usize,
    pub without_rate: BTreeMap<Scheme, usize>,
    pub without_term: usize,
}

impl Tally {
    pub fn add(&mut self, scheme: Scheme, verdict: &Verdict) {
        match verdict {
            Verdict::NotDue => {}
            Verdict::NoTerm => self.without_term += 1,
            Verdict::NoRate => *self.without_rate.entry(scheme).or_default() += 1,
            Verdict::Before => self.before += 1,
            Verdict::Raise(charge) => {
                self.raised += 1;
                self.amount = self.amount + charge.amount;
                self.remitted = self.remitted + charge.remitted;
            }
        }
    }

    /// `412 charges`.
    pub fn counted(&self) -> String {
        match self.raised {
            1 => "one charge".to_string(),
            many => format!("{many} charges"),
        }
    }

    /// `Raised 412 charges of 2026/27-autumn, £14,996.80 before remissions of £2,100.00`.
    pub fn what(&self, label: &str) -> String {
        if self.raised == 0 {
            return format!("There is nothing to raise for {label}");
        }
        let remitted = match self.remitted {
            Pence::ZERO => String::new(),
            remitted => format!(" before remissions of {}", remitted.in_words()),
        };
        format!("Raised {} of {label}, {}{remitted}", self.counted(), self.amount.in_words())
    }

    /// The whole account of the run.
    pub fn sentence(&self, label: &str) -> String {
        let mut parts = vec![self.what(label)];
        match self.before {
            0 => {}
            1 => parts.push("one was raised before".to_string()),
            many => parts.push(format!("{many} were raised before")),
        }
        let loans: usize = self.without_rate.values().sum();
        let schemes: Vec<String> =
            self.without_rate.iter().map(|(scheme, loans)| format!("{loans} on {scheme}")).collect();
        match (loans, self.without_rate.keys().next(), schemes.len()) {
            (1, Some(scheme), _) => parts.push(format!("one loan on {scheme} has no rate")),
            (many, Some(scheme), 1) => parts.push(format!("{many} loans on {scheme} have no rate")),
            (0, ..) => {}
            (many, ..) => parts.push(format!("{many} loans have no rate ({})", schemes.join(", "))),
        }
        match self.without_term {
            0 => {}
            1 => parts.push("one loan follows a calendar without that term".to_string()),
            many => parts.push(format!("{many} loans follow a calendar without that term")),
        }
        format!("{}.", parts.join("; "))
    }
}
