//! One pass over the messages of a route: each is claimed, looked at again, worded, handed over and settled.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::account::{Account, Fate};
use super::arm::Armed;
use super::run::Terms;
use super::steps::Steps;
use crate::commands::Desk;
use crate::commands::progress::Progress;
use crate::domain::reference::{LoanRef, MessageRef};
use crate::domain::reminder::{Contact, Message, Notice, identity};
use crate::domain::words::{ReminderState, Route};
use crate::mail::{Handed, Mail, Post};
use crate::output::letters::Letters;
use crate::store::reminder::{self, Claim, Settlement};
use crate::store::{Db, FileTrouble, Tx};

/// One message to come: the loans that one contact hears of.
type Planned = Vec<LoanRef>;

/// A message that is claimed, and what it still has to say.
struct Claimed {
    claim: Claim,
    contact: Contact,
    notices: Vec<Notice>,
    /// Loans that had settled themselves between the claim and the second look.
    dropped: Vec<LoanRef>,
}

/// A letter that is claimed, and where it was written to.
struct Letter {
    claimed: Claimed,
    file: Option<PathBuf>,
}

/// Why a run ends early, and whether the message at which it does was tried.
struct Stop {
    why: String,
    is_tried: bool,
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

/// One pass over the messages of a route.
pub struct Round<'r, 'd, 'w> {
    pub desk: &'r mut Desk<'d, 'w>,
    pub db: &'r mut Db,
    pub terms: &'r Terms,
    pub armed: Option<&'r Armed>,
    pub steps: &'r mut Steps,
}

