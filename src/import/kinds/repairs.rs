//! Repairs: known by their reference, else by instrument and day. Each is judged by the rules of the desk as of its own days.

use anyhow::Result;

use super::numbered::{Numbered, NumberedRows};
use super::parties::{instrument_of, needed};
use super::{Finish, Intake, Row, Terms};
use crate::domain::date::Date;
use crate::domain::instrument::{Standing, free_text};
use crate::domain::reference::{OrganisationRef, RepairRef};
use crate::domain::repair::{Away, Repair, RepairRefusal, SendFacts, edit, send, take_back};
use crate::domain::tag::Tag;
use crate::domain::text::Name;
use crate::domain::words::{Payer, RepairOutcome};
use crate::output::listing::Lister;
use crate::store::journal::About;
use crate::store::{Tx, instrument, organisation, party, repair};

columns! {
    Repair = "repair", Tag = "tag", Repairer = "repairer", SentOn = "sent_on", BackBy = "back_by", Fault = "fault",
    BackOn = "back_on", Cost = "cost", Outcome = "outcome", Payer = "payer",
}

pub const KEY: Option<&str> = Some("tag");

struct Repairs {
    today: Date,
    /// Whether anything that was away came back.
    came_back: bool,
}

pub fn begin(tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    NumberedRows::new(tx, Repairs { today: terms.today, came_back: false }, terms)
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    repair::each_record(tx, |record| out.row(record))
}

impl Numbered for Repairs {
    type Record = Repair;

    const COLUMNS: &'static [&'static str] = COLUMNS;

    fn given(row: &mut Row<'_>) -> Option<i64> {
        row.parse::<RepairRef>(Column::Repair).map(RepairRef::number)
    }

    fn name(number: i64) -> String {
        RepairRef::new(number).to_string()
    }

    fn find(&self, tx: &Tx, number: i64) -> Result<Option<Repair>> {
        repair::get(tx, RepairRef::new(number))
    }

    fn read(&mut self, tx: &Tx, row: &mut Row<'_>, before: Option<&Repair>) -> Result<Option<Repair>> {
        if before.is_none() {
            [Column::Tag, Column::Repairer, Column::SentOn].into_iter().for_each(|column| needed(row, column));
        }
        let instrument = instrument_of(tx, row, Column::Tag)?;
        let repairer = repairer_of(tx, row)?;
        let sent_on = row.day(Column::SentOn);
        // What is needed and missing is a fault by now; the row is read to its end for the others.
        let id = row.parse::<RepairRef>(Column::Repair).unwrap_or(RepairRef::new(0));
        let mut after = before.cloned().unwrap_or_else(|| nothing_of(id, self.today));
        if let Some(found) = instrument {
            (after.instrument_id, after.tag) = (found.id, found.tag);
        }
        after.repairer = repairer.unwrap_or(after.repairer);
        after.sent_on = sent_on.unwrap_or(after.sent_on);
        row.over_day(Column::BackBy, &mut after.back_by);
        row.over_text(Column::Fault, &mut after.fault, |text| free_text("the fault", text));
        row.over_day(Column::BackOn, &mut after.back_on);
        row.over_price(Column::Cost, &mut after.cost);
        row.over(Column::Outcome, &mut after.outcome);
        row.over(Column::Payer, &mut after.payer);
        if after.back_on.is_some() {
            // As 'repair back' has it.
            after.outcome = after.outcome.or(Some(RepairOutcome::Repaired));
        }
        after.payer = after.payer.or(after.cost.map(|_| Payer::Hub));
        if row.is_sound() {
            agree(row, &after);
        }
        Ok(row.is_sound().then_some(after))
    }

    fn alike(&self, tx: &Tx, like: &Repair) -> Result<Vec<i64>> {
        let found = repair::alike(tx, like.instrument_id, like.sent_on)?;
        Ok(found.into_iter().map(RepairRef::number).collect())
    }

    fn differences(before: &Repair, after: &Repair) -> Vec<&'static str> {
        differing!(before, after; tag, repairer, sent_on, back_by, fault, back_on, cost, outcome, payer)
    }

    /// When it comes back, what came of it is recorded; later, all but the days of going and coming can be put right.
    fn may_change(before: &Repair, field: &str) -> bool {
        matches!(field, "back_by" | "fault" | "cost" | "outcome" | "payer") || (field == "back_on" && before.back_on.is_none())
    }

    fn judge(&mut self, tx: &Tx, row: &mut Row<'_>, before: Option<&Repair>, after: &mut Repair) -> Result<()> {
        match before {
            Some(before) if before.back_on == after.back_on => self.edited(row, before, after),
            _ => self.sent(tx, row, before, after)?,
        }
        Ok(())
    }

    fn write(&mut self, tx: &Tx, number: i64, before: Option<&Repair>, after: Repair) -> Result<()> {
        self.came_back |= before.is_some_and(|before| before.back_on != after.back_on);
        repair::put(tx, &Repair { id: RepairRef::new(number), ..after })
    }

    fn reserve(tx: &Tx, number: i64) -> Result<()> {
        repair::reserve(tx, RepairRef::new(number))
    }

    fn next(tx: &Tx) -> Result<i64> {
        Ok(repair::next_reference(tx)?.number())
    }

    fn highest(tx: &Tx) -> Result<i64> {
        repair::highest(tx)
    }

    fn about(first: i64, last: i64) -> About {
        About::Repairs(first, last)
    }

    fn finish(&mut self) -> Finish {
        let told = "The condition of what came back was left as it is; 'ledgerline instrument edit TAG --condition …' changes it.";
        let remarks = if self.came_back { vec![told.to_string()] } else { vec![] };
        Finish { remarks, ..Finish::default() }
    }
}

