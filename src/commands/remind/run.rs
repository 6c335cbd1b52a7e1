//! A run of reminders: by mail, by letter, and the account of whom neither reached.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context, Result};
use jiff::Timestamp;

use super::Remind;
use super::account::{Account, Fate};
use super::arm::Armed;
use super::narrowing::Narrowing;
use super::preview::quiet_until_armed;
use super::round::Round;
use super::steps::Steps;
use crate::commands::Desk;
use crate::domain::reference::LoanRef;
use crate::domain::refusal::Refused;
use crate::domain::reminder::Notice;
use crate::domain::text::Email;
use crate::domain::words::{Route, Stage};
use crate::mail::MailTrouble;
use crate::output::letters::Letters;
use crate::store::journal::Stamp;
use crate::store::reminder::{self, Outlook};
use crate::store::{Db, Tx, setting};
use crate::wording::reminder::Wording;

const NO_ANSWER: &str = "letters ask for an answer and name no way to give one: ledgerline setting set hub-contact …";

/// What a run is asked to do.
#[derive(Debug, Default)]
pub struct Run {
    pub send: bool,
    pub letters: Option<PathBuf>,
    pub stage: Option<Stage>,
    pub borrower: Option<String>,
    pub limit: Option<u32>,
    /// Only these loans: what is tried again.
    pub loans: Option<BTreeSet<LoanRef>>,
}

/// Facts that stay the same for all messages of a run.
pub struct Terms {
    pub outlook: Outlook,
    pub narrowing: Narrowing,
    pub wording: Wording,
    pub hub: String,
    /// What tells this hub's messages from another's.
    pub origin: String,
    pub reply_to: Option<Email>,
    pub stamp: Stamp,
    pub at: Timestamp,
    pub most: usize,
}

impl Run {
    pub fn of(remind: Remind) -> Run {
        let Remind { send, letters, stage, borrower, limit, .. } = remind;
        Run { send, letters, stage, borrower, limit, loans: None }
    }

    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let mut db = desk.open()?;
        let armed = match Armed::check(desk, &db) {
            // Letters go through a person's hands, and need no arming.
            Err(refused) if !self.send && refused.is::<Refused>() => None,
            armed => Some(armed?),
        };
        let mut account = Account::default();
        if armed.as_ref().map_or(Ok(true), Armed::alone)? {
            let begun = db.read(reminder::begun)?;
            account.unfinished = begun.iter().filter(|begun| !begun.is_told).map(|begun| begun.message).collect();
        }
        if let Some(armed) = &armed {
            armed.share()?;
            armed.advance(&mut db)?;
        }
        self.carry_out(desk, &mut db, armed.as_ref(), account)
    }

    /// Sends, writes letters, and tells of it. The file is known to be armed here if anything is to be sent.
    pub fn carry_out(
        self,
        desk: &mut Desk<'_, '_>,
        db: &mut Db,
        armed: Option<&Armed>,
        mut account: Account,
    ) -> Result<()> {
        self.reach_out(desk, db, armed, &mut account)?;
        let terms = db.read(|tx| self.terms(desk, tx))?;
        let waiting = db.read(|tx| self.not_told_of(tx, &terms))?;
        waiting.iter().for_each(|notice| account.not_sent(notice.clone(), Fate::NoAddress));
        let begun = account.begun();
        let is_through = !account.is_stopped();
        if self.loans.is_some() && account.is_empty() {
            desk.say("Nothing is due any more of what that was about.")?;
        }
        if !self.send && self.loans.is_none() {
            // Whoever writes letters by hand must not take silence for nothing due.
            let quiet = db.read(|tx| terms.outlook.left_out(tx))?.quiet;
            if quiet > 0 {
                desk.say(quiet_until_armed(quiet))?;
            }
        }
        let ending = account.tell(desk, terms.stamp.today)?;
        // What nobody has read is not written down as told.
        db.write(|tx| {
            waiting.iter().try_for_each(|notice| reminder::wait(tx, notice))?;
            reminder::tell_of_unfinished(tx, &begun, terms.stamp.today)?;
            // A run about a part of what is due is not the morning's.
            let is_about_all = self.stage.is_none() && self.borrower.is_none() && self.loans.is_none();
            let is_the_mornings = self.send && is_about_all && is_through;
            if is_the_mornings { reminder::ran(tx, &terms.stamp.at, terms.stamp.today) } else { Ok(()) }
        })?;
        if let Some(armed) = armed.filter(|_| is_through) {
            armed.advance(db)?;
        }
        ending.conclude(desk)
    }

    /// Mails, and writes letters. What goes wrong once something was done is kept in the account, to be told with the rest.
    fn reach_out(
        &self,
        desk: &mut Desk<'_, '_>,
        db: &mut Db,
        armed: Option<&Armed>,
        account: &mut Account,
    ) -> Result<()> {
        if let Some(folder) = &self.letters {
            Letters::try_out(folder)?;
        }
        let mut steps = Steps::until(desk.world.environment.fault.as_deref());
        let mut fault = None;
        if self.send {
            let terms = db.read(|tx| self.terms(desk, tx))?;
            match (Round { desk, db, terms: &terms, armed, steps: &mut steps }).mail(account) {
                // The command itself is wrong: no letter is written either.
                Err(wrong) if matches!(wrong.downcast_ref(), Some(MailTrouble::Setup(_))) => return Err(wrong),
                mailed => fault = mailed.err(),
            }
        }
        if let Some(folder) = &self.letters {
            // Letters need no mail server; and whoever it has just refused is among those who get one.
            let terms = db.read(|tx| self.terms(desk, tx))?;
            let written = Round { desk, db, terms: &terms, armed, steps: &mut steps }.write(folder, account);
            fault = fault.or(written.err());
            if account.has_letters() && !terms.wording.has_answer_to() {
                desk.warn(NO_ANSWER)?;
            }
        }
        match fault {
            Some(fault) if account.has_sent() => account.stop(format!("{fault:#}"), 0),
            Some(fault) => return Err(fault),
            None => {}
        }
        Ok(())
    }

    /// Whoever cannot be mailed, and of whom no run has told yet; if letters are written, whom a letter does not reach either.
    fn not_told_of(&self, tx: &Tx, terms: &Terms) -> Result<Vec<Notice>> {
        let mut new = Vec::new();
        terms.outlook.each(tx, |notice| {
            let is_unreached = match notice.contact.route() {
                Route::Email => false,
                Route::Letter => self.letters.is_none(),
                Route::None => true,
            };
            if is_unreached && terms.narrowing.is_about(&notice) && !reminder::is_told(tx, &notice)? {
                new.push(notice);
            }
            Ok(())
        })?;
        Ok(new)
    }

    fn terms(&self, desk: &Desk<'_, '_>, tx: &Tx) -> Result<Terms> {
        let outlook = Outlook::load(tx, desk.today())?;
        let narrowing = Narrowing::of(tx, self.stage, self.borrower.as_deref())?;
        let cap = setting::messages_a_run(tx)?;
        Ok(Terms {
            wording: Wording::load(tx, &outlook.ladder)?,
            narrowing: Narrowing { loans: self.loans.clone(), ..narrowing },
            hub: setting::hub(tx)?,
            origin: format!("{} {}", setting::hub(tx)?, reminder::origin(tx)?),
            reply_to: setting::reply_to(tx)?,
            stamp: desk.stamp(),
            at: desk.now().parse().context("reading the moment")?,
            most: self.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(cap),
            outlook,
        })
    }
}
