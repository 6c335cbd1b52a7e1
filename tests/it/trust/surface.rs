//! Every argument that the program takes, read off its own parser, and a hub's life in which each of them is given.

use std::any::TypeId;
use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use ledgerline::cli::{Cli, DayArg, Given};
use ledgerline::domain::money::Pence;
use ledgerline::domain::reference as numbers;
use ledgerline::world::{Environment, Terminal, World};

use super::{Told, told_of};
use crate::book;

/// A command with what it takes.
#[derive(Debug)]
pub struct Verb {
    /// `purchase order`
    pub path: String,
    pub arguments: Vec<Argument>,
}

/// Something that a command takes a value for.
#[derive(Debug)]
pub struct Argument {
    /// `--note`, or `<tags>` where its place tells it.
    pub name: String,
    pub sort: Sort,
    /// Whether it may be given more than once.
    pub several: bool,
}

impl Argument {
    /// Whether it is a text or the name of a file.
    pub fn is_text(&self) -> bool {
        matches!(self.sort, Sort::Text | Sort::Path)
    }
}

/// What an argument's value is read into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A word of a closed list.
    Word,
    Day,
    Money,
    Number,
    Reference,
    Path,
    /// Whatever else there is: names, addresses, tags, codes, free text.
    Text,
}

impl Sort {
    fn of(argument: &clap::Arg) -> Sort {
        let read = argument.get_value_parser().type_id();
        let is_one_of = |sorts: &[TypeId]| sorts.iter().any(|sort| read == *sort);
        let number = [TypeId::of::<i64>(), TypeId::of::<u8>(), TypeId::of::<u32>(), TypeId::of::<Given<i64>>()];
        let reference = [
            TypeId::of::<numbers::LoanRef>(),
            TypeId::of::<numbers::OrderRef>(),
            TypeId::of::<numbers::LineRef>(),
            TypeId::of::<numbers::EventRef>(),
            TypeId::of::<numbers::RequestRef>(),
            TypeId::of::<numbers::RepairRef>(),
            TypeId::of::<numbers::ChargeRef>(),
            TypeId::of::<numbers::MessageRef>(),
            TypeId::of::<numbers::Urn>(),
            TypeId::of::<Given<numbers::Urn>>(),
        ];
        match () {
            () if !argument.get_possible_values().is_empty() || read == TypeId::of::<bool>() => Sort::Word,
            () if is_one_of(&[TypeId::of::<DayArg>(), TypeId::of::<Given<DayArg>>()]) => Sort::Day,
            () if is_one_of(&[TypeId::of::<Pence>(), TypeId::of::<Given<Pence>>()]) => Sort::Money,
            () if is_one_of(&[TypeId::of::<PathBuf>(), TypeId::of::<Given<PathBuf>>()]) => Sort::Path,
            // A file, or - for a pipe.
            () if argument.get_long() == Some("serials") => Sort::Path,
            () if is_one_of(&number) => Sort::Number,
            () if is_one_of(&reference) => Sort::Reference,
            () => Sort::Text,
        }
    }
}

/// Every command of the program.
pub fn verbs() -> Vec<Verb> {
    let mut parser = Cli::parser();
    parser.build();
    let mut verbs = Vec::new();
    gather(&parser, "", &mut verbs);
    verbs
}

fn gather(command: &clap::Command, path: &str, verbs: &mut Vec<Verb>) {
    if !command.is_subcommand_required_set() {
        let takes = |argument: &&clap::Arg| {
            let values = argument.get_num_args().is_some_and(|number| number.takes_values());
            values && argument.get_help_heading() != Some("Global options")
        };
        let read = |argument: &clap::Arg| Argument {
            name: argument.get_long().map_or_else(|| format!("<{}>", argument.get_id()), |long| format!("--{long}")),
            sort: Sort::of(argument),
            several: matches!(argument.get_action(), clap::ArgAction::Append),
        };
        let arguments = command.get_arguments().filter(takes).map(read).collect();
        verbs.push(Verb { path: path.trim().to_string(), arguments });
    }
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        gather(sub, &format!("{path} {}", sub.get_name()), verbs);
    }
}

/// One line of the life.
#[derive(Clone, Debug)]
pub struct Line {
    pub words: Vec<String>,
    /// The exit code it ends in.
    pub exit: i32,
    /// Later lines speak of what it names.
    pub names: bool,
}

