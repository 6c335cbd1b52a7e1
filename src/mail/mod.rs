//! Handing messages over: to a mail server by SMTP, or to the local `sendmail`.

mod trouble;

use std::time::SystemTime;

use anyhow::Result;

use crate::domain::reminder::Message;
use crate::domain::text::Email;
use crate::world::MailEnvironment;

pub use trouble::MailTrouble;

/// One message as it goes out.
#[derive(Clone, Debug)]
pub struct Mail<'a> {
    pub message: &'a Message,
    /// Where answers go, if not to the sender.
    pub reply_to: Option<&'a Email>,
    pub at: SystemTime,
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
pub struct Post {}

impl Post {
    /// Finds the way: the server that `LEDGERLINE_SMTP_URL` names, which is connected to at once, else the local `sendmail`.
    /// Refused with [`MailTrouble`] where there is no sender, no way, or nobody answers.
    pub fn open(_environment: &MailEnvironment) -> Result<Post> {
        todo!()
    }

    /// Hands a message over. An error means that nobody took it and that the way is gone.
    pub fn hand_over(&mut self, _mail: &Mail<'_>) -> Result<Handed> {
        todo!()
    }

    /// Hands a copy to whoever the ladder names; what went wrong with it, if anything did. The message itself has gone.
    pub fn hand_over_copy(&mut self, _mail: &Mail<'_>) -> Option<String> {
        todo!()
    }

    /// Takes leave of the server.
    pub fn close(self) {}
}
