//! The loans of which a reminder would have something to say, and to whom.

mod arming;
mod hold;
mod ladder;
mod log;
mod message;
pub mod record;
mod standing;

use std::collections::HashSet;

use anyhow::Result;

use super::db::{Row, Tx};
use super::instrument::borrower as borrower_of;
use super::setting;
use crate::args;
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::{Date, plus_days};
use crate::domain::person::discreet;
use crate::domain::reference::{LoanRef, MessageRef, OrganisationRef, PersonRef, Urn};
use crate::domain::reminder::{Contact, Ladder, Notice};
use crate::domain::text::Email;
use crate::domain::words::{Role, Stage};

pub use arming::{Arming, Stamp, arm, armed, arming, ran, stamp_path};
pub use hold::{Hold, held, hold, release};
pub use ladder::{ladder, set_rung};
pub use log::{SaidFilter, each_said, is_spoken_of, last_said, sent_about};
pub use message::{
    Begun, Claim, Settlement, add_to_answer, begun, claim, is_told, origin, release_claims, route_of, rows_of, settle,
    tell_of_unfinished, unmark_refused, wait, was_put_off,
};
pub use standing::standing;

/// What a run of reminders goes by: the ladder, the day, and what keeps quiet.
#[derive(Clone, Debug)]
pub struct Outlook {
    pub ladder: Ladder,
    pub today: Date,
    pub look_back_days: i64,
    /// Runs of loans that were imported after reminders were last armed, in order and apart from each other.
    quiet: Vec<(i64, i64)>,
    /// Addresses that the mail server has refused for good, in lower case.
    refused: HashSet<String>,
}

/// Open loans that nothing speaks against reminding of: ?1 is the last due day that has reached a stage, ?2 the first within
/// the look-back limit, ?3 today, ?4 a message whose own claims do not count as said already.
/// A pupil is never the contact: the adult who signed is, else the school; where there is neither, nobody can be reached.
const DUE: &str = "
    SELECT l.id, i.tag, i.type, t.name, i.size, l.due_on, i.replacement_value_pence,
           p.id, p.name, p.role, p.email, p.address, h.id, h.name, h.email, h.address,
           o.id, o.name, o.email, o.address, s.urn, s.name, s.email, s.postcode,
           (SELECT max(CASE r.stage WHEN 'due-soon' THEN 1 WHEN 'first' THEN 2 WHEN 'second' THEN 3 ELSE 4 END)
            FROM reminder r
            WHERE r.loan_id = l.id AND r.due_on = l.due_on AND r.state IN ('waiting', 'claimed', 'sent')
              AND r.state <> 'waiting' AND r.message_id IS NOT ?4) AS said,
           CASE WHEN h.id IS NOT NULL OR p.role <> 'pupil' THEN 1 WHEN o.id IS NOT NULL THEN 3 WHEN s.urn IS NOT NULL THEN 2 ELSE 1 END
               AS contact_sort,
           coalesce(h.id, CASE WHEN p.role <> 'pupil' THEN p.id END, o.id, s.urn, p.id) AS contact
    FROM loan l
    JOIN instrument i ON i.id = l.instrument_id
    JOIN type t ON t.code = i.type
    LEFT JOIN person p ON p.id = l.person_id
    LEFT JOIN person h ON h.id = l.hirer_id AND h.role <> 'pupil'
    LEFT JOIN organisation o ON o.id = l.organisation_id
    LEFT JOIN school s ON s.urn = l.school_urn
    WHERE l.due_on <= ?1 AND l.due_on >= ?2
      AND l.returned_on IS NULL AND l.lost_on IS NULL AND l.voided_on IS NULL
      AND NOT EXISTS (SELECT 1 FROM repair r WHERE r.instrument_id = l.instrument_id AND r.back_on IS NULL)
      AND NOT EXISTS (SELECT 1 FROM hold k WHERE k.loan_id = l.id AND k.until >= ?3)";

