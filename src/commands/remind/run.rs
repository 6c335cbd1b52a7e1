//! A run of reminders: what is due is claimed, looked at again, handed over and settled, message by message.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use jiff::Timestamp;

use super::account::{Account, Fate};
use super::narrowing::Narrowing;
use super::steps::Steps;
use super::{Remind, Wording, arm};
use crate::commands::Desk;
use crate::commands::progress::Progress;
use crate::domain::date::Date;
use crate::domain::reference::{LoanRef, MessageRef};
use crate::domain::reminder::{Contact, Message, Notice, identity};
use crate::domain::text::Email;
use crate::domain::words::{ReminderState, Route, Stage};
use crate::mail::{Handed, Mail, Post};
use crate::output::letters::Letters;
use crate::store::journal::Stamp;
use crate::store::reminder::{self, Outlook, Settlement};
use crate::store::{Db, Tx, setting};

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

/// The token of an armed file and the stamp beside it, held for as long as the run lives.
pub struct Armed {
    token: String,
    beside: reminder::Stamp,
}

impl Armed {
    /// Refused where reminders are not armed for this file, here.
    pub fn check(desk: &Desk<'_, '_>, db: &Db) -> Result<Armed> {
        let (here, path) = (arm::place(desk)?, desk.path()?);
        let (arming, beside) = db.read(|tx| reminder::armed(tx, &here, &path))?;
        Ok(Armed { token: arming.token, beside })
    }

    /// Whether no other run is under way.
    pub fn alone(&self) -> Result<bool> {
        self.beside.alone()
    }
}

/// Facts that stay the same for all messages of a run.
struct Terms {
    outlook: Outlook,
    narrowing: Narrowing,
    wording: Wording,
    hub: String,
    reply_to: Option<Email>,
    stamp: Stamp,
    at: Timestamp,
    most: usize,
}

/// One message to come: the loans that one contact hears of.
type Planned = Vec<LoanRef>;

/// A message that is claimed, and what it still has to say.
struct Claimed {
    reference: MessageRef,
    contact: Contact,
    notices: Vec<Notice>,
    /// Loans that had settled themselves between the claim and the second look.
    dropped: Vec<LoanRef>,
}

/// Why a run ends early, and whether the message at which it does was tried.
struct Stop {
    why: String,
    is_tried: bool,
}

impl Run {
    pub fn of(remind: Remind) -> Run {
        let Remind { send, letters, stage, borrower, limit, .. } = remind;
        Run { send, letters, stage, borrower, limit, loans: None }
    }

    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        desk.refuse_output()?;
        let mut db = desk.open()?;
        let armed = match Armed::check(desk, &db) {
            Err(refused) if self.send => return Err(refused),
            armed => armed.ok(),
        };
        let mut account = Account::default();
        if let Some(armed) = armed.as_ref().filter(|_| self.send) {
            if armed.alone()? {
                account.unfinished = tell_of_unfinished(&mut db, desk.today())?;
            }
            armed.beside.share()?;
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
        let terms = db.read(|tx| self.terms(desk, tx))?;
        let mut steps = Steps::until(desk.world.environment.fault.as_deref());
        if let Some(armed) = armed.filter(|_| self.send) {
            Round { desk, db, terms: &terms, armed: Some(armed), steps: &mut steps }.mail(&mut account)?;
        }
        if let Some(folder) = &self.letters {
            // Whoever the mail server has just refused is among those who get a letter.
            let terms = db.read(|tx| self.terms(desk, tx))?;
            let letters = Letters::begin(folder, &terms.hub, terms.wording.hub_contact(), terms.stamp.today)?;
            Round { desk, db, terms: &terms, armed, steps: &mut steps }.write(letters, folder, &mut account)?;
        }
        let terms = db.read(|tx| self.terms(desk, tx))?;
        let waiting = db.write(|tx| waiting(tx, &terms))?;
        waiting.into_iter().for_each(|notice| account.not_sent(notice, Fate::NoAddress));
        if self.send && !account.is_stopped() {
            db.write(|tx| reminder::ran(tx, &terms.stamp.at, terms.stamp.today))?;
        }
        account.tell(desk, terms.stamp.today)
    }

    fn terms(&self, desk: &Desk<'_, '_>, tx: &Tx) -> Result<Terms> {
        let outlook = Outlook::load(tx, desk.today())?;
        let narrowing = Narrowing::of(tx, self.stage, self.borrower.as_deref())?;
        let cap = setting::messages_a_run(tx)?;
        Ok(Terms {
            wording: Wording::load(tx, &outlook.ladder)?,
            narrowing: Narrowing { loans: self.loans.clone(), ..narrowing },
            hub: setting::hub(tx)?,
            reply_to: setting::reply_to(tx)?,
            stamp: desk.stamp(),
            at: desk.now().parse().context("reading the moment")?,
            most: self.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(cap),
            outlook,
        })
    }
}

