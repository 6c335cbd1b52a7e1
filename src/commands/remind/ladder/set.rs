//! `remind ladder set`: a stage's day, its text, and who gets a copy.

use std::convert::Infallible;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::super::preview::looking_ahead;
use crate::cli::{Given, given, word};
use crate::commands::Desk;
use crate::domain::date::Date;
use crate::domain::refusal::refuse;
use crate::domain::reminder::Rung;
use crate::domain::text::Email;
use crate::domain::words::{Route, Stage};
use crate::store::journal::Event;
use crate::store::{Tx, reminder, setting};
use crate::wording::HubText;
use crate::wording::reminder::{Wording, shown_by};

/// Change a stage's day, its text, or who gets a copy of its messages.
///
/// The text is plain, with named fields; 'ledgerline remind ladder show first' prints one, which lists them. It is tried
/// before it is kept, and 'ledgerline remind ladder preview first --template FILE' shows it filled in. What was said already
/// is never said again because a day was moved.
///
/// Example: ledgerline remind ladder set final --days 35 --template final.txt
#[derive(Debug, Args)]
pub struct Set {
    #[arg(value_parser = word::<Stage>(), ignore_case = true)]
    stage: Stage,
    #[command(flatten)]
    to: Change,
}

/// What changes: one of them or more.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct Change {
    /// Days from the due day; before it with a minus
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(i64).range(-365..=365))]
    days: Option<i64>,
    /// A file with the text; '' goes back to the program's own
    #[arg(long, value_name = "FILE", value_parser = given(path))]
    template: Option<Given<PathBuf>>,
    /// Who gets a copy of each message that is mailed, and none of letters; '' for nobody
    #[arg(long, value_name = "EMAIL", value_parser = given(str::parse::<Email>))]
    copy_to: Option<Given<Email>>,
}

fn path(text: &str) -> Result<PathBuf, Infallible> {
    Ok(PathBuf::from(text))
}

impl Set {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (today, stage) = (desk.today(), self.stage);
        let text = match &self.to.template {
            Some(Given::Value(path)) => Some(Given::Value(HubText::read(path, shown_by(stage))?)),
            Some(Given::Nothing) => Some(Given::Nothing),
            None => None,
        };
        let mut db = desk.open()?;
        let sentences = desk.change(&mut db, |tx| {
            let ladder = reminder::ladder(tx)?;
            let before = ladder.rung(stage).clone();
            let mut after = Rung { days: self.to.days.unwrap_or(before.days), ..before.clone() };
            Given::over(&self.to.copy_to, &mut after.copy_to);
            let changed = ladder.changed(after.clone(), setting::look_back_days(tx)?).map_err(refuse)?;
            if let Some(Given::Value(text)) = &text {
                Wording::load(tx, &changed)?.try_out(&after, text, today)?;
            }
            let text = text.map(|text| match text {
                Given::Value(text) => Given::Value(text.text),
                Given::Nothing => Given::Nothing,
            });
            Given::over(&text, &mut after.template);
            if after == before {
                return Ok((vec![format!("Nothing changed: the stage {stage} comes {}.", standing(&after))], None));
            }
            let messages_before = messages(tx, today)?;
            reminder::set_rung(tx, &after)?;
            let mut sentences = vec![format!("The stage {stage} {}.", told(&before, &after).join(" and "))];
            sentences.extend(flood(messages_before, messages(tx, today)?));
            let summary = format!("Reminder stage {stage}: {}", changes(&before, &after).join("; "));
            let subject = stage.to_string();
            Ok((sentences, Some(Event { on: today, command: "remind ladder set", subject, summary, about: vec![] })))
        })?;
        sentences.into_iter().try_for_each(|sentence| desk.say(sentence))
    }
}

/// `14 days before the due day, in the hub's own words, a copy to office@hub.example`
fn standing(rung: &Rung) -> String {
    let words = if rung.template.is_some() { "in the hub's own words" } else { "in the program's own words" };
    let copy = rung.copy_to.as_ref().map(|email| format!(", a copy to {email}")).unwrap_or_default();
    format!("{}, {words}{copy}", rung.when())
}

/// What changed, for whoever changed it.
fn told(before: &Rung, after: &Rung) -> Vec<String> {
    let days = (before.days != after.days).then(|| format!("now comes {}", after.when()));
    let text = (before.template != after.template).then(|| match after.template {
        Some(_) => "is now in the hub's own words".to_string(),
        None => "is now in the program's own words".to_string(),
    });
    let copy = (before.copy_to != after.copy_to).then(|| match &after.copy_to {
        Some(email) => format!("sends a copy of what is mailed to {email}"),
        None => "sends no copies any more".to_string(),
    });
    [days, text, copy].into_iter().flatten().collect()
}

/// What changed, for the journal.
fn changes(before: &Rung, after: &Rung) -> Vec<String> {
    let days = (before.days != after.days).then(|| format!("{} (was {})", after.when(), before.when()));
    let text = (before.template != after.template).then(|| match after.template {
        Some(_) => "text changed".to_string(),
        None => "text taken away".to_string(),
    });
    let copy = (before.copy_to != after.copy_to).then(|| match &after.copy_to {
        Some(email) => format!("copies to {email}"),
        None => "no copies".to_string(),
    });
    [days, text, copy].into_iter().flatten().collect()
}

/// How many messages the next run would write: one a contact who can be reached.
fn messages(tx: &Tx, today: Date) -> Result<usize> {
    let (mut messages, mut last) = (0, None);
    looking_ahead(tx, today)?.each(tx, |notice| {
        let contact = &notice.contact;
        if contact.route() != Route::None && last != Some(contact.reference) {
            messages += 1;
            last = Some(contact.reference);
        }
        Ok(())
    })?;
    Ok(messages)
}

/// Nobody floods households by accident: what the change makes due is said before the next run says it to them.
fn flood(before: usize, after: usize) -> Option<String> {
    let many = |count: usize| if count == 1 { "1 message".to_string() } else { format!("{count} messages") };
    (before != after).then(|| {
        let undo =
            if after > before { "; 'ledgerline remind' lists them, 'ledgerline undo' takes this back" } else { "" };
        format!("The next run would now write {}, in place of {before}{undo}.", many(after))
    })
}
