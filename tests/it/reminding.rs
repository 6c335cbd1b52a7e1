//! Reminders that go out: each of the ways in which others repeat, flood or lose them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::desk::{Desk, Outcome};
use crate::mail_server::{At, MailServer, Temper};
use crate::plays;

/// Two families, a school and an ensemble, each with something late since 20 Nov 2026.
const HUB: &str = "
    school add 100001 'Oak Lane School' --postcode 'LE1 1AA' --email office@oak.example
    organisation add 'Youth Brass' --role partner
    person add 'Ngozi Obi' --role adult --email ngozi@example.org --address '2 High Street, Ashcombe'
    person add 'Carl Bow' --role adult --email carl@example.org
    person add 'Ada Obi' --role pupil --school 100001 --year-group 5 --hirer P1
    person add 'Ben Obi' --role pupil --school 100001 --year-group 3 --hirer P1
    person add 'Cleo Bow' --role pupil --school 100001 --year-group 5 --hirer P2
    instrument add --type VN --size 1/2
    instrument add --type VN --size 3/4
    instrument add --type VC
    instrument add --type TPT
    instrument add --type TPT
    instrument add --type HN
    lend VN-0001 --to 'Ada Obi' --due 2026-11-20 --on 2026-09-10
    lend VN-0002 --to 'Ben Obi' --due 2026-11-20 --on 2026-09-10
    lend VC-0001 --to 'Cleo Bow' --due 2026-11-20 --on 2026-09-10
    lend TPT-0001 TPT-0002 --to 100001 --due 2026-11-20 --on 2026-09-10
    lend HN-0001 --to 'Youth Brass' --due 2026-11-20 --on 2026-09-10
";

/// A desk whose mail goes to a server, with the hub above, armed.
pub fn hub(server: &MailServer) -> Desk {
    let desk = unarmed(server);
    desk.done("remind arm");
    desk
}

pub fn unarmed(server: &MailServer) -> Desk {
    let mut desk = Desk::new();
    desk.mail.from = Some("Test Hub <hub@example.org>".to_string());
    desk.mail.smtp_url = Some(server.url());
    HUB.lines().map(str::trim).filter(|line| !line.is_empty()).for_each(|line| drop(desk.done(line)));
    desk
}

pub fn quiet(outcome: &Outcome) {
    assert_eq!((outcome.exit, outcome.stdout.as_str(), outcome.stderr.as_str()), (0, "", ""));
}

/// How many reminders stand in a state.
pub fn in_state(desk: &Desk, state: &str) -> usize {
    desk.done(&format!("remind log --state {state} --format csv")).lines().count() - 1
}

#[test]
fn a_morning_after_a_due_day() {
    let server = MailServer::start(Temper::kind());
    let desk = unarmed(&server);
    plays!(
        desk,
        "reminding",
        "
        # Not armed yet, and so nothing goes.
        remind --send
        remind
        remind arm
        remind --send
        # The second run says and sends nothing.
        remind --send
        # What is left waits for a letter.
        remind
        remind log --format csv
        status
        # The day of the second stage.
        remind --send --today 2026-12-04
        instrument history VN-0001
        "
    );
    assert_eq!(server.recipients()[..3], ["ngozi@example.org", "carl@example.org", "office@oak.example"]);
    assert_eq!(server.connections(), 2, "one connection a run");
}

#[test]
fn a_household_hears_once_and_a_school_has_a_digest() {
    let server = MailServer::start(Temper::kind());
    let desk = hub(&server);
    assert_eq!(desk.run("remind --send").exit, 4);
    let messages = server.messages();
    assert_eq!(messages.len(), 3);
    for tag in ["VN-0001", "VN-0002"] {
        assert!(messages[0].text().contains(tag), "{}", messages[0].text());
    }
    for tag in ["TPT-0001", "TPT-0002"] {
        assert!(messages[2].text().contains(tag), "{}", messages[2].text());
    }
    for message in &messages {
        for surname in ["Ada Obi", "Ben Obi", "Cleo Bow"] {
            assert!(!message.text().contains(surname), "{}", message.text());
        }
    }
}

