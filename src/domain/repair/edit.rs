//! What is recorded of a repair later on: the repairer's invoice comes when the instrument is long back.

use super::RepairRefusal;
use crate::domain::date::{Date, in_words};
use crate::domain::money::Pence;
use crate::domain::reference::{ChargeRef, OrganisationRef, RepairRef};
use crate::domain::tag::Tag;
use crate::domain::text::escape;
use crate::domain::words::{Payer, RepairOutcome};

/// A repair on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    pub id: RepairRef,
    pub instrument_id: i64,
    pub tag: Tag,
    pub repairer: OrganisationRef,
    pub sent_on: Date,
    pub back_by: Option<Date>,
    pub fault: Option<String>,
    pub back_on: Option<Date>,
    pub cost: Option<Pence>,
    pub outcome: Option<RepairOutcome>,
    pub payer: Option<Payer>,
}

/// Judges what is to be recorded in place of what was, and settles who pays. `charge` asks for a charge; `charged` is the one
/// that stands already.
pub fn edit(
    before: &Repair,
    mut after: Repair,
    charge: bool,
    charged: Option<ChargeRef>,
) -> Result<Repair, RepairRefusal> {
    if !charge && after == *before {
        return Err(RepairRefusal::NothingToChange(before.id));
    }
    let of_its_end = charge || after.cost != before.cost || after.outcome != before.outcome;
    if before.back_on.is_none() && of_its_end {
        return Err(RepairRefusal::NotBack { repair: before.id, tag: before.tag.clone() });
    }
    if let Some(back_by) = after.back_by.filter(|back_by| *back_by < before.sent_on) {
        return Err(RepairRefusal::BackByBeforeSent { back_by, sent_on: before.sent_on });
    }
    match (charge, charged) {
        (true, Some(charge)) => return Err(RepairRefusal::ChargedTwice { repair: before.id, charge }),
        (true, None) => after.payer = Some(Payer::Borrower),
        (false, _) => after.payer = before.payer.or(after.cost.map(|_| Payer::Hub)),
    }
    Ok(after)
}

impl Repair {
    /// `cost nothing → £45.00`, for each thing that is recorded anew.
    pub fn changes(&self, after: &Repair) -> Vec<String> {
        let told = |repair: &Repair| {
            [
                ("cost", repair.cost.map(|cost| cost.in_words())),
                ("fault", repair.fault.as_deref().map(escape)),
                ("back by", repair.back_by.map(in_words)),
                ("outcome", repair.outcome.map(|outcome| outcome.to_string())),
                ("payer", repair.payer.map(|payer| payer.to_string())),
            ]
        };
        let shown = |value: Option<String>| value.unwrap_or_else(|| "nothing".to_string());
        let pairs = told(self).into_iter().zip(told(after)).filter(|(old, new)| old != new);
        pairs.map(|((what, old), (_, new))| format!("{what} {} → {}", shown(old), shown(new))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: i8) -> Date {
        Date::constant(2026, 11, day)
    }

    fn back() -> Repair {
        Repair {
            id: RepairRef::new(4),
            instrument_id: 1,
            tag: Tag::from_record("VN-0001"),
            repairer: OrganisationRef::new(2),
            sent_on: day(10),
            back_by: None,
            fault: None,
            back_on: Some(day(20)),
            cost: None,
            outcome: Some(RepairOutcome::Repaired),
            payer: None,
        }
    }

    #[test]
    fn the_hub_pays_unless_somebody_is_charged() {
        let cost = Some(Pence::new(4_500));
        let priced = Repair { cost, ..back() };
        let payer = |charge| edit(&back(), priced.clone(), charge, None).map(|after| after.payer);
        assert_eq!(payer(false), Ok(Some(Payer::Hub)));
        assert_eq!(payer(true), Ok(Some(Payer::Borrower)));
        let charged = Repair { payer: Some(Payer::Borrower), ..priced.clone() };
        let dearer = Repair { cost: Some(Pence::new(5_000)), ..charged.clone() };
        let charge = ChargeRef::new(1);
        assert_eq!(edit(&charged, dearer, false, Some(charge)).map(|after| after.payer), Ok(Some(Payer::Borrower)));
        let twice = RepairRefusal::ChargedTwice { repair: RepairRef::new(4), charge };
        assert_eq!(edit(&charged, charged.clone(), true, Some(charge)), Err(twice));
    }

    #[test]
    fn what_came_of_it_is_recorded_once_it_is_back() {
        let away = Repair { back_on: None, outcome: None, ..back() };
        let priced = Repair { cost: Some(Pence::ZERO), ..away.clone() };
        let not_back = RepairRefusal::NotBack { repair: RepairRef::new(4), tag: Tag::from_record("VN-0001") };
        assert_eq!(edit(&away, priced, false, None), Err(not_back));
        let later = Repair { back_by: Some(day(10)), ..away.clone() };
        assert_eq!(edit(&away, later.clone(), false, None), Ok(later));
        let early = Repair { back_by: Some(day(9)), ..away.clone() };
        let refused = RepairRefusal::BackByBeforeSent { back_by: day(9), sent_on: day(10) };
        assert_eq!(edit(&away, early, false, None), Err(refused));
        let nothing = RepairRefusal::NothingToChange(RepairRef::new(4));
        assert_eq!(edit(&away, away.clone(), false, None), Err(nothing));
    }
}
