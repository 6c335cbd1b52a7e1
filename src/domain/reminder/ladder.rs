//! The reminder ladder: its stages by days from the due day, what each says, and who gets a copy.

use crate::domain::date::{Date, days_between, plus_days};
use crate::domain::refusal::Refusal;
use crate::domain::text::Email;
use crate::domain::words::Stage;

/// One stage of the ladder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rung {
    pub stage: Stage,
    /// Days from the due day: negative before it, positive after.
    pub days: i64,
    /// The hub's own text, with named fields; none for the program's.
    pub template: Option<String>,
    pub copy_to: Option<Email>,
}

impl Rung {
    /// `14 days before the due day`
    pub fn when(&self) -> String {
        let many = if self.days.abs() == 1 { "day" } else { "days" };
        match self.days {
            0 => "on the due day".to_string(),
            days if days < 0 => format!("{} {many} before the due day", -days),
            days => format!("{days} {many} after the due day"),
        }
    }
}

/// The stages in their order, each later than the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ladder {
    /// Every stage, each at its own place.
    rungs: [Rung; Stage::ALL.len()],
}

/// Why a ladder was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LadderRefusal {
    #[error("{stage} at {} would not come after {before} at {}", in_days(*.days), in_days(*.before_days))]
    OutOfOrder { stage: Stage, days: i64, before: Stage, before_days: i64 },
    #[error("{stage} at {} would come before anything is late", in_days(*.days))]
    NotLateYet { stage: Stage, days: i64 },
    #[error("{} at {} would come when the due day has passed", Stage::DueSoon, in_days(*.days))]
    NoLongerSoon { days: i64 },
    #[error("{stage} at {} would never go out: what is late by over {look_back_days} days is not written about", in_days(*.days))]
    BeyondLookBack { stage: Stage, days: i64, look_back_days: i64 },
}

/// Why the days that reminders look back were not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("with look-back-days at {look_back_days}, the stage {stage} at {} would never go out", in_days(*.days))]
pub struct LookBackRefusal {
    look_back_days: i64,
    stage: Stage,
    days: i64,
}

impl Refusal for LookBackRefusal {
    fn hint(&self) -> Option<String> {
        let LookBackRefusal { look_back_days, stage, days } = self;
        Some(format!(
            "give it {days} or more, or bring that stage forward first: ledgerline remind ladder set {stage} --days {look_back_days}"
        ))
    }
}

/// `+14 days`
fn in_days(days: i64) -> String {
    format!("{days:+} {}", if days.abs() == 1 { "day" } else { "days" })
}

impl Refusal for LadderRefusal {
    fn hint(&self) -> Option<String> {
        Some(match self {
            LadderRefusal::OutOfOrder { .. } => {
                "'ledgerline remind ladder list' shows the stages; move the one in the way first".to_string()
            }
            LadderRefusal::NotLateYet { .. } => "give it days after the due day, 1 or more".to_string(),
            LadderRefusal::NoLongerSoon { .. } => "give it days before the due day, such as -14".to_string(),
            LadderRefusal::BeyondLookBack { days, look_back_days, .. } => format!(
                "give it {look_back_days} or fewer, or look back further first: ledgerline setting set look-back-days {days}"
            ),
        })
    }
}

impl Default for Ladder {
    /// Two weeks before, the day after, two and four weeks after: the usual anchors of hubs' own policies.
    fn default() -> Ladder {
        let days = [(Stage::DueSoon, -14), (Stage::First, 1), (Stage::Second, 14), (Stage::Final, 28)];
        let rung = |(stage, days)| Rung { stage, days, template: None, copy_to: None };
        Ladder { rungs: days.map(rung) }
    }
}

impl Ladder {
    /// The ladder with some stages as the hub has them.
    pub fn with(own: impl IntoIterator<Item = Rung>) -> Ladder {
        let mut ladder = Ladder::default();
        for rung in own {
            ladder.put(rung);
        }
        ladder
    }

    fn put(&mut self, rung: Rung) {
        let place = rung.stage as usize;
        self.rungs[place] = rung;
    }

