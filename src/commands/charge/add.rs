//! `charge add`: charge a loan for a deposit, damage, loss or an accessory.

use anyhow::Result;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::counter;
use crate::commands::Desk;
use crate::domain::charge::Asked;
use crate::domain::instrument::free_text;
use crate::domain::money::{Pence, parse_price};
use crate::domain::reference::LoanRef;
use crate::domain::refusal::refuse;
use crate::domain::words::{ChargeType, Word};
use crate::error::Usage;
use crate::store::journal::Event;
use crate::store::setting;

/// Charge a loan, open or ended, for a deposit, damage, loss or an accessory. A loss costs the replacement value
/// unless an amount is given.
///
/// Example: ledgerline charge add L231 --for accessory 12.50 --note "Bow"
#[derive(Debug, Args)]
pub struct Add {
    /// The loan's reference
    loan: LoanRef,
    /// What for
    #[arg(long = "for", value_name = "WHAT", value_parser = at_the_desk(), ignore_case = true)]
    charge_type: ChargeType,
    #[arg(value_name = "£", value_parser = parse_price, allow_hyphen_values = true)]
    amount: Option<Pence>,
    #[arg(long, allow_hyphen_values = true)]
    note: Option<String>,
}

/// What is charged for at the desk: all but hire, which a run of the term raises.
fn at_the_desk() -> impl TypedValueParser<Value = ChargeType> {
    let words = ChargeType::ALL.iter().filter(|what| **what != ChargeType::Hire).map(|what| what.as_str());
    PossibleValuesParser::new(words.collect::<Vec<_>>()).try_map(|text| text.parse::<ChargeType>())
}

impl Add {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        if self.amount.is_none() && self.charge_type != ChargeType::Loss {
            let (loan, what) = (self.loan, self.charge_type);
            let example = format!("ledgerline charge add {loan} --for {what} 12.50");
            return Err(Usage(format!("a charge for {what} needs an amount, as in: {example}")).into());
        }
        let note = self.note.as_deref().map(|note| free_text("the note", note)).transpose().map_err(refuse)?.flatten();
        let mut db = desk.open()?;
        let raised = desk.change(&mut db, |tx| {
            let asked = Asked {
                charge_type: self.charge_type,
                amount: self.amount,
                note,
                raised_on: today,
                payment_days: setting::payment_days(tx)?,
            };
            let raised = counter::charge_loan(tx, self.loan, asked)?;
            let event = Event {
                on: today,
                command: "charge add",
                subject: raised.charge.to_string(),
                summary: raised.summary(),
                about: raised.about(),
            };
            Ok((raised, Some(event)))
        })?;
        desk.print(raised.charge)?;
        desk.say(raised.sentence())
    }
}
