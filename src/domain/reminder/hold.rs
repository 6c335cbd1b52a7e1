//! Holds: a loan that nobody is reminded of, through a last day.

use crate::domain::date::{Date, in_words};
use crate::domain::reference::LoanRef;
use crate::domain::refusal::Refusal;
use crate::domain::tag::Tag;
use crate::domain::words::LoanState;

/// Why a loan was not held, or not let go.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoldRefusal {
    #[error("{loan} is {state}, and nobody is reminded of it anyway")]
    Ended { loan: LoanRef, state: LoanState, tag: Tag },
    #[error("the hold would end on {}, which has passed", in_words(*.0))]
    Passed(Date),
    #[error("the reason is empty")]
    NoReason,
    #[error("{0} is not on hold")]
    NotHeld(LoanRef),
    #[error("{loan} is no longer on hold: that ended on {}", in_words(*.until))]
    Over { loan: LoanRef, until: Date },
}

impl Refusal for HoldRefusal {
    fn hint(&self) -> Option<String> {
        Some(match self {
            HoldRefusal::Ended { state: LoanState::Lost, tag, .. } => {
                format!("if it turned up: ledgerline instrument found {tag}")
            }
            HoldRefusal::Ended { tag, .. } => format!("who has {tag} now: ledgerline loan list --open --tag {tag}"),
            HoldRefusal::Passed(_) => "--until takes today or a later day, such as +14d; that day is still held".into(),
            HoldRefusal::NoReason => "say in a few words why nobody is to be reminded: a colleague will ask".into(),
            HoldRefusal::NotHeld(loan) => format!("how it stands: ledgerline loan show {loan}"),
            HoldRefusal::Over { loan, .. } => {
                format!("there is nothing to let go; to hold it again: ledgerline remind hold {loan} --until …")
            }
        })
    }
}

/// The last day of a hold: today or later.
pub fn last_day(until: Date, today: Date) -> Result<Date, HoldRefusal> {
    if until < today { Err(HoldRefusal::Passed(until)) } else { Ok(until) }
}

/// Only a loan that has not ended is held.
pub fn hold(loan: LoanRef, tag: &Tag, state: LoanState) -> Result<(), HoldRefusal> {
    match state {
        LoanState::Open => Ok(()),
        _ => Err(HoldRefusal::Ended { loan, state, tag: tag.clone() }),
    }
}

/// Only a hold that still holds is let go; it does so through its last day. `until` is that of the hold on record.
pub fn release(loan: LoanRef, until: Option<Date>, today: Date) -> Result<(), HoldRefusal> {
    match until {
        None => Err(HoldRefusal::NotHeld(loan)),
        Some(until) if until < today => Err(HoldRefusal::Over { loan, until }),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const LOAN: LoanRef = LoanRef::new(7);

    #[test]
    fn a_hold_lasts_through_its_last_day() {
        let until = date(2026, 12, 6);
        assert_eq!(release(LOAN, Some(until), until), Ok(()));
        assert_eq!(release(LOAN, Some(until), date(2026, 12, 7)), Err(HoldRefusal::Over { loan: LOAN, until }));
        assert_eq!(release(LOAN, None, until), Err(HoldRefusal::NotHeld(LOAN)));
    }

    #[test]
    fn a_hold_ends_today_or_later() {
        let today = date(2026, 11, 22);
        assert_eq!(last_day(today, today), Ok(today));
        let yesterday = date(2026, 11, 21);
        assert_eq!(last_day(yesterday, today), Err(HoldRefusal::Passed(yesterday)));
    }

    #[test]
    fn what_has_ended_is_not_held() {
        let tag = Tag::from_record("VN-0042");
        assert_eq!(hold(LOAN, &tag, LoanState::Open), Ok(()));
        for (state, hint) in [
            (LoanState::Returned, "who has VN-0042 now: ledgerline loan list --open --tag VN-0042"),
            (LoanState::Void, "who has VN-0042 now: ledgerline loan list --open --tag VN-0042"),
            (LoanState::Lost, "if it turned up: ledgerline instrument found VN-0042"),
        ] {
            let refusal = hold(LOAN, &tag, state).expect_err("it has ended");
            assert_eq!(refusal.hint().as_deref(), Some(hint));
            assert!(refusal.to_string().starts_with(&format!("L7 is {state}, ")), "{refusal}");
        }
    }
}
