//! A period that is closed: its figures were handed over, and nothing dated in it is recorded any more.

use super::{PurchaseRefusal, Warning};
use crate::domain::date::Date;

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

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

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
