//! Terms.

use anyhow::Result;

use super::db::{Row, Tx};
use super::remember::Table;
use crate::args;
use crate::domain::reference::Urn;
use crate::domain::refusal::refuse;
use crate::domain::term::{Calendar, NamedTerm, Scope, Term};
use crate::domain::text::fold;

pub fn add(tx: &Tx, new: &Term) -> Result<()> {
    let (la, school) = match &new.scope {
        Scope::Hub => (None, None),
        Scope::Authority(la) => (Some(la.as_str()), None),
        Scope::School(urn) => (None, Some(*urn)),
    };
    tx.insert(
        Table::Term,
        "INSERT INTO term (academic_year, name, name_key, first_on, last_on, la, school_urn) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        args![&new.year.to_string(), &new.name, &new.name.key(), new.first_on, new.last_on, la, school],
    )?;
    Ok(())
}

/// Changes the days of the term with this year, name and scope.
pub fn set_days(tx: &Tx, term: &Term) -> Result<()> {
    let (la, school) = match &term.scope {
        Scope::Hub => (None, None),
        Scope::Authority(la) => (Some(la.as_str()), None),
        Scope::School(urn) => (None, Some(*urn)),
    };
    let sql = "SELECT id FROM term
               WHERE academic_year = ?1 AND name_key = ?2 AND coalesce(la, '') = coalesce(?3, '')
                 AND coalesce(school_urn, 0) = coalesce(?4, 0)";
    let id = tx.one(sql, args![&term.year.to_string(), &term.name.key(), la, school], |row| row.int(0))?;
    let sql = "UPDATE term SET first_on = ?2, last_on = ?3 WHERE id = ?1";
    tx.change(Table::Term, id, sql, args![id, term.first_on, term.last_on])?;
    Ok(())
}

const COLUMNS: &str = "SELECT academic_year, name, first_on, last_on, la, school_urn FROM term";

fn from_row(row: &Row<'_>) -> Result<Term> {
    let scope = match (row.opt_string(4)?, row.opt_int(5)?) {
        (_, Some(urn)) => Scope::School(Urn::new(urn)),
        (Some(la), None) => Scope::Authority(la),
        (None, None) => Scope::Hub,
    };
    let year = row.parsed(0)?;
    Ok(Term { year, name: row.name(1)?, first_on: row.day(2)?, last_on: row.day(3)?, scope })
}

pub fn all(tx: &Tx) -> Result<Vec<Term>> {
    tx.all(&format!("{COLUMNS} ORDER BY first_on, la NULLS FIRST, school_urn NULLS FIRST, name_key"), &[], from_row)
}

/// The terms that hold for a loan to this school, or to nobody's school.
pub fn calendar(tx: &Tx, school: Option<Urn>) -> Result<Calendar> {
    let la = match school {
        Some(urn) => tx.one("SELECT la FROM school WHERE urn = ?1", args![urn], |row| row.opt_string(0))?.flatten(),
        None => None,
    };
    let la = la.map(|la| fold(&la));
    let concerns = |term: &Term| match &term.scope {
        Scope::Hub => true,
        Scope::Authority(name) => la.as_deref() == Some(fold(name).as_str()),
        Scope::School(urn) => school == Some(*urn),
    };
    // Put in order here, and only those that concern the loan: a sort of the engine's is prepared at every hand-over.
    let mut terms: Vec<Term> = tx.all(COLUMNS, &[], from_row)?.into_iter().filter(concerns).collect();
    terms.sort_by_cached_key(|term| (term.first_on, term.name.key()));
    Ok(Calendar::new(terms))
}

/// The term of this label, as it holds for each school.
pub fn named(tx: &Tx, label: &str) -> Result<NamedTerm> {
    NamedTerm::new(label, all(tx)?).map_err(refuse)
}