impl Outlook {
    pub fn load(tx: &Tx, today: Date) -> Result<Outlook> {
        Ok(Outlook {
            ladder: ladder(tx)?,
            today,
            look_back_days: setting::look_back_days(tx)?,
            quiet: imported_since_armed(tx)?,
            refused: refused_addresses(tx)?,
        })
    }

    /// The same, as it will be once reminders are armed: nothing that was imported keeps quiet any more.
    pub fn once_armed(self) -> Outlook {
        Outlook { quiet: Vec::new(), ..self }
    }

    /// Calls `take` with each loan of which there is something new to say, in order of contact, then due day. Loans late by
    /// more than the look-back limit are left out: a mail about something years old helps nobody.
    pub fn each(&self, tx: &Tx, mut take: impl FnMut(Notice) -> Result<()>) -> Result<()> {
        let sql = format!("{DUE} ORDER BY contact_sort, contact, l.due_on, l.id");
        tx.each(&sql, args![self.ladder.horizon(self.today), self.oldest(), self.today, None::<MessageRef>], |row| {
            self.notice(row)?.map_or(Ok(()), &mut take)
        })
    }

    /// What is to be said of one loan now; nothing, if it has settled itself. What `message` has claimed does not count as
    /// said.
    pub fn again(&self, tx: &Tx, loan: LoanRef, message: Option<MessageRef>) -> Result<Option<Notice>> {
        let sql = format!("{DUE} AND l.id = ?5");
        let values = args![self.ladder.horizon(self.today), self.oldest(), self.today, message, loan];
        Ok(tx.one(&sql, values, |row| self.notice(row))?.flatten())
    }

    fn oldest(&self) -> Date {
        plus_days(self.today, -self.look_back_days).unwrap_or(self.today)
    }

    fn is_quiet(&self, loan: i64) -> bool {
        let next = self.quiet.partition_point(|(first, _)| *first <= loan);
        next > 0 && self.quiet[next - 1].1 >= loan
    }

    /// The highest stage reached, unless it or a higher one has been said.
    fn notice(&self, row: &Row<'_>) -> Result<Option<Notice>> {
        let reached = self.ladder.stage_reached(row.day(5)?, self.today);
        let said = row.opt_int(24)?.and_then(|rank| Stage::ALL.get(usize::try_from(rank - 1).ok()?).copied());
        let Some(stage) = reached.filter(|stage| said.is_none_or(|said| said < *stage)) else {
            return Ok(None);
        };
        if self.is_quiet(row.int(0)?) {
            return Ok(None);
        }
        let mut contact = contact(row)?;
        contact.email = contact.email.filter(|email| !self.refused.contains(&email.as_str().to_lowercase()));
        notice(row, contact, stage).map(Some)
    }

    /// Why loans that are due or late are not written about.
    pub fn left_out(&self, tx: &Tx) -> Result<LeftOut> {
        const OPEN: &str = "l.returned_on IS NULL AND l.lost_on IS NULL AND l.voided_on IS NULL";
        let within = args![self.ladder.horizon(self.today), self.oldest()];
        let beyond = format!("SELECT count(*) FROM loan l WHERE l.due_on < ?1 AND {OPEN}");
        let held = format!(
            "SELECT count(*) FROM hold k JOIN loan l ON l.id = k.loan_id
             WHERE k.until >= ?3 AND l.due_on <= ?1 AND l.due_on >= ?2 AND {OPEN}"
        );
        let in_repair = format!(
            "SELECT count(*) FROM repair r JOIN loan l ON l.instrument_id = r.instrument_id
             WHERE r.back_on IS NULL AND l.due_on <= ?1 AND l.due_on >= ?2 AND {OPEN}"
        );
        let mut quiet = 0;
        if !self.quiet.is_empty() {
            let due = format!("SELECT l.id FROM loan l WHERE l.due_on <= ?1 AND l.due_on >= ?2 AND {OPEN}");
            tx.each(&due, within, |row| {
                quiet += i64::from(self.is_quiet(row.int(0)?));
                Ok(())
            })?;
        }
        Ok(LeftOut {
            beyond_look_back: tx.number(&beyond, args![self.oldest()])?,
            in_repair: tx.number(&in_repair, within)?,
            held: tx.number(&held, args![self.ladder.horizon(self.today), self.oldest(), self.today])?,
            quiet,
        })
    }
}

