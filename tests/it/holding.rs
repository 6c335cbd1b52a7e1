//! What surrounds a run of reminders: holds, the log, and what reads or guards its records.

use ledgerline::domain::date::Date;
use ledgerline::domain::reference::{EventRef, MessageRef};
use ledgerline::domain::reminder::{Contact, Notice, Rung};
use ledgerline::domain::words::{ReminderState, Route, Stage};
use ledgerline::store::journal::{self, Event, Stamp};
use ledgerline::store::reminder::{self, Outlook, Settlement};

use crate::desk::{Desk, TODAY};
use crate::plays;

/// Two families, a school and loans that are late, due soon and far off.
fn desk() -> Desk {
    let desk = Desk::new();
    for line in [
        "school add 100001 \"St Thomas' Primary\" --email office@stthomas.example",
        "school add 100003 'Other Primary'",
        "person add 'Luis Ruiz' --role adult --email luis@example.org",
        "person add 'Ana Ruiz' --role pupil --school 100001 --year-group 5 --hirer P1",
        "person add 'May Lee' --role adult",
        "instrument add --type VC",
        "instrument add --type VN",
        "instrument add --type TPT",
        "instrument add --type FL",
        // L1 is 14 days late, L2 due in 8, L3 a day late at a school, L4 14 days late with somebody who has no address.
        "lend VC-0001 --to P2 --on 2026-09-10 --due 2026-11-08",
        "lend VN-0001 --to P2 --on 2026-09-10 --due 2026-11-30",
        "lend TPT-0001 --to 100001 --on 2026-09-10 --due 2026-11-21",
        "lend FL-0001 --to P3 --on 2026-09-10 --due 2026-11-08",
    ] {
        desk.done(line);
    }
    desk
}

/// What a run does on a day, without mail: claims what is due and settles it. Whoever has no address waits.
fn said_on(desk: &Desk, day: &str, state: ReminderState) -> Vec<MessageRef> {
    let today: Date = day.parse().expect("a day");
    let stamp = Stamp { at: format!("{day}T06:00:00+00:00"), today, who: "cron".into() };
    let mut db = ledgerline::store::open(&desk.hub()).expect("a file").db;
    let said = db.write(|tx| {
        let outlook = Outlook::load(tx, today)?.once_armed();
        let mut notices: Vec<Notice> = Vec::new();
        outlook.each(tx, |notice| {
            notices.push(notice);
            Ok(())
        })?;
        let mut messages = Vec::new();
        for theirs in notices.chunk_by(|one, other| one.contact.reference == other.contact.reference) {
            let contact: &Contact = &theirs[0].contact;
            if contact.route() != Route::Email {
                for notice in theirs {
                    reminder::wait(tx, notice)?;
                }
                continue;
            }
            let claim = reminder::claim(tx, &stamp, contact, Route::Email, theirs)?.expect("claimed");
            if state != ReminderState::Claimed {
                let settlement = Settlement { state, answer: Some("250 taken".into()) };
                reminder::settle(tx, &stamp, claim, &[], &settlement)?;
            }
            messages.push(claim.message);
        }
        Ok(messages)
    });
    said.expect("written")
}

fn sent(desk: &Desk) {
    assert_eq!(said_on(desk, TODAY, ReminderState::Sent).len(), 2);
}

/// Arms reminders as `remind arm` does, for a place that does not matter here.
fn armed(desk: &Desk, on: &str, last_run: Option<&str>) {
    let file = rusqlite::Connection::open(desk.hub()).expect("a file");
    let sql = format!(
        "INSERT INTO event (id, at, \"on\", who, command, subject) SELECT last + 1, '{on}T09:00:00Z', '{on}', 'sam', 'remind arm', 'reminders' FROM numbering WHERE noun = 'event';
         UPDATE numbering SET last = last + 1 WHERE noun = 'event';
         INSERT INTO event_text (event_id, summary) SELECT last, 'Armed reminders' FROM numbering WHERE noun = 'event';
         INSERT OR REPLACE INTO arming (id, token, place, machine, event_id) SELECT 1, 't', '/srv/hub.db', 'hub', last FROM numbering WHERE noun = 'event';"
    );
    file.execute_batch(&sql).expect("sound SQL");
    if let Some(day) = last_run {
        file.execute("UPDATE arming SET last_run_at = ?1, last_run_on = ?1", [day]).expect("sound SQL");
    }
}

