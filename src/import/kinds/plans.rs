//! Plans: known by fund, category and type and, where a file tells it, by the day from which they stand.

use anyhow::Result;

use super::money::refuse_closed;
use super::{Intake, Outcome, Round, Row, Terms};
use crate::domain::date::Date;
use crate::domain::fund::{Fund, Plan};
use crate::domain::purchase::ClosedPeriod;
use crate::import::track::Keys;
use crate::output::listing::Lister;
use crate::store::fund::PlannedFrom;
use crate::store::{Tx, category, fund, instrument_type, setting};

columns! {
    Fund = "fund", Category = "category", Type = "type", Qty = "qty", Planned = "planned",
    PlannedOn = "planned_on",
}

pub const KEY: Option<&str> = Some("category");

struct Plans {
    terms: Terms,
    closed: ClosedPeriod,
    seen: Keys<(String, Option<Date>)>,
}

pub fn begin(tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Plans { terms, closed: setting::closed_to_files(tx)?, seen: Keys::default() })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    fund::each_plan(tx, |line| out.row(line))
}

impl Intake for Plans {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let Some(plan) = read(tx, row)? else {
            return Ok(Outcome::Rejected);
        };
        let subject = subject(&plan);
        let named = row.has(Column::PlannedOn).then(|| row.day(Column::PlannedOn));
        let key = (subject.clone(), named.flatten());
        if !row.is_sound() || row.repeats(Column::Category, self.seen.first(key, row.line())) {
            return Ok(Outcome::Rejected);
        }
        let held = fund::plan_days(tx, &plan)?;
        let is_same = |held: &PlannedFrom| (held.qty, held.planned) == (plan.qty, plan.planned);
        let last = held.last();
        let of_its_day = match named {
            Some(on) => held.iter().find(|held| held.planned_on == on),
            None => last,
        };
        let Some(before) = of_its_day else {
            if let Some(on) = named.flatten() {
                refuse_closed(row, Column::PlannedOn, self.closed, on);
            }
            if !row.is_sound() {
                return Ok(Outcome::Rejected);
            }
            fund::put_plan(tx, &plan, named.flatten())?;
            return Ok(Outcome::Created);
        };
        if is_same(before) || last.is_some_and(is_same) {
            return Ok(Outcome::Unchanged);
        }
        if self.terms.update && last.is_some_and(|last| last.planned_on != before.planned_on) {
            row.fault(Column::Planned, "differs, and another has taken the place of that plan since");
            return Ok(Outcome::Rejected);
        }
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