/// How many loans are not written about, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Late by more than the look-back limit.
    pub beyond_look_back: i64,
    /// Away to be mended, and due.
    pub in_repair: i64,
    pub held: i64,
    /// Imported since reminders were last armed, and due.
    pub quiet: i64,
}

/// Loans that an import has made since reminders were last armed. What it only changed goes on as before: of the loans it was
/// about, the new ones bear numbers above all that any earlier event was about.
fn imported_since_armed(tx: &Tx) -> Result<Vec<(i64, i64)>> {
    let imports =
        "SELECT id FROM event WHERE id > (SELECT coalesce(max(event_id), 0) FROM arming) AND command = 'import loans'";
    let last_before = "SELECT coalesce(max(last), 0) FROM event_subject WHERE noun = 'loan' AND event_id < ?1";
    let runs =
        "SELECT first, last FROM event_subject WHERE event_id = ?1 AND noun = 'loan' AND last > ?2 ORDER BY first";
    let mut imported: Vec<(i64, i64)> = Vec::new();
    for event in tx.all(imports, &[], |row| row.int(0))? {
        let before = tx.number(last_before, args![event])?;
        tx.each(runs, args![event, before], |row| {
            imported.push((row.int(0)?.max(before + 1), row.int(1)?));
            Ok(())
        })?;
    }
    Ok(imported)
}

fn refused_addresses(tx: &Tx) -> Result<HashSet<String>> {
    let sql = "SELECT DISTINCT address FROM message WHERE refused_on IS NOT NULL AND address IS NOT NULL";
    Ok(tx.all(sql, &[], |row| Ok(row.text(0)?.to_lowercase()))?.into_iter().collect())
}

fn notice(row: &Row<'_>, contact: Contact, stage: Stage) -> Result<Notice> {
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

/// The adult who signed; for a pupil without one, and for a school's loan, the school; else the borrower. A pupil whom nobody
/// answers for is named, so that somebody sees it, but has no address.
fn contact(row: &Row<'_>) -> Result<Contact> {
    let is_pupil = row.opt_word::<Role>(9)? == Some(Role::Pupil);
    let person = |id| BorrowerRef::Person(PersonRef::new(id));
    if let Some(hirer) = row.opt_int(12)? {
        return addressed(row, person(hirer), [13, 14, 15]);
    }
    if let Some(adult) = row.opt_int(7)?.filter(|_| !is_pupil) {
        return addressed(row, person(adult), [8, 10, 11]);
    }
    if let Some(organisation) = row.opt_int(16)? {
        return addressed(row, BorrowerRef::Organisation(OrganisationRef::new(organisation)), [17, 18, 19]);
    }
    if let Some(urn) = row.opt_int(20)? {
        return addressed(row, BorrowerRef::School(Urn::new(urn)), [21, 22, 23]);
    }
    let pupil = person(row.opt_int(7)?.unwrap_or_default());
    Ok(Contact { reference: pupil, name: discreet(Role::Pupil, row.text(8)?), email: None, address: None })
}

/// A contact whose name, email and postal address stand in these columns.
fn addressed(row: &Row<'_>, reference: BorrowerRef, [name, email, address]: [usize; 3]) -> Result<Contact> {
    Ok(Contact {
        reference,
        name: row.string(name)?,
        email: row.opt_string(email)?.as_deref().map(Email::from_record),
        address: row.opt_string(address)?,
    })
}
