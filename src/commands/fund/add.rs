//! `fund add`.

use anyhow::Result;
use clap::Args;

use super::event;
use crate::cli::DayArg;
use crate::commands::Desk;
use crate::domain::fund::{Fund, FundCode, FundRefusal, check};
use crate::domain::money::{Pence, parse_price};
use crate::domain::refusal::refuse;
use crate::domain::text::Name;
use crate::domain::words::FundNature;
use crate::store::fund;

/// Add a fund.
///
/// Example: ledgerline fund add CIP "Capital Grant for Musical Instruments" --award 311099 --from 2024-09-01 --spend-by 2026-08-31
#[derive(Debug, Args)]
pub struct Add {
    /// Short code, by which purchases name it
    code: FundCode,
    /// Its official name, as reports print it
    #[arg(allow_hyphen_values = true)]
    name: Name,
    /// All that was awarded
    #[arg(long, value_name = "£", value_parser = parse_price, allow_hyphen_values = true)]
    award: Pence,
    /// The first day on which it may be spent
    #[arg(long, value_name = "DATE")]
    from: Option<DayArg>,
    /// The last day on which it may be spent
    #[arg(long, value_name = "DATE")]
    spend_by: Option<DayArg>,
    /// It pays running costs; without this it is capital and buys no repairs, consumables or services
    #[arg(long)]
    revenue: bool,
}

impl Add {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let day = |given: &Option<DayArg>| given.as_ref().map(|day| day.on(today)).transpose();
        let (from_on, spend_by) = (day(&self.from)?, day(&self.spend_by)?);
        let nature = if self.revenue { FundNature::Revenue } else { FundNature::Capital };
        let new = Fund { code: self.code, name: self.name, nature, award: self.award, from_on, spend_by };
        check(&new).map_err(refuse)?;
        let mut db = desk.open()?;
        desk.change(&mut db, |tx| {
            if let Some(other) = fund::find(tx, new.code.as_str())? {
                return Err(refuse(FundRefusal::Taken(other.code, other.name)));
            }
            fund::add(tx, &new)?;
            let summary = format!("Fund {} added: {}, {}", new.code, new.name, new.award.in_words());
            Ok(((), Some(event(today, "fund add", &new.code, summary))))
        })?;
        desk.print(&new.code)?;
        desk.say(format!("Added the {} fund {}: {}.", new.nature, new.code, new.name))?;
        desk.say(format!("It has {} to spend ({}).", new.award.in_words(), new.window()))
    }
}
