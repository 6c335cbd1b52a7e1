//! What a row tells of a line that stood on record before, and that nobody says at the desk.

use anyhow::Result;

use super::Column;
use crate::domain::date::Date;
use crate::domain::instrument::free_text;
use crate::domain::purchase::{History, Invoice, InvoiceName, NewPurchase, Recorded, ToldJudgement};
use crate::domain::words::Rule;
use crate::import::kinds::Row;
use crate::import::kinds::money::{At, Judgements, was_recorded};
use crate::store::Tx;
use crate::store::overriding::{self, Against};

pub struct Told {
    /// It stood on record: its funds were asked when it was recorded.
    pub recorded: bool,
    /// Its fund and category are those it had at first, and what moved it since has rows of its own.
    pub tells_first: bool,
    pub history: History,
    pub judgement: Option<ToldJudgement>,
    /// The rule that its override went against, and when.
    pub rule: Option<Rule>,
    overridden_on: Option<Date>,
}

impl Told {
    pub fn read(row: &mut Row<'_>, judgements: &Judgements, invoice: Option<&Invoice>) -> Told {
        let recorded = was_recorded(row, Column::Recorded);
        let invoiced_on = invoice.map(|invoice| invoice.on);
        let added_on = row.day(Column::AddedOn);
        if !recorded && added_on.is_some() && added_on != invoiced_on {
            row.fault(Column::AddedOn, "is not the day of the row's invoice, which is what adds a line to an order");
        }
        let at = At {
            policy: Column::Policy.into(),
            judgement: Column::Judgement.into(),
            judged_on: Column::JudgedOn.into(),
        };
        let judgement = judgements.read(row, at, invoiced_on);
        if judgement.is_some() && invoice.is_none() {
            row.fault(Column::Judgement, "is of an invoice, and the row names none");
        }
        let number_key = row.read(Column::NumberKey, |text| free_text("the key", text)).flatten();
        let entry = row.parse::<i64>(Column::Entry);
        let name = invoice.filter(|_| number_key.is_some() || entry.is_some()).map(|invoice| {
            let by_number = InvoiceName::by_number(&invoice.number);
            InvoiceName { key: number_key.unwrap_or(by_number.key), entry, ..by_number }
        });
        Told {
            recorded,
            tells_first: !row.text(Column::FirstFund).is_empty(),
            history: History { added_on, invoice: name },
            judgement,
            rule: row.parse(Column::OverrideRule),
            overridden_on: row.day(Column::OverrideOn),
        }
    }

    /// Keeps the reason that the row states beside the rule it went against, as it was recorded.
    pub fn keep_reason(&self, tx: &Tx, new: &NewPurchase, recorded: &Recorded) -> Result<()> {
        let Some((reason, on)) = new.override_reason.as_deref().zip(self.overridden_on.or(new.on())) else {
            return Ok(());
        };
        let subject = recorded.reference.to_string();
        let against = Against { subject: &subject, line_id: Some(recorded.line_id), on, reason: Some(reason) };
        overriding::restore(tx, against, self.rule)
    }
}
