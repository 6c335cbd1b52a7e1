//! Reminders: which stage a loan has reached, and what the message says.

use super::date::{Date, days_between};
use super::words::Stage;

/// The stages by days from the due day: negative before it, positive after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ladder {
    steps: Vec<(Stage, i64)>,
}

impl Default for Ladder {
    /// Two weeks before, the day after, two and four weeks after: the usual anchors of hubs' own policies.
    fn default() -> Ladder {
        Ladder { steps: vec![(Stage::DueSoon, -14), (Stage::First, 1), (Stage::Second, 14), (Stage::Final, 28)] }
    }
}

impl Ladder {
    /// The highest stage a loan has reached on a day.
    pub fn stage_reached(&self, due_on: Date, today: Date) -> Option<Stage> {
        let days = days_between(due_on, today);
        self.steps.iter().rev().find(|(_, from)| days >= *from).map(|(stage, _)| *stage)
    }

    /// The last due day of which something is due to be said on a day.
    pub fn horizon(&self, today: Date) -> Option<Date> {
        let earliest = self.steps.first().map_or(0, |(_, from)| *from);
        super::date::plus_days(today, -earliest)
    }
}
