//! Reminders that once repeated, vanished, or went out from a file that was not the hub's: each stays mended.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use crate::mail_server::{Answer, At, MailServer, Temper};
use crate::reminding::{hub, in_state, quiet, unarmed};

#[test]
fn a_quiet_run_sees_what_came_back_and_an_older_file_does_not_undo_that() {
    let server = MailServer::start(Temper::kind());
    let desk = hub(&server);
    desk.run("remind --send");
    desk.done("backup @/before.db");
    for tag in ["VN-0001", "VN-0002", "VC-0001", "TPT-0001", "TPT-0002", "HN-0001"] {
        desk.done(&format!("return {tag}"));
    }
    quiet(&desk.run("remind --send --today 2026-12-04"));
    for beside in ["hub.db-wal", "hub.db-shm"] {
        let _ = std::fs::remove_file(desk.path(beside));
    }
    std::fs::copy(desk.path("before.db"), desk.hub()).expect("put back");
    assert!(desk.refused("remind --send --today 2026-12-04").contains("an older file was put back"));
    assert_eq!(server.messages().len(), 3);
}

#[test]
fn a_file_that_changes_under_a_run_ends_it() {
    let (path, is_done) = (Arc::new(OnceLock::<std::path::PathBuf>::new()), AtomicBool::new(false));
    let hub_path = Arc::clone(&path);
    let server = MailServer::start(Temper::kind().watching(move |now| {
        if now.at == At::Dot && !is_done.swap(true, Ordering::SeqCst) {
            let file = rusqlite::Connection::open(hub_path.get().expect("a hub")).expect("a file");
            file.execute("UPDATE event SET who = 'another' WHERE id = (SELECT max(id) FROM event)", [])
                .expect("changed");
        }
    }));
    let desk = hub(&server);
    path.set(desk.hub()).expect("once");
    let outcome = desk.run("remind --send");
    assert_eq!((outcome.exit, server.messages().len()), (4, 1), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("another file was put in this one's place"), "{}", outcome.stderr);
    desk.refused("remind --send");
}

#[test]
fn a_link_to_the_file_is_the_file() {
    let server = MailServer::start(Temper::kind());
    let desk = hub(&server);
    std::os::unix::fs::symlink(desk.hub(), desk.path("link.db")).expect("a link");
    assert_eq!(desk.run("--db @/link.db remind --send").exit, 4);
    assert_eq!(server.messages().len(), 3);
    assert!(!desk.path("link.db.armed").exists());
}

#[test]
fn an_import_that_changes_a_loan_does_not_silence_it() {
    let server = MailServer::start(Temper::kind());
    let desk = hub(&server);
    let row = "L3,VC-0001,hire,P5,P2,2026-09-10,2026-11-20,Noted";
    desk.write("loans.csv", format!("loan,tag,scheme,borrower,hirer,out_on,due_on,note\n{row}\n"));
    desk.done("import loans @/loans.csv --update --commit");
    assert!(desk.done("loan show L3").contains("Noted"));
    desk.run("remind --send");
    assert!(server.recipients().contains(&"carl@example.org".to_string()));
}

#[test]
fn what_could_not_be_told_is_told_the_next_time() {
    let server = MailServer::start(Temper::kind().hanging_up(At::Dot, 1));
    let mut desk = hub(&server);
    desk.done("organisation edit 'Youth Brass' --email brass@example.org");
    desk.run("remind --send");
    // As a run leaves it that died before it had said so.
    let file = rusqlite::Connection::open(desk.hub()).expect("a file");
    file.execute("UPDATE message SET told_on = NULL", []).expect("changed");
    drop(file);
    desk.done("renew VC-0001 --due 2026-11-25");
    desk.mail.smtp_url = Some("smtp://127.0.0.1:1".to_string());
    assert_eq!(desk.run("remind --send").exit, 3, "and not a word of M1");
    desk.mail.smtp_url = Some(server.url());
    assert_eq!(in_state(&desk, "claimed"), 2);
    let told = desk.run("remind --send");
    assert_eq!(told.exit, 4, "{}", told.stderr);
    assert!(told.stderr.contains("M1 was begun by an earlier run and never finished"), "{}", told.stderr);
    quiet(&desk.run("remind --send"));
}

#[test]
fn a_folder_that_cannot_take_letters_is_found_out_before_anything_goes() {
    let server = MailServer::start(Temper::kind());
    let desk = hub(&server);
    desk.write("taken", "no folder");
    let outcome = desk.run("remind --send --letters @/taken");
    assert_eq!((outcome.exit, server.messages().len()), (3, 0), "{}", outcome.stderr);
    let outcome = desk.run("remind --send --letters @/not/there");
    assert_eq!((outcome.exit, server.messages().len()), (3, 0), "{}", outcome.stderr);
    // Without a letter to write there is no folder.
    desk.run("remind --send --letters @/letters");
    assert!(!desk.path("letters").exists());
}

#[test]
fn letters_beyond_the_limit_only_wait() {
    let server = MailServer::start(Temper::kind());
    let desk = unarmed(&server);
    desk.done("return HN-0001");
    desk.done("person edit P1 --email ''");
    desk.done("person edit P2 --email '' --address '3 High Street'");
    let outcome = desk.run("remind --letters @/letters --limit 1");
    assert_eq!((outcome.exit, outcome.stdout.as_str()), (0, ""), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("1 message waits for the next run"), "{}", outcome.stderr);
}

