//! `report lines`: every purchase line behind the totals.

use anyhow::Result;
use clap::Args;

use super::filters::Filters;
use crate::commands::Desk;
use crate::domain::date::{AcademicYear, FinancialYear, YearStart};
use crate::domain::spend::{LineFacts, Part, ReportLine};
use crate::store::setting;
use crate::store::spend::each;

/// Every purchase line behind the totals of 'report spend', in order of reference.
///
/// A line stands once for each part that is billed, has arrived, or is still to come; a credit is a negative row; and
/// a line that two funds bear stands once for each. So the rows of any state, fund or category add up to 'report spend'.
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
        db.expect_reading()?;
        db.read(|tx| {
            let opens = setting::financial_year_start(tx)?;
            let filter = self.filters.resolve(tx, today, opens)?;
            desk.list::<ReportLine<'_>>(|out| {
                each(tx, &filter, |facts, parts| parts.iter().try_for_each(|part| out.row(&line(facts, part, opens))))
            })?;
            Ok(())
        })
    }
}

pub fn line<'a>(facts: &LineFacts<'a>, part: &Part, opens: YearStart) -> ReportLine<'a> {
    let money = &facts.money;
    let (day, bill, judged) = (money.falls_on(part), money.bill_of(part), money.capital_result(part));
    ReportLine {
        fund: money.fund_of(part),
        order: facts.order,
        line: facts.reference(),
        academic_year: day.map(AcademicYear::of),
        financial_year: day.map(|day| FinancialYear::of(day, opens)),
        order_date: money.ordered_on,
        invoice_date: bill.map(|bill| bill.on),
        invoice_no: bill.map_or("", |bill| &bill.number),
        supplier: facts.supplier,
        framework_lot: facts.framework_lot,
        description: facts.description,
        nature: facts.nature,
        type_code: facts.type_code,
        kind: facts.kind,
        category: money.category,
        group: facts.group,
        adapted: facts.adapted,
        area: facts.area,
        qty: part.qty,
        line_net: part.net,
        line_vat: part.vat,
        vat_recoverable: money.life.ordered.vat_recoverable,
        grant_cost: part.cost,
        state: part.state,
        capital_result: judged.map(|(result, _)| result),
        policy: judged.map(|(_, policy)| policy),
        tags: money.tags_of(part).join(", "),
    }
}