/// Sets a stage of the ladder as a desk command does.
fn stage_set(desk: &Desk, stage: Stage, days: i64) -> EventRef {
    let stamp =
        Stamp { at: format!("{TODAY}T09:00:00+00:00"), today: TODAY.parse().expect("a day"), who: "sam".into() };
    let mut db = ledgerline::store::open(&desk.hub()).expect("a file").db;
    let event = db.write(|tx| {
        reminder::set_rung(tx, &Rung { stage, days, template: None, copy_to: None })?;
        let (on, summary) = (stamp.today, format!("Set {stage} to {days} days"));
        let event = Event { on, command: "remind ladder set", subject: stage.to_string(), summary, about: vec![] };
        journal::record(tx, &stamp, &event, None)
    });
    event.expect("written")
}

#[test]
fn a_loan_is_held_and_let_go() {
    plays!(
        desk(),
        "hold",
        "
        remind hold L1 --until 2026-12-06 --reason 'In hospital'
        loan show L1
        remind --format csv
        remind --format csv --today 2026-12-06
        remind --format csv --today 2026-12-07
        loan show L1 --today 2026-12-07 --format csv
        # The same again changes nothing; another day or reason does, and says so.
        remind hold L1 --until 2026-12-06 --reason 'In hospital'
        remind hold L1 --until 2026-12-20 --reason 'In hospital'
        remind hold L1 --until 2026-12-20 --reason 'Convalescent'
        remind hold L2 l3 L3 --until today --reason '-'
        remind release L1 L3
        undo
        remind release L1
        remind release L1
        remind release L2 --today 2026-11-23
        remind hold L2 --until +7d --reason 'Again' --today 2026-11-23
        log --loan L1 --format csv
        log --tag VN-0001 --format csv
        check --today 2026-11-23
        "
    );
}

#[test]
fn what_is_not_out_is_not_held() {
    plays!(
        desk(),
        "hold_refused",
        "
        remind hold L1 --until 2026-11-21 --reason 'Too late'
        remind hold L1 --until yesterday --reason 'Too late'
        remind hold L1 --until never --reason 'No day'
        remind hold L1 --until +7d --reason ' '
        remind hold L1 --until +7d
        remind hold L9 --until +7d --reason 'None such'
        remind hold VC-0001 --until +7d --reason 'A tag'
        remind release L1
        remind release L1 L2
        return VC-0001
        instrument lost FL-0001
        loan void L3 --reason 'Never went'
        remind hold L1 --until +7d --reason 'Back already'
        remind hold L4 --until +7d --reason 'Lost'
        remind hold L3 --until +7d --reason 'Void'
        remind hold L1 L2 L3 --until +7d --reason 'One of them is out'
        remind release L2
        "
    );
}

#[test]
fn a_pupils_loan_and_the_schools_around_it_are_held_each_for_itself() {
    let desk = desk();
    desk.done("lend TPT-0001 --to P2 --on 2026-10-01 --due 2026-11-20");
    let said = desk.run("remind hold L5 --until +7d --reason Ill").stderr;
    assert!(
        said.ends_with(
            "TPT-0001 is on loan to St Thomas' Primary too, as L3, which is not on hold: ledgerline remind hold L3 …\n"
        ),
        "{said}"
    );
    assert_eq!(desk.run("remind hold L3 L5 --until +8d --reason Ill").stderr.lines().count(), 2);
    desk.done("return TPT-0001");
    assert_eq!(desk.run("remind release L3").stderr, "L3 is no longer on hold; it is returned.\n");
}

#[test]
fn the_log_says_what_was_said_to_whom() {
    let desk = desk();
    let empty = desk.run("remind log --format csv");
    assert_eq!(
        empty.stdout,
        "message,at,on,contact,contact_name,route,address,loan,tag,due_on,stage,state,settled_at,answer\n"
    );
    said_on(&desk, "2026-11-16", ReminderState::PutOff);
    said_on(&desk, "2026-11-22", ReminderState::Sent);
    said_on(&desk, "2026-12-01", ReminderState::Claimed);
    plays!(
        desk,
        "said",
        "
        remind log --format csv --today 2026-12-02
        remind log --state claimed --today 2026-12-02
        remind log --state waiting --format csv
        remind log --loan L1 --format csv
        remind log --contact P1 --from 2026-11-20 --to 2026-11-30 --format csv
        remind log --contact P3 --format csv
        remind log --contact 100001 --state sent --format csv
        remind log --to 2026-11-20 --state sent
        remind log --loan L9
        remind log --state gone
        check --today 2026-12-02
        "
    );
    let all = desk.done("remind log --format csv") + &desk.done("log --format csv --last 5");
    assert!(!all.contains("Ana"), "a child is named: {all}");
}

