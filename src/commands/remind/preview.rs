//! `remind` alone: what the next run would do. Nothing is sent.

use anyhow::Result;

use super::Remind;
use super::arm::Armed;
use super::narrowing::Narrowing;
use crate::commands::Desk;
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::Date;
use crate::domain::refusal::Refused;
use crate::domain::reminder::{Contact, Message, Notice, ReminderLine};
use crate::domain::text::escape;
use crate::domain::words::Route;
use crate::error::Usage;
use crate::output::listing::Format;
use crate::store::Tx;
use crate::store::reminder::{self, LeftOut, Outlook};
use crate::wording::reminder::Wording;

/// What keeps loans off the list, and whom nobody can reach.
struct Remarks {
    /// Why nothing would be sent from this file, if nothing would.
    unarmed: Option<String>,
    left_out: LeftOut,
    unfinished: usize,
    unreachable: Vec<Contact>,
    look_back_days: i64,
}

pub fn run(remind: &Remind, desk: &mut Desk<'_, '_>) -> Result<()> {
    if remind.limit.is_some() {
        return Err(Usage("--limit is for --send and --letters; without them nothing is sent".to_string()).into());
    }
    let today = desk.today();
    let db = desk.open()?;
    let unarmed = match Armed::check(desk, &db) {
        Err(refused) if refused.is::<Refused>() => Some(refused.to_string()),
        armed => armed.map(|_| None)?,
    };
    let (shown, remarks) = db.read(|tx| {
        let narrowing = Narrowing::of(tx, remind.stage, remind.borrower.as_deref())?;
        let outlook = looking_ahead(tx, today)?;
        let in_full = remind.stage.is_some() || remind.borrower.is_some();
        let mut remarks = Remarks {
            unarmed,
            left_out: if in_full { LeftOut::default() } else { outlook.left_out(tx)? },
            unfinished: reminder::begun(tx)?.len(),
            unreachable: Vec::new(),
            look_back_days: outlook.look_back_days,
        };
        let shown = list(desk, tx, &outlook, &narrowing, in_full, &mut remarks)?;
        Ok((shown, remarks))
    })?;
    if desk.options().format == Format::Table && !shown.is_empty() {
        desk.page(&shown)?;
        if let Some(stage) = remind.stage {
            desk.say(format!(
                "So 'remind --send --stage {stage}' writes it; a whole run tells each contact of all that is due in one message."
            ))?;
        }
    }
    remarks.tell(desk)
}

pub(super) fn quiet_until_armed(loans: i64) -> String {
    format!("Imported, and so quiet until 'ledgerline remind arm': {loans}.")
}

/// Whom neither mail nor a letter reaches, and what to do about it.
pub(super) fn unreachable(contact: &Contact) -> String {
    let (name, reference) = (&contact.name, contact.reference);
    let next = on_record(contact);
    format!(
        "{name} ({reference}) cannot be reached, having no working email and no postal address: {next} puts one on record"
    )
}

/// The command that gives a contact an email.
pub(super) fn on_record(contact: &Contact) -> String {
    let noun = match contact.reference {
        BorrowerRef::Person(_) => "person",
        BorrowerRef::School(_) => "school",
        BorrowerRef::Organisation(_) => "organisation",
    };
    format!("'ledgerline {noun} edit {} --email …'", contact.reference)
}

/// What the next run would go by; where reminders are not armed yet, as it will be once they are.
pub(super) fn looking_ahead(tx: &Tx, today: Date) -> Result<Outlook> {
    let outlook = Outlook::load(tx, today)?;
    Ok(if reminder::arming(tx)?.is_some() { outlook } else { outlook.once_armed() })
}

