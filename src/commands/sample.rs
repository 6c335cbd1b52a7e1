//! The made-up hub of `init --sample` and `demo`.

use anyhow::Result;

use crate::domain::date::Date;
use crate::store::Tx;

pub const HUB: &str = "Northshire Music Hub (sample)";

pub fn fill(_tx: &Tx, _today: Date) -> Result<()> {
    Ok(())
}
