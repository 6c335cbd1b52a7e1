//! What a hub takes along beside its stock, loans and money: settings, schemes, the ladder, what was said, holds, stocktakes,
//! and the numbers it has given out.

use ledgerline::domain::date::Date;
use ledgerline::domain::reminder::Notice;
use ledgerline::domain::words::{ReminderState, Route};
use ledgerline::store::journal::Stamp;
use ledgerline::store::reminder::{self, Outlook, Settlement};

use proptest::prelude::*;

use crate::desk::{Desk, TODAY};
use crate::plays;

/// In an order in which each stands after all it refers to.
const KINDS: [&str; 16] = [
    "types",
    "categories",
    "schemes",
    "schools",
    "organisations",
    "people",
    "instruments",
    "loans",
    "holds",
    "messages",
    "reminders",
    "stocktakes",
    "stocktake-scans",
    "settings",
    "ladder",
    "numbers",
];

/// A text whose spaces at both ends and whose empty lines matter.
const AGREEMENT: &str = "   {{ hub }}, \"{{ loan }}\"\n\n=1+1; {{ borrower }}   ";
const STAGE: &str = "Subject: {{ hub }} asks for {{ instruments }}\n\nHello {{ contact }},\n\n{{ table }}\n   ";

/// What one run would say on a day is begun and, unless it is to stay so, settled.
fn said(desk: &Desk, day: &str, state: ReminderState, answer: &str) {
    let today: Date = day.parse().expect("a day");
    let stamp = Stamp { at: format!("{day}T06:00:00+01:00"), today, who: "cron".into() };
    let mut db = ledgerline::store::open(&desk.hub()).expect("a file").db;
    let written = db.write(|tx| {
        let mut notices: Vec<Notice> = Vec::new();
        Outlook::load(tx, today)?.once_armed().each(tx, |notice| {
            notices.push(notice);
            Ok(())
        })?;
        for theirs in notices.chunk_by(|one, other| one.contact.reference == other.contact.reference) {
            let contact = &theirs[0].contact;
            if contact.route() == Route::None {
                theirs.iter().try_for_each(|notice| reminder::wait(tx, notice))?;
                continue;
            }
            let claim = reminder::claim(tx, &stamp, contact, contact.route(), theirs)?.expect("claimed");
            if state != ReminderState::Claimed {
                let settlement = Settlement { state, answer: Some(answer.into()) };
                reminder::settle(tx, &stamp, claim, &[], &settlement)?;
            }
        }
        Ok(())
    });
    written.expect("written");
}