/// The messages of a route that are due, each with its loans: numbers alone, since there may be very many.
fn plan(tx: &Tx, terms: &Terms, route: Route) -> Result<Vec<Planned>> {
    let mut planned: Vec<Planned> = Vec::new();
    let mut last = None;
    terms.outlook.each(tx, |notice| {
        if notice.contact.route() == route && terms.narrowing.is_about(&notice) {
            match planned.last_mut().filter(|_| last == Some(notice.contact.reference)) {
                Some(message) => message.push(notice.loan),
                None => planned.push(vec![notice.loan]),
            }
            last = Some(notice.contact.reference);
        }
        Ok(())
    })?;
    Ok(planned)
}

/// Whoever mail does not reach and of whom no run has told yet; from here on they wait for a letter.
fn waiting(tx: &Tx, terms: &Terms) -> Result<Vec<Notice>> {
    let mut unmailed = Vec::new();
    terms.outlook.each(tx, |notice| {
        if notice.contact.route() != Route::Email && terms.narrowing.is_about(&notice) {
            unmailed.push(notice);
        }
        Ok(())
    })?;
    let mut told_now = Vec::new();
    for notice in unmailed {
        if reminder::wait(tx, &notice)? {
            told_now.push(notice);
        }
    }
    Ok(told_now)
}

/// Messages that a run which died has left, told of once.
fn tell_of_unfinished(db: &mut Db, today: Date) -> Result<Vec<MessageRef>> {
    db.write(|tx| {
        let begun = reminder::begun(tx)?;
        let new: Vec<MessageRef> = begun.iter().filter(|begun| !begun.told).map(|begun| begun.message).collect();
        reminder::tell_of_unfinished(tx, &new, today)?;
        Ok(new)
    })
}

/// One pass over the messages of a route.
struct Round<'r, 'd, 'w> {
    desk: &'r mut Desk<'d, 'w>,
    db: &'r mut Db,
    terms: &'r Terms,
    armed: Option<&'r Armed>,
    steps: &'r mut Steps,
}

