//! `report deadlines`: until when which money must be spent, and what came too late.

use anyhow::Result;
use clap::Args;

use crate::cli::DayArg;
use crate::commands::Desk;
use crate::domain::date::Date;
use crate::domain::fund::deadline::{DeadlineLine, Watch};
use crate::output::listing::Format;
use crate::store::Tx;
use crate::store::fund::{self, extension, payment};
use crate::store::spend::{SpendFilter, each};

/// Deadlines, and the money that they put at risk, fund by fund and day by day.
///
/// A row for each fund's last day, with what is not yet spent; for each line that is not yet invoiced; for each
/// invoice and payment after the last day; and for each payment that is promised and not received.
///
/// Example: ledgerline report deadlines --fund CIP
#[derive(Debug, Args)]
pub struct Deadlines {
    /// Of this fund
    #[arg(long, value_name = "CODE")]
    fund: Option<String>,
    /// As the records stood at the end of this day: what is dated later does not count
    #[arg(long, value_name = "DATE")]
    as_at: Option<DayArg>,
}

impl Deadlines {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (db, today) = (desk.open()?, desk.today());
        let as_at = self.as_at.as_ref().map(|day| day.on(today)).transpose()?;
        db.expect_bulk()?;
        let watches = db.read(|tx| self.watch(tx, as_at, today))?;
        let (rows, sentences): (Vec<_>, Vec<_>) = watches.into_iter().map(Watch::finish).unzip();
        desk.list::<DeadlineLine>(|out| rows.iter().flatten().try_for_each(|row| out.row(row)))?;
        if desk.options().format == Format::Table {
            sentences.into_iter().flatten().try_for_each(|sentence| desk.say(sentence))?;
        }
        Ok(())
    }

    /// The funds, each with all that was recorded of it by the day.
    fn watch(&self, tx: &Tx, as_at: Option<Date>, today: Date) -> Result<Vec<Watch>> {
        let funds = match &self.fund {
            Some(code) => vec![fund::get_as_at(tx, code, as_at)?],
            None => fund::all_as_at(tx, as_at)?,
        };
        let filter = SpendFilter {
            fund: self.fund.as_ref().and(funds.first()).map(|fund| fund.code.clone()),
            as_at,
            ..SpendFilter::default()
        };
        let day = as_at.unwrap_or(today);
        let mut watches = Vec::new();
        for fund in funds {
            let first = extension::first_deadline(tx, &fund.code)?;
            watches.push(Watch::new(fund, first, day));
        }
        for payment in payment::list(tx, filter.fund.as_ref(), as_at)? {
            if let Some(watch) = watches.iter_mut().find(|watch| *watch.code() == payment.fund) {
                watch.payment(payment);
            }
        }
        each(tx, &filter, |facts, parts| {
            watches.iter_mut().for_each(|watch| watch.line(facts, parts));
            Ok(())
        })?;
        Ok(watches)
    }
}