    pub fn rungs(&self) -> &[Rung] {
        &self.rungs
    }

    pub fn rung(&self, stage: Stage) -> &Rung {
        &self.rungs[stage as usize]
    }

    /// The highest stage a loan has reached on a day. A stage from before the due day is over once that day has passed:
    /// nothing that is late is ever called due soon.
    pub fn stage_reached(&self, due_on: Date, today: Date) -> Option<Stage> {
        let days = days_between(due_on, today);
        let is_reached = |rung: &&Rung| days >= rung.days && (days <= 0 || rung.days > 0);
        self.rungs.iter().rev().find(is_reached).map(|rung| rung.stage)
    }

    /// The last due day about which there is something to say today.
    pub fn horizon(&self, today: Date) -> Date {
        let earliest = self.rungs.iter().map(|rung| rung.days).min().unwrap_or(0);
        plus_days(today, -earliest).unwrap_or(today)
    }

    /// The latest stage of all that come when a loan is too late to be written about.
    fn beyond(&self, look_back_days: i64) -> Option<&Rung> {
        self.rungs.iter().filter(|rung| rung.days > look_back_days).max_by_key(|rung| rung.days)
    }

    /// Whether every stage goes out if reminders look back so many days.
    pub fn reaches(&self, look_back_days: i64) -> Result<(), LookBackRefusal> {
        let beyond = self.beyond(look_back_days);
        beyond.map_or(Ok(()), |rung| Err(LookBackRefusal { look_back_days, stage: rung.stage, days: rung.days }))
    }

    /// The ladder with several stages changed at once, judged as it stands then.
    pub fn all_changed(
        &self,
        rungs: impl IntoIterator<Item = Rung>,
        look_back_days: i64,
    ) -> Result<Ladder, LadderRefusal> {
        let mut changed = self.clone();
        rungs.into_iter().for_each(|rung| changed.put(rung));
        for rung in &changed.rungs {
            changed.changed(rung.clone(), look_back_days)?;
        }
        Ok(changed)
    }

    /// Whether the hub has made a stage its own.
    pub fn is_own(&self, stage: Stage) -> bool {
        self.rung(stage) != Ladder::default().rung(stage)
    }

