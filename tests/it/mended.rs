//! Faults that were found by using the program, each of which must not come back.

use crate::desk::Desk;
use crate::plays;

/// A trumpet at a school, and inside that loan with a child.
fn nested() -> Desk {
    let desk = Desk::new();
    for line in [
        "school add 100001 'St Thomas' --la Leeds",
        "person add 'Luis Ruiz' --role adult --email luis@example.org",
        "person add 'Ana Ruiz' --role pupil --school 100001 --year-group 5 --hirer P1",
        "instrument add --type TPT",
        "instrument add --type VN",
        "lend TPT-0001 --to 100001 --on 2026-09-10 --due 2026-11-01",
        "lend TPT-0001 --to P2 --on 2026-10-01 --due 2027-02-10",
    ] {
        desk.done(line);
    }
    desk
}

#[test]
fn a_filter_renews_the_loans_it_finds_and_no_other() {
    plays!(
        nested(),
        "renew_by_filter",
        "
        renew --due-before 2026-12-01 --due 2026-12-15
        loan list --open --format csv
        renew --borrower 100001 --due 2027-05-01
        renew --borrower P1 --due 2027-06-01
        renew --borrower P1 --due 2027-06-01
        loan list --open --format csv
        return TPT-0001
        "
    );
}

#[test]
fn an_output_never_destroys_a_database_and_follows_a_link() {
    let desk = nested();
    for place in ["@/hub.db", "@/hub.db-wal"] {
        let outcome = desk.run(&format!("overdue --output {place}"));
        assert_eq!(outcome.exit, 3, "{}", outcome.stderr);
        assert!(outcome.stderr.contains("is a database"), "{}", outcome.stderr);
    }
    desk.done("check");
    desk.write("real.csv", "old");
    std::os::unix::fs::symlink(desk.path("real.csv"), desk.path("link.csv")).expect("a link");
    desk.done("overdue --format csv --output @/link.csv");
    assert!(desk.read("real.csv").starts_with("loan,tag,"));
    assert!(std::fs::symlink_metadata(desk.path("link.csv")).expect("a link").is_symlink());
}

#[test]
fn pruning_keeps_the_copy_just_made() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("copies")).expect("a folder");
    for _ in 0..3 {
        desk.done("backup @/copies");
    }
    desk.done("backup @/copies --keep 1");
    desk.done("instrument add --type VC");
    let name = desk.done("backup @/copies --keep 1");
    assert_eq!(name, "@/copies/ledgerline-2026-11-22-5.db\n");
    assert!(desk.done(&format!("instrument list --db {} --format csv", name.trim())).contains("VC-0001"));
    assert_eq!(desk.done("backup @/copies --keep 1 --quiet"), "", "a quiet success prints nothing");
}

#[test]
fn a_value_can_be_taken_away_and_the_journal_says_which() {
    plays!(
        nested(),
        "taken_away",
        "
        person edit P1 --email ''
        person edit P2 --year-group ''
        person edit P2 --role adult --hirer ''
        school edit 100001 --la ''
        instrument edit VN-0001 --cost 12 --acquired-on 2026-01-01 --life-months 60
        instrument edit VN-0001 --cost '' --acquired-on '' --life-months ''
        instrument edit VN-0001 --life-months 0
        log --person P1 --format csv
        "
    );
}

#[test]
fn days_and_places_that_cannot_be_are_refused() {
    plays!(
        nested(),
        "cannot_be",
        "
        return TPT-0001 --to-school
        return TPT-0001
        return TPT-0001
        instrument lost TPT-0001 --on 2026-10-15
        instrument retire TPT-0001 --reason sold --on 2026-10-15
        instrument retire TPT-0001 --reason sold --proceeds 12 --authorised-by 'Jo Lee'
        instrument show TPT-0001
        lend VN-0001 --to P2 --pupils 28
        lend VN-0001 --to P2 --condition unplayable
        lend VN-0001 --to P2
        return VN-0001 --to-school
        term add 2026/27 autumn 2026-09-02 2026-12-18
        term add 2026/27 summer 2027-04-12 2027-07-21
        term add 2026/27 autumn 2026-09-05 2026-12-17 --la Leeds
        renew VN-0001 --due 2027-09-11
        renew VN-0001 --until 2026/27-summer
        return VN-0001
        lend VN-0001 --to 100001
        return VN-0001
        lend VN-0001 --to 100001 --due 2026-12-12
        instrument edit VN-0001 --owner Nobody
        instrument edit VN-0001 --note 'one\u{7}two'
        \n\n | return -
        \u{feff}VN-0001\\n | return -
        "
    );
}

#[test]
fn a_loan_that_began_comes_back_whatever_has_become_of_it_since() {
    let (from, to) = (Desk::new(), Desk::new());
    for desk in [&from, &to] {
        desk.done("school add 100001 'St Thomas'");
        desk.done("instrument add --type VN");
        desk.done("instrument add --type VN");
    }
    from.done("lend VN-0001 VN-0002 --to 100001 --due 2027-07-21");
    for desk in [&from, &to] {
        desk.done("school edit 100001 --status closed");
        desk.done("instrument edit VN-0002 --condition unplayable");
    }
    let loans = from.done("export loans");
    to.write("loans.csv", &loans);
    to.done("import loans @/loans.csv --commit");
    assert_eq!(to.done("export loans"), loans);
}