/// A hub with all that is awkward in it.
fn hub() -> Desk {
    let desk = Desk::new();
    desk.write("agreement.txt", AGREEMENT);
    desk.write("first.txt", STAGE);
    for line in [
        "setting set hub \"St Mary's = Hub\"",
        "setting set look-back-days 20",
        "setting set hub-contact '-1 High Street, 0116 496 0000'",
    ] {
        // The ladder has to fit before the days that it looks back do.
        if line.contains("look-back-days") {
            desk.done("remind ladder set second --days 10");
            desk.done("remind ladder set final --days 19 --copy-to office@hub.example");
        }
        desk.done(line);
    }
    for line in [
        "remind ladder set first --template @/first.txt",
        "remind ladder set due-soon --days -3",
        "remind ladder set due-soon --days -14",
        "scheme set hire --length 28d --agreement @/agreement.txt",
        "scheme set school --length term",
        "school add 100001 \"St Thomas' Primary\" --email office@stthomas.example",
        "school add 100002 '=Other'",
        "organisation add '-Band' --role partner",
        "organisation add 'Acorn Nursery' --role setting",
        "person add 'Luis Ruiz' --role adult --email luis@example.org",
        "person add 'Ana Ruiz' --role pupil --school 100001 --year-group 5 --hirer P1",
        "person add 'May Lee' --role adult",
        "person add 'Luis Ruiz' --role adult --address '1 Road, Town'",
        "person add 'L. Ruiz' --role adult",
        "person add 'Nobody' --role adult",
        "person merge P5 P4",
        "person merge P4 P1",
        "person merge P6 P3",
        "person add 'Gone Again' --role adult",
        "undo",
        "instrument add --type VC --location 'Main store'",
        "instrument add --type VN --location 'Main store'",
        "instrument add --type TPT --location 'main store'",
        "instrument add --type FL --location 'Main store'",
        "instrument add --type CL --location '=Room'",
        "stocktake start --location 'Main store' --today 2026-09-01",
        "stocktake scan VC-0001 ZZ-1 '=cmd' CL-0001 --today 2026-09-01",
        "lend VN-0001 --to P3 --on 2026-09-02 --due 2027-07-01 --today 2026-09-02",
        "stocktake close --today 2026-09-03",
        "return VN-0001 --on 2026-09-04 --today 2026-09-04",
        "stocktake start --location '=Room' --today 2026-09-05",
        "stocktake close --today 2026-09-05",
        "stocktake start --location '=Room' --today 2026-09-05",
        "stocktake scan cl-0001 OB-0001 --today 2026-09-06",
        "instrument add --type OB",
        "lend VC-0001 --to P2 --on 2026-09-10 --due 2026-11-08",
        "lend VN-0001 --to P4 --on 2026-09-10 --due 2026-11-30",
        "lend TPT-0001 --to 100001 --on 2026-09-10 --due 2026-11-21",
        "lend FL-0001 --to P3 --on 2026-09-10 --due 2026-11-08",
    ] {
        desk.done(line);
    }
    said(&desk, "2026-10-26", ReminderState::PutOff, " 421 greylisted, \"later\"\n");
    said(&desk, "2026-10-27", ReminderState::Sent, "250 OK");
    desk.done("remind hold L3 --until 2026-12-31 --reason '=In hospital; \"again\"' --today 2026-11-01");
    desk.done("remind hold L5 --until 2026-11-02 --reason 'Moved away' --today 2026-11-01");
    desk.done("renew TPT-0001 --due 2026-11-30 --today 2026-11-20");
    said(&desk, "2026-11-21", ReminderState::Refused, "-550 no such user");
    said(&desk, TODAY, ReminderState::Claimed, "");
    desk.done("remind hold L4 --until 2026-12-06 --reason 'Illness'");
    desk.done("return FL-0001");
    desk.done("check");
    desk
}

fn export(desk: &Desk) -> Vec<String> {
    KINDS.iter().map(|kind| desk.done(&format!("export {kind}"))).collect()
}

/// The last line of what was said.
fn last(said: &str) -> &str {
    said.lines().last().unwrap_or_default()
}

/// An empty hub into which all this was brought, each kind checked before it is committed.
fn moved(exported: &[String]) -> Desk {
    let empty = Desk::new();
    for (kind, content) in KINDS.iter().zip(exported) {
        empty.write(&format!("{kind}.csv"), content);
        let import = format!("import {kind} @/{kind}.csv --update");
        let checked = empty.run(&import);
        let committed = empty.run(&format!("{import} --commit"));
        assert_eq!(committed.exit, 0, "{kind}: {}", committed.stderr);
        assert_eq!(last(&checked.stderr), last(&committed.stderr), "{kind}");
    }
    empty
}

#[test]
fn all_that_a_hub_is_moves_and_comes_back_the_same() {
    let desk = hub();
    let exported = export(&desk);
    for (kind, content) in KINDS.iter().zip(&exported) {
        assert!(content.lines().count() > 2, "{kind}: {content}");
    }
    let empty = moved(&exported);
    empty.done("check");
    for ((kind, before), after) in KINDS.iter().zip(&exported).zip(export(&empty)) {
        assert_eq!(&after, before, "{kind}");
    }
    for hub in [&desk, &empty] {
        for (kind, content) in KINDS.iter().zip(&exported) {
            hub.write("in.csv", content);
            for update in ["", "--update"] {
                let again = hub.run(&format!("import {kind} @/in.csv --commit {update}"));
                let rows = last(&again.stderr);
                assert!(rows.contains(": 0 created, 0 updated, ") && rows.ends_with(" 0 rejected"), "{}", again.stderr);
                assert!(!again.stderr.contains("warning"), "{kind}: {}", again.stderr);
            }
        }
    }
}

