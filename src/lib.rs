//! ledgerline: an English Music Hub's instruments, loans, and spend of the capital grant.
//!
//! [`run`] is the whole program as a function: arguments and a [`world::World`] in, an exit code out.

pub mod cli;
pub mod clock;
pub mod commands;
pub mod domain;
pub mod error;
pub mod import;
pub mod mail;
pub mod output;
pub mod place;
pub mod store;
pub mod sum;
pub mod wording;
pub mod workshop;
pub mod world;

use std::borrow::Cow;
use std::ffi::OsString;

use clap::FromArgMatches;

use cli::Cli;
use commands::Desk;
use domain::text::{escape, is_unsafe};
use error::Exit;
use world::{Environment, World};

/// Parses the arguments, runs the command, reports what went wrong, and says the exit code.
pub fn run(arguments: &[OsString], world: &mut World<'_>) -> Exit {
    let matched = command(world).try_get_matches_from(arguments);
    let parsed = matched.and_then(|mut matches| Cli::from_arg_matches_mut(&mut matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return told_by_parser(&error, arguments, world),
    };
    let outcome = Desk::new(world, cli.options).and_then(|mut desk| {
        let run = cli.command.run(&mut desk).and_then(|()| Ok(desk.world.stdout.flush()?));
        run.map_err(|error| desk.after_change(error))
    });
    match outcome {
        Ok(()) => Exit::Done,
        Err(error) => {
            // Nothing is left to tell if the error stream is gone too.
            let _ = world.stderr.write_all(error::sentence_of(&error).as_bytes());
            error::exit_of(&error)
        }
    }
}

/// The parser, drawn for this terminal.
fn command(world: &World<'_>) -> clap::Command {
    let width = world.terminal.width.map_or(100, usize::from).min(100);
    Cli::parser().term_width(width)
}

/// Why a name, an address, a tag or a code was not taken.
fn refused_text(error: &clap::Error) -> Option<String> {
    let cause = std::error::Error::source(error)?;
    error::is_refused_text(cause).then(|| cause.to_string())
}

/// The parser's words, with what was typed made safe to show. They have lines of their own, and so may what was typed: it is
/// parsed once more with its control characters written out, and what is said of that is told.
fn wrong_line(error: &clap::Error, arguments: &[OsString], world: &World<'_>) -> String {
    let typed: Vec<Cow<'_, str>> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
    let told = error.render().to_string();
    if !typed.iter().any(|argument| argument.chars().any(is_unsafe)) {
        return told.split('\n').map(escape).collect::<Vec<String>>().join("\n");
    }
    let again = command(world).try_get_matches_from(typed.iter().map(|argument| escape(argument)));
    match again.and_then(|mut matches| Cli::from_arg_matches_mut(&mut matches)) {
        Err(error) => error.render().to_string(),
        Ok(_) => escape(told.trim_end()) + "\n",
    }
}

/// Help and version go to stdout; a wrong command line to stderr with exit code 2, with what was typed made safe to show.
fn told_by_parser(error: &clap::Error, arguments: &[OsString], world: &mut World<'_>) -> Exit {
    if let Some(sentence) = refused_text(error) {
        // Nothing is left to tell if the error stream is gone too.
        let _ = writeln!(world.stderr, "error: {sentence}");
        return Exit::Refused;
    }
    let styled = error.render();
    if error.use_stderr() {
        let told = wrong_line(error, arguments, world);
        // Nothing is left to tell if the error stream is gone too.
        let _ = world.stderr.write_all(told.as_bytes());
        return Exit::Usage;
    }
    let text = if world.terminal.colour { styled.ansi().to_string() } else { styled.to_string() };
    match world.stdout.write_all(text.as_bytes()).and_then(|()| world.stdout.flush()) {
        Err(fault) if fault.kind() != std::io::ErrorKind::BrokenPipe => Exit::File,
        _ => Exit::Done,
    }
}

/// Answers a shell that asks for completions, and ends the process; does nothing otherwise.
pub fn complete(environment: &Environment) {
    commands::completions::look_in(environment.hub());
    clap_complete::CompleteEnv::with_factory(Cli::parser).complete();
}
