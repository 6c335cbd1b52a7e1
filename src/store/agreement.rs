//! What a loan's agreement and receipt are written from.

use anyhow::Result;

use super::db::{Row, Tx, Value, word};
use super::setting;
use crate::args;
use crate::domain::agreement::{Described, PaperFacts, Signer};
use crate::domain::loan::state;
use crate::domain::money::Pence;
use crate::domain::reference::LoanRef;
use crate::domain::words::{Family, LoanState, RateUnit, Scheme};

/// The facts of one loan's paper; `None` where there is no such loan.
pub fn facts(tx: &Tx, loan: LoanRef) -> Result<Option<PaperFacts>> {
    const SQL: &str = "
        SELECT l.scheme, l.pupils, l.out_on, l.due_on, l.returned_on, l.lost_on, l.voided_on, l.returned_condition, l.returned_at, l.missing,
               p.name, p.email, p.phone, p.address, p.role, h.name, h.email, h.phone, h.address,
               g.name, g.email, g.phone, g.address, s.name, s.email,
               i.tag, t.name, i.size, i.make, i.model, i.serial, i.condition, i.replacement_value_pence, o.name, t.family, i.id
        FROM loan l
        JOIN instrument i ON i.id = l.instrument_id
        JOIN type t ON t.code = i.type
        LEFT JOIN organisation o ON o.id = i.owner_id
        LEFT JOIN person p ON p.id = l.person_id
        LEFT JOIN person h ON h.id = l.hirer_id
        LEFT JOIN organisation g ON g.id = l.organisation_id
        LEFT JOIN school s ON s.urn = l.school_urn
        WHERE l.id = ?1";
    let hub = setting::hub(tx)?;
    let found = tx.one(SQL, args![loan], |row| {
        let (family, instrument_id) = (row.word::<Family>(34)?, row.int(35)?);
        Ok((from_row(row, loan, hub)?, family, instrument_id))
    })?;
    let Some((mut facts, family, instrument_id)) = found else {
        return Ok(None);
    };
    let sql = "SELECT name FROM accessory WHERE instrument_id = ?1 ORDER BY name";
    facts.instrument.accessories = tx.all(sql, args![instrument_id], |row| row.string(0))?;
    facts.fee = fee(tx, facts.scheme, family)?;
    Ok(Some(facts))
}

fn from_row(row: &Row<'_>, loan: LoanRef, hub: String) -> Result<PaperFacts> {
    let (returned_on, lost_on) = (row.opt_day(4)?, row.opt_day(5)?);
    let (person, organisation, school) = (signer(row, 10)?, signer(row, 19)?, school(row)?);
    let state: LoanState = state(returned_on, lost_on, row.opt_day(6)?);
    Ok(PaperFacts {
        hub,
        owner: row.opt_string(33)?,
        loan,
        scheme: row.word(0)?,
        borrower: person.or(organisation).or(school.clone()).unwrap_or_default(),
        role: row.opt_word(14)?,
        hirer: signer(row, 15)?,
        school,
        pupils: row.opt_int(1)?,
        instrument: Described {
            tag: row.string(25)?,
            name: String::new(),
            r#type: row.string(26)?,
            size: row.string(27)?,
            make: row.string(28)?,
            model: row.string(29)?,
            serial: row.string(30)?,
            condition: String::new(),
            accessories: Vec::new(),
            replacement_value: row.opt_pence(32)?.map(Pence::in_words).unwrap_or_default(),
        },
        condition: row.word(31)?,
        out_on: row.day(2)?,
        due_on: row.day(3)?,
        state,
        ended_on: returned_on.or(lost_on),
        returned_condition: row.opt_word(7)?,
        returned_at: row.string(8)?,
        missing: row.string(9)?,
        fee: None,
    })
}

/// Somebody from four columns: name, email, phone, address.
fn signer(row: &Row<'_>, first: usize) -> Result<Option<Signer>> {
    let Some(name) = row.opt_string(first)? else {
        return Ok(None);
    };
    let (email, phone, address) = (row.string(first + 1)?, row.string(first + 2)?, row.string(first + 3)?);
    Ok(Some(Signer { name, email, phone, address }))
}

fn school(row: &Row<'_>) -> Result<Option<Signer>> {
    let (name, email) = (row.opt_string(23)?, row.string(24)?);
    Ok(name.map(|name| Signer { name, email, ..Signer::default() }))
}

/// What a loan on a scheme costs for a family of instruments: its own rate, else the one for all. A rate of nought is no fee.
fn fee(tx: &Tx, scheme: Scheme, family: Family) -> Result<Option<(Pence, RateUnit)>> {
    let sql = "SELECT amount_pence, per FROM rate WHERE scheme = ?1 AND (family = ?2 OR family IS NULL)
               ORDER BY family IS NULL LIMIT 1";
    let values: [Value<'_>; 2] = [word(scheme), word(family)];
    let rate = tx.one(sql, &values, |row| Ok((row.pence(0)?, row.word(1)?)))?;
    Ok(rate.filter(|(amount, _)| *amount > Pence::ZERO))
}
