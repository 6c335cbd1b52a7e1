//! The loans of one instrument, one after another: what may never be, however the records came to say it.
//!
//! A hand-over of today is judged by [`super::loan::lend`]. Whatever reaches back (a back-dated hand-over, a correction, an
//! undo) is judged here over all that is on record of the instrument.

use super::date::{Date, in_words};
use super::reference::LoanRef;
use super::refusal::Refusal;
use super::tag::Tag;

/// One loan's days. A void loan never was, and has no span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    pub loan: LoanRef,
    /// The school's loan it stands inside.
    pub outer: Option<LoanRef>,
    pub out_on: Date,
    /// The day it was returned or lost; none while it is open.
    pub ended_on: Option<Date>,
}

/// All that bounds the loans of one instrument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    pub tag: Tag,
    pub spans: Vec<Span>,
    pub missing_on: Option<Date>,
    pub retired_on: Option<Date>,
}

/// Two things on record that cannot both be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Clash {
    #[error("{tag} would be out twice: {earlier} {}, and {later} begins on {}", until(*.busy_until), in_words(*.begins_on))]
    Overlap { tag: Tag, earlier: LoanRef, later: LoanRef, busy_until: Option<Date>, begins_on: Date },
    #[error("{inner} is inside {outer}, and would not lie within its days")]
    NotWithin { inner: LoanRef, outer: LoanRef },
    #[error("{inner} is inside {outer}, which would be no more")]
    NoOuter { inner: LoanRef, outer: LoanRef },
    #[error("{loan} would end on {}, before it began on {}", in_words(*.ended_on), in_words(*.out_on))]
    Backwards { loan: LoanRef, out_on: Date, ended_on: Date },
    #[error("{tag} is missing since {}, and {loan} would be open", in_words(*.since))]
    Missing { tag: Tag, loan: LoanRef, since: Date },
    #[error("{tag} was retired on {}, and {loan} {}", in_words(*.on), until(*.ended_on))]
    Retired { tag: Tag, loan: LoanRef, on: Date, ended_on: Option<Date> },
}

fn until(day: Option<Date>) -> String {
    day.map_or_else(|| "is still open".to_string(), |day| format!("runs until {}", in_words(day)))
}

impl Refusal for Clash {
    fn hint(&self) -> Option<String> {
        match self {
            Clash::Overlap { tag, .. } | Clash::Missing { tag, .. } | Clash::Retired { tag, .. } => {
                Some(format!("see its days: ledgerline loan list --tag {tag}"))
            }
            Clash::NotWithin { inner, .. } | Clash::NoOuter { inner, .. } => Some(format!(
                "put the pupil's loan right first: ledgerline loan correct {inner} …, or loan void {inner}"
            )),
            Clash::Backwards { .. } => None,
        }
    }
}

/// Finds the first thing that cannot be. A loan may start the day another ended.
pub fn check(timeline: &Timeline) -> Result<(), Clash> {
    timeline.spans.iter().try_for_each(forwards)?;
    one_after_another(timeline, None)?;
    for inner in timeline.spans.iter().filter(|span| span.outer.is_some()) {
        within(inner, timeline)?;
    }
    for outer in timeline.spans.iter().filter(|span| span.outer.is_none()) {
        one_after_another(timeline, Some(outer.loan))?;
    }
    timeline.spans.iter().try_for_each(|span| still_here(span, timeline))
}

fn forwards(span: &Span) -> Result<(), Clash> {
    match span.ended_on {
        Some(ended_on) if ended_on < span.out_on => {
            Err(Clash::Backwards { loan: span.loan, out_on: span.out_on, ended_on })
        }
        _ => Ok(()),
    }
}

/// The loans of one depth: those on their own, or those inside one school's loan.
fn one_after_another(timeline: &Timeline, outer: Option<LoanRef>) -> Result<(), Clash> {
    let mut spans: Vec<&Span> = timeline.spans.iter().filter(|span| span.outer == outer).collect();
    // An open loan ends after every day; of two that begin on one day, the shorter came first.
    spans.sort_by_key(|span| (span.out_on, span.ended_on.is_none(), span.ended_on, span.loan));
    let clash = spans.windows(2).find(|pair| pair[0].ended_on.is_none_or(|ended_on| ended_on > pair[1].out_on));
    match clash {
        Some(pair) => Err(Clash::Overlap {
            tag: timeline.tag.clone(),
            earlier: pair[0].loan,
            later: pair[1].loan,
            busy_until: pair[0].ended_on,
            begins_on: pair[1].out_on,
        }),
        None => Ok(()),
    }
}

