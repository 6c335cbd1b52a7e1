//! `log`: who did what, and when.

use anyhow::Result;
use clap::Args;

use super::{Desk, lookup};
use crate::cli::{DayArg, from_one};
use crate::domain::reference::{LoanRef, OrderRef};
use crate::store::instrument;
use crate::store::journal::{self, About, LogFilter, LogLine};

/// Who did what, and when: every change, in the order it was entered.
///
/// Example: ledgerline log --tag VN-0042
#[derive(Debug, Args)]
pub struct Log {
    /// What concerns this instrument
    #[arg(long)]
    tag: Option<String>,
    /// What concerns this loan
    #[arg(long, value_name = "LOAN", conflicts_with = "tag")]
    loan: Option<LoanRef>,
    /// What concerns this order
    #[arg(long, value_name = "ORDER", conflicts_with_all = ["tag", "loan"])]
    order: Option<OrderRef>,
    /// What concerns this person
    #[arg(long, value_name = "PERSON", conflicts_with_all = ["tag", "loan", "order"], allow_hyphen_values = true)]
    person: Option<String>,
    /// About this day or later
    #[arg(long, value_name = "DATE")]
    from: Option<DayArg>,
    /// About this day or before
    #[arg(long, value_name = "DATE")]
    to: Option<DayArg>,
    /// Only the latest so many
    #[arg(long, value_name = "N", value_parser = from_one::<i64>)]
    last: Option<i64>,
}

impl Log {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let db = desk.open()?;
        db.read(|tx| {
            let tag = self.tag.as_deref().map(|typed| instrument::get(tx, typed)).transpose()?;
            let person = self.person.as_deref().map(|typed| lookup::person(tx, typed)).transpose()?;
            let about = tag.map(|found| About::instrument(found.id));
            let about = about.or(self.loan.map(About::loan)).or(self.order.map(About::order));
            let filter = LogFilter {
                about: about.or(person.map(|found| About::Person(found.id))),
                from: self.from.as_ref().map(|day| day.on(today)).transpose()?,
                to: self.to.as_ref().map(|day| day.on(today)).transpose()?,
                last: self.last,
            };
            desk.list::<LogLine>(|out| journal::each(tx, &filter, |line| out.row(line)))?;
            Ok(())
        })
    }
}
