//! Funds, their plans, and the facts by which a purchase is judged.

pub mod extension;
pub mod payment;
pub mod share;

use anyhow::Result;

use super::db::{Row, Tx, word};
use super::remember::Table;
use super::spend::{self, SpendFilter};
use crate::args;
use crate::domain::date::Date;
use crate::domain::fund::{Fund, FundCode, FundFacts, FundRefusal, Plan, PlanLine};
use crate::domain::instrument::{CategoryCode, TypeCode};
use crate::domain::money::Pence;
use crate::domain::purchase::Funds;
use crate::domain::record::PlanRecord;
use crate::domain::refusal::refuse;
use crate::domain::shares::Shares;
use crate::domain::spend::Tallies;
use crate::domain::text::closest;

/// Keeps a new fund.
pub fn add(tx: &Tx, fund: &Fund) -> Result<()> {
    tx.change(
        Table::Fund,
        fund.code.as_str(),
        "INSERT INTO fund (code, name, nature, award_pence, from_on, spend_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        &[
            fund.code.as_str().into(),
            (&fund.name).into(),
            word(fund.nature),
            fund.award.into(),
            fund.from_on.into(),
            fund.spend_by.into(),
        ],
    )?;
    Ok(())
}

/// Changes what a fund is, its deadline aside: that moves only with a reason.
pub fn update(tx: &Tx, fund: &Fund) -> Result<()> {
    let sql = "UPDATE fund SET name = ?2, nature = ?3, award_pence = ?4, from_on = ?5 WHERE code = ?1";
    let code = fund.code.as_str();
    let args = [code.into(), (&fund.name).into(), word(fund.nature), fund.award.into(), fund.from_on.into()];
    tx.change(Table::Fund, code, sql, &args)?;
    Ok(())
}

/// With the deadline as it stood at the end of the day `?1`, or as it stands.
const COLUMNS: &str = "SELECT f.code, f.name, f.nature, f.award_pence, f.from_on,
           coalesce((SELECT e.spend_by FROM extension e WHERE e.fund = f.code AND (?1 IS NULL OR e.extended_on <= ?1)
                     ORDER BY e.extended_on DESC, e.id DESC LIMIT 1), f.spend_by)
    FROM fund f";

fn from_row(row: &Row<'_>) -> Result<Fund> {
    Ok(Fund {
        code: FundCode::from_record(row.text(0)?),
        name: row.name(1)?,
        nature: row.word(2)?,
        award: row.pence(3)?,
        from_on: row.opt_day(4)?,
        spend_by: row.opt_day(5)?,
    })
}

/// The fund of a code, if there is one.
pub fn find(tx: &Tx, code: &str) -> Result<Option<Fund>> {
    find_as_at(tx, code, None)
}

fn find_as_at(tx: &Tx, code: &str, as_at: Option<Date>) -> Result<Option<Fund>> {
    let code = code.trim().to_ascii_uppercase();
    tx.one(&format!("{COLUMNS} WHERE f.code = ?2"), args![as_at, &code], from_row)
}

/// Every fund, in order of code.
pub fn all(tx: &Tx) -> Result<Vec<Fund>> {
    all_as_at(tx, None)
}

/// Every fund with its deadline as it stood at the end of a day, or as it stands.
pub fn all_as_at(tx: &Tx, as_at: Option<Date>) -> Result<Vec<Fund>> {
    tx.all(&format!("{COLUMNS} ORDER BY f.code"), args![as_at], from_row)
}

/// The fund a person typed, or the refusal that offers the closest.
pub fn get(tx: &Tx, typed: &str) -> Result<Fund> {
    get_as_at(tx, typed, None)
}

/// The same with its deadline as it stood at the end of a day, or as it stands.
pub fn get_as_at(tx: &Tx, typed: &str, as_at: Option<Date>) -> Result<Fund> {
    match find_as_at(tx, typed, as_at)? {
        Some(found) => Ok(found),
        None => {
            let funds = all(tx)?;
            let nearest = closest(typed, funds.iter().map(|fund| fund.code.as_str())).map(str::to_string);
            Err(refuse(FundRefusal::Unknown { typed: typed.trim().to_string(), nearest }))
        }
    }
}

/// Writes a line of a plan: the first of its category and type stands from the beginning, unless a day is named; a later
/// one takes its place from its day on. What was planned until then, if anything.
pub fn set_plan(tx: &Tx, plan: &Plan, named_on: Option<Date>, today: Date) -> Result<Option<Pence>> {
    let held = plan_days(tx, plan)?;
    let on = if held.is_empty() { named_on } else { Some(named_on.unwrap_or(today)) };
    put_plan(tx, plan, on)?;
    Ok(held.iter().rfind(|held| held.planned_on <= on).map(|held| held.planned))
}

/// Writes a line of a plan that stands from a day on, or from the beginning.
pub fn put_plan(tx: &Tx, plan: &Plan, on: Option<Date>) -> Result<()> {
    match plan_days(tx, plan)?.iter().find(|held| held.planned_on == on) {
        Some(held) => {
            let sql = "UPDATE plan SET qty = ?2, planned_pence = ?3 WHERE id = ?1";
            tx.change(Table::Plan, held.id, sql, args![held.id, plan.qty, plan.planned])?;
        }
        None => {
            let type_code = plan.type_code.as_ref().map(TypeCode::as_str);
            tx.insert(
                Table::Plan,
                "INSERT INTO plan (fund, category, type, qty, planned_pence, planned_on) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                args![plan.fund.as_str(), plan.category.as_str(), type_code, plan.qty, plan.planned, on],
            )?;
        }
    }
    Ok(())
}

