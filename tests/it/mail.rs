//! Handing messages over: what becomes of each, whatever the mail server or `sendmail` does.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use ledgerline::domain::borrower::BorrowerRef;
use ledgerline::domain::reference::PersonRef;
use ledgerline::domain::reminder::{Contact, Message};
use ledgerline::domain::text::Email;
use ledgerline::mail::{Handed, Mail, MailTrouble, Post};
use ledgerline::world::MailEnvironment;

use crate::mail_server::{Answer, At, Encryption, MailServer, Temper};

fn message(email: &str) -> Message {
    let to = Contact {
        reference: BorrowerRef::Person(PersonRef::new(1)),
        name: "Luis Ruiz".to_string(),
        email: Some(Email::from_record(email)),
        address: None,
    };
    let body = "Dear Luis Ruiz,\n\nThe cello was due back.\n".to_string();
    Message { to, copy_to: None, subject: "Test Hub: please bring back the cello".to_string(), body }
}

/// 22 November 2026, 06:00 UTC.
fn at() -> Timestamp {
    Timestamp::constant(1_795_327_200, 0)
}

fn mail(message: &Message) -> Mail<'_> {
    Mail { message, reply_to: None, at: at(), id: "m12.8f3a" }
}

fn environment(url: &str) -> MailEnvironment {
    MailEnvironment {
        smtp_url: Some(url.to_string()),
        from: Some("Music Hub <office@hub.example>".to_string()),
        host_name: Some("desk.hub.example".to_string()),
        ..MailEnvironment::default()
    }
}

fn post(server: &MailServer) -> Post {
    Post::open(&environment(&server.url())).expect("an open way")
}

/// What became of messages to these, one after the other on one way.
fn handed(server: &MailServer, to: &[&str]) -> Vec<Handed> {
    let mut post = post(server);
    let told = to.iter().map(|email| post.hand_over(&mail(&message(email))).expect("still a way")).collect();
    post.close();
    told
}

/// The sentence with which the way was not opened, and its exit code.
fn trouble(environment: &MailEnvironment) -> (String, i32) {
    let error = Post::open(environment).err().expect("no way");
    let exit = ledgerline::error::exit_of(&error) as i32;
    assert!(error.downcast_ref::<MailTrouble>().is_some(), "{error:?}");
    (error.to_string(), exit)
}

fn taken(words: &str) -> Handed {
    Handed::Taken(words.to_string())
}

const TAKEN: &str = "250 2.0.0 Taken";
const ANA: &str = "ana@example.org";
const LUIS: &str = "luis@example.org";

#[test]
fn fifty_messages_go_over_one_connection() {
    let server = MailServer::start(Temper::kind());
    let to: Vec<String> = (1..=50).map(|number| format!("parent{number}@example.org")).collect();
    let to: Vec<&str> = to.iter().map(String::as_str).collect();
    assert!(handed(&server, &to).iter().all(|handed| *handed == taken(TAKEN)));
    assert_eq!(server.recipients(), to);
    assert_eq!(server.connections(), 1);
}

#[test]
fn the_message_is_whole_and_says_who_wrote_it_and_when() {
    let server = MailServer::start(Temper::kind());
    let mut message = message(LUIS);
    message.copy_to = Some(Email::from_record("manager@hub.example"));
    let reply_to = Email::from_record("loans@hub.example");
    let mail = Mail { reply_to: Some(&reply_to), ..mail(&message) };
    let mut post = post(&server);
    assert_eq!(post.hand_over(&mail).unwrap(), taken(TAKEN));
    assert_eq!(post.hand_over_copy(&mail), None);
    post.close();
    let [letter, copy] = &server.messages()[..] else { panic!("two messages") };
    assert_eq!((letter.from.as_str(), letter.to.as_str()), ("office@hub.example", LUIS));
    assert_eq!((copy.from.as_str(), copy.to.as_str()), ("office@hub.example", "manager@hub.example"));
    assert_eq!(letter.raw, copy.raw, "one and the same message");
    for (name, value) in [
        ("From", "\"Music Hub\" <office@hub.example>"),
        ("To", "\"Luis Ruiz\" <luis@example.org>"),
        ("Cc", "manager@hub.example"),
        ("Reply-To", "loans@hub.example"),
        ("Subject", "Test Hub: please bring back the cello"),
        ("Date", "Sun, 22 Nov 2026 06:00:00 +0000"),
        ("Message-ID", "<m12.8f3a@hub.example>"),
        ("Auto-Submitted", "auto-generated"),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
    ] {
        assert_eq!(letter.header(name).as_deref(), Some(value), "{}", letter.raw);
    }
    assert_eq!(letter.text(), message.body);
}