#[test]
fn a_missed_morning_loses_nothing_and_repeats_nothing() {
    let server = MailServer::start(Temper::kind());
    let desk = hub(&server);
    // Nothing ran for weeks: the stage that is reached now goes, and none of those before it.
    desk.run("remind --send --today 2026-12-20");
    assert_eq!(server.messages().len(), 3);
    assert!(server.messages()[1].header("Subject").is_some_and(|subject| subject.contains("within seven days")));
    for day in ["2026-12-20", "2026-12-21", "2027-01-20", "2027-02-20"] {
        quiet(&desk.run(&format!("remind --send --today {day}")));
    }
    // A clock that went back says nothing it has not said.
    for day in ["2026-12-01", "2026-11-21", "2026-11-10"] {
        quiet(&desk.run(&format!("remind --send --today {day}")));
    }
    assert_eq!(server.messages().len(), 3);
}

#[test]
fn what_is_late_is_never_said_to_be_due_soon() {
    let server = MailServer::start(Temper::kind());
    let desk = hub(&server);
    desk.done("remind ladder set first --days 10");
    quiet(&desk.run("remind --send"));
    assert_eq!(server.messages().len(), 0, "it is two days late, and the first stage comes at ten");
}

#[test]
fn a_renewal_begins_anew_and_a_return_ends_it() {
    let server = MailServer::start(Temper::kind());
    let desk = hub(&server);
    desk.run("remind --send");
    desk.done("renew VC-0001 --due 2026-12-10");
    desk.done("return VN-0001");
    desk.done("return VN-0002");
    desk.done("return TPT-0001");
    desk.run("remind --send");
    let again = server.messages();
    assert_eq!(again.len(), 3, "fourteen days before the new day begin on 26 November");
    desk.run("remind --send --today 2026-11-26");
    assert_eq!(server.recipients()[3..], ["carl@example.org"]);
    desk.run("remind --send --today 2026-12-04");
    assert_eq!(server.recipients()[4..], ["office@oak.example"], "the family that brought all back hears nothing");
    assert!(!server.messages()[4].text().contains("TPT-0001"), "one of the two is back");
}

#[test]
fn a_return_at_the_desk_during_a_run_is_honoured() {
    // The first message is on its way when the cello comes back; the file is free for whoever stands at the desk.
    let came_back = Arc::new(AtomicBool::new(false));
    let (seen, desk_of) = (Arc::clone(&came_back), Arc::new(std::sync::OnceLock::<std::path::PathBuf>::new()));
    let path = Arc::clone(&desk_of);
    let server = MailServer::start(Temper::kind().watching(move |now| {
        if now.at == At::Data && !seen.swap(true, Ordering::SeqCst) {
            let output = std::process::Command::new(env!("CARGO_BIN_EXE_ledgerline"))
                .env_clear()
                .args(["--today", "2026-11-22", "--db"])
                .arg(path.get().expect("a hub"))
                .args(["return", "VC-0001"])
                .output()
                .expect("it runs");
            assert!(output.status.success(), "{output:?}");
        }
    }));
    let desk = hub(&server);
    desk_of.set(desk.hub()).expect("once");
    desk.run("remind --send");
    assert!(came_back.load(Ordering::SeqCst));
    assert_eq!(server.recipients(), ["ngozi@example.org", "office@oak.example"]);
}

#[test]
fn a_place_without_an_address_is_listed_once_and_waits() {
    let server = MailServer::start(Temper::kind());
    let desk = hub(&server);
    let first = desk.run("remind --send --format csv");
    assert_eq!(first.exit, 4);
    assert!(first.stdout.contains("G1,Youth Brass,none,,L6,HN-0001"), "{}", first.stdout);
    quiet(&desk.run("remind --send"));
    assert!(desk.done("remind --format csv").contains("G1,Youth Brass"));
    // An address is found: the next run writes to it.
    desk.done("organisation edit 'Youth Brass' --email brass@example.org");
    assert_eq!(desk.run("remind --send").exit, 0);
    assert_eq!(server.recipients()[3..], ["brass@example.org"]);
}

