//! `purchase`: orders with their lines, from order to payment.

mod add;
mod billing;
mod cancel;
mod credit;
mod invoice;
mod labels;
mod list;
mod order;
mod pay;
mod pool;
mod receive;
mod recode;
mod show;
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
    /// Order many things at once: the lines come from a file
    Order(order::Order),
    /// Take in what arrives of a line, in parts or whole, with its tags
    Receive(receive::Receive),
    /// Record an invoice for an order, as it is billed
    Invoice(Box<invoice::Invoice>),
    /// Mark an order's invoices as paid
    Pay(pay::Pay),
    /// Record a credit that a supplier gives for a line
    Credit(credit::Credit),
    /// Release what of a line will not come
    Cancel(cancel::Cancel),
    /// List purchases, line by line
    List(list::List),
    /// Show an order, its lines and what happened to them
    Show(show::Show),
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
            Verb::Order(order) => order.run(desk),
            Verb::Receive(receive) => receive.run(desk),
            Verb::Invoice(invoice) => invoice.run(desk),
            Verb::Pay(pay) => pay.run(desk),
            Verb::Credit(credit) => credit.run(desk),
            Verb::Cancel(cancel) => cancel.run(desk),
            Verb::List(list) => list.run(desk),
            Verb::Show(show) => show.run(desk),
            Verb::Recode(recode) => recode.run(desk),
            Verb::Pool(pool) => pool.run(desk),
            Verb::Why(why) => why.run(desk),
        }
    }
}
