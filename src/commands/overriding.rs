//! `--override`: a reason for going against a rule of money.

use anyhow::Result;
use clap::Args;

use crate::domain::instrument::free_text;
use crate::domain::refusal::{Plain, refuse};

/// The flag, as every command of money has it.
#[derive(Debug, Args)]
pub struct Overriding {
    /// Record it against the rules, for this reason; reports show it
    #[arg(long = "override", value_name = "REASON", allow_hyphen_values = true)]
    reason: Option<String>,
}

impl Overriding {
    /// The reason, if one was given; an empty one is refused.
    pub fn reason(&self) -> Result<Option<String>> {
        let given = self.reason.as_deref().map(|text| free_text("the reason", text)).transpose().map_err(refuse)?;
        match given {
            Some(None) => {
                Err(refuse(Plain::new("--override needs a reason").hint("say why, in words an auditor will read")))
            }
            given => Ok(given.flatten()),
        }
    }
}