impl Round<'_, '_, '_> {
    /// Mails what is due, over one connection.
    fn mail(mut self, account: &mut Account) -> Result<()> {
        let mut planned = self.db.read(|tx| plan(tx, self.terms, Route::Email))?;
        if planned.is_empty() {
            return Ok(());
        }
        account.limit(&mut planned, self.terms.most);
        let mut post = Post::open(&self.desk.world.environment.mail)?;
        self.steps.reached("connected");
        let mut progress = Progress::new(self.desk.world.terminal.stderr);
        for (done, loans) in (0..).zip(&planned) {
            if let Some(claimed) = self.claim(loans, Route::Email)?
                && let Some(Stop { why, is_tried }) = self.mail_one(&mut post, claimed, account)?
            {
                account.stop(why, planned.len() - done - usize::from(is_tried));
                break;
            }
            progress.tick(done as u64 + 1, planned.len() as u64);
        }
        progress.end();
        post.close();
        Ok(())
    }

    /// Hands one message over and settles it; says why none should follow, where that is so.
    fn mail_one(&mut self, post: &mut Post, claimed: Claimed, account: &mut Account) -> Result<Option<Stop>> {
        let message = self.compose(&claimed)?;
        let id = identity(&self.terms.hub, &claimed.notices);
        let mail = Mail { message: &message, reply_to: self.terms.reply_to.as_ref(), at: self.terms.at, id: &id };
        let handed = match post.hand_over(&mail) {
            Ok(handed) => handed,
            Err(gone) => {
                self.settle(&claimed, ReminderState::PutOff, Some(gone.to_string()))?;
                let stop = Stop { why: gone.to_string(), is_tried: false };
                return if account.has_sent() { Ok(Some(stop)) } else { Err(gone) };
            }
        };
        self.steps.reached("handed-over");
        let (state, answer) = match handed {
            Handed::Taken(answer) => (ReminderState::Sent, answer),
            Handed::Refused(answer) => (ReminderState::Refused, answer),
            Handed::PutOff(answer) => (ReminderState::PutOff, answer),
            Handed::Unknown(answer) => {
                let today = self.terms.stamp.today;
                self.db.write(|tx| reminder::leave_unsettled(tx, claimed.reference, &answer, today))?;
                let is_enough = account.is_uncertain_again(claimed.notices, claimed.reference, answer);
                let why = "the mail server does not say whether it takes messages".to_string();
                return Ok(is_enough.then_some(Stop { why, is_tried: true }));
            }
        };
        self.settle(&claimed, state, Some(answer.clone()))?;
        self.steps.reached("settled");
        if state == ReminderState::Sent && message.copy_to.is_some() {
            account.copy(post.hand_over_copy(&mail));
        }
        account.mailed(claimed.notices, state, answer);
        Ok(None)
    }

    /// Writes letters, and counts them as sent once the page to print them from is there.
    fn write(mut self, mut letters: Letters, folder: &Path, account: &mut Account) -> Result<()> {
        let mut planned = self.db.read(|tx| plan(tx, self.terms, Route::Letter))?;
        account.limit(&mut planned, self.terms.most.saturating_sub(account.messages()));
        let mut written = Vec::new();
        for loans in &planned {
            if let Some(claimed) = self.claim(loans, Route::Letter)? {
                let message = self.compose(&claimed)?;
                let file = letters.write(claimed.reference, &message)?;
                self.steps.reached("written");
                written.push((claimed.reference, file, claimed.dropped));
                account.letter(claimed.notices);
            }
        }
        let page = letters.finish()?;
        self.steps.reached("printed");
        let stamp = &self.terms.stamp;
        self.db.write(|tx| {
            written.iter().try_for_each(|(message, file, dropped)| {
                let settlement = Settlement { state: ReminderState::Sent, answer: Some(file.clone()) };
                reminder::settle(tx, stamp, *message, dropped, &settlement)
            })
        })?;
        self.steps.reached("settled");
        account.page(page.map(|name| folder.join(name)));
        Ok(())
    }

    /// Claims a message and looks at its loans once more; nothing, where others took them or they have settled themselves.
    fn claim(&mut self, loans: &[LoanRef], route: Route) -> Result<Option<Claimed>> {
        let (terms, stamp) = (self.terms, &self.terms.stamp);
        let claimed = self.db.write(|tx| {
            let notices = still_due(tx, terms, loans, None, route)?;
            let Some(contact) = notices.first().map(|notice| notice.contact.clone()) else { return Ok(None) };
            let reference = reminder::claim(tx, stamp, &contact, route, &notices)?;
            Ok(reference.map(|reference| (reference, contact, notices)))
        })?;
        let Some((reference, contact, before)) = claimed else { return Ok(None) };
        self.steps.reached("claimed");
        if let Some(armed) = self.armed {
            let cannot = || format!("{reference} is begun and was not sent; 'ledgerline remind retry' sends it");
            armed.beside.advance(self.db, &armed.token).with_context(cannot)?;
        }
        self.steps.reached("stamped");
        let loans: Vec<LoanRef> = before.iter().map(|notice| notice.loan).collect();
        let mut notices = self.db.read(|tx| still_due(tx, terms, &loans, Some(reference), route))?;
        notices.retain(|notice| notice.contact == contact);
        let is_said = |loan: &LoanRef| notices.iter().any(|notice| notice.loan == *loan);
        let dropped = loans.into_iter().filter(|loan| !is_said(loan)).collect();
        let claimed = Claimed { reference, contact, notices, dropped };
        self.steps.reached("looked");
        if claimed.notices.is_empty() {
            self.settle(&claimed, ReminderState::Dropped, None)?;
            return Ok(None);
        }
        Ok(Some(claimed))
    }

    /// The message in its words. Where they cannot be filled in, nothing stays claimed.
    fn compose(&mut self, claimed: &Claimed) -> Result<Message> {
        let message = self.terms.wording.message(&claimed.contact, &claimed.notices, self.terms.stamp.today);
        if message.is_err() {
            self.settle(claimed, ReminderState::PutOff, None)?;
        }
        message
    }

    fn settle(&mut self, claimed: &Claimed, state: ReminderState, answer: Option<String>) -> Result<()> {
        let settlement = Settlement { state, answer };
        let settled = self
            .db
            .write(|tx| reminder::settle(tx, &self.terms.stamp, claimed.reference, &claimed.dropped, &settlement));
        settled.with_context(|| format!("{} is {state}, but that could not be written down", claimed.reference))
    }
}

/// What is to be said of these loans as they are now, by this route.
fn still_due(
    tx: &Tx,
    terms: &Terms,
    loans: &[LoanRef],
    message: Option<MessageRef>,
    route: Route,
) -> Result<Vec<Notice>> {
    let mut due = Vec::new();
    for loan in loans {
        due.extend(terms.outlook.again(tx, *loan, message)?);
    }
    due.retain(|notice| notice.contact.route() == route && terms.narrowing.is_about(notice));
    // One message is to one contact: whoever is not the first's is left to the next run.
    let first = due.first().map(|notice| notice.contact.clone());
    due.retain(|notice| first.as_ref() == Some(&notice.contact));
    Ok(due)
}
