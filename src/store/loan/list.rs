//! Lists of loans, each row borrowed for the length of the call.

use anyhow::Result;

use super::number_of;
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::Date;
use crate::domain::due::days_late;
use crate::domain::loan::{LoanLine, OverdueLine, state};
use crate::domain::reference::{LoanRef, PersonRef, Urn};
use crate::domain::reminder::Ladder;
use crate::domain::tag::Tag;
use crate::domain::words::{LoanState, Scheme};
use crate::store::db::{Row, Tx, Value, word};
use crate::store::instrument::borrower as borrower_of;

/// Which loans a list shows.
#[derive(Clone, Debug, Default)]
pub struct LoanFilter {
    pub loan: Option<LoanRef>,
    pub open: bool,
    pub overdue: bool,
    pub scheme: Option<Scheme>,
    pub borrower: Option<BorrowerRef>,
    /// Loans to this school and to its pupils.
    pub school: Option<Urn>,
    pub tag: Option<Tag>,
    /// Handed over with the set of this number.
    pub set: Option<i64>,
    /// Handed over on or after, and on or before.
    pub from: Option<Date>,
    pub to: Option<Date>,
}

impl LoanFilter {
    /// Whether the loans are those of one instrument, borrower or set.
    fn is_narrow(&self) -> bool {
        let of_one = self.loan.is_some() || self.tag.is_some() || self.set.is_some();
        of_one || self.borrower.is_some() || self.school.is_some()
    }
}

const OPEN: &str = "l.returned_on IS NULL AND l.lost_on IS NULL AND l.voided_on IS NULL";

const JOINS: &str = "
    FROM loan l
    JOIN instrument i ON i.id = l.instrument_id
    LEFT JOIN person p ON p.id = l.person_id
    LEFT JOIN person h ON h.id = l.hirer_id
    LEFT JOIN organisation o ON o.id = l.organisation_id
    LEFT JOIN school s ON s.urn = l.school_urn
    LEFT JOIN instrument_set k ON k.id = l.set_id";

/// The conditions of a filter and their values, so that each list can use the index that fits.
fn conditions<'a>(filter: &LoanFilter, tag_key: &'a str, today: Date) -> (String, Vec<Value<'a>>) {
    let mut wanted = vec!["1 = 1".to_string()];
    let mut values = Vec::new();
    let mut also = |condition: &str, value: Value<'a>| {
        values.push(value);
        wanted.push(condition.replace("?", &format!("?{}", values.len())));
    };
    if let Some(loan) = filter.loan {
        also("l.id = ?", loan.into());
    }
    if let Some(scheme) = filter.scheme {
        also("l.scheme = ?", word(scheme));
    }
    match filter.borrower {
        Some(BorrowerRef::Person(person)) => also("l.person_id = ?", person.into()),
        Some(school @ BorrowerRef::School(_)) => also("l.person_id IS NULL AND l.school_urn = ?", number_of(school)),
        Some(BorrowerRef::Organisation(organisation)) => also("l.organisation_id = ?", organisation.into()),
        None => {}
    }
    if let Some(urn) = filter.school {
        also("l.school_urn = ?", urn.into());
    }
    if filter.tag.is_some() {
        also("i.tag_key = ?", tag_key.into());
    }
    if let Some(set) = filter.set {
        also("l.set_id = ?", set.into());
    }
    if let Some(from) = filter.from {
        also("l.out_on >= ?", from.into());
    }
    if let Some(to) = filter.to {
        also("l.out_on <= ?", to.into());
    }
    if filter.overdue {
        also("l.due_on < ?", today.into());
    }
    if filter.open || filter.overdue {
        // The few that are open are found by their own index, in the order of the list, and not among all that ever were;
        // unless fewer still are asked for.
        let among_open = format!("l.id IN (SELECT l.id FROM loan l WHERE {OPEN})");
        wanted.push(if filter.is_narrow() { OPEN.to_string() } else { among_open });
    }
    (wanted.join(" AND "), values)
}

