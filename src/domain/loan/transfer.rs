//! `transfer`: the same instrument, answered for by another borrower.

use super::onward::{HeldTerms, OnwardRefusal, check_day};
use super::{
    Hirer, LendFacts, LoanRefusal, NewLoan, OpenLoan, OpenLoans, Party, Request, check_days, check_party, new_loan,
};
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::Date;
use crate::domain::due::Due;
use crate::domain::reference::LoanRef;
use crate::domain::tag::Tag;
use crate::domain::words::Scheme;

/// What is to be written of a transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The loan that ends, as returned.
    pub closing: LoanRef,
    pub new: NewLoan,
}

/// The facts of one transfer.
#[derive(Clone, Debug)]
pub struct TransferFacts<'a> {
    /// A pupil's ended loan that was still running after the day, and its last day.
    pub inner_end: Option<(LoanRef, Date)>,
    /// The terms of the loan that ends.
    pub held: &'a HeldTerms,
    /// The instrument, its open loans, and the borrower it goes to.
    pub to: LendFacts<'a>,
}

/// The loan that would move: refused inside it, where a pupil has the instrument.
pub fn moving<'a>(tag: &Tag, open: &'a OpenLoans) -> Result<&'a OpenLoan, OnwardRefusal> {
    match (&open.outer, &open.inner) {
        (None, _) => Err(LoanRefusal::NotOnLoan(tag.clone()).into()),
        (Some(_), Some(inner)) => {
            let (name, loan) = (inner.borrower_name.clone(), inner.loan);
            Err(OnwardRefusal::InnerOpen { tag: tag.clone(), name, loan })
        }
        (Some(outer), None) => Ok(outer),
    }
}

/// The terms it is lent on from now: the same for a borrower of the same kind, else the usual ones.
pub fn scheme_after(held: &HeldTerms, from: BorrowerRef, to: &Party) -> Scheme {
    let same_kind = std::mem::discriminant(&from) == std::mem::discriminant(&to.reference());
    if same_kind { held.scheme } else { to.usual_scheme() }
}

