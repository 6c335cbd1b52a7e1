//! `report unexplained`: pounds that no instrument stands for yet.

use anyhow::Result;
use clap::Args;

use super::filters::Filters;
use crate::commands::Desk;
use crate::domain::reference::LineRef;
use crate::domain::spend::{LineFacts, UnexplainedLine};
use crate::store::setting;
use crate::store::spend::each;

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
            desk.list::<UnexplainedLine<'_>>(|out| {
                each(tx, &filter, |facts| if facts.is_explained() { Ok(()) } else { out.row(&line(facts)) })
            })
        })?;
        if found == 0 { desk.say("Every pound is explained.") } else { Ok(()) }
    }
}

fn line<'a>(facts: &LineFacts<'a>) -> UnexplainedLine<'a> {
    UnexplainedLine {
        fund: facts.fund,
        line: LineRef { order: facts.order, line: facts.line },
        invoice_date: facts.money.billed.first_on,
        invoice_no: facts.invoice_numbers,
        supplier: facts.supplier,
        description: facts.description,
        nature: facts.nature,
        category: facts.category,
        qty: facts.money.qty,
        tagged: facts.tagged(),
        grant_cost: facts.money.cost,
    }
}
