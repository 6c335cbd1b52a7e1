//! One connection to the server: what it hears and what it answers.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;

use super::taken::base64;
use super::{Answer, At, Encryption, Moment, Office, Taken};

trait Stream: Read + Write + Send {}
impl<S: Read + Write + Send> Stream for S {}

/// One connection.
pub struct Conversation<'a> {
    office: &'a Office,
    stream: BufReader<Box<dyn Stream>>,
    recipient: String,
    taken: usize,
}

fn hung_up() -> io::Error {
    io::ErrorKind::ConnectionAborted.into()
}

fn encrypted(config: &Arc<rustls::ServerConfig>, stream: Box<dyn Stream>) -> Box<dyn Stream> {
    let connection = rustls::ServerConnection::new(Arc::clone(config)).expect("a server's side");
    Box::new(rustls::StreamOwned::new(connection, stream))
}

impl<'a> Conversation<'a> {
    pub fn begin(office: &'a Office, caller: TcpStream) -> io::Result<Conversation<'a>> {
        let plain: Box<dyn Stream> = Box::new(caller);
        let stream = match &office.tls {
            Some(config) if office.temper.tls == Encryption::OnConnect => encrypted(config, plain),
            _ => plain,
        };
        let mut talk = Conversation { office, stream: BufReader::new(stream), recipient: String::new(), taken: 0 };
        talk.answer(At::Greeting, "220 test.example at your service")?;
        Ok(talk)
    }

    /// What the rules have for a step.
    fn rule(&self, at: At) -> Option<Answer> {
        let moment = Moment { at, recipient: &self.recipient, taken: self.taken };
        self.office.temper.rules.iter().find_map(|rule| rule(&moment))
    }

    /// Answers a step as the rules have it, or as usual; says whether that comes to the same.
    fn answer(&mut self, at: At, usual: &str) -> io::Result<bool> {
        thread::sleep(self.office.temper.delay);
        let words = match self.rule(at) {
            Some(Answer::HangUp) => return Err(hung_up()),
            Some(Answer::Say(words)) => words,
            None => usual,
        };
        self.say(words).map(|()| words.starts_with(&usual[..1]))
    }

    fn say(&mut self, words: &str) -> io::Result<()> {
        let stream = self.stream.get_mut();
        stream.write_all(format!("{words}\r\n").as_bytes())?;
        stream.flush()?;
        // Whoever takes leave goes.
        if words.starts_with("421") { Err(hung_up()) } else { Ok(()) }
    }

    fn hear(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line)?;
        let line = String::from_utf8_lossy(&line).into_owned();
        line.strip_suffix("\r\n").map(ToString::to_string).ok_or_else(hung_up)
    }

    pub fn go_on(&mut self) -> io::Result<()> {
        let (mut from, mut is_encrypted) = (String::new(), self.office.temper.tls == Encryption::OnConnect);
        let mut is_known = self.office.temper.login.is_none();
        loop {
            let line = self.hear()?;
            let (command, rest) = line.split_once(' ').unwrap_or((&line, ""));
            match command {
                "EHLO" => {
                    let words = self.greeting(is_encrypted);
                    self.answer(At::Hello, &words)?;
                }
                "STARTTLS" => {
                    self.say("220 Go ahead")?;
                    self.turn_to_tls();
                    is_encrypted = true;
                }
                "AUTH" => is_known = self.log_in(rest)?,
                "MAIL" if !is_known => self.say("530 5.7.0 Authentication required")?,
                "MAIL" => {
                    from = within_brackets(rest);
                    self.recipient.clear();
                    self.answer(At::Sender, "250 OK")?;
                }
                "RCPT" => {
                    self.recipient = within_brackets(rest);
                    if !self.answer(At::Recipient, "250 OK")? {
                        self.recipient.clear();
                    }
                }
                "DATA" if self.recipient.is_empty() => self.say("503 5.5.1 Nobody to send it to")?,
                "DATA" => {
                    if self.answer(At::Data, "354 Go ahead")? {
                        self.take(&from)?;
                    }
                }
                "RSET" => self.say("250 OK")?,
                "QUIT" => return self.say("221 Bye"),
                _ => self.say("500 5.5.2 Not understood")?,
            }
        }
    }

    fn greeting(&self, is_encrypted: bool) -> String {
        let mut lines = vec!["test.example".to_string(), "8BITMIME".to_string()];
        if self.office.temper.takes_any_letters {
            lines.push("SMTPUTF8".to_string());
        }
        if self.office.temper.tls == Encryption::StartTls && !is_encrypted {
            lines.push("STARTTLS".to_string());
        } else if let Some((ways, ..)) = self.office.temper.login {
            lines.push(format!("AUTH {ways}"));
        }
        let last = lines.len() - 1;
        let marked = lines.iter().enumerate();
        let marked = marked.map(|(n, line)| format!("250{}{line}", if n == last { ' ' } else { '-' }));
        marked.collect::<Vec<String>>().join("\r\n")
    }

    fn turn_to_tls(&mut self) {
        let config = self.office.tls.as_ref().expect("a certificate");
        let plain = std::mem::replace(&mut self.stream, BufReader::new(Box::new(io::empty())));
        self.stream = BufReader::new(encrypted(config, plain.into_inner()));
    }

    fn log_in(&mut self, words: &str) -> io::Result<bool> {
        let (_, user, password) = self.office.temper.login.expect("a login was offered");
        let text = |encoded: &str| String::from_utf8(base64(encoded)).expect("UTF-8");
        let is_known = match words.split_once(' ') {
            Some(("PLAIN", answer)) => text(answer) == format!("\0{user}\0{password}"),
            _ => {
                self.say("334 VXNlcm5hbWU6")?;
                let given = text(&self.hear()?);
                self.say("334 UGFzc3dvcmQ6")?;
                given == user && text(&self.hear()?) == password
            }
        };
        let words = if is_known { "235 2.7.0 Welcome" } else { "535 5.7.8 Wrong user or password" };
        Ok(self.answer(At::Login, words)? && is_known)
    }

    /// Hears the message out. It is kept before it is answered, so that whoever has the answer finds it.
    fn take(&mut self, from: &str) -> io::Result<()> {
        let mut raw = String::new();
        loop {
            let line = self.hear()?;
            if line == "." {
                break;
            }
            let is_first = raw.is_empty();
            raw.push_str(line.strip_prefix('.').unwrap_or(&line));
            raw.push_str("\r\n");
            if is_first && matches!(self.rule(At::Halfway), Some(Answer::HangUp)) {
                return Err(hung_up());
            }
        }
        thread::sleep(self.office.temper.delay);
        let answer = self.rule(At::Dot);
        if !matches!(&answer, Some(Answer::Say(words)) if !words.starts_with('2')) {
            let message = Taken { from: from.to_string(), to: self.recipient.clone(), raw };
            self.office.messages.lock().expect("nobody fell over").push(message);
            self.taken += 1;
        }
        self.recipient.clear();
        match answer {
            Some(Answer::HangUp) => Err(hung_up()),
            Some(Answer::Say(words)) => self.say(words),
            None => self.say("250 2.0.0 Taken"),
        }
    }
}

/// The address in `FROM:<office@hub.example> BODY=8BITMIME`.
fn within_brackets(words: &str) -> String {
    let address = words.split_once('<').and_then(|(_, after)| after.split_once('>'));
    address.map_or_else(String::new, |(address, _)| address.to_string())
}
