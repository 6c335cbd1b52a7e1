//! What the reports of an academic year share: which year, and which instruments.

use anyhow::Result;
use clap::Args;

use super::of_category;
use crate::cli::word;
use crate::commands::Desk;
use crate::domain::date::{AcademicYear, Date};
use crate::domain::reach::YearSoFar;
use crate::domain::refusal::refuse;
use crate::domain::words::Group;
use crate::store::Tx;
use crate::store::reach::ReachFilter;

/// The year, and the instruments whose loans count.
#[derive(Debug, Args)]
#[command(next_help_heading = "Only those")]
pub struct OfYear {
    /// Open on any day of this academic year, 2026/27; without it, of today's
    #[arg(long)]
    year: Option<AcademicYear>,
    /// Of an instrument for this category, or 'uncategorised'
    #[arg(long, value_name = "CODE")]
    category: Option<String>,
    /// Of an instrument for this group
    #[arg(long, value_parser = word::<Group>(), ignore_case = true)]
    group: Option<Group>,
    /// Of an instrument for this local area
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    area: Option<String>,
}

impl OfYear {
    pub fn span(&self, today: Date) -> Result<YearSoFar> {
        YearSoFar::of(self.year, today).map_err(refuse)
    }

    pub fn filter(&self, tx: &Tx) -> Result<ReachFilter> {
        Ok(ReachFilter {
            category: self.category.as_deref().map(|code| of_category(tx, code)).transpose()?,
            group: self.group,
            area: self.area.clone(),
        })
    }

    /// Says which year was taken where none was asked for.
    pub fn tell(&self, desk: &mut Desk<'_, '_>, span: &YearSoFar) -> Result<()> {
        match self.year {
            Some(_) => Ok(()),
            None => {
                desk.say(format!("These are the figures of {}, this academic year; --year names another.", span.year))
            }
        }
    }
}