    /// The ladder with a stage changed, or why that cannot be: what is for late loans must come after the due day, and each
    /// stage after the one before it.
    pub fn changed(&self, rung: Rung, look_back_days: i64) -> Result<Ladder, LadderRefusal> {
        let (stage, days) = (rung.stage, rung.days);
        if days > look_back_days {
            return Err(LadderRefusal::BeyondLookBack { stage, days, look_back_days });
        }
        if stage == Stage::DueSoon && days > 0 {
            return Err(LadderRefusal::NoLongerSoon { days });
        }
        if stage != Stage::DueSoon && days < 1 {
            return Err(LadderRefusal::NotLateYet { stage, days });
        }
        let mut changed = self.clone();
        changed.put(rung);
        let disordered = changed.rungs.windows(2).find(|pair| pair[0].days >= pair[1].days);
        match disordered {
            Some([before, after]) => Err(LadderRefusal::OutOfOrder {
                stage: after.stage,
                days: after.days,
                before: before.stage,
                before_days: before.days,
            }),
            _ => Ok(changed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn with_days(stage: Stage, days: i64) -> Result<Ladder, LadderRefusal> {
        Ladder::default().changed(Rung { stage, days, template: None, copy_to: None }, 120)
    }

    #[test]
    fn a_stage_begins_on_its_day() {
        let due_on = date(2026, 11, 8);
        let reached = |today| Ladder::default().stage_reached(due_on, today);
        assert_eq!(reached(date(2026, 10, 24)), None);
        assert_eq!(reached(date(2026, 10, 25)), Some(Stage::DueSoon));
        assert_eq!(reached(due_on), Some(Stage::DueSoon));
        assert_eq!(reached(date(2026, 11, 9)), Some(Stage::First));
        assert_eq!(reached(date(2026, 11, 22)), Some(Stage::Second));
        assert_eq!(reached(date(2026, 12, 6)), Some(Stage::Final));
        assert_eq!(Ladder::default().horizon(date(2026, 10, 25)), due_on);
    }

    #[test]
    fn what_is_late_is_never_called_due_soon() {
        let ladder = with_days(Stage::First, 3).expect("in order");
        let due_on = date(2026, 11, 8);
        assert_eq!(ladder.stage_reached(due_on, due_on), Some(Stage::DueSoon));
        assert_eq!(ladder.stage_reached(due_on, date(2026, 11, 9)), None);
        assert_eq!(ladder.stage_reached(due_on, date(2026, 11, 11)), Some(Stage::First));
    }

    #[test]
    fn a_rung_stands_at_its_place_and_tells_when_it_is() {
        let ladder = with_days(Stage::First, 3).expect("in order");
        assert_eq!(ladder.rungs().iter().map(|rung| rung.stage).collect::<Vec<Stage>>(), Stage::ALL);
        let told = |stage| ladder.rung(stage).when();
        assert_eq!(told(Stage::DueSoon), "14 days before the due day");
        assert_eq!(told(Stage::First), "3 days after the due day");
        assert_eq!(Ladder::default().rung(Stage::First).when(), "1 day after the due day");
        assert_eq!(with_days(Stage::DueSoon, 0).expect("in order").rung(Stage::DueSoon).when(), "on the due day");
    }

    #[test]
    fn a_leap_day_is_a_day_like_any_other() {
        let reached = |due_on, today| Ladder::default().stage_reached(due_on, today);
        assert_eq!(reached(date(2028, 2, 29), date(2028, 3, 1)), Some(Stage::First));
        assert_eq!(reached(date(2028, 2, 28), date(2028, 2, 29)), Some(Stage::First));
        assert_eq!(reached(date(2026, 12, 31), date(2027, 1, 1)), Some(Stage::First));
    }

    #[test]
    fn a_ladder_out_of_order_is_refused() {
        assert!(with_days(Stage::First, 13).is_ok());
        assert!(with_days(Stage::DueSoon, 0).is_ok());
        assert_eq!(with_days(Stage::DueSoon, 1), Err(LadderRefusal::NoLongerSoon { days: 1 }));
        assert_eq!(with_days(Stage::First, 0), Err(LadderRefusal::NotLateYet { stage: Stage::First, days: 0 }));
        let told = |stage, days| with_days(stage, days).map(|_| ()).map_err(|refusal| refusal.to_string());
        assert_eq!(told(Stage::First, 14), Err("second at +14 days would not come after first at +14 days".into()));
        assert_eq!(told(Stage::Final, 7), Err("final at +7 days would not come after second at +14 days".into()));
    }

    #[test]
    fn stages_that_move_together_are_judged_together() {
        let ladder = Ladder::default();
        let to = |stage, days| Rung { stage, days, template: None, copy_to: None };
        let moved = ladder.all_changed([to(Stage::First, 20), to(Stage::Second, 40), to(Stage::Final, 60)], 120);
        assert_eq!(moved.map(|ladder| ladder.rung(Stage::Second).days), Ok(40));
        assert!(ladder.all_changed([to(Stage::First, 20)], 120).is_err());
        assert!(ladder.all_changed([to(Stage::Final, 130)], 120).is_err());
        assert!(!ladder.is_own(Stage::First));
    }

    #[test]
    fn a_stage_that_would_never_go_out_is_refused() {
        assert!(with_days(Stage::Final, 120).is_ok());
        let (stage, look_back_days) = (Stage::Final, 120);
        let beyond = LadderRefusal::BeyondLookBack { stage, days: 121, look_back_days };
        assert_eq!(with_days(stage, 121), Err(beyond));
        let ladder = Ladder::default();
        assert_eq!(ladder.reaches(28), Ok(()));
        for look_back_days in [1, 14, 27] {
            let refused = LookBackRefusal { look_back_days, stage: Stage::Final, days: 28 };
            assert_eq!(ladder.reaches(look_back_days), Err(refused));
        }
    }
}
