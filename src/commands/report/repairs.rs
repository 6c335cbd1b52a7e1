//! `report repairs`: which makes last, so that the next purchase is fit for purpose.

use anyhow::Result;
use clap::Args;

use super::filters::{Bought, Days};
use crate::commands::{Desk, lookup};
use crate::domain::date::Date;
use crate::domain::repair::MakeLine;
use crate::store::repair::{MakeFilter, makes};
use crate::store::{Tx, setting};

/// Repairs, their cost, age and retirements by make and model: what to buy again, and what not.
///
/// Every instrument there ever was is counted, the retired ones too. With a year or --from and --to,
/// only repairs sent and instruments retired in those days count; age and number stay those of all.
///
/// Example: ledgerline report repairs --type VN --format csv --output repairs.csv
#[derive(Debug, Args)]
pub struct Repairs {
    /// Of this type: a code or a name
    #[arg(long = "type", value_name = "TYPE")]
    type_code: Option<String>,
    #[arg(long, allow_hyphen_values = true)]
    make: Option<String>,
    #[command(flatten, next_help_heading = "Only those")]
    bought: Bought,
    #[command(flatten)]
    days: Days,
}

impl Repairs {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (db, today) = (desk.open()?, desk.today());
        db.expect_bulk()?;
        let lines = db.read(|tx| makes(tx, &self.filter(tx, today)?, today))?;
        desk.list::<MakeLine>(|out| lines.iter().try_for_each(|line| out.row(line)))?;
        Ok(())
    }

    fn filter(&self, tx: &Tx, today: Date) -> Result<MakeFilter> {
        let type_code = self.type_code.as_deref().map(|text| lookup::instrument_type(tx, text)).transpose()?;
        let (from, to) = self.days.resolve(today, setting::financial_year_start(tx)?)?;
        Ok(MakeFilter {
            type_code: type_code.map(|found| found.code),
            make: self.make.clone(),
            from,
            to,
            stock: self.bought.stock(tx)?,
        })
    }
}
