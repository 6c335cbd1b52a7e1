//! `purchase receive`: what arrives of a line, and the instruments it brings.

mod serials;

use anyhow::Result;
use clap::Args;

use super::labels::{self, Label, Wanted};
use super::stock::{self, Labels, Made, OfLine};
use crate::cli::DayArg;
use crate::commands::overriding::Overriding;
use crate::commands::request::tell_who_waits;
use crate::commands::{Desk, batch, lookup};
use crate::domain::date::Date;
use crate::domain::instrument::{Type, free_text};
use crate::domain::purchase::ordering::quantity;
use crate::domain::purchase::receive::{Asked, Receipt, ReceiveRefusal, days_arrived, judge_day};
use crate::domain::purchase::{OrderLine, Warning, tied_on};
use crate::domain::reference::LineRef;
use crate::domain::refusal::{Refused, refuse};
use crate::error::Usage;
use crate::store::Tx;
use crate::store::journal::{About, Event};
use crate::store::overriding::{self, Against};
use crate::store::purchase::{self, receiving};

/// Take in what arrives of a line, in parts or whole, with its tags.
///
/// What arrived without a type waits for --type, or for --tags of instruments that are in the stock already: then nothing
/// more arrives, and those that wait get their tags. An instrument of the stock keeps what is known of it; the line fills
/// what is not: category, group, area, kind and size.
///
/// With --tags - at a terminal as many arrive as were scanned; the rest is still to come.
///
/// Example: ledgerline purchase receive O12/1 --qty 5 --tags VN-0101,VN-0102,VN-0103,VN-0104,VN-0105 --location Store
#[derive(Debug, Args)]
pub struct Receive {
    /// The line: O12/1
    line: LineRef,
    /// How many; else all that is still to come, or all that wait for their tags
    #[arg(long, value_name = "N", value_parser = quantity, allow_negative_numbers = true)]
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
    /// As they were typed, piped or scanned.
    tags: Option<Vec<String>>,
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
        let overridden = override_reason.is_some();
        // Judged before anything is scanned: nobody scans thirty labels for a line that has nothing to come.
        db.read(|tx| self.judge_beforehand(tx, on, today, overridden))?;
        let serials = self.serials.as_deref().map(|from| serials::read(desk, from)).transpose()?;
        let also = |tx: &Tx, label: &Label, place| self.judge_period(tx, label, place, overridden);
        let tags = labels::read(desk, &self.tags, |tx| self.wanted(tx), also)?;
        if batch::is_scanned(desk, &self.tags) {
            // Whoever scanned seven labels received seven, and need not scan them again to say so.
            let scanned = tags.as_ref().map_or(Ok(0), |tags| i64::try_from(tags.len()))?;
            if scanned == 0 {
                return desk.say("No tag was taken, so nothing was received.");
            }
            self.qty = Some(scanned);
        }
        let given = Given { on, today, tags, serials, override_reason };
        let received = desk.change(&mut db, |tx| self.receive(tx, &given))?;
        received.made.tags.iter().try_for_each(|tag| desk.print(tag))?;
        received.warnings.iter().try_for_each(|warning| desk.warn(warning))?;
        received.made.warnings.iter().try_for_each(|warning| desk.warn(warning))?;
        received.sentences().iter().try_for_each(|sentence| desk.say(sentence))?;
        tell_who_waits(desk, &db, &received.made.tags)
    }

    fn judge(&self, line: &OrderLine, qty: Option<i64>) -> Result<Receipt> {
        let asked = Asked {
            qty,
            names_type: self.type_code.is_some(),
            names_tags: !self.tags.is_empty(),
            names_serials: self.serials.is_some(),
        };
        line.standing().receive(asked).map_err(refuse)
    }

    /// All that can be judged before tags and serials are there.
    fn judge_beforehand(&self, tx: &Tx, on: Date, today: Date, overridden: bool) -> Result<()> {
        let line = purchase::line(tx, self.line)?;
        let receipt = self.judge(&line, self.qty)?;
        judge_day(self.line, on, line.ordered_on, today).map_err(refuse)?;
        self.known_type(tx, &line)?;
        match receipt {
            Receipt::Tagged(_) => Ok(()),
            _ => overriding::judge_day(tx, on, overridden).map(drop),
        }
    }

    /// What is wanted of tags that are scanned one by one, as the line stands now.
    fn wanted(&self, tx: &Tx) -> Result<Wanted> {
        let line = purchase::line(tx, self.line)?;
        let receipt = self.judge(&line, None)?;
        let qty = self.qty.map_or(receipt.qty(), |qty| qty.min(receipt.qty()));
        self.wanted_of(tx, &line, receipt, qty)
    }

    fn wanted_of(&self, tx: &Tx, line: &OrderLine, receipt: Receipt, qty: i64) -> Result<Wanted> {
        let ties = matches!(receipt, Receipt::Tagged(_)).then_some(line.reference);
        let of = self.known_type(tx, line)?.map(|of| of.code);
        Ok(Wanted { qty, ties, of, has_serials: self.serials.is_some() })
    }

    /// Refuses a scanned tag that would alter figures of a closed period.
    fn judge_period(&self, tx: &Tx, label: &Label, place: usize, overridden: bool) -> Result<()> {
        let line = purchase::line(tx, self.line)?;
        let Receipt::Tagged(_) = self.judge(&line, None)? else {
            return Ok(());
        };
        let days = days_arrived(&receiving::receipts(tx, line.id)?, line.life.tagged, i64::try_from(place)? + 1);
        let arrived_on = days.get(place).copied();
        let alters = arrived_on.map(|on| label.held.as_ref().map_or(on, |held| tied_on(held, on)));
        alters.map_or(Ok(None), |on| overriding::judge_day(tx, on, overridden)).map(drop)
    }

    fn receive(&self, tx: &Tx, given: &Given) -> Result<(Received, Option<Event>)> {
        let (reference, on) = (self.line, given.on);
        let before = purchase::line(tx, reference)?;
        let receipt = self.judge(&before, self.qty)?;
        judge_day(reference, on, before.ordered_on, given.today).map_err(refuse)?;
        let subject = reference.to_string();
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
        // Tags that are given late alter the figures of the days from which their instruments stand in the register.
        let alters = made.alters.map_or(on, |alters| alters.min(on));
        let reason = given.override_reason.as_deref();
        let against = Against { subject: &subject, line_id: Some(before.id), on: alters, reason };
        let warnings = Vec::from_iter(overriding::pass_day(tx, against)?);
        let mut about = vec![About::order(reference.order)];
        about.extend(made.about.iter().cloned());
        let done = if matches!(receipt, Receipt::Tagged(_)) { "Tagged" } else { "Received" };
        let summary = format!("{done} {} × {} ({reference})", receipt.qty(), before.line.description);
        let event = Event { on, command: "purchase receive", subject, summary, about };
        let after = purchase::line(tx, reference)?;
        Ok((Received { receipt, before, after, made, warnings }, Some(event)))
    }

    /// Makes the instruments, or ties those of the stock, and records of which type they are where nobody knew.
    fn stock(&self, tx: &Tx, line: &OrderLine, given: &Given, days: &[Date], receipt: Receipt) -> Result<Made> {
        let qty = i64::try_from(days.len())?;
        let serials = given.serials.as_ref().map_or(days.len(), Vec::len);
        let miscounted = (serials != days.len()).then_some(ReceiveRefusal::SerialCount { given: serials, wanted: qty });
        let tags = match &given.tags {
            Some(tags) => {
                let wanted = self.wanted_of(tx, line, receipt, qty)?;
                Some(wanted.judge_all(tx, tags, miscounted.map(Refused::new))?)
            }
            None => miscounted.map_or(Ok(None), |refusal| Err(refuse(refusal)))?,
        };
        let of = match self.known_type(tx, line)? {
            Some(of) => of,
            None => type_of_held(tx, line, tags.as_deref().unwrap_or_default())?,
        };
        if line.line.type_code.is_none() {
            receiving::set_type(tx, line.id, &of.code)?;
        }
        let location = self.location.as_deref().map(|text| free_text("the location", text)).transpose();
        let location = location.map_err(refuse)?.flatten();
        let labels = Labels { tags: tags.as_deref(), serials: given.serials.as_deref(), location: location.as_deref() };
        let of_line = OfLine {
            reference: line.reference,
            line_id: line.id,
            line: &line.line,
            ordered_on: line.ordered_on,
            of: &of,
        };
        match receipt {
            Receipt::Tagged(_) => stock::tag(tx, of_line, days, labels),
            _ => stock::make(tx, of_line, days, labels),
        }
    }

    /// Of which type they are, where the line says or it was typed.
    fn known_type(&self, tx: &Tx, line: &OrderLine) -> Result<Option<Type>> {
        let typed = self.type_code.as_deref().map(|text| lookup::instrument_type(tx, text)).transpose()?;
        match (&line.line.type_code, typed) {
            (Some(held), Some(typed)) if *held != typed.code => {
                let (line, held) = (line.reference, held.clone());
                Err(refuse(ReceiveRefusal::OtherType { line, held, given: typed.code }))
            }
            (_, Some(typed)) => Ok(Some(typed)),
            (Some(held), None) => lookup::instrument_type(tx, held.as_str()).map(Some),
            (None, None) => Ok(None),
        }
    }
}

/// The type of instruments that are all in the stock, and of one type.
fn type_of_held(tx: &Tx, line: &OrderLine, labels: &[Label]) -> Result<Type> {
    let held = labels.iter().find_map(|label| label.held.as_ref());
    let held = held.ok_or_else(|| refuse(ReceiveRefusal::NoType(line.reference)))?;
    lookup::instrument_type(tx, held.details.type_code.as_str())
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
        if standing.waiting > 0 {
            sentences.push(stock::waits(line, standing.waiting, standing.is_typed));
        }
        sentences
    }
}
