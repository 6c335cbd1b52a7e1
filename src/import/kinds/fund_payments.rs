//! Payments of funds: told apart by what they say, and by their place among equals. A file without the days for which they were
//! promised, such as a bank's, tells what came.

use anyhow::Result;

use super::money::{Alike, refuse_closed};
use super::{Intake, Outcome, Round, Row, Terms};
use crate::domain::date::Date;
use crate::domain::fund::FundCode;
use crate::domain::fund::payment::{Payment, check};
use crate::domain::money::Pence;
use crate::domain::purchase::ClosedPeriod;
use crate::domain::record::money::FundPaymentRecord;
use crate::output::listing::Lister;
use crate::store::fund::payment;
use crate::store::{Tx, fund, setting};

columns! {
    Fund = "fund", Amount = "amount", PromisedOn = "promised_on", ReceivedOn = "received_on",
}

pub const KEY: Option<&str> = Some("amount");

type Content = (FundCode, Pence, Option<Date>, Option<Date>);

struct Payments {
    terms: Terms,
    closed: ClosedPeriod,
    /// What was on record before, but for promises that a row has settled.
    held: Vec<Payment>,
    alike: Alike<Content>,
}

pub fn begin(tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    let (closed, held) = (setting::closed_to_files(tx)?, payment::list(tx, None, None)?);
    Ok(Payments { terms, closed, held, alike: Alike::default() })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    payment::list(tx, None, None)?.into_iter().try_for_each(|held| {
        out.row(&FundPaymentRecord {
            fund: held.fund,
            amount: held.amount,
            promised_on: held.promised_on,
            received_on: held.received_on,
        })
    })
}

impl Intake for Payments {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let Some(new) = self.read(tx, row)? else {
            return Ok(Outcome::Rejected);
        };
        let tells_promise = row.has(Column::PromisedOn);
        let is_equal = |held: &&Payment| {
            let (fund, amount, promised_on, received_on) = &new;
            let same_promise = held.promised_on == *promised_on || !tells_promise;
            held.fund == *fund && held.amount == *amount && held.received_on == *received_on && same_promise
        };
        let equals = self.held.iter().filter(is_equal).count();
        if self.alike.is_on_record(row, new.clone(), || Ok(i64::try_from(equals)?))? {
            return Ok(Outcome::Unchanged);
        }
        self.judge(row, &new);
        if !row.is_sound() {
            return Ok(Outcome::Rejected);
        }
        if let Some((place, on)) = self.promise_settled(&new, tells_promise) {
            let promise = self.held[place].clone();
            let pay = || payment::receive(tx, &promise, on);
            let outcome = self.terms.settle(subject(&promise), vec!["received_on"], pay)?;
            if self.terms.update {
                self.held.remove(place);
            }
            return Ok(outcome);
        }
        let (code, amount, promised_on, received_on) = &new;
        payment::add(tx, code, *amount, *promised_on, *received_on)?;
        Ok(Outcome::Created)
    }
}

/// `CIP £500.00`.
fn subject(held: &Payment) -> String {
    format!("{} {}", held.fund, held.amount.in_words())
}

impl Payments {
    /// The promise on record that a row settles, and when: the one for the day that it names or, in a file that tells of no
    /// promises, the oldest, as at the desk.
    fn promise_settled(&self, new: &Content, tells_promise: bool) -> Option<(usize, Date)> {
        let (code, amount, promised_on, received_on) = new;
        let fits = |held: &Payment| {
            let is_meant = !tells_promise || held.promised_on == *promised_on;
            held.is_open() && held.fund == *code && held.amount == *amount && is_meant
        };
        self.held.iter().position(fits).zip(*received_on)
    }

    fn read(&self, tx: &Tx, row: &mut Row<'_>) -> Result<Option<Content>> {
        let typed = row.needed::<String>(Column::Fund).unwrap_or_default();
        let found = if typed.is_empty() { None } else { row.found(Column::Fund, fund::get(tx, &typed))? };
        if row.text(Column::Amount).is_empty() {
            row.fault(Column::Amount, "is missing");
        }
        let amount = row.price(Column::Amount);
        let (promised_on, received_on) = (row.day(Column::PromisedOn), row.day(Column::ReceivedOn));
        if row.text(Column::PromisedOn).is_empty() && row.text(Column::ReceivedOn).is_empty() {
            row.fault_of_row("the row needs the day for which it is promised, or on which it came");
        }
        let new = found.zip(amount).filter(|_| row.is_sound());
        Ok(new.map(|(found, amount)| (found.code, amount, promised_on, received_on)))
    }

    /// Notes why a payment cannot be recorded, by the desk's rule.
    fn judge(&self, row: &mut Row<'_>, (code, amount, _, received_on): &Content) {
        if let Some(on) = received_on {
            refuse_closed(row, Column::ReceivedOn, self.closed, *on);
        }
        if let Err(refusal) = check(code, *amount, *received_on, self.terms.today) {
            row.fault(if *amount == Pence::ZERO { Column::Amount } else { Column::ReceivedOn }, refusal);
        }
    }
}
