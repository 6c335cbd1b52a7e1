//! `fund plan`.

use anyhow::Result;
use clap::Args;

use super::{event, show};
use crate::cli::DayArg;
use crate::commands::overriding::Overriding;
use crate::commands::{Desk, lookup};
use crate::domain::fund::{Fund, Plan};
use crate::domain::money::{Pence, parse_price};
use crate::store::{Tx, fund};

/// Plan what to spend on a category, in place of what was planned for it before.
///
/// With --type and --qty it is a line of the shopping list; the category's plan is the sum of all its lines.
///
/// Example: ledgerline fund plan CIP WCET 40000
#[derive(Debug, Args)]
pub struct PlanFor {
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
    /// From this day on; without it the first plan stands from the beginning, and a change from today
    #[arg(long, value_name = "DATE")]
    on: Option<DayArg>,
    #[command(flatten)]
    overriding: Overriding,
}

impl PlanFor {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let named_on = self.on.as_ref().map(|day| day.on(today)).transpose()?;
        let on = named_on.unwrap_or(today);
        let mut db = desk.open()?;
        let (passed, sentences) = desk.change(&mut db, |tx| {
            let found = fund::get(tx, &self.code)?;
            let plan = self.plan(tx, &found)?;
            let passed = self.overriding.pass_day(tx, (found.code.as_str(), None), on)?;
            let before = fund::set_plan(tx, &plan, named_on, today)?;
            let what = described(&plan);
            let was = before.filter(|before| *before != plan.planned);
            let was = was.map(|before| format!(" (was {})", before.in_words())).unwrap_or_default();
            let summary = format!("{} plans {} for {what}{was}", found.code, plan.planned.in_words());
            let planned = show::standing(tx, &found, Some(on), today)?.planned;
            let said = vec![format!("{summary}."), against_award(&found, planned)];
            let summary = format!("{summary}{}", passed.in_summary);
            Ok(((passed, said), Some(event(on, "fund plan", &found.code, summary))))
        })?;
        passed.tell(desk)?;
        sentences.into_iter().try_for_each(|sentence| desk.say(sentence))
    }

    fn plan(&self, tx: &Tx, found: &Fund) -> Result<Plan> {
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
fn against_award(fund: &Fund, planned: Pence) -> String {
    let left = fund.award - planned;
    let compared = if left.is_negative() {
        format!("{} more than its award", (-left).in_words())
    } else {
        format!("{} of its award is not planned yet", left.in_words())
    };
    format!("{} has {} planned in all; {compared}.", fund.code, planned.in_words())
}
