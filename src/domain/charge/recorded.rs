//! A charge that comes with its history: whether it could have been raised, paid and waived so.

use super::{Answerable, Charge, ChargeRefusal, ChargedLoan};
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::{AcademicYear, Date, in_words};
use crate::domain::money::Pence;
use crate::domain::reference::{ChargeRef, LoanRef};
use crate::domain::words::{ChargeType, LoanState};

impl Answerable {
    /// Whether somebody may have been charged: whoever borrows, whoever signed, or the school whose loan it stands inside.
    pub fn answers(self, payer: BorrowerRef) -> bool {
        match payer {
            BorrowerRef::Person(person) => self.borrower == payer || self.hirer == Some(person),
            BorrowerRef::School(urn) => self.borrower == payer || self.inside == Some(urn),
            BorrowerRef::Organisation(_) => self.borrower == payer,
        }
    }
}

/// What a charge with its history is judged by.
#[derive(Clone, Copy, Debug)]
pub struct RecordedFacts<'a> {
    pub loan: &'a ChargedLoan,
    /// Another charge for the loan's loss that was not waived.
    pub loss: Option<ChargeRef>,
    /// Another charge for the same hire of the loan.
    pub hire: Option<ChargeRef>,
    /// Whether somebody behind the loan is let off anything in its academic year.
    pub has_remission: bool,
    pub today: Date,
}

/// Why a charge cannot have come to be so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordedRefusal {
    #[error(transparent)]
    Desk(#[from] ChargeRefusal),
    #[error("{payer} does not answer for {loan}; {} does", .answers)]
    NotTheirs { payer: BorrowerRef, loan: LoanRef, answers: BorrowerRef },
    #[error("a hire needs the period it is for: a term such as 2026/27-autumn, a year such as 2026/27, or project")]
    NoPeriod,
    #[error("only a hire is for a period")]
    NoHire,
    #[error("{loan} is charged its hire for that already ({charge})")]
    HireTwice { loan: LoanRef, charge: ChargeRef },
    #[error("only hire is remitted")]
    RemittedNoHire,
    #[error("is more than the amount, {}", .0.in_words())]
    RemittedTooMuch(Pence),
    #[error("nobody behind {loan} has a remission for {year}")]
    NoRemission { loan: LoanRef, year: AcademicYear },
    #[error("{} has not come yet", in_words(*.0))]
    RaisedInFuture(Date),
    #[error("{} has not come yet", in_words(*.0))]
    WaivedInFuture(Date),
    #[error("a charge is paid or waived, not both")]
    PaidAndWaived,
}

/// Judges a charge with all that became of it.
pub fn check_recorded(charge: &Charge, facts: &RecordedFacts<'_>) -> Result<(), RecordedRefusal> {
    let loan = facts.loan.loan;
    if charge.amount == Pence::ZERO {
        return Err(ChargeRefusal::Nought.into());
    }
    if !facts.loan.who.answers(charge.payer) {
        let answers = facts.loan.who.payer();
        return Err(RecordedRefusal::NotTheirs { payer: charge.payer, loan, answers });
    }
    if charge.raised_on > facts.today {
        return Err(RecordedRefusal::RaisedInFuture(charge.raised_on));
    }
    match (charge.charge_type, &charge.period, facts.hire) {
        (ChargeType::Hire, None, _) => return Err(RecordedRefusal::NoPeriod),
        (ChargeType::Hire, Some(_), Some(other)) => return Err(RecordedRefusal::HireTwice { loan, charge: other }),
        (ChargeType::Hire, ..) => {}
        (_, Some(_), _) => return Err(RecordedRefusal::NoHire),
        _ => {}
    }
    check_settled(charge, facts)?;
    check_remitted(charge, facts)
}

/// How it was settled, if it was. What is not is still owed, and must be owed by rights.
fn check_settled(charge: &Charge, facts: &RecordedFacts<'_>) -> Result<(), RecordedRefusal> {
    let loan = facts.loan.loan;
    let is_void = facts.loan.state == LoanState::Void;
    let before = Charge { paid_on: None, waived_on: None, ..charge.clone() };
    match (charge.paid_on, charge.waived_on) {
        (Some(_), Some(_)) => return Err(RecordedRefusal::PaidAndWaived),
        (Some(on), None) => before.check_payment(on, facts.today)?,
        (None, Some(on)) if on > facts.today => return Err(RecordedRefusal::WaivedInFuture(on)),
        // With a loan that is voided its charges are waived, whether or not anything is owed for them.
        (None, Some(_)) if is_void => {}
        (None, Some(_)) => before.check_owed()?,
        (None, None) if is_void && charge.payable() > Pence::ZERO => return Err(ChargeRefusal::VoidLoan(loan).into()),
        (None, None) => {}
    }
    match facts.loss.filter(|_| charge.charge_type == ChargeType::Loss && charge.waived_on.is_none()) {
        Some(other) => Err(ChargeRefusal::LossTwice { loan, charge: other }.into()),
        None => Ok(()),
    }
}

