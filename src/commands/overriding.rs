//! `--override`: a reason for going against a rule of money.

use anyhow::Result;
use clap::Args;

use super::Desk;
use crate::domain::date::Date;
use crate::domain::instrument::free_text;
use crate::domain::purchase::Warning;
use crate::domain::refusal::{Plain, refuse};
use crate::store::Tx;
use crate::store::overriding::{self, Against};

/// The flag, as every command of money has it.
#[derive(Debug, Args)]
pub struct Overriding {
    /// Record it against the rules, for this reason; reports show it
    #[arg(long = "override", value_name = "REASON", allow_hyphen_values = true)]
    override_reason: Option<String>,
}

impl Overriding {
    /// The reason, if one was given; an empty one is refused.
    pub fn reason(&self) -> Result<Option<String>> {
        let given =
            self.override_reason.as_deref().map(|text| free_text("the reason", text)).transpose().map_err(refuse)?;
        match given {
            Some(None) => {
                Err(refuse(Plain::new("--override needs a reason").hint("say why, in words an auditor will read")))
            }
            given => Ok(given.flatten()),
        }
    }

    /// Lets an event of this day pass, unless its period is closed: then only with the reason, which is kept beside what it
    /// is about, and beside the line that brought an instrument.
    pub fn pass_day(&self, tx: &Tx, (subject, line_id): (&str, Option<i64>), on: Date) -> Result<Passed> {
        let reason = self.reason()?;
        let warning = overriding::pass_day(tx, Against { subject, line_id, on, reason: reason.as_deref() })?;
        let reason = warning.as_ref().and(reason).map(|reason| format!("; in a closed period: {reason}"));
        Ok(Passed { warning, in_summary: reason.unwrap_or_default() })
    }
}

/// How an event passed that a closed period might have refused.
#[derive(Debug, Default)]
pub struct Passed {
    pub warning: Option<Warning>,
    /// What the journal adds to its sentence, so that the reason stands in the history of what it is about.
    pub in_summary: String,
}

impl Passed {
    /// Warns where a reason went against the closed period.
    pub fn tell(&self, desk: &mut Desk<'_, '_>) -> Result<()> {
        self.warning.iter().try_for_each(|warning| desk.warn(warning))
    }
}
