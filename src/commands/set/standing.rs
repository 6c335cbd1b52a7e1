//! How a set stands once loans of it have ended.

use anyhow::Result;

use crate::domain::reference::LoanRef;
use crate::domain::set::stands;
use crate::store::{Tx, set};

/// A sentence for each set that these loans, ended by now, went out with: what is out of it still, or that it is home.
pub fn standing_after(tx: &Tx, ended: impl IntoIterator<Item = LoanRef>) -> Result<Vec<String>> {
    let ended: Vec<LoanRef> = ended.into_iter().collect();
    let mut sentences = Vec::new();
    for (id, hand_overs) in set::handed_over_with(tx, &ended)? {
        if let Some(found) = set::with_id(tx, id)? {
            sentences.push(stands(&set::loans(tx, id)?, &hand_overs).sentence(&found.name));
        }
    }
    Ok(sentences)
}
