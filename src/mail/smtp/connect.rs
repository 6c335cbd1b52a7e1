//! Coming to a mail server: the connection, TLS, the login; and a plain sentence where one of them fails.

use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{DEFAULT_MECHANISMS, Mechanism};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};

use super::super::MailTrouble;
use super::super::server::{Login, Security, Server};
use super::ANSWER;
use super::reply::{Fault, in_words};
use crate::domain::text::escape;

/// How long a server may take to be there and to greet. One that is there takes a second; a run waits no longer for one that is not.
const GREETING: Duration = Duration::from_secs(30);

/// What certificates are held against: the server's name, and whom this machine trusts. None where there is no TLS.
pub fn trust(server: &Server) -> Result<Option<TlsParameters>, MailTrouble> {
    if server.security == Security::Plain {
        return Ok(None);
    }
    let parameters = TlsParameters::new(server.host.clone());
    let told = |error: Error| MailTrouble::Down(format!("TLS cannot be used on this machine: {}", in_words(&error)));
    parameters.map(Some).map_err(told)
}

/// Comes to the server, ready for messages.
pub fn connect(server: &Server, tls: Option<&TlsParameters>) -> Result<SmtpConnection, MailTrouble> {
    let down = |error: &Error| MailTrouble::Down(sentence(server, error));
    let on_connect = tls.filter(|_| server.security == Security::OnConnect);
    let address = (server.host.as_str(), server.port);
    let mut connection = SmtpConnection::connect(address, Some(GREETING), &server.hello, on_connect, None)
        .map_err(|error| down(&error))?;
    if let Some(tls) = tls.filter(|_| server.security == Security::StartTls) {
        if !connection.can_starttls() {
            let name = server.name();
            return Err(MailTrouble::Down(format!("{name} offers no TLS, which LEDGERLINE_SMTP_URL requires")));
        }
        connection.starttls(tls, &server.hello).map_err(|error| down(&error))?;
    }
    if let Some(login) = &server.login {
        log_in(&mut connection, server, login)?;
    }
    let answer = connection.set_timeout(Some(ANSWER));
    answer.map_err(|error| MailTrouble::Down(format!("the connection to {} is gone: {error}", server.name())))?;
    Ok(connection)
}

fn log_in(connection: &mut SmtpConnection, server: &Server, login: &Login) -> Result<(), MailTrouble> {
    let (name, user) = (server.name(), escape(&login.user));
    let known = |mechanism: &Mechanism| connection.server_info().supports_auth_mechanism(*mechanism);
    if !DEFAULT_MECHANISMS.iter().any(known) {
        return Err(MailTrouble::Down(format!("{name} takes no login with a password here")));
    }
    let refused = |error: Error| {
        let sentence = match Fault::of(&error) {
            Fault::Said(reply) if reply.is_final() => format!("{name} refused the login of '{user}': {reply}"),
            fault => format!("'{user}' could not be logged in at {name}: {fault}"),
        };
        MailTrouble::Down(login.without_password(&sentence))
    };
    connection.auth(DEFAULT_MECHANISMS, &login.credentials).map(drop).map_err(refused)
}

fn sentence(server: &Server, error: &Error) -> String {
    let name = server.name();
    let words = Fault::of(error).to_string();
    if error.status().is_some() {
        return format!("{name} takes no messages now: {words}");
    }
    if words.contains("certificate") {
        return format!("the certificate of {name} is not to be trusted: {words}");
    }
    if words.contains("InvalidContentType") {
        return format!(
            "{name} does not begin with TLS, as smtps:// asks; smtp://…?tls=required begins without and turns to it"
        );
    }
    format!("{name} cannot be reached: {words}")
}