#[test]
fn an_address_refused_for_good_moves_to_letters() {
    let server = MailServer::start(Temper::kind().refusing("ngozi@example.org"));
    let desk = hub(&server);
    desk.done("organisation edit 'Youth Brass' --email brass@example.org");
    plays!(
        desk,
        "reminding_refused",
        "
        remind --send
        remind --send
        remind
        remind --letters @/letters
        remind --send
        remind
        remind log --state sent --format csv
        "
    );
    let letter = desk.read("letters/2026-11-22-M5.txt");
    assert!(letter.contains("2 High Street") && letter.contains("VN-0001") && letter.contains("VN-0002"), "{letter}");
    assert_eq!(server.recipients(), ["carl@example.org", "office@oak.example", "brass@example.org"]);
    // A new address is mailed to again, from the next stage on.
    desk.done("person edit P1 --email obi@example.org");
    desk.run("remind --send --today 2026-12-04");
    assert!(server.recipients().contains(&"obi@example.org".to_string()));
}

#[test]
fn a_passing_fault_is_tried_again_the_next_time() {
    let times = std::sync::atomic::AtomicUsize::new(0);
    let server = MailServer::start(Temper::kind().answering(move |now| {
        let is_theirs = now.at == At::Recipient && now.recipient == "carl@example.org";
        (is_theirs && times.fetch_add(1, Ordering::SeqCst) == 0)
            .then_some(crate::mail_server::Answer::Say("451 4.3.0 Try again later"))
    }));
    let desk = hub(&server);
    desk.done("organisation edit 'Youth Brass' --email brass@example.org");
    let first = desk.run("remind --send");
    assert_eq!(first.exit, 4, "{}", first.stderr);
    assert!(first.stderr.contains("the next run tries again") && first.stderr.contains("451"), "{}", first.stderr);
    assert!(!server.recipients().contains(&"carl@example.org".to_string()));
    assert_eq!(desk.run("remind --send").exit, 0);
    assert_eq!(server.recipients().last().map(String::as_str), Some("carl@example.org"));
    assert_eq!(in_state(&desk, "put-off"), 1);
}

#[test]
fn a_server_that_is_down_records_nothing() {
    let server = MailServer::start(Temper::kind());
    let mut desk = hub(&server);
    desk.mail.smtp_url = Some("smtp://127.0.0.1:1".to_string());
    let outcome = desk.run("remind --send");
    assert_eq!(outcome.exit, 3, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("127.0.0.1:1"), "{}", outcome.stderr);
    assert_eq!(desk.done("remind log --format csv").lines().count(), 1);
    desk.mail.smtp_url = Some(server.url());
    assert_eq!(desk.run("remind --send").exit, 4, "the place without an address");
    assert_eq!(server.messages().len(), 3);
}

#[test]
fn a_server_that_goes_away_leaves_the_rest_to_the_next_run() {
    let server = MailServer::start(Temper::kind().answering(|now| {
        let is_after_the_first = now.recipient == "carl@example.org" || now.at == At::Greeting && now.taken > 0;
        (now.at == At::Recipient && is_after_the_first).then_some(crate::mail_server::Answer::HangUp)
    }));
    let desk = hub(&server);
    let outcome = desk.run("remind --send");
    assert_eq!(outcome.exit, 4, "{}", outcome.stderr);
    assert_eq!(server.recipients(), ["ngozi@example.org", "office@oak.example"], "it came back for the school");
    assert_eq!(in_state(&desk, "claimed"), 0, "nobody had taken it, and that is certain");
}

#[test]
fn a_server_that_never_says_whether_it_took_a_message_is_asked_no_more() {
    let server = MailServer::start(Temper::kind().hanging_up(At::Dot, 99));
    let desk = hub(&server);
    desk.done("organisation edit 'Youth Brass' --email brass@example.org");
    let outcome = desk.run("remind --send");
    assert_eq!(outcome.exit, 4, "{}", outcome.stderr);
    assert_eq!(server.messages().len(), 3);
    assert!(outcome.stderr.contains("1 message waits for the next"), "{}", outcome.stderr);
    assert_eq!(in_state(&desk, "claimed"), 5);
}

