//! Faults that an administrator met with who moved a hub in, each of which must not come back.

use crate::desk::{Desk, Outcome};

fn desk() -> Desk {
    let desk = Desk::new();
    for line in [
        "school add 100001 'Oak Primary'",
        "person add 'Luis Ruiz' --role adult --email luis@example.org",
        "person add 'Ana Ruiz' --role pupil --school 100001 --year-group 5 --hirer P1",
        "person add 'Joy Okafor' --role adult --email joy@example.org",
        "person add 'Ben Okafor' --role pupil --school 100001 --year-group 5 --hirer P3",
        "person add 'Ben Okafor' --role pupil --school 100001 --year-group 6 --hirer P1",
        "organisation add 'Strings and Bows' --role repairer",
        "instrument add --type TPT",
        "instrument add --type VN",
    ] {
        desk.done(line);
    }
    desk
}

/// Brings text in as a file of that kind.
fn import(desk: &Desk, kind: &str, text: impl AsRef<[u8]>, flags: &str) -> Outcome {
    desk.write("sheet.csv", text);
    desk.run(&format!("import {kind} @/sheet.csv {flags}"))
}

fn last(outcome: &Outcome) -> &str {
    outcome.stderr.lines().last().unwrap_or_default()
}

/// What was said of a line of the file.
fn of_line(outcome: &Outcome, line: u64) -> &str {
    let begins = format!("line {line}: ");
    outcome.stderr.lines().find(|told| told.starts_with(&begins)).unwrap_or_default()
}

#[test]
fn a_cell_names_whoever_bears_the_whole_name_and_nobody_else() {
    let desk = desk();
    desk.done("lend VN-0001 --to P3 --on 2026-09-01");
    for (kind, text) in [
        ("loans", "tag,borrower,out_on,due_on\nTPT-0001,Joy,2026-09-01,2026-12-01\n"),
        ("loans", "tag,borrower,hirer,out_on,due_on\nTPT-0001,P2,Joy,2026-09-01,2026-12-01\n"),
        ("remissions", "person,academic_year,percent,band\nJoy,2026/27,50,low income\n"),
        ("requests", "type,borrower,asked_on\nVN,Joy,2026-09-01\n"),
        ("messages", "message,contact,route,claimed_at,claimed_on\nM1,Joy,letter,2026-09-01T09:00:00Z,2026-09-01\n"),
        ("charges", "loan,person,charge_type,amount,raised_on\nL1,Joy,damage,10.00,2026-09-01\n"),
    ] {
        let refused = import(&desk, kind, text, "");
        let told = of_line(&refused, 2);
        assert!(
            told.contains("'Joy': is nobody on record; write the reference or the whole name"),
            "{kind}: {}",
            refused.stderr
        );
        assert!(told.contains("did you mean Joy Okafor?"), "{kind}: {told}");
    }
    let repairs = import(&desk, "repairs", "tag,repairer,sent_on\nTPT-0001,Bows,2026-09-01\n", "");
    assert!(of_line(&repairs, 2).contains("'Bows': is no organisation on record"), "{}", repairs.stderr);
    assert!(of_line(&repairs, 2).contains("did you mean Strings and Bows?"), "{}", repairs.stderr);
    let exact = "tag,borrower,out_on,due_on\nTPT-0001,JÓY  okafor,2026-09-01,2026-12-01\n";
    assert_eq!(last(&import(&desk, "loans", exact, "")), "1 read: 1 created, 0 updated, 0 unchanged, 0 rejected");
    // The desk's own search is as it was.
    assert_eq!(desk.done("lend TPT-0001 --to joy"), "L2\n");
}

#[test]
fn namesakes_are_told_apart_by_the_hirer_or_listed_on_one_line() {
    let desk = desk();
    let alone = import(&desk, "loans", "tag,borrower,out_on,due_on\nTPT-0001,Ben Okafor,2026-09-01,2026-12-01\n", "");
    let told = of_line(&alone, 2);
    assert!(told.contains("is the name of several; write the reference of the one meant: P4 Ben Okafor"), "{told}");
    assert!(told.contains("; P5 Ben Okafor"), "{told}");
    let text = "tag,borrower,hirer,out_on,due_on\nTPT-0001,Ben Okafor,Luis Ruiz,2026-09-01,2026-12-01\n";
    let taken = import(&desk, "loans", text, "--commit");
    assert_eq!(last(&taken), "1 read: 1 created, 0 updated, 0 unchanged, 0 rejected", "{}", taken.stderr);
    assert!(desk.done("export loans --format csv").contains("L1,TPT-0001,hire,P5,P1"));
}

