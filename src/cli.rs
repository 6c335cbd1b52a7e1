//! The global options, the list of commands, and the types their arguments are read into.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::Result;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::commands::Desk;
use crate::commands::{
    backup, category, charge, check, completions, demo, export, find, fund, import, init, instrument, lend, loan, log,
    man, organisation, overdue, person, policy, privacy, purchase, rate, remind, remission, renew, repair, report,
    request, restore, return_, scheme, school, set, setting, status, stocktake, supplier, swap, term, transfer, type_,
    undo,
};
use crate::domain::date::{self, Date, DateError};
use crate::domain::words::Word;
use crate::output::listing::Format;

/// Keeps a Music Hub's instruments, lends them, chases what is late, and explains every pound of the capital grant.
#[derive(Debug, Parser)]
#[command(
    name = "ledgerline",
    version,
    propagate_version = false,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "See a sample hub at work:  ledgerline demo\nStart your own:            ledgerline init --hub \"Northshire Music Hub\"\n\n\
        Exit codes: 0 done, 1 refused, 2 wrong command line, 3 file or output cannot be used, 4 done in part."
)]
pub struct Cli {
    #[command(flatten)]
    pub options: Options,
    #[command(subcommand)]
    pub command: Command,
}

/// Options that stand before or after any command.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// The hub's file [env LEDGERLINE_DB; else ledgerline.db in your data folder]
    #[arg(long, global = true, value_name = "FILE", help_heading = "Global options")]
    pub db: Option<PathBuf>,
    /// The day to reason about [env LEDGERLINE_TODAY; else the clock's]
    #[arg(long, global = true, value_name = "DATE", help_heading = "Global options")]
    pub today: Option<DayArg>,
    /// Who the journal says did it [env LEDGERLINE_USER; else your login name]
    #[arg(long = "as", global = true, value_name = "NAME", help_heading = "Global options")]
    pub as_user: Option<String>,
    /// How lists are written
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        hide_possible_values = true,
        help_heading = "Global options"
    )]
    pub format: Format,
    /// Write the list to this file, whole or not at all
    #[arg(long, global = true, value_name = "FILE", help_heading = "Global options")]
    pub output: Option<PathBuf>,
    /// Begin CSV with a byte-order mark, by which Excel knows UTF-8
    #[arg(long, global = true, help_heading = "Global options")]
    pub excel: bool,
    /// Say nothing but data, warnings and errors
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub quiet: bool,
    /// Answer yes to what would be asked
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub yes: bool,
}

impl Cli {
    /// The parser. The options are its own here, and each command's once it is called: as global ones clap would copy every
    /// one of them into every command at each start.
    pub fn parser() -> clap::Command {
        Cli::command().mut_args(|arg| arg.global(false))
    }
}

/// A command's arguments, beside which the options may stand too. Their values find their way to [`Cli::options`].
#[derive(Debug)]
pub struct WithOptions<T>(T);

impl<T: Args> Args for WithOptions<T> {
    fn augment_args(command: clap::Command) -> clap::Command {
        T::augment_args(Options::augment_args(command))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        T::augment_args_for_update(Options::augment_args_for_update(command))
    }
}

