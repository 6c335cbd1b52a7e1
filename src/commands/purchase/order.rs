//! `purchase order`: many lines at once, from a file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Error, Result};
use clap::Args;

use super::add::say_left_in;
use crate::cli::DayArg;
use crate::commands::Desk;
use crate::commands::overriding::Overriding;
use crate::domain::date::{Date, in_words};
use crate::domain::fund::FundCode;
use crate::domain::instrument::free_text;
use crate::domain::purchase::Funds;
use crate::domain::purchase::ordering::{OrderRefusal, told_of_lines};
use crate::domain::reference::OrderRef;
use crate::domain::refusal::{Refused, refuse};
use crate::domain::shares::Shares;
use crate::import::Source;
use crate::import::kinds::order::{NewOrder, OrderLines, mapping};
use crate::import::mapping::Mapping;
use crate::store::journal::{About, Event};
use crate::store::{Tx, fund, supplier};

/// Order many things at once: the lines come from a file, and all of them are ordered or none.
///
/// The file's first row holds headings: description, nature, type, size, kind, category, group, adapted, area, qty,
/// line_net, vat_rate, vat_recoverable, fund. One left out takes its default; line_net is the price of the whole line
/// before VAT. Every fault of every row is listed.
///
/// Example: ledgerline purchase order --supplier Normans --fund CIP --lines lines.csv --reference PO-4711
#[derive(Debug, Args)]
pub struct Order {
    /// Who is to deliver it, by any of its names
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    supplier: String,
    /// The day of the order
    #[arg(long, default_value = "today", value_name = "DATE")]
    on: DayArg,
    /// The fund that pays where a row names none: a code; or several, as CIP:60%;OWN:40%
    #[arg(long, value_name = "CODE")]
    fund: Option<String>,
    /// The hub's own number for the order
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    reference: Option<String>,
    /// Why this supplier, where it is on no framework
    #[arg(long, value_name = "REASON", allow_hyphen_values = true)]
    off_framework: Option<String>,
    /// The lines: CSV with commas, semicolons or tabs; or - to read them from stdin
    #[arg(long, value_name = "FILE|-")]
    lines: PathBuf,
    #[command(flatten)]
    overriding: Overriding,
}

/// What the flags say, and the file with the lines.
struct Asked<'a> {
    on: Date,
    override_reason: Option<String>,
    source: &'a Source,
    mapping: &'a Mapping,
}

