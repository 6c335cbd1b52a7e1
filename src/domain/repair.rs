//! Repairs: an instrument goes away to be mended, comes back, and somebody pays.

mod edit;
mod lines;

pub use edit::{Repair, edit};
pub use lines::{MakeLine, MakeTally, OfMake, RepairLine};

use super::date::{Date, in_words};
use super::instrument::Instrument;
use super::reference::{ChargeRef, RepairRef};
use super::refusal::Refusal;
use super::tag::Tag;
use super::text::{Name, escape};
use super::words::{Condition, RepairOutcome};

/// A repair that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Away {
    pub repair: RepairRef,
    pub repairer: super::reference::OrganisationRef,
    pub repairer_name: String,
    pub sent_on: Date,
    pub back_by: Option<Date>,
}

/// The facts by which an instrument may be sent away.
#[derive(Clone, Debug)]
pub struct SendFacts<'a> {
    pub instrument: &'a Instrument,
    pub away: Option<&'a Away>,
    /// A repair of it that ended after the day it would be sent, and when.
    pub later_end: Option<(RepairRef, Date)>,
    pub today: Date,
}

/// Judges a sending. A loan goes on behind a repair, so it is no reason to refuse.
pub fn send(facts: &SendFacts<'_>, on: Date, back_by: Option<Date>) -> Result<(), RepairRefusal> {
    let (tag, standing) = (facts.instrument.tag.clone(), &facts.instrument.standing);
    if let Some((since, _)) = standing.retired {
        return Err(RepairRefusal::Retired(tag, since));
    }
    if let Some(since) = standing.missing_on {
        return Err(RepairRefusal::Missing(tag, since));
    }
    if let Some(away) = facts.away {
        return Err(RepairRefusal::Away { tag, away: Box::new(away.clone()) });
    }
    if on > facts.today {
        return Err(RepairRefusal::SendInFuture(on));
    }
    if let Some(back_by) = back_by.filter(|back_by| *back_by < on) {
        return Err(RepairRefusal::BackByBeforeSent { back_by, sent_on: on });
    }
    match facts.later_end {
        Some((repair, until)) => Err(RepairRefusal::Overlaps { tag, repair, until }),
        None => Ok(()),
    }
}

/// Judges a coming back: the repair that it ends. `last` is the instrument's latest repair, ended or not.
pub fn take_back(
    tag: &Tag,
    away: Option<Away>,
    last: Option<RepairRef>,
    on: Date,
    today: Date,
) -> Result<Away, RepairRefusal> {
    let away = away.ok_or_else(|| RepairRefusal::NotAway { tag: tag.clone(), last })?;
    if on > today {
        return Err(RepairRefusal::BackInFuture(on));
    }
    if on < away.sent_on {
        return Err(RepairRefusal::BackBeforeSent { tag: tag.clone(), sent_on: away.sent_on, on });
    }
    Ok(away)
}

/// The condition of an instrument after a repair: as it is said to be; else mended, if it had been broken.
pub fn condition_after(outcome: RepairOutcome, said: Option<Condition>, before: Condition) -> Condition {
    match (outcome, said) {
        (RepairOutcome::BeyondRepair, _) => Condition::Unplayable,
        (RepairOutcome::Repaired, Some(said)) => said,
        (RepairOutcome::Repaired, None) if matches!(before, Condition::Damaged | Condition::Unplayable) => {
            Condition::Good
        }
        (RepairOutcome::Repaired, None) => before,
    }
}

/// What is noted with the charge for a repair, and tells it from other charges for damage.
pub fn charge_note(repair: RepairRef) -> String {
    format!("Repair {repair}")
}

