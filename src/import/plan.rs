//! Runs a file through a kind: every row judged and written in one transaction, which is kept or dropped as a whole.

use anyhow::{Context, Result};

use super::Source;
use super::again::Layout;
use super::kinds::{Finish, Intake, Kind, Outcome, Round, Row, Terms};
use super::mapping::Mapping;
use super::reader::RawRow;
use super::report::Report;
use crate::store::Tx;

/// Rows between two looks at the clock.
const TICK: u64 = 512;

/// What is to be imported, and how.
pub struct Plan<'p> {
    pub source: &'p Source,
    pub kind: Kind,
    pub mapping: &'p Mapping,
    pub terms: Terms,
    /// Whether the rejected rows are written as Excel knows UTF-8 by.
    pub for_excel: bool,
}

impl Plan<'_> {
    /// Takes every row, with the indexes built afterwards where that is quicker.
    pub fn run(&self, tx: &Tx, report: &mut Report<'_>, tick: &mut dyn FnMut(&Source)) -> Result<Finish> {
        tx.without_indexes(self.kind.rebuilds(tx, self.source.bytes())?, || self.take(tx, report, tick))
    }

    /// Takes every row. Those that rest on a row further down are offered again once the others are in.
    fn take(&self, tx: &Tx, report: &mut Report<'_>, tick: &mut dyn FnMut(&Source)) -> Result<Finish> {
        let mut intake = self.kind.begin(tx, self.terms)?;
        let mut round = Round { first: true, last: false };
        let mut offered: Option<Vec<u64>> = None;
        loop {
            let waiting = self.round(tx, intake.as_mut(), offered.as_deref(), round, report, tick)?;
            if waiting.is_empty() {
                return intake.finish(tx);
            }
            let nobody_came_in = offered.is_some_and(|offered| offered.len() == waiting.len());
            round = Round { first: false, last: nobody_came_in };
            offered = Some(waiting);
        }
    }

    /// Offers the rows on the given lines, or all; the lines of those that wait again.
    fn round(
        &self,
        tx: &Tx,
        intake: &mut dyn Intake,
        offered: Option<&[u64]>,
        round: Round,
        report: &mut Report<'_>,
        tick: &mut dyn FnMut(&Source),
    ) -> Result<Vec<u64>> {
        let mut rows = self.source.rows()?;
        let layout = Layout::of(self.kind, self.mapping, rows.headings());
        if round.first {
            report.headings(rows.headings(), layout, self.mapping.decimal_comma)?;
        }
        let mut offered = offered.map(|lines| lines.iter().copied().peekable());
        let mut waiting = Vec::new();
        let mut passed: u64 = 0;
        while let Some(raw) = rows.next()? {
            passed += 1;
            if passed.is_multiple_of(TICK) {
                tick(self.source);
            }
            if offered.as_mut().is_some_and(|offered| offered.next_if_eq(&raw.line).is_none()) {
                continue;
            }
            let mut row = Row::new(raw, self.mapping);
            row.told_place = layout.told_place(&raw);
            if let Some(column) = self.mapping.passes_over(&row) {
                // None of these waits, so none comes again in a later round.
                report.passed_over(column);
                continue;
            }
            if round.first {
                report.read();
            }
            if let Some(fault) = beyond_headings(&raw, layout.all) {
                row.fault_of_row(fault);
            }
            let mut outcome = if row.is_broken(layout.is_again) {
                Outcome::Rejected
            } else {
                intake.take(tx, &mut row, round).with_context(|| format!("line {}", raw.line))?
            };
            if outcome == Outcome::Waits && round.last {
                row.fault_of_row("the row rests on another that is not in the file");
                outcome = Outcome::Rejected;
            }
            if outcome == Outcome::Waits {
                waiting.push(raw.line);
            }
            report.could_be_mapped(&row.faults, self.mapping);
            report.outcome(&raw, outcome, &row.faults, row.place)?;
        }
        Ok(waiting)
    }
}

/// What is wrong with a row that goes on where the headings have ended.
pub fn beyond_headings(raw: &RawRow<'_>, width: usize) -> Option<String> {
    let beyond = (width..raw.len()).filter(|&index| !raw.cell(index).is_empty()).count();
    (beyond > 0).then(|| format!("the row has {} than there are headings", cells(beyond)))
}

fn cells(count: usize) -> String {
    if count == 1 { "one cell more".to_string() } else { format!("{count} cells more") }
}