/// Decides a transfer on a day. It moves who answers for an instrument, so one that is away to be mended moves too.
pub fn transfer(
    facts: &TransferFacts<'_>,
    hirer: Option<Hirer>,
    on: Date,
    due: Due,
) -> Result<Transfer, OnwardRefusal> {
    let (tag, to) = (&facts.to.instrument.tag, &facts.to);
    let ending = moving(tag, &to.open)?;
    if ending.borrower == to.party.reference() {
        return Err(OnwardRefusal::SameBorrower { tag: tag.clone(), name: ending.borrower_name.clone() });
    }
    check_day("transfer", tag, ending, on, to.today)?;
    if let Some((loan, until)) = facts.inner_end {
        return Err(OnwardRefusal::InnerUntil { tag: tag.clone(), loan, until });
    }
    let request = Request {
        scheme: scheme_after(facts.held, ending.borrower, to.party),
        hirer,
        on,
        due,
        // How many children played, and what was said of the hand-over, was said of the old borrower.
        pupils: None,
        year_group: None,
        note: None,
        set: facts.held.set,
    };
    check_party(to, &request, false)?;
    check_days(to, &request)?;
    Ok(Transfer { closing: ending.loan, new: new_loan(to, &request, None) })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{adult, day, held, instrument, loan, pupil, school, today};
    use super::*;
    use crate::domain::instrument::Instrument;
    use crate::domain::reference::{OrganisationRef, RepairRef, Urn};
    use crate::domain::setting::LateBorrowers;

    fn nursery() -> Party {
        Party::Organisation { reference: OrganisationRef::new(1), name: "Acorn".into() }
    }

    /// Lent to another school on the 10th.
    fn out() -> OpenLoans {
        OpenLoans { outer: Some(loan(5, BorrowerRef::School(Urn::new(100_003)), day(10))), inner: None }
    }

    fn moved_of(
        instrument: &Instrument,
        open: OpenLoans,
        party: &Party,
        late: i64,
        on: Date,
        due_on: Date,
    ) -> Result<NewLoan, OnwardRefusal> {
        let held = held(None);
        let to = LendFacts {
            instrument,
            open,
            later_end: None,
            mended: None,
            party,
            late,
            late_borrowers: LateBorrowers::Refuse,
            today: today(),
        };
        let due = Due { on: due_on, moved_from: None, no_school_day: false };
        transfer(&TransferFacts { inner_end: None, held: &held, to }, None, on, due).map(|done| done.new)
    }

    fn moved(party: &Party, on: Date) -> Result<NewLoan, OnwardRefusal> {
        moved_of(&instrument(1), out(), party, 0, on, day(28))
    }

    #[test]
    fn the_set_goes_on_and_what_was_said_of_the_old_borrower_does_not() {
        let new = moved(&school(), day(22)).expect("a transfer");
        assert_eq!((new.borrower, new.school), (school().reference(), school().school()));
        assert_eq!((new.set, new.pupils, new.year_group, new.note), (held(None).set, None, None, None));
        assert_eq!((new.out_on, new.due_on, new.batch), (day(22), day(28), None));
    }

    #[test]
    fn a_borrower_of_another_kind_has_other_terms() {
        let from = BorrowerRef::School(Urn::new(100_003));
        let hired = HeldTerms { scheme: Scheme::Free, set: None, ..held(None) };
        assert_eq!(scheme_after(&hired, from, &school()), Scheme::Free);
        assert_eq!(scheme_after(&hired, from, &pupil(None)), Scheme::Hire);
        assert_eq!(scheme_after(&hired, from, &nursery()), Scheme::Hub);
        assert_eq!(scheme_after(&HeldTerms { set: Some(1), ..hired }, from, &pupil(None)), Scheme::Hire);
    }

    #[test]
    fn the_day_lies_between_the_hand_over_and_today() {
        assert!(matches!(moved(&school(), day(9)), Err(OnwardRefusal::BeforeLoan { .. })));
        assert!(moved(&school(), day(10)).is_ok());
        assert!(moved(&school(), today()).is_ok());
        assert!(matches!(moved(&school(), day(30)), Err(OnwardRefusal::InFuture { .. })));
        let late = moved_of(&instrument(1), out(), &school(), 0, day(22), day(21));
        assert!(matches!(late, Err(OnwardRefusal::Loan(LoanRefusal::DueBeforeHandOver { .. }))));
    }

    #[test]
    fn who_may_not_borrow_may_not_be_transferred_to() {
        let other =
            Party::School { urn: Urn::new(100_003), name: "Other".into(), status: super::super::SchoolStatus::Open };
        assert!(matches!(moved(&other, day(22)), Err(OnwardRefusal::SameBorrower { .. })));
        let closed =
            Party::School { urn: Urn::new(2), name: "Shut".into(), status: super::super::SchoolStatus::Closed };
        assert!(matches!(moved(&closed, day(22)), Err(OnwardRefusal::Loan(LoanRefusal::SchoolClosed(_)))));
        assert!(matches!(moved(&pupil(None), day(22)), Err(OnwardRefusal::Loan(LoanRefusal::NoHirer { .. }))));
        assert!(moved(&pupil(Some(adult().reference)), day(22)).is_ok());
        let late = moved_of(&instrument(1), out(), &school(), 1, day(22), day(28));
        assert!(matches!(late, Err(OnwardRefusal::Loan(LoanRefusal::HasLate { .. }))));
    }

    #[test]
    fn an_inner_loan_stands_in_the_way_and_a_repair_does_not() {
        let inside = OpenLoans { inner: Some(loan(6, pupil(None).reference(), day(11))), ..out() };
        let refused = moved_of(&instrument(1), inside, &school(), 0, day(22), day(28));
        assert!(matches!(refused, Err(OnwardRefusal::InnerOpen { .. })));
        let mut away = instrument(1);
        away.standing.in_repair = Some((RepairRef::new(4), day(12)));
        assert!(moved_of(&away, out(), &school(), 0, day(22), day(28)).is_ok());
        let nothing = moved_of(&instrument(1), OpenLoans::default(), &school(), 0, day(22), day(28));
        assert!(matches!(nothing, Err(OnwardRefusal::Loan(LoanRefusal::NotOnLoan(_)))));
    }
}
