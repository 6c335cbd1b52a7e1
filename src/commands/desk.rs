//! Where a command stands: the world, the global options, and the few ways in which anything is said or written.

use std::cell::RefCell;
use std::fmt::Display;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::progress::Progress;
use crate::cli::Options;
use crate::domain::date::Date;
use crate::domain::listing::Listing;
use crate::domain::reference::EventRef;
use crate::domain::text::{escape, shown};
use crate::error::{Exit, Said, Usage};
use crate::output::card::Card;
use crate::output::listing::{Format, Lister, write_whole};
use crate::output::template::PAGE_WIDTH;
use crate::store::journal::{self, Event, Stamp};
use crate::store::{self, Db, FileTrouble, Tx};
use crate::world::{Terminal, World};

/// The world and the options that one command runs with.
pub struct Desk<'d, 'w> {
    pub world: &'d mut World<'w>,
    options: Options,
    today: Date,
    /// What the last change was about, once it is written.
    changed: RefCell<Option<String>>,
}

impl<'d, 'w> Desk<'d, 'w> {
    /// Settles which day it is.
    pub fn new(world: &'d mut World<'w>, options: Options) -> Result<Desk<'d, 'w>> {
        let from_environment = |text: &String| crate::domain::date::parse(text, world.today);
        let today = match (&options.today, &world.environment.today) {
            (Some(day), _) => day.on(world.today)?,
            (None, Some(text)) => from_environment(text).context("LEDGERLINE_TODAY")?,
            (None, None) => world.today,
        };
        if options.as_user.as_ref().is_some_and(|name| name.trim().is_empty()) {
            return Err(Usage("--as needs a name".to_string()).into());
        }
        Ok(Desk { world, options, today, changed: RefCell::new(None) })
    }

    pub fn today(&self) -> Date {
        self.today
    }

    /// The moment of entry, as the journal writes it.
    pub fn now(&self) -> &str {
        &self.world.now
    }

    /// Who is changing something, and when: `--as`, else the environment, else whoever is logged in.
    pub fn stamp(&self) -> Stamp {
        let environment = &self.world.environment;
        let named = self.options.as_user.clone().or_else(|| environment.user.clone());
        let who = named.unwrap_or_else(|| (environment.login)());
        Stamp { at: self.world.now.clone(), today: self.today, who: escape(who.trim()) }
    }

    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Where the hub's file is.
    pub fn path(&self) -> Result<PathBuf> {
        self.options.db.clone().or_else(|| self.world.environment.hub()).ok_or_else(|| {
            Usage("there is no data folder on this account; name the file with --db or LEDGERLINE_DB".into()).into()
        })
    }

    /// Opens the hub's file, and says so if it had to be upgraded.
    pub fn open(&mut self) -> Result<Db> {
        let opened = store::open(&self.path()?)?;
        if let Some(kept) = opened.kept {
            self.say(format!(
                "The file was made by an older ledgerline and is upgraded; it is kept as it was in {}.",
                kept.display()
            ))?;
        }
        Ok(opened.db)
    }

    /// Refuses `--output` where nothing would be written into it: whoever waits for that file must know.
    pub fn refuse_output(&self) -> Result<()> {
        match self.options.output {
            Some(_) => Err(Usage("--output is for lists and pages; this command writes none".into()).into()),
            None => Ok(()),
        }
    }

    /// Makes a change and its journal row in one transaction. A change that turns out to be none has no event.
    pub fn change<T>(&self, db: &mut Db, work: impl FnOnce(&Tx) -> Result<(T, Option<Event>)>) -> Result<T> {
        self.refuse_output()?;
        let (done, subject) = db.write(|tx| {
            let (done, event) = work(tx)?;
            if let Some(event) = &event {
                journal::record(tx, &self.stamp(), event, None)?;
            }
            Ok((done, event.map(|event| event.subject)))
        })?;
        self.changed.replace(subject);
        Ok(done)
    }

    /// Makes a change and its journal row in one transaction, of which nothing is remembered: it cannot be undone.
    pub fn change_for_good<T>(&self, db: &mut Db, work: impl FnOnce(&Tx) -> Result<(T, Option<Event>)>) -> Result<T> {
        let (done, subject) = db.attempt(|tx| {
            let (done, event) = work(tx)?;
            if let Some(event) = &event {
                journal::record(tx, &self.stamp(), event, None)?;
            }
            let keep = event.is_some();
            Ok(((done, event.map(|event| event.subject)), keep))
        })?;
        self.changed.replace(subject);
        Ok(done)
    }

    /// Whatever goes wrong from here on is told by itself, and not as a change that could not be shown.
    pub fn change_is_told(&self) {
        self.changed.take();
    }

    /// Takes an event back in one transaction, as a new event that remembers which.
    pub fn undo(&self, db: &mut Db, work: impl FnOnce(&Tx) -> Result<(Event, EventRef)>) -> Result<Event> {
        self.refuse_output()?;
        let event = db.write(|tx| {
            let (event, undone) = work(tx)?;
            journal::record(tx, &self.stamp(), &event, Some(undone))?;
            Ok(event)
        })?;
        self.changed.replace(Some(event.subject.clone()));
        Ok(event)
    }

