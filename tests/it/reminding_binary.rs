//! Reminders as cron runs them: the real program, an empty environment, and a mail server that is not always kind.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use crate::mail_server::{At, Encryption, MailServer, Temper};

/// Six families, each with one violin that is two days late.
const FAMILIES: usize = 6;

struct Hub {
    folder: tempfile::TempDir,
}

impl Hub {
    fn new() -> Hub {
        let hub = Hub { folder: tempfile::tempdir().expect("a folder") };
        hub.done("init --hub 'Test Hub'");
        for family in 1..=FAMILIES {
            let pupil = family * 2;
            hub.done(&format!(
                "person add 'Adult O'\\''Number {family}' --role adult --email family{family}@example.org"
            ));
            hub.done(&format!("person add 'Pupil Number {family}' --role pupil --year-group 5 --hirer P{}", pupil - 1));
            hub.done("instrument add --type VN");
            hub.done(&format!("lend VN-000{family} --to P{pupil} --due 2026-11-20 --on 2026-09-10"));
        }
        hub.done("remind arm");
        hub
    }

    /// The program with nothing in its environment but what is said here.
    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ledgerline"));
        command
            .env_clear()
            .env("LEDGERLINE_DB", self.folder.path().join("hub.db"))
            .env("LEDGERLINE_TODAY", "2026-11-22");
        command.env("LEDGERLINE_MAIL_FROM", "Test Hub <hub@example.org>").stdin(Stdio::null());
        command.args(shlex::split(line).expect("a command line"));
        command
    }

    fn run(&self, line: &str) -> Output {
        self.command(line).output().expect("it runs")
    }

    fn done(&self, line: &str) -> String {
        let output = self.run(line);
        assert!(output.status.success(), "{line}: {output:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    fn send(&self, server: &MailServer) -> Command {
        let mut command = self.command("remind --send");
        command.env("LEDGERLINE_SMTP_URL", server.url());
        command
    }

    fn in_state(&self, state: &str) -> usize {
        self.done(&format!("remind log --state {state} --format csv")).lines().count() - 1
    }
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Nobody got two, and everybody got one or is on record as not finished.
fn nobody_twice_and_nobody_lost(hub: &Hub, server: &MailServer) {
    let mut reached = server.recipients();
    reached.sort();
    let all = reached.len();
    reached.dedup();
    assert_eq!(reached.len(), all, "somebody got two: {reached:?}");
    let due = hub.done("remind --format csv").lines().count() - 1;
    let known = hub.in_state("sent") + hub.in_state("claimed") + due;
    assert_eq!(known, FAMILIES, "somebody is lost");
}

#[test]
fn cron_hears_one_line_and_then_nothing() {
    let (hub, server) = (Hub::new(), MailServer::start(Temper::kind()));
    let output = hub.send(&server).output().expect("it runs");
    assert_eq!((code(&output), said(&output).as_str()), (0, "Sent 6 messages about 6 loans.\n"));
    let output = hub.send(&server).output().expect("it runs");
    assert_eq!((code(&output), said(&output).as_str()), (0, ""));
    assert_eq!(server.messages().len(), FAMILIES);
    assert_eq!(server.connections(), 1, "a quiet day asks nothing of the server");
}

#[cfg(debug_assertions)]
#[test]
fn killed_at_any_step_nobody_gets_two_and_nobody_is_lost() {
    for step in ["connected", "claimed", "stamped", "looked", "handed-over", "settled"] {
        for time in [1, 3, FAMILIES] {
            if step == "connected" && time > 1 {
                continue;
            }
            let (hub, server) = (Hub::new(), MailServer::start(Temper::kind()));
            let killed = hub.send(&server).env("LEDGERLINE_FAULT", format!("{step}:{time}")).output().expect("it runs");
            assert!(killed.status.code().is_none(), "{step}:{time} {killed:?}");
            nobody_twice_and_nobody_lost(&hub, &server);
            // The next morning goes on with the rest, tells of what is unfinished once, and sends none of it.
            let unfinished = hub.in_state("claimed");
            let next = hub.send(&server).output().expect("it runs");
            assert_eq!(code(&next), if unfinished > 0 { 4 } else { 0 }, "{step}:{time} {}", said(&next));
            nobody_twice_and_nobody_lost(&hub, &server);
            assert_eq!(hub.in_state("claimed"), unfinished, "{step}:{time}");
            let quiet = hub.send(&server).output().expect("it runs");
            assert_eq!((code(&quiet), said(&quiet).as_str()), (0, ""), "{step}:{time}");
            // A person has looked into it, and sends what did not arrive.
            let before = server.messages().len();
            let mut retry = hub.command("remind retry");
            let retried = retry.env("LEDGERLINE_SMTP_URL", server.url()).output().expect("it runs");
            assert_eq!(code(&retried), 0, "{step}:{time} {}", said(&retried));
            assert_eq!(server.messages().len(), before + unfinished, "{step}:{time}");
            assert_eq!((hub.in_state("sent"), hub.in_state("claimed")), (FAMILIES, 0), "{step}:{time}");
            hub.done("check");
        }
    }
}

#[test]
fn eight_runs_at_once_share_the_work() {
    let (hub, server) = (Hub::new(), MailServer::start(Temper::kind().slow(Duration::from_millis(20))));
    let start = |_| hub.send(&server).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let running: Vec<_> = (0..8).map(start).collect();
    for child in running {
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(code(&output), 0, "{}", said(&output));
    }
    let mut reached = server.recipients();
    reached.sort();
    reached.dedup();
    assert_eq!((reached.len(), server.messages().len()), (FAMILIES, FAMILIES));
    assert_eq!(hub.in_state("sent"), FAMILIES);
    hub.done("check");
}

#[test]
fn nothing_is_retried_while_a_run_is_under_way() {
    let (hub, server) = (Hub::new(), MailServer::start(Temper::kind().slow(Duration::from_millis(60))));
    let running = hub.send(&server).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    while hub.in_state("claimed") == 0 {
        std::thread::yield_now();
    }
    for line in ["remind retry", "remind arm"] {
        let output = hub.command(line).env("LEDGERLINE_SMTP_URL", server.url()).output().expect("it runs");
        assert_eq!(code(&output), 1, "{line}: {}", said(&output));
        assert!(said(&output).contains("a run of reminders is under way"), "{line}: {}", said(&output));
    }
    assert_eq!(code(&running.wait_with_output().expect("it ends")), 0);
    assert_eq!(server.messages().len(), FAMILIES);
}

#[test]
fn a_connection_broken_at_any_step_loses_and_repeats_nothing() {
    for at in [At::Sender, At::Recipient, At::Data, At::Halfway, At::Dot] {
        let (hub, server) = (Hub::new(), MailServer::start(Temper::kind().hanging_up(at, 1)));
        let output = hub.send(&server).output().expect("it runs");
        // Before anything was said of a message, the program connects anew and nobody has to wait.
        assert_eq!(code(&output), if at == At::Sender { 0 } else { 4 }, "{at:?}: {}", said(&output));
        nobody_twice_and_nobody_lost(&hub, &server);
        // Whoever certainly got nothing is written to the next time; the others wait for a person.
        let next = hub.send(&server).output().expect("it runs");
        assert_eq!(code(&next), 0, "{at:?}: {}", said(&next));
        nobody_twice_and_nobody_lost(&hub, &server);
        let is_uncertain = matches!(at, At::Halfway | At::Dot);
        assert_eq!(hub.in_state("claimed"), usize::from(is_uncertain), "{at:?}");
    }
}

#[test]
fn tls_from_the_start_or_on_request_and_a_login() {
    for tls in [Encryption::OnConnect, Encryption::StartTls] {
        let server = MailServer::start(Temper::kind().tls(tls).login("PLAIN LOGIN", "hub@example.org", "p@ss/word"));
        let hub = Hub::new();
        // Not trusted, and so nothing goes.
        let mut distrusting = hub.command("remind --send");
        distrusting.env("LEDGERLINE_SMTP_URL", server.url_for("hub%40example.org:p%40ss%2Fword@"));
        let output = distrusting.env("SSL_CERT_FILE", "/dev/null").output().expect("it runs");
        assert_eq!(code(&output), 3, "{tls:?}: {}", said(&output));
        // The wrong password.
        let trusting = |login: &str| {
            let mut command = hub.command("remind --send");
            command.env("LEDGERLINE_SMTP_URL", server.url_for(login)).env("SSL_CERT_FILE", server.certificate());
            command
        };
        let output = trusting("hub%40example.org:wrong@").output().expect("it runs");
        assert_eq!(code(&output), 3, "{tls:?}: {}", said(&output));
        assert!(said(&output).contains("535") && !said(&output).contains("wrong"), "{tls:?}: {}", said(&output));
        assert_eq!(hub.done("remind log --format csv").lines().count(), 1, "{tls:?}: nothing is recorded");
        // The password in a file that only its owner may read.
        let secret = hub.folder.path().join("password");
        std::fs::write(&secret, "p@ss/word\n").expect("written");
        set_mode(&secret, 0o644);
        let with_file = || {
            let mut command = trusting("hub%40example.org@");
            command.env("LEDGERLINE_SMTP_PASSWORD_FILE", &secret);
            command
        };
        let output = with_file().output().expect("it runs");
        assert_eq!(code(&output), 2, "{tls:?}: {}", said(&output));
        assert!(said(&output).contains("600"), "{}", said(&output));
        set_mode(&secret, 0o600);
        let output = with_file().output().expect("it runs");
        assert_eq!(code(&output), 0, "{tls:?}: {}", said(&output));
        assert_eq!((server.messages().len(), hub.in_state("sent")), (FAMILIES, FAMILIES));
    }
}

fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("a mode set");
}

