//! Where files go: nothing is written over that nobody named, nothing is open to others, and a place that cannot be used is told of.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::faults::{scene, shim};
use super::{Hub, Told, told, tried};

const VICTIM: &str = "root:x:0:0:root:/root:/bin/bash\n";

/// A made-up hub, and beside its folder a file that nobody names.
struct Scene {
    hub: Hub,
    outside: tempfile::TempDir,
}

impl Scene {
    fn set() -> Scene {
        let scene = Scene { hub: Hub::without_file(), outside: tempfile::tempdir().expect("a folder") };
        scene::write(&scene::sample(), scene.hub.folder());
        scene.hub.done("organisation edit G2 --address '1 Hall Road, Northshire'");
        fs::write(scene.hub.folder().join("people.csv"), "name,role\nAda,adult\nBen,nonsense\n").expect("a file");
        fs::write(scene.victim(), VICTIM).expect("a file");
        fs::create_dir(scene.outside.path().join("folder")).expect("a folder");
        let old = scene::old().into_values().next().flatten().expect("a file");
        fs::write(scene.path("old.db"), old).expect("a file");
        scene
    }

    fn victim(&self) -> PathBuf {
        self.outside.path().join("passwd")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.hub.folder().join(name)
    }
}

/// What stands in a place already.
#[derive(Clone, Copy, Debug)]
enum Obstacle {
    LinkToFile,
    LinkToNothing,
    LinkToFolder,
    LinkToItself,
    Folder,
    Pipe,
    Device,
}

const OBSTACLES: [Obstacle; 7] = [
    Obstacle::LinkToFile,
    Obstacle::LinkToNothing,
    Obstacle::LinkToFolder,
    Obstacle::LinkToItself,
    Obstacle::Folder,
    Obstacle::Pipe,
    Obstacle::Device,
];

impl Obstacle {
    fn put(self, scene: &Scene, place: &Path) {
        if place.is_dir() { fs::remove_dir_all(place) } else { fs::remove_file(place) }.unwrap_or(());
        match self {
            Obstacle::LinkToFile => symlink(scene.victim(), place),
            Obstacle::LinkToNothing => symlink(scene.outside.path().join("nothing"), place),
            Obstacle::LinkToFolder => symlink(scene.outside.path().join("folder"), place),
            Obstacle::LinkToItself => symlink(place, place),
            Obstacle::Folder => fs::create_dir(place),
            Obstacle::Pipe => Command::new("mkfifo").arg(place).status().map(drop),
            Obstacle::Device => symlink("/dev/full", place),
        }
        .expect("an obstacle");
    }
}

/// A command, the place in which something stands in its way, and whether the person names that place to be written to.
const WRITERS: &[(&str, &str, bool)] = &[
    ("init", "new.db", false),
    ("lend VN-0002 --to P2 --due +30d", "hub.db", true),
    ("export people --output out.csv", "out.csv", true),
    ("backup copy.db", "copy.db", false),
    ("remind arm", "hub.db.armed", false),
    ("import people people.csv --skip-rejects --rejects mend.csv --commit", "mend.csv", true),
    ("import people people.csv --skip-rejects --commit", "hub.db.before-E64", false),
    ("--db old.db loan list", "old.db.version-1", false),
    ("remind --letters letters", "letters", true),
    ("remind --letters .", "2026-11-22-M1.txt", false),
    ("remind --letters .", "2026-11-22-letters.html", false),
    ("export all --output moving", "moving", true),
    ("backup . --keep 2", "ledgerline-2026-11-22.db", false),
];

#[test]
fn what_stands_in_the_way_is_never_lost() {
    let mut count = 0;
    for (line, place, is_named) in WRITERS {
        for obstacle in OBSTACLES {
            // Whoever names a pipe to write to waits for a reader, as with any program.
            if matches!(obstacle, Obstacle::Pipe) && *is_named && place.ends_with(".csv") {
                continue;
            }
            let scene = Scene::set();
            obstacle.put(&scene, &scene.path(place));
            let mut command = scene.hub.command(line);
            if *line == "init" {
                command.env("LEDGERLINE_DB", scene.path(place));
            }
            let told = ended(command);
            count += 1;
            let about = format!("'{line}' with {obstacle:?} in place of {place}: {told:?}");
            assert!(matches!(told.code, Some(0 | 1 | 3 | 4)) && !told.stderr.contains("panicked"), "{about}");
            let victim = fs::read_to_string(scene.victim()).expect("the file outside");
            let is_list = *is_named && place.ends_with(".csv");
            assert!(victim == VICTIM || is_list, "a file outside is written over, {about}");
            let outside: Vec<_> = fs::read_dir(scene.outside.path()).expect("a folder").collect();
            assert!(outside.len() == 2 || is_list || *is_named, "something was made outside, {about}");
            let litter = scene::read(scene.hub.folder()).keys().any(|path| path.to_string_lossy().starts_with('.'));
            assert!(!litter, "something is left behind, {about}");
            if *place != "hub.db" {
                scene.hub.is_sound();
            }
        }
    }
    tried(count, "commands with a link, a folder, a pipe or a device in place of what they write");
}

