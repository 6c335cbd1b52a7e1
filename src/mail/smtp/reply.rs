//! What a server's answer means: whose fault it is, and whether it may pass.

use std::error::Error as _;
use std::fmt;
use std::io::{self, ErrorKind};

use lettre::transport::smtp::Error;
use lettre::transport::smtp::response::Response;

use super::super::in_short;

/// Why a step went no further.
#[derive(Debug)]
pub enum Fault {
    /// The server said no, and listens on.
    Said(Reply),
    /// It took leave, fell silent or is no longer there.
    Gone(String),
}

/// One answer: `550 5.1.1 no such user`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    code: u16,
    words: String,
}

/// The server ends the connection with this.
const LEAVING: u16 = 421;

impl Fault {
    pub fn of(error: &Error) -> Fault {
        let Some(code) = error.status() else {
            return Fault::Gone(in_words(error));
        };
        let words = error.source().map(ToString::to_string).unwrap_or_default();
        let reply = Reply::new(u16::from(code), &words);
        if reply.code == LEAVING { Fault::Gone(reply.to_string()) } else { Fault::Said(reply) }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Said(reply) => reply.fmt(f),
            Fault::Gone(words) => f.write_str(words),
        }
    }
}

impl Reply {
    fn new(code: u16, words: &str) -> Reply {
        Reply { code, words: in_short(words) }
    }

    pub fn of(response: &Response) -> Reply {
        Reply::new(u16::from(response.code()), &response.message().collect::<Vec<&str>>().join(" "))
    }

    /// An answer as a person would read it, `550 5.1.1 no such user`.
    pub fn read(text: &str) -> Option<Reply> {
        let (code, words) = text.trim().split_once(' ')?;
        code.parse().ok().filter(|code| (200..600).contains(code)).map(|code| Reply::new(code, words))
    }

    /// It would be the same another time.
    pub fn is_final(&self) -> bool {
        self.code >= 500
    }

    /// Refused for good because of who it is for. Servers also refuse recipients for reasons that lie with us (a sender they do
    /// not like, a login that is missing, a relay that is closed); taken for the recipient's fault, one such evening would strike
    /// out every address. Where it is not plain, the recipient is given the benefit, and the message waits.
    pub fn is_about_the_recipient(&self) -> bool {
        if !self.is_final() {
            return false;
        }
        match self.detail() {
            // Its subjects are 1 address, 2 mailbox, 3 mail system, 4 network, 5 protocol, 6 content, 7 policy.
            Some((1, 7 | 8)) => false,
            Some((1 | 2, _)) => true,
            // Nobody of that name, as Microsoft says it; and no way to that domain.
            Some((4, 1 | 4)) => true,
            Some(_) => false,
            None => matches!(self.code, 550 | 551 | 553 | 556) && !self.words.to_lowercase().contains("relay"),
        }
    }

    /// The subject and the detail of `5.1.1`, where the answer begins with such a code.
    fn detail(&self) -> Option<(u16, u16)> {
        let mut parts = self.words.split(' ').next()?.split('.');
        let (class, subject, detail) = (parts.next()?, parts.next()?, parts.next()?);
        let found = (subject.parse().ok()?, detail.parse().ok()?);
        (class == "5" && parts.next().is_none()).then_some(found)
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.words)
    }
}

/// What broke a connection, without the library's own words around it.
pub fn in_words(error: &Error) -> String {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(broken) = cause.downcast_ref::<io::Error>() {
            return match broken.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut => "no answer in time".to_string(),
                ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof => {
                    "the connection broke".to_string()
                }
                _ => without_number(&broken.to_string()),
            };
        }
        source = cause.source();
    }
    let words = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    if words == "incomplete response" { "the connection broke".to_string() } else { in_short(&words) }
}

/// `Connection refused`, not `Connection refused (os error 111)`.
fn without_number(words: &str) -> String {
    in_short(words.split_once(" (os error ").map_or(words, |(plain, _)| plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_with_the_recipient_strikes_out_an_address() {
        for (code, words) in [
            (550, "5.1.1 <ana@example.org>: Recipient address rejected: User unknown"),
            (550, "5.1.10 RESOLVER.ADR.RecipientNotFound"),
            (550, "5.2.1 The email account that you tried to reach is disabled"),
            (552, "5.2.2 Mailbox full"),
            (550, "5.4.1 Recipient address rejected: Access denied"),
            (556, "5.1.10 Recipient address has null MX"),
            (550, "No such user here"),
            (553, "sorry, that address is not here"),
            (551, "User not local"),
        ] {
            assert!(Reply::new(code, words).is_about_the_recipient(), "{code} {words}");
        }
        for (code, words) in [
            (450, "4.1.1 User unknown in local recipient table"),
            (452, "4.2.2 Mailbox full"),
            (550, "5.1.8 Sender address rejected: Domain not found"),
            (553, "5.7.1 Sender address rejected: not owned by user office"),
            (554, "5.7.1 Relay access denied"),
            (550, "5.7.26 This mail has been blocked because the sender is unauthenticated"),
            (550, "relay not permitted"),
            (530, "Authentication required"),
            (554, "Transaction failed"),
            (552, "5.3.4 Message size exceeds fixed limit"),
            (554, "5.6.0 message content rejected"),
            (503, "Bad sequence of commands"),
            (550, "relaying denied, 1.2.3.4 is listed"),
        ] {
            assert!(!Reply::new(code, words).is_about_the_recipient(), "{code} {words}");
        }
    }
}
