//! A small mail server on this machine, for tests: it takes messages by SMTP, keeps them, and is as awkward as it is told.
//!
//! ```ignore
//! let server = MailServer::start(Temper::kind());                              // takes everything
//! let server = MailServer::start(Temper::kind().refusing("ana@example.org"));  // 550 for her, the rest is taken
//! let server = MailServer::start(Temper::kind().hanging_up(At::Dot, 1));       // breaks off, once, after a whole message
//! // … LEDGERLINE_SMTP_URL = server.url(), and a run …
//! assert_eq!(server.recipients(), ["luis@example.org"]);
//! assert_eq!(server.connections(), 1);
//! ```
//!
//! `Temper::watching` is called at every step before it is answered, on the server's thread: a test can wait there, or change
//! the records while a message is on its way. `Temper::answering` puts any answer of a test's own in the place of the usual one.
//! With TLS, the program under test trusts the server if `SSL_CERT_FILE` is `server.certificate()`.

mod conversation;
mod taken;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use conversation::Conversation;
pub use taken::Taken;

/// The steps of a conversation, each before the server's answer to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    Greeting,
    Hello,
    Login,
    /// `MAIL FROM`
    Sender,
    /// `RCPT TO`
    Recipient,
    /// `DATA`
    Data,
    /// After the first line of the message. Only hanging up makes a difference here.
    Halfway,
    /// After the last line. Where the server hangs up here, it has taken the message without saying so.
    Dot,
}

/// A step, and what is known by then.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    pub at: At,
    /// Who the message is for, from `At::Recipient` on.
    pub recipient: &'a str,
    /// Messages taken on this connection so far.
    pub taken: usize,
}

/// What the server does instead of what it would have done.
#[derive(Clone, Debug)]
pub enum Answer {
    Say(&'static str),
    HangUp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    None,
    OnConnect,
    StartTls,
}

type Rule = Box<dyn Fn(&Moment) -> Option<Answer> + Send + Sync>;

/// How the server behaves.
pub struct Temper {
    rules: Vec<Rule>,
    delay: Duration,
    tls: Encryption,
    /// The ways to log in that it offers, and the only user and password that it knows.
    login: Option<(&'static str, &'static str, &'static str)>,
    takes_any_letters: bool,
}

impl Temper {
    /// Takes every message from everybody.
    pub fn kind() -> Temper {
        Temper {
            rules: Vec::new(),
            delay: Duration::ZERO,
            tls: Encryption::None,
            login: None,
            takes_any_letters: false,
        }
    }

    /// The first rule that has an answer counts.
    pub fn answering(mut self, rule: impl Fn(&Moment) -> Option<Answer> + Send + Sync + 'static) -> Temper {
        self.rules.push(Box::new(rule));
        self
    }

    /// Sees every step that no earlier rule answered.
    pub fn watching(self, see: impl Fn(&Moment) + Send + Sync + 'static) -> Temper {
        self.answering(move |moment| {
            see(moment);
            None
        })
    }

    /// Refuses a recipient for good.
    pub fn refusing(self, recipient: &'static str) -> Temper {
        let said = Answer::Say("550 5.1.1 No such user here");
        self.answering(move |now| (now.at == At::Recipient && now.recipient == recipient).then(|| said.clone()))
    }

    /// Puts a recipient off.
    pub fn putting_off(self, recipient: &'static str) -> Temper {
        let said = Answer::Say("451 4.3.0 Try again later");
        self.answering(move |now| (now.at == At::Recipient && now.recipient == recipient).then(|| said.clone()))
    }

    /// Breaks the connection at a step, the first `times` that it comes there.
    pub fn hanging_up(self, at: At, times: usize) -> Temper {
        let seen = AtomicUsize::new(0);
        self.answering(move |now| {
            (now.at == at && seen.fetch_add(1, Ordering::SeqCst) < times).then_some(Answer::HangUp)
        })
    }

