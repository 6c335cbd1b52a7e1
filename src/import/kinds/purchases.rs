//! Purchases: known by order and line; a row without reference by its content and its place among equals.
//!
//! Each row is one line of an order, with as much of its life as one row can tell: ordered, arrived, invoiced, paid. What else
//! happened to it stands in files of its own, which come after this one.

mod read;
mod told;

use std::borrow::Cow;
use std::collections::HashMap;

use anyhow::Result;

use super::money::{Judgements, Warnings, about};
use super::{Finish, Intake, Outcome, Round, Row, Terms};
use crate::domain::purchase::{ClosedPeriod, Funds, NewPurchase, Proposal, Recorded, Warning};
use crate::domain::reference::LineRef;
use crate::domain::refusal::refuse;
use crate::domain::text::Name;
use crate::domain::words::Rule;
use crate::import::track::{Keys, Runs};
use crate::output::listing::Lister;
use crate::store::overriding::{self, Against};
use crate::store::purchase::{self, each_record};
use crate::store::{Tx, setting, supplier};
use told::Told;

columns! {
    Fund = "fund", Order = "order", Line = "line", OrderDate = "order_date", InvoiceDate = "invoice_date",
    InvoiceNo = "invoice_no", PaidOn = "paid_on", Supplier = "supplier", Description = "description", Nature = "nature",
    Type = "type", Size = "size", Kind = "kind", Category = "category", Group = "group", Adapted = "adapted",
    Area = "area", Qty = "qty", LineNet = "line_net", LineVat = "line_vat", VatRate = "vat_rate",
    VatRecoverable = "vat_recoverable", ReceivedOn = "received_on", Reference = "reference",
    OffFramework = "off_framework", Override = "override", OverrideOn = "override_on", OverrideRule = "override_rule",
    AddedOn = "added_on", FirstFund = "first_fund", FirstCategory = "first_category", Entry = "entry",
    NumberKey = "number_key", Policy = "policy", Judgement = "judgement", JudgedOn = "judged_on", Recorded = "recorded",
    ImportKey = "import_key",
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
    alike: HashMap<String, i64>,
    /// The places of rows that wait for money, by line.
    waiting: HashMap<u64, i64>,
    orders: Runs,
    warnings: Warnings,
    closed: ClosedPeriod,
    judgements: Judgements,
    /// Whether any row came that did not stand on record before.
    has_new: bool,
}

pub fn begin(tx: &Tx, _terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Purchases {
        funds: Funds::default(),
        suppliers: HashMap::new(),
        made: Vec::new(),
        vat_recoverable: setting::recoverable_vat(tx)?,
        seen: Keys::default(),
        alike: HashMap::new(),
        waiting: HashMap::new(),
        orders: Runs::default(),
        warnings: Warnings::default(),
        closed: setting::closed_to_files(tx)?,
        judgements: Judgements::begin(tx)?,
        has_new: false,
    })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    each_record(tx, None, |record| out.row(record))
}

