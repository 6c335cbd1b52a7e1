//! What must hold of what was said, by whichever program: the rules for messages and reminders that come from a file.

use jiff::Timestamp;

use crate::domain::date::{Date, in_words};
use crate::domain::reference::{LoanRef, MessageRef, PersonRef};
use crate::domain::refusal::Refusal;
use crate::domain::words::{ReminderState, Role, Route, Stage};

/// Why a message or a reminder cannot have been so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SaidRefusal {
    #[error("{0} is a pupil, and a pupil is never written to")]
    ToPupil(PersonRef),
    #[error("a message goes by email or letter")]
    NoRoute,
    #[error("{} has not come yet", in_words(*.0))]
    NotYet(Date),
    #[error("only a mail server refuses an address, and this is a letter")]
    RefusedLetter,
    #[error("is no moment; one looks like 2026-11-22T09:00:00+00:00")]
    NoMoment,
    #[error("what is {state} was said by a message, and none is named")]
    NoMessage { state: ReminderState },
    #[error("what waits has no message yet, and {0} is named")]
    WaitsWithMessage(MessageRef),
    #[error("{message} is settled, so what it was about is not claimed any more")]
    Settled { message: MessageRef },
    #[error("{message} is not settled, so what it is about is claimed and not {state}")]
    Unsettled { message: MessageRef, state: ReminderState },
    #[error("{message} is of {}, and what was due on {} was not '{stage}' then", in_words(*.on), in_words(*.due_on))]
    WrongStage { message: MessageRef, on: Date, due_on: Date, stage: Stage },
    #[error("{loan} has been spoken of at this stage already, {}", told_by(*.by))]
    SaidBefore { loan: LoanRef, by: Option<MessageRef> },
}

fn told_by(message: Option<MessageRef>) -> String {
    message.map_or_else(|| "and waits for a letter".to_string(), |message| format!("by {message}"))
}

impl Refusal for SaidRefusal {
    fn hint(&self) -> Option<String> {
        None
    }
}

/// A message as far as the rules look at it.
#[derive(Clone, Copy, Debug)]
pub struct Said {
    /// Whom it went to, where that is a person.
    pub person: Option<(PersonRef, Role)>,
    pub route: Route,
    pub claimed_on: Date,
    pub refused_on: Option<Date>,
    pub told_on: Option<Date>,
}

impl Said {
    pub fn judge(&self, today: Date) -> Result<(), SaidRefusal> {
        if let Some((person, Role::Pupil)) = self.person {
            return Err(SaidRefusal::ToPupil(person));
        }
        if self.route == Route::None {
            return Err(SaidRefusal::NoRoute);
        }
        if self.refused_on.is_some() && self.route == Route::Letter {
            return Err(SaidRefusal::RefusedLetter);
        }
        let days = [Some(self.claimed_on), self.refused_on, self.told_on];
        match days.into_iter().flatten().find(|day| *day > today) {
            Some(day) => Err(SaidRefusal::NotYet(day)),
            None => Ok(()),
        }
    }
}

/// A moment with its offset, kept as it is written.
pub fn moment(text: &str) -> Result<String, SaidRefusal> {
    text.parse::<Timestamp>().map_err(|_| SaidRefusal::NoMoment)?;
    Ok(text.to_string())
}

/// What is known of the message that a reminder names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SaidBy {
    pub message: MessageRef,
    pub claimed_on: Date,
    pub is_settled: bool,
}

