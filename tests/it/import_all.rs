//! A whole hub through a folder; and the copy that is kept before anything is written.

use crate::desk::{Desk, Outcome};

/// The last line of what was said.
fn last(outcome: &Outcome) -> &str {
    outcome.stderr.lines().last().unwrap_or_default()
}

fn names(desk: &Desk, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(desk.path(folder)).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The copies beside the hub's file.
fn copies(desk: &Desk) -> Vec<String> {
    names(desk, "").into_iter().filter(|name| name.starts_with("hub.db.before-")).collect()
}

/// Every file of a folder with what it holds.
fn contents(desk: &Desk, folder: &str) -> Vec<(String, String)> {
    names(desk, folder).into_iter().map(|name| (name.clone(), desk.read(&format!("{folder}/{name}")))).collect()
}

#[test]
fn the_sample_hub_moves_through_a_folder_unchanged() {
    let desk = Desk::without_hub();
    desk.done("init --hub 'Sample' --sample");
    let said = desk.run("export all --output @/out").stderr;
    assert!(said.contains("records in ") && said.contains("files into @/out"), "{said}");
    let exported = contents(&desk, "out");
    assert!(exported.iter().any(|(name, text)| name == "loans.csv" && text.lines().count() > 30));

    desk.done("--db @/other.db init --hub Other");
    let checked = desk.run("--db @/other.db import all @/out");
    assert_eq!(checked.exit, 0, "{}", checked.stderr);
    assert_eq!(desk.done("--db @/other.db instrument list --format csv").lines().count(), 1, "a check writes nothing");
    let taken = desk.run("--db @/other.db import all @/out --commit");
    assert_eq!((taken.exit, last(&taken)), (0, last(&checked)));
    assert!(taken.stderr.contains("loans.csv: 37 read: 37 created, "), "{}", taken.stderr);
    desk.done("--db @/other.db check");
    desk.done("--db @/other.db export all --output @/again");
    assert_eq!(contents(&desk, "again"), exported);

    let again = desk.run("--db @/other.db import all @/out --commit");
    assert!(again.exit == 0 && last(&again).contains(" 0 created, 0 updated, "), "{}", again.stderr);
}

#[test]
fn a_folder_comes_in_whole_or_not_at_all() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("in")).expect("a folder");
    desk.write("in/schools.csv", "urn,name,status\n100001,Oak,open\n");
    desk.write("in/instruments.csv", "tag,type,condition\nX1,VN,good\nX2,VN,broken\n");
    desk.write(
        "in/loans.csv",
        "tag,borrower,out_on,due_on\nX1,100001,2026-09-01,2027-07-01\nX2,100001,2026-09-01,2027-07-01\n",
    );
    desk.write("in/notes.txt", "hello");
    let refused = desk.run("import all @/in --commit --rejects @/rejects");
    assert_eq!((refused.exit, last(&refused)), (1, "5 read: 3 created, 0 updated, 0 unchanged, 2 rejected"));
    for said in [
        "Left out, since no kind is called so: notes.txt.",
        "instruments.csv line 3: condition 'broken': ",
        "loans.csv line 3: tag 'X2': is no instrument on record",
        "begin with the first file",
        "schools.csv: 1 read: 1 created, ",
        "Nothing was written",
    ] {
        assert!(refused.stderr.contains(said), "{said}: {}", refused.stderr);
    }
    assert_eq!(names(&desk, "rejects"), ["instruments.csv", "loans.csv"]);
    assert_eq!(desk.done("school list --format csv").lines().count(), 1);
    assert!(copies(&desk).is_empty());

    let taken = desk.run("import all @/in --commit --skip-rejects");
    assert_eq!((taken.exit, last(&taken)), (4, last(&refused)));
    assert_eq!(desk.done("loan list --format csv").lines().count(), 2);
    let log = desk.done("log --format csv");
    assert!(log.contains(",import schools,1 school,") && log.contains(",import loans,1 loan,"), "{log}");
    desk.done("check");
}

#[test]
fn what_is_no_folder_of_an_export_is_refused() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("empty")).expect("a folder");
    let said = desk.refused("import all @/empty --commit");
    assert!(said.contains("no file that bears the name of a kind") && said.contains("instruments.csv"), "{said}");
    assert_eq!(desk.run("import all @/missing --commit").exit, 3);
    let file = desk.run("import all @/hub.db --commit");
    assert!(file.exit == 2 && file.stderr.contains("import people FILE"), "{}", file.stderr);
    for flags in
        ["--set type=VN", "--map @/map.toml", "--profile gias", "--dates mdy", "--sheet A", "--rejects @/empty"]
    {
        assert_eq!(desk.run(&format!("import all @/empty {flags}")).exit, 2, "{flags}");
    }
    desk.write("empty/instruments.csv", "colour\nred\n");
    let said = desk.refused("import all @/empty");
    assert!(said.starts_with("error: instruments.csv\n  because: none of the file's headings"), "{said}");
    for line in ["export all", "export all --output @/x --format json", "export all --output @/x --fund CIP"] {
        assert_eq!(desk.run(line).exit, 2, "{line}");
    }
    assert_eq!(desk.run("export all --output @/empty").exit, 3, "a folder that holds something is never filled up");
}

