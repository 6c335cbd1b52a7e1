//! What of a fund is for each local area.

use std::collections::HashMap;

use anyhow::Result;

use crate::args;
use crate::domain::date::Date;
use crate::domain::fund::FundCode;
use crate::domain::fund::share::{AreaFacts, AreaShare};
use crate::domain::money::Pence;
use crate::domain::spend::Tallies;
use crate::domain::text::{Name, fold};
use crate::domain::words::SpendAxis;
use crate::store::db::Tx;
use crate::store::remember::Table;
use crate::store::spend::{SpendFilter, tally_by};

/// The shares of a fund, in order of area.
pub fn list(tx: &Tx, fund: &FundCode) -> Result<Vec<AreaShare>> {
    let sql = "SELECT id, area, amount_pence FROM fund_share WHERE fund = ?1 ORDER BY area_key";
    tx.all(sql, args![fund.as_str()], |row| {
        Ok(AreaShare { id: row.int(0)?, area: row.name(1)?, amount: row.pence(2)? })
    })
}

/// Sets an area's share in place of the one before; nought takes it away.
pub fn set(tx: &Tx, fund: &FundCode, before: Option<&AreaShare>, area: &Name, amount: Pence) -> Result<()> {
    match before {
        Some(share) if amount == Pence::ZERO => {
            tx.change(Table::FundShare, share.id, "DELETE FROM fund_share WHERE id = ?1", args![share.id])?;
        }
        Some(share) => {
            let sql = "UPDATE fund_share SET area = ?2, amount_pence = ?3 WHERE id = ?1";
            tx.change(Table::FundShare, share.id, sql, args![share.id, area, amount])?;
        }
        None => {
            let sql = "INSERT INTO fund_share (fund, area, area_key, amount_pence) VALUES (?1, ?2, ?3, ?4)";
            let key = area.key();
            tx.insert(Table::FundShare, sql, args![fund.as_str(), area, &key, amount])?;
        }
    }
    Ok(())
}

/// The shares of a fund with what is used of each, as it stood at the end of a day or as it stands. Purchases are read only
/// where there are shares.
pub fn facts(tx: &Tx, fund: &FundCode, as_at: Option<Date>) -> Result<Vec<AreaFacts>> {
    let shares = list(tx, fund)?;
    if shares.is_empty() {
        return Ok(Vec::new());
    }
    let filter = SpendFilter { fund: Some(fund.clone()), as_at, ..SpendFilter::default() };
    Ok(used(shares, &tally_by(tx, &filter, SpendAxis::Area)?))
}

/// Shares with what totals by area say is used of each.
pub fn used(shares: Vec<AreaShare>, tallies: &Tallies) -> Vec<AreaFacts> {
    let used: HashMap<String, Pence> =
        tallies.rows().into_iter().map(|(_, area, tally)| (fold(area), tally.sums.used())).collect();
    let facts = |share: AreaShare| {
        let used = used.get(&share.area.key()).copied().unwrap_or_default();
        AreaFacts { area: share.area, share: share.amount, used }
    };
    shares.into_iter().map(facts).collect()
}
