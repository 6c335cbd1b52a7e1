//! Repairs: what is away to be mended, what came back, and what it cost.

use anyhow::Result;

use super::db::{Row, Tx, Value, word};
use super::instrument::borrower as borrower_of;
use super::numbering::{self, Noun};
use super::remember::Table;
use super::{party, setting};
use crate::args;
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::{AcademicYear, Date, plus_days};
use crate::domain::money::Pence;
use crate::domain::reference::{ChargeRef, LoanRef, OrganisationRef, PersonRef, RepairRef, Urn};
use crate::domain::repair::Away;
use crate::domain::words::{ChargeType, Payer, RepairOutcome, Role};

mod list;

pub use list::{MakeFilter, RepairFilter, each, makes};

/// The loan behind a repair `r`: the one that is open, else the last that was running when the instrument went;
/// inside a school's loan, the pupil's.
const BEHIND: &str = "
    SELECT l.id FROM loan l
    WHERE l.instrument_id = r.instrument_id AND l.voided_on IS NULL
      AND (l.out_on <= r.sent_on OR l.out_on < coalesce(r.back_on, '9999-12-31'))
      AND coalesce(l.returned_on, l.lost_on, '9999-12-31') >= r.sent_on
    ORDER BY coalesce(l.returned_on, l.lost_on, '9999-12-31') DESC, l.outer_id IS NULL, l.out_on DESC, l.id DESC LIMIT 1";

/// The repair that an instrument is away for.
pub fn open(tx: &Tx, instrument_id: i64) -> Result<Option<Away>> {
    const SQL: &str = "
        SELECT r.id, r.repairer_id, o.name, r.sent_on, r.back_by FROM repair r JOIN organisation o ON o.id = r.repairer_id
        WHERE r.instrument_id = ?1 AND r.back_on IS NULL";
    tx.one(SQL, args![instrument_id], |row| {
        Ok(Away {
            repair: RepairRef::new(row.int(0)?),
            repairer: OrganisationRef::new(row.int(1)?),
            repairer_name: row.string(2)?,
            sent_on: row.day(3)?,
            back_by: row.opt_day(4)?,
        })
    })
}

/// A repair of the instrument that ended after a day, with its last day.
pub fn ended_after(tx: &Tx, instrument_id: i64, day: Date) -> Result<Option<(RepairRef, Date)>> {
    const SQL: &str =
        "SELECT id, back_on FROM repair WHERE instrument_id = ?1 AND back_on > ?2 ORDER BY 2 DESC, 1 LIMIT 1";
    tx.one(SQL, args![instrument_id, day], |row| Ok((RepairRef::new(row.int(0)?), row.day(1)?)))
}

/// An instrument sent to be mended.
#[derive(Clone, Debug)]
pub struct NewRepair {
    pub instrument_id: i64,
    pub repairer: OrganisationRef,
    pub sent_on: Date,
    pub back_by: Option<Date>,
    pub fault: Option<String>,
}

/// Writes a new repair under the next reference.
pub fn add(tx: &Tx, new: &NewRepair) -> Result<RepairRef> {
    let repair = RepairRef::new(numbering::take(tx, Noun::Repair)?);
    tx.make(
        Table::Repair,
        repair,
        "INSERT INTO repair (id, instrument_id, repairer_id, sent_on, back_by, fault) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        args![repair, new.instrument_id, new.repairer, new.sent_on, new.back_by, new.fault.as_ref()],
    )?;
    Ok(repair)
}

/// What came of a repair, and who pays for it.
#[derive(Clone, Copy, Debug)]
pub struct Ending {
    pub back_on: Date,
    pub cost: Option<Pence>,
    pub outcome: RepairOutcome,
    pub payer: Option<Payer>,
}

pub fn close(tx: &Tx, repair: RepairRef, how: &Ending) -> Result<()> {
    tx.change(
        Table::Repair,
        repair,
        "UPDATE repair SET back_on = ?2, cost_pence = ?3, outcome = ?4, payer = ?5 WHERE id = ?1",
        &[repair.into(), how.back_on.into(), how.cost.into(), word(how.outcome), how.payer.map_or(Value::Null, word)],
    )?;
    Ok(())
}

/// The loan behind a repair, and who answers for it.
#[derive(Clone, Debug)]
pub struct Behind {
    pub loan: LoanRef,
    pub payer: BorrowerRef,
    pub payer_name: String,
}

/// The loan that goes, or went, on behind a repair: whose damage is mended.
pub fn behind(tx: &Tx, repair: RepairRef) -> Result<Option<Behind>> {
    let sql = format!(
        "SELECT b.id, b.hirer_id, b.person_id, b.organisation_id, b.school_urn, p.role
         FROM repair r JOIN loan b ON b.id = ({BEHIND}) LEFT JOIN person p ON p.id = b.person_id WHERE r.id = ?1"
    );
    let found = tx.one(&sql, args![repair], |row| Ok((LoanRef::new(row.int(0)?), answers(row)?)))?;
    let Some((loan, Some(payer))) = found else {
        return Ok(None);
    };
    Ok(Some(Behind { loan, payer, payer_name: party::name_of(tx, payer)? }))
}

/// Who answers for a loan: the adult who signed; for a pupil without one, the school; else the borrower.
fn answers(row: &Row<'_>) -> Result<Option<BorrowerRef>> {
    if let Some(hirer) = row.opt_int(1)? {
        return Ok(Some(BorrowerRef::Person(PersonRef::new(hirer))));
    }
    let school = row.opt_int(4)?;
    match (row.opt_word::<Role>(5)?, school) {
        (Some(Role::Pupil), Some(urn)) => Ok(Some(BorrowerRef::School(Urn::new(urn)))),
        _ => Ok(borrower_of(row.opt_int(2)?, row.opt_int(3)?, school)),
    }
}

/// Charges what a repair cost to whoever answers for the loan.
pub fn charge_for(tx: &Tx, repair: RepairRef, behind: &Behind, amount: Pence, on: Date) -> Result<ChargeRef> {
    let charge = ChargeRef::new(numbering::take(tx, Noun::Charge)?);
    let (person, organisation, school) = match behind.payer {
        BorrowerRef::Person(person) => (Some(person), None, None),
        BorrowerRef::Organisation(organisation) => (None, Some(organisation), None),
        BorrowerRef::School(urn) => (None, None, Some(urn)),
    };
    let due_on = plus_days(on, setting::payment_days(tx)?).unwrap_or(on);
    let (year, note) = (AcademicYear::of(on).to_string(), format!("Repair {repair}"));
    tx.make(
        Table::Charge,
        charge,
        "INSERT INTO charge (id, loan_id, person_id, organisation_id, school_urn, charge_type, academic_year, amount_pence,
             remitted_pence, raised_on, due_on, note)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, ?10, ?11)",
        &[
            charge.into(),
            behind.loan.into(),
            person.into(),
            organisation.into(),
            school.into(),
            word(ChargeType::Damage),
            (&year).into(),
            amount.into(),
            on.into(),
            due_on.into(),
            (&note).into(),
        ],
    )?;
    Ok(charge)
}
