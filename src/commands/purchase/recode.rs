//! `purchase recode`: move a line to another fund or category.

use std::collections::BTreeSet;

use anyhow::Result;
use clap::{ArgGroup, Args};

use super::billing::reason_given;
use crate::cli::DayArg;
use crate::commands::overriding::Overriding;
use crate::commands::{Desk, lookup};
use crate::domain::date::Date;
use crate::domain::fund::{FundCode, FundFacts};
use crate::domain::instrument::CategoryCode;
use crate::domain::money::Pence;
use crate::domain::policy::RevenueInCapital;
use crate::domain::purchase::{Bearing, Funds, OrderLine, RecodeRefusal, Warning, judge_move_day};
use crate::domain::reference::LineRef;
use crate::domain::refusal::refuse;
use crate::domain::shares::Shares;
use crate::domain::spend::UNCATEGORISED;
use crate::store::journal::Event;
use crate::store::overriding::{self, Against};
use crate::store::purchase::{self, billing, coding};
use crate::store::{Tx, fund, policy};

/// Move a line, as a whole, to another fund or category, for a reason.
///
/// From that day on reports count it there; with --as-at a day before it, as it was. Its instruments follow to the category,
/// as far as they still bear the line's.
///
/// Example: ledgerline purchase recode O12/3 --fund OWN --reason "bought after the grant's last day"
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("to").required(true).multiple(true).args(["fund", "category"]))]
pub struct Recode {
    /// The line, as O12/3
    line: LineRef,
    /// The fund that is to bear it: a code; or several, as CIP:60%;OWN:40% or as amounts that sum exactly
    #[arg(long, value_name = "CODE")]
    fund: Option<String>,
    /// The category it is to serve: a code, or 'uncategorised'
    #[arg(long, value_name = "CODE")]
    category: Option<String>,
    /// Why, in words an auditor will read
    // The override's reason bears that name already.
    #[arg(long = "reason", value_name = "TEXT", allow_hyphen_values = true)]
    because: String,
    /// From which day on
    #[arg(long, default_value = "today", value_name = "DATE")]
    on: DayArg,
    #[command(flatten)]
    overriding: Overriding,
}

/// What came of it.
struct Moved {
    summary: String,
    warnings: Vec<Warning>,
    revenue: Option<RevenueInCapital>,
    sides: Vec<String>,
    followed: usize,
}

