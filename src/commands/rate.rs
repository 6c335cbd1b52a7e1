//! `rate`: what loans cost.

use anyhow::Result;
use clap::{Args, Subcommand};

use super::Desk;
use crate::cli::word;
use crate::domain::charge::{Rate as Price, RateLine, RateRefusal, check_rate, rate_of};
use crate::domain::date::Date;
use crate::domain::money::{Pence, parse_price};
use crate::domain::refusal::refuse;
use crate::domain::words::{Family, RateUnit, Scheme};
use crate::store::journal::Event;
use crate::store::rate;

/// What loans cost: one rate for a scheme, and others for families of instruments. A family's own stands first.
#[derive(Debug, Args)]
pub struct Rate {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Verb {
    /// List the rates
    ///
    /// Example: ledgerline rate list
    List,
    /// Set what a scheme's loans cost
    Set(Set),
    /// Take a rate away
    Remove(Of),
}

/// Set what a scheme's loans cost, in place of what they cost before. Part of a unit counts as a whole.
///
/// Example: ledgerline rate set --scheme hire --per term 36.40
/// Example: ledgerline rate set --scheme hire --family strings --per month 7
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
struct Set {
    #[command(flatten)]
    of: Of,
    /// What it is paid for
    #[arg(long, value_parser = word::<RateUnit>(), ignore_case = true)]
    per: RateUnit,
    #[arg(value_name = "£", value_parser = parse_price, allow_hyphen_values = true)]
    amount: Pence,
}

/// Take a rate away. Charges already raised stay.
///
/// Example: ledgerline rate remove --scheme hire --family strings
#[derive(Debug, Args)]
struct Of {
    #[arg(long, value_parser = word::<Scheme>(), ignore_case = true)]
    scheme: Scheme,
    /// For this family alone; else for every family without a rate of its own
    #[arg(long, value_parser = word::<Family>(), ignore_case = true)]
    family: Option<Family>,
}

impl Rate {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::List => list(desk),
            Verb::Set(set) => set.run(desk),
            Verb::Remove(of) => remove(&of, desk),
        }
    }
}

fn list(desk: &mut Desk<'_, '_>) -> Result<()> {
    let rates = desk.open()?.read(rate::all)?;
    let line = |rate: &Price| RateLine { scheme: rate.scheme, family: rate.family, per: rate.per, amount: rate.amount };
    desk.list::<RateLine>(|out| rates.iter().try_for_each(|rate| out.row(&line(rate))))?;
    Ok(())
}

impl Set {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let new = Price { scheme: self.of.scheme, family: self.of.family, per: self.per, amount: self.amount };
        let mut db = desk.open()?;
        let before = desk.change(&mut db, |tx| {
            let before = rate::find(tx, new.scheme, new.family)?;
            check_rate(&new, before.as_ref()).map_err(refuse)?;
            rate::set(tx, &new)?;
            let summary = format!("Rate for {}: {}{}", name(&new), new.in_words(), was(before.as_ref()));
            Ok((before, Some(event(today, "rate set", &new, summary))))
        })?;
        desk.say(format!("The rate for {} is now {}{}.", name(&new), new.in_words(), was(before.as_ref())))
    }
}

fn remove(of: &Of, desk: &mut Desk<'_, '_>) -> Result<()> {
    let today = desk.today();
    let mut db = desk.open()?;
    let removed = desk.change(&mut db, |tx| {
        let none = || refuse(RateRefusal::None { scheme: of.scheme, family: of.family });
        let removed = rate::remove(tx, of.scheme, of.family)?.ok_or_else(none)?;
        let summary = format!("Rate for {} taken away{}", name(&removed), was(Some(&removed)));
        let event = event(today, "rate remove", &removed, summary);
        Ok((removed, Some(event)))
    })?;
    desk.say(format!(
        "There is no rate for {} now{}. Charges already raised stay.",
        name(&removed),
        was(Some(&removed))
    ))
}

fn name(rate: &Price) -> String {
    rate_of(rate.scheme, rate.family)
}

fn was(before: Option<&Price>) -> String {
    before.map(|before| format!(" (was {})", before.in_words())).unwrap_or_default()
}

fn event(on: Date, command: &'static str, rate: &Price, summary: String) -> Event {
    Event { on, command, subject: name(rate), summary, about: vec![] }
}
