//! `report`: figures to publish, to return, to audit. One file a report.

pub mod assets;
mod deadlines;
mod filters;
mod idle;
pub mod lines;
mod movements;
mod overrides;
mod period;
mod reach;
mod recodings;
mod repairs;
mod schools;
mod spend;
pub mod unexplained;

use anyhow::Result;
use clap::{Args, Subcommand};

pub use self::filters::{first_and_last, of_category, of_fund, of_supplier};
use super::Desk;

/// Figures to publish, to return, to audit. With --format csv they open in a spreadsheet.
#[derive(Debug, Args)]
pub struct Report {
    #[command(subcommand)]
    which: Which,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Which {
    /// Spend against plan, category by category
    Spend(spend::Spend),
    /// Every purchase line behind the totals
    Lines(lines::Lines),
    /// The register of assets: cost, book value, where each is
    Assets(assets::Assets),
    /// How book values moved over a year, by family
    Movements(movements::Movements),
    /// Deadlines, and the money that they put at risk
    Deadlines(deadlines::Deadlines),
    /// Invoiced lines that instruments do not account for yet
    Unexplained(unexplained::Unexplained),
    /// Which lines were moved to another fund or category, and why
    Recodings(recodings::Recodings),
    /// What was recorded against a rule, and why
    Overrides(overrides::Overrides),
    /// Repairs, cost, age and retirements by make and model
    Repairs(repairs::Repairs),
    /// Which schools were reached in an academic year
    Schools(schools::Schools),
    /// Which children were reached, in figures to publish
    Reach(reach::Reach),
    /// What could be lent and is not
    Idle(idle::Idle),
}

impl Report {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.which {
            Which::Spend(spend) => spend.run(desk),
            Which::Lines(lines) => lines.run(desk),
            Which::Assets(assets) => assets.run(desk),
            Which::Movements(movements) => movements.run(desk),
            Which::Deadlines(deadlines) => deadlines.run(desk),
            Which::Unexplained(unexplained) => unexplained.run(desk),
            Which::Recodings(recodings) => recodings.run(desk),
            Which::Overrides(overrides) => overrides.run(desk),
            Which::Repairs(repairs) => repairs.run(desk),
            Which::Schools(schools) => schools.run(desk),
            Which::Reach(reach) => reach.run(desk),
            Which::Idle(idle) => idle.run(desk),
        }
    }
}
