//! `purchase invoice`: what a supplier bills, as billed.

mod told;

use anyhow::Result;
use clap::Args;

use self::told::Recorded;
use super::billing::number_given;
use crate::cli::DayArg;
use crate::commands::Desk;
use crate::commands::overriding::Overriding;
use crate::domain::date::{Date, in_words};
use crate::domain::fund::FundCode;
use crate::domain::money::Pence;
use crate::domain::purchase::billing::{self as rules, Billed, BillingRefusal, Extra, Wanted};
use crate::domain::purchase::{Funds, Invoice as Bill, Line, OrderLine, Proposal, PurchaseRefusal, Warning};
use crate::domain::reference::{LineRef, OrderRef};
use crate::domain::refusal::refuse;
use crate::store::journal::Event;
use crate::store::overriding::{self, Against};
use crate::store::purchase::billing::{self, OnRecord};
use crate::store::{Tx, fund, policy, purchase};

/// Record an invoice for an order, as it is billed: a part of it, another price, delivery that was not ordered.
///
/// Without --line and --extra it bills all that is left of every line, at the price ordered. The funds are asked only for
/// what is billed over the price ordered. The instruments of a line bear the price that was billed.
///
/// Example: ledgerline purchase invoice O12 --invoice INV-1042 --line 1:10 --line 2:1:45.00 --extra delivery:12.50
#[derive(Debug, Args)]
pub struct Invoice {
    order: OrderRef,
    /// The invoice's number, as the supplier prints it
    #[arg(long = "invoice", value_name = "NUMBER", allow_hyphen_values = true)]
    number: String,
    /// The invoice's day
    #[arg(long, default_value = "today", value_name = "DATE")]
    on: DayArg,
    /// A line it bills: 3 or O12/3; with how many of it, else all that is left; and with their price before VAT, where it is
    /// not the one ordered: 3:2:45.00, 3::45.00
    #[arg(long = "line", value_name = "LINE[:QTY[:NET]]")]
    lines: Vec<Wanted>,
    /// A cost that was not ordered: its nature and its price before VAT
    #[arg(long = "extra", value_name = "NATURE:NET")]
    extras: Vec<Extra>,
    #[command(flatten)]
    overriding: Overriding,
}

/// One part of the invoice before it is written.
struct Part<'l> {
    line: &'l OrderLine,
    billed: Billed,
    increase: Vec<(FundCode, Pence)>,
    /// What the funds say of it, once they were asked.
    warnings: Vec<Warning>,
}

/// An invoice that may be recorded.
struct Judged<'l> {
    /// The line beside which stands what goes against a rule by the invoice as a whole.
    lead: &'l OrderLine,
    parts: Vec<Part<'l>>,
    /// What was not ordered, and what is to be said of each.
    extras: Vec<(Line, Vec<Warning>)>,
    /// Of the invoice as a whole.
    warnings: Vec<Warning>,
    funds: Funds,
}

impl Judged<'_> {
    fn all_warnings(&mut self) -> Vec<Warning> {
        let mut all = std::mem::take(&mut self.warnings);
        all.extend(self.parts.iter_mut().flat_map(|part| part.warnings.drain(..)));
        all.extend(self.extras.iter_mut().flat_map(|(_, found)| found.drain(..)));
        all
    }
}

/// What was written: the lines ordered that it bills, then those that were not.
struct Written {
    /// The invoice's number in the file.
    invoice_id: i64,
    billed: Vec<LineRef>,
}

impl Part<'_> {
    fn increase(&self) -> Pence {
        self.increase.iter().map(|(_, more)| *more).sum()
    }
}

