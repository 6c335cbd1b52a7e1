//! What messages say: the hub's own texts or the program's, filled in.

use anyhow::{Context, Result};

use super::{Compiled, HubText};
use crate::domain::date::Date;
use crate::domain::refusal::refuse;
use crate::domain::reminder::{
    Contact, Ladder, Message, MessageFields, Notice, Rung, Sender, Specimen, specimens, standard_text,
    subject_and_body, trials,
};
use crate::domain::text::Email;
use crate::domain::words::Stage;
use crate::output::{digest, template};
use crate::store::{Tx, setting};

/// All that a message's text depends on beside the loans it is about.
#[derive(Clone, Debug)]
pub struct Wording {
    sender: Sender,
    stages: Vec<Worded>,
}

/// A stage with its text, compiled once for all messages of a run.
#[derive(Clone, Debug)]
struct Worded {
    stage: Stage,
    copy_to: Option<Email>,
    text: Compiled,
}

/// The command that prints the text in use for a stage.
pub fn shown_by(stage: Stage) -> String {
    format!("ledgerline remind ladder show {stage}")
}

/// The text in use for a stage: the hub's own, else the program's.
pub fn in_use(rung: &Rung) -> HubText {
    let text = rung.template.as_deref().unwrap_or_else(|| standard_text(rung.stage));
    HubText::new(format!("the text of the stage {}", rung.stage), text, shown_by(rung.stage))
}

impl Wording {
    pub fn load(tx: &Tx, ladder: &Ladder) -> Result<Wording> {
        let sender =
            Sender { hub: setting::hub(tx)?, reply_to: setting::reply_to(tx)?, hub_contact: setting::hub_contact(tx)? };
        let worded = |rung: &Rung| {
            Ok(Worded { stage: rung.stage, copy_to: rung.copy_to.clone(), text: in_use(rung).compile()? })
        };
        Ok(Wording { sender, stages: ladder.rungs().iter().map(worded).collect::<Result<_>>()? })
    }

    /// Whether messages name any way to answer them.
    pub fn has_answer_to(&self) -> bool {
        self.sender.hub_contact.is_some() || self.sender.reply_to.is_some()
    }

    /// Where the hub is reached; empty where it says nothing of it.
    pub fn hub_contact(&self) -> &str {
        self.sender.hub_contact.as_deref().unwrap_or_default()
    }

    /// The same with another text for a stage.
    pub fn with(mut self, stage: Stage, text: &HubText) -> Result<Wording> {
        let text = text.compile()?;
        if let Some(worded) = self.stages.iter_mut().find(|worded| worded.stage == stage) {
            worded.text = text;
        }
        Ok(self)
    }

    /// The one message to a contact about all these loans, in the words of the highest stage among them.
    pub fn message(&self, contact: &Contact, notices: &[Notice], today: Date) -> Result<Message> {
        let stage = notices.iter().map(|notice| notice.stage).max().unwrap_or(Stage::DueSoon);
        let worded = self.stages.iter().find(|worded| worded.stage == stage);
        let Worded { copy_to, text, .. } = worded.with_context(|| format!("there is no text for {stage}"))?;
        let (subject, body) = compose(text, &self.sender, contact, stage, notices, today)?;
        // Whoever is written to needs no copy.
        let copy_to = copy_to.clone().filter(|copy_to| contact.email.as_ref() != Some(copy_to));
        Ok(Message { to: contact.clone(), copy_to, subject, body })
    }

    /// Fills a stage's text in for loans that never were, so that a slip is found before a family has it in the post.
    pub fn try_out(&self, rung: &Rung, text: &HubText, today: Date) -> Result<()> {
        self.try_on(&trials(rung.stage, rung.days, today), rung, text, today)
    }

    /// The same for the text in use. The program's own goes every way already in its tests; what the hub is called may still
    /// break it.
    pub fn try_in_use(&self, rung: &Rung, today: Date) -> Result<()> {
        let trials = match rung.template {
            Some(_) => trials(rung.stage, rung.days, today),
            None => specimens(rung.stage, rung.days, today),
        };
        self.try_on(&trials, rung, &in_use(rung), today)
    }

    fn try_on(&self, trials: &[Specimen], rung: &Rung, text: &HubText, today: Date) -> Result<()> {
        let text = text.compile()?;
        let answers = Sender { reply_to: Some(Email::from_record("office@example.org")), ..self.sender.clone() };
        let answers = Sender { hub_contact: Some("1 High Street, Northshire".to_string()), ..answers };
        let silent = Sender { reply_to: None, hub_contact: None, ..self.sender.clone() };
        if let Some(Specimen { contact, notices, .. }) = trials.first() {
            let fields = MessageFields::of(&answers, contact, rung.stage, notices, today);
            text.knows_its_fields(&fields, &["table"])?;
        }
        for Specimen { contact, notices, .. } in trials {
            for sender in [&answers, &silent] {
                compose(&text, sender, contact, rung.stage, notices, today)?;
            }
        }
        Ok(())
    }
}

fn compose(
    text: &Compiled,
    sender: &Sender,
    contact: &Contact,
    stage: Stage,
    notices: &[Notice],
    today: Date,
) -> Result<(String, String)> {
    let fields = MessageFields::of(sender, contact, stage, notices, today);
    let table = digest::drawn(&fields.loans);
    let filled = text.fill(&fields, &[("table", &table)])?;
    let (subject, body) = subject_and_body(&text.text.name, &filled).map_err(refuse)?;
    Ok((subject, template::wrapped(&body, &table)))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// On ordinary days, and where months and clocks turn.
    const DAYS: [Date; 4] = [date(2026, 11, 22), date(2024, 2, 29), date(2026, 8, 31), date(2027, 1, 1)];

    #[test]
    fn the_programs_own_texts_go_every_way() {
        let sender = Sender { hub: "Test Hub".to_string(), reply_to: None, hub_contact: None };
        let wording = Wording { sender, stages: Vec::new() };
        for rung in Ladder::default().rungs() {
            for today in DAYS {
                assert!(wording.try_out(rung, &in_use(rung), today).is_ok(), "{} on {today}", rung.stage);
            }
        }
    }
}