#[test]
fn a_message_that_may_have_arrived_is_sent_again_by_retry_alone() {
    let server = MailServer::start(Temper::kind().hanging_up(At::Dot, 1));
    let desk = hub(&server);
    desk.done("organisation edit 'Youth Brass' --email brass@example.org");
    let first = desk.run("remind --send");
    assert_eq!(first.exit, 4, "{}", first.stderr);
    assert!(first.stderr.contains("cannot be told whether M1 arrived"), "{}", first.stderr);
    assert_eq!(in_state(&desk, "claimed"), 2);
    quiet(&desk.run("remind --send"));
    assert!(desk.run("remind").stderr.contains("begun and never finished"), "{}", desk.run("remind").stderr);
    let held = server.messages().len();
    assert_eq!(desk.run("remind retry").exit, 0);
    let messages = server.messages();
    assert_eq!(messages.len(), held + 1);
    // The same message, known by the same name.
    let last = messages.last().expect("a message");
    assert_eq!(last.to, "ngozi@example.org");
    let twins = messages.iter().filter(|message| message.header("Message-ID") == last.header("Message-ID"));
    assert!(twins.count() <= 2);
    assert_eq!(in_state(&desk, "claimed"), 0);
    assert_eq!(desk.run("remind retry").stderr, "Nothing was begun and never finished.\n");
    assert!(desk.refused("remind retry M2").contains("M2 is sent"));
}

#[test]
fn a_copy_never_mails() {
    let server = MailServer::start(Temper::kind());
    let desk = hub(&server);
    std::fs::copy(desk.hub(), desk.path("copy.db")).expect("copied");
    std::fs::copy(desk.path("hub.db.armed"), desk.path("copy.db.armed")).expect("copied");
    let said = desk.refused("--db @/copy.db remind --send");
    assert!(said.contains("a copy sends nothing"), "{said}");
    assert_eq!(server.messages().len(), 0);
    desk.done("--db @/copy.db remind");
}

#[test]
fn an_older_file_put_back_never_mails() {
    let server = MailServer::start(Temper::kind());
    let desk = hub(&server);
    desk.done("backup @/before.db");
    desk.run("remind --send");
    let sent = server.messages().len();
    for beside in ["hub.db-wal", "hub.db-shm"] {
        let _ = std::fs::remove_file(desk.path(beside));
    }
    std::fs::copy(desk.path("before.db"), desk.hub()).expect("put back");
    let said = desk.refused("remind --send");
    assert!(said.contains("an older file was put back"), "{said}");
    // Work at the desk brings its last event past the one that was seen: it is another event.
    for _ in 0..8 {
        desk.done("instrument add --type VN");
    }
    let said = desk.refused("remind --send");
    assert!(said.contains("is not what it was"), "{said}");
    assert_eq!(server.messages().len(), sent);
    std::fs::remove_file(desk.path("hub.db.armed")).expect("removed");
    assert!(desk.refused("remind --send").contains("the stamp beside the file is gone"));
    // Somebody looks, and says so.
    desk.done("remind arm");
    desk.run("remind --send");
    assert!(server.messages().len() > sent);
}

#[test]
fn the_night_the_clocks_change_is_a_night_like_any_other() {
    let server = MailServer::start(Temper::kind());
    let mut desk = hub(&server);
    desk.done("return HN-0001");
    // Half past one comes twice in October, and not at all in March.
    let moments = [
        ("2027-03-28", "2027-03-28T00:59:59+00:00", 3),
        ("2027-03-28", "2027-03-28T02:00:01+01:00", 0),
        ("2027-10-31", "2027-10-31T01:30:00+01:00", 1),
        ("2027-10-31", "2027-10-31T01:30:00+00:00", 0),
        ("2027-11-01", "2027-11-01T06:00:00+00:00", 0),
    ];
    desk.done("renew VN-0001 VN-0002 TPT-0001 TPT-0002 --due 2027-03-27");
    desk.done("renew VC-0001 --due 2027-03-27");
    let mut before = 0;
    for (day, now, expected) in moments {
        desk.now = now.to_string();
        if day == "2027-10-31" && before == 3 {
            desk.done("--today 2027-03-28 renew VC-0001 --due 2027-10-30");
        }
        desk.done(&format!("--today {day} remind --send"));
        assert_eq!(server.messages().len() - before, expected, "{now}");
        before = server.messages().len();
    }
    let dates: Vec<String> = server.messages().iter().filter_map(|message| message.header("Date")).collect();
    assert!(dates[0].starts_with("Sun, 28 Mar 2027 00:59:59"), "{dates:?}");
    assert!(dates[3].starts_with("Sun, 31 Oct 2027 00:30:00"), "{dates:?}");
}

