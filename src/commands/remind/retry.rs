//! `remind retry`: what a crash left, or a server refused, once more.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::account::Account;
use super::arm::Armed;
use super::run::Run;
use crate::commands::Desk;
use crate::domain::arming::ArmingRefusal;
use crate::domain::reference::{LoanRef, MessageRef};
use crate::domain::refusal::{Refused, refuse};
use crate::domain::reminder::RetryRefusal;
use crate::domain::words::{ReminderState, Route};
use crate::mail::Post;
use crate::store::Tx;
use crate::store::journal::{self, About, Event};
use crate::store::reminder;

/// Send again what was begun and never finished; with references, also what a mail server refused for good.
///
/// A message that was begun may have arrived: look into the mail server's own log first. What has settled itself since is not
/// sent, and a loan that has reached a higher stage is written about at that.
///
/// Example: ledgerline remind retry M12
#[derive(Debug, Args)]
pub struct Retry {
    /// Which messages; all that were begun and never finished where none is named
    messages: Vec<MessageRef>,
    /// Write letters into this folder for those without a working email
    #[arg(long, value_name = "DIR")]
    letters: Option<PathBuf>,
}

impl Retry {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let mut db = desk.open()?;
        let messages = db.read(|tx| self.messages(tx))?;
        let is_mail = |tx: &Tx, message| Ok(reminder::route_of(tx, message)? == Some(Route::Email));
        let has_mail = db.read(|tx| {
            let mails = messages.iter().map(|message| is_mail(tx, *message)).collect::<Result<Vec<bool>>>()?;
            Ok(mails.contains(&true))
        })?;
        let armed = match Armed::check(desk, &db) {
            // Letters need no arming.
            Err(refused) if !has_mail && self.letters.is_some() && refused.is::<Refused>() => None,
            armed => Some(armed?),
        };
        if !armed.as_ref().map_or(Ok(true), Armed::alone)? {
            return Err(refuse(ArmingRefusal::UnderWay));
        }
        if has_mail {
            // Nothing is given back as long as nobody is there to take it.
            Post::open(&desk.world.environment.mail)?.close();
        }
        let stamp = desk.stamp();
        let loans = db.write(|tx| release_all(tx, &messages, &stamp))?;
        if let Some(armed) = &armed {
            armed.share()?;
        }
        if loans.is_empty() {
            return desk.say("Nothing was begun and never finished.");
        }
        let run = Run { send: armed.is_some(), letters: self.letters, loans: Some(loans), ..Run::default() };
        run.carry_out(desk, &mut db, armed.as_ref(), Account::default())
    }

    fn messages(&self, tx: &Tx) -> Result<Vec<MessageRef>> {
        if self.messages.is_empty() {
            return Ok(reminder::begun(tx)?.into_iter().map(|begun| begun.message).collect());
        }
        Ok(self.messages.clone())
    }
}

fn release_all(tx: &Tx, messages: &[MessageRef], stamp: &journal::Stamp) -> Result<BTreeSet<LoanRef>> {
    let mut loans = BTreeSet::new();
    for message in messages {
        loans.extend(release(tx, *message, &stamp.at)?);
    }
    if !messages.is_empty() {
        journal::record(tx, stamp, &event(messages, &loans, stamp), None)?;
    }
    Ok(loans)
}

/// Gives a message's claims back, or lets mail go to the address that refused it; the loans it was about.
fn release(tx: &Tx, message: MessageRef, at: &str) -> Result<Vec<LoanRef>> {
    let rows = reminder::rows_of(tx, message)?;
    let is = |state| rows.iter().any(|(_, stands)| *stands == state);
    if is(ReminderState::Claimed) {
        reminder::release_claims(tx, message, at)?;
    } else if is(ReminderState::Refused) {
        reminder::unmark_refused(tx, message)?;
    } else {
        let state = rows.first().map(|(_, state)| *state);
        return Err(refuse(
            state.map_or(RetryRefusal::Unknown(message), |state| RetryRefusal::Settled { message, state }),
        ));
    }
    Ok(rows.into_iter().map(|(loan, _)| loan).collect())
}

fn event(messages: &[MessageRef], loans: &BTreeSet<LoanRef>, stamp: &journal::Stamp) -> Event {
    let named: Vec<String> = messages.iter().map(MessageRef::to_string).collect();
    let about = loans.iter().map(|loan| About::loan(*loan)).collect();
    Event {
        on: stamp.today,
        command: "remind retry",
        subject: named.join(", "),
        summary: format!("Tried {} again", named.join(", ")),
        about,
    }
}
