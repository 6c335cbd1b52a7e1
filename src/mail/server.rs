//! Which mail server messages are handed to, and how it is spoken with: `LEDGERLINE_SMTP_URL`.

use std::fs::File;
use std::io::Read;
use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::extension::ClientId;
use percent_encoding::percent_decode_str;
use url::{ParseError, Url};

use super::MailTrouble;
use crate::domain::text::escape;
use crate::world::MailEnvironment;

/// What is known of the server before it is spoken to. Neither shown nor printed: it holds a password.
pub struct Server {
    /// Without the brackets of an IPv6 address.
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub login: Option<Login>,
    /// What this machine calls itself.
    pub hello: ClientId,
}

pub struct Login {
    pub user: String,
    pub credentials: Credentials,
    password: String,
}

impl Login {
    /// What a server said, which may repeat what it was told.
    pub fn without_password(&self, words: &str) -> String {
        words.replace(&self.password, "…")
    }
}

/// How the connection is kept from others' eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// It is not: `smtp://`.
    Plain,
    /// STARTTLS, or nothing is said: `smtp://…?tls=required`.
    StartTls,
    /// TLS from the first byte: `smtps://`.
    OnConnect,
}

const URL: &str = "LEDGERLINE_SMTP_URL";
const PASSWORD_FILE: &str = "LEDGERLINE_SMTP_PASSWORD_FILE";

fn setup(sentence: String) -> MailTrouble {
    MailTrouble::Setup(sentence)
}

impl Server {
    /// No sentence here repeats the URL, which may hold a password.
    pub fn read(url: &str, environment: &MailEnvironment) -> Result<Server, MailTrouble> {
        let url = Url::parse(url.trim()).map_err(|error| match error {
            ParseError::RelativeUrlWithoutBase => {
                setup(format!("{URL} is not a mail server's address such as smtp://mail.example.org"))
            }
            error => setup(format!(
                "{URL} cannot be read: {error}; in a user or password @ is written %40, / %2F, : %3A and # %23"
            )),
        })?;
        let security = security(&url)?;
        let Some(host) = url.host_str().filter(|host| !host.is_empty()) else {
            return Err(setup(format!("{URL} names no server; it looks like smtp://mail.hub.example")));
        };
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(setup(format!(
                "{URL} has something after the server's name that is not known; only ?tls=required may follow it"
            )));
        }
        let host = host.trim_matches(['[', ']']).to_string();
        let port = url.port().unwrap_or(match security {
            Security::Plain => 25,
            Security::StartTls => 587,
            Security::OnConnect => 465,
        });
        let login = login(&url, environment)?;
        if login.is_some() && security == Security::Plain && !is_this_machine(&host) {
            let safe = "write smtp://…?tls=required, or smtps://";
            return Err(setup(format!("{URL} would send a password to {} in plain sight; {safe}", escape(&host))));
        }
        let hello = environment.host_name.as_deref().filter(|name| is_host_name(name));
        let hello = hello.map_or_else(ClientId::default, |name| ClientId::Domain(name.to_string()));
        Ok(Server { host, port, security, login, hello })
    }

    /// `mail.hub.example:587`, as sentences name it.
    pub fn name(&self) -> String {
        let host = escape(&self.host);
        if host.contains(':') { format!("[{host}]:{}", self.port) } else { format!("{host}:{}", self.port) }
    }
}

fn security(url: &Url) -> Result<Security, MailTrouble> {
    match (url.scheme(), url.query()) {
        ("smtp", None) => Ok(Security::Plain),
        ("smtp", Some("tls=required")) => Ok(Security::StartTls),
        ("smtps", None | Some("tls=required")) => Ok(Security::OnConnect),
        ("smtp" | "smtps", Some(_)) => Err(setup(format!(
            "{URL} asks for something that is not known; only ?tls=required may follow the server's name"
        ))),
        _ => Err(setup(format!("{URL} begins with neither smtp:// nor smtps://"))),
    }
}

/// The user and password of the URL, or of the file where the URL has only a user.
fn login(url: &Url, environment: &MailEnvironment) -> Result<Option<Login>, MailTrouble> {
    let plain = |part: &str| {
        let decoded = percent_decode_str(part).decode_utf8().map(String::from);
        decoded.map_err(|_| setup(format!("{URL} has a user or password that is not UTF-8 once its % are decoded")))
    };
    let user = plain(url.username())?;
    let given = url.password().filter(|password| !password.is_empty());
    if user.is_empty() {
        return match (given, &environment.password_file) {
            (None, None) => Ok(None),
            _ => Err(setup(format!(
                "there is a password for the mail server, but {URL} names no user; write smtp://user@server"
            ))),
        };
    }
    let password = match (given, &environment.password_file) {
        (Some(password), _) => plain(password)?,
        (None, Some(file)) => password_in(file)?,
        (None, None) => {
            let how = format!("put it into a file that only you may read, and name that in {PASSWORD_FILE}");
            return Err(setup(format!("{URL} names the user '{}' but no password; {how}", escape(&user))));
        }
    };
    let credentials = Credentials::new(user.clone(), password.clone());
    Ok(Some(Login { user, credentials, password }))
}

/// The one line of a file that only its owner may read.
fn password_in(path: &Path) -> Result<String, MailTrouble> {
    let name = escape(&path.to_string_lossy());
    let unread = |error: std::io::Error| setup(format!("{name}, which {PASSWORD_FILE} names, cannot be read: {error}"));
    // Judged by what was opened, so that nobody can put another file in its place in between.
    if std::fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(setup(format!("{name}, which {PASSWORD_FILE} names, is not a file")));
    }
    let mut file = File::open(path).map_err(unread)?;
    let found = file.metadata().map_err(unread)?;
    if !found.is_file() {
        return Err(setup(format!("{name}, which {PASSWORD_FILE} names, is not a file")));
    }
    if found.permissions().mode() & 0o077 != 0 {
        return Err(setup(format!("others may read the mail server's password in {name}; run chmod 600 {name}")));
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(unread)?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() || line.contains(['\n', '\r']) {
        return Err(setup(format!(
            "{name}, which {PASSWORD_FILE} names, must hold the password on one line and nothing else"
        )));
    }
    Ok(line.to_string())
}

