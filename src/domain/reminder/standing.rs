//! How reminders stand: whether they run, and what of them is left over.

use crate::domain::date::{Date, days_between, in_words};

/// What the records say of reminders on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The day reminders were last armed.
    pub armed_on: Option<Date>,
    /// The day a run last got through.
    pub last_ran_on: Option<Date>,
    /// Loans of whose reminder nobody can be told until a letter is written.
    pub waiting: i64,
    /// Open loans on hold.
    pub held: i64,
    /// Loans late by more than the look-back limit, of which nobody hears any more.
    pub past_look_back: i64,
    /// Messages that were begun and never finished.
    pub unfinished: i64,
}

/// So many days may pass between runs before somebody is told: a weekend.
const MOST_DAYS_BETWEEN_RUNS: i64 = 2;

impl Standing {
    /// The day a run last got through, where reminders are armed.
    pub fn ran_on(&self) -> Option<Date> {
        self.armed_on.and(self.last_ran_on)
    }

    /// What a screen says where there is no such day.
    pub fn told_instead_of_a_day(&self) -> Option<&'static str> {
        match (self.armed_on, self.last_ran_on) {
            (None, _) => Some("not armed"),
            (Some(_), None) => Some("never"),
            (Some(_), Some(_)) => None,
        }
    }

    /// What to say where reminders are armed and cron seems to have stopped. A clock that was put back says nothing.
    pub fn silence(&self, today: Date) -> Option<String> {
        let since = self.armed_on?.max(self.last_ran_on.unwrap_or(Date::MIN));
        if days_between(since, today) <= MOST_DAYS_BETWEEN_RUNS {
            return None;
        }
        let told = match self.last_ran_on {
            Some(day) => format!("reminders last ran on {}", in_words(day)),
            None => format!("reminders were armed on {} and have never run", in_words(since)),
        };
        Some(format!("{told}; look at the crontab, or run them now: ledgerline remind --send"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn silence(armed: Option<i8>, ran: Option<i8>, today: i8) -> Option<String> {
        let day = |day| date(2026, 11, day);
        Standing { armed_on: armed.map(day), last_ran_on: ran.map(day), ..Standing::default() }.silence(day(today))
    }

    #[test]
    fn a_run_may_be_two_days_ago_and_no_longer() {
        assert_eq!(silence(Some(1), Some(20), 22), None);
        let told = "reminders last ran on 20 Nov 2026; look at the crontab, or run them now: ledgerline remind --send";
        assert_eq!(silence(Some(1), Some(20), 23).as_deref(), Some(told));
        assert_eq!(silence(Some(1), Some(25), 22), None, "the clock was put back");
    }

    #[test]
    fn what_never_ran_counts_from_its_arming() {
        assert_eq!(silence(Some(20), None, 22), None);
        let told = silence(Some(20), None, 23).expect("a warning");
        assert!(told.starts_with("reminders were armed on 20 Nov 2026 and have never run; "), "{told}");
        assert_eq!(silence(Some(22), Some(1), 23), None, "armed anew");
        assert_eq!(silence(None, Some(1), 23), None, "not armed");
    }
}
