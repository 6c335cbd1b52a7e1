//! Lists of repairs, and the stock by make and model.

use std::collections::BTreeMap;

use anyhow::Result;

use super::BEHIND;
use crate::domain::date::{Date, days_between};
use crate::domain::instrument::TypeCode;
use crate::domain::reference::{LoanRef, OrganisationRef, RepairRef};
use crate::domain::repair::{MakeLine, MakeTally, OfMake, RepairLine};
use crate::domain::text::fold;
use crate::store::db::{Row, Tx};
use crate::store::filter::{Conditions, StockFilter};

/// Which repairs a list shows.
#[derive(Clone, Debug, Default)]
pub struct RepairFilter {
    pub open: bool,
    /// Past the day they were to be back by.
    pub late: bool,
    /// Of one instrument, by its number.
    pub instrument_id: Option<i64>,
    pub repairer: Option<OrganisationRef>,
    /// Sent on or after, and on or before.
    pub from: Option<Date>,
    pub to: Option<Date>,
}

/// Repairs in order of reference.
pub fn each(
    tx: &Tx,
    filter: &RepairFilter,
    today: Date,
    mut take: impl FnMut(&RepairLine<'_>) -> Result<()>,
) -> Result<()> {
    let open = if filter.open || filter.late { "r.back_on IS NULL" } else { "1 = 1" };
    let sql = format!(
        "SELECT r.id, i.tag, i.type, i.make, i.model, o.name, r.sent_on, r.back_by, r.back_on, r.fault, r.cost_pence, r.outcome,
                r.payer, ({BEHIND})
         FROM repair r JOIN instrument i ON i.id = r.instrument_id JOIN organisation o ON o.id = r.repairer_id
         WHERE {open} AND (?1 = 0 OR r.back_by < ?2) AND (?3 IS NULL OR r.instrument_id = ?3) AND (?4 IS NULL OR r.repairer_id = ?4)
           AND (?5 IS NULL OR r.sent_on >= ?5) AND (?6 IS NULL OR r.sent_on <= ?6)
         ORDER BY r.id"
    );
    let values = [
        filter.late.into(),
        today.into(),
        filter.instrument_id.into(),
        filter.repairer.into(),
        filter.from.into(),
        filter.to.into(),
    ];
    tx.each(&sql, &values, |row| take(&line(row, today)?))
}

fn line<'a>(row: &'a Row<'_>, today: Date) -> Result<RepairLine<'a>> {
    let (sent_on, back_on) = (row.day(6)?, row.opt_day(8)?);
    Ok(RepairLine {
        repair: RepairRef::new(row.int(0)?),
        tag: row.text(1)?,
        type_code: row.text(2)?,
        make: row.text(3)?,
        model: row.text(4)?,
        repairer: row.text(5)?,
        sent_on,
        back_by: row.opt_day(7)?,
        back_on,
        days: days_between(sent_on, back_on.unwrap_or(today)),
        fault: row.text(9)?,
        cost: row.opt_pence(10)?,
        outcome: row.opt_word(11)?,
        payer: row.opt_word(12)?,
        loan: row.opt_int(13)?.map(LoanRef::new),
    })
}

/// Which makes are counted, and of their repairs and retirements those of which days.
#[derive(Clone, Debug, Default)]
pub struct MakeFilter {
    pub type_code: Option<TypeCode>,
    pub make: Option<String>,
    pub stock: StockFilter,
    pub from: Option<Date>,
    pub to: Option<Date>,
}

/// The stock by type, make and model; spellings that differ by case or accents alone are one make.
pub fn makes(tx: &Tx, filter: &MakeFilter, today: Date) -> Result<Vec<MakeLine>> {
    const SQL: &str = "
        SELECT i.type, i.make, i.model, i.acquired_on, i.retired_on,
               (?2 IS NULL OR i.retired_on >= ?2) AND (?3 IS NULL OR i.retired_on <= ?3),
               coalesce(r.repairs, 0), coalesce(r.cost, 0), coalesce(r.beyond_repair, 0)
        FROM instrument i
        LEFT JOIN (
            SELECT instrument_id, count(*) AS repairs, sum(cost_pence) AS cost,
                   sum(CASE outcome WHEN 'beyond-repair' THEN 1 ELSE 0 END) AS beyond_repair
            FROM repair WHERE (?2 IS NULL OR sent_on >= ?2) AND (?3 IS NULL OR sent_on <= ?3)
            GROUP BY instrument_id
        ) AS r ON r.instrument_id = i.id
        WHERE (?1 IS NULL OR i.type = ?1)";
    let type_code = filter.type_code.as_ref().map(TypeCode::as_str);
    let mut conditions = Conditions::after([type_code.into(), filter.from.into(), filter.to.into()]);
    filter.stock.add_to(&mut conditions)?;
    let wanted = filter.make.as_deref().map(fold);
    let mut makes: BTreeMap<[String; 3], (MakeTally, [String; 2])> = BTreeMap::new();
    tx.each(&format!("{SQL}{} ORDER BY i.id", conditions.sql), &conditions.values, |row| {
        let (type_code, make, model) = (row.text(0)?, row.text(1)?, row.text(2)?);
        if wanted.as_ref().is_some_and(|wanted| *wanted != fold(make)) {
            return Ok(());
        }
        let key = [type_code.to_string(), fold(make), fold(model)];
        let (tally, _) =
            makes.entry(key).or_insert_with(|| (MakeTally::default(), [make.to_string(), model.to_string()]));
        tally.count(&of_make(row)?, today);
        Ok(())
    })?;
    let line = |([type_code, ..], (tally, [make, model])): ([String; 3], (MakeTally, [String; 2]))| {
        tally.line(type_code, make, model)
    };
    Ok(makes.into_iter().map(line).collect())
}

fn of_make(row: &Row<'_>) -> Result<OfMake> {
    let retired_on = row.opt_day(4)?;
    Ok(OfMake {
        acquired_on: row.opt_day(3)?,
        retired_on,
        retired_then: retired_on.is_some() && row.flag(5)?,
        repairs: row.int(6)?,
        cost: row.pence(7)?,
        beyond_repair: row.int(8)?,
    })
}
