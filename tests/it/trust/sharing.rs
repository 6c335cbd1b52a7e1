//! One file between the logins of an office.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use super::{Hub, Told, told, tried};

/// A group that every Linux machine has and that no login of a person is in.
const GROUP: &str = "daemon";
const OTHER_GROUP: u32 = 64_000;
const ANA: u32 = 64_001;
const BEN: u32 = 64_002;
const STRANGER: u32 = 64_003;

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).expect("a file").permissions().mode() & 0o7777
}

fn group_number() -> Option<u32> {
    let groups = std::fs::read_to_string("/etc/group").ok()?;
    let line = groups.lines().find(|line| line.starts_with(&format!("{GROUP}:")))?;
    line.split(':').nth(2)?.parse().ok()
}

/// Two logins need one who may become both.
fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|about| about.uid() == 0)
}

fn as_user(mut command: Command, user: u32, group: u32) -> Told {
    told(command.uid(user).gid(group).output().expect("it runs"))
}

#[test]
fn two_logins_use_one_file_and_a_third_does_not() {
    let (Some(group), true) = (group_number(), is_root()) else {
        println!("left out: two logins need root and the group {GROUP}");
        return;
    };
    let hub = Hub::without_file();
    let office = hub.folder().join("office");
    std::fs::create_dir(&office).expect("a folder");
    chown(&office, None, Some(group)).expect("given to the group");
    std::fs::set_permissions(&office, PermissionsExt::from_mode(0o2770)).expect("opened to the group");
    std::fs::set_permissions(hub.folder(), PermissionsExt::from_mode(0o755)).expect("opened");
    // The program as everybody may run it, wherever the build stands.
    let program = hub.folder().join("ledgerline");
    std::fs::copy(env!("CARGO_BIN_EXE_ledgerline"), &program).expect("copied");
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).expect("opened");
    let file = office.join("hub.db");
    let command = |line: &str| {
        let mut command = Command::new(&program);
        command.env_clear().env("LEDGERLINE_DB", &file).env("LEDGERLINE_TODAY", "2026-11-22").current_dir(&office);
        command.args(shlex::split(line).expect("words")).stdin(std::process::Stdio::null());
        command
    };
    let ana = |line: &str| as_user(command(line), ANA, group);
    let ben = |line: &str| as_user(command(line), BEN, group);

    let made = ana(&format!("init --hub 'Test Hub' --shared-group {GROUP}"));
    assert_eq!(made.code, Some(0), "{made:?}");
    assert!(made.stderr.contains("LEDGERLINE_DB="), "{made:?}");
    assert_eq!((mode(&file), std::fs::metadata(&file).expect("a file").gid()), (0o660, group));

    let mut commands = 0;
    for (user, line) in [
        (&ana as &dyn Fn(&str) -> Told, "instrument add --type VN"),
        (&ben, "school add 900001 'Example Primary'"),
        (&ben, "lend VN-0001 --to 900001"),
        (&ana, "return VN-0001"),
        (&ana, "backup copy.db"),
        (&ben, "backup . --keep 1"),
        (&ana, "backup . --keep 1"),
        (&ana, "remind arm"),
        (&ben, "remind arm"),
        (&ben, "undo E5"),
        (&ben, "restore copy.db"),
        (&ana, "check"),
    ] {
        let told = user(line);
        assert_eq!(told.code, Some(0), "{line}: {told:?}");
        commands += 1;
    }
    assert_eq!(mode(&file), 0o660);
    for name in ["copy.db", "ledgerline-2026-11-22-2.db", "hub.db.replaced-E12"] {
        let about = std::fs::metadata(office.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((about.mode() & 0o777, about.gid()), (0o660, group), "{name}");
    }
    // The logs that SQLite keeps beside the file while it is open are the group's too.
    let reader = rusqlite::Connection::open(&file).expect("a file");
    let _count: i64 = reader.query_row("SELECT count(*) FROM loan", [], |row| row.get(0)).expect("a count");
    assert_eq!(ana("instrument add --type VN").code, Some(0));
    assert_eq!(ben("instrument add --type VN").code, Some(0));
    drop(reader);

    let mut list = command("loan list");
    list.current_dir("/");
    let stranger = as_user(list, STRANGER, OTHER_GROUP);
    assert_eq!(stranger.code, Some(3), "{stranger:?}");
    assert_eq!(stranger.stdout, "");
    // Opened to everybody by a copy made by hand, it is closed again to all but the group.
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o666)).expect("opened");
    assert_eq!(ana("status").code, Some(0));
    assert_eq!(mode(&file), 0o660);
    tried(commands, "commands by two logins on one file");
}

#[test]
fn a_folder_that_would_shut_the_group_out_is_refused() {
    let hub = Hub::without_file();
    for (group, sentence) in [("no-such-group-here", "knows no group"), ("", "empty")] {
        let told = hub.run(&format!("init --shared-group '{group}'"));
        assert_eq!(told.code, Some(1), "{told:?}");
        assert!(told.stderr.contains(sentence), "{told:?}");
    }
    if is_root() && group_number().is_some() {
        let told = hub.run(&format!("init --shared-group {GROUP}"));
        assert_eq!(told.code, Some(1), "{told:?}");
        assert!(told.stderr.contains("hands its group on") && told.stderr.contains("--mode 2770"), "{told:?}");
    }
    assert!(!hub.file().exists());
}
