//! Recodings: a line that was moved to other funds or another category, for a reason. Told apart by what they say, and by their
//! place among equals.

use anyhow::Result;

use super::cells::{Price, category_of, shares_of};
use super::money::{Alike, Warnings, about, line_of, needed_day, needed_reason, refuse_closed, was_recorded};
use super::{Finish, Intake, Outcome, Round, Row, Terms};
use crate::domain::date::Date;
use crate::domain::instrument::CategoryCode;
use crate::domain::purchase::{Bearing, ClosedPeriod, Funds, OrderLine, RecodeRefusal, judge_move_day};
use crate::domain::refusal::refuse;
use crate::domain::shares::Shares;
use crate::domain::spend::UNCATEGORISED;
use crate::import::track::Runs;
use crate::output::listing::Lister;
use crate::store::purchase::{coding, records};
use crate::store::{Tx, fund, setting};

columns! {
    Line = "line", CodedOn = "coded_on", Fund = "fund", Category = "category", Reason = "reason", Recorded = "recorded",
}

pub const KEY: Option<&str> = Some("line");

/// Line, day, funds, category, reason.
type Content = (i64, Date, String, Option<CategoryCode>, String);

struct Recodings {
    today: Date,
    closed: ClosedPeriod,
    /// Facts of each fund met, kept up to date row by row.
    funds: Funds,
    alike: Alike<Content>,
    orders: Runs,
    warnings: Warnings,
}

pub fn begin(tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Recodings {
        today: terms.today,
        closed: setting::closed_to_files(tx)?,
        funds: Funds::default(),
        alike: Alike::default(),
        orders: Runs::default(),
        warnings: Warnings::default(),
    })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    records::each_recoding(tx, |record| out.row(record))
}

/// What a row says of a move.
struct Move {
    line: OrderLine,
    on: Date,
    shares: Shares,
    category: Option<CategoryCode>,
    reason: String,
    recorded: bool,
}

impl Intake for Recodings {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let Some(new) = self.read(tx, row)? else {
            return Ok(Outcome::Rejected);
        };
        let Move { line, on, shares, category, reason, recorded } = &new;
        let key = (line.id, *on, shares.to_string(), category.clone(), reason.clone());
        let equals = || coding::count_alike(tx, line.id, (shares, category.as_ref()), (*on, reason));
        if self.alike.is_on_record(row, key, equals)? {
            return Ok(Outcome::Unchanged);
        }
        self.judge(tx, row, &new)?;
        if !row.is_sound() {
            return Ok(Outcome::Rejected);
        }
        coding::recode(tx, line.id, shares, category.as_ref(), (*on, reason))?;
        if !recorded && *category != line.line.category {
            coding::instruments_follow(tx, line.id, line.line.category.as_ref(), category.as_ref())?;
        }
        self.orders.add(line.reference.order.number());
        Ok(Outcome::Created)
    }

    fn finish(&mut self, _tx: &Tx) -> Result<Finish> {
        let warnings = self.warnings.finish();
        Ok(Finish { about: about(std::mem::take(&mut self.orders)), warnings, ..Finish::default() })
    }
}

impl Recodings {
    /// The move that a row describes: to the funds and the category it names, or with those the line has.
    fn read(&mut self, tx: &Tx, row: &mut Row<'_>) -> Result<Option<Move>> {
        let line = line_of(tx, row, Column::Line)?;
        let on = needed_day(row, Column::CodedOn);
        let reason = needed_reason(row, Column::Reason);
        let recorded = was_recorded(row, Column::Recorded);
        let to_none = row.text(Column::Category).trim().eq_ignore_ascii_case(UNCATEGORISED);
        let category = if to_none { None } else { category_of(tx, row, Column::Category)? };
        if row.text(Column::Fund).is_empty() && row.text(Column::Category).is_empty() {
            row.fault_of_row("the row needs the fund or the category that the line was moved to");
        }
        // What was moved before was shared out by its price of that day, which may have changed.
        let price = line.as_ref().filter(|_| !recorded).map(|line| Price {
            net: line.life.parts.iter().map(|part| part.net).sum(),
            vat: line.life.parts.iter().map(|part| part.vat).sum(),
            vat_recoverable: line.line.vat_recoverable,
        });
        let shares = shares_of(tx, row, Column::Fund, price, &mut self.funds)?;
        let (Some(line), Some(on), Some(reason), true) = (line, on, reason, row.is_sound()) else {
            return Ok(None);
        };
        let category = if row.text(Column::Category).is_empty() { line.line.category.clone() } else { category };
        let shares = shares.unwrap_or_else(|| line.line.shares.clone());
        Ok(Some(Move { line, on, shares, category, reason, recorded }))
    }

    /// Notes why a line cannot be moved so, by the desk's rules. The funds of a move that stood on record were asked then.
    fn judge(&mut self, tx: &Tx, row: &mut Row<'_>, new: &Move) -> Result<()> {
        let Move { line, on, shares, category, recorded, .. } = new;
        refuse_closed(row, Column::CodedOn, self.closed, *on);
        if let Err(refusal) = judge_move_day(line, coding::last_moved(tx, line.id)?, *on, self.today) {
            row.fault(Column::CodedOn, refusal);
        }
        if !recorded && *shares == line.line.shares && *category == line.line.category {
            let category = category.as_ref().map_or_else(|| UNCATEGORISED.to_string(), ToString::to_string);
            row.fault_of_row(RecodeRefusal::Nothing { line: line.reference, funds: shares.to_string(), category });
        }
        if !row.is_sound() {
            return Ok(());
        }
        fund::load(tx, &line.line.shares, &mut self.funds)?;
        let before = line.costs(&line.line.shares);
        let from = Bearing { category: line.line.category.as_ref(), costs: &before };
        let judged = self.funds.judge_move(from, &line.moved_to(shares, category.as_ref(), *recorded)).map_err(refuse);
        let warnings = row.judged(judged)?.filter(|_| !recorded).unwrap_or_default();
        self.warnings.add(row.line(), &warnings);
        Ok(())
    }
}
