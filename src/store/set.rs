//! Sets, their instruments, and what went out with them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::Result;

use super::db::{Row, Tx};
use super::instrument::{borrower, reservation};
use super::remember::Table;
use crate::args;
use crate::domain::instrument::{Standing, TypeCode};
use crate::domain::loan::{OpenLoan, OpenLoans};
use crate::domain::record::SetRecord;
use crate::domain::reference::{LoanRef, RepairRef};
use crate::domain::refusal::refuse;
use crate::domain::set::{InstrumentSet, Member, SetLoan, SetRefusal};
use crate::domain::tag::Tag;
use crate::domain::text::{Name, closest, fold};
use crate::domain::words::LoanState;

/// Makes a set whose name is free; its number in the file.
pub fn add(tx: &Tx, name: &Name) -> Result<i64> {
    let sql = "INSERT INTO instrument_set (name, name_key) VALUES (?1, ?2)";
    tx.insert(Table::InstrumentSet, sql, args![name, &name.key()])
}

pub fn rename(tx: &Tx, id: i64, name: &Name) -> Result<()> {
    let sql = "UPDATE instrument_set SET name = ?2, name_key = ?3 WHERE id = ?1";
    tx.change(Table::InstrumentSet, id, sql, args![id, name, &name.key()])?;
    Ok(())
}

pub fn add_member(tx: &Tx, id: i64, instrument_id: i64) -> Result<()> {
    let sql = "INSERT INTO set_member (set_id, instrument_id) VALUES (?1, ?2)";
    tx.change(Table::SetMember, id, sql, args![id, instrument_id])?;
    Ok(())
}

pub fn remove_member(tx: &Tx, id: i64, instrument_id: i64) -> Result<()> {
    let sql = "DELETE FROM set_member WHERE set_id = ?1 AND instrument_id = ?2";
    tx.change(Table::SetMember, id, sql, args![id, instrument_id])?;
    Ok(())
}

pub fn is_member(tx: &Tx, id: i64, instrument_id: i64) -> Result<bool> {
    tx.exists("SELECT 1 FROM set_member WHERE set_id = ?1 AND instrument_id = ?2", args![id, instrument_id])
}

fn from_row(row: &Row<'_>) -> Result<InstrumentSet> {
    Ok(InstrumentSet { id: row.int(0)?, name: row.name(1)? })
}

/// The set of exactly this name.
pub fn with_name(tx: &Tx, name: &str) -> Result<Option<InstrumentSet>> {
    tx.one("SELECT id, name FROM instrument_set WHERE name_key = ?1", args![&fold(name)], from_row)
}

/// The set with this number.
pub fn with_id(tx: &Tx, id: i64) -> Result<Option<InstrumentSet>> {
    tx.one("SELECT id, name FROM instrument_set WHERE id = ?1", args![id], from_row)
}

/// The set a person typed, by its name or by a part that fits no other; or the refusal that says which there are.
pub fn get(tx: &Tx, typed: &str) -> Result<InstrumentSet> {
    let part = fold(typed);
    if let Some(found) = with_name(tx, &part)? {
        return Ok(found);
    }
    let sql = "SELECT id, name FROM instrument_set WHERE ?1 <> '' AND instr(name_key, ?1) > 0 ORDER BY name_key";
    let mut found = tx.all(sql, args![&part], from_row)?;
    match found.pop() {
        Some(only) if found.is_empty() => Ok(only),
        Some(last) => {
            let candidates = found.into_iter().chain([last]).map(|set| set.name).collect();
            Err(refuse(SetRefusal::Ambiguous { typed: typed.trim().to_string(), candidates }))
        }
        None => {
            let names = names_beginning(tx, "", i64::MAX)?;
            let nearest = closest(&part, names.iter().map(String::as_str)).map(Name::from_record);
            Err(refuse(SetRefusal::Unknown { typed: typed.trim().to_string(), nearest }))
        }
    }
}

/// Names of sets that begin so, in order; so many at the most.
pub fn names_beginning(tx: &Tx, typed: &str, most: i64) -> Result<Vec<String>> {
    let from = fold(typed);
    let to = format!("{from}\u{10ffff}");
    let sql = "SELECT name FROM instrument_set WHERE name_key >= ?1 AND name_key < ?2 ORDER BY name_key LIMIT ?3";
    tx.all(sql, args![&from, &to, most], |row| row.string(0))
}

/// The tags of a set, in order.
pub fn tags(tx: &Tx, id: i64) -> Result<Vec<Tag>> {
    let sql = "SELECT i.tag FROM set_member m JOIN instrument i ON i.id = m.instrument_id WHERE m.set_id = ?1 ORDER BY i.tag_key";
    tx.all(sql, args![id], |row| row.tag(0))
}