impl<T: FromArgMatches> FromArgMatches for WithOptions<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<WithOptions<T>, clap::Error> {
        T::from_arg_matches(matches).map(WithOptions)
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<WithOptions<T>, clap::Error> {
        T::from_arg_matches_mut(matches).map(WithOptions)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

macro_rules! commands {
    ($($(#[$meta:meta])* $variant:ident($args:ty),)*) => {
        /// Every command, in the order the help lists them. Deferred: only the one that is called is built.
        #[derive(Debug, Subcommand)]
        #[command(defer = true)]
        pub enum Command { $($(#[$meta])* $variant(WithOptions<$args>),)* }

        impl Command {
            pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
                match self { $(Command::$variant(args) => args.0.run(desk),)* }
            }
        }
    };
}

commands! {
    /// Show a sample hub at work, in a throw-away file
    Demo(demo::Demo),
    /// Make a hub's file
    Init(init::Init),
    /// One screen: what is out, what is late, what is left of each fund
    Status(status::Status),
    /// Find instruments by tag, serial, make, model, type, note or borrower
    Find(find::Find),
    /// Lend instruments
    Lend(lend::Lend),
    /// Take instruments back
    Return(return_::Return),
    /// Give loans a later due day
    Renew(renew::Renew),
    /// Take back the last thing you did
    Undo(undo::Undo),
    /// Hand over another instrument in place of one, on the same terms
    Swap(swap::Swap),
    /// Let another borrower answer for instruments that are out
    Transfer(transfer::Transfer),
    /// List what is late
    Overdue(overdue::Overdue),
    /// List, show, correct and void loans
    Loan(loan::Loan),
    /// Who waits for an instrument, and what is offered to them
    Request(request::Request),
    /// Sets of instruments that go out together
    Set(set::Set),
    /// Add, list, show, edit and retire instruments
    Instrument(instrument::Instrument),
    /// Send instruments to be mended, and take them back
    Repair(repair::Repair),
    /// Count what is at a place
    Stocktake(stocktake::Stocktake),
    /// The types an instrument can be
    Type(type_::Type),
    /// The needs of the National Plan that instruments serve
    Category(category::Category),
    /// Schools, by URN
    School(school::School),
    /// Nurseries, ensembles, partners, other hubs, repairers
    Organisation(organisation::Organisation),
    /// Pupils, teachers and the adults who sign
    Person(person::Person),
    /// School terms of the hub, an authority or a school
    Term(term::Term),
    /// The terms loans are made on
    Scheme(scheme::Scheme),
    /// What loans cost, by scheme and family
    Rate(rate::Rate),
    /// What people are let off, by academic year
    Remission(remission::Remission),
    /// What is to be paid for loans
    Charge(charge::Charge),
    /// Money to spend: the capital grant, other grants, reserves
    Fund(fund::Fund),
    /// What the hub capitalises, by its own policy
    Policy(policy::Policy),
    /// Who sells to the hub
    Supplier(supplier::Supplier),
    /// What was bought, from which fund
    Purchase(purchase::Purchase),
    /// Spend against plan and the lines behind it, whom the stock reaches, what lies idle
    Report(report::Report),
    /// What reminders would say, and to whom
    Remind(remind::Remind),
    /// Check a file of records, or bring it in
    Import(import::Import),
    /// List every record of a kind in full, as import takes it back
    Export(export::Export),
    /// Who did what, and when
    Log(log::Log),
    /// Check the file and every rule over its records
    Check(check::Check),
    /// Copy the file while it is in use, and verify the copy
    Backup(backup::Backup),
    /// Put a backup back; the present file is kept
    Restore(restore::Restore),
    /// What is held about a person, and erasing it
    Privacy(privacy::Privacy),
    /// The hub's settings
    Setting(setting::Setting),
    /// Print the script that completes commands in your shell
    Completions(completions::Completions),
    /// Write the manual pages into a folder
    Man(man::Man),
}

/// A day on the command line: known to be one, not yet tied to which day is today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayArg(String);

impl DayArg {
    /// The day meant, when today is `today`.
    pub fn on(&self, today: Date) -> Result<Date, DateError> {
        date::parse(&self.0, today)
    }
}

impl FromStr for DayArg {
    type Err = DateError;

    fn from_str(text: &str) -> Result<DayArg, DateError> {
        // Any day will do to tell whether the text is one.
        date::parse(text, Date::constant(2026, 1, 1))?;
        Ok(DayArg(text.to_string()))
    }
}

impl fmt::Display for DayArg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A parser for a word of a closed list, which shows the list in help and completions.
pub fn word<W: Word>() -> impl TypedValueParser<Value = W> {
    PossibleValuesParser::new(W::WORDS).try_map(|text| text.parse::<W>())
}

/// A value for a flag that can also be emptied: `--email ''` takes the address away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given<T> {
    Nothing,
    Value(T),
}

impl<T: Clone> Given<T> {
    /// Writes a flag's value over what is held, if the flag was given.
    pub fn over(flag: &Option<Given<T>>, held: &mut Option<T>) {
        match flag {
            None => {}
            Some(Given::Nothing) => *held = None,
            Some(Given::Value(value)) => *held = Some(value.clone()),
        }
    }
}

/// A parser for a value that can be emptied.
pub fn given<T, E>(parse: fn(&str) -> Result<T, E>) -> impl Fn(&str) -> Result<Given<T>, E> + Clone {
    move |text| if text.is_empty() { Ok(Given::Nothing) } else { parse(text).map(Given::Value) }
}

/// A whole number from 1.
pub fn from_one<N: FromStr + PartialOrd + From<u8>>(text: &str) -> Result<N, String> {
    let number = text.parse().ok().filter(|number| *number >= N::from(1));
    number.ok_or_else(|| format!("'{text}' is not a whole number from 1"))
}

/// A whole number of months from 1 to 1200.
pub fn months(text: &str) -> Result<i64, String> {
    let number = text.parse().ok().filter(|months| (1..=1200).contains(months));
    number.ok_or_else(|| format!("'{text}' is not a number of months from 1 to 1200"))
}