impl Round<'_, '_, '_> {
    /// Mails what is due, over one connection.
    pub fn mail(mut self, account: &mut Account) -> Result<()> {
        let mut planned = self.db.read(|tx| plan(tx, self.terms, Route::Email))?;
        if planned.is_empty() {
            return Ok(());
        }
        self.limit(&mut planned, self.terms.most, account)?;
        let mut post = Post::open(&self.desk.world.environment.mail)?;
        self.steps.reached("connected");
        let mut progress = Progress::new(self.desk.world.terminal.stderr);
        for (done, loans) in (0..).zip(&planned) {
            let stop = match self.mail_one(&mut post, loans, account) {
                Ok(stop) => stop,
                // What was done so far is still to be told.
                Err(fault) if account.has_sent() => Some(Stop { why: format!("{fault:#}"), is_tried: false }),
                Err(fault) => return Err(fault),
            };
            if let Some(Stop { why, is_tried }) = stop {
                account.stop(why, planned.len() - done - usize::from(is_tried));
                break;
            }
            progress.tick(done as u64 + 1, planned.len() as u64);
        }
        progress.end();
        post.close();
        Ok(())
    }

    /// Claims one message, hands it over and settles it; says why none should follow, where that is so.
    fn mail_one(&mut self, post: &mut Post, loans: &[LoanRef], account: &mut Account) -> Result<Option<Stop>> {
        let Some(claimed) = self.claim(loans, Route::Email)? else { return Ok(None) };
        let Some(message) = self.compose(&claimed, account)? else { return Ok(None) };
        let id = identity(&self.terms.origin, &claimed.notices);
        let mail = Mail { message: &message, reply_to: self.terms.reply_to.as_ref(), at: self.terms.at, id: &id };
        let handed = match post.hand_over(&mail) {
            Ok(handed) => handed,
            Err(gone) => {
                self.settle(&claimed, ReminderState::PutOff, Some(gone.to_string()))?;
                return Err(gone);
            }
        };
        self.steps.reached("handed-over");
        let (state, answer) = match handed {
            Handed::Taken(answer) => (ReminderState::Sent, answer),
            Handed::Refused(answer) => (ReminderState::Refused, answer),
            Handed::PutOff(answer) => (ReminderState::PutOff, answer),
            Handed::Unknown(answer) => {
                self.db.write(|tx| reminder::add_to_answer(tx, claimed.claim.message, &answer))?;
                let is_enough = account.is_uncertain_again(claimed.notices, claimed.claim.message, answer);
                let why = "the mail server does not say whether it takes messages".to_string();
                return Ok(is_enough.then_some(Stop { why, is_tried: true }));
            }
        };
        self.settle(&claimed, state, Some(answer.clone()))?;
        self.steps.reached("settled");
        if let Some(copy_to) = message.copy_to.as_ref().filter(|_| state == ReminderState::Sent)
            && let Some(lost) = post.hand_over_copy(&mail)
        {
            let lost = format!("{}: the copy to {copy_to} was not taken: {lost}", claimed.claim.message);
            self.db.write(|tx| reminder::add_to_answer(tx, claimed.claim.message, &lost))?;
            account.copy_lost(lost);
        }
        account.mailed(claimed.notices, state, answer);
        Ok(None)
    }

    /// Writes letters, and counts them as sent once the page to print them from is there; if anything fails, none counts.
    pub fn write(mut self, folder: &Path, account: &mut Account) -> Result<()> {
        let mut planned = self.db.read(|tx| plan(tx, self.terms, Route::Letter))?;
        if planned.is_empty() {
            return Ok(());
        }
        self.limit(&mut planned, self.terms.most.saturating_sub(account.messages()), account)?;
        let mut letters =
            Letters::begin(folder, &self.terms.hub, self.terms.wording.hub_contact(), self.terms.stamp.today)?;
        let mut written = Vec::new();
        let page = match self.write_all(&planned, &mut letters, &mut written, account) {
            Ok(page) => page,
            Err(fault) => {
                letters.abandon();
                let settled = self.settle_letters(&written, Some(&format!("{fault:#}")));
                let unsettled = settled.err().map_or(String::new(), |fault| {
                    format!("; that could not be written down, and the next run tells of it: {fault:#}")
                });
                return Err(fault.context(format!("no letter of this run counts as sent{unsettled}")));
            }
        };
        self.settle_letters(&written, None).with_context(|| {
            let folder = folder.display();
            format!("the letters are in {folder}, but that could not be written down; the next run tells of them")
        })?;
        self.steps.reached("settled");
        written.into_iter().for_each(|letter| account.letter(letter.claimed.notices));
        account.page(page);
        Ok(())
    }

    fn write_all(
        &mut self,
        planned: &[Planned],
        letters: &mut Letters,
        written: &mut Vec<Letter>,
        account: &mut Account,
    ) -> Result<Option<PathBuf>> {
        for loans in planned {
            if let Some(claimed) = self.claim(loans, Route::Letter)?
                && let Some(message) = self.compose(&claimed, account)?
            {
                let file = letters.write(claimed.claim.message, &message);
                written.push(Letter { claimed, file: file.as_ref().ok().cloned() });
                file?;
                self.steps.reached("written");
            }
        }
        let page = letters.finish()?;
        self.steps.reached("printed");
        Ok(page)
    }

    /// Letters are sent once all of them are there; where they are not, each is put off for the same reason.
    fn settle_letters(&mut self, written: &[Letter], fault: Option<&str>) -> Result<()> {
        let stamp = &self.terms.stamp;
        let state = if fault.is_some() { ReminderState::PutOff } else { ReminderState::Sent };
        self.db.write(|tx| {
            written.iter().try_for_each(|Letter { claimed, file }| {
                let place = || file.as_ref().map(|file| file.display().to_string());
                let settlement = Settlement { state, answer: fault.map(str::to_string).or_else(place) };
                reminder::settle(tx, stamp, claimed.claim, &claimed.dropped, &settlement)
            })
        })
    }

    /// Leaves what is beyond a limit to the next run, first of all what was put off before: it must not stand in the way of
    /// the others for ever.
    fn limit(&self, planned: &mut Vec<Planned>, most: usize, account: &mut Account) -> Result<()> {
        if planned.len() > most {
            let mut ordered = self.db.read(|tx| {
                let was_put_off = |loans: Planned| Ok((reminder::was_put_off(tx, &loans)?, loans));
                std::mem::take(planned).into_iter().map(was_put_off).collect::<Result<Vec<(bool, Planned)>>>()
            })?;
            ordered.sort_by_key(|(was_put_off, _)| *was_put_off);
            *planned = ordered.into_iter().map(|(_, loans)| loans).collect();
            account.leave(planned.len() - most);
            planned.truncate(most);
        }
        Ok(())
    }

    /// Claims a message and looks at its loans once more; nothing, where others took them or they have settled themselves.
    fn claim(&mut self, loans: &[LoanRef], route: Route) -> Result<Option<Claimed>> {
        let (terms, stamp) = (self.terms, &self.terms.stamp);
        let claimed = self.db.write(|tx| {
            let notices = still_due(tx, terms, loans, None, route)?;
            let Some(contact) = notices.first().map(|notice| notice.contact.clone()) else { return Ok(None) };
            let claim = reminder::claim(tx, stamp, &contact, route, &notices)?;
            Ok(claim.map(|claim| Claimed { claim, contact, notices, dropped: Vec::new() }))
        })?;
        let Some(mut claimed) = claimed else { return Ok(None) };
        self.steps.reached("claimed");
        if let Some(armed) = self.armed
            && let Err(fault) = armed.advance(self.db)
        {
            self.settle(&claimed, ReminderState::PutOff, Some(fault.to_string()))?;
            return Err(fault);
        }
        self.steps.reached("stamped");
        self.look_again(&mut claimed, route)?;
        self.steps.reached("looked");
        if claimed.notices.is_empty() {
            self.settle(&claimed, ReminderState::Dropped, None)?;
            return Ok(None);
        }
        Ok(Some(claimed))
    }

    /// Drops what is no longer as it was claimed: a loan that came back, a due day that was moved, another address.
    fn look_again(&mut self, claimed: &mut Claimed, route: Route) -> Result<()> {
        let loans: Vec<LoanRef> = claimed.notices.iter().map(|notice| notice.loan).collect();
        let message = Some(claimed.claim.message);
        let now = self.db.read(|tx| still_due(tx, self.terms, &loans, message, route))?;
        let is_as_claimed = |notice: &Notice| {
            let key = |notice: &Notice| (notice.loan, notice.due_on, notice.stage);
            now.iter().any(|still| key(still) == key(notice) && still.contact == notice.contact)
        };
        let (stays, goes): (Vec<Notice>, Vec<Notice>) =
            std::mem::take(&mut claimed.notices).into_iter().partition(is_as_claimed);
        claimed.notices = stays;
        claimed.dropped = goes.into_iter().map(|notice| notice.loan).collect();
        Ok(())
    }

    /// The message in its words. Where a text cannot be filled in for somebody, that one is put off and the others go on.
    fn compose(&mut self, claimed: &Claimed, account: &mut Account) -> Result<Option<Message>> {
        match self.terms.wording.message(&claimed.contact, &claimed.notices, self.terms.stamp.today) {
            Ok(message) => Ok(Some(message)),
            Err(fault) => {
                self.settle(claimed, ReminderState::PutOff, Some(fault.to_string()))?;
                account.fate(claimed.notices.clone(), Fate::PutOff(fault.to_string()));
                Ok(None)
            }
        }
    }

    /// Writes down what became of a message. It has gone out, or has not; so this waits for whoever else is writing far longer
    /// than a person at the desk would.
    fn settle(&mut self, claimed: &Claimed, state: ReminderState, answer: Option<String>) -> Result<()> {
        const TRIES: usize = 24;
        let (stamp, settlement) = (&self.terms.stamp, Settlement { state, answer });
        let mut try_once =
            || self.db.write(|tx| reminder::settle(tx, stamp, claimed.claim, &claimed.dropped, &settlement));
        let is_busy = |tried: &Result<()>| {
            tried.as_ref().is_err_and(|fault| matches!(fault.downcast_ref(), Some(FileTrouble::Busy)))
        };
        let mut settled = try_once();
        for _ in 1..TRIES {
            if !is_busy(&settled) {
                break;
            }
            settled = try_once();
        }
        settled.with_context(|| format!("{} is {state}, but that could not be written down", claimed.claim.message))
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
