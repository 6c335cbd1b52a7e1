//! The loans of which a reminder would have something to say.

use anyhow::Result;

use super::db::{Row, Tx};
use super::instrument::borrower as borrower_of;
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::{Date, plus_days};
use crate::domain::person::discreet;
use crate::domain::reference::{LoanRef, OrganisationRef, PersonRef, Urn};
use crate::domain::reminder::{Contact, Ladder, Notice};
use crate::domain::words::Role;

/// Open loans that have reached a stage, in order of contact, then due day. Those late by more than
/// `look_back_days` are left out: a mail about something years old helps nobody. So is what is away to be mended.
pub fn notices(tx: &Tx, ladder: &Ladder, today: Date, look_back_days: i64) -> Result<Vec<Notice>> {
    const SQL: &str = "
        SELECT l.id, i.tag, i.type, t.name, i.size, l.due_on, i.replacement_value_pence,
               p.id, p.name, p.role, p.email, p.address, h.id, h.name, h.email, h.address,
               o.id, o.name, o.email, o.address, s.urn, s.name, s.email, s.postcode
        FROM loan l
        JOIN instrument i ON i.id = l.instrument_id
        JOIN type t ON t.code = i.type
        LEFT JOIN person p ON p.id = l.person_id
        LEFT JOIN person h ON h.id = l.hirer_id
        LEFT JOIN organisation o ON o.id = l.organisation_id
        LEFT JOIN school s ON s.urn = l.school_urn
        WHERE l.due_on <= ?1 AND l.due_on >= ?2
          AND l.returned_on IS NULL AND l.lost_on IS NULL AND l.voided_on IS NULL
          AND NOT EXISTS (SELECT 1 FROM repair r WHERE r.instrument_id = l.instrument_id AND r.back_on IS NULL)
        ORDER BY l.due_on, l.id";
    let oldest = plus_days(today, -look_back_days).unwrap_or(today);
    let mut notices = Vec::new();
    tx.each(SQL, &[ladder.horizon(today).into(), oldest.into()], |row| {
        if let Some(stage) = ladder.stage_reached(row.day(5)?, today)
            && let Some(contact) = contact(row)?
        {
            notices.push(notice(row, contact, stage)?);
        }
        Ok(())
    })?;
    notices.sort_by_key(|notice| notice.contact.reference);
    Ok(notices)
}

fn notice(row: &Row<'_>, contact: Contact, stage: crate::domain::words::Stage) -> Result<Notice> {
    let role = row.opt_word::<Role>(9)?;
    let borrower = borrower_of(row.opt_int(7)?, row.opt_int(16)?, row.opt_int(20)?);
    let borrower_name = match role {
        Some(role) => discreet(role, row.text(8)?),
        None => row.opt_string(17)?.map_or_else(|| row.string(21), Ok)?,
    };
    Ok(Notice {
        borrower: borrower.unwrap_or(contact.reference),
        contact,
        loan: LoanRef::new(row.int(0)?),
        tag: row.string(1)?,
        type_code: row.string(2)?,
        type_name: row.string(3)?,
        size: row.string(4)?,
        borrower_name,
        due_on: row.day(5)?,
        stage,
        replacement_value: row.opt_pence(6)?,
    })
}

/// The adult who signed; for a pupil without one, and for a school's loan, the school; else the borrower.
fn contact(row: &Row<'_>) -> Result<Option<Contact>> {
    let is_pupil = row.opt_word::<Role>(9)? == Some(Role::Pupil);
    if let Some(hirer) = row.opt_int(12)? {
        return person(row, hirer, 13).map(Some);
    }
    if let Some(adult) = row.opt_int(7)?.filter(|_| !is_pupil) {
        let columns = Contact {
            reference: BorrowerRef::Person(PersonRef::new(adult)),
            name: row.string(8)?,
            email: row.opt_string(10)?,
            address: row.opt_string(11)?,
        };
        return Ok(Some(columns));
    }
    if let Some(organisation) = row.opt_int(16)? {
        return Ok(Some(Contact {
            reference: BorrowerRef::Organisation(OrganisationRef::new(organisation)),
            name: row.string(17)?,
            email: row.opt_string(18)?,
            address: row.opt_string(19)?,
        }));
    }
    let Some(urn) = row.opt_int(20)? else {
        return Ok(None);
    };
    let (name, postcode) = (row.string(21)?, row.opt_string(23)?);
    let address = postcode.map(|postcode| format!("{name}, {postcode}"));
    Ok(Some(Contact { reference: BorrowerRef::School(Urn::new(urn)), name, email: row.opt_string(22)?, address }))
}

fn person(row: &Row<'_>, id: i64, name_column: usize) -> Result<Contact> {
    Ok(Contact {
        reference: BorrowerRef::Person(PersonRef::new(id)),
        name: row.string(name_column)?,
        email: row.opt_string(name_column + 1)?,
        address: row.opt_string(name_column + 2)?,
    })
}

/// How many open loans are late by more than the look-back limit.
pub fn beyond_look_back(tx: &Tx, today: Date, look_back_days: i64) -> Result<i64> {
    let oldest = plus_days(today, -look_back_days).unwrap_or(today);
    tx.number(
        "SELECT count(*) FROM loan WHERE due_on < ?1 AND returned_on IS NULL AND lost_on IS NULL AND voided_on IS NULL",
        &[oldest.into()],
    )
}
