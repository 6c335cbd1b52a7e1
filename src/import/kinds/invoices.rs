//! Invoices and credits: one row for what an invoice bills of one line. Known by the line and the invoice: by its number, by its
//! entry where it has none, else by what the row says and its place among equals.

mod judge;
mod read;

use std::collections::{HashMap, HashSet};

use anyhow::Result;

use super::money::{Judgements, Warnings, about};
use super::{Finish, Intake, Outcome, Round, Row, Terms};
use crate::domain::purchase::billing::Billed;
use crate::domain::purchase::{ClosedPeriod, Funds, OrderLine, ToldJudgement};
use crate::domain::record::money::InvoiceRecord;
use crate::domain::spend::Bill;
use crate::domain::text::fold;
use crate::domain::words::Judged;
use crate::import::track::{Keys, Runs};
use crate::output::listing::Lister;
use crate::store::purchase::{self, billing, records};
use crate::store::{Tx, setting};

use judge::Verdict;
pub use read::COLUMNS;
use read::{Column, Entry};

pub const KEY: Option<&str> = Some("line");

struct Invoices {
    terms: Terms,
    closed: ClosedPeriod,
    funds: Funds,
    judgements: Judgements,
    /// Bills by invoice and line, as rows have spoken of them.
    seen: Keys<(i64, i64)>,
    /// Bills that this file brought: none of them stands for another row that says the same.
    made: HashSet<(i64, i64)>,
    /// Entries whose number in this file is another, since theirs was taken.
    entries: HashMap<i64, i64>,
    orders: Runs,
    warnings: Warnings,
    has_new: bool,
}

pub fn begin(tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Invoices {
        terms,
        closed: setting::closed_to_files(tx)?,
        funds: Funds::default(),
        judgements: Judgements::begin(tx)?,
        seen: Keys::default(),
        made: HashSet::new(),
        entries: HashMap::new(),
        orders: Runs::default(),
        warnings: Warnings::default(),
        has_new: false,
    })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    records::each_bill(tx, |record| out.row(record))
}

impl Intake for Invoices {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, round: Round) -> Result<Outcome> {
        let Some(entry) = self.read(tx, row)? else {
            return Ok(Outcome::Rejected);
        };
        if let Some(invoice_id) = self.on_record(&entry) {
            return self.compare(tx, row, &entry, invoice_id);
        }
        match self.judge(tx, row, &entry, round)? {
            Verdict::Bills(billed, name) => self.write(tx, row, &entry, (&billed, &name)),
            Verdict::Waits => Ok(Outcome::Waits),
            Verdict::Rejected => Ok(Outcome::Rejected),
        }
    }

    fn finish(&mut self, tx: &Tx) -> Result<Finish> {
        self.judgements.finish(tx)?;
        let mut warnings = self.warnings.finish();
        if self.has_new {
            warnings.extend(self.judgements.warning(tx)?);
        }
        Ok(Finish { about: about(std::mem::take(&mut self.orders)), warnings, ..Finish::default() })
    }
}

impl Invoices {
    /// The invoice on record by which a row's line is billed already, if it is: that of its entry; that of its number; else one
    /// that bills just as much, of which no other row has spoken.
    fn on_record(&self, entry: &Entry) -> Option<i64> {
        let line = &entry.line;
        let is_alike = |bill: &&Bill| {
            let gives_back = bill.is_credit() != line.life.ordered.is_credit();
            fold(&bill.number) == fold(&entry.name.number) && gives_back == entry.gives_back()
        };
        let bills: Vec<&Bill> = line.life.bills.iter().filter(is_alike).collect();
        let known = entry.name.entry.map(|entry| self.entries.get(&entry).copied().unwrap_or(entry));
        if let Some(bill) = bills.iter().find(|bill| Some(bill.invoice_id) == known && bill.on == entry.on) {
            return Some(bill.invoice_id);
        }
        if !entry.name.number.is_empty() && !entry.gives_back() && !entry.tells_key {
            return bills.first().map(|bill| bill.invoice_id);
        }
        let is_free = |bill: &&&Bill| !self.made.contains(&(bill.invoice_id, line.id));
        let is_same = |bill: &&&Bill| {
            let amounts = (entry.qty.unwrap_or(bill.qty), entry.net.unwrap_or(bill.net));
            bill.on == entry.on && (bill.qty, bill.net) == amounts && entry.vat.is_none_or(|vat| vat == bill.vat)
        };
        let is_unspoken = |bill: &&&Bill| !self.seen.knows(&(bill.invoice_id, line.id));
        bills.iter().filter(is_free).filter(is_same).find(is_unspoken).map(|bill| bill.invoice_id)
    }

