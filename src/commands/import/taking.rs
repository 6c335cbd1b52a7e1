//! What bringing in one file and a whole folder have in common: where the rows go, the accounts of a file, the journal.

use std::io::Write;

use anyhow::Result;

use crate::commands::Desk;
use crate::domain::reference::EventRef;
use crate::import::Source;
use crate::import::kinds::{Finish, Kind};
use crate::import::plan::Plan;
use crate::import::report::{Counts, Note, Report};
use crate::output::csv::BYTE_ORDER_MARK;
use crate::store::backup::{self, Kept};
use crate::store::journal::{self, Event, Stamp};
use crate::store::{Db, Tx, privacy};
use crate::workshop::Workshop;

/// Where rows go: the hub's own file or, for a check, a private copy of it, so that the desk goes on lending meanwhile.
pub(super) struct Ground {
    pub db: Db,
    _workshop: Option<Workshop>,
}

impl Ground {
    /// With `references_are_judged`, every record that a row refers to is looked up by its kind, and not again by the engine.
    pub fn prepare(desk: &mut Desk<'_, '_>, commit: bool, references_are_judged: bool) -> Result<Ground> {
        let own = desk.open()?;
        let ground = if commit {
            Ground { db: own, _workshop: None }
        } else {
            let (workshop, db) = backup::scratch(&own, &desk.world.environment.temporary_folder)?;
            Ground { db, _workshop: Some(workshop) }
        };
        ground.db.expect_import(references_are_judged)?;
        Ok(ground)
    }
}

/// What one file came to.
pub(super) struct Account {
    pub kind: Kind,
    pub counts: Counts,
    notes: Vec<(Note, String)>,
    /// What the map passed over, and the words it has no place for.
    of_the_map: Vec<String>,
    /// The columns that the file lacks.
    absent: Option<String>,
    /// Whether any record differs from its row and was left.
    left_some: bool,
    changed_fields: String,
    finish: Finish,
}

impl Account {
    /// Takes a file's rows in a transaction that is under way.
    pub fn take(
        tx: &Tx,
        plan: &Plan<'_>,
        mut rejects: Option<&mut dyn Write>,
        tick: &mut dyn FnMut(&Source),
    ) -> Result<Account> {
        if let Some(out) = rejects.as_mut().filter(|_| plan.for_excel) {
            out.write_all(BYTE_ORDER_MARK)?;
        }
        let mut report = Report::new(plan.kind, rejects);
        let finish = plan.run(tx, &mut report, tick)?;
        privacy::refuse_brought_back(tx, plan.terms.today)?;
        report.finish()?;
        let (left_some, changed_fields) = (report.has_left(), report.changed_fields());
        let (mut notes, of_the_map, absent) = (Vec::new(), report.of_the_map(), report.of_what_is_absent());
        report.tell(|note, text| {
            notes.push((note, text.to_string()));
            Ok(())
        })?;
        Ok(Account {
            kind: plan.kind,
            counts: report.counts,
            notes,
            of_the_map,
            absent,
            left_some,
            changed_fields,
            finish,
        })
    }

    /// Whether the file has changed anything.
    pub fn wrote(&self) -> bool {
        self.counts.created + self.counts.updated > 0
    }

    /// Whether any record differs from its row and was left.
    pub fn left_some(&self) -> bool {
        self.left_some
    }

    /// Writes the journal's row of it.
    pub fn record(&self, tx: &Tx, stamp: &Stamp, source: &Source) -> Result<EventRef> {
        journal::record(tx, stamp, &self.event(stamp, source), None)
    }

    fn event(&self, stamp: &Stamp, source: &Source) -> Event {
        let (kind, Counts { created, updated, .. }) = (self.kind, self.counts);
        let many = |count: u64| format!("{count} {}", if count == 1 { kind.one() } else { kind.many() });
        let name = match source.path().file_name() {
            Some(name) if name == "-" => "stdin".to_string(),
            name => name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        };
        let subject = if created > 0 { many(created) } else { format!("{} updated", many(updated)) };
        let done = match (created, updated) {
            (created, 0) => format!("Imported {}", many(created)),
            (0, updated) => format!("Updated {}", many(updated)),
            (created, updated) => format!("Imported {} and updated {updated}", many(created)),
        };
        let summary = format!("{done} from {name}{}", self.changed_fields);
        let about = self.finish.about.clone();
        Event { on: stamp.today, command: kind.command(), subject, summary, about }
    }

    /// Says every note of the file, after its name where there are several files; whether some records were left that an
    /// update would change.
    pub fn tell(&self, desk: &mut Desk<'_, '_>, name: &str) -> Result<bool> {
        let before = if name.is_empty() { String::new() } else { format!("{name} ") };
        for (note, text) in &self.notes {
            match note {
                Note::Fault => desk.state(format!("{before}{text}"))?,
                Note::Left => desk.warn(format!("{before}{text}"))?,
                Note::Changed => desk.say(format!("{before}{text}"))?,
            }
        }
        // In a folder of every kind, no flag says anything of one of them.
        self.absent.iter().filter(|_| name.is_empty()).try_for_each(|remark| desk.say(remark))?;
        self.of_the_map.iter().try_for_each(|remark| desk.say(remark))?;
        self.finish.remarks.iter().try_for_each(|remark| desk.say(remark))?;
        self.finish.warnings.iter().try_for_each(|warning| desk.warn(warning))?;
        Ok(self.left_some && self.kind != Kind::Purchases)
    }
}

/// How an import ended, as far as its last sentences hang on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ending {
    pub commit: bool,
    /// Rows were rejected and not passed over.
    pub refused: bool,
    pub left_some: bool,
}

impl Ending {
    /// Says what to do next, and where the file is kept as it was.
    pub fn tell(self, desk: &mut Desk<'_, '_>, kept: Option<Kept>) -> Result<()> {
        if self.left_some {
            desk.say("Records that differ from the file were left; --update changes them to what it says.")?;
        }
        match (self.commit, self.refused) {
            (_, true) => desk.say(
                "Nothing was written, because rows were rejected. Put them right, or leave them out with --skip-rejects.",
            )?,
            (false, false) => desk.say("Nothing was written: this was a check. Add --commit to write it.")?,
            (true, false) => {}
        }
        let Some(Kept { path, not_removed }) = kept else {
            return Ok(());
        };
        desk.say(format!("The file as it was before is kept in {}.", path.display()))?;
        not_removed.map_or(Ok(()), |fault| desk.warn(format!("older copies of that kind were left: {fault:#}")))
    }
}