impl Invoice {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let on = self.on.on(today)?;
        let number = number_given("invoice", &self.number)?;
        let reason = self.overriding.reason()?;
        let mut db = desk.open()?;
        let recorded = desk.change(&mut db, |tx| {
            let recorded = self.bill(tx, Bill { number, on, paid_on: None }, reason.as_deref())?;
            let about = billing::about(tx, &recorded.billed)?;
            let (subject, summary) = (self.order.to_string(), recorded.summary(self.order));
            Ok((recorded, Some(Event { on, command: "purchase invoice", subject, summary, about })))
        })?;
        if on > today {
            desk.warn(format!("the invoice's day, {}, has not come yet", in_words(on)))?;
        }
        recorded.tell(desk, self.order)
    }

    fn bill(&self, tx: &Tx, invoice: Bill, reason: Option<&str>) -> Result<Recorded> {
        let lines = purchase::lines(tx, self.order)?;
        let Some(first) = lines.first() else {
            return Err(refuse(BillingRefusal::OrderDone(self.order)));
        };
        let held = billing::find(tx, first.supplier_id, &invoice.number)?;
        if let Some(other) = held.filter(|held| held.on != invoice.on) {
            let (supplier, number) = (first.supplier.to_string(), invoice.number);
            return Err(refuse(PurchaseRefusal::InvoiceOfAnotherDay { supplier, number, on: other.on }));
        }
        let mut judged = self.judge(tx, (first, &lines), (&invoice, held), reason.is_some())?;
        let written = self.write(tx, first.supplier_id, &invoice, &judged, reason)?;
        let revenue = written.billed.iter().map(|line| policy::revenue_in_capital(tx, *line));
        let revenue = revenue.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
        let order = purchase::lines(tx, self.order)?;
        Ok(Recorded {
            billed: order.iter().filter(|line| written.billed.contains(&line.reference)).cloned().collect(),
            number: invoice.number,
            on: invoice.on,
            invoice_id: written.invoice_id,
            extras: written.billed.into_iter().skip(judged.parts.len()).collect(),
            increase: judged.parts.iter().map(Part::increase).sum(),
            paid_on: held.and_then(|held| held.paid_on),
            order,
            warnings: judged.all_warnings(),
            revenue,
            funds: judged.funds,
        })
    }

    /// Whether it may be recorded: by its day, by what it bills and by the funds; the first refusal, or what is to be written.
    fn judge<'l>(
        &self,
        tx: &Tx,
        (first, lines): (&'l OrderLine, &'l [OrderLine]),
        (invoice, held): (&Bill, Option<OnRecord>),
        overridden: bool,
    ) -> Result<Judged<'l>> {
        let mut parts = self.parts(lines, invoice, held)?;
        let lead = parts.first().map_or(first, |part| part.line);
        // What a cheaper line sets free may pay for a dearer one.
        parts.sort_by_key(Part::increase);
        let mut funds = Funds::default();
        let mut warnings: Vec<Warning> = overriding::judge_day(tx, invoice.on, overridden)?.into_iter().collect();
        warnings.extend(Warning::of_early_invoice(first.ordered_on, Some(invoice.on)));
        for part in &mut parts {
            fund::load(tx, &part.line.line.shares, &mut funds)?;
            part.warnings = funds.judge_increase(&part.proposal(invoice.on, overridden)).map_err(refuse)?;
        }
        let mut extras = Vec::new();
        for extra in &self.extras {
            let line = rules::extra_line(&first.line, lines, extra);
            fund::load(tx, &line.shares, &mut funds)?;
            let before = billing::billed_before(tx, (first.supplier_id, &first.supplier), invoice, &line)?;
            let before = before.map(|refusal| refusal.unless(overridden)).transpose().map_err(refuse)?;
            let mut found: Vec<Warning> = before.into_iter().collect();
            found.extend(funds.judge(&line.proposal(None, Some(invoice.on), overridden)).map_err(refuse)?);
            extras.push((line, found));
        }
        Ok(Judged { lead, parts, extras, warnings, funds })
    }

    /// Writes what was judged: the invoice, what it bills, and each rule that a reason goes against.
    fn write(
        &self,
        tx: &Tx,
        supplier_id: i64,
        invoice: &Bill,
        judged: &Judged<'_>,
        reason: Option<&str>,
    ) -> Result<Written> {
        let keep = |line: LineRef, line_id: i64, found: &[Warning]| {
            let against = Against { subject: &line.to_string(), line_id: Some(line_id), on: invoice.on, reason };
            overriding::keep(tx, against, found)
        };
        keep(judged.lead.reference, judged.lead.id, &judged.warnings)?;
        let mut all: Vec<(LineRef, i64, Billed)> = Vec::new();
        for part in &judged.parts {
            keep(part.line.reference, part.line.id, &part.warnings)?;
            all.push((part.line.reference, part.line.id, part.billed));
        }
        for (line, found) in &judged.extras {
            let (reference, line_id) = billing::add_extra(tx, self.order, line, invoice.on)?;
            keep(reference, line_id, found)?;
            all.push((reference, line_id, Billed { qty: line.qty, net: line.net, vat: line.vat }));
        }
        let invoice_id = billing::find_or_make(tx, supplier_id, invoice)?;
        for (reference, line_id, billed) in &all {
            billing::add(tx, invoice_id, *line_id, billed)?;
            purchase::share_out_cost(tx, *reference)?;
        }
        // By order they are judged together, so only once all of them are in.
        policy::judge_invoice(tx, invoice_id)?;
        Ok(Written { invoice_id, billed: all.into_iter().map(|(reference, ..)| reference).collect() })
    }

    /// What it bills of the lines ordered: those named, or all that is left.
    fn parts<'l>(&self, lines: &'l [OrderLine], invoice: &Bill, held: Option<OnRecord>) -> Result<Vec<Part<'l>>> {
        let is_on_it =
            |line: &&OrderLine| held.is_some_and(|held| line.life.bills.iter().any(|bill| bill.invoice_id == held.id));
        let on_it = |line: &OrderLine| {
            let (supplier, number) = (line.supplier.to_string(), invoice.number.clone());
            refuse(BillingRefusal::OnThisInvoice { supplier, number, line: line.reference })
        };
        let mut wanted: Vec<(&OrderLine, Option<i64>, Option<Pence>)> = Vec::new();
        for named in &self.lines {
            let reference = named.line_of(self.order).map_err(refuse)?;
            if wanted.iter().any(|(line, ..)| line.reference == reference) {
                return Err(refuse(BillingRefusal::NamedTwice(reference)));
            }
            let line = lines.iter().find(|line| line.reference == reference);
            let line = line.ok_or_else(|| refuse(PurchaseRefusal::UnknownLine(reference)))?;
            wanted.push((line, named.qty, named.net));
        }
        if wanted.is_empty() && self.extras.is_empty() {
            let open = lines.iter().filter(|line| line.life.ordered.unbilled(&line.life.bills) > 0);
            wanted.extend(open.map(|line| (line, None, None)));
            if wanted.is_empty() {
                let again = lines.iter().find(is_on_it).map(on_it);
                return Err(again.unwrap_or_else(|| refuse(BillingRefusal::OrderDone(self.order))));
            }
        }
        if let Some((line, ..)) = wanted.iter().find(|(line, ..)| is_on_it(line)) {
            return Err(on_it(line));
        }
        let part = |(line, qty, net): (&'l OrderLine, Option<i64>, Option<Pence>)| {
            let billed = rules::bill(line, qty, net).map_err(refuse)?;
            let increase = rules::increase(line, &billed, invoice.on);
            Ok(Part { line, billed, increase, warnings: Vec::new() })
        };
        wanted.into_iter().map(part).collect()
    }
}

impl Part<'_> {
    /// What the funds need to know of it.
    fn proposal(&self, on: Date, overridden: bool) -> Proposal<'_> {
        Proposal {
            nature: self.line.line.nature,
            category: self.line.line.category.as_ref(),
            area: self.line.line.area.as_deref(),
            costs: self.increase.clone(),
            ordered_on: self.line.ordered_on,
            invoiced_on: Some(on),
            overridden,
        }
    }
}
