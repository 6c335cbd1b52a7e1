//! What loans cost, by scheme and family: the hub's own policy.

use anyhow::Result;

use super::db::{Row, Tx, Value, word};
use super::remember::Table;
use crate::args;
use crate::domain::charge::{Rate, Rates};
use crate::domain::words::{Family, Scheme};

fn from_row(row: &Row<'_>) -> Result<Rate> {
    Ok(Rate { scheme: row.word(1)?, family: row.opt_word(2)?, per: row.word(3)?, amount: row.pence(4)? })
}

/// The rate of exactly this scheme and family, with its number in the file.
fn numbered(tx: &Tx, scheme: Scheme, family: Option<Family>) -> Result<Option<(i64, Rate)>> {
    let sql = "SELECT id, scheme, family, per, amount_pence FROM rate
               WHERE scheme = ?1 AND coalesce(family, '') = coalesce(?2, '')";
    let values = [word(scheme), family.map_or(Value::Null, word)];
    tx.one(sql, &values, |row| Ok((row.int(0)?, from_row(row)?)))
}

/// The rate of exactly this scheme and family.
pub fn find(tx: &Tx, scheme: Scheme, family: Option<Family>) -> Result<Option<Rate>> {
    Ok(numbered(tx, scheme, family)?.map(|(_, rate)| rate))
}

/// Writes a rate, in place of the one of its scheme and family if there is one.
pub fn set(tx: &Tx, rate: &Rate) -> Result<()> {
    if let Some((id, _)) = numbered(tx, rate.scheme, rate.family)? {
        let sql = "UPDATE rate SET per = ?2, amount_pence = ?3 WHERE id = ?1";
        tx.change(Table::Rate, id, sql, &[id.into(), word(rate.per), rate.amount.into()])?;
    } else {
        let values = [word(rate.scheme), rate.family.map_or(Value::Null, word), word(rate.per), rate.amount.into()];
        let sql = "INSERT INTO rate (scheme, family, per, amount_pence) VALUES (?1, ?2, ?3, ?4)";
        tx.insert(Table::Rate, sql, &values)?;
    }
    Ok(())
}

/// Takes the rate of exactly this scheme and family away; what it was, if there was one.
pub fn remove(tx: &Tx, scheme: Scheme, family: Option<Family>) -> Result<Option<Rate>> {
    let Some((id, rate)) = numbered(tx, scheme, family)? else {
        return Ok(None);
    };
    tx.change(Table::Rate, id, "DELETE FROM rate WHERE id = ?1", args![id])?;
    Ok(Some(rate))
}

/// Every rate, a scheme's general one before those of its families.
pub fn all(tx: &Tx) -> Result<Vec<Rate>> {
    let sql = "SELECT id, scheme, family, per, amount_pence FROM rate ORDER BY scheme, coalesce(family, ''), id";
    tx.all(sql, &[], from_row)
}

/// What each scheme and family costs, to be looked up: in no order, which would cost every hand-over more than the rest.
pub fn rates(tx: &Tx) -> Result<Rates> {
    Ok(Rates::new(tx.all("SELECT id, scheme, family, per, amount_pence FROM rate", &[], from_row)?))
}
