//! `fund extend`.

use anyhow::Result;
use clap::Args;

use super::event;
use crate::cli::DayArg;
use crate::commands::Desk;
use crate::commands::overriding::Overriding;
use crate::domain::date::in_words;
use crate::domain::fund::extension::{self as rules, Extension, ExtensionRefusal};
use crate::domain::instrument::free_text;
use crate::domain::refusal::refuse;
use crate::store::fund::{self, extension};

/// Move a fund's last day to spend; what it was before is kept, with the reason.
///
/// Example: ledgerline fund extend CIP --spend-by 2027-03-31 --reason "Extended by the funder, letter of 2 February"
#[derive(Debug, Args)]
pub struct Extend {
    /// The fund
    code: String,
    /// The last day on which it may be spent from now on
    #[arg(long, value_name = "DATE")]
    spend_by: DayArg,
    /// Why it moves; an auditor will read it
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    reason: String,
    /// The day on which that was granted
    #[arg(long, default_value = "today", value_name = "DATE")]
    on: DayArg,
    #[command(flatten)]
    overriding: Overriding,
}

impl Extend {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let reason = free_text("the reason", &self.reason).map_err(refuse)?;
        let reason = reason.ok_or_else(|| refuse(ExtensionRefusal::NoReason))?;
        let new = Extension { extended_on: self.on.on(today)?, spend_by: self.spend_by.on(today)?, reason };
        let mut db = desk.open()?;
        let (passed, is_sooner, sentence) = desk.change(&mut db, |tx| {
            let found = fund::get(tx, &self.code)?;
            let last = extension::list(tx, &found.code, None)?.pop().map(|extension| extension.extended_on);
            rules::check(&found, last, &new, today).map_err(refuse)?;
            let passed = self.overriding.pass_day(tx, (found.code.as_str(), None), new.extended_on)?;
            extension::add(tx, &found.code, &new)?;
            let (code, spend_by) = (&found.code, in_words(new.spend_by));
            let was =
                found.spend_by.map_or("had no last day before".to_string(), |was| format!("was {}", in_words(was)));
            let summary = format!("{code} is to be spent by {spend_by} ({was})");
            let noted = format!("{summary}{}", passed.in_summary);
            let is_sooner = found.spend_by.is_some_and(|was| new.spend_by < was);
            Ok(((passed, is_sooner, format!("{summary}.")), Some(event(new.extended_on, "fund extend", code, noted))))
        })?;
        passed.tell(desk)?;
        if is_sooner {
            desk.warn(
                "that is sooner than before; what is ordered or invoiced after it falls outside the fund's days",
            )?;
        }
        desk.say(sentence)
    }
}
