//! A message: what its text can name, and how what comes of the text falls into subject and body.

use std::collections::HashSet;

use serde::Serialize;

use super::{Contact, Notice};
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::{Date, days_between, in_words};
use crate::domain::due::days_late;
use crate::domain::money::Pence;
use crate::domain::refusal::Refusal;
use crate::domain::text::{Email, escape};
use crate::domain::words::Stage;

/// One message to one contact, however many instruments it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub to: Contact,
    pub copy_to: Option<Email>,
    pub subject: String,
    pub body: String,
}

/// The program's own text of a stage.
pub fn standard_text(stage: Stage) -> &'static str {
    match stage {
        Stage::DueSoon => include_str!("due-soon.txt"),
        Stage::First => include_str!("first.txt"),
        Stage::Second => include_str!("second.txt"),
        Stage::Final => include_str!("final.txt"),
    }
}

/// Why a text makes no message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageRefusal {
    #[error("{} does not begin with a line 'Subject: …'", escape(.text))]
    NoSubject { text: String },
    #[error("{} has no empty line after its subject, which is one line alone", escape(.text))]
    NoGap { text: String },
    #[error("the subject of {} is empty once it is filled in", escape(.text))]
    EmptySubject { text: String },
    #[error("{} has nothing to say under its subject once it is filled in", escape(.text))]
    EmptyBody { text: String },
}

impl Refusal for MessageRefusal {
    fn hint(&self) -> Option<String> {
        Some("a text is a line 'Subject: …', an empty line, and the message; 'ledgerline remind ladder show first' prints one".into())
    }
}

/// A text that is filled in, as subject and body. The subject is its first line, so that no line break gets into it.
pub fn subject_and_body(name: &str, filled: &str) -> Result<(String, String), MessageRefusal> {
    let text = || name.to_string();
    let filled = filled.trim_start();
    let (first, body) = filled.split_once('\n').unwrap_or((filled, ""));
    let label = first.get(.."Subject:".len()).filter(|label| label.eq_ignore_ascii_case("Subject:"));
    let label = label.ok_or_else(|| MessageRefusal::NoSubject { text: text() })?;
    let subject = first[label.len()..].split_whitespace().collect::<Vec<&str>>().join(" ");
    if subject.is_empty() {
        return Err(MessageRefusal::EmptySubject { text: text() });
    }
    if body.trim().is_empty() {
        return Err(MessageRefusal::EmptyBody { text: text() });
    }
    // Whoever writes a further header there would find it in the message.
    if !body.lines().next().unwrap_or_default().trim().is_empty() {
        return Err(MessageRefusal::NoGap { text: text() });
    }
    let gap = body.lines().take_while(|line| line.trim().is_empty()).count();
    Ok((subject, body.split_inclusive('\n').skip(gap).collect()))
}

/// Whoever writes: the hub, and where it wants answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    pub hub: String,
    pub reply_to: Option<Email>,
    /// Where else the hub is reached: an address, a telephone number. Commas part its lines.
    pub hub_contact: Option<String>,
}

/// The fields of a message's text; days and amounts in words, what is not known empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MessageFields {
    hub: String,
    today: String,
    contact: String,
    is_place: bool,
    stage: String,
    count: usize,
    instruments: String,
    late: usize,
    late_instruments: String,
    soon: usize,
    soon_instruments: String,
    due_today: usize,
    at_stage: usize,
    stage_instruments: String,
    /// How late those are at least: it tells them from the rest.
    stage_days: i64,
    replacement_total: String,
    reply_to: String,
    hub_contact: String,
    pub loans: Vec<LoanFields>,
}

/// What a text can name of each loan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LoanFields {
    loan: String,
    pub tag: String,
    /// Size and type: 1/2 cello.
    pub instrument: String,
    r#type: String,
    size: String,
    pub borrower: String,
    pub is_own: bool,
    pub due_on: String,
    pub days_late: i64,
    is_late: bool,
    pub is_today: bool,
    stage: String,
    when: String,
    sentence: String,
    replacement_value: String,
}

