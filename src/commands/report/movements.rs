//! `report movements`: how book values moved, for the note on assets in the accounts.

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;
use clap::Args;

use super::assets::instruments;
use super::filters::Bought;
use crate::cli::DayArg;
use crate::commands::Desk;
use crate::domain::asset::{Movement, MovementLine, Span};
use crate::domain::date::{AcademicYear, Date, FinancialYear};
use crate::domain::money::Pence;
use crate::domain::reach::Period;
use crate::domain::refusal::refuse;
use crate::domain::words::{Family, Word};
use crate::store::instrument::{AssetFilter, Stock, each_asset};
use crate::store::{Tx, setting};

/// Opening, additions, disposals, depreciation and closing by family, for the note on assets in the accounts.
///
/// Without a period it is the financial year of today or of --as-at, as far as it has come. Closing is what 'report
/// assets' shows as at the last day, and opening as at the day before the first. Additions are what was acquired at
/// cost, with what a later bill or credit changed of that; disposals are at book value. With --fund, all of it is what
/// that fund bears where several bear the line. What was there all along and was moved to or from the fund or category, or
/// judged otherwise by policy, stands under transfers: opening + additions + transfers - disposals - depreciation is closing.
///
/// Example: ledgerline report movements --financial-year 2025/26 --capital
#[derive(Debug, Args)]
pub struct Movements {
    /// Over this academic year: 2025/26
    #[arg(long, help_heading = "Period", conflicts_with_all = ["financial_year", "from"])]
    year: Option<AcademicYear>,
    /// Over this financial year: 2025/26
    #[arg(long, help_heading = "Period", value_name = "YEAR", conflicts_with = "from")]
    financial_year: Option<FinancialYear>,
    /// From the morning of this day
    #[arg(long, help_heading = "Period", value_name = "DATE")]
    from: Option<DayArg>,
    /// To the evening of this day
    #[arg(long, help_heading = "Period", value_name = "DATE", requires = "from")]
    to: Option<DayArg>,
    /// No further than the evening of this day; without it, today
    #[arg(long, help_heading = "Period", value_name = "DATE")]
    as_at: Option<DayArg>,
    #[command(flatten, next_help_heading = "Only those")]
    bought: Bought,
    /// Not judged to be revenue by the capitalisation policy
    #[arg(long, help_heading = "Only those")]
    capital: bool,
}

impl Movements {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (db, today) = (desk.open()?, desk.today());
        db.expect_bulk()?;
        let (span, moved) = db.read(|tx| {
            let span = self.span(tx, today)?;
            Ok((span, self.moved(tx, &span, today)?))
        })?;
        desk.list::<MovementLine<'_>>(|out| {
            for (family, movement) in &moved.families {
                out.row(&movement.line(family.as_str()))?;
            }
            let mut total = Movement::default();
            moved.families.values().for_each(|movement| total += *movement);
            out.total(&total.line("total"));
            Ok(())
        })?;
        desk.say(format!("Book values {}.", span.in_words()))?;
        match moved.without {
            0 => Ok(()),
            number => desk.say(format!(
                "Left out: {} without a cost or a day of acquisition, and so without a book value.",
                instruments(number)
            )),
        }
    }

    fn span(&self, tx: &Tx, today: Date) -> Result<Span> {
        let day = |given: &Option<DayArg>| given.as_ref().map(|day| day.on(today)).transpose();
        let as_at = day(&self.as_at)?.unwrap_or(today);
        let period = match (day(&self.from)?, self.year) {
            (Some(from), _) => Period::Days { from, to: day(&self.to)?.unwrap_or(as_at.max(from)) },
            (None, Some(year)) => Period::Academic(year),
            (None, None) => {
                let opens = setting::financial_year_start(tx)?;
                Period::Financial(self.financial_year.unwrap_or(FinancialYear::of(as_at, opens)), opens)
            }
        };
        Span::of(period, as_at).map_err(refuse)
    }

    fn moved(&self, tx: &Tx, span: &Span, today: Date) -> Result<Moved> {
        let filter = AssetFilter {
            stock: self.bought.stock(tx)?,
            which: Stock::All,
            capital: self.capital,
            as_at: span.last,
            before: span.first.yesterday().ok(),
            today,
        };
        let mut eve = held_on_the_eve(tx, &filter)?;
        let mut moved = Moved::default();
        each_asset(tx, &filter, |asset| {
            // By the figures of the evening before, where those may have counted otherwise.
            let opening = eve.as_mut().map(|eve| eve.remove(asset.tag).map_or(Pence::ZERO, |held| held.book_value));
            match Movement::of(&asset.worth, asset.cost_before, span.first, span.last) {
                Some(movement) => {
                    *moved.of(asset.family) += opening.map_or(movement, |opening| movement.opened_at(opening));
                }
                // What was gone before nobody misses.
                None => moved.without += usize::from(!filter.before.is_some_and(|eve| asset.worth.is_disposed_of(eve))),
            }
            Ok(())
        })?;
        for (_, held) in eve.into_iter().flatten() {
            *moved.of(held.family) += Movement::default().opened_at(held.book_value);
        }
        Ok(moved)
    }
}

/// An instrument as the figures counted it the evening before.
struct Held {
    family: Family,
    book_value: Pence,
}

/// What the figures counted the evening before, by tag, where a fund, a category or a judgement decides what they count: they
/// may have changed since. Nothing to remember otherwise.
fn held_on_the_eve(tx: &Tx, filter: &AssetFilter) -> Result<Option<HashMap<String, Held>>> {
    let by_what_changes = filter.capital || filter.stock.fund.is_some() || filter.stock.category.is_some();
    let Some(eve) = filter.before.filter(|_| by_what_changes) else {
        return Ok(None);
    };
    let mut held = HashMap::new();
    each_asset(tx, &AssetFilter { as_at: eve, before: None, which: Stock::Held, ..filter.clone() }, |asset| {
        let book_value = asset.worth.book_value(eve).unwrap_or_default();
        held.insert(asset.tag.to_string(), Held { family: asset.family, book_value });
        Ok(())
    })?;
    Ok(Some(held))
}

impl Moved {
    fn of(&mut self, family: Family) -> &mut Movement {
        self.families.entry(family).or_default()
    }
}

/// What moved, family by family.
#[derive(Debug, Default)]
struct Moved {
    families: BTreeMap<Family, Movement>,
    /// Instruments whose book value is not known.
    without: usize,
}
