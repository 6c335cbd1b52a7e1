//! Whether each record is what the journal left: a value that somebody has changed by hand, or that has changed by itself,
//! differs from what the last event that touched it wrote.

use anyhow::Result;

use super::Fault;
use crate::store::db::Tx;
use crate::store::remember;

/// Records whose values no event accounts for. Nothing is said of those that files brought in: of these no values are kept.
pub(super) fn faults(tx: &Tx) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    remember::each_disagreement(tx, |record, fault| {
        faults.push(Fault { rule: "records are as the journal left them".to_string(), record, fault });
    })?;
    Ok(faults)
}