/// Why an instrument was not sent away, not taken back, or its repair not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RepairRefusal {
    #[error("{} was retired on {}", .0, in_words(*.1))]
    Retired(Tag, Date),
    #[error("{} is missing since {}", .0, in_words(*.1))]
    Missing(Tag, Date),
    #[error("{tag} is at {} already, since {} ({})", escape(&.away.repairer_name), in_words(.away.sent_on), .away.repair)]
    Away { tag: Tag, away: Box<Away> },
    #[error("it would be sent on {}, which has not come yet", in_words(*.0))]
    SendInFuture(Date),
    #[error("it would be back by {}, before it is sent on {}", in_words(*.back_by), in_words(*.sent_on))]
    BackByBeforeSent { back_by: Date, sent_on: Date },
    #[error("{tag} was away to be mended until {} ({repair})", in_words(*.until))]
    Overlaps { tag: Tag, repair: RepairRef, until: Date },
    #[error("{tag} is not away to be mended")]
    NotAway { tag: Tag, last: Option<RepairRef> },
    #[error("there is no repair {0}")]
    Unknown(RepairRef),
    #[error("nothing to change was given for {0}")]
    NothingToChange(RepairRef),
    #[error("{repair} has not ended: {tag} is still away to be mended")]
    NotBack { repair: RepairRef, tag: Tag },
    #[error("{repair} is charged for already ({charge})")]
    ChargedTwice { repair: RepairRef, charge: ChargeRef },
    #[error("{tag} was sent on {}, after the day it would be back, {}", in_words(*.sent_on), in_words(*.on))]
    BackBeforeSent { tag: Tag, sent_on: Date, on: Date },
    #[error("it would be back on {}, which has not come yet", in_words(*.0))]
    BackInFuture(Date),
    #[error("a repair that cost nothing leaves nothing to charge for")]
    NothingToCharge,
    #[error("nobody had {tag} on loan when it was sent on {}, so there is nobody to charge", in_words(*.sent_on))]
    NobodyToCharge { tag: Tag, sent_on: Date },
    #[error("there is no organisation '{}'", escape(.typed.as_str()))]
    NearRepairer { typed: Name, near: Name },
}