#[test]
fn a_check_neither_waits_for_a_writer_nor_keeps_one_waiting() {
    let desk = Desk::new();
    let other = ::rusqlite::Connection::open(desk.hub()).expect("a file");
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    desk.write("schools.csv", "urn,name\n100001,St Thomas\n");
    let checked = desk.run("import schools @/schools.csv");
    assert_eq!(checked.exit, 0, "{}", checked.stderr);
    assert!(checked.stderr.ends_with("1 read: 1 created, 0 updated, 0 unchanged, 0 rejected\n"), "{}", checked.stderr);
    other.execute_batch("ROLLBACK").expect("unlocked");
    assert_eq!(desk.done("school list --format csv").lines().count(), 1);
}

#[test]
fn the_file_of_rejects_is_safe_to_open_and_comes_back_as_it_was() {
    let desk = Desk::new();
    desk.write("in.csv", "tag,type,note\nA1,VN,=1+1\nA2,nope,=1+1\n");
    let refused = desk.run("import instruments @/in.csv --rejects @/rejects.csv");
    assert_eq!(refused.exit, 1);
    assert!(desk.read("rejects.csv").contains("A2,nope,'=1+1,"), "{}", desk.read("rejects.csv"));
    desk.write("mended.csv", desk.read("rejects.csv").replace("nope", "VN"));
    desk.done("import instruments @/mended.csv --commit");
    assert!(desk.done("instrument show A2").contains("=1+1"));
    let folder = desk.run("import instruments @/in.csv --commit --skip-rejects --rejects @/");
    assert_eq!(folder.exit, 3, "{}", folder.stderr);
    assert_eq!(desk.done("instrument list --format csv").lines().count(), 2, "nothing was written");
}

#[test]
fn a_file_of_payments_counts_once_whatever_the_command_adds() {
    let desk = Desk::new();
    desk.done("fund add ONE 'First' --award 1000 --revenue");
    desk.done("fund add TWO 'Second' --award 1000 --revenue");
    desk.write(
        "paid.csv",
        "payment_date,amount,organisational_unit,beneficiary_name,council\n2026-03-01,100,Music,Normans,Leeds\n",
    );
    let import = "import purchases @/paid.csv --profile council-spend --commit";
    desk.done(&format!("{import} --set fund=ONE"));
    let again = desk.run(&format!("{import} --set fund=TWO"));
    assert!(again.stderr.contains("differs from what is on record in fund"), "{}", again.stderr);
    assert!(again.stderr.ends_with("1 read: 0 created, 0 updated, 1 unchanged, 0 rejected\n"), "{}", again.stderr);
    assert_eq!(desk.run(&format!("{import} --set fund=ONE --update")).exit, 2);
}

#[test]
fn a_text_that_cannot_be_a_name_is_refused_and_a_value_that_is_no_number_is_misuse() {
    let desk = Desk::new();
    for line in [
        "person add \"Kim\u{202e}\" --role adult",
        "person add 'Kim\u{1b}[2J' --role adult",
        "person add Kim --role adult --email 'kim@example.org\nBcc: x'",
        "instrument add --type VN --tag ../../etc/passwd",
        "category add 'no code' Name",
        "school add 100001 'St Thomas' --postcode 'LE1\u{202e} 1AA'",
    ] {
        let said = desk.refused(line);
        assert!(said.starts_with("error: ") && !said.contains('\u{1b}') && !said.contains('\u{202e}'), "{said}");
    }
    for line in
        ["instrument add --type VN --cost x", "purchase add --qty x", "lend VN-1 --to P1 --due x", "log --last x"]
    {
        assert_eq!(desk.run(line).exit, 2, "{line}");
    }
}

#[test]
fn what_a_file_would_split_in_two_is_refused_where_it_is_entered() {
    let desk = Desk::new();
    desk.refused("instrument add --type VN --accessory 'case; soft'");
    desk.refused("supplier add Normans --alias 'x; y'");
    desk.done("supplier add Normans");
    desk.refused("supplier alias Normans 'x; y'");
    desk.done("instrument add --type VN --accessory 'case, soft'");
    let file = desk.done("export instruments");
    desk.write("in.csv", &file);
    let again = desk.run("import instruments @/in.csv --commit");
    assert!(again.stderr.ends_with("1 read: 0 created, 0 updated, 1 unchanged, 0 rejected\n"), "{}", again.stderr);
}