impl MessageFields {
    /// What is to be said to a contact about these loans, in the words of the highest stage among them.
    pub fn of(sender: &Sender, contact: &Contact, stage: Stage, notices: &[Notice], today: Date) -> MessageFields {
        let told = each_once(notices);
        let (late, soon): (Vec<&Notice>, Vec<&Notice>) = told.iter().partition(|notice| notice.is_late(today));
        let at_stage: Vec<&Notice> = told.iter().copied().filter(|notice| notice.stage == stage).collect();
        MessageFields {
            hub: sender.hub.clone(),
            today: in_words(today),
            contact: contact.name.clone(),
            is_place: !matches!(contact.reference, BorrowerRef::Person(_)),
            stage: stage.to_string(),
            count: told.len(),
            instruments: named(&told),
            late: late.len(),
            late_instruments: named(&late),
            soon: soon.len(),
            soon_instruments: named(&soon),
            due_today: soon.iter().filter(|notice| notice.due_on == today).count(),
            at_stage: at_stage.len(),
            stage_instruments: named(&at_stage),
            stage_days: at_stage.iter().map(|notice| days_late(notice.due_on, today)).min().unwrap_or_default(),
            replacement_total: replacement_total(&at_stage),
            reply_to: sender.reply_to.as_ref().map(Email::to_string).unwrap_or_default(),
            hub_contact: sender.hub_contact.clone().unwrap_or_default(),
            loans: told.iter().map(|notice| notice.fields(today)).collect(),
        }
    }
}

/// What a school has, and has given to a pupil of its own until the same day, is one instrument: it is told of the pupil.
fn each_once(notices: &[Notice]) -> Vec<&Notice> {
    let with_others: HashSet<(&str, Date)> =
        notices.iter().filter(|notice| !notice.is_own()).map(|notice| (notice.tag.as_str(), notice.due_on)).collect();
    let is_told = |notice: &&Notice| !notice.is_own() || !with_others.contains(&(notice.tag.as_str(), notice.due_on));
    notices.iter().filter(is_told).collect()
}

/// `the 1/2 cello VC-0003`, or `3 instruments`.
fn named(notices: &[&Notice]) -> String {
    match notices {
        [] => String::new(),
        [only] => format!("the {} {}", only.described(), only.tag),
        many => format!("{} instruments", many.len()),
    }
}

/// What would be owed for all of them; empty where the value of one is not known, since the sum would be too low.
fn replacement_total(notices: &[&Notice]) -> String {
    let values: Option<Vec<Pence>> = notices.iter().map(|notice| notice.replacement_value).collect();
    let total: Pence = values.into_iter().flatten().sum();
    if total > Pence::ZERO { total.in_words() } else { String::new() }
}

impl Notice {
    fn is_late(&self, today: Date) -> bool {
        days_late(self.due_on, today) > 0
    }

    /// Whether the contact has it, and nobody for whom the contact answers.
    fn is_own(&self) -> bool {
        self.contact.reference == self.borrower
    }

    /// Size and type: `1/2 cello`.
    fn described(&self) -> String {
        format!("{} {}", self.size, self.type_name).trim_start().to_string()
    }

    fn fields(&self, today: Date) -> LoanFields {
        let (described, when) = (self.described(), when(self.due_on, today));
        let is_own = self.is_own();
        let whose = if is_own { "you have".to_string() } else { format!("{} has", self.borrower_name) };
        LoanFields {
            loan: self.loan.to_string(),
            tag: self.tag.clone(),
            sentence: format!("The {described} {}, which {whose} on loan, {when}.", self.tag),
            instrument: described,
            r#type: self.type_name.clone(),
            size: self.size.clone(),
            borrower: self.borrower_name.clone(),
            is_own,
            due_on: in_words(self.due_on),
            days_late: days_late(self.due_on, today),
            is_late: self.is_late(today),
            is_today: self.due_on == today,
            stage: self.stage.to_string(),
            when,
            replacement_value: self.replacement_value.map(Pence::in_words).unwrap_or_default(),
        }
    }
}

fn when(due_on: Date, today: Date) -> String {
    let due = in_words(due_on);
    match days_between(due_on, today) {
        -1 => format!("is due back tomorrow, {due}"),
        0 => format!("is due back today, {due}"),
        1 => format!("was due back yesterday, {due}"),
        days if days > 1 => format!("was due back on {due}, {days} days ago"),
        days => format!("is due back on {due}, in {} days", -days),
    }
}

