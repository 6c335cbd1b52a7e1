//! `export`: every record of a kind, as `import` takes it back; or the auditor's pack on a fund.

mod all;
mod audit;

use std::path::PathBuf;

use anyhow::Result;
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::Desk;
use crate::cli::DayArg;
use crate::error::Usage;
use crate::import::kinds::Kind;
use crate::output::listing::Format;

/// List every record of a kind in full, as import takes it back: as CSV or, with --format json, as JSON.
///
/// 'export all' writes every kind into a new folder, each in a file of its name, all as they are at one moment. 'import all'
/// takes them into an empty hub, where a second export is the same to the byte. The journal and what
/// undo needs stay behind, and where reminders are armed, which ties a file to a place; a backup keeps everything.
///
/// People, holds and messages are personal: names and addresses, why somebody is not reminded, what a mail server answered.
///
/// 'export audit' writes the auditor's pack on a fund into a new folder: the register, the lines and their
/// reconciliation with the totals, disposals, policies, recodings, overrides, what is unexplained, and the sums that
/// prove that nobody changed a file since. Of a line that several funds bear, everything is what the fund bears. The
/// reconciliation also shows the register beside the money: 'spent' is 'register_cost', what the instruments cost that
/// the category's lines brought; 'named_costs', spent on delivery, accessories, services and the like; and
/// 'not_on_register', the rest, which is below nought where instruments are there and not invoiced yet.
///
/// Example: ledgerline export instruments --output instruments.csv
///
/// Example: ledgerline export all --output moving
///
/// Example: ledgerline export audit --fund CIP --as-at 2026-03-31 --output audit-2026
#[derive(Debug, Args)]
pub struct Export {
    /// What to export: a kind as 'import' takes it, 'all' for a folder of every kind, or 'audit'
    #[arg(value_name = "KIND", hide_possible_values = true, long_help = kinds_in_words())]
    what: What,
    /// For 'audit': the fund it is about
    #[arg(long, value_name = "CODE", required_if_eq("what", "audit"))]
    fund: Option<String>,
    /// For 'audit': as the records stood at the end of this day; without it, today
    #[arg(long, value_name = "DATE")]
    as_at: Option<DayArg>,
}

/// A kind of record, every kind, or the auditor's pack.
#[derive(Clone, Copy, Debug)]
enum What {
    Kind(Kind),
    All,
    Audit,
}

impl ValueEnum for What {
    fn value_variants<'a>() -> &'a [What] {
        static ALL: std::sync::LazyLock<Vec<What>> = std::sync::LazyLock::new(|| {
            Kind::value_variants().iter().map(|kind| What::Kind(*kind)).chain([What::All, What::Audit]).collect()
        });
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            What::Kind(kind) => kind.to_possible_value(),
            What::All => Some(PossibleValue::new("all").help("Every kind, into a folder")),
            What::Audit => Some(PossibleValue::new("audit").help("The auditor's pack on a fund")),
        }
    }
}

fn kinds_in_words() -> String {
    let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
    format!(
        "What to export: 'all' for every kind, 'audit' for the auditor's pack on a fund, or one of {}",
        kinds.join(", ")
    )
}

impl Export {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.what {
            What::Kind(kind) => self.records(kind, desk),
            What::All => self.all(desk),
            What::Audit => self.audit(desk),
        }
    }

    /// A fund and a day go with the auditor's pack alone.
    fn refuse_filters(&self) -> Result<()> {
        match self.fund.is_some() || self.as_at.is_some() {
            true => Err(Usage("--fund and --as-at go with 'export audit'".into()).into()),
            false => Ok(()),
        }
    }

    /// The folder that `--output` names, for what is written as a folder of CSV.
    fn folder(&self, desk: &Desk<'_, '_>) -> Result<PathBuf> {
        let Some(folder) = desk.options().output.clone() else {
            return Err(Usage("--output names the folder to write".into()).into());
        };
        match desk.options().format {
            Format::Json => Err(Usage("the folder is written as CSV; leave --format out".into()).into()),
            _ => Ok(folder),
        }
    }

    fn all(&self, desk: &mut Desk<'_, '_>) -> Result<()> {
        self.refuse_filters()?;
        all::write(desk, &self.folder(desk)?)
    }

    fn records(&self, kind: Kind, desk: &mut Desk<'_, '_>) -> Result<()> {
        self.refuse_filters()?;
        // A table is for the eye, and import could not take it back.
        let format = match desk.options().format {
            Format::Table => Format::Csv,
            other => other,
        };
        let db = desk.open()?;
        if kind == Kind::Loans {
            db.expect_stream()?;
        }
        db.read(|tx| {
            let mut progress = desk.progress_of_list();
            let many = if progress.is_shown() { kind.count(tx)? } else { None };
            desk.list_as(format, kind.columns(), |out| {
                if let Some(whole) = many {
                    out.watched(move |rows| progress.tick(rows as u64, whole));
                }
                kind.export(tx, out)
            })
        })
        .map(drop)
    }

    fn audit(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let as_at = self.as_at.as_ref().map(|day| day.on(today)).transpose()?.unwrap_or(today);
        let folder = self.folder(desk)?;
        audit::write(desk, self.fund.as_deref().unwrap_or_default(), as_at, &folder)
    }
}
