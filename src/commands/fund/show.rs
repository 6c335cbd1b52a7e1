//! `fund list` and `fund show`.

use anyhow::Result;
use clap::Args;

use crate::cli::DayArg;
use crate::commands::Desk;
use crate::domain::date::Date;
use crate::domain::fund::extension::ExtensionLine;
use crate::domain::fund::payment::{Paid, Payment, PaymentLine};
use crate::domain::fund::share::ShareLine;
use crate::domain::fund::{Fund, FundLine, PlanLine};
use crate::domain::listing::Listing;
use crate::domain::spend::Tally;
use crate::output::card::Card;
use crate::output::listing::Format;
use crate::store::fund::{extension, payment, share};
use crate::store::spend::{self, SpendFilter};
use crate::store::{Tx, fund};

/// List the funds: award, spend, remainder, days left, and what was received.
///
/// Example: ledgerline fund list --format csv
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    as_at: AsAt,
}

/// Show a fund: its award, dates and spend; on screen also its plan, payments, shares and deadlines.
///
/// What is in hand is the grant received less what was paid.
///
/// Example: ledgerline fund show CIP --as-at 2026-03-31
#[derive(Debug, Args)]
pub struct Show {
    /// The fund
    code: String,
    #[command(flatten)]
    as_at: AsAt,
}

#[derive(Debug, Args)]
struct AsAt {
    /// As the records stood at the end of this day: what is dated later does not count
    #[arg(long = "as-at", value_name = "DATE")]
    day: Option<DayArg>,
}

impl AsAt {
    fn on(&self, today: Date) -> Result<Option<Date>> {
        Ok(self.day.as_ref().map(|day| day.on(today)).transpose()?)
    }
}

impl List {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (db, today) = (desk.open()?, desk.today());
        let as_at = self.as_at.on(today)?;
        let lines = db.read(|tx| {
            let filter = SpendFilter { as_at, ..SpendFilter::default() };
            let mut tallies = spend::tally(tx, &filter)?;
            fund::add_plans(tx, &filter, &mut tallies)?;
            let payments = payment::list(tx, None, as_at)?;
            let line = |fund: Fund| {
                let own = payments.iter().filter(|payment| payment.fund == fund.code);
                let paid = Paid::of(own, today);
                line(&fund, &tallies.of_fund(fund.code.as_str()), &paid, as_at.unwrap_or(today))
            };
            Ok(fund::all_as_at(tx, as_at)?.into_iter().map(line).collect::<Vec<_>>())
        })?;
        desk.list::<FundLine>(|out| lines.iter().try_for_each(|line| out.row(line)))?;
        Ok(())
    }
}

fn line(fund: &Fund, tally: &Tally, paid: &Paid, today: Date) -> FundLine {
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
        received: paid.received,
    }
}

/// A fund with all its spend and its payments summed up, as it stood at the end of a day or as it stands.
pub fn standing(tx: &Tx, found: &Fund, as_at: Option<Date>, today: Date) -> Result<FundLine> {
    let filter = SpendFilter { fund: Some(found.code.clone()), as_at, ..SpendFilter::default() };
    let mut tallies = spend::tally(tx, &filter)?;
    fund::add_plans(tx, &filter, &mut tallies)?;
    let paid = Paid::of(&payment::list(tx, Some(&found.code), as_at)?, today);
    Ok(line(found, &tallies.of_fund(found.code.as_str()), &paid, as_at.unwrap_or(today)))
}

/// All that a fund's screen shows.
struct Shown {
    line: FundLine,
    first_spend_by: Option<Date>,
    paid: Paid,
    plan: Vec<PlanLine>,
    payments: Vec<PaymentLine>,
    shares: Vec<ShareLine>,
    extensions: Vec<ExtensionLine>,
}

impl Show {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (db, today) = (desk.open()?, desk.today());
        let as_at = self.as_at.on(today)?;
        let shown = db.read(|tx| self.read(tx, as_at, today))?;
        desk.card(&shown.card())?;
        let on_screen = desk.options().format == Format::Table && desk.options().output.is_none();
        if on_screen {
            section(desk, "Plan", &shown.plan)?;
            section(desk, "Payments", &shown.payments)?;
            section(desk, "Shares for local areas", &shown.shares)?;
            section(desk, "How the deadline moved", &shown.extensions)?;
        }
        Ok(())
    }

    fn read(&self, tx: &Tx, as_at: Option<Date>, today: Date) -> Result<Shown> {
        let found = fund::get_as_at(tx, &self.code, as_at)?;
        let (code, day) = (&found.code, as_at.unwrap_or(today));
        let payments = payment::list(tx, Some(code), as_at)?;
        let payment_line = |payment: &Payment| PaymentLine {
            amount: payment.amount,
            promised_on: payment.promised_on,
            received_on: payment.received_on,
            state: payment.state(day),
        };
        Ok(Shown {
            line: standing(tx, &found, as_at, today)?,
            first_spend_by: extension::first_deadline(tx, code)?,
            paid: Paid::of(&payments, day),
            plan: fund::plan_lines(tx, Some(code), as_at)?,
            payments: payments.iter().map(payment_line).collect(),
            shares: share::facts(tx, code, as_at)?.iter().map(|facts| facts.line()).collect(),
            extensions: extension::list(tx, code, as_at)?.into_iter().map(ExtensionLine::from).collect(),
        })
    }
}

impl Shown {
    fn card(&self) -> Card {
        let mut card = Card::new();
        card.fields_of(&self.line);
        card.add("promised", &self.paid.promised)
            .add("in_hand", &(self.paid.received - self.line.paid))
            .add("first_spend_by", &self.first_spend_by);
        card
    }
}

/// A list below the card, under a title of its own, where there is something to list.
fn section<L: Listing>(desk: &mut Desk<'_, '_>, title: &str, lines: &[L]) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    desk.print(format!("\n{title}"))?;
    desk.list::<L>(|out| lines.iter().try_for_each(|line| out.row(line)))?;
    Ok(())
}
