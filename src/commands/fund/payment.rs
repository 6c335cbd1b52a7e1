//! `fund payment`.

use anyhow::Result;
use clap::Args;

use super::event;
use crate::cli::DayArg;
use crate::commands::Desk;
use crate::commands::overriding::{Overriding, Passed};
use crate::domain::date::{Date, in_words};
use crate::domain::fund::payment::{self as rules, Paid, settled_by};
use crate::domain::money::{Pence, parse_price};
use crate::domain::refusal::refuse;
use crate::store::Tx;
use crate::store::fund::{self, payment};
use crate::store::journal::Event;

/// Record a payment that the funder promised for a day, or that was received.
///
/// What is received settles the oldest open promise of the same amount; where there is none, it stands by itself.
///
/// Example: ledgerline fund payment CIP 77774.75 --promised 2025-01-31
#[derive(Debug, Args)]
pub struct Pay {
    /// The fund
    code: String,
    #[arg(value_name = "£", value_parser = parse_price, allow_hyphen_values = true)]
    amount: Pence,
    #[command(flatten)]
    when: When,
    #[command(flatten)]
    overriding: Overriding,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct When {
    /// The day for which it is promised
    #[arg(long, value_name = "DATE")]
    promised: Option<DayArg>,
    /// The day on which it came
    #[arg(long, value_name = "DATE")]
    received: Option<DayArg>,
}

/// What was recorded, and what the person should know of it.
struct Recorded {
    passed: Passed,
    beyond: Option<String>,
    sentences: Vec<String>,
}

impl Pay {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let day = |given: &Option<DayArg>| given.as_ref().map(|day| day.on(today)).transpose();
        let (promised, received) = (day(&self.when.promised)?, day(&self.when.received)?);
        let mut db = desk.open()?;
        let recorded = desk.change(&mut db, |tx| self.record(tx, (promised, received), today))?;
        recorded.passed.tell(desk)?;
        recorded.beyond.map_or(Ok(()), |sentence| desk.warn(sentence))?;
        recorded.sentences.into_iter().try_for_each(|sentence| desk.say(sentence))
    }

    fn record(
        &self,
        tx: &Tx,
        (promised, received): (Option<Date>, Option<Date>),
        today: Date,
    ) -> Result<(Recorded, Option<Event>)> {
        let found = fund::get(tx, &self.code)?;
        let (code, amount) = (&found.code, self.amount);
        rules::check(code, amount, received, today).map_err(refuse)?;
        let mut passed = Passed::default();
        let summary = match received {
            Some(on) => {
                passed = self.overriding.pass_day(tx, (code.as_str(), None), on)?;
                let payments = payment::list(tx, Some(code), None)?;
                let settled = settled_by(&payments, amount);
                match settled {
                    Some(promise) => payment::receive(tx, promise, on)?,
                    None => payment::add(tx, code, amount, None, Some(on))?,
                }
                let promise = settled.and_then(|promise| promise.promised_on);
                let promise = match promise {
                    Some(day) => format!(", as promised for {}", in_words(day)),
                    None => ", which was not promised".to_string(),
                };
                format!("{code} received {} on {}{promise}", amount.in_words(), in_words(on))
            }
            None => {
                payment::add(tx, code, amount, promised, None)?;
                let day = promised.map(|day| format!(" for {}", in_words(day))).unwrap_or_default();
                format!("{code} is promised {}{day}", amount.in_words())
            }
        };
        let paid = Paid::of(&payment::list(tx, Some(code), None)?, today);
        let beyond = paid.beyond(found.award).map(|beyond| {
            format!("what is received and promised comes to {} more than the award of {code}", beyond.in_words())
        });
        let sentences = vec![format!("{summary}."), paid.standing(&found)];
        let summary = format!("{summary}{}", passed.in_summary);
        let event = event(received.unwrap_or(today), "fund payment", code, summary);
        Ok((Recorded { passed, beyond, sentences }, Some(event)))
    }
}
