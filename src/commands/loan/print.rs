//! `loan print`: agreement and receipt, a page a loan.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::commands::{Desk, batch};
use crate::domain::agreement::Agreement;
use crate::domain::date::Date;
use crate::domain::loan::LoanRefusal;
use crate::domain::reference::LoanRef;
use crate::domain::refusal::refuse;
use crate::store::{Tx, agreement as papers};
use crate::wording::{HubText, agreement};

/// Parts one loan's page from the next, as a printer reads it.
const FORM_FEED: &str = "\u{c}";

/// Print the agreement and receipt of loans, a page each, to be signed and handed over.
///
/// The text is that of the loan's scheme ('ledgerline scheme show hire'), 72 columns wide. For a loan that has ended, the
/// receipt says what came back. Straight from the hand-over: ledgerline lend VN-0042 --to P2 | xargs ledgerline loan print | lpr
///
/// Example: ledgerline loan print L231 L232 --output agreements.txt
#[derive(Debug, Args)]
pub struct Print {
    /// Their references
    #[arg(required = true, value_name = "LOAN")]
    loans: Vec<LoanRef>,
    /// Another text than the scheme's, with named fields
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,
}

impl Print {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (today, db) = (desk.today(), desk.open()?);
        let given = self.template.as_deref().map(agreement::read).transpose()?;
        let loans: Vec<String> = self.loans.iter().map(LoanRef::to_string).collect();
        let pages =
            db.read(|tx| batch::all_or_none("printed", &loans, |loan| page(tx, loan.parse()?, given.as_ref(), today)))?;
        desk.page(&pages.join(FORM_FEED))
    }
}

fn page(tx: &Tx, loan: LoanRef, given: Option<&HubText>, today: Date) -> Result<String> {
    let facts = papers::facts(tx, loan)?.ok_or_else(|| refuse(LoanRefusal::Unknown(loan)))?;
    let scheme = facts.scheme;
    let agreement = Agreement::of(facts, today).map_err(refuse)?;
    match given {
        Some(text) => text.page(&agreement),
        None => agreement::in_use(tx, scheme)?.page(&agreement),
    }
}
