//! The terms that an open loan is held on, for the loan that takes its place.

use anyhow::Result;

use crate::args;
use crate::domain::date::Date;
use crate::domain::loan::{HeldTerms, Hirer};
use crate::domain::reference::{LoanRef, PersonRef, Urn};
use crate::store::db::{Row, Tx};

/// The terms of a loan; `None` where no loan has the reference.
pub fn held_terms(tx: &Tx, loan: LoanRef) -> Result<Option<HeldTerms>> {
    const SQL: &str = "
        SELECT l.scheme, l.school_urn, h.id, h.name, h.role, l.pupils, l.year_group, l.note, l.set_id, coalesce(l.batch_id, l.id)
        FROM loan l LEFT JOIN person h ON h.id = l.hirer_id
        WHERE l.id = ?1";
    tx.one(SQL, args![loan], |row: &Row<'_>| {
        let hirer = match row.opt_int(2)? {
            Some(id) => Some(Hirer { reference: PersonRef::new(id), name: row.string(3)?, role: row.word(4)? }),
            None => None,
        };
        Ok(HeldTerms {
            scheme: row.word(0)?,
            school: row.opt_int(1)?.map(Urn::new),
            hirer,
            pupils: row.opt_int(5)?,
            year_group: row.opt_parsed(6)?,
            note: row.opt_string(7)?,
            set: row.opt_int(8)?,
            hand_over: LoanRef::new(row.int(9)?),
        })
    })
}

/// The due day of the school's loan inside which a loan stands and which it would outlast.
pub fn outlasted(tx: &Tx, loan: LoanRef) -> Result<Option<Date>> {
    let sql = "SELECT o.due_on FROM loan n JOIN loan o ON o.id = n.outer_id WHERE n.id = ?1 AND n.due_on > o.due_on";
    tx.one(sql, args![loan], |row| row.day(0))
}
