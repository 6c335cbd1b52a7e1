//! `remind`: what reminders would say, and to whom. Nothing is sent.

use anyhow::Result;
use clap::Args;

use super::{Desk, lookup};
use crate::cli::word;
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::Date;
use crate::domain::reminder::{Ladder, Message, Notice, ReminderLine, compose};
use crate::domain::text::escape;
use crate::domain::words::{Route, Stage};
use crate::output::listing::Format;
use crate::store::{Tx, reminder, setting};

/// Show whom a reminder would go to today, by which route, and about what. Nothing is sent.
///
/// With --stage, each message of that stage is shown whole.
///
/// Example: ledgerline remind --stage second
#[derive(Debug, Args)]
pub struct Remind {
    /// Only this stage, with its messages in full
    #[arg(long, value_parser = word::<Stage>(), ignore_case = true)]
    stage: Option<Stage>,
    /// Only what this person, school or organisation has or signed for
    #[arg(long, value_name = "BORROWER", allow_hyphen_values = true)]
    borrower: Option<String>,
}

/// What is due to be said today.
struct Outlook {
    hub: String,
    notices: Vec<Notice>,
    beyond: i64,
    look_back_days: i64,
}

impl Remind {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let outlook = desk.open()?.read(|tx| self.outlook(tx, today))?;
        let to_screen = desk.options().format == Format::Table && desk.options().output.is_none();
        if outlook.notices.is_empty() && outlook.beyond == 0 && to_screen {
            return Ok(());
        }
        let lines = outlook.notices.iter().map(|notice| notice.line(today));
        let lines: Vec<ReminderLine> = lines.collect();
        desk.list::<ReminderLine>(|out| lines.iter().try_for_each(|line| out.row(line)))?;
        if self.stage.is_some() && desk.options().format == Format::Table {
            let shown: String = messages(&outlook, today).iter().map(shown).collect();
            desk.page(&shown)?;
        }
        tell(desk, &outlook)
    }

    fn outlook(&self, tx: &Tx, today: Date) -> Result<Outlook> {
        let look_back_days = setting::look_back_days(tx)?;
        let mut notices = reminder::notices(tx, &Ladder::default(), today, look_back_days)?;
        if let Some(stage) = self.stage {
            notices.retain(|notice| notice.stage == stage);
        }
        if let Some(typed) = &self.borrower {
            let wanted = lookup::borrower(tx, typed)?;
            notices.retain(|notice| notice.contact.reference == wanted || notice.borrower == wanted);
        }
        let narrowed = self.stage.is_some() || self.borrower.is_some();
        let beyond = if narrowed { 0 } else { reminder::beyond_look_back(tx, today, look_back_days)? };
        Ok(Outlook { hub: setting::hub(tx)?, notices, beyond, look_back_days })
    }
}

/// One message a contact, in the order of the list.
fn messages(outlook: &Outlook, today: Date) -> Vec<Message> {
    let mut contacts: Vec<BorrowerRef> = outlook.notices.iter().map(|notice| notice.contact.reference).collect();
    contacts.dedup();
    let message = |reference: &BorrowerRef| {
        let theirs: Vec<&Notice> =
            outlook.notices.iter().filter(|notice| notice.contact.reference == *reference).collect();
        theirs.first().map(|first| compose(&outlook.hub, &first.contact, &theirs, today))
    };
    contacts.iter().filter_map(message).collect()
}

fn shown(message: &Message) -> String {
    let to = match (&message.to.email, &message.to.address) {
        (Some(email), _) => format!("{} <{email}>", message.to.name),
        (None, Some(address)) => format!("{}, by letter: {address}", message.to.name),
        (None, None) => format!("{} (no address on record)", message.to.name),
    };
    let body: String = message.body.lines().map(|line| format!("  {}\n", escape(line)).replace("  \n", "\n")).collect();
    format!("\nTo:      {}\nSubject: {}\n\n{body}", escape(&to), escape(&message.subject))
}

fn tell(desk: &mut Desk<'_, '_>, outlook: &Outlook) -> Result<()> {
    let mut unreachable: Vec<&Notice> =
        outlook.notices.iter().filter(|notice| notice.contact.route() == Route::None).collect();
    unreachable.dedup_by_key(|notice| notice.contact.reference);
    for notice in unreachable {
        desk.warn(format!(
            "{} ({}) cannot be reached: there is no email and no postal address",
            notice.contact.name, notice.contact.reference
        ))?;
    }
    if outlook.beyond > 0 {
        let days = outlook.look_back_days;
        desk.say(format!(
            "Late by over {days} days, and so not written about: {}. 'ledgerline overdue' lists them.",
            outlook.beyond
        ))?;
    }
    Ok(())
}