#[test]
fn the_file_is_kept_as_it_was_before_each_import_that_writes() {
    let desk = Desk::new();
    desk.done("instrument add --type VN");
    let before = desk.done("export instruments");
    for number in 1..=11 {
        let event = number + 2;
        desk.write("in.csv", format!("tag,type\nX{number},VN\n"));
        let taken = desk.run("import instruments @/in.csv --commit");
        assert!(taken.stderr.contains(&format!("kept in @/hub.db.before-E{event}.\n")), "{}", taken.stderr);
        // Nothing to write, nothing to keep.
        assert!(!desk.run("import instruments @/in.csv --commit").stderr.contains("kept"));
        assert!(!desk.run("import instruments @/in.csv").stderr.contains("kept"));
        if number == 1 {
            assert_eq!(desk.done("--db @/hub.db.before-E3 export instruments"), before);
            desk.done("--db @/hub.db.before-E3 check");
        }
    }
    let kept = copies(&desk);
    assert!(kept.len() == 10 && !kept.contains(&"hub.db.before-E3".to_string()), "the newest ten stay: {kept:?}");
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(desk.path("hub.db.before-E13")).expect("a copy").permissions(),
    );
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn the_copy_just_made_stays_also_in_a_file_that_was_put_back() {
    let desk = Desk::new();
    desk.done("backup @/early.db");
    for number in 0..10 {
        desk.write("in.csv", format!("tag,type\nX{number},VN\n"));
        desk.done("import instruments @/in.csv --commit");
    }
    std::fs::copy(desk.path("early.db"), desk.path("hub.db")).expect("put back");
    desk.write("in.csv", "tag,type\nY1,VN\n");
    let taken = desk.run("import instruments @/in.csv --commit");
    let kept = taken.stderr.split_once("kept in @/").and_then(|(_, rest)| rest.split_once(".\n")).expect("a name").0;
    assert!(copies(&desk).contains(&kept.to_string()), "{kept}: {:?}", copies(&desk));
    assert_eq!(copies(&desk).len(), 10);
}

#[test]
fn a_folder_does_not_mix_with_a_hub_of_others() {
    let desk = Desk::new();
    desk.done("person add 'Carl Bow' --role adult --email carl@example.org");
    desk.done("export all --output @/out");
    desk.done("--db @/other.db init");
    desk.done("--db @/other.db person add 'Alice Other' --role adult");
    let mixed = desk.run("--db @/other.db import all @/out --commit");
    assert!(mixed.exit == 1 && mixed.stderr.contains("other records of its own"), "{}", mixed.stderr);
    assert_eq!(desk.done("--db @/other.db log --format csv").lines().count(), 3);
}

#[test]
fn what_is_not_as_it_was_exported_is_told() {
    let desk = Desk::new();
    desk.done("person add 'Carl Bow' --role adult");
    desk.done("export all --output @/out");
    let people = desk.read("out/people.csv");
    desk.write("out/people.csv", people.replace("Bow", "Low"));
    std::fs::remove_file(desk.path("out/reminders.csv")).expect("gone");
    desk.done("--db @/other.db init");
    let taken = desk.run("--db @/other.db import all @/out --commit");
    for said in ["warning: reminders.csv was exported with the others", "warning: people.csv is not as it was exported"]
    {
        assert!(taken.exit == 0 && taken.stderr.contains(said), "{said}: {}", taken.stderr);
    }
    assert!(
        taken.stderr.contains("hub.db.before-E2") || taken.stderr.contains("other.db.before-E2"),
        "{}",
        taken.stderr
    );
}

#[test]
fn an_invoice_of_some_of_a_line_pays_for_the_same_ones_after_a_move() {
    let desk = Desk::new();
    for line in [
        "fund add CIP Grant --award 10000",
        "supplier add S",
        "policy add --effective 2026-01-01 --threshold 150 --basis item --min-life-months 1",
        "purchase add --fund CIP --supplier S --description Bows --nature accessory --qty 1 --unit-net 5 --on 2026-09-01",
    ] {
        desk.done(line);
    }
    desk.write("lines.csv", "description,nature,type,qty,line_net\nViolins,instrument,VN,2,200\n");
    for line in [
        "purchase order --supplier S --fund CIP --on 2026-09-01 --lines @/lines.csv",
        "purchase receive O2/1 --qty 1 --tags OLD-2 --on 2026-09-02",
        "purchase invoice O2 --invoice I1 --on 2026-09-02 --line 1:1:100",
        "purchase receive O2/1 --qty 1 --tags NEW-1 --on 2026-09-03",
        "purchase invoice O2 --invoice I2 --on 2026-09-03 --line 1:1:200",
    ] {
        desk.done(line);
    }
    desk.done("export all --output @/out");
    desk.done("--db @/other.db init");
    desk.done("--db @/other.db import all @/out --commit");
    for report in ["report lines", "report assets", "purchase list", "report assets --as-at 2026-09-02"] {
        let report = format!("{report} --format csv");
        assert_eq!(desk.done(&format!("--db @/other.db {report}")), desk.done(&report), "{report}");
    }
}
