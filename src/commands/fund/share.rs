//! `fund share`.

use anyhow::Result;
use clap::Args;

use super::event;
use crate::commands::Desk;
use crate::domain::fund::share as rules;
use crate::domain::money::{Pence, parse_price};
use crate::domain::refusal::refuse;
use crate::domain::text::Name;
use crate::store::fund::{self, share};

/// Say what of a fund is for a local area, in place of what was said before; 0 takes it away.
///
/// A purchase for that area that goes over its share is warned about.
///
/// Example: ledgerline fund share CIP York 60000
#[derive(Debug, Args)]
pub struct Share {
    /// The fund
    code: String,
    /// The local area, as purchases name it with --area
    #[arg(allow_hyphen_values = true)]
    area: Name,
    #[arg(value_name = "£", value_parser = parse_price, allow_hyphen_values = true)]
    amount: Pence,
}

impl Share {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut db = desk.open()?;
        let sentences = desk.change(&mut db, |tx| {
            let found = fund::get(tx, &self.code)?;
            let (code, area, amount) = (&found.code, &self.area, self.amount);
            let before = rules::check(&found, &share::list(tx, code)?, area, amount).map_err(refuse)?;
            if before.as_ref().is_some_and(|before| before.amount == amount && before.area == *area) {
                return Ok((vec![format!("{} of {code} is for {area} already.", amount.in_words())], None));
            }
            share::set(tx, code, before.as_ref(), area, amount)?;
            let was = before.filter(|before| before.amount != amount);
            let was = was.map(|before| format!(" (was {})", before.amount.in_words())).unwrap_or_default();
            let summary = match amount {
                Pence::ZERO => format!("{code} has no share for {area} any more{was}"),
                amount => format!("{} of {code} is for {area}{was}", amount.in_words()),
            };
            let shared: Pence = share::list(tx, code)?.into_iter().map(|share| share.amount).sum();
            let left = found.award - shared;
            let whole = match left {
                Pence::ZERO => format!("All of {code} is shared out."),
                left => format!("{} of {code} is not shared out.", left.in_words()),
            };
            Ok((vec![format!("{summary}."), whole], Some(event(today, "fund share", code, summary))))
        })?;
        sentences.into_iter().try_for_each(|sentence| desk.say(sentence))
    }
}