#[test]
fn any_name_subject_and_text_arrives_as_it_was_written() {
    let server = MailServer::start(Temper::kind());
    let mut post = post(&server);
    let (long, long_umlauts) = ("Long Name ".repeat(19), "Zoë Fröhlich ".repeat(15));
    let endless = "x".repeat(200);
    let cases = [
        ("Luis Ruiz", "\"Luis Ruiz\""),
        ("Ruiz, Luis", "Ruiz, Luis"),
        ("Sean O'Brien", "Sean O'Brien"),
        ("Luis \"Lu\" Ruiz", "\"Luis \\\"Lu\\\" Ruiz\""),
        ("back\\slash", "\"back\\\\slash\""),
        ("Zoë Fröhlich", "Zoë Fröhlich"),
        ("李小龍 & Söhne <x@y.org>, 🎻", "李小龍 & Söhne <x@y.org>, 🎻"),
        (long.trim(), &format!("\"{}\"", long.trim())),
        (long_umlauts.trim(), long_umlauts.trim()),
        (&endless, &endless),
    ];
    let bodies = [
        "Plain.\n",
        "Grüße, £450.00 and 1/2 ✓\n",
        ".\n..\n.hidden\nend.\n",
        &format!("{}\nand {}\n", "long line ".repeat(300), "ü".repeat(2000)),
        "  spaces at both ends  \n\n\nFrom here on = equals\n",
        "no newline at the end",
    ];
    for (name, shown) in cases {
        for body in bodies {
            let mut message = message(LUIS);
            (message.to.name, message.subject, message.body) = (name.to_string(), name.to_string(), body.to_string());
            assert_eq!(post.hand_over(&mail(&message)).unwrap(), taken(TAKEN));
            let arrived = server.messages().pop().expect("a message");
            assert_eq!(arrived.header("To"), Some(format!("{shown} <{LUIS}>")), "{}", arrived.raw);
            assert_eq!(arrived.header("Subject").as_deref(), Some(name), "{}", arrived.raw);
            assert_eq!(arrived.text().trim_end_matches('\n'), body.trim_end_matches('\n'), "{name}");
            assert!(arrived.raw.lines().all(|line| line.len() <= 998) && arrived.raw.is_ascii(), "{name}");
        }
    }
}

#[test]
fn an_old_record_with_a_line_break_cannot_write_headers() {
    let server = MailServer::start(Temper::kind());
    let mut message = message(LUIS);
    let awkward = "Luis\r\nBcc: x@y.org\n\nDear\0 all";
    (message.to.name, message.subject) = (awkward.to_string(), awkward.to_string());
    assert_eq!(post(&server).hand_over(&mail(&message)).unwrap(), taken(TAKEN));
    let arrived = server.messages().pop().expect("a message");
    assert_eq!(arrived.header("To").as_deref(), Some("Luis Bcc: x@y.org Dear all <luis@example.org>"));
    assert_eq!(arrived.header("Subject").as_deref(), Some("Luis Bcc: x@y.org Dear all"));
    assert_eq!((arrived.header("Bcc"), arrived.text()), (None, message.body));
}

#[test]
fn a_recipient_refused_or_put_off_does_not_stop_the_others() {
    let server = MailServer::start(Temper::kind().refusing(ANA).putting_off("school@example.org"));
    assert_eq!(
        handed(&server, &[ANA, LUIS, "school@example.org", LUIS]),
        [
            Handed::Refused("550 5.1.1 No such user here".to_string()),
            taken(TAKEN),
            Handed::PutOff("451 4.3.0 Try again later".to_string()),
            taken(TAKEN)
        ]
    );
    assert_eq!(server.recipients(), [LUIS, LUIS]);
    assert_eq!(server.connections(), 1);
}

/// A server that gives this answer, once, at this step.
fn saying(at: At, words: &'static str) -> MailServer {
    let said = AtomicUsize::new(0);
    let is_first = move |now: At| now == at && said.fetch_add(1, Ordering::SeqCst) == 0;
    MailServer::start(Temper::kind().answering(move |now| is_first(now.at).then_some(Answer::Say(words))))
}

