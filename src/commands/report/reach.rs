//! `report reach`: which children the stock reaches, in figures that may be published.

use anyhow::Result;
use clap::Args;

use super::period::OfPeriod;
use crate::commands::Desk;
use crate::domain::reach::{Cut, Cuts, ReachLine, hide_small};
use crate::store::reach;

/// Loans and children of a year or other period by phase, group, adapted instruments, remission band and scheme.
///
/// A count from 1 to 4 is hidden, so that no child can be picked out, and with it enough others that none can be worked out.
/// Publish one such list of a year: two with different filters could be compared. Beside 'report schools' it is safe
/// only where that was made with --hide-small. A band is that of the academic year of the period's last day.
///
/// Example: ledgerline report reach --year 2026/27 --format csv --output reach.csv
#[derive(Debug, Args)]
pub struct Reach {
    /// Show every count, also those about a few children: not for publishing
    #[arg(long)]
    exact: bool,
    #[command(flatten)]
    of: OfPeriod,
}

impl Reach {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (today, db) = (desk.today(), desk.open()?);
        db.expect_bulk()?;
        let (span, found, hidden) = db.read(|tx| {
            let span = self.of.span(tx, today)?;
            let (phases, bands) = (reach::phases(tx)?, reach::bands(tx, span.year_of_bands())?);
            let mut cuts = Cuts::default();
            reach::each(tx, &self.of.filter(tx)?, &span, |loan| {
                let phase = loan.school.and_then(|urn| phases.get(&urn)).map_or("", String::as_str);
                let (group, adapted, scheme) = (loan.group, loan.adapted, loan.scheme);
                cuts.add(Cut { phase, group, adapted, band: loan.band(&bands), scheme }, loan);
                Ok(())
            })?;
            let mut figures = cuts.figures();
            let hidden = if self.exact { 0 } else { hide_small(&mut figures) };
            let found = desk.list::<ReachLine<'_>>(|out| figures.iter().try_for_each(|cut| out.row(&cut.line)))?;
            Ok((span, found, hidden))
        })?;
        self.of.tell(desk, &span)?;
        match found {
            0 => desk.say(format!("No loan that counts was open {}.", span.period.in_words())),
            _ => self.tell(desk, hidden),
        }
    }

    fn tell(&self, desk: &mut Desk<'_, '_>, hidden: usize) -> Result<()> {
        match hidden {
            _ if self.exact => {
                desk.warn("every count is shown, also those about a few children: do not publish this list")
            }
            0 => desk.say("No count is from 1 to 4, so none is hidden."),
            1 => desk.say("One count is hidden, so that no child can be picked out; --exact shows it."),
            many => {
                desk.say(format!("{many} counts are hidden, so that no child can be picked out; --exact shows them."))
            }
        }
    }
}
