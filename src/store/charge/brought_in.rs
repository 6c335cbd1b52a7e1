//! Swaps among loans that were brought in from files. The journal, which ties the loans of a swap, stays with the hub it was
//! written in; of what came from there the loans themselves tell: one that joined a hand-over later, on the day on which
//! another of it came back, to the same people.

use anyhow::Result;

use crate::args;
use crate::domain::borrower::BorrowerRef;
use crate::domain::reference::LoanRef;
use crate::store::db::Tx;
use crate::store::instrument::borrower as borrower_of;

/// Of each loan from a file that joined a hand-over later, the loan it took the place of.
pub(super) fn swapped(tx: &Tx) -> Result<Vec<(LoanRef, LoanRef)>> {
    let sql = "SELECT new.id FROM event e
               JOIN event_subject n ON n.event_id = e.id AND n.noun = 'loan'
               JOIN loan new ON new.id BETWEEN n.first AND n.last
               JOIN loan begun ON begun.id = new.batch_id
               WHERE e.command = 'import loans' AND new.out_on > begun.out_on ORDER BY new.id";
    let mut pairs = Vec::new();
    for new in tx.all(sql, &[], |row| Ok(LoanRef::new(row.int(0)?)))? {
        pairs.extend(taken_place_of(tx, new)?.map(|old| (new, old)));
    }
    Ok(pairs)
}

/// The same of one loan.
pub(super) fn swapped_for(tx: &Tx, new: LoanRef) -> Result<Option<LoanRef>> {
    let later = "SELECT 1 FROM loan new JOIN loan begun ON begun.id = new.batch_id WHERE new.id = ?1 AND new.out_on > begun.out_on";
    let from_a_file = "SELECT 1 FROM event_subject n JOIN event e ON e.id = n.event_id
                       WHERE n.noun = 'loan' AND n.first <= ?1 AND n.last >= ?1 AND e.command = 'import loans'";
    let is_one = tx.exists(later, args![new])? && tx.exists(from_a_file, args![new])?;
    if is_one { taken_place_of(tx, new) } else { Ok(None) }
}

fn taken_place_of(tx: &Tx, new: LoanRef) -> Result<Option<LoanRef>> {
    let sql = "SELECT person_id, organisation_id, school_urn FROM loan WHERE id = ?1";
    let who = tx.one(sql, args![new], |row| Ok(borrower_of(row.opt_int(0)?, row.opt_int(1)?, row.opt_int(2)?)))?;
    let (column, number) = match who.flatten() {
        Some(BorrowerRef::Person(person)) => ("person_id", person.number()),
        Some(BorrowerRef::Organisation(organisation)) => ("organisation_id", organisation.number()),
        Some(BorrowerRef::School(urn)) => ("school_urn", urn.number()),
        None => return Ok(None),
    };
    let sql = format!(
        "SELECT max(old.id) FROM loan old JOIN loan new ON new.id = ?1
         WHERE old.{column} = ?2 AND old.id < new.id AND old.returned_on = new.out_on
           AND coalesce(old.batch_id, old.id) = new.batch_id AND {}",
        super::hire::SAME_PEOPLE
    );
    Ok(tx.one(&sql, args![new, number], |row| row.opt_int(0))?.flatten().map(LoanRef::new))
}