#[cfg(test)]
mod tests {
    use super::super::specimen::{Specimen, specimens};
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 22);

    fn sender() -> Sender {
        Sender { hub: "Test Hub".into(), reply_to: None, hub_contact: None }
    }

    fn fields(stage: Stage, number: usize) -> MessageFields {
        let specimen = &specimens(stage, 14, TODAY)[number];
        MessageFields::of(&sender(), &specimen.contact, stage, &specimen.notices, TODAY)
    }

    #[test]
    fn each_day_is_told_as_people_tell_it() {
        let told = |day| when(date(2026, 11, day), TODAY);
        assert_eq!(told(8), "was due back on 8 Nov 2026, 14 days ago");
        assert_eq!(told(21), "was due back yesterday, 21 Nov 2026");
        assert_eq!(told(22), "is due back today, 22 Nov 2026");
        assert_eq!(told(23), "is due back tomorrow, 23 Nov 2026");
        assert_eq!(told(24), "is due back on 24 Nov 2026, in 2 days");
    }

    #[test]
    fn what_is_late_is_told_from_what_is_not() {
        let one = fields(Stage::Second, 0);
        assert_eq!((one.count, one.late, one.soon, one.is_place), (1, 1, 0, false));
        assert_eq!(one.instruments, "the violin VN-0000");
        let mixed = fields(Stage::Final, 1);
        assert_eq!((mixed.count, mixed.late, mixed.soon, mixed.at_stage), (3, 2, 1, 1));
        assert_eq!(mixed.late_instruments, "2 instruments");
        assert_eq!(mixed.soon_instruments, "the 1/4 cello VC-0000");
        assert_eq!(mixed.stage_instruments, "the 3/4 violin VN-0000");
        assert_eq!((mixed.stage_days, mixed.due_today), (14, 1));
        let today: Vec<bool> = mixed.loans.iter().map(|loan| loan.is_today).collect();
        assert_eq!(today, [false, false, true]);
        assert!(fields(Stage::First, 2).is_place);
    }

    #[test]
    fn an_instrument_that_a_school_gave_to_a_pupil_is_told_once() {
        let Specimen { contact: school, mut notices, .. } = specimens(Stage::First, 1, TODAY).swap_remove(2);
        notices.push(Notice { borrower: school.reference, ..notices[0].clone() });
        let told = |notices: &[Notice]| MessageFields::of(&sender(), &school, Stage::First, notices, TODAY).count;
        assert_eq!(told(&notices), 3);
        notices[3].due_on = date(2026, 11, 1);
        assert_eq!(told(&notices), 4);
    }

    #[test]
    fn a_sum_that_would_be_too_low_is_not_told() {
        let known = fields(Stage::Final, 1);
        assert_eq!(known.replacement_total, "£150.00");
        assert_eq!(fields(Stage::Final, 0).replacement_total, "");
    }

    #[test]
    fn the_first_line_is_the_subject() {
        let read = |text: &str| subject_and_body("first.txt", text);
        let expected = ("Bring it  back".split_whitespace().collect::<Vec<_>>().join(" "), "Dear\n\nBye\n".to_string());
        assert_eq!(read("\n\nSubject: Bring it  back \n\n\nDear\n\nBye\n"), Ok(expected.clone()));
        assert_eq!(read("subject:Bring it back\n \nDear\n\nBye\n"), Ok(expected));
        let text = || "first.txt".to_string();
        for bare in ["", "Dear Ana", "Sübject: x\n\ny", "Re: Subject: x\n\ny"] {
            assert_eq!(read(bare), Err(MessageRefusal::NoSubject { text: text() }), "{bare}");
        }
        assert_eq!(read("Subject: \nDear"), Err(MessageRefusal::EmptySubject { text: text() }));
        assert_eq!(read("Subject: x\n \n"), Err(MessageRefusal::EmptyBody { text: text() }));
        for close in ["Subject: x\nBcc: y@example.org\n\nDear", "Subject: x\nDear"] {
            assert_eq!(read(close), Err(MessageRefusal::NoGap { text: text() }), "{close}");
        }
    }
}
