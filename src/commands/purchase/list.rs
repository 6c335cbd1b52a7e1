//! `purchase list`.

use anyhow::Result;
use clap::Args;

use crate::cli::DayArg;
use crate::commands::Desk;
use crate::commands::report::{first_and_last, of_category, of_fund, of_supplier};
use crate::domain::date::Date;
use crate::domain::spend::{LineFacts, Part, PurchaseLine};
use crate::output::listing::Lister;
use crate::store::Tx;
use crate::store::spend::{self, SpendFilter};

/// List purchases, line by line, in order of their references.
///
/// Example: ledgerline purchase list --fund CIP --from 2025-09-01
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    filters: Filters,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Only those")]
struct Filters {
    /// Paid from this fund
    #[arg(long, value_name = "CODE")]
    fund: Option<String>,
    /// From this supplier, by any of its names
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    supplier: Option<String>,
    /// For this category, or 'uncategorised'
    #[arg(long, value_name = "CODE")]
    category: Option<String>,
    /// Invoiced on or after this day (ordered, where there is no invoice yet)
    #[arg(long, value_name = "DATE")]
    from: Option<DayArg>,
    /// Invoiced on or before this day (ordered, where there is no invoice yet)
    #[arg(long, value_name = "DATE")]
    to: Option<DayArg>,
}

impl Filters {
    fn resolve(&self, tx: &Tx, today: Date) -> Result<SpendFilter> {
        let (from, to) = first_and_last(self.from.as_ref(), self.to.as_ref(), today)?;
        Ok(SpendFilter {
            fund: of_fund(tx, self.fund.as_deref())?,
            supplier_id: of_supplier(tx, self.supplier.as_deref())?,
            category: self.category.as_deref().map(|code| of_category(tx, code)).transpose()?,
            from,
            to,
            ..SpendFilter::default()
        })
    }
}

impl List {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (db, today) = (desk.open()?, desk.today());
        db.expect_bulk()?;
        db.read(|tx| {
            let filter = self.filters.resolve(tx, today)?;
            desk.list::<PurchaseLine<'_>>(|out| spend::each(tx, &filter, |facts, parts| rows(out, facts, parts)))?;
            Ok(())
        })
    }
}

fn rows(out: &mut Lister<'_>, facts: &LineFacts<'_>, parts: &[Part]) -> Result<()> {
    parts.iter().try_for_each(|part| out.row(&line(facts, part)))
}

fn line<'a>(facts: &LineFacts<'a>, part: &Part) -> PurchaseLine<'a> {
    let (money, bill) = (&facts.money, facts.money.bill_of(part));
    PurchaseLine {
        order: facts.order,
        line: facts.reference(),
        order_date: money.ordered_on,
        invoice_date: bill.map(|bill| bill.on),
        invoice_no: bill.map_or("", |bill| &bill.number),
        supplier: facts.supplier,
        description: facts.description,
        nature: facts.nature,
        fund: money.fund_of(part),
        category: money.category,
        qty: part.qty,
        line_net: part.net,
        line_vat: part.vat,
        grant_cost: part.cost,
        state: part.state,
        tags: money.tags_of(part).join(", "),
    }
}