impl Order {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        desk.refuse_output()?;
        let today = desk.today();
        let on = self.on.on(today)?;
        let override_reason = self.overriding.reason()?;
        let mut db = desk.open()?;
        let source = open(desk, &self.lines)?;
        let mapping = mapping(source.rows()?.headings(), self.fund.as_deref())?;
        if !mapping.unused.is_empty() {
            desk.say(format!("Left out, since no column is taken from them: {}.", mapping.unused.join(", ")))?;
        }
        let asked = Asked { on, override_reason, source: &source, mapping: &mapping };
        // The faults outlive the change that is not made because of them.
        let mut faults = Vec::new();
        let ordered = desk.change(&mut db, |tx| self.order(tx, &asked, &mut faults));
        faults.iter().try_for_each(|fault| desk.state(fault))?;
        let ordered = ordered?;
        desk.print(ordered.order)?;
        if on > today {
            desk.warn(format!("the order's day, {}, has not come yet", in_words(on)))?;
        }
        ordered.warnings.iter().try_for_each(|warning| desk.warn(warning))?;
        desk.say(&ordered.sentence)?;
        say_left_in(desk, &ordered.borne_by, &ordered.funds)
    }

    fn order(&self, tx: &Tx, asked: &Asked<'_>, faults: &mut Vec<String>) -> Result<(Ordered, Option<Event>)> {
        let mut refusals = Vec::new();
        let new = self.read(tx, asked, &mut refusals)?;
        let mut lines = OrderLines::begin(tx, &new)?;
        lines.take(tx, asked.source, asked.mapping)?;
        if let (1, true) = (refusals.len(), lines.faults.is_empty()) {
            return Err(refusals.remove(0));
        }
        faults.extend(refusals.iter().map(in_one_line));
        faults.append(&mut lines.faults);
        let (order, supplier) = lines.order(!refusals.is_empty())?;
        let mut warnings = told_of_lines(lines.warnings);
        let on_framework = supplier.framework_lot.is_some() || new.off_framework_reason.is_some();
        if !on_framework && supplier::any_on_framework(tx)? {
            warnings.push(format!(
                "{} is on no framework lot; --off-framework says why it was chosen all the same",
                supplier.name
            ));
        }
        let many = if lines.lines == 1 { "1 line".to_string() } else { format!("{} lines", lines.lines) };
        let told = format!("Ordered {many} from {} ({order})", supplier.name);
        let cost = lines.cost.in_words();
        let codes: Vec<&str> = lines.borne_by.iter().map(FundCode::as_str).collect();
        let event = Event {
            on: asked.on,
            command: "purchase order",
            subject: order.to_string(),
            summary: format!("{told} for {cost}"),
            about: vec![About::order(order)],
        };
        let sentence = format!("{told}: {cost} from {}.", codes.join(" and "));
        Ok((Ordered { order, sentence, warnings, borne_by: lines.borne_by, funds: lines.funds }, Some(event)))
    }

    /// Refuses a fund that no row could be paid from. Amounts are compared with each row's own.
    fn judge_fund(&self, tx: &Tx) -> Result<()> {
        let Some(typed) = &self.fund else {
            return Ok(());
        };
        let shares = Shares::read_unpriced(typed).map_err(refuse)?;
        shares.iter().try_for_each(|share| fund::get(tx, share.fund.as_str()).map(|_| ()))
    }

    /// What the flags say of the order as a whole. Where the supplier or the fund is refused, that is noted, so that the
    /// faults of the rows are told beside it.
    fn read(&self, tx: &Tx, asked: &Asked<'_>, refusals: &mut Vec<Error>) -> Result<NewOrder> {
        let text = |what, text: &Option<String>| -> Result<Option<String>> {
            Ok(text.as_deref().map(|text| free_text(what, text)).transpose().map_err(refuse)?.flatten())
        };
        let off_framework_reason = text("the reason", &self.off_framework)?;
        if self.off_framework.is_some() && off_framework_reason.is_none() {
            return Err(refuse(OrderRefusal::NoReason));
        }
        let supplier = unless_refused(supplier::get(tx, &self.supplier), refusals)?;
        let can_bear = unless_refused(self.judge_fund(tx), refusals)?.is_some();
        Ok(NewOrder {
            supplier,
            refused_fund: self.fund.clone().filter(|_| !can_bear),
            ordered_on: asked.on,
            reference: text("the reference", &self.reference)?,
            off_framework_reason,
            override_reason: asked.override_reason.clone(),
        })
    }
}

/// What was found; a refusal is noted among the others.
fn unless_refused<T>(found: Result<T>, refusals: &mut Vec<Error>) -> Result<Option<T>> {
    match found {
        Err(error) if error.is::<Refused>() => {
            refusals.push(error);
            Ok(None)
        }
        found => found.map(Some),
    }
}

/// A refusal with its hint, as one of many.
fn in_one_line(error: &Error) -> String {
    let hint = error.downcast_ref::<Refused>().and_then(Refused::hint);
    hint.map_or_else(|| error.to_string(), |hint| format!("{error}; {hint}"))
}

/// What was ordered, and what the person should know of it.
struct Ordered {
    order: OrderRef,
    sentence: String,
    warnings: Vec<String>,
    borne_by: BTreeSet<FundCode>,
    funds: Funds,
}

/// The file with the lines, or stdin.
fn open(desk: &mut Desk<'_, '_>, path: &Path) -> Result<Source> {
    let source = if path == Path::new("-") {
        if desk.world.terminal.stdin {
            desk.say("Paste the lines with their headings; Ctrl-D ends them.")?;
        }
        Source::piped(&mut desk.world.stdin, None)?
    } else {
        Source::open(path)?
    };
    source.remarks().iter().try_for_each(|remark| desk.say(remark))?;
    Ok(source)
}