/// A pupil's loan lies within the school's.
fn within(inner: &Span, timeline: &Timeline) -> Result<(), Clash> {
    let Some(reference) = inner.outer else {
        return Ok(());
    };
    let Some(outer) = timeline.spans.iter().find(|span| span.loan == reference) else {
        return Err(Clash::NoOuter { inner: inner.loan, outer: reference });
    };
    let ends_within = match (inner.ended_on, outer.ended_on) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(inner), Some(outer)) => inner <= outer,
    };
    if inner.out_on >= outer.out_on && ends_within {
        Ok(())
    } else {
        Err(Clash::NotWithin { inner: inner.loan, outer: outer.loan })
    }
}

/// What is missing or retired is on loan to nobody.
fn still_here(span: &Span, timeline: &Timeline) -> Result<(), Clash> {
    let (tag, loan) = (timeline.tag.clone(), span.loan);
    match (timeline.retired_on, timeline.missing_on) {
        (Some(on), _) if span.ended_on.is_none_or(|ended_on| ended_on > on) => {
            Err(Clash::Retired { tag, loan, on, ended_on: span.ended_on })
        }
        (_, Some(since)) if span.ended_on.is_none() => Err(Clash::Missing { tag, loan, since }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn span(loan: i64, outer: i64, out: i8, ended: i8) -> Span {
        let day = |day: i8| (day > 0).then(|| date(2026, 10, day));
        Span {
            loan: LoanRef::new(loan),
            outer: (outer > 0).then(|| LoanRef::new(outer)),
            out_on: date(2026, 10, out),
            ended_on: day(ended),
        }
    }

    fn clash(spans: &[Span]) -> Option<String> {
        let tag = "VN-0001".parse().expect("a tag");
        let timeline = Timeline { tag, spans: spans.to_vec(), missing_on: None, retired_on: None };
        check(&timeline).err().map(|clash| clash.to_string())
    }

    #[test]
    fn loans_follow_one_another() {
        assert_eq!(clash(&[span(1, 0, 1, 5), span(2, 0, 5, 9), span(3, 0, 9, 0)]), None);
        // Out and back on one day, and out again.
        assert_eq!(clash(&[span(1, 0, 5, 9), span(2, 0, 5, 5)]), None);
        let twice = clash(&[span(1, 0, 1, 6), span(2, 0, 5, 9)]);
        assert_eq!(
            twice.as_deref(),
            Some("VN-0001 would be out twice: L1 runs until 6 Oct 2026, and L2 begins on 5 Oct 2026")
        );
        assert!(clash(&[span(1, 0, 1, 0), span(2, 0, 5, 9)]).is_some(), "one is open");
        assert!(clash(&[span(1, 0, 5, 4)]).is_some(), "it ends before it begins");
    }

    #[test]
    fn an_inner_loan_lies_within_the_outer() {
        assert_eq!(clash(&[span(1, 0, 1, 0), span(2, 1, 1, 3), span(3, 1, 3, 0)]), None);
        assert_eq!(clash(&[span(1, 0, 1, 9), span(2, 1, 1, 9)]), None);
        assert!(clash(&[span(1, 0, 2, 9), span(2, 1, 1, 9)]).is_some(), "it begins before");
        assert!(clash(&[span(1, 0, 2, 9), span(2, 1, 2, 10)]).is_some(), "it ends after");
        assert!(clash(&[span(1, 0, 2, 9), span(2, 1, 2, 0)]).is_some(), "it never ends");
        assert!(clash(&[span(2, 1, 2, 0)]).is_some(), "the outer one is void");
        assert!(clash(&[span(1, 0, 1, 0), span(2, 1, 1, 4), span(3, 1, 3, 0)]).is_some(), "two at once");
    }

    #[test]
    fn what_is_gone_is_with_nobody() {
        let tag: Tag = "VN-0001".parse().expect("a tag");
        let on = |missing_on, retired_on, span| {
            check(&Timeline { tag: tag.clone(), spans: vec![span], missing_on, retired_on })
        };
        let day = Some(date(2026, 10, 7));
        assert!(on(day, None, span(1, 0, 1, 0)).is_err());
        assert!(on(day, None, span(1, 0, 1, 7)).is_ok());
        assert!(on(None, day, span(1, 0, 1, 7)).is_ok());
        assert!(on(None, day, span(1, 0, 1, 8)).is_err());
    }
}
