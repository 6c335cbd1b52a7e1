//! What went out in one hand-over: each loan names the first of them.

use anyhow::Result;

use super::read::Column;
use super::{Outcome, Round, Row};
use crate::domain::reference::LoanRef;
use crate::store::{Tx, record};

/// The first loan of the hand-over that was looked up last: those of one hand-over mostly stand together.
#[derive(Default)]
pub(super) struct HandOver(Option<LoanRef>);

impl HandOver {
    /// What becomes of a row by the loan that it names as the first of its hand-over; `None` where that is in order.
    pub fn judge(&mut self, tx: &Tx, row: &mut Row<'_>, first: Option<LoanRef>, round: Round) -> Result<Option<Outcome>> {
        let Some(first) = first.filter(|first| self.0 != Some(*first)) else {
            return Ok(None);
        };
        match record::hand_over(tx, first)? {
            Some(None) => {
                self.0 = Some(first);
                return Ok(None);
            }
            Some(Some(other)) => row.fault(Column::Batch, format!("is not the first of its hand-over, which is {other}")),
            None if round.last => row.fault(Column::Batch, "is no loan on record or in this file"),
            None => return Ok(Some(Outcome::Waits)),
        }
        Ok(Some(Outcome::Rejected))
    }
}
