//! `purchase`: orders with their lines, from order to payment.

mod add;
mod list;
mod pool;
mod recode;
mod stock;
mod why;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::Desk;

/// What was bought: orders with their lines, each from a fund and, if it is known, for a category.
#[derive(Debug, Args)]
pub struct Purchase {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Verb {
    /// Record a purchase from one invoice: order, delivery and invoice in one go
    Add(Box<add::Add>),
    /// List purchases, line by line
    List(list::List),
    /// Show an order and its lines
    Show(list::Show),
    /// Move a line to another fund or category
    Recode(recode::Recode),
    /// Capitalise lines as one
    Pool(pool::Pool),
    /// Why a line is capital or revenue
    Why(why::Why),
}

impl Purchase {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::Add(add) => add.run(desk),
            Verb::List(list) => list.run(desk),
            Verb::Show(show) => show.run(desk),
            Verb::Recode(recode) => recode.run(desk),
            Verb::Pool(pool) => pool.run(desk),
            Verb::Why(why) => why.run(desk),
        }
    }
}