/// Nobody else listens on the way to this machine itself.
fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether a server would take it for a name; some refuse a greeting by any other.
fn is_host_name(name: &str) -> bool {
    name.contains('.') && name.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn read(url: &str) -> Result<Server, String> {
        Server::read(url, &MailEnvironment::default()).map_err(|trouble| match trouble {
            MailTrouble::Setup(sentence) => sentence,
            MailTrouble::Down(sentence) => panic!("{sentence}"),
        })
    }

    #[test]
    fn a_url_says_where_and_how() {
        use Security::{OnConnect, Plain, StartTls};
        for (url, host, port, security) in [
            ("smtp://mail.hub.example", "mail.hub.example", 25, Plain),
            ("smtp://mail.hub.example:2525/", "mail.hub.example", 2525, Plain),
            (" smtp://mail.hub.example?tls=required\n", "mail.hub.example", 587, StartTls),
            ("smtp://mail.hub.example:25/?tls=required", "mail.hub.example", 25, StartTls),
            ("smtps://mail.hub.example", "mail.hub.example", 465, OnConnect),
            ("smtps://[2001:db8::1]:4650", "2001:db8::1", 4650, OnConnect),
        ] {
            let server = read(url).unwrap();
            assert_eq!((server.host.as_str(), server.port, server.security), (host, port, security), "{url}");
            assert!(server.login.is_none(), "{url}");
        }
        assert_eq!(read("smtps://[::1]").unwrap().name(), "[::1]:465");
    }

    #[test]
    fn a_url_that_says_something_else_is_refused() {
        for (url, word) in [
            ("", "is not a mail server's address"),
            ("mail.hub.example", "is not a mail server's address such as smtp://mail.example.org"),
            ("https://mail.hub.example", "neither smtp://"),
            ("smtp:mail.hub.example", "names no server"),
            ("smtp://", "names no server"),
            ("smtp://mail.hub.example?tls=optional", "only ?tls=required"),
            ("smtp://mail.hub.example?timeout=5", "only ?tls=required"),
            ("smtp://mail.hub.example/inbox", "only ?tls=required"),
            ("smtp://mail.hub.example:99999", "cannot be read"),
            ("smtp://office:pa#s@mail.hub.example", "cannot be read"),
            ("smtps://office@mail.hub.example", "no password"),
            ("smtps://:secret@mail.hub.example", "names no user"),
            ("smtps://office:%ff@mail.hub.example", "not UTF-8"),
        ] {
            let told = read(url).err().unwrap_or_default();
            assert!(told.contains(word), "{url}: {told}");
            assert!(!told.contains("secret") && !told.contains("pa#s"), "{url}: {told}");
        }
    }

    #[test]
    fn a_password_goes_in_plain_sight_only_to_this_machine() {
        let secret = Credentials::new("of@fice".to_string(), "s:cr/t".to_string());
        let login = "of%40fice:s%3Acr%2Ft";
        for url in [format!("smtp://{login}@mail.hub.example?tls=required"), format!("smtps://{login}@10.0.0.1")] {
            assert!(read(&url).unwrap().login.unwrap().credentials == secret, "{url}");
        }
        for host in ["localhost", "127.0.0.1", "127.8.8.8:25", "[::1]"] {
            assert!(read(&format!("smtp://{login}@{host}")).unwrap().login.is_some(), "{host}");
        }
        for host in ["mail.hub.example", "10.0.0.1", "localhost.example", "[2001:db8::1]"] {
            let told = read(&format!("smtp://{login}@{host}")).err().unwrap();
            assert!(told.contains("tls=required") && !told.contains("s:cr/t"), "{told}");
        }
    }

    #[test]
    fn a_password_file_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        let with = |content: &str, mode| {
            let mut file = File::create(&path).unwrap();
            file.write_all(content.as_bytes()).unwrap();
            file.set_permissions(std::fs::Permissions::from_mode(mode)).unwrap();
            let environment = MailEnvironment { password_file: Some(path.clone()), ..MailEnvironment::default() };
            Server::read("smtps://office@mail.hub.example", &environment).map_err(|trouble| trouble.to_string())
        };
        let secret = Credentials::new("office".to_string(), " s3 cret".to_string());
        for content in [" s3 cret", " s3 cret\n", " s3 cret\r\n"] {
            for mode in [0o600, 0o400] {
                assert!(with(content, mode).unwrap().login.unwrap().credentials == secret, "{content:?}");
            }
        }
        for mode in [0o640, 0o604, 0o660, 0o644] {
            let told = with("s3cret", mode).err().unwrap();
            assert!(told.contains("chmod 600") && !told.contains("s3cret"), "{told}");
        }
        for content in ["", "\n", "s3cret\nmore\n"] {
            assert!(with(content, 0o600).err().unwrap().contains("on one line"), "{content:?}");
        }
        let environment = MailEnvironment { password_file: Some(path), ..MailEnvironment::default() };
        assert!(Server::read("smtps://mail.hub.example", &environment).is_err(), "a password for nobody");
        drop(folder);
        let told = Server::read("smtps://office@mail.hub.example", &environment).err().unwrap().to_string();
        assert!(told.contains("cannot be read"), "{told}");
    }
}