#[test]
fn no_loan_runs_on_after_its_instrument_was_retired() {
    let desk = desk();
    desk.done("instrument retire TPT-0001 --reason sold --on 2026-06-01");
    let row = |days: &str| format!("tag,borrower,out_on,due_on,returned_on,state,lost_on\nTPT-0001,P3,{days}\n");
    for days in [
        "2026-05-01,2026-07-01,2026-06-02,,",
        "2026-07-01,2026-08-01,2026-08-01,,",
        "2026-05-01,2026-07-01,,lost,2026-06-02",
    ] {
        let refused = import(&desk, "loans", row(days), "");
        assert!(of_line(&refused, 2).contains("TPT-0001 was retired on 1 Jun 2026"), "{days}: {}", refused.stderr);
    }
    for days in ["2026-05-01,2026-07-01,2026-06-01,,", "2026-05-01,2026-07-01,,lost,2026-06-01"] {
        let taken = import(&desk, "loans", row(days), "");
        assert_eq!(last(&taken), "1 read: 1 created, 0 updated, 0 unchanged, 0 rejected", "{}", taken.stderr);
    }
    let taken = import(&desk, "loans", row("2026-05-01,2026-07-01,2026-06-01,,"), "--commit");
    assert_eq!(taken.exit, 0);
    desk.done("check");
    desk.done("lend VN-0001 --to P3 --on 2026-05-01");
    desk.done("return VN-0001 --on 2026-07-01");
    let leaves = import(&desk, "instruments", "tag,type,retired_on,disposal\nVN-0001,VN,2026-06-01,sold\n", "--update");
    assert!(of_line(&leaves, 2).contains("VN-0001 was out until 1 Jul 2026"), "{}", leaves.stderr);
    let hub = rusqlite::Connection::open(desk.hub()).expect("the hub");
    hub.execute("UPDATE loan SET returned_on = '2026-06-02' WHERE id = 1", []).expect("a damaged hub");
    let found = desk.run("check");
    assert!(found.stdout.contains("ran until 2026-06-02, and TPT-0001 was retired on 2026-06-01"), "{}", found.stdout);
}

#[test]
fn sizes_and_telephone_numbers_that_a_spreadsheet_spoilt_are_refused() {
    let desk = desk();
    for size in ["03-Apr", "2026-04-03", "45749", "01-Feb"] {
        let said = "a size that a spreadsheet has turned into a date; write 3/4 and format the column as text";
        let refused = import(&desk, "instruments", format!("type,size\nVN,{size}\n"), "");
        assert!(of_line(&refused, 2).contains(said), "{size}: {}", refused.stderr);
        for command in ["instrument add --type VN", "instrument edit VN-0001", "request add --type VN --for P2"] {
            let told = desk.run(&format!("{command} --size {size}"));
            assert!(told.exit == 1 && told.stderr.contains(said), "{command}: {}", told.stderr);
        }
    }
    assert!(desk.refused("instrument add --type VN --size 0.75").contains("has turned into a number; write 3/4"));
    for (kind, text) in [
        ("people", "name,role,phone\nZoe Lee,adult,7.7009E+09\n"),
        ("organisations", "name,role,phone\nHorns,repairer,7.7009E+09\n"),
    ] {
        assert!(import(&desk, kind, text, "").stderr.contains("a telephone number that a spreadsheet has destroyed"));
    }
    assert!(desk.refused("person edit P1 --phone 7.7009E+09").contains("has destroyed"));
}

