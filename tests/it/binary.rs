//! The real program, as a shell, a pipe and cron see it.

use std::io::Write;
use std::process::{Command, Output, Stdio};

fn ledgerline(folder: &tempfile::TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ledgerline"));
    command.env_clear().env("LEDGERLINE_DB", folder.path().join("hub.db")).env("LEDGERLINE_TODAY", "2026-11-22");
    command
}

fn run(folder: &tempfile::TempDir, line: &str) -> Output {
    let words = shlex::split(line).expect("a command line");
    ledgerline(folder).args(words).stdin(Stdio::null()).output().expect("it runs")
}

fn hub() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(run(&folder, "init").status.success());
    folder
}

#[test]
fn an_empty_environment_is_enough() {
    let folder = hub();
    let output = run(&folder, "instrument add --type VN");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(output.stdout, b"VN-0001\n");
    let log = String::from_utf8(run(&folder, "log --format csv").stdout).expect("UTF-8");
    assert!(log.lines().count() == 3, "{log}");
}

#[test]
fn a_reader_that_closes_the_pipe_is_a_quiet_success() {
    let folder = hub();
    // Far more than a pipe holds.
    for format in ["csv", "json", "table"] {
        let mut child = ledgerline(&folder)
            .args(["type", "list", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(0), "{format}: {output:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{format}");
    }
}

#[test]
fn a_full_output_is_told() {
    let folder = hub();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
    let Ok(full) = full else { return };
    let output = ledgerline(&folder).args(["type", "list"]).stdout(full).output().expect("it runs");
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("error: "), "{output:?}");
    // What is written already must not read as if nothing had been done.
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("opened before");
    let output =
        ledgerline(&folder).args(["instrument", "add", "--type", "VN"]).stdout(full).output().expect("it runs");
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("the change to VN-0001 is written"), "{output:?}");
}

#[test]
fn five_megabytes_without_a_newline_are_refused() {
    let folder = hub();
    run(&folder, "person add Ana --role adult");
    for verb in ["return", "lend --to P1"] {
        let words = shlex::split(&format!("{verb} -")).expect("words");
        let mut child = ledgerline(&folder)
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        // The program may stop reading long before the end.
        let _ = stdin.write_all(&vec![b'A'; 5 << 20]);
        drop(stdin);
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("too long to be a tag"), "{output:?}");
    }
}

#[test]
fn ten_at_once_want_one_cello_and_one_gets_it() {
    let folder = hub();
    run(&folder, "instrument add --type VC");
    for number in 1..=10 {
        assert!(run(&folder, &format!("person add 'Adult {number}' --role adult")).status.success());
    }
    let children: Vec<_> = (1..=10)
        .map(|number| {
            let mut command = ledgerline(&folder);
            command.args(["lend", "VC-0001", "--to", &format!("P{number}")]);
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs")
        })
        .collect();
    let codes: Vec<Option<i32>> =
        children.into_iter().map(|child| child.wait_with_output().expect("it ends").status.code()).collect();
    assert_eq!(codes.iter().filter(|code| **code == Some(0)).count(), 1, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| **code == Some(1)).count(), 9, "{codes:?}");
    assert!(run(&folder, "check").status.success());
}

#[test]
fn a_wrong_command_line_is_exit_2_and_help_is_exit_0() {
    let folder = hub();
    for line in ["", "lent", "lend --frob", "--format xml status", "--today never status", "--db"] {
        assert_eq!(run(&folder, line).status.code(), Some(2), "{line}");
    }
    for line in ["--help", "lend --help", "help instrument add", "--version"] {
        let output = run(&folder, line);
        assert_eq!(output.status.code(), Some(0), "{line}");
        assert!(!output.stdout.is_empty() && output.stderr.is_empty(), "{line}");
    }
}

