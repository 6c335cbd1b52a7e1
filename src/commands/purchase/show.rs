//! `purchase show`: an order line by line, and what has happened to it.

use anyhow::Result;
use clap::Args;

use crate::commands::Desk;
use crate::domain::date::in_words;
use crate::domain::instrument::{CategoryCode, TypeCode};
use crate::domain::purchase::billing::OrderInvoice;
use crate::domain::purchase::{OrderLine, ShownLine};
use crate::domain::reference::OrderRef;
use crate::output::listing::Format;
use crate::store::Tx;
use crate::store::audit::{self, Of};
use crate::store::purchase::{self, story};

/// Show an order line by line: what was ordered, came, was invoiced, and costs as it stands.
///
/// A table is followed by its story: invoices and credits, and what was cancelled, moved or recorded against a rule.
///
/// Example: ledgerline purchase show O12
#[derive(Debug, Args)]
pub struct Show {
    order: OrderRef,
}

impl Show {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let db = desk.open()?;
        db.read(|tx| {
            let lines = purchase::lines(tx, self.order)?;
            desk.list::<ShownLine<'_>>(|out| lines.iter().try_for_each(|line| out.row(&row(line))))?;
            if desk.options().format != Format::Table {
                return Ok(());
            }
            story_of(tx, self.order)?.into_iter().try_for_each(|sentence| desk.say(sentence))
        })
    }
}

fn row(line: &OrderLine) -> ShownLine<'_> {
    let (ordered, bills) = (&line.life.ordered, line.life.bills.as_slice());
    let invoiced = ordered.billed(bills);
    ShownLine {
        line: line.reference,
        description: &line.line.description,
        nature: line.line.nature,
        type_code: line.line.type_code.as_ref().map_or("", TypeCode::as_str),
        fund: &line.line.shares,
        category: line.line.category.as_ref().map_or("", CategoryCode::as_str),
        qty: ordered.qty,
        cancelled: ordered.cancelled,
        received: ordered.arrived(),
        invoiced,
        credited: invoiced - line.life.billed_qty().abs(),
        ordered_cost: line.line.grant_cost(),
        cost: line.life.cost(),
        state: ordered.state(bills),
        tags: line.life.tags.join(", "),
    }
}

/// All that has happened to an order, in sentences.
fn story_of(tx: &Tx, order: OrderRef) -> Result<Vec<String>> {
    let found = purchase::order(tx, order)?;
    let on = found.ordered_on.map(|day| format!(" on {}", in_words(day))).unwrap_or_default();
    let mut story = vec![format!("{order}: ordered from {}{on}.", found.supplier)];
    story.extend(found.reference.map(|reference| format!("Its reference: {reference}.")));
    story.extend(found.off_framework_reason.map(|reason| format!("Off the framework: {reason}.")));
    story.extend(story::invoices(tx, order)?.iter().map(invoice_in_words));
    story.extend(story::cancellations(tx, order)?.into_iter().map(|cancelled| {
        format!("{}: {} cancelled on {}: {}.", cancelled.line, cancelled.qty, in_words(cancelled.on), cancelled.reason)
    }));
    for moved in audit::recodings_of(tx, Of::Order(order))? {
        let category = if moved.category.is_empty() { "no category" } else { &moved.category };
        let (line, on) = (moved.line, in_words(moved.on));
        story.push(format!("{line}: moved to {}, {category}, on {on}: {}.", moved.fund, moved.reason));
    }
    for overridden in audit::overrides_of(tx, Of::Order(order))? {
        let rule = overridden.rule.map(|rule| format!(" ({rule})")).unwrap_or_default();
        let (subject, on, reason) = (overridden.subject, in_words(overridden.on), overridden.reason);
        story.push(format!("{subject}: recorded against the rules{rule} on {on}: {reason}."));
    }
    Ok(story)
}

/// `Invoice N1 of 3 Mar 2026: £100.00 net, £120.00 with VAT; paid on 20 Mar 2026.`
fn invoice_in_words(invoice: &OrderInvoice) -> String {
    let (what, settled, waits) =
        if invoice.is_credit { ("Credit", "settled", "not settled yet") } else { ("Invoice", "paid", "not paid yet") };
    let number = if invoice.number.is_empty() { String::new() } else { format!(" {}", invoice.number) };
    let state = invoice.paid_on.map_or_else(|| waits.to_string(), |on| format!("{settled} on {}", in_words(on)));
    let why = invoice.reason.as_ref().map(|reason| format!(" {reason}.")).unwrap_or_default();
    let (on, net, gross) = (in_words(invoice.on), invoice.net.in_words(), invoice.gross().in_words());
    format!("{what}{number} of {on}: {net} net, {gross} with VAT; {state}.{why}")
}
