//! `purchase receive`: what arrives of a line, and the instruments it brings.

mod serials;

use anyhow::Result;
use clap::Args;

use super::stock::{self, Labels, Made, OfLine};
use crate::cli::DayArg;
use crate::commands::overriding::Overriding;
use crate::commands::request::tell_who_waits;
use crate::commands::{Desk, batch, lookup};
use crate::domain::date::Date;
use crate::domain::instrument::{Type, free_text};
use crate::domain::purchase::receive::{Asked, Receipt, ReceiveRefusal, days_arrived, judge_day};
use crate::domain::purchase::{OrderLine, Warning};
use crate::domain::reference::LineRef;
use crate::domain::refusal::refuse;
use crate::domain::tag::Tag;
use crate::error::Usage;
use crate::store::journal::{About, Event};
use crate::store::overriding::{self, Against};
use crate::store::purchase::{self, receiving};
use crate::store::{Tx, instrument};

/// Take in what arrives of a line, in parts or whole, with its tags.
///
/// What arrived without a type waits for --type, or for --tags of instruments that are in the stock already: then nothing
/// more arrives, and those that wait get their tags. An instrument of the stock keeps what is known of it; the line fills
/// what is not: category, group, area, kind and size.
///
/// Example: ledgerline purchase receive O12/1 --qty 5 --tags VN-0101,VN-0102,VN-0103,VN-0104,VN-0105 --location Store
#[derive(Debug, Args)]
pub struct Receive {
    /// The line: O12/1
    line: LineRef,
    /// How many; else all that is still to come, or all that wait for their tags
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=10_000))]
    qty: Option<i64>,
    /// The day it arrived, today or before
    #[arg(long, default_value = "today", value_name = "DATE")]
    on: DayArg,
    /// What it is, where the order did not say: a code or a name
    #[arg(long = "type", value_name = "TYPE")]
    type_code: Option<String>,
    /// Tags for the instruments, separated by commas, or - to read them from stdin; else the next free ones
    #[arg(long, value_name = "TAG,TAG|-", value_delimiter = ',', allow_hyphen_values = true)]
    tags: Vec<String>,
    /// A file with their serials, one a line, or - to read them from stdin
    #[arg(long, value_name = "FILE|-", allow_hyphen_values = true)]
    serials: Option<String>,
    /// Where they are kept
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    location: Option<String>,
    #[command(flatten)]
    overriding: Overriding,
}

/// What is given besides the flags.
struct Given {
    on: Date,
    today: Date,
    tags: Option<Vec<Tag>>,
    serials: Option<Vec<String>>,
    override_reason: Option<String>,
}

/// What was received, and what the person should know of it.
struct Received {
    receipt: Receipt,
    before: OrderLine,
    after: OrderLine,
    made: Made,
    warnings: Vec<Warning>,
}

impl Receive {
    pub fn run(mut self, desk: &mut Desk<'_, '_>) -> Result<()> {
        desk.refuse_output()?;
        if self.tags == ["-"] && self.serials.as_deref() == Some("-") {
            return Err(
                Usage("--tags - and --serials - cannot both read stdin; put one of them in a file".into()).into()
            );
        }
        let (today, override_reason) = (desk.today(), self.overriding.reason()?);
        let on = self.on.on(today)?;
        let mut db = desk.open()?;
        // Judged before anything is scanned: nobody scans thirty labels for a line that has nothing to come.
        db.read(|tx| self.judge(&purchase::line(tx, self.line)?))?;
        let tags = stock::tags_read(desk, &self.tags, |tx, tag| self.judge_tag(tx, tag))?;
        if batch::is_scanned(desk, &self.tags) {
            // Whoever scanned seven labels received seven, and need not scan them again to say so.
            let scanned = tags.as_ref().and_then(|tags| i64::try_from(tags.len()).ok()).filter(|count| *count > 0);
            self.qty = self.qty.or(scanned);
        }
        let serials = self.serials.as_deref().map(|from| serials::read(desk, from)).transpose()?;
        let given = Given { on, today, tags, serials, override_reason };
        let received = desk.change(&mut db, |tx| self.receive(tx, &given))?;
        received.made.tags.iter().try_for_each(|tag| desk.print(tag))?;
        received.warnings.iter().try_for_each(|warning| desk.warn(warning))?;
        received.made.warnings.iter().try_for_each(|warning| desk.warn(warning))?;
        received.sentences().iter().try_for_each(|sentence| desk.say(sentence))?;
        tell_who_waits(desk, &db, &received.made.tags)
    }

    fn judge(&self, line: &OrderLine) -> Result<Receipt> {
        let asked = Asked {
            qty: self.qty,
            names_type: self.type_code.is_some(),
            names_tags: !self.tags.is_empty(),
            names_serials: self.serials.is_some(),
        };
        line.standing().receive(asked).map_err(refuse)
    }

    /// Refuses a scanned tag that cannot be recorded for this line.
    fn judge_tag(&self, tx: &Tx, tag: &Tag) -> Result<()> {
        match self.judge(&purchase::line(tx, self.line)?)? {
            Receipt::Tagged(_) => instrument::find(tx, tag)?.map_or(Ok(()), |held| stock::refuse_bought(tx, &held)),
            _ => stock::refuse_taken(tx, tag),
        }
    }

