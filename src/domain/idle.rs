//! What lies idle: instruments that could be lent and that no loan has touched for two whole terms.

use super::date::{Date, in_words, plus_months};
use super::instrument::Standing;
use super::money::Pence;
use super::refusal::Refusal;
use super::term::Calendar;
use super::words::{Availability, Condition};
use crate::listing;

/// How far back one looks where the hub has not entered two terms that have ended.
const MONTHS_WITHOUT_TERMS: i64 = 8;

/// The day from which an instrument must have been out to count as used, and why that one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CutOff {
    pub day: Date,
    pub why: Why,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    Asked,
    /// It is the first day of this term, the earlier of the last two that have ended.
    Term(String),
    FewTerms,
}

/// Why a day is no cut-off.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CutOffRefusal {
    #[error("{} has not come yet, so nothing can have been idle since", in_words(*.0))]
    InFuture(Date),
}

impl Refusal for CutOffRefusal {}

impl CutOff {
    /// The day asked for; else by the hub's calendar.
    pub fn of(asked: Option<Date>, calendar: &Calendar, today: Date) -> Result<CutOff, CutOffRefusal> {
        if let Some(day) = asked {
            let cut_off = CutOff { day, why: Why::Asked };
            return if day > today { Err(CutOffRefusal::InFuture(day)) } else { Ok(cut_off) };
        }
        let two_terms_ago = calendar.ended_before(today).rev().nth(1);
        Ok(match two_terms_ago {
            Some(term) => CutOff { day: term.first_on, why: Why::Term(term.label()) },
            None => CutOff { day: plus_months(today, -MONTHS_WITHOUT_TERMS).unwrap_or(today), why: Why::FewTerms },
        })
    }

    /// `4 Jan 2027, the first day of 2026/27-spring`
    pub fn in_words(&self) -> String {
        let day = in_words(self.day);
        match &self.why {
            Why::Asked => day,
            Why::Term(label) => format!("{day}, the first day of {label}"),
            Why::FewTerms => {
                format!("{day}, {MONTHS_WITHOUT_TERMS} months ago, as fewer than two ended terms are entered")
            }
        }
    }
}

/// What decides whether an instrument lies idle.
#[derive(Clone, Debug)]
pub struct IdleFacts {
    pub standing: Standing,
    pub acquired_on: Option<Date>,
    /// The last day of its last loan.
    pub last_ended_on: Option<Date>,
}

impl IdleFacts {
    /// Whether it could have been lent all the time since the cut-off, and was not. Unknown days of old count as before.
    pub fn is_idle(&self, cut_off: Date, today: Date) -> bool {
        self.standing.availability(today) == Availability::Available
            && self.acquired_on.is_none_or(|acquired_on| acquired_on <= cut_off)
            && self.last_ended_on.is_none_or(|ended_on| ended_on < cut_off)
    }

    /// Since when it has not been out: the end of its last loan, else the day it came.
    pub fn idle_since(&self) -> Option<Date> {
        self.last_ended_on.or(self.acquired_on)
    }
}

/// What was bought from a fund first, then the longest idle, then by tag. Idle since nobody knows when is longest.
pub fn in_order(lines: &mut [IdleLine]) {
    lines.sort_by(|a, b| {
        let key = |line: &IdleLine| (line.fund.is_empty(), line.idle_since);
        key(a).cmp(&key(b)).then_with(|| a.tag.to_ascii_uppercase().cmp(&b.tag.to_ascii_uppercase()))
    });
}

listing! {
    /// One line of `report idle`.
    pub struct IdleLine {
        tag: String,
        type_code as "type": String,
        size: String,
        make: String,
        model: String,
        category: String,
        location: String,
        condition: Condition,
        fund: String,
        acquired_on: Option<Date>,
        cost: Option<Pence>,
        last_returned_on: Option<Date>,
        idle_since: Option<Date>,
        idle_days: Option<i64>,
    }
}

#[cfg(test)]
mod tests {
    use super::super::reference::RepairRef;
    use super::super::term::{Scope, Term};
    use super::*;
    use jiff::civil::date;

