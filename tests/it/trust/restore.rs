//! A backup put back in place of the file.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Hub;

/// A hub with one loan in its backup, and more since.
fn hub() -> Hub {
    let hub = Hub::new();
    for line in [
        r#"school add 900001 "St Thomas' Primary""#,
        "instrument add --type VN",
        "instrument add --type VN",
        "lend VN-0001 --to 900001",
        "remind arm",
        "backup copy.db",
        "return VN-0001",
        "lend VN-0002 --to 900001",
        "instrument add --type VN",
    ] {
        hub.done(line);
    }
    hub
}

fn names(hub: &Hub) -> Vec<String> {
    let entries = std::fs::read_dir(hub.folder()).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_backup_comes_back_and_the_present_file_is_kept() {
    let hub = hub();
    let before = hub.done("loan list --format csv");
    let told = hub.run("restore copy.db");
    assert_eq!(told.code, Some(0), "{told:?}");
    for part in ["It ends with E6", "is kept as", "hub.db.replaced-E11", "Reminders are disarmed"] {
        assert!(told.stderr.contains(part), "{part} in {}", told.stderr);
    }
    assert_eq!(names(&hub), ["copy.db", "hub.db", "hub.db.armed", "hub.db.replaced-E11"]);
    assert!(hub.done("loan list --format csv").contains("L1,VN-0001"));
    assert!(!hub.done("loan list --format csv").contains("L2,"));
    let sent = hub.run("remind --send");
    assert_eq!((sent.code, sent.stderr.contains("armed")), (Some(1), true), "{sent:?}");
    hub.is_sound();
    // What stands on paper under a number or a tag gets no second meaning.
    assert_eq!(hub.done("lend VN-0002 --to 900001"), "L3\n");
    assert_eq!(hub.done("instrument add --type VN"), "VN-0004\n");
    // And back again.
    let undone = hub.run("undo E11");
    assert!(undone.stderr.contains("ledgerline restore hub.db.replaced-E11"), "{undone:?}");
    hub.done("restore hub.db.replaced-E11");
    assert_eq!(hub.done("loan list --format csv"), before);
    hub.is_sound();
}

#[test]
fn a_backup_makes_a_file_where_there_is_none() {
    let hub = hub();
    for name in ["hub.db", "hub.db.armed"] {
        std::fs::remove_file(hub.folder().join(name)).expect("removed");
    }
    hub.done("restore copy.db");
    assert_eq!(names(&hub), ["copy.db", "hub.db"]);
    assert!(hub.done("log --format csv").contains("restore,file,"));
    hub.is_sound();
}

#[test]
fn a_damaged_file_is_set_aside() {
    let hub = hub();
    let whole = std::fs::read(hub.file()).expect("a file");
    for bytes in [whole[..whole.len() / 2].to_vec(), {
        let mut torn = whole.clone();
        torn[4096..40960].fill(0x5a);
        torn
    }] {
        std::fs::write(hub.file(), &bytes).expect("written");
        let told = hub.run("restore copy.db");
        assert_eq!(told.code, Some(0), "{told:?}");
        hub.is_sound();
        assert!(hub.done("loan list --format csv").contains("L1,VN-0001"));
    }
    let kept: Vec<String> = names(&hub).into_iter().filter(|name| name.contains(".replaced-")).collect();
    assert_eq!(kept.len(), 2, "{kept:?}");
}

#[test]
fn a_file_that_was_edited_by_hand_keeps_its_numbers() {
    for edit in [
        "UPDATE person SET school_urn = 123 WHERE id = 1",
        "CREATE TRIGGER sly AFTER INSERT ON loan BEGIN SELECT 1; END",
        "DROP INDEX loan_open",
    ] {
        let hub = hub();
        hub.done("person add 'Zed Last' --role adult");
        let file = rusqlite::Connection::open(hub.file()).expect("a file");
        file.execute_batch(&format!("PRAGMA foreign_keys = OFF; {edit}")).expect("sound SQL");
        drop(file);
        let told = hub.run("restore copy.db");
        assert_eq!(told.code, Some(0), "{edit}: {told:?}");
        assert!(!told.stderr.contains("could not be asked"), "{edit}: {told:?}");
        hub.is_sound();
        assert_eq!(hub.done("instrument add --type VN"), "VN-0004\n", "{edit}");
        assert_eq!(hub.done("person add 'Abe Next' --role adult"), "P2\n", "{edit}");
    }
}

#[test]
fn a_log_without_its_file_is_kept_and_never_taken_for_anothers() {
    let hub = hub();
    let other = rusqlite::Connection::open(hub.file()).expect("a file");
    other.query_row("SELECT count(*) FROM loan", [], |_| Ok(())).expect("read");
    hub.done("instrument add --type VN");
    let log = std::fs::read(hub.folder().join("hub.db-wal")).expect("a log");
    drop(other);
    std::fs::remove_file(hub.file()).expect("removed");
    std::fs::write(hub.folder().join("hub.db-wal"), &log).expect("left");
    for line in ["init", "backup hub.db --db copy.db"] {
        let told = hub.run(line);
        assert_eq!(told.code, Some(3), "{line}: {told:?}");
        assert!(told.stderr.contains("hub.db-wal already exists"), "{line}: {told:?}");
    }
    hub.done("restore copy.db");
    hub.is_sound();
    assert_eq!(std::fs::read(hub.folder().join("hub.db.replaced-E7-wal")).expect("kept"), log);
}

#[test]
fn another_hubs_backup_is_not_taken_by_mistake() {
    let (hub, other) = (hub(), Hub::without_file());
    other.command("init --hub Southshire").env("LEDGERLINE_USER", "somebody else").output().expect("it runs");
    other.done("backup south.db");
    let south = other.folder().join("south.db");
    let told = hub.run(&format!("restore {}", south.display()));
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.stderr.contains("is of another hub") && told.stderr.contains("--yes"), "{told:?}");
    hub.done(&format!("restore {} --yes", south.display()));
    hub.is_sound();
}

