//! `import all`: a folder as `export all` writes it, every kind in its order, in one transaction.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result, anyhow};

use super::How;
use super::taking::{Account, Ending, Ground};
use crate::commands::Desk;
use crate::domain::refusal::{Refusal, refuse};
use crate::error::{Exit, Said, Usage};
use crate::import::Source;
use crate::import::kinds::{Kind, Terms};
use crate::import::mapping::{Map, Mapping};
use crate::import::plan::Plan;
use crate::import::report::Counts;
use crate::output::folder::SUMS;
use crate::place::{self, same_file};
use crate::store::backup::{self, Before, Kept};
use crate::store::{Tx, record};
use crate::sum;
use crate::workshop::{self, Workshop};

/// Why a folder cannot be brought in.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum FolderRefusal {
    #[error("the folder holds no file that bears the name of a kind")]
    NoKinds,
}

impl Refusal for FolderRefusal {
    fn hint(&self) -> Option<String> {
        let kinds: Vec<String> = Kind::ALL.iter().map(|kind| file_name(*kind)).collect();
        Some(format!("it may hold {}", kinds.join(", ")))
    }
}

/// How the file of a kind is called in a folder.
pub fn file_name(kind: Kind) -> String {
    format!("{}.csv", kind.name())
}

/// A kind's file in the folder, looked over.
struct Part {
    kind: Kind,
    source: Source,
    mapping: Mapping,
}

/// What the folder came to, file by file.
struct Outcome {
    accounts: Vec<Account>,
    /// The hub has records of its own under references of the folder, so that its loans could come to strangers.
    mixed: bool,
    kept: Option<Kept>,
}

impl How {
    /// Checks a folder or, with `--commit`, brings it in: all of it or nothing.
    pub fn import_all(&self, desk: &mut Desk<'_, '_>, folder: &Path) -> Result<()> {
        let has_map = self.profile.is_some() || self.map.is_some() || self.dates.is_some() || !self.set.is_empty();
        if has_map || self.sheet.is_some() {
            return Err(
                Usage("a map, a profile, --dates, --set or a sheet goes with one kind, not with 'all'".into()).into()
            );
        }
        if self.rejects.as_deref() == Some(Path::new("-")) {
            return Err(Usage("--rejects takes a folder with 'all', not -".into()).into());
        }
        if self.rejects.as_ref().is_some_and(|rejects| same_file(rejects, folder)) {
            return Err(Usage("--rejects would write over the files that are read".into()).into());
        }
        let mut ground = Ground::prepare(desk, self.commit, true)?;
        let parts = parts(desk, folder)?;
        let outcome = self.run_all_through(desk, &mut ground, &parts)?;
        let mut total = Counts::default();
        for account in &outcome.accounts {
            account.tell(desk, &file_name(account.kind))?;
            total += account.counts;
        }
        for account in outcome.accounts.iter().filter(|account| account.counts.read > 0) {
            desk.state(format!("{}: {}", file_name(account.kind), account.counts))?;
        }
        if outcome.accounts.iter().filter(|account| account.counts.rejected > 0).count() > 1 {
            desk.say("A row may be rejected only because one that it rests on was: begin with the first file.")?;
        }
        let refused = total.rejected > 0 && !self.skip_rejects;
        if outcome.mixed && !refused {
            desk.state(
                "Nothing was written: under references of the folder the hub has other records of its own, and what rests on them \
                 would come to the wrong people. 'import all' is for a new hub; bring kinds in one by one, or mend what differs.",
            )?;
            desk.state(total)?;
            return Err(Said(Exit::Refused).into());
        }
        Ending { commit: self.commit, refused, left_some: false }.tell(desk, outcome.kept)?;
        desk.state(total)?;
        self.exit(total.rejected)
    }

