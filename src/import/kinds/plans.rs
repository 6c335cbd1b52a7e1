//! Plans: known by fund, category and type.

use anyhow::Result;

use super::{Intake, Outcome, Round, Row, Terms};
use crate::domain::fund::{Fund, Plan};
use crate::domain::record::PlanRecord;
use crate::import::track::Keys;
use crate::output::listing::Lister;
use crate::store::{Tx, category, fund, instrument_type};

columns! {
    Fund = "fund", Category = "category", Type = "type", Qty = "qty", Planned = "planned",
}

pub const KEY: Option<&str> = Some("category");

struct Plans {
    terms: Terms,
    seen: Keys<String>,
}

pub fn begin(_tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Plans { terms, seen: Keys::default() })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    fund::plan_lines(tx, None, None)?.into_iter().try_for_each(|line| {
        out.row(&PlanRecord {
            fund: line.fund,
            category: line.category,
            type_code: line.type_code,
            qty: line.qty,
            planned: line.planned,
        })
    })
}

impl Intake for Plans {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let Some(plan) = read(tx, row)? else {
            return Ok(Outcome::Rejected);
        };
        let subject = subject(&plan);
        if row.repeats(Column::Category, self.seen.first(subject.clone(), row.line())) {
            return Ok(Outcome::Rejected);
        }
        let lines = fund::plan_lines(tx, Some(&plan.fund), None)?;
        let before = lines.into_iter().find(|line| line.category == plan.category && line.type_code == plan.type_code);
        let Some(before) = before else {
            fund::set_plan(tx, &plan, None, self.terms.today)?;
            return Ok(Outcome::Created);
        };
        let fields = differing!(before, plan; qty, planned);
        let today = self.terms.today;
        self.terms.settle(subject, fields, || fund::set_plan(tx, &plan, None, today).map(|_| ()))
    }
}

fn subject(plan: &Plan) -> String {
    let kind_of = plan.type_code.as_ref().map(|code| format!(" {code}")).unwrap_or_default();
    format!("{} {}{kind_of}", plan.fund, plan.category)
}

/// The line of a plan that a row describes.
fn read(tx: &Tx, row: &mut Row<'_>) -> Result<Option<Plan>> {
    let fund_code = row.needed::<String>(Column::Fund).unwrap_or_default();
    let found_fund: Option<Fund> = row.found(Column::Fund, fund::get(tx, &fund_code))?;
    let category_code = row.needed::<String>(Column::Category).unwrap_or_default();
    let found_category = category::find(tx, &category_code)?;
    if found_category.is_none() {
        row.fault(Column::Category, "is no category; 'ledgerline category list' names them all");
    }
    let typed = row.text(Column::Type);
    let type_code = if typed.is_empty() { None } else { instrument_type::find(tx, &typed)?.map(|found| found.code) };
    if !typed.is_empty() && type_code.is_none() {
        row.fault(Column::Type, "is no type; 'ledgerline type list' names them all");
    }
    let qty = row.parse::<i64>(Column::Qty);
    if qty.is_some_and(|qty| qty < 1) {
        row.fault(Column::Qty, "is not a number from 1");
    }
    if row.text(Column::Planned).is_empty() {
        row.fault(Column::Planned, "is missing");
    }
    let planned = row.price(Column::Planned);
    if !row.is_sound() {
        return Ok(None);
    }
    Ok(found_fund.zip(found_category).zip(planned).map(|((fund, category), planned)| Plan {
        fund: fund.code,
        category: category.code,
        type_code,
        qty,
        planned,
    }))
}
