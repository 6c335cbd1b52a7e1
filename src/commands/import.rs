//! `import`: bring a file of records in, or only check it.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;

use super::Desk;
use crate::domain::text::closest;
use crate::error::{Exit, Said, Usage};
use crate::import::Source;
use crate::import::kinds::{Finish, Kind, Terms};
use crate::import::mapping::{Map, Mapping};
use crate::import::plan::Plan;
use crate::import::profile::Profile;
use crate::import::report::{Counts, Note, Report};
use crate::output::listing::write_whole;
use crate::store::journal::{self, Event};
use crate::store::{Db, backup};

/// Import a file of records; without --commit, only check it.
///
/// The last line says how many rows were read and what became of them; every fault stands before it.
/// With any faulty row nothing is written, unless --skip-rejects. A file that was taken in once changes nothing the second time.
///
/// Example: ledgerline import schools edubasealldata.csv --profile gias --commit
#[derive(Debug, Args)]
pub struct Import {
    /// What the file holds
    #[arg(required_unless_present = "show_profile", requires = "file")]
    kind: Option<Kind>,
    /// The file: CSV with commas, semicolons or tabs, its headings in the first row
    file: Option<PathBuf>,
    #[command(flatten)]
    how: How,
    /// Print a shipped map, to start one of your own from
    #[arg(long, value_name = "P", exclusive = true)]
    show_profile: Option<Profile>,
}

/// How a file is read, and whether what it says is written.
#[derive(Debug, Args)]
pub struct How {
    /// A map shipped with the program, for files of a known layout
    #[arg(long, value_name = "P", conflicts_with = "map")]
    profile: Option<Profile>,
    /// A map of your own (TOML): which heading holds what
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// A value for every row; may be given several times
    #[arg(long, value_name = "FIELD=VALUE", value_parser = field_and_value, allow_hyphen_values = true)]
    set: Vec<(String, String)>,
    /// Change records that are there already to what the file says
    #[arg(long)]
    update: bool,
    /// Write the rejected rows to this file, each with its reason
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Leave rejected rows out and take all the others
    #[arg(long)]
    skip_rejects: bool,
    /// Write; without it the file is only checked
    #[arg(long)]
    commit: bool,
}

fn field_and_value(text: &str) -> Result<(String, String), String> {
    let (field, value) = text.split_once('=').ok_or("it is FIELD=VALUE, such as source=donation")?;
    Ok((field.trim().to_string(), value.trim().to_string()))
}

/// What an import came to.
struct Outcome<'w> {
    report: Report<'w>,
    finish: Finish,
}

impl Import {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        if let Some(profile) = self.show_profile {
            return desk.page(profile.text());
        }
        desk.refuse_output()?;
        let (Some(kind), Some(file)) = (self.kind, &self.file) else {
            return Err(Usage("name what the file holds, and the file".to_string()).into());
        };
        self.how.import(desk, kind, file)
    }
}

impl How {
    /// Checks a file of this kind or, with `--commit`, brings it in.
    pub fn import(&self, desk: &mut Desk<'_, '_>, kind: Kind, file: &Path) -> Result<()> {
        let map = self.map(kind)?;
        if kind == Kind::Purchases && self.update {
            return Err(Usage("a purchase on record is never rewritten from a file; leave --update out".into()).into());
        }
        // Checked on a copy, so that the desk goes on lending meanwhile.
        let (_workshop, mut db) = if self.commit {
            (None, desk.open()?)
        } else {
            let (workshop, copy) = backup::scratch(&desk.open()?, &desk.world.environment.temporary_folder)?;
            (Some(workshop), copy)
        };
        db.expect_import(kind.judges_references())?;
        let source = Source::open(file)?;
        if source.is_windows_1252() {
            desk.say("The file is not UTF-8 throughout, so it was read as Windows-1252; look at its accents.")?;
        }
        let mapping = Mapping::resolve(kind.wanted(), &map, &self.set, source.rows()?.headings())?;
        if !mapping.unused.is_empty() {
            desk.say(format!("Left out, since no column is taken from them: {}.", mapping.unused.join(", ")))?;
        }
        let terms = Terms { today: desk.today(), update: self.update };
        let plan = Plan { source: &source, kind, mapping: &mapping, terms };
        let counts = match &self.rejects {
            None => self.run_through(desk, &mut db, &plan, None)?,
            Some(path) if same_file(path, file) => {
                return Err(Usage("--rejects would write over the file that is read".to_string()).into());
            }
            Some(path) => write_whole(path, |out| self.run_through(desk, &mut db, &plan, Some(out)))?,
        };
        desk.state(counts)?;
        match (counts.rejected, self.skip_rejects) {
            (0, _) => Ok(()),
            (_, true) => Err(Said(Exit::Partial).into()),
            (_, false) => Err(Said(Exit::Refused).into()),
        }
    }