/// Lists what is due, row by row; the messages in full, where they are wanted.
fn list(
    desk: &mut Desk<'_, '_>,
    tx: &Tx,
    outlook: &Outlook,
    narrowing: &Narrowing,
    in_full: bool,
    remarks: &mut Remarks,
) -> Result<String> {
    let (today, mut kept) = (outlook.today, Vec::new());
    let to_screen = desk.options().format == Format::Table && desk.options().output.is_none();
    let is_nothing = to_screen && !any(tx, outlook, narrowing)?;
    if is_nothing {
        return Ok(String::new());
    }
    desk.list::<ReminderLine>(|out| {
        outlook.each(tx, |notice| {
            if !narrowing.is_about(&notice) {
                return Ok(());
            }
            remarks.note(&notice.contact);
            out.row(&notice.line(today))?;
            if in_full {
                kept.push(notice);
            }
            Ok(())
        })
    })?;
    let wording = Wording::load(tx, &outlook.ladder)?;
    messages(&wording, &kept, today)
}

/// Whether there is anything to list: an empty screen says more than an empty table.
fn any(tx: &Tx, outlook: &Outlook, narrowing: &Narrowing) -> Result<bool> {
    let mut found = false;
    outlook.each(tx, |notice| {
        found |= narrowing.is_about(&notice);
        Ok(())
    })?;
    Ok(found)
}

/// One message a contact, in the order of the list.
fn messages(wording: &Wording, notices: &[Notice], today: Date) -> Result<String> {
    let by_contact = notices.chunk_by(|one, other| one.contact.reference == other.contact.reference);
    let shown = by_contact.filter_map(|theirs| {
        let contact = &theirs.first()?.contact;
        Some(wording.message(contact, theirs, today).map(|message| shown(&message)))
    });
    shown.collect()
}

/// A message as it is read at the desk.
pub(super) fn shown(message: &Message) -> String {
    let to = match (&message.to.email, &message.to.address) {
        (Some(email), _) => format!("{} <{email}>", message.to.name),
        (None, Some(address)) => format!("{}, by letter: {address}", message.to.name),
        (None, None) => format!("{} (no address on record)", message.to.name),
    };
    // A letter has no copy.
    let copy = message
        .copy_to
        .as_ref()
        .filter(|_| message.to.email.is_some())
        .map(|email| format!("Copy:    {email}\n"))
        .unwrap_or_default();
    let body: String = message.body.lines().map(|line| format!("  {}\n", escape(line)).replace("  \n", "\n")).collect();
    format!("\nTo:      {}\n{copy}Subject: {}\n\n{body}", escape(&to), escape(&message.subject))
}

impl Remarks {
    fn note(&mut self, contact: &Contact) {
        let is_last = self.unreachable.last().is_some_and(|last| last.reference == contact.reference);
        if contact.route() == Route::None && !is_last {
            self.unreachable.push(contact.clone());
        }
    }

    fn tell(&self, desk: &mut Desk<'_, '_>) -> Result<()> {
        for contact in &self.unreachable {
            desk.warn(unreachable(contact))?;
        }
        let LeftOut { beyond_look_back, in_repair, held, quiet } = self.left_out;
        if beyond_look_back > 0 {
            desk.say(format!(
                "Late by over {} days, and so not written about: {beyond_look_back}. 'ledgerline overdue' lists them.",
                self.look_back_days
            ))?;
        }
        if in_repair > 0 {
            desk.say(format!("Away to be mended, and so not written about: {in_repair}."))?;
        }
        if held > 0 {
            desk.say(format!("On hold, and so not written about: {held}."))?;
        }
        if quiet > 0 {
            desk.say(quiet_until_armed(quiet))?;
        }
        if self.unfinished > 0 {
            desk.warn(format!(
                "begun and never finished: {}. 'ledgerline remind log --state claimed' lists them, 'ledgerline remind retry' sends them",
                self.unfinished
            ))?;
        }
        if let Some(why) = &self.unarmed {
            desk.say(format!("Nothing is sent until 'ledgerline remind arm': {why}."))?;
        }
        Ok(())
    }
}