#[test]
fn imported_loans_keep_quiet_until_armed() {
    let server = MailServer::start(Temper::kind());
    let desk = hub(&server);
    desk.run("remind --send");
    desk.done("instrument add --type CL");
    desk.write("loans.csv", "tag,scheme,borrower,hirer,out_on,due_on\nCL-0001,hire,P5,P2,2026-09-01,2026-11-10\n");
    let imported = desk.run("import loans @/loans.csv --commit").stderr;
    assert!(imported.contains("Nobody is reminded of the loans that are new until"), "{imported}");
    quiet(&desk.run("remind --send"));
    assert!(desk.run("remind --letters @/letters").stderr.contains("quiet until 'ledgerline remind arm': 1"));
    assert!(desk.run("remind").stderr.contains("quiet until 'ledgerline remind arm': 1"));
    desk.done("remind arm");
    assert_eq!(desk.run("remind --send").exit, 0);
    assert!(server.messages().last().is_some_and(|message| message.text().contains("CL-0001")));
}

#[test]
fn loans_years_old_are_listed_and_not_written_about() {
    let server = MailServer::start(Temper::kind());
    let desk = hub(&server);
    quiet(&desk.run("remind --send --today 2028-01-01"));
    assert_eq!(server.messages().len(), 0);
    assert!(desk.run("remind --today 2028-01-01").stderr.contains("Late by over 120 days"));
    // The last day of the limit, and the day after it.
    assert_eq!(desk.run("remind --send --today 2027-03-21").exit, 0);
    desk.run("remind --send --today 2027-03-20");
    assert_eq!(server.messages().len(), 3);
}

#[test]
fn a_hold_lasts_through_its_day() {
    let server = MailServer::start(Temper::kind());
    let desk = hub(&server);
    desk.done("remind hold L3 --until 2026-11-24 --reason 'In hospital'");
    for day in ["2026-11-22", "2026-11-23", "2026-11-24"] {
        desk.run(&format!("remind --send --today {day}"));
        assert!(!server.recipients().contains(&"carl@example.org".to_string()), "{day}");
    }
    desk.run("remind --send --today 2026-11-25");
    assert!(server.recipients().contains(&"carl@example.org".to_string()));
}

#[test]
fn a_repair_keeps_quiet_and_loss_ends_it() {
    let server = MailServer::start(Temper::kind());
    let desk = hub(&server);
    desk.done("organisation add 'Bow Repairs' --role repairer");
    desk.done("repair send VC-0001 --to 'Bow Repairs'");
    desk.done("instrument lost TPT-0001");
    desk.done("loan void L5 --reason 'Wrong tag'");
    desk.run("remind --send");
    assert_eq!(server.recipients(), ["ngozi@example.org"]);
    desk.done("repair back VC-0001");
    desk.run("remind --send");
    assert_eq!(server.recipients()[1..], ["carl@example.org"]);
}

#[test]
fn a_run_has_a_limit_and_the_rest_is_not_lost() {
    let server = MailServer::start(Temper::kind());
    let desk = hub(&server);
    desk.done("organisation edit 'Youth Brass' --email brass@example.org");
    let first = desk.run("remind --send --limit 1");
    assert_eq!((first.exit, server.messages().len()), (0, 1), "{}", first.stderr);
    assert!(first.stderr.contains("3 messages wait for the next run"), "{}", first.stderr);
    desk.done("setting set messages-a-run 2");
    desk.done("remind --send");
    assert_eq!(server.messages().len(), 3);
    desk.done("remind --send");
    assert_eq!(server.messages().len(), 4);
    quiet(&desk.run("remind --send"));
}