impl Intake for Purchases {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, round: Round) -> Result<Outcome> {
        let (order, reference) = read::reference(row);
        if let Some(line) = reference
            && row.repeats(Column::Line, self.seen.first(line, row.line()))
        {
            return Ok(Outcome::Rejected);
        }
        let told_key = Some(row.text(Column::ImportKey)).filter(|key| !key.is_empty()).map(Cow::into_owned);
        let import_key = if reference.is_none() { Some(self.content(row)) } else { told_key };
        let Some((mut new, told)) = self.read(tx, row)? else {
            return Ok(Outcome::Rejected);
        };
        new.order = order;
        new.line_number = reference.map(|line| line.line);
        new.import_key = import_key;
        if let Some(other) = self.taken_key(tx, &new, reference)? {
            row.fault(Column::ImportKey, format!("is that of {other}, which came from the same row of a file"));
            return Ok(Outcome::Rejected);
        }
        match on_record(tx, &new, reference)? {
            Some(line_id) => self.compare(tx, (&new, &told), line_id),
            None => self.record(tx, row, (&new, &told), round),
        }
    }

    fn finish(&mut self, tx: &Tx) -> Result<Finish> {
        self.judgements.finish(tx)?;
        let mut warnings = self.warnings.finish();
        if self.has_new {
            warnings.extend(self.judgements.warning(tx)?);
        }
        let about = about(std::mem::take(&mut self.orders));
        let mut remarks = Vec::new();
        if !self.made.is_empty() {
            let names: Vec<&str> = self.made.iter().map(Name::as_str).collect();
            remarks.push(format!("Suppliers not on record, made with the rows that name them: {}.", names.join("; ")));
        }
        Ok(Finish { about, remarks, warnings })
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
    /// The line that came from the row of a file that a row with a reference of its own names, where that is another.
    fn taken_key(&self, tx: &Tx, new: &NewPurchase, reference: Option<LineRef>) -> Result<Option<LineRef>> {
        let Some((reference, key)) = reference.zip(new.import_key.as_deref()) else {
            return Ok(None);
        };
        let held = purchase::find_by_import_key(tx, key)?;
        Ok(held.map(|held| held.reference).filter(|held| *held != reference))
    }

    /// What tells a row without reference from the others: all it says, and how many said the same before. What the
    /// command adds (a fund, a category) is no part of it, so that a file taken in twice is not counted twice.
    fn content(&mut self, row: &mut Row<'_>) -> String {
        let content = row.content(SEPARATOR);
        row.told_place = self.waiting.remove(&row.line()).or(row.told_place);
        let place = row.place_among(self.alike.entry(content.clone()).or_default());
        format!("{content}{place}")
    }

    /// A line on record is left as it is, whatever the file says: what was bought is corrected by a new event.
    fn compare(&mut self, tx: &Tx, (new, told): (&NewPurchase, &Told), line_id: i64) -> Result<Outcome> {
        let mut fields = Vec::new();
        let mut subject = String::new();
        each_record(tx, Some(line_id), |record| {
            subject = record.line.to_string();
            let supplier = self.suppliers.values().find(|(id, _)| *id == new.supplier_id);
            let invoice = new.invoice.as_ref();
            // A row that tells what bore the line at first is held against that: what moved it since has rows of its own.
            let first = (record.first_fund.as_ref().unwrap_or(&record.fund), if record.first_fund.is_some() { record.first_category } else { record.category });
            let (fund, category) = if told.tells_first { first } else { (&record.fund, record.category) };
            let told = [
                ("fund", *fund == new.line.shares),
                ("supplier", supplier.is_none_or(|(_, name)| name.as_str() == record.supplier)),
                ("description", record.description == new.line.description),
                ("nature", record.nature == new.line.nature),
                ("category", category == new.line.category.as_ref().map_or("", |code| code.as_str())),
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

    /// Asks the rules, and writes. A line for which a fund's money has run out waits: a credit further down may make room.
    fn record(
        &mut self,
        tx: &Tx,
        row: &mut Row<'_>,
        (new, told): (&NewPurchase, &Told),
        round: Round,
    ) -> Result<Outcome> {
        let supplier = self.suppliers.values().find(|(id, _)| *id == new.supplier_id);
        let supplier = supplier.map(|(id, name)| (*id, name.clone()));
        let Some((supplier_id, name)) = supplier else {
            return Ok(Outcome::Rejected);
        };
        let judged = match told.recorded {
            true => self.judge_again(new, told),
            false => purchase::judge(tx, &mut self.funds, (supplier_id, &name), new, self.closed),
        };
        if judged.is_err() && !round.last && self.funds.lack_money_for(&new.proposal()) {
            self.waiting.extend(row.place.map(|place| (row.line(), place)));
            return Ok(Outcome::Waits);
        }
        let Some(warnings) = row.judged(judged)? else {
            return Ok(Outcome::Rejected);
        };
        let Some((recorded, bill)) = row.found(Column::Order, purchase::record_unjudged(tx, new, &told.history))? else {
            return Ok(Outcome::Rejected);
        };
        bill.map_or(Ok(()), |bill| self.judgements.keep(tx, bill, told.judgement))?;
        self.warnings.add(row.line(), &warnings);
        match told.recorded {
            true => told.keep_reason(tx, new, &recorded)?,
            false => keep_reason(tx, new, &recorded, &warnings)?,
        }
        self.has_new |= !told.recorded;
        self.orders.add(recorded.reference.order.number());
        Ok(Outcome::Created)
    }

    /// Judges a line that stood on record before. Its funds were asked when it was recorded, as they stood then, and only take it
    /// into account now; a day that is closed in this hub is closed to it.
    fn judge_again(&mut self, new: &NewPurchase, told: &Told) -> Result<Vec<Warning>> {
        let is_excused = told.rule == Some(Rule::ClosedPeriod);
        new.first_day().map(|on| self.closed.judge(on, is_excused)).transpose().map_err(refuse)?;
        self.funds.judge(&Proposal { overridden: true, ..new.proposal() }).map_err(refuse)?;
        Ok(Vec::new())
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