#[test]
fn a_size_that_is_not_usual_is_told_once() {
    let desk = desk();
    let taken = import(&desk, "instruments", "type,size\nVN,huge\nVN,huge\nVN,3/4\nVN,tiny\n", "");
    assert_eq!(taken.stderr.matches("is not usually of size").count(), 2, "{}", taken.stderr);
    assert!(taken.stderr.contains("2 rows: a violin is not usually of size huge; it comes in"), "{}", taken.stderr);
    assert!(taken.stderr.contains("1 row: a violin is not usually of size tiny"), "{}", taken.stderr);
}

#[test]
fn rejects_have_one_line_a_row_and_open_in_excel_where_the_file_came_from_it() {
    let desk = desk();
    let text =
        "tag,borrower,out_on,due_on\nTPT-0001,Ben Okafor,2026-09-01,2026-12-01\nTPT-0001,Zoë,2026-09-01,2026-12-01\n";
    let (latin1, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    let utf16: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for (bytes, flags, marked) in [
        (text.as_bytes().to_vec(), "", false),
        (text.as_bytes().to_vec(), "--excel", true),
        (format!("\u{feff}{text}").into_bytes(), "", true),
        (latin1.into_owned(), "", true),
        (utf16, "", true),
    ] {
        import(&desk, "loans", bytes, &format!("--rejects @/mend.csv {flags}"));
        let rejects = desk.read("mend.csv");
        assert_eq!(rejects.starts_with('\u{feff}'), marked, "{flags} {rejects}");
        assert_eq!(rejects.lines().count(), 3, "{rejects}");
        assert!(rejects.contains("Zoë"), "{rejects}");
        let again = desk.run("import loans @/mend.csv");
        assert_eq!(last(&again), "2 read: 0 created, 0 updated, 0 unchanged, 2 rejected", "{}", again.stderr);
    }
}

#[test]
fn year_groups_are_read_as_schools_write_them() {
    let desk = desk();
    let text = "name,role,school_urn,year_group\nA A,pupil,100001,Y5\nB B,pupil,100001,Yr 5\nC C,pupil,100001,Year 10
D D,pupil,100001,Reception\nE E,pupil,100001,Nursery\n";
    let taken = import(&desk, "people", text, "--commit");
    assert_eq!(last(&taken), "5 read: 5 created, 0 updated, 0 unchanged, 0 rejected", "{}", taken.stderr);
    let people = desk.done("export people --format csv");
    for told in [
        "A A,pupil,100001,5,",
        "B B,pupil,100001,5,",
        "C C,pupil,100001,10,",
        "D D,pupil,100001,R,",
        "E E,pupil,100001,N2,",
    ] {
        assert!(people.contains(told), "{told}: {people}");
    }
    desk.done("person edit P2 --year-group Y6");
}

#[test]
fn days_with_the_months_name_are_read_and_short_years_refused() {
    let desk = desk();
    for day in ["05-Sep-2025", "5 September 2025", "5 Sep 2025"] {
        let text = format!("tag,borrower,out_on,due_on\nTPT-0001,P3,{day},2026-12-01\n");
        let taken = import(&desk, "loans", text, "--dates mdy");
        assert_eq!(last(&taken), "1 read: 1 created, 0 updated, 0 unchanged, 0 rejected", "{}", taken.stderr);
    }
    for day in ["03/09/19", "05-Sep-25"] {
        let text = format!("tag,borrower,out_on,due_on\nTPT-0001,P3,{day},2026-12-01\n");
        assert!(of_line(&import(&desk, "loans", text, ""), 2).contains("needs the four figures of its year"));
    }
    let text = "tag,borrower,out_on,due_on\nTPT-0001,P3,13/04/2025,2026-12-01\n";
    let refused = import(&desk, "loans", text, "--dates ymd");
    assert!(of_line(&refused, 2).contains("does not begin with the year"), "{}", refused.stderr);
}

#[test]
fn a_loan_of_the_same_file_is_named_by_its_line() {
    let desk = desk();
    let head = "tag,borrower,out_on,due_on,returned_on\n";
    let text = format!(
        "{head}TPT-0001,P3,2025-01-01,2025-02-01,2025-03-01\nTPT-0001,100001,2025-01-01,2025-04-01,2025-02-10\n"
    );
    let refused = import(&desk, "loans", text, "");
    let told = of_line(&refused, 3);
    assert!(
        told.contains("out until 1 Mar 2025 (the loan on line 2), and a loan that begins before that day"),
        "{told}"
    );
    let text = format!("{head}TPT-0001,P3,2025-01-01,2025-02-01,\nTPT-0001,100001,2025-03-01,2025-04-01,\n");
    let told = import(&desk, "loans", text, "");
    assert!(
        of_line(&told, 3).contains("is on loan to Joy Okafor until 1 Feb 2025 (the loan on line 2)"),
        "{}",
        told.stderr
    );
}

#[test]
fn a_column_that_the_file_lacks_is_told_once() {
    let desk = desk();
    let refused = import(&desk, "people", "name\nZoe Lee\nJo Lee\n", "");
    let said = "The file has no column for role: --set role=… says the same for every row, and --show-map shows what the file has.";
    assert_eq!(refused.stderr.matches(said).count(), 1, "{}", refused.stderr);
    assert!(refused.stderr.find("line 3: role").expect("a fault") < refused.stderr.find(said).expect("the remark"));
    let there = import(&desk, "people", "name,role\nZoe Lee,\n", "");
    assert!(!there.stderr.contains("The file has no column"), "{}", there.stderr);
}

#[test]
fn a_word_of_the_files_own_can_be_mapped_where_no_map_has_it_yet() {
    let desk = desk();
    let refused = import(&desk, "instruments", "type,condition\nVN,Write off\n", "");
    let said = "can be given one of ours in the map, under [values.condition], such as [values.condition] \"Write off\" = \"unplayable\".";
    assert!(refused.stderr.contains(said), "{}", refused.stderr);
    let of_days = import(&desk, "instruments", "type,acquired_on\nVN,soon\n", "");
    assert!(!of_days.stderr.contains("one of ours"), "{}", of_days.stderr);
}

#[test]
fn titles_may_stand_above_the_headings_of_a_text() {
    let desk = desk();
    let rows = "type,make\nVN,Stentor\n";
    let taken = import(&desk, "instruments", format!("Our stock\n\nas of May,\n{rows}"), "");
    assert_eq!(last(&taken), "1 read: 1 created, 0 updated, 0 unchanged, 0 rejected", "{}", taken.stderr);
    assert!(taken.stderr.contains("The headings were taken from line 4 of the file."), "{}", taken.stderr);
    let semicolons = import(&desk, "instruments", "Our stock\ntype;make\nVN;Stentor\nVX;Stentor\n", "");
    assert!(of_line(&semicolons, 4).contains("there is no type VX"), "{}", semicolons.stderr);
    let one_column = import(&desk, "instruments", "type\nVC\nVX\n", "");
    assert_eq!(last(&one_column), "2 read: 1 created, 0 updated, 0 unchanged, 1 rejected", "{}", one_column.stderr);
    assert!(of_line(&one_column, 3).contains("there is no type VX"));
    let many = format!("type\n{}", "VC\n".repeat(100));
    let taken = import(&desk, "instruments", many, "");
    assert_eq!(last(&taken), "100 read: 100 created, 0 updated, 0 unchanged, 0 rejected", "{}", taken.stderr);
}

#[test]
fn what_was_taken_for_headings_is_told_where_it_is_none_of_ours() {
    let desk = desk();
    let refused = import(&desk, "loans", "Register\nAsset No,Lent to\nTPT-0001,P3\n", "");
    assert!(refused.stderr.contains("line 2 was taken as the headings: 'Asset No', 'Lent to'"), "{}", refused.stderr);
    assert!(!refused.stderr.contains("returned_condition"), "{}", refused.stderr);
    let few = import(&desk, "loans", "Asset No,borrower\nTPT-0001,P3\n", "");
    assert!(few.stderr.contains("line 1 was taken as the headings: 'Asset No', 'borrower'"), "{}", few.stderr);
}

#[test]
fn a_map_to_start_from_knows_the_words_of_music_services() {
    let desk = desk();
    desk.write("loans.csv", "Barcode,Pupil,Guardian,Issued,Due back,Date in,School year\n1,2,3,4,5,6,7\n");
    let map = desk.done("import loans @/loans.csv --show-map");
    for line in [
        "borrower = \"Pupil\"",
        "hirer = \"Guardian\"",
        "out_on = \"Issued\"",
        "due_on = \"Due back\"",
        "returned_on = \"Date in\"",
    ] {
        assert!(map.lines().any(|told| told.starts_with(line)), "{line}: {map}");
    }
    assert!(map.lines().any(|told| told.starts_with("# pupils = ")), "{map}");
    desk.write("both.csv", "Tag,Borrower,Pupil\n1,2,3\n");
    assert!(desk.done("import loans @/both.csv --show-map").contains("\n# pupils = "));
    desk.write("terms.csv", "School year,Term,Begins,Finishes\n1,2,3,4\n");
    let map = desk.done("import terms @/terms.csv --show-map");
    for line in ["academic_year = \"School year\"", "first_on = \"Begins\"", "last_on = \"Finishes\""] {
        assert!(map.lines().any(|told| told.starts_with(line)), "{line}: {map}");
    }
}

#[test]
fn an_import_that_cannot_be_undone_names_the_copy_from_before_it() {
    let desk = desk();
    import(&desk, "instruments", "tag,type\nX99,VN\n", "--commit");
    let copies = || {
        let folder = std::fs::read_dir(desk.path("")).expect("a folder");
        let names = folder.map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned());
        let mut copies: Vec<String> = names.filter(|name| name.starts_with("hub.db.before-")).collect();
        copies.sort();
        copies
    };
    let copy = copies().pop().expect("a copy");
    let event = copy.trim_start_matches("hub.db.before-");
    let refused = desk.refused(&format!("undo {event}"));
    let said = format!("the file as it was before stands in {copy}, if nothing else has changed since");
    assert!(refused.contains(&said), "{refused}");
    std::fs::remove_file(desk.path(&copy)).expect("removed");
    assert!(!desk.refused(&format!("undo {event}")).contains("stands in"));
    for number in 0..12 {
        import(&desk, "instruments", format!("tag,type\nX{number},VN\n"), "--commit");
    }
    assert_eq!(copies().len(), 10);
}

