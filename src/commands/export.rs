//! `export`: every record of a kind, as `import` takes it back; or the auditor's pack on a fund.

mod audit;

use anyhow::Result;
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::Desk;
use crate::cli::DayArg;
use crate::error::Usage;
use crate::import::kinds::Kind;
use crate::output::listing::Format;
use crate::store::purchase;

/// List every record of a kind in full, as import takes it back: as CSV or, with --format json, as JSON.
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
/// Example: ledgerline export audit --fund CIP --as-at 2026-03-31 --output audit-2026
#[derive(Debug, Args)]
pub struct Export {
    /// What to export
    what: What,
    /// For 'audit': the fund it is about
    #[arg(long, value_name = "CODE", required_if_eq("what", "audit"))]
    fund: Option<String>,
    /// For 'audit': as the records stood at the end of this day; without it, today
    #[arg(long, value_name = "DATE")]
    as_at: Option<DayArg>,
}

/// A kind of record, or the auditor's pack.
#[derive(Clone, Copy, Debug)]
enum What {
    Kind(Kind),
    Audit,
}

impl ValueEnum for What {
    fn value_variants<'a>() -> &'a [What] {
        static ALL: std::sync::LazyLock<Vec<What>> = std::sync::LazyLock::new(|| {
            Kind::value_variants().iter().map(|kind| What::Kind(*kind)).chain([What::Audit]).collect()
        });
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            What::Kind(kind) => kind.to_possible_value(),
            What::Audit => Some(PossibleValue::new("audit").help("The auditor's pack on a fund")),
        }
    }
}

impl Export {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.what {
            What::Kind(kind) => self.records(kind, desk),
            What::Audit => self.audit(desk),
        }
    }

    fn records(&self, kind: Kind, desk: &mut Desk<'_, '_>) -> Result<()> {
        if self.fund.is_some() || self.as_at.is_some() {
            return Err(Usage("--fund and --as-at go with 'export audit'".into()).into());
        }
        // A table is for the eye, and import could not take it back.
        let format = match desk.options().format {
            Format::Table => Format::Csv,
            other => other,
        };
        let db = desk.open()?;
        db.read(|tx| {
            let mut progress = desk.progress_of_list();
            let many = if progress.is_shown() { kind.count(tx)? } else { None };
            desk.list_as(format, kind.columns(), |out| {
                if let Some(whole) = many {
                    out.watched(move |rows| progress.tick(rows as u64, whole));
                }
                kind.export(tx, out)
            })?;
            let richer = if kind == Kind::Purchases { purchase::richer_than_rows(tx)? } else { 0 };
            if richer > 0 {
                let lines = if richer == 1 { "1 line has".to_string() } else { format!("{richer} lines have") };
                desk.warn(format!(
                    "{lines} part deliveries, part invoices, changed prices, credits, cancellations, moves or a pool, which the \
                     file's rows do not tell; a backup keeps them"
                ))?;
            }
            Ok(())
        })
    }

    fn audit(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let as_at = self.as_at.as_ref().map(|day| day.on(today)).transpose()?.unwrap_or(today);
        let Some(folder) = desk.options().output.clone() else {
            return Err(Usage("--output names the folder of the pack".into()).into());
        };
        if desk.options().format == Format::Json {
            return Err(Usage("the pack is written as CSV; leave --format out".into()).into());
        }
        audit::write(desk, self.fund.as_deref().unwrap_or_default(), as_at, &folder)
    }
}