impl Recode {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let on = self.on.on(today)?;
        let mut db = desk.open()?;
        let moved = desk.change(&mut db, |tx| self.recode(tx, on, today))?;
        moved.warnings.iter().try_for_each(|warning| desk.warn(warning))?;
        moved.revenue.iter().try_for_each(|revenue| desk.warn(revenue))?;
        desk.say(format!("{}.", moved.summary))?;
        moved.sides.iter().try_for_each(|side| desk.say(side))?;
        match moved.followed {
            0 => Ok(()),
            1 => desk.say("Its instrument has followed to the category."),
            many => desk.say(format!("Its {many} instruments have followed to the category.")),
        }
    }

    fn recode(&self, tx: &Tx, on: Date, today: Date) -> Result<(Moved, Option<Event>)> {
        let reason = reason_given(&self.because)?;
        let override_reason = self.overriding.reason()?;
        let line = purchase::line(tx, self.line)?;
        judge_move_day(&line, coding::last_moved(tx, line.id)?, on, today).map_err(refuse)?;
        let (shares, category) = self.wanted(tx, &line)?;
        let before = line.costs(&line.line.shares);
        if shares == line.line.shares && category == line.line.category {
            let (funds, category) = (line.line.shares.to_string(), named(category.as_ref()));
            return Err(refuse(RecodeRefusal::Nothing { line: self.line, funds, category }));
        }
        let mut funds = Funds::default();
        fund::load(tx, &line.line.shares, &mut funds)?;
        fund::load(tx, &shares, &mut funds)?;
        let were = funds.clone();
        let overridden = override_reason.is_some();
        let mut warnings: Vec<Warning> = overriding::judge_day(tx, on, overridden)?.into_iter().collect();
        let proposal = line.moved_to(&shares, category.as_ref(), overridden);
        let from = Bearing { category: line.line.category.as_ref(), costs: &before };
        warnings.extend(funds.judge_move(from, &proposal).map_err(refuse)?);
        coding::recode(tx, line.id, &shares, category.as_ref(), (on, &reason))?;
        let subject = self.line.to_string();
        let against = Against { subject: &subject, line_id: Some(line.id), on, reason: override_reason.as_deref() };
        overriding::keep(tx, against, &warnings)?;
        let about = billing::about(tx, [&line])?;
        let is_sorted_anew = category != line.line.category;
        let followed = if is_sorted_anew {
            coding::instruments_follow(tx, line.id, line.line.category.as_ref(), category.as_ref())?
        } else {
            0
        };
        let summary = summary(&line, &shares, category.as_ref());
        let sides = sides(&line, &shares, category.as_ref(), (&were, &funds));
        let event = Event { on, command: "purchase recode", subject, summary: format!("{summary}: {reason}"), about };
        let to_others = shares != line.line.shares;
        let revenue = if to_others { policy::revenue_in_capital(tx, self.line)? } else { None };
        Ok((Moved { summary, warnings, revenue, sides, followed }, Some(event)))
    }

    /// The funds and the category that are to bear it.
    fn wanted(&self, tx: &Tx, line: &OrderLine) -> Result<(Shares, Option<CategoryCode>)> {
        let net = line.life.parts.iter().map(|part| part.net).sum();
        let shares = match &self.fund {
            Some(typed) => Shares::read(typed, net, line.life.cost()).map_err(refuse)?,
            None => line.line.shares.clone(),
        };
        let category = match self.category.as_deref() {
            None => line.line.category.clone(),
            Some(typed) if typed.trim().eq_ignore_ascii_case(UNCATEGORISED) => None,
            Some(typed) => Some(lookup::category_in_use(tx, typed)?.code),
        };
        Ok((shares, category))
    }
}

fn named(category: Option<&CategoryCode>) -> String {
    category.map_or_else(|| UNCATEGORISED.to_string(), ToString::to_string)
}

/// `Moved O1/1 (Ukuleles, £900.00) from CIP to OWN and from WCET to PROG`.
fn summary(line: &OrderLine, shares: &Shares, category: Option<&CategoryCode>) -> String {
    let (held, was) = (&line.line.shares, line.line.category.as_ref());
    let mut moves = Vec::new();
    if held != shares {
        moves.push(format!("from {held} to {shares}"));
    }
    if was != category {
        moves.push(format!("from {} to {}", named(was), named(category)));
    }
    let cost = line.life.cost().in_words();
    format!("Moved {} ({}, {cost}) {}", line.reference, line.line.description, moves.join(" and "))
}

/// What each fund, and each category where the line changes it, had committed and spent before, and has now.
fn sides(
    line: &OrderLine,
    shares: &Shares,
    category: Option<&CategoryCode>,
    (were, are): (&Funds, &Funds),
) -> Vec<String> {
    let codes: BTreeSet<&FundCode> = line.line.shares.iter().chain(shares.iter()).map(|share| &share.fund).collect();
    let was = line.line.category.as_ref();
    let mut sides = Vec::new();
    for (before, after) in codes.into_iter().filter_map(|code| were.get(code).zip(are.get(code))) {
        let code = &after.fund.code;
        if before.used != after.used {
            sides.push(side(code.as_str(), before.used, after.used));
        }
        if was != category {
            for of in was.into_iter().chain(category) {
                let used = |facts: &FundFacts| facts.categories.get(of).map_or(Pence::ZERO, |category| category.used);
                if used(before) != used(after) {
                    sides.push(side(&format!("{of} of {code}"), used(before), used(after)));
                }
            }
        }
    }
    sides
}

fn side(name: &str, before: Pence, after: Pence) -> String {
    format!("{name}: {} committed and spent before, {} now.", before.in_words(), after.in_words())
}