    /// Takes leave with 421 after so many messages on one connection.
    pub fn leaving_after(self, messages: usize) -> Temper {
        self.answering(move |now| {
            (now.at == At::Sender && now.taken >= messages).then_some(Answer::Say("421 4.7.0 Too many messages, bye"))
        })
    }

    /// Takes its time over every answer.
    pub fn slow(mut self, delay: Duration) -> Temper {
        self.delay = delay;
        self
    }

    pub fn tls(mut self, tls: Encryption) -> Temper {
        self.tls = tls;
        self
    }

    /// Takes messages only after a login, by `PLAIN`, `LOGIN` or `PLAIN LOGIN`.
    pub fn login(mut self, ways: &'static str, user: &'static str, password: &'static str) -> Temper {
        self.login = Some((ways, user, password));
        self
    }

    /// Takes addresses with letters other than ASCII.
    pub fn taking_any_letters(mut self) -> Temper {
        self.takes_any_letters = true;
        self
    }
}

/// What all conversations share.
struct Office {
    temper: Temper,
    tls: Option<Arc<rustls::ServerConfig>>,
    messages: Mutex<Vec<Taken>>,
    connections: AtomicUsize,
}

/// The server, which listens until the test ends.
pub struct MailServer {
    office: Arc<Office>,
    port: u16,
    certificate: PathBuf,
    _folder: tempfile::TempDir,
}

impl MailServer {
    pub fn start(temper: Temper) -> MailServer {
        let folder = tempfile::tempdir().expect("a folder");
        let certificate = folder.path().join("certificate.pem");
        let tls = (temper.tls != Encryption::None).then(|| certified(&certificate));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let office = Office { temper, tls, messages: Mutex::default(), connections: AtomicUsize::new(0) };
        let office = Arc::new(office);
        let within = Arc::clone(&office);
        thread::spawn(move || {
            for caller in listener.incoming().flatten() {
                let office = Arc::clone(&within);
                office.connections.fetch_add(1, Ordering::SeqCst);
                // A connection that breaks is what many a test is about.
                thread::spawn(move || Conversation::begin(&office, caller).and_then(|mut talk| talk.go_on()));
            }
        });
        MailServer { office, port, certificate, _folder: folder }
    }

    /// For `LEDGERLINE_SMTP_URL`, without a login.
    pub fn url(&self) -> String {
        self.url_for("")
    }

    /// The same with `user:password@`.
    pub fn url_for(&self, login: &str) -> String {
        let (scheme, query) = match self.office.temper.tls {
            Encryption::None => ("smtp", ""),
            Encryption::OnConnect => ("smtps", ""),
            Encryption::StartTls => ("smtp", "?tls=required"),
        };
        format!("{scheme}://{login}127.0.0.1:{}{query}", self.port)
    }

    /// For `SSL_CERT_FILE`.
    pub fn certificate(&self) -> &Path {
        &self.certificate
    }

    /// Every message taken so far, in order.
    pub fn messages(&self) -> Vec<Taken> {
        self.office.messages.lock().expect("nobody fell over").clone()
    }

    /// Who got a message, in order.
    pub fn recipients(&self) -> Vec<String> {
        self.messages().into_iter().map(|message| message.to).collect()
    }

    /// How often somebody connected.
    pub fn connections(&self) -> usize {
        self.office.connections.load(Ordering::SeqCst)
    }
}

/// A certificate for this machine, signed by itself and written to where the program under test finds it.
fn certified(path: &Path) -> Arc<rustls::ServerConfig> {
    let names = vec!["127.0.0.1".to_string(), "localhost".to_string()];
    let certified = rcgen::generate_simple_self_signed(names).expect("a certificate");
    std::fs::write(path, certified.cert.pem()).expect("written");
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).expect("a key");
    let chain = vec![CertificateDer::from(certified.cert.der().to_vec())];
    let config = rustls::ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key);
    Arc::new(config.expect("a key that fits its certificate"))
}