    /// Remembers what was written otherwise than by [`Desk::change`].
    pub fn wrote(&self, subject: &str) {
        self.changed.replace(Some(subject.to_string()));
    }

    /// An error that came after a change was written must not read as if nothing had been done.
    pub fn after_change(&self, error: anyhow::Error) -> anyhow::Error {
        let told_already = error.is::<Said>();
        match self.changed.take().filter(|_| !told_already) {
            Some(subject) => error.context(format!("the change to {subject} is written, but it could not be shown")),
            None => error,
        }
    }

    /// A sentence to the person at the terminal. Control characters in it are shown, not obeyed.
    pub fn say(&mut self, sentence: impl Display) -> Result<()> {
        if self.options.quiet {
            return Ok(());
        }
        self.tell("", sentence)
    }

    /// A line of an account that is always given, `--quiet` or not.
    pub fn state(&mut self, line: impl Display) -> Result<()> {
        self.tell("", line)
    }

    /// Something the person should know even with `--quiet`.
    pub fn warn(&mut self, sentence: impl Display) -> Result<()> {
        self.tell("warning: ", sentence)
    }

    fn tell(&mut self, before: &str, sentence: impl Display) -> Result<()> {
        // At one go, so that nothing of a list comes between a sentence and its end.
        Ok(self.world.stderr.write_all(format!("{before}{}\n", shown(&sentence.to_string())).as_bytes())?)
    }

    /// Ends a command whose findings were told already with a last sentence and an exit code.
    pub fn fail(&mut self, exit: Exit, sentence: &str) -> Result<()> {
        self.tell("", sentence)?;
        Err(Said(exit).into())
    }

    /// How far a long command has come: shown to whoever waits at a terminal, and to nobody with `--quiet`.
    pub fn progress(&self) -> Progress {
        Progress::new(self.world.terminal.stderr && !self.options.quiet)
    }

    /// The same for a list, which shows for itself how far it is where it runs down the terminal.
    pub fn progress_of_list(&self) -> Progress {
        let is_seen = self.options.output.is_none() && self.world.terminal.stdout;
        if is_seen { Progress::new(false) } else { self.progress() }
    }

    /// One line of data on stdout: the tag or reference of a record just made.
    pub fn print(&mut self, line: impl Display) -> Result<()> {
        Ok(writeln!(self.world.stdout, "{line}")?)
    }

    /// A list in the format asked for, on stdout or into `--output`; says how many rows there were.
    pub fn list<L: Listing>(&mut self, fill: impl FnOnce(&mut Lister<'_>) -> Result<()>) -> Result<usize> {
        self.list_as(self.options.format, L::COLUMNS, fill)
    }

    /// The same, with its format and its columns given.
    pub fn list_as(
        &mut self,
        format: Format,
        columns: &'static [&'static str],
        fill: impl FnOnce(&mut Lister<'_>) -> Result<()>,
    ) -> Result<usize> {
        let (excel, terminal) = (self.options.excel, self.world.terminal);
        let write = |out: &mut dyn Write, terminal| {
            let mut lister = Lister::begin(format, excel, columns, out, terminal)?;
            fill(&mut lister)?;
            lister.finish()
        };
        match &self.options.output {
            None => write(self.world.stdout, terminal),
            Some(path) => write_whole(path, |out| write(out, Terminal::default())),
        }
    }

    /// One record in full, in the format asked for.
    pub fn card(&mut self, card: &Card) -> Result<()> {
        let (format, excel, terminal) = (self.options.format, self.options.excel, self.world.terminal);
        let write = |out: &mut dyn Write, terminal| match format {
            Format::Table => card.draw(out, terminal),
            Format::Csv => card.csv(out, excel),
            Format::Json => card.json(out),
        };
        match &self.options.output {
            None => Ok(write(self.world.stdout, terminal)?),
            Some(path) => write_whole(path, |out| Ok(write(out, Terminal::default())?)),
        }
    }

    /// A finished text (a page, a card, a letter) on stdout or into `--output`.
    pub fn page(&mut self, text: &str) -> Result<()> {
        match &self.options.output {
            None => Ok(self.world.stdout.write_all(text.as_bytes())?),
            Some(path) => write_whole(path, |out| Ok(out.write_all(text.as_bytes())?)),
        }
    }

    /// What somebody at the terminal answers, in lower case; nothing at the end of the input.
    pub fn ask(&mut self, question: &str) -> Result<String> {
        let question = escape(question);
        // A terminal would break it within a word; one whose width is not known is as wide as a page.
        let width = self.world.terminal.width.map_or(PAGE_WIDTH, usize::from);
        let options = textwrap::Options::new(width.max(2) - 1).word_splitter(textwrap::WordSplitter::NoHyphenation);
        let question = if self.world.terminal.stdin { textwrap::fill(&question, options) } else { question };
        write!(self.world.stderr, "{question} ")?;
        self.world.stderr.flush()?;
        let mut answer = String::new();
        self.world.stdin.read_line(&mut answer)?;
        Ok(answer.trim().to_lowercase())
    }

    /// The folder that must take new files; told in the file's terms if it cannot.
    pub fn folder(&self, path: &Path) -> Result<()> {
        if path.is_dir() { Ok(()) } else { Err(FileTrouble::Missing(path.to_path_buf()).into()) }
    }
}
