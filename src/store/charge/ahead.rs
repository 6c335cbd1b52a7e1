//! Hire that is owed for terms which begin only after a loan has ended.

use std::collections::HashMap;

use anyhow::Result;

use super::UNSETTLED;
use super::hire::swapped_for;
use crate::args;
use crate::domain::charge::OwedHire;
use crate::domain::date::Date;
use crate::domain::reference::{ChargeRef, LoanRef, Urn};
use crate::domain::term::NamedTerm;
use crate::store::db::Tx;
use crate::store::term;

/// Of loans that end on a day, the hire that is owed for a term yet to begin on that day. What a swap took the place of
/// ends with them: its hire was raised for what is hired on under the same agreement.
pub fn owed_ahead(tx: &Tx, ended: impl IntoIterator<Item = LoanRef>, on: Date) -> Result<Vec<OwedHire>> {
    let sql = format!(
        "SELECT c.id, c.amount_pence - c.remitted_pence, c.period, c.term FROM charge c
         WHERE c.loan_id = ?1 AND c.charge_type = 'hire' AND c.term IS NOT NULL AND {UNSETTLED}
           AND c.amount_pence > c.remitted_pence
         ORDER BY c.id"
    );
    let mut terms: HashMap<String, Option<NamedTerm>> = HashMap::new();
    let mut ahead = Vec::new();
    let mut loans: Vec<LoanRef> = Vec::new();
    for loan in ended {
        let mut latest = Some(loan);
        while let Some(loan) = latest {
            loans.push(loan);
            latest = swapped_for(tx, loan)?;
        }
    }
    for loan in loans {
        let owed = tx.all(&sql, args![loan], |row| {
            Ok((ChargeRef::new(row.int(0)?), row.pence(1)?, row.string(2)?, row.string(3)?))
        })?;
        if owed.is_empty() {
            continue;
        }
        let (school, la) = school_of(tx, loan)?;
        for (charge, owed, period, label) in owed {
            if !terms.contains_key(&label) {
                // A term that is in no calendar any more has no days to tell by.
                terms.insert(label.clone(), NamedTerm::new(&label, term::all(tx)?).ok());
            }
            let days = terms.get(&label).and_then(Option::as_ref).and_then(|term| term.of(school, la.as_deref()));
            let hire = days.map(|days| OwedHire { charge, owed, period, term: label, first_on: days.first_on });
            ahead.extend(hire.filter(|hire| hire.is_ahead_of(on)));
        }
    }
    Ok(ahead)
}

/// The school that a loan counts for, and its authority.
fn school_of(tx: &Tx, loan: LoanRef) -> Result<(Option<Urn>, Option<String>)> {
    let sql = "SELECT l.school_urn, s.la FROM loan l LEFT JOIN school s ON s.urn = l.school_urn WHERE l.id = ?1";
    let found = tx.one(sql, args![loan], |row| Ok((row.opt_int(0)?.map(Urn::new), row.opt_string(1)?)))?;
    Ok(found.unwrap_or_default())
}