    /// What becomes of a row whose bill is on record: it may be paid since, and no more.
    fn compare(&mut self, tx: &Tx, row: &mut Row<'_>, entry: &Entry, invoice_id: i64) -> Result<Outcome> {
        if row.repeats(Column::Line, self.seen.first((invoice_id, entry.line.id), row.line())) {
            return Ok(Outcome::Rejected);
        }
        self.remember(entry, invoice_id);
        let mut differences = Vec::new();
        let mut paid_on = None;
        records::bill(tx, invoice_id, entry.line.id, |record| {
            differences = differing_columns(row, record, entry);
            paid_on = record.paid_on;
            Ok(())
        })?;
        let pays = entry.paid_on.filter(|_| paid_on.is_none());
        if self.terms.update {
            for column in &differences {
                if matches!(column, Column::PaidOn) && pays.is_some() {
                    self.judge_payment(row, entry);
                } else {
                    row.fault(*column, "is not what is on record, and what is billed stands; a credit puts it right");
                }
            }
            if !row.is_sound() {
                return Ok(Outcome::Rejected);
            }
        }
        let fields = differences.into_iter().map(|column| COLUMNS[usize::from(column)]).collect();
        let subject = if entry.name.number.is_empty() {
            format!("the invoice of {} for {}", entry.on, entry.line.reference)
        } else {
            format!("invoice {} for {}", entry.name.number, entry.line.reference)
        };
        let outcome = self.terms.settle(subject, fields, || pays.map_or(Ok(()), |on| billing::pay(tx, invoice_id, on)))?;
        if matches!(outcome, Outcome::Updated { .. }) {
            self.orders.add(entry.line.reference.order.number());
        }
        Ok(outcome)
    }

    /// Remembers under which number an entry stands in this file, where that is not its own.
    fn remember(&mut self, entry: &Entry, invoice_id: i64) {
        if let Some(told) = entry.name.entry.filter(|told| *told != invoice_id) {
            self.entries.insert(told, invoice_id);
        }
    }

    fn write(
        &mut self,
        tx: &Tx,
        row: &Row<'_>,
        entry: &Entry,
        (billed, name): (&Billed, &judge::OnInvoice),
    ) -> Result<Outcome> {
        let line: &OrderLine = &entry.line;
        let invoice_id = match name {
            judge::OnInvoice::Held(id) => *id,
            judge::OnInvoice::New(name) => {
                billing::make(tx, line.supplier_id, name, (entry.on, entry.paid_on), entry.reason.as_deref())?
            }
        };
        self.remember(entry, invoice_id);
        self.seen.first((invoice_id, line.id), row.line());
        self.made.insert((invoice_id, line.id));
        let bill_id = billing::add(tx, invoice_id, line.id, billed)?;
        self.judgements.keep(tx, bill_id, entry.judgement)?;
        if !entry.recorded {
            purchase::share_out_cost(tx, line.reference)?;
            self.has_new = true;
        }
        self.orders.add(line.reference.order.number());
        Ok(Outcome::Created)
    }
}

/// The columns in which a row says something else than the record. What a row leaves out, it does not say.
fn differing_columns(row: &Row<'_>, record: &InvoiceRecord<'_>, entry: &Entry) -> Vec<Column> {
    let judged = |told| match told {
        ToldJudgement::Unjudged => Judged::Unjudged,
        ToldJudgement::By { is_capital: true, .. } => Judged::Capital,
        ToldJudgement::By { is_capital: false, .. } => Judged::Revenue,
    };
    let same = [
        (Column::InvoiceDate, record.invoice_date == entry.on),
        (Column::PaidOn, !row.has(Column::PaidOn) || record.paid_on == entry.paid_on),
        (Column::Reason, !row.has(Column::Reason) || record.reason == entry.reason.as_deref().unwrap_or_default()),
        (Column::Qty, entry.qty.is_none_or(|qty| qty == record.qty)),
        (Column::LineNet, entry.net.is_none_or(|net| net == record.line_net)),
        (Column::LineVat, entry.vat.is_none_or(|vat| vat == record.line_vat)),
        (Column::Judgement, entry.judgement.is_none_or(|told| judged(told) == record.judgement)),
    ];
    same.into_iter().filter(|(_, same)| !same).map(|(column, _)| column).collect()
}
