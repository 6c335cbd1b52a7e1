//! `demo`: a sample hub at work, in a throw-away file.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::{Context, Result};
use clap::Args;

use super::{Desk, init, sample};
use crate::domain::date::{Date, in_words};
use crate::domain::due::days_late;
use crate::domain::fund::Fund;
use crate::domain::money::Pence;
use crate::domain::reminder::Notice;
use crate::domain::spend::{Tallies, UNCATEGORISED};
use crate::domain::words::Stage;
use crate::store::filter::StockFilter;
use crate::store::instrument::{AssetFilter, Stock, each_asset};
use crate::store::reminder::Outlook;
use crate::store::spend::SpendFilter;
use crate::store::status::{self, CategoryStock, ClassSet};
use crate::store::{self, Tx, category, fund, setting, spend};
use crate::wording::reminder::Wording;
use crate::workshop::Workshop;

/// See a sample hub at work: its stock, a class set, what is late, what a reminder would say, and the capital grant.
///
/// Everything happens in a throw-away file; nothing of yours is touched.
///
/// Example: ledgerline demo
#[derive(Debug, Args)]
pub struct Demo {}

impl Demo {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let folder = &desk.world.environment.temporary_folder;
        let workshop = Workshop::within(folder).context("making a throw-away folder")?;
        let path = workshop.join("demo.db");
        init::make(desk, &path, sample::HUB, true)?;
        let today = desk.today();
        let story = store::open(&path)?.db.read(|tx| story(tx, today))?;
        desk.page(&story)
    }
}

fn story(tx: &Tx, today: Date) -> Result<String> {
    let mut text = String::new();
    let hub = setting::hub(tx)?;
    writeln!(text, "{hub} is made up and lives in a throw-away file.\nToday is {}.", in_words(today))?;
    tell_of_stock(tx, &mut text)?;
    tell_of_class_sets(tx, &mut text)?;
    tell_of_late(tx, today, &mut text)?;
    for fund in fund::all(tx)? {
        tell_of_fund(tx, &fund, today, &mut text)?;
    }
    text.push_str(NEXT);
    Ok(text)
}

const NEXT: &str = "
NEXT
  ledgerline init --hub \"Your Music Hub\"              your own file
  ledgerline instrument add --type VN --size 3/4       the first violin
  ledgerline import schools FILE --profile gias        the DfE's register

To practise on this sample: ledgerline init --sample --db practice.db
";

fn tell_of_stock(tx: &Tx, text: &mut String) -> Result<()> {
    let stock = status::stock_by_category(tx)?;
    let (all, out) = stock.iter().fold((0, 0), |(all, out), each| (all + each.instruments, out + each.on_loan));
    writeln!(text, "\nTHE STOCK: {all} instruments, {out} of them on loan")?;
    for CategoryStock { name, instruments, on_loan } in stock {
        writeln!(text, "  {name:<42} {instruments:>4}   {on_loan:>3} on loan")?;
    }
    Ok(())
}

fn tell_of_class_sets(tx: &Tx, text: &mut String) -> Result<()> {
    for ClassSet { instruments, type_name, school, pupils, due_on } in status::class_sets(tx)? {
        writeln!(text, "\nA CLASS SET")?;
        writeln!(text, "  {instruments} {type_name}s are at {school} until {},", in_words(due_on))?;
        writeln!(text, "  played by {} children whose names nobody asked.", pupils.unwrap_or(instruments))?;
    }
    Ok(())
}

