//! `request`: the queue for instruments of a type and size.

mod add;
mod answer;
mod next;
mod offer;

pub use answer::{Answered, answer, tell_answered};
pub use next::{tell_who_waits, waits_again};

use anyhow::Result;
use clap::{Args, Subcommand};

use super::completions::borrowers;
use super::{Desk, lookup};
use crate::domain::reference::RequestRef;
use crate::domain::refusal::refuse;
use crate::domain::request::{RequestLine, refuse_ended};
use crate::output::card::Card;
use crate::store::journal::{About, Event};
use crate::store::request::{self as requests, RequestFilter};

/// Who waits for an instrument, and what is offered to them.
#[derive(Debug, Args)]
pub struct Request {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Verb {
    /// Put somebody into the queue for a type and size
    Add(add::Add),
    /// List requests
    List(List),
    /// Show one request
    Show(Show),
    /// Take somebody out of the queue
    Cancel(Cancel),
    /// Reserve an instrument for a request
    Offer(offer::Offer),
}

/// List requests, in the order they were made.
///
/// Example: ledgerline request list --waiting --type VN --size 1/2
#[derive(Debug, Args)]
struct List {
    /// For this type: a code or a name
    #[arg(long = "type", value_name = "TYPE")]
    type_code: Option<String>,
    /// For this size
    #[arg(long, allow_hyphen_values = true)]
    size: Option<String>,
    /// Only those still open: waiting, or with an offer
    #[arg(long)]
    waiting: bool,
    /// Of this person, school or organisation
    #[arg(long, value_name = "BORROWER", allow_hyphen_values = true, add = borrowers())]
    borrower: Option<String>,
}

/// Show one request, with its note and how it ended.
///
/// Example: ledgerline request show R5
#[derive(Debug, Args)]
struct Show {
    /// Its reference
    request: RequestRef,
}

/// Take somebody out of the queue. What was offered to them is free again.
///
/// Example: ledgerline request cancel R5
#[derive(Debug, Args)]
struct Cancel {
    /// Its reference
    request: RequestRef,
}

impl Request {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::Add(add) => add.run(desk),
            Verb::List(list) => list.run(desk),
            Verb::Show(show) => show.run(desk),
            Verb::Cancel(cancel) => cancel.run(desk),
            Verb::Offer(offer) => offer.run(desk),
        }
    }
}

impl List {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let db = desk.open()?;
        db.read(|tx| {
            let kind_of = self.type_code.as_deref().map(|typed| lookup::instrument_type(tx, typed)).transpose()?;
            let filter = RequestFilter {
                request: None,
                type_code: kind_of.map(|kind_of| kind_of.code),
                size: self.size,
                borrower: self.borrower.as_deref().map(|typed| lookup::borrower(tx, typed)).transpose()?,
                open: self.waiting,
            };
            desk.list::<RequestLine<'_>>(|out| requests::each(tx, &filter, today, |line| out.row(line)))?;
            Ok(())
        })
    }
}

impl Show {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let card = desk.open()?.read(|tx| {
            let found = requests::get(tx, self.request)?;
            let mut card = Card::new();
            let filter = RequestFilter { request: Some(self.request), ..RequestFilter::default() };
            requests::each(tx, &filter, today, |line| {
                card.fields_of(line);
                Ok(())
            })?;
            card.add("cancelled_on", &found.cancelled_on).add("note", &found.note);
            Ok(card)
        })?;
        desk.card(&card)
    }
}

impl Cancel {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut db = desk.open()?;
        let found = desk.change(&mut db, |tx| {
            let found = requests::get(tx, self.request)?;
            refuse_ended(&found).map_err(refuse)?;
            requests::cancel(tx, found.id, today)?;
            let about = vec![About::Request(found.id), About::borrower(found.borrower)];
            let summary = format!("Cancelled {}: {} for {}", found.id, found.wanted.in_words(), found.borrower_name);
            let event = Event { on: today, command: "request cancel", subject: found.id.to_string(), summary, about };
            Ok((found, Some(event)))
        })?;
        let freed = found.standing_offer(today).map(|offer| offer.tag.clone());
        let free = freed.as_ref().map(|tag| format!(" {tag} is free again.")).unwrap_or_default();
        desk.say(format!(
            "Cancelled {}: {} waits for {} no longer.{free}",
            found.id,
            found.borrower_name,
            found.wanted.in_words()
        ))?;
        tell_who_waits(desk, &db, freed.iter())
    }
}