#[test]
fn a_return_is_not_dated_before_a_pupils_loan_inside_it_ended() {
    let desk = crate::undo::desk();
    desk.done("lend TPT-0001 --to 100001 --on 2026-10-01 --due 2026-12-18");
    desk.done("lend TPT-0001 --to P2 --on 2026-10-05 --due 2026-12-18");
    desk.done("return TPT-0001 --to-school --on 2026-10-20");
    let said = desk.refused("return TPT-0001 --on 2026-10-10");
    assert!(said.contains("L2 is inside L1, and would not lie within its days"), "{said}");
    assert!(desk.refused("instrument lost TPT-0001 --on 2026-10-10").contains("L2 is inside L1"));
    desk.done("return TPT-0001 --on 2026-10-20");
    desk.done("check");
}

#[test]
fn a_comma_too_many_names_no_accessory() {
    let desk = crate::undo::desk();
    desk.done("lend VC-0001 --to P2 --due 2026-12-18");
    assert_eq!(
        desk.run("return VC-0001 --missing bow,").stderr,
        "Took back VC-0001 from Ana Ruiz. Missing: bow.\nTo charge for it: ledgerline charge add L1 --for accessory £…\n"
    );
}

#[test]
fn an_output_that_would_stay_unwritten_is_refused() {
    let desk = crate::undo::desk();
    desk.write("copies.txt", "");
    let before = desk.done("log --format csv");
    let refused = "error: --output is for lists and pages; this command writes none\n";
    for line in [
        "lend VC-0001 --to P2",
        "instrument add --type VN",
        "undo",
        "backup @/copy.db",
        "init --db @/new.db",
        "import schools @/copies.txt",
        "lend VC-0001 --new-pupil 'Ana Ruiz' --hirer P1",
    ] {
        let outcome = desk.run(&format!("{line} --output @/out.txt"));
        assert_eq!((outcome.exit, outcome.stdout.as_str(), outcome.stderr.as_str()), (2, "", refused), "{line}");
    }
    assert_eq!(desk.done("log --format csv"), before);
    assert!(["out.txt", "copy.db", "new.db"].iter().all(|name| !desk.path(name).exists()));
    desk.done("demo --output @/demo.txt");
    assert!(desk.read("demo.txt").contains("NEXT"));
}

#[test]
fn a_charge_without_an_amount_shows_how_one_is_given() {
    let desk = crate::undo::desk();
    let outcome = desk.run("charge add L1 --for deposit");
    let told = "error: a charge for deposit needs an amount, as in: ledgerline charge add L1 --for deposit 12.50\n";
    assert_eq!((outcome.exit, outcome.stderr.as_str()), (2, told));
}

#[test]
fn nobody_is_made_a_repairer_who_is_on_record_as_something_else() {
    let desk = crate::undo::desk();
    for (to, said) in [
        ("P2", "Ana Ruiz is a person"),
        ("'ana ruiz'", "Ana Ruiz is a person"),
        ("100003", "is a school"),
        ("P99", "P99"),
    ] {
        assert!(desk.refused(&format!("repair send VC-0001 --to {to}")).contains(said), "{to}");
    }
    assert_eq!(desk.done("organisation list --format csv").lines().count(), 1);
    desk.done("lend VC-0001 --to P2 --due 2026-12-18");
    desk.done("repair send VC-0001 --to 'Ana'");
    assert_eq!(desk.done("repair back VC-0001 --cost 5 --charge"), "C1\n");
}

#[test]
fn a_remission_does_not_reach_back_beyond_the_day_its_evidence_was_seen() {
    let desk = crate::undo::desk();
    desk.done("term add 2026/27 autumn 2026-09-02 2026-12-18");
    desk.done("rate set --scheme hire --per term 30");
    desk.done("lend VC-0001 --to P2 --on 2026-09-10 --due 2026-12-18");
    desk.done("charge raise --term 2026/27-autumn --today 2026-09-15");
    let later = desk.run("remission add P2 --year 2026/27 --percent 50 --band FSM");
    assert!(later.stderr.contains("C1 was raised before the evidence was seen, and stays"), "{}", later.stderr);
    assert!(desk.done("charge list --format csv").contains(",30.00,0.00,0.00,"));
    desk.done("undo");
    desk.done("remission add P2 --year 2026/27 --percent 50 --band FSM --seen-on 2026-09-03");
    assert!(desk.done("charge list --format csv").contains(",30.00,15.00,0.00,"));
    // Undone, the charge would stand remitted with nothing to rest on: the undo takes both back, since one event made both.
    desk.done("undo");
    assert!(desk.done("charge list --format csv").contains(",30.00,0.00,0.00,"));
    desk.done("check");
}

#[test]
fn a_repair_is_charged_to_whoever_had_the_instrument_before_it_went() {
    let desk = crate::undo::desk();
    for line in [
        "organisation add Fixit --role repairer",
        "lend TPT-0001 --to P1",
        "return TPT-0001",
        "repair send TPT-0001 --to Fixit",
        "repair back TPT-0001",
        "lend TPT-0001 --to 100003",
        "repair edit J1 --cost 9 --charge",
    ] {
        desk.done(line);
    }
    assert!(desk.done("charge list --format csv").contains("C1,L1,P1,Luis Ruiz,damage,"));
}
