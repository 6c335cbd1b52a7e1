//! `fund`: money with an award, dates and rules.

mod add;
mod extend;
mod payment;
mod plan;
mod share;
mod show;

pub use self::show::standing;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::Desk;
use crate::domain::date::Date;
use crate::domain::fund::FundCode;
use crate::store::journal::Event;

/// Money with an award, dates and rules: the capital grant, another grant, the hub's own reserves.
#[derive(Debug, Args)]
pub struct Fund {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Verb {
    /// Add a fund
    Add(add::Add),
    /// List the funds: award, spend, remainder, days left
    List(show::List),
    /// Show a fund, its plan, payments, shares and deadlines
    Show(show::Show),
    /// Plan what to spend on a category
    Plan(plan::PlanFor),
    /// Record a payment that the funder promised, or that came
    Payment(payment::Pay),
    /// Say what of a fund is for a local area
    Share(share::Share),
    /// Move the last day to spend, with the reason
    Extend(extend::Extend),
}

impl Fund {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::Add(add) => add.run(desk),
            Verb::List(list) => list.run(desk),
            Verb::Show(show) => show.run(desk),
            Verb::Plan(plan) => plan.run(desk),
            Verb::Payment(payment) => payment.run(desk),
            Verb::Share(share) => share.run(desk),
            Verb::Extend(extend) => extend.run(desk),
        }
    }
}

fn event(on: Date, command: &'static str, code: &FundCode, summary: String) -> Event {
    Event { on, command, subject: code.to_string(), summary, about: vec![] }
}