#[test]
fn sentences_say_what_to_do() {
    let desk = desk();
    let lost = import(&desk, "loans", "tag,borrower,out_on,due_on,state\nTPT-0001,P3,2026-09-01,2026-10-01,lost\n", "");
    assert!(of_line(&lost, 2).contains("state 'lost': needs the day: fill the column lost_on"), "{}", lost.stderr);
    desk.write("map.toml", "[columns]\ntag = \u{201c}Asset No\u{201d}\n");
    let curly = import(&desk, "instruments", "Asset No,type\nX1,VN\n", "--map @/map.toml");
    assert!(curly.stderr.contains("line 2 of the map has curly quotation marks"), "{}", curly.stderr);
    let mut mixed = "type,note\nVN,é\nVN,é\n".as_bytes().to_vec();
    mixed.extend(b"VN,caf\xe9 au lait\n");
    let mixed = import(&desk, "instruments", mixed, "");
    assert!(
        mixed.stderr.contains("line 4: the file is UTF-8 but for some characters here that were saved in another way"),
        "{}",
        mixed.stderr
    );
    assert!(mixed.stderr.contains("put the odd characters on that line right"), "{}", mixed.stderr);
}

#[test]
fn a_parent_of_two_children_stands_in_two_rows() {
    let desk = Desk::new();
    let sheet = |second: &str| format!("name,role,email\nRosa Mock,adult,rosa@example.org\nRosa Mock,adult,{second}\n");
    desk.write("in.csv", sheet("rosa@example.org"));
    let taken = desk.run("import people @/in.csv --commit");
    assert!(taken.stderr.ends_with("2 read: 1 created, 0 updated, 1 unchanged, 0 rejected\n"), "{}", taken.stderr);
    desk.write("in.csv", sheet("other@example.org"));
    let again = desk.refused("import people @/in.csv");
    assert!(again.contains("line 3: name 'Rosa Mock': is on line 2 already, and the first stands"), "{again}");
}