    fn run_all_through(&self, desk: &mut Desk<'_, '_>, ground: &mut Ground, parts: &[Part]) -> Result<Outcome> {
        let (hub, stamp, excel) = (desk.path()?, desk.stamp(), desk.options().excel);
        let whole: u64 = parts.iter().map(|part| part.source.bytes()).sum();
        let mut progress = desk.progress();
        let done = ground.db.attempt(|tx| {
            let is_new = record::is_new_hub(tx)?;
            let terms = Terms { today: stamp.today, update: self.update || is_new };
            let (mut accounts, mut before, mut first) = (Vec::new(), 0, None);
            for part in parts {
                let for_excel = excel || part.source.comes_of_a_spreadsheet();
                let plan = Plan { source: &part.source, kind: part.kind, mapping: &part.mapping, terms, for_excel };
                let mut tick = |source: &Source| progress.tick(before + source.consumed(), whole);
                let account = self.take_part(tx, &plan, &mut tick).with_context(|| file_name(part.kind))?;
                if account.wrote() {
                    let event = account.record(tx, &stamp, &part.source)?;
                    first.get_or_insert(event);
                }
                before += part.source.bytes();
                accounts.push(account);
            }
            let rejected = accounts.iter().any(|account| account.counts.rejected > 0);
            let mixed = !terms.update && accounts.iter().any(Account::left_some);
            let may_keep = self.commit && !mixed && (!rejected || self.skip_rejects);
            let Some(event) = first.filter(|_| may_keep) else {
                return Ok(((accounts, mixed, None), false));
            };
            if let Some(fault) = tx.dangling()? {
                return Err(anyhow!(fault).context("looking once more at all that was brought in"));
            }
            let kept = backup::before(&hub, event)?;
            Ok(((accounts, mixed, Some(kept)), true))
        });
        progress.end();
        let (accounts, mixed, kept) = done?;
        if kept.is_some() {
            desk.wrote("the records of the folder");
        }
        Ok(Outcome { accounts, mixed, kept: kept.map(Before::stay) })
    }

    /// Takes one kind's file; its rejects go to a file of the same name in the folder for rejects.
    fn take_part(&self, tx: &Tx, plan: &Plan<'_>, tick: &mut dyn FnMut(&Source)) -> Result<Account> {
        let Some(folder) = &self.rejects else {
            return Account::take(tx, plan, None, tick);
        };
        place::make_folders(folder)?;
        let workshop = Workshop::within(folder)?;
        let mut rejects = workshop.file("rejects")?;
        let account = Account::take(tx, plan, Some(&mut rejects), tick)?;
        if account.counts.rejected > 0 {
            workshop::put_over(&workshop.join("rejects"), &folder.join(file_name(plan.kind)))?;
        }
        Ok(account)
    }
}

/// Says what is not as the export wrote it, where its sums are there: a file that is gone is one that was forgotten.
fn compare_with_sums(desk: &mut Desk<'_, '_>, folder: &Path) -> Result<()> {
    let Ok(sums) = fs::read_to_string(folder.join(SUMS)) else {
        return Ok(());
    };
    for (sum, name) in sums.lines().filter_map(|line| line.split_once("  ")) {
        let is_file_name = Path::new(name).file_name().is_some_and(|own| own == name);
        match File::open(folder.join(name)).and_then(sum::of) {
            _ if !is_file_name => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {
                desk.warn(format!(
                    "{name} was exported with the others and is not in the folder; what it held stays behind"
                ))?;
            }
            Err(error) => return Err(error).with_context(|| format!("reading {name}")),
            Ok(now) if now != sum => {
                desk.warn(format!("{name} is not as it was exported; it is taken as it is now"))?
            }
            Ok(_) => {}
        }
    }
    Ok(())
}

/// The files of the folder that hold a kind, in the order in which kinds rest on one another; says which others it holds.
fn parts(desk: &mut Desk<'_, '_>, folder: &Path) -> Result<Vec<Part>> {
    let mut names = names(folder)?;
    compare_with_sums(desk, folder)?;
    let mut parts = Vec::new();
    for kind in Kind::ALL.iter().copied().filter(|kind| names.remove(&file_name(*kind))) {
        let name = file_name(kind);
        let part = part(desk, kind, &folder.join(&name)).with_context(|| name)?;
        parts.push(part);
    }
    names.remove(SUMS);
    if parts.is_empty() {
        return Err(refuse(FolderRefusal::NoKinds));
    }
    if !names.is_empty() {
        let names: Vec<String> = names.into_iter().collect();
        desk.say(format!("Left out, since no kind is called so: {}.", names.join(", ")))?;
    }
    Ok(parts)
}

fn part(desk: &mut Desk<'_, '_>, kind: Kind, path: &Path) -> Result<Part> {
    let source = Source::open(path)?;
    for remark in source.remarks() {
        desk.say(format!("{}: {remark}", file_name(kind)))?;
    }
    let mapping = Mapping::resolve(kind.wanted(), &Map::default(), &[], source.rows()?.headings())?;
    Ok(Part { kind, source, mapping })
}

fn names(folder: &Path) -> Result<BTreeSet<String>> {
    if !folder.exists() {
        let missing = std::io::Error::from(ErrorKind::NotFound);
        return Err(missing).with_context(|| format!("there is no folder {}", folder.display()));
    }
    if !folder.is_dir() {
        let asked = "'import all' takes a folder, as 'export all' writes it; a file comes in with its kind: 'import people FILE'";
        return Err(Usage(asked.into()).into());
    }
    let cannot = || format!("reading the folder {}", folder.display());
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).with_context(cannot)? {
        names.insert(entry.with_context(cannot)?.file_name().to_string_lossy().into_owned());
    }
    Ok(names)
}
