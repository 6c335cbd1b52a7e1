//! `report recodings`: which lines were moved, and why.

use anyhow::Result;
use clap::Args;

use super::filters::Dated;
use crate::commands::Desk;
use crate::domain::policy::RecodingLine;
use crate::store::audit;

/// Which lines were moved to another fund or category, when, why and by whom.
///
/// With --fund, what left it and what came to it. The cost is that of the whole line as it stands.
///
/// Example: ledgerline report recodings --fund CIP --from 2026-04-01
#[derive(Debug, Args)]
pub struct Recodings {
    #[command(flatten)]
    filters: Dated,
}

impl Recodings {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (db, today) = (desk.open()?, desk.today());
        let lines = db.read(|tx| {
            let wanted = self.filters.resolve(tx, today)?;
            let mut lines = audit::recodings(tx, wanted.fund.as_ref(), wanted.as_at)?;
            lines.retain(|line| wanted.takes(line.on));
            Ok(lines)
        })?;
        desk.list::<RecodingLine>(|out| lines.iter().try_for_each(|line| out.row(line)))?;
        if lines.is_empty() { desk.say("No line was moved.") } else { Ok(()) }
    }
}