#[test]
fn one_screen_says_whether_reminders_run_and_what_waits() {
    let desk = desk();
    let card = |today: &str| desk.done(&format!("status --today {today}"));
    assert!(card(TODAY).contains("reminders_last_ran_on  not armed"), "{}", card(TODAY));
    assert!(!card(TODAY).contains("reminders_waiting"), "nothing waits");
    assert!(desk.done("status --format json").contains("\"reminders_last_ran_on\": null"));
    armed(&desk, "2026-11-20", None);
    assert!(card(TODAY).contains("reminders_last_ran_on  never"), "{}", card(TODAY));
    let warned = |today: &str| desk.run(&format!("status --today {today}")).stderr.contains("warning: reminders");
    assert!(!warned("2026-11-22") && warned("2026-11-23"), "two days are fine, three are not");
    sent(&desk);
    desk.done("remind hold L2 --until +3d --reason 'Ill'");
    armed(&desk, "2026-11-20", Some("2026-11-22"));
    let said = card("2026-11-24");
    assert!(said.contains("reminders_last_ran_on  22 Nov 2026"), "{said}");
    assert!(said.contains("reminders_waiting      1\n") && said.contains("reminders_held         1\n"), "{said}");
    assert!(!warned("2026-11-24") && warned("2026-11-25") && !warned("2026-11-19"));
    // What came back, was held, or was told by other means waits no longer.
    let waiting = || desk.done("status").contains("reminders_waiting");
    assert!(waiting());
    desk.done("remind hold L4 --until +3d --reason 'Ill'");
    assert!(!waiting());
    desk.done("undo");
    desk.done("renew FL-0001 --due 2026-12-18");
    assert!(!waiting());
    desk.done("undo");
    desk.done("return FL-0001");
    assert!(!waiting());
    desk.done("undo");
    desk.done("person edit P3 --email may@example.org");
    said_on(&desk, TODAY, ReminderState::Claimed);
    let said = desk.done("status");
    assert!(!said.contains("reminders_waiting") && said.contains("reminders_unfinished   1\n"), "{said}");
    desk.done("check");
}

#[test]
fn what_is_late_says_by_the_hubs_own_ladder_what_was_last_said() {
    let desk = desk();
    let stage = |loan: &str| {
        let late = desk.done("overdue --format csv");
        let line = late.lines().find(|line| line.starts_with(loan)).map(str::to_string).expect("it is late");
        line.split(',').skip(14).take(2).map(str::to_string).collect::<Vec<_>>()
    };
    assert_eq!(stage("L1,"), ["second", ""]);
    let file = rusqlite::Connection::open(desk.hub()).expect("a file");
    file.execute("INSERT INTO ladder (stage, days) VALUES ('second', 20)", []).expect("sound SQL");
    assert_eq!(stage("L1,"), ["first", ""]);
    said_on(&desk, "2026-11-10", ReminderState::PutOff);
    assert_eq!(stage("L1,"), ["first", ""], "nobody got it");
    said_on(&desk, "2026-11-20", ReminderState::Sent);
    assert_eq!(stage("L1,"), ["first", "2026-11-20"]);
    assert_eq!(stage("L4,"), ["first", ""], "who waits for a letter has heard nothing");
    let shown = desk.done("loan show L1");
    assert!(shown.contains("last_reminder_on    20 Nov 2026\nlast_stage          first\n"), "{shown}");
    // A new day begins anew; the old one is remembered.
    desk.done("renew VC-0001 --due 2026-11-21 --today 2026-11-20");
    assert_eq!(stage("L1,"), ["first", ""]);
    assert!(!desk.done("loan show L1").contains("last_reminder_on"));
    assert!(desk.done("remind log --loan L1 --format csv").contains(",2026-11-08,first,sent,"));
}