/// The lines of the life, in order.
pub fn life() -> Vec<Line> {
    let lines = include_str!("surface/life.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let read = |line: &str| {
        let bracketed = line.strip_prefix('[').and_then(|line| line.split_once("] "));
        let (exit, line) = bracketed.map_or((0, line), |(exit, line)| (exit.parse().expect("a code"), line));
        let (names, line) = line.strip_prefix('=').map_or((false, line), |line| (true, line));
        Line { words: shlex::split(line).expect("a command line"), exit, names }
    };
    lines.map(read).collect()
}

/// Where in a line an argument's value stands: the word, and what of it stands before the value (`--adapted=`).
#[derive(Clone, Debug)]
pub struct Place {
    /// Its verb and itself in what [`verbs`] gives.
    pub verb: usize,
    pub argument: usize,
    pub word: usize,
    before: String,
}

impl Line {
    /// Its verb, by its place among them all: the one with the longest path.
    pub fn verb(&self, verbs: &[Verb]) -> usize {
        let is_it = |verb: &Verb| {
            let path: Vec<&str> = verb.path.split(' ').collect();
            self.words.len() >= path.len() && self.words[..path.len()] == path[..]
        };
        let found = verbs.iter().enumerate().filter(|(_, verb)| is_it(verb)).max_by_key(|(_, verb)| verb.path.len());
        found.unwrap_or_else(|| panic!("no verb: {:?}", self.words)).0
    }

    /// Every value in it.
    pub fn places(&self, verbs: &[Verb]) -> Vec<Place> {
        let verb = self.verb(verbs);
        let arguments = &verbs[verb].arguments;
        let named = |name: &str| arguments.iter().position(|argument| argument.name == name);
        let mut by_place = (0..arguments.len()).filter(|at| arguments[*at].name.starts_with('<')).peekable();
        let mut places = Vec::new();
        let mut word = verbs[verb].path.split(' ').count();
        while word < self.words.len() {
            let text = &self.words[word];
            let (flag, inline) = text.split_once('=').map_or((text.as_str(), false), |(flag, _)| (flag, true));
            if flag.starts_with("--") {
                if let Some(argument) = named(flag) {
                    word += usize::from(!inline);
                    let before = if inline { format!("{flag}=") } else { String::new() };
                    places.push(Place { verb, argument, word, before });
                }
            } else if let Some(&argument) = by_place.peek() {
                places.push(Place { verb, argument, word, before: String::new() });
                if !arguments[argument].several {
                    by_place.next();
                }
            }
            word += 1;
        }
        places
    }

    /// The line with other values at some places.
    pub fn with(&self, values: &[(&Place, OsString)]) -> Vec<OsString> {
        let mut words: Vec<OsString> = self.words.iter().map(OsString::from).collect();
        for (place, value) in values {
            words[place.word] = OsString::from(&place.before);
            words[place.word].push(value);
        }
        words
    }
}

/// A folder in which a life is played in-process.
pub struct Room {
    folder: tempfile::TempDir,
}

impl Room {
    /// The folder with the files that lines speak of. In memory where the machine has such a place: thousands of commands
    /// need not wait for a disk.
    pub fn new() -> Room {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a folder");
        let room = Room { folder };
        let stock = book::xlsx(
            &[(
                "Stock",
                false,
                &[book::texts(1, &["Asset Tag", "Category"]), book::texts(2, &["X1", "Violins"])].concat(),
            )],
            &[],
            false,
        );
        let files: [(&str, &[u8]); 9] = [
            ("agreement.txt", b"Agreement for {{ borrower }}\n"),
            ("reminder.txt", b"Subject: Please bring it back\n\nDear {{ contact }}\n"),
            ("terms.csv", b"year,name,first,last\n2026/27,autumn,2026-09-02,2026-12-17\n"),
            ("terms.toml", b"[columns]\nacademic_year='year'\nname='name'\nfirst_on='first'\nlast_on='last'\n"),
            (
                "lines.csv",
                b"description,nature,type,qty,line_net\nOboe,instrument,,2,900\nBassoon,instrument,BN,1,500\n",
            ),
            ("serials.txt", b"S1\n"),
            ("people.csv", b"who,mail\nNew Adult,new@example.org\n"),
            ("people.toml", b"[columns]\nname='who'\nemail='mail'\n"),
            ("stock.xlsx", &stock),
        ];
        for (name, content) in files {
            room.write(name, content);
        }
        room
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, content: &[u8]) {
        std::fs::write(self.path(name), content).expect("written");
    }

