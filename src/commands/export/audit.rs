//! `export audit`: all that an auditor asks for about one fund, in a folder, from one moment.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;

use crate::commands::report::{lines, unexplained};
use crate::commands::{Desk, fund as funds};
use crate::domain::asset::{AssetLine, DisposalLine};
use crate::domain::audit::{Audited, ReconciliationLine};
use crate::domain::date::{Date, in_words};
use crate::domain::fund::{Fund, FundLine};
use crate::domain::listing::Listing;
use crate::domain::money::Pence;
use crate::domain::policy::{OverrideLine, PolicyLine, RecodingLine};
use crate::domain::spend::{ReportLine, Sums, Tallies, UNCATEGORISED, UnexplainedLine};
use crate::output::folder::{Folder, SUMS};
use crate::output::listing::Lister;
use crate::store::filter::StockFilter;
use crate::store::instrument::{AssetFilter, Stock, each_asset};
use crate::store::spend::{SpendFilter, each, tally};
use crate::store::{Tx, audit, category, fund, policy, setting};

/// Writes the pack on a fund into a folder, and says so.
pub fn write(desk: &mut Desk<'_, '_>, fund: &str, as_at: Date, folder: &Path) -> Result<()> {
    let (db, today) = (desk.open()?, desk.today());
    db.expect_bulk()?;
    let (code, files, differs) = db.read(|tx| {
        let typed = fund::get(tx, fund)?;
        let mut all = fund::all_as_at(tx, Some(as_at))?.into_iter();
        let fund = all.find(|fund| fund.code == typed.code).unwrap_or(typed);
        let mut folder = Folder::begin(folder, desk.options().excel)?;
        let differs = Pack { tx, fund: &fund, as_at, today }.fill(&mut folder)?;
        Ok((fund.code.clone(), folder.finish()?, differs))
    })?;
    for category in differs {
        desk.warn(format!("the total of {category} is not the sum of its lines; 'ledgerline check' looks further"))?;
    }
    desk.say(format!(
        "Wrote {files} files on {code} into {}, as at {}; 'sha256sum -c {SUMS}' checks them there.",
        folder.display(),
        in_words(as_at)
    ))
}

/// What the files of a pack are made from: one fund, one day, one moment of the records.
struct Pack<'t, 'c> {
    tx: &'t Tx<'c>,
    fund: &'t Fund,
    as_at: Date,
    today: Date,
}

impl Pack<'_, '_> {
    /// Writes every file; the categories whose total is not the sum of their lines, of which there should be none.
    fn fill(&self, folder: &mut Folder) -> Result<Vec<String>> {
        let (tx, code, as_at) = (self.tx, &self.fund.code, Some(self.as_at));
        let mut tallies = tally(tx, &self.spend())?;
        fund::add_plans(tx, &self.spend(), &mut tallies)?;
        let standing = funds::standing(tx, self.fund, as_at, self.as_at)?;
        folder.list::<FundLine, _>("fund.csv", |out| out.row(&standing))?;
        let mut audited = BTreeMap::new();
        folder.list::<AssetLine<'_>, _>("register.csv", |out| self.register(&mut audited, out))?;
        folder.list::<DisposalLine<'_>, _>("disposals.csv", |out| {
            each_asset(tx, &self.stock(Stock::Disposed), |asset| out.row(&asset.disposal_line()))
        })?;
        folder.list::<ReportLine<'_>, _>("lines.csv", |out| self.lines(&mut audited, out))?;
        let differs = folder
            .list::<ReconciliationLine<'_>, _>("reconciliation.csv", |out| self.reconcile(&tallies, &audited, out))?;
        folder.list::<UnexplainedLine<'_>, _>("unexplained.csv", |out| unexplained::list(tx, &self.spend(), out))?;
        folder.list::<PolicyLine, _>("policies.csv", |out| rows(out, &policy::list(tx, as_at)?))?;
        folder.list::<RecodingLine, _>("recodings.csv", |out| rows(out, &audit::recodings(tx, Some(code), as_at)?))?;
        folder.list::<OverrideLine, _>("overrides.csv", |out| rows(out, &audit::overrides(tx, Some(code), as_at)?))?;
        Ok(differs)
    }

    fn spend(&self) -> SpendFilter {
        SpendFilter { fund: Some(self.fund.code.clone()), as_at: Some(self.as_at), ..SpendFilter::default() }
    }

    fn stock(&self, which: Stock) -> AssetFilter {
        let stock = StockFilter { fund: Some(self.fund.code.clone()), ..StockFilter::default() };
        AssetFilter { stock, which, capital: false, as_at: self.as_at, before: None, today: self.today }
    }

    /// The register as 'report assets' has it, its costs added up by the category of their lines on their way.
    fn register(&self, audited: &mut BTreeMap<String, Audited>, out: &mut Lister<'_>) -> Result<()> {
        each_asset(self.tx, &self.stock(Stock::All), |asset| {
            let of_category = audited.entry(asset.line_category.to_string()).or_default();
            of_category.register_cost = of_category.register_cost + asset.worth.cost.unwrap_or_default();
            out.row(&asset.line(self.as_at))
        })
    }

    /// The lines as 'report lines' has them, added up by category on their way.
    fn lines(&self, audited: &mut BTreeMap<String, Audited>, out: &mut Lister<'_>) -> Result<()> {
        let opens = setting::financial_year_start(self.tx)?;
        each(self.tx, &self.spend(), |facts, parts| {
            let of_category = audited.entry(facts.money.category.to_string()).or_default();
            let mut sums = Sums::default();
            for part in parts {
                sums.add(part);
                out.row(&lines::line(facts, part, opens))?;
            }
            let named_costs = if facts.nature.brings_instruments() { Pence::ZERO } else { sums.spent };
            *of_category += Audited { lines: sums, named_costs, ..Audited::default() };
            Ok(())
        })
    }

    fn reconcile(
        &self,
        tallies: &Tallies,
        audited: &BTreeMap<String, Audited>,
        out: &mut Lister<'_>,
    ) -> Result<Vec<String>> {
        let categories = category::all(self.tx)?;
        let name_of = |code: &str| categories.iter().find(|category| category.code.as_str() == code);
        let mut differs = Vec::new();
        for (_, code, tally) in tallies.rows() {
            let rows = audited.get(code).copied().unwrap_or_default();
            let name = name_of(code).map_or("", |category| category.name.as_str());
            let shown = if code.is_empty() { UNCATEGORISED } else { code };
            out.row(&ReconciliationLine::of_category(self.fund, (shown, name), tally, &rows))?;
            differs.extend((tally.sums != rows.lines).then(|| shown.to_string()));
        }
        let total = tallies.of_fund(self.fund.code.as_str());
        let all = audited.values().fold(Audited::default(), |mut sum, rows| {
            sum += *rows;
            sum
        });
        let received = funds::standing(self.tx, self.fund, Some(self.as_at), self.as_at)?.received;
        out.row(&ReconciliationLine::of_fund(self.fund, received, &total, &all))?;
        differs.extend((total.sums != all.lines).then(|| self.fund.code.to_string()));
        Ok(differs)
    }
}

fn rows<L: Listing>(out: &mut Lister<'_>, lines: &[L]) -> Result<()> {
    lines.iter().try_for_each(|line| out.row(line))
}