#[test]
fn what_lies_with_us_is_never_held_against_the_recipient() {
    for (at, words) in [
        (At::Sender, "451 4.3.0 Disk full"),
        (At::Recipient, "554 5.7.1 Relay access denied"),
        (At::Recipient, "553 5.7.1 Sender address rejected: not owned by user"),
        (At::Recipient, "530 Authentication required"),
        (At::Data, "451 4.3.0 Later"),
        (At::Dot, "452 4.3.1 Disk full"),
        (At::Dot, "554 5.7.1 Looks like spam"),
    ] {
        let server = saying(at, words);
        assert_eq!(handed(&server, &[ANA, LUIS]), [Handed::PutOff(words.to_string()), taken(TAKEN)], "{at:?}");
        assert_eq!((server.recipients(), server.connections()), (vec![LUIS.to_string()], 1), "{at:?}");
    }
    for at in [At::Recipient, At::Data, At::Dot] {
        let server = saying(at, "550-5.1.1 This account\r\n550 5.1.1 is closed");
        let refused = Handed::Refused("550 5.1.1 This account is closed".to_string());
        assert_eq!(handed(&server, &[ANA, LUIS]), [refused, taken(TAKEN)], "{at:?}");
    }
    let server = saying(At::Data, "250 What?");
    assert!(matches!(&handed(&server, &[ANA, LUIS])[..], [Handed::PutOff(_), Handed::Taken(_)]));
}

#[test]
fn a_sender_nobody_takes_ends_the_run() {
    let server = saying(At::Sender, "550 5.1.8 Sender address rejected");
    let error = post(&server).hand_over(&mail(&message(LUIS))).expect_err("no way");
    assert_eq!(ledgerline::error::exit_of(&error) as i32, 3);
    assert!(error.to_string().ends_with("takes no message from office@hub.example: 550 5.1.8 Sender address rejected"));
    assert!(server.messages().is_empty());
}

#[test]
fn a_break_before_the_message_puts_it_off_and_the_next_goes_over_a_new_connection() {
    for at in [At::Recipient, At::Data] {
        let server = MailServer::start(Temper::kind().hanging_up(at, 1));
        let told = handed(&server, &[ANA, LUIS, LUIS]);
        assert_eq!(told, [Handed::PutOff("the connection broke".to_string()), taken(TAKEN), taken(TAKEN)], "{at:?}");
        assert_eq!((server.recipients().len(), server.connections()), (2, 2), "{at:?}");
    }
    let server = saying(At::Recipient, "421 4.3.2 Going down");
    let told = handed(&server, &[ANA, LUIS]);
    assert_eq!(told, [Handed::PutOff("421 4.3.2 Going down".to_string()), taken(TAKEN)]);
    assert_eq!(server.connections(), 2);
    let server = saying(At::Dot, "421 4.3.2 Going down");
    let told = handed(&server, &[ANA, LUIS]);
    assert_eq!(told, [Handed::PutOff("421 4.3.2 Going down".to_string()), taken(TAKEN)]);
    assert_eq!(server.recipients(), [LUIS]);
}

#[test]
fn a_break_after_the_message_began_leaves_it_unknown() {
    for (at, arrived) in [(At::Halfway, vec![LUIS]), (At::Dot, vec![ANA, LUIS])] {
        let server = MailServer::start(Temper::kind().hanging_up(at, 1));
        let told = handed(&server, &[ANA, LUIS]);
        let [Handed::Unknown(words), Handed::Taken(_)] = &told[..] else { panic!("{at:?}: {told:?}") };
        assert!(words.contains("did not say whether it took it: the connection broke"), "{words}");
        assert_eq!((server.recipients(), server.connections()), (arrived.iter().map(ToString::to_string).collect(), 2));
    }
    let server = saying(At::Dot, "gibberish");
    assert!(matches!(&handed(&server, &[ANA])[..], [Handed::Unknown(_)]));
}

#[test]
fn a_server_that_wants_few_messages_a_connection_gets_them_all() {
    let server = MailServer::start(Temper::kind().leaving_after(3));
    assert!(handed(&server, &[LUIS; 10]).iter().all(|handed| *handed == taken(TAKEN)));
    assert_eq!((server.recipients().len(), server.connections()), (10, 4));
}