#[test]
fn without_a_server_the_local_sendmail_takes_it() {
    let hub = Hub::new();
    let folder = hub.folder.path();
    let script = folder.join("sendmail");
    std::fs::write(
        &script,
        "#!/bin/sh\ncat >> \"${0%/*}/outbox\"\ncase \"$*\" in *family2*) exit 67;; *family3*) exit 75;; esac\n",
    )
    .expect("written");
    set_mode(&script, 0o755);
    let path = format!("{}:/usr/bin:/bin", folder.display());
    let send = || hub.command("remind --send").env("PATH", &path).output().expect("it runs");
    let output = send();
    assert_eq!(code(&output), 4, "{}", said(&output));
    assert_eq!((hub.in_state("sent"), hub.in_state("refused"), hub.in_state("put-off")), (4, 1, 1));
    let outbox = std::fs::read_to_string(folder.join("outbox")).expect("mail");
    assert_eq!(outbox.matches("\nSubject: ").count(), FAMILIES, "{outbox}");
    assert!(outbox.contains("Adult O'Number 1"), "{outbox}");
    // The passing fault is still there; whom it is about hears of it the next time.
    assert_eq!(code(&send()), 4);
    assert_eq!(hub.in_state("put-off"), 2);
}

#[test]
fn a_sendmail_that_leaves_a_child_behind_holds_up_nobody() {
    let hub = Hub::new();
    let script = hub.folder.path().join("sendmail");
    std::fs::write(&script, "#!/bin/sh\nsleep 60 &\nexit 0\n").expect("written");
    set_mode(&script, 0o755);
    let path = format!("{}:/usr/bin:/bin", hub.folder.path().display());
    let output = hub.command("remind --send").env("PATH", &path).output().expect("it runs");
    assert_eq!(code(&output), 0, "{}", said(&output));
    assert_eq!(hub.in_state("sent"), FAMILIES);
}

