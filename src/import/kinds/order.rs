//! The lines of an order that is being made: a file's rows, judged one after another and recorded together.

use std::collections::BTreeSet;

use anyhow::{Context, Result};

use super::Row;
use super::cells::{Price, USUAL_VAT_RATE, category_of, shares_of, vat_rate};
use super::line::{Amounts, At, Lines};
use crate::domain::date::Date;
use crate::domain::fund::FundCode;
use crate::domain::instrument::{CategoryCode, InstrumentRefusal};
use crate::domain::money::Pence;
use crate::domain::purchase::ordering::{MOST, OrderRefusal, quantity};
use crate::domain::purchase::{Funds, Line, NewPurchase, Warning};
use crate::domain::reference::{LineRef, OrderRef};
use crate::domain::refusal::refuse;
use crate::domain::shares::Shares;
use crate::domain::supplier::Supplier;
use crate::import::Source;
use crate::import::mapping::{Map, Mapping, Wanted};
use crate::import::plan::beyond_headings;
use crate::import::report::sentence;
use crate::store::overriding::{self, Against};
use crate::store::{Tx, category, purchase, setting};

columns! {
    Description = "description", Nature = "nature", Type = "type", Size = "size", Kind = "kind", Category = "category",
    Group = "group", Adapted = "adapted", Area = "area", Qty = "qty", LineNet = "line_net", VatRate = "vat_rate",
    VatRecoverable = "vat_recoverable", Fund = "fund",
}

/// Columns that no default stands for.
const NEEDED: &[&str] = &["description", "nature", "line_net"];

/// Ties a file's headings to the columns of a line; `fund` stands where a row names none.
pub fn mapping(headings: &[String], fund: Option<&str>) -> Result<Mapping> {
    let is_there = |column: &str| headings.iter().any(|heading| heading.eq_ignore_ascii_case(column));
    if let Some(column) = NEEDED.iter().find(|column| !is_there(column)) {
        return Err(refuse(OrderRefusal::NoColumn { column, columns: COLUMNS }));
    }
    let wanted = Wanted { kind: "lines of an order", columns: COLUMNS, key: None };
    let mut mapping = Mapping::resolve(wanted, &Map::default(), &[], headings)?;
    if let Some(fund) = fund {
        mapping.fill(Column::Fund.into(), fund);
    }
    Ok(mapping)
}

/// What is said of an order as a whole.
pub struct NewOrder {
    /// None where the one that is named is refused: then every line is judged, and none recorded.
    pub supplier: Option<Supplier>,
    /// What `--fund` says, where that is refused: it is told once, not with every row.
    pub refused_fund: Option<String>,
    pub ordered_on: Date,
    pub reference: Option<String>,
    pub off_framework_reason: Option<String>,
    pub override_reason: Option<String>,
}

/// What became of a file's rows so far.
pub struct OrderLines<'o> {
    order: &'o NewOrder,
    vat_recoverable: bool,
    pub funds: Funds,
    /// The funds that bear any of it.
    pub borne_by: BTreeSet<FundCode>,
    /// Known from the first line that was recorded.
    pub reference: Option<OrderRef>,
    pub lines: i64,
    pub cost: Pence,
    pub warnings: Vec<(LineRef, Warning)>,
    /// `line 3: qty '0': …`, each fault of each row.
    pub faults: Vec<String>,
    read: u64,
    faulty: u64,
}

