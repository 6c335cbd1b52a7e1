//! What a run did, and for whom it could do nothing: one line for a good day, a list for a bad one.

use std::collections::HashSet;
use std::path::PathBuf;

use anyhow::Result;

use super::preview::{on_record, unreachable};
use crate::commands::Desk;
use crate::domain::date::Date;
use crate::domain::reference::{LoanRef, MessageRef};
use crate::domain::reminder::{Notice, ReminderLine};
use crate::domain::words::ReminderState;
use crate::error::{Exit, Said};

/// Why a reminder did not go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nobody can be mailed; a letter is waiting to be written, or an address to be found.
    NoAddress,
    /// A passing fault.
    PutOff(String),
    Refused(String),
    /// The connection broke so late that nobody can tell.
    Unknown(MessageRef, String),
}

/// The account of one run.
#[derive(Debug, Default)]
pub struct Account {
    /// Messages that another run has left unfinished, not told of before.
    pub unfinished: Vec<MessageRef>,
    mails: usize,
    letters: usize,
    loans: usize,
    not_sent: Vec<(Notice, Fate)>,
    /// The loans among them.
    known: HashSet<LoanRef>,
    /// Loans of which a letter tells.
    lettered: HashSet<LoanRef>,
    copies_lost: Vec<String>,
    page: Option<PathBuf>,
    /// Messages beyond the limit.
    beyond_limit: usize,
    /// Messages of which nobody can tell whether they were taken, and how many of them there were in a row.
    uncertain_messages: Vec<MessageRef>,
    uncertain: usize,
    /// The server went away, with so many messages still to go.
    stopped: Option<(String, usize)>,
}

impl Account {
    /// How many messages went out.
    pub fn messages(&self) -> usize {
        self.mails + self.letters
    }

    /// Messages that stay begun, and of which the account tells.
    pub fn begun(&self) -> Vec<MessageRef> {
        self.unfinished.iter().chain(&self.uncertain_messages).copied().collect()
    }

    pub fn has_letters(&self) -> bool {
        self.letters > 0
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        !self.has_sent() && self.beyond_limit == 0 && self.stopped.is_none()
    }

    pub fn has_sent(&self) -> bool {
        self.messages() > 0 || !self.not_sent.is_empty()
    }

    /// So many messages are beyond the limit.
    pub fn leave(&mut self, messages: usize) {
        self.beyond_limit += messages;
    }

    /// The run cannot go on, with so many messages still to go.
    pub fn stop(&mut self, why: String, left: usize) {
        self.stopped = Some((why, left));
    }

    pub fn is_stopped(&self) -> bool {
        self.stopped.is_some()
    }

    /// It cannot be told whether a message was taken; whether that has happened so often that no more should be risked.
    pub fn is_uncertain_again(&mut self, notices: Vec<Notice>, message: MessageRef, answer: String) -> bool {
        const MOST_IN_A_ROW: usize = 3;
        self.uncertain += 1;
        self.uncertain_messages.push(message);
        self.fate(notices, Fate::Unknown(message, answer));
        self.uncertain >= MOST_IN_A_ROW
    }

    pub fn mailed(&mut self, notices: Vec<Notice>, state: ReminderState, answer: String) {
        self.uncertain = 0;
        match state {
            ReminderState::Refused => self.fate(notices, Fate::Refused(answer)),
            ReminderState::PutOff => self.fate(notices, Fate::PutOff(answer)),
            _ => {
                self.mails += 1;
                self.loans += notices.len();
            }
        }
    }

    pub fn fate(&mut self, notices: Vec<Notice>, fate: Fate) {
        notices.into_iter().for_each(|notice| self.not_sent(notice, fate.clone()));
    }

    /// What did not go out is told once, by the first reason.
    pub fn not_sent(&mut self, notice: Notice, fate: Fate) {
        if self.known.insert(notice.loan) {
            self.not_sent.push((notice, fate));
        }
    }

    /// A letter was written, also to whom mail was refused in this very run.
    pub fn letter(&mut self, notices: Vec<Notice>) {
        self.letters += 1;
        self.loans += notices.len();
        self.lettered.extend(notices.iter().map(|notice| notice.loan));
    }

    /// The message went, and its copy did not.
    pub fn copy_lost(&mut self, lost: String) {
        self.copies_lost.push(lost);
    }

    pub fn page(&mut self, page: Option<PathBuf>) {
        self.page = page;
    }

