//! What reminders say: the stages, their texts, and what becomes of a text that the hub wrote.

use crate::desk::Desk;
use crate::plays;

/// A family with something late and something not, a school with a class set and a pupil of its own, and nobody armed.
fn desk() -> Desk {
    let desk = Desk::new();
    for line in [
        "school add 100001 \"St Thomas' Primary\" --email office@example.org",
        "person add 'Luis Marlowe' --role adult --email luis@example.org",
        "person add 'Ana Ruiz' --role pupil --school 100001 --year-group 5 --hirer P1",
        "person add 'Ben Okafor' --role pupil --school 100001 --year-group 6",
        "instrument add --type VC --size 1/2 --replacement-value 450",
        "instrument add --type VN --size 3/4",
        "instrument add --type TPT",
        "instrument add --type TPT",
        "instrument add --type VN --size 1/4",
        "lend VC-0001 --to P2 --on 2026-09-01 --due 2026-11-08",
        "lend VN-0001 --to P1 --on 2026-09-01 --due 2026-11-30",
        "lend TPT-0001 TPT-0002 --to 100001 --on 2026-09-01 --due 2026-10-20",
        "lend VN-0002 --to 100001 --on 2026-09-01 --due 2026-11-23",
        "lend VN-0002 --to P3 --on 2026-09-01 --due 2026-11-23",
        "organisation add 'Acorn Nursery' --role setting --email acorn@example.org",
        "instrument add --type TPT",
        "lend TPT-0003 --to G1 --on 2026-09-01 --due 2026-12-12",
    ] {
        desk.done(line);
    }
    desk
}

const OWN: &str = "Subject: {{ hub }} asks for {{ instruments }}\n\nHello {{ contact }},\n\n{{ table }}\n\n{{ hub }}\n";

#[test]
fn one_message_says_what_is_true_of_each_instrument() {
    plays!(
        desk(),
        "wording",
        "
        remind --borrower P1
        remind --borrower 100001
        # Early, when nothing is late.
        remind --borrower P1 --today 2026-11-20 --stage due-soon
        return VC-0001
        remind --borrower P1
        setting set reply-to office@hub.example
        remind --borrower P1 --today 2026-12-29
        "
    );
}

#[test]
fn nothing_late_is_called_soon_and_nothing_else_is_called_late() {
    let desk = desk();
    let told = |today: &str| {
        let shown = desk.done(&format!("remind --borrower P1 --today {today}"));
        let (_, message) = shown.split_once("Subject: ").expect("a message");
        let (subject, body) = message.split_once('\n').expect("a body");
        (subject.to_string(), body.split_whitespace().collect::<Vec<&str>>().join(" "))
    };
    // One is late, the other is not: the subject and the request are of the late one alone.
    let (subject, body) = told("2026-11-22");
    assert_eq!(subject, "Test Hub: please bring back the 1/2 cello VC-0001");
    assert!(body.contains("VC-0001, which Ana R. has on loan, was due back on 8 Nov 2026, 14 days ago."), "{body}");
    assert!(body.contains("VN-0001, which you have on loan, is due back on 30 Nov 2026, in 8 days."), "{body}");
    assert!(body.contains("The rest may stay until its day.") && !body.contains("bring them back"), "{body}");
    // The day itself is not late.
    desk.done("remind ladder set due-soon --days -30");
    for today in ["2026-11-07", "2026-11-08"] {
        let (subject, body) = told(today);
        let when = if today == "2026-11-07" { "will soon be due back" } else { "are due back today or soon" };
        assert_eq!(subject, format!("Test Hub: 2 instruments {when}"));
        assert!(!body.contains("was due back") && body.contains("back by its day, or tell us if"), "{body}");
    }
    // Both are late, one of them for the last time.
    let (subject, body) = told("2026-12-06");
    assert_eq!(subject, "Test Hub: please bring back 2 instruments within seven days");
    assert!(body.contains("Please bring them back within seven days."), "{body}");
    assert!(body.contains("charge the replacement value of the 1/2 cello VC-0001, £450.00."), "{body}");
    assert!(!body.contains("soon") && !body.contains("may stay"), "{body}");
}

#[test]
fn what_is_due_today_is_neither_soon_nor_late() {
    let desk = desk();
    for line in ["return VC-0001", "return TPT-0003"] {
        desk.done(line);
    }
    plays!(
        desk,
        "wording_due_today",
        "
        remind --borrower P1 --today 2026-11-30
        remind --borrower 100001 --today 2026-11-23
        remind --borrower 100001 --today 2026-11-22
        "
    );
}

