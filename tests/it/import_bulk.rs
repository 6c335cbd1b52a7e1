//! Files so large that indexes are set aside for them: what the rules need of the records is found all the same.

use std::fmt::Write as _;
use std::path::Path;

use crate::desk::Desk;

const INSTRUMENTS: usize = 60;
const PEOPLE: usize = 16_000;
const LOANS: usize = 19_200;

/// A hub with a school and instruments, and the file of its people: over a megabyte, those who sign at the end.
fn hub() -> (Desk, String) {
    let desk = Desk::new();
    desk.done("school add 100001 'Oak Primary'");
    let mut instruments = "tag,type,serial\n".to_string();
    for number in 1..=INSTRUMENTS {
        let _ = writeln!(instruments, "T-{number:04},TPT,S{number}");
    }
    desk.write("instruments.csv", instruments);
    desk.done("import instruments @/instruments.csv --commit");
    let mut people = "person,name,role,school_urn,year_group,hirer,email\n".to_string();
    for number in 1..=PEOPLE {
        let pupil = number <= PEOPLE / 2;
        let _ = match pupil {
            true => {
                writeln!(people, "P{number},Pupil  O'Neill-Zoë the {number}th,pupil,100001,5,P{},", number + PEOPLE / 2)
            }
            false => writeln!(
                people,
                "P{number},Grown-up person who signs for somebody {number},adult,,,,who.signs.{number}@example.org"
            ),
        };
    }
    (desk, people)
}

/// Loans in turn of every instrument, a week each, all of them ended but the last of each.
fn loans() -> String {
    let mut loans = "loan,tag,borrower,out_on,due_on,returned_on,outer,note\n".to_string();
    let first = jiff::civil::date(2019, 1, 1);
    for number in 0..LOANS {
        let (instrument, turn) = (number % INSTRUMENTS + 1, (number / INSTRUMENTS) as i64);
        let day = |days: i64| first.checked_add(jiff::Span::new().days(7 * turn + days)).expect("a day");
        let ended = if number + INSTRUMENTS < LOANS { day(6).to_string() } else { String::new() };
        let (school, whose) = (number % 5 == 4, number % (PEOPLE / 2) + 1);
        let borrower = if school { "100001".to_string() } else { format!("P{whose}") };
        let note = "handed over by the desk of the week";
        let _ = writeln!(loans, "L{},T-{instrument:04},{borrower},{},{},{ended},,{note}", number + 1, day(0), day(6));
    }
    loans
}

/// The indexes of a file, and what SQLite says of them.
fn indexes(hub: &Path) -> Vec<String> {
    let file = rusqlite::Connection::open(hub).expect("a file");
    let sound: String = file.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("an answer");
    assert_eq!(sound, "ok");
    let mut names = file
        .prepare("SELECT name || ': ' || coalesce(sql, '') FROM sqlite_schema WHERE type = 'index' ORDER BY 1")
        .expect("sound SQL");
    names.query_map([], |row| row.get(0)).expect("rows").map(|row| row.expect("a name")).collect()
}

fn last(text: &str) -> &str {
    text.lines().last().unwrap_or_default()
}

#[test]
fn a_large_file_is_judged_as_a_small_one() {
    let (desk, people) = hub();
    let before = indexes(&desk.hub());
    assert!(people.len() > 1 << 20, "too small a file to set anything aside for");
    // Two by name: one who signs, found by the index that is away; and one that two have.
    let named = "P90001,Somebody,pupil,100001,5,Grown-up person who signs for somebody 9000,\nP90002,Somebody,pupil,100001,5,Somebody,\n";
    desk.write("people.csv", format!("{people}{named}"));
    let refused = desk.run("import people @/people.csv --commit");
    assert_eq!(last(&refused.stderr), "16002 read: 16001 created, 0 updated, 0 unchanged, 1 rejected");
    assert!(refused.stderr.contains("hirer 'Somebody': Somebody is a pupil"), "{}", refused.stderr);
    let taken = desk.run("import people @/people.csv --commit --skip-rejects");
    assert_eq!(last(&taken.stderr), "16002 read: 16001 created, 0 updated, 0 unchanged, 1 rejected");
    assert_eq!(indexes(&desk.hub()), before);
    assert!(desk.done("person show P90001").contains("for somebody 9000"));

    let loans = loans();
    assert!(loans.len() > 1 << 20, "too small a file to set anything aside for");
    // A pupil's loan inside the school's that is open; one too many; one that ran while another did.
    let open_to_the_school = LOANS - INSTRUMENTS + 5;
    let tag = "T-0005";
    let extra = format!(
        "L90001,{tag},P1,2026-01-01,2026-02-01,,L{open_to_the_school},\nL90002,{tag},P2,2026-01-02,2026-02-01,,L{open_to_the_school},\n\
         L90003,T-0001,P1,2020-01-02,2020-01-20,2020-01-20,,\n"
    );
    desk.write("loans.csv", format!("{loans}{extra}"));
    for flags in ["", "--commit", "--commit --skip-rejects"] {
        let outcome = desk.run(&format!("import loans @/loans.csv {flags}"));
        assert_eq!(
            last(&outcome.stderr),
            "19203 read: 19201 created, 0 updated, 0 unchanged, 2 rejected",
            "{}",
            outcome.stderr
        );
        assert!(outcome.stderr.contains(&format!("{tag} is on loan to")), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("T-0001 is on record as out until"), "{}", outcome.stderr);
    }
    assert_eq!(indexes(&desk.hub()), before);
    desk.done("check");
    let again = desk.run("import loans @/loans.csv --commit --skip-rejects");
    assert_eq!(
        last(&again.stderr),
        "19203 read: 0 created, 0 updated, 19201 unchanged, 2 rejected",
        "{}",
        again.stderr
    );

    // Into an empty hub, and out again.
    let exported =
        |desk: &Desk| [desk.done("export people"), desk.done("export instruments"), desk.done("export loans")];
    let (empty, kinds) = (Desk::new(), ["people", "instruments", "loans"]);
    empty.done("school add 100001 'Oak Primary'");
    for (kind, content) in kinds.iter().zip(exported(&desk)) {
        empty.write("in.csv", content);
        empty.done(&format!("import {kind} @/in.csv --commit"));
    }
    assert!(exported(&empty) == exported(&desk), "the second export differs from the first");
    assert_eq!(indexes(&empty.hub()), before);
}