#[test]
fn a_list_that_nobody_could_read_is_given_again() {
    let (hub, server) = (Hub::new(), MailServer::start(Temper::kind()));
    for family in 1..=FAMILIES {
        hub.done(&format!("person edit P{} --email ''", family * 2 - 1));
    }
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else { return };
    let output = hub.send(&server).stdout(full).output().expect("it runs");
    assert_eq!(code(&output), 3, "{}", said(&output));
    let output = hub.send(&server).output().expect("it runs");
    assert_eq!((code(&output), said(&output).matches("VN-000").count()), (4, FAMILIES), "{}", said(&output));
}

#[cfg(debug_assertions)]
#[test]
fn letters_left_by_a_crash_are_told_of_and_written_again_also_without_arming() {
    let hub = Hub::new();
    for family in 1..=FAMILIES {
        hub.done(&format!("person edit P{} --email '' --address '{family} High Street'", family * 2 - 1));
    }
    std::fs::remove_file(hub.folder.path().join("hub.db.armed")).expect("removed");
    let folder = hub.folder.path().join("letters");
    let letters = |line: &str| format!("{line} --letters '{}'", folder.display());
    for step in ["written:3", "printed"] {
        let killed = hub.command(&letters("remind")).env("LEDGERLINE_FAULT", step).output().expect("it runs");
        assert!(killed.status.code().is_none(), "{step}: {killed:?}");
        let unfinished = hub.in_state("claimed");
        assert!(unfinished >= 3, "{step}: {unfinished}");
        let next = hub.run(&letters("remind"));
        assert_eq!(code(&next), 4, "{step}: {}", said(&next));
        assert!(said(&next).contains("never finished"), "{step}: {}", said(&next));
        assert_eq!(code(&hub.run(&letters("remind retry"))), 0, "{step}");
        assert_eq!((hub.in_state("sent"), hub.in_state("claimed")), (FAMILIES, 0), "{step}");
        let file = rusqlite::Connection::open(hub.folder.path().join("hub.db")).expect("a file");
        file.execute_batch("DELETE FROM reminder; DELETE FROM message;").expect("forgotten");
    }
}
