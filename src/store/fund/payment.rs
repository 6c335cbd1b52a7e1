//! What the funder promised, and what came.

use anyhow::Result;

use crate::args;
use crate::domain::date::Date;
use crate::domain::fund::FundCode;
use crate::domain::fund::payment::Payment;
use crate::domain::money::Pence;
use crate::store::db::Tx;
use crate::store::remember::Table;

/// The payments of a fund, or of all, as they stood at the end of a day or as they stand: by fund, the oldest first.
/// A promise tells the day it is for and not the day it was made, so it is there on every day.
pub fn list(tx: &Tx, fund: Option<&FundCode>, as_at: Option<Date>) -> Result<Vec<Payment>> {
    let sql =
        "SELECT id, fund, amount_pence, promised_on, CASE WHEN ?2 IS NULL OR received_on <= ?2 THEN received_on END
               FROM fund_payment
               WHERE (?1 IS NULL OR fund = ?1) AND (?2 IS NULL OR promised_on IS NOT NULL OR received_on <= ?2)
               ORDER BY fund, coalesce(promised_on, received_on), id";
    tx.all(sql, args![fund.map(FundCode::as_str), as_at], |row| {
        Ok(Payment {
            id: row.int(0)?,
            fund: FundCode::from_record(row.text(1)?),
            amount: row.pence(2)?,
            promised_on: row.opt_day(3)?,
            received_on: row.opt_day(4)?,
        })
    })
}

/// Adds a promise, or a receipt that nobody promised.
pub fn add(
    tx: &Tx,
    fund: &FundCode,
    amount: Pence,
    promised_on: Option<Date>,
    received_on: Option<Date>,
) -> Result<()> {
    let sql = "INSERT INTO fund_payment (fund, amount_pence, promised_on, received_on) VALUES (?1, ?2, ?3, ?4)";
    tx.insert(Table::FundPayment, sql, args![fund.as_str(), amount, promised_on, received_on])?;
    Ok(())
}

/// Writes down on which day a promised payment came.
pub fn receive(tx: &Tx, payment: &Payment, on: Date) -> Result<()> {
    let sql = "UPDATE fund_payment SET received_on = ?2 WHERE id = ?1";
    tx.change(Table::FundPayment, payment.id, sql, args![payment.id, on])?;
    Ok(())
}