/// A line of a plan as it stood from a day on, or from the beginning.
#[derive(Clone, Debug)]
pub struct PlannedFrom {
    id: i64,
    pub planned_on: Option<Date>,
    pub qty: Option<i64>,
    pub planned: Pence,
}

/// The lines of a plan for the same fund, category and type, in the order of their days.
pub fn plan_days(tx: &Tx, plan: &Plan) -> Result<Vec<PlannedFrom>> {
    let type_code = plan.type_code.as_ref().map(TypeCode::as_str);
    let sql = "SELECT id, planned_on, qty, planned_pence FROM plan WHERE fund = ?1 AND category = ?2
               AND (type = ?3 OR (type IS NULL AND ?3 IS NULL)) ORDER BY coalesce(planned_on, '')";
    tx.all(sql, args![plan.fund.as_str(), plan.category.as_str(), type_code], |row| {
        Ok(PlannedFrom { id: row.int(0)?, planned_on: row.opt_day(1)?, qty: row.opt_int(2)?, planned: row.pence(3)? })
    })
}

/// Every line of every plan, those too that a later one has taken the place of.
pub fn each_plan(tx: &Tx, mut take: impl FnMut(&PlanRecord) -> Result<()>) -> Result<()> {
    let sql = "SELECT fund, category, type, qty, planned_pence, planned_on FROM plan
               ORDER BY fund, category, coalesce(type, ''), coalesce(planned_on, '')";
    tx.each(sql, &[], |row| {
        take(&PlanRecord {
            fund: FundCode::from_record(row.text(0)?),
            category: CategoryCode::from_record(row.text(1)?),
            type_code: row.opt_text(2)?.map(TypeCode::from_record),
            qty: row.opt_int(3)?,
            planned: row.pence(4)?,
            planned_on: row.opt_day(5)?,
        })
    })
}

/// The plan of one fund, or of all, as it stood at the end of a day or as it stands: each category's own figure before its
/// shopping list.
pub fn plan_lines(tx: &Tx, fund: Option<&FundCode>, as_at: Option<Date>) -> Result<Vec<PlanLine>> {
    let sql = "SELECT p.fund, p.category, c.name, p.type, p.qty, p.planned_pence
               FROM plan p JOIN category c ON c.code = p.category
               WHERE (?1 IS NULL OR p.fund = ?1) AND (?2 IS NULL OR p.planned_on IS NULL OR p.planned_on <= ?2)
                 AND NOT EXISTS (SELECT 1 FROM plan later WHERE later.fund = p.fund AND later.category = p.category
                     AND coalesce(later.type, '') = coalesce(p.type, '') AND (?2 IS NULL OR later.planned_on <= ?2)
                     AND coalesce(later.planned_on, '') > coalesce(p.planned_on, ''))
               ORDER BY p.fund, p.category, coalesce(p.type, '')";
    tx.all(sql, args![fund.map(FundCode::as_str), as_at], |row| {
        Ok(PlanLine {
            fund: FundCode::from_record(row.text(0)?),
            category: CategoryCode::from_record(row.text(1)?),
            category_name: row.name(2)?,
            type_code: row.opt_text(3)?.map(TypeCode::from_record),
            qty: row.opt_int(4)?,
            planned: row.pence(5)?,
        })
    })
}

/// Adds what is planned to totals of spend, for the funds and categories of the filter.
pub fn add_plans(tx: &Tx, filter: &SpendFilter, tallies: &mut Tallies) -> Result<()> {
    for line in plan_lines(tx, filter.fund.as_ref(), filter.as_at)? {
        if filter.takes_category(Some(&line.category)) {
            let tally = tallies.of(line.fund.as_str(), line.category.as_str());
            tally.planned = tally.planned + line.planned;
        }
    }
    Ok(())
}

/// Brings in all that decides whether the funds of a line can bear it, of those not known yet; refuses an unknown fund.
pub fn load(tx: &Tx, shares: &Shares, funds: &mut Funds) -> Result<()> {
    for share in shares.iter() {
        if funds.get(&share.fund).is_none() {
            funds.add(facts(tx, get(tx, share.fund.as_str())?)?);
        }
    }
    Ok(())
}

fn facts(tx: &Tx, fund: Fund) -> Result<FundFacts> {
    let filter = SpendFilter { fund: Some(fund.code.clone()), ..SpendFilter::default() };
    let shares = share::list(tx, &fund.code)?;
    let (mut tallies, areas) = match shares.is_empty() {
        true => (spend::tally(tx, &filter)?, Vec::new()),
        false => {
            let (tallies, of_areas) = spend::tally_with_areas(tx, &filter)?;
            (tallies, share::used(shares, &of_areas))
        }
    };
    let mut facts = FundFacts { areas, ..FundFacts::new(fund) };
    for line in plan_lines(tx, filter.fund.as_ref(), None)? {
        let category = facts.categories.entry(line.category.clone()).or_default();
        category.planned = Some(category.planned.unwrap_or_default() + line.planned);
        tallies.of(line.fund.as_str(), line.category.as_str());
    }
    for (_, category, tally) in tallies.rows() {
        facts.used = facts.used + tally.sums.used();
        if !category.is_empty() {
            facts.categories.entry(CategoryCode::from_record(category)).or_default().used = tally.sums.used();
        }
    }
    Ok(facts)
}