#[test]
fn a_hub_that_moved_goes_on_where_it_was() {
    let desk = hub();
    let empty = moved(&export(&desk));
    for same in [
        "remind --format csv --today 2026-11-23",
        "remind log --format csv",
        "stocktake list --format csv",
        "stocktake report --location 'Main store' --format csv",
        "stocktake report --location '=Room' --format csv",
        "person show P5 --format csv",
        "person show p6 --format csv",
        "loan list --borrower P4 --format csv",
        "loan print L2",
        "scheme show hire",
        "setting list --format csv",
        "remind ladder list --format csv",
        "remind ladder show first",
        "loan show L5 --format csv",
    ] {
        assert_eq!(empty.done(same), desk.done(same), "{same}");
    }
    // Nothing that was given out is given out again.
    for (new, given) in [
        ("person add 'New One' --role adult", "P8"),
        ("instrument add --type VC", "VC-0002"),
        ("lend VC-0002 --to P3 --due 2027-07-01", "L6"),
    ] {
        assert_eq!(empty.done(new).trim(), given);
    }
}

#[test]
fn a_hub_made_by_imports_alone_is_a_hub_like_any_other() {
    let desk = hub();
    let empty = moved(&export(&desk));
    plays!(
        empty,
        "moved_hub",
        "
        status
        undo
        undo E500
        undo E1
        log --last 3 --format csv
        instrument history VC-0001
        loan show L2
        loan correct L2 --due-on 2026-11-09 --reason 'A slip'
        undo
        loan void L3 --reason 'Never handed over'
        return VN-0001
        undo
        remind retry
        remind arm --yes
        remind
        remind retry
        remind log --format csv
        status
        check
        "
    );
}

#[test]
fn an_armed_hub_into_which_reminders_come_stays_right() {
    let desk = hub();
    let exported = export(&desk);
    let armed = Desk::new();
    armed.done("remind arm --yes");
    for (kind, content) in KINDS.iter().zip(&exported) {
        armed.write("in.csv", content);
        armed.done(&format!("import {kind} @/in.csv --update --commit"));
    }
    // Loans that came in after the arming are quiet, whatever was said of them before.
    let quiet = armed.run("remind --today 2026-12-01");
    assert_eq!(quiet.stdout, "", "{}", quiet.stderr);
    armed.done("remind arm --yes");
    let due = |desk: &Desk| desk.done("remind --format csv --today 2026-12-01");
    assert_eq!(due(&armed), due(&desk));
    armed.done("check");
}

