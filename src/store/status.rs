//! The figures of `status`: what is open is counted by its own small index, whatever has ended since.

use anyhow::Result;

use super::db::Tx;
use crate::args;
use crate::domain::date::Date;

/// The stock and the loans in figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    pub instruments: i64,
    pub on_loan: i64,
    pub late: i64,
    pub missing: i64,
    pub in_repair: i64,
    /// Offered, and not out, away or gone meanwhile: as a list has it.
    pub reserved: i64,
}

pub fn figures(tx: &Tx, today: Date) -> Result<Figures> {
    const OPEN: &str = "returned_on IS NULL AND lost_on IS NULL AND voided_on IS NULL";
    Ok(Figures {
        // Two counts over indexes in place of one over the wide rows.
        instruments: tx.number(
            "SELECT (SELECT count(*) FROM instrument) - (SELECT count(*) FROM instrument WHERE retired_on IS NOT NULL)",
            &[],
        )?,
        on_loan: tx.number(&format!("SELECT count(*) FROM loan WHERE outer_id IS NULL AND {OPEN}"), &[])?,
        late: tx.number(&format!("SELECT count(*) FROM loan WHERE due_on < ?1 AND {OPEN}"), args![today])?,
        missing: tx
            .number("SELECT count(*) FROM instrument WHERE missing_on IS NOT NULL AND retired_on IS NULL", &[])?,
        in_repair: tx.number("SELECT count(*) FROM repair WHERE back_on IS NULL", &[])?,
        reserved: reserved(tx, today)?,
    })
}

fn reserved(tx: &Tx, today: Date) -> Result<i64> {
    const SQL: &str = "
        SELECT count(*) FROM request q JOIN instrument i ON i.id = q.instrument_id
        WHERE q.instrument_id IS NOT NULL AND q.loan_id IS NULL AND q.cancelled_on IS NULL AND q.lapses_on >= ?1
          AND i.retired_on IS NULL AND i.missing_on IS NULL
          AND NOT EXISTS (SELECT 1 FROM repair r WHERE r.instrument_id = i.id AND r.back_on IS NULL)
          AND NOT EXISTS (SELECT 1 FROM loan l WHERE l.instrument_id = i.id AND l.outer_id IS NULL
                            AND l.returned_on IS NULL AND l.lost_on IS NULL AND l.voided_on IS NULL)";
    tx.number(SQL, args![today])
}

/// How much of the stock serves a category, and how much of that is out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryStock {
    pub name: String,
    pub instruments: i64,
    pub on_loan: i64,
}

/// The stock by category, the largest first.
pub fn stock_by_category(tx: &Tx) -> Result<Vec<CategoryStock>> {
    const SQL: &str = "
        SELECT coalesce(c.name, 'Uncategorised'), count(*), count(l.id)
        FROM instrument i
        LEFT JOIN category c ON c.code = i.category
        LEFT JOIN loan l ON l.instrument_id = i.id AND l.outer_id IS NULL
            AND l.returned_on IS NULL AND l.lost_on IS NULL AND l.voided_on IS NULL
        WHERE i.retired_on IS NULL
        GROUP BY c.code, c.name ORDER BY 2 DESC, 1";
    tx.all(SQL, &[], |row| Ok(CategoryStock { name: row.string(0)?, instruments: row.int(1)?, on_loan: row.int(2)? }))
}

/// Instruments of one type that went to a school together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassSet {
    pub instruments: i64,
    pub type_name: String,
    pub school: String,
    pub pupils: Option<i64>,
    pub due_on: Date,
}

/// The class sets that are out.
pub fn class_sets(tx: &Tx) -> Result<Vec<ClassSet>> {
    const SQL: &str = "
        SELECT count(*), t.name, s.name, max(l.pupils), l.due_on
        FROM loan l JOIN instrument i ON i.id = l.instrument_id JOIN type t ON t.code = i.type
        JOIN school s ON s.urn = l.school_urn
        WHERE l.scheme = 'class-set' AND l.returned_on IS NULL AND l.lost_on IS NULL AND l.voided_on IS NULL
        GROUP BY t.code, t.name, s.urn, s.name, l.due_on ORDER BY 1 DESC, s.urn, t.code";
    tx.all(SQL, &[], |row| {
        Ok(ClassSet {
            instruments: row.int(0)?,
            type_name: row.string(1)?,
            school: row.string(2)?,
            pupils: row.opt_int(3)?,
            due_on: row.day(4)?,
        })
    })
}
