//! The reminder ladder: stages known by their name, judged as a whole, each text tried as `remind ladder set` tries it.
//! Where reminders are armed never moves: it ties a file to a place.

use anyhow::Result;

use super::{Intake, Outcome, Round, Row, Terms};
use crate::domain::record::hub::LadderRecord;
use crate::domain::reminder::{Ladder, LadderRefusal, Rung};
use crate::domain::text::Email;
use crate::domain::words::{Stage, Word};
use crate::import::track::Keys;
use crate::output::listing::Lister;
use crate::store::{Tx, reminder, setting};
use crate::wording::HubText;
use crate::wording::reminder::{Wording, shown_by};

columns! { Stage = "stage", Days = "days", Template = "template", CopyTo = "copy_to" }

pub const KEY: Option<&str> = Some("stage");

struct Rungs {
    terms: Terms,
    /// As it was before the import.
    ladder: Ladder,
    seen: Keys<&'static str>,
    /// What is to be written if the ladder is in order with all of it.
    new: Vec<Rung>,
    verdict: Option<Result<(), LadderRefusal>>,
}

pub fn begin(tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Rungs { terms, ladder: reminder::ladder(tx)?, seen: Keys::default(), new: Vec::new(), verdict: None })
}

/// Every stage as it is in force.
pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    reminder::ladder(tx)?.rungs().iter().try_for_each(|rung| {
        out.row(&LadderRecord {
            stage: rung.stage,
            days: rung.days,
            template: rung.template.as_deref().unwrap_or_default(),
            copy_to: rung.copy_to.as_ref().map_or("", Email::as_str),
        })
    })
}

impl Intake for Rungs {
    /// A stage that is to be written waits for all the others: whether they are in order shows once all are known.
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, round: Round) -> Result<Outcome> {
        let Some(stage) = row.needed::<Stage>(Column::Stage) else {
            return Ok(Outcome::Rejected);
        };
        if !round.first {
            return self.settle(tx, row, stage);
        }
        if row.repeats(Column::Stage, self.seen.first(stage.as_str(), row.line())) {
            return Ok(Outcome::Rejected);
        }
        let Some(after) = self.read(tx, row, stage)? else {
            return Ok(Outcome::Rejected);
        };
        let fields = self.fields(&after);
        if !fields.is_empty() && (self.terms.update || !self.ladder.is_own(stage)) {
            self.new.push(after);
            return Ok(Outcome::Waits);
        }
        self.terms.settle(stage, fields, || Ok(()))
    }
}

impl Rungs {
    fn fields(&self, after: &Rung) -> Vec<&'static str> {
        differing!(self.ladder.rung(after.stage), after; days, template, copy_to)
    }

    /// Writes a stage, if the ladder is in order with all that are new.
    fn settle(&mut self, tx: &Tx, row: &mut Row<'_>, stage: Stage) -> Result<Outcome> {
        if self.verdict.is_none() {
            let judged = self.ladder.all_changed(self.new.iter().cloned(), setting::look_back_days(tx)?);
            self.verdict = Some(judged.map(|_| ()));
        }
        if let Some(Err(refusal)) = &self.verdict {
            row.fault(Column::Days, refusal);
            return Ok(Outcome::Rejected);
        }
        let Some(rung) = self.new.iter().find(|rung| rung.stage == stage) else {
            return Ok(Outcome::Unchanged);
        };
        reminder::set_rung(tx, rung)?;
        Ok(match self.ladder.is_own(stage) {
            true => Outcome::Updated { subject: stage.to_string(), fields: self.fields(rung) },
            false => Outcome::Created,
        })
    }

    /// The stage a row describes, on top of what is in force.
    fn read(&self, tx: &Tx, row: &mut Row<'_>, stage: Stage) -> Result<Option<Rung>> {
        let mut rung = self.ladder.rung(stage).clone();
        row.over_filled(Column::Days, &mut rung.days);
        if !(-365..=365).contains(&rung.days) {
            row.fault(Column::Days, "is not a number of days from -365 to 365");
        }
        row.over(Column::CopyTo, &mut rung.copy_to);
        if row.has(Column::Template) {
            let text = row.verbatim(Column::Template).into_owned();
            rung.template = None;
            if !text.trim().is_empty() {
                let tried = self.tried(tx, &rung, &text);
                rung.template = row.found(Column::Template, tried)?;
            }
        }
        Ok(row.is_sound().then_some(rung))
    }

    fn tried(&self, tx: &Tx, rung: &Rung, text: &str) -> Result<String> {
        let text = HubText::judged("the text", text.as_bytes(), shown_by(rung.stage))?;
        Wording::load(tx, &self.ladder)?.try_out(rung, &text, self.terms.today)?;
        Ok(text.text)
    }
}