    fn calendar() -> Calendar {
        let term = |name: &str, first_on, last_on| Term {
            year: "2026/27".parse().expect("a year"),
            name: name.parse().expect("a name"),
            first_on,
            last_on,
            scope: Scope::Hub,
        };
        Calendar::new(vec![
            term("spring", date(2027, 1, 4), date(2027, 3, 25)),
            term("autumn", date(2026, 9, 2), date(2026, 12, 18)),
            term("summer", date(2027, 4, 12), date(2027, 7, 20)),
        ])
    }

    #[test]
    fn the_cut_off_is_two_ended_terms_ago() {
        let of = |today| CutOff::of(None, &calendar(), today).map(|cut_off| cut_off.in_words());
        assert_eq!(of(date(2027, 7, 21)), Ok("4 Jan 2027, the first day of 2026/27-spring".into()));
        // The last day of a term has not ended it.
        assert_eq!(of(date(2027, 7, 20)), Ok("2 Sep 2026, the first day of 2026/27-autumn".into()));
        assert_eq!(of(date(2027, 3, 26)), Ok("2 Sep 2026, the first day of 2026/27-autumn".into()));
        let few = "25 Jul 2026, 8 months ago, as fewer than two ended terms are entered";
        assert_eq!(of(date(2027, 3, 25)), Ok(few.into()));
        // Eight months before 31 October is the leap day.
        let leap = CutOff::of(None, &Calendar::default(), date(2028, 10, 31)).map(|cut_off| cut_off.day);
        assert_eq!(leap, Ok(date(2028, 2, 29)));
    }

    #[test]
    fn a_day_to_come_is_refused() {
        let today = date(2026, 11, 22);
        assert!(CutOff::of(Some(today), &calendar(), today).is_ok());
        let tomorrow = date(2026, 11, 23);
        assert_eq!(CutOff::of(Some(tomorrow), &calendar(), today), Err(CutOffRefusal::InFuture(tomorrow)));
    }

    #[test]
    fn idle_is_what_could_have_been_lent_and_was_not() {
        let (cut_off, today) = (date(2027, 1, 4), date(2027, 8, 1));
        let facts =
            |acquired_on, last_ended_on| IdleFacts { standing: Standing::default(), acquired_on, last_ended_on };
        for (acquired_on, last_ended_on, idle) in [
            (None, None, true),
            (Some(cut_off), None, true),
            (Some(date(2027, 1, 5)), None, false),
            (None, Some(date(2027, 1, 3)), true),
            (None, Some(cut_off), false),
        ] {
            assert_eq!(
                facts(acquired_on, last_ended_on).is_idle(cut_off, today),
                idle,
                "{acquired_on:?} {last_ended_on:?}"
            );
        }
        let away = Standing { in_repair: Some((RepairRef::new(1), today)), ..Standing::default() };
        assert!(!IdleFacts { standing: away, ..facts(None, None) }.is_idle(cut_off, today));
        let out = Standing { on_loan: true, ..Standing::default() };
        assert!(!IdleFacts { standing: out, ..facts(None, None) }.is_idle(cut_off, today));
        assert_eq!(facts(Some(cut_off), Some(today)).idle_since(), Some(today));
        assert_eq!(facts(Some(cut_off), None).idle_since(), Some(cut_off));
    }

    #[test]
    fn the_funds_money_first_then_the_longest() {
        let line = |tag: &str, fund: &str, idle_since| IdleLine {
            tag: tag.into(),
            type_code: "VN".into(),
            size: String::new(),
            make: String::new(),
            model: String::new(),
            category: String::new(),
            location: String::new(),
            condition: Condition::Good,
            fund: fund.into(),
            acquired_on: None,
            cost: None,
            last_returned_on: None,
            idle_since,
            idle_days: None,
        };
        let (older, newer) = (Some(date(2025, 1, 1)), Some(date(2026, 1, 1)));
        let mut lines = [
            line("b", "", older),
            line("VN-2", "CIP", newer),
            line("A", "", older),
            line("VN-1", "OWN", older),
            line("C", "", None),
        ];
        in_order(&mut lines);
        let tags: Vec<&str> = lines.iter().map(|line| line.tag.as_str()).collect();
        assert_eq!(tags, ["VN-1", "VN-2", "C", "A", "b"]);
    }
}
