//! `report assets`: the register of assets, as at any day.

use anyhow::Result;
use clap::Args;

use super::filters::Bought;
use crate::cli::DayArg;
use crate::commands::Desk;
use crate::domain::asset::AssetLine;
use crate::domain::date::{Date, in_words};
use crate::domain::money::Pence;
use crate::output::listing::{Format, Lister};
use crate::store::Tx;
use crate::store::instrument::{AssetFilter, Stock, each_asset};

/// The register of assets: what each instrument cost, what it is worth in the books, where it came from and where it is.
///
/// Book value is straight line by whole months of life since the day of acquisition. Whatever was acquired by the day
/// is named, and what had left by then at nought. Cost, fund, policy, loans and repairs are shown as they stood on the
/// day; condition, place, owner and area as they are today, since nobody records what they were. An instrument that
/// was missing on a past day and found since shows as it would otherwise have been, and a past offer is not shown.
///
/// With --fund, cost, book value and proceeds are what that fund bears where several bear the line, and the column
/// 'fund' shows the split; without it they are whole.
///
/// Example: ledgerline report assets --as-at 2026-03-31 --capital --format csv --output register.csv
#[derive(Debug, Args)]
pub struct Assets {
    /// As at the end of this day; without it, today
    #[arg(long, value_name = "DATE")]
    as_at: Option<DayArg>,
    #[command(flatten)]
    filters: Filters,
}

/// Which instruments are named.
#[derive(Debug, Args)]
#[command(next_help_heading = "Only those")]
struct Filters {
    #[command(flatten)]
    bought: Bought,
    /// Not judged to be revenue by the capitalisation policy
    #[arg(long)]
    capital: bool,
    /// Still held
    #[arg(long, conflicts_with = "disposed")]
    held: bool,
    /// Disposed of
    #[arg(long)]
    disposed: bool,
}

impl Assets {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (db, today) = (desk.open()?, desk.today());
        db.expect_bulk()?;
        let as_at = self.as_at.as_ref().map(|day| day.on(today)).transpose()?.unwrap_or(today);
        let which = match (self.filters.held, self.filters.disposed) {
            (true, _) => Stock::Held,
            (_, true) => Stock::Disposed,
            _ => Stock::All,
        };
        let totals = db.read(|tx| {
            let stock = self.filters.bought.stock(tx)?;
            let filter = AssetFilter { stock, which, capital: self.filters.capital, as_at, before: None, today };
            let mut totals = Totals::default();
            desk.list::<AssetLine<'_>>(|out| {
                totals = list(tx, &filter, out)?;
                out.total(&AssetLine::total(totals.cost, totals.book_value, totals.proceeds));
                Ok(())
            })?;
            Ok(totals)
        })?;
        let in_table = desk.options().format == Format::Table;
        if in_table { totals.sentences(as_at).into_iter().try_for_each(|sentence| desk.say(sentence)) } else { Ok(()) }
    }
}

/// The register summed up.
#[derive(Debug, Default)]
struct Totals {
    held: usize,
    disposed: usize,
    cost: Pence,
    cost_of_held: Pence,
    book_value: Pence,
    proceeds: Pence,
    /// Held, and without a book value.
    without: usize,
}

/// Lists a register and sums it up.
fn list(tx: &Tx, filter: &AssetFilter, out: &mut Lister<'_>) -> Result<Totals> {
    let mut totals = Totals::default();
    each_asset(tx, filter, |asset| {
        let line = asset.line(filter.as_at);
        totals.add(&line);
        out.row(&line)
    })?;
    Ok(totals)
}

impl Totals {
    fn add(&mut self, line: &AssetLine<'_>) {
        let cost = line.cost.unwrap_or_default();
        self.cost = self.cost + cost;
        self.book_value = self.book_value + line.book_value.unwrap_or_default();
        self.proceeds = self.proceeds + line.proceeds.unwrap_or_default();
        if line.disposed_on.is_some() {
            self.disposed += 1;
        } else {
            self.held += 1;
            self.cost_of_held = self.cost_of_held + cost;
            self.without += usize::from(line.book_value.is_none());
        }
    }

    fn sentences(&self, as_at: Date) -> Vec<String> {
        let gone = match self.disposed {
            0 => String::new(),
            1 => "; 1 had been disposed of".to_string(),
            many => format!("; {many} had been disposed of"),
        };
        let (cost, value) = (self.cost_of_held.in_words(), self.book_value.in_words());
        let held = instruments(self.held);
        let mut sentences =
            vec![format!("As at {}: {held} held, which cost {cost}; book value {value}{gone}.", in_words(as_at))];
        if self.without > 0 {
            let number = instruments(self.without);
            sentences.push(format!(
                "No book value for {number} without a cost or a day of acquisition; 'instrument edit' takes --cost and --acquired-on."
            ));
        }
        sentences
    }
}

/// `1 instrument`, `30 instruments`
pub fn instruments(number: usize) -> String {
    if number == 1 { "1 instrument".to_string() } else { format!("{number} instruments") }
}