#[test]
fn a_renewed_loan_is_reminded_of_by_its_new_day_and_a_hold_goes_on() {
    let desk = desk();
    sent(&desk);
    let due = |today: &str| {
        let list = desk.done(&format!("remind --format csv --today {today}"));
        list.lines().any(|line| line.contains(",L1,"))
    };
    assert!(!due(TODAY), "said already");
    desk.done("renew VC-0001 --due 2026-12-18");
    assert!(!due("2026-12-03") && due("2026-12-04") && due("2026-12-19"));
    desk.done("remind hold L1 --until 2026-12-20 --reason 'Ill'");
    assert!(!due("2026-12-19"));
    desk.done("renew VC-0001 --due 2026-12-19");
    assert!(!due("2026-12-20") && due("2026-12-21"), "the hold goes on through its last day");
}

#[test]
fn a_desk_command_is_undone_whatever_was_said_since() {
    let desk = desk();
    desk.done("renew VN-0001 --due 2026-12-01");
    desk.done("remind hold L3 --until +2d --reason 'Ill'");
    said_on(&desk, TODAY, ReminderState::Sent);
    armed(&desk, TODAY, None);
    let undone = |desk: &Desk| desk.run("undo --as sam").stderr.lines().next().unwrap_or_default().to_string();
    // The event of sam's before the arming.
    assert!(undone(&desk).contains("Held L3 of TPT-0001"));
    assert!(undone(&desk).starts_with("Brought back "));
    desk.done("undo E15");
    desk.done("return VC-0001");
    assert!(undone(&desk).contains("VC-0001"));
    assert!(!desk.done("remind --format csv").contains(",L1,"), "what was said stays said");
    desk.done("check");
}

#[test]
fn what_went_out_is_not_taken_back_and_a_loan_that_was_told_of_stays() {
    let desk = desk();
    sent(&desk);
    armed(&desk, TODAY, None);
    plays!(
        desk,
        "said_and_undone",
        "
        # A loan that was told of, one whose reminder waits, a message, the arming, and a person who signed for the loan.
        log --last 7 --format csv
        undo E11
        undo E14
        undo E15
        undo E17
        undo E5
        undo --as cron
        loan void L1 --reason 'Never went'
        loan void L4 --reason 'Never went'
        remind --format csv --today 2026-12-22
        check
        "
    );
    let file = rusqlite::Connection::open(desk.hub()).expect("a file");
    let waiting: i64 =
        file.query_row("SELECT count(*) FROM reminder WHERE state = 'waiting'", [], |row| row.get(0)).expect("a count");
    assert_eq!(waiting, 1, "the record stays");
    assert!(!desk.done("status").contains("reminders_waiting"), "but nobody waits");
}

#[test]
fn what_took_anothers_place_and_was_told_of_is_turned_round_by_its_own_verb() {
    for (line, hint) in [
        ("swap VC-0001 VC-0002", "hint: if it was a mistake, swap them back: ledgerline swap NEW OLD"),
        ("transfer VC-0001 --to 100001", "hint: if it was a mistake, transfer it back: ledgerline transfer TAG --to …"),
    ] {
        let desk = desk();
        desk.done("instrument add --type VC");
        desk.done(line);
        // Their new loan runs on to the end of the year.
        said_on(&desk, "2027-07-25", ReminderState::Sent);
        let said = desk.refused("undo E16");
        assert!(said.contains("a reminder about L5 went out on 25 Jul 2027") && said.contains(hint), "{said}");
    }
}

#[test]
fn nothing_more_is_said_of_a_loan_that_was_closed() {
    for close in [
        "loan void L1 --reason 'Wrong tag'",
        "instrument lost VC-0001",
        "swap VC-0001 VC-0002",
        "transfer VC-0001 --to 100003",
        "return VC-0001",
    ] {
        for state in [ReminderState::Claimed, ReminderState::PutOff, ReminderState::Sent] {
            let desk = desk();
            desk.done("instrument add --type VC");
            said_on(&desk, TODAY, state);
            desk.done(close);
            let list = desk.done("remind --format csv --today 2026-12-22");
            assert!(!list.contains(",L1,"), "{close}: {list}");
            desk.done("check");
        }
    }
}