#[test]
fn completions_and_manual_pages_are_printed() {
    let folder = hub();
    for shell in ["bash", "zsh", "fish"] {
        let output = run(&folder, &format!("completions {shell}"));
        assert!(String::from_utf8_lossy(&output.stdout).contains("ledgerline"), "{shell}: {output:?}");
    }
    let pages = folder.path().join("man");
    assert!(run(&folder, &format!("man '{}'", pages.display())).status.success());
    let page = std::fs::read_to_string(pages.join("ledgerline-lend.1")).expect("a page");
    assert!(page.contains(".SH SYNOPSIS") && page.contains("BORROWER"), "{page}");
    let output = ledgerline(&folder)
        .env("COMPLETE", "bash")
        .env("_CLAP_COMPLETE_INDEX", "1")
        .env("_CLAP_COMPLETE_COMP_TYPE", "9")
        .env("_CLAP_COMPLETE_SPACE", "true")
        .env("_CLAP_IFS", "\n")
        .args(["--", "ledgerline", "ren"])
        .output()
        .expect("it runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "renew");
}

#[test]
fn tags_and_names_of_the_hub_are_completed() {
    let folder = hub();
    run(&folder, "instrument add --type VN");
    run(&folder, "instrument add --type VC");
    run(&folder, "school add 100001 'St Thomas'");
    let completed = |index: &str, words: &[&str]| {
        let output = ledgerline(&folder)
            .env("COMPLETE", "bash")
            .env("_CLAP_COMPLETE_INDEX", index)
            .env("_CLAP_COMPLETE_COMP_TYPE", "9")
            .env("_CLAP_COMPLETE_SPACE", "true")
            .env("_CLAP_IFS", "\n")
            .args(["--", "ledgerline"])
            .args(words)
            .output()
            .expect("it runs");
        String::from_utf8_lossy(&output.stdout).trim().to_string()
    };
    assert_eq!(completed("2", &["return", "vn"]), "VN-0001");
    assert_eq!(completed("4", &["lend", "VN-0001", "--to", "st"]), "St Thomas");
}

#[test]
fn a_file_is_backed_up_while_others_write() {
    let folder = hub();
    let writers: Vec<_> = (0..3)
        .map(|_| {
            let mut command = Command::new("sh");
            let binary = env!("CARGO_BIN_EXE_ledgerline");
            let script = format!("for n in 1 2 3 4 5 6 7 8; do '{binary}' -q instrument add --type VN || exit 1; done");
            command.env_clear().env("PATH", "/usr/bin:/bin").env("LEDGERLINE_DB", folder.path().join("hub.db"));
            command.args(["-c", &script]).stdout(Stdio::null()).spawn().expect("it runs")
        })
        .collect();
    for number in 1..=4 {
        let copy = folder.path().join(format!("copy-{number}.db"));
        let output = run(&folder, &format!("backup '{}'", copy.display()));
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert_eq!(run(&folder, &format!("check --db '{}'", copy.display())).status.code(), Some(0));
    }
    for mut writer in writers {
        assert!(writer.wait().expect("it ends").success());
    }
    let tags = String::from_utf8(run(&folder, "instrument list --format csv").stdout).expect("UTF-8");
    assert_eq!(tags.lines().count(), 25, "three times eight, and the header: {tags}");
    assert!(run(&folder, "check").status.success());
}

#[test]
fn a_file_that_cannot_be_written_is_told_of_and_mended_by_its_permission_alone() {
    use std::os::unix::fs::{PermissionsExt, chown};
    use std::os::unix::process::CommandExt;

    let outside = tempfile::tempdir().expect("a folder");
    let mode = |path: &std::path::Path, mode: u32| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("permissions");
    };
    mode(outside.path(), 0o755);
    // Nothing is forbidden to root, so root plays somebody else, with a copy of the program that all may run.
    let binary = outside.path().join("ledgerline");
    // Copied by another process: a file that a thread of ours has just written may still be busy.
    let copied = Command::new("cp").arg(env!("CARGO_BIN_EXE_ledgerline")).arg(&binary).status().expect("cp runs");
    assert!(copied.success());
    mode(&binary, 0o755);
    let nobody = nix::unistd::Uid::effective().is_root().then_some(65_534);
    let folder = outside.path().join("hub");
    std::fs::create_dir(&folder).expect("a folder");
    if nobody.is_some() {
        chown(&folder, nobody, nobody).expect("given away");
    }
    let (hub, binary) = (folder.join("hub.db"), binary.as_path());
    let run = |line: &str| {
        let mut command = Command::new(binary);
        command.env_clear().env("LEDGERLINE_DB", &hub).args(line.split(' '));
        if let Some(id) = nobody {
            command.uid(id).gid(id);
        }
        command.output().expect("it runs")
    };
    assert_eq!(run("init").status.code(), Some(0));
    mode(&hub, 0o400);
    for line in ["status", "instrument add --type VN", "check", "loan list"] {
        let output = run(line);
        assert_eq!(output.status.code(), Some(3), "{line}: {output:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("cannot be written") && said.contains("hint: "), "{line}: {said}");
    }
    mode(&hub, 0o600);
    mode(&folder, 0o500);
    assert_eq!(run("instrument add --type VN").status.code(), Some(3));
    mode(&folder, 0o700);
    assert_eq!(run("instrument add --type VN").status.code(), Some(0));
    assert_eq!(run("check").status.code(), Some(0));
}