/// The one that has waited two weeks, and the message to the adult who signed.
fn tell_of_late(tx: &Tx, today: Date, text: &mut String) -> Result<()> {
    let outlook = Outlook::load(tx, today)?;
    let mut notices = Vec::new();
    outlook.each(tx, |notice| {
        notices.push(notice);
        Ok(())
    })?;
    let mut late: Vec<&Notice> = notices.iter().filter(|notice| notice.due_on < today).collect();
    late.sort_by_key(|notice| notice.due_on);
    writeln!(text, "\nLATE: {} instruments", late.len())?;
    for notice in late {
        let Notice { tag, type_name, size, borrower_name, due_on, .. } = notice;
        let days = days_late(*due_on, today);
        let days = format!("{days} {} late", if days == 1 { "day" } else { "days" });
        writeln!(
            text,
            "  {tag:<9} {:<14} {borrower_name:<22} due {:<11} {days:>12}",
            format!("{type_name} {size}"),
            in_words(*due_on)
        )?;
    }
    let Some(second) = notices.iter().find(|notice| notice.stage == Stage::Second) else {
        return Ok(());
    };
    let is_theirs = |notice: &&Notice| notice.contact.reference == second.contact.reference;
    let theirs: Vec<Notice> = notices.iter().filter(is_theirs).cloned().collect();
    let message = Wording::load(tx, &outlook.ladder)?.message(&second.contact, &theirs, today)?;
    writeln!(text, "\nWHAT THE REMINDER WOULD SAY (a child is never written to)")?;
    let email = second.contact.reached_at().unwrap_or_else(|| "no address".to_string());
    writeln!(text, "  | To: {} <{email}>\n  | Subject: {}\n  |", second.contact.name, message.subject)?;
    for line in message.body.trim_end().lines() {
        writeln!(text, "{}", format!("  | {line}").trim_end())?;
    }
    Ok(())
}

fn tell_of_fund(tx: &Tx, fund: &Fund, today: Date, text: &mut String) -> Result<()> {
    let filter = SpendFilter { fund: Some(fund.code.clone()), ..SpendFilter::default() };
    let mut tallies: Tallies = spend::tally(tx, &filter)?;
    fund::add_plans(tx, &filter, &mut tallies)?;
    let names: BTreeMap<String, String> =
        category::all(tx)?.into_iter().map(|each| (each.code.to_string(), each.name.to_string())).collect();
    writeln!(text, "\n{} ({})", fund.name.as_str().to_uppercase(), fund.code)?;
    writeln!(text, "  {:<42} {:>10} {:>10}", "", "planned", "spent")?;
    for (_, category, tally) in tallies.rows() {
        let name = names.get(category).map_or(UNCATEGORISED, String::as_str);
        let bar = bar(tally.sums.used().pence(), tally.planned.pence());
        writeln!(text, "  {name:<42} {:>10} {:>10}  {bar}", tally.planned.to_string(), tally.sums.spent.to_string())?;
    }
    writeln!(text, "{}", fund.standing(&tallies.total().sums, today))?;
    tell_of_assets(tx, fund, today, text)
}

/// What the fund bought and the register still holds.
fn tell_of_assets(tx: &Tx, fund: &Fund, today: Date, text: &mut String) -> Result<()> {
    let stock = StockFilter { fund: Some(fund.code.clone()), ..StockFilter::default() };
    let filter = AssetFilter { stock, which: Stock::Held, capital: false, as_at: today, before: None, today };
    let (mut held, mut cost, mut value) = (0, Pence::ZERO, Pence::ZERO);
    each_asset(tx, &filter, |asset| {
        let line = asset.line(today);
        held += 1;
        cost = cost + line.cost.unwrap_or_default();
        value = value + line.book_value.unwrap_or_default();
        Ok(())
    })?;
    let (cost, value) = (cost.in_words(), value.in_words());
    writeln!(text, "Bought from it: {held} instruments, cost {cost}, book value {value}.")?;
    Ok(())
}

/// How much of a plan is used, in ten squares; more than the plan shows as a plus.
fn bar(used: i64, planned: i64) -> String {
    let tenths = if planned > 0 { (used.max(0) * 10 / planned).min(10) } else { 0 };
    let full = usize::try_from(tenths).unwrap_or(0);
    let over = if used > planned { "+" } else { "" };
    format!("{}{}{over}", "█".repeat(full), "░".repeat(10 - full))
}