#[test]
fn a_hub_that_was_restored_keeps_its_log() {
    let hub = hub();
    std::fs::remove_file(hub.file()).expect("removed");
    hub.done("restore copy.db");
    let reader = rusqlite::Connection::open(hub.file()).expect("a file");
    reader.execute_batch("BEGIN").expect("begun");
    reader.query_row("SELECT count(*) FROM loan", [], |_| Ok(())).expect("read");
    // Whoever reads keeps nobody from writing.
    hub.done("instrument add --type VN");
    assert_eq!(hub.run("restore hub.db").code, Some(1));
    std::fs::hard_link(hub.file(), hub.folder().join("same.db")).expect("a second name");
    assert!(hub.run("restore same.db").stderr.contains("is the file itself"));
}

#[test]
fn what_is_no_backup_is_refused_and_nothing_changes() {
    let hub = hub();
    let whole = std::fs::read(hub.folder().join("copy.db")).expect("a file");
    std::fs::write(hub.folder().join("cut.db"), &whole[..whole.len() / 2]).expect("written");
    std::fs::write(hub.folder().join("notes.txt"), "violins").expect("written");
    let before = hub.done("log --format csv");
    for (line, code, sentence) in [
        ("restore nothing.db", 3, "there is no backup nothing.db"),
        ("restore notes.txt", 3, "notes.txt is not a ledgerline file"),
        ("restore cut.db", 3, "damaged"),
        ("restore .", 3, "is a folder"),
        ("restore hub.db", 1, "is the file itself"),
        ("restore /dev/null", 3, "is not a ledgerline file"),
        ("restore copy.db --db notes.txt", 1, "notes.txt is in the way"),
        ("restore copy.db --db /dev/null --yes", 3, "is not a ledgerline file"),
    ] {
        let told = hub.run(line);
        assert_eq!(told.code, Some(code), "{line}: {told:?}");
        assert!(told.stderr.contains(sentence) && told.stderr.contains("hint: "), "{line}: {}", told.stderr);
    }
    assert_eq!(hub.done("log --format csv"), before);
    assert_eq!(names(&hub), ["copy.db", "cut.db", "hub.db", "hub.db.armed", "notes.txt"]);
    hub.done("restore copy.db --db notes.txt --yes");
    assert_eq!(std::fs::read(hub.folder().join("notes.txt.replaced-E7")).expect("kept"), b"violins");
}

#[test]
fn a_file_that_is_in_use_is_not_taken_for_a_backup() {
    let hub = hub();
    let before = std::fs::read(hub.file()).expect("a file");
    let live = hub.folder().join("live.db");
    std::fs::copy(hub.folder().join("copy.db"), &live).expect("a copy");
    let mut log = std::fs::File::create(hub.folder().join("live.db-wal")).expect("a log");
    // Large enough for somebody to write while it is read.
    log.write_all(&vec![0; 32 << 20]).expect("room");
    let is_over = AtomicBool::new(false);
    let told = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                log.write_all(&[0]).expect("room");
            }
        });
        let told = hub.run("restore live.db");
        is_over.store(true, Ordering::Relaxed);
        told
    });
    assert_eq!(told.code, Some(3), "{told:?}");
    assert!(told.stderr.contains("was written to while it was read"), "{told:?}");
    assert!(told.stderr.contains("hint: of a file in use, first make a copy with 'ledgerline backup'"), "{told:?}");
    assert!(std::fs::read(hub.file()).expect("a file") == before, "nothing was changed");
}

#[test]
fn whoever_reads_meanwhile_sees_the_old_records_or_the_new() {
    let hub = hub();
    let reader = rusqlite::Connection::open(hub.file()).expect("a file");
    reader.execute_batch("BEGIN").expect("begun");
    let loans = || -> i64 { reader.query_row("SELECT count(*) FROM loan", [], |row| row.get(0)).expect("a count") };
    assert_eq!(loans(), 2);
    hub.done("restore copy.db");
    assert_eq!(loans(), 2);
    reader.execute_batch("COMMIT").expect("ended");
    assert_eq!(loans(), 1);
    // A writer is waited for, and then told of.
    reader.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let told = hub.run("restore hub.db.replaced-E11");
    assert_eq!(told.code, Some(3), "{told:?}");
    assert!(told.stderr.contains("another command is writing"), "{told:?}");
}
