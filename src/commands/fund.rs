//! `fund`: money with an award, dates and rules.

use anyhow::Result;
use clap::{Args, Subcommand};

use super::{Desk, lookup};
use crate::cli::DayArg;
use crate::domain::date::Date;
use crate::domain::fund::{self as rules, Fund as Money, FundCode, FundLine, FundRefusal, Plan, PlanLine};
use crate::domain::money::{Pence, parse_price};
use crate::domain::refusal::refuse;
use crate::domain::spend::Tally;
use crate::domain::text::Name;
use crate::domain::words::FundNature;
use crate::output::card::Card;
use crate::output::listing::Format;
use crate::store::journal::Event;
use crate::store::spend::{self, SpendFilter};
use crate::store::{Tx, fund};

/// Money with an award, dates and rules: the capital grant, another grant, the hub's own reserves.
#[derive(Debug, Args)]
pub struct Fund {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Verb {
    /// Add a fund
    Add(Add),
    /// List the funds: award, spend, remainder, days left
    ///
    /// Example: ledgerline fund list --format csv
    List,
    /// Show a fund and its plan
    Show(Show),
    /// Plan what to spend on a category
    Plan(PlanFor),
}

/// Add a fund.
///
/// Example: ledgerline fund add CIP "Capital Grant for Musical Instruments" --award 311099 --from 2024-09-01 --spend-by 2026-08-31
#[derive(Debug, Args)]
struct Add {
    /// Short code, by which purchases name it
    code: FundCode,
    /// Its official name, as reports print it
    #[arg(allow_hyphen_values = true)]
    name: Name,
    /// All that was awarded
    #[arg(long, value_name = "£", value_parser = parse_price, allow_hyphen_values = true)]
    award: Pence,
    /// The first day on which it may be spent
    #[arg(long, value_name = "DATE")]
    from: Option<DayArg>,
    /// The last day on which it may be spent
    #[arg(long, value_name = "DATE")]
    spend_by: Option<DayArg>,
    /// It pays running costs; without this it is capital and buys no repairs, consumables or services
    #[arg(long)]
    revenue: bool,
}

/// Show a fund: its award, dates, spend and plan.
///
/// Example: ledgerline fund show CIP
#[derive(Debug, Args)]
struct Show {
    code: String,
}

/// Plan what to spend on a category, in place of what was planned for it before.
///
/// With --type and --qty it is a line of the shopping list; the category's plan is the sum of all its lines.
///
/// Example: ledgerline fund plan CIP WCET 40000
#[derive(Debug, Args)]
struct PlanFor {
    /// The fund
    code: String,
    /// The category of the National Plan: a code
    category: String,
    #[arg(value_name = "£", value_parser = parse_price, allow_hyphen_values = true)]
    amount: Pence,
    /// For this type only: a code or a name
    #[arg(long = "type", value_name = "TYPE")]
    type_code: Option<String>,
    /// How many of the type
    #[arg(long, value_name = "N", requires = "type_code", value_parser = clap::value_parser!(i64).range(1..=100_000))]
    qty: Option<i64>,
}

impl Fund {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match self.verb {
            Verb::Add(add) => add.run(desk),
            Verb::List => list(desk),
            Verb::Show(show) => show.run(desk),
            Verb::Plan(plan) => plan.run(desk),
        }
    }
}

impl Add {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let day = |given: &Option<DayArg>| given.as_ref().map(|day| day.on(today)).transpose();
        let (from_on, spend_by) = (day(&self.from)?, day(&self.spend_by)?);
        let nature = if self.revenue { FundNature::Revenue } else { FundNature::Capital };
        let new = Money { code: self.code, name: self.name, nature, award: self.award, from_on, spend_by };
        rules::check(&new).map_err(refuse)?;
        let mut db = desk.open()?;
        desk.change(&mut db, |tx| {
            if let Some(other) = fund::find(tx, new.code.as_str())? {
                return Err(refuse(FundRefusal::Taken(other.code, other.name)));
            }
            fund::add(tx, &new)?;
            let summary = format!("Fund {} added: {}, {}", new.code, new.name, new.award.in_words());
            Ok(((), Some(event(today, "fund add", &new.code, summary))))
        })?;
        desk.print(&new.code)?;
        desk.say(format!("Added the {} fund {}: {}.", new.nature, new.code, new.name))?;
        desk.say(format!("It has {} to spend ({}).", new.award.in_words(), new.window()))
    }
}

fn event(on: Date, command: &'static str, code: &FundCode, summary: String) -> Event {
    Event { on, command, subject: code.to_string(), summary, about: vec![] }
}

