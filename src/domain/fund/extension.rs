//! A deadline that moves: always with a reason, and what it was before is kept.

use crate::domain::date::{Date, in_words};
use crate::domain::fund::{Fund, FundCode};
use crate::domain::refusal::Refusal;
use crate::listing;

/// A deadline that was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    pub extended_on: Date,
    pub spend_by: Date,
    pub reason: String,
}

/// Why a deadline was not moved.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtensionRefusal {
    #[error("the last day to spend {fund} is {} already", in_words(*.spend_by))]
    Same { fund: FundCode, spend_by: Date },
    #[error("{fund} would end on {} before it begins on {}", in_words(*.spend_by), in_words(*.from_on))]
    EndsBeforeItBegins { fund: FundCode, from_on: Date, spend_by: Date },
    #[error("{} has not come yet; {fund} cannot have been given another deadline on it", in_words(*.on))]
    InFuture { fund: FundCode, on: Date },
    #[error("the deadline of {fund} was moved after that day, on {}", in_words(*.last))]
    MovedSince { fund: FundCode, last: Date },
    #[error("a deadline moves only for a reason")]
    NoReason,
}

impl Refusal for ExtensionRefusal {
    fn hint(&self) -> Option<String> {
        Some(match self {
            ExtensionRefusal::Same { fund, .. } => format!("'ledgerline fund show {fund}' lists how it was moved"),
            ExtensionRefusal::EndsBeforeItBegins { .. } => "check --spend-by".into(),
            ExtensionRefusal::InFuture { .. } => {
                "--on is the day on which it was granted; leave it out for today".into()
            }
            ExtensionRefusal::MovedSince { last, .. } => format!("date it on {last} or later"),
            ExtensionRefusal::NoReason => "say who granted it, in words an auditor will read".into(),
        })
    }
}

/// Whether a fund's deadline, as it stands, may move; `last` is the day on which it was moved before.
pub fn check(fund: &Fund, last: Option<Date>, new: &Extension, today: Date) -> Result<(), ExtensionRefusal> {
    let (code, spend_by) = (fund.code.clone(), new.spend_by);
    if fund.spend_by == Some(spend_by) {
        return Err(ExtensionRefusal::Same { fund: code, spend_by });
    }
    if let Some(from_on) = fund.from_on.filter(|first| spend_by < *first) {
        return Err(ExtensionRefusal::EndsBeforeItBegins { fund: code, from_on, spend_by });
    }
    if new.extended_on > today {
        return Err(ExtensionRefusal::InFuture { fund: code, on: new.extended_on });
    }
    match last.filter(|last| new.extended_on < *last) {
        Some(last) => Err(ExtensionRefusal::MovedSince { fund: code, last }),
        None => Ok(()),
    }
}

listing! {
    /// One extension of a fund's deadline.
    pub struct ExtensionLine {
        extended_on: Date,
        spend_by: Date,
        reason: String,
    }
}

impl From<Extension> for ExtensionLine {
    fn from(Extension { extended_on, spend_by, reason }: Extension) -> ExtensionLine {
        ExtensionLine { extended_on, spend_by, reason }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::money::Pence;
    use crate::domain::text::Name;
    use crate::domain::words::FundNature;

    const TODAY: Date = date(2026, 2, 1);

    fn moved(to: Date, on: Date, last: Option<Date>) -> Result<(), String> {
        let fund = Fund {
            code: FundCode::from_record("CIP"),
            name: Name::from_record("Capital Grant for Musical Instruments"),
            nature: FundNature::Capital,
            award: Pence::new(1_000),
            from_on: Some(date(2024, 9, 1)),
            spend_by: Some(date(2026, 8, 31)),
        };
        let new = Extension { extended_on: on, spend_by: to, reason: "Granted".into() };
        check(&fund, last, &new, TODAY).map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn a_deadline_moves_to_another_day_of_the_fund() {
        assert_eq!(moved(date(2027, 3, 31), TODAY, None), Ok(()));
        assert_eq!(moved(date(2026, 8, 30), TODAY, None), Ok(()), "sooner, too");
        assert_eq!(moved(date(2024, 9, 1), TODAY, None), Ok(()));
        let same = "the last day to spend CIP is 31 Aug 2026 already";
        assert_eq!(moved(date(2026, 8, 31), TODAY, None), Err(same.into()));
        let turned = "CIP would end on 31 Aug 2024 before it begins on 1 Sep 2024";
        assert_eq!(moved(date(2024, 8, 31), TODAY, None), Err(turned.into()));
    }

    #[test]
    fn it_moves_on_a_day_that_has_come_and_in_order() {
        let to = date(2027, 3, 31);
        assert!(moved(to, date(2026, 2, 2), None).is_err());
        assert_eq!(moved(to, date(2026, 1, 5), Some(date(2026, 1, 5))), Ok(()));
        let earlier = "the deadline of CIP was moved after that day, on 5 Jan 2026";
        assert_eq!(moved(to, date(2026, 1, 4), Some(date(2026, 1, 5))), Err(earlier.into()));
    }
}
