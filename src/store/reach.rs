//! The loans of a period, and what tells them apart.

use std::collections::HashMap;

use anyhow::Result;

use super::db::{Row, Tx};
use super::filter::{Conditions, StockFilter};
use crate::args;
use crate::domain::date::AcademicYear;
use crate::domain::reach::{ReachLoan, Span};
use crate::domain::reference::{PersonRef, Urn};
use crate::domain::school::phase;

/// Every loan that was open in the period, in one pass over the loans and in no order.
pub fn each(tx: &Tx, filter: &StockFilter, span: &Span, mut take: impl FnMut(&ReachLoan) -> Result<()>) -> Result<()> {
    // What cannot be of the period is left out before its row is read; the rule judges the rest. CROSS JOIN keeps the loans
    // outermost: they are read as they lie, and each instrument is found by its number.
    const SQL: &str = r#"
        SELECT l.id, l.batch_id, l.instrument_id, l.school_urn, l.person_id, p.role, l.hirer_id, l.pupils, l.scheme,
               i."group", i.adapted, l.out_on, coalesce(l.returned_on, l.lost_on)
        FROM loan l
        CROSS JOIN instrument i ON i.id = l.instrument_id
        LEFT JOIN person p ON p.id = l.person_id
        WHERE l.voided_on IS NULL AND l.out_on <= ?2 AND (l.returned_on IS NULL OR l.returned_on >= ?1)"#;
    let mut conditions = Conditions::after([span.first.into(), span.last.into()]);
    filter.add_to(&mut conditions)?;
    tx.each(&format!("{SQL}{}", conditions.sql), &conditions.values, |row| {
        if span.takes(row.day(11)?, row.opt_day(12)?) { take(&loan(row)?) } else { Ok(()) }
    })
}

fn loan(row: &Row<'_>) -> Result<ReachLoan> {
    Ok(ReachLoan {
        hand_over: row.opt_int(1)?.map_or_else(|| row.int(0), Ok)?,
        instrument: row.int(2)?,
        school: row.opt_int(3)?.map(Urn::new),
        person: row.opt_int(4)?.map(PersonRef::new).zip(row.opt_word(5)?),
        hirer: row.opt_int(6)?.map(PersonRef::new),
        class_pupils: row.opt_int(7)?,
        scheme: row.word(8)?,
        group: row.opt_word(9)?,
        adapted: row.flag(10)?,
    })
}

/// The phase under which each school is counted.
pub fn phases(tx: &Tx) -> Result<HashMap<Urn, String>> {
    let found = tx.all("SELECT urn, type, phase FROM school", &[], |row| {
        Ok((Urn::new(row.int(0)?), phase(row.text(1)?, row.text(2)?).to_string()))
    })?;
    Ok(found.into_iter().collect())
}

/// The band of everybody who is let off something in a year.
pub fn bands(tx: &Tx, year: AcademicYear) -> Result<HashMap<PersonRef, String>> {
    let sql = "SELECT person_id, band FROM remission WHERE academic_year = ?1";
    let found = tx.all(sql, args![&year.to_string()], |row| Ok((PersonRef::new(row.int(0)?), row.string(1)?)))?;
    Ok(found.into_iter().collect())
}

/// What the register says of a school, borrowed for the length of the call.
#[derive(Clone, Copy, Debug)]
pub struct SchoolFacts<'a> {
    pub urn: Urn,
    pub name: &'a str,
    pub phase: &'a str,
    pub school_type: &'a str,
    pub trust: &'a str,
}

/// All schools in order of URN.
pub fn each_school(tx: &Tx, mut take: impl FnMut(&SchoolFacts<'_>) -> Result<()>) -> Result<()> {
    tx.each("SELECT urn, name, phase, type, trust FROM school ORDER BY urn", &[], |row| {
        take(&SchoolFacts {
            urn: Urn::new(row.int(0)?),
            name: row.text(1)?,
            phase: row.text(2)?,
            school_type: row.text(3)?,
            trust: row.text(4)?,
        })
    })
}
