//! `remind`: who hears what about their loans, by mail or by letter.

mod account;
mod arm;
mod hold;
mod ladder;
mod log;
mod narrowing;
mod preview;
mod retry;
mod round;
mod run;
pub(super) mod steps;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::Desk;
use crate::cli::{from_one, word};
use crate::domain::words::Stage;

/// Show whom the next run of reminders would write to, by which route, and about what; with --send, write to them.
///
/// Mail goes to the server that LEDGERLINE_SMTP_URL names (smtp://, smtps://, or smtp://…?tls=required; user and password in it,
/// or the password in the 0600 file that LEDGERLINE_SMTP_PASSWORD_FILE names), else to the local sendmail. LEDGERLINE_MAIL_FROM
/// is the sender. With --stage or --borrower, each message is shown whole.
///
/// Example: ledgerline remind --send --letters letters/
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Remind {
    /// Hand the messages over; whoever has no working email is listed once
    #[arg(long)]
    send: bool,
    /// Write letters into this folder for those without a working email
    #[arg(long, value_name = "DIR")]
    letters: Option<PathBuf>,
    /// Only this stage
    #[arg(long, value_parser = word::<Stage>(), ignore_case = true)]
    stage: Option<Stage>,
    /// Only what this person, school or organisation has or signed for
    #[arg(long, value_name = "BORROWER", allow_hyphen_values = true)]
    borrower: Option<String>,
    /// At most so many messages; the rest wait for the next run
    #[arg(long, value_name = "N", value_parser = from_one::<u32>)]
    limit: Option<u32>,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Verb {
    /// Let reminders be sent from this file, at this place, on this machine
    Arm(arm::Arm),
    /// What was said to whom, and what became of it
    Log(log::Log),
    /// Send again what was begun and never finished, or was refused
    Retry(retry::Retry),
    /// Hold a loan: nobody is reminded of it through a day
    Hold(hold::Hold),
    /// Let a loan go that is on hold
    Release(hold::Release),
    /// The stages, their days and their wording
    Ladder(ladder::Ladder),
}

impl Remind {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Some(Verb::Arm(arm)) => arm.run(desk),
            Some(Verb::Log(log)) => log.run(desk),
            Some(Verb::Retry(retry)) => retry.run(desk),
            Some(Verb::Hold(hold)) => hold.run(desk),
            Some(Verb::Release(release)) => release.run(desk),
            Some(Verb::Ladder(ladder)) => ladder.run(desk),
            None if self.send || self.letters.is_some() => run::Run::of(self).run(desk),
            None => preview::run(&self, desk),
        }
    }
}
