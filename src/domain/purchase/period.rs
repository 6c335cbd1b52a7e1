//! A period that is closed: its figures were handed over, and nothing dated in it is recorded any more.

use super::{PurchaseRefusal, Warning};
use crate::domain::date::Date;
use crate::domain::instrument::{Details, Instrument};

/// The days up to which finance events are closed; none where the hub has closed no period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClosedPeriod {
    pub until: Option<Date>,
}

impl ClosedPeriod {
    /// Refuses a finance event of a closed day; with a reason to go against it, warns.
    pub fn judge(self, on: Date, overridden: bool) -> Result<Option<Warning>, PurchaseRefusal> {
        let closed = self.until.filter(|until| on <= *until);
        closed.map(|until| PurchaseRefusal::ClosedPeriod { on, until }.unless(overridden)).transpose()
    }
}

/// The first day whose figures a change of an instrument alters: none, unless its cost, its life (its own or its type's) or
/// the day it was acquired differs. They tell from that day on, and in what is told of its disposal.
pub fn revalued_on(before: &Instrument, after: &Details) -> Option<Date> {
    let held = &before.details;
    let value = |details: &Details| (details.cost, details.acquired_on, details.life_months);
    let of_type = |details: &Details| details.life_months.is_none().then(|| details.type_code.clone());
    if value(held) == value(after) && of_type(held) == of_type(after) {
        return None;
    }
    let retired_on = before.standing.retired.map(|(on, _)| on);
    [held.acquired_on, after.acquired_on, retired_on].into_iter().flatten().min()
}

/// The first day whose figures the tying of an instrument to a line alters: from the day it was acquired on its cost and its
/// fund are the line's, and in what is told of its disposal. One without a day takes the day on which it arrived.
pub fn tied_on(held: &Instrument, arrived_on: Date) -> Date {
    let acquired_on = held.details.acquired_on.unwrap_or(arrived_on);
    held.standing.retired.map_or(acquired_on, |(retired_on, _)| acquired_on.min(retired_on))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::instrument::{Standing, TypeCode};
    use crate::domain::money::Pence;
    use crate::domain::words::Disposal;

    #[test]
    fn only_what_alters_its_value_counts() {
        let (march, april, may) = (date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1));
        let details = Details {
            cost: Some(Pence::new(100)),
            acquired_on: Some(april),
            ..Details::of_type(TypeCode::from_record("VN"))
        };
        let tag = "VN-0001".parse().expect("a tag");
        let held = Instrument { id: 1, tag, details: details.clone(), standing: Standing::default() };
        let make = Details { make: Some("Stentor".into()), ..details.clone() };
        assert_eq!(revalued_on(&held, &details), None);
        assert_eq!(revalued_on(&held, &make), None);
        for (after, first) in [
            (Details { cost: Some(Pence::new(101)), ..details.clone() }, april),
            (Details { life_months: Some(12), ..details.clone() }, april),
            (Details { type_code: TypeCode::from_record("UKE"), ..details.clone() }, april),
            (Details { acquired_on: Some(march), ..details.clone() }, march),
            (Details { acquired_on: Some(may), ..details.clone() }, april),
            (Details { acquired_on: None, ..details.clone() }, april),
        ] {
            assert_eq!(revalued_on(&held, &after), Some(first), "{after:?}");
        }
        assert_eq!(tied_on(&held, may), april);
        let undated = Details { acquired_on: None, ..details.clone() };
        assert_eq!(tied_on(&Instrument { details: undated.clone(), ..held.clone() }, march), march);
        let sold = Standing { retired: Some((may, Disposal::Sold)), ..Standing::default() };
        let held = Instrument { details: undated.clone(), standing: sold, ..held };
        assert_eq!(revalued_on(&held, &Details { cost: None, ..undated }), Some(may));
        let scrapped = Standing { retired: Some((march, Disposal::Scrapped)), ..Standing::default() };
        assert_eq!(tied_on(&Instrument { standing: scrapped, ..held }, april), march);
    }

    #[test]
    fn the_last_closed_day_is_closed() {
        let closed = ClosedPeriod { until: Some(date(2026, 3, 31)) };
        for (on, is_open) in [(date(2025, 12, 24), false), (date(2026, 3, 31), false), (date(2026, 4, 1), true)] {
            assert_eq!(closed.judge(on, false).is_ok(), is_open, "{on}");
            assert_eq!(closed.judge(on, true).expect("overridden").is_none(), is_open, "{on}");
        }
        assert_eq!(ClosedPeriod::default().judge(date(1999, 1, 1), false), Ok(None));
    }
}
