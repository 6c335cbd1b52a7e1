//! `purchase credit`: what a supplier gives back.

use anyhow::Result;
use clap::Args;

use super::billing::{number_given, reason_given, tags_in_words};
use crate::cli::DayArg;
use crate::commands::Desk;
use crate::commands::overriding::Overriding;
use crate::domain::date::{Date, in_words};
use crate::domain::fund::FundCode;
use crate::domain::money::{Pence, parse_price};
use crate::domain::purchase::billing::{Billed, credit, credited_before, increase, within_invoice};
use crate::domain::purchase::{OrderLine, Warning};
use crate::domain::reference::LineRef;
use crate::domain::refusal::refuse;
use crate::store::journal::Event;
use crate::store::overriding::{self, Against};
use crate::store::purchase::billing;
use crate::store::purchase::crediting::{self, Note};
use crate::store::{Tx, policy, purchase};

/// Record a credit that a supplier gives for a line: a lower price, or instruments sent back.
///
/// The money goes back to the funds that bear the line; nothing is ordered anew. With --qty so many went back.
///
/// Example: ledgerline purchase credit O12/3 --invoice CR-88 --net 145 --qty 1 --reason "Cracked on arrival"
#[derive(Debug, Args)]
pub struct Credit {
    line: LineRef,
    /// The credit note's own number, or the number of the invoice it is for
    #[arg(long = "invoice", value_name = "NUMBER", allow_hyphen_values = true)]
    number: String,
    /// What is credited, before VAT
    #[arg(long, value_name = "£", value_parser = parse_price, allow_hyphen_values = true)]
    net: Pence,
    /// How many went back; without this the price alone is credited
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=10_000))]
    qty: Option<i64>,
    /// The credit note's day
    #[arg(long, default_value = "today", value_name = "DATE")]
    on: DayArg,
    /// Why it is given
    #[arg(long = "reason", value_name = "TEXT", allow_hyphen_values = true)]
    why: Option<String>,
    #[command(flatten)]
    overriding: Overriding,
}

/// What was credited, and what the person should know of it.
struct Credited {
    line: OrderLine,
    billed: Billed,
    /// What each fund gets back, below nought.
    costs: Vec<(FundCode, Pence)>,
    tags: Vec<String>,
    warnings: Vec<Warning>,
}

impl Credit {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let on = self.on.on(today)?;
        let number = number_given("credit", &self.number)?;
        let why = self.why.as_deref().map(reason_given).transpose()?;
        let reason = self.overriding.reason()?;
        let mut db = desk.open()?;
        let credited = desk.change(&mut db, |tx| {
            let credited = self.credit(tx, &number, (on, why.as_deref()), reason.as_deref())?;
            let about = billing::about(tx, [&credited.line])?;
            let summary = credited.summary(&number, on, why.as_deref());
            let subject = self.line.to_string();
            Ok((credited, Some(Event { on, command: "purchase credit", subject, summary, about })))
        })?;
        if on > today {
            desk.warn(format!("the credit's day, {}, has not come yet", in_words(on)))?;
        }
        desk.say(format!("{}.", credited.summary(&number, on, why.as_deref())))?;
        credited.tell(desk)
    }

    fn credit(&self, tx: &Tx, number: &str, (on, why): (Date, Option<&str>), reason: Option<&str>) -> Result<Credited> {
        let line = purchase::line(tx, self.line)?;
        let billed = credit(&line, self.net, self.qty.unwrap_or(0), on).map_err(refuse)?;
        let mut warnings: Vec<Warning> = overriding::judge_day(tx, on, reason.is_some())?.into_iter().collect();
        let invoice_id = match crediting::note(tx, &line, number, on)? {
            Note::OnRecord(invoice_id) => invoice_id,
            Note::New => billing::make_credit(tx, line.supplier_id, (number, true), on, why)?,
            Note::OfInvoice => {
                within_invoice(&line, number, self.net, self.qty.unwrap_or(0)).map_err(refuse)?;
                let before = credited_before(&line, number, &billed, on);
                warnings.extend(before.map(|refusal| refusal.unless(reason.is_some())).transpose().map_err(refuse)?);
                billing::make_credit(tx, line.supplier_id, (number, false), on, why)?
            }
        };
        billing::add(tx, invoice_id, line.id, &billed)?;
        policy::judge_line(tx, line.id)?;
        purchase::share_out_cost(tx, self.line)?;
        let subject = self.line.to_string();
        overriding::keep(tx, Against { subject: &subject, line_id: Some(line.id), on, reason }, &warnings)?;
        let tags = billing::tags_in_stock(tx, line.id)?;
        let costs = increase(&line, &billed, on);
        Ok(Credited { line, billed, costs, tags, warnings })
    }
}

impl Credited {
    /// `Credit CR-88 (4 Mar 2026) gives back £145.00 net, £29.00 VAT for 1 of O12/3 (Cracked on arrival)`
    fn summary(&self, number: &str, on: Date, why: Option<&str>) -> String {
        let of = match -self.billed.qty {
            0 => self.line.reference.to_string(),
            qty => format!("{qty} of {}", self.line.reference),
        };
        let (net, vat) = ((-self.billed.net).in_words(), (-self.billed.vat).in_words());
        let why = why.map(|why| format!(" ({why})")).unwrap_or_default();
        format!("Credit {number} ({}) gives back {net} net, {vat} VAT for {of}{why}", in_words(on))
    }

    fn tell(&self, desk: &mut Desk<'_, '_>) -> Result<()> {
        self.warnings.iter().try_for_each(|warning| desk.warn(warning))?;
        for (fund, cost) in &self.costs {
            desk.say(format!("{fund} gets back {}.", (-*cost).in_words()))?;
        }
        if self.billed.qty < 0 && !self.tags.is_empty() {
            desk.say(format!("{} has {} in the stock.", self.line.reference, tags_in_words(&self.tags)))?;
            let which = if let [tag] = self.tags.as_slice() { tag } else { "TAG" };
            // What comes back for it is what the register sets against its book value.
            let each = (-self.billed.net).shared_by(-self.billed.qty);
            desk.say(format!(
                "To take out what went back: ledgerline instrument retire {which} --reason transferred --proceeds {each}"
            ))?;
        }
        Ok(())
    }
}