#[test]
fn what_was_put_off_does_not_stand_in_the_way_of_the_rest() {
    let server = MailServer::start(Temper::kind().putting_off("ngozi@example.org"));
    let desk = hub(&server);
    for _ in 0..3 {
        desk.run("remind --send --limit 1");
    }
    assert_eq!(server.recipients(), ["carl@example.org", "office@oak.example"]);
}

/// A text that passed when it was kept, and that one contact's loans do not fit.
fn with_a_slip(desk: &Desk) {
    let file = rusqlite::Connection::open(desk.hub()).expect("a file");
    let text = "Subject: Bring it back\n\n{% if contact == 'Ngozi Obi' %}{{ loans[40].tag }}{% endif %}{{ table }}\n";
    file.execute("INSERT INTO ladder (stage, days, template) VALUES ('first', 1, ?1)", [text]).expect("a row");
}

#[test]
fn a_text_that_fails_for_one_contact_holds_up_nobody_else() {
    let server = MailServer::start(Temper::kind());
    let desk = hub(&server);
    with_a_slip(&desk);
    let first = desk.run("remind --send");
    assert_eq!(first.exit, 4, "{}", first.stderr);
    assert!(
        first.stderr.contains("Ngozi Obi (P1)") && first.stderr.contains("there is no field '[40].tag'"),
        "{}",
        first.stderr
    );
    assert_eq!(server.recipients(), ["carl@example.org", "office@oak.example"]);
    assert_eq!(in_state(&desk, "claimed"), 0);
    // The text is mended, and nobody is lost.
    desk.done("remind ladder set first --template ''");
    assert_eq!(desk.run("remind --send").exit, 0);
    assert_eq!(server.recipients()[2..], ["ngozi@example.org"]);
}

#[test]
fn letters_that_cannot_all_be_written_do_not_count() {
    let server = MailServer::start(Temper::kind());
    let desk = hub(&server);
    desk.done("person edit P1 --email ''");
    desk.done("person edit P2 --email '' --address '3 High Street'");
    desk.write("taken", "no folder");
    let outcome = desk.run("remind --letters @/taken");
    assert_eq!(outcome.exit, 3, "{}", outcome.stderr);
    assert_eq!(in_state(&desk, "sent"), 0);
    // One text that fails leaves the other letters be.
    with_a_slip(&desk);
    let outcome = desk.run("remind --letters @/letters");
    assert_eq!(outcome.exit, 4, "{}", outcome.stderr);
    assert_eq!((in_state(&desk, "sent"), in_state(&desk, "claimed")), (1, 0));
    desk.done("remind ladder set first --template ''");
    desk.done("remind --letters @/letters");
    assert_eq!(in_state(&desk, "sent"), 3);
    let files = std::fs::read_dir(desk.path("letters")).expect("a folder").count();
    assert_eq!(files, 4, "two letters, and a page for each run");
}

#[test]
fn a_run_about_one_family_is_not_the_mornings_run() {
    let server = MailServer::start(Temper::kind());
    let desk = hub(&server);
    desk.done("remind --send --borrower P2");
    assert_eq!(server.recipients(), ["carl@example.org"]);
    assert!(desk.done("status --format csv").contains("reminders_last_ran_on"));
    assert!(!desk.done("status --format json").contains("\"reminders_last_ran_on\": \"2026"));
}

#[test]
fn the_list_of_whom_nothing_reached_goes_into_a_file() {
    let server = MailServer::start(Temper::kind());
    let desk = hub(&server);
    let outcome = desk.run("remind --send --format csv --output @/missed.csv");
    assert_eq!((outcome.exit, outcome.stdout.as_str()), (4, ""), "{}", outcome.stderr);
    assert!(desk.read("missed.csv").contains("G1,Youth Brass,none,,L6"));
    desk.done("remind --send --format csv --output @/missed.csv");
    assert_eq!(desk.read("missed.csv").lines().count(), 1, "nobody was missed");
}

