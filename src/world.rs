//! What a command may know of the world outside: read once, in `main`, and passed down.

use std::ffi::OsString;
use std::io::{BufRead, Write};
use std::path::PathBuf;

use crate::domain::date::Date;

/// The streams, the day, the environment. Tests make their own.
pub struct World<'a> {
    pub stdin: &'a mut dyn BufRead,
    pub stdout: &'a mut dyn Write,
    pub stderr: &'a mut dyn Write,
    pub terminal: Terminal,
    /// The day by the clock on the wall.
    pub today: Date,
    /// This moment with its offset from UTC, `2026-11-22T06:00:00+00:00`.
    pub now: String,
    pub environment: Environment,
}

/// Which streams are a terminal, and how it is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terminal {
    pub stdin: bool,
    pub stdout: bool,
    pub stderr: bool,
    /// Columns of the terminal on stdout.
    pub width: Option<u16>,
    pub colour: bool,
}

/// The few environment variables that ledgerline heeds, and what the system says of its user.
#[derive(Clone, Debug)]
pub struct Environment {
    /// `LEDGERLINE_DB`.
    pub db: Option<PathBuf>,
    /// `LEDGERLINE_TODAY`.
    pub today: Option<String>,
    /// `LEDGERLINE_USER`.
    pub user: Option<String>,
    /// Asks the system who is logged in; only when it matters, since the answer costs more than a whole command.
    pub login: fn() -> String,
    /// The platform's folder for data, where it can be told.
    pub data_folder: Option<PathBuf>,
    /// Where throw-away files go.
    pub temporary_folder: PathBuf,
    /// How mail goes out.
    pub mail: MailEnvironment,
    /// What tells this machine from others; asked only when it matters.
    pub machine: fn() -> String,
    /// In tests of a debug build, the step of a run of reminders at which the process ends as if it had been killed:
    /// `claimed`, or `claimed:2` for the second time.
    pub fault: Option<String>,
}

/// What the environment says of mail. None of it is ever kept in the file.
#[derive(Clone, Debug, Default)]
pub struct MailEnvironment {
    /// `LEDGERLINE_SMTP_URL`: `smtp://`, `smtps://` or `smtp://…?tls=required`.
    pub smtp_url: Option<String>,
    /// `LEDGERLINE_SMTP_PASSWORD_FILE`: a file that only its owner may read.
    pub password_file: Option<PathBuf>,
    /// `LEDGERLINE_MAIL_FROM`: `office@hub.example` or `Hub <office@hub.example>`.
    pub from: Option<String>,
    /// `PATH`, on which `sendmail` is looked for first.
    pub path: Option<OsString>,
    /// What this machine calls itself to a mail server.
    pub host_name: Option<String>,
}

impl Environment {
    /// Where the hub's file is, unless the command line says otherwise.
    pub fn hub(&self) -> Option<PathBuf> {
        self.db.clone().or_else(|| self.data_folder.as_ref().map(|folder| folder.join("ledgerline.db")))
    }
}

impl Default for Environment {
    /// An empty environment, where nobody is logged in.
    fn default() -> Environment {
        Environment {
            db: None,
            today: None,
            user: None,
            login: String::new,
            data_folder: None,
            temporary_folder: PathBuf::new(),
            mail: MailEnvironment::default(),
            machine: String::new,
            fault: None,
        }
    }
}
