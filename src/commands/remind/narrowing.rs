//! Which of the loans that are due a run is about.

use std::collections::BTreeSet;

use anyhow::Result;

use super::super::lookup;
use crate::domain::borrower::BorrowerRef;
use crate::domain::reference::LoanRef;
use crate::domain::reminder::Notice;
use crate::domain::words::Stage;
use crate::store::Tx;

/// Only a stage, a borrower or contact, or some loans; all that are due where nothing is said.
#[derive(Clone, Debug, Default)]
pub struct Narrowing {
    pub stage: Option<Stage>,
    pub party: Option<BorrowerRef>,
    pub loans: Option<BTreeSet<LoanRef>>,
}

impl Narrowing {
    pub fn of(tx: &Tx, stage: Option<Stage>, borrower: Option<&str>) -> Result<Narrowing> {
        let party = borrower.map(|typed| lookup::borrower(tx, typed)).transpose()?;
        Ok(Narrowing { stage, party, loans: None })
    }

    pub fn is_about(&self, notice: &Notice) -> bool {
        let of_party = |party| notice.contact.reference == party || notice.borrower == party;
        self.stage.is_none_or(|stage| notice.stage == stage)
            && self.party.is_none_or(of_party)
            && self.loans.as_ref().is_none_or(|loans| loans.contains(&notice.loan))
    }
}
