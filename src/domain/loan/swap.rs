//! `swap`: another instrument for the same borrower, on the same terms.

use super::onward::{HeldTerms, OnwardRefusal, check_day};
use super::{LendFacts, LoanRefusal, NewLoan, OpenLoan, OpenLoans, Party, Request, ReturnTo, lend, take_back};
use crate::domain::date::Date;
use crate::domain::due::Due;
use crate::domain::instrument::Instrument;
use crate::domain::reference::LoanRef;

/// What is to be written of a swap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swap {
    /// The loan that ends, as returned.
    pub closing: LoanRef,
    pub new: NewLoan,
}

/// The facts of one swap.
#[derive(Clone, Debug)]
pub struct SwapFacts<'a> {
    pub old: &'a Instrument,
    pub old_open: &'a OpenLoans,
    /// A pupil's ended loan of the old instrument that was still running after the day, and its last day.
    pub inner_end: Option<(LoanRef, Date)>,
    /// The terms of the loan that ends.
    pub held: &'a HeldTerms,
    /// The hand-over of the new one to the same borrower. What is late leaves the old instrument out.
    pub new: LendFacts<'a>,
}

/// The loan that a swap would end: whoever has the old instrument now.
pub fn swapped<'a>(old: &Instrument, new: &Instrument, open: &'a OpenLoans) -> Result<&'a OpenLoan, OnwardRefusal> {
    if old.id == new.id {
        return Err(OnwardRefusal::Same(old.tag.clone()));
    }
    Ok(open.holder().ok_or_else(|| LoanRefusal::NotOnLoan(old.tag.clone()))?)
}

/// Decides a swap on a day: the present holder's loan ends, and the same borrower has the new instrument instead.
pub fn swap(facts: &SwapFacts<'_>, on: Date, due: Due) -> Result<Swap, OnwardRefusal> {
    let ending = swapped(facts.old, facts.new.instrument, facts.old_open)?;
    check_day("swap", &facts.old.tag, ending, on, facts.new.today)?;
    let inside = facts.old_open.inner.is_some();
    if let Some((loan, until)) = facts.inner_end.filter(|_| !inside) {
        return Err(OnwardRefusal::InnerUntil { tag: facts.old.tag.clone(), loan, until });
    }
    // Inside a school's loan the old instrument stays with the school.
    let to = if inside { ReturnTo::School } else { ReturnTo::Service };
    take_back(&facts.old.tag, facts.old_open, to, on, facts.new.today)?;
    let held = facts.held;
    let request = Request {
        scheme: held.scheme,
        hirer: held.hirer.clone(),
        on,
        due,
        pupils: None,
        year_group: None,
        note: held.note.clone(),
        set: held.set,
    };
    let new = lend(&facts.new, &request).map_err(|refusal| at_the_school(refusal, facts, inside))?;
    let new = NewLoan {
        pupils: held.pupils,
        year_group: held.year_group,
        // Inside a school's loan it counts for that school; elsewhere for the one it has counted for.
        school: if new.outer.is_some() { new.school } else { held.school },
        // Where the school answers, nobody is made to sign who had not.
        hirer: if new.outer.is_some() { held.hirer.as_ref().map(|hirer| hirer.reference) } else { new.hirer },
        batch: Some(held.hand_over),
        ..new
    };
    Ok(Swap { closing: ending.loan, new })
}