impl<'o> OrderLines<'o> {
    pub fn begin(tx: &Tx, order: &'o NewOrder) -> Result<OrderLines<'o>> {
        Ok(OrderLines {
            order,
            vat_recoverable: setting::recoverable_vat(tx)?,
            funds: Funds::default(),
            borne_by: BTreeSet::new(),
            reference: None,
            lines: 0,
            cost: Pence::ZERO,
            warnings: Vec::new(),
            faults: Vec::new(),
            read: 0,
            faulty: 0,
        })
    }

    /// Judges and records every row; what a faulty one is wrong in is kept, and the rest is judged all the same.
    pub fn take(&mut self, tx: &Tx, source: &Source, mapping: &Mapping) -> Result<()> {
        let mut rows = source.rows()?;
        let width = rows.headings().len();
        while let Some(raw) = rows.next()? {
            let line = raw.line;
            self.read += 1;
            let mut row = Row::new(raw, mapping);
            if let Some(fault) = beyond_headings(&raw, width) {
                row.fault_of_row(fault);
            } else if self.lines == MOST {
                row.fault_of_row(format!("an order has {MOST} lines at the most"));
            } else if !row.is_broken(false) {
                self.row(tx, &mut row).with_context(|| format!("line {line}"))?;
            }
            self.faulty += u64::from(!row.is_sound());
            self.faults.extend(row.faults.iter().map(|fault| format!("line {line}: {}", sentence(COLUMNS, fault))));
        }
        Ok(())
    }

    /// The order and its supplier, where every row of the file is one of its lines; `whole` says that the order itself is
    /// refused.
    pub fn order(&self, whole: bool) -> Result<(OrderRef, &'o Supplier)> {
        let (faulty, read) = (self.faulty, self.read);
        match (self.reference, &self.order.supplier) {
            _ if whole || faulty > 0 => Err(refuse(OrderRefusal::Faulty { whole, faulty, read })),
            (Some(order), Some(supplier)) => Ok((order, supplier)),
            _ => Err(refuse(OrderRefusal::NoLines)),
        }
    }

    fn row(&mut self, tx: &Tx, row: &mut Row<'_>) -> Result<()> {
        let Some(line) = self.line(tx, row)?.filter(|_| row.is_sound()) else {
            return Ok(());
        };
        let order = self.order;
        let overridden = order.override_reason.is_some();
        let judged = purchase::judge_ordered(tx, &mut self.funds, &line, order.ordered_on, overridden);
        let Some(warnings) = row.judged(judged)? else {
            return Ok(());
        };
        self.lines += 1;
        self.cost = self.cost + line.grant_cost();
        self.borne_by.extend(line.shares.iter().map(|share| share.fund.clone()));
        match &order.supplier {
            Some(supplier) => self.record(tx, supplier, line, warnings),
            None => Ok(()),
        }
    }

    fn record(&mut self, tx: &Tx, supplier: &Supplier, line: Line, warnings: Vec<Warning>) -> Result<()> {
        let order = self.order;
        let new = NewPurchase {
            order: self.reference,
            line_number: None,
            supplier_id: supplier.id,
            ordered_on: Some(order.ordered_on),
            reference: order.reference.clone(),
            off_framework_reason: order.off_framework_reason.clone(),
            line,
            received_on: None,
            invoice: None,
            override_reason: order.override_reason.clone(),
            import_key: None,
        };
        let recorded = purchase::record(tx, &new)?;
        let subject = recorded.reference.to_string();
        let reason = order.override_reason.as_deref();
        let against = Against { subject: &subject, line_id: Some(recorded.line_id), on: order.ordered_on, reason };
        self.reference = Some(recorded.reference.order);
        overriding::keep(tx, against, &warnings)?;
        self.warnings.extend(warnings.into_iter().map(|warning| (recorded.reference, warning)));
        Ok(())
    }
}

impl Lines for OrderLines<'_> {
    const AT: At = At {
        description: Column::Description as usize,
        nature: Column::Nature as usize,
        type_code: Column::Type as usize,
        size: Column::Size as usize,
        kind: Column::Kind as usize,
        group: Column::Group as usize,
        adapted: Column::Adapted as usize,
        area: Column::Area as usize,
        vat_recoverable: Column::VatRecoverable as usize,
    };

    fn recovers_vat(&self) -> bool {
        self.vat_recoverable
    }

    fn amounts(&self, row: &mut Row<'_>) -> Option<Amounts> {
        let qty = row.read(Column::Qty, quantity).unwrap_or(1);
        if row.text(Column::LineNet).is_empty() {
            row.fault(Column::LineNet, "is missing");
        }
        let net = row.price(Column::LineNet);
        let rate = row.read(Column::VatRate, |text| vat_rate(text).ok_or("is not a whole percentage from 0 to 100"));
        let rate = rate.unwrap_or(USUAL_VAT_RATE);
        net.map(|net| Amounts { qty, net, vat: net.percent(rate), vat_rate: Some(rate) })
    }

    fn category(&self, tx: &Tx, row: &mut Row<'_>) -> Result<Option<CategoryCode>> {
        category_in_use(tx, row)
    }

    fn shares(&mut self, tx: &Tx, row: &mut Row<'_>, price: Option<Price>) -> Result<Option<Shares>> {
        if row.text(Column::Fund).is_empty() {
            row.fault(Column::Fund, "is missing; --fund CODE names one for the whole order");
        }
        if self.order.refused_fund.as_deref() == Some(&*row.text(Column::Fund)) {
            return Ok(None);
        }
        shares_of(tx, row, Column::Fund, price, &mut self.funds)
    }
}

/// The category a row names, which is not a retired one.
fn category_in_use(tx: &Tx, row: &mut Row<'_>) -> Result<Option<CategoryCode>> {
    let Some(code) = category_of(tx, row, Column::Category)? else {
        return Ok(None);
    };
    if let Some(on) = category::find(tx, code.as_str())?.and_then(|found| found.retired_on) {
        row.fault(Column::Category, InstrumentRefusal::RetiredCategory(code.clone(), on));
    }
    Ok(Some(code))
}