#[test]
fn retry_gives_nothing_back_as_long_as_nobody_takes_it() {
    let server = MailServer::start(Temper::kind().hanging_up(At::Dot, 1));
    let mut desk = hub(&server);
    desk.run("remind --send");
    let from = desk.mail.from.take();
    assert_eq!(desk.run("remind retry").exit, 2);
    assert_eq!(in_state(&desk, "claimed"), 2);
    desk.mail.from = from;
    desk.done("return VN-0001");
    desk.done("return VN-0002");
    let said = desk.run("remind retry M1").stderr;
    assert!(said.contains("Nothing is due any more"), "{said}");
    assert_eq!(in_state(&desk, "claimed"), 0);
    // What was tried again is no deed of the desk's.
    assert!(desk.run("undo").stderr.contains("VN-0002"));
}

#[test]
fn an_address_that_was_mended_is_mailed_to_again_whichever_message_is_named() {
    let times = std::sync::atomic::AtomicUsize::new(0);
    let server = MailServer::start(Temper::kind().answering(move |now| {
        let is_theirs = now.at == At::Recipient && now.recipient == "carl@example.org";
        (is_theirs && times.fetch_add(1, Ordering::SeqCst) < 2).then_some(Answer::Say("550 5.1.1 No such user here"))
    }));
    let desk = hub(&server);
    desk.run("remind --send");
    assert_eq!(desk.run("remind retry M2").exit, 4, "refused again");
    desk.done("remind retry M2");
    assert!(server.recipients().contains(&"carl@example.org".to_string()));
}

#[test]
fn a_server_that_falls_silent_is_not_asked_for_every_message() {
    let server = MailServer::start(Temper::kind().hanging_up(At::Recipient, 99));
    let desk = hub(&server);
    let outcome = desk.run("remind --send");
    assert_eq!(outcome.exit, 4, "{}", outcome.stderr);
    assert!(server.connections() <= 2, "{}", server.connections());
    assert!(outcome.stderr.contains("no longer answers"), "{}", outcome.stderr);
    assert_eq!(in_state(&desk, "claimed"), 0);
    assert!(!desk.done("status --format json").contains("\"reminders_last_ran_on\": \"2026"), "it did not get through");
}

#[test]
fn no_password_is_repeated_after_a_server() {
    let said = Answer::Say("535 5.7.8 bad password s3cr3t for bob");
    let server = MailServer::start(
        Temper::kind().login("PLAIN", "bob", "other").answering(move |now| (now.at == At::Login).then(|| said.clone())),
    );
    let mut desk = hub(&server);
    desk.mail.smtp_url = Some(server.url_for("bob:s3cr3t@"));
    let outcome = desk.run("remind --send");
    assert_eq!(outcome.exit, 3, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("535") && !outcome.stderr.contains("s3cr3t"), "{}", outcome.stderr);
}

#[test]
fn whoever_is_written_to_gets_no_copy() {
    let server = MailServer::start(Temper::kind());
    let desk = hub(&server);
    desk.done("remind ladder set first --copy-to carl@example.org");
    desk.run("remind --send --borrower P2");
    assert_eq!(server.recipients(), ["carl@example.org"]);
}

#[test]
fn letters_are_written_while_the_mail_server_is_down() {
    let server = MailServer::start(Temper::kind());
    let mut desk = hub(&server);
    desk.done("person edit P1 --email ''");
    desk.mail.smtp_url = Some("smtp://127.0.0.1:1".to_string());
    let outcome = desk.run("remind --send --letters @/letters");
    assert_eq!(outcome.exit, 4, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("Wrote 1 letter") && outcome.stderr.contains("127.0.0.1:1"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("setting set hub-contact"), "{}", outcome.stderr);
    desk.mail.smtp_url = Some(server.url());
    desk.done("remind --send");
    assert_eq!(server.recipients(), ["carl@example.org", "office@oak.example"]);
}

#[test]
fn a_command_that_is_wrong_writes_no_letters_either() {
    let server = MailServer::start(Temper::kind());
    let mut desk = hub(&server);
    desk.done("person edit P1 --email ''");
    desk.mail.from = None;
    assert_eq!(desk.run("remind --send --letters @/letters").exit, 2);
    assert_eq!(in_state(&desk, "sent"), 0);
    assert!(!desk.path("letters").exists());
}

#[test]
fn arming_says_what_may_be_said_again() {
    let server = MailServer::start(Temper::kind());
    let desk = hub(&server);
    desk.done("backup @/before.db");
    desk.run("remind --send");
    for beside in ["hub.db-wal", "hub.db-shm"] {
        let _ = std::fs::remove_file(desk.path(beside));
    }
    std::fs::copy(desk.path("before.db"), desk.hub()).expect("put back");
    assert!(desk.run("remind").stderr.contains("an older file was put back"), "the preview knows it too");
    let armed = desk.run("remind arm").stderr;
    assert!(armed.contains("may be said again"), "{armed}");
    assert!(!desk.run("remind arm").stderr.contains("may be said again"));
}

#[test]
fn what_is_late_beyond_the_limit_is_counted() {
    let server = MailServer::start(Temper::kind());
    let desk = hub(&server);
    assert!(!desk.done("status --format json").contains("\"late_past_look_back\": 6"));
    assert!(desk.done("status --format json --today 2027-03-21").contains("\"late_past_look_back\": 6"));
}