/// A pupil for whom nobody signed can only have what is with the school.
fn at_the_school(refusal: LoanRefusal, facts: &SwapFacts<'_>, inside: bool) -> OnwardRefusal {
    match (&refusal, facts.new.party) {
        (LoanRefusal::NoHirer { name, reference }, Party::Person { school: Some(school), .. }) if inside => {
            let (name, new) = (name.clone(), facts.new.instrument.tag.clone());
            OnwardRefusal::NobodySigned { name, reference: *reference, new, school: *school }
        }
        _ => refusal.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{adult, day, held, instrument, loan, pupil, school, today};
    use super::*;
    use crate::domain::borrower::BorrowerRef;
    use crate::domain::loan::kept_due;
    use crate::domain::reference::{PersonRef, RepairRef, Urn};
    use crate::domain::setting::LateBorrowers;
    use crate::domain::words::Condition;

    /// Swaps VN-0001, which is out as `open`, for VN-0002 on a day.
    fn swapping(
        open: &OpenLoans,
        held: &HeldTerms,
        party: &Party,
        new_open: OpenLoans,
        on: Date,
    ) -> Result<Swap, OnwardRefusal> {
        swapping_for(&instrument(2), open, held, party, new_open, on)
    }

    fn swapping_for(
        new: &Instrument,
        open: &OpenLoans,
        held: &HeldTerms,
        party: &Party,
        new_open: OpenLoans,
        on: Date,
    ) -> Result<Swap, OnwardRefusal> {
        let old = instrument(1);
        let due = open.holder().and_then(|loan| kept_due(loan, on)).unwrap_or(Due {
            on: day(31),
            moved_from: None,
            no_school_day: false,
        });
        let facts = SwapFacts {
            old: &old,
            old_open: open,
            inner_end: None,
            held,
            new: LendFacts {
                instrument: new,
                open: new_open,
                later_end: None,
                mended: None,
                party,
                late: 0,
                late_borrowers: LateBorrowers::Refuse,
                today: today(),
            },
        };
        swap(&facts, on, due)
    }

    fn to_ana() -> OpenLoans {
        OpenLoans { outer: Some(loan(5, BorrowerRef::Person(PersonRef::new(2)), day(10))), inner: None }
    }

    fn at_school() -> OpenLoans {
        OpenLoans { outer: Some(loan(3, BorrowerRef::School(Urn::new(100_001)), day(1))), inner: None }
    }

    fn inside() -> OpenLoans {
        OpenLoans { inner: to_ana().outer, ..at_school() }
    }

    #[test]
    fn the_new_loan_keeps_the_terms_of_the_old() {
        let held = held(Some(adult()));
        let done = swapping(&to_ana(), &held, &pupil(None), OpenLoans::default(), day(22)).expect("a swap");
        assert_eq!(done.closing, LoanRef::new(5));
        let new = done.new;
        assert_eq!((new.instrument_id, new.outer, new.out_on, new.due_on), (2, None, day(22), day(28)));
        assert_eq!(
            (new.scheme, new.school, new.set, new.batch),
            (held.scheme, held.school, held.set, Some(held.hand_over))
        );
        assert_eq!((new.hirer, new.note), (Some(adult().reference), held.note));
    }

    #[test]
    fn the_day_lies_between_the_hand_over_and_today() {
        let held = held(Some(adult()));
        let on = |day| swapping(&to_ana(), &held, &pupil(None), OpenLoans::default(), day).map(|done| done.new.due_on);
        assert!(matches!(on(day(9)), Err(OnwardRefusal::BeforeLoan { .. })));
        assert_eq!(on(day(10)), Ok(day(28)), "the day of the hand-over itself");
        assert_eq!(on(today()), Ok(day(28)));
        assert!(matches!(on(day(30)), Err(OnwardRefusal::InFuture { .. })));
    }

    #[test]
    fn an_inner_loan_moves_inside_or_out_as_the_new_instrument_lies() {
        let (signed, unsigned) = (held(Some(adult())), held(None));
        let outer = |held: &HeldTerms, party: &Party, new: OpenLoans| {
            swapping(&inside(), held, party, new, day(22)).map(|done| (done.closing.number(), done.new.outer))
        };
        assert_eq!(outer(&unsigned, &pupil(None), at_school()), Ok((5, Some(LoanRef::new(3)))));
        assert_eq!(outer(&signed, &pupil(None), OpenLoans::default()), Ok((5, None)));
        assert!(matches!(
            outer(&unsigned, &pupil(None), OpenLoans::default()),
            Err(OnwardRefusal::NobodySigned { .. })
        ));
        let taken = outer(&signed, &pupil(None), inside());
        assert!(matches!(taken, Err(OnwardRefusal::Loan(LoanRefusal::OnInnerLoan { .. }))));
    }

    #[test]
    fn what_cannot_be_lent_cannot_be_swapped_in() {
        let terms = held(None);
        let refused = |new: &Instrument| {
            let open = OpenLoans { outer: Some(loan(5, school().reference(), day(10))), inner: None };
            swapping_for(new, &open, &terms, &school(), OpenLoans::default(), day(22)).expect_err("a refusal")
        };
        assert_eq!(refused(&instrument(1)), OnwardRefusal::Same("VN-0001".parse().expect("a tag")));
        let mut away = instrument(2);
        away.standing.in_repair = Some((RepairRef::new(4), day(1)));
        assert!(matches!(refused(&away), OnwardRefusal::Loan(LoanRefusal::InRepair { .. })));
        let mut broken = instrument(2);
        broken.details.condition = Condition::Unplayable;
        assert!(matches!(refused(&broken), OnwardRefusal::Loan(LoanRefusal::Unplayable(_))));
        let nothing = swapping(&OpenLoans::default(), &terms, &school(), OpenLoans::default(), day(22));
        assert!(matches!(nothing, Err(OnwardRefusal::Loan(LoanRefusal::NotOnLoan(_)))));
    }
}
