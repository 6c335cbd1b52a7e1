//! `remind ladder preview`: a stage's messages as they would go out today.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::super::preview::{looking_ahead, shown};
use crate::cli::word;
use crate::commands::Desk;
use crate::domain::reminder::{Notice, specimens};
use crate::domain::words::Stage;
use crate::store::Tx;
use crate::store::reminder::Outlook;
use crate::wording::HubText;
use crate::wording::reminder::{Wording, shown_by};

/// Show a stage's messages as they would go out today, in the text in use or in one that is not kept yet.
///
/// A message to somebody with several instruments takes the text of the highest stage among them. Where nobody is at the stage,
/// made-up loans are shown.
///
/// Example: ledgerline remind ladder preview first --template first.txt
#[derive(Debug, Args)]
pub struct Preview {
    #[arg(value_parser = word::<Stage>(), ignore_case = true)]
    stage: Stage,
    /// The text to try, in place of the one in use
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,
}

impl Preview {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (today, stage) = (desk.today(), self.stage);
        let given = self.template.as_deref().map(|path| HubText::read(path, shown_by(stage))).transpose()?;
        let (messages, is_real) = desk.open()?.read(|tx| {
            let outlook = looking_ahead(tx, today)?;
            let rung = outlook.ladder.rung(stage).clone();
            let mut wording = Wording::load(tx, &outlook.ladder)?;
            if let Some(text) = &given {
                wording.try_out(&rung, text, today)?;
                wording = wording.with(stage, text)?;
            }
            let contacts = at_stage(tx, &outlook, stage)?;
            let is_real = !contacts.is_empty();
            let told = |notices: &[Notice]| {
                let contact = &notices.first()?.contact;
                Some(wording.message(contact, notices, today).map(|message| shown(&message)))
            };
            if is_real {
                let messages: Result<Vec<String>> = contacts.iter().filter_map(|notices| told(notices)).collect();
                return Ok((messages?, is_real));
            }
            let made_up = specimens(stage, rung.days, today).into_iter().filter_map(|specimen| {
                let message = told(&specimen.notices)?;
                Some(message.map(|message| format!("\nMade up: {}{message}", specimen.what)))
            });
            Ok((made_up.collect::<Result<Vec<String>>>()?, is_real))
        })?;
        desk.page(messages.concat().trim_start_matches('\n'))?;
        if is_real {
            let many = if messages.len() == 1 { "message" } else { "messages" };
            desk.say(format!("{} {many} at the stage {stage} today; nothing is sent.", messages.len()))
        } else {
            desk.say(format!("No message is at the stage {stage} today: the people and loans above are made up."))
        }
    }
}

/// The notices of each contact whose highest stage this is.
fn at_stage(tx: &Tx, outlook: &Outlook, stage: Stage) -> Result<Vec<Vec<Notice>>> {
    let mut contacts: Vec<Vec<Notice>> = Vec::new();
    outlook.each(tx, |notice| {
        let theirs = contacts.last_mut().filter(|last| last[0].contact.reference == notice.contact.reference);
        match theirs {
            Some(last) => last.push(notice),
            None => {
                // Only what is wanted is kept, contact by contact.
                drop_unwanted(&mut contacts, stage);
                contacts.push(vec![notice]);
            }
        }
        Ok(())
    })?;
    drop_unwanted(&mut contacts, stage);
    Ok(contacts)
}

/// Forgets the last contact if its message would be of another stage.
fn drop_unwanted(contacts: &mut Vec<Vec<Notice>>, stage: Stage) {
    if contacts.last().is_some_and(|last| last.iter().map(|notice| notice.stage).max() != Some(stage)) {
        contacts.pop();
    }
}
