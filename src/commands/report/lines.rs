//! `report lines`: every purchase line behind the totals.

use anyhow::Result;
use clap::Args;

use super::filters::Filters;
use crate::commands::Desk;
use crate::domain::date::{AcademicYear, FinancialYear, YearStart};
use crate::domain::reference::LineRef;
use crate::domain::spend::{LineFacts, ReportLine};
use crate::store::setting;
use crate::store::spend::each;

/// Every purchase line behind the totals of 'report spend', in order of reference.
///
/// Example: ledgerline report lines --fund CIP --year 2025/26 --format csv --output lines.csv
#[derive(Debug, Args)]
pub struct Lines {
    #[command(flatten)]
    filters: Filters,
}

impl Lines {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (db, today) = (desk.open()?, desk.today());
        db.expect_bulk()?;
        db.read(|tx| {
            let opens = setting::financial_year_start(tx)?;
            let filter = self.filters.resolve(tx, today, opens)?;
            desk.list::<ReportLine<'_>>(|out| each(tx, &filter, |facts| out.row(&line(facts, opens))))?;
            Ok(())
        })
    }
}

fn line<'a>(facts: &LineFacts<'a>, opens: YearStart) -> ReportLine<'a> {
    let day = facts.falls_on();
    ReportLine {
        fund: facts.fund,
        order: facts.order,
        line: LineRef { order: facts.order, line: facts.line },
        academic_year: day.map(AcademicYear::of),
        financial_year: day.map(|day| FinancialYear::of(day, opens)),
        order_date: facts.ordered_on,
        invoice_date: facts.money.billed.first_on,
        invoice_no: facts.invoice_numbers,
        supplier: facts.supplier,
        framework_lot: facts.framework_lot,
        description: facts.description,
        nature: facts.nature,
        type_code: facts.type_code,
        kind: facts.kind,
        category: facts.category,
        group: facts.group,
        adapted: facts.adapted,
        area: facts.area,
        qty: facts.money.qty,
        line_net: facts.net,
        line_vat: facts.vat,
        vat_recoverable: facts.money.vat_recoverable,
        grant_cost: facts.money.cost,
        state: facts.money.state(),
        capital_result: None,
        policy: None,
        tags: facts.tags,
    }
}
