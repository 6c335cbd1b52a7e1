//! README and the day at the desk are played as a reader would play them; every command has help and stands in the README.
//!
//! What stands in a fence marked `console` is run: each line that begins with `$ ` by `sh`, in one folder for the
//! whole document, with the program first on the path. What is said must be what stands below. To write it anew:
//!
//! ```sh
//! LEDGERLINE_UPDATE_DOCS=1 cargo test --test it documents
//! ```

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A document's folder stands for the home of whoever reads it.
struct Reader {
    home: tempfile::TempDir,
}

impl Reader {
    fn new() -> Reader {
        let home = tempfile::tempdir().expect("a folder");
        std::os::unix::fs::symlink(root().join("examples"), home.path().join("examples")).expect("the examples linked");
        Reader { home }
    }

    /// Runs one line; all that a terminal would show, and the exit code where it is not nought.
    fn run(&self, line: &str) -> String {
        let program = Path::new(env!("CARGO_BIN_EXE_ledgerline")).parent().expect("a folder");
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
        let home = self.home.path();
        let output = Command::new("sh")
            .args(["-c", &format!("exec 2>&1\n{line}")])
            .current_dir(home)
            .env_clear()
            .env("PATH", path)
            .env("HOME", home)
            .env("LEDGERLINE_DB", home.join(".local/share/ledgerline/ledgerline.db"))
            .env("LEDGERLINE_TODAY", crate::desk::TODAY)
            .env("LEDGERLINE_USER", "sam")
            .env("NO_COLOR", "1")
            .env("TZ", "UTC")
            .stdin(Stdio::null())
            .output()
            .expect("a shell");
        let said = String::from_utf8_lossy(&output.stdout).replace(&home.display().to_string(), "~");
        let mut said = on_one_clock(&said);
        if !said.is_empty() && !said.ends_with('\n') {
            said.push('\n');
        }
        match output.status.code() {
            Some(0) => {}
            Some(code) => writeln!(said, "[exit {code}]").expect("written"),
            None => said.push_str("[killed]\n"),
        }
        said
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every moment by the real clock, `2027-01-31T06:00:00+00:00`, as nine o'clock on the day the documents play.
fn on_one_clock(said: &str) -> String {
    const SHAPE: &[u8] = b"dddd-dd-ddTdd:dd:dd+dd:dd";
    let moment = format!("{}T09:00:00+00:00", crate::desk::TODAY);
    let fits = |(have, want): (&u8, &u8)| match want {
        b'd' => have.is_ascii_digit(),
        b'+' => matches!(have, b'+' | b'-'),
        _ => have == want,
    };
    let (mut told, mut rest) = (String::with_capacity(said.len()), said);
    while let Some(letter) = rest.chars().next() {
        let is_moment = rest.len() >= SHAPE.len() && rest.as_bytes().iter().zip(SHAPE).all(fits);
        let length = if is_moment { SHAPE.len() } else { letter.len_utf8() };
        told.push_str(if is_moment { &moment } else { &rest[..length] });
        rest = &rest[length..];
    }
    told
}

/// The document with what its commands say today written below them.
fn played(document: &str) -> String {
    let reader = Reader::new();
    let (mut told, mut lines) = (String::new(), document.lines().peekable());
    while let Some(line) = lines.next() {
        told.push_str(line);
        told.push('\n');
        if line != "```console" {
            continue;
        }
        // What stands before the first command is nobody's output and goes.
        while let Some(line) = lines.next() {
            if line == "```" {
                told.push_str("```\n");
                break;
            }
            let Some(command) = line.strip_prefix("$ ") else { continue };
            let mut command = command.to_string();
            writeln!(told, "{line}").expect("written");
            while command.ends_with('\\') {
                let more = lines.next().expect("a line goes on after its backslash");
                writeln!(told, "{more}").expect("written");
                command.push('\n');
                command.push_str(more.strip_prefix("> ").unwrap_or(more));
            }
            told.push_str(&reader.run(&command));
        }
    }
    told
}

/// Compares, or with LEDGERLINE_UPDATE_DOCS=1 writes anew. A document never teaches a wrong command line.
fn play(name: &str) {
    let path = root().join(name);
    let document = std::fs::read_to_string(&path).expect(name);
    let today = played(&document);
    let wrong: Vec<&str> = wrong_lines(&today);
    assert!(wrong.is_empty(), "{name} has command lines that the program does not know:\n{}", wrong.join("\n"));
    if std::env::var_os("LEDGERLINE_UPDATE_DOCS").is_some() {
        std::fs::write(&path, today).expect("a document written");
    } else if document != today {
        panic!(
            "{name} does not say what the program says; LEDGERLINE_UPDATE_DOCS=1 writes it anew.\n{}",
            difference(&document, &today)
        );
    }
}

/// The commands that ended in exit code 2, with what they said.
fn wrong_lines(played: &str) -> Vec<&str> {
    let of_one_command = |said: &&str| said.lines().any(|line| line == "[exit 2]" || line == "[exit 127]");
    played.split("\n$ ").filter(of_one_command).collect()
}

/// The lines around the first that differs.
fn difference(expected: &str, found: &str) -> String {
    let (expected, found): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    let first = expected.iter().zip(&found).take_while(|(a, b)| a == b).count();
    let around =
        |lines: &[&str]| lines[first.saturating_sub(3).min(lines.len())..(first + 8).min(lines.len())].join("\n");
    format!("From line {}, the document:\n{}\n\nthe program:\n{}", first + 1, around(&expected), around(&found))
}

#[test]
fn documents_readme_says_what_the_program_says() {
    play("README.md");
}

#[test]
fn documents_desk_day_says_what_the_program_says() {
    play("examples/desk-day.md");
}

#[test]
fn documents_grant_year_says_what_the_program_says() {
    play("examples/grant-year.md");
}

#[test]
fn documents_moving_in_says_what_the_program_says() {
    play("examples/moving-in.md");
}

#[test]
fn a_document_is_played_line_by_line() {
    let document = "Text\n```sh\n$ false\n```\n```console\n$ echo a \\\n> b\nold\n$ ledgerline --version | cut -d' ' -f1\n$ pwd; exit 1\n```\n$ left alone\n";
    let expected = "Text\n```sh\n$ false\n```\n```console\n$ echo a \\\n> b\na b\n$ ledgerline --version | cut -d' ' -f1\nledgerline\n$ pwd; exit 1\n~\n[exit 1]\n```\n$ left alone\n";
    assert_eq!(played(document), expected);
    assert_eq!(played(expected), expected, "a second time changes nothing");
    assert_eq!(wrong_lines(&played("```console\n$ ledgerline nosuch\n$ true\n```\n")).len(), 1);
    assert_eq!(on_one_clock("at 2031-02-03T04:05:06-01:00, é"), "at 2026-11-22T09:00:00+00:00, é");
    assert_eq!(on_one_clock("on 2031-02-03"), "on 2031-02-03");
}

/// Every command with its words, `instrument add`, outermost first.
fn commands() -> Vec<(String, clap::Command)> {
    let mut program = ledgerline::cli::Cli::parser();
    program.build();
    let mut found = Vec::new();
    collect(&program, "", &mut found);
    found
}

fn collect(parent: &clap::Command, before: &str, found: &mut Vec<(String, clap::Command)>) {
    for command in parent.get_subcommands().filter(|command| command.get_name() != "help") {
        let words = format!("{before}{}", command.get_name());
        // Deferred: a command's own arguments and verbs are only made when it is built.
        let mut command = command.clone();
        command.build();
        found.push((words.clone(), command.clone()));
        collect(&command, &format!("{words} "), found);
    }
}

#[test]
fn every_command_says_what_it_is_for_and_shows_an_example() {
    let mut faults = String::new();
    for (words, mut command) in commands() {
        if command.get_about().is_none_or(|about| about.to_string().trim().is_empty()) {
            writeln!(faults, "{words}: no help").expect("written");
        }
        let is_leaf = !command.get_subcommands().any(|verb| verb.get_name() != "help");
        if is_leaf && !command.render_long_help().to_string().contains("Example") {
            writeln!(faults, "{words}: no example in its help").expect("written");
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn every_command_stands_in_the_readme() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("a README");
    let top: Vec<String> =
        commands().into_iter().map(|(words, _)| words).filter(|words| !words.contains(' ')).collect();
    assert!(top.len() > 3, "the commands were not found");
    let missing: Vec<&String> = top.iter().filter(|name| !readme.contains(&format!("| `{name}` |"))).collect();
    assert!(missing.is_empty(), "not in README.md's table: {missing:?}");
}
