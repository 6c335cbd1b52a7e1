//! `report unexplained`: pounds that no instrument stands for yet.

use anyhow::Result;
use clap::Args;

use super::filters::Filters;
use crate::commands::Desk;
use crate::domain::spend::{LineFacts, Part, UnexplainedLine};
use crate::output::listing::Lister;
use crate::store::spend::{SpendFilter, each};
use crate::store::{Tx, setting};

/// Invoiced lines of instruments, equipment or software that have another number of tags than their quantity.
///
/// Example: ledgerline report unexplained --fund CIP
#[derive(Debug, Args)]
pub struct Unexplained {
    #[command(flatten)]
    filters: Filters,
}

impl Unexplained {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (db, today) = (desk.open()?, desk.today());
        db.expect_bulk()?;
        let found = db.read(|tx| {
            let filter = self.filters.resolve(tx, today, setting::financial_year_start(tx)?)?;
            desk.list::<UnexplainedLine<'_>>(|out| list(tx, &filter, out))
        })?;
        if found == 0 { desk.say("Every pound is explained.") } else { Ok(()) }
    }
}

/// Lists the lines that nothing explains yet.
pub fn list(tx: &Tx, filter: &SpendFilter, out: &mut Lister<'_>) -> Result<()> {
    each(tx, filter, |facts, parts| if facts.is_explained() { Ok(()) } else { out.row(&line(facts, parts)) })
}

fn line<'a>(facts: &LineFacts<'a>, parts: &[Part]) -> UnexplainedLine<'a> {
    let (money, life) = (&facts.money, facts.money.life);
    UnexplainedLine {
        fund: parts.first().map_or(money.first_fund, |part| money.fund_of(part)),
        line: facts.reference(),
        invoice_date: life.bills.first().map(|bill| bill.on),
        invoice_no: life.bills.first().map_or("", |bill| &bill.number),
        supplier: facts.supplier,
        description: facts.description,
        nature: facts.nature,
        category: money.category,
        qty: life.billed_qty(),
        tagged: life.tagged,
        grant_cost: parts.iter().filter(|part| part.bill.is_some()).map(|part| part.cost).sum(),
    }
}
