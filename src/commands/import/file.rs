//! `import KIND FILE`: one file.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

use super::taking::{Account, Ending, Ground};
use super::{How, maps};
use crate::commands::Desk;
use crate::error::{Exit, Said, Usage};
use crate::import::Source;
use crate::import::kinds::{Kind, Terms};
use crate::import::mapping::{Headed, Mapping};
use crate::import::plan::Plan;
use crate::output::listing::write_whole;
use crate::place::same_file;
use crate::store::backup::{self, Before, Kept};

impl How {
    /// Checks a file of this kind or, with `--commit`, brings it in.
    pub fn import(&self, desk: &mut Desk<'_, '_>, kind: Kind, file: &Path) -> Result<()> {
        self.check_rejects(file)?;
        let (map, _) = self.map(kind)?;
        if kind == Kind::Purchases && self.update {
            return Err(Usage("a purchase on record is never rewritten from a file; leave --update out".into()).into());
        }
        let mut ground = Ground::prepare(desk, self.commit, kind.judges_references())?;
        let source = self.open(desk, file)?;
        source.remarks().iter().try_for_each(|remark| desk.say(remark))?;
        let rows = source.rows()?;
        let headed = Headed { headings: rows.headings(), line: rows.headings_line(), sheets: source.other_sheets() };
        let mapping = Mapping::resolve(kind.wanted(), &map, &self.set, headed)?;
        drop(rows);
        maps::tell_unused(desk, &mapping)?;
        let terms = Terms { today: desk.today(), update: self.update };
        let for_excel = desk.options().excel || source.comes_of_a_spreadsheet();
        let plan = Plan { source: &source, kind, mapping: &mapping, terms, for_excel };
        let mut ran = None;
        let rejects_written = match &self.rejects {
            None => {
                ran = Some(self.run_through(desk, &mut ground, &plan, None)?);
                Ok(())
            }
            Some(path) => write_whole(path, |out| {
                ran = Some(self.run_through(desk, &mut ground, &plan, Some(out))?);
                Ok(())
            }),
        };
        let Some((account, kept)) = ran else {
            return rejects_written;
        };
        let left_some = account.tell(desk, "")?;
        let refused = account.counts.rejected > 0 && !self.skip_rejects;
        Ending { commit: self.commit, refused, left_some }.tell(desk, kept)?;
        desk.state(account.counts)?;
        // By now the import may be written, which was to be said first.
        rejects_written.context("the rejected rows could not be written")?;
        self.exit(account.counts.rejected)
    }

    /// The file, or what is piped in.
    pub(super) fn open(&self, desk: &mut Desk<'_, '_>, file: &Path) -> Result<Source> {
        if file != Path::new("-") {
            return Source::open_sheet(file, self.sheet.as_deref());
        }
        if desk.world.terminal.stdin {
            desk.say("Paste the rows with their headings; Ctrl-D ends them.")?;
        }
        Source::piped(&mut desk.world.stdin, self.sheet.as_deref())
    }

    /// Refuses rejects that would go where there is something to be read, or nowhere.
    fn check_rejects(&self, file: &Path) -> Result<()> {
        let Some(rejects) = &self.rejects else {
            return Ok(());
        };
        let is_map = self.map.as_ref().is_some_and(|map| same_file(rejects, map));
        let wrong = match () {
            () if rejects == Path::new("-") => "--rejects takes a file, not -: what is on stdout is for reading",
            () if same_file(rejects, file) => "--rejects would write over the file that is read",
            () if is_map => "--rejects would write over the map",
            () => return Ok(()),
        };
        Err(Usage(wrong.to_string()).into())
    }

    /// The exit code that goes with so many rejected rows.
    pub(super) fn exit(&self, rejected: u64) -> Result<()> {
        match (rejected, self.skip_rejects) {
            (0, _) => Ok(()),
            (_, true) => Err(Said(Exit::Partial).into()),
            (_, false) => Err(Said(Exit::Refused).into()),
        }
    }

    /// Runs the file through and keeps what it wrote if it may; says what it came to, and where the hub's file is kept as it was.
    fn run_through(
        &self,
        desk: &mut Desk<'_, '_>,
        ground: &mut Ground,
        plan: &Plan<'_>,
        rejects: Option<&mut dyn Write>,
    ) -> Result<(Account, Option<Kept>)> {
        let hub = desk.path()?;
        let mut progress = desk.progress();
        let done = ground.db.attempt(|tx| {
            let mut tick = |source: &Source| progress.tick(source.consumed(), source.bytes());
            let account = Account::take(tx, plan, rejects, &mut tick)?;
            let keep = self.commit && (account.counts.rejected == 0 || self.skip_rejects);
            if !keep || !account.wrote() {
                return Ok(((account, None), false));
            }
            let event = account.record(tx, &desk.stamp(), plan.source)?;
            let kept = backup::before(&hub, event)?;
            Ok(((account, Some(kept)), true))
        });
        progress.end();
        let (account, kept) = done?;
        if kept.is_some() {
            // The rejects are still to be put in their place, and that may fail.
            desk.wrote(plan.kind.many());
        }
        Ok((account, kept.map(Before::stay)))
    }
}
