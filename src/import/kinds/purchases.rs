//! Purchases: known by order and line; a row without reference by its content and its place among equals.
//!
//! Each row is one line of an order, with as much of its life as the file tells: ordered, arrived, invoiced, paid.

mod read;

use std::collections::HashMap;

use anyhow::Result;

use super::cells::{Price, shares_of};
use super::{Finish, Intake, Outcome, Round, Row, Terms};
use crate::domain::purchase::ordering::{MOST_TOLD, more_like_these};
use crate::domain::purchase::{Funds, NewPurchase, Recorded, Warning};
use crate::domain::reference::LineRef;
use crate::domain::shares::Shares;
use crate::domain::text::Name;
use crate::import::track::{Keys, Runs};
use crate::output::listing::Lister;
use crate::store::journal::About;
use crate::store::overriding::{self, Against};
use crate::store::purchase::{self, each_record};
use crate::store::{Tx, policy, setting, supplier};

columns! {
    Fund = "fund", Order = "order", Line = "line", OrderDate = "order_date", InvoiceDate = "invoice_date",
    InvoiceNo = "invoice_no", PaidOn = "paid_on", Supplier = "supplier", Description = "description", Nature = "nature",
    Type = "type", Size = "size", Kind = "kind", Category = "category", Group = "group", Adapted = "adapted",
    Area = "area", Qty = "qty", LineNet = "line_net", LineVat = "line_vat", VatRate = "vat_rate",
    VatRecoverable = "vat_recoverable", ReceivedOn = "received_on", Reference = "reference",
    OffFramework = "off_framework", Override = "override",
}

pub const KEY: Option<&str> = Some("line_net");

/// Parts the values in an import key; no cell holds it.
const SEPARATOR: char = '\u{1f}';

struct Purchases {
    /// Facts of each fund met, kept up to date row by row.
    funds: Funds,
    /// Suppliers by the name the file uses.
    suppliers: HashMap<String, (i64, Name)>,
    made: Vec<Name>,
    vat_recoverable: bool,
    seen: Keys<LineRef>,
    /// How often each content came among the rows without reference.
    alike: HashMap<String, u32>,
    orders: Runs,
    warnings: Vec<String>,
    warned: usize,
    /// The last bill that was on record before.
    last_bill: i64,
}

pub fn begin(tx: &Tx, _terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Purchases {
        funds: Funds::default(),
        suppliers: HashMap::new(),
        made: Vec::new(),
        vat_recoverable: setting::recoverable_vat(tx)?,
        seen: Keys::default(),
        alike: HashMap::new(),
        orders: Runs::default(),
        warnings: Vec::new(),
        warned: 0,
        last_bill: policy::last_bill(tx)?,
    })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    each_record(tx, None, |record| out.row(record))
}

impl Intake for Purchases {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let (order, reference) = read::reference(row);
        if let Some(line) = reference
            && row.repeats(Column::Line, self.seen.first(line, row.line()))
        {
            return Ok(Outcome::Rejected);
        }
        let import_key = if reference.is_none() { Some(self.content(row)) } else { None };
        let Some(mut new) = self.read(tx, row)? else {
            return Ok(Outcome::Rejected);
        };
        new.order = order;
        new.line_number = reference.map(|line| line.line);
        new.import_key = import_key;
        match on_record(tx, &new, reference)? {
            Some(line_id) => self.compare(tx, &new, line_id),
            None => self.record(tx, row, &new),
        }
    }

    fn finish(&mut self, tx: &Tx) -> Result<Finish> {
        policy::judge_bills_after(tx, self.last_bill)?;
        match policy::revenue_in_capital_after(tx, self.last_bill)? {
            0 => {}
            1 => self.warnings.push("1 line is revenue by policy and borne by a capital fund; 'ledgerline purchase pool' puts lines together".into()),
            many => self.warnings.push(format!(
                "{many} lines are revenue by policy and borne by a capital fund; 'ledgerline purchase pool' puts lines together"
            )),
        }
        let about = std::mem::take(&mut self.orders).joined().into_iter().map(|(first, last)| About::Orders(first, last)).collect();
        let mut remarks = Vec::new();
        if !self.made.is_empty() {
            let names: Vec<&str> = self.made.iter().map(Name::as_str).collect();
            remarks.push(format!("Suppliers not on record, made with the rows that name them: {}.", names.join("; ")));
        }
        Ok(Finish { about, remarks, warnings: std::mem::take(&mut self.warnings) })
    }
}

/// The line on record that a row stands for.
fn on_record(tx: &Tx, new: &NewPurchase, reference: Option<LineRef>) -> Result<Option<i64>> {
    match (reference, &new.import_key) {
        (Some(line), _) => purchase::find_line(tx, line),
        (None, Some(key)) => Ok(purchase::find_by_import_key(tx, key)?.map(|recorded| recorded.line_id)),
        (None, None) => Ok(None),
    }
}

impl Purchases {
    /// What tells a row without reference from the others: all it says, and how many said the same before. What the
    /// command adds (a fund, a category) is no part of it, so that a file taken in twice is not counted twice.
    fn content(&mut self, row: &Row<'_>) -> String {
        let content = row.content(SEPARATOR);
        let place = self.alike.entry(content.clone()).or_default();
        *place += 1;
        format!("{content}{place}")
    }

