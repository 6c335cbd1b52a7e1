//! Collects the arguments, the clock, the streams and the environment, and runs the command.

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;

use etcetera::BaseStrategy;
use jiff::tz::TimeZone;
use ledgerline::world::{Environment, MailEnvironment, Terminal, World};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::stat::{Mode, umask};

fn main() -> ExitCode {
    // Whatever this program makes is its owner's alone: records of children.
    umask(Mode::from_bits_truncate(0o077));
    // Where files may not grow beyond a limit, a write is to fail and be told of, not to end the program in its middle.
    let mut file_size = SigSet::empty();
    file_size.add(Signal::SIGXFSZ);
    // Nothing is lost if it cannot be: the signal then ends the program, as it always did.
    let _ = file_size.thread_block();
    let environment = environment();
    ledgerline::complete(&environment);
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let now = jiff::Timestamp::now().to_zoned(time_zone());
    let mut world = World {
        stdin: &mut io::stdin().lock(),
        stdout: &mut io::stdout().lock(),
        stderr: &mut io::stderr().lock(),
        terminal: terminal(),
        today: now.date(),
        now: now.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        environment,
    };
    ExitCode::from(ledgerline::run(&arguments, &mut world) as u8)
}

/// Where this machine's clock hangs. To find it by name, jiff would first list every zone there is, which costs more
/// than most commands; so the one file is read here, and jiff asked only if it is not where it always is.
fn time_zone() -> TimeZone {
    let named = std::env::var("TZ").ok().filter(|name| !name.is_empty());
    let path = match named.as_deref().map(|name| name.trim_start_matches(':')) {
        None => PathBuf::from("/etc/localtime"),
        // A path stays as it is; `join` takes it whole.
        Some(name) => PathBuf::from("/usr/share/zoneinfo").join(name),
    };
    let read = std::fs::read(path).ok().and_then(|rules| TimeZone::tzif("local", &rules).ok());
    read.unwrap_or_else(TimeZone::system)
}

fn terminal() -> Terminal {
    let stdout = io::stdout().is_terminal();
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    Terminal {
        stdin: io::stdin().is_terminal(),
        stdout,
        stderr: io::stderr().is_terminal(),
        width: if stdout { terminal_size::terminal_size().map(|(width, _)| width.0) } else { None },
        colour: stdout && !no_colour && !dumb,
    }
}

fn environment() -> Environment {
    let text = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let path = |name: &str| std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    Environment {
        db: path("LEDGERLINE_DB"),
        today: text("LEDGERLINE_TODAY"),
        user: text("LEDGERLINE_USER"),
        login: login_name,
        data_folder: etcetera::choose_base_strategy().ok().map(|base| base.data_dir().join("ledgerline")),
        temporary_folder: std::env::temp_dir(),
        mail: MailEnvironment {
            smtp_url: text("LEDGERLINE_SMTP_URL"),
            password_file: path("LEDGERLINE_SMTP_PASSWORD_FILE"),
            from: text("LEDGERLINE_MAIL_FROM"),
            path: std::env::var_os("PATH"),
            host_name: host_name(),
        },
        machine,
        // Only the tests' own build can be told to fail.
        fault: if cfg!(debug_assertions) { text("LEDGERLINE_FAULT") } else { None },
    }
}

/// The name of this machine and the number it was given when it was set up: a copy of a whole machine has another name, and
/// another machine of the same name another number.
fn machine() -> String {
    let number = std::fs::read_to_string("/etc/machine-id").unwrap_or_default();
    let name = host_name().unwrap_or_default();
    [name.trim(), number.trim()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<&str>>().join(" ")
}

fn host_name() -> Option<String> {
    nix::unistd::gethostname().ok().and_then(|name| name.into_string().ok())
}

/// Who is logged in, as the system knows it; the environment may be empty under cron.
fn login_name() -> String {
    let user = nix::unistd::User::from_uid(nix::unistd::Uid::current());
    user.ok().flatten().map_or_else(|| format!("uid {}", nix::unistd::Uid::current()), |user| user.name)
}