/// Whether a reminder can stand so: only what waits has no message, a claim lasts until the message is settled, and nothing
/// late was ever called due soon.
pub fn judge(due_on: Date, stage: Stage, state: ReminderState, by: Option<SaidBy>) -> Result<(), SaidRefusal> {
    let Some(SaidBy { message, claimed_on, is_settled }) = by else {
        return if state == ReminderState::Waiting { Ok(()) } else { Err(SaidRefusal::NoMessage { state }) };
    };
    match (state, is_settled) {
        (ReminderState::Waiting, _) => Err(SaidRefusal::WaitsWithMessage(message)),
        (ReminderState::Claimed, true) => Err(SaidRefusal::Settled { message }),
        (ReminderState::Claimed, false) | (_, true) => {
            let was_late = claimed_on > due_on;
            match (stage == Stage::DueSoon) == was_late {
                true => Err(SaidRefusal::WrongStage { message, on: claimed_on, due_on, stage }),
                false => Ok(()),
            }
        }
        (state, false) => Err(SaidRefusal::Unsettled { message, state }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const MESSAGE: MessageRef = MessageRef::new(4);

    #[test]
    fn a_message_is_to_an_adult_by_a_route_on_a_day_that_has_come() {
        let today = date(2026, 11, 22);
        let said =
            Said { person: None, route: Route::Email, claimed_on: today, refused_on: Some(today), told_on: None };
        assert_eq!(said.judge(today), Ok(()));
        let tomorrow = date(2026, 11, 23);
        let pupil = PersonRef::new(1);
        for (said, refusal) in [
            (Said { person: Some((pupil, Role::Pupil)), ..said }, SaidRefusal::ToPupil(pupil)),
            (Said { route: Route::None, ..said }, SaidRefusal::NoRoute),
            (Said { route: Route::Letter, ..said }, SaidRefusal::RefusedLetter),
            (Said { claimed_on: tomorrow, ..said }, SaidRefusal::NotYet(tomorrow)),
            (Said { refused_on: Some(tomorrow), ..said }, SaidRefusal::NotYet(tomorrow)),
            (Said { told_on: Some(tomorrow), ..said }, SaidRefusal::NotYet(tomorrow)),
        ] {
            assert_eq!(said.judge(today), Err(refusal));
        }
        assert_eq!(Said { person: Some((pupil, Role::Adult)), ..said }.judge(today), Ok(()));
    }

    #[test]
    fn a_moment_has_an_offset() {
        for sound in ["2026-11-22T09:00:00+00:00", "2026-06-22T09:00:00+01:00", "2026-06-22T09:00:00Z"] {
            assert_eq!(moment(sound), Ok(sound.to_string()));
        }
        for no_moment in ["2026-11-22", "2026-11-22T09:00:00", "2027-02-29T09:00:00Z", "now"] {
            assert_eq!(moment(no_moment), Err(SaidRefusal::NoMoment), "{no_moment}");
        }
    }

    #[test]
    fn a_reminder_agrees_with_its_message() {
        let due_on = date(2026, 11, 8);
        let by = |claimed_on, is_settled| Some(SaidBy { message: MESSAGE, claimed_on, is_settled });
        let (late, early) = (date(2026, 11, 9), due_on);
        let (sent, claimed, waiting) = (ReminderState::Sent, ReminderState::Claimed, ReminderState::Waiting);
        assert_eq!(judge(due_on, Stage::First, sent, by(late, true)), Ok(()));
        assert_eq!(judge(due_on, Stage::DueSoon, sent, by(early, true)), Ok(()));
        assert_eq!(judge(due_on, Stage::First, claimed, by(late, false)), Ok(()));
        assert_eq!(judge(due_on, Stage::First, waiting, None), Ok(()));
        for (stage, state, by, said) in [
            (Stage::First, sent, None, "what is sent was said by a message, and none is named"),
            (Stage::First, waiting, by(late, false), "what waits has no message yet, and M4 is named"),
            (Stage::First, claimed, by(late, true), "M4 is settled, so what it was about is not claimed any more"),
            (Stage::First, sent, by(late, false), "M4 is not settled, so what it is about is claimed and not sent"),
            (
                Stage::DueSoon,
                sent,
                by(late, true),
                "M4 is of 9 Nov 2026, and what was due on 8 Nov 2026 was not 'due-soon' then",
            ),
            (
                Stage::First,
                sent,
                by(early, true),
                "M4 is of 8 Nov 2026, and what was due on 8 Nov 2026 was not 'first' then",
            ),
        ] {
            let refusal = judge(due_on, stage, state, by).expect_err("a refusal");
            assert_eq!(refusal.to_string(), said);
        }
    }
}