    /// A line on record is left as it is, whatever the file says: what was bought is corrected by a new event.
    fn compare(&mut self, tx: &Tx, new: &NewPurchase, line_id: i64) -> Result<Outcome> {
        let mut fields = Vec::new();
        let mut subject = String::new();
        each_record(tx, Some(line_id), |record| {
            subject = record.line.to_string();
            let supplier = self.suppliers.values().find(|(id, _)| *id == new.supplier_id);
            let invoice = new.invoice.as_ref();
            let told = [
                ("fund", record.fund == new.line.shares),
                ("supplier", supplier.is_none_or(|(_, name)| name.as_str() == record.supplier)),
                ("description", record.description == new.line.description),
                ("nature", record.nature == new.line.nature),
                ("category", record.category == new.line.category.as_ref().map_or("", |code| code.as_str())),
                ("qty", record.qty == new.line.qty),
                ("line_net", record.line_net == new.line.net),
                ("line_vat", record.line_vat == new.line.vat),
                ("order_date", record.order_date == new.ordered_on),
                ("invoice_date", record.invoice_date == invoice.map(|invoice| invoice.on)),
                ("invoice_no", record.invoice_no == invoice.map_or("", |invoice| invoice.number.as_str())),
            ];
            fields.extend(told.iter().filter(|(_, same)| !same).map(|(field, _)| *field));
            Ok(())
        })?;
        Ok(if fields.is_empty() { Outcome::Unchanged } else { Outcome::Differs { subject, fields } })
    }

    /// Asks the rules, and writes.
    fn record(&mut self, tx: &Tx, row: &mut Row<'_>, new: &NewPurchase) -> Result<Outcome> {
        let supplier = self.suppliers.values().find(|(id, _)| *id == new.supplier_id);
        let supplier = supplier.map(|(id, name)| (*id, name.clone()));
        let Some((supplier_id, name)) = supplier else {
            return Ok(Outcome::Rejected);
        };
        let judged = purchase::judge(tx, &mut self.funds, (supplier_id, &name), new);
        let Some(warnings) = row.judged(judged)? else {
            return Ok(Outcome::Rejected);
        };
        let Some(recorded) = row.found(Column::Order, purchase::record_unjudged(tx, new))? else {
            return Ok(Outcome::Rejected);
        };
        self.warn(row.line(), &warnings);
        keep_reason(tx, new, &recorded, &warnings)?;
        self.orders.add(recorded.reference.order.number());
        Ok(Outcome::Created)
    }

    /// Keeps the first few warnings; how many there were is told with the last.
    fn warn(&mut self, line: u64, warnings: &[Warning]) {
        for warning in warnings {
            self.warned += 1;
            match self.warned {
                few if few <= MOST_TOLD => self.warnings.push(format!("line {line}: {warning}")),
                _ => {
                    self.warnings.truncate(MOST_TOLD);
                    self.warnings.push(more_like_these(self.warned - MOST_TOLD));
                }
            }
        }
    }

    /// The supplier a file names: found however it is spelt, or made where the map says so.
    fn supplier(&mut self, tx: &Tx, row: &mut Row<'_>) -> Result<Option<i64>> {
        let typed = row.text(Column::Supplier).into_owned();
        if let Some((id, _)) = self.suppliers.get(&typed) {
            return Ok(Some(*id));
        }
        let Some(name) = row.needed::<Name>(Column::Supplier) else {
            return Ok(None);
        };
        let found = match supplier::find(tx, &typed)? {
            Some(found) => Some((found.id, found.name)),
            None if row.makes(Column::Supplier) => {
                self.made.push(name.clone());
                Some((supplier::add(tx, &name, None)?, name))
            }
            None => row.found(Column::Supplier, supplier::get(tx, &typed))?.map(|found| (found.id, found.name)),
        };
        let id = found.as_ref().map(|(id, _)| *id);
        self.suppliers.extend(found.map(|found| (typed, found)));
        Ok(id)
    }

    /// The funds a row names, each with its facts at hand.
    fn shares(&mut self, tx: &Tx, row: &mut Row<'_>, price: Option<Price>) -> Result<Option<Shares>> {
        if row.text(Column::Fund).is_empty() {
            row.fault(Column::Fund, "is missing; --set fund=CODE names one for the whole file");
        }
        shares_of(tx, row, Column::Fund, price, &mut self.funds)
    }
}

/// A reason that a row states is kept with the rules it goes against; where it goes against none that is known, as stated.
fn keep_reason(tx: &Tx, new: &NewPurchase, recorded: &Recorded, warnings: &[Warning]) -> Result<()> {
    let Some((reason, on)) = new.override_reason.as_deref().zip(new.on()) else {
        return Ok(());
    };
    let subject = recorded.reference.to_string();
    let against = Against { subject: &subject, line_id: Some(recorded.line_id), on, reason: Some(reason) };
    match warnings.iter().any(|warning| warning.overridden_rule().is_some()) {
        true => overriding::keep(tx, against, warnings),
        false => overriding::keep_stated(tx, against),
    }
}
