//! A message as it travels: its headers and its text, in MIME.

use anyhow::{Context, Result};
use lettre::Address;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue, MIME_VERSION_1_0};
use lettre::message::{Mailbox, Message};
use url::Host;

use super::{Handed, Mail, MailTrouble, one_line};
use crate::domain::text::{Email, escape, is_unsafe};
use crate::world::MailEnvironment;

/// Who the messages are from, `LEDGERLINE_MAIL_FROM`.
pub struct Sender(Mailbox);

/// Who gets one message.
pub struct Recipients {
    pub to: Address,
    /// None where the ladder names nobody, or somebody who cannot be written to.
    pub copy: Option<Address>,
}

/// Says that no person wrote this, so that none of their holiday answers comes back.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(AutoSubmitted)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_string())
    }
}

impl Sender {
    pub fn of(environment: &MailEnvironment) -> Result<Sender, MailTrouble> {
        let like = "it looks like office@hub.example or Hub <office@hub.example>";
        let Some(from) = environment.from.as_deref().map(str::trim).filter(|from| !from.is_empty()) else {
            return Err(MailTrouble::Setup(format!(
                "LEDGERLINE_MAIL_FROM does not say who the messages are from; {like}"
            )));
        };
        mailbox(from).map(Sender).ok_or_else(|| {
            MailTrouble::Setup(format!("LEDGERLINE_MAIL_FROM is not a sender: '{}'; {like}", escape(from)))
        })
    }

    pub fn address(&self) -> &Address {
        &self.0.email
    }

    /// Who gets the message; refused where nobody could be written to at that address.
    pub fn recipients(&self, mail: &Mail<'_>) -> Result<Recipients, Handed> {
        let Some(email) = &mail.message.to.email else {
            return Err(Handed::Refused("there is no email address".to_string()));
        };
        let to = address(email.as_str()).ok_or_else(|| Handed::Refused(no_address(email)))?;
        Ok(Recipients { to, copy: mail.message.copy_to.as_ref().and_then(|copy| address(copy.as_str())) })
    }

    /// The whole message with CRLF at the end of each line.
    pub fn write(&self, mail: &Mail<'_>, recipients: &Recipients) -> Result<Vec<u8>> {
        let Mail { message, at, id, .. } = *mail;
        // What was kept by an older version, or came from a template, may have a line break, which would begin another header.
        let mut builder = Message::builder()
            .from(self.0.clone())
            .to(Mailbox::new(Some(one_line(&message.to.name)), recipients.to.clone()))
            .subject(one_line(&message.subject))
            .date(at.into())
            .message_id(Some(format!("<{id}@{}>", self.address().domain())))
            .header(AutoSubmitted)
            .header(MIME_VERSION_1_0)
            .header(ContentType::TEXT_PLAIN);
        if let Some(reply_to) = mail.reply_to {
            let answered = address(reply_to.as_str()).ok_or_else(|| {
                MailTrouble::Setup(format!("the setting reply-to cannot be used: {}", no_address(reply_to)))
            })?;
            builder = builder.reply_to(Mailbox::new(None, answered));
        }
        if let Some(copy) = &recipients.copy {
            builder = builder.cc(Mailbox::new(None, copy.clone()));
        }
        let written = builder.body(message.body.clone()).context("the message could not be written")?;
        Ok(written.formatted())
    }
}

pub fn no_address(email: &Email) -> String {
    format!("'{}' is not an address that mail can be sent to", escape(email.as_str()))
}

/// `office@hub.example`, or `Hub <office@hub.example>` with or without quotation marks.
fn mailbox(text: &str) -> Option<Mailbox> {
    let (name, email) = match text.strip_suffix('>') {
        Some(text) => text.rsplit_once('<')?,
        None => ("", text),
    };
    let name = name.trim();
    let name = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name);
    let address = address(email.trim()).filter(|address| address.user().is_ascii())?;
    let sound = !name.chars().any(is_unsafe);
    sound.then(|| Mailbox::new((!name.is_empty()).then(|| name.to_string()), address))
}

/// The address as servers know it: a domain in other letters is written in theirs, `xn--…`.
fn address(text: &str) -> Option<Address> {
    let (local, domain) = text.rsplit_once('@')?;
    let domain = if domain.is_ascii() { domain.to_string() } else { Host::parse(domain).ok()?.to_string() };
    let sound = !text.chars().any(|letter| is_unsafe(letter) || letter.is_whitespace());
    Address::new(local, domain).ok().filter(|_| sound)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender(from: &str) -> Result<Sender, MailTrouble> {
        Sender::of(&MailEnvironment { from: Some(from.to_string()), ..MailEnvironment::default() })
    }

    #[test]
    fn a_sender_is_an_address_with_or_without_a_name() {
        for (from, name, email) in [
            ("office@hub.example", None, "office@hub.example"),
            ("<office@hub.example>", None, "office@hub.example"),
            (" Music Hub <office@hub.example> ", Some("Music Hub"), "office@hub.example"),
            ("\"Hub, Music\" <office@hub.example>", Some("Hub, Music"), "office@hub.example"),
            ("Hub, Music <o'brien+x@hub.example>", Some("Hub, Music"), "o'brien+x@hub.example"),
            ("Zoë's Hub <office@hüb.example>", Some("Zoë's Hub"), "office@xn--hb-xka.example"),
        ] {
            let Sender(found) = sender(from).unwrap();
            assert_eq!((found.name.as_deref(), found.email.as_ref()), (name, email), "{from}");
        }
        for from in ["", " ", "office", "office@", "Hub <office@hub.example", "a b@c.org", "zoë@hub.example"] {
            assert!(matches!(sender(from), Err(MailTrouble::Setup(_))), "{from}");
        }
        assert!(sender("Hub\r\nBcc: x@y.org <office@hub.example>").is_err());
        assert!(Sender::of(&MailEnvironment::default()).is_err());
    }
}
