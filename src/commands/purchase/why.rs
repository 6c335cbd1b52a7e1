//! `purchase why`: why a line is capital or revenue, in sentences.

use anyhow::Result;
use clap::Args;

use crate::commands::Desk;
use crate::domain::policy::WhyLine;
use crate::domain::reference::LineRef;
use crate::domain::text::escape;
use crate::output::listing::Format;
use crate::store::policy;

/// Why a line is capital or revenue: which policy judged each invoice of it, what was compared with what, and who went
/// against which rule. Found anew from the records, so that an auditor can do the same.
///
/// Example: ledgerline purchase why O12/3
#[derive(Debug, Args)]
pub struct Why {
    line: LineRef,
}

impl Why {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let db = desk.open()?;
        let told = db.read(|tx| policy::why(tx, self.line))?;
        if desk.options().format == Format::Table {
            let sentences: String = told.iter().map(|line| format!("{}\n", escape(&line.sentence))).collect();
            return desk.page(&sentences);
        }
        desk.list::<WhyLine>(|out| told.iter().try_for_each(|line| out.row(line)))?;
        Ok(())
    }
}