impl Refusal for RepairRefusal {
    fn hint(&self) -> Option<String> {
        use RepairRefusal as No;
        Some(match self {
            No::Retired(tag, _) => format!("what happened to it: ledgerline instrument history {tag}"),
            No::Missing(tag, _) => format!("if it turned up: ledgerline instrument found {tag}"),
            No::Away { tag, .. } => format!("when it is back: ledgerline repair back {tag}"),
            No::SendInFuture(_) | No::BackInFuture(_) => "--on takes today or a day before".into(),
            No::BackByBeforeSent { .. } => "give a later --back-by, or leave it out".into(),
            No::Overlaps { .. } => "it may go again the day it came back, not before".into(),
            No::NotAway { tag, last: None } => format!("to send it: ledgerline repair send {tag} --to NAME"),
            No::NotAway { tag, last: Some(last) } => format!(
                "what {last} cost: ledgerline repair edit {last} --cost £…; to send it again: ledgerline repair send {tag} --to NAME"
            ),
            No::Unknown(_) => "'ledgerline repair list' shows those there are".into(),
            No::NothingToChange(_) => "'ledgerline repair edit --help' lists what can be changed".into(),
            No::NotBack { tag, .. } => {
                format!("say what it cost and what came of it when it is back: ledgerline repair back {tag}")
            }
            No::ChargedTwice { charge, .. } => {
                format!("if the amount is wrong, waive that one first: ledgerline charge waive {charge} --reason …")
            }
            No::BackBeforeSent { .. } => "give the day it really came back with --on".into(),
            No::NothingToCharge => "give what it cost with --cost, or leave --charge out".into(),
            No::NobodyToCharge { .. } => {
                "leave --charge out; damage on an earlier loan: ledgerline charge add L… --for damage £".into()
            }
            No::NearRepairer { typed, near } => format!(
                "did you mean {near}? If it is another, add it first: ledgerline organisation add \"{typed}\" --role repairer"
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::instrument::{Details, Standing, TypeCode};
    use crate::domain::reference::OrganisationRef;
    use crate::domain::words::Disposal;

    const TODAY: Date = Date::constant(2026, 11, 22);

    fn day(month: i8, day: i8) -> Date {
        Date::constant(2026, month, day)
    }

    fn instrument(standing: Standing) -> Instrument {
        let details = Details::of_type(TypeCode::from_record("VN"));
        Instrument { id: 1, tag: Tag::from_record("VN-0001"), details, standing }
    }

    fn away() -> Away {
        let (repair, repairer) = (RepairRef::new(4), OrganisationRef::new(2));
        Away { repair, repairer, repairer_name: "Bow Repairs".into(), sent_on: day(11, 10), back_by: None }
    }

    fn sent(
        standing: Standing,
        later_end: Option<(RepairRef, Date)>,
        on: Date,
        back_by: Option<Date>,
    ) -> Option<String> {
        let instrument = instrument(standing);
        let facts = SendFacts { instrument: &instrument, away: None, later_end, today: TODAY };
        send(&facts, on, back_by).err().map(|refusal| refusal.to_string())
    }

    #[test]
    fn what_is_out_may_go_to_be_mended_and_what_is_gone_may_not() {
        let on_loan = Standing { on_loan: true, ..Standing::default() };
        assert_eq!(sent(on_loan, None, TODAY, None), None);
        let retired = Standing { retired: Some((day(10, 1), Disposal::Sold)), ..Standing::default() };
        assert_eq!(sent(retired, None, TODAY, None), Some("VN-0001 was retired on 1 Oct 2026".into()));
        let missing = Standing { missing_on: Some(day(10, 2)), ..Standing::default() };
        assert_eq!(sent(missing, None, TODAY, None), Some("VN-0001 is missing since 2 Oct 2026".into()));
    }

    #[test]
    fn days_are_judged_to_the_day() {
        let plain = Standing::default;
        assert_eq!(sent(plain(), None, TODAY, Some(TODAY)), None);
        assert!(sent(plain(), None, TODAY, Some(day(11, 21))).is_some());
        assert!(sent(plain(), None, day(11, 23), None).is_some());
        assert!(sent(plain(), Some((RepairRef::new(1), TODAY)), day(11, 21), None).is_some());
    }

    #[test]
    fn what_is_away_is_not_sent_again() {
        let (instrument, away) = (instrument(Standing::default()), away());
        let facts = SendFacts { instrument: &instrument, away: Some(&away), later_end: None, today: TODAY };
        let told = send(&facts, TODAY, None).err().map(|refusal| refusal.to_string());
        assert_eq!(told, Some("VN-0001 is at Bow Repairs already, since 10 Nov 2026 (J4)".into()));
    }

    #[test]
    fn it_comes_back_from_the_day_it_was_sent_to_today() {
        let tag = Tag::from_record("VN-0001");
        let back = |away, on| take_back(&tag, away, None, on, TODAY);
        assert_eq!(back(Some(away()), day(11, 10)), Ok(away()));
        assert_eq!(back(Some(away()), TODAY), Ok(away()));
        assert_eq!(back(None, TODAY), Err(RepairRefusal::NotAway { tag: tag.clone(), last: None }));
        assert_eq!(back(Some(away()), day(11, 23)), Err(RepairRefusal::BackInFuture(day(11, 23))));
        let early = RepairRefusal::BackBeforeSent { tag: tag.clone(), sent_on: day(11, 10), on: day(11, 9) };
        assert_eq!(back(Some(away()), day(11, 9)), Err(early));
    }

    #[test]
    fn a_repair_mends_what_was_broken_and_leaves_the_rest() {
        use Condition::{Damaged, Good, New, Unplayable, Worn};
        use RepairOutcome::{BeyondRepair, Repaired};
        for (outcome, said, before, after) in [
            (Repaired, None, Damaged, Good),
            (Repaired, None, Unplayable, Good),
            (Repaired, None, Worn, Worn),
            (Repaired, None, New, New),
            (Repaired, Some(Worn), Damaged, Worn),
            (BeyondRepair, None, Worn, Unplayable),
        ] {
            assert_eq!(condition_after(outcome, said, before), after, "{outcome} {before}");
        }
    }
}