#[test]
fn a_server_that_is_gone_for_good_ends_the_run() {
    let calls = AtomicUsize::new(0);
    let server = MailServer::start(Temper::kind().hanging_up(At::Recipient, 1).answering(move |now| {
        (now.at == At::Greeting && calls.fetch_add(1, Ordering::SeqCst) > 0).then_some(Answer::Say("554 5.3.2 Closed"))
    }));
    let mut post = post(&server);
    assert!(matches!(post.hand_over(&mail(&message(ANA))), Ok(Handed::PutOff(_))));
    let error = post.hand_over(&mail(&message(LUIS))).expect_err("no way");
    assert_eq!(ledgerline::error::exit_of(&error) as i32, 3);
    assert!(error.to_string().ends_with("takes no messages now: 554 5.3.2 Closed"), "{error}");
    let mut with_copy = message(LUIS);
    with_copy.copy_to = Some(Email::from_record(ANA));
    assert!(post.hand_over_copy(&mail(&with_copy)).is_some_and(|words| words.contains("5.3.2 Closed")));
    assert!(server.messages().is_empty());
}

#[test]
fn a_copy_that_went_wrong_is_told() {
    let server = MailServer::start(Temper::kind().refusing(ANA));
    let mut post = post(&server);
    for (copy_to, told) in [
        (None, None),
        (Some(LUIS), None),
        (Some(ANA), Some("550 5.1.1 No such user here".to_string())),
        (Some("a..b@x"), Some("'a..b@x' is not an address that mail can be sent to".to_string())),
    ] {
        let mut message = message(LUIS);
        message.copy_to = copy_to.map(Email::from_record);
        assert_eq!(post.hand_over(&mail(&message)).unwrap(), taken(TAKEN), "{copy_to:?}");
        assert_eq!(post.hand_over_copy(&mail(&message)), told, "{copy_to:?}");
    }
    assert_eq!((server.recipients().len(), server.connections()), (5, 1));
}

#[test]
fn addresses_in_other_letters_need_a_server_that_takes_them() {
    let plain = MailServer::start(Temper::kind());
    let told = handed(&plain, &["zoë@example.org", "ana@bücher.example", "not an address", LUIS]);
    assert!(matches!(&told[0], Handed::Refused(words) if words.ends_with("letters other than a to z")), "{told:?}");
    assert_eq!(told[1], taken(TAKEN));
    assert_eq!(told[2], Handed::Refused("'not an address' is not an address that mail can be sent to".to_string()));
    assert_eq!(plain.recipients(), ["ana@xn--bcher-kva.example", LUIS]);
    let server = MailServer::start(Temper::kind().taking_any_letters());
    assert_eq!(handed(&server, &["zoë@example.org"]), [taken(TAKEN)]);
    assert_eq!(server.messages()[0].header("To"), Some("\"Luis Ruiz\" <zoë@example.org>".to_string()));
}

#[test]
fn a_test_may_act_while_a_message_is_on_its_way() {
    let steps = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&steps);
    let count = move |now: &crate::mail_server::Moment<'_>| {
        seen.fetch_add(usize::from(now.at == At::Data && now.recipient == LUIS), Ordering::SeqCst);
    };
    let server = MailServer::start(Temper::kind().watching(count).slow(Duration::from_millis(2)));
    handed(&server, &[ANA, LUIS, LUIS]);
    assert_eq!(steps.load(Ordering::SeqCst), 2);
}

#[test]
fn a_login_is_made_in_either_way() {
    for ways in ["PLAIN", "LOGIN", "PLAIN LOGIN", "CRAM-MD5 LOGIN"] {
        let server = MailServer::start(Temper::kind().login(ways, "of@fice", "pa:ss word"));
        let mut post = Post::open(&environment(&server.url_for("of%40fice:pa%3Ass%20word@"))).expect(ways);
        assert_eq!(post.hand_over(&mail(&message(LUIS))).unwrap(), taken(TAKEN), "{ways}");
        let (told, exit) = trouble(&environment(&server.url_for("of%40fice:wrong@")));
        assert!(told.contains("refused the login of 'of@fice': 535 5.7.8 Wrong user or password"), "{told}");
        assert!(!told.contains("wrong@") && exit == 3, "{told}");
        let unknown = Post::open(&environment(&server.url())).expect("a way").hand_over(&mail(&message(LUIS)));
        assert!(unknown.is_err_and(|error| error.to_string().contains("530 5.7.0 Authentication required")));
    }
    let server = MailServer::start(Temper::kind());
    let (told, exit) = trouble(&environment(&server.url_for("office:secret@")));
    assert!(told.ends_with("takes no login with a password here") && exit == 3, "{told}");
}