    fn map(&self, kind: Kind) -> Result<Map> {
        let map = match (self.profile, &self.map) {
            (Some(profile), _) => profile.map()?,
            (None, Some(path)) => Map::open(path)?,
            (None, None) => Map::default(),
        };
        if let Some(of) = map.kind.as_deref().filter(|of| *of != kind.name()) {
            return Err(Usage(format!("that map is for {of}, not for {}", kind.name())).into());
        }
        for (field, _) in &self.set {
            if !kind.columns().contains(&field.as_str()) {
                let nearest = closest(field, kind.columns().iter().copied());
                let meant = nearest.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
                return Err(Usage(format!("--set: {} have no column '{field}'{meant}", kind.name())).into());
            }
        }
        Ok(map)
    }

    /// Runs the file through, keeps what it wrote if it may, and tells of it all but the last line.
    fn run_through(
        &self,
        desk: &mut Desk<'_, '_>,
        db: &mut Db,
        plan: &Plan<'_>,
        rejects: Option<&mut dyn Write>,
    ) -> Result<Counts> {
        let mut progress = desk.progress();
        let mut outcome = db.attempt(|tx| {
            let mut report = Report::new(plan.kind, rejects);
            let finish = plan.run(tx, &mut report, &mut |source| progress.tick(source.consumed(), source.bytes()))?;
            report.finish()?;
            let keep = self.commit && (report.counts.rejected == 0 || self.skip_rejects);
            let counts = report.counts;
            if keep && counts.created + counts.updated > 0 {
                journal::record(tx, &desk.stamp(), &event(plan, counts, &finish, &report.changed_fields()), None)?;
            }
            Ok((Outcome { report, finish }, keep))
        })?;
        progress.end();
        self.tell(desk, plan, &mut outcome)?;
        Ok(outcome.report.counts)
    }

    fn tell(&self, desk: &mut Desk<'_, '_>, plan: &Plan<'_>, outcome: &mut Outcome<'_>) -> Result<()> {
        let left_some = outcome.report.has_left();
        outcome.report.tell(|note, text| match note {
            Note::Fault => desk.state(text),
            Note::Left => desk.warn(text),
            Note::Changed => desk.say(text),
        })?;
        outcome.finish.remarks.iter().try_for_each(|remark| desk.say(remark))?;
        outcome.finish.warnings.iter().try_for_each(|warning| desk.warn(warning))?;
        if left_some && plan.kind != Kind::Purchases {
            desk.say("Records that differ from the file were left; --update changes them to what it says.")?;
        }
        let rejected = outcome.report.counts.rejected > 0;
        match (self.commit, rejected && !self.skip_rejects) {
            (_, true) => desk.say(
                "Nothing was written, because rows were rejected. Put them right, or leave them out with --skip-rejects.",
            ),
            (false, false) => desk.say("Nothing was written: this was a check. Add --commit to write it."),
            (true, false) => Ok(()),
        }
    }
}

fn same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    real(one).is_some() && real(one) == real(other)
}

fn event(plan: &Plan<'_>, counts: Counts, finish: &Finish, changed: &str) -> Event {
    let many = |count: u64| format!("{count} {}", if count == 1 { plan.kind.one() } else { plan.kind.name() });
    let name = plan.source.path().file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let subject = if counts.created > 0 { many(counts.created) } else { format!("{} updated", many(counts.updated)) };
    let done = match (counts.created, counts.updated) {
        (created, 0) => format!("Imported {}", many(created)),
        (0, updated) => format!("Updated {}", many(updated)),
        (created, updated) => format!("Imported {} and updated {updated}", many(created)),
    };
    Event {
        on: plan.terms.today,
        command: plan.kind.command(),
        subject,
        summary: format!("{done} from {name}{changed}"),
        about: finish.about.clone(),
    }
}
