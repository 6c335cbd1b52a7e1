//! Lists of instruments, each row borrowed for the length of the call.

use anyhow::Result;

use super::{borrower, reservation};
use crate::domain::date::Date;
use crate::domain::instrument::{CategoryCode, InstrumentLine, Standing, TypeCode};
use crate::domain::reference::RepairRef;
use crate::domain::text::fold;
use crate::domain::words::{Availability, Condition, Family, Group, Kind};
use crate::store::db::{Row, Tx, Value, word};

/// Which instruments a list shows. Text compares without regard to case and accents.
#[derive(Clone, Debug, Default)]
pub struct InstrumentFilter {
    pub type_code: Option<TypeCode>,
    pub size: Option<String>,
    pub family: Option<Family>,
    pub category: Option<CategoryCode>,
    pub group: Option<Group>,
    pub kind: Option<Kind>,
    pub adapted: bool,
    pub condition: Option<Condition>,
    pub location: Option<String>,
    pub area: Option<String>,
    pub availability: Option<Availability>,
    /// Folded words, each of which must stand in the instrument's search key or its borrower's name.
    pub words: Vec<String>,
}

/// Instruments with whoever has them now: inside a school's loan, the pupil.
const LINES: &str = r#"
    SELECT i.tag, i.type, t.name, i.size, i.kind, i.category, i."group", i.adapted, i.make, i.model, i.serial, i.condition,
           i.location, o.name, i.area, i.source, i.acquired_on, i.cost_pence, i.replacement_value_pence, i.note,
           i.retired_on, i.disposal, i.missing_on, l.id,
           coalesce(n.person_id, l.person_id), l.organisation_id, l.school_urn, coalesce(n.due_on, l.due_on),
           i.search_key, coalesce(np.name_key, p.name_key, s.name_key, g.name_key),
           r.id, r.sent_on, q.id, q.person_id, q.organisation_id, q.school_urn, q.lapses_on, NULL
    FROM instrument i
    JOIN type t ON t.code = i.type
    LEFT JOIN organisation o ON o.id = i.owner_id
    LEFT JOIN loan l ON l.instrument_id = i.id AND l.outer_id IS NULL
        AND l.returned_on IS NULL AND l.lost_on IS NULL AND l.voided_on IS NULL
    LEFT JOIN loan n ON n.outer_id = l.id AND n.outer_id IS NOT NULL
        AND n.returned_on IS NULL AND n.lost_on IS NULL AND n.voided_on IS NULL
    LEFT JOIN repair r ON r.instrument_id = i.id AND r.back_on IS NULL
    LEFT JOIN request q ON q.instrument_id = i.id AND q.instrument_id IS NOT NULL AND q.loan_id IS NULL AND q.cancelled_on IS NULL
    LEFT JOIN person p ON p.id = l.person_id
    LEFT JOIN person np ON np.id = n.person_id
    LEFT JOIN school s ON s.urn = l.school_urn AND l.person_id IS NULL
    LEFT JOIN organisation g ON g.id = l.organisation_id
    WHERE (?1 IS NULL OR i.type = ?1) AND (?2 IS NULL OR t.family = ?2) AND (?3 IS NULL OR i.category = ?3)
      AND (?4 IS NULL OR i."group" = ?4) AND (?5 IS NULL OR i.kind = ?5) AND (?6 = 0 OR i.adapted = 1)
      AND (?7 IS NULL OR i.condition = ?7)
    ORDER BY i.tag_key"#;

/// Instruments in order of tag, each borrowed for the length of the call.
pub fn each(
    tx: &Tx,
    filter: &InstrumentFilter,
    today: Date,
    mut take: impl FnMut(&InstrumentLine<'_>) -> Result<()>,
) -> Result<()> {
    let values = [
        filter.type_code.as_ref().map(TypeCode::as_str).into(),
        filter.family.map_or(Value::Null, word),
        filter.category.as_ref().map(CategoryCode::as_str).into(),
        filter.group.map_or(Value::Null, word),
        filter.kind.map_or(Value::Null, word),
        filter.adapted.into(),
        filter.condition.map_or(Value::Null, word),
    ];
    tx.each(LINES, &values, |row| if passes(row, filter, today)? { take(&line(row, today)?) } else { Ok(()) })
}

/// The filters that compare folded text or derived words.
fn passes(row: &Row<'_>, filter: &InstrumentFilter, today: Date) -> Result<bool> {
    let same = |wanted: &Option<String>, held: &str| wanted.as_ref().is_none_or(|wanted| fold(wanted) == fold(held));
    let (key, borrower) = (row.text(28)?, row.text(29)?);
    Ok(same(&filter.size, row.text(3)?)
        && same(&filter.location, row.text(12)?)
        && same(&filter.area, row.text(14)?)
        && filter.words.iter().all(|word| key.contains(word.as_str()) || borrower.contains(word.as_str()))
        && match filter.availability {
            Some(wanted) => standing(row)?.availability(today) == wanted,
            None => true,
        })
}

fn standing(row: &Row<'_>) -> Result<Standing> {
    Ok(Standing {
        retired: row.opt_day(20)?.zip(row.opt_word(21)?),
        missing_on: row.opt_day(22)?,
        in_repair: row.opt_int(30)?.map(RepairRef::new).zip(row.opt_day(31)?),
        on_loan: row.opt_int(23)?.is_some(),
        reserved: reservation(row, 32)?,
    })
}

fn line<'a>(row: &'a Row<'_>, today: Date) -> Result<InstrumentLine<'a>> {
    Ok(InstrumentLine {
        tag: row.text(0)?,
        type_code: row.text(1)?,
        type_name: row.text(2)?,
        size: row.text(3)?,
        kind: row.opt_word(4)?,
        category: row.text(5)?,
        group: row.opt_word(6)?,
        adapted: row.flag(7)?,
        make: row.text(8)?,
        model: row.text(9)?,
        serial: row.text(10)?,
        condition: row.word(11)?,
        availability: standing(row)?.availability(today),
        location: row.text(12)?,
        owner: row.text(13)?,
        area: row.text(14)?,
        source: row.word(15)?,
        acquired_on: row.opt_day(16)?,
        cost: row.opt_pence(17)?,
        replacement_value: row.opt_pence(18)?,
        borrower: borrower(row.opt_int(24)?, row.opt_int(25)?, row.opt_int(26)?),
        due_on: row.opt_day(27)?,
        note: row.text(19)?,
    })
}