#[test]
fn the_last_stage_is_copied_to_whom_the_ladder_names() {
    let server = MailServer::start(Temper::kind().refusing("gone@hub.example"));
    let desk = hub(&server);
    desk.done("remind ladder set final --copy-to head@hub.example");
    desk.done("setting set reply-to answers@hub.example");
    desk.done("return TPT-0001 TPT-0002 HN-0001 VN-0001 VN-0002");
    assert_eq!(desk.run("remind --send").exit, 0);
    assert_eq!(server.recipients(), ["carl@example.org"], "only the last stage is copied");
    assert_eq!(desk.run("remind --send --today 2026-12-18").exit, 0);
    assert_eq!(server.recipients()[1..], ["carl@example.org", "head@hub.example"]);
    let message = &server.messages()[1];
    assert!(message.header("Cc").is_some_and(|copied| copied.contains("head@hub.example")), "{}", message.raw);
    assert!(message.header("Reply-To").is_some_and(|reply| reply.contains("answers@hub.example")), "{}", message.raw);
    // A copy that does not arrive is told of, and the message is sent all the same.
    desk.done("remind ladder set final --copy-to gone@hub.example");
    desk.done("renew VC-0001 --due 2026-12-19 --today 2026-12-18");
    let last = desk.run("remind --send --today 2027-01-20");
    assert_eq!(last.exit, 4, "{}", last.stderr);
    assert!(last.stderr.contains("the copy to gone@hub.example was not taken: 550"), "{}", last.stderr);
    assert!(desk.done("remind log --format csv").contains("the copy to gone@hub.example was not taken"));
    assert_eq!(server.recipients().last().map(String::as_str), Some("carl@example.org"));
}

#[test]
fn nobody_is_ever_a_pupil() {
    let server = MailServer::start(Temper::kind());
    let desk = hub(&server);
    // Records that no command of ours would make: a pupil for whom nobody signed, and one who signed.
    let file = rusqlite::Connection::open(desk.hub()).expect("a file");
    file.execute_batch(
        "UPDATE loan SET hirer_id = NULL, school_urn = NULL WHERE person_id = 3;
         UPDATE loan SET hirer_id = 5, school_urn = NULL WHERE person_id = 4;",
    )
    .expect("sound SQL");
    drop(file);
    let outcome = desk.run("remind --send --format csv");
    assert_eq!(outcome.exit, 4);
    assert!(outcome.stdout.contains("P3,Ada O.,none,,L1"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("P4,Ben O.,none,,L2"), "{}", outcome.stdout);
    assert_eq!(server.recipients(), ["carl@example.org", "office@oak.example"]);
}

#[test]
fn what_went_out_cannot_be_undone() {
    let server = MailServer::start(Temper::kind());
    let desk = hub(&server);
    desk.done("instrument add --type FL");
    desk.run("remind --send");
    let undone = desk.run("undo");
    assert!(undone.stderr.contains("FL-0001"), "the last thing at the desk: {}", undone.stderr);
    assert_eq!(in_state(&desk, "sent"), 5);
    desk.done("check");
}

#[test]
fn the_environment_must_say_where_mail_goes() {
    let server = MailServer::start(Temper::kind());
    let mut desk = hub(&server);
    for (url, from) in [
        (Some("http://example.org"), Some("hub@example.org")),
        (Some("smtp://"), Some("hub@example.org")),
        (Some("smtp://127.0.0.1?tls=maybe"), Some("hub@example.org")),
        (Some("smtp://127.0.0.1"), None),
        (Some("smtp://127.0.0.1"), Some("nobody")),
        (Some("smtp://ana:secret@mail.example.org"), Some("hub@example.org")),
    ] {
        desk.mail.smtp_url = url.map(str::to_string);
        desk.mail.from = from.map(str::to_string);
        let outcome = desk.run("remind --send");
        assert_eq!(outcome.exit, 2, "{url:?} {from:?}: {}", outcome.stderr);
        assert!(!outcome.stderr.contains("secret"), "{}", outcome.stderr);
    }
    assert_eq!(desk.done("remind log --format csv").lines().count(), 1, "nothing was begun");
}
