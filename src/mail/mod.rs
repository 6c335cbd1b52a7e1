//! Handing messages over: to a mail server by SMTP, or to the local `sendmail`.

mod message;
mod sendmail;
mod server;
mod smtp;
mod trouble;

use anyhow::Result;
use jiff::Timestamp;

use crate::domain::reminder::Message;
use crate::domain::text::{Email, is_unsafe};
use crate::world::MailEnvironment;
use message::{Recipients, Sender};
use sendmail::Sendmail;
use server::Server;
use smtp::Smtp;

pub use trouble::MailTrouble;

/// One message as it goes out.
#[derive(Clone, Debug)]
pub struct Mail<'a> {
    pub message: &'a Message,
    /// Where answers go, if not to the sender.
    pub reply_to: Option<&'a Email>,
    pub at: Timestamp,
    /// What the message is known by on its way, without the sender's domain: the same however often it is handed over.
    pub id: &'a str,
}

/// What became of a message that was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handed {
    /// Taken; with the server's words.
    Taken(String),
    /// The address was refused for good.
    Refused(String),
    /// Not taken now; may be another time.
    PutOff(String),
    /// It cannot be told whether it was taken: the connection broke after the last line had been written.
    Unknown(String),
}

/// An open way for messages, used for all of a run.
pub struct Post {
    sender: Sender,
    way: Way,
}

/// How messages leave this machine.
enum Way {
    Smtp(Box<Smtp>),
    Sendmail(Sendmail),
}

impl Post {
    /// Finds the way: the server that `LEDGERLINE_SMTP_URL` names, which is connected to at once, else the local `sendmail`.
    /// Refused with [`MailTrouble`] where there is no sender, no way, or nobody answers.
    pub fn open(environment: &MailEnvironment) -> Result<Post> {
        let sender = Sender::of(environment)?;
        let way = match &environment.smtp_url {
            Some(url) => Way::Smtp(Box::new(Smtp::open(Server::read(url, environment)?)?)),
            None => Way::Sendmail(Sendmail::find(environment)?),
        };
        Ok(Post { sender, way })
    }

    /// Hands a message over. An error means that nobody took it and that the way is gone.
    pub fn hand_over(&mut self, mail: &Mail<'_>) -> Result<Handed> {
        match self.sender.recipients(mail) {
            Ok(recipients) => self.pass_on(mail, &recipients, &recipients.to),
            Err(refused) => Ok(refused),
        }
    }

    /// Hands a copy to whoever the ladder names; what went wrong with it, if anything did. The message itself has gone.
    pub fn hand_over_copy(&mut self, mail: &Mail<'_>) -> Option<String> {
        let copy_to = mail.message.copy_to.as_ref()?;
        let Ok(recipients) = self.sender.recipients(mail) else { return None };
        let Some(copy) = &recipients.copy else { return Some(message::no_address(copy_to)) };
        match self.pass_on(mail, &recipients, copy) {
            Ok(Handed::Taken(_)) => None,
            Ok(Handed::Refused(words) | Handed::PutOff(words) | Handed::Unknown(words)) => Some(words),
            Err(trouble) => Some(trouble.to_string()),
        }
    }

    /// The one message is the same to everybody; who gets it is said outside it.
    fn pass_on(&mut self, mail: &Mail<'_>, recipients: &Recipients, to: &lettre::Address) -> Result<Handed> {
        let written = self.sender.write(mail, recipients)?;
        match &mut self.way {
            Way::Smtp(smtp) => Ok(smtp.hand_over(self.sender.address(), to, &written)?),
            Way::Sendmail(sendmail) => sendmail.hand_over(self.sender.address(), to, &written),
        }
    }

    /// Takes leave of the server.
    pub fn close(self) {
        if let Way::Smtp(smtp) = self.way {
            smtp.close();
        }
    }
}

/// The longest that a server's words are kept.
const LONGEST_WORDS: usize = 200;

/// The text as one line without what a header or a terminal would act on.
fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|letter| if is_unsafe(letter) { ' ' } else { letter }).collect();
    plain.split_whitespace().collect::<Vec<&str>>().join(" ")
}

/// What somebody else's program said, short enough to keep and to show.
fn in_short(words: &str) -> String {
    let plain = one_line(words);
    if plain.chars().count() <= LONGEST_WORDS {
        return plain;
    }
    let kept: String = plain.chars().take(LONGEST_WORDS - 1).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_others_are_short_and_harmless() {
        assert_eq!(in_short("5.1.1\u{1b}[2J no\r\n such  user\0"), "5.1.1 [2J no such user");
        let long = in_short(&"word ".repeat(100));
        assert!(long.chars().count() <= LONGEST_WORDS && long.ends_with("word…"), "{long}");
        assert_eq!(in_short(&"é".repeat(LONGEST_WORDS)).chars().count(), LONGEST_WORDS);
    }
}