#[test]
fn a_server_that_is_not_there_is_told_by_name() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (told, exit) = trouble(&environment(&format!("smtp://127.0.0.1:{port}")));
    assert_eq!(told, format!("127.0.0.1:{port} cannot be reached: Connection refused"));
    assert_eq!(exit, 3);
    let server = MailServer::start(Temper::kind().hanging_up(At::Greeting, 9));
    assert!(trouble(&environment(&server.url())).0.ends_with("cannot be reached: the connection broke"));
    let server = MailServer::start(Temper::kind());
    let (told, exit) = trouble(&environment(&server.url().replace("smtp://", "smtps://")));
    assert!(told.contains("does not begin with TLS") && exit == 3, "{told}");
    let (told, exit) = trouble(&environment(&format!("{}?tls=required", server.url())));
    assert!(told.contains("offers no TLS") && exit == 3, "{told}");
}

#[test]
fn a_wrong_environment_is_the_callers_to_mend() {
    let (told, exit) = trouble(&MailEnvironment { from: None, ..environment("smtp://127.0.0.1") });
    assert!(told.contains("LEDGERLINE_MAIL_FROM") && exit == 2, "{told}");
    let (told, exit) = trouble(&environment("ftp://127.0.0.1"));
    assert!(told.contains("LEDGERLINE_SMTP_URL") && exit == 2, "{told}");
}

/// Names the server for the test that another one runs in a process of its own.
const TLS_URL: &str = "LEDGERLINE_TEST_TLS_URL";

#[test]
#[ignore = "run by the next test, in a process whose SSL_CERT_FILE is its own"]
fn a_message_goes_over_tls() {
    let url = std::env::var(TLS_URL).expect("a server");
    let mut post = Post::open(&environment(&url)).expect("a trusted server");
    assert_eq!(post.hand_over(&mail(&message(LUIS))).unwrap(), taken(TAKEN));
    post.close();
}

#[test]
fn tls_trusts_whom_the_machine_trusts_and_nobody_else() {
    for tls in [Encryption::OnConnect, Encryption::StartTls] {
        let server = MailServer::start(Temper::kind().tls(tls).login("PLAIN", "office", "secret"));
        let url = server.url_for("office:secret@");
        for url in [url.clone(), url.replace("127.0.0.1", "localhost")] {
            let mut run = Command::new(std::env::current_exe().expect("this program"));
            run.args(["--exact", "mail::a_message_goes_over_tls", "--ignored"]);
            let output = run.env("SSL_CERT_FILE", server.certificate()).env(TLS_URL, &url).output().expect("it runs");
            assert!(output.status.success(), "{tls:?}: {}", String::from_utf8_lossy(&output.stdout));
        }
        assert_eq!(server.recipients(), [LUIS, LUIS], "{tls:?}");
        let (told, exit) = trouble(&environment(&url));
        assert!(told.contains("is not to be trusted: invalid peer certificate: UnknownIssuer"), "{told}");
        assert_eq!((exit, server.messages().len()), (3, 2), "{tls:?}");
    }
}

/// A machine with a `sendmail` that is this script; what it is given lies in the folder.
fn machine(script: &str) -> (tempfile::TempDir, MailEnvironment) {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().to_string_lossy().into_owned();
    let script = format!("#!/bin/sh\nprintf '%s\\n' \"$@\" > {place}/given\ncat > {place}/message\n{script}\n");
    rewrite(&folder.path().join("sendmail"), &script);
    let path = Some(folder.path().as_os_str().to_owned());
    let environment = MailEnvironment { smtp_url: None, path, ..environment("") };
    (folder, environment)
}

fn handed_to(script: &str) -> Handed {
    let (_folder, environment) = machine(script);
    Post::open(&environment).expect("a way").hand_over(&mail(&message(LUIS))).expect("still a way")
}

