//! Instruments that no loan has touched for long.

use anyhow::Result;

use super::reservation;
use crate::domain::date::{Date, days_between};
use crate::domain::idle::{IdleFacts, IdleLine};
use crate::domain::instrument::{Standing, TypeCode};
use crate::domain::reference::RepairRef;
use crate::domain::text::fold;
use crate::store::db::{Row, Tx};
use crate::store::filter::{Conditions, StockFilter};
use crate::store::purchase::coding::Codings;

/// Which instruments are looked at. Text compares without regard to case and accents.
#[derive(Clone, Debug, Default)]
pub struct IdleFilter {
    pub type_code: Option<TypeCode>,
    pub location: Option<String>,
    pub stock: StockFilter,
}

/// What lies idle since before the cut-off, in no order.
pub fn idle(tx: &Tx, filter: &IdleFilter, cut_off: Date, today: Date) -> Result<Vec<IdleLine>> {
    const SQL: &str = r#"
        SELECT i.tag, i.type, i.size, i.make, i.model, i.category, i.location, i.condition, b.fund, i.acquired_on, i.cost_pence,
               i.retired_on, i.disposal, i.missing_on,
               EXISTS (SELECT 1 FROM loan l WHERE l.instrument_id = i.id AND l.outer_id IS NULL
                         AND l.returned_on IS NULL AND l.lost_on IS NULL AND l.voided_on IS NULL),
               (SELECT max(coalesce(l.returned_on, l.lost_on)) FROM loan l WHERE l.instrument_id = i.id AND l.voided_on IS NULL),
               r.id, r.sent_on, q.id, q.person_id, q.organisation_id, q.school_urn, q.lapses_on, NULL, b.id
        FROM instrument i
        LEFT JOIN purchase_line b ON b.id = i.purchase_line_id
        LEFT JOIN repair r ON r.instrument_id = i.id AND r.back_on IS NULL
        LEFT JOIN request q ON q.instrument_id = i.id AND q.instrument_id IS NOT NULL AND q.loan_id IS NULL AND q.cancelled_on IS NULL
        WHERE (?1 IS NULL OR i.type = ?1)"#;
    let mut conditions = Conditions::after([filter.type_code.as_ref().map(TypeCode::as_str).into()]);
    filter.stock.add_to(&mut conditions)?;
    let wanted = filter.location.as_deref().map(fold);
    let mut codings = Codings::of(tx)?;
    let mut found = Vec::new();
    tx.each(&format!("{SQL}{}", conditions.sql), &conditions.values, |row| {
        let facts = facts(row)?;
        let is_there = match &wanted {
            Some(location) => fold(row.text(6)?) == *location,
            None => true,
        };
        if is_there && facts.is_idle(cut_off, today) {
            let line_id = row.opt_int(24)?;
            let coded = line_id.map(|id| Ok::<_, anyhow::Error>(codings.read(id)?.map(|(funds, _)| funds.to_string())));
            found.push(line(row, &facts, coded.transpose()?.flatten(), today)?);
        }
        Ok(())
    })?;
    Ok(found)
}

fn facts(row: &Row<'_>) -> Result<IdleFacts> {
    let standing = Standing {
        retired: row.opt_day(11)?.zip(row.opt_word(12)?),
        missing_on: row.opt_day(13)?,
        in_repair: row.opt_int(16)?.map(RepairRef::new).zip(row.opt_day(17)?),
        on_loan: row.flag(14)?,
        reserved: reservation(row, 18)?,
    };
    Ok(IdleFacts { standing, acquired_on: row.opt_day(9)?, last_ended_on: row.opt_day(15)? })
}

/// With the funds that its purchase was coded to anew, if it was.
fn line(row: &Row<'_>, facts: &IdleFacts, coded: Option<String>, today: Date) -> Result<IdleLine> {
    Ok(IdleLine {
        tag: row.string(0)?,
        type_code: row.string(1)?,
        size: row.string(2)?,
        make: row.string(3)?,
        model: row.string(4)?,
        category: row.string(5)?,
        location: row.string(6)?,
        condition: row.word(7)?,
        fund: coded.map_or_else(|| row.string(8), Ok)?,
        acquired_on: facts.acquired_on,
        cost: row.opt_pence(10)?,
        last_returned_on: facts.last_ended_on,
        idle_since: facts.idle_since(),
        idle_days: facts.idle_since().map(|since| days_between(since, today)),
    })
}