#[test]
fn what_may_be_charged_is_told_from_what_may_not_yet() {
    let desk = desk();
    for line in [
        "instrument add --type VN --size 3/4 --replacement-value 200",
        "instrument add --type VN --size 3/4 --replacement-value 100",
        "lend VN-0003 VN-0004 --to P1 --on 2026-09-01 --due 2026-10-20",
    ] {
        desk.done(line);
    }
    let whole = |line: &str| desk.done(line).split_whitespace().collect::<Vec<&str>>().join(" ");
    let family = whole("remind --borrower P1");
    let charged = "charge the replacement value of the 2 instruments that are 33 days late or more, £300.00.";
    assert!(family.contains(charged), "{family}");
    // Those that are not late at all need no such mark.
    let school = whole("remind --borrower 100001");
    let charged = "charge for a replacement of the 2 instruments that are late.";
    assert!(school.contains(charged), "{school}");
}

#[test]
fn messages_and_letters_say_how_the_hub_is_reached() {
    let desk = desk();
    desk.done("person edit P1 --email '' --address '4 Bow Lane, Northshire, NS1 1AA'");
    plays!(
        desk,
        "hub_contact",
        "
        setting set hub-contact ''
        setting set hub-contact ', ,'
        setting set hub-contact 'Test Hub, 1 High Street, Leicester LE1 1AA, 0116 496 0000'
        remind --borrower P1
        remind --letters @/letters --stage second
        setting set reply-to office@hub.example
        remind --borrower G1 --today 2026-12-01
        "
    );
    let refused = desk.run("setting set hub-contact '1 High Street\nLeicester'");
    assert_eq!(refused.exit, 2);
    assert!(refused.stderr.contains("commas part its lines"), "{}", refused.stderr);
    let letter = desk.read("letters/2026-11-22-M1.txt");
    assert!(letter.starts_with("Test Hub\n1 High Street\nLeicester LE1 1AA\n0116 496 0000\n22 Nov 2026\n"), "{letter}");
    assert!(letter.contains("You can reach us at Test Hub, 1 High Street"), "{letter}");
}

#[test]
fn an_address_on_several_lines_is_asked_for_on_one() {
    let told = desk().refused("person add 'Ada Byron' --role adult --address '4 Bow Lane\nNorthshire'");
    assert!(told.contains("the address has a line break") && told.contains("commas part"), "{told}");
}

#[test]
fn no_stage_is_out_of_sight_of_the_days_looked_back() {
    let desk = desk();
    plays!(
        desk,
        "look_back",
        "
        setting set look-back-days 20
        setting set look-back-days 28
        remind ladder set final --days 29
        remind ladder set final --days 27
        setting set look-back-days 27
        undo E20
        undo
        setting set look-back-days 120
        remind ladder set final --days 121
        remind ladder set final --days 120
        undo E23
        check
        "
    );
    let file = rusqlite::Connection::open(desk.hub()).expect("a file");
    file.execute_batch("UPDATE setting SET value = '40' WHERE key = 'look-back-days'").expect("sound SQL");
    let outcome = desk.run("check");
    assert!(outcome.stdout.contains("every stage goes out") && outcome.exit != 0, "{}", outcome.stdout);
}

#[test]
fn the_log_takes_its_days_in_their_order_and_says_why_it_is_empty() {
    plays!(
        desk(),
        "log_empty",
        "
        remind log
        remind log --loan L1
        remind log --from 2026-11-01 --to 2026-10-01
        remind log --from 2026-10-01 --to 2026-10-01
        "
    );
}

#[test]
fn help_is_not_broken_where_a_line_of_its_source_ended() {
    let mut desk = Desk::new();
    desk.terminal.width = Some(80);
    let ladder = ["ladder", "ladder list", "ladder show", "ladder preview", "ladder set"];
    for verb in ["", "arm", "log", "retry", "hold", "release"].into_iter().chain(ladder) {
        let help = desk.done(&format!("remind {verb} --help"));
        let (text, _) = help.split_once("Usage:").expect("a usage");
        let lines: Vec<&str> = text.lines().collect();
        for pair in lines.windows(2).filter(|pair| !pair[0].is_empty() && !pair[1].is_empty()) {
            let next = pair[1].split(' ').next().unwrap_or_default();
            assert!(pair[0].chars().count() + 1 + next.chars().count() > 80, "remind {verb}:\n{text}");
        }
        assert!(lines.iter().all(|line| line.chars().count() <= 80), "remind {verb}:\n{text}");
    }
}

#[test]
fn stages_are_listed_shown_and_changed() {
    let desk = desk();
    desk.write("first.txt", OWN);
    plays!(
        desk,
        "ladder",
        "
        remind ladder list
        remind ladder list --format csv
        remind ladder show final
        remind ladder set first --days 3
        remind ladder set first --days 3
        remind ladder set first --template @/first.txt --copy-to manager@hub.example
        remind ladder list
        remind ladder show first
        remind ladder set due-soon --days -21
        undo
        remind ladder set first --template '' --copy-to ''
        remind ladder set due-soon --days -5
        remind ladder list --format json
        log --format csv
        check
        "
    );
}

