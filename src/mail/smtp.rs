//! Handing over by SMTP, command by command, so that it is always known how far a message got.

mod connect;
mod reply;

use std::fmt::Display;
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::{Response, Severity};

use super::server::Server;
use super::{Handed, MailTrouble, in_short};
use reply::Fault;

pub use reply::Reply;

/// How long a server may take over one answer. The standard allows it five minutes, which would hold up all the rest.
const ANSWER: Duration = Duration::from_secs(60);

/// How long it may take over the last line of a message, when it looks through it. Whoever gives up too early does not
/// know whether it was taken, and a person must find out; so this is the standard's five minutes and not the above.
const LAST_ANSWER: Duration = Duration::from_secs(300);

/// One connection for all messages of a run; made anew, once, where it broke.
pub struct Smtp {
    server: Server,
    tls: Option<TlsParameters>,
    connection: Option<SmtpConnection>,
    /// Connections that broke, one after the other, before a message was asked for.
    broken_in_a_row: usize,
}

impl Smtp {
    pub fn open(server: Server) -> Result<Smtp, MailTrouble> {
        let tls = connect::trust(&server)?;
        let connection = Some(connect::connect(&server, tls.as_ref())?);
        Ok(Smtp { server, tls, connection, broken_in_a_row: 0 })
    }

    /// An error means that there is no way any more, and that nobody took this message.
    pub fn hand_over(&mut self, from: &Address, to: &Address, message: &[u8]) -> Result<Handed, MailTrouble> {
        let is_new = self.connection.is_none();
        let connection = self.connected()?;
        let mut parameters = Vec::new();
        if !message.is_ascii() {
            // Only an address is ever written in other letters; everything else is encoded.
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                let words = format!("{} does not take addresses in letters other than a to z", self.server.name());
                return Ok(if to.user().is_ascii() { Handed::PutOff(words) } else { Handed::Refused(words) });
            }
            parameters = vec![MailParameter::SmtpUtfEight, MailParameter::Body(MailBodyParameter::EightBitMime)];
        }
        let begin = Mail::new(Some(from.clone()), parameters);
        let mut begun = self.say(&begin);
        if !is_new && matches!(begun, Err(Fault::Gone(_))) {
            // Servers end a connection after so many messages, or when it was idle. Nothing of this one has been said.
            self.connected()?;
            begun = self.say(&begin);
        }
        if let Err(Fault::Said(reply)) = &begun
            && reply.is_final()
            && message.is_ascii()
        {
            // It would say the same to every other message.
            let name = self.server.name();
            return Err(MailTrouble::Down(format!("{name} takes no message from {from}: {reply}")));
        }
        let ready = begun.and_then(|_| self.say(Rcpt::new(to.clone(), Vec::new()))).and_then(|_| self.say(Data));
        match ready {
            Ok(go_on) if go_on.code().severity == Severity::PositiveIntermediate => {
                self.broken_in_a_row = 0;
                Ok(self.give(message))
            }
            Ok(other) => {
                self.connection = None;
                let words = in_short(&other.message().collect::<Vec<&str>>().join(" "));
                Ok(Handed::PutOff(format!("{} did not ask for the message: {words}", self.server.name())))
            }
            Err(Fault::Gone(words)) if self.broken_in_a_row > 0 => {
                // A server that falls silent costs a minute a message, and every other message would fare alike.
                Err(MailTrouble::Down(format!("{} no longer answers: {words}", self.server.name())))
            }
            Err(fault) => {
                self.broken_in_a_row = usize::from(matches!(fault, Fault::Gone(_)));
                Ok(self.not_taken(fault))
            }
        }
    }

    /// Gives the message itself, of which nothing may be said twice.
    fn give(&mut self, message: &[u8]) -> Handed {
        let Some(connection) = &mut self.connection else {
            return Handed::PutOff(format!("the connection to {} is gone", self.server.name()));
        };
        // A time-out that cannot be set leaves the shorter one.
        let _ = connection.set_timeout(Some(LAST_ANSWER));
        let answer = connection.command(in_one_piece(message));
        let _ = connection.set_timeout(Some(ANSWER));
        match answer {
            Ok(reply) if reply.code().severity == Severity::PositiveCompletion => {
                Handed::Taken(Reply::of(&reply).to_string())
            }
            Ok(reply) => self.untold(&Reply::of(&reply).to_string()),
            Err(error) => match (Fault::of(&error), error.status()) {
                // Also where it takes leave with these words: it has said that it did not take the message.
                (fault, Some(_)) => self.not_taken(fault),
                (Fault::Gone(words), None) => self.untold(&words),
                (Fault::Said(reply), None) => self.untold(&reply.to_string()),
            },
        }
    }

    fn untold(&mut self, words: &str) -> Handed {
        self.connection = None;
        let name = self.server.name();
        Handed::Unknown(format!("{name} had begun to get the message, and did not say whether it took it: {words}"))
    }

    /// What a fault before the message was taken means for it; the connection is made ready for the next one.
    fn not_taken(&mut self, fault: Fault) -> Handed {
        match fault {
            Fault::Gone(words) => {
                self.connection = None;
                Handed::PutOff(words)
            }
            Fault::Said(reply) => {
                if self.say(Rset).is_err() {
                    self.connection = None;
                }
                if reply.is_about_the_recipient() {
                    Handed::Refused(reply.to_string())
                } else {
                    Handed::PutOff(reply.to_string())
                }
            }
        }
    }

    /// Says one command. Whoever is gone is forgotten.
    fn say(&mut self, command: impl Display) -> Result<Response, Fault> {
        let gone = || Fault::Gone(format!("the connection to {} is gone", self.server.name()));
        let answer = self.connection.as_mut().ok_or_else(gone)?.command(command);
        let answer = answer.map_err(|error| Fault::of(&error));
        if matches!(answer, Err(Fault::Gone(_))) {
            self.connection = None;
        }
        answer
    }

    fn connected(&mut self) -> Result<&mut SmtpConnection, MailTrouble> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => connect::connect(&self.server, self.tls.as_ref())?,
        };
        Ok(self.connection.insert(connection))
    }

    pub fn close(self) {
        if let Some(mut connection) = self.connection {
            // Every message has its answer already; a farewell that is not heard changes none.
            let _ = connection.quit();
        }
    }
}

/// A message with the dots that SMTP wants, and the last one. The library would write that one by itself, for which the system
/// waits until the other side has said that it has the rest: forty milliseconds a message.
fn in_one_piece(message: &[u8]) -> String {
    let text = String::from_utf8_lossy(message).replace("\r\n.", "\r\n..");
    format!("{}\r\n.\r\n", text.strip_suffix("\r\n").unwrap_or(&text))
}