#[test]
fn each_row_is_judged_by_the_rules_of_the_desk() {
    let desk = hub();
    for (kind, rows, said) in [
        ("settings", "setting,value\nhubb,x", "setting 'hubb': is not a setting; did you mean hub?"),
        ("settings", "setting,value\ncolour,x", "it is one of hub, recoverable-vat,"),
        ("settings", "setting,value\nlate-borrowers,shout", "value 'shout': is neither warn nor refuse"),
        ("settings", "setting,value\nreply-to,", "value '': is missing; without any the program takes none"),
        ("settings", "setting,value\nhub,A\nhub,B", "setting 'hub': is on line 2 already"),
        (
            "settings",
            "setting,value\nlook-back-days,9",
            "value '9': with look-back-days at 9, the stage final at +19 days",
        ),
        ("schemes", "scheme,length\nrent,term", "scheme 'rent': is not a scheme"),
        ("schemes", "scheme,length\nhire,soon", "length 'soon': "),
        ("schemes", "scheme,agreement\nhire,{{ nonsense }}", "agreement '{{ nonsense }}': the text, line 1: "),
        ("schemes", "scheme,agreement\nhire,{% if %}", "agreement '{% if %}': the text, line 1: "),
        ("ladder", "stage,days\nfirst,12", "days '12': second at +10 days would not come after first at +12 days"),
        ("ladder", "stage,days\nfinal,30", "days '30': final at +30 days would never go out"),
        ("ladder", "stage,days\nfirst,400", "days '400': is not a number of days from -365 to 365"),
        ("ladder", "stage,template\nfirst,{{ nonsense }}", "template '{{ nonsense }}': the text, line 1: "),
        ("ladder", "stage,copy_to\nfirst,nobody", "copy_to 'nobody': "),
        ("ladder", "stage,days\nthird,12", "stage 'third': is not a stage"),
        ("holds", "loan,until,reason\nL99,2026-12-01,x", "loan 'L99': there is no loan L99"),
        (
            "holds",
            "loan,until,reason\nL2,2026-11-01,x",
            "until '2026-11-01': the hold would end on 1 Nov 2026, which has passed",
        ),
        ("holds", "loan,until,reason\nL2,2026-12-01, ", "reason '': the reason is empty"),
        ("holds", "loan,until,reason\nL2,,x", "until '': is missing"),
        (
            "holds",
            "loan,until,reason\nL1,2026-12-01,x",
            "loan 'L1': L1 is returned, and nobody is reminded of it anyway",
        ),
        (
            "holds",
            "loan,until,reason,held_on\nL2,2026-12-10,x,2026-12-01",
            "held_on '2026-12-01': 1 Dec 2026 has not come yet",
        ),
        ("numbers", "noun,last\nevent,5", "noun 'event': is nothing that is numbered; it is one of person, "),
        ("numbers", "noun,last\ntag XX,5", "noun 'tag XX': names no type"),
        ("numbers", "noun,last\nloan,-5", "last '-5': is not the last number of any reference"),
        ("people", "person,name,role,merged\nP3,May Lee,adult,P1", "merged 'P1': P1 is still on record"),
        ("people", "person,name,role,merged\nP3,May Lee,adult,P5", "merged 'P5': P5 was merged into P1"),
        ("people", "person,name,role,merged\nP3,May Lee,adult,P3", "merged 'P3': P3 cannot be merged into itself"),
        ("people", "person,name,role,merged\nP3,May Lee,adult,X", "merged 'X': is not a person's reference"),
        (
            "stocktakes",
            "location,started_on\n=Room,2026-11-01",
            "location '=Room': a stocktake of =Room is open since 5 Sep 2026",
        ),
        (
            "stocktakes",
            "location,started_on\nX,2026-12-01",
            "started_on '2026-12-01': the stocktake of X began on 1 Dec 2026",
        ),
        ("stocktakes", "location,started_on\n,2026-11-01", "location '': a place to count is needed"),
        (
            "stocktakes",
            "location,started_on,closed_on\nX,2026-11-02,2026-11-01",
            "closed_on '2026-11-01': is before it began",
        ),
        ("stocktakes", "stocktake,location,started_on\nL1,X,2026-11-02", "stocktake 'L1': is not a number such as 3"),
        (
            "stocktake-scans",
            "stocktake,tag,scanned_on\n9,VC-0001,2026-09-02",
            "stocktake '9': is no stocktake on record",
        ),
        ("stocktake-scans", "stocktake,tag,expected\n1,ZZ-9,yes", "tag 'ZZ-9': was expected, and is no instrument"),
        ("stocktake-scans", "stocktake,tag\n1,ZZ-9", "the tag was neither expected nor scanned"),
        (
            "stocktake-scans",
            "stocktake,tag,scanned_on\n1,ZZ-9,2026-09-04",
            "scanned_on '2026-09-04': is after the stocktake was closed",
        ),
        (
            "stocktake-scans",
            "stocktake,tag,scanned_on\n1,ZZ-9,2026-08-31",
            "scanned_on '2026-08-31': is before the stocktake began",
        ),
        (
            "stocktake-scans",
            "stocktake,tag,expected,left_since\n3,VC-0001,yes,yes",
            "left_since 'yes': is only of what was expected",
        ),
    ] {
        desk.write("in.csv", format!("{rows}\n"));
        let outcome = desk.run(&format!("import {kind} @/in.csv --update --commit"));
        assert_eq!(outcome.exit, 1, "{kind} {rows}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(said), "{said}: {}", outcome.stderr);
    }
    desk.done("check");
}

#[test]
fn a_hold_without_its_day_is_of_today() {
    let desk = hub();
    for (row, said, rows) in [
        ("L2,2026-12-24,Ill", "1 read: 1 created, 0 updated, 0 unchanged, 0 rejected", "L2,2026-12-24,Ill,2026-11-22"),
        (
            "L3,2026-12-31,'=In hospital; \"\"again\"\"",
            "1 read: 0 created, 0 updated, 1 unchanged, 0 rejected",
            "2026-11-01",
        ),
        ("L4,2026-12-24,Ill", "1 read: 0 created, 1 updated, 0 unchanged, 0 rejected", "L4,2026-12-24,Ill,2026-11-22"),
    ] {
        let row = row.replace("'=", "\"'=").replace("\"\"again\"\"", "\"\"again\"\"\"");
        desk.write("in.csv", format!("loan,until,reason\n{row}\n"));
        let taken = desk.run("import holds @/in.csv --update --commit");
        assert_eq!(last(&taken.stderr), said, "{row}: {}", taken.stderr);
        assert!(desk.done("export holds").contains(rows), "{row}");
    }
    // A hold that is over stays what it was, and cannot be made anew once the loan has ended.
    desk.write("in.csv", "loan,until,reason\nL5,2026-12-24,Again\n");
    let refused = desk.refused("import holds @/in.csv --update --commit");
    assert!(refused.contains("loan 'L5': L5 is returned, and nobody is reminded of it anyway"), "{refused}");
}

#[test]
fn what_was_said_is_judged_and_never_rewritten() {
    let desk = hub();
    let messages = "message,contact,route,claimed_at,claimed_on,settled_at,refused_on";
    let moment = "2026-11-20T09:00:00Z";
    let reminders = "loan,due_on,stage,state,message";
    for (kind, head, row, said) in [
        (
            "messages",
            messages,
            format!("M90,P2,email,{moment},2026-11-20,,"),
            "contact 'P2': P2 is a pupil, and a pupil is never written to",
        ),
        ("messages", messages, format!("M90,P99,email,{moment},2026-11-20,,"), "contact 'P99': there is no person P99"),
        (
            "messages",
            messages,
            format!("M90,P1,none,{moment},2026-11-20,,"),
            "route 'none': a message goes by email or letter",
        ),
        (
            "messages",
            messages,
            format!("M90,P1,letter,{moment},2026-11-20,,2026-11-20"),
            "refused_on '2026-11-20': only a mail server",
        ),
        (
            "messages",
            messages,
            format!("M90,P1,email,{moment},2026-11-23,,"),
            "claimed_on '2026-11-23': 23 Nov 2026 has not come yet",
        ),
        (
            "messages",
            messages,
            "M90,P1,email,2026-11-20,2026-11-20,,".into(),
            "claimed_at '2026-11-20': is no moment; one looks like",
        ),
        ("messages", messages, format!(",P1,email,{moment},2026-11-20,,"), "message '': is missing"),
        (
            "messages",
            messages,
            format!("M1,P1,letter,{moment},2026-11-01,,"),
            "route 'letter': is not what is on record, and what was said",
        ),
        ("reminders", reminders, "L99,2026-11-08,first,waiting,".into(), "loan 'L99': is no loan on record"),
        (
            "reminders",
            reminders,
            "L2,2026-11-08,first,sent,M90".into(),
            "message 'M90': is no message on record; import the messages first",
        ),
        (
            "reminders",
            reminders,
            "L2,2026-11-08,first,sent,".into(),
            "message '': what is sent was said by a message, and none is named",
        ),
        (
            "reminders",
            reminders,
            "L4,2026-11-01,first,waiting,M1".into(),
            "message 'M1': what waits has no message yet, and M1 is named",
        ),
        ("reminders", reminders, "L4,2026-10-01,first,claimed,M1".into(), "state 'claimed': M1 is settled"),
        (
            "reminders",
            reminders,
            "L4,2026-11-30,first,sent,M1".into(),
            "stage 'first': M1 is of 26 Oct 2026, and what was due on 30 Nov",
        ),
        (
            "reminders",
            reminders,
            "L2,2026-11-08,due-soon,waiting,".into(),
            "loan 'L2': L2 has been spoken of at this stage already, by M2",
        ),
        (
            "reminders",
            reminders,
            "L5,2026-11-08,due-soon,sent,M2".into(),
            "loan 'L5': L5 has been spoken of at this stage already, and waits for a letter",
        ),
    ] {
        desk.write("in.csv", format!("{head}\n{row}\n"));
        let outcome = desk.run(&format!("import {kind} @/in.csv --update --commit"));
        assert_eq!(outcome.exit, 1, "{kind} {row}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(said), "{said}: {}", outcome.stderr);
    }
    // Without --update it is left, and said.
    let changed = desk.done("export reminders").replacen(",put-off,", ",dropped,", 1);
    desk.write("in.csv", changed);
    let left = desk.run("import reminders @/in.csv --commit");
    assert_eq!(left.exit, 0, "{}", left.stderr);
    assert!(left.stderr.contains("differs from what is on record in state; left as it is"), "{}", left.stderr);
}

#[test]
fn stages_that_move_together_are_judged_together() {
    let desk = Desk::new();
    desk.write("in.csv", "stage,days\nfirst,20\nsecond,30\nfinal,40\n");
    let taken = desk.run("import ladder @/in.csv --commit");
    assert_eq!(last(&taken.stderr), "3 read: 3 created, 0 updated, 0 unchanged, 0 rejected", "{}", taken.stderr);
    // One alone would not be in order, and of several in disorder none is written.
    desk.write("in.csv", "stage,days\nfirst,45\nsecond,60\nfinal,50\n");
    let refused = desk.run("import ladder @/in.csv --update --skip-rejects --commit");
    assert_eq!(last(&refused.stderr), "3 read: 0 created, 0 updated, 0 unchanged, 3 rejected", "{}", refused.stderr);
    let left = desk.run("import ladder @/in.csv --commit");
    assert_eq!(last(&left.stderr), "3 read: 0 created, 0 updated, 3 unchanged, 0 rejected", "{}", left.stderr);
    desk.write("in.csv", "stage,days\nfirst,45\nsecond,60\nfinal,70\n");
    let moved = desk.run("import ladder @/in.csv --update --commit");
    assert_eq!(last(&moved.stderr), "3 read: 0 created, 3 updated, 0 unchanged, 0 rejected", "{}", moved.stderr);
    desk.done("check");
}

#[test]
fn days_to_look_back_may_come_before_the_ladder_that_fits_them() {
    let desk = Desk::new();
    desk.write("settings.csv", "setting,value\nlook-back-days,20\n");
    let warned = desk.run("import settings @/settings.csv --commit");
    assert_eq!(warned.exit, 0, "{}", warned.stderr);
    let told =
        "warning: with look-back-days at 20, the stage final at +28 days would never go out; bring the ladder too";
    assert!(warned.stderr.contains(told), "{}", warned.stderr);
    desk.write("ladder.csv", "stage,days\nfinal,20\n");
    desk.done("import ladder @/ladder.csv --commit");
    desk.done("check");
}

#[test]
fn a_number_is_only_ever_raised() {
    let desk = Desk::new();
    desk.write("in.csv", "noun,last\nloan,41\ntag VN,7\nperson,3\n");
    desk.done("person add 'Ana Ruiz' --role adult");
    let raised = desk.run("import numbers @/in.csv --commit");
    assert_eq!(last(&raised.stderr), "3 read: 2 created, 1 updated, 0 unchanged, 0 rejected", "{}", raised.stderr);
    desk.write("in.csv", "noun,last\nloan,4\ntag VN,0\nperson,3\n");
    let lower = desk.run("import numbers @/in.csv --update --commit");
    assert_eq!(last(&lower.stderr), "3 read: 0 created, 0 updated, 3 unchanged, 0 rejected", "{}", lower.stderr);
    assert_eq!(desk.done("person add 'Ben Li' --role adult").trim(), "P4");
    assert_eq!(desk.done("instrument add --type VN").trim(), "VN-0008");
    assert_eq!(desk.done("lend VN-0008 --to P4 --due 2027-07-01").trim(), "L42");
}

#[test]
fn old_references_lead_to_whoever_they_were_merged_into() {
    let desk = Desk::new();
    desk.write("in.csv", "person,name,role,merged\n,Luis Ruiz,adult,\"P9, P12\"\nP2,May Lee,adult,P3\n");
    desk.done("import people @/in.csv --commit");
    assert!(desk.done("person show P12").contains("Luis Ruiz"));
    assert!(desk.done("export people").contains("P4,Luis Ruiz,adult,,,,,,,P9; P12"));
    // The number of one who was merged is never given to anybody.
    assert_eq!(desk.done("person add 'Ben Li' --role adult").trim(), "P13");
    for (row, said) in [
        ("P3,Ana Ruiz,adult,", "person 'P3': was merged into P2"),
        ("P20,Ana Ruiz,adult,P21\nP21,Cy Li,adult,", "person 'P21': was merged into P20"),
        ("P21,Cy Li,adult,\nP20,Ana Ruiz,adult,P21", "merged 'P21': P21 is still on record"),
    ] {
        desk.write("in.csv", format!("person,name,role,merged\n{row}\n"));
        let refused = desk.refused("import people @/in.csv");
        assert!(refused.contains(said), "{said}: {refused}");
    }
    desk.write("in.csv", "person,name,role,merged\nP2,May Lee,adult,P30\n");
    let left = desk.run("import people @/in.csv --commit");
    assert!(left.stderr.contains("P2 differs from what is on record in merged"), "{}", left.stderr);
    desk.done("import people @/in.csv --commit --update");
    assert!(desk.done("export people").contains("P2,May Lee,adult,,,,,,,P3; P30"));
    desk.done("check");
}

fn cell() -> impl Strategy<Value = &'static str> {
    let cells = [
        "",
        "P1",
        "P2",
        "L1",
        "M1",
        "1",
        "2",
        "-14",
        "hub",
        "hire",
        "first",
        "due-soon",
        "loan",
        "tag VC",
        "email",
        "letter",
        "sent",
        "waiting",
        "claimed",
        "yes",
        "no",
        "VC-0001",
        "ZZ-1",
        "2026-11-01",
        "2026-11-22",
        "2028-02-29",
        "2026-11-01T09:00:00Z",
        "Main store",
        "'=x",
        "term",
        "\"{{ hub }}\na\"",
        "x;y",
    ];
    proptest::sample::select(cells.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5))]

    #[test]
    fn a_check_of_any_kind_says_what_a_commit_does(
        rows in proptest::collection::vec(proptest::collection::vec(cell(), 4..10), 1..8)
    ) {
        let desk = Desk::new();
        for line in [
            "person add 'Luis Ruiz' --role adult --email luis@example.org",
            "person add 'Ana Ruiz' --role pupil --hirer P1",
            "instrument add --type VC --location 'Main store'",
            "lend VC-0001 --to P2 --on 2026-09-10 --due 2026-11-08",
        ] {
            desk.done(line);
        }
        for kind in ["people", "schemes", "holds", "messages", "reminders", "stocktakes", "stocktake-scans", "settings", "ladder", "numbers"] {
            let head = desk.done(&format!("export {kind}")).lines().next().unwrap_or_default().to_string();
            let width = head.split(',').count();
            let body: String = rows.iter().map(|row| row[..width.min(row.len())].join(",") + "\n").collect();
            desk.write("in.csv", format!("{head}\n{body}"));
            for update in ["", "--update"] {
                let import = format!("import {kind} @/in.csv --skip-rejects {update}");
                let (checked, committed) = (desk.run(&import), desk.run(&format!("{import} --commit")));
                prop_assert_eq!(last(&checked.stderr), last(&committed.stderr), "{}", kind);
                let again = desk.run(&format!("{import} --commit"));
                prop_assert!(last(&again.stderr).contains(" 0 created, 0 updated, "), "{} {}", kind, again.stderr);
            }
        }
    }
}
