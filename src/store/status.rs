//! The figures of `status`: counted by index, so that they cost the same in a large hub as in a small one.

use anyhow::Result;

use super::db::Tx;
use crate::args;
use crate::domain::date::Date;

/// The stock and the loans in figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    pub instruments: i64,
    pub on_loan: i64,
    pub late: i64,
    pub missing: i64,
}

pub fn figures(tx: &Tx, today: Date) -> Result<Figures> {
    const OPEN: &str = "returned_on IS NULL AND lost_on IS NULL AND voided_on IS NULL";
    Ok(Figures {
        instruments: tx.number("SELECT count(*) FROM instrument WHERE retired_on IS NULL", &[])?,
        on_loan: tx.number(&format!("SELECT count(*) FROM loan WHERE outer_id IS NULL AND {OPEN}"), &[])?,
        late: tx.number(&format!("SELECT count(*) FROM loan WHERE due_on < ?1 AND {OPEN}"), args![today])?,
        missing: tx
            .number("SELECT count(*) FROM instrument WHERE missing_on IS NOT NULL AND retired_on IS NULL", &[])?,
    })
}