/// Loans in order of reference.
pub fn each(
    tx: &Tx,
    filter: &LoanFilter,
    today: Date,
    mut take: impl FnMut(&LoanLine<'_>) -> Result<()>,
) -> Result<()> {
    let tag_key = filter.tag.as_ref().map(Tag::key).unwrap_or_default();
    let (wanted, values) = conditions(filter, &tag_key, today);
    let sql = format!(
        "SELECT l.id, i.tag, i.type, i.size, l.scheme, l.person_id, l.organisation_id, l.school_urn,
                coalesce(p.name, o.name, s.name), l.hirer_id, h.name, s.name, l.out_on, l.due_on,
                l.returned_on, l.lost_on, l.voided_on, k.name
         {JOINS} WHERE {wanted} ORDER BY l.id"
    );
    tx.each(&sql, &values, |row| take(&line(row, today)?))
}

fn line<'a>(row: &'a Row<'_>, today: Date) -> Result<LoanLine<'a>> {
    let (returned_on, due_on) = (row.opt_day(14)?, row.day(13)?);
    let state = state(returned_on, row.opt_day(15)?, row.opt_day(16)?);
    Ok(LoanLine {
        loan: LoanRef::new(row.int(0)?),
        tag: row.text(1)?,
        type_code: row.text(2)?,
        size: row.text(3)?,
        scheme: row.text(4)?,
        borrower: borrower_of(row.opt_int(5)?, row.opt_int(6)?, row.opt_int(7)?),
        borrower_name: row.text(8)?,
        hirer: row.opt_int(9)?.map(PersonRef::new),
        hirer_name: row.text(10)?,
        school_urn: row.opt_int(7)?.map(Urn::new),
        school: row.text(11)?,
        set: row.text(17)?,
        out_on: row.day(12)?,
        due_on,
        returned_on,
        state,
        days_late: (state == LoanState::Open).then(|| days_late(due_on, today)),
    })
}

/// What is late on a day, the longest late first.
pub fn each_overdue(
    tx: &Tx,
    ladder: &Ladder,
    today: Date,
    mut take: impl FnMut(&OverdueLine<'_>) -> Result<()>,
) -> Result<()> {
    let sql = format!(
        "SELECT l.id, i.tag, i.type, i.size, i.serial, l.person_id, l.organisation_id, l.school_urn,
                coalesce(p.name, o.name, s.name), coalesce(h.name, o.name, CASE p.role WHEN 'pupil' THEN s.name ELSE p.name END, s.name),
                coalesce(h.email, o.email, p.email, CASE WHEN h.id IS NULL THEN s.email END),
                s.name, l.out_on, l.due_on, i.replacement_value_pence,
                (SELECT m.claimed_on FROM reminder r JOIN message m ON m.id = r.message_id
                 WHERE r.loan_id = l.id AND r.due_on = l.due_on AND r.state IN ('waiting', 'claimed', 'sent') AND r.state = 'sent'
                 ORDER BY m.id DESC LIMIT 1)
         {JOINS} WHERE l.due_on < ?1 AND {OPEN} ORDER BY l.due_on, l.id"
    );
    tx.each(&sql, &[today.into()], |row| {
        let due_on = row.day(13)?;
        take(&OverdueLine {
            loan: LoanRef::new(row.int(0)?),
            tag: row.text(1)?,
            type_code: row.text(2)?,
            size: row.text(3)?,
            serial: row.text(4)?,
            borrower: borrower_of(row.opt_int(5)?, row.opt_int(6)?, row.opt_int(7)?),
            borrower_name: row.text(8)?,
            contact_name: row.text(9)?,
            contact_email: row.text(10)?,
            school_urn: row.opt_int(7)?.map(Urn::new),
            school: row.text(11)?,
            out_on: row.day(12)?,
            due_on,
            days_late: days_late(due_on, today),
            stage: ladder.stage_reached(due_on, today),
            last_reminder_on: row.opt_day(15)?,
            replacement_value: row.opt_pence(14)?,
        })
    })
}