#[test]
fn sendmail_is_given_the_message_without_a_shell() {
    let (folder, environment) = machine("exit 0");
    let mut message = message("o'brien+$HOME@example.org");
    (message.body, message.copy_to) = ("Dear\n.\nLuis\n".to_string(), Some(Email::from_record("-oQ@example.org")));
    let mut post = Post::open(&environment).expect("a way");
    let Handed::Taken(words) = post.hand_over(&mail(&message)).unwrap() else { panic!("not taken") };
    assert!(words.starts_with("taken by ") && words.ends_with("/sendmail"), "{words}");
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect(name);
    assert_eq!(read("given"), "-i\n-f\noffice@hub.example\n--\no'brien+$HOME@example.org\n");
    let first = read("message");
    assert!(first.contains("\nSubject: Test Hub: please bring back the cello\n"), "{first}");
    assert!(first.ends_with("\n\nDear\n.\nLuis\n") && !first.contains('\r'), "{first:?}");
    assert_eq!(post.hand_over_copy(&mail(&message)), None);
    assert!(read("given").ends_with("\n--\n-oQ@example.org\n"));
    assert_eq!(read("message"), first);
    post.close();
}

#[test]
fn sendmail_says_by_its_exit_status_what_became_of_it() {
    let complaint = "echo 'sendmail: no such user' >&2; echo more >&2";
    for status in [65, 67, 68] {
        let Handed::Refused(words) = handed_to(&format!("{complaint}; exit {status}")) else { panic!("{status}") };
        assert!(words.ends_with(&format!("(exit status {status}): sendmail: no such user")), "{words}");
    }
    for status in [1, 64, 69, 75, 77, 78, 200] {
        let Handed::PutOff(words) = handed_to(&format!("{complaint}; exit {status}")) else { panic!("{status}") };
        assert!(words.contains(&format!("exit status {status}")) && words.ends_with("no such user"), "{words}");
    }
    // msmtp ends with 65 whatever the server has against it.
    let quoting =
        |reply: &str| handed_to(&format!("{complaint}; echo 'sendmail: server message: {reply}' >&2; exit 65"));
    let Handed::Refused(words) = quoting("550 5.1.1 Gone") else { panic!("refused") };
    assert!(words.ends_with("(exit status 65): 550 5.1.1 Gone"), "{words}");
    let Handed::PutOff(words) = quoting("554 5.7.1 Relay access denied") else { panic!("put off") };
    assert!(words.ends_with("(exit status 65): 554 5.7.1 Relay access denied"), "{words}");
    let Handed::PutOff(words) = handed_to("exit 75") else { panic!("put off") };
    assert!(words.ends_with("did not take it, a passing fault (exit status 75)"), "{words}");
    let Handed::Unknown(words) = handed_to("kill -9 $$") else { panic!("unknown") };
    assert!(words.contains("was ended by signal 9"), "{words}");
    // One that complains at length before it reads, and one that never reads.
    let (folder, environment) = machine("");
    for script in ["#!/bin/sh\nyes complaint | head -c 300000 >&2\ncat >/dev/null\n", "#!/bin/sh\nexec 0<&-\n"] {
        rewrite(&folder.path().join("sendmail"), script);
        let mut message = message(LUIS);
        message.body = "A long school digest.\n".repeat(20_000);
        let told = Post::open(&environment).unwrap().hand_over(&mail(&message)).unwrap();
        assert!(matches!(told, Handed::Taken(_)), "{told:?}");
    }
}

/// Writes a program by another process: a thread of this one that forks just now would hold the file open, and it could not be run.
fn rewrite(path: &Path, script: &str) {
    let mut made = Command::new("sh");
    made.args(["-c", "printf %s \"$1\" > \"$2\" && chmod 755 \"$2\"", "sh", script]).arg(path);
    assert!(made.status().expect("a shell").success());
}

#[test]
fn without_a_way_the_sentence_names_one() {
    let (folder, environment) = machine("exit 0");
    let program = folder.path().join("sendmail");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o644)).unwrap();
    if ["/usr/sbin/sendmail", "/usr/lib/sendmail"].iter().any(|usual| Path::new(usual).exists()) {
        return;
    }
    let (told, exit) = trouble(&environment);
    assert!(told.contains("LEDGERLINE_SMTP_URL") && exit == 3, "{told}");
    let error = Post::open(&environment).err().expect("no way");
    assert!(ledgerline::error::sentence_of(&error).contains("hint: "), "{error:?}");
}