#[test]
fn a_text_is_seen_before_it_is_kept() {
    let desk = desk();
    desk.write("own.txt", OWN);
    plays!(
        desk,
        "ladder_preview",
        "
        remind ladder preview second
        remind ladder preview final --template @/own.txt
        remind ladder preview first
        remind ladder preview due-soon
        remind ladder list
        "
    );
}

#[test]
fn a_text_or_a_ladder_that_would_do_harm_is_refused() {
    let desk = desk();
    desk.write("slip.txt", "Subject: {{ hub }}\n\n{% for loan in loans %}\n{{ loan.tagg }}\n{% endfor %}\n");
    desk.write("unknown.txt", "Subject: {{ hub }}\n\nDear {{ contcat }}\n");
    desk.write(
        "endless.txt",
        "Subject: a\n\n{% for a in range(9999) %}{% for b in range(9999) %}{{ b }}{% endfor %}{% endfor %}",
    );
    desk.write("bare.txt", "Dear {{ contact }},\n\nplease.\n");
    desk.write("blank.txt", "Subject: {{ contact if is_place }}\n\nplease.\n");
    desk.write("bcc.txt", "Subject: {{ hub }}\nBcc: x@example.org\n\nDear {{ contact }}\n");
    desk.write("unled.txt", "Subject: {{ hub }}\n\nDear {{ contact }}\n{% if count > 500 %}{{ contcat }}{% endif %}\n");
    desk.write(
        "many.txt",
        "Subject: {{ hub }}\n\n{% for loan in loans if count > 10 and loan.days_late > 300 %}{{ loan.tga }}{% endfor %}\nDear\n",
    );
    desk.write("silent.txt", "Subject: {{ hub }}\n\n{{ reply_to }}\n");
    desk.write("open.txt", "Subject: {{ hub }}\n\n{% if late %}a\n");
    desk.write("empty.txt", " \n");
    desk.write("latin.txt", b"Subject: \xe9\n\nx");
    plays!(
        desk,
        "ladder_refusals",
        "
        remind ladder set first --template @/slip.txt
        remind ladder set first --template @/unknown.txt
        remind ladder set first --template @/endless.txt
        remind ladder set first --template @/bare.txt
        remind ladder set first --template @/blank.txt
        remind ladder set first --template @/silent.txt
        remind ladder set first --template @/bcc.txt
        remind ladder set first --template @/unled.txt
        remind ladder set first --template @/many.txt
        remind ladder preview first --template @/unled.txt
        remind ladder set first --template @/open.txt
        remind ladder set first --template @/empty.txt
        remind ladder set first --template @/latin.txt
        remind ladder set first --template @/none.txt
        remind ladder preview first --template @/unknown.txt
        remind ladder set first --days 14
        remind ladder set second --days 28
        remind ladder set first --days 0
        remind ladder set due-soon --days 1
        remind ladder set first --days 400
        remind ladder set first --days soon
        remind ladder set first --copy-to manager
        remind ladder set first
        remind ladder set third --days 3
        remind ladder list
        "
    );
    assert!(!desk.done("log --format csv").contains("ladder"));
}

#[test]
fn no_message_has_a_pupils_surname_and_no_value_is_obeyed() {
    let desk = desk();
    desk.write("own.txt", "Subject: {{ hub }}\n\n{{ loans }}\n{{ table }}\n{{ '\\u001b[2J' }}\n");
    desk.write("header.txt", "Subject: {{ hub }} {{ 'a\\nBcc: x@example.org' }}\n\nDear\n");
    for stage in ["due-soon", "first", "second", "final"] {
        for template in ["", " --template @/own.txt"] {
            let told = desk.done(&format!("remind ladder preview {stage}{template}"));
            for surname in ["Ruiz", "Okafor"] {
                assert!(!told.contains(surname), "{told}");
            }
            assert!(!told.contains('\u{1b}'), "{told}");
            let subjects = told.lines().filter(|line| line.starts_with("Subject: "));
            assert!(subjects.count() > 0, "{told}");
        }
        let told = desk.refused(&format!("remind ladder preview {stage} --template @/header.txt"));
        assert!(told.contains("no empty line after its subject"), "{told}");
    }
}

#[test]
fn moving_a_day_back_and_forth_leaves_two_events_that_can_be_undone() {
    let desk = desk();
    let list = || desk.done("remind ladder list --format csv");
    let standard = list();
    desk.done("remind ladder set final --days 35");
    let moved = list();
    assert_ne!(standard, moved);
    desk.done("undo");
    assert_eq!(list(), standard);
    desk.done("undo");
    assert_eq!(list(), moved);
}
