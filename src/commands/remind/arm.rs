//! `remind arm`: from here, and from nowhere else.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::commands::Desk;
use crate::domain::arming::Place;
use crate::domain::borrower::BorrowerRef;
use crate::domain::refusal::Refused;
use crate::domain::words::Route;
use crate::store::journal::Event;
use crate::store::reminder::{self, Outlook};
use crate::store::{Db, Tx, setting};

/// Let reminders be sent from this file, at this place, on this machine, and from nowhere else.
///
/// A copy of the file, or an older one put back in its place, sends nothing until it is armed itself. Loans that were imported
/// keep quiet until then, too.
///
/// Example: ledgerline remind arm
#[derive(Debug, Args)]
pub struct Arm {}

impl Arm {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        desk.refuse_output()?;
        let today = desk.today();
        let mut db = desk.open()?;
        let (here, path) = place(desk)?;
        let before = Armed::check(desk, &db).err().filter(|refused| refused.is::<Refused>());
        let was_armed = db.read(reminder::arming)?.is_some();
        let event = Event {
            on: today,
            command: "remind arm",
            subject: "reminders".to_string(),
            summary: format!("Reminders armed for {}", here.path),
            about: vec![],
        };
        reminder::arm(&mut db, &path, &here, &desk.stamp(), &event)?;
        desk.say(format!("Armed: reminders are sent from {} on this machine, and from no copy of it.", here.path))?;
        if let Some(before) = before.filter(|_| was_armed) {
            desk.warn(format!(
                "until now, {before}: what was said since is not on record here, and may be said again"
            ))?;
        }
        let (next, most) =
            db.read(|tx| Ok((Next::of(tx, &Outlook::load(tx, today)?)?, setting::messages_a_run(tx)?)))?;
        desk.say(next.sentence(most))?;
        desk.say(schedule(&db)?)
    }
}

/// Where the hub's file is, and its path without links, beside which the stamp stands.
pub fn place(desk: &Desk<'_, '_>) -> Result<(Place, PathBuf)> {
    let path = desk.path()?;
    let path = path.canonicalize().with_context(|| format!("finding {}", path.display()))?;
    Ok((Place { path: path.display().to_string(), machine: (desk.world.environment.machine)() }, path))
}

/// What the next run would do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Next {
    mails: usize,
    letters: usize,
    unreachable: usize,
    /// What the mails are about.
    loans: usize,
}

impl Next {
    fn of(tx: &Tx, outlook: &Outlook) -> Result<Next> {
        let (mut next, mut last) = (Next::default(), None::<BorrowerRef>);
        outlook.each(tx, |notice| {
            next.loans += usize::from(notice.contact.route() == Route::Email);
            if last.replace(notice.contact.reference) != Some(notice.contact.reference) {
                match notice.contact.route() {
                    Route::Email => next.mails += 1,
                    Route::Letter => next.letters += 1,
                    Route::None => next.unreachable += 1,
                }
            }
            Ok(())
        })?;
        Ok(next)
    }

    fn sentence(self, most: usize) -> String {
        let Next { mails, letters, unreachable, loans } = self;
        let loans = format!("{loans} {}", if loans == 1 { "loan" } else { "loans" });
        let written = match mails {
            0 => "nothing".to_string(),
            1 => format!("1 message about {loans}"),
            many if many > most => format!("{many} messages about {loans}, at most {most} a run"),
            many => format!("{many} messages about {loans}"),
        };
        let rest = match letters + unreachable {
            0 => String::new(),
            1 => "; 1 contact has no email".to_string(),
            many => format!("; {many} contacts have no email"),
        };
        format!("The next run mails {written}{rest}. 'ledgerline remind' shows it.")
    }
}

/// What is left to do, as long as nothing has ever run.
fn schedule(db: &Db) -> Result<String> {
    let has_run = db.read(reminder::arming)?.is_some_and(|arming| arming.last_run_on.is_some());
    Ok(match has_run {
        true => "Runs go on as they are scheduled.".to_string(),
        false => "A line in a crontab sends them every morning: 0 6 * * *  ledgerline remind --send".to_string(),
    })
}

/// The token of an armed file and the stamp beside it, held for as long as the run lives.
pub struct Armed {
    token: String,
    beside: reminder::Stamp,
}

impl Armed {
    /// Refused where reminders are not armed for this file, here.
    pub fn check(desk: &Desk<'_, '_>, db: &Db) -> Result<Armed> {
        let (here, path) = place(desk)?;
        let (arming, beside) = reminder::armed(db, &here, &path)?;
        Ok(Armed { token: arming.token, beside })
    }

    /// Remembers the last event that stands in the file now.
    pub fn advance(&self, db: &mut Db) -> Result<()> {
        self.beside.advance(db, &self.token)
    }

    /// Holds the stamp together with other runs.
    pub fn share(&self) -> Result<()> {
        self.beside.share()
    }

    /// Whether no other run is under way.
    pub fn alone(&self) -> Result<bool> {
        self.beside.alone()
    }
}
