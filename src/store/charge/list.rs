//! Lists and sums of charges.

use anyhow::Result;

use super::UNSETTLED;
use crate::args;
use crate::domain::borrower::BorrowerRef;
use crate::domain::charge::{ChargeLine, state};
use crate::domain::date::Date;
use crate::domain::money::Pence;
use crate::domain::reference::{ChargeRef, LoanRef};
use crate::domain::words::ChargeState;
use crate::store::db::{Row, Tx, Value};
use crate::store::instrument::borrower as borrower_of;

/// Which charges a list shows.
#[derive(Clone, Debug, Default)]
pub struct ChargeFilter {
    /// Theirs to pay, or for a loan of theirs.
    pub person: Option<BorrowerRef>,
    pub loan: Option<LoanRef>,
    /// The label of the term that raised them.
    pub term: Option<String>,
    pub state: Option<ChargeState>,
    /// Due on or after, and on or before.
    pub from: Option<Date>,
    pub to: Option<Date>,
}

/// The conditions of a filter and their values.
fn conditions(filter: &ChargeFilter) -> (String, Vec<Value<'_>>) {
    let mut wanted = vec!["1 = 1".to_string()];
    let mut values = Vec::new();
    let mut also = |condition: &str, value| {
        values.push(value);
        wanted.push(condition.replace('?', &format!("?{}", values.len())));
    };
    match filter.person {
        Some(BorrowerRef::Person(person)) => {
            also("(c.person_id = ? OR c.loan_id IN (SELECT id FROM loan WHERE person_id = ?))", person.into());
        }
        Some(BorrowerRef::School(urn)) => also("c.school_urn = ?", urn.into()),
        Some(BorrowerRef::Organisation(organisation)) => also("c.organisation_id = ?", organisation.into()),
        None => {}
    }
    if let Some(loan) = filter.loan {
        also("c.loan_id = ?", loan.into());
    }
    if let Some(term) = &filter.term {
        also("c.term = ?", term.into());
    }
    if let Some(from) = filter.from {
        also("c.due_on >= ?", from.into());
    }
    if let Some(to) = filter.to {
        also("c.due_on <= ?", to.into());
    }
    match filter.state {
        Some(ChargeState::Owed) => wanted.push(format!("{UNSETTLED} AND c.amount_pence > c.remitted_pence")),
        Some(ChargeState::Remitted) => wanted.push(format!("{UNSETTLED} AND c.amount_pence = c.remitted_pence")),
        Some(ChargeState::Paid) => wanted.push("c.paid_on IS NOT NULL".to_string()),
        Some(ChargeState::Waived) => wanted.push("c.waived_on IS NOT NULL".to_string()),
        None => {}
    }
    (wanted.join(" AND "), values)
}

/// Charges in order of reference.
pub fn each(tx: &Tx, filter: &ChargeFilter, mut take: impl FnMut(&ChargeLine<'_>) -> Result<()>) -> Result<()> {
    let (wanted, values) = conditions(filter);
    let sql = format!(
        "SELECT c.id, c.loan_id, c.person_id, c.organisation_id, c.school_urn, coalesce(p.name, o.name, s.name),
                c.charge_type, c.term, c.amount_pence, c.remitted_pence, c.due_on, c.paid_on, c.waived_on
         FROM charge c
         LEFT JOIN person p ON p.id = c.person_id
         LEFT JOIN organisation o ON o.id = c.organisation_id
         LEFT JOIN school s ON s.urn = c.school_urn
         WHERE {wanted} ORDER BY c.id"
    );
    tx.each(&sql, &values, |row| take(&line(row)?))
}

fn line<'a>(row: &'a Row<'_>) -> Result<ChargeLine<'a>> {
    let (amount, remitted, paid_on) = (row.pence(8)?, row.pence(9)?, row.opt_day(11)?);
    Ok(ChargeLine {
        charge: ChargeRef::new(row.int(0)?),
        loan: LoanRef::new(row.int(1)?),
        payer: borrower_of(row.opt_int(2)?, row.opt_int(3)?, row.opt_int(4)?),
        payer_name: row.text(5)?,
        charge_type: row.word(6)?,
        term: row.text(7)?,
        amount,
        remitted,
        paid: paid_on.map_or(Pence::ZERO, |_| amount - remitted),
        due_on: row.day(10)?,
        state: state(amount, remitted, paid_on, row.opt_day(12)?),
    })
}

/// All that is owed, and how much of it is past its due day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Owed {
    pub owed: Pence,
    pub past_due: Pence,
}

/// What is owed on a day, from the index of what is not settled.
pub fn owed(tx: &Tx, today: Date) -> Result<Owed> {
    let sql = format!(
        "SELECT coalesce(sum(c.amount_pence - c.remitted_pence), 0),
                coalesce(sum(CASE WHEN c.due_on < ?1 THEN c.amount_pence - c.remitted_pence END), 0)
         FROM charge c WHERE {UNSETTLED}"
    );
    let found = tx.one(&sql, args![today], |row| Ok(Owed { owed: row.pence(0)?, past_due: row.pence(1)? }))?;
    Ok(found.unwrap_or_default())
}