fn list(desk: &mut Desk<'_, '_>) -> Result<()> {
    let (db, today) = (desk.open()?, desk.today());
    let lines = db.read(|tx| {
        let mut tallies = spend::tally(tx, &SpendFilter::default())?;
        fund::add_plans(tx, &SpendFilter::default(), &mut tallies)?;
        let line = |fund: Money| line(&fund, &tallies.of_fund(fund.code.as_str()), today);
        Ok(fund::all(tx)?.into_iter().map(line).collect::<Vec<_>>())
    })?;
    desk.list::<FundLine>(|out| lines.iter().try_for_each(|line| out.row(line)))?;
    Ok(())
}

/// A fund's row in lists: what it has, and what became of it.
pub fn line(fund: &Money, tally: &Tally, today: Date) -> FundLine {
    FundLine {
        fund: fund.code.clone(),
        name: fund.name.clone(),
        nature: fund.nature,
        award: fund.award,
        from_on: fund.from_on,
        spend_by: fund.spend_by,
        planned: tally.planned,
        committed: tally.sums.committed,
        delivered: tally.sums.delivered,
        spent: tally.sums.spent,
        paid: tally.sums.paid,
        remaining: fund.remaining(&tally.sums),
        days_left: fund.days_left(today),
    }
}

impl Show {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (db, today) = (desk.open()?, desk.today());
        let (line, plan) = db.read(|tx| {
            let found = fund::get(tx, &self.code)?;
            Ok((standing(tx, &found, today)?, fund::plan_lines(tx, Some(&found.code), None)?))
        })?;
        desk.card(&card(&line))?;
        let on_screen = desk.options().format == Format::Table && desk.options().output.is_none();
        if on_screen && !plan.is_empty() {
            desk.print("")?;
            desk.list::<PlanLine>(|out| plan.iter().try_for_each(|line| out.row(line)))?;
        }
        Ok(())
    }
}

/// A fund with all its spend summed up.
fn standing(tx: &Tx, found: &Money, today: Date) -> Result<FundLine> {
    let filter = SpendFilter { fund: Some(found.code.clone()), ..SpendFilter::default() };
    let mut tallies = spend::tally(tx, &filter)?;
    fund::add_plans(tx, &filter, &mut tallies)?;
    Ok(line(found, &tallies.of_fund(found.code.as_str()), today))
}

fn card(line: &FundLine) -> Card {
    let mut card = Card::new();
    card.add("fund", &line.fund)
        .add("name", &line.name)
        .add("nature", &line.nature)
        .add("award", &line.award)
        .add("from_on", &line.from_on)
        .add("spend_by", &line.spend_by)
        .add("planned", &line.planned)
        .add("committed", &line.committed)
        .add("delivered", &line.delivered)
        .add("spent", &line.spent)
        .add("paid", &line.paid)
        .add("remaining", &line.remaining)
        .add("days_left", &line.days_left);
    card
}

impl PlanFor {
    fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let mut db = desk.open()?;
        let sentences = desk.change(&mut db, |tx| {
            let found = fund::get(tx, &self.code)?;
            let plan = self.plan(tx, &found)?;
            let before = fund::set_plan(tx, &plan, today)?;
            let what = described(&plan);
            let was = before.filter(|before| *before != plan.planned);
            let was = was.map(|before| format!(" (was {})", before.in_words())).unwrap_or_default();
            let summary = format!("{} plans {} for {what}{was}", found.code, plan.planned.in_words());
            let planned = standing(tx, &found, today)?.planned;
            let said = vec![format!("{summary}."), against_award(&found, planned)];
            Ok((said, Some(event(today, "fund plan", &found.code, summary))))
        })?;
        sentences.into_iter().try_for_each(|sentence| desk.say(sentence))
    }

    fn plan(&self, tx: &Tx, found: &Money) -> Result<Plan> {
        let category = lookup::category_in_use(tx, &self.category)?.code;
        let of_type = self.type_code.as_deref().map(|text| lookup::instrument_type(tx, text)).transpose()?;
        Ok(Plan {
            fund: found.code.clone(),
            category,
            type_code: of_type.map(|found| found.code),
            qty: self.qty,
            planned: self.amount,
        })
    }
}

/// `WCET`, or `WCET: 30 × UKE`.
fn described(plan: &Plan) -> String {
    match (&plan.type_code, plan.qty) {
        (Some(code), Some(qty)) => format!("{}: {qty} × {code}", plan.category),
        (Some(code), None) => format!("{}: {code}", plan.category),
        _ => plan.category.to_string(),
    }
}

/// How all that is planned compares with the award.
fn against_award(fund: &Money, planned: Pence) -> String {
    let left = fund.award - planned;
    let compared = if left.is_negative() {
        format!("{} more than its award", (-left).in_words())
    } else {
        format!("{} of its award is not planned yet", left.in_words())
    };
    format!("{} has {} planned in all; {compared}.", fund.code, planned.in_words())
}
