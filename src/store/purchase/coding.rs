//! What bears a line: several funds from the beginning, or others since.

use anyhow::Result;

use crate::args;
use crate::domain::date::Date;
use crate::domain::instrument::CategoryCode;
use crate::domain::purchase::Line;
use crate::domain::shares::Shares;
use crate::store::db::Tx;
use crate::store::remember::Table;

/// Keeps the funds of a new line that several bear.
pub fn split(tx: &Tx, line_id: i64, line: &Line) -> Result<()> {
    if line.shares.only().is_some() {
        return Ok(());
    }
    add(tx, line_id, &line.shares, line.category.as_ref(), None)
}

/// Codes a line anew from a day on, for a reason.
pub fn recode(
    tx: &Tx,
    line_id: i64,
    shares: &Shares,
    category: Option<&CategoryCode>,
    (on, reason): (Date, &str),
) -> Result<()> {
    add(tx, line_id, shares, category, Some((on, reason)))
}

fn add(
    tx: &Tx,
    line_id: i64,
    shares: &Shares,
    category: Option<&CategoryCode>,
    since: Option<(Date, &str)>,
) -> Result<()> {
    let (on, reason) = since.unzip();
    let coding_id = tx.insert(
        Table::Coding,
        "INSERT INTO coding (line_id, coded_on, category, reason) VALUES (?1, ?2, ?3, ?4)",
        args![line_id, on, category.map(CategoryCode::as_str), reason],
    )?;
    for share in shares.iter() {
        let sql = "INSERT INTO coding_fund (coding_id, fund, weight) VALUES (?1, ?2, ?3)";
        tx.change(Table::CodingFund, coding_id, sql, args![coding_id, share.fund.as_str(), share.weight])?;
    }
    Ok(())
}