impl Repairs {
    /// A repair that is new here, or comes to its end. What has become of the instrument since says nothing against one
    /// that is over; what is retired or missing is not away.
    fn sent(&self, tx: &Tx, row: &mut Row<'_>, before: Option<&Repair>, told: &Repair) -> Result<()> {
        let Some(mut found) = instrument::find(tx, &told.tag)? else {
            return Ok(());
        };
        if told.back_on.is_some() {
            found.standing = Standing::default();
        }
        let beside = repair::beside(tx, told)?;
        let facts = SendFacts {
            instrument: &found,
            away: beside.as_ref().filter(|(_, back_on)| back_on.is_none()).map(|(away, _)| away),
            later_end: beside.as_ref().and_then(|(away, back_on)| back_on.map(|on| (away.repair, on))),
            today: self.today,
        };
        if let Err(refusal) = send(&facts, told.sent_on, told.back_by) {
            row.fault(column_of(&refusal), refusal);
            return Ok(());
        }
        if let Some(on) = told.back_on {
            let away = repair_as_away(told);
            if let Err(refusal) = take_back(&told.tag, Some(away), before.map(|before| before.id), on, self.today) {
                row.fault(Column::BackOn, refusal);
            }
        }
        Ok(())
    }

    /// What is recorded later on, by the rule of `repair edit`; who pays is changed by a charge alone.
    fn edited(&self, row: &mut Row<'_>, before: &Repair, after: &Repair) {
        match edit(before, after.clone(), false, None) {
            Ok(decided) if decided.payer != after.payer => {
                row.fault(Column::Payer, "is changed by a charge alone: ledgerline repair edit J… --charge");
            }
            Ok(_) => {}
            Err(refusal) => row.fault(column_of(&refusal), refusal),
        }
    }
}

/// Whether what a row says of the end goes together.
fn agree(row: &mut Row<'_>, told: &Repair) {
    if told.back_on.is_none() && (told.outcome.is_some() || told.cost.is_some() || told.payer.is_some()) {
        row.fault(Column::BackOn, "is missing, though the row says what came of it");
    } else if told.payer.is_some() && told.cost.is_none() {
        row.fault(Column::Cost, "is missing, though the row says who pays");
    }
}

/// The organisation that mends: its name or its reference.
fn repairer_of(tx: &Tx, row: &mut Row<'_>) -> Result<Option<OrganisationRef>> {
    let typed = row.text(Column::Repairer);
    if typed.is_empty() {
        return Ok(None);
    }
    let found = match organisation::with_name(tx, &Name::from_record(&typed))? {
        Some(named) => Some(named),
        None => row.found(Column::Repairer, party::organisation_named(tx, &typed))?,
    };
    Ok(found.map(|found| found.id))
}

/// A repair of which nothing is known yet.
fn nothing_of(id: RepairRef, today: Date) -> Repair {
    Repair {
        id,
        instrument_id: 0,
        tag: Tag::from_record(""),
        repairer: OrganisationRef::new(0),
        sent_on: today,
        back_by: None,
        fault: None,
        back_on: None,
        cost: None,
        outcome: None,
        payer: None,
    }
}

/// The repair as it was while the instrument was away.
fn repair_as_away(told: &Repair) -> Away {
    let Repair { id, repairer, sent_on, back_by, .. } = told.clone();
    Away { repair: id, repairer, repairer_name: String::new(), sent_on, back_by }
}

/// The column that a refusal speaks of.
fn column_of(refusal: &RepairRefusal) -> Column {
    match refusal {
        RepairRefusal::SendInFuture(_) | RepairRefusal::Overlaps { .. } | RepairRefusal::Away { .. } => Column::SentOn,
        RepairRefusal::BackByBeforeSent { .. } => Column::BackBy,
        RepairRefusal::NotBack { .. } => Column::BackOn,
        _ => Column::Tag,
    }
}
