//! `purchase`: orders with their lines, from order to payment.

mod add;
mod list;
mod order;
mod receive;
mod stock;

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
    /// Order many things at once: the lines come from a file
    Order(order::Order),
    /// Take in what arrives of a line, in parts or whole, with its tags
    Receive(receive::Receive),
    /// List purchases, line by line
    List(list::List),
    /// Show an order and its lines
    Show(list::Show),
}

impl Purchase {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::Add(add) => add.run(desk),
            Verb::Order(order) => order.run(desk),
            Verb::Receive(receive) => receive.run(desk),
            Verb::List(list) => list.run(desk),
            Verb::Show(show) => show.run(desk),
        }
    }
}