    fn receive(&self, tx: &Tx, given: &Given) -> Result<(Received, Option<Event>)> {
        let (reference, on) = (self.line, given.on);
        let before = purchase::line(tx, reference)?;
        let receipt = self.judge(&before)?;
        judge_day(reference, on, before.ordered_on, given.today).map_err(refuse)?;
        let warnings = Vec::from_iter(overriding::judge_day(tx, on, given.override_reason.is_some())?);
        let subject = reference.to_string();
        let against =
            Against { subject: &subject, line_id: Some(before.id), on, reason: given.override_reason.as_deref() };
        overriding::keep(tx, against, &warnings)?;
        let made = match receipt {
            Receipt::Bare(qty) => {
                receiving::receive(tx, before.id, on, qty)?;
                Made::default()
            }
            Receipt::Instruments(qty) => {
                receiving::receive(tx, before.id, on, qty)?;
                let days = vec![on; usize::try_from(qty)?];
                self.stock(tx, &before, given, &days, receipt)?
            }
            Receipt::Tagged(qty) => {
                let days = days_arrived(&receiving::receipts(tx, before.id)?, before.life.tagged, qty);
                self.stock(tx, &before, given, &days, receipt)?
            }
        };
        let mut about = vec![About::order(reference.order)];
        about.extend(made.about.iter().cloned());
        let (done, qty) = match receipt {
            Receipt::Tagged(qty) => ("Tagged", qty),
            Receipt::Bare(qty) | Receipt::Instruments(qty) => ("Received", qty),
        };
        let summary = format!("{done} {qty} × {} ({reference})", before.line.description);
        let event = Event { on, command: "purchase receive", subject, summary, about };
        let after = purchase::line(tx, reference)?;
        Ok((Received { receipt, before, after, made, warnings }, Some(event)))
    }

    /// Makes the instruments, or ties those of the stock, and records of which type they are where nobody knew.
    fn stock(&self, tx: &Tx, line: &OrderLine, given: &Given, days: &[Date], receipt: Receipt) -> Result<Made> {
        let qty = i64::try_from(days.len())?;
        if let Some(tags) = &given.tags {
            stock::refuse_other_count(tags, qty)?;
        }
        if let Some(serials) = given.serials.as_ref().filter(|serials| serials.len() != days.len()) {
            return Err(refuse(ReceiveRefusal::SerialCount { given: serials.len(), wanted: qty }));
        }
        let of = self.type_of(tx, line, given.tags.as_deref())?;
        if line.line.type_code.is_none() {
            receiving::set_type(tx, line.id, &of.code)?;
        }
        let location = self.location.as_deref().map(|text| free_text("the location", text)).transpose();
        let location = location.map_err(refuse)?.flatten();
        let labels =
            Labels { tags: given.tags.as_deref(), serials: given.serials.as_deref(), location: location.as_deref() };
        let of_line = OfLine { reference: line.reference, line_id: line.id, line: &line.line, of: &of };
        match receipt {
            Receipt::Tagged(_) => stock::tag(tx, of_line, days, labels),
            _ => stock::make(tx, of_line, days, labels),
        }
    }

    /// Of which type they are: as the line says, as was typed, or as those in the stock are.
    fn type_of(&self, tx: &Tx, line: &OrderLine, tags: Option<&[Tag]>) -> Result<Type> {
        let typed = self.type_code.as_deref().map(|text| lookup::instrument_type(tx, text)).transpose()?;
        match (&line.line.type_code, typed) {
            (Some(held), Some(typed)) if *held != typed.code => {
                let (line, held) = (line.reference, held.clone());
                Err(refuse(ReceiveRefusal::OtherType { line, held, given: typed.code }))
            }
            (_, Some(typed)) => Ok(typed),
            (Some(held), None) => lookup::instrument_type(tx, held.as_str()),
            (None, None) => stock::type_of_all(tx, line.reference, tags.unwrap_or_default()),
        }
    }
}

impl Received {
    /// What came, what was made of it, and what is still to come or to do.
    fn sentences(&self) -> Vec<String> {
        let (line, description) = (self.before.reference, &self.before.line.description);
        let standing = self.after.standing();
        let to_come = match standing.to_come {
            0 => "all of it has arrived".to_string(),
            to_come => format!("{to_come} still to come"),
        };
        let mut sentences = Vec::new();
        match self.receipt {
            Receipt::Tagged(qty) => {
                sentences.push(format!("Tagged {qty} × {description} ({line}); {to_come}."));
            }
            Receipt::Bare(qty) | Receipt::Instruments(qty) => {
                let supplier = &self.before.supplier;
                sentences.push(format!("Received {qty} × {description} ({line}) from {supplier}; {to_come}."));
            }
        }
        sentences.extend(self.made.told(line));
        let flag = if standing.is_typed { "" } else { " --type CODE" };
        match standing.waiting {
            0 => {}
            1 => sentences.push(format!("1 waits for its tag: ledgerline purchase receive {line}{flag}")),
            waiting => {
                sentences.push(format!("{waiting} wait for their tags: ledgerline purchase receive {line}{flag}"));
            }
        }
        sentences
    }
}