    /// The list of whom nothing reached, the reasons, and the line about the rest.
    pub fn tell(mut self, desk: &mut Desk<'_, '_>, today: Date) -> Result<Ending> {
        self.not_sent.retain(|(notice, _)| !self.lettered.contains(&notice.loan));
        if !self.not_sent.is_empty() || desk.options().output.is_some() {
            desk.list::<ReminderLine>(|out| {
                self.not_sent.iter().try_for_each(|(notice, _)| out.row(&notice.line(today)))
            })?;
        }
        self.tell_reasons(desk)?;
        for lost in &self.copies_lost {
            desk.warn(lost)?;
        }
        for message in &self.unfinished {
            desk.warn(format!(
                "{message} was begun by an earlier run and never finished: 'ledgerline remind log --state claimed' tells \
                 to whom, 'ledgerline remind retry {message}' sends it again"
            ))?;
        }
        if self.beyond_limit > 0 || self.messages() > 0 {
            desk.say(self.sentence())?;
        }
        Ok(self.ending())
    }

    fn ending(&self) -> Ending {
        if let Some((why, left)) = &self.stopped {
            let left = match left {
                0 => String::new(),
                left => format!(" {} for the next.", plural(*left, "message waits", "messages wait")),
            };
            return Ending::Partial(Some(format!("error: {why}\n  The run ended early.{left}")));
        }
        let loans = plural(self.not_sent.len(), "loan", "loans");
        if self.not_sent.iter().any(|(_, fate)| matches!(fate, Fate::Unknown(..))) {
            return Ending::Partial(Some(format!("Some are not known to be reached: {loans} on the list.")));
        }
        match (self.not_sent.len(), self.messages()) {
            (0, _) if self.unfinished.is_empty() && self.copies_lost.is_empty() => Ending::Done,
            (0, _) => Ending::Partial(None),
            (_, 0) => Ending::Partial(Some(format!("Nobody could be reached: nothing was said of {loans}."))),
            _ => Ending::Partial(Some(format!("Some could not be reached: nothing was said of {loans}."))),
        }
    }

    /// `Sent 12 messages about 15 loans.`
    fn sentence(&self) -> String {
        let mut done = Vec::new();
        if self.mails > 0 {
            done.push(format!("sent {}", plural(self.mails, "message", "messages")));
        }
        if self.letters > 0 {
            done.push(format!("wrote {}", plural(self.letters, "letter", "letters")));
        }
        let mut sentence = match done.is_empty() {
            true => "Nothing was sent.".to_string(),
            false => format!("{} about {}.", done.join(" and "), plural(self.loans, "loan", "loans")),
        };
        if let Some(page) = &self.page {
            sentence.push_str(&format!(" Print {}.", page.display()));
        }
        if self.beyond_limit > 0 {
            let rest = plural(self.beyond_limit, "message waits", "messages wait");
            sentence.push_str(&format!(" {rest} for the next run: this one has reached its limit."));
        }
        let mut letters = sentence.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }

    fn tell_reasons(&self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let by_contact =
            self.not_sent.chunk_by(|(one, _), (other, _)| one.contact.reference == other.contact.reference);
        for theirs in by_contact {
            let Some((notice, fate)) = theirs.first() else { continue };
            let contact = &notice.contact;
            let who = format!("{} ({})", contact.name, contact.reference);
            desk.warn(match fate {
                Fate::NoAddress if contact.address.is_some() => {
                    format!("{who} has no working email: 'ledgerline remind --letters DIR' writes a letter")
                }
                Fate::NoAddress => unreachable(contact),
                Fate::PutOff(answer) => format!("{who}: not now, the next run tries again: {answer}"),
                Fate::Refused(answer) => {
                    let next = match contact.address {
                        Some(_) => "'ledgerline remind --letters DIR' writes a letter".to_string(),
                        None => format!("{} puts another on record", on_record(contact)),
                    };
                    format!("{who}: the address was refused for good, and nothing more is mailed to it; {next}: {answer}")
                }
                Fate::Unknown(message, answer) => format!(
                    "{who}: it cannot be told whether {message} arrived; 'ledgerline remind retry {message}' sends it again: {answer}"
                ),
            })?;
        }
        Ok(())
    }
}

/// How a run ends, once all else is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    Done,
    /// Somebody was not reached; with a last sentence, where the list does not say it all.
    Partial(Option<String>),
}

impl Ending {
    pub fn conclude(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self {
            Ending::Done => Ok(()),
            Ending::Partial(None) => Err(Said(Exit::Partial).into()),
            Ending::Partial(Some(sentence)) => desk.fail(Exit::Partial, &sentence),
        }
    }
}

fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
