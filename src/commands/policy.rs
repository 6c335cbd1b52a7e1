//! `policy`: what the hub capitalises, by its own rules.

use anyhow::Result;
use clap::{Args, Subcommand};

use super::Desk;
use super::overriding::Overriding;
use crate::cli::{DayArg, word};
use crate::domain::date::in_words;
use crate::domain::money::{Pence, parse_price};
use crate::domain::policy::{Policy as Rules, PolicyLine};
use crate::domain::words::Basis;
use crate::store::journal::Event;
use crate::store::overriding::{self, Against};
use crate::store::policy;

/// What the hub capitalises, by its own accounting policy. A policy is never changed: another follows it.
#[derive(Debug, Args)]
pub struct Policy {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Verb {
    /// Add the policy in force from a day on
    Add(Add),
    /// List the policies and how much each of them has judged
    ///
    /// Example: ledgerline policy list
    List,
}

/// Add the policy in force from a day on; each invoice is judged once, by the policy in force on its day.
///
/// With --basis item the cost of one is compared with the threshold, with line the whole line's, with order that of all lines
/// of the order that can be capital; with pool only pools are capital. Repair, consumables, service and delivery never are.
/// What was invoiced from that day on and is not judged yet is judged now.
///
/// Example: ledgerline policy add --effective 2024-04-01 --threshold 500 --basis line --min-life-months 12
#[derive(Debug, Args)]
struct Add {
    /// The first day on which it is in force; it may be past
    #[arg(long, value_name = "DATE")]
    effective: DayArg,
    /// What costs this much or more is capital
    #[arg(long, value_name = "£", value_parser = parse_price, allow_hyphen_values = true)]
    threshold: Pence,
    /// What is compared with the threshold
    #[arg(long, value_parser = word::<Basis>(), ignore_case = true)]
    basis: Basis,
    /// How many months something must last to be capital; 0 for any
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(0..=1200))]
    min_life_months: i64,
    #[command(flatten)]
    overriding: Overriding,
}

impl Policy {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::Add(add) => add.run(desk),
            Verb::List => list(desk),
        }
    }
}

fn list(desk: &mut Desk<'_, '_>) -> Result<()> {
    let db = desk.open()?;
    let lines = db.read(|tx| policy::list(tx, None))?;
    desk.list::<PolicyLine>(|out| lines.iter().try_for_each(|line| out.row(line)))?;
    if lines.is_empty() {
        desk.say("There is no policy yet, so nothing is judged: 'ledgerline policy add' records the hub's own.")?;
    }
    Ok(())
}

impl Add {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let reason = self.overriding.reason()?;
        let new = Rules {
            effective_on: self.effective.on(today)?,
            threshold: self.threshold,
            basis: self.basis,
            min_life_months: self.min_life_months,
        };
        let mut db = desk.open()?;
        let (judged, warnings) = desk.change(&mut db, |tx| {
            let warnings: Vec<_> = overriding::judge_day(tx, today, reason.is_some())?.into_iter().collect();
            let judged = policy::add(tx, &new, today)?;
            let subject = format!("policy {}", new.effective_on);
            let against = Against { subject: &subject, line_id: None, on: today, reason: reason.as_deref() };
            overriding::keep(tx, against, &warnings)?;
            let summary = format!("Policy of {} added: {}", in_words(new.effective_on), described(&new));
            Ok(((judged, warnings), Some(Event { on: today, command: "policy add", subject, summary, about: vec![] })))
        })?;
        desk.print(new.effective_on)?;
        warnings.iter().try_for_each(|warning| desk.warn(warning))?;
        desk.say(format!("Added the policy of {}: {}.", in_words(new.effective_on), described(&new)))?;
        match judged {
            0 => desk.say("No invoice was waiting to be judged by it."),
            1 => desk.say("It has judged the one invoiced line that was waiting."),
            many => desk.say(format!("It has judged {many} invoiced lines that were waiting.")),
        }
    }
}

/// `£500.00 or more for a line, lasting at least 12 months, is capital`.
fn described(policy: &Rules) -> String {
    let of = match policy.basis {
        Basis::Item => "an item",
        Basis::Line => "a line",
        Basis::Order => "an order",
        Basis::Pool => "a pool",
    };
    let lasting = match policy.min_life_months {
        0 => String::new(),
        1 => ", lasting at least a month,".to_string(),
        months => format!(", lasting at least {months} months,"),
    };
    format!("{} or more for {of}{lasting} is capital", policy.threshold.in_words())
}