/// Every set with each of its tags, or one line without a tag, by name and tag.
pub fn each_record(tx: &Tx, mut take: impl FnMut(&SetRecord<'_>) -> Result<()>) -> Result<()> {
    let sql = "SELECT k.name, i.tag FROM instrument_set k
               LEFT JOIN set_member m ON m.set_id = k.id LEFT JOIN instrument i ON i.id = m.instrument_id
               ORDER BY k.name_key, i.tag_key";
    tx.each(sql, &[], |row| take(&SetRecord { set: row.text(0)?, tag: row.text(1)? }))
}

/// The number in the file of each set, by its folded name.
pub fn by_key(tx: &Tx) -> Result<HashMap<String, i64>> {
    let sets = tx.all("SELECT name_key, id FROM instrument_set", &[], |row| Ok((row.string(0)?, row.int(1)?)))?;
    Ok(sets.into_iter().collect())
}

/// The names of the sets that an instrument is in.
pub fn names_with(tx: &Tx, instrument_id: i64) -> Result<Vec<String>> {
    // Most are in none.
    if !tx.exists("SELECT 1 FROM set_member WHERE instrument_id = ?1", args![instrument_id])? {
        return Ok(Vec::new());
    }
    let sql = "SELECT k.name FROM set_member m JOIN instrument_set k ON k.id = m.set_id WHERE m.instrument_id = ?1 ORDER BY k.name_key";
    tx.all(sql, args![instrument_id], |row| row.string(0))
}

/// Other sets in which some of a set's instruments are too, and how many.
pub fn shared_with(tx: &Tx, id: i64, instruments: &[i64]) -> Result<Vec<(Name, usize)>> {
    let sql = "SELECT k.name FROM set_member m JOIN instrument_set k ON k.id = m.set_id
               WHERE m.instrument_id = ?2 AND m.set_id <> ?1";
    let mut shared: BTreeMap<Name, usize> = BTreeMap::new();
    for instrument in instruments {
        tx.each(sql, args![id, *instrument], |row| {
            *shared.entry(row.name(0)?).or_default() += 1;
            Ok(())
        })?;
    }
    Ok(shared.into_iter().collect())
}

/// Every set, or the one with a number, with its instruments and whoever has each.
pub fn with_members(tx: &Tx, id: Option<i64>) -> Result<Vec<(InstrumentSet, Vec<Member>)>> {
    const SQL: &str = "
        SELECT k.id, k.name, i.tag, i.type, i.size, i.condition, i.retired_on, i.disposal, i.missing_on, r.id, r.sent_on,
               q.id, q.person_id, q.organisation_id, q.school_urn, q.lapses_on, NULL,
               l.id, l.person_id, l.organisation_id, l.school_urn, coalesce(p.name, g.name, s.name), l.out_on, l.due_on,
               n.id, n.person_id, n.organisation_id, n.school_urn, np.name, n.out_on, n.due_on
        FROM instrument_set k
        LEFT JOIN set_member m ON m.set_id = k.id
        LEFT JOIN instrument i ON i.id = m.instrument_id
        LEFT JOIN repair r ON r.instrument_id = i.id AND r.back_on IS NULL
        LEFT JOIN request q ON q.instrument_id = i.id AND q.instrument_id IS NOT NULL AND q.loan_id IS NULL AND q.cancelled_on IS NULL
        LEFT JOIN loan l ON l.instrument_id = i.id AND l.outer_id IS NULL
            AND l.returned_on IS NULL AND l.lost_on IS NULL AND l.voided_on IS NULL
        LEFT JOIN loan n ON n.outer_id = l.id AND n.outer_id IS NOT NULL
            AND n.returned_on IS NULL AND n.lost_on IS NULL AND n.voided_on IS NULL
        LEFT JOIN person p ON p.id = l.person_id
        LEFT JOIN person np ON np.id = n.person_id
        LEFT JOIN organisation g ON g.id = l.organisation_id
        LEFT JOIN school s ON s.urn = l.school_urn
        WHERE ?1 IS NULL OR k.id = ?1
        ORDER BY k.name_key, i.tag_key";
    let mut sets: Vec<(InstrumentSet, Vec<Member>)> = Vec::new();
    tx.each(SQL, args![id], |row| {
        let set = from_row(row)?;
        if sets.last().is_none_or(|(last, _)| last.id != set.id) {
            sets.push((set, Vec::new()));
        }
        if let (Some((_, members)), Some(_)) = (sets.last_mut(), row.opt_text(2)?) {
            members.push(member(row)?);
        }
        Ok(())
    })?;
    Ok(sets)
}

fn member(row: &Row<'_>) -> Result<Member> {
    let open = OpenLoans { outer: open_loan(row, 17)?, inner: open_loan(row, 24)? };
    Ok(Member {
        tag: row.tag(2)?,
        type_code: TypeCode::from_record(row.text(3)?),
        size: row.opt_string(4)?,
        condition: row.word(5)?,
        standing: Standing {
            retired: row.opt_day(6)?.zip(row.opt_word(7)?),
            missing_on: row.opt_day(8)?,
            in_repair: row.opt_int(9)?.map(RepairRef::new).zip(row.opt_day(10)?),
            on_loan: open.outer.is_some(),
            reserved: reservation(row, 11)?,
        },
        open,
    })
}

/// An open loan from its columns: reference, person, organisation, school, borrower's name, out, due.
fn open_loan(row: &Row<'_>, first: usize) -> Result<Option<OpenLoan>> {
    let borrower = borrower(row.opt_int(first + 1)?, row.opt_int(first + 2)?, row.opt_int(first + 3)?);
    let (Some(loan), Some(borrower)) = (row.opt_int(first)?, borrower) else {
        return Ok(None);
    };
    let (borrower_name, out_on, due_on) = (row.string(first + 4)?, row.day(first + 5)?, row.day(first + 6)?);
    Ok(Some(OpenLoan { loan: LoanRef::new(loan), borrower, borrower_name, out_on, due_on }))
}

/// What is out with a set, whether or not it is of the set still, with its open loans.
pub fn out_with(tx: &Tx, id: i64) -> Result<Vec<(Tag, OpenLoans)>> {
    let sql = "SELECT i.tag, i.id FROM loan l JOIN instrument i ON i.id = l.instrument_id
               WHERE l.set_id = ?1 AND l.outer_id IS NULL
                 AND l.returned_on IS NULL AND l.lost_on IS NULL AND l.voided_on IS NULL
               ORDER BY i.tag_key";
    let out = tx.all(sql, args![id], |row| Ok((row.tag(0)?, row.int(1)?)))?;
    out.into_iter().map(|(tag, instrument_id)| Ok((tag, super::loan::open(tx, instrument_id)?))).collect()
}

/// The sets that these loans went out with, each with the hand-overs concerned.
pub fn handed_over_with(tx: &Tx, loans: &[LoanRef]) -> Result<BTreeMap<i64, BTreeSet<LoanRef>>> {
    let sql =
        "SELECT set_id, coalesce(batch_id, id) FROM loan WHERE id = ?1 AND set_id IS NOT NULL AND outer_id IS NULL";
    let mut sets: BTreeMap<i64, BTreeSet<LoanRef>> = BTreeMap::new();
    for loan in loans {
        tx.each(sql, args![*loan], |row| {
            sets.entry(row.int(0)?).or_default().insert(LoanRef::new(row.int(1)?));
            Ok(())
        })?;
    }
    Ok(sets)
}

/// Every loan that went out with a set and was not voided. What was lost and has been found since is back.
pub fn loans(tx: &Tx, id: i64) -> Result<Vec<SetLoan>> {
    const SQL: &str = "
        SELECT l.id, coalesce(l.batch_id, l.id), i.tag, coalesce(np.name, p.name, g.name, s.name), l.out_on, l.returned_on, l.lost_on,
               i.missing_on IS NULL AND i.retired_on IS NULL
        FROM loan l
        JOIN instrument i ON i.id = l.instrument_id
        LEFT JOIN loan n ON n.outer_id = l.id AND n.outer_id IS NOT NULL
            AND n.returned_on IS NULL AND n.lost_on IS NULL AND n.voided_on IS NULL
        LEFT JOIN person p ON p.id = l.person_id
        LEFT JOIN person np ON np.id = n.person_id
        LEFT JOIN organisation g ON g.id = l.organisation_id
        LEFT JOIN school s ON s.urn = l.school_urn
        WHERE l.set_id = ?1 AND l.outer_id IS NULL AND l.voided_on IS NULL
        ORDER BY i.tag_key, l.id";
    tx.all(SQL, args![id], |row| {
        let lost_as = if row.flag(7)? { LoanState::Returned } else { LoanState::Lost };
        let returned = row.opt_day(5)?.map(|on| (LoanState::Returned, on));
        Ok(SetLoan {
            loan: LoanRef::new(row.int(0)?),
            hand_over: LoanRef::new(row.int(1)?),
            tag: row.tag(2)?,
            holder: row.string(3)?,
            out_on: row.day(4)?,
            ended: returned.or(row.opt_day(6)?.map(|on| (lost_as, on))),
        })
    })
}