/// Runs a command that might wait for ever.
fn ended(mut command: Command) -> Told {
    use std::process::Stdio;
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let most = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while child.try_wait().expect("it can be asked").is_none() {
        if std::time::Instant::now() > most {
            child.kill().expect("it ends");
            panic!("it hangs: {command:?}");
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    told(child.wait_with_output().expect("it ends"))
}

#[test]
fn whatever_is_made_is_its_owners_alone() {
    let scene = Scene::set();
    let lines = [
        "backup copy.db",
        "backup copies --keep 2",
        "export people --output people.out",
        "export all --output moving",
        "export audit --fund CIP --output pack",
        "import people people.csv --commit --skip-rejects --rejects mend.csv",
        "import all moving --rejects faults",
        "remind --letters letters",
        "remind arm",
        "--db other/hub.db init",
        "--db old.db loan list",
    ];
    fs::create_dir(scene.path("copies")).expect("a folder");
    let before = scene::read(scene.hub.folder());
    for line in lines {
        let mut command = scene.hub.command(line);
        // A new file is not taken for whole where its log stays.
        if let Some(shim) = shim::built().filter(|_| !line.ends_with("init")) {
            // What the engine puts beside the file stays there to be looked at, since it cannot take it away.
            command.env("PRELOAD", shim).env("SHIM_FOLDER", scene.hub.folder()).env("SHIM_KEEP", "1");
        }
        // As careless as a login can be.
        let mut careless = Command::new("/bin/sh");
        careless
            .args(["-c", "umask 0; export LD_PRELOAD=\"$PRELOAD\"; exec \"$0\" \"$@\""])
            .arg(command.get_program())
            .args(command.get_args());
        careless.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let told = told(careless.current_dir(scene.hub.folder()).output().expect("it runs"));
        assert!(matches!(told.code, Some(0 | 1 | 4)), "{line}: {told:?}");
    }
    let (mut count, mut beside) = (0, 0);
    for (path, bytes) in scene::read(scene.hub.folder()).iter().filter(|(path, _)| !before.contains_key(*path)) {
        let mode = scene.path(&path.to_string_lossy()).metadata().expect("it is there").permissions().mode() & 0o777;
        let meant = if bytes.is_some() { 0o600 } else { 0o700 };
        assert_eq!(mode, meant, "{}: {mode:o}", path.display());
        count += 1;
        beside += usize::from(["-wal", "-shm"].iter().any(|end| path.to_string_lossy().ends_with(end)));
    }
    assert!(count > 40, "too little was made: {count}");
    assert!(shim::built().is_none() || beside >= 2, "nothing beside the file was seen");
    tried(count, &format!("files and folders that a careless login made, {beside} of them beside the hub's file"));
}

/// Commands that write to the hub's file or beside it.
const DESK: &[&str] =
    &["lend VN-0002 --to P2 --due +30d", "undo", "charge add L28 --for damage 5", "import people people.csv --commit"];
/// Commands that write elsewhere.
const OUT: &[&str] = &[
    "backup out/copy.db",
    "backup out --keep 3",
    "export people --output out/people.csv",
    "export all --output out/moving",
    "remind --letters out/letters",
    "import people people.csv --skip-rejects --commit --rejects out/mend.csv",
    "--db out/new.db init",
];
/// What a person is told, in one word or another.
const TOLD: &[&str] = &[
    "cannot be written",
    "cannot be opened",
    "Permission denied",
    "Read-only file system",
    "there is no file",
    "not permitted",
];

fn refuses(line: &str, told: &Told) {
    assert_eq!(told.code, Some(3), "{line}: {told:?}");
    assert!(TOLD.iter().any(|words| told.stderr.contains(words)), "{line}: {told:?}");
}

#[test]
fn a_place_that_belongs_to_others_is_told_of() {
    let scene = Scene::set();
    let records = scene::records(&scene.hub.file());
    // Nothing is forbidden to root, so root plays somebody else, with a copy of the program that all may run.
    let nobody = nix::unistd::Uid::effective().is_root().then_some(65_534);
    let binary = scene.outside.path().join("ledgerline");
    assert!(Command::new("cp").arg(env!("CARGO_BIN_EXE_ledgerline")).arg(&binary).status().expect("cp runs").success());
    let mode = |path: &Path, mode: u32| fs::set_permissions(path, Permissions::from_mode(mode)).expect("permissions");
    mode(&binary, 0o755);
    mode(scene.outside.path(), 0o755);
    mode(scene.hub.folder(), 0o755);
    let (folder, file, out) = (scene.path("in"), scene.path("in/hub.db"), scene.path("in/out"));
    fs::create_dir(&folder).expect("a folder");
    fs::create_dir(&out).expect("a folder");
    fs::rename(scene.hub.file(), &file).expect("moved");
    fs::rename(scene.path("people.csv"), scene.path("in/people.csv")).expect("moved");
    mode(&scene.path("in/people.csv"), 0o644);
    let give = |path: &Path, to: Option<u32>| {
        if nobody.is_some() {
            chown(path, to, to).expect("given away")
        }
    };
    let run = |line: &str| {
        let own = scene.hub.command(line);
        let mut command = Command::new(&binary);
        command.env_clear().envs(own.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.env("LEDGERLINE_DB", &file).args(own.get_args()).current_dir(&folder);
        if let Some(id) = nobody {
            command.uid(id).gid(id);
        }
        told(command.output().expect("it runs"))
    };
    let mut count = 0;
    let mut refused = |lines: &[&str]| {
        for line in lines {
            refuses(line, &run(line));
            count += 1;
        }
    };
    [&folder, &file, &out].into_iter().for_each(|path| give(path, nobody));
    // A file that may only be read, and a folder that takes nothing.
    mode(&file, 0o400);
    refused(DESK);
    mode(&file, 0o600);
    mode(&folder, 0o500);
    refused(DESK);
    // A folder that one may not enter.
    mode(&folder, 0o700);
    mode(&out, 0o500);
    refused(OUT);
    mode(&out, 0o000);
    refused(OUT);
    mode(&out, 0o700);
    if nobody.is_some() {
        // The file of somebody else, closed and open to all.
        give(&file, Some(0));
        for open in [0o600, 0o644] {
            mode(&file, open);
            refused(DESK);
        }
        mode(&file, 0o600);
        give(&file, nobody);
        // A folder of somebody else.
        give(&out, Some(0));
        mode(&out, 0o755);
        refused(OUT);
    } else {
        println!("left out: files of somebody else, since only root can give files away");
    }
    assert_eq!(scene::records(&file), records, "something was written");
    // What SQLite made here as root is in nobody's way.
    let left: Vec<_> =
        fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(left.len(), 3, "something is left behind: {left:?}");
    assert_eq!(run(DESK[0]).code, Some(0), "with its permissions back, the file is used as before");
    tried(count, "commands on files and folders that may not be written or entered");
}

#[test]
fn a_disk_that_is_read_only_is_told_of() {
    let scene = Scene::set();
    fs::create_dir(scene.path("out")).expect("a folder");
    let before = scene::read(scene.hub.folder());
    let account = scene.outside.path().join("account");
    let binary = env!("CARGO_BIN_EXE_ledgerline");
    let mut count = 0;
    for (what, lines) in [(".", DESK), ("out", OUT)] {
        let mut script =
            format!("mount --bind {what} {what} && mount -o remount,ro,bind {what} && cd \"$PWD\" || exit 99\n");
        for line in lines {
            script.push_str(
                &format!(
                    "{binary} {line} > ../out 2>&1 < /dev/null; echo $?' '$(cat ../out) >> {}\n",
                    account.display()
                )
                .replace("../out", &scene.outside.path().join("said").display().to_string()),
            );
        }
        let _ = fs::remove_file(&account);
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--mount", "/bin/sh", "-c", &script]).current_dir(scene.hub.folder());
        command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("LEDGERLINE_DB", scene.hub.file());
        let ran = command.env("LEDGERLINE_USER", "officer").env("LEDGERLINE_TODAY", "2026-11-22").output();
        let Ok(said) = fs::read_to_string(&account) else {
            println!("left out: a disk that is read-only, since none can be mounted here: {ran:?}");
            return;
        };
        assert_eq!(said.lines().count(), lines.len(), "{said}");
        for (line, said) in lines.iter().zip(said.lines()) {
            let (code, stderr) = said.split_once(' ').expect("a code");
            let told = Told { code: code.parse().ok(), stdout: String::new(), stderr: stderr.to_string() };
            refuses(line, &told);
            count += 1;
        }
    }
    let after = scene::read(scene.hub.folder());
    assert!(after.keys().eq(before.keys()), "something is left behind: {:?}", after.keys());
    scene.hub.is_sound();
    tried(count, "commands on a disk that is read-only");
}