#[test]
fn a_change_of_the_ladder_is_undone_unless_it_would_be_out_of_order() {
    let desk = desk();
    sent(&desk);
    let first = stage_set(&desk, Stage::Second, 20);
    let last = stage_set(&desk, Stage::Final, 40);
    stage_set(&desk, Stage::Second, 35);
    let said = desk.refused(&format!("undo {last}"));
    assert!(said.contains("because then final at +28 days would not come after second at +35 days"), "{said}");
    desk.done("undo");
    desk.done(&format!("undo {last}"));
    desk.done(&format!("undo {first}"));
    desk.done("check");
    let file = rusqlite::Connection::open(desk.hub()).expect("a file");
    file.execute_batch("INSERT INTO ladder (stage, days) VALUES ('second', 30)").expect("sound SQL");
    let said = desk.run("check");
    assert_eq!(said.exit, 1);
    assert!(said.stdout.contains("final at +28 days would not come after second at +30 days"), "{}", said.stdout);
}

#[test]
fn messages_go_with_a_merged_person_and_come_back() {
    let desk = desk();
    sent(&desk);
    desk.done("person add 'Luis Ruis' --role adult");
    let said = desk.run("person merge P1 P4");
    assert!(
        said.stderr
            .starts_with("Merged P1 Luis Ruiz into P4 Luis Ruis, with 2 signed loans, 1 reminder sent, 1 pupil.\n"),
        "{}",
        said.stderr
    );
    let contact = || {
        let log = desk.done("remind log --loan L1 --format csv");
        log.lines().nth(1).map(|line| line.split(',').nth(3).unwrap_or_default().to_string())
    };
    assert_eq!(contact().as_deref(), Some("P4"));
    desk.done("check");
    desk.done("undo");
    assert_eq!(contact().as_deref(), Some("P1"));
    desk.done("undo");
    assert_eq!(contact().as_deref(), Some("P4"));
    desk.done("check");
}

#[test]
fn whoever_was_written_to_does_not_become_a_pupil() {
    let desk = desk();
    desk.done("person edit P3 --email may@example.org");
    said_on(&desk, TODAY, ReminderState::Sent);
    desk.done("person edit P3 --email ''");
    assert!(desk.refused("person edit P3 --role pupil").contains("P3 has a hirer's or a contact's record"));
}

#[test]
fn faults_in_the_records_of_reminders_are_found() {
    let desk = desk();
    sent(&desk);
    desk.done("remind hold L2 --until +3d --reason 'Ill'");
    armed(&desk, TODAY, Some(TODAY));
    desk.done("check");
    for (fault, told) in [
        ("UPDATE message SET settled_at = NULL WHERE id = 1", "M1,\"is not settled, and L1 is sent by it\""),
        ("UPDATE reminder SET state = 'claimed' WHERE message_id = 1", "M1,\"is settled, and still claims L1\""),
        ("UPDATE message SET person_id = 2 WHERE id = 1", "M1,is to the pupil P2"),
        ("UPDATE reminder SET stage = 'due-soon' WHERE loan_id = 1", "calls L1, due on 2026-11-08, due-soon"),
        ("UPDATE reminder SET message_id = 2 WHERE message_id = 1", "M1,is about no loan"),
        ("UPDATE message SET claimed_on = '2026-11-29' WHERE id = 2", "\"is of 2026-11-29, which has not come yet\""),
        ("UPDATE hold SET until = '2026-11-01'", "L2,\"was held on 2026-11-22 until 2026-11-01, which had passed\""),
        ("UPDATE hold SET until = '2027-02-29'", "\"until holds '2027-02-29', which is no day\""),
        ("UPDATE arming SET event_id = 1", "\"is no arming, and reminders are armed by it\""),
        ("UPDATE numbering SET last = 1 WHERE noun = 'message'", "M2,is beyond the last number given out"),
    ] {
        std::fs::copy(desk.hub(), desk.path("copy.db")).expect("a copy");
        let file = rusqlite::Connection::open(desk.path("copy.db")).expect("a file");
        file.execute_batch(fault).expect("sound SQL");
        drop(file);
        let found = desk.run("check --db @/copy.db --format csv");
        assert!(found.exit == 1 && found.stdout.contains(told), "{fault}: {}", found.stdout);
    }
}
