//! `report overrides`: what was recorded against a rule, and why.

use anyhow::Result;
use clap::Args;

use super::filters::Dated;
use crate::commands::Desk;
use crate::domain::policy::OverrideLine;
use crate::store::audit;

/// What was recorded against a rule with --override, and the reason given.
///
/// Example: ledgerline report overrides --fund CIP --format csv
#[derive(Debug, Args)]
pub struct Overrides {
    #[command(flatten)]
    filters: Dated,
}

impl Overrides {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (db, today) = (desk.open()?, desk.today());
        let lines = db.read(|tx| {
            let wanted = self.filters.resolve(tx, today)?;
            let mut lines = audit::overrides(tx, wanted.fund.as_ref(), wanted.as_at)?;
            lines.retain(|line| wanted.takes(line.on));
            Ok(lines)
        })?;
        desk.list::<OverrideLine>(|out| lines.iter().try_for_each(|line| out.row(line)))?;
        if lines.is_empty() { desk.say("Nothing was recorded against a rule.") } else { Ok(()) }
    }
}