fn check_remitted(charge: &Charge, facts: &RecordedFacts<'_>) -> Result<(), RecordedRefusal> {
    if charge.remitted == Pence::ZERO {
        return Ok(());
    }
    if charge.charge_type != ChargeType::Hire {
        return Err(RecordedRefusal::RemittedNoHire);
    }
    if charge.remitted > charge.amount {
        return Err(RecordedRefusal::RemittedTooMuch(charge.amount));
    }
    let is_settled = charge.paid_on.is_some() || charge.waived_on.is_some();
    if !is_settled && !facts.has_remission {
        return Err(RecordedRefusal::NoRemission { loan: facts.loan.loan, year: charge.year });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reference::{PersonRef, Urn};
    use crate::domain::tag::Tag;
    use crate::domain::words::{Family, Scheme};

    const TODAY: Date = Date::constant(2026, 11, 22);
    const PUPIL: BorrowerRef = BorrowerRef::Person(PersonRef::new(1));
    const HIRER: BorrowerRef = BorrowerRef::Person(PersonRef::new(2));

    fn loan(state: LoanState) -> ChargedLoan {
        let who = Answerable { borrower: PUPIL, hirer: Some(PersonRef::new(2)), inside: None };
        let (scheme, family, tag) = (Scheme::Hire, Family::Strings, Tag::from_record("VN-0001"));
        ChargedLoan {
            loan: LoanRef::new(4),
            instrument_id: 1,
            tag,
            who,
            scheme,
            family,
            state,
            replacement_value: None,
        }
    }

    fn hire() -> Charge {
        Charge {
            charge: ChargeRef::new(9),
            loan: LoanRef::new(4),
            instrument_id: 1,
            payer: HIRER,
            payer_name: String::new(),
            charge_type: ChargeType::Hire,
            term: Some("2026/27-autumn".into()),
            period: Some("2026/27-autumn".into()),
            year: AcademicYear::of(TODAY),
            amount: Pence::new(3000),
            remitted: Pence::ZERO,
            raised_on: TODAY,
            due_on: TODAY,
            paid_on: None,
            waived_on: None,
            note: None,
        }
    }

    fn told(charge: &Charge, state: LoanState, has_remission: bool, other: Option<ChargeRef>) -> Option<String> {
        let loan = loan(state);
        let facts = RecordedFacts { loan: &loan, loss: other, hire: other, has_remission, today: TODAY };
        check_recorded(charge, &facts).err().map(|refusal| refusal.to_string())
    }

    /// A charge, the state of its loan, whether anybody is let off, another charge for the same, and what is said of it.
    type Case = (Charge, LoanState, bool, Option<ChargeRef>, Option<&'static str>);

    #[test]
    fn what_the_desk_could_have_raised_is_taken() {
        let tomorrow = Date::constant(2026, 11, 23);
        let paid = Charge { paid_on: Some(TODAY), ..hire() };
        let let_off = Charge { remitted: Pence::new(3000), ..hire() };
        let damage = Charge { charge_type: ChargeType::Damage, period: None, term: None, ..hire() };
        let loss = Charge { charge_type: ChargeType::Loss, ..damage.clone() };
        let other = Some(ChargeRef::new(3));
        let cases: Vec<Case> = vec![
            (hire(), LoanState::Open, false, None, None),
            (paid.clone(), LoanState::Void, false, None, None),
            (let_off.clone(), LoanState::Open, true, None, None),
            (let_off.clone(), LoanState::Void, true, None, None),
            (Charge { waived_on: Some(TODAY), ..let_off.clone() }, LoanState::Void, false, None, None),
            (Charge { payer: PUPIL, ..hire() }, LoanState::Open, false, None, None),
            (
                hire(),
                LoanState::Void,
                false,
                None,
                Some("L4 is void, and nothing is charged for a loan that never was"),
            ),
            (hire(), LoanState::Open, false, other, Some("L4 is charged its hire for that already (C3)")),
            (loss.clone(), LoanState::Lost, false, other, Some("L4 is charged for the loss already (C3)")),
            (Charge { waived_on: Some(TODAY), ..loss }, LoanState::Lost, false, other, None),
            (let_off.clone(), LoanState::Open, false, None, Some("nobody behind L4 has a remission for 2026/27")),
            (
                Charge { paid_on: Some(TODAY), ..let_off.clone() },
                LoanState::Open,
                true,
                None,
                Some("nothing is owed for C9: all of it is remitted"),
            ),
            (
                Charge { waived_on: Some(TODAY), ..let_off },
                LoanState::Open,
                true,
                None,
                Some("nothing is owed for C9: all of it is remitted"),
            ),
            (
                Charge { remitted: Pence::new(3001), ..hire() },
                LoanState::Open,
                true,
                None,
                Some("is more than the amount, £30.00"),
            ),
            (
                Charge { remitted: Pence::new(1), ..damage.clone() },
                LoanState::Open,
                true,
                None,
                Some("only hire is remitted"),
            ),
            (
                Charge { period: Some("project".into()), ..damage },
                LoanState::Open,
                false,
                None,
                Some("only a hire is for a period"),
            ),
            (
                Charge { raised_on: tomorrow, ..hire() },
                LoanState::Open,
                false,
                None,
                Some("23 Nov 2026 has not come yet"),
            ),
            (
                Charge { paid_on: Some(tomorrow), ..hire() },
                LoanState::Open,
                false,
                None,
                Some("the payment would be on 23 Nov 2026, which has not come yet"),
            ),
            (
                Charge { waived_on: Some(tomorrow), ..hire() },
                LoanState::Open,
                false,
                None,
                Some("23 Nov 2026 has not come yet"),
            ),
            (
                Charge { waived_on: Some(TODAY), ..paid },
                LoanState::Open,
                false,
                None,
                Some("a charge is paid or waived, not both"),
            ),
            (
                Charge { amount: Pence::ZERO, ..hire() },
                LoanState::Open,
                false,
                None,
                Some("a charge of nothing is no charge"),
            ),
            (
                Charge { payer: BorrowerRef::School(Urn::new(100_001)), ..hire() },
                LoanState::Open,
                false,
                None,
                Some("100001 does not answer for L4; P2 does"),
            ),
        ];
        for (charge, state, has_remission, other, said) in cases {
            assert_eq!(told(&charge, state, has_remission, other).as_deref(), said, "{charge:?}");
        }
    }
}
