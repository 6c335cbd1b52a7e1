//! What is said and charged at the counter: the fee with a loan, damage and loss with a return.

use anyhow::Result;

use crate::commands::Desk;
use crate::domain::borrower::BorrowerRef;
use crate::domain::charge::{
    Asked, ChargedLoan, Fee, NewCharge, ahead_in_words, charge_for, fees_in_words, types_at_return,
};
use crate::domain::date::{AcademicYear, Date, in_words};
use crate::domain::instrument::Instrument;
use crate::domain::loan::OpenLoan;
use crate::domain::money::Pence;
use crate::domain::reference::{ChargeRef, LoanRef};
use crate::domain::refusal::refuse;
use crate::domain::words::{ChargeType, Condition};
use crate::error::Usage;
use crate::store::journal::{About, Event};
use crate::store::{Tx, charge as charges, party, rate, remission, setting};

/// What loans just made on a day will cost, in sentences; none where the hub has no rate for them.
pub fn fees(tx: &Tx, loans: impl IntoIterator<Item = LoanRef>, on: Date) -> Result<Vec<String>> {
    let rates = rate::rates(tx)?;
    if rates.is_empty() {
        return Ok(Vec::new());
    }
    let year = AcademicYear::of(on);
    let mut fees = Vec::new();
    for loan in loans {
        let loan = charges::loan(tx, loan)?;
        if let Some(rate) = rates.of(loan.scheme, loan.family) {
            let person = match loan.who.borrower {
                BorrowerRef::Person(person) => Some(person),
                _ => None,
            };
            let remissions = remission::of_people(tx, year, person.into_iter().chain(loan.who.hirer))?;
            fees.extend(Fee::of(loan.who, Some(rate), &remissions));
        }
    }
    Ok(fees_in_words(&fees, year))
}

/// A charge just made at the counter.
pub struct Raised {
    pub charge: ChargeRef,
    loan: ChargedLoan,
    new: NewCharge,
    pub payer_name: String,
}

impl Raised {
    /// `Charged Luis Ruiz £12.50 for the accessory (C1), to be paid by 20 Dec 2026.`
    pub fn sentence(&self) -> String {
        format!("{}, to be paid by {}.", self.summary(), in_words(self.new.due_on))
    }

    pub fn summary(&self) -> String {
        let (name, amount, what) = (&self.payer_name, self.new.amount.in_words(), self.new.charge_type);
        format!("Charged {name} {amount} for {} ({})", worded(what), self.charge)
    }

    /// Everything it concerns.
    pub fn about(&self) -> Vec<About> {
        vec![
            About::charge(self.charge),
            About::loan(self.loan.loan),
            About::instrument(self.loan.instrument_id),
            About::borrower(self.loan.who.borrower),
            About::borrower(self.new.payer),
        ]
    }
}

/// `the damage`: what a charge is for, in a sentence.
fn worded(what: ChargeType) -> &'static str {
    match what {
        ChargeType::Hire => "the hire",
        ChargeType::Deposit => "a deposit",
        ChargeType::Damage => "the damage",
        ChargeType::Loss => "the loss",
        ChargeType::Accessory => "an accessory",
    }
}

/// Charges a loan, inside whatever event the caller makes of it.
pub fn charge_loan(tx: &Tx, loan: LoanRef, asked: Asked) -> Result<Raised> {
    let loan = charges::loan(tx, loan)?;
    let behind = loan.who.hirer.map(BorrowerRef::Person).into_iter().chain([loan.who.borrower]);
    behind.into_iter().try_for_each(|person| party::refuse_erased(tx, person))?;
    let new = charge_for(&loan, charges::loss_of(tx, loan.loan)?, asked).map_err(refuse)?;
    let charge = charges::add(tx, &new)?;
    let payer_name = party::name_of(tx, new.payer)?;
    Ok(Raised { charge, loan, new, payer_name })
}

/// What a return is charged for, where it is.
pub struct OfReturn<'a> {
    what: Vec<ChargeType>,
    amount: Option<Pence>,
    missing: &'a [String],
    today: Date,
}

impl<'a> OfReturn<'a> {
    /// Judges the command line: a charge is about one instrument, of which something is missing or damaged.
    pub fn new(
        amount: Option<Pence>,
        tags: usize,
        missing: &'a [String],
        condition: Option<Condition>,
        today: Date,
    ) -> Result<OfReturn<'a>> {
        let what = types_at_return(!missing.is_empty(), condition);
        if amount.is_some() && tags > 1 {
            return Err(Usage("--charge is about one instrument; take that one back on its own".into()).into());
        }
        if amount.is_some() && what.is_empty() {
            let wanted = "--charge needs --missing, or a --condition of damaged or unplayable";
            return Err(Usage(wanted.into()).into());
        }
        Ok(OfReturn { what, amount, missing, today })
    }

    /// Raises the charge on whoever had it, the first of the loans that the return closed.
    pub fn raise<'l>(&self, tx: &Tx, mut closed: impl Iterator<Item = &'l OpenLoan>) -> Result<Option<Raised>> {
        let (Some(&charge_type), Some(amount), Some(loan)) = (self.what.first(), self.amount, closed.next()) else {
            return Ok(None);
        };
        let note = (!self.missing.is_empty()).then(|| self.missing.join(", "));
        let payment_days = setting::payment_days(tx)?;
        let asked = Asked { charge_type, amount: Some(amount), note, raised_on: self.today, payment_days };
        charge_loan(tx, loan.loan, asked).map(Some)
    }

    /// Says what was charged, and how to charge for what was not.
    pub fn tell<'l>(
        &self,
        desk: &mut Desk<'_, '_>,
        raised: Option<&Raised>,
        had: impl Iterator<Item = &'l OpenLoan>,
    ) -> Result<()> {
        if let Some(raised) = raised {
            desk.print(raised.charge)?;
            desk.say(raised.sentence())?;
        }
        let loans: Vec<String> = had.map(|loan| loan.loan.to_string()).collect();
        let Some(first) = loans.first() else {
            return Ok(());
        };
        let each = if loans.len() > 1 { format!(", loan by loan ({})", loans.join(", ")) } else { String::new() };
        for what in self.what.iter().skip(usize::from(raised.is_some())) {
            let for_it = if self.what.len() > 1 { worded(*what) } else { "it" };
            desk.say(format!("To charge for {for_it}{each}: ledgerline charge add {first} --for {what} £…"))?;
        }
        Ok(())
    }
}

/// What was raised in advance for loans that end on a day, and how to let it go, in sentences.
pub fn raised_ahead(tx: &Tx, ended: impl IntoIterator<Item = LoanRef>, on: Date, today: Date) -> Result<Vec<String>> {
    Ok(ahead_in_words(&charges::owed_ahead(tx, ended, on)?, today))
}

/// Makes a charge part of the event it was raised in.
pub fn join(event: &mut Event, raised: Option<&Raised>) {
    if let Some(raised) = raised {
        event.summary = format!("{} {}", event.summary, raised.summary());
        event.about.extend([About::charge(raised.charge), About::borrower(raised.new.payer)]);
    }
}

/// How to charge for a loss.
pub fn hint_of_loss(loan: LoanRef, lost: &Instrument) -> String {
    let command = format!("ledgerline charge add {loan} --for loss");
    match lost.details.replacement_value {
        Some(value) => format!("Its replacement value is {}. To charge for it: {command}", value.in_words()),
        None => format!("To charge for it: {command} £…"),
    }
}