    fn file(&self) -> PathBuf {
        self.path("hub.db")
    }

    /// The hub's file as it stands, or nothing.
    pub fn state(&self) -> Vec<u8> {
        assert!(!self.path("hub.db-wal").exists(), "a log was left behind");
        std::fs::read(self.file()).unwrap_or_default()
    }

    /// Puts the file back.
    pub fn restore(&self, state: &[u8]) {
        match state.is_empty() {
            true => std::fs::remove_file(self.file()).unwrap_or_default(),
            false => std::fs::write(self.file(), state).expect("written"),
        }
    }

    /// A word as the command gets it: `@/` stands for the folder.
    pub fn placed(&self, word: &OsString) -> OsString {
        in_folder(word, self.folder.path())
    }

    /// Takes away what lines of the life write, so that they can be played again.
    fn sweep(&self) {
        for name in ["copy.db", "audit", "letters", "letters2", "man"] {
            let path = self.path(name);
            let gone = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
            gone.unwrap_or_default();
        }
    }

    /// Runs a command in this process; a panic is told like a code that no command ends in.
    pub fn run(&self, words: &[OsString], stdin: &[u8]) -> Told {
        self.sweep();
        let placed = words.iter().map(|word| self.placed(word));
        let arguments: Vec<OsString> = std::iter::once(OsString::from("ledgerline")).chain(placed).collect();
        let (mut stdout, mut stderr, mut input) = (Vec::new(), Vec::new(), stdin);
        let mut world = World {
            stdin: &mut input,
            stdout: &mut stdout,
            stderr: &mut stderr,
            terminal: Terminal::default(),
            today: "2026-11-22".parse().expect("a day"),
            now: "2026-11-22T09:00:00+00:00".to_string(),
            environment: Environment {
                db: Some(self.file()),
                login: || "sam".to_string(),
                temporary_folder: self.folder.path().to_path_buf(),
                machine: || "desk".to_string(),
                ..Environment::default()
            },
        };
        let code = catch_unwind(AssertUnwindSafe(|| ledgerline::run(&arguments, &mut world) as i32)).ok();
        told_of(code, stdout, stderr)
    }

    /// Runs a line that must succeed; its stdout.
    pub fn done(&self, line: &str) -> String {
        let words: Vec<OsString> = shlex::split(line).expect("words").into_iter().map(OsString::from).collect();
        let told = self.run(&words, b"");
        assert_eq!(told.code, Some(0), "{line}: {told:?}");
        told.stdout
    }
}

/// `@/` stands for the folder.
fn in_folder(word: &OsString, folder: &Path) -> OsString {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    match word.as_bytes().strip_prefix(b"@/") {
        Some(rest) => OsString::from_vec([folder.as_os_str().as_bytes(), b"/", rest].concat()),
        None => word.clone(),
    }
}

#[test]
fn every_argument_of_every_command_is_given_in_the_life() {
    let verbs = verbs();
    let mut missing: Vec<String> = Vec::new();
    let places: Vec<Place> = life().iter().flat_map(|line| line.places(&verbs)).collect();
    let spoken: Vec<usize> = life().iter().map(|line| line.verb(&verbs)).collect();
    for (at, verb) in verbs.iter().enumerate() {
        if !spoken.contains(&at) {
            missing.push(verb.path.clone());
        }
        let is_reached = |argument: usize| places.iter().any(|place| (place.verb, place.argument) == (at, argument));
        let unreached = (0..verb.arguments.len()).filter(|argument| !is_reached(*argument));
        missing.extend(unreached.map(|argument| format!("{} {}", verb.path, verb.arguments[argument].name)));
    }
    assert!(missing.is_empty(), "give these in tests/it/trust/surface/life.txt: {missing:#?}");
    super::tried(places.len(), "values stand in the life, every argument of every command among them");
}

#[test]
fn the_life_goes_well() {
    let room = Room::new();
    for line in life() {
        let told = room.run(&line.with(&[]), b"");
        assert_eq!(told.code, Some(line.exit), "{:?}: {told:?}", line.words);
    }
    room.done("check");
}
