//! Putting a loan right that was entered wrong: other days, or void. Nothing is deleted.

use super::LoanRefusal;
use crate::domain::date::Date;
use crate::domain::reference::LoanRef;
use crate::domain::words::LoanState;

/// A loan's days as they stand on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    pub out_on: Date,
    pub due_on: Date,
    pub returned_on: Option<Date>,
    pub lost_on: Option<Date>,
}

/// The days as they should have been entered; those not given stay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Correction {
    pub out_on: Option<Date>,
    pub due_on: Option<Date>,
    pub returned_on: Option<Date>,
}

/// The loan's days once corrected. Whether they clash with another loan is judged by [`crate::domain::timeline`].
pub fn correct(loan: LoanRef, state: LoanState, days: Days, to: Correction, today: Date) -> Result<Days, LoanRefusal> {
    match state {
        LoanState::Void => return Err(LoanRefusal::IsVoid(loan)),
        LoanState::Open | LoanState::Lost if to.returned_on.is_some() => {
            return Err(LoanRefusal::NeverReturned { loan, state });
        }
        _ => {}
    }
    let corrected = Days {
        out_on: to.out_on.unwrap_or(days.out_on),
        due_on: to.due_on.unwrap_or(days.due_on),
        returned_on: to.returned_on.or(days.returned_on),
        lost_on: days.lost_on,
    };
    if corrected.out_on > today {
        return Err(LoanRefusal::BeginsInFuture { loan, out_on: corrected.out_on });
    }
    if let Some(on) = corrected.returned_on.filter(|&on| on > today) {
        return Err(LoanRefusal::ReturnInFuture(on));
    }
    if let Some(ended_on) = corrected.returned_on.or(corrected.lost_on).filter(|&on| on < corrected.out_on) {
        return Err(LoanRefusal::EndsBeforeHandOver { loan, ended_on, out_on: corrected.out_on });
    }
    if corrected.due_on < corrected.out_on {
        let Days { due_on, out_on, .. } = corrected;
        return Err(LoanRefusal::DueBeforeItBegan { loan, due_on, out_on });
    }
    Ok(corrected)
}

/// Judges whether a loan can be voided: one that holds pupils' loans, ended or not, cannot.
pub fn void(loan: LoanRef, state: LoanState, inside: &[LoanRef]) -> Result<(), LoanRefusal> {
    match (state, inside.first()) {
        (LoanState::Void, _) => Err(LoanRefusal::IsVoid(loan)),
        (_, Some(&inner)) => Err(LoanRefusal::HoldsAnother { loan, inner }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const LOAN: LoanRef = LoanRef::new(5);

    fn days() -> Days {
        let (out_on, due_on) = (date(2026, 10, 1), date(2026, 12, 18));
        Days { out_on, due_on, returned_on: Some(date(2026, 11, 2)), lost_on: None }
    }

    fn corrected(state: LoanState, to: Correction) -> Result<Days, LoanRefusal> {
        correct(LOAN, state, days(), to, date(2026, 11, 22))
    }

    #[test]
    fn what_is_not_given_stays() {
        let to = Correction { due_on: Some(date(2027, 3, 25)), ..Correction::default() };
        assert_eq!(corrected(LoanState::Returned, to), Ok(Days { due_on: date(2027, 3, 25), ..days() }));
    }

    #[test]
    fn impossible_days_are_refused() {
        let out = |day| Correction { out_on: Some(day), ..Correction::default() };
        let back = |day| Correction { returned_on: Some(day), ..Correction::default() };
        assert!(corrected(LoanState::Returned, out(date(2026, 11, 23))).is_err(), "in the future");
        assert!(corrected(LoanState::Returned, back(date(2026, 11, 23))).is_err(), "in the future");
        assert!(corrected(LoanState::Returned, out(date(2026, 11, 3))).is_err(), "after it came back");
        assert!(corrected(LoanState::Returned, back(date(2026, 9, 30))).is_err(), "before it went out");
        let due = Correction { due_on: Some(date(2026, 9, 30)), ..Correction::default() };
        assert!(corrected(LoanState::Returned, due).is_err(), "due before it went out");
        assert!(corrected(LoanState::Void, out(date(2026, 10, 2))).is_err(), "void");
        assert!(corrected(LoanState::Open, back(date(2026, 11, 2))).is_err(), "open");
        assert!(corrected(LoanState::Lost, back(date(2026, 11, 2))).is_err(), "lost");
    }

    #[test]
    fn a_loan_that_holds_another_is_not_voided() {
        assert_eq!(void(LOAN, LoanState::Open, &[]), Ok(()));
        assert!(void(LOAN, LoanState::Void, &[]).is_err());
        assert!(void(LOAN, LoanState::Open, &[LoanRef::new(6)]).is_err());
    }
}
